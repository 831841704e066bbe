"""A basis of matrix units in which the steady state without the weak couplings is one element.

If strong couplings, or limit cycles that are no mixture of levels, tie the sites together, that
state ρ₀ is no product of levels.  It takes the place of one population p, and the other populations
become traceless, |m)(m| − (n_m/n_p)|p)(p| with n_m = (m|m).  The coherences are left as they are.
The generator makes nothing but traceless operators, whose coefficient of |p)(p| follows from the
others; no element has to be divided by one of ρ₀.  See `derivations/strong_part.py`.

An element keeps its name: (p, p) stands for ρ₀.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sympy import Expr, Rational, S
from sympy.polys.rings import PolyElement

from symsync.derive.generator import Liouvillian
from symsync.derive.state import Element, accumulate, without_zeros
from symsync.model.spin import squared_norm
from symsync.model.system import System

__all__ = ["StrongModes"]


class StrongModes:
    """The generator of a system in such a basis.

    Parameters
    ----------
    system
        The model.
    state
        The elements of ρ₀ in the unnormalised basis.
    variables
        Further symbols that the ring contains.

    Attributes
    ----------
    liouvillian
        The generator on matrix units; its ring holds the elements of ρ₀.
    ground
        The element that stands for ρ₀.
    variables
        The further symbols as elements of the ring.
    """

    def __init__(
        self, system: System, state: Mapping[Element, Expr], variables: Iterable[Expr] = ()
    ) -> None:
        self._sizes = list(system.spins.values())
        self.ground: Element = next((ket, bra) for ket, bra in state if ket == bra)
        self.liouvillian = Liouvillian(system, [*state.values(), *variables])
        constants = self.liouvillian.constants
        self._steady = dict(zip(state, constants, strict=False))
        self.variables = constants[len(state) :]

    def _norm(self, element: Element) -> PolyElement:
        """Return n_m/n_p of a population."""
        ring, (pivot, _) = self.liouvillian.ring, self.ground
        ratio = squared_norm(element[0], self._sizes) / squared_norm(pivot, self._sizes)
        return ring.one * ring.domain.from_sympy(ratio)

    def _units_of(self, element: Element) -> dict[Element, PolyElement]:
        if element == self.ground:
            return self._steady
        one = self.liouvillian.ring.one
        if element[0] != element[1]:
            return {element: one}
        return {element: one, self.ground: -self._norm(element)}

    def _image(self, action: Any, element: Element) -> dict[Element, PolyElement]:
        """Return an action on an element; what it makes is traceless."""
        out: dict[Element, Any] = {}
        for unit, value in self._units_of(element).items():
            for target, factor in action(unit).items():
                if target != self.ground:
                    accumulate(out, target, value * factor)
        return without_zeros(out)

    def free(self, element: Element) -> dict[Element, PolyElement]:
        """Return L₀ of an element."""
        return {} if element == self.ground else self._image(self.liouvillian.free, element)

    def coupling(self, element: Element, which: int | None = None) -> dict[Element, PolyElement]:
        """Return L₁ of an element, or the part of one coupling."""
        return self._image(lambda unit: self.liouvillian.coupling(unit, which), element)

    def trace(self, element: Element) -> Rational:
        """Return the trace of an element."""
        return S.One if element == self.ground else S.Zero

    def modes(self, values: Mapping[Element, Any]) -> dict[Element, Any]:
        """Return an operator of trace one in this basis that is given in matrix units."""
        out = {element: value for element, value in values.items() if element != self.ground}
        for element, value in self._steady.items():
            if element != self.ground:
                accumulate(out, element, -value)
        out[self.ground] = self.liouvillian.ring.one
        return without_zeros(out)

    def units(self, values: Mapping[Element, Any]) -> dict[Element, Any]:
        """Return an operator in matrix units that is given in this basis."""
        out: dict[Element, Any] = {}
        for element, value in values.items():
            for unit, factor in self._units_of(element).items():
                accumulate(out, unit, value * factor)
        return without_zeros(out)
