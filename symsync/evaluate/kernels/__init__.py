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
- `pivots_c`: linear systems that need pivots in C.
- `evolution_c`: evolutions in C, one point after the other.
- `eigenvalues_c`: eigenvalues of matrices in C.
- `crossings_c`: where functions are negative first, or largest, in C.
- `javascript_kernels`: operations on numbers in JavaScript.
- `javascript_blocks`: functions of blocks and of waves in JavaScript.
- `javascript_elimination`: linear systems in JavaScript.
- `javascript_evolution`: evolutions in JavaScript.
- `javascript_eigenvalues`: eigenvalues of matrices in JavaScript.
- `javascript_crossings`: where functions are negative first, or largest, in JavaScript.
- `javascript_interface`: functions of named numbers in JavaScript.
- `fortran_kernels`: operations on numbers in Fortran.
- `julia_kernels`: operations on numbers in Julia.
"""
