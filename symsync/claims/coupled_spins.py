"""Claims of other papers about spins and oscillators that are coupled.

The two oscillators in the quantum limit are calculated by hand in derivations/two_oscillators.py.
"""

from functools import cache
from itertools import product
from typing import Any

import numpy as np
from sympy import (
    Add,
    Expr,
    I,
    Mul,
    Poly,
    S,
    Symbol,
    cancel,
    cos,
    diff,
    expand,
    fraction,
    pi,
    real_roots,
    sin,
    symbols,
)

from symsync.catalogue.letter_model import d_A, d_B, g_A, g_B
from symsync.claims import printed_elsewhere as printed
from symsync.claims.beside_reference import decided_twice, of_pair, of_site, off_by
from symsync.claims.common import has_one_sign, squared_modulus, vanishes
from symsync.claims.ledger import Equations, Evidence, claim
from symsync.claims.printed import COEFFICIENT
from symsync.derive.corrections import Series
from symsync.derive.exact_state import exact_state
from symsync.derive.series import steady_series
from symsync.derive.state import State
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.symbols import Delta, epsilon, phi
from symsync.formula import equation
from symsync.measures.entanglement import entanglement_threshold
from symsync.measures.information import mutual_information
from symsync.measures.phase_locking import S_rel, phase_combination, phase_distribution
from symsync.model.coupling import Coupling, Dissipation, Drive, Exchange
from symsync.model.graphs import chain
from symsync.model.limit_cycle import Jump, equatorial, gain_and_loss
from symsync.model.spin import S_minus, S_plus, S_z
from symsync.model.system import System
from symsync.reference import any_model, any_phases

gamma, k, kappa, V = symbols("gamma k kappa V", positive=True)
HALF = S.Half
UP, DOWN = HALF, -HALF

# Through the interference blockade --------------------------------------------------------------


def _balanced_pair() -> System:
    cycle = equatorial(gamma, gamma)
    return System({"A": cycle, "B": cycle}, [Drive("A"), Exchange("A", "B", k)])


@cache
def _balanced() -> Series:
    return steady_series(_balanced_pair())


@claim(
    "Both interference blockades, between drive and first spin and between the spins, persist for "
    "strong drive and coupling",
    "arXiv:2405.05182",
    see=("steady_series", "S_rel", "reference.steady_state"),
)
def blockades_persist(_: Equations) -> Evidence:
    system = _balanced_pair()
    kept = all(_stays(coupling.operator) for coupling in system.couplings)
    exchanged = all(
        up.rate == down.rate and _turned(_on(site, up)) in (_on(site, down), -_on(site, down))
        for site, cycle in system.sites.items()
        for up, down in [cycle.jumps]
    )
    angles, left = np.array([0, np.pi]), 0.0
    for strength in (1.0, 10.0):
        rho = any_model.steady_state(system, gamma=1.0, epsilon=strength, k=strength)
        for at_zero, at_pi in (
            any_phases.phase_distribution(rho, [1, 1], 0, angles),
            any_phases.S_rel(rho, [1, 1], 0, 1, angles),
        ):
            left = max(left, abs(at_zero - at_pi) / abs(at_zero))
    return Evidence(
        "proved and measured",
        "turning A by π about y and B by π about x changes nothing, but φ_A to π − φ_A and φ_B to "
        "−φ_B, and ρ is real: no cos φ to any order; in the numeric reference at ε = k = γ and 10γ "
        f"it is {left:.0e} of cos 2φ",
        kept and exchanged and left < 1e-11,  # rounding errors times the ratio of rates
    )


def _on(site: str, jump: Jump) -> Expr:
    """Return the operator of a jump on its site."""
    return jump.operator.subs({each: each(site) for each in (S_plus, S_minus, S_z)})


def _turned(operator: Expr) -> Expr:
    """Return the operator after a rotation of A by π about y and of B by π about x."""
    images = {S_z(site): -S_z(site) for site in "AB"}
    images |= {S_plus("A"): -S_minus("A"), S_minus("A"): -S_plus("A")}
    images |= {S_plus("B"): S_minus("B"), S_minus("B"): S_plus("B")}
    return operator.subs(images, simultaneous=True)


def _ordered(operator: Expr) -> Expr:
    """Return the sum with the factors of each term in the order of their sites."""
    total = S.Zero
    for term in Add.make_args(expand(operator)):
        scalar, factors = term.args_cnc()
        total += Mul(*scalar, *sorted(factors, key=lambda factor: str(factor.args[-1])))
    return total


def _stays(operator: Expr) -> bool:
    """Whether the rotation keeps a coupling, which is imaginary so that ρ is real."""
    return _ordered(_turned(operator) - operator) == 0 == expand(operator + operator.subs(I, -I))


@claim(
    "The undriven spin locks 1:1 to the drive nevertheless, in proportion to a weak drive",
    "arXiv:2405.05182",
    see=("steady_series", "phase_distribution"),
)
def undriven_spin_locks(_: Equations) -> Evidence:
    series = _balanced()
    below = [phase_distribution(series[n], "B") for n in (1, 2, 3)]
    ours = phase_distribution(series[4], "B").expand()
    first = ours.coeff(cos(phi)) * cos(phi)
    return decided_twice(
        "nothing below fourth order, where the first harmonic is −5εk³ cos φ/2γ⁴",
        not any(below) and vanishes(first + 5 * epsilon * k**3 * cos(phi) / (2 * gamma**4)),
        off_by(ours, _balanced_pair(), of_site(1), 4),
    )


@claim(
    "In a chain of three spins the blockaded spin in the middle mediates between the outer ones",
    "arXiv:2405.05182",
    see=("chain", "steady_series", "S_rel"),
    slow=True,
)
def the_ends_of_a_chain_lock(_: Equations) -> Evidence:
    system = chain(3, equatorial(g_A, d_A), lambda a, b: Exchange(a, b, k))
    series = steady_series(system)
    edges = [S_rel(series[1], *edge) for edge in ("AB", "BC")]
    ours = S_rel(series[2], "A", "C")
    expected = -9 * pi * k**2 * (g_A - d_A) ** 2 * cos(phi) / (32 * g_A * d_A * (g_A + d_A) ** 2)
    balanced = steady_series(chain(3, equatorial(1, 1), lambda a, b: Exchange(a, b, k)))
    silent = [S_rel(balanced[n], "A", "C") for n in (1, 2, 3)]
    last = S_rel(balanced[4], "A", "C").expand().coeff(cos(phi))
    return decided_twice(
        "identical neighbours do not lock at first order; at second order the outer ones lock in "
        "antiphase, by −9πk²(γ^g − γ^d)² cos φ/(32γ^gγ^d(γ^g + γ^d)²); of balanced spins it takes "
        "the fourth order, −27πk⁴ cos φ/64 at γ = 1",
        not any(edges)
        and vanishes(ours - expected)
        and not any(silent)
        and vanishes(last + 27 * pi * k**4 / 64),
        off_by(ours, system, of_pair(0, 2), 2),
    )


# Two van der Pol oscillators in the quantum limit ------------------------------------------------


def _oscillators() -> System:
    """Return their two-level limit: gain κ, loss 2κ, and V D[σ⁻_A − σ⁻_B]."""
    cycle = gain_and_loss(kappa, 2 * kappa)
    shared = Dissipation(V, S_minus("A") - S_minus("B"))
    return System({"A": cycle, "B": cycle}, [shared], {"A": Delta / 2, "B": -Delta / 2})


@cache
def _oscillating() -> State:
    return exact_state(_oscillators()).written_out


def _critical() -> Expr:
    """Return the polynomial that is positive where the oscillators are entangled."""
    return V**3 - 6 * kappa * V**2 - 21 * kappa**2 * V - 18 * kappa**3 - Delta**2 * (V + 2 * kappa)


@claim(
    "On resonance ⟨σ⁺_A σ⁻_B⟩ = V(V + κ)/(8V² + 27Vκ + 27κ²)",
    "arXiv:1312.3630",
    see=("two_oscillators", "exact_state"),
)
def correlation_of_two_oscillators(_: Equations) -> Evidence:
    found = _oscillating()[(DOWN, UP), (UP, DOWN)]
    return decided_twice(
        "zero difference; it is positive, so that the phases agree",
        vanishes(found.subs(Delta, 0) - printed.pair_correlation(V, kappa)),
        off_by(found, _oscillators(), lambda rho, _: rho[2, 1]),
    )


@claim(
    "They are entangled when the coupling is greater than a critical value, which increases with "
    "detuning",
    "arXiv:1312.3630",
    see=("two_oscillators", "entanglement_threshold", "exact_state"),
    slow=True,
)
def critical_coupling(_: Equations) -> Evidence:
    state, cubic = _oscillating(), _critical()
    both = state[(UP, UP), (UP, UP)] * state[(DOWN, DOWN), (DOWN, DOWN)]
    determinant = both - squared_modulus(state[(UP, DOWN), (DOWN, UP)])
    rest = cancel(-determinant / cubic)
    same_sign = all(map(has_one_sign, fraction(rest))) and rest.subs({V: 1, kappa: 1, Delta: 1}) > 0
    first, *others = Poly(cubic, V).all_coeffs()
    one_root = first == 1 and all(has_one_sign(c) and c.is_negative for c in others)
    grows = has_one_sign(diff(cubic, Delta) / Delta)
    threshold = equation("E", entanglement_threshold(exact_state(_oscillators()), V))
    found = threshold.function()(kappa=1.0, Delta=np.array([0.0, 3.0]))
    roots = [max(real_roots(cubic.subs({kappa: 1, Delta: at}))) for at in (0, 3)]
    beside = max(abs(float(one / other) - 1) for one, other in zip(found, roots, strict=True))
    return decided_twice(
        "the partial transpose is negative where V³ − 6κV² − 21κ²V − 18κ³ > Δ²(V + 2κ), from "
        f"V = {found[0]:.4f} κ on resonance and {found[1]:.4f} κ at Δ = 3κ",
        same_sign and one_root and grows and beside < 1e-12,  # rounding errors of the eigenvalue
        off_by(state[(UP, UP), (UP, UP)], _oscillators(), lambda rho, _: rho[0, 0].real),
    )


@claim(
    "Mutual information is an order parameter of synchronisation, also for quantum oscillators",
    "arXiv:1412.2585",
    see=("two_oscillators", "mutual_information"),
)
def mutual_information_of_oscillators(_: Equations) -> Evidence:
    information = equation("I", mutual_information(exact_state(_oscillators()))).function()
    couplings = np.geomspace(1e-2, 1e4, 40)
    with_coupling = information(kappa=1.0, Delta=0.0, V=couplings)
    with_detuning = information(kappa=1.0, V=3.0, Delta=np.linspace(0, 30, 40))
    rho = any_model.steady_state(_oscillators(), kappa=1.0, Delta=0.0, V=3.0)
    both = rho.reshape(2, 2, 2, 2)
    entropies = [
        -sum(p * np.log(p) for p in np.linalg.eigvalsh(part))
        for part in (np.einsum("abcb->ac", both), np.einsum("abad->bd", both), rho)
    ]
    beside = abs(with_detuning[0] / (entropies[0] + entropies[1] - entropies[2]) - 1)
    return Evidence(
        "measured",
        "in the two-level limit it grows with V, from 0 to "
        f"{with_coupling[-1]:.3f}, and falls with Δ, on 40 points each; the numeric reference "
        f"differs by {beside:.0e}",
        bool((np.diff(with_coupling) > 0).all() and (np.diff(with_detuning) < 0).all())
        and beside < 1e-12,  # rounding errors of the logarithms
    )


# Anisotropic exchange, and anharmonic levels -----------------------------------------------------


FLIPS = S_plus("A") * S_minus("B") + S_minus("A") * S_plus("B")
PAIRS = S_plus("A") * S_plus("B") + S_minus("A") * S_minus("B")
"""u^x S^x S^x + u^y S^y S^y is (u^x + u^y)/4 of the flips and (u^x − u^y)/4 of the pairs."""


@claim(
    "Of u^x S^x S^x + u^y S^y S^y only the isotropic part u^x + u^y locks, and fully anisotropic "
    "coupling is a complete blockade",
    "arXiv:2510.10187",
    see=("Coupling", "S_rel", "phase_combination", "exact_state"),
    slow=True,
)
def anisotropic_exchange(_: Equations) -> Evidence:
    u_x, u_y = symbols("u_x u_y", real=True)
    sites = {"A": equatorial(g_A, d_A), "B": equatorial(g_B, d_B)}
    whole = (u_x + u_y) / 4 * FLIPS + (u_x - u_y) / 4 * PAIRS
    system = System(sites, [Coupling(whole)])
    ours = S_rel(steady_series(system)[1])
    rates = 2 / (d_A + g_B) - 2 / (g_A + d_B)
    expected = COEFFICIENT * (u_x + u_y) / 2 * rates * sin(phi)
    blocked = exact_state(System(sites, [Coupling(u_x / 2 * PAIRS)], {"A": Delta}))
    sums = phase_combination(blocked, {"A": 1, "B": 1})
    return decided_twice(
        "the first order of S_rel is Eq. (6) with ε = (u^x + u^y)/2, turned by π/2; with "
        "u^y = −u^x S_rel is zero to all orders, while φ_A + φ_B locks",
        vanishes(ours - expected) and S_rel(blocked) == 0 and sums != 0,
        off_by(ours, system, of_pair(0, 1), 1),
    )


@claim(
    "Identical anharmonic oscillators cannot synchronise, and detuning them helps",
    "arXiv:1703.04595",
    see=("Coupling", "exact_state", "S_rel"),
    slow=True,
)
def anharmonic_levels(_: Equations) -> Evidence:
    K = Symbol("K", real=True)
    shift = Coupling(K * S_z("A") ** 2 + K * S_z("B") ** 2)
    sites = {"A": equatorial(g_A, d_A), "B": equatorial(g_B, d_B)}
    system = System(sites, [Exchange("A", "B"), shift], {"A": Delta / 2, "B": -Delta / 2})
    state = exact_state(system)

    def expected(at: Any) -> Expr:
        plus = (at[d_A] + at[g_B]) / S(2) + I * (at[Delta] + 2 * at[K])
        minus = (at[g_A] + at[d_B]) / S(2) + I * (at[Delta] - 2 * at[K])
        return COEFFICIENT * epsilon * (1 / plus - 1 / minus)

    heights, equal = [], []
    for detuning, rates in product((0, 40), ((2, 3, 5, 7), (1, 1, 1, 1))):
        at = dict(zip((g_A, d_A, g_B, d_B), rates, strict=True)) | {K: 20, Delta: detuning}
        first = S_rel(state.rational(epsilon, at).taylor(1))
        x, y = real_imag(expected(at))
        equal.append(vanishes(first - x * cos(phi) + y * sin(phi)))
        heights.append(abs(complex(expected(at).subs(epsilon, 1))))
    values = {K: 20, Delta: 40, **dict.fromkeys((g_A, d_A, g_B, d_B), 1), epsilon: HALF}
    exact = S_rel(state.rational(epsilon, {s: v for s, v in values.items() if s != epsilon}))
    return decided_twice(
        "two spins 1 with K(S^z)² lock by (9πε/128) Re[e^{iφ}(1/(Γ₊ + i(Δ + 2K)) − 1/(Γ₋ + "
        "i(Δ − 2K)))]; identical ones with K = 20γ "
        f"{heights[3] / heights[1]:.0f} times better at Δ = 2K than on resonance, where what is "
        "left falls as γ/K",
        all(equal) and heights[3] > 10 * heights[1],
        off_by(exact, system, of_pair(0, 1), at=values),
        roughly=True,
    )
