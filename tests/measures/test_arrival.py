"""When a measure that changes in time arrives, and how fast, beside dense matrices and roots."""

import mpmath
import numpy as np
import pytest
from scipy.optimize import brentq
from sympy import I, Rational, S, log, re, symbols

from symsync import (
    DividedDifference,
    Drive,
    Exchange,
    S_rel,
    System,
    equation,
    evolution,
    exact_state,
    gain_and_loss,
    half_life,
    phase_distribution,
    purity,
    slowest_rate,
    spin_pair,
    time_series,
)
from symsync.measures.arrival import _late
from symsync.reference import any_model
from symsync.symbols import Delta, epsilon, phi, t

g, d = symbols("g d", positive=True)
HALF = S.Half

RATES = {
    "gamma_g_A": 2.0, "gamma_d_A": 1.0, "gamma_g_B": 1.3, "gamma_d_B": 3.0,
    "epsilon": 0.7, "Delta": 0.2,
}  # fmt: skip


def driven():
    return System({"A": gain_and_loss(g, d)}, [Drive("A", epsilon)], {"A": Delta})


def test_one_exponential_has_a_closed_half_life():
    alone = time_series(System({"A": gain_and_loss(g, d)}, []), (HALF,))[0]
    found = half_life(alone[(HALF,), (HALF,)])
    assert (found.rhs - log(2) / (g + d)).simplify() == 0
    assert slowest_rate(alone[(HALF,), (HALF,)]).rhs == g + d
    assert r"t_{1/2}" in found.latex()


@pytest.mark.parametrize("backend", ["numpy", "c", "mpmath"])
def test_the_half_life_of_first_order(backend):
    """Two paths interfere: no closed form, and the value is that of a root of SciPy's."""
    locking = equation("S", S_rel(time_series(spin_pair())[1]))
    at = {**RATES, "phi": 0.4}
    found = half_life(locking).function(backend)(**at)
    moving = locking.function()
    late = moving(t=1e4, **at)
    expected = brentq(lambda time: moving(t=time, **at) - late / 2, 1e-6, 5, xtol=1e-15)
    assert abs(found - expected) < 1e-11


def test_the_half_life_of_a_measure_to_all_orders():
    moving, late = purity(evolution(driven(), (HALF,))), purity(exact_state(driven()))
    at = {"g": 0.4, "d": 1.1, "epsilon": 0.3, "Delta": -0.6}
    found = half_life(moving, equation("late", late)).function()(**at)
    final = equation("F", late).function()(**at)
    values = equation("M", moving).function()(t=np.linspace(0, found, 60), **at)
    way = np.abs(values - final) / np.abs(values[0] - final)
    assert (way[:-1] > 0.5).all()
    assert abs(way[-1] - 0.5) < 1e-12


def test_the_unit_of_time_does_not_matter():
    locking = half_life(S_rel(time_series(spin_pair())[1])).function()
    for unit in (1e-7, 1e5):
        scaled = {name: value * unit for name, value in RATES.items()}
        assert abs(locking(phi=0.4, **scaled) * unit / locking(phi=0.4, **RATES) - 1) < 1e-9


@pytest.mark.parametrize("backend", ["numpy", "c", "mpmath"])
def test_the_slowest_rate_is_an_eigenvalue(backend):
    system = driven()
    at = {"g": 0.4, "d": 1.1, "epsilon": 0.9, "Delta": -0.6}
    moving = phase_distribution(evolution(system, (HALF,)), "A", phi)
    found = slowest_rate(moving).function(backend)(**at)
    rates = -np.linalg.eigvals(any_model.generator(system, **at)).real
    assert abs(found - np.sort(rates)[1]) < 1e-12


def test_modes_that_are_not_excited_do_not_count():
    """Two equal spins that start alike never feel their antisymmetric mode."""
    pair = System({"A": gain_and_loss(3, 4), "B": gain_and_loss(Rational(1, 100), 0 + d)},
                  [Exchange("A", "B", epsilon)])  # fmt: skip
    state = evolution(pair, (HALF, -HALF))
    at = {"d": 0.02, "epsilon": 1e-3}
    of_first = slowest_rate(purity(state)).function()(**at)
    generator = any_model.generator(pair, **at)
    rates, modes = np.linalg.eig(generator)
    start = np.zeros(16)
    start[5] = 1  # |+−⟩⟨+−|
    weights = np.abs(np.linalg.solve(modes, start.astype(complex)))
    excited = sorted(-rates[(weights > 1e-9) & (np.abs(rates) > 1e-12)].real)
    assert abs(of_first - excited[0]) < 1e-12


def test_an_order_arrives_with_the_slowest_of_its_paths():
    rate = slowest_rate(S_rel(time_series(spin_pair())[1])).function()
    rates = {name: RATES[name] for name in rate.parameters}
    assert rate(**rates) == (1.0 + 1.3) / 2


def test_late_values_agree_with_long_times():
    """The limits of divided differences, of three nodes too."""
    system = spin_pair()
    for order in (1, 2):
        formula = S_rel(time_series(system)[order], phi=phi)
        at = {**RATES, "phi": 0.4}
        late = equation("late", _late(formula), parameters=sorted(formula.free_symbols, key=str))
        moving = equation("S", formula).function()
        known = {name: value for name, value in at.items() if name in moving.parameters}
        assert abs(late.function()(t=0.0, **known) - moving(t=200.0, **known)) < 1e-14


@pytest.mark.parametrize("quantity", [half_life, slowest_rate])
def test_what_does_not_move_is_refused(quantity):
    with pytest.raises(ValueError, match="must be one quantity that depends on t"):
        quantity(S_rel(exact_state(spin_pair())))
    with pytest.raises(ValueError, match="must be one quantity that depends on t"):
        quantity("S_rel")


def test_an_unknown_limit_is_asked_for():
    with pytest.raises(ValueError, match="`late` must be the value of the formula"):
        half_life(purity(evolution(driven(), (HALF,))))
    with pytest.raises(NotImplementedError, match="slowest rate of a matrix has no closed form"):
        slowest_rate(purity(evolution(driven(), (HALF,)))).diff(g)


def test_a_wrong_limit_would_be_seen():
    """Half of the way to another value is another time."""
    system = driven()
    moving, late = purity(evolution(system, (HALF,))), purity(exact_state(system))
    at = {"g": 0.4, "d": 1.1, "epsilon": 0.9, "Delta": -0.6}
    times = [half_life(moving, value).function()(**at) for value in (late, late + Rational(1, 50))]
    assert abs(times[0] - times[1]) > 1e-3
    with mpmath.workdps(30):
        precise = half_life(moving, late).function("mpmath")(**at)
    assert abs(times[0] - precise) < 1e-11


def test_what_does_not_decay_has_no_late_value():
    """A node that oscillates for ever, and one that grows."""
    x = symbols("x", real=True)
    for nodes in ((0, -I * x), (0, 0, -g)):
        with pytest.raises(ValueError, match="`late` must be the value"):
            half_life(re(DividedDifference(t, *nodes)))
