"""Formulas of one's own as equations."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, Literal

from sympy import Symbol

from symsync.expressions.checks import formula_of
from symsync.expressions.orders import order_of
from symsync.formula.one import Equation

__all__ = ["equation"]


def equation(
    label: str,
    rhs: Any,
    source: str = "derived",
    order: Any = None,
    parameters: Sequence[Symbol] | None = None,
) -> Equation:
    """Return your own formula as an `Equation`, which prints as LaTeX and runs as a function.

    Parameters
    ----------
    label
        An identifier: the name of its function and of its left-hand side.
    rhs
        An expression, a matrix or a list of expressions in the symbols of a model.
    source
        Where it comes from.
    order
        To which order it holds: "exact", "leading", a power of the couplings such as 1, or
        {symbol: power}.  If it is left out, the formula claims nothing.
    parameters
        Its arguments in their order, which may be more than it holds; by default all its symbols,
        sorted by name.

    Returns
    -------
    Equation
        It prints with "≈" if its order leaves something out.

    Raises
    ------
    ValueError
        If `label` is no identifier, `rhs` is no formula, or a symbol is missing in `parameters`.

    Examples
    --------
    >>> from symsync import equation, exact_state, purity, spin_pair
    >>> formula = equation("P", purity(exact_state(spin_pair())), order="exact")
    >>> [symbol.name for symbol in formula.parameters]
    ['Delta', 'epsilon', 'gamma_d_A', 'gamma_d_B', 'gamma_g_A', 'gamma_g_B']
    """
    if not isinstance(label, str) or not label.isidentifier():
        raise ValueError(
            f"Argument `label` must be an identifier, such as 'S_AB', but is {label!r}."
        )
    formula = formula_of(rhs)
    known = order_of(order)
    relation: Literal["=", "≈"] = "≈" if known.is_truncated else "="
    own = formula.free_symbols
    listed = sorted(own, key=attrgetter("name")) if parameters is None else parameters
    symbols = isinstance(listed, list | tuple) and all(isinstance(s, Symbol) for s in listed)
    if not symbols or not own <= set(listed):
        raise ValueError(
            f"Argument `parameters` must hold the symbols {', '.join(sorted(map(str, own)))} and "
            f"may hold others, but is {listed}."
        )
    return Equation(label, Symbol(label), formula, tuple(listed), source, known, relation)
