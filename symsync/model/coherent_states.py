"""Coherent states of a spin, on which its Husimi function stands."""

from typing import Any

from sympy import I, ImmutableMatrix, binomial, cos, exp, sin, sqrt

from symsync.expressions.checks import angle
from symsync.model.spin import as_spin, projections

__all__ = ["coherent_state"]


def coherent_state(spin: Any, theta: Any, phi: Any) -> ImmutableMatrix:
    """Return |θ,φ⟩ = exp(−iφS^z) exp(−iθS^y)|S⟩ as a column of its amplitudes.

    ⟨m|θ,φ⟩ = √C(2S, S+m) cos^{S+m}(θ/2) sin^{S−m}(θ/2) e^{−imφ}.

    Parameters
    ----------
    spin
        S.
    theta, phi
        Polar and azimuthal angle in rad, numbers or expressions.

    Returns
    -------
    ImmutableMatrix
        Shape (2S+1, 1), for m = S, S−1, …, −S.

    Raises
    ------
    ValueError
        If `spin` is no positive multiple of 1/2.

    Examples
    --------
    >>> from sympy import pi
    >>> from symsync import coherent_state
    >>> coherent_state(1, pi / 2, 0).T
    Matrix([[1/2, sqrt(2)/2, 1/2]])
    """
    top, theta, phi = as_spin(spin), angle("theta", theta), angle("phi", phi)
    return ImmutableMatrix(
        [
            sqrt(binomial(2 * top, top + m))
            * cos(theta / 2) ** (top + m)
            * sin(theta / 2) ** (top - m)
            * exp(-I * m * phi)
            for m in projections(top)
        ]
    )
