"""The exact numeric answer for the Letter's pair of spins 1, in plain NumPy from literal matrices.

It shares no operator, no weight and no formula with the symbolic side, so that agreement between
the two means something.  It is written to be checked by eye, not to be fast.

Density matrices have shape (…, 9, 9) in the basis |m_A, m_B⟩ = |1,1⟩, |1,0⟩, |1,−1⟩, |0,1⟩, …
The steady state conserves M = m_A + m_B.  Only the 19 elements ⟨k|ρ|b⟩ with equal M of ket and
bra are therefore solved for.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symsync.reference.arrays import density, floats

__all__ = [
    "S_rel",
    "S_rel_max",
    "evolve",
    "husimi",
    "locking_phase",
    "mutual_information",
    "negativity",
    "phase_distribution",
    "purity",
    "schmidt_coefficients",
    "steady_state",
]

Array = NDArray[Any]

S_PLUS = np.sqrt(2) * np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]])
S_MINUS = S_PLUS.T
S_Z = np.diag([1.0, 0.0, -1.0])
ONE = np.eye(3)

CHUNK = 4096


def _commutator(h: Array) -> Array:
    """Return −i(H ⊗ 1 − 1 ⊗ Hᵀ), acting on the rows of ρ laid end to end."""
    one = np.eye(len(h))
    return -1j * (np.kron(h, one) - np.kron(one, h.T))


def _dissipator(o: Array) -> Array:
    """Return O ⊗ O* − ½(O†O ⊗ 1 + 1 ⊗ (O†O)ᵀ)."""
    one, loss = np.eye(len(o)), o.conj().T @ o
    return np.kron(o, o.conj()) - (np.kron(loss, one) + np.kron(one, loss.T)) / 2


def _generators() -> dict[str, Array]:
    """Return the matrix that multiplies each parameter in Eqs. (1) and (2), on all 81 elements."""
    raising = np.kron(S_PLUS, S_MINUS)
    detuning = (np.kron(S_Z, ONE) - np.kron(ONE, S_Z)) / 2
    gain, damping = S_PLUS @ S_Z / np.sqrt(2), S_MINUS @ S_Z / np.sqrt(2)
    return {
        "epsilon": _commutator(0.5j * (raising - raising.T)),
        "Delta": _commutator(detuning),
        "gamma_g_A": _dissipator(np.kron(gain, ONE)),
        "gamma_d_A": _dissipator(np.kron(damping, ONE)),
        "gamma_g_B": _dissipator(np.kron(ONE, gain)),
        "gamma_d_B": _dissipator(np.kron(ONE, damping)),
    }


GENERATORS = _generators()

_M = np.diag(np.kron(S_Z, ONE) + np.kron(ONE, S_Z))
SECTOR = np.flatnonzero(np.equal.outer(_M, _M))
"""Indices of the elements, among all 81, that have equal m_A + m_B of ket and bra."""

_SECTOR_GENERATORS = {
    name: generator[np.ix_(SECTOR, SECTOR)] for name, generator in GENERATORS.items()
}
_IS_POPULATION = SECTOR // 9 == SECTOR % 9
_GROUND = int(np.flatnonzero(SECTOR == 4 * 9 + 4)[0])


def _generator(parameters: dict[str, ArrayLike]) -> Array:
    """Return the generator on the sector, shape (…, 19, 19)."""
    unknown = set(parameters) ^ set(GENERATORS)
    if unknown:
        raise TypeError(
            f"The reference takes exactly {', '.join(GENERATORS)}; check {sorted(unknown)[0]!r}."
        )
    arrays = np.broadcast_arrays(*(floats(name, parameters[name]) for name in GENERATORS))
    for name, array in zip(GENERATORS, arrays, strict=True):
        is_rate = name.startswith("gamma")
        bad = ~np.isfinite(array) | ((array <= 0) & is_rate)
        if bad.any():
            wanted = "positive and finite" if is_rate else "finite"
            raise ValueError(f"Argument `{name}` must be {wanted}, but contains {array[bad][0]}.")
    stack = np.stack([_SECTOR_GENERATORS[name] for name in GENERATORS])
    return np.tensordot(np.stack(arrays, axis=-1), stack, axes=1)


def _unpacked(elements: Array) -> Array:
    """Return 9×9 matrices from the 19 elements of the sector."""
    rho = np.zeros((*elements.shape[:-1], 81), complex)
    rho[..., SECTOR] = elements
    return rho.reshape(*elements.shape[:-1], 9, 9)


def steady_state(**parameters: ArrayLike) -> Array:
    """Return the ρ with Lρ = 0 and Tr ρ = 1, to all orders in the coupling.

    Parameters
    ----------
    **parameters
        `epsilon`, `Delta`, `gamma_g_A`, `gamma_d_A`, `gamma_g_B`, `gamma_d_B`: numbers or arrays
        that broadcast, in one unit of inverse time.

    Returns
    -------
    ndarray
        Shape (…, 9, 9), complex.

    Raises
    ------
    TypeError, ValueError
        If a parameter is missing, unknown, not finite, or a rate is not positive.

    """
    generator = _generator(parameters)
    generator[..., _GROUND, :] = _IS_POPULATION
    flat = generator.reshape(-1, 19, 19)
    target = np.zeros((1, 19, 1))  # a stack of columns for NumPy 1 and 2 alike
    target[0, _GROUND] = 1
    solved = [
        np.linalg.solve(flat[k : k + CHUNK], target)[..., 0] for k in range(0, len(flat), CHUNK)
    ]
    elements = np.concatenate(solved) if solved else np.empty((0, 19), complex)
    return _unpacked(elements.reshape(generator.shape[:-1]))


def evolve(t: ArrayLike, **parameters: ArrayLike) -> Array:
    """Return e^{Lt}|0,0⟩⟨0,0|: the state at `t` after the coupling is switched on.

    Parameters
    ----------
    t
        The time, a finite number or an array.
    **parameters
        Those of `steady_state`; they broadcast against `t`.

    Returns
    -------
    ndarray
        Shape (…, 9, 9), complex.

    Raises
    ------
    TypeError, ValueError
        If a parameter is missing, unknown, not finite, or a rate is not positive.

    Examples
    --------
    >>> from symsync.reference import S_rel_max, evolve
    >>> rates = dict(gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100)
    >>> S_rel_max(evolve([1, 2, 10], epsilon=0.1, Delta=0, **rates)).round(4)
    array([0.0137, 0.0186, 0.021 ])
    """
    generator = _generator(parameters) * floats("t", t)[..., None, None]
    norm = np.abs(generator).sum(axis=-1).max(initial=0.5)
    squarings = max(0, int(np.ceil(np.log2(norm))) + 1)
    small = generator / 2.0**squarings
    term = total = np.broadcast_to(np.eye(19, dtype=complex), small.shape)
    for k in range(1, 18):
        term = term @ small / k
        total = total + term
    for _ in range(squarings):
        total = total @ total
    return _unpacked(total[..., :, _GROUND])


def _coherent(theta: Array, phi: Array) -> Array:
    """Return the amplitudes of |θ,φ⟩ of a spin 1 along a last axis of 3."""
    theta, phi = np.broadcast_arrays(theta, phi)
    return np.stack(
        [
            np.cos(theta / 2) ** 2 * np.exp(-1j * phi),
            np.sqrt(2) * np.cos(theta / 2) * np.sin(theta / 2) + 0j,
            np.sin(theta / 2) ** 2 * np.exp(1j * phi),
        ],
        axis=-1,
    )


def _polar() -> Array:
    """Return ∫dθ sinθ (3/4π) ⟨θ,φ|i⟩⟨j|θ,φ⟩ at φ = 0 by Gauss–Legendre quadrature, shape (3, 3)."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    theta = (nodes + 1) * np.pi / 2
    amplitudes = _coherent(theta, np.zeros_like(theta))
    density = 3 / (4 * np.pi) * np.sin(theta) * weights * np.pi / 2
    return np.einsum("k,ki,kj->ij", density, amplitudes.conj(), amplitudes)


_POLAR = _polar()


def _by_sites(rho: Array) -> Array:
    """Return ρ with the indices m_A, m_B of the ket and of the bra, shape (…, 3, 3, 3, 3)."""
    state = density(rho, 9)
    return state.reshape(*state.shape[:-2], 3, 3, 3, 3)


def _reduced(rho: Array, site: str) -> Array:
    """Return ρ_A or ρ_B, shape (…, 3, 3)."""
    state = _by_sites(rho)
    return np.einsum({"A": "...abcb->...ac", "B": "...abad->...bd"}[site], state)


def husimi(rho: Array, site: str, theta: ArrayLike, phi: ArrayLike) -> Array:
    """Return Q_j = (3/4π) ⟨θ,φ|ρ_j|θ,φ⟩ of spin "A" or "B".

    Parameters
    ----------
    rho
        States of shape (…, 9, 9).
    site
        "A" or "B".
    theta, phi
        Angles in rad, which broadcast against the states.

    Returns
    -------
    ndarray
        The density on the sphere, in the broadcast shape.

    Raises
    ------
    KeyError, ValueError
        If there is no such site, or the shapes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from symsync.reference import husimi
    >>> ground = np.diag([0, 0, 0, 0, 1, 0, 0, 0, 0])  # |0,0⟩⟨0,0|
    >>> husimi(ground, "A", [0, np.pi / 4, np.pi / 2], 0).round(4)
    array([0.    , 0.0597, 0.1194])
    """
    ket = _coherent(np.asarray(theta, float), np.asarray(phi, float))
    value: Array = np.einsum("...a,...ac,...c->...", ket.conj(), _reduced(rho, site), ket).real
    return 3 / (4 * np.pi) * value


_MS = np.array([1, 0, -1])


def _turn(phi: ArrayLike) -> Array:
    """Return e^{i(m−m′)φ}, shape (…, 3, 3)."""
    angle = np.asarray(phi, float)[..., None, None]
    return np.exp(1j * np.subtract.outer(_MS, _MS) * angle)


def S_rel(rho: Array, phi: ArrayLike) -> Array:
    """Return S_rel at the relative phases `phi`, as the Letter's Eq. (3) says.

    The integral over φ_B is the mean over five equidistant angles, which is exact for spins 1.

    Parameters
    ----------
    rho
        States of shape (…, 9, 9).
    phi
        Angles in rad, which broadcast against the states.

    Returns
    -------
    ndarray
        The density per rad, in the broadcast shape.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> from symsync.reference import S_rel, steady_state
    >>> rates = dict(gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100)
    >>> S_rel(steady_state(epsilon=0.1, Delta=0, **rates), [0, 3.1416]).round(4)
    array([ 0.021, -0.021])
    """
    state = _by_sites(rho)
    total: Array = np.array(-1 / (2 * np.pi))
    angles = 2 * np.pi * np.arange(5) / 5
    for angle in angles:
        site_a = _POLAR * _turn(np.asarray(phi) + angle)
        site_b = _POLAR * _turn(angle)
        value = np.einsum("...abcd,...ac,bd->...", state, site_a, site_b).real
        total = total + value * 2 * np.pi / len(angles)
    return total


def _harmonics(rho: Array) -> Array:
    """Return c with S_rel = Re Σ_{k=1,2} c_k e^{ikφ}, from eight equidistant angles."""
    angles = 2 * np.pi * np.arange(8) / 8
    samples = S_rel(density(rho, 9)[..., None, :, :], angles)
    return np.fft.rfft(samples, axis=-1)[..., 1:3] / 4


_ORDERS = np.array([1, 2])


def locking_phase(rho: Array) -> Array:
    """Return the φ in rad at which S_rel is largest: the best of 16 searches by Newton's method."""
    harmonics = _harmonics(rho)[..., None, :]
    shape = (*harmonics.shape[:-2], 16)
    phi = np.broadcast_to(2 * np.pi * np.arange(-8, 8) / 16, shape)
    for _ in range(8):
        wave = harmonics * np.exp(1j * _ORDERS * phi[..., None])
        slope, curvature = (1j * _ORDERS * wave).real.sum(-1), (-(_ORDERS**2) * wave).real.sum(-1)
        phi = phi - slope / np.where(curvature < 0, curvature, -np.inf)
    height = (harmonics * np.exp(1j * _ORDERS * phi[..., None])).real.sum(-1)
    best = np.argmax(height, axis=-1)[..., None]
    found: Array = np.take_along_axis(phi, best, axis=-1)[..., 0]
    return np.remainder(found + np.pi, 2 * np.pi) - np.pi


def S_rel_max(rho: Array) -> Array:
    """Return the maximum of S_rel over φ, shape (…) for states of shape (…, 9, 9)."""
    phi = locking_phase(rho)[..., None]
    best: Array = (_harmonics(rho) * np.exp(1j * _ORDERS * phi)).real.sum(-1)
    return best


def phase_distribution(rho: Array, site: str, phi: ArrayLike) -> Array:
    """Return p_j(φ) = ∫dθ sinθ Q_j − 1/2π of spin "A" or "B".

    Parameters
    ----------
    rho
        States of shape (…, 9, 9).
    site
        "A" or "B".
    phi
        Angles in rad, which broadcast against the states.

    Returns
    -------
    ndarray
        The density per rad, in the broadcast shape.

    Raises
    ------
    KeyError, ValueError
        If there is no such site, or the shapes do not fit.

    Examples
    --------
    >>> from symsync.reference import phase_distribution, steady_state
    >>> rates = dict(gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100)
    >>> rho = steady_state(epsilon=0.1, Delta=0, **rates)
    >>> bool(abs(phase_distribution(rho, "A", [0, 1, 2])).max() < 1e-14)
    True
    """
    value: Array = np.einsum("...ac,...ac->...", _reduced(rho, site), _POLAR * _turn(phi)).real
    return value - 1 / (2 * np.pi)


def negativity(rho: Array) -> Array:
    """Return (‖ρ^{T_A}‖₁ − 1)/2, the sum of |λ| over the negative eigenvalues λ of ρ^{T_A}."""
    state = _by_sites(rho)
    transposed = np.swapaxes(state, -4, -2).reshape(np.shape(rho))
    values: Array = np.linalg.eigvalsh(transposed)
    return -np.minimum(values, 0).sum(axis=-1)


def _entropy(rho: Array) -> Array:
    values = np.linalg.eigvalsh(rho)
    positive = np.where(values > 0, values, 1.0)
    entropy: Array = -(positive * np.log(positive)).sum(axis=-1)
    return entropy


def mutual_information(rho: Array) -> Array:
    """Return I = S(ρ_A) + S(ρ_B) − S(ρ) with natural logarithms, shape (…)."""
    return _entropy(_reduced(rho, "A")) + _entropy(_reduced(rho, "B")) - _entropy(density(rho, 9))


def purity(rho: Array) -> Array:
    """Return Tr ρ², shape (…)."""
    value: Array = (np.abs(density(rho, 9)) ** 2).sum(axis=(-1, -2))
    return value


def schmidt_coefficients(rho: Array) -> Array:
    """Return the Schmidt coefficients of ρ's dominant eigenvector, descending, shape (…, 3)."""
    _, vectors = np.linalg.eigh(density(rho, 9))
    dominant = vectors[..., -1].reshape(*np.shape(rho)[:-2], 3, 3)
    values: Array = np.linalg.svd(dominant, compute_uv=False)
    return values
