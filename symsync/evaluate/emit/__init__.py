"""Write a program as source: NumPy and Numba, and languages for programs of one's own.

Modules, in reading order:

- `numpy_source`: a function of arrays, block by block.
- `scalar_source`: what the loops over points have in common.
- `numba_source`: such a loop for Numba.
- `c_source`: such a loop in C99.
- `code`: a formula in another language.
- `whole_program`: any formula as one program, whose steps may be solutions of linear systems.
- `c_file`: a formula as a header and a source in C99.
- `javascript_source`: formulas as a script.
- `fortran_source`: a formula as a module of Fortran.
- `julia_source`: a formula as a module of Julia.
- `languages`: a formula in a language that is asked for by its name.
"""
