"""Spheres of any state, networks and locking in time: their numbers, and what is drawn of them."""

import networkx
import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.quiver import Quiver
from sympy import symbols

import symsync
from symsync import figures
from symsync.large_networks import Network, relative_phases

ANGLES = symbols("theta phi", real=True)
POINT = {"epsilon": 0.3, "Delta": 0.7, "gamma_g_A": 1, "gamma_d_A": 2, "gamma_g_B": 3,
         "gamma_d_B": 1}  # fmt: skip


def random_state(size, rng):
    ket = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    rho = ket @ ket.conj().T
    return rho / np.trace(rho).real


@pytest.mark.parametrize("spin", [0.5, 1, pytest.param(2.5, marks=pytest.mark.slow)])
def test_spheres_are_the_engines_functions(spin, rng):
    """Q and W of a random state, at every angle, with the signs of φ and θ."""
    rho = random_state(round(2 * spin) + 1, rng)
    state = symsync.State.from_matrix(rho, {"A": spin})
    for kind, formula in (("husimi", symsync.husimi), ("wigner", symsync.spin_wigner)):
        table = figures.sphere_data(rho, kind=kind, points=7).tables["spheres"]
        judge = symsync.equation("f", formula(state, ANGLES)).function()
        expected = judge(theta=table.axes["theta"][:, None], phi=table.axes["phi"])
        (found,) = table.values.values()
        assert np.allclose(found, expected, rtol=0, atol=1e-13)  # sums of some tens of terms


def test_a_large_spin_has_the_moments_of_its_functions(rng):
    """Spin 10: ∫Q = 1, ∫W (2S+1)/4π = 1 and ∫W² (2S+1)/4π = Tr ρ²."""
    rho = random_state(21, rng)
    for kind, power, expected in (("husimi", 1, 21 / (4 * np.pi)), ("wigner", 1, 1),
                                  ("wigner", 2, np.trace(rho @ rho).real)):  # fmt: skip
        table = figures.sphere_data(rho, kind=kind, points=121).tables["spheres"]
        (values,) = table.values.values()
        around = (values**power)[:, :-1].mean(axis=1)
        # a trigonometric polynomial of degree 40 in θ: Clenshaw and Curtis on 61 nodes are exact
        theta, n = table.axes["theta"], 60
        k = np.arange(0, n + 1, 2)
        series = np.cos(np.outer(k, theta)) @ (np.r_[0.5, np.ones(n - 1), 0.5] * around) * 2 / n
        total = series @ (np.r_[0.5, np.ones(len(k) - 2), 0.5] * 2 / (1 - k**2))
        assert np.isclose(21 / 2 * total, expected, rtol=1e-12), (kind, power)


def test_the_sphere_of_each_site_is_that_of_its_reduced_state(pair_state):
    data = figures.sphere_data(pair_state, kind="wigner", points=5, **POINT)
    assert list(data.tables["spheres"].values) == ["W_A", "W_B"]
    reduced = pair_state.partial_trace("B")
    alone = figures.sphere_data(reduced, kind="wigner", points=5, **POINT)
    (values,) = alone.tables["spheres"].values.values()
    assert np.array_equal(values, data.tables["spheres"].values["W_B"])
    drawing = figures.draw(data)
    for name, ax in drawing.axes.items():
        (image,) = ax.images
        low, high = image.get_clim()
        reach = np.abs(data.tables["spheres"].values[name]).max()
        assert (low, high) == (-reach, reach)  # zero is the middle of the map
    plain = figures.draw(figures.sphere_data(pair_state, "B", **POINT))
    assert list(plain.axes) == ["Q_B"]
    assert plain.axes["Q_B"].images[0].get_clim()[0] == 0


def test_locking_in_time_is_that_of_the_matrices_and_of_the_formulas():
    """A system, its exact evolution and its first order are those of the Letter's figure."""
    pair, t = symsync.spin_pair(), np.array([0, 0.5, 3])
    exact = figures.locking_in_time_data(pair, t, **POINT).tables["locking"].values["S_rel"]
    moving = symsync.evolution(pair, (0, 0))
    same = figures.locking_in_time_data(moving, t, ("B", "A"), **POINT).tables["locking"]
    assert np.allclose(same.values["S_rel"], exact[:, ::-1], rtol=0, atol=1e-12)  # φ_B − φ_A
    rates = {name: value for name, value in POINT.items() if "gamma" in name}
    letter = figures.locking_data("both", epsilon=0.3, Delta=0.7, rates=rates, t=t)
    assert np.allclose(letter.tables["locking"].values["S_rel_exact"], exact, atol=1e-12, rtol=0)
    first = figures.locking_in_time_data(symsync.time_series(pair)[1], t, **POINT)
    assert np.allclose(first.tables["locking"].values["S_rel"],
                       letter.tables["locking"].values["S_rel_first"], atol=1e-14)  # fmt: skip
    drawing = figures.draw(first)
    (above,) = [ax for ax in drawing.figure.axes if ax.get_ylabel() == "max"]
    assert np.array_equal(above.lines[0].get_ydata(), first.tables["maximum"].values["S_rel"])
    assert np.array_equal(above.lines[0].get_ydata(),
                          first.tables["locking"].values["S_rel"].max(axis=1))  # fmt: skip


EDGES = [(0, 1), (2, 1), (2, 3)]
RATES = {"gain": [3, 1, 2, 1], "damping": [1, 2, 4, 1], "frequencies": [0.3, 0, 0.1, -0.5]}
ALONE = Network.from_graph(
    networkx.empty_graph(1), strengths=1, frequencies=[0], gain=[1], damping=[2]
)


def test_a_network_shows_how_and_where_its_pairs_lock():
    """Colours are max S_rel, arrows point at φ_a − φ_b for a < b, and dots join the uncoupled."""
    network = Network(EDGES, strengths=0.1, **RATES)
    data = figures.network_data(network)
    pairs, found = data.tables["pairs"].values, relative_phases(network)
    assert pairs["coupled"].tolist() == [1, 1, 1, 0, 0]
    for k, (a, b) in enumerate(found.pairs):
        assert (pairs["a"][k], pairs["b"][k]) == (min(a, b), max(a, b))
        height = found.S_rel(np.full(5, pairs["phase"][k] * (1 if a < b else -1)))[k]
        assert np.isclose(height, pairs["S_rel_max"][k], rtol=1e-14)
        assert height >= found.S_rel(np.linspace(0, 7, 99)[:, None])[:, k].max() * (1 - 1e-4)
    (ax,) = figures.draw(data).axes.values()
    lines = [c for c in ax.collections if isinstance(c, LineCollection)][-1]
    assert np.array_equal(lines.get_array(), pairs["S_rel_max"])
    (arrows,) = [c for c in ax.collections if isinstance(c, Quiver)]
    assert [dashes is not None for _, dashes in lines.get_linestyle()] == [False] * 3 + [True] * 2
    assert np.allclose(np.angle(arrows.U + 1j * arrows.V), pairs["phase"])
    assert [text.get_text() for text in ax.texts] == ["0", "1", "2", "3"]
    where = np.array([[text.get_position()] for text in ax.texts])[:, 0]
    segments = np.array(lines.get_segments())
    assert np.allclose(segments[:, 0], where[pairs["a"]])
    assert np.allclose(segments[:, 1], where[pairs["b"]])


def test_a_pair_that_does_not_lock_has_no_arrow():
    network = Network(EDGES, strengths=[0.1, 0.1, 0], **RATES)
    (ax,) = figures.draw(figures.network_data(network)).axes.values()
    (arrows,) = [c for c in ax.collections if isinstance(c, Quiver)]
    assert arrows.N == 3  # two edges, and the ends of their path


def test_a_graph_and_relative_phases_are_networks_too():
    graph = networkx.path_graph(3)
    for node, (gain, damping) in enumerate([(3, 1), (1, 2), (2, 4)]):
        graph.add_node(node, gain=gain, damping=damping, frequency=0)
    for a, b in graph.edges:
        graph.edges[a, b]["strength"] = 0.1
    network = Network.from_graph(graph)
    first = figures.network_data(graph, [[0, 0], [1, 0], [2, 5]], 1)
    assert first.tables["sites"].values["y"].tolist() == [0, 0, 5]
    by_node = {2: (2, 5), 0: (0, 0), 1: (1, 0)}
    again = figures.network_data(graph, by_node).tables["sites"].values
    assert again["y"].tolist() == [0, 0, 5]
    other = figures.network_data(relative_phases(network, 1)).tables["pairs"].values
    for name, values in first.tables["pairs"].values.items():
        assert np.array_equal(values, other[name])


@pytest.mark.parametrize("width", list(figures.WIDTHS))
def test_their_text_is_readable(width, pair_state, monkeypatch):
    from test_figures import assert_readable

    network = figures.network_data(Network(EDGES, strengths=0.1, **RATES))
    moving = figures.locking_in_time_data(symsync.spin_pair(), [0, 1, 2], **POINT)
    for data in (figures.sphere_data(pair_state, points=9, **POINT), network, moving):
        assert_readable(figures.draw(data, width=width), monkeypatch)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: figures.sphere_data(np.eye(2) / 2, kind="p"), "`kind` must be husimi or wigner"),
        (lambda: figures.sphere_data(np.eye(2) / 2, "B"), "a site among A"),
        (lambda: figures.sphere_data(np.eye(2)), "trace"),
        (lambda: figures.sphere_data("x"), "`state` must be"),
        (lambda: figures.sphere_data(np.eye(2) / 2, points=1), "`points` must be"),
        (lambda: figures.locking_in_time_data(symsync.spin_pair(), 1), "`t` must be two or more"),
        (lambda: figures.locking_in_time_data(symsync.spin_pair(), [0, 1], "A"), "must be two of"),
        (lambda: figures.locking_in_time_data("x", [0, 1]), "`state` must be a state"),
        (lambda: figures.network_data("x"), "must be a graph of networkx"),
        (lambda: figures.network_data(Network(EDGES, strengths=1, **RATES), [1]), "`positions`"),
        (lambda: figures.network_data(ALONE), "`network` must have a coupling or more"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
