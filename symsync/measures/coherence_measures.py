"""Coherence: what a state has that a mixture of the kets |m⟩ has not, and how far it is from one.

A rotation of any one site about its axis leaves a state as it is if it has no coherences between
different kets.  These are the limit-cycle states, and coherence is what synchronization adds.
"""

from collections.abc import Mapping
from typing import Any

from sympy import Add, Expr, S, sqrt

from symsync.derive.corrections import Series
from symsync.derive.state import Element, State, as_it_is, require_density
from symsync.expressions.complex_parts import modulus
from symsync.expressions.spectral import (
    CoherenceEntropy,
    Divergence,
    LogarithmicMean,
    NegativePart,
    TimesLog,
)
from symsync.expressions.zeros import vanishes
from symsync.measures.bipartition import blocks_of, parts_of_block, real_part
from symsync.measures.weak_coupling import (
    between_empty_kets,
    occupied,
    require_no_order,
    require_order,
    second_order_between_empty_kets,
)
from symsync.measures.weak_information import second_order_entropy
from symsync.model.spin import Ket

__all__ = [
    "distance_to_limit_cycle",
    "entropies_of_coherence",
    "l1_coherence",
    "relative_entropy_of_coherence",
    "trace_distance",
]

Elements = Mapping[Element, Expr]


def relative_entropy_of_coherence(state: State | Series, *, order: int | None = None) -> Expr:
    """Return C = S(ρ_diag) − S(ρ), the growth of the entropy when all coherences are lost.

    C is the relative entropy of ρ to ρ_diag, and ρ_diag is the diagonal state that is nearest to ρ
    by relative entropy (Baumgratz, Cramer and Plenio, PRL 113, 140401): C is the distance of ρ to
    the limit-cycle states.  With the populations p of ρ₀, its weak limit is

        Σ_{a<b} |ρ₁,ab|²/Λ(p_a, p_b) + Σ_q [D(M_qq‖d_q) + Σ_a |ρ₁,aq|²/p_a ln(p_a/d_q)] + 𝒞[M]

    where a and b are kets that ρ₀ occupies, q those that it leaves empty, d_q = ρ₂,qq, and
    M = ρ₂ − ρ₁ρ₀⁻¹ρ₁ between the latter; Λ, D and 𝒞 are as in `LogarithmicMean`, `Divergence` and
    `CoherenceEntropy`.  Empty kets bring ε² ln ε.  See `derivations/weak_coherence.py`.

    Parameters
    ----------
    state
        A state, or a series if terms of the expansion of C in the coupling ε are wanted.
    order
        For a series, 1 for the term in ε, 0 without shared jumps, or 2 for ε² ln ε and ε².

    Returns
    -------
    Expr
        A real number in units of 1 (natural logarithms).

    Raises
    ------
    ValueError
        If `order` is missing for a series or given for a state.
    NotImplementedError
        If another order is asked for, or ρ₀ has coherences.

    Examples
    --------
    >>> from symsync import Exchange, System, gain_and_loss, relative_entropy_of_coherence
    >>> from symsync import steady_series
    >>> pair = {"A": gain_and_loss(1, 3), "B": gain_and_loss(3, 1)}
    >>> series = steady_series(System(pair, [Exchange("A", "B")]))
    >>> print(relative_entropy_of_coherence(series, order=2).doit())
    epsilon**2*log(9)/128
    """
    if isinstance(state, Series):
        known = require_order("relative_entropy_of_coherence", order, (1, 2))
        return (_first_order, _second_order)[known - 1](state)
    require_no_order(order)
    state = require_density("relative_entropy_of_coherence", state)
    return Add(*entropies_of_coherence(state))


def entropies_of_coherence(elements: Elements) -> list[Expr]:
    """Return the growth of the entropy of each block when its coherences are lost."""
    known = dict(elements)
    return [
        CoherenceEntropy.from_entries(parts_of_block(known, _largest_first(block)))
        for block in blocks_of(known)
        if len(block) > 1
    ]


def _largest_first(block: list[Ket]) -> list[Ket]:
    """Return the kets of a block, the least excited ones first."""
    return sorted(block, key=lambda ket: (sum(abs(m) for m in ket), [-m for m in ket]))


def _first_order(series: Series) -> Expr:
    """Return 𝒞[Qρ₁Q], where Q projects on the kets that ρ₀ leaves empty."""
    return Add(*entropies_of_coherence(between_empty_kets(occupied(series), series[1])))


def _second_order(series: Series) -> Expr:
    p, first, second = occupied(series), series[1], series[2]
    if between_empty_kets(p, first):
        parts = (_diagonal(first), _diagonal(second)), (first, second)
        lost, kept = (second_order_entropy(p, *each, as_it_is) for each in parts)
        return lost - kept
    mixed = second_order_between_empty_kets(p, first, second)
    spread: dict[Ket, dict[Ket, Expr]] = {ket: {} for ket, bra in second if ket == bra}
    terms = entropies_of_coherence(mixed)
    for (a, b), value in first.items():
        if a in p and b in p and a < b:
            terms.append(modulus(value) ** 2 / LogarithmicMean(p[a], p[b]))
        elif a in p and b not in p:
            spread[b][a] = modulus(value) ** 2 / p[a]
    for q, lost in spread.items():
        population = real_part(second[q, q])
        if q not in p and lost:
            terms += [-TimesLog(share, population / p[a]) for a, share in lost.items()]
            terms.append(Divergence(mixed.get((q, q), S.Zero), population, -Add(*lost.values())))
    return Add(*terms)


def _diagonal(state: State) -> State:
    """Return a state, or a correction, without its coherences."""
    kept = {(a, b): value for (a, b), value in state.values_unnormalised.items() if a == b}
    return State(state.spins, kept, state.express, state.kind)


def _coherences(state: State) -> list[Expr]:
    """Return half of the elements off the diagonal, one of each pair."""
    return [state[a, b] for a, b in state if a < b]


def l1_coherence(state: State | Series, *, order: int | None = None) -> Expr:
    """Return Σ_{a≠b} |ρ_ab|, the sum of the moduli of all coherences between the kets |m⟩.

    It is a measure of coherence by Baumgratz, Cramer and Plenio, PRL 113, 140401.  Moduli say
    nothing of phases: coherences whose waves cancel in `S_rel` add up in it.

    Parameters
    ----------
    state
        A state, or a series if the term of first order in the coupling is wanted.
    order
        The order of that term, 1, for a series only.

    Returns
    -------
    Expr
        A real number without unit.

    Raises
    ------
    ValueError
        If `order` is missing for a series or given for a state.
    NotImplementedError
        If another order is asked for, or ρ₀ has coherences.

    Examples
    --------
    >>> from symsync import l1_coherence, spin_pair, steady_series
    >>> from symsync.symbols import Delta
    >>> l1_coherence(steady_series(spin_pair()), order=1).subs(Delta, 0)
    4*epsilon/(gamma_d_B + gamma_g_A) + 4*epsilon/(gamma_d_A + gamma_g_B)
    """
    return 2 * Add(*(modulus(value) for value in _to_first_order("l1_coherence", state, order)))


def distance_to_limit_cycle(state: State | Series, *, order: int | None = None) -> Expr:
    """Return √Σ_{a≠b} |ρ_ab|², the distance to the nearest limit-cycle state.

    The distance is that of Hilbert and Schmidt, and of all states without coherences between the
    kets |m⟩ the one with the populations of ρ is the nearest.  It is so by relative entropy too,
    and that distance is `relative_entropy_of_coherence`.  It need not be by `trace_distance`.

    Parameters
    ----------
    state
        A state, or a series if the term of first order in the coupling is wanted.
    order
        The order of that term, 1, for a series only.

    Returns
    -------
    Expr
        A real number without unit.

    Raises
    ------
    ValueError
        If `order` is missing for a series or given for a state.
    NotImplementedError
        If another order is asked for, or ρ₀ has coherences.

    Examples
    --------
    >>> from sympy import Rational
    >>> from symsync import Drive, System, distance_to_limit_cycle, exact_state, gain_and_loss
    >>> driven = System({"A": gain_and_loss(2, 1)}, [Drive("A", Rational(3, 2))])
    >>> distance_to_limit_cycle(exact_state(driven))
    sqrt(2)/9
    """
    found = _to_first_order("distance_to_limit_cycle", state, order)
    return sqrt(2 * Add(*(modulus(value) ** 2 for value in found)))


def _to_first_order(measure: str, state: Any, order: int | None) -> list[Expr]:
    """Return the coherences of a state, or those of first order of a series."""
    if isinstance(state, Series):
        require_order(measure, order, (1,))
        occupied(state)
        return _coherences(state[1])
    require_no_order(order)
    state = require_density(measure, state)
    return _coherences(state)


def trace_distance(state: State, other: State) -> Expr:
    """Return ½‖ρ − σ‖₁, the sum of the positive eigenvalues of the difference of two states.

    A measurement tells one state from the other with the probability ½(1 + ½‖ρ − σ‖₁) at best.

    Parameters
    ----------
    state, other
        States of the same sites.

    Returns
    -------
    Expr
        A real number from 0 to 1.

    Raises
    ------
    ValueError
        If one of them is no state, or their sites differ.

    Examples
    --------
    >>> from symsync import System, gain_and_loss, steady_series, trace_distance
    >>> cycles = gain_and_loss(2, 1), gain_and_loss(1, 2)
    >>> trace_distance(*(steady_series(System({"A": cycle}, []))[0] for cycle in cycles))
    1/3
    """
    state, other = (
        require_density("trace_distance", each, of_series=False) for each in (state, other)
    )
    if state.spins != other.spins:
        raise ValueError(
            f"Argument `other` must be a state of the spins {_listed(state)}, but is one of "
            f"{_listed(other)}. Take partial_trace of the larger one."
        )
    gaps = {element: state[element] - other[element] for element in {**state, **other}}
    apart = {
        (a, b): real_part(value) if a == b else value
        for (a, b), value in gaps.items()
        if not vanishes(value)
    }
    terms = []
    for block in blocks_of(apart):
        if len(block) > 1:
            terms.append(NegativePart.from_entries(parts_of_block(apart, block)))
        else:
            terms.append((abs(apart[block[0], block[0]]) - apart[block[0], block[0]]) / 2)
    return Add(*terms)


def _listed(state: State) -> str:
    return ", ".join(f"{site}: {spin}" for site, spin in state.spins.items())
