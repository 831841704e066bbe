"""Formulas as functions of mpmath's numbers, one for each component."""

from collections.abc import Mapping, Sequence
from typing import Any

import mpmath
from sympy import Expr, Symbol, Tuple, lambdify

from symsync.expressions.definitions import in_symbols
from symsync.expressions.divided_differences import divided_difference
from symsync.expressions.eigenvalues import eigenvalues_of
from symsync.expressions.linear_evolution import evolutions_of
from symsync.expressions.linear_solutions import solutions_of
from symsync.expressions.spectral import SPECTRAL_FUNCTIONS

__all__ = ["mpmath_functions"]


def mpmath_functions(
    parameters: Sequence[Symbol], components: Sequence[Expr], known: Mapping[str, Any] | None = None
) -> list[Any]:
    """Return each component as a function of the parameters, at the working precision.

    Parameters
    ----------
    parameters
        The symbols, in the order of the arguments.
    components
        Expressions, whose definitions and nodes travel with them.
    known
        {name: function} for nodes that this module does not know.
    """
    (*plain,), definitions = in_symbols(Tuple(*components))
    own = {"DividedDifference": divided_difference, "Re": mpmath.re, "atan2": _angle}
    own["DiracDelta"] = _impulse
    own |= {function.__name__: function.definition for function in SPECTRAL_FUNCTIONS}
    whole = Tuple(*components)
    own |= {"linear_solution": solutions_of(whole), **evolutions_of(whole)}
    own |= {"eigenvalue_part": eigenvalues_of(whole), **(known or {})}
    clear = {
        symbol: Symbol(f"{symbol.name}_")
        for symbol in (*parameters, *definitions)
        if symbol.name in own or hasattr(mpmath, symbol.name)
    }  # a parameter named pi would hide π
    first = [(symbol.xreplace(clear), value.xreplace(clear))
             for symbol, value in definitions.items()]  # fmt: skip
    return [
        lambdify(
            [symbol.xreplace(clear) for symbol in parameters],
            component.xreplace(clear),
            modules=[own, "mpmath"],
            cse=lambda component: (first, component),
        )
        for component in plain
    ]


def _angle(y: Any, x: Any) -> Any:
    return mpmath.nan if x == 0 and y == 0 else mpmath.atan2(y, x)


def _impulse(x: Any, _order: int = 0) -> Any:
    return mpmath.nan if x == 0 else mpmath.mpf(0)
