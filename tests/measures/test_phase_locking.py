"""Phase distributions are integrals of the Husimi function."""

import mpmath
import numpy as np
import pytest
import qutip
from judges.points import numbers
from scipy.integrate import quad
from sympy import I, Rational, S, Symbol, exp, expand, integrate, lambdify, pi, sin, symbols
from sympy.simplify.fu import TR8

import symsync
from symsync import (
    S_rel,
    coherent_state,
    equations,
    husimi,
    pair_weight,
    phase_distribution,
    phase_weight,
    reference,
    spin_pair,
    steady_series,
)
from symsync.catalogue.letter_model import PLUS
from symsync.claims.first_order import integrated_coefficient
from symsync.derive.state import State, as_it_is
from symsync.measures.phase_locking import relative_phase_harmonics
from symsync.measures.phase_maximum import S_rel_maximum, locking_phase
from symsync.model.spin import projections
from symsync.symbols import Delta, phi

SPINS = [Rational(k, 2) for k in range(1, 6)]


@pytest.mark.parametrize(
    "spin", [pytest.param(spin, marks=pytest.mark.slow if spin > Rational(3, 2) else [])
             for spin in SPINS]
)  # fmt: skip
def test_weights_are_integrals_over_the_polar_angle(spin):
    """c_{mm′} = (2S+1)/(4π) ∫dθ sinθ ⟨θ|m⟩⟨m′|θ⟩, by adaptive quadrature."""
    theta = Symbol("theta", real=True)
    ket = coherent_state(spin, theta, 0)
    for i, m in enumerate(projections(spin)):
        for j, m_prime in enumerate(projections(spin)):
            density = mpmath.mpf(2 * spin + 1) / (4 * mpmath.pi)

            def integrand(angle, i=i, j=j):
                return float((ket[i] * ket[j] * sin(theta)).subs(theta, angle))

            value, _ = quad(integrand, 0, np.pi, epsabs=1e-11)
            assert abs(float(density) * value - float(phase_weight(spin, m, m_prime))) < 1e-10


@pytest.mark.parametrize("spin", SPINS)
def test_populations_are_spread_evenly(spin):
    """c_mm = 1/2π for every m: without coherences the phase is uniform."""
    assert all(phase_weight(spin, m, m) == 1 / (2 * pi) for m in projections(spin))


def test_nine_pi_over_128_by_three_roads():
    """The Beta function, exact integration and 50-digit quadrature give 2·9π/256."""
    beta = 2 * pair_weight(1, 1, (1, -1), (0, 0))
    assert beta == 9 * pi / 128
    assert integrated_coefficient() == beta
    assert equations["coefficient"].rhs == beta
    with mpmath.workdps(50):
        polar = mpmath.quad(
            lambda x: mpmath.sin(x) ** 2 * (1 + mpmath.cos(x)) / mpmath.sqrt(8), [0, mpmath.pi]
        )
        value = 4 * mpmath.pi * (3 * polar / (4 * mpmath.pi)) ** 2
        assert mpmath.identify(value / mpmath.pi) == "(9/128)"


def test_only_equal_total_changes_count():
    assert pair_weight(1, 1, (1, 0), (0, 0)) == 0
    assert pair_weight(1, 1, (1, -1), (-1, 1)) == 1 / (8 * pi)


def test_husimi_is_that_of_qutip(pair_series, generic):
    """Q = (3/4π)² ⟨θφ|ρ|θφ⟩ with QuTiP's spin coherent states."""
    angles = [(0.7, 0.3), (1.9, -1.1)]
    state = pair_series.partial_sum(1)
    values = {symbol: generic[symbol.name] for symbol in spin_pair().parameters}
    ours = float(husimi(state, *angles).subs(values).evalf())
    rho = numbers(state.matrix(), values)
    kets = [qutip.spin_coherent(1, theta, phi) for theta, phi in angles]
    ket = qutip.tensor(*kets).full()
    theirs = (9 / (16 * np.pi**2) * ket.conj().T @ rho @ ket).item().real
    assert abs(ours - theirs) < 1e-14


def test_husimi_integrates_to_one(pair_series):
    theta, phi = symbols("theta phi", real=True)
    density = husimi(pair_series[0].partial_trace("A"), (theta, phi)) * sin(theta)
    waves = TR8(expand(density))  # sums of sines and cosines, which are integrated at once
    assert integrate(waves, (theta, 0, pi), (phi, 0, 2 * pi)) == 1


def random_state(rng):
    """A random Hermitian matrix of two spins 1 as a `State`, and as an array."""
    matrix = rng.normal(size=(9, 9)) + 1j * rng.normal(size=(9, 9))
    matrix = matrix + matrix.conj().T
    basis = [(a, b) for a in projections(1) for b in projections(1)]
    root = {S.One: 1, S.Zero: np.sqrt(2), S.NegativeOne: 1}
    values = {
        (ket, bra): complex(matrix[i, j]) / float(np.prod([root[m] for m in (*ket, *bra)]))
        for i, ket in enumerate(basis)
        for j, bra in enumerate(basis)
    }
    return State(spin_pair().spins, {e: S(v) for e, v in values.items()}, S), matrix


def test_s_rel_is_the_reference_for_any_state(rng):
    """Beta-function weights against quadrature of literal coherent states, all harmonics."""
    state, matrix = random_state(rng)
    phi = Symbol("phi", real=True)
    uniform = (matrix.trace().real - 1) / (2 * np.pi)
    for angle in (0.0, 0.5, 2.2):
        ours = float(S_rel(state, phi=phi).subs(phi, angle).evalf())
        assert abs(ours + uniform - reference.S_rel(matrix, angle)) < 1e-12
        for site in "AB":
            ours = float(phase_distribution(state, site, phi).subs(phi, angle).evalf())
            theirs = reference.phase_distribution(matrix, site, angle)
            assert abs(ours + uniform - theirs) < 1e-12


def test_s_rel_sees_only_two_sites():
    """The other sites are traced out: a third, uncoupled spin changes nothing."""
    pair = symsync.spin_pair()
    sites = {**pair.sites, "C": pair.sites["A"]}
    three = symsync.System(sites, pair.couplings, pair.frequencies)
    ours = S_rel(steady_series(three).partial_sum(1), "A", "B")
    assert ours == equations["S_rel"].rhs


def test_the_sign_of_the_phase_is_the_letters():
    """A coherence ⟨1,−1|ρ|0,0⟩ = e^{−iχ} locks φ_A − φ_B at χ."""
    state = State(spin_pair().spins, {PLUS: exp(-I / 3), PLUS[::-1]: exp(I / 3)}, S)
    assert locking_phase(state).evalf() == pytest.approx(1 / 3, abs=1e-15)
    assert float(S_rel_maximum(state)) == pytest.approx(2 * 2 * 9 * np.pi / 256)
    assert list(relative_phase_harmonics(state)) == [1]


def three_halves(*kets):
    """Two spins 3/2 with the elements ⟨m, −m|ρ|−m, m⟩ = e^{−i}."""
    values = {}
    for m in kets:
        ket = (Rational(m, 2), Rational(-m, 2))
        values |= {(ket, ket[::-1]): exp(-I), (ket[::-1], ket): exp(I)}
    return State({"A": Rational(3, 2), "B": Rational(3, 2)}, values, as_it_is)


def test_a_single_harmonic_of_any_order_has_a_maximum():
    """Three quanta: S_rel is the third harmonic, highest at one third of the coherence's phase."""
    state = three_halves(3)
    assert list(relative_phase_harmonics(state)) == [3]
    angles = np.linspace(-np.pi, np.pi, 6001)
    wave = lambdify(phi, S_rel(state), "numpy")(angles)
    assert float(S_rel_maximum(state)) == pytest.approx(wave.max(), rel=1e-6)  # of the grid
    assert float(locking_phase(state)) == pytest.approx(1 / 3)
    at_top = float(S_rel(state).subs(phi, locking_phase(state)))
    assert at_top == pytest.approx(float(S_rel_maximum(state)), rel=1e-14)


def test_the_first_and_third_harmonic_have_a_maximum():
    """Both are highest at the phase that they share with the coherences, 1 and 1/3."""
    state = three_halves(1, 3)
    angles = np.linspace(-np.pi, np.pi, 6001)
    curve = lambdify(phi, S_rel(state), "numpy")(angles)
    assert float(S_rel_maximum(state).evalf()) == pytest.approx(
        curve.max(), rel=1e-6
    )  # of the grid
    at_top = float(S_rel(state).subs(phi, locking_phase(state)).evalf())
    assert at_top == pytest.approx(float(S_rel_maximum(state).evalf()), rel=1e-14)


def test_the_phase_is_none_of_the_models_symbols(pair_series):
    with pytest.raises(ValueError, match="`phi` must be a symbol that the state does not hold"):
        S_rel(pair_series[1], phi=Delta)


def test_a_series_is_no_state(pair_series):
    with pytest.raises(ValueError, match="`state` must be a state, but is a SteadySeries"):
        S_rel(pair_series)


def test_angles_are_counted(pair_series):
    with pytest.raises(ValueError, match="`angles` must be 2 pairs"):
        husimi(pair_series[0], (0, 0))


def test_projections_belong_to_the_spin():
    with pytest.raises(ValueError, match="`m_prime` must be one of 1, 0, -1, but is 2"):
        phase_weight(1, 0, 2)


def test_sites_are_checked(pair_series):
    state = pair_series[1]
    with pytest.raises(ValueError, match="`b` must be a site among A, B, but is 'Q'"):
        S_rel(state, "A", "Q")
    with pytest.raises(ValueError, match="both are 'A'"):
        S_rel(state, "A", "A")
    with pytest.raises(ValueError, match="`site` must be a site among A, B, but is 'C'"):
        phase_distribution(state, "C")
