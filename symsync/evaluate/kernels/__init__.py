"""Hold the operations of programs that no library has, once for each kind of source.

Modules, in reading order:

- `numpy_kernels`: on arrays.
- `scalar_kernels`: on numbers, for Numba.
- `c_kernels`: in C.
- `elimination_tables`: the elimination of a linear system as plain data.
- `elimination_numpy`: a loop over these tables in NumPy.
- `elimination_twofold`: the same in numbers that are sums of two.
- `elimination_scalar`: the loop for Numba.
- `elimination_c`: the loop in C.
- `exponential_numpy`: the exponential of a matrix, applied to a vector.
- `exponential_c`: the same in C, for scans.
- `batched_numpy`: functions of blocks and of waves at many points, on arrays.
- `waves_c`: those of waves in C.
- `information_c`: Fisher information and concurrence in C.
- `batched_c`: all of them in C.
- `jax_kernels`: operations, linear systems, and functions of blocks and of waves in JAX.
"""
