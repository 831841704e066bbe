"""Networks as arrays: their sites, their edges, and all their paths of two edges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import Symbol

from symsync.large_networks.any_edge import Couple, Cycle, Energy
from symsync.large_networks.edge_formulas import Motifs, unit_exchange
from symsync.model.coupling import Dissipation
from symsync.model.graphs import own_cycle

__all__ = ["LETTERS", "Network", "Paths", "pair_keys"]

Array = NDArray[Any]

LETTERS = {"gamma_g": "gain", "gamma_d": "damping"}
"""The arguments of the symbols γ^g and γ^d."""


@dataclass(frozen=True, eq=False)
class Paths:
    """All paths a – b – c of two edges, each once, with a < c.

    Attributes
    ----------
    sites
        (a, b, c) of each path, shape (P, 3).
    edges
        The places of its two edges in the network, shape (P, 2).
    forward
        Whether these go from a to b and from b to c, shape (P, 2).
    """

    sites: Array
    edges: Array
    forward: Array


@dataclass(frozen=True, eq=False, init=False)
class Network:
    """Sites with limit cycles and the couplings between them, as arrays.

    Without `cycle` and `coupling` these are the Letter's: spins 1 with their rates `gain` and
    `damping`, and the exchange (i/2)(ε S⁺_a S⁻_b − ε* S⁺_b S⁻_a).

    Parameters
    ----------
    edges
        Pairs (a, b) of sites 0, …, N−1, each at most once, shape (E, 2).
    strengths
        What multiplies the coupling of each edge, such as ε in 1/time: shape (E,) or one for all.
        It may be left out if the coupling holds symbols.  A complex strength s stands for
        sO + s*O† with the part O of the coupling that raises a: it carries the edge's phase.
    frequencies
        ω of each site, in 1/time: shape (N,) or one for all.
    cycle, coupling, hamiltonian
        As in `Motifs`.
    kinds
        For each site the place of its cycle in the list `cycle`, shape (N,).
    **values
        For each symbol of the cycles and of `hamiltonian` its value at each site, shape (N,), and
        for each symbol of the coupling its value at each edge, shape (E,), or one for all.  Values
        of symbols that a site does not hold are not read.

    Attributes
    ----------
    motifs
        The formulas of edges and paths.
    at_sites, at_edges
        {name: values} of the symbols.

    Raises
    ------
    ValueError
        If a shape does not fit, a value is not finite or outside the domain of its symbol, such as
        a negative rate, an edge names no site, joins a site to itself or is given twice, a value is
        missing, a strength is complex that must be real, or couplings are strong; and as in
        `Motifs`.

    Examples
    --------
    Spins 1/2 with gain and loss in a ring:

    >>> from sympy import symbols
    >>> from symsync import gain_and_loss
    >>> from symsync.large_networks import Network, relative_phases
    >>> cycle = gain_and_loss(*symbols("gain loss", positive=True))
    >>> rates = dict(gain=[1, 2, 3], loss=[3, 2, 4])
    >>> ring = Network([(0, 1), (1, 2), (2, 0)], strengths=0.1, cycle=cycle, **rates)
    >>> print((1e4 * relative_phases(ring).first.real).round(2))
    [ 3.07 -0.63 -1.6 ]
    """

    edges: Array
    strengths: Array
    frequencies: Array
    kinds: Array
    motifs: Motifs
    at_sites: Mapping[str, Array]
    at_edges: Mapping[str, Array]

    def __init__(
        self,
        edges: ArrayLike,
        *,
        strengths: ArrayLike | None = None,
        frequencies: ArrayLike = 0.0,
        cycle: Cycle | Sequence[Cycle] = own_cycle,
        coupling: Couple = unit_exchange,
        hamiltonian: Energy | Sequence[Energy] = 0,
        kinds: ArrayLike = 0,
        **values: ArrayLike,
    ) -> None:
        motifs = Motifs(cycle, coupling, hamiltonian)
        values = _by_column(motifs, values)
        per_site = [frequencies, kinds, *(values[name] for name in motifs.site_columns)]
        count = max(map(np.size, per_site))
        pairs, count = _edges(edges, count)
        if strengths is None and not motifs.edge_columns:
            raise ValueError("Argument `strengths` is missing. Give each edge its ε.")
        places = _kinds(motifs, kinds, count)
        found: dict[str, Any] = {
            "edges": pairs,
            "strengths": _strengths(motifs, 1.0 if strengths is None else strengths, len(pairs)),
            "frequencies": _values("frequencies", frequencies, count, float),
            "kinds": places,
            "motifs": motifs,
        }
        at_sites = {
            name: _column(symbol, values[name], count, _holders(motifs, name, places))
            for name, symbol in motifs.site_columns.items()
        }
        found["at_sites"] = {LETTERS.get(name, name): each for name, each in at_sites.items()}
        found["at_edges"] = {
            name: _column(symbol, values[name], len(pairs), slice(None))
            for name, symbol in motifs.edge_columns.items()
        }
        for name, value in found.items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_graph(cls, graph: Any, **parameters: Any) -> "Network":
        """Return the network of a networkx graph, its sites in the order of the graph's nodes.

        Parameters
        ----------
        graph
            Nodes with the attribute "frequency" and one for each symbol of the cycle, such as
            "gain" and "damping"; edges with "strength", if the coupling holds no symbols, and one
            for each symbol of the coupling.  An undirected edge goes from the earlier node to the
            later one.
        **parameters
            What `Network` takes, instead of attributes.

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
        model = ("cycle", "coupling", "hamiltonian")
        motifs = Motifs(**{name: parameters[name] for name in model if name in parameters})
        columns = [LETTERS.get(name, name) for name in motifs.site_columns]
        nodes = {"frequencies": "frequency"} | {name: name for name in columns}
        joins = {name: name for name in motifs.edge_columns} or {"strengths": "strength"}
        for argument, attribute in (nodes | joins).items():
            if argument in parameters:
                continue
            if argument in nodes:
                labelled = graph.nodes(data=attribute)
            else:
                labelled = (((a, b), value) for a, b, value in graph.edges(data=attribute))
            parameters[argument] = _attributes(labelled, attribute)
        parameters.setdefault("kinds", [0] * len(places))
        return cls(np.array(pairs, dtype=np.intp).reshape(-1, 2), **parameters)

    @property
    def number_of_sites(self) -> int:
        """The number N of sites."""
        return len(self.frequencies)

    def paths(self) -> Paths:
        """Return all paths of two edges; time and memory are linear in edges and paths.

        Each edge has two ends.  Sorted by site, the ends at one site stand together.  Each of them
        makes a path with each end that follows it at this site.
        """
        a, b = self.edges.T
        order = np.argsort(np.concatenate([b, a]), kind="stable")
        middle = np.concatenate([b, a])[order]
        outer = np.concatenate([a, b])[order]
        ends = np.arange(len(middle))
        following = np.cumsum(np.bincount(middle, minlength=1))[middle] - 1 - ends
        first = np.repeat(ends, following)
        skipped = np.repeat(np.cumsum(following) - following, following)
        second = first + 1 + np.arange(len(first)) - skipped
        swapped = outer[first] > outer[second]
        first, second = np.where(swapped, second, first), np.where(swapped, first, second)
        sites = np.stack([outer[first], middle[first], outer[second]], axis=1)
        at = np.stack([order[first], order[second]], axis=1)
        inward = at < len(a)
        return Paths(sites, at - len(a) * ~inward, inward ^ [False, True])


def _by_column(motifs: Motifs, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return {name of a symbol: values}, none too many and none missing."""
    if "strong" in given:
        raise ValueError(
            "Argument `strong` is unknown: strongly coupled sites share one state, which no edge "
            "alone tells. Use steady_series of a System, such as network(graph, strong=…)."
        )
    arguments = {name: LETTERS.get(name, name) for name in motifs.site_columns}
    arguments |= {name: name for name in motifs.edge_columns}
    known = set(arguments.values())
    missing, unknown = known - set(given), set(given) - known
    if missing or unknown:
        wrong = f"`{min(missing)}` is missing" if missing else f"`{min(unknown)}` is unknown"
        raise ValueError(
            f"Argument {wrong}. The symbols of these sites and edges are "
            f"{', '.join(sorted(known)) or 'none'}."
        )
    return {name: given[argument] for name, argument in arguments.items()}


def _strengths(motifs: Motifs, strengths: ArrayLike, count: int) -> Array:
    found = _values("strengths", strengths, count, complex)
    if motifs.turn is None and found.imag.any():
        raise ValueError(
            "Argument `strengths` must be real for this coupling, which is no O + O† with one "
            "change of m at each site. Give it a symbol for its phase, as own_exchange has."
        )
    if isinstance(motifs.coupling, Dissipation) and not (found.real >= 0).all():
        raise ValueError(
            f"Argument `strengths` must not be negative for shared jumps, whose rates they "
            f"multiply, but contains {found.real.min()}."
        )
    return found


def _kinds(motifs: Motifs, kinds: ArrayLike, count: int) -> Array:
    found = np.asarray(kinds)
    most = len(motifs.cycles) - 1
    if found.dtype.kind not in "iu" or found.min(initial=0) < 0 or found.max(initial=0) > most:
        raise ValueError(
            f"Argument `kinds` must be whole numbers from 0 to {most}, the places of the cycles, "
            f"but is {kinds!r}."
        )
    return _values("kinds", found, count, np.intp)


def _holders(motifs: Motifs, name: str, kinds: Array) -> Any:
    """Return which sites have a value of this name."""
    holding = [kind for kind in range(len(motifs.cycles)) if name in motifs.columns_of(kind)]
    return slice(None) if len(holding) == len(motifs.cycles) else np.isin(kinds, holding)


def _column(symbol: Symbol, values: ArrayLike, count: int, read: Any) -> Array:
    """Return the values of a symbol, which are tested where they are read."""
    name = LETTERS.get(symbol.name, symbol.name)
    array = _values(name, values, count, float, read)
    for quality, wrong in (("positive", array <= 0), ("nonnegative", array < 0)):
        if getattr(symbol, f"is_{quality}") and wrong[read].any():
            raise ValueError(
                f"Argument `{name}` must be {quality}, but contains {array[read].min()}."
            )
    return array


def _edges(edges: ArrayLike, count: int) -> tuple[Array, int]:
    """Return the edges, and the number of sites, which they tell if all sites have equal values."""
    pairs = np.asarray(edges)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
        raise ValueError(
            f"Argument `edges` must be whole numbers of shape (E, 2), but is {pairs.dtype} of the "
            f"shape {pairs.shape}."
        )
    pairs = pairs.astype(np.intp)
    count = count if count > 1 else 1 + int(pairs.max(initial=0))
    wrong = (pairs < 0) | (pairs >= count)
    if wrong.any():
        raise ValueError(
            f"Argument `edges` must name sites from 0 to {count - 1}, but names {pairs[wrong][0]}. "
            "Give its rates one value for each site."
        )
    if (pairs[:, 0] == pairs[:, 1]).any():
        raise ValueError("Argument `edges` joins a site to itself. Leave such edges out.")
    keys = np.sort(pair_keys(pairs, count))
    if (keys[1:] == keys[:-1]).any():
        raise ValueError("Argument `edges` gives an edge twice. Add their strengths.")
    return pairs, count


def _values(name: str, values: ArrayLike, count: int, dtype: Any, read: Any = slice(None)) -> Array:
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
    array = np.broadcast_to(array, (count,))
    if not np.isfinite(array[read]).all():
        raise ValueError(f"Argument `{name}` must be finite. Leave such points out.")
    return array


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
