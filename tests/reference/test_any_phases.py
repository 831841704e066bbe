"""Distributions of phases by quadrature: those of QuTiP, of any spins and sites."""

import numpy as np
import pytest
import qutip
from judges import by_qutip as judge

from symsync.reference import any_phases

ANGLES = np.array([0, 0.4, 2.0, 3.5])
SPINS = [1, 0.5, 1.5]


@pytest.fixture(scope="module")
def state():
    """A random state of three different spins."""
    sizes = [int(2 * spin + 1) for spin in SPINS]
    return qutip.rand_dm(sizes, seed=7)


@pytest.mark.parametrize("site", range(3))
def test_a_phase_is_qutips(state, site):
    ours = any_phases.phase_distribution(state.full(), SPINS, site, ANGLES)
    theirs = judge.phase_distribution(state, site, ANGLES)
    assert np.abs(theirs).max() > 1e-3
    assert np.abs(ours - theirs).max() < 1e-14  # rounding


@pytest.mark.parametrize(("a", "b"), [(0, 1), (0, 2), (2, 1)])
def test_a_relative_phase_is_qutips(state, a, b):
    ours = any_phases.S_rel(state.full(), SPINS, a, b, ANGLES)
    theirs = judge.relative_phase(state, a, b, ANGLES)
    assert np.abs(theirs).max() > 1e-4
    assert np.abs(ours - theirs).max() < 1e-14  # rounding


def test_terms_without_trace_are_taken_as_they_are():
    """An order of an expansion has no uniform part."""
    term = np.array([[1, 1], [1, -1]])
    found = any_phases.phase_distribution(term, [0.5], 0, [0, np.pi / 2])
    assert np.abs(found - [0.25, 0]).max() < 1e-15
