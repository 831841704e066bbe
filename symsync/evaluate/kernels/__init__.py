"""Hold the operations of programs that no library has, once for each kind of source.

Modules, in reading order:

- `numpy_kernels`: on arrays.
- `scalar_kernels`: on numbers, for Numba.
- `c_kernels`: in C.
- `batched_numpy`: functions of blocks and of waves at many points, on arrays.
- `batched_c`: the same in C.
"""
