"""Checks of what users pass in: each function returns an exact value or raises a clear error.

No function here parses text, because SymPy evaluates a string when it converts it.
"""

import difflib
import math
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from numbers import Rational as AnyRational
from types import UnionType
from typing import Any

from sympy import Expr, Float, Integer, MatrixBase, Rational, Symbol, Tuple, nan, oo, zoo

__all__ = [
    "angle",
    "did_you_mean",
    "domain_of",
    "exact_expression",
    "formula_of",
    "half_integer",
    "in_list",
    "label",
    "nonnegative",
    "number",
    "positive",
    "real",
    "require_choices",
    "require_domain",
    "require_expressions",
    "scalar",
    "text",
    "whole",
]


SIGNS = {
    "positive": "is_positive", "non-negative": "is_nonnegative", "negative": "is_negative",
    "non-positive": "is_nonpositive", "non-zero": "is_nonzero",
}  # fmt: skip
"""What SymPy calls the signs that a parameter can have; the first that is known says most."""

KINDS = {"even": "is_even", "odd": "is_odd", "whole": "is_integer"}
"""What it calls kinds of numbers."""

COMPLEX = " Write a complex number as x + I*y or r*exp(I*chi), with real symbols."


def did_you_mean(name: Any, known: Iterable[str]) -> str:
    """Return " Did you mean 'negativity'?" if a name is close to a known one, and "" otherwise."""
    close = difflib.get_close_matches(str(name), list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def in_list(given: Any, alone: type | UnionType = str) -> list[Any]:
    """Return one thing or several as a list; those of the types `alone` are one."""
    several = isinstance(given, Iterable) and not isinstance(given, alone)
    several = several and getattr(given, "ndim", 1) > 0  # NumPy's numbers pass for iterable
    return list(given) if several else [given]


def require_choices(function: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Reject keywords that a function does not know, as Python does."""
    for name in given:
        if name not in known:
            raise TypeError(
                f"{function}() got an unexpected keyword argument {name!r}."
                f"{did_you_mean(name, known)}"
            )


def number(value: Any) -> Any:
    """Return an exact number as SymPy's number, and anything else unchanged."""
    if isinstance(value, AnyRational) and not isinstance(value, bool):
        return Rational(int(value.numerator), int(value.denominator))
    return value


def exact_expression(name: str, value: Any) -> Expr:
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


def scalar(name: str, value: Any, example: str = "real=True", hint: str = COMPLEX) -> Expr:
    """Return an exact number, perhaps complex, whose symbols are all declared real, or raise."""
    expression = exact_expression(name, value)
    for symbol in sorted(expression.free_symbols, key=str):
        if not symbol.is_real:
            raise ValueError(
                f"Argument `{name}` holds the symbol {symbol}, which is not declared real. "
                f"Declare it, such as Symbol('{symbol}', {example}).{hint}"
            )
    return expression


def real(name: str, value: Any, example: str = "real=True") -> Expr:
    """Return an exact expression whose symbols are all declared real, or raise `ValueError`."""
    expression = scalar(name, value, example, hint="")
    return _known(name, expression, "real", "Declare its symbols nonzero where they divide.")


def positive(name: str, value: Any) -> Expr:
    """Return an exact expression that is known to be positive, or raise `ValueError`."""
    hint = "Declare its symbols positive, and give a difference a symbol of its own."
    return _known(name, real(name, value, "positive=True"), "positive", hint)


def nonnegative(name: str, value: Any) -> Expr:
    """Return an exact expression that is known not to be negative, or raise `ValueError`."""
    hint = "Declare its symbols positive or nonnegative."
    return _known(name, real(name, value, "positive=True"), "nonnegative", hint)


def _known(name: str, expression: Expr, quality: str, hint: str) -> Expr:
    """Return an expression that SymPy knows to have the quality, or raise `ValueError`."""
    known = getattr(expression, f"is_{quality}")
    if known is False:
        raise ValueError(f"Argument `{name}` must be {quality}, but is {expression}.")
    if known is None:
        raise ValueError(
            f"Argument `{name}` must be {quality}, but SymPy cannot tell that {expression} is. "
            f"{hint}"
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


def text(name: str, value: Any) -> str:
    """Return text, or raise `ValueError`."""
    if not isinstance(value, str):
        raise ValueError(f"Argument `{name}` must be text, but is {value!r}. Write it in quotes.")
    return value


def label(name: str, value: Any) -> str:
    """Return the label of a site as text, which may be given as a whole number."""
    is_number = isinstance(value, int | Integer) and not isinstance(value, bool) and value >= 0
    return str(value) if is_number else text(name, value)


def whole(name: str, value: Any, least: int, most: int) -> int:
    """Return a whole number in a range, or raise `ValueError`."""
    if not isinstance(value, int | Integer) or isinstance(value, bool):
        raise ValueError(f"Argument `{name}` must be a whole number, but is {value!r}.")
    if not least <= value <= most:
        shown = value if abs(value) < 10**9 else "far outside"
        raise ValueError(f"Argument `{name}` must be {least} to {most}, but is {shown}.")
    return int(value)


def angle(name: str, value: Any) -> Any:
    """Return a real number or an expression of real symbols, or raise `ValueError`."""
    if isinstance(value, float) and math.isfinite(value):
        return value
    return real(name, value)


def require_expressions(what: str, arguments: Iterable[Any]) -> None:
    """Reject arguments of a SymPy function that SymPy would read as text, or cannot use."""
    for argument in arguments:
        if not isinstance(argument, Expr | int | float | complex) or isinstance(argument, bool):
            raise TypeError(
                f"The arguments of {what} must be SymPy expressions or numbers, but one is "
                f"{argument!r}. Declare a symbol, such as Symbol('x', real=True)."
            )


def require_domain(symbol: Symbol, value: Any) -> None:
    """Reject a value that is not in the domain of the parameter that it replaces."""
    value = (real if symbol.is_extended_real else exact_expression)(symbol.name, value)
    for wanted in domain_of(symbol):
        known = getattr(value, {**SIGNS, **KINDS}[wanted])
        if known is False:
            raise ValueError(f"Argument `{symbol.name}` must be {wanted}, but is {value}.")
        if known is None and wanted in ("positive", "non-negative"):
            raise ValueError(
                f"Argument `{symbol.name}` must be {wanted}, but SymPy cannot tell that {value} "
                f"is. Declare its symbols, such as Symbol('x', {wanted.replace('-', '')}=True), "
                "and give a difference a symbol of its own."
            )


@cache
def domain_of(symbol: Symbol) -> tuple[str, ...]:
    """Return in up to two words which numbers a symbol stands for, beside real or complex ones."""
    found = (
        next((word for word, fact in each.items() if getattr(symbol, fact)), None)
        for each in (SIGNS, KINDS)
    )
    return tuple(word for word in found if word and (word != "non-zero" or not symbol.is_odd))


def formula_of(rhs: Any) -> Any:
    """Return a right-hand side as an immutable SymPy object, or raise `ValueError`."""
    if isinstance(rhs, MatrixBase):
        return rhs.as_immutable()
    if isinstance(rhs, list | tuple | Tuple):
        return Tuple(*map(formula_of, rhs))
    formula = number(rhs)
    if not isinstance(formula, Expr) or not formula.is_commutative:
        raise ValueError(
            "Argument `rhs` must be an expression of commuting symbols, a matrix or a list of "
            f"expressions, but is {rhs!r}. Write matrix(operator, spins) for an operator."
        )
    return formula
