"""Entanglement of two groups of sites: partial transpose, negativity, Schmidt form: Eqs. (7), (8).

To first order in the coupling everything follows from the coherences with a pure ρ₀ = |0⟩⟨0|.
Of a state to all orders the measures are sums over its blocks, which symmetry keeps small.
"""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

from sympy import Add, Expr, I, S, cancel, log, sqrt, together

from symsync.expansion import Series
from symsync.functions import modulus, real_imag
from symsync.liouville import components
from symsync.reduced import ReducedSeries
from symsync.special import CoherenceEntropy, Divergence, NegativePart
from symsync.spin import Ket
from symsync.state import Element, State, as_it_is, require_sites, require_state

__all__ = [
    "first_order_ket",
    "first_order_negativity",
    "leading_mutual_information",
    "mutual_information",
    "negativity",
    "partial_transpose",
    "purity",
    "schmidt_coefficients",
    "schmidt_rank",
    "second_order_negativity",
    "second_order_purity",
]


def partial_transpose(state: State, *sites: str) -> dict[Element, Expr]:
    """Return the elements of ρ^{T_sites} in the orthonormal basis, {(ket, bra): value}."""
    require_state(state)
    require_sites("sites", sites, state.spins)
    swapped = {list(state.spins).index(site) for site in sites}

    def transpose(ket: Ket, bra: Ket) -> Element:
        pairs = [(bra, ket) if index in swapped else (ket, bra) for index in range(len(ket))]
        first = tuple(left[index] for index, (left, _) in enumerate(pairs))
        return first, tuple(right[index] for index, (_, right) in enumerate(pairs))

    return {transpose(ket, bra): value for (ket, bra), value in state.items()}


def _blocks(elements: Mapping[Element, Expr]) -> list[list[Ket]]:
    """Split the kets into sets that the matrix does not connect."""
    columns: dict[Any, dict[Any, Expr]] = {}
    for (ket, bra), value in elements.items():
        columns.setdefault(ket, {})[bra] = value
        columns.setdefault(bra, {})[ket] = value
    return components(columns)


def negativity(state: State, *sites: str) -> Expr:
    """Return N = (‖ρ^T‖₁ − 1)/2, the moduli of the negative eigenvalues of ρ^{T_sites}, summed.

    Raises
    ------
    NotImplementedError
        If ρ^T has a block of more than three kets, or one of three that is not ((0,a,g),(a*,p,b),
        (g*,b*,0)) in some order.
    """
    elements = partial_transpose(state, *sites)
    return Add(*(_negative_block(elements, block) for block in _blocks(elements)))


def _negative_block(elements: Mapping[Element, Expr], block: list[Ket]) -> Expr:
    if len(block) == 1:
        return S.Zero  # a population
    empty = [ket for ket in block if elements.get((ket, ket), S.Zero) == 0]
    if len(block) == 3 and len(empty) == 2:
        (full,) = set(block) - set(empty)
        return NegativePart.of(_parts(elements, [empty[0], full, empty[1]]))
    if len(block) == 2:
        return NegativePart.of(_parts(elements, block))
    raise NotImplementedError(
        f"The partial transpose has a block of {len(block)} kets, {len(empty)} of them empty; "
        "closed forms are known for two, and for three of which two are empty."
    )


def _parts(elements: Mapping[Element, Expr], block: list[Ket]) -> list[list[tuple[Expr, Expr]]]:
    return [[real_imag(elements.get((a, b), S.Zero)) for b in block] for a in block]


def mutual_information(state: State, *sites: str) -> Expr:
    """Return I = S(ρ_a) + S(ρ_b) − S(ρ) between the named sites and all others.

    Written as a sum of terms that are not negative: the relative entropies of the populations to
    the product of their marginals, and for each block of ρ how much the entropy grows when its
    coherences are lost.  The sum of the entropies itself cancels to ε² ln ε of one.

    Of a truncated series take `leading_mutual_information`: cut off, it need not be positive, and
    then has none.

    Raises
    ------
    NotImplementedError
        If a reduced state has coherences, or ρ a block of more than three kets.
    """
    here = _indices(state, sites)
    there = [k for k in range(len(state.spins)) if k not in here]
    for part in (here, there):
        labels = [list(state.spins)[k] for k in part]
        if any(ket != bra for ket, bra in state.partial_trace(*labels)):
            raise NotImplementedError(
                f"The reduced state of {', '.join(labels)} has coherences; the mutual information "
                "is known here where both reduced states are diagonal."
            )
    known = {ket: _real(state[ket, bra]) for ket, bra in state if ket == bra}
    table = {(_at(ket, here), _at(ket, there)): value for ket, value in known.items()}
    elements = {(ket, bra): state[ket, bra] for ket, bra in state}
    blocks = [block for block in _blocks(elements) if len(block) > 1]
    if any(len(block) > 3 for block in blocks):
        raise NotImplementedError("The state has a block of more than three kets.")
    lost = (CoherenceEntropy.of(_parts(elements, _largest_first(block))) for block in blocks)
    return Add(*_classical(table), *lost)


def _largest_first(block: list[Ket]) -> list[Ket]:
    """Return the kets with those in front that are least excited."""
    return sorted(block, key=lambda ket: (sum(abs(m) for m in ket), [-m for m in ket]))


def _indices(state: State, sites: tuple[str, ...]) -> list[int]:
    require_state(state)
    labels = list(state.spins)
    require_sites("sites", sites, labels)
    if len(sites) == len(labels):
        raise ValueError(
            f"Argument `sites` must leave a site out, but is all of {', '.join(labels)}."
        )
    return [labels.index(site) for site in sites]


def _at(ket: Ket, indices: list[int]) -> Ket:
    return tuple(ket[k] for k in indices)


def _classical(table: Mapping[tuple[Ket, Ket], Expr]) -> list[Expr]:
    """Return the terms of Σ p_ab ln(p_ab/p_a p_b), each with p_ab − p_a p_b as a short difference.

    As Σ p = 1, it is p_ab Σ' p_a'b' − (Σ' p_ab')(Σ' p_a'b), where the sums leave out a and b.
    """
    rows = list(dict.fromkeys(a for a, _ in table))
    columns = list(dict.fromkeys(b for _, b in table))

    def p(a: Ket, b: Ket) -> Expr:
        return table.get((a, b), S.Zero)

    terms = []
    for a in rows:
        for b in columns:
            right = Add(*(p(a, other) for other in columns if other != b))
            below = Add(*(p(other, b) for other in rows if other != a))
            rest = Add(*(p(x, y) for x in rows for y in columns if x != a and y != b))
            product = (p(a, b) + right) * (p(a, b) + below)
            terms.append(Divergence(p(a, b), product, p(a, b) * rest - right * below))
    return terms


def purity(state: State) -> Expr:
    """Return Tr ρ²."""
    require_state(state)
    total = S.Zero
    for ket, bra in state:
        x, y = real_imag(state[ket, bra])
        total += x**2 + y**2
    return total


def first_order_negativity(series: Series | ReducedSeries, *sites: str) -> Expr:
    """Return N = (‖ρ^{T}‖₁ − 1)/2 of ρ₀ + ρ₁ to first order in the coupling.

    A diagonal product ρ₀ is its own partial transpose.  Its eigenvalue zero splits to first order
    by the eigenvalues of ρ₁^{T} between the kets that ρ₀ leaves empty, and each negative one
    counts.  Where ρ₀ leaves none empty, nothing weak entangles: N = 0.

    Raises
    ------
    NotImplementedError
        If a block of ρ₁^{T} couples more than two kets to two, or more than two with populations.
    """
    _require_series(series)
    occupied = {ket for ket, bra in series[0] if ket == bra}
    elements = {
        element: value
        for element, value in partial_transpose(series[1], *sites).items()
        if not occupied & {*element}
    }
    return Add(*(_gained(elements, block) for block in _blocks(elements)))


def second_order_negativity(
    series: Series | ReducedSeries, *sites: str, form: Callable[[Expr], Expr] = as_it_is
) -> Expr:
    """Return the term of N that is of second order in the coupling.

    `form` gives each population its final form.

    The negative eigenvalue −|c| of each pair of kets that ρ₁^T couples moves by the mean of their
    populations in ρ₂; kets that ρ₁^T leaves alone add the negative eigenvalues of their own block
    of ρ₂^T, which are the moduli of their couplings where they are empty.

    Raises
    ------
    NotImplementedError
        If ρ₀ is not pure, ρ₁^T couples more than pairs, or ρ₂^T more than pairs of the others.
    """
    ground = _pure(series)
    first, second = (partial_transpose(series[n], *sites) for n in (1, 2))
    pairs = _blocks({e: value for e, value in first.items() if ground not in e})
    paired = {ket for pair in pairs for ket in pair}
    within = [(a, b) for a, b in second if a != b and {a, b} <= paired]
    if any(len(pair) != 2 for pair in pairs) or within or any(ground in e for e in first):
        raise NotImplementedError("The partial transpose of ρ₁ does not fall into pairs of kets.")
    rest = {
        (a, b): form(_real(v) if a == b else v)
        for (a, b), v in second.items()
        if not {a, b} & {ground, *paired}
    }
    gained = Add(*(_gained(rest, block) for block in _blocks(rest)))
    return (
        gained
        - Add(*(form(_real(second.get((k, k), S.Zero))) for k in sorted(paired, key=str))) / 2
    )


def _gained(elements: Mapping[Element, Expr], block: list[Ket]) -> Expr:
    is_empty = not any((ket, ket) in elements for ket in block)
    return (_negative_part if is_empty else _negative_block)(elements, block)


def second_order_purity(
    series: Series | ReducedSeries, form: Callable[[Expr], Expr] = as_it_is
) -> Expr:
    """Return the term of Tr ρ² that is of second order in the coupling, for a pure ρ₀."""
    ground = _pure(series)
    squares = Add(*(modulus(form(value)) ** 2 for value in series[1].values()))
    levels = [ket for ket, bra in series[2] if ket == bra != ground]
    return squares - 2 * Add(*(form(_real(series[2][ket, ket])) for ket in levels))


def leading_mutual_information(
    series: Series | ReducedSeries, *sites: str, form: Callable[[Expr], Expr] = as_it_is
) -> Expr:
    """Return I to leading order in the coupling ε, ε² ln ε and ε², for a pure ρ₀.

    What ρ₂ holds outside |0⟩ beside the pure state of first order is a mixture,
    M = ρ₂ − ρ₁|0⟩⟨0|ρ₁, and a state's entropy begins with Tr M(1 − ln M).  With the populations α
    of M in each level of either reduced state, and β of the kets in which nothing else is excited,
    I = Σ α(1 − ln α) − Σ β(1 − ln β) = Σ D(β‖α) − (α − β) ln α, D as `Divergence`.
    Populations p of the mixture in which both parts are excited add p(ln p − 1), its coherences a
    `CoherenceEntropy`; coherences of the reduced mixtures take theirs away.

    Raises
    ------
    NotImplementedError
        If ρ₀ is not pure, ρ₁ excites a mixture, or a mixture has a block of more than three kets.
    """
    ground = _pure(series)
    here = _indices(series[0], sites)
    there = [k for k in range(len(ground)) if k not in here]
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
        if a == b and all(_at(a, part) != _at(ground, part) for part in (here, there))
    ]
    terms += _coherent(mixture)
    for part, other in ((here, there), (there, here)):
        labels = [list(second.spins)[k] for k in part]
        reduced = _mixture(
            first.partial_trace(*labels), second.partial_trace(*labels), _at(ground, part), form
        )
        terms += [-term for term in _coherent(reduced)]
        for level in sorted({_at(ket, part) for ket in levels} - {_at(ground, part)}):
            with_it = [ket for ket in levels if _at(ket, part) == level]
            alone = [ket for ket in with_it if _at(ket, other) == _at(ground, other)]
            beta = Add(*(mixture.get((ket, ket), S.Zero) for ket in alone))
            both = Add(*(form(_real(second[ket, ket])) for ket in with_it if ket not in alone))
            if both != 0:
                total = form(both + beta)
                terms += [Divergence(beta, total, -both), -both * log(total)]
    return Add(*terms)


def _mixture(first: State, second: State, ground: Ket, form: Any) -> dict[Element, Expr]:
    """Return ρ₂ − ρ₁|0⟩⟨0|ρ₁ outside |0⟩."""
    reached = [ket for ket, bra in first if bra == ground != ket]
    found = {}
    for a, b in dict.fromkeys([*second, *product(reached, repeat=2)]):
        if ground in (a, b):
            continue
        pure = first[a, ground] * first[ground, b]
        left = second[a, b] - pure
        if pure == 0 or cancel(together(left)) != 0:
            found[a, b] = form(_real(left) if a == b else left)
    return found


def _coherent(mixture: Mapping[Element, Expr]) -> list[Expr]:
    """Return how much the entropy of each block of a mixture grows without its coherences."""
    blocks = [block for block in _blocks(mixture) if len(block) > 1]
    if any(len(block) > 3 for block in blocks):
        raise NotImplementedError("The mixture of excited kets has a block of more than three.")
    return [CoherenceEntropy.of(_parts(mixture, block)) for block in blocks]


def _real(population: Expr) -> Expr:
    """Return a population, whose terms are complex in conjugate pairs, as a real formula."""
    return real_imag(population)[0] if population.has(I) else population


def _negative_part(elements: Mapping[Element, Expr], block: list[Ket]) -> Expr:
    """Return the sum of |negative eigenvalues| of a block ((0, C), (C†, 0)): the trace norm of C.

    C connects two sets of kets, as the coupling leads from ρ₀ = |0⟩⟨0| to |a, b⟩ and the partial
    transpose of |a, b⟩⟨0, 0| is |0, b⟩⟨a, 0|.
    """
    side = {block[0]: 0}
    waiting = [block[0]]
    while waiting:
        ket = waiting.pop()
        for other in block:
            if elements.get((ket, other), S.Zero) != 0 and other not in side:
                side[other] = 1 - side[ket]
                waiting.append(other)
    if any(side[a] == side[b] for a in block for b in block if elements.get((a, b), S.Zero) != 0):
        raise NotImplementedError(
            "The partial transpose connects kets around an odd loop, or has populations; closed "
            "forms are known where it leads from some kets to others and back."
        )
    upper, lower = ([ket for ket in block if side.get(ket) == part] for part in (0, 1))
    if not lower:
        return S.Zero
    return _trace_norm([[elements.get((a, b), S.Zero) for b in lower] for a in upper])


def _trace_norm(rows: list[list[Expr]]) -> Expr:
    """Return the sum of the singular values of a matrix with at most two."""
    moduli = [modulus(value) for row in rows for value in row]
    if len(moduli) == 1:
        return moduli[0]
    squares = Add(*(value**2 for value in moduli))
    if min(len(rows), len(rows[0])) == 1:
        return sqrt(squares)
    if len(rows) == len(rows[0]) == 2:
        (a, b), (c, d) = rows
        return sqrt(squares + 2 * modulus(a * d - b * c))  # (σ₁+σ₂)² = Σ|c|² + 2|det C|
    raise NotImplementedError(
        f"The partial transpose couples {len(rows)} to {len(rows[0])} kets in one block, more than "
        "the 2 × 2 that have a closed form here."
    )


def _pure(series: Series | ReducedSeries) -> Ket:
    """Return the ket k of a series with ρ₀ = |k⟩⟨k|."""
    _require_series(series)
    state = series[0]
    kets = [ket for ket, bra in state if ket == bra]
    if len(state) != 1 or len(kets) != 1:
        raise NotImplementedError(
            "The uncoupled steady state occupies several levels, but the measure is known here "
            "for a limit cycle that is a single ket."
        )
    return kets[0]


def _require_series(series: Any) -> None:
    if not isinstance(series, Series | ReducedSeries):
        raise ValueError(
            f"Argument `series` must be a series, but is a {type(series).__name__}. "
            "Write steady_series(system), or reduced_series of it."
        )


def first_order_ket(series: Series | ReducedSeries) -> dict[Ket, Expr]:
    """Return |Ψ⟩ ∝ |0⟩ + Σ_k ⟨k|ρ₁|0⟩ |k⟩ as {ket: amplitude}: Eq. (7).

    Its projector is ρ₀ + ρ₁ up to second order exactly if ρ₁ has no other elements, which is
    checked.

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


def schmidt_coefficients(amplitudes: Mapping[Ket, Expr], cut: int = 1) -> dict[Ket, Expr]:
    """Return the Schmidt coefficients of Σ_k c_k|k⟩ across the first `cut` sites and the rest.

    Where no two kets share a local ket on either side, the matrix of amplitudes has one entry in
    each row and column, and the coefficients are the moduli |c_k|, here given by ket and not
    normalised.  The Schmidt rank is the number of those that do not vanish.

    Raises
    ------
    NotImplementedError
        If two kets share a local ket.
    """
    left = [ket[:cut] for ket in amplitudes]
    right = [ket[cut:] for ket in amplitudes]
    if len(set(left)) < len(left) or len(set(right)) < len(right):
        raise NotImplementedError(
            "Two of the kets share a local ket, so that the Schmidt form is not read off."
        )
    return {ket: modulus(value) for ket, value in amplitudes.items()}


def schmidt_rank(amplitudes: Mapping[Ket, Expr], cut: int = 1) -> int:
    """Return the number of Schmidt coefficients that do not vanish identically."""
    return sum(value != 0 for value in schmidt_coefficients(amplitudes, cut).values())
