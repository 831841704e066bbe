"""Where a measure reaches a level, as a function of all other parameters."""

from dataclasses import replace
from typing import Any

from sympy import Expr, MatrixBase, S, Symbol, Tuple, nan

from symsync.expressions.checks import did_you_mean, real
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.levels import FirstPassage, LevelCrossing
from symsync.expressions.positive_roots import closed_form
from symsync.expressions.symbols import describe
from symsync.formula import Equation, equation

__all__ = ["boundary"]


def boundary(formula: Equation | Expr, variable: str | Symbol, level: Any) -> Equation:
    """Return the least positive value of a parameter at which a formula reaches a level.

    It is a closed form where the formula is a power of the parameter, or of first or second degree
    in one once denominators are cleared.  It is nan, zero or negative where none is positive.

    Otherwise it is a root that every backend finds to the last digit: where formula − level first
    changes its sign.  It is infinite if that never happens, and nan, with a warning, if the signs
    right below and above are not known beyond rounding, if the formula jumps, or if there is a root
    below all values that are looked at.  These are eight per decade, from twelve decades below the
    largest parameter of the formula (or 1) to six above; between three, the place where the formula
    is nearest to the level; and over the three steps before the first root, eight in each.  Two
    roots closer together than such values are passed over if the formula has, between three of
    them, one more extremum than the one between these roots.

    Parameters
    ----------
    formula
        A real `Equation` or expression, such as `negativity(exact_state(system))`.
    variable
        The parameter or its name, such as "epsilon".  Only positive values count, also of Δ.
    level
        A number, a symbol or an expression that does not hold the parameter.

    Returns
    -------
    Equation
        A function of all other symbols, in the unit of the parameter, to the order of the formula.

    Raises
    ------
    TypeError
        If `formula` is neither an equation nor an expression.
    ValueError
        If it has several parts, is complex or has no such parameter, the level is not exact or
        holds the parameter, or no positive value of the parameter can reach it.
    NotImplementedError
        If the parameter is an angle, and there is no closed form.

    Examples
    --------
    >>> from sympy import Symbol
    >>> from symsync import boundary, equations
    >>> s = Symbol("s", positive=True)
    >>> k = Symbol("k", positive=True)
    >>> boundary(k**2 / (1 + k**2), "k", s).rhs
    sqrt(s)*sqrt(-1/(s - 1))
    >>> edge = boundary(equations["S_rel_max_exact"], "epsilon", s).function()
    >>> rates = {"gamma_g_A": 100, "gamma_d_A": 1, "gamma_g_B": 1, "gamma_d_B": 100}
    >>> print(edge(s=0.02, Delta=0, **rates).round(6))
    0.094829
    """
    label = formula.label if isinstance(formula, Equation) else "level"
    value = _real(formula.rhs if isinstance(formula, Equation) else formula, label)
    symbol = _variable(value, variable)
    found = _solved(value, real("level", level), symbol)
    order = formula.order if isinstance(formula, Equation) else None
    text = f"{label} solved for {symbol}"
    return replace(equation(f"{symbol.name}_at_{label}", found, text, order), lhs=symbol)


def _solved(value: Expr, level: Expr, symbol: Symbol) -> Expr:
    """Return the least positive value of a symbol, in closed form if there is one."""
    if symbol in level.free_symbols:
        raise ValueError(
            f"Argument `level` must not hold the parameter {symbol}, but is {level}. Subtract "
            "what holds it from the formula."
        )
    found = closed_form(value, level, symbol)
    if found in (nan, S.Zero) or (value.is_extended_nonnegative and level.is_nonpositive):
        raise ValueError(
            f"Argument `level` must be a value through which the formula passes at a positive "
            f"{symbol}, but is {level}. Choose another level."
        )
    if found is not None:
        return found
    if describe(symbol).unit == "rad":
        raise NotImplementedError(
            f"There is no closed form, and the angle {symbol} does not grow from zero to what is "
            "found on a logarithmic scale. Solve for another parameter."
        )
    return FirstPassage(LevelCrossing(symbol, value, level))


def _real(value: Any, label: str) -> Expr:
    """Return a real expression, or raise an error."""
    if isinstance(value, Tuple | MatrixBase) or not getattr(value, "is_commutative", True):
        raise ValueError(
            f"Argument `formula` must be one formula, but {label} is an operator or has several "
            "parts. Take one of its elements."
        )
    if not isinstance(value, Expr):
        raise TypeError(
            f"Argument `formula` must be an Equation or an expression, but is {value!r}. "
            "Write negativity(exact_state(system)), or equations['S_rel_max']."
        )
    unknown = sorted((s for s in value.free_symbols if not s.is_extended_real), key=str)
    if unknown or real_imag(value)[1] != 0:
        what = f"holds {unknown[0]}, which is not declared real" if unknown else "is complex"
        raise ValueError(
            f"Argument `formula` must be real, but {what}. Declare its symbols real, and take the "
            "modulus or a part of what is complex."
        )
    return value


def _variable(value: Expr, given: Any) -> Symbol:
    """Return the parameter that is meant, or say which there are."""
    own = {symbol.name: symbol for symbol in sorted(value.free_symbols, key=str)}
    name = given.name if isinstance(given, Symbol) else given
    if not isinstance(name, str) or name not in own:
        raise ValueError(
            f"Argument `variable` must be a parameter on which the formula depends, one of "
            f"{', '.join(own) or 'none'}, but is {given!r}.{did_you_mean(name, own)}"
        )
    return own[name]
