"""Systems from graphs: chains, rings, stars, all to all, and any graph of networkx.

Each builder takes a limit cycle that all sites share, or a function that returns the cycle of a
site, and a function that returns the coupling of an edge: `Exchange` itself for one ε that all
edges share, or one's own for an ε and a phase of each edge.  What is diagonal on each site is given
as the cycle is, and which couplings are strong as in a `System`.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from inspect import signature
from itertools import combinations, pairwise
from string import ascii_uppercase
from typing import Any, Protocol, TypeAlias

from sympy import Add, Expr, S

from symsync.expressions.checks import whole
from symsync.expressions.symbols import coupling_phase, coupling_strength, damping_rate, gain_rate
from symsync.model.coupling import Exchange
from symsync.model.limit_cycle import LimitCycle, equatorial, sites_of
from symsync.model.system import System, place, require_label

__all__ = [
    "all_to_all",
    "chain",
    "labels",
    "network",
    "own_cycle",
    "own_exchange",
    "ring",
    "star",
]

Cycle = LimitCycle | Callable[[str], LimitCycle]
Couple = Callable[..., Any]
Energy: TypeAlias = Expr | Callable[[str], Expr]


class Graph(Protocol):
    """What is asked of a graph; those of networkx have it."""

    @property
    def nodes(self) -> Iterable[Hashable]:
        """The nodes."""

    @property
    def edges(self) -> Any:
        """`edges(data=True)` gives triples of two nodes and a dictionary."""


LARGEST = 1000
"""Sites of a graph; networks of more are for `symsync.large_networks`."""


def labels(size: int) -> list[str]:
    """Return A, B, C, …, or 1, 2, 3, … where the alphabet ends."""
    if size <= len(ascii_uppercase):
        return list(ascii_uppercase[:size])
    return [str(k) for k in range(1, size + 1)]


def own_cycle(site: str) -> LimitCycle:
    """Return the Letter's limit cycle of a spin 1 with the site's own rates γ^g and γ^d."""
    return equatorial(gain_rate(site), damping_rate(site))


def own_exchange(a: str, b: str) -> Exchange:
    """Return an exchange with a strength ε_ab and a phase χ_ab of its own.

    Parameters
    ----------
    a, b
        Labels of the two sites.

    Returns
    -------
    Exchange
        Its strength is in 1/time, its phase in rad.

    Raises
    ------
    ValueError
        If both labels are the same.

    Examples
    --------
    >>> from symsync import own_exchange
    >>> own_exchange("A", "B").strength
    epsilon_A_B
    """
    return Exchange(a, b, coupling_strength(a, b), coupling_phase(a, b))


class Builder(Protocol):
    """A function that builds the systems of one shape; see `chain`."""

    def __call__(
        self,
        size: int,
        cycle: Cycle = ...,
        coupling: Couple = ...,
        frequencies: Mapping[str, Expr] | None = ...,
        hamiltonian: Energy = ...,
        strong: Sequence[Any] = ...,
    ) -> System:
        """Return the system of so many sites."""


_ARGUMENTS = """
    Parameters
    ----------
    size
        The number of sites.
    cycle
        A limit cycle that all sites share, or a function that returns the cycle of a label.
    coupling
        A function that returns the coupling of two labels.
    frequencies
        {label: ω} in 1/time, zero where left out.
    hamiltonian
        What is diagonal in |m⟩ beyond the frequencies: an operator without a site that all sites
        share, such as K S^z², a function that returns that of a label, or that of a `System`.
    strong
        The couplings, or their places among the edges, in which series do not expand.

    Returns
    -------
    System
        The sites A, B, C, … with their couplings.

    Raises
    ------
    ValueError
        If `size` is too small, or `cycle` or `coupling` is no such function; and as in `System`.
"""


def _shape(least: int) -> Callable[[Callable[[list[str]], Iterable[tuple[str, str]]]], Builder]:
    """Return the decorator that turns the edges between labels into the builder of a shape."""

    def builder(edges: Callable[[list[str]], Iterable[tuple[str, str]]]) -> Builder:
        def build(
            size: int,
            cycle: Cycle = own_cycle,
            coupling: Couple = Exchange,
            frequencies: Mapping[str, Expr] | None = None,
            hamiltonian: Energy = S.Zero,
            strong: Sequence[Any] = (),
        ) -> System:
            sites = _sites(size, least)
            couplings = [_coupled(coupling, a, b) for a, b in edges(sites)]
            energies = _energies(sites, hamiltonian)
            turning = {} if frequencies is None else frequencies
            return System(_cycles(sites, cycle), couplings, turning, energies, strong)

        fact, _, examples = (edges.__doc__ or "").partition("\n\n")
        build.__doc__ = f"{fact}\n{_ARGUMENTS}\n{examples}"
        build.__name__ = build.__qualname__ = edges.__name__
        return build

    return builder


@_shape(least=2)
def chain(sites: list[str]) -> Iterable[tuple[str, str]]:
    """Return sites A, B, C, … each coupled to the next; of size 2 it is a pair.

    Examples
    --------
    Three spins 1 with one ε; the outer two meet at second order:

    >>> from symsync import chain, steady_series
    >>> series = steady_series(chain(3))
    >>> element = (1, 0, -1), (0, 0, 0)
    >>> series[1][element], len(series[2][element].args)
    (0, 2)
    """
    return pairwise(sites)


@_shape(least=3)
def ring(sites: list[str]) -> Iterable[tuple[str, str]]:
    """Return a chain of three or more whose last site is coupled to its first.

    Examples
    --------
    A frustrated triangle, every edge with a phase:

    >>> from symsync import own_exchange, ring
    >>> [coupling.phase for coupling in ring(3, coupling=own_exchange).couplings]
    [chi_A_B, chi_B_C, chi_C_A]
    """
    return [*pairwise(sites), (sites[-1], sites[0])]


@_shape(least=2)
def star(sites: list[str]) -> Iterable[tuple[str, str]]:
    """Return sites of which the first is coupled to each of the others.

    Examples
    --------
    >>> from symsync import star
    >>> [(coupling.a, coupling.b) for coupling in star(4).couplings]
    [('A', 'B'), ('A', 'C'), ('A', 'D')]
    """
    return [(sites[0], site) for site in sites[1:]]


@_shape(least=2)
def all_to_all(sites: list[str]) -> Iterable[tuple[str, str]]:
    """Return sites that are all coupled to each other.

    Examples
    --------
    >>> from symsync import all_to_all
    >>> len(all_to_all(4).couplings)
    6
    """
    return combinations(sites, 2)


def network(
    graph: Graph,
    cycle: Cycle = own_cycle,
    coupling: Couple = Exchange,
    frequencies: Mapping[str, Expr] | None = None,
    hamiltonian: Energy = S.Zero,
    strong: Sequence[Any] = (),
) -> System:
    """Return the system of a graph, such as those of networkx: pip install 'symsync[network]'.

    Parameters
    ----------
    graph
        Its nodes, as text, are the labels of the sites, such as "A", "a_1" or 1; a place (0, 1) on
        a grid becomes 0x1.  The attributes of an edge are passed to `coupling` by name, such as
        `strength` and `phase`.
    cycle, coupling, frequencies, hamiltonian, strong
        As in `chain`; the keys of `frequencies` may be nodes.

    Returns
    -------
    System
        One site for each node and one coupling for each edge.

    Raises
    ------
    ValueError
        If `graph` is no graph, two nodes have the same label, two edges join the same nodes, an
        edge leads to where it began, or `coupling` does not take an attribute of an edge.

    Examples
    --------
    >>> import networkx
    >>> from symsync import network
    >>> list(network(networkx.path_graph(3)).sites)
    ['0', '1', '2']
    """
    if not (hasattr(graph, "nodes") and callable(getattr(graph, "edges", None))):
        raise ValueError(
            f"Argument `graph` must be a graph with nodes and edges, but is {graph!r}. "
            "Write networkx.path_graph(3), or chain(3)."
        )
    names = _names(graph)
    edges = [(names[a], names[b], data) for a, b, data in graph.edges(data=True)]
    if len({frozenset((a, b)) for a, b, _ in edges}) < len(edges):
        raise ValueError(
            "Argument `graph` must have one edge for a pair of nodes, but has two that would add. "
            "Keep one of them, with the strength and the phase of both."
        )
    if isinstance(frequencies, Mapping):
        frequencies = {names.get(node, node): omega for node, omega in frequencies.items()}
    couplings = [_coupled(coupling, a, b, **data) for a, b, data in edges]
    sites = names.values()
    energies = _energies(sites, hamiltonian)
    turning = {} if frequencies is None else frequencies
    return System(_cycles(sites, cycle), couplings, turning, energies, strong)


def _names(graph: Graph) -> dict[Hashable, str]:
    """Return {node: label}, all different."""
    names = {
        node: "x".join(map(str, node)) if isinstance(node, tuple) else str(node)
        for node in graph.nodes
    }
    if len(set(names.values())) < len(names):
        raise ValueError(
            f"Argument `graph` must have nodes with different labels, but has "
            f"{', '.join(sorted(names.values()))}. Relabel its nodes."
        )
    return names


def _sites(size: Any, least: int) -> list[str]:
    return labels(whole("size", size, least, LARGEST))


def _coupled(coupling: Couple, a: str, b: str, **attributes: Any) -> Any:
    if not _accepts(coupling, a, b, **attributes):
        wanted = " and ".join(["two labels", *attributes])
        raise ValueError(
            f"Argument `coupling` must be a function of {wanted}, but is {coupling!r}. "
            "Write Exchange, or a function that returns one."
        )
    return coupling(a, b, **attributes)


def _accepts(function: Any, *positional: Any, **named: Any) -> bool:
    try:
        signature(function).bind(*positional, **named)
    except TypeError:
        return False
    return True


def _cycles(sites: Collection[str], cycle: Cycle) -> dict[str, LimitCycle]:
    if isinstance(cycle, LimitCycle):
        return dict.fromkeys(sites, cycle)
    for site in sites:
        require_label(site)
    if not all(_accepts(cycle, site) for site in sites):
        raise ValueError(
            f"Argument `cycle` must be a limit cycle or a function of a site's label, but is "
            f"{cycle!r}. Write equatorial(gain, damping)."
        )
    return {site: cycle(site) for site in sites}


def _energies(sites: Collection[str], hamiltonian: Any) -> Expr:
    """Return what is diagonal on all sites, from what each of them has."""
    if not isinstance(hamiltonian, Expr):
        return Add(*map(hamiltonian, sites)) if callable(hamiltonian) else hamiltonian
    shared = sites_of(hamiltonian) == {""}
    return Add(*(place(hamiltonian, site) for site in sites)) if shared else hamiltonian
