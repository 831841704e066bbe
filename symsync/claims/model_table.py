"""Models of many kinds, by name, by which what is to hold for any model is judged.

Each is a function that returns a `System`; `MODELS` holds those with one steady state, `UNDECIDED`
those with several.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from sympy import Expr, I, Rational, S, exp, symbols

from symsync.expressions.symbols import Delta, damping_rate, epsilon, gain_rate
from symsync.model.boson import truncated_van_der_pol
from symsync.model.coupling import Coupling, Dissipation, Drive, Exchange
from symsync.model.graphs import all_to_all, chain, ring, star
from symsync.model.limit_cycle import (
    LimitCycle,
    equatorial,
    gain_and_loss,
    stabilised_at,
    van_der_pol,
)
from symsync.model.spin import S_minus, S_plus, S_z, adjoint, transition
from symsync.model.system import System, spin_pair

__all__ = ["MODELS", "UNDECIDED", "model"]

Cycle = Callable[[str], LimitCycle]
"""A limit cycle as a function of its site."""

Two = Callable[[str, str], Any]
"""A coupling, or a list of them, as a function of two sites."""

HALF, THREE_HALVES = S.Half, Rational(3, 2)
kappa, eta, nu = symbols("kappa eta nu", positive=True)
chi, J = symbols("chi J", real=True)

# Limit cycles, each a function of the site ------------------------------------------------------


def of(
    builder: Callable[..., LimitCycle], *arguments: Any, rates: Any = None, dephased: bool = False
) -> Cycle:
    """Return the cycle builder(gain, damping, …) of a site, of its own symbols or two rates."""

    def cycle(site: str) -> LimitCycle:
        pair = rates or (gain_rate(site), damping_rate(site))
        found = builder(*pair, *arguments)
        return LimitCycle(found.spin, [*found.jumps, (nu, S_z)]) if dephased else found

    return cycle


def letter(spin: Any = 1, **kind: Any) -> Cycle:
    """Return the Letter's cycle at |0⟩."""
    return of(equatorial, spin, **kind)


def thermal(spin: Any = HALF, **kind: Any) -> Cycle:
    """Return gain and loss of one quantum."""
    return of(gain_and_loss, spin, **kind)


def pol(spin: Any = 1, **kind: Any) -> Cycle:
    """Return a van der Pol cycle."""
    return of(van_der_pol, spin, **kind)


def oscillator(levels: int) -> Cycle:
    """Return a truncated van der Pol oscillator."""
    return of(truncated_van_der_pol, levels)


def at_level(m: Any, spin: Any, **kind: Any) -> Cycle:
    """Return a cycle at |m⟩."""
    return of(lambda gain, damping: stabilised_at(m, gain, damping, spin), **kind)


def only(*jumps: Any, spin: Any = HALF) -> Cycle:
    """Return a cycle with these jumps (rate, operator), whatever the site."""
    return lambda _: LimitCycle(spin, jumps)


PUMPED = only((symbols("pump", positive=True), S_plus))
DAMPED = only((symbols("loss", positive=True), S_minus))
DEPHASED = only((nu, S_z))
NUMBERS = {"rates": (2, Rational(1, 3))}
OTHER_NUMBERS = {"rates": (Rational(3, 4), 5)}
MIXED = {"rates": (gain_rate("A"), Rational(3, 2))}

# Couplings of two sites -------------------------------------------------------------------------


def exchange(strength: Any = epsilon, phase: Expr = S.Zero) -> Two:
    """Return an exchange of quanta."""
    return lambda a, b: Exchange(a, b, strength, phase)


def both_ways(forth: Two) -> Two:
    """Return J times an operator of two labels and its adjoint."""
    return lambda a, b: Coupling(J * (forth(a, b) + adjoint(forth(a, b))))


xx = both_ways(lambda a, b: S_plus(a) * S_minus(b))
squeezing = both_ways(lambda a, b: S_plus(a) * S_plus(b))
two_quanta = both_ways(lambda a, b: S_plus(a) ** 2 * S_minus(b) ** 2)


def xxz(a: str, b: str) -> Coupling:
    """Return an exchange with a product of both S^z."""
    return Coupling(xx(a, b).operator + eta * S_z(a) * S_z(b))


def ising(a: str, b: str) -> Coupling:
    """Return a product of both S^z."""
    return Coupling(eta * S_z(a) * S_z(b))


def collective(a: str, b: str, phase: Expr = S.Zero) -> Dissipation:
    """Return D[S⁻_a + e^{iχ} S⁻_b]."""
    return Dissipation(kappa, S_minus(a) + exp(I * phase) * S_minus(b))


def squeezed_bath(a: str, b: str) -> Dissipation:
    """Return D[S⁻_a + ½S⁺_b], which creates pairs of quanta."""
    return Dissipation(kappa, S_minus(a) + S_plus(b) / 2)


def hopping(a: str, b: str) -> Dissipation:
    """Return D[S⁻_a S⁺_b]: quanta hop without coherence."""
    return Dissipation(kappa, S_minus(a) * S_plus(b))


def cascaded(a: str, b: str) -> list[Any]:
    """Return how a drives b: the jump S⁻_a + S⁻_b and the Hamiltonian that cancels the way back."""
    return [Exchange(a, b, kappa), collective(a, b)]


def nonreciprocal(a: str, b: str) -> list[Any]:
    """Return an exchange and a joint jump of any strengths, with a phase between them."""
    return [exchange()(a, b), collective(a, b, chi)]


# Systems ----------------------------------------------------------------------------------------


def pair(cycle_a: Cycle, cycle_b: Cycle, *couplings: Two, detuned: bool = True) -> System:
    """Return two sites that are detuned by Δ; couplings are functions of both labels."""
    found = []
    for coupling in couplings:
        made = coupling("A", "B")
        found += made if isinstance(made, list) else [made]
    frequencies = {"A": Delta / 2, "B": -Delta / 2} if detuned else {}
    return System({"A": cycle_a("A"), "B": cycle_b("B")}, found, frequencies)


def twins(cycle: Cycle, *couplings: Two, **kind: Any) -> System:
    """Return two sites of one cycle."""
    return pair(cycle, cycle, *couplings, **kind)


def driven(cycle: Cycle, *drives: Any) -> System:
    """Return one driven site."""
    return System({"A": cycle("A")}, drives or [Drive("A")], {"A": Delta})


def drive(a: str, _: str) -> Drive:
    """Return a drive of the first site."""
    return Drive(a, eta)


def with_more(system: System, *couplings: Any) -> System:
    """Return a system with further couplings."""
    return System(system.sites, [*system.couplings, *couplings], system.frequencies)


def first(cycle: Cycle, others: Cycle) -> Cycle:
    """Return the cycle of A, and that of all other sites."""
    return lambda site: (cycle if site == "A" else others)(site)


SQUEEZED = Coupling(eta * (S_plus("A") ** 2 + S_minus("A") ** 2))


def ends(middle: Cycle, coupling: Two, size: int = 3) -> System:
    """Return a chain that is pumped at one end and damped at the other."""
    last = "ABCD"[size - 1]
    return chain(size, lambda site: {"A": PUMPED, last: DAMPED}.get(site, middle)(site), coupling)


MODELS: dict[str, Callable[[], System]] = {
    # Spins 1/2.
    "halves, the Letter's cycle": lambda: twins(letter(HALF), exchange()),
    "halves, exchange": lambda: twins(thermal(), exchange()),
    "halves, exchange with a phase": lambda: twins(thermal(), exchange(phase=chi)),
    "halves, XX": lambda: twins(thermal(), xx),
    "halves, XXZ": lambda: twins(thermal(), xxz),
    "halves, squeezing": lambda: twins(thermal(), squeezing),
    "halves, collective decay": lambda: twins(thermal(), collective),
    "halves, squeezed bath": lambda: twins(thermal(), squeezed_bath),
    "halves, cascaded": lambda: twins(thermal(), cascaded),
    "halves, nonreciprocal": lambda: twins(thermal(), nonreciprocal),
    "halves, dephased": lambda: twins(thermal(dephased=True), exchange()),
    "halves, driven": lambda: twins(thermal(), exchange(), drive),
    "halves, driven through an Ising coupling": lambda: twins(thermal(), ising, drive),
    "halves, pumped and damped": lambda: pair(PUMPED, DAMPED, exchange(), detuned=False),
    "halves, numbers": lambda: pair(
        thermal(**NUMBERS), thermal(**OTHER_NUMBERS), exchange(Rational(1, 2)), detuned=False
    ),
    "halves, one free rate": lambda: pair(thermal(**MIXED), thermal(**NUMBERS), exchange(1), drive),
    # Spins 1.
    "the Letter's pair": spin_pair,
    "ones, exchange with a phase": lambda: twins(letter(), exchange(phase=chi)),
    "ones, XXZ": lambda: twins(letter(), xxz),
    "ones, squeezing": lambda: twins(letter(), squeezing),
    "ones, two quanta": lambda: pair(pol(), thermal(1), two_quanta),
    "ones, exchange and two quanta": lambda: twins(letter(), exchange(), two_quanta),
    "ones, collective decay": lambda: twins(letter(), collective),
    "ones, numbers and collective decay": lambda: pair(
        letter(**NUMBERS), letter(**OTHER_NUMBERS), exchange(1), collective, detuned=False
    ),
    "ones, cascaded": lambda: twins(letter(), cascaded),
    "ones, nonreciprocal": lambda: twins(letter(), nonreciprocal),
    "ones, hopping": lambda: twins(letter(), hopping, exchange()),
    "ones, dephased": lambda: twins(letter(dephased=True), exchange()),
    "ones, driven": lambda: twins(letter(), exchange(), drive),
    "ones, thermal": lambda: twins(thermal(1), exchange()),
    "ones, van der Pol": lambda: twins(pol(), exchange()),
    "ones, van der Pol of equal rates": lambda: twins(pol(rates=symbols("g d", positive=True)), xx),
    "ones, van der Pol with squeezing": lambda: twins(pol(), squeezing),
    "oscillators of three levels": lambda: twins(oscillator(3), exchange()),
    "ones, stabilised at the poles": lambda: pair(at_level(1, 1), at_level(-1, 1), xxz),
    "ones, the Letter's cycle and van der Pol": lambda: pair(letter(), pol(), exchange()),
    "ones, numbers": lambda: pair(
        letter(**NUMBERS), pol(**OTHER_NUMBERS), exchange(Rational(2, 5)), detuned=False
    ),
    "ones, Ising and numbers": lambda: twins(letter(**MIXED), ising, exchange(1)),
    # Spins 3/2 and 2.
    "three halves, the Letter's cycle": lambda: twins(letter(THREE_HALVES), exchange()),
    "three halves, stabilised": lambda: twins(at_level(HALF, THREE_HALVES), exchange()),
    "three halves, thermal": lambda: twins(thermal(THREE_HALVES), exchange()),
    "three halves, two quanta": lambda: pair(
        at_level(-HALF, THREE_HALVES), at_level(HALF, THREE_HALVES), two_quanta
    ),
    "oscillators of four levels": lambda: twins(oscillator(4), exchange()),
    "twos, the Letter's cycle": lambda: twins(letter(2), exchange()),
    "twos, stabilised": lambda: twins(at_level(-1, 2), exchange()),
    "twos, van der Pol of numbers": lambda: pair(
        pol(2, **NUMBERS), pol(2, **OTHER_NUMBERS), exchange(), detuned=False
    ),
    # One driven spin.
    "a driven half, numbers": lambda: System(
        {"A": gain_and_loss(1, 2)}, [Drive("A", Rational(1, 10))]
    ),
    "a driven one": lambda: driven(letter(), Drive("A", epsilon, chi)),
    "a driven van der Pol": lambda: driven(pol()),
    "a driven dephased three halves": lambda: driven(thermal(THREE_HALVES, dephased=True)),
    "a driven two": lambda: driven(letter(2)),
    "a squeezed one": lambda: driven(pol(), SQUEEZED),
    # Spins of different size.
    "a half and a one": lambda: pair(thermal(), letter(), exchange()),
    "a half and a van der Pol": lambda: pair(letter(HALF), pol(), exchange(phase=chi)),
    "a half and a three halves": lambda: pair(thermal(), at_level(HALF, THREE_HALVES), xxz),
    "a half and a two": lambda: pair(thermal(), letter(2), exchange()),
    "a one and a three halves": lambda: pair(letter(), at_level(HALF, THREE_HALVES), exchange()),
    "a one and a two": lambda: pair(letter(), at_level(1, 2, **NUMBERS), exchange()),
    # Three and four sites.
    "chain of halves": lambda: chain(3, thermal(), frequencies={"A": Delta}),
    "chain of halves, XXZ": lambda: chain(3, thermal(), xxz),
    "ring of halves with a flux": lambda: ring(3, thermal(), exchange(phase=chi)),
    "driven chain of halves": lambda: with_more(chain(3, thermal(**MIXED)), Drive("A", eta)),
    "halves that decay together": lambda: with_more(
        chain(3, thermal()), Dissipation(kappa, S_minus("A") + S_minus("B") + S_minus("C"))
    ),
    "chain of four halves": lambda: chain(4, thermal()),
    "ring of four halves": lambda: ring(4, first(thermal(), thermal(**NUMBERS)), xx),
    "star of four halves": lambda: star(4, thermal()),
    "four halves, all to all": lambda: all_to_all(4, first(thermal(**MIXED), thermal(**NUMBERS))),
    "a half beside ones": lambda: chain(3, first(thermal(), letter())),
    "chain of ones": lambda: chain(3),
    "ring of ones with a flux": lambda: ring(3, letter(), exchange(phase=chi)),
    "star of ones": lambda: star(3, letter(**MIXED), frequencies={"A": Delta}),
    # Cycles that alone have several steady states, and systems that have one.
    "a passive half": lambda: pair(thermal(), DEPHASED, exchange(), drive),
    "a passive half that the other pumps": lambda: pair(PUMPED, DEPHASED, exchange()),
    "a passive one": lambda: pair(thermal(), only((nu, S_z), spin=1), xx),
    "a one with a hole": lambda: pair(letter(), only((nu, transition(1, 0)), spin=1), exchange()),
    "a driven dephased half": lambda: driven(DEPHASED),
    "current through a dephased chain": lambda: ends(DEPHASED, xxz),
    "current through four halves": lambda: ends(DEPHASED, xx, size=4),
}

UNDECIDED: dict[str, Callable[[], System]] = {
    "two closed levels, uncoupled": lambda: twins(DEPHASED),
    "dephasing of halves that exchange": lambda: twins(DEPHASED, exchange()),
    "dephasing of one spin 1": lambda: driven(only((nu, S_z), spin=1), Coupling(J * S_z("A"))),
    "a hole in one spin 1": lambda: driven(
        only((nu, transition(1, 0)), spin=1), Coupling(J * S_z("A"))
    ),
    "collective decay alone": lambda: pair(
        only((nu, S_z**2)), only((nu, S_z**2)), collective, detuned=False
    ),
    "one half decays, the other is left": lambda: pair(DAMPED, DEPHASED, ising),
    "levels that nothing leaves": lambda: pair(only((nu, transition(0, 1)), spin=1), DAMPED, ising),
    "the parity of two quanta": lambda: driven(
        only((gain_rate("A"), S_plus**2), (damping_rate("A"), S_minus**2), spin=1),
        SQUEEZED,
    ),
}


@cache
def model(name: str) -> System:
    """Return the model of a name, built once."""
    return (MODELS | UNDECIDED)[name]()
