"""Coherent states of any spin resolve the identity."""

import numpy as np
import pytest
from sympy import Rational, lambdify, symbols

from symsync.model.coherent_states import coherent_state


@pytest.mark.parametrize("spin", [Rational(k, 2) for k in range(1, 6)])
def test_coherent_states_resolve_the_identity(spin):
    """The squares are polynomials of degree 2S in cos θ: six Gauss points are exact."""
    theta = symbols("theta", real=True)
    nodes, weights = np.polynomial.legendre.leggauss(6)
    amplitudes = lambdify(theta, list(coherent_state(spin, theta, 0)))
    values = np.array([amplitudes(angle) for angle in np.arccos(nodes)])
    populations = (2 * float(spin) + 1) / 2 * weights @ values**2
    assert np.allclose(populations, 1, rtol=1e-14)
