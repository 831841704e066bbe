"""Where a measure reaches a level: put back into the formula, and judged by dense states."""

import pickle
from functools import cache

import mpmath
import numpy as np
import pytest
import qutip
from judges import by_qutip
from judges.by_any_model import crest
from judges.three_models import MODELS, a, b
from sympy import Float, Matrix, Max, Rational, Symbol, atan2, cos, exp, log, sin, sqrt, symbols

from symsync import (
    S_rel_maximum,
    boundary,
    epsilon,
    equation,
    equations,
    exact_state,
    mutual_information,
    negativity,
    phi,
    purity,
    relative_phase_harmonics,
    steady_series,
)
from symsync.evaluate.backends.crossings import first_change
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.crossings import Crossing, FirstNegative
from symsync.expressions.levels import FirstPassage
from symsync.reference import any_model

s, x = symbols("s x", positive=True)
y = Symbol("y", real=True)
RATES = {"gamma_g_A": 2.0, "gamma_d_A": 1.0, "gamma_g_B": 1.5, "gamma_d_B": 3.0}
NUMBERS = {"g": 5.0, "d": 1.0, "a": 3.0, "b": 4.0, "f": 0.02, "Delta": 0.3}


@cache
def state(model):
    return exact_state(MODELS[model])


def given(model):
    names = {symbol.name for symbol in MODELS[model].parameters} - {"k"}
    return {name: NUMBERS[name] for name in names}


def dense(model, coupling):
    sizes = [int(2 * spin) + 1 for spin in MODELS[model].spins.values()]
    rho = any_model.steady_state(MODELS[model], **given(model), k=coupling)
    return qutip.Qobj(rho, dims=[sizes, sizes])


def locked(rho):
    last = len(rho.dims[0]) - 1
    return crest(lambda angle: by_qutip.relative_phase(rho, 0, last, angle))[0]


def entangled(rho):
    return qutip.negativity(rho, 0, method="eigenvalues")


def in_phase(rho):
    """The cosine part of the first harmonic of S_rel, from sixteen phases."""
    angles = 2 * np.pi * np.arange(16) / 16
    return np.mean(by_qutip.relative_phase(rho, 0, 1, angles) * np.cos(angles)) * 2


# Closed forms -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "variable"),
    [("S_rel_max", "epsilon"), ("negativity", "epsilon"), ("negativity_second", "epsilon"),
     ("negativity_resonant", "gamma_d_A"), ("S_rel_max", "Delta")],
)  # fmt: skip
def test_a_closed_form_put_back_gives_the_level(name, variable):
    """With the parameters of the formula, its order, and those of the level."""
    formula = equations[name]
    sign = -1 if name == "negativity_second" else 1  # which is negative
    edge = boundary(formula, variable, sign * s)
    assert not edge.rhs.has(FirstPassage)
    assert edge.order == formula.order
    assert set(edge.parameters) == (set(formula.parameters) | {s}) - {
        symbol for symbol in formula.parameters if symbol.name == variable
    }
    there = {"epsilon": 0.05, "Delta": 0.3, **RATES}
    run = formula.function(extra="ignore")
    level = float(np.abs(run(**there))) * 0.9
    found = edge.function(extra="ignore")(s=level, **there)
    assert found > 0
    assert run(**{**there, variable: found}) == pytest.approx(sign * level, rel=1e-12)


def test_the_levels_of_a_user():
    """A number, a symbol and an expression; a parameter by its name or as a symbol."""
    formula = equations["S_rel_max"]
    run = formula.function()
    for level, more in ((Rational(1, 1000), {}), (s, {"s": 1e-3}), (s / a, {"s": 2e-3, "a": 2.0})):
        for variable in ("epsilon", epsilon):
            found = boundary(formula, variable, level).function()(Delta=0.3, **more, **RATES)
            assert run(epsilon=found, Delta=0.3, **RATES) == pytest.approx(1e-3, rel=1e-13)


def test_the_catalogue_asks_the_same():
    """Its threshold, its blockade and its reversal are boundaries."""
    threshold = equations["tongue_coupling"].parameters[-1]
    edge = boundary(equations["S_rel_max"], "epsilon", threshold)
    assert edge.rhs == equations["tongue_coupling"].rhs
    harmonic = equations["first_harmonic_exact"]
    g_A, d_A, g_B, d_B = (symbol for symbol in harmonic.parameters if symbol != epsilon)
    inverted = harmonic.written_out.subs({d_B: g_A, g_B: d_A}, simultaneous=True)
    assert boundary(inverted, epsilon, 0).rhs == equations["reversal"].rhs


# Roots --------------------------------------------------------------------------------------------

MEASURES = {
    "locked": (lambda rho, *sites: S_rel_maximum(rho, *sites), locked, 0.004),
    "entangled": (lambda rho, *_: negativity(rho, "A"), entangled, 0.01),
    "pure": (lambda rho, *_: purity(rho), lambda rho: rho.purity(), 0.9),
}
SLOW = pytest.mark.slow


@cache
def edge(model, name):
    sites = ("A", "C") if model == "chain" else ()
    return boundary(MEASURES[name][0](state(model), *sites), "k", s)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("1 and 3/2", "locked"),
        ("driven", "entangled"),
        *(
            pytest.param(model, name, marks=SLOW)
            for model, name in [
                ("1 and 3/2", "entangled"), ("1 and 3/2", "pure"), ("driven", "locked"),
                ("driven", "pure"), ("chain", "locked"), ("chain", "entangled"),
                ("chain", "pure"),
            ]
        ),
    ],
)  # fmt: skip
def test_a_dense_state_has_the_level_there_and_not_before(model, name):
    """A formula that is wrong by a factor reaches it elsewhere."""
    _, judge, level = MEASURES[name]
    found = edge(model, name).function()(s=level, **given(model))
    at = judge(dense(model, found))
    assert at == pytest.approx(level, abs=1e-10)
    side = np.sign(judge(dense(model, 1e-4)) - level)
    for part in np.geomspace(0.99, 1e-2, 1 if model == "chain" else 5):
        assert np.sign(judge(dense(model, found * part)) - level) == side
    if model == "1 and 3/2":
        twice = boundary(2 * MEASURES[name][0](state(model)), "k", s).function()
        wrong = judge(dense(model, twice(s=level, **given(model))))
        assert abs(wrong / level - 1) > 0.1


@pytest.mark.parametrize("model", ["1 and 3/2", pytest.param("driven", marks=SLOW)])
def test_a_harmonic_of_a_model_of_ones_own_is_reversed(model):
    """Level 0, at which the formula begins: the cosine part of the dense state changes its sign."""
    harmonic = real_imag(relative_phase_harmonics(state(model))[1])[0]
    found = boundary(harmonic, "k", 0).function()(**given(model))
    before, after = (in_phase(dense(model, found * part)) for part in (1 - 1e-7, 1 + 1e-7))
    assert before > 1e-13
    assert after < -1e-13
    assert all(in_phase(dense(model, found * part)) > 0 for part in np.geomspace(1e-2, 0.99, 5))


@pytest.mark.parametrize("backend", ["c", pytest.param("numba", marks=SLOW)])
def test_every_backend_finds_the_same(backend):
    run, other = (edge("1 and 3/2", "locked").function(each) for each in ("numpy", backend))
    values = {**given("1 and 3/2"), "s": np.array([1e-6, 1e-3, 8e-3, 0.5])}
    assert other(**values) == pytest.approx(run(**values), rel=1e-13)
    assert run(**values)[-1] == np.inf


@pytest.mark.parametrize("digits", [20, pytest.param(50, marks=SLOW)])
def test_mpmath_finds_any_number_of_digits(digits):
    """Put back into the formula; and the same as in double precision."""
    harmonic = equations["first_harmonic_exact"]
    with mpmath.workdps(digits):
        there = {"gamma_g_A": 5, "gamma_d_A": 1, "gamma_g_B": 2, "gamma_d_B": 7}
        found = boundary(harmonic, "epsilon", 0).function("mpmath")(**there)
        assert abs(harmonic.function("mpmath")(epsilon=found, **there)) < mpmath.mpf(10) ** (
            2 - digits
        )
    assert float(found) == pytest.approx(
        boundary(harmonic, "epsilon", 0).function()(**there), rel=1e-14
    )


@pytest.mark.parametrize("name", ["s", pytest.param("g", marks=SLOW)])
def test_the_derivative_is_that_of_the_implicit_function(name):
    formula = edge("1 and 3/2", "locked")
    run, values = formula.function(), {**given("1 and 3/2"), "s": 4e-3}
    step = 1e-3 * values[name]
    ends = run(**{**values, name: values[name] + step * np.array([-2, -1, 1, 2])})
    quotient = ends @ [1, -8, 8, -1] / (12 * step)
    assert formula.diff(name).function()(**values) == pytest.approx(quotient, rel=1e-7)


# Functions whose roots are known ------------------------------------------------------------------


def root(value, level, **values):
    return boundary(value, "x", level).function(extra="ignore")(**values)


def test_the_first_of_several_is_found():
    """From below and from above, next to a maximum, and where the formula is nearly level."""
    peaked = x * exp(-a * x)
    heights = np.exp(-1) * np.array([0.1, 0.9, 1 - 1e-6, 1 + 1e-6])
    found = root(peaked, s, a=1.0, s=heights)
    expected = [float(-mpmath.lambertw(-height)) for height in heights[:3]]
    assert found[:3] == pytest.approx(expected, rel=1e-9)  # half of the digits at a maximum
    assert found[3] == np.inf
    assert root(exp(-a * x), s, a=2.0, s=0.3) == pytest.approx(np.log(1 / 0.3) / 2, rel=1e-14)
    waves = sin(x) ** 2 * exp(-a * x)
    expected = mpmath.findroot(lambda x: mpmath.sin(x) ** 2 * mpmath.exp(-x / 100) - 0.5, 0.8)
    assert root(waves, s, a=0.01, s=0.5) == pytest.approx(float(expected), rel=1e-13)


def test_a_narrow_dip_is_not_overlooked():
    """|x − y| reaches a level of a thousandth of y on both sides of y, far within two steps."""
    for part in (1.05, 1.15, 1.3):  # of the step from a to 1.33 a
        centre = part * 3.0
        found = root(abs(x - part * a) * exp(-x / 10**6), s, a=3.0, s=centre / 1000)
        assert found == pytest.approx(centre * (1 - 1e-3), rel=1e-5)


@pytest.mark.parametrize("backend", ["numpy", "c", "mpmath"])
def test_two_roots_in_one_step_before_a_third_are_not_passed_over(backend):
    """Of the values 10^(k/8) that are looked at, none is between the first two roots of each."""
    cubic = (x - Rational(17, 5)) * (x - 4) * (x - 5)
    five = (x - a) * (x - 4) * (x - 5) * (x - Rational(28, 5)) * (x - 9) * (1 + a * x)
    assert boundary(cubic, "x", 0).function(backend)() == pytest.approx(3.4, rel=1e-14)
    found = boundary(five, "x", 0).function(backend)
    assert float(found(a=3.4)) == pytest.approx(3.4, rel=1e-14)  # a dip hides it
    found = boundary((x - a) * (x - 4) * (x - 5) * (1 + a * x), "x", 0).function(backend)
    assert float(found(a=3.2)) == pytest.approx(3.2, rel=1e-14)  # where a value is looked at


@pytest.mark.parametrize("backend", ["numpy", "mpmath"])
def test_what_is_positive_at_one_value_alone_was_positive(backend):
    """Zero below 0.98 a, and negative from 1.05 a on."""
    brief = Max(x - 49 * a / 50, 0) * (21 * a / 20 - x) / a**2
    found = equation("f", FirstNegative(Crossing(x, [brief], [brief]))).function(backend)(a=2.0)
    assert float(found) == pytest.approx(2.1, rel=1e-15)


def test_zero_is_no_positive_root():
    """(x − 1)² a = ¼ has the roots 0 and 2 at a = ¼."""
    assert root((x - 1) ** 2 * a, Rational(1, 4), a=np.array([0.25, 1.0])) == pytest.approx(
        [2, 0.5], rel=1e-15
    )
    with pytest.warns(RuntimeWarning, match="or a root lies below the twelve decades"):
        assert np.isnan(root(log(x) * a, -50, a=1.0))  # at 1.9e-22


def test_a_formula_without_a_value_at_first_has_no_first_root():
    """√(x − a) − s begins at a, and has its root before the next value that is looked at."""
    run = boundary(sqrt(x - a) * exp(x / 10**6), "x", s).function()
    with pytest.warns(RuntimeWarning, match="are not known to double precision"):
        assert np.isnan(run(a=1.0, s=0.01))
    late = boundary(sqrt(x - a) * exp(x / 10**6), "x", s).function("mpmath")
    assert mpmath.isnan(late(a=1, s="0.01"))


def test_the_sign_at_first_is_that_of_the_least_value_with_one():
    """Several values are looked at in one call, and some of them may have no sign yet."""

    def margin(points, at):
        rows = np.where(at < 1e-4, 0.0, np.where(at < 2e-3, -1 + at / 1e-3, 1.0))
        return rows[None] + 0.0 * points

    assert first_change(margin, np.array([1.0, 1.0]), 1.0) == pytest.approx(1e-3, rel=1e-12)


def test_an_unknown_alone_passes_zero():
    """One part of a coherence of the driven pair: it is as large as the populations allow."""
    element = real_imag(state("driven")[(0, -1), (1, -1)])[0]
    found = boundary(element, "k", 0).function()(**given("driven"))
    row, column = 5, 2  # the places of |0,−1⟩ and |1,−1⟩
    before, after = (dense("driven", found * part).full()[row, column].real
                     for part in (1 - 1e-6, 1 + 1e-6))  # fmt: skip
    assert before * after < 0


def test_what_jumps_is_no_root():
    """An angle at ±π, a pole and a step: nan, with one sentence, and with any backend."""
    for value, level in ((atan2(x - a, -1), Rational(1, 2)), (exp(-x) / (x - a), Rational(1, 99))):
        run = boundary(value, "x", level).function()
        with pytest.warns(RuntimeWarning, match="beside a root are not known"):
            assert np.isnan(run(a=2.0))
        assert mpmath.isnan(boundary(value, "x", level).function("mpmath")(a=2))


def test_it_scales_with_the_formula_and_not_with_the_level():
    """A level of another unit, and a formula without any other parameter."""
    for factor in (1e-9, 1.0, 1e9):
        assert root(1 - exp(-x / a), s, a=factor, s=1e-6) == pytest.approx(1e-6 * factor, rel=1e-6)
    assert root(x * exp(x), s, s=2e-12) == pytest.approx(2e-12, rel=1e-9)
    with pytest.warns(RuntimeWarning, match="are not known to double precision"):
        assert np.isnan(root(x * exp(x), s, s=1e-13))  # below all that is looked at
    assert mpmath.isnan(boundary(x * exp(x), "x", s).function("mpmath")(s=1e-13))
    assert root(x * exp(x), Rational(1, 10**9)) == pytest.approx(1e-9, rel=1e-8)


def test_a_node_prints_and_travels():
    """The variable is bound; the node can be stored, and values reach what is inside."""
    node = boundary(x * exp(a * x), "x", s).rhs
    assert node.free_symbols == {a, s}
    assert str(node) == "min{x > 0: x*exp(a*x) = s}"
    assert boundary(x * exp(a * x), "x", s).latex() == (
        r"x = \min\left\{x > 0 : x e^{a x} = s\right\}"
    )
    assert pickle.loads(pickle.dumps(node)) == node
    assert node.subs(a, b).subs({b: 2, s: 3}).evalf(20) == node.subs({a: 2, s: 3}).evalf(20)
    assert r"\text{where}" in edge("1 and 3/2", "locked").latex()


def test_a_bound_variable_has_another_letter_than_a_symbol_of_the_formula():
    """After y → x, in a formula that holds it as well, and within another node."""
    node = boundary(a * x * exp(-x), "x", Rational(1, 10))
    inner = r"\min\left\{x' > 0 : %s x' e^{- x'} = \frac{1}{10}\right\}"
    renamed = node.subs({"a": x})
    assert renamed.latex() == f"x = {inner % 'x'}"
    assert str(renamed.rhs) == "min{x' > 0: x*x'*exp(-x') = 1/10}" in repr(renamed)
    assert equation("f", x * node.rhs + x).latex() == f"f = x {inner % 'a'} + x"
    assert "x' > 0" in repr(equation("f", x * node.rhs + x))
    within = equation("f", node.rhs.xreplace({a: node.rhs * x})).latex()
    assert within.count("x' > 0") == 2
    assert node.latex().count("'") == 0


# What is refused ----------------------------------------------------------------------------------

MU = equations["mu_plus"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((MU, "epsilon", s), ValueError, "`formula` must be real, but is complex"),
        ((equations["state"], "epsilon", s), ValueError, "`formula` must be one formula"),
        ((Matrix([[1]]), "epsilon", s), ValueError, "has several parts"),
        ((Symbol("q") * x, "x", s), ValueError, "holds q, which is not declared real"),
        ((3, "epsilon", s), TypeError, "`formula` must be an Equation or an expression"),
        ((equations["S_rel_max"], "epsilom", s), ValueError, "Did you mean 'epsilon'"),
        ((equations["S_rel_max"], 3, s), ValueError, "`variable` must be a parameter"),
        ((equations["S_rel_max"], "epsilon", 0.1), ValueError, "must be exact, but is 0.1"),
        ((equations["S_rel_max"], "epsilon", Float(0.1)), ValueError, "must be exact"),
        ((equations["S_rel_max"], "epsilon", "0.1"), ValueError, "must be a SymPy expression"),
        ((equations["S_rel_max"], "epsilon", epsilon), ValueError, "must not hold the parameter"),
        ((equations["S_rel_max"], "epsilon", 0), ValueError, "passes at a positive epsilon"),
        ((equations["negativity_exact"], "epsilon", 0), ValueError, "passes at a positive"),
        ((equations["negativity_exact"], "epsilon", -s), ValueError, "passes at a positive"),
        ((1 + x, "x", Rational(1, 2)), ValueError, "Choose another level"),
        ((a * cos(phi) + sin(phi), "phi", s), NotImplementedError, "the angle phi"),
    ],
)
def test_what_cannot_be_said_gets_one_sentence(arguments, error, message):
    with pytest.raises(error, match=message):
        boundary(*arguments)


def test_leading_terms_with_a_logarithm_have_roots():
    """ε² ln ε is no power: the leading mutual information of two spins reaches a level."""
    leading = mutual_information(steady_series(MODELS["1 and 3/2"]), order=2)
    found = boundary(leading, "k", s).function()(s=1e-3, **given("1 and 3/2"))
    there = equation("I", leading).function()(k=found, **given("1 and 3/2"))
    assert there == pytest.approx(1e-3, rel=1e-12)


def test_bad_points_are_refused_as_everywhere():
    run = boundary(x * exp(a * x), "x", s).function()
    with pytest.raises(ValueError, match="`a` must be positive"):
        run(a=-1.0, s=1.0)
    real = boundary(x * exp(y * x), "x", s).function()
    assert real(y=-1.0, s=1.0) == np.inf
    assert real(y=np.array([-0.1, 0.0]), s=1.0) == pytest.approx([1.1183255915896297, 1.0])
