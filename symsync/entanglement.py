"""Entanglement of two groups of sites: partial transpose, negativity, Schmidt form: Eqs. (7), (8).

To first order in the coupling everything follows from the coherences with a pure ρ₀ = |0⟩⟨0|.
"""

from collections.abc import Mapping
from typing import Any

from sympy import Add, Expr, S, sqrt

from symsync.expansion import Series
from symsync.functions import modulus
from symsync.liouville import Element, State, components
from symsync.spin import Ket

__all__ = [
    "first_order_ket",
    "first_order_negativity",
    "partial_transpose",
    "schmidt_coefficients",
]


def partial_transpose(state: State, *sites: str) -> dict[Element, Expr]:
    """Return the elements of ρ^{T_sites} in the orthonormal basis, {(ket, bra): value}."""
    unknown = set(sites) - set(state.spins)
    if unknown or not sites:
        raise ValueError(
            f"Argument `sites` must name sites among {', '.join(state.spins)}, but is "
            f"{', '.join(sites) or 'empty'}."
        )
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


def first_order_negativity(series: Series, *sites: str) -> Expr:
    """Return N = (‖ρ^{T}‖₁ − 1)/2 of ρ₀ + ρ₁ to first order in the coupling.

    A pure product ρ₀ = |0⟩⟨0| is its own partial transpose, with one eigenvalue 1 and all others
    zero.  Those split to first order by the eigenvalues of ρ₁^{T} outside |0⟩, and each negative
    one counts.  ρ₁^{T} falls into blocks; the trace of ρ₁ vanishes.

    Raises
    ------
    NotImplementedError
        If ρ₀ is not pure, or a block couples more than two kets to two.
    """
    ground = _pure(series[0])
    elements = {
        element: value
        for element, value in partial_transpose(series[1], *sites).items()
        if ground not in element
    }
    return Add(*(_negative_part(elements, block) for block in _blocks(elements)))


def _negative_part(elements: Mapping[Element, Expr], block: list[Ket]) -> Expr:
    """Return the sum of |negative eigenvalues| of a block ((0, C), (C†, 0)): the trace norm of C.

    C connects two sets of kets, as the coupling leads from ρ₀ = |0⟩⟨0| to |a, b⟩ and the partial
    transpose of |a, b⟩⟨0, 0| is |0, b⟩⟨a, 0|.
    """
    upper = [block[0]]
    lower = [ket for ket in block if (block[0], ket) in elements]
    upper += [ket for ket in block if ket not in (*upper, *lower)]
    within = [(a, b) for part in (upper, lower) for a in part for b in part]
    if any(elements.get(pair, S.Zero) != 0 for pair in within):
        raise NotImplementedError("ρ₁ has elements between two excited kets.")
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


def _pure(state: State) -> Ket:
    """Return the ket k of a state |k⟩⟨k|."""
    kets = [ket for ket, bra in state if ket == bra]
    if len(state) != 1 or len(kets) != 1:
        raise NotImplementedError(
            "The uncoupled steady state occupies several levels; first-order entanglement needs a "
            "limit cycle that is a single ket."
        )
    return kets[0]


def first_order_ket(series: Series) -> dict[Ket, Expr]:
    """Return |Ψ⟩ ∝ |0⟩ + Σ_k ⟨k|ρ₁|0⟩ |k⟩ as {ket: amplitude}: Eq. (7).

    Its projector is ρ₀ + ρ₁ up to second order exactly if ρ₁ has no other elements, which is
    checked.

    Raises
    ------
    NotImplementedError
        If ρ₀ is not pure or ρ₀ + ρ₁ is not pure to first order.
    """
    ground = _pure(series[0])
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
