"""Two oscillators under J(a†b + b†a), judged by dense solutions of QuTiP's equations."""

import numpy as np
import pytest
from judges import by_fock_states
from judges.by_falling_residuals import assert_falls_as
from sympy import Rational, lambdify, symbols

from symsync import (
    Coupling,
    S_rel,
    System,
    annihilation,
    creation,
    equation,
    exact_state,
    fock_populations,
    phi,
    steady_series,
    van_der_pol_boson,
)

# Both sides are cut at the same few levels.
pytestmark = pytest.mark.filterwarnings("ignore::symsync.TruncationWarning")

J = symbols("J", positive=True)
LOSSES = {"A": Rational(1, 2), "B": Rational(2, 3)}
ANGLES = np.array([0.0, 0.7, 2.0, -1.3])


def pair(levels):
    cycles = {site: van_der_pol_boson(1, loss, levels) for site, loss in LOSSES.items()}
    forth = creation("A") * annihilation("B")
    back = creation("B") * annihilation("A")
    return System(cycles, [Coupling(J * (forth + back))], {"A": Rational(1, 10)})


def judged(levels, strength):
    cycles = [(1, float(loss)) for loss in LOSSES.values()]
    return by_fock_states.pair_of_oscillators(levels, strength, 0.1, cycles)


@pytest.mark.parametrize("levels", [4, pytest.param(8, marks=pytest.mark.slow)])
def test_a_pair_follows_a_dense_solution(levels):
    """All orders; errors are roundings of 10⁻¹⁶ times the ratio of rates n²/J, below 10⁴."""
    state = exact_state(pair(levels))
    locking = equation("S", S_rel(state, kind="canonical")).function()
    top = equation("p", fock_populations(state, "B")[-1]).function()
    angles = ANGLES[:2]
    for strength in (0.3, 0.1):
        rho = judged(levels, strength)
        wanted = by_fock_states.canonical_relative_phase(rho, angles)
        assert locking(J=strength, phi=angles) == pytest.approx(wanted, abs=1e-12)
        held = rho[:, -1, :, -1].trace().real
        assert top(J=strength) == pytest.approx(held, abs=1e-12)


def test_the_first_order_misses_the_second():
    """The residual falls as J², whose next power adds about J/γ^g to the exponent."""
    first = lambdify((J, phi), S_rel(steady_series(pair(3))[1], kind="canonical"), "numpy")

    def residual(strength):
        exact = by_fock_states.canonical_relative_phase(judged(3, strength), ANGLES)
        return abs(exact - first(strength, ANGLES)).max()

    assert_falls_as(2, residual, 0.01, 0.05)


def test_frequencies_turn_the_phase_of_spins_and_oscillators_alike():
    """The wave moves with J and the detuning: it is not even in φ."""
    rho = judged(4, 0.3)
    ahead, behind = by_fock_states.canonical_relative_phase(rho, np.array([0.7, -0.7]))
    assert abs(ahead - behind) > 1e-3
