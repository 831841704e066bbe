"""The phases of several sites at once, against QuTiP and cases solved by hand."""

from itertools import product

import numpy as np
import pytest
from judges import by_qutip, mixed_states
from scipy.optimize import minimize
from sympy import I, Rational, S, Symbol, lambdify, pi, symbols

from symsync import (
    S_rel_maximum,
    chain,
    equation,
    joint_phase_distribution,
    joint_phase_harmonics,
    joint_phase_maximum,
    phase_distribution,
    spin_pair,
    steady_series,
)
from symsync.derive.state import State, as_it_is
from symsync.measures.phase_locking import phase_combination_harmonics
from symsync.symbols import epsilon

ANGLES = symbols("alpha beta gamma", real=True)
MODELS = ["chain of three spins 1", "driven chain of three spins 1/2"]


def by_quadrature(name, phases):
    """Tr ρ ⊗_j ∫dθ sinθ (2S+1)/4π |θ,φ_j⟩⟨θ,φ_j| less its mean over all phases."""
    rho = mixed_states.steady_state(name).full()
    density = np.ones((1, 1))
    for spin, phi in zip(mixed_states.MODELS[name].values(), phases, strict=True):
        m = spin - np.arange(round(2 * spin) + 1)
        weights = by_qutip.phase_weights(spin)
        density = np.kron(density, weights * np.exp(1j * phi * (m[:, None] - m)))
    return (rho * density).sum().real - (2 * np.pi) ** -3


@pytest.mark.parametrize("name", MODELS)
def test_the_joint_distribution_is_a_mean_of_coherent_states(name):
    """At random phases; the populations give the uniform part alone."""
    state = mixed_states.as_state(name)
    joint = joint_phase_distribution(state, dict(zip(state.spins, ANGLES, strict=True)))
    function = lambdify(ANGLES, joint)
    for phases in np.random.default_rng(5).uniform(-np.pi, np.pi, (6, 3)):
        assert float(function(*phases)) == pytest.approx(by_quadrature(name, phases), abs=1e-13)


def test_what_is_left_of_one_combination_is_its_distribution():
    """Integrating over all other combinations leaves k = K n, times (2π)ⁿ⁻¹."""
    state = steady_series(chain(3))[2]
    joint = joint_phase_harmonics(state)
    for numbers in ((1, -2, 1), (1, 0, -1), (1, -1, 0)):
        used = {site: n for site, n in zip("ABC", numbers, strict=True) if n}
        for K, expected in phase_combination_harmonics(state, used).items():
            k = tuple(int(K) * n for n in numbers)
            ours = (2 * pi) ** (len(used) - 1) * joint.get(k, S.Zero)
            if len(used) < 3:  # a site that is traced out gives 1/2π
                ours *= 2 * pi
            assert (ours - expected).simplify() == 0


def test_one_phase_is_a_phase_distribution():
    name = "driven chain of three spins 1/2"
    state = mixed_states.as_state(name)
    alpha = ANGLES[0]
    ours, theirs = (
        joint_phase_distribution(state, {"B": alpha}), phase_distribution(state, "B", alpha)
    )  # fmt: skip
    assert abs((ours - theirs).subs(alpha, 0.7)) < 1e-16


def three_halves(sign):
    """Three spins 1/2 whose every pair has the coherence ⟨↑↓|ρ|↓↑⟩ = sign/10."""
    up, down = Rational(1, 2), Rational(-1, 2)
    values = {}
    for a, b, third in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        for m in (up, down):
            ket, bra = [m] * 3, [m] * 3
            ket[a], ket[b], bra[a], bra[b] = up, down, down, up
            assert ket[third] == m
            values |= {(tuple(ket), tuple(bra)): S(sign) / 20}
            values |= {(tuple(bra), tuple(ket)): S(sign) / 20}
    return State(dict.fromkeys("ABC", up), values, as_it_is)


def test_three_phases_that_cannot_all_be_opposite():
    """−Σ cos of three differences is at most 3/2, at differences of 2π/3; Σ cos is 3."""
    (happy, together), (frustrated, apart) = (
        joint_phase_maximum(three_halves(sign)) for sign in (1, -1)
    )
    each = abs(complex(joint_phase_harmonics(three_halves(1))[1, -1, 0]))
    assert each == pytest.approx((1 / 8) ** 2 / (2 * np.pi) / 10, rel=1e-14)
    assert happy == pytest.approx(6 * each, rel=1e-14)
    assert frustrated == pytest.approx(3 * each, rel=1e-14)
    assert together == pytest.approx(np.zeros(3), abs=1e-7)  # a maximum is as flat as that
    differences = np.sort(np.angle(np.exp(1j * (apart - np.roll(apart, 1)))))
    assert abs(np.abs(differences) - 2 * np.pi / 3).max() < 1e-7
    assert apart[2] == 0


@pytest.mark.parametrize("name", MODELS)
def test_the_maximum_is_the_highest_that_a_search_finds(name):
    state = mixed_states.as_state(name)
    joint = joint_phase_distribution(state, dict(zip(state.spins, ANGLES, strict=True)))
    function = lambdify(ANGLES, joint)
    starts = product([-2, 1], repeat=3)
    found = max(-minimize(lambda x: -float(function(*x)), start, tol=1e-14).fun for start in starts)
    height, phases = joint_phase_maximum(state)
    assert height == pytest.approx(found, rel=1e-9)  # of the search
    assert float(function(*phases)) == pytest.approx(float(height), rel=1e-12)


def test_of_a_pair_it_is_the_maximum_of_s_rel():
    """Over arrays of values, whose shape it keeps."""
    state = steady_series(spin_pair())[1]
    rng = np.random.default_rng(2)
    values = {symbol.name: rng.uniform(0.5, 2, (2, 3)) for symbol in spin_pair().parameters}
    height, phases = joint_phase_maximum(state, **values)
    theirs = equation("S", S_rel_maximum(state)).function()
    assert phases.shape == (2, 3, 2)
    assert np.allclose(2 * np.pi * height, theirs(**values), rtol=1e-12)
    assert np.allclose(joint_phase_maximum(state, "B", "A", **values)[0], height, rtol=1e-12)


def test_a_state_without_coherences_has_no_highest_phase():
    height, phases = joint_phase_maximum(steady_series(spin_pair())[0])
    assert height == 0
    assert np.isnan(phases).all()


def test_mistakes_are_named():
    state = steady_series(spin_pair())[1]
    with pytest.raises(ValueError, match="`sites` must be different sites among A, B"):
        joint_phase_harmonics(state, "A", "A")
    with pytest.raises(ValueError, match=r"`phases` must be \{site: its phase\}, but is 'A'"):
        joint_phase_distribution(state, "A")
    with pytest.raises(ValueError, match="symbols that the state does not hold, but holds eps"):
        joint_phase_distribution(state, {"A": epsilon, "B": Symbol("x", real=True)})
    with pytest.raises(TypeError, match="Argument `Delta` is missing"):
        joint_phase_maximum(state, epsilon=0.1)
    many = State(dict.fromkeys("ABCDEFGH", S.Half), {
        ((S.Half,) * 8, (-S.Half,) * 8): I, ((-S.Half,) * 8, (S.Half,) * 8): -I,
    }, as_it_is)  # fmt: skip
    with pytest.raises(ValueError, match="must name fewer sites, but 8 phases need a grid"):
        joint_phase_maximum(many)
