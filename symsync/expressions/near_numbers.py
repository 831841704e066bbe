"""Exact numbers in the place of floats: the simplest fraction, or root of one, that is as near.

A float x becomes the fraction of the smallest denominator within 10⁻¹³|x| of it.  If this has more
than three digits, and x² lies as near to one of three digits, it becomes the root of that.
"""

import math
from fractions import Fraction

from sympy import Expr, I, Rational, S, sqrt

__all__ = ["exact_complex", "exact_real"]

NEAR = 1e-13
"""The relative distance within which a float means a fraction: rounding errors of some steps."""

SMALL = 1000
"""A denominator below this is met by chance once in 10⁷ floats."""


def exact_real(value: float, noise: float = 0.0) -> Expr:
    """Return the exact number that a float means.

    Parameters
    ----------
    value
        A finite float.
    noise
        An absolute error that it may have beside the relative one; what is less is zero.

    Returns
    -------
    Expr
        A rational number, or ± the root of one.
    """
    size = abs(Fraction(value))
    within = size * Fraction(NEAR) + Fraction(noise)
    if size <= 2 * within:
        return S.Zero
    sign = int(math.copysign(1, value))
    near = _simplest(size - within, size + within)
    square = _simplest((size - within) ** 2, (size + within) ** 2)
    if near.denominator > SMALL >= square.denominator:
        return sign * sqrt(Rational(square.numerator, square.denominator))
    return sign * Rational(near.numerator, near.denominator)


def exact_complex(value: complex, noise: float = 0.0) -> Expr:
    """Return the exact number that a complex float means, part by part."""
    return exact_real(value.real, noise) + I * exact_real(value.imag, noise)


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction of the smallest denominator in an interval of positive numbers."""
    whole = math.ceil(low)
    if whole <= high:
        return Fraction(whole)
    below = whole - 1
    return below + 1 / _simplest(1 / (high - below), 1 / (low - below))
