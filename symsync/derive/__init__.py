"""Expand and solve: from a system to its state, order by order and exactly.

Modules, in reading order:

- `state`: an operator of some spins as a sparse map of matrix elements.
- `mean_field`: each operator a number, each limit cycle a phase.
- `corrections`: the corrections to a state, order by order.
- `phase_ring`: phases e^{iχ} in polynomial rings.
- `generator`: the generator on matrix units, its closure and its components.
- `uncoupled`: the steady state of each limit cycle alone.
- `truncation`: a warning of oscillators that are cut at an occupied level.
- `site_symmetry`: exchanges of equal sites under which a model does not change.
- `elimination`: the equations of the steady state, and whether it is unique.
- `block_solutions`: elements that feed each other, as unknowns of a linear system.
- `propagation`: elements without a closed form in time, as unknowns of one equation.
- `resolvents`: sums of products of inverse rates, of which every order consists.
- `closed_form`: small linear systems with polynomial entries, solved with shorthand.
- `interpolation`: ratios of polynomials from their values modulo primes.
- `rational_state`: exact states and formulas as ratios of polynomials in one parameter.
- `exact_state`: the steady state to all orders.
- `local_modes`: a basis in which every limit cycle is one element.
- `strong_modes`: a basis in which the state of strong couplings is one element.
- `series`: the expansion in the coupling, steady and in Laplace space.
- `line_series`: the resolvent of an operator times the steady state, order by order.
- `initial_state`: the states that an evolution starts from, as users write them.
- `evolution`: the expansion in time, and the evolution to all orders.
- `block_eigenvalues`: the eigenvalues of a block, closed forms or nodes.
- `sectors`: the elements that the generator maps to each other, and their blocks.
- `eigenvalue_series`: one eigenvalue of the generator, order by order.
- `spectrum`: the eigenvalues of the generator, sector by sector.
"""
