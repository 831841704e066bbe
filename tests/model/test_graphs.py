"""Graphs become systems, with parameters that edges share or have to themselves."""

from time import perf_counter

import networkx
import pytest
from sympy import S, Symbol, symbols

import symsync
from symsync import (
    Dissipation,
    Exchange,
    S_minus,
    S_rel,
    S_z,
    all_to_all,
    chain,
    equatorial,
    gain_and_loss,
    network,
    own_cycle,
    own_exchange,
    ring,
    star,
    steady_series,
)
from symsync.model.graphs import labels
from symsync.symbols import epsilon, frequency

g, d = symbols("g d", positive=True)


def edges(system):
    return [coupling.a + coupling.b for coupling in system.couplings]


def test_the_graphs_have_their_edges():
    assert edges(chain(4)) == ["AB", "BC", "CD"]
    assert edges(ring(4)) == ["AB", "BC", "CD", "DA"]
    assert edges(star(4)) == ["AB", "AC", "AD"]
    assert edges(all_to_all(4)) == ["AB", "AC", "AD", "BC", "BD", "CD"]


def test_a_chain_of_two_is_the_letters_pair():
    letter = symsync.spin_pair()
    assert chain(2, frequencies=letter.frequencies) == letter


def test_parameters_are_shared_or_of_each_edge():
    shared, own = ring(3, equatorial(g, d)), ring(3, coupling=own_exchange)
    assert set(shared.parameters) == {g, d, epsilon}
    names = {symbol.name for symbol in own.parameters}
    assert {"epsilon_A_B", "epsilon_B_C", "epsilon_C_A"} <= names
    assert {"chi_A_B", "chi_B_C", "chi_C_A", "gamma_g_C"} <= names


def test_energies_and_strong_couplings_are_those_of_a_system():
    """The same three sites, written by hand."""
    K = Symbol("K", real=True)
    plain = chain(3)
    by_hand = symsync.System(
        plain.sites, plain.couplings, hamiltonian=sum(K * S_z(a) ** 2 for a in "ABC"), strong=[1]
    )
    assert chain(3, hamiltonian=K * S_z**2, strong=[1]) == by_hand
    of_labels = chain(3, hamiltonian=lambda a: K * S_z(a) ** 2, strong=plain.couplings[1:])
    assert of_labels == by_hand
    graph = networkx.relabel_nodes(networkx.path_graph(3), dict(enumerate("ABC")))
    assert network(graph, hamiltonian=by_hand.hamiltonian, strong=[1]) == by_hand
    with pytest.raises(ValueError, match="`hamiltonian` must be an operator of sites"):
        ring(3, hamiltonian="K")


def test_couplings_may_be_of_any_kind():
    kappa = Symbol("kappa", positive=True)
    system = chain(3, coupling=lambda a, b: Dissipation(kappa, S_minus(a) + S_minus(b)))
    assert len(system.shared_jumps) == 2
    assert system.interaction == 0


def test_long_networks_are_numbered():
    assert labels(26)[-1] == "Z"
    assert labels(27)[-1] == "27"
    assert len(chain(30).couplings) == 29


def test_graphs_of_networkx_become_systems():
    """Nodes are sites and the attributes of edges are arguments of the coupling."""
    graph = networkx.Graph()
    graph.add_edge("left", 1, strength=2 * epsilon, phase=Symbol("chi", real=True))
    graph.add_edge(1, "right")
    system = network(graph, lambda site: own_cycle(site), frequencies={"left": frequency("left")})
    assert list(system.sites) == ["left", "1", "right"]
    assert [coupling.strength for coupling in system.couplings] == [2 * epsilon, epsilon]
    assert [str(symbol) for symbol in system.parameters][:2] == ["chi", "epsilon"]
    assert network(networkx.complete_graph(4)).couplings[-1] == Exchange("2", "3")


@pytest.mark.parametrize("size", [3, pytest.param(4, marks=pytest.mark.slow)])
def test_the_ends_of_a_chain_meet_at_the_order_of_their_distance(size):
    """S_rel of sites n edges apart begins with the product of the n couplings."""
    series = steady_series(chain(size, coupling=own_exchange))
    for n, site in enumerate("BCD"[: size - 1], start=1):
        for order in range(1, n):
            assert S_rel(series[order], "A", site) == 0
        leading = S_rel(series[n], "A", site)
        assert leading != 0
        assert leading.has(*(Symbol(f"epsilon_{a}_{b}", nonnegative=True)
                             for a, b in zip("ABC"[:n], "BCD"[:n], strict=True)))  # fmt: skip


@pytest.mark.parametrize(
    ("system", "limit"),
    [(chain(3), 5), pytest.param(ring(6), 60, marks=pytest.mark.slow)],
    ids=["3", "6"],
)
def test_second_order_takes_seconds(system, limit):
    """With all rates, frequencies and couplings free; it is a fraction of the time allowed."""
    free = network(
        networkx.Graph(edges(system)),
        coupling=own_exchange,
        frequencies={site: frequency(site) for site in system.sites},
    )
    start = perf_counter()
    state = steady_series(free)[2]
    for element in list(state)[:50]:
        assert state[element] != 0
    assert perf_counter() - start < limit


def test_networks_of_mixtures_have_one_element_for_the_kernel():
    """ρ₀ of any number of spins 1/2 is one local mode; the generator's kernel needs no more."""
    series = steady_series(chain(6, gain_and_loss(g, d)))
    assert len(series._orders[0]) == 1
    assert series[1].trace() == 0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: chain(1), "`size` must be 2 to 1000, but is 1"),
        (lambda: ring(2), "`size` must be 3 to 1000, but is 2"),
        (lambda: star(2.5), "`size` must be a whole number, but is 2.5"),
        (lambda: all_to_all(True), "`size` must be a whole number"),
        (lambda: chain(3, 7), "`cycle` must be a limit cycle or a function of a site's label"),
        (lambda: network("A-B"), "`graph` must be a graph with nodes and edges, but is 'A-B'"),
        (lambda: network(networkx.Graph([(1, "1")])), "nodes with different labels, but has 1, 1"),
        (lambda: network(networkx.Graph([("A", "A")])), "couples 'A' to itself"),
        (lambda: network(networkx.Graph([("a b", "c")])), "label must be letters and digits"),
        (lambda: chain(2, frequencies={"Q": d}), "`frequencies` names the site 'Q'"),
    ],
)
def test_a_mistake_in_a_network_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_attributes_that_no_coupling_takes_are_named():
    weighted = networkx.Graph([(0, 1, {"weight": 3})])
    with pytest.raises(ValueError, match="`coupling` must be a function of two labels and weight"):
        network(weighted)
    with pytest.raises(ValueError, match="`coupling` must be a function of two labels, but is 5"):
        chain(3, coupling=5)


@pytest.mark.parametrize("kind", [networkx.DiGraph, networkx.MultiGraph])
def test_two_edges_between_two_nodes_would_add(kind):
    with pytest.raises(ValueError, match="`graph` must have one edge for a pair of nodes"):
        network(kind([(0, 1), (1, 0)]))


def test_nodes_of_a_grid_are_named_by_their_places():
    """(0, 1) is site 0x1."""
    grid = network(networkx.grid_2d_graph(2, 3))
    assert list(grid.sites) == ["0x0", "0x1", "0x2", "1x0", "1x1", "1x2"]
    assert len(grid.couplings) == 7


def test_frequencies_may_be_named_by_nodes():
    omega = symbols("omega", real=True)
    assert network(networkx.path_graph(2), frequencies={0: omega}).frequencies == {
        "0": omega,
        "1": 0,
    }


def test_spins_of_any_size_may_mix_in_a_network():
    """A star with a spin 2 in the middle of spins 1, which meet at second order."""
    system = star(4, lambda site: equatorial(g, d, 2) if site == "A" else own_cycle(site))
    series = steady_series(system)
    assert S_rel(series[2], "B", "C") != 0
    assert series[0][(S.Zero,) * 4, (S.Zero,) * 4] == 1
