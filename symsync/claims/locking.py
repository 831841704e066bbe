"""Claims about phase locking: Eqs. (5) and (6) and what the Letter concludes from them."""

import numpy as np
from sympy import Add, Expr, Symbol, cos, diff, expand, fraction, pi, sin, sqrt, together

from symsync import reference
from symsync.catalogue.letter_model import REVERSED, WINDOW, d_A, d_B, g_A, g_B
from symsync.claims import printed
from symsync.claims.common import steady, vanishes
from symsync.claims.ledger import Equations, Evidence, claim, proved
from symsync.claims.printed import COEFFICIENT
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.symbols import Delta, epsilon, phi, t
from symsync.measures.phase_locking import S_rel


@claim(
    "dS_rel/dt = (9πε/128)(e^{−(γ^d_A+γ^g_B)t/2} − e^{−(γ^g_A+γ^d_B)t/2}) cos(φ − Δt)",
    "Eq. (5)",
    see=("eq05", "S_rel_rate"),
)
def rate_of_locking(equations: Equations) -> Evidence:
    difference = equations["S_rel_rate"].explicit - printed.S_rel_rate()
    return proved("difference from the Letter's is zero", vanishes(difference))


@claim(
    "S_rel = (9πε/128) Re[e^{iφ}(μ₊ + μ₋*)], steady and at all times",
    "Eq. (5)",
    see=("eq05", "S_rel", "S_rel_t"),
)
def locking_from_coherences(equations: Equations) -> Evidence:
    def of(plus: Expr, minus: Expr) -> Expr:
        x_plus, y_plus = real_imag(plus)
        x_minus, y_minus = real_imag(minus)
        return (
            COEFFICIENT * epsilon * ((x_plus + x_minus) * cos(phi) - (y_plus - y_minus) * sin(phi))
        )

    steady = of(equations["mu_plus"].rhs, equations["mu_minus"].rhs) - equations["S_rel"].rhs
    in_time = of(equations["mu_plus_t"].explicit, equations["mu_minus_t"].explicit)
    moving = in_time - equations["S_rel_t"].explicit.doit()
    derivative = diff(equations["S_rel_t"].explicit.doit(), t) - printed.S_rel_rate()
    return proved(
        "zero differences, and the derivative is Eq. (5)",
        vanishes(steady) and vanishes(moving) and vanishes(derivative),
    )


@claim(
    "On resonance S_rel = (9πε/128)(2/(γ^d_A+γ^g_B) − 2/(γ^g_A+γ^d_B)) cos φ",
    "Eq. (6)",
    see=("eq06", "S_rel_resonant"),
)
def resonant_locking(equations: Equations) -> Evidence:
    derived = equations["S_rel_resonant"].rhs
    plus, minus = (equations[name].rhs.subs(Delta, 0) for name in ("mu_plus", "mu_minus"))
    return proved(
        "both lines of the Letter's agree",
        vanishes(derived - printed.S_rel_resonant_steady())
        and vanishes(derived - printed.S_rel_resonant(plus, minus)),
    )


@claim(
    "On resonance the coherences are real, with μ₊ ≥ 0 ≥ μ₋",
    "text above Eq. (6)",
    see=("eq06", "mu_plus", "mu_minus"),
)
def signs(equations: Equations) -> Evidence:
    plus, minus = (equations[name].rhs.subs(Delta, 0) for name in ("mu_plus", "mu_minus"))
    return proved(f"μ₊ = {plus}, μ₋ = {minus}", plus.is_positive and minus.is_negative)


@claim(
    "max S_rel is the amplitude of S_rel and is reached at the locking phase",
    "Fig. 3(a)",
    see=("fig3", "eq06", "S_rel_max", "locking_phase"),
)
def maximum(equations: Equations) -> Evidence:
    s, top = equations["S_rel"].rhs, equations["S_rel_max"].rhs
    amplitude = s.subs(phi, 0) ** 2 + s.subs(phi, pi / 2) ** 2
    y, x = equations["locking_phase"].rhs.args
    slope = -s.subs(phi, 0) * y + s.subs(phi, pi / 2) * x
    values = {Delta: 1, g_A: 5, d_A: 1, g_B: 2, d_B: 3, epsilon: 1}
    along = (s.subs(phi, 0) * x + s.subs(phi, pi / 2) * y).subs(values)
    return proved(
        "squares agree, dS_rel/dφ = 0 there, and it is the maximum",
        vanishes(amplitude - top**2) and vanishes(slope) and along > 0,
    )


@claim(
    "On resonance reversed limit cycles, γ^g_A = γ^d_B ≫ γ^d_A = γ^g_B, lock in phase",
    "Fig. 2(b)",
    see=("fig2", "eq06", "S_rel_resonant"),
)
def reversed_cycles(equations: Equations) -> Evidence:
    s = equations["S_rel_resonant"].rhs.subs({g_A: d_B, g_B: d_A})
    amplitude = s.subs(phi, 0)
    rho = reference.steady_state(epsilon=WINDOW["epsilon"], Delta=0.0, **REVERSED)
    angles = np.linspace(-np.pi, np.pi, 721)
    peak = float(angles[np.argmax(reference.S_rel(rho, angles))])
    grows = diff(amplitude, d_B).subs({d_A: 1, d_B: 2, epsilon: 1}) > 0
    return Evidence(
        "proved at first order, measured to all",
        f"S_rel(0) = {amplitude}; exact peak at φ = {abs(peak):.3f}",
        vanishes(amplitude - COEFFICIENT * epsilon * (1 / d_A - 1 / d_B))
        and bool(grows)
        and peak == 0,
    )


@claim(
    "Identical limit cycles do not lock, to first order, at any detuning",
    "text below Eq. (6)",
    see=("eq06", "S_rel"),
)
def identical_cycles(equations: Equations) -> Evidence:
    same = {g_B: g_A, d_B: d_A}
    found = [equations[name].rhs.subs(same) for name in ("S_rel", "S_rel_resonant", "S_rel_max")]
    return proved("S_rel = 0 identically", all(value == 0 for value in found))


@claim(
    "“Identical units are unable to adjust each other”",
    "Introduction",
    see=("steady_series", "S_rel"),
)
def identical_at_second_order(_: Equations) -> Evidence:
    same = {g_B: g_A, d_B: d_A, Delta: 0}
    first, second = (S_rel(steady()[n]).subs(same) for n in (1, 2))
    expected = -(epsilon**2) * cos(2 * phi) / (pi * (g_A + d_A) ** 2)
    return Evidence(
        "proved",
        "true to first order; at second order S_rel = −ε² cos 2φ/(π(γ^g+γ^d)²) on resonance: two "
        "preferred phases, ±π/2",
        first == 0 and vanishes(second - expected),
        roughly=True,
    )


@claim(
    "A balanced cycle γ^d_A = γ^g_A locks equally well for γ^d_B ≫ γ^g_B and γ^d_B ≪ γ^g_B",
    "text below Eq. (6)",
    see=("eq06", "S_rel_resonant"),
)
def balanced_cycle(equations: Equations) -> Evidence:
    balanced = equations["S_rel_resonant"].rhs.subs(g_A, d_A)
    exchanged = balanced.subs({g_B: d_B, d_B: g_B}, simultaneous=True)
    value = balanced.subs({phi: 0, epsilon: 1, d_A: 1, g_B: 1, d_B: 100})
    return proved(
        f"S_rel changes sign only; {value.evalf(4)} ε/γ at γ^d_B = 100 γ^g_B",
        vanishes(balanced + exchanged) and value > 0,
    )


@claim(
    "Stronger coupling locks over a larger range of detuning: the Arnold tongue",
    "Fig. 3(a)",
    see=("fig3", "eq06", "S_rel_max"),
)
def tongue(equations: Equations) -> Evidence:
    top = equations["S_rel_max"].rhs
    square = Symbol("square", positive=True)
    shape = (1 / (top / epsilon) ** 2).subs(Delta, sqrt(square))
    growth = expand(fraction(together(diff(shape, square)))[0])
    return proved(
        "max S_rel is ε times a function that falls monotonically with Δ²",
        diff(top / epsilon, epsilon) == 0
        and all(term.could_extract_minus_sign() is False for term in Add.make_args(growth)),
    )
