"""Models of numbers alone, and those whose determinants are short, are states like any other."""

import numpy as np
import pytest
from sympy import Rational, S, Symbol, cos, pi, sqrt, symbols

import symsync
from symsync import (
    Drive,
    Exchange,
    LimitCycle,
    S_minus,
    S_plus,
    S_rel,
    System,
    exact_state,
    gain_and_loss,
    locking_phase,
    negativity,
    phase_distribution,
    purity,
)
from symsync.reference import any_model
from symsync.symbols import phi

g, d, k = symbols("g d k", positive=True)


def test_a_model_of_numbers_has_numbers():
    """Case 8: −5 cos φ/1804, in printing, elements, matrix, measures and LaTeX."""
    state = exact_state(System({"A": gain_and_loss(1, 2)}, [Drive("A", Rational(1, 10))]))
    assert phase_distribution(state, "A") == -5 * cos(phi) / 1804
    assert state.matrix().trace() == 1
    assert state[(S.Half,), (S.Half,)] == Rational(301, 902)
    assert purity(state) == Rational(226001, 406802)
    assert r"\frac{301}{902}" in state._repr_latex_()
    assert "301/902" in repr(state)


def test_determinants_of_degree_one():
    """Case 8: a pumped and a damped spin 1/2."""
    half = S.Half
    model = System(
        {"A": LimitCycle(half, [(g, S_plus)]), "B": LimitCycle(half, [(d, S_minus)])},
        [Exchange("A", "B", k)],
    )
    state = exact_state(model)
    assert symsync.check(model).passed
    entangled = symsync.equation("N", negativity(state)).function()(g=1, d=2, k=0.5)
    rho = any_model.steady_state(model, g=1, d=2, k=0.5)
    transposed = rho.reshape(2, 2, 2, 2).transpose(2, 1, 0, 3).reshape(4, 4)
    assert entangled == pytest.approx(-np.linalg.eigvalsh(transposed).clip(max=0).sum(), abs=1e-15)
    locking = symsync.equation("S", S_rel(state)).function()(g=1, d=2, k=0.5, phi=0)
    assert locking == pytest.approx(np.pi / 16 * rho[1, 2].real, abs=1e-15)


@pytest.mark.parametrize("phase", [pi / 3, 2])
def test_the_locking_phase_of_numbers(phase):
    """A model of irrational numbers, and one whose symbols are replaced afterwards."""
    free = System({"A": gain_and_loss(1, 2), "B": gain_and_loss(g, 5)}, [Exchange("A", "B", k, 2)])
    fixed = System(
        {"A": gain_and_loss(1, 2), "B": gain_and_loss(sqrt(2), 5)},
        [Exchange("A", "B", Rational(1, 10), phase)],
    )
    rho = any_model.steady_state(fixed)
    formulas = [locking_phase(exact_state(fixed))]
    if phase == 2:
        later = {g: sqrt(2), k: Rational(1, 10)}
        formulas.append(locking_phase(exact_state(free)).subs(later))
    for formula in formulas:
        equation = symsync.equation("L", formula)
        for backend in ("numpy", "mpmath"):
            value = float(equation.function(backend=backend)())
            assert np.exp(1j * value) == pytest.approx(np.exp(-1j * np.angle(rho[1, 2])), abs=1e-12)


def test_a_locking_phase_that_does_not_exist_is_a_real_nan():
    """Two spins of equal ratios of gain and loss have no harmonic."""
    alike = System({"A": gain_and_loss(g, d), "B": gain_and_loss(g, d)}, [Exchange("A", "B", k)])
    value = symsync.equation("L", locking_phase(exact_state(alike))).function()()
    assert np.isnan(value)
    assert value.dtype == np.float64


@pytest.mark.parametrize("name", ["part0_0", "part0_1", "x_1"])
def test_a_parameter_may_have_the_name_of_an_unknown(name):
    """Its value stays its own beside the unknowns of the linear system."""
    w = Symbol(name, real=True)
    sites = {"A": gain_and_loss(g, d), "B": gain_and_loss(1, 2, Rational(3, 2))}
    state = exact_state(System(sites, [Exchange("A", "B", k)], {"A": w}))
    at = {"g": 0.2, "d": 0.3, "k": 0.9, name: 0.7}
    alone = symsync.equation("P", purity(state)).function()(**at)
    assert symsync.equation("P", purity(state) + w).function()(**at) == pytest.approx(alone + 0.7)
