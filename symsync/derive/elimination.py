"""The equations of the steady state: what is reached, whether it is unique, how it is eliminated.

The unknowns are real: the populations, and the real and imaginary parts of the coherences that the
recurrent populations feed.  One population is fixed to 1, and its own equation is left out, because
the conservation of the trace makes it redundant.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from sympy import GF, Expr, I, S, expand
from sympy.polys.matrices import DomainMatrix

from symsync.derive.generator import Liouvillian, closure, components, rows
from symsync.derive.site_symmetry import Equation, Image, Unknown, images, in_representatives
from symsync.derive.state import Element
from symsync.derive.uncoupled import uncoupled_state
from symsync.expressions.linear_solutions import LinearSystem, primitive
from symsync.expressions.sparse_elimination import PRIME, PrimePoint
from symsync.expressions.zeros import zero_with_rates
from symsync.model.spin import Ket, product_kets
from symsync.model.system import System

__all__ = [
    "SteadyEquations",
    "coefficient_parts",
    "element_of",
    "real_equations",
    "steady_equations",
]


@dataclass(frozen=True)
class SteadyEquations:
    """Σ coefficient·unknown = 0 for all unknowns.

    Attributes
    ----------
    system
        The model.
    equations
        {unknown: {unknown: coefficient}} without the one of what is fixed, in the unnormalised
        basis.
    fixed
        The population that is 1.
    closing
        Its equation, which follows from the others.
    images
        {unknown: (the one that stands for it, sign)} for all that is reached.
    """

    system: System
    equations: Mapping[Unknown, Equation]
    fixed: Unknown
    closing: Equation
    images: Mapping[Unknown, Image]

    def every(self, values: Mapping[Unknown, Expr]) -> dict[Unknown, Expr]:
        """Return all unknowns, the fixed one first, from those that stand for them."""
        known = {self.fixed: S.One, **values}
        images = {self.fixed: (self.fixed, 1), **self.images}
        return {u: known[v] * sign if sign else S.Zero for u, (v, sign) in images.items()}

    @cached_property
    def linear(self) -> LinearSystem:
        """The equations of the unknowns in their order, as a function of the model's parameters."""
        places = {unknown: k for k, unknown in enumerate((*self.equations, self.fixed))}
        *indexed, closing = (
            primitive({places[unknown]: value for unknown, value in equation.items()})
            for equation in (*self.equations.values(), self.closing)
        )

        def place(ket: Ket) -> int:
            population: Unknown = ((ket, ket), "re")
            return places.get(self.images.get(population, (population, 1))[0], len(indexed))

        scales = [(place(ket), place(bra)) for (ket, bra), _ in self.equations]
        return LinearSystem.from_equations(self.system.parameters, indexed, scales, closing)


def steady_equations(system: System) -> SteadyEquations:
    """Return the equations of the steady state, to all orders in the couplings.

    Raises
    ------
    ValueError
        If the steady state is not unique.
    """
    generator = Liouvillian(system)
    kets = product_kets(system.spins.values())
    columns = closure(generator.full, [(ket, ket) for ket in kets])
    recurrent = _recurrent(columns)
    everything = real_equations(rows(columns))
    first = _first_choice(system, recurrent)
    whole = _fixed(system, everything, first, _alone(everything))
    try:
        _ = whole.linear.pivots
    except ZeroDivisionError:
        first = _occupied(everything)[0]
        whole = _fixed(system, everything, first, whole.images)
    reached = closure(columns.__getitem__, [(first, first)])
    every = {
        unknown: {other: value for other, value in equation.items() if other[0] in reached}
        for unknown, equation in everything.items()
        if unknown[0] in reached
    }
    same = images(list(system.spins.values()), every)
    if len(every) == len(everything) and same == whole.images:
        return whole
    return _fixed(system, in_representatives(every, same), first, same)


def _alone(equations: Mapping[Unknown, Equation]) -> dict[Unknown, Image]:
    """Return that each unknown stands for itself."""
    return {unknown: (unknown, 1) for unknown in equations}


def _fixed(
    system: System,
    equations: Mapping[Unknown, Equation],
    ket: Ket,
    known: Mapping[Unknown, Image],
) -> SteadyEquations:
    """Return the equations with the population of a ket fixed."""
    fixed, _ = known[(ket, ket), "re"]
    left = {unknown: equation for unknown, equation in equations.items() if unknown != fixed}
    return SteadyEquations(system, left, fixed, equations[fixed], known)


def _recurrent(columns: Mapping[Element, Mapping[Element, Any]]) -> list[Ket]:
    """Return the kets to which all that can be reached from them leads back.

    Raises
    ------
    ValueError
        If they fall into several sets.
    """
    leads_on: set[Element] = set()
    found = []
    for component in reversed(components(columns)):  # each before the ones that feed it
        targets = {target for source in component for target in columns[source]} - set(component)
        populations = [ket for ket, bra in component if ket == bra]
        if populations and not targets & leads_on:
            found.append(sorted(populations, reverse=True))
        if populations or targets & leads_on:
            leads_on |= set(component)
    if len(found) != 1:
        _not_unique(found)
    return found[0]


def _not_unique(sets: Iterable[list[Ket]]) -> None:
    listed = "; ".join(", ".join(_name(ket) for ket in kets) for kets in sorted(sets, reverse=True))
    raise ValueError(
        f"The steady state is not unique: each of these sets of kets has one of its own: {listed}. "
        "Add a jump or a coupling that leads from one to the other."
    )


def _name(ket: Ket) -> str:
    return f"|{','.join(map(str, ket))}⟩"


def _first_choice(system: System, recurrent: list[Ket]) -> Ket:
    """Return a recurrent ket, one that the uncoupled state always occupies where that is known."""
    try:
        found = uncoupled_state(system).items()
        known = [(ket, p) for (ket, _), p in found if ket in recurrent]
    except ValueError:  # only the coupling makes the state unique
        known = []
    always = [ket for ket, p in known if not zero_with_rates(p)]
    return [*always, *(ket for ket, _ in known), *recurrent][0]


@lru_cache(maxsize=4096)
def coefficient_parts(coefficient: Any) -> tuple[Expr, Expr]:
    """Return the real and the imaginary part of an element of the generator's ring."""
    x, y = coefficient.as_expr().as_real_imag()
    return expand(x), expand(y)


def real_equations(
    equations: Mapping[Element, Mapping[Element, Any]],
) -> dict[Unknown, Equation]:
    """Return the equations of u and v, with ρ_kb = u + iv and ρ_bk = u − iv."""
    sign: dict[Element, int] = {}
    for ket, bra in equations:
        if (bra, ket) not in sign:
            sign[ket, bra] = 1
    real: dict[Unknown, Equation] = {}
    for element in sign:
        parts: dict[str, Equation] = {"re": {}, "im": {}}
        for other, coefficient in equations[element].items():
            x, y = coefficient_parts(coefficient)
            own = other if other in sign else (other[1], other[0])
            side = 1 if other in sign else -1
            terms = [("re", (own, "re"), x), ("im", (own, "re"), y)]
            if own[0] != own[1]:
                terms += [("re", (own, "im"), -side * y), ("im", (own, "im"), side * x)]
            for part, unknown, value in terms:
                parts[part][unknown] = parts[part].get(unknown, S.Zero) + value
        wanted = ("re",) if element[0] == element[1] else ("re", "im")
        for part in wanted:
            row = {unknown: expand(value) for unknown, value in parts[part].items()}
            real[element, part] = {unknown: value for unknown, value in row.items() if value != 0}
    return real


def element_of(
    system: Any, places: Mapping[Unknown, int], element: Element, kind: Callable[..., Expr]
) -> Expr:
    """Return an element u ± iv as the unknowns of a system, for those of `real_equations`.

    Parameters
    ----------
    system
        The equations, with their parameters.
    places
        The place of each real unknown.
    element
        The element, or its adjoint.
    kind
        What makes a node of the system, a place and parameters.
    """
    (ket, bra), sign = element, 1
    if ((ket, bra), "re") not in places:
        ket, bra, sign = bra, ket, -1
    total = kind(system, places[(ket, bra), "re"], *system.parameters)
    if ket != bra:
        total += sign * I * kind(system, places[(ket, bra), "im"], *system.parameters)
    return total


def _occupied(every: Mapping[Unknown, Equation]) -> list[Ket]:
    """Return the kets that the only zero mode occupies, at a random point of a prime field.

    Raises
    ------
    ValueError
        If there are several zero modes.
    """
    places = {unknown: k for k, unknown in enumerate(every)}
    point, field = PrimePoint(), GF(PRIME, symmetric=False)
    matrix = {
        k: {places[unknown]: field(point.residue(value)) for unknown, value in equation.items()}
        for k, equation in enumerate(every.values())
    }
    modes = DomainMatrix(matrix, (len(every),) * 2, field).nullspace().to_list()
    occupied = [
        [ket for k, ((ket, bra), _) in enumerate(every) if ket == bra and mode[k]] for mode in modes
    ]
    if len(modes) != 1:
        _not_unique(occupied)
    return occupied[0]
