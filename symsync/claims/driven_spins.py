"""Claims of other papers about one spin, oscillator or engine under a drive.

The driven spin 1 is calculated by hand in derivations/driven_spin_1.py.
"""

from typing import Any

from sympy import (
    Expr,
    I,
    Poly,
    Rational,
    S,
    Symbol,
    cancel,
    cos,
    diff,
    exp,
    factor,
    fraction,
    limit,
    numer,
    oo,
    sin,
    solve,
    sqrt,
    symbols,
    together,
)

from symsync.catalogue.letter_model import d_A, g_A
from symsync.claims import printed_elsewhere as printed
from symsync.claims.beside_reference import decided_twice, of_site, off_by
from symsync.claims.common import has_one_sign, vanishes
from symsync.claims.ledger import Equations, Evidence, claim
from symsync.derive.exact_state import exact_state
from symsync.derive.series import steady_series
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.symbols import Delta, epsilon, phi
from symsync.measures.phase_locking import phase_distribution
from symsync.measures.phase_weights import phase_weight
from symsync.model.boson import annihilation, creation, truncated_van_der_pol
from symsync.model.coupling import Coupling, Drive
from symsync.model.limit_cycle import (
    LimitCycle,
    equatorial,
    gain_and_loss,
    stabilised_at,
)
from symsync.model.spin import S_minus, S_plus, S_z, transition
from symsync.model.system import System

gamma, kappa, loss = symbols("gamma kappa gamma_2", positive=True)

HALF = S.Half


def driven(cycle: LimitCycle, detuning: Any = 0) -> System:
    """Return one spin under the drive εS^y."""
    return System({"A": cycle}, [Drive("A")], {"A": detuning})


def first_order(cycle: LimitCycle, detuning: Any = 0) -> Expr:
    """Return the first order of its p(φ)."""
    return phase_distribution(steady_series(driven(cycle, detuning))[1], "A")


# Spins at rest on a level -----------------------------------------------------------------------


@claim(
    "A weak resonant drive locks a spin 1: p = 3ε(γ^d − γ^g) cos φ/(8γ^gγ^d)",
    "arXiv:1802.08036",
    see=("driven_spin_1", "phase_distribution"),
)
def a_drive_locks_a_spin_1(_: Equations) -> Evidence:
    ours = first_order(equatorial(g_A, d_A))
    beside = off_by(ours, driven(equatorial(g_A, d_A)), of_site(0), 1)
    return decided_twice("zero difference", vanishes(ours - printed.driven_spin_1()), beside)


@claim(
    "With both rates equal to 1 its second order is p = −ε² cos 2φ/π",
    "arXiv:1802.08036",
    see=("driven_spin_1", "steady_series"),
)
def a_balanced_spin_1(_: Equations) -> Evidence:
    series = steady_series(driven(equatorial(1, 1)))
    first, second = (phase_distribution(series[n], "A") for n in (1, 2))
    beside = off_by(second, driven(equatorial(1, 1)), of_site(0), 2)
    return decided_twice(
        "nothing at first order, zero difference at second",
        first == 0 and vanishes(second - printed.balanced_spin_1()),
        beside,
    )


@claim(
    "A spin 1 with equal gain and damping does not lock 1:1 to a drive, but 2:1",
    "arXiv:2405.05182",
    see=("driven_spin_1", "exact_state", "phase_distribution"),
)
def two_to_one(_: Equations) -> Evidence:
    system = driven(equatorial(gamma, gamma), Delta)
    ours = factor(phase_distribution(exact_state(system).written_out, "A"))
    resonant = -(epsilon**2) * cos(2 * phi) / (S.Pi * (gamma**2 + 8 * epsilon**2))
    return decided_twice(
        "to all orders and at any detuning p has a second harmonic alone, on resonance "
        "−ε² cos 2φ/(π(γ² + 8ε²))",
        {wave.args[0] for wave in ours.atoms(cos, sin)} == {2 * phi}
        and vanishes(ours.subs(Delta, 0) - resonant),
        off_by(ours, system, of_site(0)),
    )


@claim(
    "The equatorial limit cycle has an interference blockade",
    "arXiv:1812.09172",
    see=("driven_spin_1", "phase_distribution"),
)
def blockade_at_any_detuning(_: Equations) -> Evidence:
    ours = first_order(equatorial(g_A, d_A), Delta)
    square = ours.subs(phi, 0) ** 2 + ours.subs(phi, S.Pi / 2) ** 2
    known = 9 * epsilon**2 * (d_A - g_A) ** 2
    known /= 64 * (4 * Delta**2 + d_A**2) * (4 * Delta**2 + g_A**2)
    return decided_twice(
        "to first order p has the amplitude 3ε|γ^d − γ^g|/8 over the root of "
        "((γ^d)² + 4Δ²)((γ^g)² + 4Δ²): zero for equal rates, at any detuning, and only for these",
        vanishes(square - known),
        off_by(ours, driven(equatorial(g_A, d_A), Delta), of_site(0), 1),
    )


@claim(
    "The blockade of a driven spin is qualitatively different for integer and half-integer S",
    "arXiv:2208.12766",
    see=("stabilised_at", "phase_distribution"),
    slow=True,
)
def integer_and_half_integer(_: Equations) -> Evidence:
    wanted = {
        HALF: [],
        S.One: [S.One],
        3 * HALF: [Rational(20, 3)],
        S(2): [S.One],
        5 * HALF: [Rational(51, 8)],
    }
    found, beside = {}, []
    for spin in wanted:
        cycle = stabilised_at(0 if spin.is_Integer else HALF, g_A, d_A, spin)
        ours = first_order(cycle)
        found[spin] = solve(numer(together(ours.subs({phi: 0, epsilon: 1, g_A: 1}))), d_A)
        beside.append(off_by(ours, driven(cycle), of_site(0), 1))
    listed = "; ".join(f"S = {spin}: {', '.join(map(str, at)) or 'none'}"
                       for spin, at in found.items())  # fmt: skip
    return decided_twice(
        f"of cycles at |0⟩ or |1/2⟩ the blockade is at γ^d/γ^g = … for {listed}",
        found == wanted,
        *beside,
    )


@claim(
    "Quantum interference blocks the synchronisation of a spin 1, unless its decay is anisotropic",
    "arXiv:1910.11832",
    see=("driven_spin_1", "Coupling", "phase_distribution"),
)
def interference_of_two_transitions(_: Equations) -> Evidence:
    chi = Symbol("chi", real=True)
    up = transition(1, 0)("A") + exp(I * chi) * transition(0, -1)("A")
    down = transition(0, 1)("A") + exp(-I * chi) * transition(-1, 0)("A")
    signal = Coupling(epsilon / (sqrt(2) * I) * (up - down))
    system = System({"A": equatorial(g_A, d_A)}, [signal])
    ours = phase_distribution(steady_series(system)[1], "A")
    expected = 3 * epsilon / 8 * (cos(phi + chi) / g_A - cos(phi) / d_A)
    return decided_twice(
        "with a phase χ between the fields on its two transitions p = (3ε/8)(cos(φ + χ)/γ^g − "
        "cos φ/γ^d), which is zero at all φ only if χ = 0 and γ^g = γ^d",
        vanishes(ours - expected),
        off_by(ours, system, of_site(0), 1),
    )


# A qubit, and a van der Pol oscillator in the quantum limit --------------------------------------


@claim(
    "A qubit with gain 1 and loss 2 has max S = ε/(36 + 8ε²)",
    "arXiv:1904.11763",
    see=("gain_and_loss", "exact_state", "phase_distribution"),
)
def a_driven_qubit(_: Equations) -> Evidence:
    system = driven(gain_and_loss(1, 2))
    ours = phase_distribution(exact_state(system).written_out, "A")
    height = cancel(ours / cos(phi))
    return decided_twice(
        "zero difference, with the signal H = εS^y",
        vanishes(abs(height) - printed.driven_qubit_maximum()),
        off_by(ours, system, of_site(0)),
    )


def in_the_quantum_limit(element: Expr) -> Expr:
    """Return the limit of a ratio of polynomials for a loss of two quanta without bounds."""
    above, below = (Poly(part, loss) for part in fraction(cancel(element)))
    if above.degree() < below.degree():
        return S.Zero
    return cancel(above.LC() / below.LC()) if above.degree() == below.degree() else oo


def _settles(levels: int) -> Evidence:
    system = System({"A": truncated_van_der_pol(kappa, loss, levels)}, [])
    state = steady_series(system)[0]
    kets = sorted(ket for ket, bra in state if ket == bra)
    found = [in_the_quantum_limit(state[ket, ket]) for ket in kets]
    ground = state[kets[0], kets[0]]
    return decided_twice(
        f"limits of {levels} levels: {', '.join(map(str, found))}",
        found == [*printed.VAN_DER_POL_POPULATIONS, *[0] * (levels - 2)],
        off_by(ground, system, lambda rho, _: rho[-1, -1].real),
    )


@claim(
    "In the quantum limit a van der Pol oscillator has 2/3 of its population in |0⟩ and 1/3 in |1⟩",
    "arXiv:1306.6359",
    see=("truncated_van_der_pol", "steady_series"),
)
def quantum_limit_of_an_oscillator(_: Equations) -> Evidence:
    return _settles(4)


@claim(
    "A spin 1 can realise the van der Pol limit cycle deep in the quantum regime",
    "arXiv:1812.09172",
    see=("truncated_van_der_pol", "steady_series"),
)
def a_spin_1_as_an_oscillator(_: Equations) -> Evidence:
    return _settles(3)


@claim(
    "Deep in the quantum regime squeezed driving loses its effect",
    "arXiv:2002.07488",
    see=("truncated_van_der_pol", "steady_series"),
    slow=True,
)
def squeezing_loses_its_effect(_: Equations) -> Evidence:
    lower, higher = annihilation("A"), creation("A")
    cycle = truncated_van_der_pol(kappa, loss, 4)
    found, beside = [], []
    for signal in (lower + higher, lower**2 + higher**2):
        system = System({"A": cycle}, [Coupling(epsilon * signal)])
        first = steady_series(system)[1]
        found.append({in_the_quantum_limit(first[element]) for element in first})
        beside.append(off_by(phase_distribution(first, "A"), system, of_site(0), 1))
    kept = 2 * I * epsilon / (9 * kappa)
    return decided_twice(
        "at first order all elements vanish for ε(a² + a†²), while ε(a + a†) leaves ±2iε/9κ",
        found == [{S.Zero, kept, -kept}, {S.Zero}],
        *beside,
    )


@claim(
    "Noise boosts synchronisation in the deep quantum regime",
    "arXiv:2002.07488",
    see=("gain_and_loss", "exact_state", "phase_distribution"),
    slow=True,
)
def noise_boosts(_: Equations) -> Evidence:
    lost, dephased = symbols("gamma_1 gamma_phi", positive=True)
    jumps = [(kappa, S_plus), (2 * kappa + lost, S_minus), (dephased, S_z)]
    system = driven(LimitCycle(HALF, jumps))
    ours = phase_distribution(exact_state(system).written_out, "A")
    height = -cancel(ours / cos(phi))
    weak = cancel(height / epsilon).subs(epsilon, 0)
    heights = [weak.subs({lost: rate, dephased: 0}) for rate in (0, kappa)]
    slopes = [diff(weak, rate).subs({lost: 0, dephased: 0}) for rate in (lost, dephased)]
    return decided_twice(
        "loss of single quanta raises max p/ε from 1/36κ to 1/32κ, at the rate κ; dephasing "
        "lowers it",
        heights == [1 / (36 * kappa), 1 / (32 * kappa)]
        and slopes[0].is_positive
        and slopes[1].is_negative,
        off_by(ours, system, of_site(0)),
        roughly=True,
    )


@claim(
    "In the deep quantum regime synchronisation is bounded, and the limit cycle is insensitive to "
    "strong driving",
    "arXiv:2002.07488",
    see=("gain_and_loss", "exact_state", "phase_distribution"),
    slow=True,
)
def bounded_in_the_quantum_limit(_: Equations) -> Evidence:
    system = driven(gain_and_loss(kappa, 2 * kappa))
    state = exact_state(system).written_out
    height = -cancel(phase_distribution(state, "A") / cos(phi))
    (strongest,) = solve(numer(together(diff(height, epsilon))), epsilon)[-1:]
    above = state[(HALF,), (HALF,)]
    rises = cancel(diff(above, epsilon) / epsilon)
    return decided_twice(
        f"max p = √2/48 at ε = 3κ/√2, and the population of |1⟩ only moves from "
        f"{above.subs(epsilon, 0)} to {limit(above, epsilon, oo)}",
        height.subs(epsilon, 3 * kappa / sqrt(2)) == sqrt(2) / 48
        and strongest**2 == 9 * kappa**2 / 2
        and rises.is_positive
        and limit(above, epsilon, oo) == HALF,
        off_by(above, system, lambda rho, _: rho[0, 0].real),
    )


# A heat engine ----------------------------------------------------------------------------------


@claim(
    "Synchronisation places an upper bound on the steady-state power of a heat engine",
    "arXiv:1812.10082",
    see=("LimitCycle", "exact_state", "phase_weight"),
    slow=True,
)
def a_heat_engine(_: Equations) -> Evidence:
    hot, cold, rate_h, rate_c, strength = symbols("n_h n_c gamma_h gamma_c k", positive=True)
    baths = [
        (rate_h * (hot + 1), transition(-1, 1)),
        (rate_h * hot, transition(1, -1)),
        (rate_c * (cold + 1), transition(-1, 0)),
        (rate_c * cold, transition(0, -1)),
    ]
    signal = Coupling(strength * (transition(1, 0)("A") + transition(0, 1)("A")))
    detuned = Coupling(Delta * transition(1, 1)("A"))
    system = System({"A": LimitCycle(1, baths)}, [signal, detuned])
    coherence = factor(exact_state(system).written_out[(1,), (0,)])
    real, imaginary = real_imag(coherence)
    above, below = fraction(coherence)
    rest = cancel(above / (strength * (hot - cold)))
    x, y = real_imag(rest)
    weight = 3 * sqrt(2) / 16
    return decided_twice(
        "three levels with occupations n_h and n_c of their baths: max p = (3√2/16)|ρ₁₀| and P = "
        "2kω Im ρ₁₀, so that |P| ≤ (16√2/3)kω max p, with equality on resonance; both are "
        "n_h − n_c times what is never zero, and vanish at the point of Carnot alone",
        weight == 2 * phase_weight(1, 1, 0)
        and not rest.has(strength)
        and has_one_sign(below)
        and has_one_sign(y)
        and x.subs(Delta, 0) == 0,
        off_by(weight * (real * cos(phi) - imaginary * sin(phi)), system, of_site(0)),
    )
