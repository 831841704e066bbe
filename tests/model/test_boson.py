"""Oscillators that are cut at some levels, judged by QuTiP and by the numeric reference."""

from itertools import pairwise

import numpy as np
import pytest
import qutip
from judges.by_falling_residuals import assert_falls_as
from sympy import I, Integer, Rational, symbols

import symsync
from symsync import (
    Coupling,
    System,
    annihilation,
    boson,
    creation,
    exact_state,
    gain_and_loss,
    matrix,
    number_operator,
    phase_distribution,
    quantum_van_der_pol,
    steady_series,
    truncated_van_der_pol,
    van_der_pol_boson,
)
from symsync.expressions.latex import latex

# Both sides are cut at the same few levels.
pytestmark = pytest.mark.filterwarnings("ignore::symsync.TruncationWarning")

g, d, k = symbols("g d k", positive=True)
ROUNDING = 1e-15
"""What is left of numbers of about 1 that are rounded once or twice."""


@pytest.mark.parametrize("levels", [2, 3, 7])
def test_operators_are_those_of_qutip(levels):
    """Kets stand in descending order here and in ascending order there."""
    lower = qutip.destroy(levels)
    for ours, theirs in (
        (annihilation, lower),
        (creation, lower.dag()),
        (number_operator, qutip.num(levels)),
        (creation**2 * annihilation**2, lower.dag() ** 2 * lower**2),
    ):
        found = np.array(matrix(ours, Rational(levels - 1, 2)).evalf(20), float)
        assert found == pytest.approx(theirs.full().real[::-1, ::-1], abs=levels**2 * ROUNDING)


def test_the_number_of_quanta_is_exact():
    spin = Rational(5, 2)
    assert matrix(creation * annihilation, spin) == matrix(number_operator, spin)
    assert matrix(creation, spin) == matrix(annihilation, spin).T


def test_operators_print_as_they_are_written():
    assert str(creation("A") * annihilation("B")) == "creation('A')*annihilation('B')"
    assert latex(creation("A") ** 2) == r"{a^\dagger_{A}}^{2}"
    assert latex(number_operator("A")) == r"\hat n_{A}"


def test_a_model_with_kerr_drive_and_squeezing_agrees_with_the_reference():
    """No U(1) symmetry is left, and every order, the times and the exact state are compared."""
    up, down = creation("A"), annihilation("A")
    couplings = [
        Coupling(k * (up + down)),
        Coupling(I * k * (up**2 - down**2) / 2),
    ]
    cycle = van_der_pol_boson(g, d, 3, single_loss=g / 2)
    kerr = d * up**2 * down**2 / 3
    system = System({"A": cycle}, couplings, {"A": Rational(1, 3)}, hamiltonian=kerr)
    assert symsync.check(system).passed


def test_a_thermal_oscillator_has_a_temperature():
    state = steady_series(System({"A": boson(6, [(g, creation), (d, annihilation)])}, []))[0]
    levels = symsync.fock_populations(state, "A")
    assert all((high / low - g / d).simplify() == 0 for low, high in pairwise(levels))


def test_single_loss_lowers_the_oscillator():
    """The populations, from the balance between |0⟩, |1⟩ and |2⟩ by hand.

    2p₂ flows from |2⟩ to |0⟩ and 2p₂ to |1⟩; |1⟩ gives 2p₁ to |2⟩ and p₁ to |0⟩, and |0⟩ gives p₀
    to |1⟩: p₂ = p₁/2 and p₀ = 2p₁.
    """
    state = steady_series(System({"A": van_der_pol_boson(1, 1, 3, single_loss=1)}, []))[0]
    assert symsync.fock_populations(state, "A") == (Rational(4, 7), Rational(2, 7), Rational(1, 7))


# The limit of strong loss -----------------------------------------------------------------------


def beside_the_limit(single=0):
    """How far populations and the answer to a drive are from the limit, as functions of 1/loss."""

    def answers(cycle):
        drive = Coupling(k * (creation("A") + annihilation("A")))
        series = steady_series(System({"A": cycle}, [drive], {"A": Rational(1, 5)}))
        phase = phase_distribution(series[1], "A", kind="canonical").subs({k: 1, symsync.phi: 1})
        low = symsync.fock_populations(series[0], "A")
        return np.array([float(low[0]), float(low[1]), float(phase)])

    limit = answers(quantum_van_der_pol(2, single_loss=single))
    return lambda inverse: (
        answers(van_der_pol_boson(2, Rational(1 / inverse), 4, single_loss=single)) - limit
    )


@pytest.mark.parametrize("single", [0, Integer(3)])
def test_two_levels_are_approached_as_one_over_the_loss(single):
    """The next power adds about γ^g n²/γ^d, 2·9/4096, to each exponent."""
    difference = beside_the_limit(single)
    for part in range(3):
        assert_falls_as(1, lambda x, p=part: abs(difference(x)[p]), 2.0**-12, 0.01)


def test_the_limit_has_one_third_above():
    assert quantum_van_der_pol(g) == gain_and_loss(g, 2 * g)
    assert quantum_van_der_pol(g, d) == gain_and_loss(g, 2 * g + d)


def test_both_names_are_one_cycle():
    assert truncated_van_der_pol is van_der_pol_boson


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: van_der_pol_boson(1, 1, 2), "`levels` must be 3 to 100"),
        (lambda: van_der_pol_boson(1, 1, 3, single_loss=-1), "`single_loss` must be nonnegative"),
        (lambda: boson(1, [(1, creation)]), "`levels` must be 2 to 100"),
        (lambda: boson(3, [(creation, 1)]), "Argument `jumps` must be pairs"),
        (lambda: quantum_van_der_pol(-1), "`gain` must be nonnegative"),
    ],
)
def test_what_is_no_oscillator_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# All orders -------------------------------------------------------------------------------------


def test_a_driven_oscillator_is_that_of_qutip():
    """Errors are roundings, times the ratio of rates, which is below 100."""
    levels, strength = 6, 0.4
    drive = Coupling(k * (creation("A") + annihilation("A")))
    cycle = van_der_pol_boson(1, Rational(1, 2), levels)
    system = System({"A": cycle}, [drive], {"A": Rational(1, 4)})
    held = symsync.equation("held", symsync.fock_populations(exact_state(system), "A")[2])
    lower = qutip.destroy(levels)
    h = lower.dag() * lower / 4 + strength * (lower + lower.dag())
    rho = qutip.steadystate(h, [lower.dag(), np.sqrt(0.5) * lower**2])
    assert held.function()(k=strength) == pytest.approx(rho[2, 2].real, abs=1e-13)
