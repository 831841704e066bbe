"""The examples: what their pages say, and QuTiP at finite strength with the right power."""

import numpy as np
import pytest
import qutip
from judges import by_qutip as judge
from judges.by_falling_residuals import assert_falls_as
from sympy import Rational, S, Symbol, cancel, cos, exp, lambdify, pi, sin, symbols, together

import symsync
from symsync import (
    Drive,
    Exchange,
    S_rel,
    System,
    chain,
    equatorial,
    exact_state,
    gain_and_loss,
    phase_distribution,
    rate_series,
    ring,
    stabilised_at,
    steady_series,
)
from symsync.symbols import Delta, damping_rate, epsilon, gain_rate, phi

g, d, k = symbols("g d k", positive=True)
g_B, d_B = symbols("g_B d_B", positive=True)
RATES = {"A": (1.3, 0.6), "B": (0.8, 1.7), "C": (2.1, 1.1)}
BALANCED = dict.fromkeys(RATES, (1.0, 1.0))
ANGLES = np.array([0, 0.4, 2.0, 3.5])
"""Where distributions are compared; harmonics cannot cancel at all of them."""


def rational(value):
    return Rational(str(value))


def equal(found, expected):
    """Whether two expressions are the same function."""
    return cancel(together((found - expected).rewrite(exp))) == 0


def residual(formula, exact):
    """The largest difference at `ANGLES` of two functions of the strength.

    Where it is a second harmonic, which has small weights, the strengths are ten times smaller.
    """
    return lambda strength: np.abs(formula(strength) - exact(strength)).max()


def phase(state, site):
    """QuTiP's distribution of a site's phase at `ANGLES`, for states that depend on a strength."""
    return lambda strength: judge.phase_distribution(state(strength), site, ANGLES)


def relative_phase(state, a, b):
    """QuTiP's S_rel of two sites at `ANGLES`, for states that depend on a strength."""
    return lambda strength: judge.relative_phase(state(strength), a, b, ANGLES)


def at(expression):
    """The expression in the strengths ε and k, both equal to the argument, at `ANGLES`."""
    function = lambdify((epsilon, k, phi), expression, "numpy")
    return lambda value: function(value, value, ANGLES)


def network(drives=(), edges=(), rates=RATES, detuning=0.0, phases=None):
    """Spins 1 with these drives, edges and phases of edges, and the same in QuTiP."""
    phases = phases or {}
    sites = sorted({*drives, *"".join(edges)})
    couplings = [Exchange(*edge, k, rational(phases.get(edge, 0))) for edge in edges]
    cycles = {site: equatorial(*map(rational, rates[site])) for site in sites}
    system = System(cycles, [*couplings, *map(Drive, drives)], {sites[0]: rational(detuning)})
    on = judge.ladders(**dict.fromkeys(sites, 1))
    jumps = [jump for site in sites for jump in judge.equatorial(on[site], *rates[site])]

    def state(strength):
        h = detuning * on[sites[0]][2]
        for site in drives:
            h = h + strength / 2j * (on[site][0] - on[site][1])
        for a, b in edges:
            forth = 0.5j * strength * np.exp(1j * phases.get(a + b, 0)) * on[a][0] * on[b][1]
            h = h + forth + forth.dag()
        return qutip.steadystate(h, jumps)

    return system, state


# One spin 1 under a weak drive ------------------------------------------------------------------


def test_the_letters_first_order_is_that_of_a_drive_times_3_pi_over_8():
    """Eq. (5) against a drive: the same form, with other rates in the exponentials."""
    system = System({"A": equatorial(g, d)}, [Drive("A")], {"A": Delta})
    driven = phase_distribution(rate_series(system)[1], "A").doit()
    pair = S_rel(rate_series(symsync.spin_pair())[1]).doit()
    named = {gain_rate("A"): d - damping_rate("B"), damping_rate("A"): g - gain_rate("B")}
    assert equal(pair.subs(named), 3 * pi / 8 * driven)


@pytest.mark.parametrize("order", [1, 2])
def test_a_driven_spin_1_follows_qutip(order):
    system, state = network(drives="A", detuning=0.4)
    ours = phase_distribution(steady_series(system).partial_sum(order), "A")
    assert_falls_as(order + 1, residual(at(ours), phase(state, 0)), 0.02)


def test_a_balanced_spin_does_not_follow_a_drive_at_first_order():
    """What is left is of second order and prefers two opposite phases."""
    system, state = network(drives="A", rates=BALANCED)
    series = steady_series(system)
    assert phase_distribution(series[1], "A") == 0
    assert equal(phase_distribution(series[2], "A"), -(epsilon**2) * cos(2 * phi) / pi)
    assert_falls_as(2, residual(lambda _: 0.0, phase(state, 0)), 0.02)


def test_a_balanced_spin_locks_to_another_spin_at_first_order():
    rates = {"A": (1.0, 1.0), "B": (0.8, 1.7)}
    system, state = network(edges=["AB"], rates=rates)
    ours = S_rel(steady_series(system)[1])
    assert ours != 0
    assert_falls_as(2, residual(at(ours), relative_phase(state, 0, 1)), 0.002)


# Interference blockade --------------------------------------------------------------------------


def test_a_drive_of_one_spin_reaches_the_other_at_second_order():
    """p_B goes with the product of both imbalances; identical spins are blockaded all the same."""
    cycles = {"A": equatorial(g, d), "B": equatorial(g_B, d_B)}
    series = steady_series(System(cycles, [Exchange("A", "B", k), Drive("A")]))
    expected = 3 * epsilon * k * (g - d) * (g_B - d_B) / (4 * g * d * g_B * d_B) * cos(phi)
    assert equal(phase_distribution(series[2], "B"), expected)
    assert S_rel(series[1]).subs({g_B: g, d_B: d}) == 0


def test_identical_driven_spins_follow_qutip():
    identical = {"A": (1.3, 0.6), "B": (1.3, 0.6)}
    system, state = network(drives="A", edges=["AB"], rates=identical)
    ours = phase_distribution(steady_series(system).partial_sum(2), "B")
    assert_falls_as(4, residual(at(ours), phase(state, 1)), 0.02)


def test_through_two_blockades_the_fourth_order_survives():
    """Balanced identical spins: p_B = −5εk³/2γ⁴ cos φ, though A follows neither drive nor B."""
    system, state = network(drives="A", edges=["AB"], rates=BALANCED)
    series = steady_series(system)
    assert [phase_distribution(series[n], "B") for n in (1, 2, 3)] == [0, 0, 0]
    last = phase_distribution(series[4], "B")
    expected = -5 * epsilon * k**3 * cos(phi) / 2 + 3 * epsilon**2 * k**2 * cos(2 * phi) / pi
    assert equal(last, expected)
    assert_falls_as(6, residual(at(last), phase(state, 1)), 0.04)


def test_both_blockades_persist_at_any_strength():
    """The first harmonics of p_A and S_rel vanish at ε = k = γ: p(φ) is p(π − φ)."""
    _, state = network(drives="A", edges=["AB"], rates=BALANCED)
    strong = state(1.0)
    for measure in (
        lambda angle: judge.phase_distribution(strong, 0, angle),
        lambda angle: judge.relative_phase(strong, 0, 1, angle),
    ):
        assert abs(measure(0) - measure(np.pi)) < 1e-12 < abs(measure(0))  # rounding errors
    undriven = [judge.phase_distribution(strong, 1, angle) for angle in (0, np.pi)]
    assert abs(undriven[0] - undriven[1]) > 1e-2


def test_the_ends_of_a_blockaded_chain_lock():
    """Three identical spins: nothing on the edges at first order, cos φ between the ends."""
    series = steady_series(chain(3, equatorial(g, d), lambda a, b: Exchange(a, b, k)))
    assert S_rel(series[1], "A", "B") == S_rel(series[1], "B", "C") == 0
    expected = -9 * pi * k**2 * (g - d) ** 2 * cos(phi) / (32 * g * d * (g + d) ** 2)
    assert equal(S_rel(series[2], "A", "C"), expected)


@pytest.mark.parametrize(
    ("rates", "order", "power"), [((1.3, 0.6), 2, 4), ((1.0, 1.0), 4, 6)], ids=["", "balanced"]
)
def test_the_ends_of_a_blockaded_chain_follow_qutip(rates, order, power):
    """Of balanced spins only the fourth order is left; odd orders vanish in both."""
    system, state = network(edges=["AB", "BC"], rates=dict.fromkeys("ABC", rates))
    series = steady_series(system)
    ours = sum((S_rel(series[n], "A", "C") for n in range(1, order + 1)), S.Zero)
    assert all(S_rel(series[n], "A", "C") == 0 for n in range(1, order))
    assert_falls_as(power, residual(at(ours), relative_phase(state, 0, 2)), 0.04)


def test_equal_rates_cancel_term_by_term():
    """Balanced identical spins: what is joined may vanish, and is then no term any more."""
    series = steady_series(chain(3, equatorial(g, g), lambda a, b: Exchange(a, b, k)))
    assert S_rel(series[2], "A", "C") == 0


# Integer and half-integer spins -----------------------------------------------------------------

BLOCKADES = {
    S(1): (0, 1),
    S(3) / 2: (S.Half, Rational(20, 3)),
    S(2): (0, 1),
    S(5) / 2: (S.Half, Rational(51, 8)),
}
"""The level of the cycle, and γ^d/γ^g at which a drive has no effect at first order."""


@pytest.mark.parametrize("spin", BLOCKADES)
def test_a_driven_spin_is_blockaded_at_one_ratio_of_rates(spin):
    level, ratio = BLOCKADES[spin]
    system = System({"A": stabilised_at(level, g, d, spin)}, [Drive("A")])
    found = phase_distribution(steady_series(system)[1], "A")
    assert cancel(together(found.subs(d, ratio * g))) == 0
    assert cancel(together(found.subs(d, 2 * g))) != 0


def test_a_pure_spin_1_2_is_never_blockaded():
    """It has one coherence, and nothing to interfere with."""
    system = System({"A": stabilised_at(S.Half, g, d, S.Half)}, [Drive("A")])
    assert equal(phase_distribution(steady_series(system)[1], "A"), epsilon / (2 * g) * cos(phi))


@pytest.mark.parametrize("spin", [S(3) / 2, S(2), S(5) / 2])
def test_driven_spins_of_any_size_follow_qutip(spin):
    level = BLOCKADES[spin][0]
    cycle = stabilised_at(level, rational(1.3), rational(0.6), spin)
    ours = phase_distribution(steady_series(System({"A": cycle}, [Drive("A")]))[1], "A")
    plus, minus, z = (qutip.jmat(float(spin), name) for name in "+-z")
    off = z - float(level)
    jumps = [np.sqrt(0.65) * plus * off, np.sqrt(0.3) * minus * off]

    def exact(strength):
        state = qutip.steadystate(strength / 2j * (plus - minus), jumps)
        return judge.phase_distribution(state, 0, ANGLES)

    assert_falls_as(2, residual(at(ours), exact), 0.001)


def test_the_letters_jumps_leave_a_half_integer_spin_a_mixture():
    """S⁺S^z and S⁻S^z have no level to rest on; balanced, the mixture is blockaded as well."""
    cycle = equatorial(g, d, S(3) / 2)
    series = steady_series(System({"A": cycle}, [Drive("A")]))
    assert [cancel(series[0][(m,), (m,)].subs(d, g)) for m in (S(3) / 2, S.Half)] == [
        Rational(1, 20),
        Rational(9, 20),
    ]
    assert cancel(together(phase_distribution(series[1], "A").subs(d, g))) == 0


def test_a_driven_mixture_follows_qutip():
    cycle = equatorial(rational(1.3), rational(0.6), S(3) / 2)
    ours = phase_distribution(steady_series(System({"A": cycle}, [Drive("A")]))[1], "A")
    on = [qutip.jmat(1.5, name) for name in "+-z"]

    def exact(strength):
        h = strength / 2j * (on[0] - on[1])
        state = qutip.steadystate(h, judge.equatorial(on, 1.3, 0.6))
        return judge.phase_distribution(state, 0, ANGLES)

    assert_falls_as(2, residual(at(ours), exact), 0.001)


def test_a_driven_spin_1_2_is_solved_to_all_orders():
    system = System({"A": gain_and_loss(g, d)}, [Drive("A")], {"A": Delta})
    found = phase_distribution(exact_state(system).written_out, "A")
    total = g + d
    wave = (2 * Delta * sin(phi) + total * cos(phi)) / (4 * total)
    expected = epsilon * (g - d) * wave / (total**2 + 4 * Delta**2 + 2 * epsilon**2)
    assert equal(found, expected)
    plus, minus, z = (qutip.jmat(0.5, name) for name in "+-z")
    jumps = [np.sqrt(1.3) * plus, np.sqrt(0.6) * minus]
    for strength in (0.1, 3.0):
        state = qutip.steadystate(0.4 * z + strength / 2j * (plus - minus), jumps)
        ours = at(expected.subs({g: 1.3, d: 0.6, Delta: 0.4}))(strength)
        assert np.abs(ours - judge.phase_distribution(state, 0, ANGLES)).max() < 1e-14  # rounding


# A frustrated triangle --------------------------------------------------------------------------


def triangle(flux):
    """Identical spins on a ring of three, the sum of the phases on the edge C – A."""
    phases = iter([0, 0, flux])
    return ring(3, equatorial(g, d), lambda a, b: Exchange(a, b, k, next(phases)))


def test_the_flux_turns_the_mediated_phase():
    """cos(φ − Φ) against the edge's cos 2φ: frustration at second order."""
    flux = Symbol("Phi", real=True)
    found = S_rel(steady_series(triangle(flux))[2], "A", "B")
    mediated = -9 * pi * (g - d) ** 2 / (32 * g * d) * cos(phi - flux)
    assert equal(found, k**2 * (mediated - cos(2 * phi) / pi) / (g + d) ** 2)


@pytest.mark.parametrize("order", [1, 2])
def test_a_triangle_follows_qutip(order):
    phases = {"AB": 0.3, "BC": 0.5, "CA": 1.1}
    system, state = network(edges=phases, phases=phases)
    ours = S_rel(steady_series(system).partial_sum(order), "B", "C")
    assert_falls_as(order + 1, residual(at(ours), relative_phase(state, 1, 2)), 0.002)


# Ten lines --------------------------------------------------------------------------------------


def test_spins_1_and_3_2_follow_qutip():
    half = stabilised_at(S.Half, rational(1.3), rational(0.6), S(3) / 2)
    cycles = {"A": equatorial(rational(0.8), rational(1.7)), "B": half}
    ours = S_rel(steady_series(System(cycles, [Exchange("A", "B", k)]))[1])
    on = judge.ladders(A=1, B=1.5)
    off = on["B"][2] - 0.5
    jumps = judge.equatorial(on["A"], 0.8, 1.7)
    jumps += [np.sqrt(0.65) * on["B"][0] * off, np.sqrt(0.3) * on["B"][1] * off]
    forth = on["A"][0] * on["B"][1]

    def exact(strength):
        state = qutip.steadystate(0.5j * strength * (forth - forth.dag()), jumps)
        return judge.relative_phase(state, 0, 1, ANGLES)

    assert_falls_as(2, residual(at(ours), exact), 0.001)


def test_a_chain_of_different_spins_follows_qutip():
    """A rotation of B by π reverses both couplings, so that odd orders of A and C vanish."""
    system, state = network(edges=["AB", "BC"], detuning=0.4)
    ours = S_rel(steady_series(system).reduced("A", "C")[2], "A", "C")
    assert_falls_as(4, residual(at(ours), relative_phase(state, 0, 2)), 0.02)
