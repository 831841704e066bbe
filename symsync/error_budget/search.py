"""The least values at which an error exceeds its bound, at many points at a time."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symsync.evaluate.backends.crossings import roots

__all__ = ["Array", "first_excess"]

Array = NDArray[np.float64]
Ratio = Callable[[Any, Any], Array]
"""A function of the numbers of some points and of a row of values of a symbol for each of them."""

COARSE, FINE = 6, 30
"""How many values are looked at in a decade, below all scales of a formula and among them."""

WEAK = 6
"""So many of the decades lie below all scales."""

AT_ONCE = 36
"""So many values are looked at before points that are done are left out."""

NEARLY = 0.9
"""What a parabola through three ratios to the bound reaches where a crest is looked for."""


def first_excess(ratio: Ratio, lowest: Array, decades: float) -> Array:
    """Return for each point the least x at which a ratio exceeds 1; see `Validity.largest`."""
    among = np.arange(np.ceil(FINE * (decades - WEAK)))
    powers = np.concatenate([np.arange(-2, COARSE * WEAK) / COARSE, WEAK + among / FINE])
    low, high = np.zeros(len(lowest)), np.full(len(lowest), np.inf)
    known = np.zeros(len(lowest), bool)
    active = np.arange(len(lowest))
    for start in range(0, len(powers) - 2, AT_ONCE):
        if not active.size:
            break
        chunk = powers[start : start + AT_ONCE + 2]  # two are looked at twice, for crests
        x = lowest[active, None] * 10**chunk
        rows = np.asarray(ratio(active, x))
        missing = np.isnan(rows)
        before = known[active, None] | np.logical_or.accumulate(~missing, axis=1)
        outside = (rows > 1) | (missing & before)
        known[active] |= ~missing.all(axis=1)
        found = outside.any(axis=1)
        first = np.where(found, outside.argmax(axis=1), 0)
        every = np.arange(len(active))
        inside = (first > 0) & (rows[every, first - 1] <= 1)
        low[active] = np.where(found & inside, x[every, first - 1], 0.0)
        high[active] = np.where(found, x[every, first], np.inf)
        for n, before_it, at in _crests(ratio, active, x, rows):
            if at < high[active[n]]:
                low[active[n]], high[active[n]] = before_it, at
        active = active[np.isinf(high[active])]
    between = np.flatnonzero((low > 0) & np.isfinite(high))
    out = np.where(np.isinf(high), np.where(known, np.inf, np.nan), low)

    def room(k: Any, x: Array) -> Array:
        found = ratio(between[k], x[:, None])[:, 0]
        return np.where(np.isfinite(found), 1 - found, -1.0)

    out[between] = roots(room, low[between], high[between])
    return out


def _crests(ratio: Ratio, points: Any, x: Array, rows: Array) -> list[tuple[int, float, float]]:
    """Return (place of the point, x before, x) where the ratio exceeds 1 between three values only.

    It is looked for where a parabola through all three nearly does, by golden sections.
    """
    left, middle, right = rows[:, :-2], rows[:, 1:-1], rows[:, 2:]
    with np.errstate(all="ignore"):
        top = middle + (right - left) ** 2 / (8 * (2 * middle - left - right))
        crest = (middle <= 1) & (middle >= np.maximum(left, right)) & (top > NEARLY)
    n, k = np.nonzero(crest & (left < middle))
    if not n.size:
        return []
    part = (5**0.5 - 1) / 2
    a, d = np.log(x[n, k]), np.log(x[n, k + 2])
    for _ in range(24):
        b, c = d - part * (d - a), a + part * (d - a)
        up = ratio(points[n], np.exp([b, c]).T)
        a, d = np.where(up[:, 0] < up[:, 1], b, a), np.where(up[:, 0] < up[:, 1], d, c)
    at = np.exp((a + d) / 2)
    over = ratio(points[n], at[:, None])[:, 0] > 1
    return [
        (int(i), float(x[i, j]), float(v))
        for i, j, v in zip(n[over], k[over], at[over], strict=True)
    ]
