"""Values and gradients in one call, judged by central differences in mpmath."""

import pickle
import time

import mpmath
import numpy as np
import pytest
from sympy import (
    Abs,
    I,
    Max,
    Min,
    Ne,
    Piecewise,
    Symbol,
    Tuple,
    atan2,
    cos,
    erf,
    exp,
    log,
    re,
    sin,
    sqrt,
    symbols,
    tanh,
)

from symsync import (
    S_rel_maximum,
    equation,
    equations,
    exact_state,
    mutual_information,
    negativity,
    purity,
)
from symsync.claims.model_table import model
from symsync.evaluate.program import components_of
from symsync.expressions.divided_differences import DividedDifference
from symsync.expressions.mpmath_functions import mpmath_functions
from symsync.expressions.spectral import CoherenceEntropy, NegativePart, WavePhase
from tests.judges.points import GENERIC

STEP = 12
"""Digits of the relative step h of a central difference: of 45 digits, its error h² leaves 24."""

TINY = float(np.finfo(float).tiny)
"""Numbers below it have fewer digits."""

DIGITS = 1e-10
"""What is asked of a derivative along a direction, relative to its shares or to the value."""

REAL = [
    name
    for name in equations
    if name not in ("S_rel_functional", "coherence_equations", "master_equation", "coefficient",
                    "individual_phases_exact")
]  # fmt: skip
"""All but those of complex parameters, an operator of 6561 entries, and two numbers."""

LONG = {"state_exact", "populations_exact", "S_rel_max_exact", "locking_phase_exact", "S_rel_third"}
"""What mpmath computes in a second for a point, and only the slow test does."""


def drawn(name, decades, count):
    """Log-uniform parameters of an equation, of either sign if any."""
    rng = np.random.default_rng([*name.encode()])
    values = {}
    for symbol in equations[name].parameters:
        size = 10 ** rng.uniform(-decades, decades, count)
        values[symbol.name] = size if symbol.is_nonnegative else size * rng.choice([-1, 1], count)
    if "entanglement" in values:
        values["S_rel_zero"] = values["entanglement"] * rng.uniform(-0.06, 0.06, count)
    return values


def assert_right(equation_, values, places, backend="numpy"):
    """Along a direction at each of these places the gradient is the central difference."""
    value, gradient = equation_.gradient(backend=backend)(**values)
    precise = equation_.function(backend="mpmath")
    rng, step, compared = np.random.default_rng(1), mpmath.mpf(10) ** -STEP, 0
    for k in places:
        point = {name: mpmath.mpf(float(column[k])) for name, column in values.items()}
        direction = {name: float(abs(x) or 1) * rng.uniform(0.5, 1) for name, x in point.items()}
        with mpmath.workdps(45):
            centre, above, below = (
                np.array(precise(**{n: x + s * direction[n] for n, x in point.items()}),
                         dtype=object).reshape(-1)
                for s in (0, step, -step)
            )  # fmt: skip
            true = (above - below) / (2 * step)
        if not all(map(mpmath.isfinite, centre)):
            continue
        slopes = np.asarray(gradient[k], complex).reshape(centre.size, -1)
        found = np.asarray(value[k], complex).reshape(-1)
        np.testing.assert_allclose(found, centre.astype(complex), 1e-10)
        shares = slopes * [*direction.values()]
        for share, expected, v in zip(shares, true, centre, strict=True):
            size = max(abs(share).sum(), float(abs(v)), TINY)
            assert abs(share.sum() - complex(expected)) <= DIGITS * size, point
            compared += 1
    return compared


@pytest.mark.parametrize("name", [name for name in REAL if name not in LONG])
def test_gradients_of_the_catalogue(name):
    """All derivatives of each equation of the catalogue are right to 1e-10."""
    compared = assert_right(equations[name], drawn(name, 1, 2), range(1))
    assert compared or name == "tongue_detuning"  # which is real in few places


@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_gradients_at_200_points(name):
    """So are they at 200 points within 10^±2 of the unit, along a direction of its own at each."""
    values = drawn(name, 2, 200)
    precise = equations[name].function("mpmath")
    functions = mpmath_functions(precise.symbols, components_of(precise.formula.rhs)[0])
    found = equations[name].gradient()(**values)[1].reshape(200, len(functions), -1)
    points = np.stack([values[parameter] for parameter in precise.parameters], axis=-1)
    directions = points * np.random.default_rng(1).uniform(0.5, 1, points.shape)
    step, compared = mpmath.mpf(10) ** -STEP, 0
    for point, direction, slopes in zip(points, directions, found, strict=True):
        with mpmath.workdps(60):
            sides = [[mpmath.mpf(x) + s * d for x, d in zip(point, direction, strict=True)]
                     for s in (step, -step)]  # fmt: skip
            for function, slope in zip(functions, slopes, strict=True):
                above, below = (function(*side) for side in sides)
                true = (above - below) / (2 * step)
                if mpmath.im(above) != 0 and not precise.is_complex:
                    continue  # where the formula is not real
                size = max(float(abs(above)), abs(slope * direction).sum(), TINY)
                assert abs(complex(true) - slope @ direction) <= DIGITS * size, dict(
                    zip(precise.parameters, point, strict=True)
                )
                compared += 1
    assert compared >= len(functions)


@pytest.mark.parametrize("name", ["S_rel_t", "S_rel_max", "mu_plus_t"])
def test_mpmath_has_gradients_of_its_own(name):
    """Backend "mpmath" derives the formula instead, and agrees with central differences."""
    assert_right(equations[name], drawn(name, 0.5, 1), [0], "mpmath")


@pytest.mark.parametrize("backend", ["c", pytest.param("numba", marks=pytest.mark.slow)])
def test_compiled_gradients(backend):
    """Compiled gradients are those of NumPy: of waves, and of differences of two and of four nodes.

    At some points two or all of the four are near, at some they are far.
    """
    pytest.importorskip("numba")
    t, x, y, z = symbols("t x y z", positive=True)
    nodes = (0, -x - I * y, -z + I * y, -x - z)
    both = re(DividedDifference(t, *nodes[:2])) + re(DividedDifference(t, *nodes))
    near = np.array([1e-3, 0.1, 1.0, 10.0])
    points = {name: scale * near for name, scale in zip("xyz", (1, 3, 20), strict=True)}
    for own, values in (
        (equations["S_rel_max"], drawn("S_rel_max", 1, 5)),
        (equation("f", both, parameters=[t, x, y, z]), points | {"t": 1.3}),
    ):
        found = own.gradient(backend=backend)(**values)
        for numpy, other in zip(own.gradient()(**values), found, strict=True):
            np.testing.assert_allclose(other, numpy, rtol=1e-13, atol=1e-15 * abs(numpy).max())


EQUAL = dict.fromkeys(("gamma_g_A", "gamma_d_A", "gamma_g_B", "gamma_d_B"), 1.0)


@pytest.mark.parametrize("name", ["locking_phase_exact", "mutual_information_exact",
                                  "negativity_exact"])  # fmt: skip
@pytest.mark.parametrize(("Delta", "rates"), [(0.0, {}), (0.5, EQUAL)])
def test_symmetric_points_are_no_kinks(name, Delta, rates):
    """Where a step turns by equal angles to either side, a smooth function keeps its derivative."""
    if name == "locking_phase_exact" and rates:
        return  # the first harmonic vanishes, and two maxima are equally high
    own = equations[name]
    point = {s.name: GENERIC[s.name] for s in own.parameters} | {"Delta": Delta} | rates
    assert assert_right(own, {k: np.array([v]) for k, v in point.items()}, [0]) == 1


ELIMINATIONS = {
    "halves, driven": lambda state: purity(state),
    "chain of halves, XXZ": lambda state: Tuple(
        negativity(state, "A"), mutual_information(state, "A"), S_rel_maximum(state, "A", "C")
    ),
    "ones, driven": lambda state: S_rel_maximum(state, "A", "B"),
}
"""Measures of states by elimination: one without parts after it, blocks, and three harmonics."""


@pytest.mark.parametrize("backend", ["numpy", pytest.param("c", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ELIMINATIONS)
def test_gradients_of_eliminations(name, backend):
    """One solution with the transposed matrix has the derivatives by all parameters to 1e-10."""
    own = equation("f", ELIMINATIONS[name](exact_state(model(name))))
    rng = np.random.default_rng(5)
    values = {p.name: 10 ** rng.uniform(-1, 1, 2) for p in own.parameters}
    if name.startswith("chain"):  # a point with negative levels
        values |= {"J": np.array([2.3, 1.0]), "eta": np.array([6.6, 2.0]),
                   "gamma_d_A": np.array([0.15, 2.0])}  # fmt: skip
    assert assert_right(own, values, range(1), backend)


def test_the_gradient_of_many_unknowns_is_derived_in_a_second():
    """Of three spins 1 with seven parameters: one more elimination, and not one for each name."""
    negativities = equation("N", negativity(exact_state(model("chain of ones")), "A"))
    start = time.process_time()
    gradient = negativities.gradient()
    assert time.process_time() - start < 8  # 14 s before, 1 s now
    value, slopes = gradient(**dict.fromkeys(gradient.parameters, 1.0))
    assert slopes @ np.ones(7) == pytest.approx(0, abs=1e-12 * value)  # no unit of time


x, y, z = symbols("x y z", real=True)


@pytest.mark.parametrize(
    "formula",
    [
        exp(x * y) * sin(z - x) + cos(x * z) / (1 + x**2),
        log(1 + x**2) ** y + atan2(y, x) + (2 + z**2) ** 0.3,
        Max(x, y, z) + Min(x * y, z) + Abs(x - y) + erf(z) * tanh(x),
        sqrt(x**2 + y**2) + sqrt(1 + z**2) ** 3,
        Tuple(x * y, y / z),
        Tuple(x, y**2, x * z, exp(z)),
        Tuple(x + Symbol("i") * 0, x * y),
        NegativePart(x, y, z, x * y),
        NegativePart(x, y, z, x, y, x * z, 1, y, z),
        CoherenceEntropy(3 + x**2, 4 + z**2, 5, x * y, z, 0, y, x, 0),
        WavePhase(x, y, z, x * y, 2 * z, 1),
    ],
)
def test_functions_of_ones_own(formula):
    """All elementary functions have derivatives, and so have functions of blocks and waves."""
    rng = np.random.default_rng(7)
    own = equation("f", formula, parameters=[x, y, z])
    values = {name: rng.uniform(-1, 1, 3) for name in "xyz"}
    assert assert_right(own, values, range(3))


def test_what_every_case_needs_is_not_chosen_again():
    """Each choice takes the time of three steps, and a common part may have a thousand."""
    x, y = symbols("x y", positive=True)
    common = sum((x + k * y) ** 2 / (k + x) for k in range(1, 9))
    own = equation("f", Piecewise((sqrt(common), x > y), (common**3, True)))
    operations = [step.operation for step in own.gradient()._joined._program.steps]
    assert operations.count("divide") > 8
    assert operations.count("choose") < 8


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_cases_that_do_not_apply_add_nothing(backend):
    """They may have no value, as √x has none at −3, or a slope that is infinite or no number."""
    x, y = symbols("x y", real=True)
    root = Piecewise((sqrt(x) * y, x > 0), (y * x**2, True))
    wave = Piecewise((sin(x) / x, Ne(x, 0)), (1, True))
    power = Piecewise((y**x * log(y), y > 0), (x + y, True))
    values = {"x": np.array([-3.0, 4.0, 0.0]), "y": np.array([2.0, 2.0, -1.0])}

    def slopes(formula):
        own = equation("f", formula).gradient(backend=backend, extra="ignore")
        return own(**values)[1]

    np.testing.assert_allclose(slopes(root), [[-12, 9], [0.5, 2], [0, 0]], rtol=1e-15)
    slope = (values["x"] * np.cos(values["x"]) - np.sin(values["x"]))[:2] / values["x"][:2] ** 2
    np.testing.assert_allclose(slopes(wave)[:, 0], [*slope, 0], rtol=1e-14)
    np.testing.assert_array_equal(slopes(power)[2], [1, 1])


def test_shapes_and_the_order_of_names():
    """The gradient has the broadcast shape, that of the formula, and one axis for the names."""
    values = {"epsilon": np.ones((3, 1)), "Delta": np.linspace(-1, 1, 4), "gamma_g_A": 2.0,
              "gamma_d_A": 1.0, "gamma_g_B": 1.5, "gamma_d_B": 3.0}  # fmt: skip
    own = equations["negativity"]
    value, gradient = own.gradient("Delta", "epsilon")(**values)
    assert value.shape == (3, 4)
    assert gradient.shape == (3, 4, 2)
    np.testing.assert_array_equal(value, own.function()(**values))
    _, turned = own.gradient(own.parameters[0], "Delta")(**values)
    np.testing.assert_array_equal(turned, gradient[..., ::-1])
    value, gradient = equations["schmidt_coefficients"].gradient("Delta", "epsilon")(**values)
    assert value.shape == (3, 4, 3)
    assert gradient.shape == (3, 4, 3, 2)
    value, gradient = own.gradient()(**dict.fromkeys(values, 1.0))
    assert np.ndim(value) == 0
    assert gradient.shape == (6,)
    value, gradient = equations["hamiltonian"].gradient()(epsilon=2.0)
    np.testing.assert_allclose(gradient[..., 0], value / 2)
    value, gradient = equations["coefficient"].gradient()()
    assert gradient.shape == (0,)
    assert value > 0


def test_an_evaluator_like_others():
    """It tells its arguments and travels to another process; invalid points become nan."""
    f = pickle.loads(pickle.dumps(equations["negativity"].gradient("epsilon", invalid="nan")))
    assert f.parameters == equations["negativity"].function().parameters
    assert "derivatives by epsilon" in f.__doc__
    assert "out :" not in f.__doc__
    values = dict.fromkeys(f.parameters, 1.0) | {"epsilon": np.array([1.0, -1.0])}
    with pytest.warns(RuntimeWarning, match="1 points"):
        _value, gradient = f(**values)
    assert np.isnan(gradient[1]).all()
    assert not np.isnan(gradient[0]).any()


def test_what_is_refused():
    """Unknown, repeated and complex parameters, `out`, labelled arrays, and missing derivatives."""
    negativity = equations["negativity"]
    with pytest.raises(ValueError, match=r"has no parameter 'epsilom'.*epsilon"):
        negativity.gradient("epsilom")
    with pytest.raises(ValueError, match=r"different real parameters of negativity.*Delta"):
        negativity.gradient("Delta", "Delta")
    with pytest.raises(ValueError, match=r"real parameters of coherence_equations.*mu_"):
        equations["coherence_equations"].gradient()
    assert equations["coherence_equations"].gradient("Delta")
    with pytest.raises(ValueError, match="`backend` must be one of"):
        negativity.gradient(backend="abacus")
    values = dict.fromkeys(negativity.function().parameters, 1.0)
    with pytest.raises(TypeError, match="`out` must be left out"):
        negativity.gradient()(**values, out=np.empty(6))
    with pytest.raises(TypeError, match="missing"):
        negativity.gradient()(epsilon=1.0)
    pandas = pytest.importorskip("pandas")
    with pytest.raises(TypeError, match="must be NumPy arrays"):
        negativity.gradient()(**values | {"epsilon": pandas.Series([1.0])})
