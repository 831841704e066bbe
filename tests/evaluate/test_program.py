"""Programs compute what the expression says, whatever the expression."""

import math
from fractions import Fraction

import numpy as np
import pytest
from sympy import (
    Abs,
    Add,
    I,
    ImmutableMatrix,
    Integer,
    Mul,
    Rational,
    Tuple,
    atan2,
    cos,
    exp,
    sin,
    sqrt,
    symbols,
)  # fmt: skip

import symsync
from symsync.evaluate import Formula, evaluator
from symsync.evaluate.emit.numpy_source import numpy_source
from symsync.evaluate.lowering import lower
from symsync.evaluate.program import components_of, input_names

a, b, c, d = POSITIVE = symbols("a b c d", positive=True)
x, y = REAL = symbols("x y", real=True)
PARAMETERS = (*POSITIVE, *REAL)


def strategies():
    """Hypothesis, which takes a second to load, and what it draws expressions and points from."""
    from hypothesis import strategies as st

    constants = [Integer(k) for k in range(-5, 6)] + [Rational(1, 3), Rational(-7, 4)]
    symbol = st.sampled_from(PARAMETERS)
    leaves = st.one_of(symbol, symbol, st.sampled_from(constants))

    def compound(inner):
        several = st.lists(inner, min_size=2, max_size=4)
        return st.one_of(
            several.map(lambda terms: Add(*terms)),
            several.map(lambda factors: Mul(*factors)),
            st.tuples(inner, st.sampled_from([2, 3, 4])).map(lambda pair: pair[0] ** pair[1]),
            inner.map(lambda base: 1 / (1 + base**2)),
            inner.map(lambda base: sqrt(1 + base**2)),
            inner.map(Abs),
            inner.map(cos),
            inner.map(sin),
            inner.map(lambda argument: exp(-(argument**2))),
            st.tuples(inner, inner).map(lambda pair: atan2(1 + pair[0] ** 2, pair[1])),
        )

    expressions = st.recursive(leaves, compound, max_leaves=12)
    points = st.lists(st.floats(0.25, 2.0), min_size=6, max_size=6)
    return expressions, points, st.integers(0, 2**32 - 1)


def for_all(count, drawn, holds):
    """Whether an assertion holds for many examples, always the same, and for which it does not."""
    from hypothesis import given, settings

    settings(max_examples=count, derandomize=True, deadline=None)(given(*drawn)(holds))()


@pytest.mark.parametrize("count", [100, pytest.param(400, marks=pytest.mark.slow)])
def test_any_expression_is_computed(count):
    """Against SymPy at 30 digits; 1e-9 lets rounding pass and nothing else."""
    expressions, points, _ = strategies()

    def is_computed(expression, point):
        function = evaluator(Formula("f", expression, PARAMETERS, "f"))
        values = dict(zip(PARAMETERS, point, strict=True))
        expected = complex(expression.evalf(30, subs=values))
        got = function(**{symbol.name: value for symbol, value in values.items()})
        assert math.isclose(got, expected.real, rel_tol=1e-9, abs_tol=1e-9)

    for rare in (atan2(1 + a**2, x), Abs(x - y), Abs(cos(3 * x)) ** 3):
        is_computed(rare, [0.5, 0.7, 1.1, 1.3, 0.9, 1.7])
    for_all(count, [expressions, points], is_computed)


@pytest.mark.parametrize("count", [30, pytest.param(300, marks=pytest.mark.slow)])
def test_any_shape_is_computed_alike(count):
    """Scalars, full arrays and arrays that broadcast give the same numbers, in one formula."""
    expressions, _, seeds = strategies()

    def is_computed_alike(first, second, seed):
        rng = np.random.default_rng(seed)
        function = evaluator(Formula("f", Tuple(first, second), PARAMETERS, "f"))
        shapes = [(), (3, 1), (4,), (3, 4), (1, 4), (1,)]
        values = {
            symbol.name: rng.uniform(0.25, 2, shapes[k])
            for symbol, k in zip(PARAMETERS, rng.permutation(6), strict=True)
        }
        result = function(**values)
        full = {name: np.broadcast_to(value, (3, 4)) for name, value in values.items()}
        assert result.shape == (3, 4, 2)
        for index in np.ndindex(3, 4):
            alone = function(**{name: value[index] for name, value in full.items()})
            assert np.allclose(result[index], alone, rtol=1e-13, atol=1e-13)

    for_all(count, [expressions, expressions, seeds], is_computed_alike)


def test_equal_subexpressions_are_computed_once():
    program = lower(Formula("f", Tuple(sqrt(a + b), (a + b) ** 2, 1 / (a + b)), PARAMETERS, "f"))
    assert [step.operation for step in program.steps].count("add") == 1


def test_a_sum_less_one_term_keeps_its_digits(rng):
    """a + b − c on arrays, corrected by the rounding of a + b alone."""
    large, small = rng.uniform(1, 2, 1000), rng.uniform(1e-9, 2e-9, 1000)
    values = {"a": large, "b": small, "c": large + small - rng.uniform(1e-11, 1e-10, 1000)}
    function = evaluator(Formula("f", a + b - c, (a, b, c), "f"))
    points = zip(*(map(Fraction, each) for each in values.values()), strict=True)
    exact = [x + y - z for x, y, z in points]
    pairs = zip(function(**values), exact, strict=True)
    assert all(abs(Fraction(x) - y) < y * Fraction(2) ** -52 for x, y in pairs)


def test_roots_are_taken_once():
    program = lower(Formula("f", a / (sqrt(b + c) * sqrt(c + d)), PARAMETERS, "f"))
    assert [step.operation for step in program.steps].count("sqrt") == 1


@pytest.mark.parametrize("rate", [1e-8, 1.0, 1e8])
def test_differences_of_nearly_equal_sums_are_exact(rate):
    """(a + b) − (c + d) to the last digit, where plain subtraction has none."""
    function = evaluator(Formula("f", a + b - c - d, PARAMETERS, "f"))
    values = {"a": 0.1 * rate, "b": 0.2 * rate, "c": 0.3 * rate, "d": 1e-20 * rate}
    exact = sum(map(Rational, (values["a"], values["b"], -values["c"], -values["d"])))
    assert function(**values, x=0, y=0) == pytest.approx(float(exact), rel=1e-15)
    many = {name: np.full(5, value) for name, value in values.items()}
    assert function(**many, x=0, y=0) == pytest.approx(float(exact), rel=1e-15)
    distance = evaluator(Formula("g", Abs(c + d - a - b), PARAMETERS, "g"))
    assert distance(**many, x=0, y=0) == pytest.approx(abs(float(exact)), rel=1e-15)


def test_phases_keep_their_digits():
    """cos(xy) at xy = 10¹⁵, where the rounded product is off by a tenth of a radian."""
    function = evaluator(Formula("f", cos(x * y), PARAMETERS, "f"))
    exact = float(cos(Rational(1e7 / 3) * Rational(3e8 / 7)).evalf(40))
    rest = dict.fromkeys("abcd", 1.0)
    assert function(**rest, x=1e7 / 3, y=3e8 / 7) == pytest.approx(exact, rel=1e-12)


def test_complex_parameters_enter_as_two_numbers():
    z = symbols("z")
    assert input_names((z, a)) == ("z.real", "z.imag", "a")
    function = evaluator(Formula("f", (z + I * a) ** 2 / z, (z, a), "f"))
    value = 0.3 - 0.7j
    assert function(z=value, a=2.0) == pytest.approx((value + 2j) ** 2 / value, rel=1e-15)


def test_components_are_listed_by_row():
    parts, shape = components_of(ImmutableMatrix([[a, b], [c, d]]))
    assert (parts, shape) == ([a, b, c, d], (2, 2))


def test_what_is_fixed_is_computed_once():
    """With scalar rates only what depends on the arrays is left in the block."""
    program = lower(Formula("f", x / sqrt((a + b) ** 2 + (c + d) ** 2), (a, b, c, d, x), "f"))
    source = numpy_source(program, (frozenset(),) * 4 + (frozenset({0}),))
    prepare, block = source.split("\n\n\n")
    assert prepare.count("np.") == 6
    assert block.count("np.") == 1


def test_nested_polynomials_save_a_tenth_of_the_steps(monkeypatch):
    """Of the exact state, whose determinants are long: 15 % of NumPy's time, 6 to 9 % elsewhere."""
    formula = symsync.equations["state_exact"]._formula
    nested = len(lower(formula).steps)
    monkeypatch.setattr("symsync.evaluate.lowering.horner_form", lambda _: None)
    assert nested < 0.9 * len(lower(formula).steps)


@pytest.mark.parametrize("backend", ["numpy", "c", "numba"])
def test_a_constant_component_is_no_index_of_a_step(backend):
    """The component 3.0 was overwritten by the third step, as 3 == 3.0."""
    numbers = list(map(Integer, range(12)))
    formula = Formula("f", Tuple(*numbers, a * b + a / b + a - b), (a, b), "f")
    ones = np.full(5, 2.0)
    for row in evaluator(formula, backend)(a=ones, b=ones):
        assert row.tolist() == [*range(12), 5.0]
