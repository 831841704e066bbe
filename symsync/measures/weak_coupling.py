"""What a weak coupling does to any diagonal product ρ₀, order by order.

P projects on the kets that ρ₀ occupies, with populations p, and Q on those that it leaves empty.
`negativity`, `mutual_information` and most other measures begin here if they are given a series.
"""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

from sympy import Expr, Mul, S, cancel

from symsync.derive.corrections import Series, require_series
from symsync.derive.state import Element, State, as_it_is
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.zeros import vanishes, zero_with_rates
from symsync.measures.bipartition import real_part
from symsync.model.spin import Ket

__all__ = [
    "between_empty_kets",
    "first_order_ket",
    "occupied",
    "populations",
    "purity_term",
    "require_begins_as_state",
    "require_no_order",
    "require_order",
    "require_product",
    "second_order_between_empty_kets",
]

Form = Callable[[Expr], Expr]
"""What gives a population or a coherence its final form."""


def require_order(name: str, order: Any, known: tuple[int, ...]) -> int:
    """Return the order of a measure of a series, or raise an error that names the known orders.

    Raises
    ------
    ValueError
        If no order is given.
    NotImplementedError
        If the measure is not known to that order.
    """
    listed = " or ".join(map(str, known))
    if order is None:
        raise ValueError(
            f"Argument `order` must be {listed} for a series, but is missing. Write "
            f"{name}(series, …, order={known[0]}), or {name} of a state."
        )
    if order not in known or isinstance(order, bool):
        raise NotImplementedError(
            f"The {name.replace('_', ' ')} of a series is known to order {listed}, but `order` is "
            f"{order!r}. Take exact_state(system)."
        )
    return int(order)


def require_no_order(order: Any) -> None:
    """Raise an error if an order is given together with a state."""
    if order is not None:
        raise ValueError(
            f"Argument `order` must be left out for a state, but is {order!r}. Pass a series for "
            "what is known order by order."
        )


# The blocks of an expansion -----------------------------------------------------------------------


def occupied(series: Series) -> dict[Ket, Expr]:
    """Return the populations {ket: p} of ρ₀.

    Raises
    ------
    ValueError
        If `series` is none, or does not begin with a state.
    NotImplementedError
        If ρ₀ has coherences.
    ValueError
        If a population vanishes where a rate is zero that may be: another formula holds there.
    """
    require_begins_as_state(series)
    if any(ket != bra for ket, bra in series[0]):
        raise NotImplementedError(
            "The orders of this measure are known about a state without coherences, and this "
            "series begins with some, of a strong coupling or of its initial state. Take the "
            "measure of exact_state(system) or of evolution(system, initial)."
        )
    found = populations(series[0])
    _require_all_occupied(found)
    return found


def _require_all_occupied(found: Mapping[Ket, Expr]) -> None:
    """Reject populations that are zero for some value of a symbol declared nonnegative."""
    for ket, p in found.items():
        maybe = zero_with_rates(p)
        if maybe:
            names = ", ".join(map(str, maybe))
            raise ValueError(
                f"The population of |{', '.join(map(str, ket))}⟩ may be zero, where the orders "
                f"of this measure are others. Declare positive: {names}; and build the system with "
                "the number 0 for what is zero."
            )


def require_product(series: Series) -> None:
    """Reject a series that does not begin with a product of states of its sites."""
    if series.begins_as_product:
        return
    found = occupied(series)
    sites = list(range(len(series.spins)))
    margins: list[dict[Any, Expr]] = [{} for _ in sites]
    for ket, p in found.items():
        for k in sites:
            margins[k][ket[k]] = margins[k].get(ket[k], S.Zero) + p
    for ket in product(*margins):
        whole = Mul(*(margins[k][m] for k, m in enumerate(ket)))
        if not vanishes(found.get(ket, S.Zero) - whole):
            raise NotImplementedError(
                "The first orders of the information are known about a product of states of the "
                "sites, and this series begins with correlations, of a strong coupling or of its "
                "initial state. Take mutual_information of exact_state(system) or of "
                "evolution(system, initial)."
            )


def require_begins_as_state(series: Series) -> None:
    """Reject what is no series, and one whose order 0 is no state."""
    require_series(series)
    if series[0].kind != "state":
        raise ValueError(
            f"Argument `series` must be the expansion of a state, but is {series!r}. Write "
            "steady_series(system), or time_series(system)."
        )


def populations(state: State) -> dict[Ket, Expr]:
    """Return the populations {ket: p} of a diagonal state, a partial trace of ρ₀ perhaps."""
    return {ket: cancel(p) if p.is_Add else p for (ket, _), p in state.items()}


def between_empty_kets(
    p: Mapping[Ket, Expr], matrix: Mapping[Element, Expr], form: Form = as_it_is
) -> dict[Element, Expr]:
    """Return the elements of QXQ that are not zero."""
    inner = {element: value for element, value in matrix.items() if not p.keys() & {*element}}
    return _formed(inner, form)


def second_order_between_empty_kets(
    p: Mapping[Ket, Expr],
    first: Mapping[Element, Expr],
    second: Mapping[Element, Expr],
    form: Form = as_it_is,
) -> dict[Element, Expr]:
    """Return the elements of Q(X₂ − X₁ρ₀⁻¹X₁)Q that are not zero.

    If QX₁Q = 0, ρ₀ + εX₁ + ε²X₂ is ε² times this matrix between the kets that ρ₀ leaves empty, as
    soon as they are made orthogonal to those that ρ₀ occupies.
    """
    inner = {element: value for element, value in second.items() if not p.keys() & {*element}}
    reached: dict[Ket, list[Ket]] = {}
    for ket, bra in first:
        if bra in p and ket not in p:
            reached.setdefault(bra, []).append(ket)
    for i, kets in reached.items():
        for a, b in product(kets, repeat=2):
            inner[a, b] = inner.get((a, b), S.Zero) - first[a, i] * first[i, b] / p[i]
    return _formed(inner, form)


def _formed(matrix: Mapping[Element, Expr], form: Form) -> dict[Element, Expr]:
    return {
        (a, b): form(real_part(value) if a == b else value)
        for (a, b), value in matrix.items()
        if not vanishes(value)
    }


# Measures that are read off the elements ----------------------------------------------------------


def purity_term(series: Series, order: int, form: Form = as_it_is) -> Expr:
    """Return the term Σ_k Tr ρ_k ρ_{n−k} of Tr ρ² that is of order n in the coupling."""
    require_begins_as_state(series)
    total = S.Zero
    for k in range(order + 1):
        left, right = series[k], series[order - k]
        for element in left:
            if element in right:
                (x, y), (u, v) = real_imag(form(left[element])), real_imag(form(right[element]))
                total += x * u + y * v
    return total


def first_order_ket(series: Series) -> dict[Ket, Expr]:
    """Return |Ψ⟩ ∝ |0⟩ + Σ_k ⟨k|ρ₁|0⟩ |k⟩ as {ket: amplitude}: Eq. (7).

    If ρ₁ has no other elements, the projector on |Ψ⟩ is ρ₀ + ρ₁ up to terms of second order.  The
    function checks this.

    Raises
    ------
    NotImplementedError
        If ρ₀ is not pure or ρ₀ + ρ₁ is not pure to first order.
    """
    ground, *others = occupied(series)
    if others:
        raise NotImplementedError(
            "The uncoupled steady state occupies several levels, and no ket describes the state to "
            "first order. Take series[1]."
        )
    if not all(ground in element for element in series[1]):
        raise NotImplementedError("The state is not pure to first order in the coupling.")
    amplitudes = {ket: value for (ket, bra), value in series[1].items() if bra == ground}
    return {ground: S.One, **amplitudes}
