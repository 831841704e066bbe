"""Exchanges of equal sites, with half turns of phases, under which a model does not change.

A steady state that is unique has the symmetries of its equations.  What they exchange is then equal
or opposite, so that one unknown stands for all that it is exchanged with.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import permutations, product
from typing import Any

from sympy import Expr, S, expand

from symsync.derive.state import Element

__all__ = ["Equation", "Image", "Unknown", "images", "in_representatives"]

Unknown = tuple[Element, str]
"""An element, together with "re" or "im"."""

Equation = dict[Unknown, Expr]

Image = tuple[Unknown, int]
"""An unknown, and the sign with which it stands for another one; 0 if that one vanishes."""

SITES = 4
"""All permutations of at most so many sites are tried."""


def images(spins: Sequence[Any], equations: Mapping[Unknown, Equation]) -> dict[Unknown, Image]:
    """Return {unknown: the one that stands for it, with a sign}.

    Parameters
    ----------
    spins
        The spin of each site.
    equations
        {unknown: {unknown: coefficient}} of all unknowns of a system.
    """
    places = range(len(spins))
    orders = [order for order in permutations(places) if [spins[k] for k in order] == list(spins)]
    moves = [
        move
        for order in (orders if len(spins) <= SITES else [tuple(places)])
        for turned in product((False, True), repeat=len(spins) if order != tuple(places) else 0)
        if _is_symmetry(move := _mover(order, turned, equations), equations)
    ]
    found: dict[Unknown, Image] = {}
    for unknown in equations:
        if unknown in found:
            continue
        orbit: dict[Unknown, int] = {}
        for move in moves:
            other, sign = move(unknown)
            orbit[other] = 0 if orbit.get(other, sign) != sign else sign
        vanishes = 0 in orbit.values()
        found |= {other: (unknown, 0 if vanishes else sign) for other, sign in orbit.items()}
    return found


def _mover(
    order: Sequence[int], turned: Sequence[bool], equations: Mapping[Unknown, Equation]
) -> Callable[[Unknown], Image]:
    """Return how an unknown is moved by a permutation of sites after half turns of some phases.

    ρ_bk stands for ρ_kb* where that is the one that is stored.
    """

    def move(unknown: Unknown) -> Image:
        (ket, bra), part = unknown
        sign = 1
        for a, b, half in zip(ket, bra, turned, strict=False):
            sign *= -1 if half and (a - b) % 2 else 1
        moved = tuple(ket[k] for k in order), tuple(bra[k] for k in order)
        if (moved, part) in equations:
            return (moved, part), sign
        return (moved[::-1], part), -sign if part == "im" else sign

    return move


def _is_symmetry(move: Callable[[Unknown], Image], equations: Mapping[Unknown, Equation]) -> bool:
    """Whether equations become each other if all unknowns are moved."""
    for unknown, equation in equations.items():
        target, sign = move(unknown)
        if target not in equations or len(equations[target]) != len(equation):
            return False
        for other, value in equation.items():
            place, turn = move(other)
            if equations[target].get(place) != sign * turn * value:
                return False
    return True


def in_representatives(
    equations: Mapping[Unknown, Equation], known: Mapping[Unknown, Image]
) -> dict[Unknown, Equation]:
    """Return the equations of the unknowns that stand for all others."""
    found: dict[Unknown, Equation] = {}
    for unknown, equation in equations.items():
        if known[unknown] != (unknown, 1):
            continue
        total: Equation = {}
        for other, value in equation.items():
            place, sign = known[other]
            if sign:
                total[place] = total.get(place, S.Zero) + sign * value
        expanded = {place: expand(value) for place, value in total.items()}
        found[unknown] = {place: value for place, value in expanded.items() if value != 0}
    return found
