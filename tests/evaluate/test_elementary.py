"""Every elementary function runs in every backend, and what does not says so."""

import numpy as np
import pytest
from sympy import (
    ITE,
    Abs,
    And,
    DiracDelta,
    Eq,
    I,
    Matrix,
    Max,
    Min,
    Ne,
    Not,
    Or,
    Piecewise,
    Rational,
    Symbol,
    Tuple,
    acos,
    acosh,
    arg,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    besselj,
    cosh,
    erf,
    erfc,
    exp,
    log,
    nan,
    oo,
    sign,
    sinh,
    symbols,
    tan,
    tanh,
)  # fmt: skip

import symsync
from symsync.symbols import Delta

x, y = symbols("x y", real=True)
p = Symbol("p", positive=True)

FUNCTIONS = [
    p ** Rational(1, 3), p ** Rational(3, 2), x / p ** Rational(5, 2), p**x, 2**x, Abs(x) ** p,
    tanh(x), sinh(x), cosh(x), tan(x), asin(x / 5), acos(x / 5), atan(x), asinh(x), acosh(p + 1),
    atanh(x / 5), sign(x), Max(x, y, 0), Min(x, y), arg(x + I * y), erf(x), erfc(p), log(p),
    Abs(x + I * y), exp(I * x) * p**x,
    Piecewise((x, x > y), (y**2, And(x < 0, Ne(y, 1))), (3, True)),
    Piecewise((x, Or(x >= y, Eq(x, 0))), (-x, True)),
    Piecewise((1, Not(And(x > 0, y > 0))), (2, True)),
    Piecewise((x, x <= 0)), Piecewise((x, ITE(x > 0, y > 0, p > 1)), (y, True)),
    atan2(1 / y, x), sign(1 / y), Min(1 / y, x), DiracDelta(x) * y + p, DiracDelta(x, 1) + p,
]  # fmt: skip
VALUES = {
    "x": np.array([-1.3, -0.4, 0.0, 0.7, 2.1]), "y": np.array([0.5, -0.4, 1.0, -2.0, 0.3]),
    "p": np.array([0.2, 0.9, 1.0, 1.7, 3.1]),
}  # fmt: skip


@pytest.mark.parametrize("backend", ["numpy", "c", "numba"])
def test_functions_are_those_of_mpmath(backend):
    """All of them in one program, at points on both sides of every condition."""
    together = symsync.equation("f", FUNCTIONS, parameters=[x, y, p])
    wanted = np.array(together.function("mpmath")(**VALUES), complex)
    found = together.function(backend)(**VALUES)
    assert np.allclose(found, wanted, rtol=4e-15, atol=1e-300, equal_nan=True)


def test_what_no_evaluator_knows_is_named_with_a_way_out():
    with pytest.raises(NotImplementedError, match=r"besselj\. Try function\(backend='mpmath'\)"):
        symsync.equation("f", besselj(0, p)).function()
    assert symsync.equation("f", besselj(0, p)).function("mpmath")(p=1) == pytest.approx(0.76519768)


@pytest.mark.parametrize("backend", ["numpy", "mpmath"])
def test_the_derivative_of_a_step_has_no_impulse(backend):
    """Beside the step it is the derivative, and on it that on one side or between both."""
    places = np.array([2.0, -2.0, 0.0])
    for formula, wanted in (
        (Max(x, 0) ** 3, [12, 0, 0]), (Abs(x) ** 3, [12, 12, 0]), (sign(x) * x**2, [2, -2, 0]),
    ):  # fmt: skip
        second = symsync.equation("f", formula).diff("x", "x").function(backend)
        assert np.array(second(x=places), float) == pytest.approx(wanted, rel=1e-15)


def test_roots_of_negative_numbers_are_nan():
    root = symsync.equation("f", x ** Rational(1, 3))
    for backend in ("numpy", "c", "numba", "mpmath"):
        assert np.isnan(float(root.function(backend)(x=-8.0)))


@pytest.mark.parametrize("backend", ["numpy", "c", "numba"])
def test_the_derivative_of_the_negativity_runs(backend):
    """Case 9: the power 3/2."""
    derivative = symsync.equation("dN", symsync.equations["negativity"].rhs.diff(Delta))
    point = {"epsilon": 0.1, "Delta": 0.3, "gamma_g_A": 100, "gamma_d_A": 1, "gamma_g_B": 1,
             "gamma_d_B": 100}  # fmt: skip
    assert derivative.function(backend)(**point) == pytest.approx(-0.026362221335957, abs=1e-14)


def test_matrices_and_lists_become_immutable():
    """Case 10."""
    a, b = symbols("a b", real=True)
    matrix = symsync.equation("M", Matrix([[a, b], [a + b, b**2]])).function()
    assert matrix(a=1, b=2).tolist() == [[1, 2], [3, 4]]
    assert symsync.equation("L", [a, b]).function()(a=1, b=2).tolist() == [1, 2]


def test_operators_are_no_formulas():
    """Case 12."""
    with pytest.raises(ValueError, match=r"`rhs` must be an expression of commuting.*matrix"):
        symsync.equation("H", symsync.spin_pair().interaction)


@pytest.mark.parametrize("backend", ["numpy", "numba", "c", "mpmath"])
def test_infinite_and_missing_numbers(backend):
    """A formula may hold them, as after `subs(rate, oo)`."""
    a = symbols("a", real=True)
    steps = Tuple(Piecewise((oo, a > 0), (-oo, True)), Piecewise((nan, a > 1), (1 / (1 + a), True)))
    function = symsync.equation("steps", steps).function(backend)
    found = np.array([[float(value) for value in function(a=each)] for each in (0.5, 0, 2)])
    np.testing.assert_array_equal(found, [[np.inf, 2 / 3], [-np.inf, 1], [np.inf, np.nan]])
