"""What users pass in, made exact, or refused in one sentence.

Nothing here parses text: SymPy's own conversion of a string would evaluate it.
"""

import math
from fractions import Fraction
from numbers import Rational as AnyRational
from typing import Any

from sympy import Expr, Float, Integer, Rational, nan, oo, zoo

__all__ = ["exact", "half_integer", "number", "positive", "real"]


def number(value: Any) -> Any:
    """Return an exact number as SymPy's, anything else unchanged."""
    if isinstance(value, AnyRational) and not isinstance(value, bool):
        return Rational(int(value.numerator), int(value.denominator))
    return value


def exact(name: str, value: Any) -> Expr:
    """Return an exact, finite SymPy expression, or raise `ValueError`."""
    expression = number(value)
    if isinstance(expression, float | Float):
        raise ValueError(
            f"Argument `{name}` must be exact, but is {value}. Write Rational('{value}'), or a "
            "symbol that is given its value when the formula is evaluated."
        )
    if not isinstance(expression, Expr):
        raise ValueError(
            f"Argument `{name}` must be a SymPy expression or an exact number, but is {value!r}. "
            "Declare a symbol, such as Symbol('g', positive=True)."
        )
    for part in expression.atoms(Float):
        raise ValueError(
            f"Argument `{name}` must be exact, but contains {part}. Write Rational('{part:.6g}')."
        )
    if expression.has(nan, oo, -oo, zoo):
        raise ValueError(f"Argument `{name}` must be finite, but is {expression}.")
    return expression


def real(name: str, value: Any) -> Expr:
    """Return an exact expression whose symbols are all declared real, or raise `ValueError`."""
    expression = exact(name, value)
    for symbol in sorted(expression.free_symbols, key=str):
        if not symbol.is_real:
            raise ValueError(
                f"Argument `{name}` holds the symbol {symbol}, which is not declared real. "
                f"Declare it, such as Symbol('{symbol}', positive=True)."
            )
    if expression.is_real is False:
        raise ValueError(f"Argument `{name}` must be real, but is {expression}.")
    if expression.is_real is None:
        raise ValueError(
            f"Argument `{name}` must be real, but SymPy cannot tell that {expression} is. "
            "Declare its symbols positive, or nonzero where they divide."
        )
    return expression


def positive(name: str, value: Any) -> Expr:
    """Return an exact expression that is known to be positive, or raise `ValueError`."""
    expression = real(name, value)
    if expression.is_positive is False:
        raise ValueError(f"Argument `{name}` must be positive, but is {expression}.")
    if expression.is_positive is None:
        raise ValueError(
            f"Argument `{name}` must be positive, but SymPy cannot tell that {expression} is. "
            "Declare its symbols positive, and give a difference a symbol of its own."
        )
    return expression


def half_integer(name: str, value: Any) -> Rational:
    """Return an exact multiple of 1/2, or raise `ValueError`."""
    found = number(value)
    if isinstance(found, float) and math.isfinite(found):
        found = number(Fraction(found))
    if not (isinstance(found, Rational) and isinstance(2 * found, Integer)):
        raise ValueError(f"Argument `{name}` must be a multiple of 1/2, but is {value!r}.")
    return found
