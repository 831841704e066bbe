"""Linear differential equations at many points: in NumPy, and what is scanned in C."""

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symsync.evaluate.backends.c_backend import compiled_library
from symsync.evaluate.kernels.exponential_c import IN_C
from symsync.evaluate.kernels.exponential_numpy import evolved, stepped, steps_of, unsolved
from symsync.expressions.linear_evolution import LinearEvolution

__all__ = ["evolve"]

Array = NDArray[Any]


def evolve(
    system: LinearEvolution, high: Array, low: Array, time: Array, backend: str = "numpy"
) -> Array:
    """Return y(t) at some points, shape (unknowns, points); see `exponential_numpy.evolved`.

    The backend "c" steps through scans, in which each point has its own rates; many times at the
    same rates share their steps in NumPy.
    """
    return evolved(system, high, low, time, _in_c if backend == "c" else stepped)


def _in_c(system: LinearEvolution, values: Array, of_point: Array, time: Array) -> Array:
    """Return y for points of which most have equations of their own."""
    if 2 * values.shape[1] < len(time):
        return stepped(system, values, of_point, time)
    function = compiled_library(IN_C).symsync_steps
    function.argtypes = [ctypes.c_size_t, ctypes.c_size_t, *[ctypes.c_void_p] * 2,
                         ctypes.c_size_t, *[ctypes.c_void_p] * 3]  # fmt: skip
    function.restype = ctypes.c_int
    own = values[:, of_point]
    steps = steps_of(system, own, time)
    order = np.argsort(steps, kind="stable")
    own, steps, time = own[:, order], steps[order].astype(np.uintp), time[order]
    rows = [[(j, e, sign) for j, e, sign in row] for row in system.rows]
    firsts = np.cumsum([0, *map(len, rows)]).astype(np.uintp)
    columns = np.array([j for row in rows for j, _, _ in row], np.uintp)
    signs = np.array([[float(sign)] for row in rows for _, _, sign in row]).reshape(-1, 1)
    matrix = signs * own[[e for row in rows for _, e, _ in row]] * time
    y = unsolved(system, own)
    held = [np.ascontiguousarray(each) for each in (firsts, columns, steps, matrix, y)]
    places = [each.ctypes.data for each in held]
    if not function(system.size, len(columns), *places[:2], len(time), *places[2:]):
        raise MemoryError("There is no memory for the equations of eight points.")
    out = np.empty_like(y)
    out[:, order] = held[-1]
    return out
