"""The formulas of motifs, evaluated over all edges and paths of a network at once."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symsync.evaluate import Evaluator
from symsync.large_networks.edge_formulas import ARGUMENTS, motif
from symsync.large_networks.sites_and_edges import Network, Paths, pair_keys

__all__ = [
    "RelativePhases",
    "edge_harmonics",
    "edge_negativity",
    "edge_second_harmonics",
    "mu",
    "path_harmonics",
    "relative_phases",
]

Array = NDArray[Any]

BLOCK = 2**18
"""The number of edges or paths whose parameters are gathered at a time."""


@dataclass(frozen=True, eq=False)
class RelativePhases:
    """The relative phases of pairs of sites, S_rel(φ) = 2 Re(c₁e^{iφ} + c₂e^{2iφ}), φ = φ_a − φ_b.

    Attributes
    ----------
    pairs
        (a, b) of each pair, shape (P, 2).
    first, second
        c₁ and c₂ of each pair, shape (P,), complex.
    """

    pairs: Array
    first: Array
    second: Array

    def S_rel(self, phi: ArrayLike) -> Array:
        """Return S_rel of each pair at the angles `phi`, which broadcast against shape (P,)."""
        wave = np.exp(1j * np.asarray(phi, float))
        value: Array = 2 * ((self.first + self.second * wave) * wave).real
        return value


@cache
def _function(name: str) -> Evaluator:
    return motif(name).function()


def _over(name: str, network: Network, sites: Array) -> Array:
    """Return a motif's formula at each row of `sites`, gathering parameters block by block."""
    function = _function(name)
    result = np.empty(len(sites), function.dtype)
    for start in range(0, len(sites), BLOCK):
        part = slice(start, start + BLOCK)
        values = {key: _gathered(key, network, sites[part].T) for key in function.parameters}
        function(**values, out=result[part])
    return result


def _gathered(name: str, network: Network, columns: Array) -> Array:
    """Return a parameter of a formula, gathered from the sites at its places."""
    attribute, places = ARGUMENTS[name]
    values: Array = getattr(network, attribute)
    first, *second = (values[columns[place]] for place in places)
    gathered: Array = first - second[0] if second else first
    return gathered


def mu(network: Network) -> tuple[Array, Array]:
    """Return μ₊ and μ₋ of each edge, shape (E,) each.

    At first order ⟨1,−1|ρ|0,0⟩ = ε μ₊ and ⟨−1,1|ρ|0,0⟩ = ε* μ₋.
    """
    return _over("mu_plus", network, network.edges), _over("mu_minus", network, network.edges)


def edge_harmonics(network: Network) -> Array:
    """Return c₁ of each edge (a, b) at first order: S_rel(φ) = 2 Re c₁e^{iφ} with φ = φ_a − φ_b."""
    return network.strengths * _over("edge_first", network, network.edges)


def edge_second_harmonics(network: Network) -> Array:
    """Return c₂ of each edge at second order, the leading term of the second harmonic."""
    return network.strengths**2 * _over("edge_second", network, network.edges)


def edge_negativity(network: Network) -> Array:
    """Return the negativity of the two sites of each edge at first order, |ε|(|μ₊| + |μ₋|)."""
    return np.abs(network.strengths) * _over("edge_negativity", network, network.edges)


def path_harmonics(network: Network) -> tuple[Paths, Array]:
    """Return all paths a – b – c and what each adds to c₁ of a and c at second order."""
    paths = network.paths()
    return paths, paths.strengths * _over("path", network, paths.sites)


def relative_phases(network: Network, order: int = 2) -> RelativePhases:
    """Return the relative phases of all pairs of sites that have one up to an order.

    Parameters
    ----------
    network
        The sites, the edges and their parameters.
    order
        1 or 2, the order in the couplings.  Order 1 has the edges with their c₁.  Order 2 adds
        c₂ of the edges, and to c₁ the paths that close a triangle with the edge.  The ends a < c
        of paths that no edge joins follow after the edges.

    Returns
    -------
    RelativePhases
        The pairs of sites with c₁ and c₂, whose unit is 1.

    Raises
    ------
    ValueError
        If `network` is no `Network`, or `order` is neither 1 nor 2.

    Examples
    --------
    >>> from symsync.large_networks import Network, relative_phases
    >>> chain = Network([(0, 1), (1, 2)], gain=[3, 1, 2], damping=[1, 2, 4], strengths=0.1)
    >>> found = relative_phases(chain)
    >>> found.pairs.tolist()
    [[0, 1], [1, 2], [0, 2]]
    >>> print(found.first.real.round(6))
    [0.006627 0.001104 0.000341]
    """
    if not isinstance(network, Network):
        raise ValueError(
            f"Argument `network` must be a Network, but is {network!r}. "
            "Write Network(edges, gain=…, damping=…, strengths=…)."
        )
    if order not in (1, 2):
        raise ValueError(f"Argument `order` must be 1 or 2, but is {order!r}.")
    edges = network.edges
    first = edge_harmonics(network)
    if order == 1:
        return RelativePhases(edges, first, np.zeros(len(edges), complex))
    second = edge_second_harmonics(network)
    paths, harmonics = path_harmonics(network)
    count = network.number_of_sites
    found, place = np.unique(pair_keys(paths.sites[:, ::2], count), return_inverse=True)
    mediated = _sums(place, harmonics, len(found))
    return _joined(RelativePhases(edges, first, second), found, mediated, count)


def _sums(place: Array, values: Array, count: int) -> Array:
    """Return the sum of the values at each place."""
    real = np.bincount(place, values.real, minlength=count)
    return real + 1j * np.bincount(place, values.imag, minlength=count)


def _joined(direct: RelativePhases, keys: Array, mediated: Array, count: int) -> RelativePhases:
    """Add the harmonics of paths to those of their edges, and put other pairs after the edges."""
    edges = direct.pairs
    ours = pair_keys(edges, count)
    place = np.searchsorted(keys, ours)
    closed = place < len(keys)
    closed[closed] = keys[place[closed]] == ours[closed]
    extra = mediated[place[closed]]
    backward = edges[closed, 0] > edges[closed, 1]
    first = direct.first.copy()
    first[closed] += np.where(backward, extra.conj(), extra)
    others = np.ones(len(keys), bool)
    others[place[closed]] = False
    pairs = np.stack(np.divmod(keys[others], count), axis=1)
    return RelativePhases(
        np.concatenate([edges, pairs]),
        np.concatenate([first, mediated[others]]),
        np.concatenate([direct.second, np.zeros(len(pairs), complex)]),
    )
