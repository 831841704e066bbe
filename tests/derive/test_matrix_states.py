"""States from density matrices and to QuTiP, which measures and references take as they are."""

from functools import cache

import numpy as np
import pytest
import qutip
from sympy import Matrix, Rational, sqrt, symbols

import symsync
from symsync import S_minus, S_plus, S_z, State, spin_pair

RATES = {"gamma_g_A": 3, "gamma_d_A": 1, "gamma_g_B": 4, "gamma_d_B": 2}
POINT = {"Delta": 0.3, "epsilon": 0.4, **RATES}


@cache
def judged():
    return qutip.steadystate(*spin_pair().to_qutip(**POINT))


def number(formula):
    return complex(formula.evalf(20))


def test_a_state_of_formulas_is_that_of_qutip(pair_state):
    rho = pair_state.to_qutip(**POINT)
    assert rho.dims == judged().dims
    assert np.abs((rho - judged()).full()).max() < 1e-14


def test_there_and_back_is_exact(pair_state):
    """Of what is Hermitian, every digit is kept."""
    state = State.from_matrix(judged(), {"A": 1, "B": 1})
    again = State.from_matrix(state.to_qutip())
    assert list(again.spins) == ["A", "B"]
    assert again.matrix() == state.matrix()
    assert np.abs((state.to_qutip() - judged()).full()).max() < 1e-15
    assert len(state) == len(pair_state)  # what a solver leaves is no element


def test_oscillators_are_turned_round():
    """A coherent state in QuTiP's order has its Fock states where they belong."""
    rho = qutip.coherent_dm(6, 0.4)
    state = State.from_matrix(rho, {"a": Rational(5, 2)}, fock="a")
    found = [float(p) for p in symsync.fock_populations(state, "a")]
    assert found == pytest.approx(rho.diag(), abs=1e-15)
    assert np.abs((state.to_qutip(fock="a") - rho).full()).max() < 1e-15


def test_formulas_may_stand_in_a_matrix():
    x = symbols("x", positive=True)
    c = sqrt(x * (1 - x))
    state = State.from_matrix(Matrix([[x, 1j * 0 + c], [c, 1 - x]]), {"A": 0.5})
    assert symsync.purity(state).simplify() == 1
    assert state.to_qutip(x=0.36).full() == pytest.approx(np.array([[0.36, 0.48], [0.48, 0.64]]))


MEASURES = {
    "negativity": symsync.negativity,
    "partial_transpose": symsync.partial_transpose,
    "mutual_information": symsync.mutual_information,
    "entropy": symsync.entropy,
    "purity": symsync.purity,
    "S_rel": symsync.S_rel,
    "S_rel_maximum": symsync.S_rel_maximum,
    "locking_phase": symsync.locking_phase,
    "phase_density": lambda rho: symsync.phase_density(rho, "A"),
    "phase_combination": lambda rho: symsync.phase_combination(rho, {"A": 1, "B": 1}),
    "joint_phase_harmonics": symsync.joint_phase_harmonics,
    "joint_phase_maximum": lambda rho: float(symsync.joint_phase_maximum(rho)[0]),
    "husimi": lambda rho: symsync.husimi(rho, (1, 2), (2, 1)),
    "l1_coherence": symsync.l1_coherence,
    "relative_entropy_of_coherence": symsync.relative_entropy_of_coherence,
    "distance_to_limit_cycle": symsync.distance_to_limit_cycle,
    "trace_distance": lambda rho: symsync.trace_distance(rho, qutip.qeye([3, 3]) / 9),
    "expectation": lambda rho: symsync.expectation(rho, S_z("A")),
    "covariance": lambda rho: symsync.covariance(rho, S_z("A"), S_z("B")),
    "coherence": lambda rho: symsync.coherence(rho, S_minus("A"), S_minus("B")),
    "order_parameter": symsync.order_parameter,
    "fisher_information": lambda rho: symsync.fisher_information(rho, "A", "B"),
    "quantum_fisher_information": lambda rho: symsync.quantum_fisher_information(rho, S_z("A")),
    "fock_populations": lambda rho: symsync.fock_populations(rho, "A"),
    "top_population": lambda rho: symsync.top_population(rho, "A", 100),
    "wigner": lambda rho: symsync.wigner(rho, (0, 1), (1, 1)),
    "correlation": lambda rho: symsync.correlation(PAIR, S_plus("A"), S_minus("A"), rho),
    "evolution": lambda rho: dict(symsync.evolution(PAIR, rho)),
}
PAIR = spin_pair()


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_a_measure_takes_a_state_of_qutip(measure):
    assert measure(judged()) == measure(State.from_matrix(judged()))


def test_measures_of_numbers_are_those_of_qutip():
    rho = judged()
    assert number(symsync.negativity(rho)) == pytest.approx(
        qutip.negativity(rho, 0, method="eigenvalues"), abs=1e-14
    )
    assert number(symsync.mutual_information(rho)) == pytest.approx(
        qutip.entropy_mutual(rho, 0, 1), abs=1e-14
    )


def test_an_array_has_to_say_its_sites():
    with pytest.raises(ValueError, match=r"or State.from_matrix\(array, spins\)"):
        symsync.negativity(judged().full())


@pytest.mark.parametrize(
    "measure", ["negativity", "mutual_information", "purity", "S_rel_max", "schmidt_coefficients"]
)
def test_the_reference_takes_a_state_of_qutip(measure):
    function = getattr(symsync.reference, measure)
    assert np.array_equal(function(judged()), function(judged().full()))


def test_the_reference_of_any_model_takes_a_state_of_qutip():
    from symsync.reference import any_model, any_phases

    after = any_model.evolve(spin_pair(), 1.0, initial=judged(), **POINT)
    assert np.abs(after - judged().full()).max() < 1e-14
    ours = any_phases.S_rel(judged(), [1, 1], 0, 1, 0.3)
    formula = symsync.S_rel(judged()).subs(symsync.phi, 0.3)
    assert ours == pytest.approx(float(formula), abs=1e-14)


def test_a_claim_may_be_a_matrix_of_numbers():
    state = symsync.steady_series(symsync.System({"A": symsync.gain_and_loss(3, 1)}, []))[0]
    assert symsync.check_claim(np.diag([0.75, 0.25]), state)
    assert symsync.check_claim(qutip.qdiags([0.75, 0.25], 0), state.matrix())
    assert "0.7 instead of 0.75" in str(symsync.check_claim(np.diag([0.7, 0.3]), state))


def test_a_ket_of_qutip_is_its_projector():
    """(3|01⟩ + 4i|10⟩)/5, also where an evolution starts: C = 24/25, N = 12/25."""
    ket = (3 * qutip.ket("01") + 4j * qutip.ket("10")) / 5
    state = State.from_matrix(ket)
    assert state.matrix() == State.from_matrix(ket.proj()).matrix()
    up, down = (Rational(1, 2), Rational(-1, 2)), (Rational(-1, 2), Rational(1, 2))
    assert complex(state[up, down]) == pytest.approx(-12j / 25, rel=1e-15)
    assert float(symsync.negativity(ket, "A")) == pytest.approx(12 / 25, rel=1e-14)
    system = symsync.System({s: symsync.gain_and_loss(1, 1) for s in "AB"}, [])
    start = symsync.evolution(system, ket).matrix().subs(symsync.t, 0)
    assert np.allclose(np.array(start, complex), ket.proj().full(), rtol=0, atol=1e-15)


HALF = {"A": 0.5}


@pytest.mark.parametrize(
    ("matrix", "spins", "message"),
    [
        ([[1.0, 1.0], [0.0, 0.0]], HALF, "must be Hermitian"),
        ([[1, 1], [0, 0]], HALF, "must be Hermitian"),
        ([[0.5, 0.0], [0.0, 0.4]], HALF, "must have the trace 1. Divide it by its trace"),
        ([[1, 0], [0, 1]], HALF, "must have the trace 1"),
        ([[1.5, 0.0], [0.0, -0.5]], HALF, "has the eigenvalue -0.5"),
        ([[0.5, symbols("x")], [0, 0.5]], HALF, "both floats and symbols"),
        ([1, 2], HALF, "`matrix` must be a density matrix"),
        (qutip.basis(2, 0).dag(), HALF, "`matrix` must be a density matrix.* of shape \\(1, 2\\)"),
        (qutip.tensor(qutip.qeye(2) / 2, qutip.qeye(1)), None, "`matrix` must be of sites that"),
        (np.eye(2) / 2, None, "`spins` must be {label: S} for an array"),
        (np.eye(2) / 2, {"A": 1}, "`spins` must fit to the dimensions 2 of the matrix"),
        (np.eye(2) * np.nan, HALF, "`matrix` must hold finite numbers, but holds nan"),
        (np.diag([1.0, -np.inf]), HALF, "`matrix` must hold finite numbers, but holds inf"),
        (np.eye(2) / 2, 0.5, "`spins` must be {label: S} or a list of S"),
    ],
)
def test_what_is_no_state_is_refused(matrix, spins, message):
    with pytest.raises(ValueError, match=message):
        State.from_matrix(matrix, spins)
