"""Elements that feed each other, too many for a closed form, as unknowns of a linear system.

They solve Bx + b = 0 with their own block B of the generator, and with what flows into them, b.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import comb

from sympy import Expr
from sympy.polys.rings import PolyElement

from symsync.derive.elimination import element_of, real_equations
from symsync.derive.site_symmetry import Unknown
from symsync.derive.state import Element
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.linear_solutions import LinearSystem, Solution

__all__ = ["ENTRIES", "SYMBOLS", "Block", "Solved", "is_small", "solved_together"]

LARGEST, SYMBOLS, ENTRIES = 4, 48, 150
"""Blocks of so many elements have a closed form, or those whose size, times the number of their
symbols and of different entries, is at most this; the determinants of others fill pages."""

TERMS = 130
"""So many terms may the determinant of more than two elements have.  It is a polynomial in the
symbols whose degree is the size: four elements in five symbols, such as the coherences of a pair
that depend on four rates and a detuning, have 126.  Of larger ones an order takes minutes."""


Rows = Mapping[Element, Mapping[Element, PolyElement]]


def is_small(equations: Rows, component: list[Element]) -> bool:
    """Return whether elements that feed each other have a closed form that a person can read."""
    size = len(component)
    inside = {v for row in component for c, v in equations[row].items() if c in component}
    powers = (monomial for entry in inside for monomial in entry)
    symbols = {k for monomial in powers for k, power in enumerate(monomial) if power}
    short = size * len(symbols) <= SYMBOLS and size * len(inside) <= ENTRIES
    terms = comb(size + len(symbols), size)
    return size <= 2 or (terms <= TERMS and (size <= LARGEST or short))


def solved_together(
    equations: Rows, component: list[Element], shift: PolyElement, inflow: Mapping[Element, Expr]
) -> "dict[Element, Solved]":
    """Return the elements of a component, (B − shift)x = −inflow, as unknowns."""
    rows = {row: {c: equations[row][c] for c in equations[row] if c in component}
            for row in component}  # fmt: skip
    for row, entries in rows.items():
        entries[row] = entries.get(row, shift.ring.zero) - shift
    source = Block(rows, inflow)
    return {row: Solved(source, row) for row in component}


@dataclass(frozen=True, eq=False)
class Block:
    """The equations of the elements of a component.

    Attributes
    ----------
    rows
        {element: {element: coefficient}} of B.
    inflow
        b of each element.
    """

    rows: Rows
    inflow: Mapping[Element, Expr]

    @cached_property
    def system(self) -> tuple[LinearSystem, dict[Unknown, int]]:
        """The linear system, and the places of the parts of elements."""
        real = real_equations(self.rows)
        parts = {element: real_imag(value) for element, value in self.inflow.items()}
        places: dict[Unknown, int] = {unknown: k for k, unknown in enumerate(real)}
        equations = []
        for (element, part), row in real.items():
            equation = {places[unknown]: value for unknown, value in row.items()}
            constant = parts[element][part == "im"]
            equation |= {len(places): constant} if constant != 0 else {}
            equations.append(equation)
        used = set().union(*(value.free_symbols for row in equations for value in row.values()))
        return LinearSystem.from_equations(sorted(used, key=str), equations), places

    def element(self, element: Element) -> Expr:
        """Return an element."""
        return element_of(*self.system, element, Solution)


@dataclass(frozen=True)
class Solved:
    """One of these elements, which stands in a sum of resolvents for a path."""

    source: Block
    element: Element

    def conjugate(self) -> "Solved":
        """Return the adjoint element."""
        ket, bra = self.element
        return Solved(self.source, (bra, ket))

    @property
    def value(self) -> Expr:
        """The element."""
        return self.source.element(self.element)
