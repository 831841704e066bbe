"""exp(Mt) y(0) of sparse or dense equations at many points, in steps or by squaring; eigenvalues.

Of few units of the fastest time, the power series of the vector is summed step by step, in which
each unknown keeps its relative accuracy.  Of many, the matrix is squared, which doubles its errors
each time; it is therefore kept as a sum of two numbers for each entry, 80 bits of which are right.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symsync.evaluate.kernels.numpy_kernels import product_error, sum_error
from symsync.expressions.eigenvalues import CLOSE, Eigenvalues
from symsync.expressions.linear_evolution import EXCITED, LEAST, LinearEvolution
from symsync.expressions.unknowns import Equations

__all__ = ["eigenvalues", "evolved", "slowest_rate", "stepped", "steps_of", "unsolved"]

Array = NDArray[Any]
Pair = tuple[Array, Array]
"""A matrix as a sum of two, of which the second is below the last places of the first."""

STEPS = 256
"""So many steps of the fastest time lose less than 1e-13, and take as long as squaring."""

TERMS = 19
"""Terms of exp(x) for |x| ≤ 1: the next one is 1/19! = 8e-18."""

NARROW, SHORT = 2.0**-4, 14
"""Norm of the matrix before it is squared, and the degree of its exponential: 2⁻⁶⁰/15! = 7e-31."""

SQUARINGS = 40
"""The most squarings: 2⁴⁰ times an error of 2⁻⁸⁵."""

SLICES = 4
"""Parts of a matrix, with at least 21 bits each, whose products are exact."""

REACH = 32
"""Steps after which the sizes of unknowns are compared."""

NUMBERS = 2**18
"""Numbers of one array that are computed at a time."""


Stepped = Callable[[LinearEvolution, Array, Array, Array], Array]


def evolved(
    system: LinearEvolution, high: Array, low: Array, time: Array, by: Stepped | None = None
) -> Array:
    """Return y(t); it is nan where the norm of Mt is above 10¹⁰.

    Parameters
    ----------
    system
        The equations.
    high, low
        Their entries as sums of two numbers, shape (entries, points).
    time
        t, shape (points,).
    by
        What takes few steps; by default the function of this module.

    Returns
    -------
    ndarray
        Shape (unknowns, points).
    """
    out = np.full((system.size, len(time)), np.nan)
    with np.errstate(all="ignore"):
        norm = _norm(system, np.abs(high)) * np.abs(time)
        in_steps = (norm <= STEPS) & (time >= 0)
        near, far = np.flatnonzero(in_steps), np.flatnonzero(~in_steps)
        if near.size:
            _, first, of_point = np.unique(high[:, near], axis=1, return_index=True,
                                           return_inverse=True)  # fmt: skip
            out[:, near] = (by or stepped)(
                system, high[:, near[first]], of_point.ravel(), time[near]
            )
        for part in _chunks(far, system.size**2):
            out[:, part] = _squared(system, high[:, part], low[:, part], time[part])
    return out


def slowest_rate(system: LinearEvolution, values: Array) -> Array:
    """Return the slowest rate of modes that the start excites, for entries (entries, points)."""
    out = np.full(values.shape[1], np.nan)
    good = np.flatnonzero(np.isfinite(values).all(axis=0))
    for part in _chunks(good, system.size**2):
        matrix, start = _dense(system, values[:, part]), unsolved(system, values[:, part]).T
        rates, modes = np.linalg.eig(matrix)
        weights = (np.linalg.pinv(modes) @ start[:, :, None])[:, :, 0]
        norm = np.abs(matrix).sum(axis=2).max(axis=1)[:, None]
        seen = np.abs(weights) > EXCITED * np.linalg.norm(start, axis=1)[:, None]
        seen &= np.abs(rates) > LEAST * norm
        out[part] = np.where(seen, -rates.real, np.inf).min(axis=1)
    return out


def eigenvalues(system: Eigenvalues, values: Array) -> Array:
    """Return Re λ and Im λ in turn, in the order of `Eigenvalues`, for entries (entries, points).

    Those that are known are left out; of n others, the shape is (2n, points).
    """
    out = np.full((2 * (system.size - len(system.known)), values.shape[1]), np.nan)
    good = np.flatnonzero(np.isfinite(values).all(axis=0))
    for part in _chunks(good, system.size**2):
        matrix: Array = _dense(system, values[:, part])
        norm = np.abs(matrix).sum(axis=2).max(axis=1)[:, None]
        found: Array = np.linalg.eigvals(matrix)
        for row in system.known:
            one = sum(
                (1j**k * sign * values[entry, part] for k, entry, sign in row), 0 * norm[:, 0]
            )
            nearest = np.abs(found - one[:, None]).argmin(axis=1)
            others = np.arange(found.shape[1]) != nearest[:, None]
            found = found[others].reshape(len(found), -1)
        found = np.take_along_axis(found, np.argsort(-found.real, axis=1), axis=1)
        apart = -np.diff(found.real, axis=1, prepend=found.real[:, :1]) > CLOSE * norm
        order = np.lexsort((-found.imag, np.cumsum(apart, axis=1)), axis=1)
        found = np.take_along_axis(found, order, axis=1)
        out[::2, part], out[1::2, part] = found.real.T, found.imag.T
    return out


def steps_of(system: LinearEvolution, values: Array, time: Array) -> Array:
    """Return how many steps of the fastest rate there are."""
    return np.maximum(np.ceil(_norm(system, np.abs(values)) * time), 1)


def _norm(system: LinearEvolution, sizes: Array) -> Array:
    """Return the largest sum of a row of M."""
    rows = [sum(sizes[e] for _, e, _ in row) for row in system.rows if row]
    return np.max(rows, axis=0, initial=0.0) if rows else np.zeros(sizes.shape[1])


def _chunks(points: Array, numbers: int) -> Iterator[Array]:
    count = max(1, NUMBERS // max(1, numbers))
    for start in range(0, len(points), count):
        yield points[start : start + count]


def unsolved(system: LinearEvolution, values: Array) -> Array:
    """Return y(0), shape (unknowns, equations)."""
    y = np.zeros((system.size, values.shape[1]))
    for k, entry, sign in system.start:
        y[k] = sign * values[entry]
    return y


def stepped(system: LinearEvolution, values: Array, of_point: Array, time: Array) -> Array:
    """Return y at the times of some points, of which many may belong to the same equations.

    Parameters
    ----------
    system
        The equations.
    values
        Their entries, shape (entries, equations).
    of_point
        For each point the number of its equations.
    time
        t of each point.
    """
    longest = np.zeros(values.shape[1])
    np.maximum.at(longest, of_point, time)
    steps = steps_of(system, values, longest)
    order = np.argsort(-steps, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    out = np.empty((system.size, len(time)))
    for part in _chunks(order, TERMS * system.size):
        here = np.flatnonzero(np.isin(place[of_point], place[part]))
        own = place[of_point[here]] - place[part[0]]
        out[:, here] = _in_step(
            system, values[:, part], longest[part], steps[part], own, time[here]
        )
    return out


def _in_step(
    system: LinearEvolution, values: Array, longest: Array, steps: Array, own: Array, time: Array
) -> Array:
    """Return y for equations in the order of falling numbers of steps, step by step at once.

    In a step, all points in it are found from the same terms of the power series.
    """
    length = np.where(longest > 0, longest, 1.0) / steps
    place = time / length[own]
    at = np.minimum(np.floor(place), steps[own] - 1)
    by_step = np.argsort(at, kind="stable")
    bounds = np.searchsorted(at[by_step], np.arange(steps.max(initial=1) + 1))
    multiply = _multiplication(system, values * length)
    out = np.empty((system.size, len(time)))
    y = unsolved(system, values)
    for step in range(len(bounds) - 1):
        count = int(np.count_nonzero(steps > step))
        terms = [y[:, :count]]
        for k in range(1, TERMS):
            terms.append(multiply(terms[-1], count) / k)
        points = by_step[bounds[step] : bounds[step + 1]]
        if points.size:
            inside = place[points] - step
            found = terms[-1][:, own[points]]
            for term in terms[-2::-1]:
                found = found * inside + term[:, own[points]]
            out[:, points] = found
        y = sum(terms[1:], terms[0])
    return out


def _multiplication(system: LinearEvolution, values: Array) -> Callable[[Array, int], Array]:
    """Return the function (y, n) ↦ My of the first n equations."""
    full = [k for k, row in enumerate(system.rows) if row]
    every = [entry for k in full for entry in system.rows[k]]
    columns = np.array([column for column, _, _ in every], int)
    signs = np.array([sign for _, _, sign in every], float)[:, None]
    firsts = np.cumsum([0, *(len(system.rows[k]) for k in full[:-1])])
    matrix = signs * values[[entry for _, entry, _ in every]]

    def multiply(y: Array, count: int) -> Array:
        out = np.zeros_like(y)
        if every:
            out[full] = np.add.reduceat(matrix[:, :count] * y[columns], firsts, axis=0)
        return out

    return multiply


def _squared(system: LinearEvolution, high: Array, low: Array, time: Array) -> Array:
    """Return y by the exponential of the matrix."""
    product = high * time
    rest = product_error(high, time, product) + low * time
    matrix = _dense(system, product), _dense(system, rest)
    start = unsolved(system, high).T
    size = _sizes(np.abs(matrix[0]), np.abs(start))
    ratio = size[:, None, :] / size[:, :, None]
    matrix = matrix[0] * ratio, matrix[1] * ratio
    norm = np.abs(matrix[0]).sum(axis=2).max(axis=1)
    squarings = np.ceil(np.log2(norm / NARROW))
    good = squarings <= SQUARINGS
    squarings = np.where(good, np.maximum(squarings, 0), 0).astype(int)
    scale = np.where(good, 2.0**-squarings, np.nan)[:, None, None]
    found = _exponential((matrix[0] * scale, matrix[1] * scale))
    for step in range(squarings.max(initial=0)):
        more = squarings > step
        part = _product(*[(found[0][more], found[1][more])] * 2)
        found[0][more], found[1][more] = part
    y = start / size
    both = found[0] @ y[:, :, None] + found[1] @ y[:, :, None]
    return np.asarray(size.T * both[:, :, 0].T)


def _dense(system: Equations, values: Array) -> Array:
    """Return M, shape (points, unknowns, unknowns)."""
    is_complex = any(column >= system.size for row in system.rows for column, _, _ in row)
    shape = values.shape[1], system.size, system.size
    matrix = np.zeros(shape, complex if is_complex else float)
    for k, row in enumerate(system.rows):
        for column, entry, sign in row:
            unit = 1j if column >= system.size else 1
            matrix[:, k, column % system.size] += sign * unit * values[entry]
    return matrix


def _sizes(matrix: Array, start: Array) -> Array:
    """Return powers of two near the sizes that unknowns have after some units of time.

    What is small because a coupling is small is so measured in its own size.
    """
    weights = matrix / matrix.sum(axis=2).max(axis=1)[:, None, None]
    reached = start
    for _ in range(REACH):
        reached = reached + (weights @ reached[:, :, None])[:, :, 0]
    relative = reached / reached.max(axis=1, keepdims=True)
    power = np.round(np.log2(np.where(relative > 0, relative, 1.0)))
    return np.asarray(2.0 ** np.maximum(power, -500))


def _exponential(matrix: Pair) -> Pair:
    """Return exp of a matrix of small norm by Horner's scheme."""
    one = np.broadcast_to(np.eye(matrix[0].shape[1]), matrix[0].shape)
    found = one.copy(), np.zeros_like(one)
    for k in range(SHORT, 0, -1):
        high, low = _product(matrix, found)
        quotient = high / k
        rest = (high - k * quotient - product_error(k, quotient, k * quotient) + low) / k
        found = _sum((one, rest), (quotient, np.zeros_like(rest)))
    return found


def _sum(a: Pair, b: Pair) -> Pair:
    high = a[0] + b[0]
    low = sum_error(a[0], b[0], high) + (a[1] + b[1])
    total = high + low
    return total, sum_error(high, low, total)


def _product(a: Pair, b: Pair) -> Pair:
    """Return a product to some 80 bits, relative to the largest terms of rows and columns.

    Each matrix is cut into parts of so few bits that products of parts are exact (Ozaki, Ogita,
    Oishi and Rump 2012).
    """
    left, right = _slices(a, 2), _slices(b, 1)
    total = left[0] @ right[0], np.zeros_like(a[0])
    for order in range(1, SLICES):
        for k in range(order + 1):
            part = left[k] @ right[order - k]
            total = _sum(total, (part, np.zeros_like(part)))
    return total


def _slices(matrix: Pair, axis: int) -> list[Array]:
    """Return the parts of a matrix, each of a few bits below the largest entry along an axis."""
    bits = (53 - int(np.ceil(np.log2(matrix[0].shape[1])))) // 2
    high, low = matrix
    top = np.abs(high).max(axis=axis, keepdims=True)
    unit = 2.0 ** np.ceil(np.log2(np.where(top > 0, top, 1.0)))
    parts = []
    for k in range(SLICES):
        shift = 1.5 * 2.0 ** (53 - bits) * unit * 2.0 ** (-bits * k)
        part = (high + shift) - shift
        parts.append(part)
        rest = high - part
        high = rest + low
        low = sum_error(rest, low, high)
    return parts
