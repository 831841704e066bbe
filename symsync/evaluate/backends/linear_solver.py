"""The solution of a linear system at many points, refined until its error is known.

The recorded elimination is fast and has no pivoting.  One or two refinements follow, whose
residuals have twice the precision.  A vector that is known is solved for beside the unknowns, and a
point is trusted if the factors lose little of it; see `derivations/elimination.py`.  What is not
trusted is eliminated with its largest population fixed, then factorised with pivots by LAPACK, then
with twice the digits, and what is still not trusted with hundreds of bits.
"""

import ctypes
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import mpmath
import numpy as np
from numpy.typing import NDArray

from symsync.evaluate.backends.c_backend import compiled_library
from symsync.evaluate.backends.numba_backend import loaded_module
from symsync.evaluate.kernels.elimination_c import SOURCE as IN_C
from symsync.evaluate.kernels.elimination_numpy import (
    eliminated,
    points_at_once,
    probe,
    relative,
    residual,
    scales,
)
from symsync.evaluate.kernels.elimination_scalar import SOURCE as SCALAR
from symsync.evaluate.kernels.elimination_tables import tables
from symsync.evaluate.kernels.elimination_twofold import eliminated_twofold
from symsync.expressions.linear_solutions import LinearSystem, precise_solution
from symsync.expressions.sparse_elimination import PRIME, LongEliminationError, planned

__all__ = ["carried", "solve"]

Array = NDArray[Any]
Solver = Callable[[LinearSystem, Array, Array], tuple[Array, Array, Array]]

ENOUGH = 2.0**-45
"""The relative error (3e-14) that is allowed to remain in any unknown."""

ROUNDING = 2.0**-51
"""What is left in any case: x is rounded."""

LOST, MARGIN = 2.0**-10, 64.0
"""The part of a known vector that factors may lose, and how much larger that of an error may be.

Errors that were found, judged by mpmath, are below a third of the bounds that follow.
"""

DENSE = 2**18
"""Numbers in the matrices that LAPACK gets at a time: 2 MiB, of which there are some copies."""

TWOFOLD = 2**15
"""Entries and unknowns that are sums of two numbers, of points eliminated at a time."""

BITS = 400
"""The precision of the last resort; two such eliminations must agree."""

LAST = 300
"""The last resort takes minutes with more unknowns and is not tried."""


def solve(
    system: LinearSystem, high: Array, low: Array, backend: str = "numpy"
) -> tuple[Array, Array]:
    """Return x and a bound of its errors relative to their scales.

    Parameters
    ----------
    system
        The equations.
    high, low
        The entries as sums of two numbers, shape (entries, points), in C order.
    backend
        "numpy", "numba" or "c".

    Returns
    -------
    x
        Shape (unknowns, points).
    error
        Shape (points,).  It is infinite where x is unknown, for example at a singular point.
    """
    if system.pivots is None:
        return _last_resort(system, high, low, *_pivoted(system, high, low))
    x, error = _recorded(system, high, low, backend)
    doubtful = np.flatnonzero(~(error < ENOUGH))
    if doubtful.size:
        parts = high[:, doubtful], low[:, doubtful], x[:, doubtful]
        x[:, doubtful], error[doubtful] = _once_more(system, *parts, backend)
    return x, error


def _recorded(system: LinearSystem, high: Array, low: Array, backend: str) -> tuple[Array, Array]:
    """Return x and its error by the recorded elimination."""
    x, lost, change = _ELIMINATIONS[backend](system, high, low)
    return x, _bound(lost, change)


def _once_more(
    system: LinearSystem, high: Array, low: Array, guess: Array, backend: str
) -> tuple[Array, Array]:
    """Return x and its error where what is fixed to 1 may be by far too small a population.

    The scale of all others is then lost to rounding.  The largest one is fixed instead.
    """
    size = system.size
    x, error = np.full_like(guess, np.nan), np.full(guess.shape[1], np.inf)
    for largest in np.unique(places := _largest(system, guess)):
        part = np.flatnonzero(places == largest)
        other = system if largest == size else system.fixed(int(largest))
        some, rest = high[:, part], low[:, part]
        if other is system:  # which has been tried
            found, bound = guess[:, part], np.full(part.size, np.inf)
        else:
            found, bound = _recorded(other, some, rest, backend)
        left = np.flatnonzero(~(bound < ENOUGH))
        pieces = some[:, left], rest[:, left]
        found[:, left], bound[left] = _last_resort(
            other, *pieces, *_pivoted(other, *pieces, found[:, left])
        )
        if largest < size:
            one = found[largest].copy()
            found[largest] = 1
            found /= one
        x[:, part], error[part] = found, 2 * bound
    return x, error


def _largest(system: LinearSystem, guess: Array) -> Array:
    """Return which unknown is the largest of those that may be fixed; the last one is 1."""
    sizes = np.zeros((system.size + 1, guess.shape[1]))
    sizes[-1] = 1
    if system.closing:
        own = [k for k, pair in enumerate(system.scales) if pair == (k, k)]
        sizes[own] = np.abs(guess[own])
    sizes[~np.isfinite(sizes)] = 0
    found: Array = sizes.argmax(axis=0)
    return found


def _last_resort(
    system: LinearSystem, high: Array, low: Array, x: Array, error: Array
) -> tuple[Array, Array]:
    """Return x and its error, with twice the digits or hundreds of bits where that is needed."""
    doubtful = np.flatnonzero(~(error < ENOUGH))
    step = max(1, TWOFOLD // len(system.entries + system.rows))
    for start in range(0, doubtful.size if system.pivots else 0, step):
        part = doubtful[start : start + step]
        x[:, part], lost = eliminated_twofold(system, high[:, part], low[:, part], x[:, part])
        error[part] = np.where(lost <= LOST, MARGIN * lost, np.inf) + ROUNDING
    for point in np.flatnonzero(~(error < ENOUGH)):
        x[:, point], error[point] = _exactly(system, high[:, point], low[:, point])
    return x, error


def _bound(lost: Array, change: Array) -> Array:
    """Return a bound of the error that is left after a last change of x.

    If the factors lose a small part of a known vector, they leave about this part of the error.
    That vector has some size in every direction; the margin is for the worst one.
    """
    with np.errstate(all="ignore"):
        return np.where(lost <= LOST, MARGIN * lost * change, np.inf) + ROUNDING


# Recorded eliminations --------------------------------------------------------------------------


def _by_numpy(system: LinearSystem, high: Array, low: Array) -> tuple[Array, Array, Array]:
    step = points_at_once(system)
    parts = [
        eliminated(system, high[:, start : start + step], low[:, start : start + step])
        for start in range(0, high.shape[1], step)
    ]
    x, lost, change = zip(*parts, strict=True)
    return np.concatenate(x, axis=1), np.concatenate(lost), np.concatenate(change)


@lru_cache(maxsize=1)
def _in_c() -> Any:
    function = compiled_library(IN_C).symsync_elimination
    function.argtypes = [*[ctypes.c_void_p] * 8, ctypes.c_size_t, *[ctypes.c_void_p] * 6]
    function.restype = ctypes.c_int
    return function


def _by_c(system: LinearSystem, high: Array, low: Array) -> tuple[Array, Array, Array]:
    count = high.shape[1]
    x, lost, change = np.empty((system.size, count)), np.empty(count), np.empty(count)
    every = tables(system).every  # held while the loop runs: the cache may hold another one
    arrays = [probe(system), *map(np.ascontiguousarray, (high, low)), x, lost, change]
    places = [[each.ctypes.data for each in some] for some in (every, arrays)]
    if not _in_c()(*places[0], count, *places[1]):
        raise MemoryError("There is no memory for the factors of 32 points.")
    return x, lost, change


def _by_numba(system: LinearSystem, high: Array, low: Array) -> tuple[Array, Array, Array]:
    count = high.shape[1]
    x, lost, change = np.empty((system.size, count)), np.empty(count), np.empty(count)
    parts = [np.ascontiguousarray(a) for a in (high, low)]
    loaded_module(SCALAR).eliminate(*tables(system).every, probe(system), *parts, x, lost, change)
    return x, lost, change


_ELIMINATIONS: dict[str, Solver] = {"numpy": _by_numpy, "c": _by_c, "numba": _by_numba}


# Pivots by size ---------------------------------------------------------------------------------


def _pivoted(
    system: LinearSystem, high: Array, low: Array, guess: Array | None = None
) -> tuple[Array, Array]:
    """Return x and its error by inverse matrices of LAPACK, refined.

    LAPACK's errors are relative to the largest unknown.  Each unknown is therefore measured in
    units of its size in a guess, and the result is the guess of a second round.
    """
    count, size = high.shape[1], system.size
    x, error = np.full((size, count), np.nan), np.full(count, np.inf)
    finite = np.flatnonzero(np.isfinite(high).all(axis=0) & np.isfinite(low).all(axis=0))
    step = max(1, DENSE // size**2)
    for start in range(0, finite.size, step):
        part = finite[start : start + step]
        some, rest = high[:, part], low[:, part]
        found = np.ones((size, part.size)) if guess is None else guess[:, part]
        for _ in range(2):
            found, error[part] = _refined(system, some, rest, found)
            if (error[part] < ENOUGH).all():
                break
        x[:, part] = found
    return x, error


def _refined(system: LinearSystem, high: Array, low: Array, guess: Array) -> tuple[Array, Array]:
    """Return x and its error, with unknowns in units of their size in a guess."""
    with np.errstate(all="ignore"):
        units = scales(system, guess)
        units = np.where((units > 0) & np.isfinite(units), units, 1.0)
        matrices = _matrices(system, high) * units.T[:, None, :]
        sizes = np.abs(matrices).max(axis=2, keepdims=True)
        inverse = _inverse(matrices / sizes)

        def solved(right: Array) -> Array:
            scaled = right / sizes[:, :, 0].T
            found: Array = np.einsum("pij,jp->ip", inverse, scaled) * units
            return found

        x = np.zeros((system.size, high.shape[1]))
        for _ in range(5):
            change = solved(residual(system, high, low, x))
            x += change
        known = probe(system)[:, None] * scales(system, x)
        left = solved(residual(system, high, low, known, 0.0)) + known
        return x, _bound(relative(system, x, left), relative(system, x, change))


def _matrices(system: LinearSystem, high: Array) -> Array:
    matrices = np.zeros((high.shape[1], system.size, system.size))
    for k, row in enumerate(system.rows):
        for column, entry, sign in row:
            if column < system.size:
                matrices[:, k, column] = sign * high[entry]
    return matrices


def _inverse(matrices: Array) -> Array:
    """Return inverse matrices, which are nan where there is none."""
    try:
        return np.linalg.inv(matrices)
    except np.linalg.LinAlgError:
        if len(matrices) == 1:
            return np.full_like(matrices, np.nan)
        return np.concatenate([_inverse(each[None]) for each in matrices])


def carried(system: LinearSystem, high: Array, sizes: Array, errors: Array) -> Array:
    """Return a bound of what errors of the entries do to the unknowns.

    With errors E of A and e of c, x moves by at most |A⁻¹|(E|x| + e), and by twice that if this is
    a small part of x.  Likewise the inverse B of LAPACK bounds A⁻¹ if |1 − BA| is small.

    Parameters
    ----------
    system
        The equations.
    high
        The entries, shape (entries, points).
    sizes
        Bounds of the moduli of the unknowns, shape (unknowns, points).
    errors
        Bounds of the errors of the entries, shape (entries, points).

    Returns
    -------
    ndarray
        Shape (unknowns, points).  It is infinite where the errors may be as large as the unknowns.
    """
    found = np.full_like(sizes, np.inf)
    known = np.isfinite(high).all(axis=0) & np.isfinite(errors).all(axis=0)
    finite = np.flatnonzero(known & np.isfinite(sizes).all(axis=0))
    step = max(1, DENSE // system.size**2)
    for start in range(0, finite.size, step):
        part = finite[start : start + step]
        found[:, part] = _carried(system, high[:, part], sizes[:, part], errors[:, part])
    return found


def _carried(system: LinearSystem, high: Array, sizes: Array, errors: Array) -> Array:
    units = np.where(sizes > 0, sizes, 1.0)
    matrices = _matrices(system, high) * units.T[:, None, :]
    rows = np.abs(matrices).max(axis=2, keepdims=True)
    matrices = matrices / rows
    inverse = _inverse(matrices)
    moved = np.zeros_like(sizes)
    every = np.concatenate([sizes, np.ones((1, sizes.shape[1]))])
    for k, row in enumerate(system.rows):
        for column, entry, _ in row:
            moved[k] += errors[entry] * every[column]
    moved = np.einsum("pij,jp->ip", np.abs(inverse), moved / rows[:, :, 0].T)
    rest = np.abs(np.eye(system.size) - inverse @ matrices).sum(axis=2).max(axis=1)
    largest = moved.max(axis=0)
    safe = (rest < 0.25) & (largest < 0.125)
    return np.where(safe, 2 * units * (moved + 2 * rest * largest), np.inf)


def _is_singular(system: LinearSystem, high: Array, low: Array) -> bool:
    """Whether the matrix of the entries, which are exact fractions, is singular modulo a prime."""
    exact = [Fraction(float(a)) + Fraction(float(b)) for a, b in zip(high, low, strict=True)]
    residues = [e.numerator * pow(e.denominator, -1, PRIME) % PRIME for e in exact]
    matrix: list[dict[int, int]] = [
        {j: sign * residues[e] % PRIME for j, e, sign in row if j < system.size and residues[e]}
        for row in system.rows
    ]
    try:
        planned(matrix)
    except ZeroDivisionError:
        return True
    except LongEliminationError:
        pass
    return False


# Hundreds of bits -------------------------------------------------------------------------------


def _exactly(system: LinearSystem, high: Array, low: Array) -> tuple[Any, float]:
    """Return x at one point, correctly rounded, and its error."""
    nothing = np.full(system.size, np.nan), np.inf
    if system.size > LAST or not (np.isfinite(high).all() and np.isfinite(low).all()):
        return nothing
    if _is_singular(system, high, low):
        return nothing
    found = []
    for bits in (BITS, 2 * BITS):
        with mpmath.workprec(bits):
            entries = [mpmath.mpf(float(a)) + float(b) for a, b in zip(high, low, strict=True)]
            try:
                found.append(precise_solution(system, entries))
            except ZeroDivisionError:
                return nothing
    rough, fine = (np.array([float(value) for value in values]) for values in found)
    step = relative(system, fine[:, None], (fine - rough)[:, None])
    return (fine, ROUNDING) if step[0] < ROUNDING else nothing
