"""Write a program as source: NumPy, Numba and C.

Modules, in reading order:

- `numpy_source`: a function of arrays, block by block.
- `scalar_source`: what the loops over points have in common.
- `numba_source`: such a loop for Numba.
- `c_source`: such a loop in C99.
"""
