"""The formulas of motifs, evaluated over all edges and paths of a network at once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symsync.catalogue import equations
from symsync.evaluate import Evaluator
from symsync.expressions.symbols import Delta, frequency
from symsync.formula import Equation
from symsync.large_networks.any_edge import SITES
from symsync.large_networks.edge_formulas import Delta_AB, Delta_BC, Motifs, path_formulas
from symsync.large_networks.sites_and_edges import LETTERS, Network, Paths, pair_keys

__all__ = [
    "RelativePhases",
    "edge_harmonics",
    "edge_negativity",
    "mu",
    "path_harmonics",
    "relative_phases",
]

Array = NDArray[Any]

BLOCK = 2**18
"""The number of edges or paths whose parameters are gathered at a time."""


@dataclass(frozen=True, eq=False)
class RelativePhases:
    """The relative phases of pairs of sites, S_rel(φ) = 2 Re Σ_k c_k e^{ikφ}, φ = φ_a − φ_b.

    Attributes
    ----------
    pairs
        (a, b) of each pair, shape (P, 2).
    harmonics
        {k: c_k of each pair}, shape (P,) each, complex; all others vanish.
    """

    pairs: Array
    harmonics: Mapping[int, Array]

    @property
    def first(self) -> Array:
        """c₁ of each pair, shape (P,)."""
        return self._harmonic(1)

    @property
    def second(self) -> Array:
        """c₂ of each pair, shape (P,)."""
        return self._harmonic(2)

    def _harmonic(self, k: int) -> Array:
        return self.harmonics.get(k, np.zeros(len(self.pairs), complex))

    def S_rel(self, phi: ArrayLike) -> Array:
        """Return S_rel of each pair at the angles `phi`, which broadcast against shape (P,)."""
        wave = np.exp(1j * np.asarray(phi, float))
        total = sum((c * wave**k for k, c in self.harmonics.items()), 0j * wave * self.first)
        value: Array = 2 * total.real
        return value


# Evaluating a formula ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rows:
    """Edges or paths: the sites and the edges along each, and which of the edges go onward."""

    network: Network
    sites: Array
    edges: Array
    forward: Array | None = None

    def groups(self) -> Iterator[tuple[tuple[int, ...], tuple[bool, ...], Any]]:
        """Return the rows that share their formulas: kinds of sites, directions, and places."""
        motifs, size, links = self.network.motifs, self.sites.shape[1], self.edges.shape[1]
        bases = [len(motifs.cycles)] * size
        columns = list(self.network.kinds[self.sites].T) if len(motifs.cycles) > 1 else [0] * size
        backward = None if motifs.parity or self.forward is None else ~self.forward.T
        bases += [2] * links
        columns += [0] * links if backward is None else list(backward)
        if backward is None and len(motifs.cycles) == 1:
            yield (0,) * size, (True,) * links, slice(None)
            return
        codes = np.ravel_multi_index(np.broadcast_arrays(*columns), bases)
        for code in np.unique(codes):
            found = list(map(int, np.unravel_index(code, bases)))
            kinds, turned = tuple(found[:size]), found[size:]
            yield kinds, tuple(not each for each in turned), np.flatnonzero(codes == code)

    def over(self, function: Evaluator, places: Any) -> Array:
        """Return a formula at some rows, gathering parameters block by block."""
        sites, edges = self.sites[places], self.edges[places]
        sources = {name: _source(self.network.motifs, name) for name in function.parameters}
        if not sources:
            return np.full(len(sites), function())
        result = np.empty(len(sites), function.dtype)
        for start in range(0, len(sites), BLOCK):
            part = slice(start, start + BLOCK)
            columns = {"sites": sites[part].T, "edges": edges[part].T}
            values = {
                name: _gathered(self.network, columns, *source) for name, source in sources.items()
            }
            function(**values, out=result[part])
        return result

    def harmonics(self, formulas: Callable[..., Mapping[int, Equation]]) -> dict[int, Array]:
        """Return {k: values} at all rows of what is derived for their kinds and directions."""
        found: dict[int, Array] = {}
        for kinds, forward, places in self.groups():
            for k, formula in formulas(kinds, forward).items():
                values = self.over(_function(formula), places)
                if isinstance(places, slice):
                    found[k] = values
                    continue
                found.setdefault(k, np.zeros(len(self.sites), complex))[places] = values
        return found


@cache
def _function(formula: Equation) -> Evaluator:
    return formula.function()


@cache
def _source(motifs: Motifs, name: str) -> tuple[str, str, tuple[int, ...]]:
    """Return where a formula's parameter stands: "sites" or "edges", its name, and its places.

    Of two places along the edge or path it is the difference.
    """
    found: dict[str, tuple[str, str, tuple[int, ...]]] = {
        Delta.name: ("sites", "", (0, 1)),
        Delta_AB.name: ("sites", "", (0, 1)),
        Delta_BC.name: ("sites", "", (1, 2)),
    }
    for place, site in enumerate(SITES):
        found[frequency(site).name] = ("sites", "", (place,))
        found |= {f"{each}_{site}": ("sites", each, (place,)) for each in motifs.site_columns}
    for place, (a, b) in enumerate(pairwise(SITES)):
        for each in motifs.edge_columns:
            found |= {f"{each}_{a}_{b}": ("edges", each, (place,))}
            found |= {f"{each}_{b}_{a}": ("edges", each, (place,))}
    return found[name]


def _gathered(
    network: Network, columns: Mapping[str, Array], owner: str, name: str, places: tuple[int, ...]
) -> Array:
    """Return a parameter of a formula, gathered from the sites or edges at its places."""
    named = network.at_sites if owner == "sites" else network.at_edges
    values = named[LETTERS.get(name, name)] if name else network.frequencies
    first, *second = (values[columns[owner][place]] for place in places)
    gathered: Array = first - second[0] if second else first
    return gathered


# Edges ------------------------------------------------------------------------------------------


def _edges(network: Network) -> _Rows:
    return _Rows(network, network.edges, np.arange(len(network.edges))[:, None])


def mu(network: Network) -> tuple[Array, Array]:
    """Return μ₊ and μ₋ of each edge of a network of the Letter's spins, shape (E,) each.

    At first order ⟨1,−1|ρ|0,0⟩ = ε μ₊ and ⟨−1,1|ρ|0,0⟩ = ε* μ₋.
    """
    if network.motifs != Motifs():
        raise ValueError(
            "Argument `network` must have the Letter's cycles and couplings, of which alone μ₊ and "
            "μ₋ tell all. Use edge_harmonics."
        )
    rows = _edges(network)
    plus, minus = (
        rows.over(_function(equations[name]), slice(None)) for name in ("mu_plus", "mu_minus")
    )
    return plus, minus


def edge_harmonics(network: Network, order: int = 1) -> dict[int, Array]:
    """Return {k: c_k of each edge (a, b)}, of one order, with φ = φ_a − φ_b.

    Parameters
    ----------
    network
        The sites, the edges and their parameters.
    order
        1 or 2; the harmonics of order 2 are those of the edge alone.

    Returns
    -------
    dict
        Arrays of shape (E,), complex; harmonics that vanish at all edges are left out.

    Raises
    ------
    ValueError
        If `network` is no `Network`, or `order` is neither 1 nor 2.

    Examples
    --------
    >>> from symsync.large_networks import Network, edge_harmonics
    >>> pair = Network([(0, 1)], gain=[3, 1], damping=[1, 2], strengths=0.1)
    >>> list(edge_harmonics(pair)), list(edge_harmonics(pair, order=2))
    ([1], [2])
    """
    _require(network, order)
    formulas = network.motifs.edge
    found = _edges(network).harmonics(lambda kinds, _: formulas(order, kinds))
    strengths = network.strengths**order
    return {k: strengths * values for k, values in found.items()}


def edge_negativity(network: Network) -> Array:
    """Return the negativity of the two sites of each edge at first order, ∝ |ε|, shape (E,)."""
    _require(network, 1)
    if network.motifs.turn is None and not (network.strengths.real >= 0).all():
        raise ValueError(
            "Argument `strengths` must not be negative for the negativity of this coupling, which "
            "may depend on its sign. Put the sign into the coupling."
        )
    formulas = network.motifs.negativity
    found = _edges(network).harmonics(lambda kinds, _: {0: formulas(kinds)})
    value: Array = np.abs(network.strengths) * found[0].real
    return value


# Paths ------------------------------------------------------------------------------------------


def path_harmonics(network: Network) -> tuple[Paths, dict[int, Array]]:
    """Return all paths a – b – c and {k: what each adds to c_k of φ_a − φ_c} at second order."""
    _require(network, 2)
    paths = network.paths()
    rows = _Rows(network, paths.sites, paths.edges, paths.forward)
    found = rows.harmonics(network.motifs.path)
    strengths = _path_strengths(network, paths) if found else None
    return paths, {k: strengths * values for k, values in found.items()}


def _path_strengths(network: Network, paths: Paths) -> Array:
    """Return s_ab s_bc of each path; an edge that goes backwards has that of one that does not.

    If sO + s*O† changes m of its sites by (q, q′), q > 0, and (−q, −q′), the phase of s turns the
    first site if it is an end of the path, or the second by −q′: a power of s or of s*.
    """
    motifs = network.motifs
    ab, bc = (network.strengths[edge] for edge in paths.edges.T)
    if motifs.turn is None and motifs.parity >= 0:
        return ab * bc
    onward, backward = paths.forward[:, 0], ~paths.forward[:, 1]
    if motifs.turn is not None:
        alike = motifs.turn[1] > 0
        ab = ab if alike else np.where(onward, ab, ab.conj())
        bc = bc.conj() if alike else np.where(backward, bc.conj(), bc)
    if motifs.parity == -1:
        ab = np.where(onward == backward, -ab, ab)
    product: Array = ab * bc
    return product


def _beside(network: Network, paths: Paths) -> dict[int, Array]:
    """Return {k: what the other edges at its ends add to c_k of each edge}, at second order."""
    rows = _Rows(network, paths.sites, paths.edges, paths.forward)
    strengths = _path_strengths(network, paths)
    total: dict[int, Array] = {}
    for place, pair in enumerate(("AB", "BC")):

        def formulas(kinds: Any, forward: Any, pair: str = pair) -> Mapping[int, Equation]:
            return path_formulas(network.motifs, kinds, forward)[pair]

        for k, values in rows.harmonics(formulas).items():
            added = strengths * values
            added = np.where(paths.forward[:, place], added, added.conj())
            sums = _sums(paths.edges[:, place], added, len(network.edges))
            total[k] = total.get(k, 0) + sums
    return total


# All pairs --------------------------------------------------------------------------------------


def relative_phases(network: Network, order: int = 2) -> RelativePhases:
    """Return the relative phases of all pairs of sites that have one up to an order.

    Parameters
    ----------
    network
        The sites, the edges and their parameters.
    order
        1 or 2, the order in the couplings.  Order 1 has the edges alone.  Order 2 adds their
        harmonics of second order, and the paths that close a triangle with the edge.  The ends
        a < c of paths that no edge joins follow after the edges.

    Returns
    -------
    RelativePhases
        The pairs of sites with their harmonics, whose unit is 1.

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
    _require(network, order)
    direct = edge_harmonics(network, 1)
    if order == 1:
        return RelativePhases(network.edges, direct)
    direct = _sum(direct, edge_harmonics(network, 2))
    paths, mediated = path_harmonics(network)
    if network.motifs.reaches_beyond:
        direct = _sum(direct, _beside(network, paths))
    return _joined(network, direct, paths, mediated)


def _require(network: Any, order: Any) -> None:
    if not isinstance(network, Network):
        raise ValueError(
            f"Argument `network` must be a Network, but is {network!r}. "
            "Write Network(edges, gain=…, damping=…, strengths=…)."
        )
    if order not in (1, 2):
        raise ValueError(f"Argument `order` must be 1 or 2, but is {order!r}.")


def _sum(one: Mapping[int, Array], other: Mapping[int, Array]) -> dict[int, Array]:
    found = {}
    for k in sorted({*one, *other}):
        terms = [each[k] for each in (one, other) if k in each]
        found[k] = sum(terms[1:], terms[0])
    return found


def _sums(place: Array, values: Array, count: int) -> Array:
    """Return the sum of the values at each place."""
    real = np.bincount(place, values.real, minlength=count)
    return real + 1j * np.bincount(place, values.imag, minlength=count)


def _joined(
    network: Network, direct: Mapping[int, Array], paths: Paths, mediated: Mapping[int, Array]
) -> RelativePhases:
    """Add the harmonics of paths to those of their edges, and put other pairs after the edges."""
    edges, count = network.edges, network.number_of_sites
    if not mediated:
        return RelativePhases(edges, direct)
    keys, place = np.unique(pair_keys(paths.sites[:, ::2], count), return_inverse=True)
    ours = pair_keys(edges, count)
    found = np.searchsorted(keys, ours)
    closed = found < len(keys)
    closed[closed] = keys[found[closed]] == ours[closed]
    backward = edges[closed, 0] > edges[closed, 1]
    others = np.ones(len(keys), bool)
    others[found[closed]] = False
    harmonics = {}
    for k in sorted({*direct, *mediated}):
        own = direct[k].copy() if k in direct else np.zeros(len(edges), complex)
        more = np.zeros(len(keys), complex)
        if k in mediated:
            more = _sums(place, mediated[k], len(keys))
        extra = more[found[closed]]
        own[closed] += np.where(backward, extra.conj(), extra)
        harmonics[k] = np.concatenate([own, more[others]])
    pairs = np.stack(np.divmod(keys[others], count), axis=1)
    return RelativePhases(np.concatenate([edges, pairs]), harmonics)
