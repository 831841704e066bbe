"""Where functions are negative first, or largest, for many points at a time."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from symsync.expressions.crossings import (
    EXPONENTS,
    FAR,
    FINER,
    GOLDEN,
    NEAR,
    SHALLOW,
    UNDECIDED,
    WINDOW,
)
from symsync.expressions.peaks import BESIDE as STEPS_BESIDE
from symsync.expressions.peaks import DOUBLINGS, FIRST, HIGH

__all__ = ["first_change", "first_negative", "highest", "roots"]

Margins = Callable[[Any, Any], Any]
"""A function of the numbers of some points and of a value for each, to a row for each margin."""

SECTIONS = 20
"""Golden sections of an interval of two neighbours, which leave a 15 000th of it."""

BESIDE = (2.0**-34, 2.0**-27, 2.0**-20)
"""Relative distances from a root at which the signs on both sides of it are looked at."""

JUMP = 2.0**-10
"""A margin that is larger than this on both sides of so short a distance has a jump, no root."""

AT_ONCE = 256
"""So many values are looked at in one call, or one for each point if these are more."""

STEPS = 100
"""More than twice as many as an interval of two neighbours can be halved in double precision."""


def first_change(margin: Margins, scale: Any, shallow: float) -> Any:
    """Return for each point the least positive x at which the only margin changes its sign.

    It is nan where the signs on both sides of that x are not known, or the margin jumps there; if
    it has changed its sign since `FAR` below all values; and if it has no value there and `NEAR`.

    Parameters
    ----------
    margin, scale, shallow
        Those of `first_negative`.
    """
    sign = np.zeros(len(scale))

    def at_first_positive(points: Any, x: Any) -> Any:
        rows = margin(points, x)
        fresh = (sign[points] == 0) & (np.abs(rows[0]) > UNDECIDED)
        sign[points[fresh][::-1]] = np.sign(rows[0, fresh][::-1])  # the least x is written last
        return np.where(sign[points] < 0, -rows, rows)

    every = np.flatnonzero(np.isfinite(scale))
    unit = np.where(scale > 0, scale, 1.0)[every]
    missing = np.isnan(at_first_positive(every, FAR * unit)[0])
    missing &= np.isnan(margin(every, NEAR * unit)[0])
    out = first_negative(at_first_positive, scale, shallow)
    out[out == 0] = np.nan
    out[every[missing]] = np.nan
    roots = np.flatnonzero(np.isfinite(out))
    known = np.zeros(len(roots), bool)
    for beside in BESIDE if roots.size else ():
        below = at_first_positive(roots, out[roots] * (1 - beside))[0]
        above = at_first_positive(roots, out[roots] * (1 + beside))[0]
        small = np.maximum(np.abs(below), np.abs(above)) < JUMP
        known |= (below > UNDECIDED) & (above < -UNDECIDED) & small
    out[roots[~known]] = np.nan
    return out


def first_negative(margins: Margins, scale: Any, shallow: float = SHALLOW) -> Any:
    """Return for each point the infimum of positive x at which a margin is negative.

    It is 0 if a margin that is negative at one value of x has not been positive at a smaller one.

    Parameters
    ----------
    margins
        The margins of a `Crossing`.
    scale
        The largest parameter of each point; 0 stands for 1.
    shallow
        Below which value of a parabola a margin is looked at between three points.
    """
    out = np.full(len(scale), np.nan)
    points = np.flatnonzero(np.isfinite(scale))
    scale = np.where(scale > 0, scale, 1.0)[points]
    rough = _search(margins, points, scale * 10.0 ** np.array(EXPONENTS)[:, None], 0.0, shallow)
    out[points[rough.seen]] = np.inf
    hit = np.flatnonzero(rough.high < np.inf)
    if not hit.size:
        return out
    points, low, high = points[hit], rough.low[hit], rough.high[hit]
    mask, start, positive = rough.mask[:, hit], rough.start[hit], rough.positive[:, hit]
    closer = np.maximum(high * 10.0 ** np.array(FINER)[:, None], start)
    fine = _search(margins, points, closer, positive, shallow)
    again = fine.high < np.inf
    low, high = np.where(again, fine.low, low), np.where(again, fine.high, high)
    mask = np.where(again, fine.mask, mask)
    out[points] = 0
    between = low > 0
    points, mask = points[between], mask[:, between]

    def least(k: Any, x: Any) -> Any:
        return np.where(mask[:, k], margins(points[k], x), np.inf).min(axis=0)

    if points.size:
        out[points] = roots(least, low[between], high[between])
    return out


class _Found(NamedTuple):
    """Between which values of x which margins become negative; `high` is infinite if none does.

    `seen` says where there are any values, `start` where the last steps begin, and `positive`
    where each margin was positive last before these.
    """

    low: Any
    high: Any
    mask: Any
    seen: Any
    start: Any
    positive: Any


def _search(margins: Margins, points: Any, x: Any, positive: Any, shallow: float) -> _Found:
    """Look at the margins of each point at some values of x, an array of shape (values, points)."""
    count, found = len(points), None
    active = np.arange(count)
    before: list[tuple[Any, Any]] = []
    ahead: list[tuple[Any, Any]] = []
    for step in range(len(x)):
        if not active.size:
            break
        ahead = ahead or _ahead(margins, points[active], x[step:, active])
        at, rows = ahead.pop(0)
        if found is None:
            positive = np.broadcast_to(positive, rows.shape)
            mask, seen = np.zeros(rows.shape, bool), np.zeros(count, bool)
            high = np.full(count, np.inf)
            found = _Found(high.copy(), high, mask, seen, high.copy(), positive.copy())
        negative = rows < -UNDECIDED
        last = positive
        for old, row in before:
            last = np.where(row > UNDECIDED, old, last)
        low, high = np.where(negative, last, np.inf).min(axis=0), at.copy()
        if len(before) > 1:
            for k, n, dip in _dips(margins, points[active], [*before[-2:], (at, rows)], shallow):
                if dip < high[n]:
                    low[n], high[n] = before[-2][0][n], dip
                    negative[:, n] = np.arange(len(rows)) == k
        hit = negative.any(axis=0)
        places = active[hit]
        found.low[places], found.high[places] = low[hit], high[hit]
        found.mask[:, places], found.positive[:, places] = negative[:, hit], positive[:, hit]
        found.start[places] = before[0][0][hit] if before else 0.0
        found.seen[active[~np.isnan(rows).all(axis=0)]] = True
        before = [(old[~hit], row[:, ~hit]) for old, row in [*before, (at, rows)]]
        positive = positive[:, ~hit]
        for old, row in [before.pop(0)] if len(before) > WINDOW else []:
            positive = np.where(row > UNDECIDED, old, positive)
        ahead = [(new[~hit], row[:, ~hit]) for new, row in ahead]
        active = active[~hit]
    assert found is not None
    return found


def _ahead(margins: Margins, points: Any, x: Any) -> list[tuple[Any, Any]]:
    """Return (x, margins) of some points at the first x and at as many others as are cheap."""
    x = x[: max(1, AT_ONCE // len(points))]
    rows = margins(np.tile(points, len(x)), x.ravel())
    return list(zip(x, np.split(rows, len(x), axis=1), strict=True))


def _dips(
    margins: Margins, points: Any, last: list[tuple[Any, Any]], shallow: float
) -> Iterator[tuple[int, int, float]]:
    """Yield (margin, place of the point, x) where one is negative between three values of x only.

    It is looked for where a parabola through all three is nearly negative, by golden sections.
    """
    (x, first), (_, middle), (end, third) = last
    bend = first - 2 * middle + third
    with np.errstate(all="ignore"):
        depth = middle - (third - first) ** 2 / (8 * bend)
    is_below = middle + UNDECIDED < np.minimum(first, third)
    is_dip = (middle >= -UNDECIDED) & is_below & (depth < shallow)
    for k, row in enumerate(is_dip):
        places = np.flatnonzero(row)
        if not places.size:
            continue

        def value(at: Any, k: int = k, n: Any = places) -> Any:
            return margins(points[n], np.exp(at))[k]

        a, d = np.log(x[places]), np.log(end[places])
        b, c = d - GOLDEN * (d - a), a + GOLDEN * (d - a)
        left, right = value(b), value(c)
        for _ in range(SECTIONS):
            down = left < right
            a, d = np.where(down, a, b), np.where(down, c, d)
            new = np.where(down, d - GOLDEN * (d - a), a + GOLDEN * (d - a))
            b, c = np.where(down, new, c), np.where(down, b, new)
            fresh = value(new)
            left, right = np.where(down, fresh, right), np.where(down, left, fresh)
        for n, at, least in zip(places, np.exp(np.where(left < right, b, c)),
                                np.minimum(left, right), strict=True):  # fmt: skip
            if least < -UNDECIDED:
                yield k, int(n), float(at)


def highest(margins: Margins, places: Any, widths: Any) -> Any:
    """Return for each point the x at which a function is largest.

    Parameters
    ----------
    margins
        The function and its derivative, as two rows.
    places, widths
        Beside which x it is looked for, and how far, shape (places, points).
    """
    out = np.full(places.shape[1], np.nan)
    every = np.flatnonzero(np.isfinite(places).all(axis=0) & np.isfinite(widths).all(axis=0))
    if not every.size:
        return out
    beside = np.array([sign * step for step in STEPS_BESIDE for sign in (1, -1)])[:, None, None]
    x = places[:, every] + beside * widths[:, every]
    rows = margins(np.tile(every, x.size // len(every)), x.ravel())[0].reshape(x.shape)
    height = np.nan_to_num(rows, nan=-np.inf).max(axis=0)
    most = height.max(axis=0)
    hills, k = np.nonzero(height >= most - (1 - HIGH) * np.abs(most))
    best = np.nan_to_num(rows, nan=-np.inf).argmax(axis=0)[hills, k]
    tops = _tops(
        lambda n, at: margins(every[k[n]], at)[1],
        x[best, hills, k],
        FIRST * np.abs(widths[hills, every[k]]),
    )
    known = np.flatnonzero(np.isfinite(tops))
    k, tops = k[known], tops[known]
    reached = margins(every[k], tops)[0] if known.size else tops
    for n in np.argsort(reached, kind="stable"):  # the highest one is written last
        out[every[k[n]]] = tops[n]
    return out


def _tops(slope: Callable[[Any, Any], Any], x: Any, step: Any) -> Any:
    """Return where a derivative vanishes uphill of some x; nan if it does nowhere."""
    low, high, step = x, x.copy(), step * np.sign(slope(np.arange(len(x)), x))
    climbing = step != 0
    for _ in range(DOUBLINGS):
        k = np.flatnonzero(climbing)
        if not k.size:
            break
        low[k], high[k] = high[k], high[k] + step[k]
        climbing[k] = slope(k, high[k]) * step[k] > 0
        step[k] *= 2
    out = np.where(step == 0, x, np.nan)
    found = np.flatnonzero(~climbing & (step != 0))
    if found.size:
        out[found] = roots(lambda k, at: slope(found[k], at), low[found], high[found])
    return out


def roots(function: Callable[[Any, Any], Any], low: Any, high: Any) -> Any:
    """Return where a function changes its sign, by Chandrupatla's method.

    A step is that of inverse quadratic interpolation where this is known to converge, and one of
    bisection where it is not.
    """
    every = np.arange(len(low))
    out, k = np.array(high), every
    state = np.array([low, high, high])
    values = np.array([function(k, low), function(k, high), np.zeros(len(k))])
    part = np.full(len(k), 0.5)
    for _ in range(STEPS):
        if not k.size:
            break
        (a, b, _), (fa, fb, _) = state, values
        x = a + part * (b - a)
        fx = function(k, x)
        same = (fx < 0) == (fa < 0)
        c, fc = np.where(same, a, b), np.where(same, fa, fb)
        b, fb = np.where(same, b, a), np.where(same, fb, fa)
        a, fa = x, fx
        out[k] = np.where(np.abs(fa) < np.abs(fb), a, b)
        with np.errstate(all="ignore"):
            least = 2.0**-53 * np.abs(out[k] / (b - a))
            xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
            bent = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
            inverse = fa / (fb - fa) * fc / (fb - fc)
            inverse += (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        part = np.clip(
            np.where(bent, inverse, 0.5), np.minimum(least, 0.5), 1 - np.minimum(least, 0.5)
        )
        going = (least < 0.5) & (fa != 0)
        k, part = k[going], part[going]
        state, values = np.array([a, b, c])[:, going], np.array([fa, fb, fc])[:, going]
    return out
