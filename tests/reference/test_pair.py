"""The numeric reference, judged by QuTiP and by what every state obeys."""

import numpy as np
import pytest
import qutip
from judges import by_qutip as judge

import symsync
from symsync import reference

POINTS = 12


@pytest.fixture
def parameters(rng):
    names = list(reference.GENERATORS)
    return {name: 10 ** rng.uniform(-1, 1, POINTS) for name in names}


def each(parameters):
    return [{name: float(v[k]) for name, v in parameters.items()} for k in range(POINTS)]


def test_steady_states_are_those_of_qutip(parameters):
    """To 1e-12: condition numbers of 10² to 10³ times machine precision."""
    ours = reference.steady_state(**parameters)
    for rho, point in zip(ours, each(parameters), strict=True):
        assert np.abs(rho - judge.steady_state(**point).full()).max() < 1e-12


def test_time_evolution_is_that_of_qutip(parameters):
    """To the 1e-9 of QuTiP's integrator."""
    ours = reference.evolve(0.7, **parameters)
    for rho, point in zip(ours[:4], each(parameters), strict=False):
        assert np.abs(rho - judge.evolve(0.7, **point).full()).max() < 1e-8


def test_correlations_are_those_of_qutip(parameters):
    rho = reference.steady_state(**parameters)
    for k in range(POINTS):
        state = qutip.Qobj(rho[k], dims=[[3, 3], [3, 3]])
        assert reference.negativity(rho[k]) == pytest.approx(qutip.negativity(state, 0), abs=1e-13)
        information = qutip.entropy_mutual(state, 0, 1)
        assert reference.mutual_information(rho[k]) == pytest.approx(information, abs=1e-12)
        assert reference.purity(rho[k]) == pytest.approx(state.purity(), abs=1e-14)
        assert reference.schmidt_coefficients(rho[k])[0] <= 1


def test_states_are_states(parameters):
    """Unit trace, Hermitian, positive, diagonal reduced states."""
    rho = reference.steady_state(**parameters)
    assert np.abs(np.einsum("kii->k", rho) - 1).max() < 1e-14
    assert np.abs(rho - np.swapaxes(rho, 1, 2).conj()).max() < 1e-14
    assert np.linalg.eigvalsh(rho).min() > -1e-14
    for site in "AB":
        angles = np.linspace(0, 6, 7)[:, None]
        assert np.abs(reference.phase_distribution(rho, site, angles)).max() < 1e-14


def test_s_rel_is_an_integral_of_the_husimi_function(parameters):
    """Against a sum over QuTiP's coherent states on a product grid that is exact for spins 1."""
    rho = reference.steady_state(**parameters)[0]
    nodes, weights = np.polynomial.legendre.leggauss(24)
    theta, measure = (nodes + 1) * np.pi / 2, weights * np.pi / 2
    phi, angles = 0.6, 2 * np.pi * np.arange(5) / 5

    def kets(offset):
        found = [
            [qutip.spin_coherent(1, x, y + offset).full()[:, 0] for x in theta] for y in angles
        ]
        return np.array(found)

    amplitudes = np.einsum("pam,pbn->pabmn", kets(phi), kets(0.0)).reshape(5, 24, 24, 9)
    density = np.einsum("pabi,ij,pabj->pab", amplitudes.conj(), rho, amplitudes).real
    area = measure * np.sin(theta)
    total = np.einsum("pab,a,b->", density, area, area) * 9 / (16 * np.pi**2) * 2 * np.pi / 5
    expected = float(reference.S_rel(rho, phi))
    assert total - 1 / (2 * np.pi) == pytest.approx(expected, abs=1e-14)


def test_the_maximum_is_the_largest_value(parameters):
    """No angle of a fine grid exceeds it, and the best of them comes close."""
    rho = reference.steady_state(**parameters)
    grid = np.linspace(-np.pi, np.pi, 20001)
    for state, top in zip(rho, reference.S_rel_max(rho), strict=True):
        values = reference.S_rel(state, grid)
        assert values.max() <= top + 1e-15
        assert top - values.max() < 1e-6 * top
        best = grid[np.argmax(values)]
        apart = reference.locking_phase(state) - best
        assert abs((apart + np.pi) % (2 * np.pi) - np.pi) < 2 * np.pi / 20000


def test_evolution_begins_at_the_limit_cycle_and_ends_in_the_steady_state(generic):
    model = {name: generic[name] for name in reference.GENERATORS}
    start = np.zeros((9, 9))
    start[4, 4] = 1
    assert np.array_equal(reference.evolve(0.0, **model), start)
    assert np.abs(reference.evolve(80.0, **model) - reference.steady_state(**model)).max() < 1e-11


def test_arrays_of_parameters_broadcast(generic):
    model = {name: generic[name] for name in reference.GENERATORS}
    model |= {"epsilon": np.linspace(0, 1, 4)[:, None], "Delta": np.linspace(-1, 1, 3)}
    rho = reference.steady_state(**model)
    assert rho.shape == (4, 3, 9, 9)
    one = reference.steady_state(**{**model, "epsilon": 1.0, "Delta": 1.0})
    assert np.abs(rho[3, 2] - one).max() < 1e-15


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"gamma_g_A": -1}, ValueError, "`gamma_g_A` must be positive and finite, but contains -1"),
        ({"Delta": np.nan}, ValueError, "`Delta` must be finite, but contains nan"),
        ({"Gamma": 1}, TypeError, "exactly epsilon, Delta.*check 'Gamma'"),
    ],
)
def test_bad_input_is_named(change, error, message, generic):
    model = {name: generic[name] for name in reference.GENERATORS}
    with pytest.raises(error, match=message):
        reference.steady_state(**{**model, **change})


def test_a_state_of_another_size_is_told_where_to_go():
    """And there it is taken."""
    singlet = qutip.ket2dm(qutip.singlet_state())
    words = r"\(…, 9, 9\), .* but is a Qobj of shape \(4, 4\)\. .* symsync.negativity\(rho, 'A'\)"
    with pytest.raises(TypeError, match=words):
        reference.negativity(singlet)
    assert float(symsync.negativity(singlet, "A")) == pytest.approx(0.5, rel=1e-14)
    with pytest.raises(TypeError, match="but is a list"):
        reference.purity([1, 2])
