"""A polynomial as a sum of two numbers: its rounded value, and what is lost by rounding.

Linear systems are refined with entries of twice the precision, so that the conservation of
probability, which is a difference of rates, holds beyond their rounding.
"""

from typing import Any

from sympy import Add, Expr, Function, Mul, Rational, S, expand

__all__ = [
    "HighPart",
    "LowPart",
    "is_difference_of_sums",
    "is_power_of_two",
    "primitive_gap",
    "signed_terms",
    "times_time",
]


class HighPart(Function):
    """The rounded value of a polynomial."""

    is_extended_real = True

    @classmethod
    def eval(cls, polynomial: Expr) -> Any:
        """Return a symbol itself, and the rounded value of a number."""
        if polynomial.is_number:
            return Rational(float(polynomial.evalf(30)))
        return polynomial if polynomial.is_Symbol else None


class LowPart(Function):
    """The polynomial less its rounded value."""

    is_extended_real = True

    @classmethod
    def eval(cls, polynomial: Expr) -> Any:
        """Return zero for a symbol, and the remainder of a number."""
        if polynomial.is_number:
            return Rational(float((polynomial - HighPart(polynomial)).evalf(30)))
        return S.Zero if polynomial.is_Symbol else None


def is_difference_of_sums(expression: Expr) -> bool:
    """Whether more than two positive terms are added and subtracted."""
    if not isinstance(expression, Add) or len(expression.args) < 3:
        return False
    return all(signed_terms(expression))


def signed_terms(expression: Add) -> tuple[list[Expr], list[Expr]]:
    """Return the positive and the negative terms ±c·symbol, or ([], []) if a term has another form.

    The coefficients must be powers of two, so that the terms themselves are exact.
    """
    plus: list[Expr] = []
    minus: list[Expr] = []
    for term in expression.args:
        number, rest = term.as_coeff_Mul()
        if not (rest.is_Symbol and rest.is_nonnegative and is_power_of_two(abs(number))):
            return [], []
        (plus if number > 0 else minus).append(abs(number) * rest)
    return plus, minus


def is_power_of_two(number: Expr) -> bool:
    """Whether a number times any double is exact."""
    number = abs(number)
    numbers = (int(number.p), int(number.q)) if number.is_Rational else (0, 0)
    return all(n > 0 and n & (n - 1) == 0 for n in numbers)


def times_time(rate: Expr, time: Expr) -> Expr:
    """Return rate·time with the sum in the rate kept together."""
    number, primitive = rate.as_content_primitive()
    return Mul(number, primitive, time)


def primitive_gap(gap: Expr) -> Expr:
    """Return a difference of rates without a common factor within its sum."""
    number, primitive = expand(gap).as_content_primitive()
    return Mul(number, primitive, evaluate=False) if number != 1 else primitive
