"""Entanglement and information order by order in the coupling.

To first order everything follows from the coherences with a pure ρ₀ = |0⟩⟨0|.  `negativity`,
`mutual_information` and `purity` call these functions if they are given a series.
"""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

from sympy import Add, Expr, S, cancel, log, together

from symsync.derive.series import Series, require_series
from symsync.derive.state import Element, State, as_it_is
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.spectral import CoherenceEntropy, Divergence
from symsync.measures.bipartition import (
    blocks_of,
    local_ket,
    negative_part,
    off_diagonal_negative_part,
    partial_transpose,
    parts_of_block,
    real_part,
    two_groups,
)
from symsync.model.spin import Ket

__all__ = [
    "first_order_ket",
    "first_order_negativity",
    "leading_mutual_information",
    "purity_term",
    "require_no_order",
    "require_order",
    "second_order_negativity",
]


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


def first_order_negativity(series: Series, *sites: str) -> Expr:
    """Return the term of N = (‖ρ^{T}‖₁ − 1)/2 that is of first order in the coupling.

    A diagonal product ρ₀ is its own partial transpose.  Its eigenvalue zero splits to first order
    by the eigenvalues of ρ₁^{T} between the kets that ρ₀ leaves empty, and N counts the negative
    ones.  If ρ₀ leaves no ket empty, a weak coupling does not entangle: N = 0.

    Raises
    ------
    NotImplementedError
        If a block of ρ₁^{T} couples more than two kets to two, or more than two with populations.
    """
    occupied = {ket for ket, bra in series[0] if ket == bra}
    elements = {
        element: value
        for element, value in partial_transpose(series[1], *sites).items()
        if not occupied & {*element}
    }
    return Add(*(_gained(elements, block) for block in blocks_of(elements)))


def second_order_negativity(
    series: Series, *sites: str, form: Callable[[Expr], Expr] = as_it_is
) -> Expr:
    """Return the term of N that is of second order in the coupling.

    ρ₁^T couples pairs of kets.  The negative eigenvalue −|c| of a pair moves by the mean of the
    populations of the two kets in ρ₂.  Kets that ρ₁^T does not couple add the negative eigenvalues
    of their own block of ρ₂^T, which are the moduli of their couplings if the kets are empty.
    `form` gives each population its final form.

    Raises
    ------
    NotImplementedError
        If ρ₀ is not pure, or ρ₁^T couples more than pairs.
    """
    ground = _pure(series)
    first, second = (partial_transpose(series[n], *sites) for n in (1, 2))
    pairs = blocks_of({e: value for e, value in first.items() if ground not in e})
    paired = {ket for pair in pairs for ket in pair}
    within = [(a, b) for a, b in second if a != b and {a, b} <= paired]
    if any(len(pair) != 2 for pair in pairs) or within or any(ground in e for e in first):
        raise NotImplementedError("The partial transpose of ρ₁ does not fall into pairs of kets.")
    rest = {
        (a, b): form(real_part(v) if a == b else v)
        for (a, b), v in second.items()
        if not {a, b} & {ground, *paired}
    }
    gained = Add(*(_gained(rest, block) for block in blocks_of(rest)))
    return (
        gained
        - Add(*(form(real_part(second.get((k, k), S.Zero))) for k in sorted(paired, key=str))) / 2
    )


def _gained(elements: Mapping[Element, Expr], block: list[Ket]) -> Expr:
    is_empty = not any((ket, ket) in elements for ket in block)
    return (off_diagonal_negative_part if is_empty else negative_part)(elements, block)


def purity_term(series: Series, order: int, form: Callable[[Expr], Expr] = as_it_is) -> Expr:
    """Return the term Σ_k Tr ρ_k ρ_{n−k} of Tr ρ² that is of order n in the coupling."""
    total = S.Zero
    for k in range(order + 1):
        left, right = series[k], series[order - k]
        for element in left:
            if element in right:
                (x, y), (u, v) = real_imag(form(left[element])), real_imag(form(right[element]))
                total += x * u + y * v
    return total


def leading_mutual_information(
    series: Series, *sites: str, form: Callable[[Expr], Expr] = as_it_is
) -> Expr:
    """Return I to leading order in the coupling ε, in ε² ln ε and ε², for a pure ρ₀.

    Outside |0⟩, ρ₂ holds the pure state of first order and a mixture, M = ρ₂ − ρ₁|0⟩⟨0|ρ₁.  The
    entropy of a state begins with Tr M(1 − ln M).  Let α be the population of M in a level of
    a reduced state, and β the part of α from kets in which nothing else is excited.  Then
    I = Σ α(1 − ln α) − Σ β(1 − ln β) = Σ D(β‖α) − (α − β) ln α, with D as in `Divergence`.
    Populations p of the mixture in which both parts are excited add p(ln p − 1), and its
    coherences add a `CoherenceEntropy`.  Coherences of the reduced mixtures subtract theirs.

    Raises
    ------
    NotImplementedError
        If ρ₀ is not pure, or ρ₁ excites a mixture.
    """
    ground = _pure(series)
    here, there = two_groups(series[0], sites)
    first, second = series[1], series[2]
    if not all(ground in element for element in first):
        raise NotImplementedError(
            "ρ₁ has elements between two excited kets, and the mutual information is of first "
            "order in the coupling; its leading term is known here where it is of second order."
        )
    mixture = _mixture(first, second, ground, form)
    levels = {ket for ket, bra in second if ket == bra}
    terms = [
        p * (log(p) - 1)
        for (a, b), p in mixture.items()
        if a == b and all(local_ket(a, part) != local_ket(ground, part) for part in (here, there))
    ]
    terms += _coherent(mixture)
    for part, other in ((here, there), (there, here)):
        labels = [list(second.spins)[k] for k in part]
        reduced = _mixture(
            first.partial_trace(*labels),
            second.partial_trace(*labels),
            local_ket(ground, part),
            form,
        )
        terms += [-term for term in _coherent(reduced)]
        for level in sorted({local_ket(ket, part) for ket in levels} - {local_ket(ground, part)}):
            with_it = [ket for ket in levels if local_ket(ket, part) == level]
            alone = [ket for ket in with_it if local_ket(ket, other) == local_ket(ground, other)]
            beta = Add(*(mixture.get((ket, ket), S.Zero) for ket in alone))
            both = Add(*(form(real_part(second[ket, ket])) for ket in with_it if ket not in alone))
            if both != 0:
                total = form(both + beta)
                terms += [Divergence(beta, total, -both), -both * log(total)]
    return Add(*terms)


def _mixture(first: State, second: State, ground: Ket, form: Any) -> dict[Element, Expr]:
    """Return M = ρ₂ − ρ₁|0⟩⟨0|ρ₁ outside |0⟩."""
    reached = [ket for ket, bra in first if bra == ground != ket]
    found = {}
    for a, b in dict.fromkeys([*second, *product(reached, repeat=2)]):
        if ground in (a, b):
            continue
        pure = first[a, ground] * first[ground, b]
        left = second[a, b] - pure
        if pure == 0 or cancel(together(left)) != 0:
            found[a, b] = form(real_part(left) if a == b else left)
    return found


def _coherent(mixture: Mapping[Element, Expr]) -> list[Expr]:
    """Return the growth of the entropy of each block of a mixture when its coherences are lost."""
    blocks = [block for block in blocks_of(mixture) if len(block) > 1]
    return [CoherenceEntropy.from_entries(parts_of_block(mixture, block)) for block in blocks]


def _pure(series: Series) -> Ket:
    """Return the ket k of a series with ρ₀ = |k⟩⟨k|."""
    require_series(series)
    state = series[0]
    kets = [ket for ket, bra in state if ket == bra]
    if len(state) != 1 or len(kets) != 1:
        raise NotImplementedError(
            "The uncoupled steady state occupies several levels, but the measure is known here "
            "for a limit cycle that is a single ket."
        )
    return kets[0]


def first_order_ket(series: Series) -> dict[Ket, Expr]:
    """Return |Ψ⟩ ∝ |0⟩ + Σ_k ⟨k|ρ₁|0⟩ |k⟩ as {ket: amplitude}: Eq. (7).

    If ρ₁ has no other elements, the projector on |Ψ⟩ is ρ₀ + ρ₁ up to terms of second order.  The
    function checks this.

    Raises
    ------
    NotImplementedError
        If ρ₀ is not pure or ρ₀ + ρ₁ is not pure to first order.
    """
    ground = _pure(series)
    if not all(ground in element for element in series[1]):
        raise NotImplementedError("The state is not pure to first order in the coupling.")
    amplitudes = {ket: value for (ket, bra), value in series[1].items() if bra == ground}
    return {ground: S.One, **amplitudes}
