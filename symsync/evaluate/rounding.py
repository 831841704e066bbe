"""A polynomial as a sum of two numbers: its rounded value, and what is lost by rounding.

Linear systems are refined with entries of twice the precision, so that the conservation of
probability, which is a difference of rates, holds beyond their rounding.
"""

from typing import Any

from sympy import Expr, Function, Rational, S

__all__ = ["HighPart", "LowPart"]


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
