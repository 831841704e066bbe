"""Distributions of phases for the states of any small model, by quadrature over the sphere.

The numeric answers of `any_model` are integrated literally: coherent states, 40 nodes for θ and
equidistant φ.  No weight of a coherence is known here.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symsync.reference.arrays import matrices

__all__ = ["S_rel", "phase_distribution"]

Array = NDArray[Any]


def _polar(spin: float) -> Array:
    """Return ∫dθ sinθ (2S+1)/4π ⟨θ,0|m⟩⟨m′|θ,0⟩ by Gauss–Legendre quadrature."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    half = (nodes + 1) * np.pi / 4
    size = round(2 * spin)
    amplitudes = np.array(
        [
            math.sqrt(math.comb(size, k)) * np.cos(half) ** (size - k) * np.sin(half) ** k
            for k in range(size + 1)
        ]
    )
    density = (2 * spin + 1) / (4 * np.pi) * np.sin(2 * half) * weights * np.pi / 2
    return np.einsum("k,ik,jk->ij", density, amplitudes, amplitudes)


def _density(spin: float, phi: ArrayLike) -> Array:
    """Return ∫dθ sinθ Q's operator, ⟨θ,φ|m⟩⟨m′|θ,φ⟩ (2S+1)/4π, shape (…, 2S+1, 2S+1)."""
    m = spin - np.arange(round(2 * spin) + 1)
    turn = np.exp(1j * np.subtract.outer(m, m) * np.asarray(phi, float)[..., None, None])
    return _polar(spin) * turn


def _reduced(rho: Array, spins: Sequence[float], *kept: int) -> Array:
    """Return the state of one or two sites with one index for each ket and each bra."""
    sizes = [round(2 * spin) + 1 for spin in spins]
    count = len(sizes)
    bras = [site + count if site in kept else site for site in range(count)]
    indices = [*range(count), *bras]
    out = [*kept, *(site + count for site in kept)]
    return np.einsum(matrices(rho).reshape(sizes * 2), indices, out)


def phase_distribution(rho: Array, spins: Sequence[float], site: int, phi: ArrayLike) -> Array:
    """Return p(φ) = ∫dθ sinθ Q(θ, φ) of one site, less its uniform part Tr ρ/2π.

    Parameters
    ----------
    rho
        A state, or a term of an expansion, of shape (d, d).
    spins
        S of each site, in order.
    site
        The number of the site, from 0.
    phi
        Angles in rad.

    Returns
    -------
    ndarray
        The density per rad, in the shape of `phi`.

    Raises
    ------
    IndexError, ValueError
        If there is no such site, or the shapes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from symsync.reference.any_phases import phase_distribution
    >>> phase_distribution(np.array([[1, 1], [1, 1]]) / 2, [0.5], 0, [0, np.pi]).round(6)
    array([ 0.125, -0.125])
    """
    local = _reduced(rho, spins, site)
    value: Array = np.einsum("ab,...ab->...", local, _density(spins[site], phi)).real
    return value - np.trace(local).real / (2 * np.pi)


def S_rel(rho: Array, spins: Sequence[float], a: int, b: int, phi: ArrayLike) -> Array:
    """Return the distribution of φ = φ_a − φ_b, less its uniform part Tr ρ/2π.

    Parameters
    ----------
    rho
        A state, or a term of an expansion, of shape (d, d).
    spins
        S of each site, in order.
    a, b
        The numbers of two sites, from 0.
    phi
        Angles in rad.

    Returns
    -------
    ndarray
        The density per rad, in the shape of `phi`.

    Raises
    ------
    IndexError, ValueError
        If there are no such sites, or the shapes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from symsync.reference.any_phases import S_rel
    >>> triplet = np.array([0, 1, 1, 0]) / np.sqrt(2)
    >>> S_rel(np.outer(triplet, triplet), [0.5, 0.5], 0, 1, [0, np.pi]).round(6)
    array([ 0.098175, -0.098175])
    """
    pair = _reduced(rho, spins, a, b)
    count = round(2 * (spins[a] + spins[b])) + 1  # more than the harmonics of φ_b
    angles = 2 * np.pi * np.arange(count) / count
    total: Array = np.asarray(-np.einsum("abab->", pair).real / (2 * np.pi))
    for angle in angles:
        on_a, on_b = _density(spins[a], np.asarray(phi) + angle), _density(spins[b], angle)
        total = total + 2 * np.pi / count * np.einsum("abcd,...ac,bd->...", pair, on_a, on_b).real
    return total
