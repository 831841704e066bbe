"""The functions of JAX have the values of NumPy and the derivatives of the adjoint."""

import pickle

import jax
import numpy as np
import pytest
from judges.every_domain import require_checks_of_domains
from sympy import Abs, Max, Min, Tuple, atan2, erf, exp, sqrt, symbols, tanh

from symsync import S_rel_maximum, equation, equations, exact_state, negativity
from symsync.claims.model_table import model
from symsync.expressions.linear_evolution import Evolved, LinearEvolution
from symsync.expressions.spectral import CoherenceEntropy, NegativePart, TimesLog, WavePhase
from tests.evaluate.test_gradients import REAL, drawn

QUICK = ["mu_plus_t", "schmidt_coefficients"]
"""With divided differences, and with components; the rest is the same operations."""

COMPILED = [*QUICK, "hamiltonian", "state"]
"""What is compiled as a whole: these, and matrices, whose shapes nothing else has."""

DIGITS = 1e-9
"""Of a derivative, relative to itself or to value : parameter, if that is larger."""


@pytest.fixture(autouse=True)
def double():
    """Double precision, and compilers that do not take their time."""
    for name in ("jax_enable_x64", "jax_disable_most_optimizations"):
        jax.config.update(name, True)
    yield
    for name in ("jax_enable_x64", "jax_disable_most_optimizations"):
        jax.config.update(name, False)


def assert_same(own, values, compiled=True):
    """Values to 1e-12, and derivatives, are those of NumPy; compiled, or step by step."""
    function = own.function("jax")
    value, gradient = own.gradient()(**values)
    weights = np.exp(1j * np.arange(value.size).reshape(value.shape))  # tells components apart

    def total(arguments):
        found = function(**arguments)
        return (weights * found).sum().real, found

    both = jax.grad(total, has_aux=True)
    slopes, found = (jax.jit(both) if compiled else both)(values)
    np.testing.assert_allclose(found, value, rtol=1e-12, atol=1e-300)
    names = list(function.parameters)
    sizes = abs(value)[..., None] / [abs(values[name]) or 1 for name in names]
    sizes = np.maximum(abs(gradient), sizes)
    expected = (weights[..., None] * gradient).real
    axes = tuple(range(value.ndim))
    for name, slope, size in zip(names, expected.sum(axes), sizes.sum(axes), strict=True):
        assert abs(slopes[name] - slope) <= DIGITS * size, name


@pytest.mark.parametrize(
    "name",
    [
        n if n in QUICK else pytest.param(n, marks=pytest.mark.slow)
        for n in REAL
        if n != "populations_exact"
    ],  # which state_exact holds
)
def test_the_catalogue(name):
    """Values to 1e-12 and derivatives to 1e-9, of what is real at the point.

    Step by step each operation is compiled once, for all formulas.
    """
    values = {key: float(column[0]) for key, column in drawn(name, 1, 3).items()}
    if name == "tongue_detuning":
        values |= {"epsilon": 1.0, "threshold": 1e-3}  # where it is real
    assert_same(equations[name], values, compiled=name in COMPILED)


def test_a_model_of_ones_own_by_elimination():
    """jit, vmap and grad go through one batched solution, and through waves and a block."""
    state = exact_state(model("chain of halves, XXZ"))
    own = equation("f", S_rel_maximum(state, "A", "C") + negativity(state, "A"))
    point = {"J": 2.3, "eta": 6.6, "gamma_d_A": 0.15, "gamma_d_B": 4.5, "gamma_d_C": 10.0,
             "gamma_g_A": 4.8, "gamma_g_B": 0.11, "gamma_g_C": 0.17}  # fmt: skip
    values = {name: number * np.array([1, 1.1]) for name, number in point.items()}
    values["J"] = np.full(2, 2.3)
    value, gradient = own.gradient()(**values)
    assert (value > 0.1).all()  # with a negative level in a block
    function = own.function("jax")
    both = jax.jit(jax.vmap(jax.value_and_grad(lambda arguments: function(**arguments))))
    found, slopes = both(values)
    np.testing.assert_allclose(found, value, rtol=1e-12)
    for k, name in enumerate(function.parameters):
        np.testing.assert_allclose(slopes[name], gradient[:, k], rtol=DIGITS)


x, y, z = symbols("x y z", real=True)

KINKS = Tuple(
    Abs(x - y) + Max(x, y) + Min(y, x * y) + sqrt(x**2 + (y - 1) ** 2),
    atan2(y, x) * exp(x) + erf(z) * tanh(x) + (2 + z**2) ** 0.3,
    NegativePart(x, y, z, x * y) + TimesLog(x - y, 1 + y),
    NegativePart(x, -y, z, x, y, x * z, 1, y, z),
    CoherenceEntropy(3 + x**2, 4 + z**2, 5, x * y, z, 0, y, x, 0),
    WavePhase(x, y, z, x * y, 2 * z, 1),
)


def test_kinks_have_the_side_of_the_adjoint():
    """At equal values, zeros and degenerate levels nothing is nan, and the sides agree."""
    own = equation("f", KINKS, parameters=[x, y, z])
    assert_same(own, {"x": 1.0, "y": 1.0, "z": 0.3})


@pytest.mark.slow
def test_second_derivatives():
    """Derivatives are differentiated again: the phase of two waves, whose slope holds itself."""
    own = equation("f", WavePhase(x, y, z, x * y), parameters=[x, y, z])
    point = {"x": 1.0, "y": 0.7, "z": 0.4}
    function = own.function("jax")
    found = jax.jit(jax.hessian(lambda arguments: function(**arguments)))(point)
    h = 1e-5
    for name in point:
        above, below = (own.gradient()(**point | {name: point[name] + s})[1] for s in (h, -h))
        for k, other in enumerate(point):
            assert found[name][other] == pytest.approx((above - below)[k] / (2 * h), rel=1e-7)


def test_compiled_phases_keep_their_digits():
    """What is lost by rounding is known also where a compiler fuses products and sums."""
    jax.config.update("jax_disable_most_optimizations", False)
    own = equations["mu_plus_t"]
    values = {"Delta": 12345.678901234, "t": 1234.5678901234, "gamma_d_A": 1e-4, "gamma_g_B": 2e-4}
    function, expected = own.function("jax"), complex(own.function()(**values))
    assert abs(complex(jax.jit(function)(**values)) / expected - 1) < 1e-12


def test_shapes_and_complex_parameters():
    """Arguments broadcast, components follow, and complex parameters have two parts."""
    own = equations["S_rel_functional"]
    values = {p.name: np.full((2, 1), 0.5) for p in own.parameters if p.is_extended_real}
    values |= {p.name: np.array([1, 2j, 3]) for p in own.parameters if not p.is_extended_real}
    found = jax.jit(own.function("jax"))(**values)
    np.testing.assert_allclose(found, own.function()(**values), rtol=1e-15)
    assert found.shape == (2, 3)
    single = np.float32(0.5), jax.numpy.float32(0.5)
    pair = equation("f", Tuple(x, 1, x**2)).function("jax")
    for half in single:
        assert pair(x=half).dtype == np.float64
    assert jax.jit(pair)(x=single[1]).dtype == np.float64
    assert pair(x=np.zeros((0, 2))).shape == (0, 2, 3)


def test_outside_of_the_domain():
    """An error as elsewhere; what is traced is nan, and so is its derivative."""
    own = equations["negativity"]
    function = own.function("jax")
    values = dict.fromkeys(function.parameters, 1.0)
    with pytest.raises(ValueError, match="`gamma_g_A` must be positive"):
        function(**values | {"gamma_g_A": -1.0})
    with pytest.raises(ValueError, match="`gamma_g_A` must be positive and finite, but is nan"):
        function(**values | {"gamma_g_A": np.nan})
    both = jax.value_and_grad(lambda g: function(**values | {"gamma_g_A": g}))
    value, slope = jax.jit(both)(-1.0)
    assert np.isnan(value)
    assert np.isnan(slope)
    tolerant = own.function("jax", invalid="nan", extra="ignore")
    with pytest.warns(RuntimeWarning, match="at 1 points"):
        found = tolerant(**values | {"epsilon": np.array([1.0, -1.0])}, other=3)
    assert np.isnan(found).tolist() == [False, True]


def test_numbers_that_are_known_in_a_function_that_jax_traces():
    """They are no tracers, but what is computed of them is."""
    own = equations["negativity"]
    function = own.function("jax")
    values = dict.fromkeys(function.parameters, 1.0)
    found = jax.jit(lambda scale: scale * function(**values))(2.0)
    assert float(found) == 2 * own.function()(**values)


def test_an_evaluator_like_others():
    """Names are checked, `out` is not there, and it travels."""
    own = equations["negativity"]
    function = pickle.loads(pickle.dumps(own.function("jax")))
    assert "out" not in function.__doc__
    assert "Returns" in function.__doc__
    assert "lambda" in function.source
    values = dict.fromkeys(function.parameters, 1.0)
    assert float(function(**values)) == own.function()(**values)
    with pytest.raises(TypeError, match=r"no argument `epsilom`.*epsilon"):
        function(epsilom=1.0)
    with pytest.raises(TypeError, match="`out` must be left out"):
        function(**values, out=np.empty(()))
    with pytest.raises(TypeError, match="`epsilon` must be non-negative numbers"):
        function(**values | {"epsilon": "1"})
    with pytest.raises(TypeError, match="`epsilon` must be real, but JAX traces a complex128"):
        jax.jit(function)(**values | {"epsilon": 1j})
    with pytest.raises(TypeError, match="backend='jax'"):
        jax.jit(own.function())(**values)
    pandas = pytest.importorskip("pandas")
    with pytest.raises(TypeError, match="must be arrays"):
        function(**values | {"epsilon": pandas.Series([1.0])})
    for refused in (lambda: own.gradient(backend="jax"), lambda: own.function("jax", error=True)):
        with pytest.raises(ValueError, match=r"(?i)jax"):
            refused()


def test_what_jax_cannot_trace_is_named():
    """An evolution without closed form has no trace here."""
    system = LinearEvolution.from_equations(z, [{1: x}, {0: -x}], {0: y})
    own = equation("f", Evolved(system, 0, z, x, y))
    with pytest.raises(NotImplementedError, match="cannot trace Evolved, which f holds"):
        own.function("jax")


def test_single_precision_is_refused():
    """Nothing is computed with half of the digits."""
    function = equations["negativity"].function("jax")
    jax.config.update("jax_enable_x64", False)
    for call in (lambda: function(epsilon=1.0), lambda: equations["reversal"].function("jax")):
        with pytest.raises(RuntimeError, match=r"jax\.config\.update\('jax_enable_x64', True\)"):
            call()


def test_each_domain_that_sympy_knows_is_checked():
    require_checks_of_domains("jax")
