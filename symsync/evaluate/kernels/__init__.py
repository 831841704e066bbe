"""Hold the operations of programs that no library has, once for each kind of source.

Modules, in reading order:

- `numpy_kernels`: on arrays.
- `scalar_kernels`: on numbers, for Numba.
- `c_kernels`: in C.
"""
