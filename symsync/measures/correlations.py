"""Two-time correlations and power spectra, by the regression theorem.

For a delay t ≥ 0, ⟨A(t) B(0)⟩ = Tr A e^{Lt} Bρ.  The power spectrum of an operator O is
S(ω) = ∫ e^{−iωt} (⟨O†(t) O(0)⟩ − |⟨O⟩|²) dt over all t, which is 2 Re Tr O†X with the solution of
(iω − L) X = (O − ⟨O⟩) ρ.  The operators Bρ and X are not Hermitian.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sympy import Add, Expr, I, S, Symbol, conjugate

from symsync.derive.elimination import coefficient_parts
from symsync.derive.evolution import evolution
from symsync.derive.exact_state import exact_state
from symsync.derive.generator import Liouvillian, closure, components, rows
from symsync.derive.line_series import LineSeries
from symsync.derive.series import HIGHEST
from symsync.derive.spectrum import spectrum
from symsync.derive.state import (
    Element,
    State,
    accumulate,
    as_it_is,
    require_density,
    without_zeros,
)
from symsync.expressions.checks import whole
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.linear_solutions import LinearSystem, Solution
from symsync.expressions.peaks import HighestPoint, Peak
from symsync.expressions.symbols import omega
from symsync.expressions.unknowns import HIDDEN
from symsync.measures.expectations import weights
from symsync.model.limit_cycle import require_real_scalars, sites_of
from symsync.model.spin import adjoint, on_kets, squared_norm
from symsync.model.system import System, require_system

__all__ = ["correlation", "observed_frequency", "power_spectrum"]

Operator = dict[Element, Expr]
"""{(ket, bra): coefficient} in the unnormalised basis."""


def correlation(system: System, first: Expr, second: Expr, state: State | None = None) -> Expr:
    """Return the correlation ⟨A(t) B(0)⟩ = Tr A e^{Lt} Bρ for a delay t ≥ 0.

    Parameters
    ----------
    system
        The model.
    first, second
        A and B, polynomials in operators on sites, such as S_plus("A").
    state
        ρ, by default the steady state with all couplings.

    Returns
    -------
    Expr
        A complex function of the delay `t`: a sum of exponentials, or unknowns of a linear
        differential equation where elements feed each other, as in `evolution`.

    Raises
    ------
    ValueError
        If an operator is none of the system's sites, or the steady state is not unique.

    Examples
    --------
    A spin 1 on its equator forgets its phase at half the gain:

    >>> from sympy import symbols
    >>> from symsync import S_minus, S_plus, System, correlation, equatorial
    >>> from symsync.symbols import frequency
    >>> g, d = symbols("g d", positive=True)
    >>> spin = System({"A": equatorial(g, d)}, [], {"A": frequency("A")})
    >>> correlation(spin, S_plus("A"), S_minus("A"))
    2*exp(-g*t/2)*exp(I*omega_A*t)
    """
    require_system(system)
    operators = [_operator(system, name, o) for name, o in (("first", first), ("second", second))]
    if state is None:
        state = exact_state(system)
    state = require_density("correlation", state, of_series=False)
    if state.spins != system.spins:
        raise ValueError(
            f"Argument `state` must be a state of the system's spins {system.spins}, but is one of "
            f"{state.spins}."
        )
    moved = _applied(system, operators[1], _elements(state))
    read = weights(system.spins, operators[0])
    total = S.Zero
    for unit, part in zip((S.One, I), _hermitian_parts(moved), strict=True):
        if part:
            later = evolution(system, State(system.spins, part, as_it_is))
            total += unit * later.functional(read)
    return total


def power_spectrum(system: System, operator: Expr, order: int | None = None) -> Expr:
    """Return the power spectrum S(ω) = ∫ e^{−iωt} (⟨O†(t) O(0)⟩ − |⟨O⟩|²) dt of the steady state.

    The integral is over all times, so that ∫ S(ω) dω/2π is the variance ⟨O†O⟩ − |⟨O⟩|².  The line
    of a mean value, 2π |⟨O⟩|² δ(ω), is left out.  With H = ω₀ S^z, S⁻ has its line at ω = ω₀.

    Parameters
    ----------
    system
        The model.
    operator
        O, a polynomial in operators on sites, such as S_minus("A").
    order
        The order of one term of the expansion in the weak couplings, 0, 1, 2, …; by default all
        orders are meant.

    Returns
    -------
    Expr
        A real function of ω, the symbol `omega` of `symsync.symbols`, in units of time: a sum of
        Lorentzians and their products, or unknowns of a linear system where elements feed each
        other.

    Raises
    ------
    ValueError
        If the operator is none of the system's sites, the steady state is not unique, a symbol of
        the model has the name omega, or `order` is no such number.

    Examples
    --------
    The line of a spin 1 on its equator, of the width of the gain:

    >>> from sympy import symbols
    >>> from symsync import S_minus, System, equation, equatorial, power_spectrum
    >>> from symsync.symbols import frequency
    >>> g, d = symbols("g d", positive=True)
    >>> spin = System({"A": equatorial(g, d)}, [], {"A": frequency("A")})
    >>> line = equation("line", power_spectrum(spin, S_minus("A"))).function()
    >>> line(g=2, omega=[3, 4], omega_A=3)
    array([4., 2.])
    """
    require_system(system)
    _require_no_omega(system)
    given = _operator(system, "operator", operator)
    read = weights(system.spins, adjoint(given))
    if order is not None:
        line = LineSeries(system, on_kets(given, system.spins), weights(system.spins, given))
        found = line.line(whole("order", order, 0, HIGHEST)).functional(read)
        return 2 * real_imag(found)[0]
    state = _elements(exact_state(system))
    mean = Add(*(w * state[e] for e, w in weights(system.spins, given).items() if e in state))
    source = _applied(system, given, state)
    for element, value in state.items() if mean != 0 else ():
        accumulate(source, element, -mean * value)
    solved = _Resolvent(system, without_zeros(source), set(state)).elements()
    total = [w * solved[e] for e, w in read.items() if e in solved]
    return 2 * real_imag(Add(*total))[0]


def observed_frequency(system: System, operator: Expr) -> Expr:
    """Return the frequency at which the power spectrum of an operator is largest.

    Where two sites have frequencies that are nearer to each other than they are without coupling,
    the coupling entrains them.

    Parameters
    ----------
    system
        The model.
    operator
        O, a polynomial in operators on sites, such as S_minus("A").

    Returns
    -------
    Expr
        ω in 1/time: a node that evaluators find, beside the frequencies Im λ of the spectrum, as
        far as four widths −Re λ.

    Raises
    ------
    ValueError
        As for `power_spectrum`, and if the spectrum is zero.

    Examples
    --------
    A spin 1/2 with the frequency Δ, coupled to one with the frequency 0:

    >>> from symsync import Delta, Exchange, S_minus, System, equation, gain_and_loss
    >>> from symsync import observed_frequency
    >>> cycles = {"A": gain_and_loss(9, 1), "B": gain_and_loss(1, 1)}
    >>> pair = System(cycles, [Exchange("A", "B")], {"A": Delta})
    >>> pulled = equation("omega_A", observed_frequency(pair, S_minus("A"))).function()
    >>> print(pulled(epsilon=[0, 1, 2], Delta=1).round(4))
    [1.     0.8992 0.7119]
    """
    height = power_spectrum(system, operator)
    if height == 0:
        raise ValueError(
            f"Argument `operator` must have a power spectrum, but that of {operator} is 0. Take "
            "one that changes the steady state, such as S_minus('A')."
        )
    every = spectrum(system)
    source = set(_applied(system, operator, _elements(exact_state(system))))
    sectors = (sector for sector in every.values() if source & set(sector.elements))
    lines = [(y, -x) for sector in sectors for x, y in sector.parts if x != 0]
    starts = [part for pair in dict.fromkeys(lines) for part in pair]
    peak = Peak(omega, height, len(starts) // 2)
    return HighestPoint(peak, *peak.own, *starts)


class _Resolvent:
    """The solution X of (iω − L) X = source, for a source of trace zero.

    Attributes
    ----------
    equations
        {element: {element: coefficient of L}} for all that the source reaches.
    source
        The right-hand side.
    closing
        A population of the steady state among them, whose equation gives way to Tr X = 0, as it
        follows from the others at ω = 0; None if there is none.
    """

    def __init__(self, system: System, source: Operator, steady: Iterable[Element]) -> None:
        generator = Liouvillian(system)
        columns = closure(generator.full, source)
        self.source, self.equations = source, rows(columns)
        self._order = components(columns)
        self._sizes = list(system.spins.values())
        populations = [(ket, bra) for ket, bra in steady if ket == bra]
        self.closing = next((e for e in populations if e in self.equations), None)

    def elements(self) -> Operator:
        """Return X, each element in closed form or all of them as unknowns of a linear system."""
        if any(len(component) > 1 for component in self._order):
            return self._unknowns()
        found: Operator = {}
        for (element,) in self._order:
            if element != self.closing:
                terms = [self.source.get(element, S.Zero)]
                terms += [v.as_expr() * found[e] for e, v in self.equations[element].items()
                          if e in found]  # fmt: skip
                own = self.equations[element].get(element)
                rate = I * omega - (own.as_expr() if own else 0)
                found[element] = Add(*terms) / rate
        if self.closing is not None:
            trace = [self._norm(e) * value for e, value in found.items() if e[0] == e[1]]
            found[self.closing] = -Add(*trace) / self._norm(self.closing)
        return found

    def _norm(self, element: Element) -> Expr:
        return squared_norm(element[0], self._sizes)

    def _unknowns(self) -> Operator:
        places = {element: 2 * k for k, element in enumerate(self.equations)}
        size = 2 * len(places)
        listed: list[dict[int, Expr]] = []
        names: dict[Symbol, Expr] = {}
        for element, row in self.equations.items():
            real: dict[int, Expr] = {}
            imaginary: dict[int, Expr] = {}
            if element == self.closing:
                norms = {e: self._norm(e) for e in places if e[0] == e[1]}
                real = {places[e]: norm for e, norm in norms.items()}
                imaginary = {places[e] + 1: norm for e, norm in norms.items()}
            else:
                own = {**dict.fromkeys([element], (S.Zero, S.Zero)),
                       **{e: coefficient_parts(value) for e, value in row.items()}}  # fmt: skip
                for other, (x, y) in own.items():
                    y = y - omega if other == element else y
                    k = places[other]
                    real |= {k: x, k + 1: -y}
                    imaginary |= {k: y, k + 1: x}
                parts = real_imag(self.source.get(element, S.Zero))
                real[size], imaginary[size] = (self._named(part, names) for part in parts)
            listed += [{k: v for k, v in each.items() if v != 0} for each in (real, imaginary)]
        used = set().union(*(value.free_symbols for row in listed for value in row.values()))
        system = LinearSystem.from_equations(sorted(used, key=str), listed)
        values = [names.get(symbol, symbol) for symbol in system.parameters]
        unknown = [Solution(system, k, *values) for k in range(size)]
        return {e: unknown[k] + I * unknown[k + 1] for e, k in places.items()}

    @staticmethod
    def _named(value: Expr, names: dict[Symbol, Expr]) -> Expr:
        """Return a real number, or a symbol that stands for an expression in the equations."""
        if value.is_Rational:
            return value
        symbol = Symbol(f"{HIDDEN}{len(names)}", real=True)
        names[symbol] = value
        return symbol


def _require_no_omega(system: System) -> None:
    if any(symbol.name == omega.name for symbol in system.parameters):
        raise ValueError(
            "The model holds a symbol named omega, which is the frequency of a spectrum. Choose "
            "another name, such as frequency('A')."
        )


def _operator(system: System, name: str, operator: Any) -> Expr:
    """Return an operator on sites of the system, or raise an error."""
    sites = sites_of(operator) if isinstance(operator, Expr) else set()
    if not sites or not sites <= set(system.sites):
        raise ValueError(
            f"Argument `{name}` must be an operator on the sites {', '.join(system.sites)}, but is "
            f"{operator!r}. Write it with S_plus, S_minus and S_z, such as S_minus('A')."
        )
    require_real_scalars(name, operator)
    return operator


def _elements(state: State) -> Operator:
    """Return the elements of a state as expressions."""
    return {element: state.express(value) for element, value in state.values_unnormalised.items()}


def _applied(system: System, operator: Expr, state: Mapping[Element, Expr]) -> Operator:
    """Return Oρ."""
    images = on_kets(operator, system.spins)
    found: Operator = {}
    for (ket, bra), value in state.items():
        for target, coefficient in images[ket].items():
            accumulate(found, (target, bra), coefficient * value)
    return without_zeros(found)


def _hermitian_parts(operator: Operator) -> tuple[Operator, Operator]:
    """Return the Hermitian operators P and Q of P + iQ."""
    both = {e for ket, bra in operator for e in ((ket, bra), (bra, ket))}
    first: Operator = {}
    second: Operator = {}
    for ket, bra in sorted(both, key=str):
        value = operator.get((ket, bra), S.Zero)
        other = conjugate(operator.get((bra, ket), S.Zero))
        first[ket, bra], second[ket, bra] = (value + other) / 2, (value - other) / (2 * I)
    return without_zeros(first), without_zeros(second)
