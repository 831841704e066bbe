"""The expansion of a system's state in its coupling, order by order: Eq. (4).

With L = L₀ + L₁, the steady corrections obey L₀ρ_n = −L₁ρ_{n−1}.
Each order is found on the closure of its source under L₀, component after component.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Protocol

from sympy import Expr, Rational, Symbol
from sympy.polys.matrices import DomainMatrix
from sympy.polys.rings import PolyElement, PolyRing

from symsync.derive.block_solutions import is_small, solved_together
from symsync.derive.corrections import Correction, Series
from symsync.derive.exact_state import exact_state
from symsync.derive.generator import Liouvillian, closure, components, rows
from symsync.derive.local_modes import LocalModes
from symsync.derive.resolvents import Resolvents
from symsync.derive.state import (
    Element,
    State,
    accumulate,
    in_names,
    without_zeros,
)
from symsync.derive.strong_modes import StrongModes
from symsync.derive.truncation import warn_if_cut
from symsync.derive.uncoupled import steady_populations
from symsync.expressions.checks import whole
from symsync.expressions.symbols import s as laplace_variable
from symsync.model.system import System, require_system

__all__ = [
    "LaplaceSeries",
    "SteadySeries",
    "SystemSeries",
    "laplace_series",
    "steady_series",
]


HIGHEST = 100
"""The highest order: each is longer than the one before it."""


class Modes(Protocol):
    """A basis of operators, and the generator in it.

    Attributes
    ----------
    liouvillian
        The generator on matrix units.
    variables
        Further elements of the generator's ring.
    """

    liouvillian: Liouvillian
    variables: list[PolyElement]

    @property
    def ground(self) -> Element | None:
        """The element that stands for ρ₀, or None if it is none of them."""

    def free(self, element: Element, /) -> dict[Element, PolyElement]:
        """Return L₀ of an element."""

    def coupling(self, element: Element, which: int | None, /) -> dict[Element, PolyElement]:
        """Return L₁ of an element, or the part of one coupling."""

    def modes(self, values: Mapping[Element, Any]) -> dict[Element, Any]:
        """Return an operator in this basis that is given in matrix units."""

    def units(self, values: Mapping[Element, Any]) -> dict[Element, Any]:
        """Return an operator in matrix units that is given in this basis."""

    def trace(self, element: Element) -> Rational:
        """Return the trace of an element."""


class SystemSeries(Series):
    """The expansion of a whole system's state; each subclass writes sums of resolvents its own way.

    Parameters
    ----------
    system
        The model.

    Raises
    ------
    ValueError
        If a limit cycle has no unique steady state.
    """

    variables: tuple[Expr, ...] = ()
    _orders: list[dict[Element, Resolvents]]
    _each: dict[tuple[int, ...], dict[Element, Resolvents]]
    _written: Callable[[Resolvents], Expr] | None = None
    begins_as_state: ClassVar[bool] = True

    @staticmethod
    def express(value: Resolvents, /) -> Expr:
        """Return a sum of resolvents as an expression."""
        raise NotImplementedError

    def __init__(self, system: System) -> None:
        require_system(system)
        self.system = system
        self.spins = system.spins
        self._names: dict[Symbol, Expr] = {}
        self._modes = self._in_modes(self.variables)
        self.begins_as_product = isinstance(self._modes, LocalModes)
        ((ground, weight),) = self._steady.items()
        self._orders, self._each = [{ground: self._started(Resolvents({(): weight}))}], {}

    def _in_modes(self, variables: Iterable[Expr]) -> Modes:
        """Return the generator in modes, one of which is the state without weak couplings."""
        ladders = all(cycle.has_ladders for cycle in self.system.sites.values())
        if self.system.strong or not ladders:
            state = in_names(exact_state(self.system.strong_part).named, self._names)
            return StrongModes(self.system, state, variables)
        warn_if_cut(self.system)
        sites = self.system.sites.items()
        cycles = [steady_populations(site, cycle) for site, cycle in sites]
        return LocalModes(self.system, cycles, variables)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.system,)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {', '.join(self.system.sites)}>"

    def __getitem__(self, order: Any) -> State:
        if isinstance(order, tuple):
            values = self._of_each(order)
        else:
            order = whole("order", order, 0, HIGHEST)
            while len(self._orders) <= order:
                source = self._source(self._orders[-1], None)
                self._orders.append(self._solved(source, len(self._orders)))
            values = self._orders[order]
        is_state = order in (0, (0,) * len(self.couplings)) and self.begins_as_state
        units, kind = self._modes.units(values), "state" if is_state else "correction"
        which = order, self.couplings, self.latex_symbol
        return Correction(self.spins, units, self._writer, kind, *which)

    @property
    def couplings(self) -> tuple[Any, ...]:
        """The weak couplings, in the order of the powers in `series[1, 0, 2]`."""
        return self.system.weak_couplings

    def _of_each(self, powers: tuple[Any, ...]) -> dict[Element, Resolvents]:
        """Return the part with a power of each coupling, found from those with one less."""
        if len(powers) != len(self.couplings):
            raise ValueError(
                f"Argument `order` must have one power for each of the {len(self.couplings)} "
                f"couplings, but is {powers}. They are listed in series.couplings."
            )
        for power in powers:
            whole("order", power, 0, HIGHEST)
        if not any(powers):
            return self._orders[0]
        if powers not in self._each:
            source: dict[Element, Resolvents] = {}
            for k, power in enumerate(powers):
                if power:
                    before = self._of_each((*powers[:k], power - 1, *powers[k + 1 :]))
                    for target, value in self._source(before, k).items():
                        accumulate(source, target, value)
            self._each[powers] = self._solved(source, powers)
        return self._each[powers]

    @property
    def _writer(self) -> Callable[[Resolvents], Expr]:
        """How elements are written; a function that is the same for all orders."""
        names, plain = self._names, self.express
        if names and self._written is None:
            self._written = lambda value: plain(value).xreplace(names)
        return self._written if self._written is not None and names else plain

    @property
    def liouvillian(self) -> Liouvillian:
        """The generator on matrix units."""
        return self._modes.liouvillian

    @property
    def _steady(self) -> dict[Element, PolyElement]:
        """The steady state of the limit cycles, if it is among the modes."""
        ground = self._modes.ground
        if ground is None:
            return {}
        return {ground: self.ring.one * (1 / self._modes.trace(ground))}

    @property
    def ring(self) -> PolyRing:
        """The polynomial ring of all numerators and rates."""
        return self.liouvillian.ring

    def _source(
        self, previous: Mapping[Element, Resolvents], which: int | None
    ) -> dict[Element, Resolvents]:
        """Return what the couplings, or one of them, make of an order."""
        source: dict[Element, Resolvents] = {}
        for element, value in previous.items():
            for target, coefficient in self._modes.coupling(element, which).items():
                accumulate(source, target, value * coefficient)
        return source

    def _solved(
        self, source: Mapping[Element, Resolvents], order: Any
    ) -> dict[Element, Resolvents]:
        """Return what a source makes, on its closure."""
        columns = closure(self._modes.free, source)
        equations = rows(columns)
        ground = self._modes.ground
        solved: dict[Element, Resolvents] = {}
        for component in components(columns):
            if component == [ground]:
                continue
            if all((bra, ket) in solved for ket, bra in component):
                solved |= {(ket, bra): solved[bra, ket].conjugate() for ket, bra in component}
                continue
            inflow = {
                element: self._inflow(equations[element], component, source.get(element), solved)
                for element in component
            }
            solved.update(self._solve(equations, component, inflow, order))
        if ground is not None:
            solved[ground] = self._deficit(solved, ground)
        return without_zeros(solved)

    def _deficit(self, solved: Mapping[Element, Resolvents], ground: Element) -> Resolvents:
        """Return the weight of ρ₀ that makes the trace of a correction zero."""
        total = Resolvents({})
        for element, value in solved.items():
            trace = self._modes.trace(element)
            if trace:
                total = total + value * trace
        return total * (-1 / self._modes.trace(ground))

    def _inflow(
        self,
        equation: Mapping[Element, PolyElement],
        component: list[Element],
        source: Resolvents | None,
        solved: Mapping[Element, Resolvents],
    ) -> Resolvents:
        total = source or Resolvents({})
        for element, coefficient in equation.items():
            if element not in component:
                total = total + solved[element] * coefficient
        return total

    def _solve(
        self,
        equations: Mapping[Element, Mapping[Element, PolyElement]],
        component: list[Element],
        inflow: Mapping[Element, Resolvents],
        order: Any,  # which elements in time are named by
    ) -> dict[Element, Resolvents]:
        """Return (s − B)⁻¹·inflow with B the component's own block of L₀; s = 0 when steady."""
        shift = self._shift()
        if len(component) == 1:
            element = component[0]
            rate = shift - equations[element].get(element, self.ring.zero)
            self._require_decay(rate, element, inflow)
            return {element: inflow[element].over(rate)}
        if not is_small(equations, component):
            known = {row: value.steady() for row, value in inflow.items()}
            unknowns = solved_together(equations, component, shift, known)
            return {row: Resolvents({(x,): self.ring.one}) for row, x in unknowns.items()}
        block = _block(equations, component, self.ring, shift)
        adjugate = block.adjugate().to_list()
        determinant = block.charpoly()[-1] * (-1) ** len(component)
        self._require_decay(determinant, component[0], inflow)
        found = {}
        for element, row in zip(component, adjugate, strict=True):
            total = Resolvents({})
            for other, cofactor in zip(component, row, strict=True):
                total = total + inflow[other] * -cofactor
            found[element] = total.over(determinant)
        return found

    # What differs between the variants ----------------------------------------------------------

    def _shift(self) -> PolyElement:
        """Return s of the Laplace transform, or zero if there is none."""
        return self.ring.zero

    def _started(self, ground: Resolvents) -> Resolvents:
        """Return the coefficient of ρ₀."""
        return ground

    def _require_decay(
        self, rate: PolyElement, element: Element, inflow: Mapping[Element, Resolvents]
    ) -> None:
        """Reject a source that never decays, if the expansion then does not exist."""


class SteadySeries(SystemSeries):
    """The expansion of the steady state."""

    express = staticmethod(Resolvents.steady)

    def _require_decay(
        self, rate: PolyElement, element: Element, inflow: Mapping[Element, Resolvents]
    ) -> None:
        if not rate and any(inflow.values()):
            raise ValueError(
                f"The coherence |{element[0]}⟩⟨{element[1]}| does not decay, so that no steady "
                "expansion exists. Add a jump that dephases it, or use time_series."
            )


class LaplaceSeries(SystemSeries):
    """The Laplace transform of the expansion in time, as a function of s."""

    express = staticmethod(Resolvents.steady)
    variables = (laplace_variable,)
    begins_as_state = False
    latex_symbol = r"\tilde{\rho}"

    def _shift(self) -> PolyElement:
        (variable,) = self._modes.variables
        return variable

    def _started(self, ground: Resolvents) -> Resolvents:
        return ground.over(self._shift())


def _block(
    equations: Any, component: list[Element], ring: PolyRing, shift: PolyElement
) -> DomainMatrix:
    """Return B − s."""
    entries = [[equations[row].get(column, ring.zero) for column in component] for row in component]
    for k, row in enumerate(entries):
        row[k] = row[k] - shift
    size = len(component)
    return DomainMatrix(entries, (size, size), ring.to_domain())


def steady_series(system: System) -> SteadySeries:
    """Return the expansion of the steady state in the coupling.

    Warns
    -----
    TruncationWarning
        If an oscillator is cut at a level that holds more than a thousandth in its limit cycle
        alone, whose rates are numbers, or in a strong part of numbers.

    Examples
    --------
    >>> from symsync import spin_pair, steady_series
    >>> steady_series(spin_pair())[1][(1, -1), (0, 0)]
    2*epsilon/(2*I*Delta + gamma_d_A + gamma_g_B)
    """
    return SteadySeries(system)


def laplace_series(system: System) -> LaplaceSeries:
    """Return the Laplace transform of `time_series`, ∫₀^∞ e^{−st} ρ_n(t) dt, as a function of s.

    It has a closed form for every system, even if the evolution in time has none.

    Examples
    --------
    >>> from symsync import laplace_series, spin_pair
    >>> laplace_series(spin_pair())[1][(1, -1), (0, 0)]
    2*epsilon/(s*(2*I*Delta + gamma_d_A + gamma_g_B + 2*s))
    """
    require_system(system)
    if any(symbol.name == laplace_variable.name for symbol in system.parameters):
        raise ValueError(
            "The model holds a symbol named s, which is the variable of the Laplace transform. "
            "Choose another name."
        )
    return LaplaceSeries(system)
