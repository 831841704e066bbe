"""Run a program: checks, broadcasting, blocks, threads and the files of compiled code.

Modules, in reading order:

- `duck_arrays`: arguments of xarray and dask.
- `array_backend`: what all functions of arrays share.
- `numpy_backend`: on NumPy.
- `whole_files`: files that are written whole or not at all.
- `disk_cache`: where compiled code is kept.
- `compiled_backend`: what compiled code shares.
- `numba_backend`: compiled by Numba.
- `c_backend`: compiled by a C compiler.
- `batched`: what has no elementary steps, at many points at a time.
- `linear_solver`: linear systems at many points, refined until the error is known.
- `evolutions`: linear differential equations at many points.
- `crossings`: the least values at which functions are negative, at many points.
- `parts`: a formula cut at such systems and functions, and its derivatives.
- `staged`: formulas that hold such parts.
- `jax_backend`: as functions of JAX arrays.
- `mpmath_backend`: at any precision of mpmath.
"""
