"""Cycles at a temperature and with a diffusing phase, against literal matrices."""

import numpy as np
import pytest
from judges.by_falling_residuals import assert_falls_as
from judges.points import numbers
from sympy import Rational, Symbol, symbols

from symsync import (
    Drive,
    Exchange,
    LimitCycle,
    S_minus,
    S_rel,
    System,
    dephased,
    equation,
    equatorial,
    exact_state,
    gain_and_loss,
    mutual_information,
    negativity,
    purity,
    steady_series,
    thermal,
    van_der_pol,
)
from symsync.reference import any_model, any_phases
from symsync.symbols import Delta, epsilon

KAPPA, N, GAMMA, G, D = symbols("kappa n Gamma g d", positive=True)
POINT = {"kappa": 0.7, "n": 0.4, "Gamma": 1.3, "g": 0.9, "d": 1.6, "Delta": 0.3}

CYCLES = {
    "thermal spin 1": thermal(KAPPA, N, 1),
    "dephased equator": dephased(equatorial(G, D), GAMMA),
    "dephased van der Pol": dephased(van_der_pol(G, D), GAMMA),
    "dephased thermal spin 1/2": dephased(thermal(KAPPA, N), GAMMA),
}


def at(system, size):
    """{symbol: value} of the model at the point, with its strength."""
    values = POINT | {"epsilon": size}
    return {symbol: values[symbol.name] for symbol in system.parameters}


def named(values):
    return {symbol.name: value for symbol, value in values.items()}


@pytest.mark.parametrize("name", CYCLES)
def test_a_drive_meets_the_cycle_of_literal_jumps(name):
    """What first order leaves out falls with the second power of the strength."""
    system = System({"A": CYCLES[name]}, [Drive("A")], {"A": Delta})
    series = steady_series(system).partial_sum(1).matrix()

    def residual(size):
        values = at(system, size)
        theirs = any_model.steady_state(system, **named(values))
        return np.abs(numbers(series, values) - theirs).max()

    assert_falls_as(2, residual, 0.01)


def test_a_warm_spin_locks_to_a_colder_one():
    """S_rel of the pair; with equal temperatures there is none."""
    cold = Symbol("n_0", positive=True)
    sites = {"s_1": dephased(thermal(KAPPA, N), GAMMA), "s_2": thermal(KAPPA, cold)}
    system = System(sites, [Exchange("s_1", "s_2")], {"s_1": Delta})
    angles = np.linspace(-3, 3, 7)
    formula = S_rel(steady_series(system)[1])
    ours = equation("S", formula).function()
    assert formula.subs(cold, N) == 0

    def residual(size):
        values = POINT | {"epsilon": size, "n_0": 0.1}
        named = {symbol.name: values[symbol.name] for symbol in system.parameters}
        rho = any_model.steady_state(system, **named)
        theirs = any_phases.S_rel(rho, [0.5, 0.5], 0, 1, angles)
        return np.abs(ours(phi=angles, **named) - theirs).max()

    assert_falls_as(3, residual, 0.05)  # the next odd power


@pytest.mark.parametrize("spin", [Rational(1, 2), 1, Rational(3, 2)])
def test_populations_follow_boltzmann(spin):
    """e^{−ħω/k_BT} = n̄/(n̄+1) from level to level, by QuTiP's own thermal occupation."""
    qutip = pytest.importorskip("qutip")
    system = System({"A": thermal(KAPPA, N, spin)}, [])
    rho = any_model.steady_state(system, kappa=0.7, n=qutip.n_thermal(1.0, 2.5))
    levels = np.diag(rho).real
    assert np.allclose(levels[:-1] / levels[1:], np.exp(-1 / 2.5), rtol=1e-12)
    ours = numbers(steady_series(system)[0].matrix(), {N: qutip.n_thermal(1.0, 2.5), KAPPA: 0.7})
    assert np.allclose(ours, rho, rtol=0, atol=1e-14)


@pytest.mark.parametrize("cycle", [equatorial(G, D, Rational(3, 2)), van_der_pol(G, D)])
def test_dephasing_adds_half_the_squared_change(cycle):
    """⟨m|ρ|m′⟩ decays faster by Γ(m−m′)²/2, and nothing else changes."""
    systems = [System({"A": each}, []) for each in (cycle, dephased(cycle, GAMMA))]
    plain, noisy = (any_model.generator(each, **named(at(each, 0))) for each in systems)
    m = float(cycle.spin) - np.arange(int(2 * cycle.spin) + 1)
    wider = (m[:, None] - m) ** 2 / 2
    assert np.allclose(plain - noisy, 1.3 * np.diag(wider.ravel()), rtol=0, atol=1e-14)


def test_a_dephased_pair_locks_less():
    """μ₊ of two spins at |0⟩: each dephasing widens both levels of its coherence."""
    sites = {"A": dephased(equatorial(G, D), GAMMA), "B": equatorial(D, G)}
    element = steady_series(System(sites, [Exchange("A", "B")]))[1][(1, -1), (0, 0)]
    assert (element - 2 * epsilon / (2 * D + GAMMA)).simplify() == 0


def test_a_rate_of_zero_is_no_jump():
    assert thermal(KAPPA, 0) == LimitCycle(Rational(1, 2), [(KAPPA, S_minus)])
    assert dephased(equatorial(G, D), 0) == equatorial(G, D)


def test_zero_temperature_is_a_value_of_the_formulas():
    """At n̄ = 0 they are those of the bath without gain; the first order of N is another one."""
    cold = Symbol("n_cold", nonnegative=True)

    def make(n):
        return System({"A": thermal(KAPPA, n), "B": gain_and_loss(N, 0)}, [Exchange("A", "B")])

    warm, zero = steady_series(make(cold)), steady_series(make(0))
    assert S_rel(warm[1]).subs(cold, 0).equals(S_rel(zero[1]))
    measures = [purity, lambda state: negativity(state, "A"), lambda s: mutual_information(s, "A")]
    for measure in measures:
        at = {"epsilon": 0.3, "kappa": 1.0, "n": 0.4}
        general = equation("general", measure(exact_state(make(cold)))).function()(n_cold=0.0, **at)
        special = equation("special", measure(exact_state(make(0)))).function()(**at)
        assert general == pytest.approx(special, rel=0, abs=1e-13)  # some ten roundings of 1
    with pytest.raises(ValueError, match=r"population of \|1/2, 1/2⟩ may be zero.*: n_cold;"):
        negativity(warm, "A", order=1)
    assert negativity(zero, "A", order=1) != 0


@pytest.mark.parametrize(
    ("make", "message"),
    [(lambda: thermal(KAPPA, -1), "`occupation` must be nonnegative, but is -1"),
     (lambda: thermal(-KAPPA, N), "`rate` must be nonnegative, but is -kappa"),
     (lambda: thermal(KAPPA, N, 0.3), "`spin` must be a positive multiple of 1/2"),
     (lambda: dephased(1, GAMMA), "`cycle` must be a limit cycle, but is 1"),
     (lambda: dephased(gain_and_loss(G, D), -1), "`rate` must be nonnegative, but is -1")],
)  # fmt: skip
def test_mistakes_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
