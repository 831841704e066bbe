"""The Husimi function of a state: Eq. (3) before its integrals."""

from typing import Any

from sympy import Add, Expr, Mul, Rational, conjugate, pi

from symsync.derive.state import State, require_state
from symsync.expressions.complex_parts import real_imag
from symsync.measures.phase_weights import is_pair
from symsync.model.coherent_states import coherent_state
from symsync.model.spin import Ket, projections

__all__ = ["directions", "husimi"]


def husimi(state: State, *angles: tuple[Any, Any]) -> Expr:
    """Return Q = Π (2S+1)/(4π) ⟨θ,φ|ρ|θ,φ⟩, normalised to 1 over the spheres.

    Parameters
    ----------
    state
        Any state of the package.
    *angles
        One pair (θ, φ) in rad for each site, in the order of the sites.

    Returns
    -------
    Expr
        A real density over the product of the spheres.

    Raises
    ------
    ValueError
        If `state` is no state, or the number of pairs is not the number of sites.

    Examples
    --------
    The limit cycle |0⟩ of a spin 1 lies around the equator and has no phase:

    >>> from sympy import symbols
    >>> from symsync import husimi, spin_pair, steady_series
    >>> theta, phi = symbols("theta phi", real=True)
    >>> alone = steady_series(spin_pair())[0].partial_trace("A")
    >>> husimi(alone, (theta, phi))
    3*sin(theta/2)**2*cos(theta/2)**2/(2*pi)
    """
    state = require_state(state)
    amplitudes = [
        dict(zip(projections(spin), coherent_state(spin, theta, phi), strict=True))
        for spin, theta, phi in directions(state, angles)
    ]

    def overlap(ket: Ket) -> Expr:
        return Mul(*(site[m] for site, m in zip(amplitudes, ket, strict=True)))

    density = Add(
        *(conjugate(overlap(ket)) * value * overlap(bra) for (ket, bra), value in state.items())
    )
    norm = Mul(*((2 * spin + 1) / (4 * pi) for spin in state.spins.values()))
    return norm * real_imag(density)[0]


def directions(state: State, angles: tuple[Any, ...]) -> list[tuple[Rational, Any, Any]]:
    """Return (S, θ, φ) of each site, or say that there must be a pair of angles for each."""
    require_state(state)
    spins = list(state.spins.values())
    if len(angles) != len(spins) or not all(is_pair(pair) for pair in angles):
        raise ValueError(
            f"Argument `angles` must be {len(spins)} pairs (θ, φ), one for each site, but is "
            f"{angles!r}."
        )
    return [(spin, *pair) for spin, pair in zip(spins, angles, strict=True)]
