"""Evaluators keep their contract."""

import inspect
import pickle
from concurrent.futures import ThreadPoolExecutor

import mpmath
import numpy as np
import pytest
from judges.forked import in_a_fork
from judges.points import chosen
from sympy import I, Rational, Symbol, Tuple, cos, gamma, pi, sqrt, symbols

import symsync
from symsync import equations
from symsync.claims.printed import d_A, d_B, g_A, g_B
from symsync.evaluate import Formula, MpmathEvaluator, evaluator
from symsync.evaluate.backends.numpy_backend import BLOCK

SCALAR = ["S_rel", "S_rel_t", "S_rel_rate", "S_rel_max", "locking_phase", "negativity"]
COMPLEX = ["mu_plus", "mu_minus", "mu_plus_t", "mu_minus_t"]


def test_a_parameter_named_as_a_constant_is_itself():
    """Also for mpmath, whose code would take π for it, or cos for a function."""
    named = [Symbol(name, positive=True) for name in ("pi", "cos", "mpf", "e")]
    formula = symsync.equation("f", sum(named) * pi * cos(named[0]))
    values = dict(zip(("pi", "cos", "mpf", "e"), (1.3, 0.7, 2.0, 1.0), strict=True))
    expected = 5 * np.pi * np.cos(1.3)
    for backend in ("numpy", "mpmath"):
        assert float(formula.function(backend)(**values)) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("backend", ["numpy", "mpmath"])
@pytest.mark.parametrize("name", [*SCALAR, *COMPLEX])
def test_scalars_give_scalars(name, backend, generic):
    """Both backends agree with SymPy's own evaluation."""
    equation = equations[name]
    function = equation.function(backend)
    value = function(**chosen(generic, function))
    assert np.shape(value) == ()
    at = {symbol: generic[symbol.name] for symbol in equation.parameters}
    expected = complex(equation.explicit.subs(at).doit().evalf(20))
    assert abs(complex(value) - expected) < 1e-14 * abs(expected)


@pytest.mark.parametrize("backend", ["numpy", "mpmath"])
def test_arrays_broadcast(backend, generic):
    function = equations["S_rel_max"].function(backend)
    values = chosen(generic, function)
    values |= {"epsilon": [[0.1], [0.2], [0.3]], "Delta": [0, 1], "gamma_g_A": np.ones((4, 1, 1))}
    result = function(**values)
    assert result.shape == (4, 3, 2)
    one = function(**{**values, "epsilon": 0.2, "Delta": 1, "gamma_g_A": 1})
    assert abs(float(result[2, 1, 1] - one)) < 1e-16


def identical():
    """S_rel of identical spins, which vanishes."""
    return equations["S_rel"].subs({g_B: g_A, d_B: d_A})


@pytest.mark.parametrize("backend", ["numpy", "mpmath"])
def test_a_vanishing_formula_keeps_the_shape(backend):
    equation = identical()
    assert equation.rhs == 0
    values = dict.fromkeys(equation.function().parameters, 0.5)
    result = equation.function(backend)(**{**values, "phi": np.zeros((2, 1)), "Delta": [1, 2, 3]})
    assert result.shape == (2, 3)
    assert (result == 0).all()


def test_a_constant_needs_no_arguments():
    assert equations["coefficient"].function()() == 9 * np.pi / 128
    with mpmath.workdps(40):
        value = equations["coefficient"].function("mpmath")()
        assert mpmath.almosteq(value, 9 * mpmath.pi / 128, rel_eps=mpmath.mpf(10) ** -39)


@pytest.mark.parametrize("name", SCALAR)
def test_real_formulas_are_real(name, generic):
    function = equations[name].function()
    assert function(**chosen(generic, function)).dtype == np.float64
    assert "1j" not in function.source


@pytest.mark.parametrize(
    ("name", "shape"),
    [("schmidt_coefficients", (3,)), ("state", (9,)), ("hamiltonian", (9, 9)),
     ("coherence_equations", (2,)),
     pytest.param("master_equation", (81, 81), marks=pytest.mark.slow)],
)  # fmt: skip
def test_components_come_last(name, shape, generic):
    function = equations[name].function()
    values = chosen({**generic, "mu_plus": 1 + 2j, "mu_minus": -1j}, function)
    many = {key: np.full((2, 5), value) for key, value in values.items()}
    result = function(**many)
    assert result.shape == (2, 5, *shape)
    assert np.array_equal(result[1, 3], function(**values))


def test_large_arrays_are_worked_through_in_blocks(rng):
    """Every block is right: random points of every block against the same points alone."""
    function = equations["S_rel_t"].function()
    size = 3 * BLOCK + 17
    values = {name: 10 ** rng.uniform(-2, 2, size) for name in function.parameters}
    result = function(**values)
    some = np.r_[0, rng.integers(0, size, 200), size - 1]
    alone = function(**{name: value[some] for name, value in values.items()})
    assert np.allclose(result[some], alone, rtol=1e-14, atol=0)


def test_a_large_grid_is_cut_along_its_axes(rng):
    function = equations["S_rel_max"].function()
    values = dict.fromkeys(function.parameters, 1.5)
    values |= {
        "epsilon": rng.uniform(1, 2, (7, 1, 1)),
        "Delta": rng.uniform(1, 2, (1, 300, 1)),
        "gamma_g_A": rng.uniform(1, 2, 401),
    }
    result = function(**values)
    assert result.shape == (7, 300, 401)
    full = {name: np.broadcast_to(value, result.shape).ravel() for name, value in values.items()}
    assert np.allclose(result.ravel(), function(**full), rtol=1e-14, atol=0)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("name", ["S_rel_max", "mu_plus"])
def test_memory_layout_does_not_matter(name, order, rng):
    function = equations[name].function()
    values = {key: 10 ** rng.uniform(-1, 1, (40, 60)) for key in function.parameters}
    expected = function(**values)
    odd = {key: np.asarray(value, order=order)[::-1, ::3] for key, value in values.items()}
    assert np.array_equal(function(**odd), expected[::-1, ::3])


def test_empty_arrays_give_empty_arrays(generic):
    function = equations["S_rel_max"].function()
    result = function(**{**chosen(generic, function), "epsilon": np.empty((0, 3))})
    assert result.shape == (0, 3)


def test_out_receives_the_result(generic):
    """Also where it is an argument at the same time, and where it is a strided view."""
    function = equations["S_rel"].function()
    phases = np.linspace(0, 6, 50)
    values = {**chosen(generic, function), "phi": phases}
    expected = function(**values)
    wide = np.zeros((50, 2))
    assert function(**values, out=wide[:, 1]) is not None
    assert np.array_equal(wide[:, 1], expected)
    assert not wide[:, 0].any()
    assert function(**values, out=phases) is phases
    assert np.array_equal(phases, expected)


@pytest.mark.parametrize("out", [np.empty(3), np.empty(4, np.float32), [0, 0, 0, 0]])
def test_out_must_fit(out, generic):
    function = equations["S_rel"].function()
    values = {**chosen(generic, function), "phi": np.zeros(4)}
    with pytest.raises(ValueError, match=r"`out` must be a writeable array of shape \(4,\)"):
        function(**values, out=out)


@pytest.mark.parametrize("backend", ["numpy", "mpmath"])
@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"gamma_g_A": -1.0}, ValueError, "`gamma_g_A` must be positive and finite, but is -1.0"),
        ({"gamma_g_A": 0.0}, ValueError, "`gamma_g_A` must be positive and finite, but is 0.0"),
        ({"gamma_d_B": np.nan}, ValueError, "`gamma_d_B` must be positive and finite, but is nan"),
        ({"gamma_d_B": np.inf}, ValueError, "`gamma_d_B` must be positive and finite, but is inf"),
        ({"epsilon": -0.1}, ValueError, "`epsilon` must be non-negative and finite"),
        ({"Delta": np.nan}, ValueError, "`Delta` must be real and finite, but is nan"),
        ({"Delta": "fast"}, TypeError, "`Delta` must be real numbers, but is"),
        ({"Delta": 1j}, TypeError, "`Delta` must be real numbers, but is"),
        ({"Delta": None}, TypeError, "`Delta` must be real numbers, but is"),
        ({"phi": [1, 2], "Delta": [1, 2, 3]}, ValueError, r"do not broadcast: phi \(2,\), Delta"),
        ({"gama_d_B": 1.0}, TypeError, "no argument `gama_d_B`.* Did you mean 'gamma_d_B'"),
    ],
)
def test_bad_input_is_named(backend, change, error, message, generic):
    function = equations["S_rel"].function(backend)
    with pytest.raises(error, match=message):
        function(**{**chosen(generic, function), **change})


@pytest.mark.parametrize("backend", ["numpy", "mpmath"])
def test_an_infinite_rate_is_the_limit_where_there_is_one(backend):
    """As γ^d_B → ∞ the coherence μ₋ is lost; N is half of what two coherences make."""
    function = equations["negativity_resonant"].function(backend)
    rates = dict.fromkeys(function.parameters, 1.0)
    assert function(**{**rates, "gamma_d_B": np.inf}) == function(**rates) / 2


@pytest.mark.parametrize("backend", ["numpy", "mpmath"])
def test_nan_is_refused_even_where_nothing_depends_on_it(backend):
    equation = identical()
    values = dict.fromkeys(equation.function().parameters, 0.5)
    for name in values:
        with pytest.raises(ValueError, match=f"`{name}` must be .* but is nan"):
            equation.function(backend)(**{**values, name: np.nan})


def test_one_bad_value_among_many_is_found(generic):
    function = equations["S_rel_max"].function()
    rates = np.ones(3 * BLOCK)
    rates[-5] = -7.0
    with pytest.raises(ValueError, match=r"`gamma_g_A` must be positive and finite, but is -7\.0"):
        function(**{**chosen(generic, function), "gamma_g_A": rates})


def test_missing_and_positional_arguments_are_named(generic):
    function = equations["S_rel"].function()
    values = chosen(generic, function)
    with pytest.raises(TypeError, match="S_rel takes named arguments only: write"):
        function(0.1, **values)
    del values["phi"]
    with pytest.raises(TypeError, match="`phi` is missing; S_rel takes phi, epsilon"):
        function(**values)


def test_unknown_backends_and_functions_are_named():
    with pytest.raises(
        ValueError, match="`backend` must be one of numpy, numba, c, mpmath, jax, but is 'fort"
    ):
        equations["S_rel"].function("fortran")
    x = Symbol("x", positive=True)
    with pytest.raises(NotImplementedError, match="of arrays knows the function gamma"):
        evaluator(Formula("f", gamma(x), (x,), "f"))


def test_mpmath_reaches_the_working_precision(generic):
    """At 50 digits the value of Eq. (6) agrees with the Letter's form to 49."""
    function = equations["S_rel_resonant"].function("mpmath")
    with mpmath.workdps(50):
        values = {name: mpmath.mpf(str(value)) for name, value in generic.items()}
        value = function(**chosen(values, function))
        plus, minus = (values["gamma_d_A"] + values["gamma_g_B"],
                       values["gamma_g_A"] + values["gamma_d_B"])  # fmt: skip
        expected = 9 * mpmath.pi / 128 * values["epsilon"] * (2 / plus - 2 / minus)
        assert mpmath.almosteq(value, expected * mpmath.cos(values["phi"]), rel_eps=1e-49)


def test_decimal_text_keeps_its_digits_in_mpmath():
    function = equations["mu_plus"].function("mpmath")
    with mpmath.workdps(30):
        value = function(Delta=0, gamma_d_A="0.1", gamma_g_B="0.1")
        assert value == mpmath.mpc(10)


@pytest.mark.parametrize("backend", ["numpy", "mpmath"])
def test_functions_can_be_pickled(backend, generic):
    function = equations["S_rel_t"].function(backend)
    again = pickle.loads(pickle.dumps(function))
    values = chosen(generic, function)
    assert again(**values) == function(**values)


def test_functions_document_themselves():
    function = equations["S_rel"].function()
    assert function.__doc__.startswith("S_rel ≈ ")
    for text in ("gamma_g_A : scalar or array, positive", "(unit: 1/time)", "relative phase"):
        assert text in function.__doc__
    assert list(inspect.signature(function).parameters) == [*function.parameters, "out"]
    assert "np.divide" in function.source
    assert "def _lambdifygenerated" in equations["S_rel"].function("mpmath").source
    assert repr(function).startswith("<NumpyEvaluator S_rel(phi, epsilon")


def test_long_formulas_do_not_document_themselves():
    """Printing them would take longer than to make the function, and nobody reads them."""
    x = Symbol("x", real=True)
    function = symsync.equation("f", sum(x**k for k in range(200))).function()
    assert function.__doc__.splitlines()[0] == "f = parameter f (derived)."


def test_several_threads_may_share_a_function(rng):
    function = equations["S_rel_max"].function()
    inputs = [{n: 10 ** rng.uniform(-1, 1, 5000) for n in function.parameters} for _ in range(16)]
    with ThreadPoolExecutor(8) as pool:
        parallel = list(pool.map(lambda values: function(**values), inputs))
    for values, result in zip(inputs, parallel, strict=True):
        assert np.array_equal(function(**values), result)


@pytest.mark.parametrize("name", ["S_rel_max", "mu_plus", "schmidt_coefficients"])
def test_xarray_passes_through(name, generic):
    xarray = pytest.importorskip("xarray")
    function = equations[name].function()
    values = chosen(generic, function)
    values["Delta"] = xarray.DataArray(np.linspace(-1, 1, 5), dims="Delta")
    values["gamma_d_A"] = xarray.DataArray([0.5, 1.0], dims="rate")
    result = function(**values)
    assert result.dims[:2] == ("Delta", "rate")
    plain = {**values, "Delta": np.linspace(-1, 1, 5)[:, None], "gamma_d_A": np.array([0.5, 1.0])}
    assert np.array_equal(result.values, function(**plain))


@pytest.mark.parametrize("name", ["S_rel_max", "mu_plus", "schmidt_coefficients"])
def test_dask_passes_through_lazily(name, generic):
    dask_array = pytest.importorskip("dask.array")
    function = equations[name].function()
    values = chosen(generic, function)
    detuning = np.linspace(-1, 1, 40)
    lazy = function(**{**values, "Delta": dask_array.from_array(detuning, chunks=7)})
    assert isinstance(lazy, dask_array.Array)
    assert np.array_equal(lazy.compute(), function(**{**values, "Delta": detuning}))


def test_symbols_that_are_no_code_cannot_enter():
    """Generated names come from identifiers; anything else is refused before it is compiled."""
    bad = Symbol("x); import os  #", positive=True)
    with pytest.raises(ValueError, match="must be a Python identifier"):
        evaluator(Formula("f", bad**2, (bad,), "f"))


def test_own_formulas_are_evaluated_alike():
    """Any expression in the known functions: sums, powers, roots, moduli, tuples."""
    x, y = symbols("x y", positive=True)
    function = evaluator(Formula("own", Tuple(x**3 / y**2, (x - y) ** 2, x**-4), (x, y), "own"))
    assert np.allclose(function(x=2.0, y=3.0), [8 / 9, 1, 1 / 16], rtol=1e-15)
    assert isinstance(evaluator(Formula("own", x, (x,), "own"), "mpmath"), MpmathEvaluator)


@pytest.mark.parametrize("backend", ["numpy", "mpmath"])
def test_spins_that_do_not_lock_have_no_locking_phase(backend, generic):
    """Identical cycles: S_rel vanishes at first order, and its maximum is nowhere."""
    function = equations["locking_phase"].function(backend)
    values = chosen(generic, function)
    values |= {"gamma_g_B": values["gamma_g_A"], "gamma_d_B": values["gamma_d_A"]}
    for detuning in (-1.2, 0.0, 3.0):
        assert np.isnan(float(function(**{**values, "Delta": detuning})))


@pytest.mark.parametrize("name", ["hamiltonian", "mu_plus"])
@pytest.mark.parametrize("backend", ["numpy", "mpmath"])
def test_out_may_have_any_layout(name, backend, generic):
    function = equations[name].function(backend)
    values = {**chosen(generic, function)}
    first = next(iter(values))
    values[first] = np.linspace(0.1, 1, 5)
    expected = function(**values)
    dtype = object if backend == "mpmath" else complex
    out = np.empty(expected.shape, dtype, order="F")
    assert function(**values, out=out) is out
    assert (out == expected).all()


def test_a_resonant_transient_is_evaluated(generic):
    """Three real nodes: S_rel(t) at Δ = 0, also with φ fixed, against the general function."""
    equation = equations["S_rel_t"]
    delta = next(symbol for symbol in equation.parameters if symbol.name == "Delta")
    resonant = equation.subs({delta: 0}).function()
    value = resonant(**chosen(generic, resonant))
    general = equation.function()
    assert value == pytest.approx(general(**{**chosen(generic, general), "Delta": 0.0}), rel=1e-14)


@pytest.mark.filterwarnings("ignore:os.fork")  # by JAX, where another test has run it
def test_a_forked_process_makes_its_own_threads(rng):
    """After many blocks in the parent, a forked child evaluates many blocks as well."""
    function = equations["S_rel_max"].function()
    values = dict.fromkeys(function.parameters, 1.5) | {"Delta": rng.uniform(0, 1, 3 * BLOCK)}
    expected = float(function(**values).sum())
    assert in_a_fork(lambda: float(function(**values).sum())) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [("x + 1", "must be a SymPy expression"), (0.5, "must be exact, but is 0.5"),
     (Symbol("z"), "not declared real"), (-1, "must be positive, but is -1"),
     (Symbol("z", real=True), "cannot tell that z is. Declare its symbols, such as Symbol"),
     (d_A - g_A, "and give a difference a symbol of its own")],
)  # fmt: skip
def test_substitutions_are_checked(value, message):
    with pytest.raises(ValueError, match=message):
        equations["S_rel"].subs({g_A: value})
    with pytest.raises(ValueError, match="no parameter 'omega'"):
        equations["S_rel"].subs({"omega": 0})


def test_names_stand_for_parameters():
    assert equations["S_rel"].subs({"Delta": 0}).rhs == equations["S_rel_resonant"].rhs


def test_what_a_formula_does_not_depend_on_is_left_out():
    """Not taken for a misspelling: μ₊ has no γ^g_A."""
    with pytest.raises(TypeError, match="does not depend on it; leave it out"):
        equations["mu_plus"].function()(gamma_g_A=1.0, gamma_d_A=1.0, gamma_g_B=1.0, Delta=0.0)


def test_own_formulas_become_equations():
    own = symsync.equation("tongue", equations["S_rel_max"].rhs / 2)
    assert own.parameters == tuple(sorted(equations["S_rel_max"].parameters, key=str))
    assert own.latex().startswith(r"\mathrm{tongue} = ")  # nothing is claimed that was not said
    truncated = symsync.equation("tongue", own.rhs, order=1)
    assert truncated.latex().startswith(r"\mathrm{tongue} \approx ")
    values = dict.fromkeys(own.function().parameters, 1.5) | {"gamma_d_A": 1.0}
    assert own.function()(**values) == equations["S_rel_max"].function()(**values) / 2


@pytest.mark.parametrize("backend", ["numpy", "mpmath"])
def test_numbers_of_sympy_are_numbers(backend):
    """Each with as many digits as the backend has; symbols and imaginary numbers are refused."""
    x, z = Symbol("x", real=True), Symbol("z")
    function = symsync.equation("f", x * z).function(backend)
    with mpmath.workdps(50):
        found = function(x=[pi / 200, Rational(1, 3)], z=1 - I * sqrt(2))
        for value, number in zip(found, (mpmath.pi / 200, mpmath.mpf(1) / 3), strict=True):
            expected = number * mpmath.mpc(1, -mpmath.sqrt(2))
            assert abs(value / expected - 1) < (1e-15 if backend == "numpy" else 1e-49)
    for wrong in (Symbol("y"), 2 * I, [1, Symbol("y")], None):
        with pytest.raises(TypeError, match="`x` must be real numbers"):
            function(x=wrong, z=1)


def test_masked_arrays_are_refused(generic):
    function = equations["S_rel_max"].function()
    masked = np.ma.masked_array([1.0, -1.0], mask=[False, True])
    with pytest.raises(TypeError, match="without a mask"):
        function(**{**chosen(generic, function), "gamma_g_A": masked})


def test_dask_chunks_are_unified(generic):
    dask_array = pytest.importorskip("dask.array")
    function = equations["S_rel_max"].function()
    values = chosen(generic, function)
    x, y = np.linspace(1, 2, 12), np.linspace(3, 4, 12)
    lazy = {"gamma_g_A": dask_array.from_array(x, 4), "gamma_d_A": dask_array.from_array(y, 3)}
    expected = function(**{**values, "gamma_g_A": x, "gamma_d_A": y})
    assert np.array_equal(function(**{**values, **lazy}).compute(), expected)


def test_the_catalogue_can_be_pickled():
    again = pickle.loads(pickle.dumps(equations))
    assert list(again) == list(equations)
    series = pickle.loads(pickle.dumps(symsync.steady_series(symsync.spin_pair())))
    assert dict(series[1]) == dict(symsync.steady_series(symsync.spin_pair())[1])


def test_constants_are_not_taken_for_values():
    """2·d and c·d differ, though c is the input number 2."""
    a, b, c, d = symbols("a b c d", positive=True)
    function = evaluator(Formula("f", 2 * d + c * d + a + b, (a, b, c, d), "f"))
    assert function(a=1.0, b=1.0, c=5.0, d=3.0) == 23.0


@pytest.mark.parametrize("backend", ["numpy", "mpmath"])
def test_nothing_has_happened_at_t_0(generic, backend):
    function = equations["S_rel_t"].function(backend)
    assert function(**chosen(generic | {"t": 0}, function)) == 0
