"""Elements that feed each other in a cycle, as the unknowns of one differential equation in time.

Their rates are the roots of polynomials, and paths through them have no closed form.  The elements
of all orders up to one are unknowns together, dρ_n/dt = L₀ρ_n + L₁ρ_{n−1}.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sympy import Expr
from sympy.polys.rings import PolyElement

from symsync.derive.elimination import coefficient_parts, element_of, real_equations
from symsync.derive.generator import closure, components, rows
from symsync.derive.state import Element
from symsync.expressions.linear_evolution import Evolved, LinearEvolution
from symsync.expressions.symbols import t as time

__all__ = ["Propagated", "Propagation"]

Order = int | tuple[int, ...]
"""The power of all couplings together, or that of each."""

Unknowns = dict[tuple[Element, str], int]


class Generator(Protocol):
    """What acts on elements: L₀ within an order, and L₁ from one order to the next."""

    def free(self, element: Element) -> dict[Element, PolyElement]:
        """Return L₀ of an element."""

    def coupling(self, element: Element, which: int | None, /) -> dict[Element, PolyElement]:
        """Return L₁ of an element, or the part of one coupling."""


@dataclass(frozen=True, eq=False)
class Propagation:
    """The differential equations of the elements of a system, order by order.

    Attributes
    ----------
    generator
        What acts on elements.
    start
        The state at t = 0.
    known
        The equations that have been written, by their order.
    """

    generator: Generator
    start: Mapping[Element, PolyElement]
    known: dict[Order, tuple[LinearEvolution, Unknowns]] = field(default_factory=dict)

    def equations(self, order: Order) -> tuple[LinearEvolution, Unknowns]:
        """Return the equations of all elements up to an order, and the places of their parts."""
        if order not in self.known:
            self.known[order] = self._equations(order)
        return self.known[order]

    def _equations(self, order: Order) -> tuple[LinearEvolution, Unknowns]:
        def action(graded: Element) -> dict[Element, PolyElement]:
            n, element = _element(graded)
            image = {_graded(n, e): v for e, v in self.generator.free(element).items()}
            for which, following in _following(n, order):
                coupled = self.generator.coupling(element, which)
                image |= {_graded(following, e): v for e, v in coupled.items()}
            return image

        none = tuple(0 for _ in order) if isinstance(order, tuple) else 0
        start = {_graded(none, element): value for element, value in self.start.items()}
        real = real_equations(_needed(closure(action, start)))
        places = {unknown: k for k, unknown in enumerate(real)}
        equations = [
            {places[unknown]: value for unknown, value in equation.items()}
            for equation in real.values()
        ]
        first = {
            places[element, part]: value
            for element, whole in start.items()
            for part, value in zip(("re", "im"), coefficient_parts(whole), strict=True)
            if value != 0 and (element, part) in places
        }
        return LinearEvolution.from_equations(time, equations, first), places

    def element(self, order: Order, element: Element) -> Expr:
        """Return an element at time t."""
        system, places = self.equations(order)
        return element_of(system, places, _graded(order, element), Evolved)


@dataclass(frozen=True)
class Propagated:
    """One of these elements, which stands in a sum of resolvents for a path."""

    source: Propagation
    order: Order
    element: Element

    def conjugate(self) -> "Propagated":
        """Return the adjoint element."""
        ket, bra = self.element
        return Propagated(self.source, self.order, (bra, ket))

    @property
    def value(self) -> Expr:
        """The element at time t."""
        return self.source.element(self.order, self.element)


def _following(n: Order, highest: Order) -> Iterator[tuple[int | None, Order]]:
    """Yield the orders to which couplings lead, all together or each with its number."""
    if isinstance(n, tuple) and isinstance(highest, tuple):
        for k, power in enumerate(n):
            if power < highest[k]:
                yield k, (*n[:k], power + 1, *n[k + 1 :])
    elif isinstance(n, int) and isinstance(highest, int) and n < highest:
        yield None, n + 1


def _graded(order: Order, element: Element) -> Element:
    """Return the name of an element of an order."""
    ket, bra = element
    return (order, *ket), (order, *bra)


def _element(graded: Element) -> tuple[Order, Element]:
    ket, bra = graded
    return ket[0], (ket[1:], bra[1:])


def _needed(
    columns: Mapping[Element, Mapping[Element, PolyElement]],
) -> dict[Element, dict[Element, PolyElement]]:
    """Return the equations of elements in cycles, of what these feed, and of what feeds them."""
    equations = rows(columns)
    found: set[Element] = set()
    ordered = components(columns)
    for component in ordered:
        if len(component) > 1 or not found.isdisjoint(equations[component[0]]):
            found.update(component)
    for component in reversed(ordered):
        if any(not found.isdisjoint(columns[element]) for element in component):
            found.update(component)
    return {element: equations[element] for element in equations if element in found}
