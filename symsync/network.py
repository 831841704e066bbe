"""Formulas of motifs, derived once and evaluated over whole networks at once.

A network of the Letter's spins 1 with exchange couplings V = (i/2)(ε S⁺_a S⁻_b − ε* S⁺_b S⁻_a) is
made of two motifs.  Up to second order in the couplings the relative phase of two sites has

- from an edge between them, the first harmonic ∝ ε and the second harmonic ∝ ε²,
- from each path a – b – c of two edges, the first harmonic of a and c, ∝ ε_ab ε_bc.

Nothing else contributes: each coupling changes m_a − m_a′ by one, and what it does to a site that
is traced out must be undone.  A triangle is an edge and a path between its ends.
The engine derives the formulas for couplings of unit strength.  A phase of ε is the same as
turning a site about z, so that the powers of ε hold for complex strengths too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import S

from symsync.entanglement import first_order_negativity
from symsync.equation import Equation, equation
from symsync.evaluate import Evaluator
from symsync.expansion import Series, steady_series
from symsync.phase_space import relative_phase_harmonics
from symsync.symbols import Delta, damping_rate, declare, gain_rate
from symsync.system import Exchange, System, equatorial

__all__ = [
    "Network",
    "Paths",
    "RelativePhases",
    "edge_harmonics",
    "edge_negativity",
    "edge_second_harmonics",
    "motif",
    "mu",
    "path_harmonics",
    "relative_phases",
]

Array = NDArray[Any]

Delta_AB = declare("Delta_AB", r"\Delta_{AB}", "detuning ω_A − ω_B", "1/time", real=True)
Delta_BC = declare("Delta_BC", r"\Delta_{BC}", "detuning ω_B − ω_C", "1/time", real=True)

BLOCK = 2**18
"""Edges or paths whose parameters are gathered at a time."""


@dataclass(frozen=True)
class Paths:
    """All paths a – b – c of two edges, each once, with a < c.

    Attributes
    ----------
    sites
        (a, b, c) of each path, shape (P, 3).
    strengths
        ε_ab ε_bc of each path, shape (P,), complex, in 1/time².
    """

    sites: Array
    strengths: Array


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Network:
    """Spins 1 with the Letter's limit cycles and exchange couplings between them, as arrays.

    Parameters
    ----------
    edges
        Pairs (a, b) of sites 0, …, N−1, each at most once, shape (E, 2).
    gain, damping
        γ^g and γ^d of each site, positive, in 1/time: shape (N,).
    strengths
        ε of each edge, in 1/time: shape (E,) or one for all.  A complex ε carries the edge's
        phase; the edge from b to a has −ε*.
    frequencies
        ω of each site, in 1/time: shape (N,) or one for all.

    Raises
    ------
    ValueError
        If a shape does not fit, a value is not finite, a rate is not positive, an edge names no
        site, joins a site to itself or is given twice.
    """

    edges: Array
    gain: Array
    damping: Array
    strengths: Array
    frequencies: Array

    def __init__(
        self,
        edges: ArrayLike,
        *,
        gain: ArrayLike,
        damping: ArrayLike,
        strengths: ArrayLike,
        frequencies: ArrayLike = 0.0,
    ) -> None:
        count = max(np.size(gain), np.size(damping))
        found = {
            "edges": _edges(edges, count),
            "gain": _values("gain", gain, count, float),
            "damping": _values("damping", damping, count, float),
            "frequencies": _values("frequencies", frequencies, count, float),
        }
        found["strengths"] = _values("strengths", strengths, len(found["edges"]), complex)
        for name in ("gain", "damping"):
            if not (found[name] > 0).all():
                raise ValueError(
                    f"Argument `{name}` must be positive, but contains {found[name].min()}."
                )
        for name, value in found.items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_graph(cls, graph: Any, **parameters: ArrayLike) -> "Network":
        """Return the network of a networkx graph, its sites in the order of the graph's nodes.

        Parameters
        ----------
        graph
            Nodes with the attributes "gain", "damping" and "frequency", edges with "strength".
            An undirected edge goes from the earlier node to the later one.
        **parameters
            `gain`, `damping`, `frequencies`, `strengths`, as in `Network`, instead of attributes.

        Raises
        ------
        ValueError
            If an attribute is missing, and for what `Network` refuses.
        """
        places = {node: place for place, node in enumerate(graph)}
        pairs = [(places[a], places[b]) for a, b in graph.edges()]
        if not graph.is_directed():
            pairs = [(min(pair), max(pair)) for pair in pairs]
        nodes = [("gain", "gain"), ("damping", "damping"), ("frequencies", "frequency")]
        for argument, attribute in nodes:
            if argument not in parameters:
                parameters[argument] = _attributes(graph.nodes(data=attribute), attribute)
        if "strengths" not in parameters:
            labelled = (((a, b), value) for a, b, value in graph.edges(data="strength"))
            parameters["strengths"] = _attributes(labelled, "strength")
        return cls(np.array(pairs, dtype=np.intp).reshape(-1, 2), **parameters)

    @property
    def number_of_sites(self) -> int:
        """N."""
        return len(self.gain)

    def paths(self) -> Paths:
        """Return all paths of two edges; time and memory are linear in edges and paths.

        Each edge has two ends.  Sorted by site, the ends at one site stand together, and each
        makes a path with each of those after it.
        """
        a, b = self.edges.T
        order = np.argsort(np.concatenate([b, a]), kind="stable")
        middle = np.concatenate([b, a])[order]
        outer = np.concatenate([a, b])[order]
        inward = np.concatenate([self.strengths, -self.strengths.conj()])[order]
        ends = np.arange(len(middle))
        following = np.cumsum(np.bincount(middle, minlength=1))[middle] - 1 - ends
        first = np.repeat(ends, following)
        skipped = np.repeat(np.cumsum(following) - following, following)
        second = first + 1 + np.arange(len(first)) - skipped
        swapped = outer[first] > outer[second]
        first, second = np.where(swapped, second, first), np.where(swapped, first, second)
        sites = np.stack([outer[first], middle[first], outer[second]], axis=1)
        return Paths(sites, -inward[first] * inward[second].conj())


def _edges(edges: ArrayLike, count: int) -> Array:
    pairs = np.asarray(edges)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
        raise ValueError(
            f"Argument `edges` must be whole numbers of shape (E, 2), but is {pairs.dtype} of the "
            f"shape {pairs.shape}."
        )
    pairs = pairs.astype(np.intp)
    wrong = (pairs < 0) | (pairs >= count)
    if wrong.any():
        raise ValueError(
            f"Argument `edges` must name sites from 0 to {count - 1}, but names {pairs[wrong][0]}. "
            "Give `gain` and `damping` one value for each site."
        )
    if (pairs[:, 0] == pairs[:, 1]).any():
        raise ValueError("Argument `edges` joins a site to itself. Leave such edges out.")
    keys = np.sort(_keys(pairs, count))
    if (keys[1:] == keys[:-1]).any():
        raise ValueError("Argument `edges` gives an edge twice. Add their strengths.")
    return pairs


def _values(name: str, values: ArrayLike, count: int, dtype: type) -> Array:
    array: Array = np.asarray(values, dtype)
    if array.shape not in ((), (1,), (count,)):
        raise ValueError(
            f"Argument `{name}` must be one number or {count} of them, but has the shape "
            f"{array.shape}."
        )
    if not np.isfinite(array).all():
        raise ValueError(f"Argument `{name}` must be finite. Leave such points out.")
    return np.broadcast_to(array, (count,))


def _attributes(labelled: Any, attribute: str) -> list[Any]:
    found = dict(labelled)
    for place, value in found.items():
        if value is None:
            raise ValueError(
                f"The graph's {place!r} has no attribute {attribute!r}. Set it, or give one value "
                "for all as an argument."
            )
    return list(found.values())


def _keys(pairs: Array, count: int) -> Array:
    """Return one number for each pair of sites, whatever their order."""
    keys: Array = pairs.min(axis=1) * count + pairs.max(axis=1)
    return keys


# The motifs -------------------------------------------------------------------------------------


@cache
def _series(sites: str) -> Series:
    """Return the series of a chain of sites with unit couplings, in the frame of its second."""
    detunings = {"AB": {"A": Delta}, "ABC": {"A": Delta_AB, "C": -Delta_BC}}
    return steady_series(
        System(
            sites={site: equatorial(gain_rate(site), damping_rate(site)) for site in sites},
            couplings=[Exchange(a, b, 1) for a, b in pairwise(sites)],
            frequencies=detunings[sites],
        )
    )


_MOTIFS: dict[str, tuple[Callable[[], Any], str]] = {
    "mu_plus": (lambda: _series("AB")[1][(1, -1), (0, 0)], "first order"),
    "mu_minus": (lambda: _series("AB")[1][(-1, 1), (0, 0)], "first order"),
    "edge_first": (lambda: relative_phase_harmonics(_series("AB")[1])[S(1)], "first order"),
    "edge_second": (lambda: relative_phase_harmonics(_series("AB")[2])[S(2)], "second order"),
    "edge_negativity": (lambda: first_order_negativity(_series("AB"), "A"), "first order"),
    "path": (lambda: relative_phase_harmonics(_series("ABC")[2], "A", "C")[S(1)], "second order"),
}
"""The formulas of an edge A – B and of a path A – B – C with couplings of unit strength."""


@cache
def motif(name: str) -> Equation:
    """Return a formula that is evaluated over networks, for couplings of unit strength.

    Parameters
    ----------
    name
        "mu_plus", "mu_minus", "edge_first", "edge_second", "edge_negativity" of an edge A – B or
        "path" for the first harmonic of A and C at the ends of A – B – C.

    Raises
    ------
    ValueError
        If there is no such formula.
    """
    if name not in _MOTIFS:
        raise ValueError(f"Argument `name` must be one of {', '.join(_MOTIFS)}, but is {name!r}.")
    derived, order = _MOTIFS[name]
    return equation(name, derived(), order=order)


@cache
def _function(name: str) -> Evaluator:
    return motif(name).function()


def _over(name: str, network: Network, sites: Array) -> Array:
    """Return a motif's formula at each row of `sites`, the parameters gathered block by block."""
    function = _function(name)
    result = np.empty(len(sites), function.dtype)
    for start in range(0, len(sites), BLOCK):
        part = slice(start, start + BLOCK)
        values = {key: _gathered(key, network, sites[part].T) for key in function.parameters}
        function(**values, out=result[part])
    return result


def _gathered(name: str, network: Network, columns: Array) -> Array:
    """Return a parameter of a motif, gathered from the sites that stand at A, B and C."""
    if name.startswith("Delta"):
        first = 1 if name == "Delta_BC" else 0
        omega: Array = network.frequencies
        return omega[columns[first]] - omega[columns[first + 1]]
    rates = network.gain if name.startswith("gamma_g") else network.damping
    gathered: Array = rates[columns["ABC".index(name[-1])]]
    return gathered


# Over a network ---------------------------------------------------------------------------------


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
        Its sites, edges and their parameters.
    order
        1: the edges, with c₁.  2: the edges, with c₁ of the edge and of the paths that close a
        triangle with it, and c₂; then the ends a < c of paths that no edge joins.

    Raises
    ------
    ValueError
        If `order` is neither 1 nor 2.

    Examples
    --------
    >>> from symsync.network import Network, relative_phases
    >>> chain = Network([(0, 1), (1, 2)], gain=[3, 1, 2], damping=[1, 2, 4], strengths=0.1)
    >>> found = relative_phases(chain)
    >>> found.pairs.tolist()
    [[0, 1], [1, 2], [0, 2]]
    >>> print(found.first.real.round(6))
    """
    if order not in (1, 2):
        raise ValueError(f"Argument `order` must be 1 or 2, but is {order!r}.")
    edges = network.edges
    first = edge_harmonics(network)
    if order == 1:
        return RelativePhases(edges, first, np.zeros(len(edges), complex))
    second = edge_second_harmonics(network)
    paths, harmonics = path_harmonics(network)
    count = network.number_of_sites
    found, place = np.unique(_keys(paths.sites[:, ::2], count), return_inverse=True)
    mediated = _sums(place, harmonics, len(found))
    return _joined(RelativePhases(edges, first, second), found, mediated, count)


def _sums(place: Array, values: Array, count: int) -> Array:
    """Return the sum of the values at each place."""
    real = np.bincount(place, values.real, minlength=count)
    return real + 1j * np.bincount(place, values.imag, minlength=count)


def _joined(direct: RelativePhases, keys: Array, mediated: Array, count: int) -> RelativePhases:
    """Add the harmonics of mediated pairs to those of edges, and put the others after them."""
    edges = direct.pairs
    ours = _keys(edges, count)
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
