"""Cycles at a temperature and with a diffusing phase, against literal matrices."""

import numpy as np
import pytest
from judges.by_falling_residuals import assert_falls_as
from judges.points import numbers
from sympy import Rational, Symbol, symbols

from symsync import (
    Drive,
    Exchange,
    S_rel,
    System,
    dephased,
    equation,
    equatorial,
    gain_and_loss,
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


@pytest.mark.parametrize(
    ("make", "message"),
    [(lambda: thermal(KAPPA, 0), "`occupation` must be positive, but is 0"),
     (lambda: thermal(-KAPPA, N), "`rate` must be positive, but is -kappa"),
     (lambda: thermal(KAPPA, N, 0.3), "`spin` must be a positive multiple of 1/2"),
     (lambda: dephased(1, GAMMA), "`cycle` must be a limit cycle, but is 1"),
     (lambda: dephased(gain_and_loss(G, D), 0), "`rate` must be positive, but is 0")],
)  # fmt: skip
def test_mistakes_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
