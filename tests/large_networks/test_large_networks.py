"""Motif formulas over networks, judged by the engine itself and by the numeric reference."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from judges import networks_by_qutip as spin_networks
from sympy import S, Symbol, lambdify

from symsync import (
    Exchange,
    System,
    equations,
    equatorial,
    reference,
    relative_phase_harmonics,
    steady_series,
)
from symsync.large_networks import (
    Motifs,
    Network,
    edge_harmonics,
    edge_negativity,
    mu,
    path_harmonics,
    relative_phases,
)
from symsync.large_networks.edge_formulas import Delta_AB, Delta_BC
from symsync.reference.network import steady_state
from symsync.symbols import Delta, damping_rate, gain_rate

EDGES = spin_networks.TRIANGLE_WITH_TAIL
ANGLES = 2 * np.pi * np.arange(5)[:, None] / 5


def tail(rng, size):
    return Network(EDGES, **spin_networks.parameters(rng, EDGES, size))


def exact(network):
    return steady_state(
        network.edges,
        gain=network.at_sites["gain"],
        damping=network.at_sites["damping"],
        strengths=network.strengths,
        frequencies=network.frequencies,
    )


def weaker(network, factor):
    return Network(
        network.edges,
        gain=network.at_sites["gain"],
        damping=network.at_sites["damping"],
        strengths=factor * network.strengths,
        frequencies=network.frequencies,
    )


def residuals(network, order):
    """How far S_rel of each pair is from that of the exact state."""
    found = relative_phases(network, order)
    state = exact(network)
    theirs = [reference.S_rel(state.reduced(a, b), ANGLES[:, 0]) for a, b in found.pairs]
    return np.abs(found.S_rel(ANGLES).T - theirs).max(axis=1)


@pytest.mark.parametrize(("order", "power"), [(1, 2), (2, 3)])
def test_what_is_left_out_falls_with_the_next_power(order, power, rng):
    """Halving the couplings divides the residual of every pair by 2^(order + 1).

    A pair may do better where its next term vanishes; couplings are 1/50 to 1/100 of the rates,
    so that the powers after the next change the ratio by some percent.
    """
    network = tail(rng, 0.02)
    ratios = residuals(network, order) / residuals(weaker(network, 0.5), order)
    assert (ratios > 0.9 * 2**power).all()
    assert ratios.min() < 1.1 * 2**power


def test_the_negativity_of_edges_is_first_order(rng):
    """Its residual falls with the second power."""
    network = tail(rng, 0.02)

    def residual(network):
        state = exact(network)
        theirs = [reference.negativity(state.reduced(a, b)) for a, b in network.edges]
        return np.abs(edge_negativity(network) - theirs)

    ratios = residual(network) / residual(weaker(network, 0.5))
    assert (np.abs(ratios - 4) < 0.4).all()


def test_edges_have_the_letters_coherences(rng):
    """mu_plus and mu_minus of the catalogue at each edge; negativity |ε|(|μ₊| + |μ₋|)."""
    network = tail(rng, 0.1)
    a, b = network.edges.T
    point = {
        "Delta": network.frequencies[a] - network.frequencies[b],
        "gamma_g_A": network.at_sites["gain"][a], "gamma_d_A": network.at_sites["damping"][a],
        "gamma_g_B": network.at_sites["gain"][b], "gamma_d_B": network.at_sites["damping"][b],
    }  # fmt: skip
    plus, minus = mu(network)
    for name, values in (("mu_plus", plus), ("mu_minus", minus)):
        function = equations[name].function()
        theirs = function(**{key: point[key] for key in function.parameters})
        assert np.allclose(values, theirs, rtol=1e-13, atol=0)
    size = np.abs(network.strengths) * (np.abs(plus) + np.abs(minus))
    assert np.allclose(edge_negativity(network), size, rtol=1e-13, atol=0)
    both = network.strengths * (plus + minus.conj())
    assert np.allclose(edge_harmonics(network)[1], 9 * np.pi / 256 * both, rtol=1e-12, atol=0)


def test_a_triangle_is_an_edge_and_a_path():
    """The engine's second order of a triangle, at three points with unequal strengths."""
    p, q, r = (Symbol(name, positive=True) for name in "pqr")
    sites = {site: equatorial(gain_rate(site), damping_rate(site)) for site in "ABC"}
    triangle = System(
        sites, [Exchange("A", "B", p), Exchange("B", "C", q), Exchange("A", "C", r)], {"A": S.One}
    )
    first, second = (
        relative_phase_harmonics(steady_series(triangle)[2], "A", "C")[S(k)] for k in (1, 2)
    )
    path = p * q * Motifs().path()[1].rhs.xreplace({Delta_AB: S.One, Delta_BC: S.Zero})
    renamed = {gain_rate("B"): gain_rate("C"), damping_rate("B"): damping_rate("C")}
    edge = r**2 * Motifs().edge(2)[2].rhs.xreplace({Delta: S.One} | renamed)
    symbols = sorted(first.free_symbols | second.free_symbols, key=str)
    for theirs, ours in ((first, path), (second, edge)):
        functions = [lambdify(symbols, value) for value in (theirs, ours)]
        for point in np.random.default_rng(3).uniform(0.5, 2, (3, len(symbols))):
            expected, found = (complex(function(*point)) for function in functions)
            assert found == pytest.approx(expected, rel=1e-12)


def test_every_path_is_found_once(rng):
    """Against a loop over all sites and pairs of their neighbours."""
    graph = nx.gnm_random_graph(30, 90, seed=4)
    edges = np.array(graph.edges)
    flip = rng.random(len(edges)) < 0.5
    edges[flip] = edges[flip, ::-1]
    network = Network(edges, **spin_networks.parameters(rng, edges, 1))
    numbers = {(a, b): (k, True) for k, (a, b) in enumerate(edges.tolist())}
    numbers |= {(b, a): (k, False) for k, (a, b) in enumerate(edges.tolist())}
    expected = {
        (a, b, c): (*numbers[a, b], *numbers[b, c])
        for b in graph
        for a, c in combinations(sorted(graph[b]), 2)
    }
    paths = network.paths()
    columns = np.stack([paths.edges, paths.forward], axis=2).reshape(-1, 4).tolist()
    found = dict(zip(map(tuple, paths.sites.tolist()), map(tuple, columns), strict=True))
    assert len(paths.sites) == len(expected) > 400
    assert found == expected


def test_paths_with_the_same_ends_add_up(rng):
    """A square: two paths between opposite corners."""
    edges = [(0, 1), (1, 2), (2, 3), (3, 0)]
    network = Network(edges, **spin_networks.parameters(rng, edges, 1))
    paths, harmonics = path_harmonics(network)
    found = relative_phases(network)
    assert found.pairs[4:].tolist() == [[0, 2], [1, 3]]
    for place, (a, c) in enumerate([(0, 2), (1, 3)]):
        ends = (paths.sites[:, 0] == a) & (paths.sites[:, 2] == c)
        assert ends.sum() == 2
        assert found.first[4 + place] == pytest.approx(harmonics[1][ends].sum(), rel=1e-14)


def test_large_arrays_are_the_small_ones(rng, monkeypatch):
    """Gathering in blocks changes nothing."""
    whole = relative_phases(tail(rng, 0.1))
    monkeypatch.setattr("symsync.large_networks.over_networks.BLOCK", 3)
    parts = relative_phases(tail(np.random.default_rng(20180810), 0.1))
    assert np.array_equal(whole.first, parts.first)
    assert np.array_equal(whole.second, parts.second)


def test_a_direction_is_a_convention(rng):
    """An edge from b to a with −ε* is the edge from a to b with ε; φ_b − φ_a = −(φ_a − φ_b)."""
    values = spin_networks.parameters(rng, EDGES, 0.1)
    forth = relative_phases(Network(EDGES, **values))
    values["strengths"] = -values["strengths"].conj()
    back = relative_phases(Network([(b, a) for a, b in EDGES], **values))
    count = len(EDGES)
    for ours, theirs in ((forth.first, back.first), (forth.second, back.second)):
        assert np.allclose(ours[:count], theirs[:count].conj(), rtol=1e-13, atol=0)
        assert np.allclose(ours[count:], theirs[count:], rtol=1e-13, atol=0)


def test_a_graph_is_a_network():
    """By its attributes, or by one value for all; edges run from the earlier node to the later."""
    graph = nx.Graph()
    for node, gain in (("x", 1.0), ("y", 2.0), ("z", 3.0)):
        graph.add_node(node, gain=gain, damping=2 * gain, frequency=gain / 2)
    graph.add_edge("z", "x", strength=0.1)
    graph.add_edge("z", "y", strength=0.2j)
    network = Network.from_graph(graph)
    edges = dict(zip(map(tuple, network.edges.tolist()), network.strengths, strict=True))
    assert edges == {(0, 2): 0.1, (1, 2): 0.2j}
    assert network.at_sites["damping"].tolist() == [2, 4, 6]
    assert network.frequencies.tolist() == [0.5, 1, 1.5]
    alike = Network.from_graph(
        nx.path_graph(4), gain=[1] * 4, damping=2, strengths=1, frequencies=0
    )
    assert alike.edges.tolist() == [[0, 1], [1, 2], [2, 3]]
    directed = Network.from_graph(
        nx.DiGraph([(1, 0), (2, 1)]), gain=[1] * 3, damping=2, strengths=1, frequencies=0
    )
    assert directed.edges.tolist() == [[0, 1], [2, 0]]
    with pytest.raises(ValueError, match=r"\(0, 1\) has no attribute 'strength'"):
        Network.from_graph(nx.path_graph(2), gain=[1, 1], damping=2, frequencies=0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"edges": [(0, 2)]}, "sites from 0 to 1, but names 2"),
     ({"edges": [(1, 1)]}, "joins a site to itself"),
     ({"edges": [(0, 1), (1, 0)]}, "gives an edge twice"),
     ({"edges": [0, 1]}, r"whole numbers of shape \(E, 2\), but is int64 of the shape \(2,\)"),
     ({"edges": [(0.0, 1.0)]}, "but is float64"),
     ({"gain": [1, -1]}, "`gain` must be positive, but contains -1"),
     ({"frequencies": [1, np.inf]}, "`frequencies` must be finite"),
     ({"strengths": [1, 2]}, r"one number or 1 of them, .* \(2,\)")],
)  # fmt: skip
def test_bad_input_is_refused(changes, message):
    values = {"edges": [(0, 1)], "gain": [1, 2], "damping": [3, 4], "strengths": 0.1} | changes
    with pytest.raises(ValueError, match=message):
        Network(values.pop("edges"), **values)


def test_orders_have_names():
    network = Network([(0, 1)], gain=[1, 2], damping=[3, 4], strengths=0.1)
    with pytest.raises(ValueError, match="`order` must be 1 or 2, but is 3"):
        relative_phases(network, 3)
