"""Mutual information at weak coupling: its first terms, for any diagonal product ρ₀."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from sympy import Add, Expr, S, log

from symsync.derive.corrections import Series
from symsync.derive.state import Element, State, as_it_is
from symsync.expressions.complex_parts import modulus
from symsync.expressions.spectral import (
    CoherenceEntropy,
    Divergence,
    LogarithmicMean,
    TimesLog,
)
from symsync.expressions.zeros import vanishes
from symsync.measures.bipartition import (
    blocks_of,
    local_ket,
    parts_of_block,
    real_part,
    two_groups,
)
from symsync.measures.split_blocks import Split
from symsync.measures.weak_coupling import (
    Form,
    between_empty_kets,
    occupied,
    populations,
    require_product,
    second_order_between_empty_kets,
)
from symsync.model.spin import Ket

__all__ = [
    "first_order_mutual_information",
    "second_order_entropy",
    "second_order_mutual_information",
]

Populations = Mapping[Ket, Expr]
Elements = Mapping[Element, Expr]
Spread = Mapping[Ket, Mapping[Ket, Expr]]


def first_order_mutual_information(series: Series, *sites: str, form: Form = as_it_is) -> Expr:
    """Return the terms of the mutual information I in ε ln ε and ε.

    They are those of `second_order_mutual_information` with A = Qρ₁Q in place of M, and without
    C: the populations and coherences that a shared jump brings to the kets that ρ₀ leaves empty.
    Without any, I begins at second order, and they are 0.
    """
    p = occupied(series)
    require_product(series)
    parts = _parts(series[0], sites)
    first = series[1]
    whole = between_empty_kets(p, first, form)
    reduced = [
        between_empty_kets(part.p, first.partial_trace(*part.labels), form) for part in parts
    ]
    return Add(*_excited(p, parts, first, (whole, reduced), {}, form))


def second_order_mutual_information(series: Series, *sites: str, form: Form = as_it_is) -> Expr:
    """Return the terms of the mutual information I in ε² ln ε and ε².

    I is the relative entropy of ρ to ρᴬ⊗ρᴮ.  Let ρ₀ have the populations p, and P and Q project
    on the kets that it occupies and leaves empty.  Let C = ρ₁ − ρ₁ᴬ⊗ρ₀ᴮ − ρ₀ᴬ⊗ρ₁ᴮ, and
    M = Q(ρ₂ − ρ₁ρ₀⁻¹ρ₁)Q with M_A and M_B alike for the reduced states.  ρᴬ⊗ρᴮ has the weights
    s_q = p_a (M_B)_bb, (M_A)_aa p_b or, of fourth order, (M_A)_aa (M_B)_bb in the kets q = (a, b)
    of Q.  If Qρ₁Q = 0, these are the leading terms,

        ½ Σ_P |C_ij|²/Λ(p_i, p_j) + Σ_q [M_qq ln(M_qq/s_q) − M_qq + s_q]
        + Σ_iq |C_iq|²/p_i ln(p_i/s_q) + 𝒞[M] − 𝒞[M_A] − 𝒞[M_B]

    with Λ and 𝒞 as in `LogarithmicMean` and `CoherenceEntropy`, and s_q added only where it is of
    second order.  If Qρ₁Q ≠ 0, as with shared jumps, they are the next ones after
    `first_order_mutual_information`, as a difference of entropies.  See
    `derivations/weak_entropy.py`.
    """
    p = occupied(series)
    require_product(series)
    parts = _parts(series[0], sites)
    first = series[1]
    if between_empty_kets(p, first):
        apart = Add(
            *(
                second_order_entropy(
                    part.p,
                    first.partial_trace(*part.labels),
                    series[2].partial_trace(*part.labels),
                    form,
                )
                for part in parts
            )
        )
        return apart - second_order_entropy(p, first, series[2], form)
    correlated = _correlations(first, parts)
    terms = _among_occupied(p, correlated)
    if len(p) < prod(int(2 * spin + 1) for spin in series.spins.values()):
        second = series[2]
        whole = second_order_between_empty_kets(p, first, second, form)
        reduced = [
            second_order_between_empty_kets(
                part.p,
                first.partial_trace(*part.labels),
                second.partial_trace(*part.labels),
                form,
            )
            for part in parts
        ]
        spread: dict[Ket, dict[Ket, Expr]] = {}
        for (i, q), value in correlated.items():
            if i in p and q not in p:
                spread.setdefault(q, {})[i] = form(modulus(value) ** 2 / p[i])
        terms += _excited(p, parts, second, (whole, reduced), spread, form)
    return Add(*terms)


@dataclass(frozen=True)
class _Part:
    """One of two groups of sites: their places, their labels, and the populations of ρ₀ there."""

    places: list[int]
    labels: list[str]
    p: Populations

    def of(self, ket: Ket) -> Ket:
        """Return what a ket is here."""
        return local_ket(ket, self.places)


def _parts(state: State, sites: tuple[str, ...]) -> tuple[_Part, _Part]:
    def part(places: list[int]) -> _Part:
        labels = [list(state.spins)[k] for k in places]
        return _Part(places, labels, populations(state.partial_trace(*labels)))

    here, there = two_groups(state, sites)
    return part(here), part(there)


def _joined(here: _Part, a: Ket, there: _Part, b: Ket) -> Ket:
    """Return the ket that is a here and b there."""
    levels = dict(zip([*here.places, *there.places], [*a, *b], strict=True))
    return tuple(levels[k] for k in range(len(levels)))


def _correlations(first: State, parts: tuple[_Part, _Part]) -> dict[Element, Expr]:
    """Return the elements of C = ρ₁ − ρ₁ᴬ⊗ρ₀ᴮ − ρ₀ᴬ⊗ρ₁ᴮ that are not zero."""
    total = dict(first.items())
    for here, there in (parts, parts[::-1]):
        for (a, bra), value in first.partial_trace(*here.labels).items():
            for b, share in there.p.items():
                element = _joined(here, a, there, b), _joined(here, bra, there, b)
                total[element] = total.get(element, S.Zero) - share * value
    return {element: value for element, value in total.items() if not vanishes(value)}


def _among_occupied(p: Populations, correlated: Elements) -> list[Expr]:
    """Return the terms of ½ Σ_P |C_ij|²/Λ(p_i, p_j)."""
    terms: dict[Element, Expr] = {}
    for (i, j), value in correlated.items():
        if i == j and i in p:
            terms[i, j] = real_part(value) ** 2 / p[i] / 2
        elif i in p and j in p and (j, i) not in terms:
            terms[i, j] = modulus(value) ** 2 / LogarithmicMean(p[i], p[j])
    return list(terms.values())


def _excited(
    p: Populations,
    parts: tuple[_Part, _Part],
    state: State,
    blocks: tuple[Elements, list[dict[Element, Expr]]],
    spread: Spread,
    form: Form,
) -> list[Expr]:
    """Return the terms of I of the kets that ρ₀ leaves empty.

    `state` is ρ₁ or ρ₂, whichever populates these kets first, `blocks` holds M and (M_A, M_B), and
    `spread[q][i]` is |C_iq|²/p_i.  The logarithms of a level's population α, the largest terms as
    ε → 0, are collected: if β_a are the populations of M in which the other part is in the level a
    of ρ₀, and r = α − Σ β_a, they are Σ D(β_a‖p_a α) − r ln α with D as in `Divergence`.
    """
    whole, reduced = blocks
    terms = [*_coherent(whole), *(-term for block in reduced for term in _coherent(block))]
    filled = [ket for ket, bra in state if ket == bra]
    for ket in dict.fromkeys([*filled, *spread]):
        if any(part.of(ket) in part.p for part in parts):
            continue
        own = whole.get((ket, ket), S.Zero)
        terms += [TimesLog(own, own) - own]
        terms += [amount * log(p[i]) for i, amount in spread.get(ket, {}).items()]
    for here, there in (parts, parts[::-1]):
        for level in sorted({here.of(ket) for ket in filled} - here.p.keys()):
            alone = {a: _joined(here, level, there, a) for a in there.p}
            beta = {a: whole.get((q, q), S.Zero) for a, q in alone.items()}
            moved = [
                (amount, p[i] / there.p[a])
                for a, q in alone.items()
                for i, amount in spread.get(q, {}).items()
            ]
            both = [ket for ket in filled if here.of(ket) == level and ket not in alone.values()]
            rest = Add(
                *(form(real_part(state[ket, ket])) for ket in both),
                *(amount for amount, _ in moved),
            )
            total = form(rest + Add(*beta.values()))
            if vanishes(total):
                continue
            terms.append(-TimesLog(rest, total))
            terms += [amount * log(ratio) for amount, ratio in moved]
            for a, share in there.p.items():
                others = [b for b in there.p if b != a]
                gap = beta[a] * Add(*(there.p[b] for b in others)) - share * (
                    rest + Add(*(beta[b] for b in others))
                )
                terms += [Divergence(beta[a], share * total, gap)] if gap != 0 else []
    return terms


def _coherent(mixture: Elements) -> list[Expr]:
    """Return the growth of the entropy of each block of a mixture when its coherences are lost."""
    blocks = [block for block in blocks_of(mixture) if len(block) > 1]
    return [CoherenceEntropy.from_entries(parts_of_block(mixture, block)) for block in blocks]


def second_order_entropy(p: Populations, first: State, second: State, form: Form) -> Expr:
    """Return the terms of the entropy −Tr ρ ln ρ in ε² ln ε and ε², for any A = Qρ₁Q.

    They are −Σ_P ln p_i (ρ₂,ii + Σ_Q |ρ₁,iq|²/p_i) − ½ Σ_P |ρ₁,ij|²/Λ(p_i, p_j) − Tr M ln A where A
    is not zero, and Tr M(1 − ln M) on its kernel.
    """
    terms = [-term for term in _among_occupied(p, first)]
    terms += [-log(p[i]) * form(real_part(second[i, i])) for i in p]
    terms += [
        -log(p[i]) * form(modulus(value) ** 2 / p[i])
        for (i, q), value in first.items()
        if i in p and q not in p
    ]
    split = Split(between_empty_kets(p, first, form))
    added = second_order_between_empty_kets(p, first, second, form)
    rest = split.unsplit(added)
    for k, block in enumerate(split.blocks):
        lifted, scale = split.lifted(k)
        terms += [-added.get((q, q), S.Zero) * log(real_part(lifted[q, q])) for q in block]
        terms += [-split.slope(CoherenceEntropy, k, added)] if len(block) > 1 else []
        terms += [rest.get((v, v), S.Zero) * log(scale) for v in split.kernels[k]]
    terms += [value - TimesLog(value, value) for (a, b), value in rest.items() if a == b]
    return Add(*terms, *(-term for term in _coherent(rest)))
