"""Evolution in time: order by order in the coupling, and to all orders.

If the coupling is switched on at t = 0, the corrections obey dρ_n/dt = L₀ρ_n + L₁ρ_{n−1} from
ρ_n(0) = 0.  Each path 1/(λ₁…λ_n) of the steady state becomes the divided difference of s ↦ e^{st}
at −λ₁, …, −λ_n, and at 0 if it starts from the steady state of the limit cycles.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from sympy import Expr, Rational
from sympy.polys.rings import PolyElement

from symsync.derive.generator import Action, Liouvillian
from symsync.derive.initial_state import initial_state
from symsync.derive.propagation import Propagated, Propagation
from symsync.derive.resolvents import Resolvents
from symsync.derive.series import Modes, SystemSeries
from symsync.derive.state import Element, State, accumulate, in_names, without_zeros
from symsync.model.system import System, require_system

__all__ = ["RateSeries", "TimeSeries", "evolution", "rate_series", "time_series"]


class _Units:
    """The generator of a system on matrix units, all of it or with the coupling apart."""

    ground: Element | None = None

    def __init__(self, system: System, variables: Iterable[Expr], is_whole: bool) -> None:
        self.liouvillian = Liouvillian(system, variables)
        self.variables = self.liouvillian.constants
        self.free: Action = self.liouvillian.full if is_whole else self.liouvillian.free
        self._is_whole = is_whole

    def coupling(self, element: Element, which: int | None = None) -> dict[Element, PolyElement]:
        """Return L₁ of an element, or the part of one coupling."""
        return {} if self._is_whole else self.liouvillian.coupling(element, which)

    def modes(self, values: Mapping[Element, Any]) -> dict[Element, Any]:
        """Return the operator itself."""
        return dict(values)

    units = modes

    def trace(self, element: Element) -> Rational:
        """Return nothing, as no element is found from the trace."""
        raise NotImplementedError


class TimeSeries(SystemSeries):
    """The expansion of the state at time t; the coupling is switched on at t = 0."""

    express = staticmethod(Resolvents.transient)
    is_whole: ClassVar[bool] = False

    def __init__(self, system: System, initial: Any = None) -> None:
        require_system(system)
        self._recipe = system, initial
        if initial is None:
            super().__init__(system)
            self._propagation = Propagation(self._modes, self._steady)
        else:
            self._start_from(system, initial_state(system, initial))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._recipe

    def _start_from(self, system: System, initial: State) -> None:
        """Begin with another state; its irrational elements are symbols while it is derived."""
        self.system, self.spins, self._names = system, system.spins, {}
        named = in_names(initial, self._names)
        self._modes = self._basis(system, list(named.values()))
        start = self._modes.modes(dict(zip(named, self._modes.variables, strict=True)))
        self._propagation = Propagation(self._modes, start)
        self._each = {}
        found = self._solved({e: Resolvents({(): value}) for e, value in start.items()}, 0)
        for element, weight in self._steady.items():  # what is left of the trace
            accumulate(found, element, self._started(Resolvents({(): weight})))
        self._orders = [without_zeros(found)]

    def _basis(self, system: System, variables: list[Expr]) -> Modes:
        """Return the generator in modes, or on units if there is no state without couplings."""
        try:
            return _Units(system, variables, True) if self.is_whole else self._in_modes(variables)
        except ValueError:
            return _Units(system, variables, False)

    def _started(self, ground: Resolvents) -> Resolvents:
        return ground.over(self.ring.zero)

    def _solve(
        self,
        equations: Mapping[Element, Mapping[Element, PolyElement]],
        component: list[Element],
        inflow: Mapping[Element, Resolvents],
        order: Any,
    ) -> dict[Element, Resolvents]:
        if not any(inflow.values()):
            return dict.fromkeys(component, Resolvents({}))
        if len(component) == 1 and not inflow[component[0]].has_elements:
            return super()._solve(equations, component, inflow, order)
        one = self.ring.one
        return {
            element: Resolvents({(Propagated(self._propagation, order, element),): one})
            for element in component
        }


class RateSeries(TimeSeries):
    """The rate of change of the expansion in time."""

    express = staticmethod(Resolvents.rate_of_change)
    latex_symbol = r"\dot{\rho}"
    begins_as_state = False

    def _started(self, ground: Resolvents) -> Resolvents:
        return ground


class _Evolution(TimeSeries):
    """The evolution to all orders; there are no corrections."""

    is_whole = True


def time_series(system: System, initial: Any = None) -> TimeSeries:
    """Return the expansion of the state at time `t`; the coupling is switched on at t = 0.

    Parameters
    ----------
    system
        The model.
    initial
        The state at t = 0, by default the steady state of the limit cycles without coupling.
        Otherwise a `State`; a ket, such as (1, 0) for |1,0⟩; amplitudes {ket: amplitude}; one
        state for each site, {site: m}, {site: column of amplitudes} or {site: {m: amplitude}}; or
        a mixture, a list of (probability, state).

    Returns
    -------
    TimeSeries
        Elements on paths of single coherences are divided differences of exponentials.  Others,
        whose rates are roots of polynomials, are unknowns of a differential equation, which every
        evaluator solves.

    Raises
    ------
    ValueError
        If the initial state does not fit to the system.

    Examples
    --------
    >>> from symsync import spin_pair, time_series
    >>> time_series(spin_pair(), {"A": 1, "B": 0})[0][(1, 0), (1, 0)]
    exp(-gamma_d_A*t)
    """
    return TimeSeries(system, initial)


def rate_series(system: System) -> RateSeries:
    """Return the rate of change of `time_series`."""
    return RateSeries(system)


def evolution(system: System, initial: Any) -> State:
    """Return the state at time `t` to all orders in the couplings.

    Parameters
    ----------
    system
        The model.
    initial
        The state at t = 0, as in `time_series`.

    Returns
    -------
    State
        A state like any other, with `t` among its parameters.  Elements that feed each other are
        unknowns of one linear differential equation, which is solved when a formula is evaluated.

    Raises
    ------
    ValueError
        If the initial state does not fit to the system.

    Examples
    --------
    >>> from symsync import equation, evolution, purity, spin_pair
    >>> state = evolution(spin_pair(), (0, 0))
    >>> rates = dict(gamma_g_A=1, gamma_d_A=2, gamma_g_B=2, gamma_d_B=1, epsilon=1, Delta=0)
    >>> print(equation("purity", purity(state)).function()(t=[0, 0.5], **rates).round(4))
    [1.    0.798]
    """
    return _Evolution(system, initial)[0]
