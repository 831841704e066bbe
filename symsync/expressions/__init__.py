"""Carry what formulas are made of: symbols with their meaning, functions that SymPy lacks, LaTeX.

Modules, in reading order:

- `symbols`: every symbol once, with its LaTeX, meaning and unit.
- `checks`: checks of what users pass in.
- `near_numbers`: exact numbers in the place of floats.
- `definitions`: symbols that know the longer expression they stand for.
- `orders`: to which order a formula holds.
- `complex_parts`: real and imaginary parts that keep factors together.
- `zeros`: what vanishes identically, decided at a random point.
- `divided_differences`: divided differences of the exponential.
- `stable`: functions of blocks and waves from elementary steps.
- `spectral_function`: functions that are single nodes of a formula.
- `hermitian_blocks`: functions of Hermitian blocks of any size, and their derivatives.
- `complex_roots`: roots of quadratic polynomials, in real functions.
- `waves`: the highest point of a sum of waves, and where it lies.
- `whole_states`: measures that are no function of one block.
- `spectral`: all of these functions, by name.
- `progress`: a line on the terminal for what takes long.
- `sparse_elimination`: in which order sparse equations are solved, and their solution in any field.
- `unknowns`: linear equations with expressions for entries, and their unknowns as nodes.
- `linear_solutions`: the unknowns of linear systems as nodes of a formula.
- `eigenvalues`: the eigenvalues of a matrix of expressions as nodes of a formula.
- `linear_evolution`: what a linear differential equation makes of an initial value.
- `complex_fields`: formulas as pairs x + iy over any field, with roots, angles and exponentials.
- `ratio_field`: formulas as ratios of polynomials, and what their roots are roots of.
- `prime_field`: formulas at random points of a prime field.
- `identities`: whether formulas are the same, proved by canonical form or in a prime field.
- `formula_text`: formulas that are typed as text, read and never run.
- `mpmath_functions`: formulas as functions of mpmath's numbers.
- `crossings`: the least value of a variable at which a function is negative, as a node.
- `peaks`: where a function of a real variable is largest, as a node.
- `positive_roots`: where an algebraic function reaches a level, in closed form.
- `levels`: the least value at which a function passes through a level, as a node.
- `latex`: expressions as LaTeX.
- `latex_lines`: long formulas broken into lines.
- `printed_equations`: equations with their definitions as LaTeX.
"""
