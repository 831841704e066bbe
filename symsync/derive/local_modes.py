"""Local modes: a basis of matrix units in which every limit cycle is one element.

If a limit cycle occupies several levels, its populations feed each other.  At such a site this
module replaces the projectors |m)(m| by other operators.  One is the steady state
σ = Σ π_m |m)(m| itself, which the uncoupled generator maps to zero.  The others are the
traceless differences δ_m = |m)(m| − (n_m/n_p)|p)(p|, n_m = (m|m), of the levels m to one
occupied level p.  Each site then has one population less that feeds others; a spin 1/2 has none.

An element keeps its name: at such a site (p, p) stands for σ and (m, m) for δ_m.
"""

from collections.abc import Callable, Iterable, Mapping
from math import prod
from operator import mul
from typing import Any

from sympy import Expr, Rational, S
from sympy.polys.rings import PolyElement

from symsync.derive.generator import Liouvillian, Term
from symsync.derive.resolvents import Resolvents
from symsync.derive.state import Element, accumulate, without_zeros
from symsync.model.spin import squared_norm
from symsync.model.system import System

__all__ = ["LocalModes"]

Rewrite = Callable[[Element, int], list[tuple[Element, PolyElement]]]


class LocalModes:
    """The generator of a system in local modes.

    Parameters
    ----------
    system
        The model.
    cycles
        For each site the populations {m: r_m} of its uncoupled steady state Σ r_m |m)(m|.
    variables
        Further symbols that the ring contains.

    Attributes
    ----------
    liouvillian
        The generator on matrix units; its ring holds the populations of the cycles.
    ground
        The element that stands for ρ₀.
    variables
        The further symbols as elements of the ring.
    """

    def __init__(
        self,
        system: System,
        cycles: Iterable[Mapping[Rational, Expr]],
        variables: Iterable[Expr] = (),
    ) -> None:
        self._sizes = list(system.spins.values())
        levels = list(cycles)
        pivots = tuple(next(iter(site)) for site in levels)
        self.ground: Element = (pivots, pivots)
        mixed = {k: site for k, site in enumerate(levels) if len(site) > 1}
        split = [value.as_coeff_Mul() for site in mixed.values() for value in site.values()]
        expressions = [expression for _, expression in split]
        self.liouvillian = Liouvillian(system, [*expressions, *variables])
        self.variables = self.liouvillian.constants[len(split) :]
        numbers = (self.liouvillian.ring.domain.from_sympy(number) for number, _ in split)
        values = map(mul, self.liouvillian.constants, numbers)
        self._populations: dict[int, dict[Rational, PolyElement]] = {
            k: {m: next(values) for m in site} for k, site in mixed.items()
        }

    def _number(self, value: Any) -> PolyElement:
        ring = self.liouvillian.ring
        return ring.one * ring.domain.from_sympy(value)

    def _norm(self, k: int, m: Rational) -> PolyElement:
        return self._number(squared_norm((m,), [self._sizes[k]]))

    def _is_mixed(self, element: Element, k: int) -> bool:
        """Whether the element has one of the modes σ and δ_m at site k."""
        ket, bra = element
        return ket[k] == bra[k] and ket[k] in self._populations.get(k, ())

    def _is_steady(self, element: Element, k: int) -> bool:
        return self._is_mixed(element, k) and element[0][k] == self.ground[0][k]

    def _in_units(self, element: Element, k: int) -> list[tuple[Element, PolyElement]]:
        """Return σ or δ_m of site k in |m)(m|."""
        pivot, m = self.ground[0][k], element[0][k]
        if m == pivot:
            found = self._populations[k]
        else:
            ratio = self._norm(k, m) * self._number(1 / squared_norm((pivot,), [self._sizes[k]]))
            found = {m: self._number(S.One), pivot: -ratio}
        return [(_at(element, k, level), value) for level, value in found.items()]

    def _in_modes(self, element: Element, k: int) -> list[tuple[Element, PolyElement]]:
        """Return |m)(m| of site k as n_m σ + δ_m − n_m Σ_l π_l δ_l."""
        pivot, m = self.ground[0][k], element[0][k]
        norm = self._norm(k, m)
        found = {level: -norm * value for level, value in self._populations[k].items()}
        found[m] += self._number(S.One)
        found[pivot] = norm
        return [(_at(element, k, level), value) for level, value in found.items()]

    def _image(self, terms: Iterable[Term], element: Element) -> dict[Element, PolyElement]:
        """Return the sum of terms on an element; sites without a term keep their mode."""
        out: dict[Element, Any] = {}
        for sites, action in terms:
            for unit, value in self._rewritten(element, sites, self._in_units):
                for target, factor in action(unit).items():
                    for mode, share in self._rewritten(target, sites, self._in_modes):
                        accumulate(out, mode, value * factor * share)
        return without_zeros(out)

    def _rewritten(
        self, element: Element, sites: Iterable[int], rewrite: Rewrite
    ) -> list[tuple[Element, PolyElement]]:
        found = [(element, self._number(S.One))]
        for k in sites:
            if self._is_mixed(element, k):
                found = [
                    (target, value * factor)
                    for part, value in found
                    for target, factor in rewrite(part, k)
                ]
        return found

    def free(self, element: Element) -> dict[Element, PolyElement]:
        """Return L₀ of a mode."""
        if not self._populations:
            return self.liouvillian.free(element)
        moving = [
            (sites, action)
            for sites, action in self.liouvillian.terms_of_free()
            if not all(self._is_steady(element, k) for k in sites)
        ]
        return self._image(moving, element)

    def coupling(self, element: Element, which: int | None = None) -> dict[Element, PolyElement]:
        """Return L₁ of a mode, or the part of one coupling."""
        if not self._populations:
            return self.liouvillian.coupling(element, which)
        return self._image(self.liouvillian.terms_of_coupling(which), element)

    def modes(self, values: Mapping[Element, Any]) -> dict[Element, Any]:
        """Return an operator in modes that is given in matrix units."""
        return self._all_rewritten(values, self._in_modes)

    def trace(self, element: Element) -> Rational:
        """Return the trace of a mode."""
        factors: list[Rational] = []
        for k, (m, other) in enumerate(zip(*element, strict=True)):
            if m != other or (self._is_mixed(element, k) and not self._is_steady(element, k)):
                return S.Zero
            if not self._is_mixed(element, k):
                factors.append(squared_norm((m,), [self._sizes[k]]))
        return Rational(prod(factors))

    def units(self, values: Mapping[Element, Resolvents]) -> dict[Element, Resolvents]:
        """Return an operator in matrix units that is given in modes."""
        return self._all_rewritten(values, self._in_units)

    def _all_rewritten(self, values: Mapping[Element, Any], rewrite: Rewrite) -> dict[Element, Any]:
        out: dict[Element, Any] = {}
        for element, value in values.items():
            for target, factor in self._rewritten(element, self._populations, rewrite):
                accumulate(out, target, value * factor)
        return out if self._populations else dict(values)


def _at(element: Element, k: int, m: Rational) -> Element:
    """Return the element with |m)(m| at site k."""
    ket, bra = element
    return (*ket[:k], m, *ket[k + 1 :]), (*bra[:k], m, *bra[k + 1 :])
