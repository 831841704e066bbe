"""Measures for any sites of any system, judged by quadrature of the Husimi function and QuTiP."""

from functools import cache, reduce

import numpy as np
import pytest
import qutip
from judges import by_qutip as judge
from judges.by_falling_residuals import assert_falls_as
from sympy import Rational, S, Symbol, pi

import symsync
from symsync import (
    Coupling,
    Drive,
    Exchange,
    S_minus,
    S_plus,
    S_rel,
    System,
    equatorial,
    mutual_information,
    negativity,
    pair_weight,
    phase_combination,
    phase_distribution,
    phase_weight_table,
    steady_series,
)
from symsync.derive.state import State
from symsync.model.spin import projections, squared_norm

HALF = Rational(1, 2)
psi = Symbol("psi", real=True)


# Random states against the Husimi function ----------------------------------------------------


def kets(spins):
    found = [()]
    for spin in spins:
        found = [(*ket, m) for ket in found for m in projections(spin)]
    return found


def random_state(rng, *spins):
    """A random density matrix of a few spins, as a `State` and as an array."""
    basis = kets(spins)
    root = rng.normal(size=(2, len(basis), len(basis)))
    root = root[0] + 1j * root[1]
    rho = root @ root.conj().T
    rho /= rho.trace().real
    scale = [float(squared_norm(ket, spins)) ** 0.5 for ket in basis]
    values = {
        (a, b): S(complex(rho[i, j] / (scale[i] * scale[j])))
        for i, a in enumerate(basis)
        for j, b in enumerate(basis)
    }
    return State(dict(zip("ABC", spins, strict=False)), values, S), rho


def phase_operator(spin, phi):
    """∫dθ sinθ (2S+1)/4π |θ,φ⟩⟨θ,φ|, turned from φ = 0 by e^{−iφS^z}."""
    turn = np.exp(-1j * phi * qutip.jmat(float(spin), "z").diag())
    return turn[:, None] * polar_integral(spin) * turn.conj()


@cache
def polar_integral(spin):
    """The integral at φ = 0 by Gauss–Legendre quadrature of QuTiP's coherent states."""
    nodes, weights = np.polynomial.legendre.leggauss(24)
    total = 0
    for node, weight in zip(nodes, weights, strict=True):
        theta = (node + 1) * np.pi / 2
        ket = qutip.spin_coherent(float(spin), theta, 0).full()
        total = total + weight * np.pi / 2 * np.sin(theta) * (ket @ ket.conj().T)
    return float(2 * spin + 1) / (4 * np.pi) * total


def combined(rho, spins, numbers, angle):
    """P(ψ) less 1/2π: the first phase is what the others leave, these are integrated over.

    Sums over 12 equidistant angles are exact, as no phase turns faster than 2·2S times; the first
    number must be 1.
    """
    angles = 2 * np.pi * np.arange(12) / 12
    total = 0.0
    for others in np.stack(np.meshgrid(*[angles] * (len(spins) - 1)), -1).reshape(
        -1, len(spins) - 1
    ):
        first = angle - others @ np.array(numbers[1:])
        phases = [first, *others]
        product = reduce(np.kron, map(phase_operator, spins, phases))
        total += np.trace(rho @ product).real * (2 * np.pi / 12) ** len(others)
    return total - 1 / (2 * np.pi)


@pytest.mark.parametrize(
    "spins", [(HALF, S.One), (S.One, Rational(3, 2)), (Rational(3, 2), HALF), (Rational(3, 2),) * 2]
)
def test_the_relative_phase_of_mixed_spins_is_an_integral_of_the_husimi_function(spins, rng):
    """All harmonics up to 2 min(S_A, S_B), half-integer spins included."""
    state, rho = random_state(rng, *spins)
    ours = S_rel(state, phi=psi)
    for angle in (0.4, 2.9):
        assert abs(float(ours.subs(psi, angle)) - combined(rho, spins, (1, -1), angle)) < 1e-13


@pytest.mark.parametrize("numbers", [(1, 1, -2), (1, -1, 1), (1, 2, 0)])
def test_a_combination_of_phases_is_an_integral_of_the_husimi_function(numbers, rng):
    spins = (HALF, S.One, S.One)
    state, rho = random_state(rng, *spins)
    ours = phase_combination(state, dict(zip("ABC", numbers, strict=True)), psi)
    assert ours.has(psi)
    assert abs(float(ours.subs(psi, 0.7)) - combined(rho, spins, numbers, 0.7)) < 1e-13


def test_twice_a_phase_keeps_its_even_harmonics(rng):
    """The distribution of 2φ at ψ is the mean of those of φ at ψ/2 and ψ/2 + π."""
    state, _ = random_state(rng, S.One, S.One)
    single = phase_distribution(state, "A", psi)
    double = float(phase_combination(state, {"A": 2}, psi).subs(psi, 1.1))
    halves = sum(float(single.subs(psi, angle)) for angle in (0.55, 0.55 + np.pi))
    assert abs(double - halves / 2) < 1e-15


def test_a_relative_phase_is_a_combination(rng):
    state, _ = random_state(rng, S.One, HALF)
    assert phase_combination(state, {"A": 1, "B": -1}, psi) == S_rel(state, phi=psi)
    turned = phase_combination(state, {"B": 1, "A": -1}, -psi)
    assert abs(float((turned - S_rel(state, phi=psi)).subs(psi, 0.8))) < 1e-15


@pytest.mark.parametrize("numbers", [{}, {"A": 0}, {"Q": 1}, {"A": 0.5}, {"A": True}, (1, -1)])
def test_combinations_are_integers_of_known_sites(numbers):
    with pytest.raises(ValueError, match="`numbers` must map sites to integers"):
        phase_combination(steady_series(symsync.spin_pair())[1], numbers)


# The table of coefficients ----------------------------------------------------------------------


def test_the_letters_coefficient_is_one_row():
    (row,) = (r for r in phase_weight_table(1, 1) if (r.ket, r.bra) == ((1, -1), (0, 0)))
    assert row.weight == 9 * pi / 128
    assert row.harmonic == 1


@pytest.mark.parametrize("spins", [(S.One, S.One), (HALF, Rational(3, 2)), (S(2), Rational(5, 2))])
def test_the_table_has_every_element_that_counts(spins):
    """Each element with a weight is a row or the conjugate of one, with twice its weight."""
    table = {(row.ket, row.bra): row.weight for row in phase_weight_table(*spins)}
    basis = kets(spins)
    for ket in basis:
        for bra in basis:
            if ket[0] > bra[0]:
                assert table.get((ket, bra), 0) == 2 * pair_weight(*spins, ket, bra)
    assert all(ket[0] > bra[0] for ket, bra in table)


def test_the_table_sums_to_the_distribution(rng):
    """S_rel = Σ weight·Re(⟨ket|ρ|bra⟩ e^{ikφ})."""
    spins = (S.One, Rational(3, 2))
    state, rho = random_state(rng, *spins)
    index = {ket: k for k, ket in enumerate(kets(spins))}
    total = sum(
        float(row.weight)
        * (rho[index[row.ket], index[row.bra]] * np.exp(1j * int(row.harmonic) * 0.3)).real
        for row in phase_weight_table(*spins)
    )
    assert abs(total - float(S_rel(state, phi=psi).subs(psi, 0.3))) < 1e-15


def test_the_table_prints_as_an_array():
    table = phase_weight_table(1, 1)
    row = r"1 & \langle 1, {-1}|\rho|0, 0\rangle & \frac{9 \pi}{128} \\"
    assert row in table.latex().splitlines()
    assert table._repr_latex_() == f"$\\displaystyle {table.latex()}$"
    with pytest.raises(ValueError, match="spin"):
        phase_weight_table(1, Rational(1, 3))


# Sites of a chain against QuTiP -----------------------------------------------------------------

RATES = {"A": (2, 1), "B": (3, 5), "C": (Rational(1, 2), 4)}
BALANCED = {"A": (2, 1), "B": (3, HALF), "C": (1, 4)}
"""Two sets of (gain, damping); with the second the outer spins are entangled at second order."""

k = Symbol("k", positive=True)


def chain(rates=RATES):
    sites = {site: equatorial(*pair) for site, pair in rates.items()}
    couplings = [symsync.Exchange("A", "B", k), symsync.Exchange("B", "C", 2 * k)]
    return symsync.System(sites, couplings, {"A": HALF})


def on_site(name, site):
    return qutip.tensor(*(qutip.jmat(1, name) if s == site else qutip.qeye(3) for s in "ABC"))


def judged(strength, rates=RATES):
    """The steady state of that chain: QuTiP's generator, solved with one row as the trace."""
    plus, minus, z = ({site: on_site(name, site) for site in "ABC"} for name in "+-z")
    h = 0.5 * z["A"]
    for a, b, scale in (("A", "B", 1), ("B", "C", 2)):
        h = h + 0.5j * scale * strength * (plus[a] * minus[b] - plus[b] * minus[a])
    jumps = []
    for site, (gain, damping) in rates.items():
        jumps.append(np.sqrt(float(gain) / 2) * plus[site] * z[site])
        jumps.append(np.sqrt(float(damping) / 2) * minus[site] * z[site])
    generator = qutip.liouvillian(h, jumps).full()
    generator[0] = np.eye(27).ravel()
    solved = np.linalg.solve(generator, np.eye(729)[0])
    return qutip.Qobj(solved.reshape(27, 27).T, dims=h.dims)


@pytest.fixture(scope="module")
def states():
    return {strength: judged(strength) for strength in (2e-2, 1e-2)}


def assert_falls(states, formula, measure, power):
    """Whether |measure − formula| falls as the coupling to that power, within a tenth."""

    def residual(strength):
        return abs(measure(states[strength]) - float(formula.doit().subs(k, strength).evalf()))

    assert_falls_as(power, residual, max(states), within=0.1)


def test_the_negativity_of_a_coupled_pair_is_that_of_its_reduced_state(states):
    """The third spin takes entanglement away at second order."""
    pair = steady_series(chain()).reduced("A", "B")
    formula = negativity(pair, "A", order=1) + negativity(pair, "A", order=2)
    assert_falls(states, formula, lambda rho: qutip.negativity(rho.ptrace([0, 1]), 0), 3)


def outer_negativity(rho):
    return qutip.negativity(rho.ptrace([0, 2]), 0)


def test_spins_that_are_not_coupled_may_stay_apart_at_second_order(states):
    """Their populations are of the order of their coherence, which must exceed them to count."""
    pair = steady_series(chain()).reduced("A", "C")
    assert negativity(pair, "A", order=1) == 0
    assert negativity(pair, "A", order=2).doit().subs(k, 1) == 0
    assert_falls(states, S.Zero, outer_negativity, 4)


def test_spins_that_are_not_coupled_are_entangled_by_the_middle_one():
    """At second order for other rates; QuTiP agrees up to the fourth."""
    states = {strength: judged(strength, BALANCED) for strength in (2e-2, 1e-2)}
    pair = steady_series(chain(BALANCED)).reduced("A", "C")
    formula = negativity(pair, "A", order=2)
    assert formula.doit().subs(k, 1).evalf() > 0.01
    assert_falls(states, formula, outer_negativity, 4)


@pytest.mark.parametrize(("site", "index"), [("A", 0), ("B", 1), ("C", 2)])
def test_the_negativity_across_every_bipartition(states, site, index):
    formula = negativity(steady_series(chain()), site, order=1)

    def measure(rho):
        transposed = qutip.partial_transpose(rho, [int(j == index) for j in range(3)])
        return (np.abs(transposed.eigenenergies()).sum() - 1) / 2

    assert_falls(states, formula, measure, 2)


@pytest.mark.parametrize("sites", ["AB", "AC"])
def test_the_mutual_information_of_a_reduced_pair(states, sites):
    """The leading terms, ε² ln ε and ε², with coherences between excited kets."""
    pair = steady_series(chain()).reduced(*sites)
    formula = mutual_information(pair, sites[0], order=2)
    indices = ["ABC".index(site) for site in sites]
    worst = [
        abs(
            qutip.entropy_mutual(rho.ptrace(indices), [0], [1])
            / float(formula.doit().subs(k, strength).evalf())
            - 1
        )
        for strength, rho in states.items()
    ]
    assert worst[1] < 5e-3
    assert worst[0] / worst[1] > 2.8  # ε² ln ε: 4 less a logarithm


RATES = {"A": (Rational(13, 10), Rational(7, 10)), "B": (2, Rational(9, 10)), "C": (1, 3)}


def model(kind):
    """Spins 1 with the coupling k: a system, its Hamiltonian at a strength, and its jumps."""
    labels = "ABC" if kind in ("chain", "triangle") else "AB"
    on = judge.ladders(**dict.fromkeys(labels, 1))
    edges = {"chain": ["AB", "BC"], "triangle": ["AB", "BC", "AC"]}.get(kind, ["AB"])
    couplings = [Exchange(*edge, k) for edge in edges]
    weak = 0
    for a, b in edges:
        forth = on[a][0] * on[b][1]
        weak += 0.5j * (forth - forth.dag())
    frequencies = {}
    if kind == "driven":
        couplings.append(Drive("A", k))
        weak += 0.5j * (on["A"][1] - on["A"][0])
    if kind == "no charge conserved":
        both = [S_plus(site) + S_minus(site) for site in "AB"]
        couplings = [Coupling(k * both[0] * both[1])]
        weak = (on["A"][0] + on["A"][1]) * (on["B"][0] + on["B"][1])
    free = 0
    if kind == "detuned":
        frequencies, free = {"A": Rational(2, 5)}, 0.4 * on["A"][2]
    system = System({s: equatorial(*RATES[s]) for s in labels}, couplings, frequencies)
    jumps = [jump for s in labels for jump in judge.equatorial(on[s], *map(float, RATES[s]))]
    return system, (lambda strength: free + strength * weak), jumps


@pytest.mark.parametrize(
    ("kind", "cut"),
    [("detuned", "A"), ("driven", "A"), ("no charge conserved", "A"), ("chain", "A"),
     ("chain", "B"), ("triangle", "A")],
)  # fmt: skip
def test_leading_mutual_information_whatever_is_coherent(kind, cut):
    """With coherences of the reduced states and of the mixture; the next order is smaller by ε."""
    system, hamiltonian, jumps = model(kind)
    formula = symsync.equation("I", mutual_information(steady_series(system), cut, order=2))
    evaluate, worst = formula.function(), []
    here = ["ABC".index(cut)]
    there = [n for n in range(len(system.sites)) if n not in here]
    for strength in (0.02, 0.005):
        rho = qutip.steadystate(hamiltonian(strength), jumps)
        exact = qutip.entropy_mutual(rho, here, there)
        worst.append(abs(evaluate(k=strength) / exact - 1))
    assert worst[1] < 0.02
    assert worst[0] / worst[1] > 2.8  # 4 less a logarithm


def test_three_phases_lock_through_the_middle_one(states):
    """φ_A + φ_C − 2φ_B, of second order, as QuTiP's state has it."""
    formula = phase_combination(steady_series(chain())[2], {"A": 1, "B": -2, "C": 1}, psi)
    spins = (S.One,) * 3

    def measure(rho):
        return combined(rho.full(), spins, (1, -2, 1), 0.3)

    assert_falls(states, formula.subs(psi, Rational(3, 10)), measure, 4)


def test_reduced_sites_are_checked():
    series = steady_series(chain())
    for sites in ((), ("Q",), ("A", "A")):
        with pytest.raises(ValueError, match=r"`sites` must be .* among A, B, C"):
            series.reduced(*sites)
    assert repr(series.reduced("A")) == "<<SteadySeries of A, B, C> reduced to A>"
