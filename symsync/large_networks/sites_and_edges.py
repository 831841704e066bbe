"""Networks of the Letter's spins 1 as arrays, and all their paths of two edges."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Network", "Paths", "pair_keys"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
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


@dataclass(frozen=True, eq=False)
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

        Returns
        -------
        Network
            One site for each node and one edge for each edge.

        Raises
        ------
        ValueError
            If an attribute is missing, and in all cases in which `Network` raises it.

        Examples
        --------
        >>> import networkx
        >>> from symsync.large_networks import Network
        >>> triangle = networkx.cycle_graph(3)
        >>> rates = dict(gain=[3, 1, 2], damping=[1, 2, 4])
        >>> Network.from_graph(triangle, strengths=0.1, frequencies=0, **rates).edges.tolist()
        [[0, 1], [0, 2], [1, 2]]
        """
        if not (hasattr(graph, "nodes") and hasattr(graph, "is_directed")):
            raise ValueError(
                f"Argument `graph` must be a graph of networkx, but is {graph!r}. "
                "Write Network(edges, gain=…, damping=…, strengths=…)."
            )
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
        """The number N of sites."""
        return len(self.gain)

    def paths(self) -> Paths:
        """Return all paths of two edges; time and memory are linear in edges and paths.

        Each edge has two ends.  Sorted by site, the ends at one site stand together.  Each of them
        makes a path with each end that follows it at this site.
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
    keys = np.sort(pair_keys(pairs, count))
    if (keys[1:] == keys[:-1]).any():
        raise ValueError("Argument `edges` gives an edge twice. Add their strengths.")
    return pairs


def _values(name: str, values: ArrayLike, count: int, dtype: type) -> Array:
    try:
        if isinstance(values, str):
            raise TypeError
        array: Array = np.asarray(values, dtype)
    except (TypeError, ValueError):
        raise ValueError(
            f"Argument `{name}` must be numbers, but is {values!r}. Pass an array."
        ) from None
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


def pair_keys(pairs: Array, count: int) -> Array:
    """Return one number for each pair of sites; it does not depend on their order."""
    keys: Array = pairs.min(axis=1) * count + pairs.max(axis=1)
    return keys
