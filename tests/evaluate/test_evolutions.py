"""Linear differential equations at many points: every way of solving them beside mpmath."""

import mpmath
import numpy as np
import pytest
from sympy import Integer, symbols

from symsync.evaluate.backends.evolutions import evolve
from symsync.evaluate.kernels import exponential_numpy
from symsync.expressions.linear_evolution import LinearEvolution

t = symbols("t", nonnegative=True)
SIZE = 5

NEAR = 2e-14
"""256 steps with some ten roundings each, and a condition of a few units."""

FAR = 4e-15
"""What is squared has 80 bits, of which 40 squarings leave more than a double has."""


def chain_of_rates():
    """Rates along a chain and back."""
    names = symbols(f"r0:{2 * SIZE - 2}", positive=True)
    equations = [{} for _ in range(SIZE)]
    for k in range(SIZE - 1):
        up, down = names[2 * k : 2 * k + 2]
        for source, target, rate in ((k, k + 1, up), (k + 1, k, down)):
            equations[target][source] = rate
            equations[source][source] = equations[source].get(source, Integer(0)) - rate
    return LinearEvolution.from_equations(t, equations, {0: Integer(1)})


def drawn(system, decades, count, longest, seed=0):
    """Entries as sums of two numbers, times, and y to 15 digits."""
    rng = np.random.default_rng(seed)
    time = 10 ** rng.uniform(-1, np.log10(longest), count)
    rates = 10 ** rng.uniform(-decades, decades, (len(system.parameters) - 1, count))
    high, low = np.empty((len(system.entries), count)), np.empty((len(system.entries), count))
    expected = np.empty((system.size, count))
    with mpmath.workdps(50):
        for p in range(count):
            point = [mpmath.mpf(float(time[p])), *map(mpmath.mpf, map(float, rates[:, p]))]
            entries = system._at_numbers(*point)
            high[:, p] = [float(entry) for entry in entries]
            low[:, p] = [float(e - mpmath.mpf(h)) for e, h in zip(entries, high[:, p], strict=True)]
            expected[:, p] = [float(value) for value in system.to_precision(point)]
    return high, low, time, expected


def worst(found, expected):
    return np.abs(found / expected - 1).max()


@pytest.mark.parametrize("backend", ["numpy", "c", "numba"])
def test_few_steps_keep_relative_accuracy(backend):
    system = chain_of_rates()
    high, low, time, expected = drawn(system, 0.5, 20, 40)
    steps = np.abs(high).max(axis=0) * time  # half of the norm
    assert 64 < steps.max() < exponential_numpy.STEPS / 2
    assert worst(evolve(system, high, low, time, backend), expected) < NEAR


def test_many_times_share_their_steps():
    """The same rates at many times, in any order, and other rates among them."""
    system = chain_of_rates()
    high, low, _, _ = drawn(system, 0.5, 2, 1)
    time = np.tile(np.random.default_rng(1).uniform(0, 5, 30), 2)
    high, low = np.repeat(high, 30, axis=1), np.repeat(low, 30, axis=1)
    together = evolve(system, high, low, time)
    apart = [evolve(system, high[:, [p]], low[:, [p]], time[[p]])[:, 0] for p in range(60)]
    assert worst(together, np.array(apart).T) < NEAR
    assert worst(evolve(system, high, low, time, "c"), together) < NEAR


@pytest.mark.parametrize("decades", [1, 3])
def test_stiff_equations_are_squared(decades):
    """Up to 10⁸ units of the fastest time, for rates within 10^±3."""
    system = chain_of_rates()
    high, low, time, expected = drawn(system, decades, 12, 1e4, seed=decades)
    assert (np.abs(high).max(axis=0) * time > exponential_numpy.STEPS).any()
    within = FAR if decades == 3 else NEAR
    assert worst(evolve(system, high, low, time), expected) < within


def test_with_the_entries_of_double_precision_the_slow_rates_are_lost():
    """What the sums of rates lose by rounding grows with time, and is therefore kept."""
    system = chain_of_rates()
    high, low, time, expected = drawn(system, 3, 12, 1e4, seed=3)
    assert worst(evolve(system, high, 0 * low, time), expected) > 10 * FAR


def test_small_couplings_keep_their_digits():
    """What a rate of 10⁻¹² feeds is found as accurately as what feeds it."""
    weak, fast, slow = symbols("weak fast slow", positive=True)
    system = LinearEvolution.from_equations(
        t, [{0: -fast, 1: slow}, {0: fast, 1: -slow}, {1: weak, 2: -slow}, {2: weak}],
        {0: Integer(1)},
    )  # fmt: skip
    with mpmath.workdps(50):
        point = [mpmath.mpf(300), *(mpmath.mpf(x) for x in (1e3, 1e-2, 1e-12))]
        entries = system._at_numbers(*point)
        expected = np.array([[float(value)] for value in system.to_precision(point)])
    high = np.array([[float(entry)] for entry in entries])
    found = evolve(system, high, 0 * high, np.array([300.0]))
    assert expected[3, 0] < 1e-19
    assert worst(found, expected) < NEAR


def test_zero_time_and_zero_rates_change_nothing():
    system = chain_of_rates()
    high = np.zeros((len(system.entries), 2))
    one = system.start[0][1]
    high[one] = 1.0
    found = evolve(system, high, 0 * high, np.array([0.0, 5.0]))
    assert (found == np.array([[1.0, 1.0], *[[0.0, 0.0]] * 4])).all()


def test_what_is_not_finite_is_nan():
    system = chain_of_rates()
    high, low, time, _ = drawn(system, 0.5, 3, 2)
    high[0, 0] = np.nan
    time[1] = 1e14
    found = evolve(system, high, low, time)
    assert np.isnan(found[:, :2]).all()
    assert np.isfinite(found[:, 2]).all()
    back = evolve(system, high, low, -time)  # the other way in time, by squaring
    assert np.isfinite(back[:, 2]).all()
