"""Two groups of sites: the partial transpose, its blocks, and functions of these blocks."""

from collections.abc import Mapping
from typing import Any

from sympy import Expr, I, S

from symsync.derive.generator import components
from symsync.derive.state import Element, State, require_sites, require_state
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.spectral import NegativePart
from symsync.model.spin import Ket

__all__ = [
    "blocks_of",
    "local_ket",
    "negative_part",
    "partial_transpose",
    "parts_of_block",
    "real_part",
    "two_groups",
]


def two_groups(state: State, sites: tuple[str, ...]) -> tuple[list[int], list[int]]:
    """Return the places of the named sites and the places of all others.

    If a state has two sites and none is named, the first one is meant.

    Raises
    ------
    ValueError
        If there is one site only, one is unknown, none is named where there are more than two, or
        none is left.
    """
    labels = list(require_state(state).spins)
    if len(labels) == 1:
        raise ValueError(
            f"Argument `state` must have two sites or more, but has {labels[0]} alone. Take the "
            "state of a system of two."
        )
    if not sites and len(labels) == 2:
        sites = (labels[0],)
    if not sites:
        raise ValueError(
            f"Argument `sites` must name one of two groups among {', '.join(labels)}, but is "
            f"empty. Write {labels[0]!r}, or several labels."
        )
    sites = require_sites("sites", sites, labels)
    if len(sites) == len(labels):
        raise ValueError(
            f"Argument `sites` must leave a site out, but is all of {', '.join(labels)}."
        )
    here = [labels.index(site) for site in sites]
    return here, [k for k in range(len(labels)) if k not in here]


def partial_transpose(state: State, *sites: str) -> dict[Element, Expr]:
    """Return the elements of ρ^{T_sites} in the orthonormal basis, {(ket, bra): value}.

    Parameters
    ----------
    state
        Any state of the package.
    *sites
        The sites that are transposed.  Of a state of two sites, the first is the default.

    Returns
    -------
    dict
        The elements that are stored; all others are zero.

    Raises
    ------
    ValueError
        If `state` is no state, or the sites do not split it in two.

    Examples
    --------
    >>> from symsync import partial_transpose, spin_pair, steady_series
    >>> list(partial_transpose(steady_series(spin_pair())[1], "A"))[0]
    ((0, -1), (1, 0))
    """
    state = require_state(state)
    swapped, _ = two_groups(state, sites)

    def transpose(ket: Ket, bra: Ket) -> Element:
        pairs = [(bra, ket) if index in swapped else (ket, bra) for index in range(len(ket))]
        first = tuple(left[index] for index, (left, _) in enumerate(pairs))
        return first, tuple(right[index] for index, (_, right) in enumerate(pairs))

    return {transpose(ket, bra): value for (ket, bra), value in state.items()}


def blocks_of(elements: Mapping[Element, Expr]) -> list[list[Ket]]:
    """Return the sets of kets that a matrix does not connect with each other."""
    columns: dict[Any, dict[Any, Expr]] = {}
    for (ket, bra), value in elements.items():
        columns.setdefault(ket, {})[bra] = value
        columns.setdefault(bra, {})[ket] = value
    return components(columns)


def parts_of_block(
    elements: Mapping[Element, Expr], block: list[Ket]
) -> list[list[tuple[Expr, Expr]]]:
    """Return (Re, Im) of the entries of a block, by rows."""
    return [[real_imag(elements.get((a, b), S.Zero)) for b in block] for a in block]


def local_ket(ket: Ket, indices: list[int]) -> Ket:
    """Return the part of a ket that belongs to some places."""
    return tuple(ket[k] for k in indices)


def real_part(population: Expr) -> Expr:
    """Return a population as a real formula; its terms are complex in conjugate pairs."""
    return real_imag(population)[0] if population.has(I) else population


def negative_part(elements: Mapping[Element, Expr], block: list[Ket]) -> Expr:
    """Return the sum of |λ| over the negative eigenvalues λ of a block.

    Three kets of which two are empty are put into the order ((0,a,g),(a*,p,b),(g*,b*,0)), of which
    a form without cancellation is known.
    """
    if len(block) == 1:
        return S.Zero  # a population
    empty = [ket for ket in block if elements.get((ket, ket), S.Zero) == 0]
    if len(block) == 3 and len(empty) == 2:
        (full,) = set(block) - set(empty)
        block = [empty[0], full, empty[1]]
    return NegativePart.from_entries(parts_of_block(elements, block))
