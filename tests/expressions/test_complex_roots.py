"""Roots of quadratic polynomials and eigenvalues as nodes: values, derivatives, order, pickles."""

import pickle

import mpmath
import numpy as np
import pytest
from sympy import I, Symbol, im, re, sqrt, symbols

from symsync import equation
from symsync.expressions.complex_roots import ImaginaryRoot, RealRoot, SlowerRate
from symsync.expressions.eigenvalues import EigenvaluePart, Eigenvalues

x, y = symbols("x y", real=True)
b = Symbol("b", positive=True)
PARTS = [(RealRoot, re), (ImaginaryRoot, im)]


def function(formula, backend="numpy"):
    return equation("f", formula).function(backend, extra="ignore")


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_both_parts_of_a_root_keep_their_digits(backend, rng):
    """All ratios of x and y from 10⁻¹² to 10¹², and zeros."""
    given = {name: rng.choice([-1, 1], 500) * 10 ** rng.uniform(-12, 12, 500) for name in "xy"}
    given["x"][:3], given["y"][2:5] = 0, 0
    for kind, part in PARTS:
        found = function(kind(x, y), backend)(**given)
        with mpmath.workdps(40):
            roots = [mpmath.sqrt(mpmath.mpc(*pair)) for pair in zip(*given.values(), strict=True)]
            exact = np.array([float(z.real if part is re else z.imag) for z in roots])
        assert np.abs(found - exact).max() <= np.abs(1e-14 * exact).max()
        assert (np.abs(found - exact) <= 1e-14 * np.abs(exact)).all()


def test_derivatives_and_written_forms():
    at = {x: -0.7, y: 1.9, b: 2.3}
    rate = SlowerRate(b, x, y, 4 * b**2 * (b**2 - x) - y**2)
    for node, whole in (
        (RealRoot(x, y), re(sqrt(x + I * y))),
        (ImaginaryRoot(x, y), im(sqrt(x + I * y))),
        (rate, b - re(sqrt(x + I * y))),
    ):
        assert abs(node.subs(at).evalf() - whole.subs(at).evalf()) < 1e-14
        assert abs(node.doit().subs(at).evalf() - whole.subs(at).evalf()) < 1e-14
        for symbol, value in at.items():
            step = mpmath.mpf(10) ** -6
            above, below = (whole.subs({**at, symbol: value + s * step}).evalf(30) for s in (1, -1))
            slope = node.diff(symbol).subs(at).evalf()
            assert abs(slope - (above - below) / (2 * step)) < 1e-9
    assert rate.has(RealRoot) is False
    assert r"\operatorname{Re}\sqrt{" in equation("r", rate**2).latex()
    assert RealRoot(b, 0) == sqrt(b)
    assert RealRoot(-b, 0) == ImaginaryRoot(b, 0) == 0
    assert SlowerRate(b, -b, 0, x) == b


def test_eigenvalues_are_ordered_and_travel():
    """Falling real parts, and then falling imaginary parts, also where two real parts agree."""
    rows = [{0: (x, y), 1: (b, 0)}, {0: (-b, 0), 1: (x, y)}, {2: (x - 1, 0)}]
    matrix = Eigenvalues.from_rows(rows)
    parts = [EigenvaluePart(matrix, k) for k in range(6)]
    at = {"x": 0.3, "y": -0.8, "b": 1.7}
    expected = [0.3, 0.9, 0.3, -2.5, -0.7, 0.0]
    for backend in ("numpy", "c", "mpmath"):
        found = function(parts, backend)(**at)
        assert np.abs(np.array(found, float) - expected).max() < 1e-14
    assert pickle.loads(pickle.dumps(parts[3])) == parts[3]
    assert r"\operatorname{Im} \lambda_{2}[M]" in equation("f", parts[3]).latex()
    assert function(parts[0].subs({x: 2 * x}))(**{**at, "x": 0.15}) == pytest.approx(0.3)
    with pytest.raises(NotImplementedError):
        equation("f", parts[0]).function(error=True)(**at)
