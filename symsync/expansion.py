"""The expansion of a system's state in its coupling, order by order, steady and in time: Eq. (4).

With L = L₀ + L₁, the corrections obey L₀ρ_n = −L₁ρ_{n−1} when steady, and
dρ_n/dt = L₀ρ_n + L₁ρ_{n−1} from ρ_n(0) = 0 when the coupling is switched on at t = 0.
Each order is found on the closure of its source under L₀, component after component.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sympy import Add, Expr, Integer, S, Symbol, cancel, fraction
from sympy.polys.matrices import DomainMatrix
from sympy.polys.rings import PolyElement, PolyRing

from symsync.limit_cycle import LimitCycle
from symsync.liouville import Liouvillian, closure, components, rows
from symsync.modes import Modes
from symsync.resolvents import Resolvents
from symsync.spin import projections, squared_norm
from symsync.state import Element, State, accumulate, without_zeros
from symsync.symbols import s as laplace_variable
from symsync.system import System, require_system

__all__ = [
    "Series",
    "laplace_series",
    "rate_series",
    "steady_series",
    "time_series",
    "uncoupled_state",
]


class Series:
    """The corrections ρ₀, ρ₁, ρ₂, … to the state of a system, derived when they are asked for.

    `series[n]` is a `State` that contains the n-th power of the coupling strengths.

    Parameters
    ----------
    system
        The model.
    express
        How a sum of resolvents is written: steady, in time, or its rate of change.
    variable
        s, for the Laplace transform of the expansion in time.

    Raises
    ------
    ValueError
        If the limit cycles have no unique steady state.
    NotImplementedError
        In time, if elements of the uncoupled system feed each other in a cycle.
    """

    def __init__(
        self,
        system: System,
        express: Callable[[Resolvents], Expr],
        variable: Symbol | None = None,
    ) -> None:
        require_system(system)
        self.system = system
        self.express = express
        self.variable = variable
        cycles = [_limit_cycle(site, cycle) for site, cycle in system.sites.items()]
        self._modes = Modes(system, cycles, [] if variable is None else [variable])
        (self._shift,) = self._modes.variables or [self.ring.zero]
        ground = self._modes.ground
        start = self._one() * (1 / self._modes.trace(ground))
        self._orders = [{ground: start if variable is None else start.over(self._shift)}]

    def __reduce__(self) -> tuple[Any, ...]:
        return Series, (self.system, self.express, self.variable)

    def __repr__(self) -> str:
        return f"<Series of {', '.join(self.system.sites)}, {self.express.__name__}>"

    def _repr_latex_(self) -> str:
        """The uncoupled state and the first correction, or their rates of change."""
        rho = r"\dot{\rho}" if self.express is Resolvents.rate_of_change else r"\rho"
        rows = [
            rf"{rho}_{order} {'=' * (row == 0)}{source}"
            for order in (0, 1)
            for row, source in enumerate(self[order].latex_rows())
        ]
        body = " \\\\\n".join(rows)
        return f"$\\displaystyle \\begin{{aligned}}\n{body}\n\\end{{aligned}}$"

    def __getitem__(self, order: int) -> State:
        if not isinstance(order, int | Integer) or isinstance(order, bool) or order < 0:
            raise IndexError(f"Argument `order` must be 0, 1, 2, …, but is {order!r}.")
        order = int(order)
        while len(self._orders) <= order:
            self._orders.append(self._next(self._orders[-1]))
        return State(self.system.spins, self._modes.units(self._orders[order]), self.express)

    def partial_sum(self, order: int) -> State:
        """Return ρ₀ + … + ρ_order."""
        highest = self[order]
        total = self[0] if order else highest
        for n in range(1, order + 1):
            total = total + self[n]
        return total

    @property
    def liouvillian(self) -> Liouvillian:
        """The generator on matrix units."""
        return self._modes.liouvillian

    def _one(self) -> Resolvents:
        return Resolvents({(): self.ring.one})

    @property
    def ring(self) -> PolyRing:
        """The polynomial ring of all numerators and rates."""
        return self.liouvillian.ring

    def _next(self, previous: Mapping[Element, Resolvents]) -> dict[Element, Resolvents]:
        """Solve one order on the closure of its source."""
        source: dict[Element, Resolvents] = {}
        for element, value in previous.items():
            for target, coefficient in self._modes.coupling(element).items():
                accumulate(source, target, value * coefficient)
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
            solved.update(self._solve(equations, component, inflow))
        solved[ground] = self._deficit(solved)
        return without_zeros(solved)

    def _deficit(self, solved: Mapping[Element, Resolvents]) -> Resolvents:
        """Return the weight of ρ₀ that makes the trace of a correction zero."""
        total = Resolvents({})
        for element, value in solved.items():
            trace = self._modes.trace(element)
            if trace:
                total = total + value * trace
        return total * (-1 / self._modes.trace(self._modes.ground))

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
    ) -> dict[Element, Resolvents]:
        """Return (s − B)⁻¹·inflow with B the component's own block of L₀; s = 0 when steady."""
        if len(component) == 1:
            element = component[0]
            rate = self._shift - equations[element].get(element, self.ring.zero)
            self._require_decay(rate, element, inflow)
            return {element: inflow[element].over(rate)}
        if self.express is not Resolvents.steady:
            raise NotImplementedError(
                f"{len(component)} elements of the uncoupled system feed each other in a cycle, "
                f"|{component[0][0]}⟩⟨{component[0][1]}| among them: their rates are the roots of "
                "a polynomial, and their evolution in time has no closed form here. "
                "Use laplace_series, or steady_series."
            )
        block = _block(equations, component, self.ring, self._shift)
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

    def _require_decay(
        self, rate: PolyElement, element: Element, inflow: Mapping[Element, Resolvents]
    ) -> None:
        if not rate and any(inflow.values()) and self.express is Resolvents.steady:
            raise ValueError(
                f"The coherence |{element[0]}⟩⟨{element[1]}| does not decay, so that no steady "
                "expansion exists. Add a jump that dephases it, or use time_series."
            )


def uncoupled_state(system: System) -> dict[Element, Expr]:
    """Return ρ₀, the product of the limit cycles, in the unnormalised basis.

    Raises
    ------
    ValueError
        If a limit cycle is not unique.
    """
    total: dict[Element, Expr] = {((), ()): S.One}
    for site, cycle in system.sites.items():
        local = _limit_cycle(site, cycle)
        total = {
            ((*ket, *local_ket), (*bra, *local_bra)): value * local_value
            for (ket, bra), value in total.items()
            for (local_ket, local_bra), local_value in local.items()
        }
    return total


def _limit_cycle(site: str, cycle: LimitCycle) -> dict[Element, Expr]:
    """Return the steady state of one site alone, from the only component that keeps its trace.

    The jumps shift every m alike, so that populations feed only populations; the frequency of the
    site turns coherences alone and does not matter.
    """
    alone = Liouvillian(System({site: cycle}, ()))
    ladder = [(m,) for m in projections(cycle.spin)]
    columns = closure(alone.free, [(ket, bra) for ket in ladder for bra in ladder])
    equations = rows(columns)
    blocks = [
        (part, _block(equations, part, alone.ring, alone.ring.zero)) for part in components(columns)
    ]
    kernels = [(part, block) for part, block in blocks if not block.charpoly()[-1]]
    if len(kernels) != 1:
        traps = [[ket[0] for ket, bra in part if ket == bra] for part, _ in kernels]
        levels = " and ".join(f"m = {', '.join(map(str, trap))}" for trap in traps if trap)
        raise ValueError(
            f"The limit cycle of site {site!r} is not unique: its jumps never leave {levels}. "
            "Add jumps that lead every |m⟩ to the same cycle."
        )
    ((part, block),) = kernels
    null = [row[0].as_expr() for row in block.adjugate().to_list()]
    norms = [squared_norm(ket, [cycle.spin]) for ket, _ in part]
    trace = Add(*(weight * norm for weight, norm in zip(null, norms, strict=True)))
    return {element: _primitive(weight / trace) for element, weight in zip(part, null, strict=True)}


def _primitive(ratio: Expr) -> Expr:
    """Return a ratio in lowest terms with its rational number in front."""
    numerator, denominator = fraction(cancel(ratio))
    content, rest = denominator.as_content_primitive()
    return numerator / content / rest


def _block(
    equations: Any, component: list[Element], ring: PolyRing, shift: PolyElement
) -> DomainMatrix:
    """Return B − s."""
    entries = [[equations[row].get(column, ring.zero) for column in component] for row in component]
    for k, row in enumerate(entries):
        row[k] = row[k] - shift
    size = len(component)
    return DomainMatrix(entries, (size, size), ring.to_domain())


def steady_series(system: System) -> Series:
    """Return the expansion of the steady state in the coupling.

    Examples
    --------
    >>> from symsync import spin_pair, steady_series
    >>> steady_series(spin_pair())[1][(1, -1), (0, 0)]
    2*epsilon/(2*I*Delta + gamma_d_A + gamma_g_B)
    """
    return Series(system, Resolvents.steady)


def time_series(system: System) -> Series:
    """Return the expansion of the state at `t`, uncoupled until t = 0."""
    return Series(system, Resolvents.transient)


def rate_series(system: System) -> Series:
    """Return the rate of change of `time_series`."""
    return Series(system, Resolvents.rate_of_change)


def laplace_series(system: System) -> Series:
    """Return the Laplace transform of `time_series`, ∫₀^∞ e^{−st} ρ_n(t) dt, as a function of s.

    It has a closed form for every system, also where the evolution in time has none.

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
    return Series(system, Resolvents.steady, laplace_variable)
