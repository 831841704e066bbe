"""Several equations as one function, and as a script for a browser."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from sympy import Symbol, Tuple

from symsync.expressions.checks import in_list
from symsync.formula.one import Equation

__all__ = ["javascript", "joined", "listed"]


def joined(equations: Iterable[Equation]) -> Equation:
    """Return several equations as one, whose function computes what they share only once.

    Parameters
    ----------
    equations
        Equations without operators.

    Returns
    -------
    Equation
        Its values are those of the equations along a last axis, in their order.

    Raises
    ------
    TypeError
        If one of them is no equation.
    ValueError
        If there is none, or one is an operator.

    Examples
    --------
    >>> from symsync import equations, joined
    >>> both = joined([equations["S_rel_max"], equations["negativity"]]).function()
    >>> both(epsilon=0.1, Delta=0, gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100).round(4)
    array([0.0219, 0.101 ])
    """
    given = listed(equations)
    if not given or any(each.spins for each in given):
        raise ValueError("Argument `equations` must be one or more equations without operators.")
    parameters = dict.fromkeys(symbol for each in given for symbol in each.parameters)
    return Equation(
        label="_and_".join(each.label for each in given),
        lhs=Tuple(*(part for each in given for part in _left(each))),
        rhs=Tuple(*(part for each in given for part in _parts(each.rhs))),
        parameters=tuple(parameters),
        source="; ".join(dict.fromkeys(each.source for each in given)),
        order=reduce(or_, (each.order for each in given)),
        relation="=" if all(each.relation == "=" for each in given) else "≈",
        parts=tuple(part for each in given for part in each.parts or [_part(each)]),
    )


def _part(equation: Equation) -> tuple[str, int]:
    several = isinstance(equation.rhs, Tuple)
    return equation.label, len(equation.rhs.args) if several else 0


def _left(equation: Equation) -> tuple[Any, ...]:
    """Return a left-hand side for each component; those of one's own are numbered."""
    sides = _parts(equation.lhs)
    if len(sides) == len(_parts(equation.rhs)):
        return sides
    return tuple(Symbol(f"{equation.label}_{k}") for k in range(len(_parts(equation.rhs))))


def _parts(side: Any) -> tuple[Any, ...]:
    return side.args if isinstance(side, Tuple) else (side,)


def javascript(equations: Iterable[Equation]) -> str:
    """Return a script with a function for each equation, for a browser or for Node.js.

    What they share, such as eigenvalues of blocks, stands in it once.  `symsync.NAME` of the script
    takes an object of named numbers and returns a number, {re, im} or an array of these;
    `symsync.NAME.fill` takes numbers or arrays of one length, and a Float64Array for the results.

    Parameters
    ----------
    equations
        Equations of different labels.

    Returns
    -------
    str
        A text for a `<script>` element or for a file of its own.

    Raises
    ------
    TypeError
        If one of them is no equation.
    ValueError
        If two have the same label.

    Examples
    --------
    >>> from symsync import equations, javascript
    >>> script = javascript([equations["S_rel_max"], equations["negativity"]])
    >>> script.splitlines()[-3]
    'globalThis.symsync = Object.assign(globalThis.symsync || {}, made);'
    """
    from symsync.evaluate.emit.javascript_source import javascript as script

    return script(each._formula for each in listed(equations))


def listed(given: Any) -> list[Equation]:
    """Return one equation or several as a list."""
    found = in_list(given)
    for each in found:
        if not isinstance(each, Equation):
            raise TypeError(
                f"Argument `equations` must be equations, but holds {each!r}. "
                "Look it up in `symsync.equations`."
            )
    return found
