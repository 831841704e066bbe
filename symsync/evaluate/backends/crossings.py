"""The least values at which functions are negative, for many points at a time."""

from collections.abc import Callable
from typing import Any

import numpy as np

from symsync.expressions.crossings import EXPONENTS, UNDECIDED

__all__ = ["first_negative"]

Margins = Callable[[Any, Any], Any]
"""A function of the numbers of some points and of a value for each, to a row for each margin."""

STEPS = 100
"""More than twice as many as an interval of two neighbours can be halved in double precision."""


def first_negative(margins: Margins, scale: Any) -> Any:
    """Return for each point the infimum of positive x at which a margin is negative.

    It is 0 if a margin that is negative at one value of x has not been positive at a smaller one.

    Parameters
    ----------
    margins
        The margins of a `Crossing`.
    scale
        The largest parameter of each point; 0 stands for 1.
    """
    out = np.full(len(scale), np.nan)
    found, lower, upper, chosen = [], [], [], []
    active = np.flatnonzero(np.isfinite(scale))
    scale = np.where(scale > 0, scale, 1.0)
    positive: Any = 0.0
    for exponent in EXPONENTS:
        if not active.size:
            break
        x = scale[active] * 10.0**exponent
        rows = margins(active, x)
        positive = np.broadcast_to(positive, rows.shape)
        negative = rows < -UNDECIDED
        hit = negative.any(axis=0)
        found.append(active[hit])
        lower.append(np.where(negative, positive, np.inf).min(axis=0)[hit])
        upper.append(x[hit])
        chosen.append(negative[:, hit])
        out[active[~np.isnan(rows).all(axis=0)]] = np.inf
        positive = np.where(rows > UNDECIDED, x, positive)[:, ~hit]
        active = active[~hit]
    if found:
        points, low, high = (np.concatenate(each) for each in (found, lower, upper))
        out[points] = 0
        between = low > 0
        mask = np.concatenate(chosen, axis=1)[:, between]
        points = points[between]

        def least(k: Any, x: Any) -> Any:
            return np.where(mask[:, k], margins(points[k], x), np.inf).min(axis=0)

        if points.size:
            out[points] = _roots(least, low[between], high[between])
    return out


def _roots(function: Callable[[Any, Any], Any], low: Any, high: Any) -> Any:
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
