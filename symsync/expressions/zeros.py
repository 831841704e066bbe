"""What holds for all values of the symbols, decided at a random point: zeros and ranks."""

from collections.abc import Sequence
from random import Random
from typing import Any

import mpmath
from sympy import Add, Expr, Rational, Symbol, numer, together

from symsync.expressions.symbols import t

__all__ = ["at_random_point", "independent_rows", "vanishes", "zero_with_rates"]

DIGITS = 50
"""Significant digits of each term at the random point."""

SMALL = 10**-30
"""A sum below this part of its terms is zero: 20 digits above rounding, and by chance hopeless."""


def at_random_point(expression: Any) -> Any:
    """Return the value of an expression at a point that depends on the names of its symbols only.

    Every symbol is between 1/2 and 3/2.
    """
    point = {
        symbol: Rational(Random(symbol.name).randrange(10**12, 3 * 10**12), 2 * 10**12)
        for symbol in expression.free_symbols
    }
    return expression.evalf(DIGITS, subs=point)


def vanishes(expression: Any) -> bool:
    """Return whether an expression is zero identically: the terms of its sum cancel."""
    values = [at_random_point(term) for term in Add.make_args(expression)]
    return bool(abs(Add(*values)) <= SMALL * Add(*map(abs, values)))


def zero_with_rates(weight: Expr) -> list[Symbol]:
    """Return the symbols declared nonnegative with which a positive weight may vanish, or none.

    A weight, such as a population, is a ratio of sums of positive terms.  It vanishes somewhere if
    it vanishes with all of these symbols, as each of its terms then does.  Time is none of them.
    """
    symbols = sorted(weight.free_symbols - {t}, key=lambda symbol: symbol.name)
    maybe = [symbol for symbol in symbols if symbol.is_nonnegative and not symbol.is_positive]
    if maybe and numer(together(weight)).subs(dict.fromkeys(maybe, 0)) == 0:
        return maybe
    return []


def independent_rows(rows: Sequence[Sequence[Expr]]) -> list[int]:
    """Return the numbers of rows that are linearly independent and span all others.

    It is decided at a random point, by making each row orthogonal to those before it.
    """
    kept: list[int] = []
    basis: list[mpmath.matrix] = []
    with mpmath.workdps(DIGITS):
        for k, row in enumerate(rows):
            values = [at_random_point(value).as_real_imag() for value in row]
            left = vector = mpmath.matrix([mpmath.mpc(*map(mpmath.mpf, v)) for v in values])
            for other in basis:
                left = left - other * (other.H * left)[0]
            if mpmath.norm(left) > SMALL * mpmath.norm(vector):
                kept.append(k)
                basis.append(left / mpmath.norm(left))
    return kept
