"""Pearson's coefficient over a window of time, by hand and against adaptive quadrature."""

import numpy as np
import pytest
from scipy.integrate import quad
from sympy import I, Rational, cos, exp, sin, symbols

from symsync import (
    Exchange,
    S_z,
    System,
    equation,
    equatorial,
    evolution,
    expectation,
    gain_and_loss,
    pearson_in_time,
)
from symsync.symbols import Delta, epsilon, t

G, D = symbols("G D", positive=True)
POINT = {"G": 0.8, "D": 1.9, "Delta": 0.3, "epsilon": 0.4}


def test_quantities_that_move_in_time():
    """By hand for waves; an evolution against adaptive quadrature."""
    a, phase = symbols("a b", real=True)
    shifts = np.array([0, 0.7, np.pi])
    found = pearson_in_time(cos(t), cos(t + phase), 0.3, 2 * np.pi, b=shifts)
    assert np.allclose(found, np.cos(shifts), rtol=0, atol=1e-12)
    sites = {"A": equatorial(G, D), "B": gain_and_loss(G, D)}
    system = System(sites, [Exchange("A", "B")], {"A": Delta})
    state = evolution(system, (1, Rational(-1, 2)))
    values = {symbol.name: POINT[symbol.name] for symbol in system.parameters}
    formulas = [expectation(state, S_z("A")), expectation(state, S_z("B"))]
    f, g = (equation("f", each).function(extra="ignore") for each in formulas)

    def over(integrand):
        return quad(integrand, 0.5, 3.5, epsabs=1e-12, epsrel=1e-12)[0]

    f_0, g_0 = (over(lambda at, h=h: float(h(t=at, **values))) / 3 for h in (f, g))

    def product(p, p_0, q, q_0):
        return over(lambda at: float((p(t=at, **values) - p_0) * (q(t=at, **values) - q_0)))

    expected = product(f, f_0, g, g_0) / np.sqrt(product(f, f_0, f, f_0) * product(g, g_0, g, g_0))
    assert pearson_in_time(*formulas, 0.5, 3, **values) == pytest.approx(expected, abs=1e-10)
    long = np.array([300.0, 2e5, 1e7])  # 8/√72 of e^{−t} and e^{−2t}, whose means are 0
    found = pearson_in_time(exp(-t), exp(-2 * t) / 3 + 5, 0, long)
    assert np.allclose(
        found,
        (1 / 3 - 1 / (2 * long)) / np.sqrt((1 / 2 - 1 / long) * (1 / 4 - 1 / (4 * long))),
        rtol=0,
        atol=1e-9,
    )
    assert np.isnan(pearson_in_time(cos(t), 3 + 0 * a + exp(-t) / 10**20, 0, 1, a=0.1))
    with pytest.raises(ValueError, match="`window` must hold fewer"):
        pearson_in_time(cos(t), sin(40 * t), 0, 100)
    with pytest.raises(ValueError, match="`window` must be positive"):
        pearson_in_time(cos(t), sin(t), 0, -1)
    with pytest.raises(ValueError, match="must be real"):
        pearson_in_time(cos(t), exp(I * t), 0, 1)
    with pytest.raises(ValueError, match="`second` must depend on t"):
        pearson_in_time(cos(t), epsilon + a, 0, 1)
