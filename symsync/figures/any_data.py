"""The numbers of pictures of any state, model and network."""

import reprlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import Rational

from symsync.derive.state import State, require_sites, require_state
from symsync.expressions.checks import whole
from symsync.figures.data import array_of, grid_of
from symsync.figures.own_data import PHI, moving_phase
from symsync.figures.tables import FigureData, Table
from symsync.formula import equation
from symsync.large_networks import Network, RelativePhases, relative_phases
from symsync.measures.phase_locking import S_rel
from symsync.model.system import System
from symsync.reference import any_model, any_phases

__all__ = ["locking_in_time_data", "network_data", "sphere_data"]

Array = NDArray[Any]


def locking_in_time_data(
    model: Any, t: ArrayLike, sites: Sequence[str] = (), **values: float
) -> FigureData:
    """Return S_rel(φ, t) of two sites of any model, exactly or to an order.

    Parameters
    ----------
    model
        A `System`, whose couplings are switched on at t = 0 and which is solved as matrices; or a
        `State` that depends on `t`, such as `time_series(system)[1]` or an `evolution`.
    t
        Times, of shape (n,).
    sites
        Two labels; a model of two sites needs none.
    **values
        The value of each symbol but `t`, by its name.

    Returns
    -------
    FigureData
        Tables "locking" over (t, φ), with 91 angles, and "maximum" over t, the largest of these.

    Raises
    ------
    TypeError
        If a value is missing.
    ValueError
        If `model` is neither of these, `sites` are not two of its sites, there are fewer than two
        times, or a value does not fit.

    Examples
    --------
    >>> from symsync import spin_pair, time_series
    >>> from symsync.figures import locking_in_time_data
    >>> point = dict(epsilon=0.1, Delta=0, gamma_g_A=3, gamma_d_A=1, gamma_g_B=1, gamma_d_B=3)
    >>> first = locking_in_time_data(time_series(spin_pair())[1], [1, 9], **point)
    >>> first.tables["maximum"].values["S_rel"].round(4)
    array([0.007 , 0.0147])
    """
    times = grid_of("t", t)
    chosen = list(sites) if isinstance(sites, Sequence) else [sites]
    if isinstance(model, System):
        labels = list(model.sites)
        pair = require_sites("sites", labels if len(chosen) == 0 else chosen, labels)
        if len(pair) != 2:
            raise ValueError(
                f"Argument `sites` must be two of {', '.join(labels)}, but is {sites!r}."
            )
        a, b = map(labels.index, pair)
        spins = [float(cycle.spin) for cycle in model.sites.values()]
        states = (any_model.evolve(model, float(time), **values) for time in times)
        found = np.array([any_phases.S_rel(rho, spins, a, b, PHI) for rho in states])
    else:
        function = equation("S_rel", S_rel(model, *chosen)).function()
        found = function(**{**values, "t": times[:, None], "phi": PHI})
    shape = (len(times), len(PHI))
    return moving_phase(times, {"S_rel": np.broadcast_to(found, shape)}, values)


def sphere_data(
    state: Any, *sites: str, kind: str = "husimi", points: int = 121, **values: float
) -> FigureData:
    """Return the Husimi or the Wigner function of each site on its sphere.

    Parameters
    ----------
    state
        A state of the package, a Qobj, or the density matrix of one spin, shape (2S+1, 2S+1).
    *sites
        Labels of sites, by default all of them; the others are traced out.
    kind
        "husimi", which integrates to 1, or "wigner", that of `spin_wigner`, which may be negative.
    points
        Number of angles φ in [−π, π]; θ has about half as many.
    **values
        The value of each symbol of the state, by its name.

    Returns
    -------
    FigureData
        Table "spheres" over (θ, φ), with Q_A or W_A for site A.

    Raises
    ------
    TypeError
        If a value is missing.
    ValueError
        If `state` is no state, has no such site, or `kind` is none of these.

    Examples
    --------
    A spin 1 that points up, seen from above, from the equator and from below:

    >>> from symsync.figures import sphere_data
    >>> up = [[1, 0, 0], [0, 0, 0], [0, 0, 0]]
    >>> for kind in ("husimi", "wigner"):
    ...     (values,) = sphere_data(up, kind=kind, points=5).tables["spheres"].values.values()
    ...     print(values[:, 0].round(3))
    [0.239 0.06  0.   ]
    [1.567 0.07  0.153]
    """
    if not (isinstance(state, State) or hasattr(state, "full")) and np.ndim(state) == 2:
        state = State.from_matrix(state, {"A": Rational(np.shape(state)[0] - 1, 2)})
    state = require_state(state)
    if not isinstance(kind, str) or kind not in ("husimi", "wigner"):
        raise ValueError(f"Argument `kind` must be husimi or wigner, but is {kind!r}.")
    points = whole("points", points, 3, 2001)
    theta, phi = np.linspace(0, np.pi, points // 2 + 1), np.linspace(-np.pi, np.pi, points)
    found = {}
    known = list(state.spins)
    for site in require_sites("sites", sites or known, known):
        function = equation("rho", state.partial_trace(site).matrix()).function()
        rho = function(**{k: v for k, v in values.items() if k in function.parameters})
        found[f"{'QW'[kind == 'wigner']}_{site}"] = _on_sphere(rho, kind, theta, phi)
    table = Table({"theta": theta, "phi": phi}, found)
    return FigureData("sphere", values, {"spheres": table})


def _on_sphere(rho: Array, kind: str, theta: Array, phi: Array) -> Array:
    """Return Tr ρ R w R† with R = e^{−iφS^z} e^{−iθS^y}, shape (θ, φ).

    w is diagonal: (2S+1)/4π at m = S for Q, and for W Σ_k (2k+1)/(2S+1) ⟨S m; k 0|S m⟩, in which
    the coefficients are polynomials of degree k in m, orthogonal over the m.
    """
    size = len(rho)
    m = (size - 1) / 2 - np.arange(size)
    weights = np.where(m == m[0], size / (4 * np.pi), 0.0)
    if kind == "wigner":
        polynomials, _ = np.linalg.qr(np.polynomial.legendre.legvander(m / max(m[0], 1), size - 1))
        polynomials = polynomials * np.sign(polynomials[0])
        weights = polynomials @ np.sqrt((2 * np.arange(size) + 1) / size)
    raising = np.diag(np.sqrt((m[0] - m[1:]) * (m[0] + m[1:] + 1)), 1)
    turns, kets = np.linalg.eigh((raising - raising.T) / 2j)
    turned = ((kets * np.exp(-1j * theta[:, None, None] * turns)) @ kets.conj().T).real
    kernel = rho * ((turned * weights) @ turned.swapaxes(1, 2))
    values = np.trace(kernel, axis1=1, axis2=2).real[:, None] + 0 * phi
    for q in range(1, size):
        wave = np.trace(kernel, offset=q, axis1=1, axis2=2)[:, None]
        values += 2 * (wave * np.exp(1j * q * phi)).real
    return values


def network_data(network: Any, positions: Any = None, order: int = 2) -> FigureData:
    """Return how strongly and where each pair of sites of a network locks.

    Parameters
    ----------
    network
        A `Network`, a networkx graph with the attributes that `Network.from_graph` reads, or the
        result of `relative_phases`.
    positions
        Where the sites are drawn, shape (N, 2) or {node: (x, y)} in the order of the nodes, by
        default on a circle.
    order
        1 or 2, the order in the couplings of a network or graph.

    Returns
    -------
    FigureData
        Tables "sites" over the sites, with x and y, and "pairs" over the pairs a < b that lock,
        with the maximum of S_rel, the phase φ_a − φ_b at which it is, and whether a coupling joins
        them.

    Raises
    ------
    ValueError
        If `network` is none of these, `order` is neither 1 nor 2, or `positions` has another shape.

    Examples
    --------
    >>> from symsync.figures import network_data
    >>> from symsync.large_networks import Network
    >>> chain = Network([(0, 1), (1, 2)], gain=[3, 1, 2], damping=[1, 2, 4], strengths=0.1)
    >>> pairs = network_data(chain).tables["pairs"].values
    >>> print(pairs["coupled"], (1e3 * pairs["S_rel_max"]).round(2))
    [1 1 0] [12.94  2.05  0.68]
    """
    found = network
    if not isinstance(network, RelativePhases):
        if not isinstance(network, Network):
            graph, network = network, Network.from_graph(network)
            if isinstance(positions, Mapping) and set(positions) == set(graph):
                positions = {node: positions[node] for node in graph}
        if not len(network.edges):
            raise ValueError("Argument `network` must have a coupling or more, but has none.")
        found = relative_phases(network, whole("order", order, 1, 2))
    turn = 2 * np.pi * np.arange(720) / 720
    heights = found.S_rel(turn[:, None])
    a, b = found.pairs.T
    phase = np.where(a < b, 1, -1) * turn[heights.argmax(axis=0)]
    count = getattr(network, "number_of_sites", int(found.pairs.max()) + 1)
    where = _places(positions, count)
    coupled = np.arange(len(a)) < len(getattr(network, "edges", a))
    pairs = {"a": np.minimum(a, b), "b": np.maximum(a, b), "coupled": coupled.astype(int),
             "S_rel_max": heights.max(axis=0), "phase": np.angle(np.exp(1j * phase))}  # fmt: skip
    tables = {
        "sites": Table({"site": np.arange(count)}, {"x": where[:, 0], "y": where[:, 1]}),
        "pairs": Table({"pair": np.arange(len(a))}, pairs),
    }
    return FigureData("network", {}, tables)


def _places(positions: Any, count: int) -> Array:
    """Return where sites are drawn, by default clockwise on a circle."""
    if positions is None:
        around = np.pi / 2 - 2 * np.pi * np.arange(count) / count
        return np.stack([np.cos(around), np.sin(around)], axis=1)
    where = array_of(list(positions.values()) if isinstance(positions, Mapping) else positions)
    if where.shape != (count, 2) or not np.isfinite(where).all():
        raise ValueError(
            f"Argument `positions` must be numbers of the shape {(count, 2)}, but is "
            f"{reprlib.repr(positions)}."
        )
    return where
