"""Two-time correlations and power spectra beside dense matrices, QuTiP, quadrature and by hand."""

from functools import cache

import numpy as np
import pytest
import qutip
from judges.three_models import MODELS, a, b, d, f, g, k
from scipy.integrate import quad
from scipy.linalg import expm
from sympy import I, Rational, exp, symbols

from symsync import (
    Drive,
    Exchange,
    S_minus,
    S_plus,
    S_z,
    System,
    chain,
    correlation,
    equation,
    equatorial,
    exact_state,
    gain_and_loss,
    observed_frequency,
    power_spectrum,
    slowest_rate,
    spectrum,
    spin_pair,
)
from symsync.reference import any_model
from symsync.symbols import Delta, frequency, omega, t

SPIN = System({"A": equatorial(g, d)}, [], {"A": frequency("A")})
DRIVEN = System({"A": gain_and_loss(g, d)}, [Drive("A", f)], {"A": Delta})
MIXED = System(
    {"A": equatorial(g, d), "B": gain_and_loss(a, b)}, [Exchange("A", "B", k)], {"A": Delta}
)
HALVES = chain(3, lambda _: gain_and_loss(g, d))
AT = {"Delta": -0.6, "f": 0.8, "g": 0.4, "d": 1.3}


def point(system, seed=1):
    rng = np.random.default_rng(seed)
    return {symbol.name: float(rng.uniform(0.3, 2)) for symbol in system.parameters}


def dense(system, at, *operators):
    """The generator, the steady state, and the matrices of operators."""
    read = any_model._reader(system, at)
    generator = any_model.generator(system, **at)
    return generator, any_model.steady_state(system, **at), *map(read.matrix, operators)


def function(formula, backend="numpy"):
    return equation("F", formula).function(backend, extra="ignore")


def test_the_line_of_a_free_spin_by_hand():
    """S⁻|0⟩⟨0| = √2 |−1⟩⟨0| decays with γ^g/2, S⁺|0⟩⟨0| with γ^d/2: two Lorentzians."""
    w = frequency("A")
    found = correlation(SPIN, S_plus("A"), S_minus("A"))
    assert (found / exp(I * w * t) - 2 * exp(-g * t / 2)).simplify() == 0
    line = power_spectrum(SPIN, S_plus("A") + S_minus("A"))
    lorentzian = [2 * rate / (rate**2 / 4 + (omega - sign * w) ** 2)
                  for rate, sign in ((g, 1), (d, -1))]  # fmt: skip
    assert (line - sum(lorentzian)).simplify() == 0


@pytest.mark.parametrize(
    ("system", "first", "second"),
    [
        (DRIVEN, S_plus("A"), S_z("A") + 2 * S_minus("A")),
        (MIXED, S_plus("A"), S_minus("B")),
        (HALVES, S_minus("C") * S_plus("A"), S_plus("B") * S_minus("A")),
        pytest.param(MODELS["1 and 3/2"], S_plus("A"), S_minus("B"), marks=pytest.mark.slow),
        pytest.param(spin_pair(), S_plus("A"), S_minus("B"), marks=pytest.mark.slow),
    ],
    ids=["driven", "mixed", "three sites", "1 and 3/2", "pair"],
)
def test_correlations_and_spectra_are_those_of_dense_matrices(system, first, second):
    """Operators that are not Hermitian, and one with a mean value; ω = 0 among the frequencies."""
    at = point(system)
    generator, state, one, other = dense(system, at, first, second)
    moved = (other @ state).ravel()
    times = [0.0, 0.7, 3.0]
    found = function(correlation(system, first, second))(t=times, **at)
    expected = [np.trace(one @ (expm(generator * time) @ moved).reshape(state.shape))
                for time in times]  # fmt: skip
    assert np.abs(found - expected).max() < 1e-13
    frequencies = [-1.3, 0.0, 0.4]
    lines = function(power_spectrum(system, second))(omega=frequencies, **at)
    left = ((other - np.trace(other @ state) * np.eye(len(state))) @ state).ravel()
    for line, place in zip(lines, frequencies, strict=True):
        trace = np.eye(len(state)).ravel()  # keeps the matrix regular, as the source has none
        matrix = 1j * place * np.eye(len(left)) - generator + np.outer(trace, trace)
        solved = np.linalg.solve(matrix, left).reshape(state.shape)
        assert abs(line - 2 * np.trace(other.conj().T @ solved).real) < 1e-12 * max(1, abs(line))


@pytest.mark.parametrize(
    ("system", "operator", "strength", "powers"),
    [
        (DRIVEN, S_minus("A") + 2 * I * S_z("A"), "f", (1, 2, 3)),
        pytest.param(MIXED, S_minus("A") * f, "k", (2, 2, 4), marks=pytest.mark.slow),
        pytest.param(spin_pair(), S_minus("A"), "epsilon", (2, 2, 4), marks=pytest.mark.slow),
    ],
    ids=["driven", "mixed", "pair"],
)
def test_a_spectrum_order_by_order(system, operator, strength, powers):
    """What is left after order n falls as the next power of the coupling; ω = 0 is no pole."""
    whole = function(power_spectrum(system, operator))
    orders = [power_spectrum(system, operator, order=n) for n in range(len(powers))]
    left = []
    for scale in (0.01, 0.02):
        at = {**point(system, 3), "f": 1.3, strength: scale, "omega": np.array([-0.7, 0.0, 0.3])}
        exact, total = whole(**at), 0.0
        left.append([])
        for term in orders:
            total = total + function(term)(**at)
            left[-1].append(np.abs(exact - total).max())
    assert np.abs(np.log2(np.divide(*left[::-1])) - powers).max() < 0.15


def test_qutip_finds_the_same_correlation_and_spectrum():
    """A driven spin 1/2, with H and the jumps written here."""
    minus, z = qutip.sigmam(), qutip.sigmaz() / 2
    h = AT["Delta"] * z + AT["f"] / 2 * qutip.sigmay()
    jumps = [np.sqrt(AT["g"]) * minus.dag(), np.sqrt(AT["d"]) * minus]
    times, places = np.linspace(0, 5, 21), np.linspace(-3, 3, 7)
    options = {"atol": 1e-12, "rtol": 1e-10}
    steady = qutip.steadystate(h, jumps)
    found = function(correlation(DRIVEN, S_plus("A"), S_minus("A")))(t=times, **AT)
    expected = qutip.correlation_2op_1t(
        h, steady, times, jumps, minus.dag(), minus, options=options
    )
    assert np.abs(found - expected).max() < 1e-9
    mean = complex(qutip.expect(minus, steady))
    apart = minus - mean
    expected = qutip.spectrum(h, places, jumps, apart.dag(), apart)
    found = function(power_spectrum(DRIVEN, S_minus("A")))(omega=places, **AT)
    assert np.abs(found - expected).max() < 1e-9


def test_the_area_of_a_spectrum_is_the_variance():
    """∫ S dω/2π = ⟨O†O⟩ − |⟨O⟩|², by quadrature, and the value at t = 0."""
    line = function(power_spectrum(DRIVEN, S_minus("A")))
    area, _ = quad(lambda x: float(line(omega=x, **AT)), -np.inf, np.inf, epsabs=1e-10, limit=400)
    _, state, minus = dense(DRIVEN, AT, S_minus("A"))
    number = function(correlation(DRIVEN, S_plus("A"), S_minus("A")))(t=0.0, **AT)
    assert abs(number - np.trace(minus.conj().T @ minus @ state)) < 1e-14
    assert abs(area / (2 * np.pi) - (number.real - abs(np.trace(minus @ state)) ** 2)) < 1e-8


def test_a_correlation_of_any_state_and_its_slowest_rate():
    """From another state than the steady one; what it decays with is in the spectrum."""
    with pytest.raises(ValueError, match="`state` must be a state of the system's spins"):
        correlation(DRIVEN, S_plus("A"), S_minus("A"), exact_state(SPIN))
    up = exact_state(System({"A": gain_and_loss(1, 2)}, []))
    found = function(correlation(DRIVEN, S_plus("A"), S_minus("A"), up))(t=0.0, **AT)
    assert abs(found - 1 / 3) < 1e-15
    moving = correlation(DRIVEN, S_plus("A"), S_minus("A"))
    assert abs(slowest_rate(moving).function()(**AT) - function(spectrum(DRIVEN).gap)(**AT)) < 1e-12


@cache
def observed():
    return equation("omega_A", observed_frequency(spin_pair(), S_minus("A")))


REVERSED = {"gamma_g_A": 100.0, "gamma_d_A": 1.0, "gamma_g_B": 1.0, "gamma_d_B": 100.0}


@pytest.mark.parametrize("backend", [pytest.param("numpy", marks=pytest.mark.slow), "c"])
def test_the_observed_frequency_is_the_highest_point(backend):
    """Beside a fine grid: lines of widths 50 and 1 overlap, or two tops agree to two per cent."""
    line = function(observed().rhs.crossing.height, backend)
    grid = np.linspace(-4, 4, 4001)
    at = {**REVERSED, "epsilon": np.array([0.1, 0.1, 0.4]), "Delta": np.array([0.2, 4.0, 2.5])}
    found = observed().function(backend)(**at)
    heights = line(omega=grid[:, None], **at)
    assert np.abs(found - grid[heights.argmax(axis=0)]).max() < 2e-3
    assert (line(omega=found, **at) >= heights.max(axis=0) * (1 - 1e-14)).all()


def test_the_observed_frequency_to_all_digits():
    """mpmath agrees, a free spin has its own frequency, and the derivative is that of values."""
    free = observed_frequency(SPIN, S_minus("A"))
    assert abs(function(free)(g=0.7, d=1.9, omega_A=0.3) - 0.3) < 1e-15
    driven = equation("w", observed_frequency(DRIVEN, S_minus("A")))
    precise = driven.function("mpmath")(**AT)
    assert abs(driven.function()(**AT) - float(precise)) < 1e-13
    assert r"\operatorname{arg\,max}" in driven.latex()
    step = 1e-5
    above, below = (driven.function()(**{**AT, "Delta": AT["Delta"] + s * step}) for s in (1, -1))
    slope = driven.diff("Delta").function()(**AT)
    assert abs(slope - (above - below) / (2 * step)) < 1e-8


def test_what_has_no_spectrum_is_refused():
    with pytest.raises(ValueError, match="`operator` must be an operator on the sites A, but is"):
        power_spectrum(SPIN, S_minus("B"))
    with pytest.raises(ValueError, match="`first` must be an operator on the sites A"):
        correlation(SPIN, 1, S_minus("A"))
    named = System({"A": equatorial(g, d)}, [], {"A": symbols("omega", real=True)})
    with pytest.raises(ValueError, match="holds a symbol named omega"):
        power_spectrum(named, S_minus("A"))
    with pytest.raises(ValueError, match="must have a power spectrum"):
        observed_frequency(SPIN, S_z("A"))
    with pytest.raises(ValueError, match="`order` must be"):
        power_spectrum(SPIN, S_minus("A"), order=-1)
    assert power_spectrum(SPIN, Rational(1, 2) * S_z("A")) == 0
