"""Linear systems at many points: right within their bounds, in every backend, at any rates."""

from concurrent.futures import ThreadPoolExecutor

import mpmath
import numpy as np
import pytest
from sympy import Tuple, symbols

from symsync.claims.model_table import model
from symsync.derive.elimination import steady_equations
from symsync.evaluate import STRICT, Formula, evaluator
from symsync.evaluate.backends import linear_solver
from symsync.evaluate.backends.linear_solver import ENOUGH, solve
from symsync.evaluate.backends.staged import run
from symsync.evaluate.kernels.elimination_numpy import scales
from symsync.evaluate.kernels.elimination_tables import tables
from symsync.expressions.linear_solutions import LinearSystem, Solution

BACKENDS = ["numpy", "numba", "c"]
NAMES = ["ones, driven", "three halves, thermal", "a passive one", "a half and a two"]
"""Dense and sparse, populations over many decades, and a system that is nearly singular."""

BITS = 1500
"""A population of 10^−100 of the others must keep 16 digits beside what cancels."""


def system(name):
    return steady_equations(model(name)).linear


def rates(linear, decades, count, seed=0):
    draw = np.random.default_rng([seed, int(decades)])
    sizes = {p: 10 ** draw.uniform(-decades, decades, count) for p in linear.parameters}
    return {
        p.name: size if p.is_nonnegative else size * draw.choice([-1, 1], count)
        for p, size in sizes.items()
    }


def entries(linear, values):
    """The entries as sums of two numbers."""
    unknowns = Tuple(*(Solution(linear, k, *linear.parameters) for k in range(linear.size)))
    staged = evaluator(Formula("x", unknowns, linear.parameters, ""), "numpy", STRICT)
    ((_, arguments),) = staged._stages
    count = len(next(iter(values.values())))
    return np.split(run(arguments, values, count), 2)


def precise(linear, values, point):
    with mpmath.workprec(BITS):
        given = [mpmath.mpf(float(values[p.name][point])) for p in linear.parameters]
        return np.array([float(value) for value in linear.to_precision(given)])


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("decades", [1, pytest.param(3, marks=pytest.mark.slow), 6])
@pytest.mark.parametrize("name", NAMES)
def test_every_unknown_is_right_within_its_bound(name, decades, backend):
    """Relative to its size, √(p_k p_b) for a coherence; each bound is below 3e-14."""
    linear = system(name)
    values = rates(linear, decades, 8)
    x, error = solve(linear, *entries(linear, values), backend)
    assert (error < ENOUGH).all()
    for point in range(8):
        expected = precise(linear, values, point)
        sizes = scales(linear, expected[:, None])[:, 0]
        assert (np.abs(x[:, point] - expected) / sizes).max() < error[point]


def test_a_check_without_a_known_vector_would_trust_wrong_numbers(monkeypatch):
    """Small corrections alone do not tell that the factors have lost a direction."""
    linear = system("a passive one")
    values = rates(linear, 6, 400)
    high, low = entries(linear, values)
    x, error = solve(linear, high, low)
    monkeypatch.setattr(linear_solver, "LOST", np.inf)
    monkeypatch.setattr(linear_solver, "MARGIN", 0.0)
    trusted, _ = solve(linear, high, low)
    wrong = (np.abs(trusted - x) > 1e-6 * scales(linear, x)).any(axis=0)
    assert wrong.any()
    assert (error < ENOUGH).all()


def test_each_resort_is_right_where_the_last_one_gave_up(monkeypatch):
    """Without the recorded elimination LAPACK, then twice the digits, then hundreds of bits."""
    linear = system("ones, driven")
    high, low = entries(linear, rates(linear, 1, 3))
    expected, _ = solve(linear, high, low)

    def fails(*_):
        return np.full(expected.shape, np.nan), np.full(3, np.inf)

    monkeypatch.setattr(linear_solver, "_recorded", fails)
    by_pivots, error = solve(linear, high, low)
    assert (np.abs(by_pivots - expected) < 1e-15 * scales(linear, expected)).all()
    assert (error < ENOUGH).all()
    monkeypatch.setattr(linear_solver, "_pivoted", fails)
    twofold, error = solve(linear, high, low)
    assert (np.abs(twofold - expected) < 1e-15 * scales(linear, expected)).all()
    assert (error < 1e-15).all()
    monkeypatch.setattr(linear_solver, "eliminated_twofold", lambda *_: fails())
    exact, _ = solve(linear, high, low)
    assert (np.abs(exact - expected) < 1e-15 * scales(linear, expected)).all()
    monkeypatch.setattr(linear_solver, "_exactly", lambda *_: (np.nan, np.inf))
    assert np.isinf(solve(linear, high, low)[1]).all()


def test_singular_points_cost_no_high_precision():
    """They are recognised in a prime field; a point that is nearly singular is none of them."""
    linear = system("a passive one")
    values = rates(linear, 1, 2)
    values["J"] = np.array([0.0, 1e-9])
    high, low = entries(linear, values)
    assert linear_solver._is_singular(linear, high[:, 0], low[:, 0])
    assert not linear_solver._is_singular(linear, high[:, 1], low[:, 1])
    x, error = solve(linear, high, low)
    assert np.isinf(error).tolist() == [True, False]
    expected = precise(linear, values, 1)
    assert x[:, 1] == pytest.approx(expected, rel=1e-13, abs=1e-25)


def test_what_has_no_solution_is_not_known():
    a, b = symbols("a b", positive=True)
    linear = LinearSystem.from_equations((a, b), [{0: a, 1: b}, {0: b, 1: a, 2: a}])
    high = np.array([[1.0, 1.0, np.nan], [2.0, 1.0, 1.0]])
    x, error = solve(linear, high, 0 * high)
    assert x[:, 0] == pytest.approx([2 / -3, 1 / 3])
    assert np.isinf(error[1:]).all()


def test_what_vanishes_and_arises_anew_begins_at_zero():
    """The third entry of the second row cancels with the first pivot and comes with the second."""
    names = symbols("a b c d", positive=True)
    a, b, c, d = names
    rows = [{0: a, 2: b}, {0: a, 1: c, 2: b, 3: d}, {1: c, 2: d}]
    linear = LinearSystem.from_equations(names, rows)
    values = dict(zip("abcd", np.array([[2.0], [3.0], [5.0], [7.0]]), strict=True))
    for backend in BACKENDS:
        x, _ = solve(linear, *entries(linear, values), backend)
        matrix = np.array([[2.0, 0, 3], [2, 5, 3], [0, 5, 7]])
        assert matrix @ x[:, 0] == pytest.approx([0, -7, 0], abs=1e-14)


def test_many_threads_share_one_system():
    linear = system("ones, driven")
    high, low = entries(linear, rates(linear, 1, 200))
    expected, _ = solve(linear, high, low, "c")
    for _ in range(5):
        tables.cache_clear()
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: solve(linear, high, low, "c")[0], range(16)))
        assert all((each == expected).all() for each in found)
