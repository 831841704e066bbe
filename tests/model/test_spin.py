"""Operators of a spin S obey their algebra exactly."""

import math
from fractions import Fraction

import pytest
import qutip
from sympy import I, Matrix, Rational, S, cos, exp, eye, pi, sin, sqrt, symbols, zeros

from symsync.model.coherent_states import coherent_state
from symsync.model.spin import (
    S_minus,
    S_plus,
    S_z,
    adjoint,
    as_spin,
    is_hermitian,
    is_ladder,
    matrix,
    on_kets,
    projections,
    transition,
    words,
)

SPINS = [Rational(k, 2) for k in range(1, 6)]


@pytest.mark.parametrize("spin", SPINS)
def test_spin_algebra(spin):
    """[S⁺,S⁻] = 2S^z, [S^z,S±] = ±S±, S² = S(S+1), (S⁺)† = S⁻."""
    plus, minus, z = (matrix(operator, spin) for operator in (S_plus, S_minus, S_z))
    assert plus * minus - minus * plus == 2 * z
    assert z * plus - plus * z == plus
    assert z * minus - minus * z == -minus
    assert (plus * minus + minus * plus) / 2 + z**2 == spin * (spin + 1) * eye(int(2 * spin + 1))
    assert minus == plus.H


@pytest.mark.parametrize("spin", SPINS)
@pytest.mark.parametrize(("operator", "name"), [(S_plus, "+"), (S_minus, "-"), (S_z, "z")])
def test_matrices_are_those_of_qutip(spin, operator, name):
    ours = Matrix(matrix(operator, spin)).evalf()
    theirs = qutip.jmat(float(spin), name).full()
    assert max(abs(complex(a) - b) for a, b in zip(ours, theirs.flat, strict=True)) < 1e-15 * 5


@pytest.mark.parametrize("spin", SPINS)
def test_the_unnormalised_basis_has_no_roots(spin):
    """S± and S^z have rational entries in it."""
    for operator in (S_plus, S_minus, S_z, S_plus * S_z, S_minus**2):
        for image in on_kets(operator, {"": spin}).values():
            assert all(value.is_Rational for value in image.values())


@pytest.mark.parametrize("spin", SPINS)
def test_transitions_are_matrix_units(spin):
    """|m′⟩⟨m| has one entry, which is 1."""
    for row, final in enumerate(projections(spin)):
        for column, initial in enumerate(projections(spin)):
            expected = zeros(int(2 * spin + 1))
            expected[row, column] = 1
            assert matrix(transition(final, initial), spin) == expected


def test_products_act_from_the_right():
    """S⁺S^z of a spin 1 maps |−1⟩ to −√2|0⟩ and nothing else."""
    assert matrix(S_plus * S_z, 1) == Matrix([[0, 0, 0], [0, 0, -sqrt(2)], [0, 0, 0]])


def test_the_first_site_varies_slowest():
    a, b = matrix(S_z("A"), {"A": 1, "B": 1}), matrix(S_z("B"), {"A": 1, "B": 1})
    assert list(a.diagonal()) == [1, 1, 1, 0, 0, 0, -1, -1, -1]
    assert list(b.diagonal()) == [1, 0, -1] * 3


@pytest.mark.parametrize("spin", SPINS)
def test_coherent_states_are_rotated_kets(spin):
    """|θ,φ⟩ = exp(−iφS^z) exp(−iθS^y)|S⟩, against the matrix exponential of QuTiP."""
    theta, phi = 0.7, -1.9
    up = qutip.basis(int(2 * spin + 1), 0)
    rotations = [
        (-1j * phi * qutip.jmat(float(spin), "z")).expm(),
        (-1j * theta * qutip.jmat(float(spin), "y")).expm(),
    ]
    expected = (rotations[0] * rotations[1] * up).full().ravel()
    ours = [complex(value.evalf()) for value in coherent_state(spin, theta, phi)]
    assert max(abs(a - b) for a, b in zip(ours, expected, strict=True)) < 1e-14


def test_coherent_states_point_along_their_angles():
    """⟨S⟩ = S (sinθ cosφ, sinθ sinφ, cosθ) for a spin 1."""
    theta, phi = symbols("theta phi", real=True)
    ket = coherent_state(1, theta, phi)
    z = (ket.H * matrix(S_z, 1) * ket)[0]
    plus = (ket.H * matrix(S_plus, 1) * ket)[0]
    at = {theta: pi / 3, phi: pi / 5}
    assert z.subs(at).equals(cos(pi / 3))
    assert plus.subs(at).equals(sin(pi / 3) * exp(I * pi / 5))


def test_ladders_and_hermitian_operators_are_recognised():
    one = {"": S.One}
    assert is_ladder(S_plus * S_z, one)
    assert not is_ladder(S_plus + S_minus, one)
    assert is_hermitian(S_plus + S_minus, one)
    assert not is_hermitian(I * (S_plus + S_minus), one)
    assert adjoint(I * S_plus("A") * S_z("A")) == -I * S_z("A") * S_minus("A")


def test_words_refuse_what_is_no_operator():
    with pytest.raises(ValueError, match="polynomial in S_plus, S_minus, S_z"):
        words(S_plus ** Rational(1, 2))


@pytest.mark.parametrize("spin", [1, 1.5, Fraction(3, 2), Rational(5, 2)])
def test_spins_are_multiples_of_one_half(spin):
    assert 2 * as_spin(spin) == 2 * Rational(spin)


@pytest.mark.parametrize("spin", [0, -1, 0.3, math.nan, math.inf, "1/2", None, True, 1j])
def test_no_other_number_is_a_spin(spin):
    with pytest.raises(ValueError, match="`spin` must be a positive multiple of 1/2, but is"):
        as_spin(spin)
