"""Functions of many points at a time, for nodes of a formula that have no elementary steps."""

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np

from symsync.evaluate.backends.c_backend import compiled_library
from symsync.evaluate.kernels import batched_c
from symsync.evaluate.kernels.batched_numpy import KERNELS, SLOPES

__all__ = ["SLOPES", "Kernel", "kernel", "slopes"]

Kernel = Callable[[Any, Any], None]
"""A function of arguments, shape (arguments, points), and of an array for the results, (points,).

Both are contiguous arrays of float64.  It raises nothing: what is not finite becomes nan.
"""


def kernel(backend: str, name: str) -> Kernel:
    """Return the function that computes a node at many points.

    Parameters
    ----------
    backend
        "numpy", "numba" or "c".  Numba calls the functions of NumPy, as its eigenvalues would be
        those of the same LAPACK.
    name
        The name of the node's class, such as "NegativePart".

    Raises
    ------
    ValueError
        If there is no such backend, or no kernel of that name.
    """
    if backend not in ("numpy", "numba", "c") or name not in KERNELS:
        raise ValueError(
            f"There is no kernel of {name!r} for the backend {backend!r}; the kernels are "
            f"{', '.join(KERNELS)} for numpy, numba and c. Use backend='mpmath'."
        )
    return _in_c(name) if backend == "c" else _in_numpy(name)


def _in_numpy(name: str) -> Kernel:
    function = KERNELS[name]

    def run(values: Any, out: Any) -> None:
        if len(out):
            with np.errstate(all="ignore"):
                function(values, out)

    return run


def _in_c(name: str) -> Kernel:
    function = compiled_library(batched_c.SOURCE)[f"symsync_{name}"]
    function.argtypes = [ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p]
    function.restype = None

    def run(values: Any, out: Any) -> None:
        out.fill(np.nan)  # which stays where there is no memory for the blocks
        function(*values.shape, values.ctypes.data, out.ctypes.data)

    return run


def slopes(name: str, values: Any) -> Any:
    """Return the derivatives of a node by its arguments, of the shape of the arguments.

    Parameters
    ----------
    name
        The name of the node's class, one of `SLOPES`.
    values
        The arguments, shape (arguments, points).
    """
    with np.errstate(all="ignore"):
        return SLOPES[name](values)
