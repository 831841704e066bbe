"""Exact zeros, poles, ties and ranges of sixty decades, alike in every backend."""

import mpmath
import numpy as np
import pytest
import sympy
from judges import by_ball_arithmetic as judge

import symsync
from symsync.expressions.spectral import WavePhase

NAMES = ("epsilon", "Delta", "gamma_g_A", "gamma_d_A", "gamma_g_B", "gamma_d_B")
BACKENDS = ["numpy", "c", "numba", "mpmath"]


def test_the_mutual_information_of_a_nearly_empty_level_is_finite():
    """Case 5: rounding made a population negative, and its logarithm nan."""
    point = dict(zip(NAMES, (0.1987761075691881, 1.076954962313502, 0.1181831435117729,
                             199507412.73982817, 2.3412086391581778e-07, 6.526765323886543e-08),
                     strict=True))  # fmt: skip
    for backend in BACKENDS:
        found = symsync.equations["mutual_information_exact"].function(backend)(**point)
        assert float(found) == pytest.approx(2.3368398466169385e-06, rel=1e-12)


@pytest.mark.parametrize("decades", [12, 30])
def test_the_mutual_information_is_right_over_many_decades(decades):
    """10⁵ draws are finite and not negative; 100 of them are judged by ball arithmetic."""
    rng = np.random.default_rng(decades)
    values = {name: 10.0 ** rng.uniform(-decades, decades, 100_000) for name in NAMES}
    values["Delta"] *= rng.choice([-1, 1], 100_000)
    found = symsync.equations["mutual_information_exact"].function()(**values)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    bits, judge.BITS = judge.BITS, 3000
    try:
        for k in range(100):
            exact = judge.measures({name: float(values[name][k]) for name in NAMES})
            wanted = float(exact["mutual_information"].mid())
            assert found[k] == pytest.approx(wanted, rel=1e-12, abs=1e-300)
    finally:
        judge.BITS = bits


@pytest.mark.parametrize(
    "name", ["state_exact", "S_rel_max_exact", "negativity_exact", "purity_exact"]
)
def test_exact_measures_are_finite_over_sixty_decades(name):
    rng = np.random.default_rng(30)
    values = {parameter: 10.0 ** rng.uniform(-30, 30, 20_000) for parameter in NAMES}
    assert np.isfinite(symsync.equations[name].function()(**values)).all()


@pytest.mark.parametrize("backend", BACKENDS)
def test_of_two_equal_maxima_the_one_next_to_zero_is_taken(backend):
    """Case 7: identical spins lock as cos 2φ, with two equal maxima."""
    same = dict.fromkeys(NAMES[2:], 0.7) | {"epsilon": 0.1, "Delta": 0.5}
    phase = symsync.equations["locking_phase_exact"].function(backend)(**same)
    assert float(phase) == pytest.approx(-0.9569101336078001, abs=1e-13)


@pytest.mark.parametrize(
    ("waves", "wanted"),
    [
        ((0, 0, 1, 0), 0), ((0, 0, -1, 0), np.pi / 2), ((1, 0, -1, 0), np.arccos(1 / 4)),
        ((-1, 0, -1, 0), np.pi - np.arccos(1 / 4)), ((0, 1, -1, 0), None),
        ((0, 0, 0, 0), np.nan), ((2, 1, 0, 0), -np.arctan2(1, 2)),
    ],
)  # fmt: skip
def test_ties_are_decided_alike(waves, wanted):
    """Next to zero, and of two equally near the positive one; without waves there is none."""
    names = sympy.symbols("x_1 y_1 x_2 y_2", real=True)
    phase = symsync.equation("phase", WavePhase(*names), parameters=list(names))
    values = dict(zip(("x_1", "y_1", "x_2", "y_2"), map(float, waves), strict=True))
    found = [float(phase.function(backend)(**values)) for backend in BACKENDS]
    assert np.allclose(found, found[0], atol=1e-13, equal_nan=True)
    if wanted is not None:
        assert np.allclose(found[0], wanted, atol=1e-13, equal_nan=True)


def test_what_is_zero_is_zero_at_any_precision():
    """Case 11: the third order of identical spins cancels exactly."""
    point = {"phi": 0, "epsilon": 0.1, "Delta": 0.5} | dict.fromkeys(NAMES[2:], 1)
    with mpmath.workdps(20):
        assert symsync.equations["S_rel_third"].function("mpmath")(**point) == 0


def test_a_pole_is_nan_in_mpmath():
    """Case 11."""
    rates = {"gamma_g_A": 1, "gamma_d_A": 2, "gamma_g_B": 3, "gamma_d_B": 4}
    strong = symsync.equations["first_harmonic_strong"].function("mpmath")
    assert mpmath.isnan(strong(epsilon=0, **rates))


def test_without_coupling_all_measures_vanish_in_every_backend():
    point = {"epsilon": 0.0, "Delta": 0.4, "gamma_g_A": 2.0, "gamma_d_A": 1.0, "gamma_g_B": 1.5,
             "gamma_d_B": 3.0}  # fmt: skip
    for name in ("S_rel_max_exact", "negativity_exact", "mutual_information_exact"):
        assert [float(symsync.equations[name].function(b)(**point)) for b in BACKENDS] == [0] * 4


@pytest.mark.parametrize("backend", BACKENDS)
def test_angles_on_the_axes_are_exact(backend):
    """The angle of (x, y) on each half axis, and none at the origin."""
    y, x = sympy.symbols("y x", real=True)
    angle = symsync.equation("angle", sympy.atan2(y, x)).function(backend)
    points = {(0, 1): 0, (0, -1): np.pi, (1, 0): np.pi / 2, (-1, 0): -np.pi / 2, (0, 0): np.nan}
    for (up, right), wanted in points.items():
        found = float(angle(x=float(right), y=float(up)))
        assert found == pytest.approx(wanted, abs=1e-15, nan_ok=True)


def test_a_phase_errs_by_the_shorter_way_around():
    """First order at π − δ and the exact phase at −π + δ′ differ by less than a radian."""
    point = {"gamma_g_A": 1.0, "gamma_d_A": 100.0, "gamma_g_B": 100.0, "gamma_d_B": 1.0,
             "epsilon": 5.0, "Delta": 0.01}  # fmt: skip
    budget = symsync.validity("locking_phase")
    first = budget.first.function(extra="ignore")
    phases = [
        (float(first(**{**point, "Delta": sign * 1e-3})),
         float(budget.exact.function()(**{**point, "Delta": -sign * 1e-3})))
        for sign in (1, -1)
    ]  # fmt: skip
    assert all(abs(a - b) > np.pi for a, b in phases)  # they lie on both sides of ±π
    assert budget.error(**point) < 0.1
    direct = abs(float(first(**point)) - float(budget.exact.function()(**point)))
    assert budget.error(**point) == pytest.approx(min(direct, 2 * np.pi - direct), abs=1e-12)
