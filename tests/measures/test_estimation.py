"""Fisher information, judged by eigenvectors of dense matrices and by quadrature."""

import numpy as np
import pytest
from judges import by_qutip, mixed_states, spin_halves
from judges.by_falling_residuals import assert_falls_as
from sympy import I, Rational, symbols

import symsync
from symsync import (
    Coupling,
    Drive,
    Exchange,
    LimitCycle,
    S_minus,
    S_plus,
    S_z,
    System,
    equatorial,
    exact_state,
    fisher_information,
    gain_and_loss,
    quantum_fisher_information,
    steady_series,
)
from symsync.expressions.definitions import nodes_of
from symsync.expressions.spectral import BlockInformation, WaveInformation
from symsync.reference import any_model

k, f = symbols("k f", positive=True)
HALF = Rational(1, 2)
THREE = ["spins 1, driven", "spins 1/2 and 1, driven", "driven chain of three spins 1/2"]
LONG = [pytest.param(THREE[0], marks=pytest.mark.slow), *THREE[1:]]


def information(rho, slope):
    """Σ 2|⟨j|∂ρ|k⟩|²/(p_j + p_k)."""
    p, vectors = np.linalg.eigh(rho)
    inner = vectors.conj().T @ slope @ vectors
    return sum(2 * abs(v) ** 2 / (p[i] + p[j]) for (i, j), v in np.ndenumerate(inner))


def turned(rho, operator):
    return -1j * (operator @ rho - rho @ operator)


def matrix_of(operator, system):
    return np.array(symsync.matrix(operator, system.spins), complex)


# A phase of a state -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "word"),
    [
        (THREE[0], "z"),
        (THREE[1], "y"),
        (THREE[2], "z"),
        pytest.param(THREE[2], "y", marks=pytest.mark.slow),
    ],
)
def test_the_phase_of_a_state_without_symmetry(name, word):
    """A driven pair, one of mixed spins and a driven chain of three; QuTiP has the operator."""
    state, rho = mixed_states.as_state(name), mixed_states.steady_state(name)
    plus, minus, z = by_qutip.ladders(**mixed_states.MODELS[name])["B"]
    theirs = z if word == "z" else (plus - minus) / 2j
    ours = S_z("B") if word == "z" else (S_plus("B") - S_minus("B")) / (2 * I)
    expected = information(rho.full(), turned(rho.full(), theirs.full()))
    assert expected > 0.01
    found = quantum_fisher_information(state, ours).evalf(20)
    assert float(found) == pytest.approx(expected, rel=1e-10)


def test_of_a_pure_state_it_is_four_times_the_variance():
    """Of S^x + S^z of a spin 1 in |0⟩: 4⟨(S^x)²⟩ = 4."""
    alone = steady_series(System({"A": equatorial(1, 2)}, []))[0]
    generator = (S_plus("A") + S_minus("A")) / 2 + S_z("A")
    assert quantum_fisher_information(alone, generator).evalf(15) == pytest.approx(4, rel=1e-14)


# A parameter, as a formula ------------------------------------------------------------------------

DRIVEN = System(
    {"A": gain_and_loss(3, HALF), "B": gain_and_loss(HALF, 2)},
    [Exchange("A", "B", k), Drive("A", f)],
)


def derivative(system, name, values):
    """ρ and ∂ρ with L∂ρ = −(∂L)ρ, of a generator that is linear in the parameter."""
    rho = any_model.steady_state(system, **values)
    at = [any_model.generator(system, **(values | {name: x})) for x in (0, 1)]
    matrix = any_model.generator(system, **values)
    trace = np.eye(len(rho)).ravel()
    rows = np.vstack([matrix, trace])
    right = np.append(-(at[1] - at[0]) @ rho.ravel(), 0)
    return rho, np.linalg.lstsq(rows, right, rcond=None)[0].reshape(rho.shape)


@pytest.fixture(scope="module")
def driven():
    return exact_state(DRIVEN)


@pytest.mark.parametrize("name", ["k", "f"])
def test_a_parameter_of_a_driven_pair_in_all_backends(name, driven):
    formula = symsync.equation("F", quantum_fisher_information(driven, parameter=name))
    assert nodes_of(formula.rhs, BlockInformation)[0].size == 4
    values = {"k": 0.7, "f": 1.9}
    expected = information(*derivative(DRIVEN, name, values))
    for backend in ("numpy", "c", "mpmath"):
        found = formula.function(backend)(**values)
        assert float(found) == pytest.approx(expected, rel=1e-9)
    assert r"\mathcal{F}\left[" in formula.latex()


def test_two_levels_have_a_closed_form():
    """Two spins 1/2 with gain and loss: blocks of one and of two kets, with a derivative."""
    formula = symsync.equation("F", quantum_fisher_information(
        exact_state(spin_halves.system()), parameter="k"))  # fmt: skip
    assert {node.size for node in nodes_of(formula.rhs, BlockInformation)} == {1, 2}
    expected = information(*derivative(spin_halves.system(), "k", {"k": 0.8}))
    for backend in ("numpy", "mpmath"):
        assert float(formula.function(backend)(k=0.8)) == pytest.approx(expected, rel=1e-10)
    plain = formula.rhs.doit()
    assert not plain.has(BlockInformation)
    assert float(plain.subs(k, Rational(4, 5)).evalf()) == pytest.approx(expected, rel=1e-10)


# Order by order -----------------------------------------------------------------------------------


def quadrature(site):
    return S_plus(site) + S_minus(site)


WEAK = {
    "mixtures": (
        {"A": gain_and_loss(1, 3), "B": gain_and_loss(3, 2, spin=1)},
        [Exchange("A", "B", k), Drive("A", 2 * k)]),
    "pure": (
        {"A": equatorial(1, 2), "B": equatorial(3, 1)},
        [Coupling(k * quadrature("A") * quadrature("B")), Drive("A", k)]),
    "a chain with an end that is full": (
        {"A": gain_and_loss(1, 3), "B": gain_and_loss(2, 1), "C": LimitCycle(HALF, [(1, S_plus)])},
        [Exchange("A", "B", k), Exchange("B", "C", k), Drive("B", k)]),
}  # fmt: skip


@pytest.mark.parametrize("name", WEAK)
def test_weak_limits_of_a_phase_and_of_a_strength(name):
    """ε² of a phase lacks ε⁴, but for ε³ without symmetry; the strength lacks two powers less."""
    system = System(*WEAK[name])
    series = steady_series(system)
    generator = S_z("A") - 2 * S_z("B")
    phase, strength = (
        symsync.equation("F", value, parameters=[k]).function("mpmath")
        for value in (
            quantum_fisher_information(series, generator, order=2),
            quantum_fisher_information(series, parameter="k", order=0),
        )
    )

    def of_phase(at):
        rho = any_model.steady_state(system, k=at)
        exact = information(rho, turned(rho, matrix_of(generator, system)))
        return abs(exact - float(phase(k=at)))

    def of_strength(at):
        exact = information(*derivative(system, "k", {"k": at}))
        return abs(exact - float(strength(k=at)))

    assert_falls_as(4, of_phase, 0.02, within=0.3)
    assert_falls_as(2, of_strength, 0.02, within=0.3)
    assert of_phase(0.02) < 0.05 * phase(k=0.02)


def test_without_a_coupling_the_phase_is_lost():
    """At a strength of zero the block of two kets that are empty has the information 0."""
    e = symbols("e", nonnegative=True)
    system = System({"A": equatorial(1, 2), "B": equatorial(3, 1)}, [Exchange("A", "B", e)])
    found = quantum_fisher_information(steady_series(system), S_z("A"), order=2)
    for backend in ("numpy", "mpmath"):
        assert symsync.equation("F", found).function(backend)(e=0) == 0


def test_two_strengths_at_once():
    """The exchange beside a drive: what empties a ket mixes both, and F is not one of k alone."""
    cycles, couplings = WEAK["pure"]
    system = System(cycles, [couplings[0], Drive("A", f)])
    found = quantum_fisher_information(steady_series(system), parameter="k", order=0)
    value = symsync.equation("F", found, parameters=[k, f]).function("mpmath")

    def left_out(at):
        exact = information(*derivative(system, "k", {"k": at, "f": 2 * at}))
        return abs(exact - float(value(k=at, f=2 * at)))

    assert_falls_as(2, left_out, 0.02, within=0.3)


def test_a_weak_drive_of_strongly_coupled_qubits():
    """ρ₀ of the exchange has coherences, and no eigenvalue zero."""
    system = System(DRIVEN.sites, [Exchange("A", "B", 2), Drive("A", f)], strong=[0])
    found = quantum_fisher_information(steady_series(system), parameter="f", order=0)
    value = float(found.evalf(20))

    def left_out(at):
        return abs(information(*derivative(system, "f", {"f": at})) - value)

    assert value > 0.01
    assert_falls_as(2, left_out, 0.02)


# The phase as a random variable -------------------------------------------------------------------


def by_quadrature(rho, *sites):
    """∫p′²/p over 4096 angles, with the harmonics of QuTiP's distribution."""
    phi = 2 * np.pi * np.arange(4096) / 4096
    of = by_qutip.relative_phase if len(sites) == 2 else by_qutip.phase_distribution
    z = np.fft.rfft(of(rho, *sites, phi)) / len(phi)
    modes = np.arange(1, 8)
    waves = 2 * np.exp(1j * np.outer(phi, modes)) * z[1:8]
    p, slope = 1 / (2 * np.pi) + waves.sum(1).real, (1j * modes * waves).sum(1).real
    return (slope**2 / p).sum() * 2 * np.pi / len(phi)


@pytest.mark.parametrize("name", LONG)
def test_the_information_of_a_distribution(name):
    """Of one site and of a relative phase, below the quantum information of the same turn."""
    state, rho = mixed_states.as_state(name), mixed_states.steady_state(name)
    own = float(fisher_information(state, "A").evalf(20))
    relative = float(fisher_information(state, "A", "B").evalf(20))
    assert own == pytest.approx(by_quadrature(rho, 0), rel=1e-11)
    assert relative == pytest.approx(by_quadrature(rho, 0, 1), rel=1e-11)
    bound = float(quantum_fisher_information(state, S_z("A")).evalf(20))
    assert 1e-3 < own < bound
    assert 1e-3 < relative < bound


def test_a_distribution_of_two_harmonics_in_all_backends():
    """A driven spin 1, whose second harmonic is not zero; at weak coupling ε² lacks ε⁴."""
    system = System({"A": equatorial(2, 1)}, [Drive("A", k)])
    state, series = exact_state(system), steady_series(system)
    formula = symsync.equation("F", fisher_information(state, "A", kind="canonical"))
    assert nodes_of(formula.rhs, WaveInformation)
    assert r"\mathcal{I}_\phi" in formula.latex()
    expected = float(formula.function("mpmath")(k=1.5))
    rho = any_model.steady_state(system, k=1.5)
    phi = 2 * np.pi * np.arange(4096) / 4096
    kets = np.exp(-1j * np.outer(phi, [1, 0, -1])) / np.sqrt(2 * np.pi)
    p = np.einsum("xm,mn,xn->x", kets.conj(), rho, kets).real
    slope = np.gradient(np.concatenate([p[-2:], p, p[:2]]), phi[1])[2:-2]
    assert (slope**2 / p).sum() * phi[1] == pytest.approx(expected, rel=1e-5)  # of differences
    for backend in ("numpy", "c"):
        assert formula.function(backend)(k=1.5) == pytest.approx(expected, rel=1e-13)
    weak = symsync.equation(
        "F", fisher_information(series, "A", kind="canonical", order=2)
    ).function()
    assert_falls_as(
        4, lambda at: float(abs(formula.function("mpmath")(k=at) - weak(k=at))), 0.02, within=0.1
    )


def test_what_is_asked_for_is_said():
    state = exact_state(DRIVEN)
    with pytest.raises(ValueError, match="Either `operator` or `parameter` must be given"):
        quantum_fisher_information(state)
    with pytest.raises(ValueError, match="`operator` must be finite and Hermitian, but is S_plus"):
        quantum_fisher_information(state, S_plus("A"))
    with pytest.raises(ValueError, match="`parameter` must be a real parameter of the state"):
        quantum_fisher_information(state, parameter="g")
    series = steady_series(DRIVEN)
    with pytest.raises(NotImplementedError, match="operator is diagonal in"):
        quantum_fisher_information(series, quadrature("A"), order=2)
    shared = [symsync.Dissipation(k, S_minus("A") + S_minus("B"))]
    jumps = steady_series(System({"A": equatorial(1, 2), "B": equatorial(3, 1)}, shared))
    with pytest.raises(NotImplementedError, match="A shared jump populates at first order"):
        quantum_fisher_information(jumps, S_z("A"), order=2)
