"""The joint distribution of the phases of several sites, and where it is largest."""

from collections import defaultdict
from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING, Any

from sympy import Add, Expr, Mul, factor_terms

from symsync.derive.state import Element, State, require_sites, require_state
from symsync.expressions.checks import real
from symsync.formula import equation
from symsync.measures.phase_locking import wave, weight

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["joint_phase_distribution", "joint_phase_harmonics", "joint_phase_maximum"]

Numbers = tuple[int, ...]

STEPS = 8
"""Steps of Newton's method, which doubles the digits with each."""


def joint_phase_harmonics(state: State, *sites: str | int) -> dict[Numbers, Expr]:
    """Return {k: c_k} with P(φ₁, φ₂, …) = c_0 + 2 Re Σ_{k>0} c_k e^{i(k₁φ₁ + k₂φ₂ + …)}.

    Each element ⟨m|ρ|m′⟩ gives the harmonic with k_j = m_j − m_j′.  Of k and −k the one is listed
    whose first number that is not 0 is positive.

    Parameters
    ----------
    state
        Any state of the package; other sites are traced out.
    *sites
        Labels of sites; all sites of the state, if none is given.

    Returns
    -------
    dict
        The complex c_k; harmonics without an element are left out.

    Raises
    ------
    ValueError
        If `state` is no state, or a site is unknown or named twice.

    Examples
    --------
    The second order of a chain: its neighbours and its ends meet, in pairs and all three:

    >>> from symsync import chain, joint_phase_harmonics, steady_series
    >>> sorted(joint_phase_harmonics(steady_series(chain(3))[2]))
    [(0, 0, 0), (0, 2, -2), (1, -2, 1), (1, 0, -1), (2, -2, 0)]
    """
    state = require_state(state)
    named = require_sites("sites", sites or tuple(state.spins), state.spins)
    reduced = state if list(named) == list(state.spins) else state.partial_trace(*named)
    spins = list(reduced.spins.values())
    weights: dict[Numbers, dict[Element, Expr]] = defaultdict(dict)
    for ket, bra in reduced:
        k = tuple(int(a - b) for a, b in zip(ket, bra, strict=True))
        if k >= (0,) * len(k):
            weights[k][ket, bra] = weight(spins, ket, bra)
    return {k: factor_terms(reduced.functional(found)) for k, found in weights.items()}


def joint_phase_distribution(state: State, phases: Mapping[Any, Expr]) -> Expr:
    """Return the joint distribution of the phases of some sites, less (1/2π)ⁿ.

    Parameters
    ----------
    state
        Any state of the package.
    phases
        {site: the symbol of its phase in rad}; other sites are traced out.

    Returns
    -------
    Expr
        A real density per radⁿ.

    Raises
    ------
    ValueError
        If `state` is no state, `phases` does not map its sites to real symbols, or the state holds
        such a symbol already.

    Examples
    --------
    Of a pair it depends on the difference of both phases:

    >>> from sympy import pi, symbols
    >>> from symsync import S_rel, joint_phase_distribution, spin_pair, steady_series
    >>> a, b = symbols("a b", real=True)
    >>> state = steady_series(spin_pair())[1]
    >>> joint_phase_distribution(state, {"A": a, "B": b}) - S_rel(state, phi=a - b) / (2 * pi)
    0
    """
    if not isinstance(phases, Mapping):
        raise ValueError(f"Argument `phases` must be {{site: its phase}}, but is {phases!r}.")
    angles = [real("phases", angle) for angle in phases.values()]
    harmonics = joint_phase_harmonics(state, *phases)
    inside = set().union(*(value.free_symbols for value in harmonics.values()))
    for angle in angles:
        if inside & angle.free_symbols:
            raise ValueError(
                f"Argument `phases` must hold symbols that the state does not hold, but holds "
                f"{angle}. Choose another name."
            )
    return Add(
        *(wave(value, Add(*map(Mul, k, angles))) for k, value in harmonics.items() if any(k))
    )


def joint_phase_maximum(
    state: State, /, *sites: str | int, **values: Any
) -> "tuple[NDArray[Any], NDArray[Any]]":
    """Return the maximum of `joint_phase_distribution` and the phases at which it stands.

    Frustration shows in it: three phases that cannot all differ by π reach less than three times
    the maximum of a pair, at compromises such as 2π/3.  The maximum is found on a grid and refined
    by Newton's method; of several that are equal it is one.

    Parameters
    ----------
    state
        Any state of the package; other sites are traced out.
    *sites
        Labels of sites; all sites of the state, if none is given.
    **values
        Numbers or arrays for all symbols of the state, by name, which broadcast.

    Returns
    -------
    tuple
        The maximum, a density per radⁿ, of the shape of the values, and the phases in (−π, π],
        with one axis more.  If only differences of phases matter, the last phase is 0.

    Raises
    ------
    ValueError
        If `state` is no state, a site is unknown, a value is missing or outside its domain, or the
        grid of so many phases has more than a million points.

    Examples
    --------
    The cycles of three spins 1 are chosen such that neighbours are in phase:

    >>> from symsync import chain, joint_phase_maximum, steady_series
    >>> rates = dict(gamma_g_A=2, gamma_d_A=1, gamma_g_B=1, gamma_d_B=2, gamma_g_C=1, gamma_d_C=3)
    >>> height, phases = joint_phase_maximum(steady_series(chain(3))[1], epsilon=0.1, **rates)
    >>> print(phases.round(6) + 0)
    [0. 0. 0.]
    """
    import numpy as np

    state = require_state(state)
    harmonics = {k: c for k, c in joint_phase_harmonics(state, *sites).items() if any(k) and c != 0}
    count = len(sites or state.spins)
    function = equation("c", [*harmonics.values(), 0]).function()
    c = np.asarray(function(**values), complex)
    if not harmonics:
        return np.zeros(c.shape[:-1]), np.full((*c.shape[:-1], count), np.nan)
    k = np.array([*harmonics], float)
    free = count - 1 if not k.sum(axis=1).any() else count
    flat = 2 * c[..., :-1].reshape(-1, len(k))
    heights, angles = _highest(flat, k[:, :free])
    phases = np.zeros((len(flat), count))
    phases[:, :free] = np.pi - (np.pi - angles) % (2 * np.pi)
    return heights.reshape(c.shape[:-1]), phases.reshape(*c.shape[:-1], count)


def _highest(c: "NDArray[Any]", k: "NDArray[Any]") -> "tuple[NDArray[Any], NDArray[Any]]":
    """Return the maxima of Re Σ c e^{ik·φ} for each row of c, and the φ of each."""
    import numpy as np

    sizes = [int(8 * most) + 1 for most in abs(k).max(axis=0)]
    if prod(sizes) > 10**6:
        raise ValueError(
            f"Argument `sites` must name fewer sites, but {len(sizes)} phases need a grid of "
            f"{prod(sizes)} points. Name some of them."
        )
    axes = np.meshgrid(*(2 * np.pi * np.arange(n) / n for n in sizes), indexing="ij")
    grid = np.stack([axis.ravel() for axis in axes], axis=1)
    waves = np.exp(1j * grid @ k.T)
    angles = np.array([grid[np.argmax((waves @ row).real)] for row in c])

    def height(angles: Any) -> Any:
        return c * np.exp(1j * angles @ k.T)

    best = height(angles).real.sum(axis=1)
    for _ in range(STEPS):
        terms = height(angles)
        slope = -terms.imag @ k
        curvature = -np.einsum("pj,ja,jb->pab", terms.real, k, k)
        inverse = np.linalg.pinv(curvature, rcond=1e-9, hermitian=True)
        moved = angles - np.einsum("pab,pb->pa", inverse, slope)
        found = height(moved).real.sum(axis=1)
        better = found > best
        angles = np.where(better[:, None], moved, angles)
        best = np.where(better, found, best)
    return best, angles
