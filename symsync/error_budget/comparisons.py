"""Which two formulas are compared: two equations, a measure's order and its exact value, a name."""

import inspect
from collections.abc import Callable
from typing import Any

from sympy import Add, Expr, Symbol

from symsync.catalogue.index import equations
from symsync.derive.exact_state import exact_state
from symsync.derive.series import HIGHEST, steady_series
from symsync.error_budget.budgets import Validity
from symsync.expressions.checks import did_you_mean, whole
from symsync.expressions.symbols import Delta
from symsync.expressions.symbols import phi as relative_phase
from symsync.formula import Equation, equation
from symsync.model.system import System

__all__ = ["NAMES", "validity"]

_NEXT = {
    "mu_plus": ["mu_plus_third"],
    "mu_minus": ["mu_minus_third"],
    "S_rel": ["S_rel_second", "S_rel_third"],
    "S_rel_resonant": ["S_rel_second", "S_rel_third"],
    "S_rel_max": ["S_rel_max_second", "S_rel_max_third"],
    "locking_phase": [],
    "negativity": ["negativity_second"],
    "negativity_resonant": ["negativity_second"],
}

NAMES = tuple(_NEXT)
"""The equations of the catalogue whose validity is known."""


def validity(first: Any, exact: Any = None, *arguments: Any, order: int = 1) -> Validity:
    """Return how far an order holds: `validity(first, exact)`, or `validity(measure, system)`.

    Parameters
    ----------
    first
        An `Equation`; or a measure, such as `S_rel_maximum`, `negativity` or a function of one's
        own that takes a state and returns an expression; or one of the names
        `symsync.error_budget.NAMES` of the catalogue, whose exact counterpart is known.
    exact
        The `Equation` that is exact; or the `System` whose steady state is measured, to an order
        and to all orders; nothing for a name.
    *arguments
        What the measure takes after the state, such as sites.
    order
        The order in all couplings together, for a measure.  One that has an argument `order`, such
        as `negativity`, adds its terms up to it; any other takes `series.partial_sum(order)`.

    Returns
    -------
    Validity
        It holds both equations, and has the methods `error` and `largest`.

    Raises
    ------
    KeyError, TypeError
        If no such name is known; if the arguments are none of these, or a measure returns no
        expression.
    ValueError
        If an equation is an operator or has several parts, or what the measure raises.

    Examples
    --------
    >>> from symsync import negativity, spin_pair, validity
    >>> rates = dict(gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100)
    >>> print(round(validity("S_rel_max").error(epsilon=0.1, Delta=0, **rates), 4))
    0.041
    >>> print(round(validity("S_rel_max").largest_epsilon(0.01, Delta=0, **rates), 4))
    0.0492
    >>> second = validity(negativity, spin_pair(), order=2)
    >>> print(round(second.largest("epsilon", 0.01, Delta=0, **rates), 4))
    0.05
    """
    if isinstance(exact, System) and callable(first):
        return _of_measure(first, exact, arguments, whole("order", order, 0, HIGHEST))
    if arguments or order != 1:
        raise TypeError(
            "Arguments after the first two, and `order`, belong to a measure of a system. Write "
            'validity(S_rel, system, "A", "B", order=2), or leave them out.'
        )
    if exact is None and not isinstance(first, Equation):
        return _of_name(first)
    _require_formula("first", first)
    _require_formula("exact", exact)
    return Validity(first, exact, phase=_phase(exact))


def _require_formula(name: str, given: Any) -> None:
    if not isinstance(given, Equation):
        raise TypeError(
            f"Argument `{name}` must be an Equation, or a measure and a System, but is {given!r}. "
            "Write validity(equation, exact_equation), or validity(S_rel, system)."
        )
    if given.spins or not isinstance(given.rhs, Expr):
        raise ValueError(
            f"Argument `{name}` must be one formula, but {given.label} is an operator or has "
            "several parts. Take one of its elements."
        )


def _phase(exact: Equation) -> Symbol | None:
    return relative_phase if relative_phase in exact.parameters else None


def _of_name(name: Any) -> Validity:
    """Return the error budget of a first-order equation of the catalogue."""
    if not isinstance(name, str) or name not in _NEXT:
        hint = did_you_mean(name, _NEXT) or f" Choose one of {', '.join(_NEXT)}."
        raise KeyError(f"No exact counterpart of {name!r} is known.{hint}")
    first = equations[name]
    plain = f"{name.removesuffix('_resonant')}_exact"
    exact = "S_rel_exact_resonant" if name == "S_rel_resonant" else plain
    found = [equations[other] for other in (exact, *_NEXT[name])]
    if Delta not in first.parameters:
        found = [each.subs({Delta: 0}) if Delta in each.parameters else each for each in found]
    return Validity(first, found[0], tuple(found[1:]), _phase(found[0]))


def _of_measure(
    measure: Callable[..., Any], system: System, arguments: tuple[Any, ...], order: int
) -> Validity:
    """Return the error budget of an order of a measure of a system."""
    series = steady_series(system)
    if _takes_order(measure):
        first = Add(*(_term(measure, series, arguments, n) for n in range(order + 1)))
    else:
        first = measure(series.partial_sum(order), *arguments)
    whole_state = measure(exact_state(system), *arguments)
    for value in (first, whole_state):
        if not isinstance(value, Expr):
            raise TypeError(
                f"Argument `first` must be a measure that returns an expression, but returns "
                f"{value!r}. Return one number, such as an element of it."
            )
    added = sorted(whole_state.free_symbols - set(system.parameters), key=str)
    if len(added) > 1:
        raise ValueError(
            f"Argument `first` must be a measure of one phase at most, but depends on "
            f"{', '.join(map(str, added))}. Give the others values."
        )
    name = getattr(measure, "__name__", "")
    sites = [text for text in arguments if isinstance(text, str)]
    label = "_".join([name if name.isidentifier() else "measure", *sites])
    source = f"steady state of {', '.join(system.sites)}"
    return Validity(
        equation(label, first, source, order),
        equation(f"{label}_exact", whole_state, source, "exact"),
        phase=added[0] if added else None,
    )


def _takes_order(measure: Callable[..., Any]) -> bool:
    try:
        return "order" in inspect.signature(measure).parameters
    except ValueError:  # of a function that is not written in Python
        return False


def _term(measure: Callable[..., Any], series: Any, arguments: tuple[Any, ...], n: int) -> Any:
    """Return one order of a measure; a measure that says nothing of order 0 begins at 1."""
    try:
        return measure(series, *arguments, order=n)
    except NotImplementedError:
        if n:
            raise
        return 0
