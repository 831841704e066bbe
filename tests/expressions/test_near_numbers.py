"""Floats become the simplest numbers that are as near as rounding can tell."""

import math
from fractions import Fraction

import pytest
from sympy import I, Rational, S, sqrt

from symsync.expressions.near_numbers import NEAR, exact_complex, exact_real, is_simple


@pytest.mark.parametrize(
    ("value", "noise", "expected"),
    [
        (0.1 + 0.2, 0.0, Rational(3, 10)),
        (math.sqrt(0.2) ** 2 / 3, 0.0, Rational(1, 15)),
        (-math.sqrt(2 / 3), 0.0, -sqrt(Rational(2, 3))),
        (3 * math.sqrt(2), 0.0, 3 * sqrt(2)),
        (1e-16, 1e-15, S.Zero),
        (100.1 - 100, 1e-13, Rational(1, 10)),
        (1e-20, 0.0, Rational(1, 10**20)),
        (0.617283945, 0.0, Rational("0.617283945")),
        (12345.678, 0.0, Rational("12345.678")),
        (0.0, 0.0, S.Zero),
    ],
)
def test_rounding_errors_are_undone(value, noise, expected):
    assert exact_real(value, noise) == expected


def test_what_is_no_simple_number_stays_where_it_is(rng):
    """Within 10⁻¹³, and by a fraction that none of a smaller denominator is as near as."""
    for value in map(float, rng.normal(size=20) * 10.0 ** rng.integers(-6, 6, size=20)):
        found = exact_real(value)
        assert abs(found - Rational(value)) <= Rational(NEAR) * abs(Rational(value))
        smaller = Fraction(value).limit_denominator(int(found.q) - 1)
        assert abs(smaller - Fraction(value)) > NEAR * abs(value)


def test_complex_numbers_are_read_part_by_part():
    assert exact_complex(0.5 - 1j * math.sqrt(3) / 2) == Rational(1, 2) - sqrt(3) * I / 2
    assert is_simple(0.5 - 1j * math.sqrt(3) / 2)
    assert not is_simple(1j * math.pi)
