"""Several equations: as one function, as a LaTeX document, and as a script for a browser."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from sympy import Tuple

from symsync.expressions.latex import document as latex_document
from symsync.formula.one import Equation

__all__ = ["document", "javascript", "joined"]


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
    given = _equations(equations)
    if not given or any(each.spins for each in given):
        raise ValueError("Argument `equations` must be one or more equations without operators.")
    parameters = dict.fromkeys(symbol for each in given for symbol in each.parameters)
    return Equation(
        label="_and_".join(each.label for each in given),
        lhs=Tuple(*(part for each in given for part in _parts(each.lhs))),
        rhs=Tuple(*(part for each in given for part in _parts(each.rhs))),
        parameters=tuple(parameters),
        source="; ".join(dict.fromkeys(each.source for each in given)),
        order=reduce(or_, (each.order for each in given)),
        relation="=" if all(each.relation == "=" for each in given) else "≈",
    )


def _parts(side: Any) -> tuple[Any, ...]:
    return side.args if isinstance(side, Tuple) else (side,)


def document(equations: Iterable[Equation]) -> str:
    """Return a complete LaTeX document that prints each equation with its meaning and source."""
    return latex_document(
        (each.label, f"{each.description} ({each._origin})", each.latex())
        for each in _equations(equations)
    )


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

    return script(each._formula for each in _equations(equations))


def _equations(given: Any) -> list[Equation]:
    """Return one equation or several as a list."""
    several = isinstance(given, Iterable) and not isinstance(given, str)
    several = several and getattr(given, "ndim", 1) > 0  # NumPy's numbers pass for iterable
    listed = list(given) if several else [given]
    for each in listed:
        if not isinstance(each, Equation):
            raise TypeError(
                f"Argument `equations` must be equations, but holds {each!r}. "
                "Look it up in `symsync.equations`."
            )
    return listed
