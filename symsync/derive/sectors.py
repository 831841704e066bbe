"""The sectors of the generator: the elements that it maps to each other, and their blocks.

Elements of one coherence order belong together if the model conserves the total S^z, and else those
that the generator connects.  Their strongly connected components have the eigenvalues.
"""

from collections.abc import Mapping
from functools import reduce
from itertools import product
from typing import Any

from sympy import Add, Expr, S
from sympy.utilities.iterables import strongly_connected_components

from symsync.derive.block_eigenvalues import BlockEigenvalues, Parts, block_eigenvalues
from symsync.derive.elimination import coefficient_parts, real_equations
from symsync.derive.generator import Liouvillian, closure, components, rows
from symsync.derive.state import Element
from symsync.model.limit_cycle import sites_of
from symsync.model.spin import product_kets, words
from symsync.model.system import System

__all__ = ["CoupledSites", "groups_of"]

Columns = Mapping[Element, Mapping[Element, Any]]


class CoupledSites:
    """Sites that are coupled to each other: the elements and the blocks of each order."""

    def __init__(self, system: System, number: int) -> None:
        self.system, self._number = system, number
        kets = product_kets(system.spins.values())
        columns = closure(Liouvillian(system).full, list(product(kets, kets)))
        self._equations = rows(columns)
        self._components = components(columns)
        self.elements = _by_order(columns)
        self._known: dict[frozenset[Element], list[BlockEigenvalues]] = {}

    def blocks(self, order: int) -> list[BlockEigenvalues]:
        """Return the eigenvalues of the blocks of an order."""
        inside = set(self.elements[order])
        return [
            block
            for component in self._components
            if component[0] in inside
            for block in self._of(component)
        ]

    def slowest(self) -> list[Expr]:
        """Return rates of which the least is the slowest one."""
        return [rate for order in self.elements for b in self.blocks(order) for rate in b.slowest]

    def _of(self, component: list[Element]) -> list[BlockEigenvalues]:
        own = frozenset(component)
        adjoint = frozenset((bra, ket) for ket, bra in component)
        if own not in self._known:
            if adjoint in self._known:
                return [block.conjugate() for block in self._known[adjoint]]
            matrices = self._real(own) if own == adjoint else [self._complex(component)]
            name = "_".join(["M", *([str(self._number)] if self._number else [])])
            self._known[own] = [
                block_eigenvalues(each, rf"{name}_{{{len(self._known) + 1}}}") for each in matrices
            ]
        return self._known[own]

    def _complex(self, component: list[Element]) -> list[dict[int, Parts]]:
        places = {element: k for k, element in enumerate(component)}
        return [
            {places[e]: coefficient_parts(v) for e, v in self._equations[row].items()
             if e in places}
            for row in component
        ]  # fmt: skip

    def _real(self, component: frozenset[Element]) -> list[list[dict[int, Parts]]]:
        """Return the matrices of the real unknowns of elements and their adjoints."""
        inside = {row: {e: v for e, v in self._equations[row].items() if e in component}
                  for row in self._equations if row in component}  # fmt: skip
        equations = real_equations(inside)
        edges = [(row, other) for row, equation in equations.items() for other in equation]
        found = []
        for part in strongly_connected_components((list(equations), edges)):
            places = {unknown: k for k, unknown in enumerate(part)}
            found.append(
                [{places[u]: (v, S.Zero) for u, v in equations[row].items() if u in places}
                 for row in part]
            )  # fmt: skip
        return found


def _by_order(columns: Columns) -> dict[int, list[Element]]:
    """Return the elements by their coherence order, or by the sets that the generator connects."""
    orders = {element: int(sum(element[0]) - sum(element[1])) for element in columns}
    if any(orders[e] != orders[target] for e, column in columns.items() for target in column):
        edges = [(e, target) for e, column in columns.items() for target in column]
        both = edges + [(target, e) for e, target in edges]
        sets = strongly_connected_components((list(columns), both))
        number = {element: k for k, each in enumerate(reversed(sets)) for element in each}
        first = number[next(iter(columns))]
        orders = {e: 0 if k == first else k + (k < first) for e, k in number.items()}
    found: dict[int, list[Element]] = {order: [] for order in sorted(set(orders.values()))}
    for element in columns:
        found[orders[element]].append(element)
    return found


def groups_of(system: System) -> list[System]:
    """Return the systems of sites that are coupled to each other, in the order of the sites."""
    terms = [sites_of(coupling.operator) for coupling in system.couplings]
    energies = [(scalar, word, {factor.site for factor in word})
                for scalar, word in words(system.hamiltonian)]  # fmt: skip
    sets = [{site} for site in system.sites]
    for joined in [*terms, *(sites for _, _, sites in energies)]:
        touched = [each for each in sets if each & joined]
        sets = [each for each in sets if not each & joined]
        sets += [set().union(*touched)] if touched else []
    found = []
    for sites in sorted(sets, key=lambda each: min(map(list(system.sites).index, each))):
        energy = Add(*(reduce(lambda a, b: a * b, word, scalar)
                       for scalar, word, own in energies if own and own <= sites))  # fmt: skip
        found.append(
            System(
                {site: cycle for site, cycle in system.sites.items() if site in sites},
                [c for c, own in zip(system.couplings, terms, strict=True) if own <= sites],
                {site: omega for site, omega in system.frequencies.items() if site in sites},
                energy,
            )
        )
    return found
