"""The highest of several hills, whichever of them is found first, in all evaluators."""

import mpmath
import numpy as np
import pytest
from sympy import Float, Rational, S, symbols

from symsync import equation
from symsync.expressions.peaks import HighestPoint, Peak
from symsync.symbols import omega

a, w = symbols("a w", positive=True)
HILLS = 1 / (1 + (omega + 3) ** 2) + a / (1 + (omega - 3) ** 2 / w**2)
STARTS = (Rational(-3), S.One, Rational(276, 100) + a / 10**9, 2 * w)
"""Beside the second hill no place is looked at that is as high as the top of the first one."""


def highest(*starts):
    peak = Peak(omega, HILLS, len(starts) // 2)
    return equation("x", HighestPoint(peak, *peak.own, *starts))


@pytest.mark.parametrize("backend", ["numpy", "c", "mpmath"])
def test_the_highest_top_is_found(backend):
    """On either side, as the second hill grows past the first one, beside a fine grid."""
    heights, width = [0.9, 1.0, 1.1], 0.5
    grid = np.linspace(-4, 4, 80_001)
    found = highest(*STARTS).function(backend)(a=heights, w=width)
    for height, x in zip(heights, found, strict=True):
        values = 1 / (1 + (grid + 3) ** 2) + height / (1 + (grid - 3) ** 2 / width**2)
        assert abs(float(x) - grid[values.argmax()]) < 1e-4


def test_digits_derivative_and_print():
    formula = highest(*STARTS)
    with mpmath.workdps(30):
        precise = formula.function("mpmath")(a=2, w=1)
    assert abs(precise - formula.function()(a=2, w=1)) < 1e-14
    step = 1e-5
    around = formula.function()(a=[2 + step, 2 - step], w=1)
    moved = formula.diff("a").function()(a=2, w=1)
    assert abs(moved - (around[0] - around[1]) / (2 * step)) < 1e-8
    assert str(formula.rhs).startswith("argmax{omega: ")
    assert formula.rhs.subs({a: Float(2), w: 1}).free_symbols == set()


def test_where_nothing_is_known():
    """A function that grows without end has no highest point."""
    growing = Peak(omega, a * omega, 1)
    rising = equation("x", HighestPoint(growing, a, S.Zero, S.One))
    with pytest.warns(RuntimeWarning, match="has no highest point near"):
        assert np.isnan(rising.function()(a=1.0))
    assert mpmath.isnan(rising.function("mpmath")(a=1.0))
