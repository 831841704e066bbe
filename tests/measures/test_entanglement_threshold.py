"""The coupling from which two groups are entangled, judged by closed forms and plain matrices."""

import pickle
from functools import cache

import mpmath
import numpy as np
import pytest
from sympy import Rational, Symbol, oo, symbols

from symsync import (
    Coupling,
    Drive,
    Exchange,
    S_minus,
    S_plus,
    System,
    entanglement_threshold,
    epsilon,
    equation,
    equatorial,
    exact_state,
    gain_and_loss,
    negativity,
    spin_pair,
    steady_series,
)
from symsync.reference import any_model

g, d, a, b, k, w = symbols("g d a b k w", positive=True)
ALL_RATES = {"A": gain_and_loss(g, d), "B": gain_and_loss(a, b)}
MIRRORED = System({"A": gain_and_loss(g, d), "B": gain_and_loss(d, g)}, [Exchange("A", "B")])
SQUEEZED = System(
    {"A": gain_and_loss(g, d), "B": gain_and_loss(g, d)},
    [Coupling(epsilon * (S_plus("A") * S_plus("B") + S_minus("A") * S_minus("B")))],
)


def threshold(system, *sites, coupling="epsilon"):
    return equation(
        "E", entanglement_threshold(exact_state(system), coupling, *sites), order="exact"
    )


@pytest.fixture(scope="module")
def pair():
    """Four free rates and a detuning."""
    return threshold(System(ALL_RATES, [Exchange("A", "B")], {"A": w}))


@pytest.mark.parametrize("backend", ["numpy", "c"])
@pytest.mark.parametrize(("system", "part"), [(MIRRORED, 1), (SQUEEZED, 2)])
def test_two_spins_half_have_a_closed_form(system, part, backend, rng):
    """Turning B over makes exchange of mirrored rates a squeezing of equal ones of strength ε/2.

    With Γ = g + d and D = ⟨n_A − n_B⟩ = (g − d)Γ/(Γ² + ε²), the coherence is c = εD/2Γ and the
    populations of both kets that it is compared with are p = (Γ − (g − d)D)/4Γ.  So |c| > p means
    ε² − 2|g − d|ε + 4gd < 0, for which the larger rate must exceed 3 + 2√2 times the smaller one.
    """
    gain = 10 ** rng.uniform(-3, 3, 50)
    loss = gain * 10 ** (rng.choice([-1, 1], 50) * rng.uniform(0, 6, 50))
    room = (gain - loss) ** 2 - 4 * gain * loss
    found = threshold(system).function(backend)(g=gain, d=loss)
    assert (np.isinf(found) == (room < 0)).all()
    assert 3 < np.isinf(found).sum() < 25
    least = 4 * gain * loss / (abs(gain - loss) + np.sqrt(np.maximum(room, 0)))
    assert found[room > 0] * part == pytest.approx(least[room > 0], rel=1e-12)


def test_a_narrow_interval_of_entanglement_is_not_overlooked():
    """Near the ratio 3 + 2√2 it is much narrower than the steps of any search."""
    formula = threshold(MIRRORED)
    loss = np.append(np.linspace(0.16, 0.17157, 200), 0.1716)
    middle = 1 - loss
    found = formula.function()(g=1, d=loss)
    assert found[-1] == np.inf
    expected = (middle - np.sqrt(np.maximum(middle**2 - 4 * loss, 0)))[:-1]
    assert found[:-1] == pytest.approx(expected, rel=1e-11)  # a root of a small difference
    assert float(formula.function("mpmath")(g=1, d=loss[-2])) == pytest.approx(found[-2], rel=1e-11)


def test_any_number_of_digits():
    """By mpmath and by evalf, and with decimal text that no double is equal to."""
    formula = threshold(MIRRORED)
    with mpmath.workdps(50):
        gain, loss = mpmath.mpf("0.1"), mpmath.mpf(3)
        exact = loss - gain - mpmath.sqrt((loss - gain) ** 2 - 4 * gain * loss)
        found = formula.function("mpmath")(g="0.1", d=3)
        assert abs(found / exact - 1) < mpmath.mpf(10) ** -49
        assert formula.rhs.subs({g: Rational(1, 10), d: 3}).evalf(45) == pytest.approx(
            exact, rel=1e-44
        )


def least_eigenvalue(system, place, **values):
    """The least eigenvalue of the partial transpose of the reference's state at one site."""
    sizes = [int(2 * spin) + 1 for spin in system.spins.values()]
    rho = any_model.steady_state(system, **values)
    tensor = rho.reshape(sizes * 2).swapaxes(place, place + len(sizes))
    return np.linalg.eigvalsh(tensor.reshape(rho.shape)).min()


LOSING = Rational(3, 100), Rational(13, 10)
TWO = {"A": gain_and_loss(g, d), "B": gain_and_loss(*LOSING)}
THREE = {"A": gain_and_loss(1, d), "B": gain_and_loss(*LOSING), "C": gain_and_loss(1, d)}
ONES = {"A": gain_and_loss(g, d, spin=1), "B": gain_and_loss(*LOSING, spin=1)}
MODELS = {
    "detuned": (System(TWO, [Exchange("A", "B")], {"A": w}), "A"),
    "driven": (System(ALL_RATES, [Exchange("A", "B"), Drive("A", w)]), "B"),
    "spins 1": (System(ONES, [Exchange("A", "B")]), "A"),
    "chain": (System(THREE, [Exchange("A", "B"), Exchange("B", "C")]), "B"),
}
RATES = {"g": 1.0, "d": 0.02, "a": 0.03, "b": 1.3, "w": 0.2}


@cache
def model(name):
    return threshold(*MODELS[name])


@pytest.mark.parametrize("name", MODELS)
def test_the_least_eigenvalue_changes_its_sign_at_the_threshold(name):
    """It has no other sign at thirty smaller couplings."""
    system, site = MODELS[name]
    run = model(name).function()
    values = {each: RATES[each] for each in run.parameters}
    found = run(**values)
    place = list(system.spins).index(site)

    def at(coupling):
        return least_eigenvalue(system, place, epsilon=coupling, **values)

    assert 0.02 < found < 0.3
    assert at(found * (1 - 1e-8)) > 1e-11
    assert at(found * (1 + 1e-8)) < -1e-11
    assert min(at(found * part) for part in np.geomspace(1e-3, 0.99, 30)) > 0


@pytest.mark.slow
def test_floats_and_mpmath_agree_at_rates_of_six_decades(rng):
    """Also where populations are so small that eigenvalues of the block itself would not do."""
    formula = model("spins 1")
    rates = {name: 10 ** rng.uniform(-3, 3, 3) for name in "gd"}
    found = formula.function()(**rates)
    exact = formula.function("mpmath")(**rates).astype(float)
    assert found == pytest.approx(exact, rel=1e-12)
    assert np.isfinite(found).any()


def test_beside_a_pure_state_the_threshold_is_zero():
    """The Letter's pair is entangled at first order; a mixed spin beside one at second, or not."""
    rates = {"gamma_g_A": 1, "gamma_d_A": 2, "gamma_g_B": 30, "gamma_d_B": 4, "Delta": 0.3}
    assert threshold(spin_pair()).function()(**rates) == 0
    mixed = System({"A": equatorial(1, 2), "B": gain_and_loss(g, 3)}, [Exchange("A", "B", k)])
    found = threshold(mixed, coupling="k").function()(g=np.array([0.1, 0.5, 1, 2]))
    second = equation("N", negativity(steady_series(mixed), order=2), order=2).function()
    assert (second(g=np.array([0.1, 0.5, 1, 2]), k=0.01) > 0).tolist() == [True, True, False, False]
    assert found.tolist() == [0, 0, np.inf, np.inf]


def test_what_is_never_entangled(pair):
    """Equal temperatures have no threshold, and a state without coherences has none to look for."""
    run = pair.function()
    assert run(g=1, d=2, a=1, b=2, w=0.3) == np.inf
    assert pair.function("mpmath")(g=1, d=2, a=1, b=2, w="0.3") == mpmath.inf
    diagonal = exact_state(System({"A": gain_and_loss(g, d), "B": gain_and_loss(a, b)}, []))
    with pytest.raises(ValueError, match="must be a parameter of the state"):
        entanglement_threshold(diagonal, "epsilon")
    assert entanglement_threshold(diagonal, "g") == oo


@pytest.mark.parametrize("name", ["detuned", pytest.param("driven", marks=pytest.mark.slow)])
def test_the_derivative_is_that_of_the_implicit_function(name):
    formula = model(name)
    run = formula.function()
    values = {each: RATES[each] for each in run.parameters}
    step = 1e-3 * values["d"]
    ends = run(**{**values, "d": values["d"] + step * np.array([-2, -1, 1, 2])})
    quotient = ends @ [1, -8, 8, -1] / (12 * step)
    assert formula.diff("d").function()(**values) == pytest.approx(quotient, rel=1e-8)


def test_the_variable_is_bound(pair):
    """It is no parameter, and a value for it changes nothing; other values reach what is inside."""
    node = pair.rhs
    assert {symbol.name for symbol in node.free_symbols} == {"g", "d", "a", "b", "w"}
    assert node.subs(epsilon, 3) == node
    assert node.diff(epsilon) == 0
    swapped = node.xreplace({g: b, b: g})
    values = {g: 1, d: Rational(1, 30), a: Rational(1, 20), b: 2, w: Rational(1, 5)}
    assert swapped.subs(values).evalf() != node.subs(values).evalf()
    turned = {**values, b: 1, g: 2}
    assert swapped.subs(values).evalf(20) == node.subs(turned).evalf(20)
    inside = node.xreplace({g: epsilon}).subs({**values, epsilon: 1})
    assert inside.evalf(20) == node.subs(values).evalf(20)
    assert pickle.loads(pickle.dumps(node)) == node


def test_it_prints_as_what_it_means(pair):
    source = pair.latex()
    assert r"\inf\left\{\varepsilon > 0 : \lambda_{\min}\left[\begin{matrix}" in source
    assert r"< 0\right\}" in source
    assert "Z &=" in source
    assert "15 linear equations" in model("driven").latex()
    assert r"< 0 \text{ or } \lambda_{\min}" in model("spins 1").latex()


def test_a_model_of_numbers_and_arrays():
    """One number, and an array of the broadcast shape whose bad points are refused or nan."""
    numbers = {"A": gain_and_loss(1, Rational(1, 50)), "B": gain_and_loss(Rational(1, 50), 1)}
    state = exact_state(System(numbers, [Exchange("A", "B")]))
    alone = equation("E", entanglement_threshold(state, epsilon), order="exact")
    expected = 0.98 - np.sqrt(0.98**2 - 0.08)
    assert alone.function()() == pytest.approx(expected, rel=1e-14)
    assert float(alone.rhs.evalf()) == pytest.approx(expected, rel=1e-14)
    run = threshold(MIRRORED).function()
    found = run(g=np.array([[1.0], [2.0]]), d=np.array([0.02, 0.04, 3.0]))
    assert found.shape == (2, 3)
    assert found[0, 0] == pytest.approx(expected, rel=1e-14)
    assert found[1, 1] == 2 * found[0, 0]
    with pytest.raises(ValueError, match="must be positive"):
        run(g=-1.0, d=1.0)


def test_what_is_refused():
    state = exact_state(MIRRORED)
    for wrong in ("k", "Epsilon", Symbol("epsilon"), 3):
        with pytest.raises(ValueError, match="`coupling` must be a parameter of the state"):
            entanglement_threshold(state, wrong)
    with pytest.raises(ValueError, match="entanglement_threshold"):
        entanglement_threshold(steady_series(MIRRORED).partial_sum(1), "epsilon")
    with pytest.raises(NotImplementedError, match="No bound of errors"):
        threshold(MIRRORED).function(error=True)
