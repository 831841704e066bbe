"""The elimination of a linear system in NumPy, for some points side by side."""

from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from symsync.evaluate.kernels.elimination_tables import tables
from symsync.evaluate.kernels.numpy_kernels import product_error, sum_error
from symsync.expressions.linear_solutions import LinearSystem

__all__ = ["eliminated", "points_at_once", "probe", "relative", "residual", "scales"]

Array = NDArray[Any]

SCRATCH = 2**18
"""How many numbers the factors of a block have: 2 MiB."""


ENOUGH = 1e-18
"""What one more refinement could change, relative to x."""

TINY = 1e-300
"""This number is added to a scale, so that 0/0 is 0."""


class _Stage(NamedTuple):
    """What one pivot does, as arrays of slots."""

    pivot: int
    below: Array
    changed: Array
    by: Array
    read: Array


class _Plan(NamedTuple):
    stages: list[_Stage]
    forward: list[tuple[int, Array, Array]]
    backward: list[tuple[int, int, int, Array, Array]]


@lru_cache(maxsize=64)
def _plan(system: LinearSystem) -> _Plan:
    """Return the tables of a system as arrays for each pivot."""
    made = tables(system)
    stages, table, place = [], made.factors, 0
    while place < len(table):
        pivot, rows = table[place : place + 2]
        place += 2
        below, pairs, by = [], [], []
        for row in range(rows):
            slot, count = table[place : place + 2]
            below.append(slot)
            pairs.append(table[place + 2 : place + 2 + 2 * count].reshape(-1, 2))
            by += [row] * count
            place += 2 + 2 * count
        steps = np.concatenate([np.zeros((0, 2), np.int32), *pairs])
        stages.append(
            _Stage(pivot, np.array(below, int), steps[:, 0], np.array(by, int), steps[:, 1])
        )
    triples = made.forward.reshape(-1, 3)
    forward = []
    for source, group in groupby(triples, key=lambda triple: int(triple[2])):
        part = np.array(list(group))
        forward.append((source, part[:, 0], part[:, 1]))
    backward, table, place = [], made.backward, 0
    while place < len(table):
        unknown, row, slot, count = table[place : place + 4]
        terms = table[place + 4 : place + 4 + 2 * count].reshape(-1, 2)
        backward.append((unknown, row, slot, terms[:, 0], terms[:, 1]))
        place += 4 + 2 * count
    return _Plan(stages, forward, backward)


def points_at_once(system: LinearSystem) -> int:
    """Return for how many points the factors stay in the cache."""
    return max(1, SCRATCH // int(tables(system).sizes[1]))


def eliminated(system: LinearSystem, high: Array, low: Array) -> tuple[Array, Array, Array]:
    """Return x after one refinement, or two if that is not enough, and what tells its error.

    Parameters
    ----------
    system
        Equations whose elimination is recorded.
    high, low
        The entries as sums of two numbers, shape (entries, points).

    Returns
    -------
    x
        Shape (unknowns, points).
    lost
        How much of a vector that is known the factors lose, relative to the scales of x, shape
        (points,).  Each refinement leaves about this fraction of the error.
    change
        The last change of an unknown, relative to its scale, shape (points,).
    """
    plan, made = _plan(system), tables(system)
    entry, sign = made.gather.T
    v = high[entry] * sign[:, None]
    v[sign == 0] = 0
    with np.errstate(all="ignore"):
        for stage in plan.stages:
            inverse = v[stage.pivot] = 1 / v[stage.pivot]
            factors = v[stage.below] = v[stage.below] * inverse
            v[stage.changed] -= factors[stage.by] * v[stage.read]
        right = np.zeros((system.size, high.shape[1]))
        for row, entry, sign in made.right.reshape(-1, 3):
            right[row] -= sign * high[entry]
        x = _substituted(plan, v, right)
        known = probe(system)[:, None] * scales(system, x)
        found = _substituted(plan, v, residual(system, high, low, known, 0.0))
        lost = relative(system, x, found + known)
        for _ in range(2):
            step = _substituted(plan, v, residual(system, high, low, x))
            x += step
            change = relative(system, x, step)
            if (change * lost < ENOUGH).all():
                break
        return x, lost, change


def _substituted(plan: _Plan, v: Array, y: Array) -> Array:
    for source, targets, slots in plan.forward:
        y[targets] -= v[slots] * y[source]
    x = np.empty_like(y)
    for unknown, row, slot, slots, others in plan.backward:
        x[unknown] = (y[row] - (v[slots] * x[others]).sum(axis=0)) * v[slot]
    return x


@lru_cache(maxsize=64)
def _layers(system: LinearSystem) -> list[tuple[Array, Array, Array, Array]]:
    """Return the k-th terms of all rows as arrays: row, entry, column, sign."""
    longest = max(map(len, system.rows), default=0)
    layers = []
    for k in range(longest):
        terms = [(i, row[k]) for i, row in enumerate(system.rows) if len(row) > k]
        rows = np.array([i for i, _ in terms])
        columns, entries, signs = np.array([term for _, term in terms]).T
        layers.append((rows, entries, columns, signs[:, None].astype(float)))
    return layers


def residual(system: LinearSystem, high: Array, low: Array, x: Array, one: float = 1.0) -> Array:
    """Return −(Ax + c), or −Ax, with products and sums in twice the precision."""
    every = np.concatenate([x, np.full((1, x.shape[1]), one)])
    total, rest = np.zeros_like(x), np.zeros_like(x)
    for rows, entries, columns, signs in _layers(system):
        a, q = high[entries], -signs * every[columns]
        p, old = a * q, total[rows]
        new = old + p
        rest[rows] += sum_error(old, p, new) + (product_error(a, q, p) + low[entries] * q)
        total[rows] = new
    return total + rest


@lru_cache(maxsize=64)
def probe(system: LinearSystem) -> Array:
    """Return numbers of either sign from ½ to 1, the same ones in every process."""
    draw = np.random.default_rng(1)
    return draw.uniform(0.5, 1.0, system.size) * draw.choice([-1.0, 1.0], system.size)


def scales(system: LinearSystem, x: Array) -> Array:
    """Return the bound of each unknown, of the shape of x."""
    every = np.concatenate([np.abs(x), np.ones((1, x.shape[1]))])
    if not system.scales:
        return np.broadcast_to(every.max(axis=0) + TINY, x.shape)
    first, second = np.array(system.scales).T
    found: Array = np.sqrt(every[first]) * np.sqrt(every[second]) + TINY
    return found


def relative(system: LinearSystem, x: Array, step: Array) -> Array:
    """Return the largest change of an unknown relative to its scale, for each point."""
    found: Array = (np.abs(step) / scales(system, x)).max(axis=0)
    return found
