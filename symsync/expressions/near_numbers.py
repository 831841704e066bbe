"""Exact numbers in the place of floats: the simplest ones that are as near as rounding can tell.

A float x becomes the first of these that lies within 10⁻¹³|x| of it: a fraction p/q with pq ≤ 10⁶;
the root of one; a decimal number of ten digits; the fraction of the smallest denominator.
"""

import math
from fractions import Fraction

from sympy import Expr, I, Rational, S, sqrt

__all__ = ["exact_complex", "exact_real", "is_simple"]

NEAR = 1e-13
"""The relative distance within which a float means a number: rounding errors of some steps."""

SMALL = 10**6
"""Fractions with pq below this are so rare that one in 10⁶ floats is near one by chance."""

DIGITS = 10
"""The digits of a decimal number that somebody may have typed."""


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
    typed = Fraction(f"{abs(value):.{DIGITS}g}")
    if not _is_small(near) and _is_small(square):
        return sign * sqrt(_rational(square))
    if not _is_small(near) and abs(typed - size) <= within:
        return sign * _rational(typed)
    return sign * _rational(near)


def exact_complex(value: complex, noise: float = 0.0) -> Expr:
    """Return the exact number that a complex float means, part by part."""
    return exact_real(value.real, noise) + I * exact_real(value.imag, noise)


def is_simple(value: complex) -> bool:
    """Return whether both parts are fractions with small numbers, or roots of such."""
    return all(_is_small(exact_real(part) ** 2) for part in (value.real, value.imag))


def _is_small(number: Fraction | Rational) -> bool:
    return bool(number.numerator * number.denominator <= SMALL)


def _rational(number: Fraction) -> Rational:
    return Rational(number.numerator, number.denominator)


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction of the smallest denominator in an interval of positive numbers."""
    whole = math.ceil(low)
    if whole <= high:
        return Fraction(whole)
    below = whole - 1
    return below + 1 / _simplest(1 / (high - below), 1 / (low - below))
