"""The mean-field limit: each operator a number, each limit cycle a phase (Adler's equation).

For large quantum numbers a site has a phase φ and an action z: S^z → z and S^± → √(S²−z²) e^{±iφ},
or n̂ → z and a → √z e^{−iφ} for an oscillator.  Commutators become brackets,

    [A, B] → i{A, B},   {A, B} = Σ_j ∂A/∂φ_j ∂B/∂z_j − ∂A/∂z_j ∂B/∂φ_j,

so that a Hamiltonian h and jumps κD[o] move

    φ̇_j = ∂h/∂z_j − Σ κ Im(o* ∂o/∂z_j),   ż_j = −∂h/∂φ_j + Σ κ Im(o* ∂o/∂φ_j).

A stable root z* of the free ż_j = Z_j(z_j) is a limit cycle, with the frequency Ω_j(z).  Weak
couplings move φ_j and z_j by f_j and g_j; the phase θ_j = φ_j − Σ_k (∂Ω_j/∂z_k)(z_k − z_k*)/Z_k′,
whose surfaces are the isochrons, then moves by f_j − Σ_k (∂Ω_j/∂z_k) g_k/Z_k′.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from sympy import (
    Add,
    Expr,
    Float,
    I,
    Mul,
    Poly,
    S,
    Symbol,
    exp,
    expand,
    expand_mul,
    factor_terms,
    powsimp,
    roots,
    sqrt,
)

from symsync.derive.state import require_sites
from symsync.expressions.checks import real
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.symbols import phi
from symsync.expressions.zeros import vanishes
from symsync.model.boson import annihilation, creation, number_operator
from symsync.model.limit_cycle import Jump
from symsync.model.spin import S_minus, S_plus, S_z, SpinOperator, adjoint, words
from symsync.model.system import System, require_system

__all__ = ["MeanField", "mean_field"]

OSCILLATOR = (annihilation, creation, number_operator)

SAMPLES = 20
"""The number of random points at which a root is tested for stability, where it is real."""


@dataclass(frozen=True)
class MeanField:
    """The equations of motion of a system whose operators are numbers; see `mean_field`.

    Attributes
    ----------
    system
        The model.
    phases, actions
        {site: symbol} of φ_j in rad, and of z_j, which is ⟨S^z⟩ or the number of quanta.
    equations
        {symbol: its rate of change}, with all couplings.
    cycles
        {site: z*, the action on its limit cycle without weak couplings}.
    """

    system: System
    phases: Mapping[str, Symbol]
    actions: Mapping[str, Symbol]
    equations: Mapping[Symbol, Expr]
    cycles: Mapping[str, Expr]
    _free: Mapping[Symbol, Expr] = field(repr=False)

    def phase_equation(self, a: Any = None, b: Any = None) -> Expr:
        """Return dφ/dt to first order in the couplings, Adler's equation.

        Parameters
        ----------
        a, b
            φ is the phase of site a, relative to that of b or to a drive if b is left out.  Both
            are the only sites of a pair if they are left out.

        Returns
        -------
        Expr
            A real function of φ in rad/time.  Its zeros with a negative slope are locked phases.

        Raises
        ------
        ValueError
            If a site is unknown, or further phases occur.

        Examples
        --------
        Two van der Pol oscillators that lose quanta together lock at φ = π:

        >>> from sympy import symbols
        >>> from symsync import Dissipation, System, annihilation, mean_field, van_der_pol_boson
        >>> gain, loss, kappa = symbols("gain loss kappa", positive=True)
        >>> cycle = van_der_pol_boson(gain, loss)
        >>> shared = Dissipation(kappa, annihilation("A") + annihilation("B"))
        >>> pair = System({"A": cycle, "B": cycle}, [shared], {"A": symbols("Delta", real=True)})
        >>> mean_field(pair).phase_equation()
        Delta + kappa*sin(phi)
        """
        sites = list(self.phases)
        if a is None and len(sites) < 3:
            a, b = (*sites, None)[:2]
        a, b = (str(site) if isinstance(site, int) else site for site in (a, b))
        total, shift = self.phase_rate(a), phi
        if b is not None:
            total, shift = total - self.phase_rate(b), phi + self.phases[b]
        found = _tidy(total.xreplace({self.phases[a]: shift}))
        left = sorted(found.free_symbols & set(self.phases.values()), key=str)
        if left:
            raise ValueError(
                f"The phase of {a!r} also depends on {', '.join(map(str, left))}, which no single "
                "phase describes. Take phase_rate(site) of each site."
            )
        return found

    def phase_rate(self, site: Any) -> Expr:
        """Return dθ/dt of one site to first order in the weak couplings, at all phases.

        Parameters
        ----------
        site
            The label of the site.

        Returns
        -------
        Expr
            A real function of the phases of all sites in rad/time.

        Raises
        ------
        ValueError
            If the site is unknown.
        """
        site = str(site) if isinstance(site, int) else site
        if site not in self.phases:
            raise ValueError(
                f"Argument `site` must be one of {', '.join(self.phases)}, but is {site!r}."
            )
        moved, omega = self.phases[site], self._free[self.phases[site]]
        on_cycle = {self.actions[k]: z for k, z in self.cycles.items()}
        total = self.equations[moved]
        for z in self.actions.values():
            shear = omega.diff(z)
            if shear != 0:
                total -= shear * (self.equations[z] - self._free[z]) / self._free[z].diff(z)
        return _tidy(total.subs(on_cycle))


def mean_field(system: System, cycles: Mapping[str, Any] | None = None) -> MeanField:
    """Return the mean-field (classical) limit of a system: phases, actions and Adler's equation.

    It is what the model says for large quantum numbers, beside the quantum answer of
    `steady_series` and `exact_state`.  A limit cycle that only quantum noise selects, such as the
    Letter's with ż ∝ (γ^g − γ^d)z², which leaves z = 0 on one side, is refused.

    Parameters
    ----------
    system
        Sites with S^±, S^z or a, a†, n̂; their jumps must be ladders.
    cycles
        {site: z*} if a site has several limit cycles.

    Returns
    -------
    MeanField
        Its `equations` hold for any coupling, `phase_equation()` is of first order.

    Raises
    ------
    ValueError
        If a site has no stable cycle or several, an operator such as |m′⟩⟨m| has no classical
        limit, or a coupling is strong.

    Notes
    -----
    Which root is stable is decided at random values of the symbols.

    Examples
    --------
    An exchange moves both phases in the same way, and equal oscillators do not lock at first
    order; unequal ones do:

    >>> from sympy import I, symbols
    >>> from symsync import Coupling, System, annihilation, creation, mean_field, van_der_pol_boson
    >>> gain, loss, g = symbols("gain loss g", positive=True)
    >>> up, down = creation("A") * annihilation("B"), creation("B") * annihilation("A")
    >>> exchange = Coupling(I * g / 2 * (up - down))
    >>> cycle, larger = van_der_pol_boson(gain, loss), van_der_pol_boson(4 * gain, loss)
    >>> mean_field(System({"A": cycle, "B": cycle}, [exchange])).phase_equation()
    0
    >>> mean_field(System({"A": larger, "B": cycle}, [exchange])).phase_equation()
    3*g*sin(phi)/4
    """
    require_system(system)
    _require_cycles(system, cycles)
    classical = _Classical(system, _oscillators(system))
    _require_distinct(system, [*classical.phases.values(), *classical.actions.values(), phi])
    free = classical.motion(system.free_hamiltonian, system.jumps)
    weak = classical.motion(system.interaction, system.shared_jumps)
    found = {
        site: _cycle(site, free[z], z, classical.ends(site), (cycles or {}).get(site))
        for site, z in classical.actions.items()
    }
    equations = {symbol: _tidy(rate + weak[symbol]) for symbol, rate in free.items()}
    return MeanField(system, classical.phases, classical.actions, equations, found, free)


def _require_cycles(system: System, cycles: Any) -> None:
    """Reject what has no limit cycle of its own on each site."""
    if not isinstance(cycles, Mapping | None):
        raise ValueError(f"Argument `cycles` must be {{site: z*}}, but is {cycles!r}.")
    require_sites("cycles", list(cycles or system.sites), system.sites)
    if system.strong:
        raise ValueError(
            "The mean-field limit is about the limit cycles of single sites, and `strong` names "
            "couplings between them. Leave `strong` out."
        )


def _require_distinct(system: System, symbols: Iterable[Symbol]) -> None:
    """Reject a model that holds a symbol of the name of a phase or an action."""
    clash = {symbol.name for symbol in symbols} & {symbol.name for symbol in system.parameters}
    if clash:
        raise ValueError(
            f"The model holds a symbol named {min(clash)}, which is a phase or an action in the "
            "mean-field limit. Choose another name."
        )


def _oscillators(system: System) -> set[str]:
    """Return the sites that are written with a, a† or n̂."""
    found = set()
    for site, cycle in system.sites.items():
        here = [jump.operator for jump in cycle.jumps]
        every = [system.hamiltonian, *(coupling.operator for coupling in system.couplings)]
        factors = {f for operator in here for f in operator.atoms(SpinOperator)}
        factors |= {f("") for o in every for f in o.atoms(SpinOperator) if f.site == site}
        if factors & {*OSCILLATOR}:
            found.add(site)
            if factors & {S_plus, S_minus}:
                raise ValueError(
                    f"Site {site!r} is written with a and with S⁺, which have different classical "
                    "limits. Write it with creation and annihilation, or with S_plus and S_minus."
                )
    return found


@dataclass(frozen=True)
class _Classical:
    """Operators as functions of phases and actions, and what they do."""

    system: System
    oscillators: set[str]

    @cached_property
    def phases(self) -> dict[str, Symbol]:
        """The phase of each site."""
        return {site: Symbol(f"phi_{site}", real=True) for site in self.system.sites}

    @cached_property
    def actions(self) -> dict[str, Symbol]:
        """The number of quanta of each oscillator, and S^z of each spin."""
        return {
            site: Symbol(f"n_{site}", positive=True)
            if site in self.oscillators
            else Symbol(f"z_{site}", real=True)
            for site in self.system.sites
        }

    def ends(self, site: str) -> tuple[Expr, Expr]:
        """Return the smallest and the largest action."""
        spin = self.system.spins[site]
        return (S.Zero, S.Infinity) if site in self.oscillators else (-spin, spin)

    def value(self, factor: SpinOperator) -> Expr:
        """Return the number that an operator becomes."""
        site, bare = factor.site, factor("")
        z, phase, spin = self.actions[site], exp(I * self.phases[site]), self.system.spins[site]
        is_oscillator = site in self.oscillators
        radius = sqrt(z) if is_oscillator else sqrt(spin**2 - z**2)
        if bare in (S_plus, creation):
            return radius * phase
        if bare in (S_minus, annihilation):
            return radius / phase
        if bare in (S_z, number_operator):
            return z - spin if is_oscillator and bare == S_z else z
        raise ValueError(
            f"The operator {factor} has no classical limit, as it singles out levels. Write the "
            "model with S_plus, S_minus, S_z or with creation and annihilation."
        )

    def function(self, operator: Expr) -> Expr:
        """Return the function that an operator on sites becomes."""
        return Add(
            *(scalar * Mul(*(self.value(f) for f in word)) for scalar, word in words(operator))
        )

    def motion(self, hamiltonian: Expr, jumps: Iterable[Jump]) -> dict[Symbol, Expr]:
        """Return {symbol: its rate of change} of a Hamiltonian and jumps."""
        h = self.function(hamiltonian)
        pairs = [
            (jump.rate, self.function(adjoint(jump.operator)), self.function(jump.operator))
            for jump in jumps
        ]

        def pull(symbol: Symbol) -> Expr:
            return Add(*(rate * _parts(o_ * o.diff(symbol))[1] for rate, o_, o in pairs))

        rates = {}
        for site, phase in self.phases.items():
            z = self.actions[site]
            rates[phase] = _tidy(_parts(h.diff(z))[0] - pull(z))
            rates[z] = _tidy(pull(phase) - _parts(h.diff(phase))[0])
        return rates


def _parts(value: Expr) -> tuple[Expr, Expr]:
    """Return the real and the imaginary part, in waves of differences of phases."""
    return real_imag(powsimp(expand_mul(value), combine="exp", deep=True))


def _tidy(rate: Expr) -> Expr:
    """Return a rate without what cancels."""
    return factor_terms(expand(rate))


def _cycle(site: str, rate: Expr, z: Symbol, ends: tuple[Expr, Expr], given: Any) -> Expr:
    """Return the stable root of ż = rate between the ends of the action."""
    if given is not None:
        value = real("cycles", given)
        if not vanishes(rate.subs(z, value)):
            raise ValueError(
                f"Argument `cycles` must hold roots of {z.name}' = {rate}, but {site!r} is at "
                f"{value}."
            )
        return value
    polynomial = Poly(rate, z) if rate.has(z) and rate.is_polynomial(z) else Poly(1, z)
    found = roots(polynomial)
    stable = [x for x, k in found.items() if k == 1 and _is_stable(x, rate.diff(z), z, ends)]
    if len(stable) != 1:
        every = sum(found.values()) == polynomial.degree()
        count = f"{len(stable)} stable cycles" if stable else "no stable cycle"
        count += "" if stable or every else " with a closed form"
        hint = "Take steady_series(system)" if every and not stable else "Name one in `cycles`"
        raise ValueError(
            f"In the mean-field limit site {site!r} has {count} between {z.name} = {ends[0]} and "
            f"{ends[1]}, as {z.name} changes by {rate} in time. {hint}."
        )
    return stable[0]


def _is_stable(root: Expr, slope: Expr, z: Symbol, ends: tuple[Expr, Expr]) -> bool:
    """Return whether a root is one of stable motion, at all random points where it is real."""
    seen = False
    for k in range(SAMPLES):
        point = {
            symbol: Float(10 ** Random(f"{symbol.name} {k}").uniform(-1, 1))
            for symbol in root.free_symbols | slope.free_symbols - {z}
        }
        value = root.evalf(subs=point)
        if value.is_real and ends[0] < value < ends[1]:
            if not slope.evalf(subs=point | {z: value}) < 0:
                return False
            seen = True
    return seen
