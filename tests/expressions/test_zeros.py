"""Zeros and ranks are those of the formulas, not of a point or of rounding."""

import pytest
from sympy import I, Matrix, S, exp, sqrt, symbols

from symsync.expressions.zeros import at_random_point, independent_rows, vanishes

a, b, c = symbols("a b c", positive=True)


@pytest.mark.parametrize(
    "zero",
    [
        S.Zero,
        1 / a - 1 / b - (b - a) / (a * b),
        1 / (a + I * b) - (a - I * b) / (a**2 + b**2),
        sqrt(2) * a - 2 * a / sqrt(2),
        exp(I * a) * exp(-I * (a + b)) - exp(-I * b),
        (a + b) ** 9 - sum(S(x) * a**n * b ** (9 - n)
                           for n, x in enumerate((1, 9, 36, 84, 126, 126, 84, 36, 9, 1))),
    ],
)  # fmt: skip
def test_sums_that_cancel_vanish(zero):
    assert vanishes(zero)


@pytest.mark.parametrize("value", [S.One, a, a - b, a**2 - 2, a - b + S(10) ** -20 * c])
def test_sums_that_do_not_cancel_do_not_vanish(value):
    assert not vanishes(value)


def test_the_point_depends_on_names_alone():
    assert at_random_point(a + b) == at_random_point(a) + at_random_point(b)
    assert at_random_point(a) != at_random_point(b)


def test_rows_that_depend_on_others_are_left_out():
    """The third row is a sum of the first two; the fourth is zero."""
    rows = [[a, I * b, c], [b, c, a], [a + b, c + I * b, a + c], [S.Zero] * 3, [c, a, b]]
    assert independent_rows(rows) == [0, 1, 4]
    assert Matrix([rows[k] for k in (0, 1, 2)]).det().expand() == 0
