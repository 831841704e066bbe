"""The numeric reference of networks, judged by QuTiP and by what every state obeys."""

import builtins

import numpy as np
import pytest
import qutip
from judges import networks_by_qutip as spin_networks

from symsync import reference
from symsync.reference import network as network_reference

RING = [(k, (k + 1) % 5) for k in range(5)]


@pytest.mark.parametrize("size", [0.1, 1.0])
@pytest.mark.parametrize("edges", [[(1, 0)], [(0, 1), (1, 2), (0, 2)]])
def test_steady_states_are_those_of_qutip(edges, size, rng):
    """To 1e-11: the iteration's 1e-13 and QuTiP's own, times condition numbers below 100."""
    values = spin_networks.parameters(rng, edges, size)
    ours = network_reference.steady_state(edges, **values)
    theirs = qutip.steadystate(*spin_networks.model(edges, **values))
    assert np.abs(ours.matrix() - theirs.full()).max() < 1e-11
    assert np.abs(ours.reduced(1, 0) - theirs.ptrace([0, 1]).permute([1, 0]).full()).max() < 1e-11


@pytest.mark.parametrize("size", [0.1, 1.0])
def test_a_star_is_stationary(size, rng):
    """Of four spins, with an edge against their order, for which QuTiP's solution takes 20 s."""
    edges = [(0, 1), (1, 2), (3, 1)]
    values = spin_networks.parameters(rng, edges, size)
    state = network_reference.steady_state(edges, **values)
    flow = spin_networks.flow(state.matrix(), *spin_networks.model(edges, **values))
    assert np.linalg.norm(flow) < 1e-12
    assert abs(np.trace(state.matrix()) - 1) < 1e-14


def test_a_pair_is_the_letters(generic):
    """ω_A − ω_B = Δ, and both references agree."""
    pair = {name: generic[name] for name in reference.GENERATORS}
    ours = network_reference.steady_state(
        [(0, 1)],
        gain=[generic["gamma_g_A"], generic["gamma_g_B"]],
        damping=[generic["gamma_d_A"], generic["gamma_d_B"]],
        strengths=generic["epsilon"],
        frequencies=[generic["Delta"], 0],
    )
    assert np.abs(ours.matrix() - reference.steady_state(**pair)).max() < 1e-14


@pytest.fixture(scope="module")
def five():
    values = spin_networks.parameters(np.random.default_rng(1), RING, 0.3)
    return values, network_reference.steady_state(RING, **values)


def test_the_state_of_five_spins_is_stationary(five):
    """‖Lρ‖ in the full space, by QuTiP's operators."""
    values, state = five
    rho = state.matrix()
    flow = spin_networks.flow(rho, *spin_networks.model(RING, **values))
    assert np.abs(rho - np.diag(np.diag(rho))).max() > 0.05
    assert np.linalg.norm(flow) < 1e-12


def test_the_state_of_five_spins_is_a_state(five):
    """Unit trace, Hermitian, positive; a site alone has no coherence, as M is conserved."""
    _, state = five
    rho = state.matrix()
    assert abs(np.trace(rho) - 1) < 1e-14
    assert np.abs(rho - rho.conj().T).max() < 1e-13
    assert np.linalg.eigvalsh(rho).min() > -1e-13
    assert sum(block.size for block in state.blocks) == 8953
    alone = state.reduced(3)
    assert alone.trace() == pytest.approx(1, abs=1e-13)
    assert np.abs(alone - np.diag(np.diag(alone))).max() < 1e-14


def test_rates_may_be_far_apart():
    """The Letter's rates, 100 to 1, against QuTiP."""
    edges = [(0, 1), (1, 2)]
    values = {
        "gain": [100.0, 1.0, 100.0],
        "damping": [1.0, 100.0, 1.0],
        "strengths": [0.1, 0.1],
        "frequencies": [0.0, 0.0, 0.0],
    }
    ours = network_reference.steady_state(edges, **values).matrix()
    theirs = qutip.steadystate(*spin_networks.model(edges, **values)).full()
    assert np.abs(ours - theirs).max() < 1e-12


def test_without_edges_nothing_happens():
    state = network_reference.steady_state([], gain=[1, 2], damping=[3, 4])
    assert state.matrix()[4, 4] == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"edges": [(0, 2)]}, "pairs of sites from 0 to 1"),
     ({"edges": [(1, 1)]}, "a site to itself"),
     ({"gain": [1, 0]}, "`gain` must be positive, but contains 0"),
     ({"damping": [1, np.nan]}, "`damping` must be finite"),
     ({"strengths": [1, 2]}, r"`strengths` must be one number or 1 of them, .* \(2,\)")],
)  # fmt: skip
def test_bad_input_is_refused(changes, message):
    values = {"edges": [(0, 1)], "gain": [1, 2], "damping": [3, 4], "strengths": 0.1} | changes
    with pytest.raises(ValueError, match=message):
        network_reference.steady_state(values.pop("edges"), **values)


def test_an_iteration_that_does_not_end_is_told(monkeypatch):
    monkeypatch.setattr(network_reference, "ROUNDS", 1)
    with pytest.raises(
        RuntimeError, match=r"not found within 40 steps\. Make the couplings smaller"
    ):
        network_reference.steady_state(RING, gain=[1] * 5, damping=[2] * 5, strengths=5)


def test_unknown_sites_are_refused(five):
    for sites in ((), (0, 0), (5,)):
        with pytest.raises(ValueError, match="different numbers from 0 to 4"):
            five[1].reduced(*sites)


def test_without_scipy_the_extra_is_named(monkeypatch):
    known = builtins.__import__

    def no_scipy(name, *arguments):
        if name.startswith("scipy"):
            raise ModuleNotFoundError(name)
        return known(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", no_scipy)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'symsync\[network\]'"):
        network_reference.steady_state([(0, 1)], gain=[1, 2], damping=[3, 4])
