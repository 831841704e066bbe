"""Negativity at weak coupling: its first two orders, for any diagonal product ρ₀."""

from collections.abc import Mapping
from math import prod

from sympy import Add, Expr, Max, S, sqrt

from symsync.derive.corrections import Series
from symsync.derive.state import Element, as_it_is
from symsync.expressions.complex_parts import modulus, real_imag
from symsync.expressions.spectral import NegativePart
from symsync.measures.bipartition import (
    blocks_of,
    partial_transpose,
    parts_of_block,
    real_part,
    two_groups,
)
from symsync.measures.split_blocks import Split, norm, rows_of, sides
from symsync.measures.weak_coupling import (
    Form,
    between_empty_kets,
    occupied,
    second_order_between_empty_kets,
)
from symsync.model.spin import Ket

__all__ = ["first_order_negativity", "second_order_negativity"]

Elements = Mapping[Element, Expr]


def first_order_negativity(series: Series, *sites: str) -> Expr:
    """Return the term of N = (‖ρ^{T}‖₁ − 1)/2 that is of first order in the coupling.

    A diagonal product ρ₀ is its own partial transpose.  Its eigenvalue zero splits to first order
    by the eigenvalues of A = Qρ₁^{T}Q, where Q projects on the kets that ρ₀ leaves empty, and N
    counts the negative ones.  If ρ₀ leaves no ket empty, a weak coupling does not entangle: N = 0.
    """
    elements = between_empty_kets(occupied(series), partial_transpose(series[1], *sites))
    return Add(*(_negative_part(elements, block) for block in blocks_of(elements)))


def second_order_negativity(series: Series, *sites: str, form: Form = as_it_is) -> Expr:
    """Return the term of N that is of second order in the coupling.

    With the populations p of ρ₀ and P, Q and A as in `first_order_negativity`, let
    W = Q(ρ₂^T − ρ₁^Tρ₀⁻¹ρ₁^T)Q, which is what second order adds between the kets that ρ₀ leaves
    empty.  The term is −Tr W over the eigenvectors of A with negative eigenvalues, and the sum of
    |negative eigenvalues| of W on the kernel of A.  See `derivations/weak_negativity.py`.  Where a
    coupling is zero, the kernel of A may be larger: leave that coupling out of the model instead.
    `form` gives each element of W its final form.
    """
    p = occupied(series)
    two_groups(series[0], sites)
    if len(p) == prod(int(2 * spin + 1) for spin in series.spins.values()):
        return S.Zero
    first, second = (partial_transpose(series[n], *sites) for n in (1, 2))
    split = Split(between_empty_kets(p, first))
    added = second_order_between_empty_kets(p, first, second, form)
    moved = [_moved(split, k, added) for k in range(len(split.blocks))]
    rest = split.unsplit(added)
    reduced = {ket for ket, bra in first if bra in p}  # in which W is no population
    mixed = reduced | {ket for kernel in split.kernels for ket in kernel}
    gained = (_negative_part(rest, block, not mixed & {*block}) for block in blocks_of(rest))
    return Add(*moved, *gained)


def _negative_part(elements: Elements, block: list[Ket], is_populated: bool = True) -> Expr:
    """Return the sum of |λ| over the negative eigenvalues λ of a block.

    `is_populated` tells whether the diagonal holds populations, which are not negative.
    """
    closed = _trace_norm(elements, block)
    if closed is not None:
        return closed
    if len(block) == 1:
        return S.Zero if is_populated else Max(0, -elements[block[0], block[0]], evaluate=False)
    empty = [ket for ket in block if elements.get((ket, ket), S.Zero) == 0]
    order = [*(ket for ket in block if ket not in empty), *empty]
    if is_populated and len(block) == 3 and len(empty) == 2:
        order = [empty[0], order[0], empty[1]]  # a closed form, for p ≥ 0
    return NegativePart.from_entries(parts_of_block(elements, order))


def _trace_norm(elements: Elements, block: list[Ket]) -> Expr | None:
    """Return Σ |negative eigenvalues| of ((0, C), (C†, 0)), the trace norm of C, in closed form.

    C has at most two singular values; of any other block the result is None.
    """
    both = sides(elements, block)
    if both is None:
        return None
    rows = rows_of(elements, *both)
    if len(rows) == 1:
        return norm(rows[0])
    if len(rows) == len(rows[0]) == 2:
        (a, b), (c, d) = rows
        squares = Add(*(modulus(value) ** 2 for value in (a, b, c, d)))
        return sqrt(squares + 2 * modulus(a * d - b * c))  # (σ₁+σ₂)² = Σ|c|² + 2|det C|
    return None


def _moved(split: Split, k: int, added: Elements) -> Expr:
    """Return −Tr W over the eigenvectors of block k of A with negative eigenvalues.

    A block in which one ket leads to others by c has the eigenvector (1, −c†/|c|)/√2 alone.  Of
    any other, the term is the derivative of the negative part of A + xW by x.
    """
    block, elements = split.blocks[k], split.elements
    if len(block) == 1:
        return S.Zero  # a population of ρ₁
    both = sides(elements, block)
    if both is None or len(both[0]) > 1:
        return split.slope(NegativePart, k, added)
    (center,), others = both
    size = norm([elements[center, ket] for ket in others])
    terms = [-real_part(added.get((center, center), S.Zero)) / 2]
    for n, ket in enumerate(others):
        weight = modulus(elements[ket, center]) ** 2 / size**2
        terms.append(-weight * real_part(added.get((ket, ket), S.Zero)) / 2)
        terms.append(real_imag(added.get((center, ket), S.Zero) * elements[ket, center])[0] / size)
        for other in others[:n]:
            wave = elements[center, ket] * added.get((ket, other), S.Zero) * elements[other, center]
            terms.append(-real_imag(wave)[0] / size**2)
    return Add(*terms)
