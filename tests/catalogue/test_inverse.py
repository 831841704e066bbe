"""Inverse questions: what solves a formula, put back into the formula, gives what was asked for."""

import mpmath
import numpy as np
import pytest
from judges.by_falling_residuals import assert_falls_as
from judges.points import chosen
from sympy import Poly, cancel, diff, expand, factor, oo, pi, solve, symbols

from symsync import equations, reference
from symsync.claims.printed import d_A, d_B, g_A, g_B
from symsync.expressions.definitions import in_symbols
from symsync.symbols import Delta, epsilon

POINTS = 500
BOUND = 9 * np.pi / 128
RATES = ("gamma_g_A", "gamma_d_A", "gamma_g_B", "gamma_d_B")
GAMMA_PLUS, GAMMA_MINUS = d_A + g_B, g_A + d_B


def run(name, **values):
    function = equations[name].function()
    return function(**chosen(values, function))


def sample(rng, decades=3):
    names = (*RATES, "epsilon", "threshold")
    values = {name: 10 ** rng.uniform(-decades, decades, POINTS) for name in names}
    return values | {"Delta": 10 ** rng.uniform(-decades, decades, POINTS)}


def first_harmonic(**point):
    """x₁ of the exact numeric state."""
    rho = reference.steady_state(Delta=0.0, **point)
    return (reference.S_rel(rho, 0.0) - reference.S_rel(rho, np.pi)) / 2


# Blockade -----------------------------------------------------------------------------------------


def test_the_blockade_is_where_the_first_order_vanishes():
    """At any detuning and phase, and nowhere else; the negativity is not zero there."""
    blockaded = equations["blockade"].written_out
    assert cancel(equations["S_rel"].written_out.subs(d_B, blockaded)) == 0
    assert equations["S_rel_max"].rhs.subs(d_B, blockaded + 1) != 0
    negativity = equations["negativity"].rhs.subs(d_B, blockaded)
    assert negativity == equations["blockade_negativity"].written_out


def test_the_exact_state_at_the_blockade():
    """What is left of S_rel falls as ε², the negativity as ε."""
    point = {"gamma_g_A": 2.0, "gamma_d_A": 1.0, "gamma_g_B": 3.0, "Delta": 0.4}
    point["gamma_d_B"] = float(run("blockade", **point))
    assert point["gamma_d_B"] == 2.0

    def locking(strength):
        rho = reference.steady_state(epsilon=strength, **point)
        entangled = run("blockade_negativity", epsilon=strength, **point)
        assert abs(reference.negativity(rho) / entangled - 1) < 5 * strength
        return reference.S_rel_max(rho)

    assert_falls_as(2, locking, 2e-3, within=0.01)


@pytest.fixture(scope="module")
def coefficients():
    """x₁ of the exact resonant state times positive factors: its coefficients in ε²."""
    equation = equations["first_harmonic_exact"]
    rhs, known = in_symbols(equation.rhs)
    names = {symbol.name: symbol for symbol in known}
    d_1, d_2, d_3, total = (names[name] for name in ("D_1", "D_2", "D_3", "Z"))
    weights = {names[name]: known[names[name]] for name in ("r_1_m1", "r_m1_1")}
    above = expand(rhs.xreplace(weights) * d_1 * d_2 * d_3 * total / epsilon)
    assert not above.has(d_1, total)
    rates = {s: v for s, v in known.items() if s.name.startswith("Gamma")}
    above = above.xreplace({d_2: known[d_2], d_3: known[d_3]}).xreplace(rates)
    return [factor(value) for value in reversed(Poly(expand(above), epsilon).all_coeffs()[::2])]


def test_at_all_orders_only_identical_or_balanced_cycles_are_blockaded(coefficients):
    """The lowest and the highest coefficient vanish together there alone, and then all do.

    They are Γ₋ − Γ₊ and γ^d_A γ^g_B − γ^g_A γ^d_B up to positive factors: {γ^d_A, γ^g_B} and
    {γ^g_A, γ^d_B} have the same sum and the same product, so that they are the same two numbers.
    """
    sums, products = GAMMA_MINUS - GAMMA_PLUS, d_A * g_B - g_A * d_B
    assert len(coefficients) == 4
    for value, zero in ((coefficients[0], sums), (coefficients[3], products)):
        assert cancel(value / zero).is_positive
    found = solve([sums, products], [d_A, g_B], dict=True)
    cases = [{d_A: d_B, g_B: g_A}, {d_A: g_A, g_B: d_B}]
    assert sorted(found, key=str) == sorted(cases, key=str)
    for case in cases:
        assert all(expand(value.subs(case, simultaneous=True)) == 0 for value in coefficients)


def test_strong_coupling_reverses_what_weak_coupling_locks():
    """The residual of the limit falls as 1/ε², judged by the exact numeric state."""
    rates = {"gamma_g_A": 2.0, "gamma_d_A": 1.0, "gamma_g_B": 1.5, "gamma_d_B": 3.0}

    def residual(weakness):
        at = {"epsilon": 1 / weakness, **rates}
        return abs(first_harmonic(**at) / run("first_harmonic_strong", **at) - 1)

    assert_falls_as(2, residual, 1 / 50, within=0.05)
    assert (
        run("first_harmonic_strong", epsilon=50.0, **rates)
        < 0
        < first_harmonic(epsilon=0.1, **rates)
    )


def test_inverted_cycles_reverse_their_locking():
    """The exact numeric first harmonic changes its sign where the formula says."""
    rates = {"gamma_g_A": 5.0, "gamma_d_A": 0.7, "gamma_g_B": 0.7, "gamma_d_B": 5.0}
    reversal = run("reversal", **rates)
    assert first_harmonic(epsilon=0.999 * reversal, **rates) > 0
    assert first_harmonic(epsilon=1.001 * reversal, **rates) < 0
    function = equations["first_harmonic_exact"].function(backend="mpmath")
    with mpmath.workdps(50):
        exact = equations["reversal"].function(backend="mpmath")
        root = exact(gamma_g_A=5, gamma_d_A="0.7")
        value = function(epsilon=root, gamma_g_A=5, gamma_d_A="0.7", gamma_g_B="0.7", gamma_d_B=5)
        assert abs(value) < mpmath.mpf(10) ** -48


# Locking and entanglement -----------------------------------------------------------------------


def test_locking_per_negativity_is_the_ratio(rng):
    values = sample(rng)
    ours = run("locking_per_negativity", **values)
    assert np.allclose(ours, run("S_rel_max", **values) / run("negativity", **values), rtol=1e-14)
    assert (ours < BOUND).all()


def test_the_bound_is_approached_and_not_attained(rng):
    """With Γ₋ = (1 + x)Γ₊ on resonance the ratio is (9π/128)x/(2 + x), which only ever grows."""
    x, rate = symbols("x rate", positive=True)
    ratio = equations["locking_per_negativity"].rhs
    special = ratio.subs({g_A: (1 + x) * rate - d_B, d_A: rate - g_B})
    resonant = cancel(special.subs(Delta, 0))
    assert cancel(resonant - 9 * pi / 128 * x / (2 + x)) == 0
    assert resonant.limit(x, oo) == 9 * pi / 128
    assert cancel(diff(resonant, x) - 9 * pi / 64 / (2 + x) ** 2) == 0
    values = sample(rng)
    detuned = run("locking_per_negativity", **{**values, "Delta": 2 * values["Delta"]})
    assert (detuned <= run("locking_per_negativity", **values)).all()


def test_rates_of_locking_lock_and_entangle_as_asked(rng):
    """Round trip through Eqs. (6) and (8), for locking in phase and in antiphase."""
    entanglement = 10 ** rng.uniform(-3, -1, POINTS)
    locking = BOUND * entanglement * rng.uniform(-0.95, 0.95, POINTS)
    strength = 10 ** rng.uniform(-3, 3, POINTS)
    plus, minus = run(
        "rates_of_locking", epsilon=strength, S_rel_zero=locking, entanglement=entanglement
    ).T
    share = rng.uniform(0.1, 0.9, (2, POINTS))
    rates = dict(zip(RATES, (share[0] * minus, share[1] * plus, (1 - share[1]) * plus,
                             (1 - share[0]) * minus), strict=True))  # fmt: skip
    point = {"epsilon": strength, "phi": 0.0, **rates}
    assert np.allclose(run("S_rel_resonant", **point), locking, rtol=1e-10, atol=0)
    assert np.allclose(run("negativity_resonant", **point), entanglement, rtol=1e-13)


# The tongue -------------------------------------------------------------------------------------


def test_the_coupling_on_the_boundary_gives_the_threshold(rng):
    values = sample(rng)
    values["epsilon"] = run("tongue_coupling", **values)
    assert np.allclose(run("S_rel_max", **values), values["threshold"], rtol=1e-14)


def test_the_detuning_on_the_boundary_gives_the_threshold(rng):
    """Where the resonant maximum reaches the threshold; elsewhere there is no boundary."""
    values = sample(rng)
    top = run("S_rel_max", **{**values, "Delta": 0.0})
    values["threshold"] = top * 10 ** rng.uniform(-6, 1, POINTS)
    values["Delta"] = run("tongue_detuning", **values)
    exists = values["threshold"] < top
    assert 0 < exists.sum() < POINTS
    assert np.array_equal(np.isfinite(values["Delta"]), exists)
    inside = {name: value[exists] for name, value in values.items()}
    assert np.allclose(run("S_rel_max", **inside), inside["threshold"], rtol=1e-14)


def test_the_boundary_keeps_its_digits(rng):
    """Relative errors of |Δ| at 50 digits, next to the tip weighed by how fast it moves there."""
    values = sample(rng, 6)
    top = run("S_rel_max", **{**values, "Delta": 0.0})
    values["threshold"] = top * 10 ** rng.uniform(-12, -0.001, POINTS)
    ours = run("tongue_detuning", **values)
    precise = equations["tongue_detuning"].function(backend="mpmath")
    del values["Delta"]
    with mpmath.workdps(50):
        for k in range(0, POINTS, 10):
            exact = precise(**{name: float(value[k]) for name, value in values.items()})
            margin = top[k] / values["threshold"][k] - 1
            assert abs(ours[k] / exact - 1) < 1e-13 * (1 + 1 / margin)


def test_the_exact_maximum_on_the_boundary_is_nearly_the_threshold():
    """The relative residual falls in proportion to the threshold, that is with ε."""
    rates = {"gamma_g_A": 4.0, "gamma_d_A": 1.0, "gamma_g_B": 0.5, "gamma_d_B": 2.0}

    def residual(threshold):
        strength = float(run("tongue_coupling", threshold=threshold, Delta=0.8, **rates))
        detuning = run("tongue_detuning", threshold=threshold, epsilon=strength, **rates)
        assert detuning == pytest.approx(0.8, rel=1e-13)
        rho = reference.steady_state(epsilon=strength, Delta=0.8, **rates)
        return abs(reference.S_rel_max(rho) / threshold - 1)

    assert_falls_as(1, residual, 2e-5, within=0.05)
