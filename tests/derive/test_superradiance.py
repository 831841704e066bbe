"""Spins that decay together at any rate, under a weak drive, judged by hand and by QuTiP."""

import numpy as np
import pytest
import qutip
from judges import by_qutip
from judges.by_falling_residuals import assert_falls_as
from sympy import Add, Rational, S, cos, symbols

from symsync import (
    Dissipation,
    Drive,
    LimitCycle,
    S_minus,
    System,
    equation,
    gain_and_loss,
    phase_distribution,
    phi,
    steady_series,
)

J, loss, epsilon = symbols("J loss epsilon", positive=True)
ANGLES = np.array([0.0, 0.7, 2.0])


def first_order(cycle, sites, rate, detuning=0):
    """p_A(φ) of sites that are alike, with a strong D[Σ S⁻] and a weak drive of all of them."""
    couplings = [Dissipation(rate, Add(*map(S_minus, sites))), *(Drive(a, epsilon) for a in sites)]
    frequencies = dict.fromkeys(sites, detuning)
    system = System(dict.fromkeys(sites, cycle), couplings, frequencies, strong=[0])
    return phase_distribution(steady_series(system)[1], "A")


@pytest.mark.parametrize("sites", ["A", "AB", "ABC", "ABCD"])
def test_the_width_is_that_of_all_spins(sites):
    """By hand, on resonance: |↓…↓⟩ is dark, and Σ|↑⟩⟨↓| decays at (loss + NJ)/2.

    The drive feeds each coherence with ε/2, so that ⟨↑|ρ|↓⟩ = −ε/(loss + NJ); its weight is 1/4.
    """
    found = first_order(LimitCycle(S.Half, [(loss, S_minus)]), sites, J)
    assert (found + epsilon * cos(phi) / (4 * (loss + len(sites) * J))).simplify() == 0


@pytest.mark.parametrize(
    ("spin", "power"), [(0.5, 3), pytest.param(1.0, 2, marks=pytest.mark.slow)]
)
def test_pumped_spins_are_those_of_qutip(spin, power):
    """A drive turned by π turns φ by π, so that only a second harmonic is of second order.

    A spin 1/2 has none.  The next power adds about (ε/rate)², below 0.01, to the exponent.
    """
    cycle = gain_and_loss(Rational(1, 2), 1, Rational(spin))
    first = equation("p", first_order(cycle, "ABC", 2, Rational(1, 3))).function()
    plus, minus, z = (
        sum(each) for each in zip(*by_qutip.ladders(A=spin, B=spin, C=spin).values(), strict=True)
    )
    jumps = [np.sqrt(2) * minus]
    for up, down, _ in by_qutip.ladders(A=spin, B=spin, C=spin).values():
        jumps += [np.sqrt(0.5) * up, down]

    def residual(strength):
        rho = qutip.steadystate(z / 3 + strength / 2j * (plus - minus), jumps)
        exact = by_qutip.phase_distribution(rho, 0, ANGLES)
        return abs(exact - first(phi=ANGLES, epsilon=strength)).max()

    assert_falls_as(power, residual, 0.05, 0.02)
