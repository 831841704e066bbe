"""Measures of mixed states whose blocks have no closed form, judged by QuTiP."""

import mpmath
import numpy as np
import pytest
import qutip
from judges import by_qutip as judge
from judges import mixed_states, spin_halves
from sympy import Abs, Rational, S, Symbol, exp, symbols

import symsync
from symsync import (
    Coupling,
    Drive,
    Exchange,
    LimitCycle,
    S_minus,
    S_plus,
    S_rel_maximum,
    State,
    System,
    entropy,
    equatorial,
    exact_state,
    gain_and_loss,
    locking_phase,
    mutual_information,
    negativity,
    partial_transpose,
    purity,
    steady_series,
)
from symsync.derive.state import as_it_is
from symsync.expressions.definitions import nodes_of
from symsync.expressions.spectral import NegativePart, WaveMaximum
from symsync.model.spin import product_kets

k = Symbol("k", positive=True)
CUTS = [(name, site) for name, spins in mixed_states.MODELS.items() for site in spins]


@pytest.mark.parametrize(("name", "site"), CUTS)
def test_negativity_and_information_across_every_cut(name, site):
    """Blocks of up to twelve kets, full reduced states, mixtures everywhere."""
    state, rho = mixed_states.as_state(name), mixed_states.steady_state(name)
    place = list(state.spins).index(site)
    others = [n for n in range(len(state.spins)) if n != place]
    mask = [int(n == place) for n in range(len(state.spins))]
    levels = qutip.partial_transpose(rho, mask).eigenenergies()
    found = float(negativity(state, site).evalf(20))
    assert found == pytest.approx(-levels[levels < 0].sum(), abs=1e-12)
    information = float(mutual_information(state, site).evalf(20))
    assert information == pytest.approx(qutip.entropy_mutual(rho, [place], others), abs=1e-11)
    assert information > 1e-3


@pytest.mark.parametrize("name", mixed_states.MODELS)
def test_the_entropy_and_the_purity_of_any_state(name):
    state, rho = mixed_states.as_state(name), mixed_states.steady_state(name)
    assert float(entropy(state).evalf(20)) == pytest.approx(qutip.entropy_vn(rho), abs=1e-11)
    assert float(purity(state)) == pytest.approx((rho * rho).tr().real, rel=1e-12)


def test_the_models_are_entangled_and_need_large_blocks():
    """Or the tests above would show nothing."""
    found = {n: negativity(mixed_states.as_state(n), "A") for n in mixed_states.MODELS}
    assert max(float(value.evalf()) for value in found.values()) > 0.05
    pair = mixed_states.as_state("spins 1, gain and loss")
    largest = {n.size for n in nodes_of(negativity_blocks(pair), NegativePart)}
    assert largest == {2, 3}


def negativity_blocks(state):
    """The negativity with a symbol for each population and part of a coherence."""
    values = {}
    for ket, bra in state:
        name = f"r_{ket}_{bra}"
        if (bra, ket) not in values or ket == bra:
            x, y = Symbol(f"{name}_x", real=True), Symbol(f"{name}_y", real=True)
            values[ket, bra], values[bra, ket] = x + S.ImaginaryUnit * y, x - S.ImaginaryUnit * y
            if ket == bra:
                values[ket, ket] = Symbol(name, positive=True)
    return negativity(State(state.spins, values, as_it_is), *list(state.spins)[:1])


# Formulas in symbols ------------------------------------------------------------------------------


def driven():
    """A driven pair of spins 1/2: fifteen unknowns, no symmetry, with the drive k."""
    cycle = {
        "A": LimitCycle(S.Half, [(1, S_plus), (Rational(1, 20), S_minus)]),
        "B": LimitCycle(S.Half, [(Rational(1, 20), S_plus), (2, S_minus)]),
    }
    return System(cycle, [Drive("A", k), Exchange("A", "B", 2)])


def driven_by_qutip(strength):
    on = judge.ladders(A=0.5, B=0.5)
    jumps = [on["A"][0], np.sqrt(0.05) * on["A"][1],
             np.sqrt(0.05) * on["B"][0], np.sqrt(2) * on["B"][1]]  # fmt: skip
    forth = on["A"][0] * on["B"][1]
    drive = on["A"][1] - on["A"][0]
    return qutip.steadystate(1j * (forth - forth.dag()) + 0.5j * strength * drive, jumps)


MEASURES = {
    "negativity": (negativity, lambda rho: qutip.negativity(rho, 0)),
    "mutual_information": (mutual_information, lambda rho: qutip.entropy_mutual(rho, [0], [1])),
    "entropy": (entropy, qutip.entropy_vn),
}


@pytest.fixture(scope="module")
def driven_state():
    return exact_state(driven())


@pytest.mark.parametrize("name", MEASURES)
def test_a_driven_pair_of_spins_half(name, driven_state):
    """The value, its LaTeX and its derivative by the drive."""
    ours, theirs = MEASURES[name]
    formula = symsync.equation("f", ours(driven_state), order="exact")
    evaluate, slope = formula.function("mpmath"), formula.diff("k").function("mpmath")
    for strength in (0.8, 2.5):
        expected = theirs(driven_by_qutip(strength))
        assert float(evaluate(k=strength)) == pytest.approx(expected, abs=1e-12)
    with mpmath.workdps(30):
        quotient = mpmath.diff(lambda at: evaluate(k=at), mpmath.mpf("2.5"), h=mpmath.mpf("1e-9"))
    assert float(slope(k=2.5)) == pytest.approx(float(quotient), rel=1e-12)
    assert quotient != 0
    assert r"\begin{matrix}" in formula.latex()


@pytest.mark.parametrize("name", MEASURES)
def test_two_spins_half_with_gain_and_loss(name):
    ours, theirs = MEASURES[name]
    formula = symsync.equation("f", ours(exact_state(spin_halves.system())), order="exact")
    for strength in (0.3, 3.0):
        h, jumps, _ = judge.halves(strength)
        expected = theirs(qutip.steadystate(h, jumps))
        assert float(formula.function("mpmath")(k=strength)) == pytest.approx(expected, abs=1e-12)
        assert formula.function()(k=strength) == pytest.approx(expected, abs=1e-12)


def test_the_entropy_of_a_nearly_pure_state_keeps_its_digits():
    """1 − p = 1e-9 of the ground state: −p ln p of it is that, and no rounding error of p."""
    gain = symbols("g", positive=True)
    state = exact_state(System({"A": gain_and_loss(gain, 1, spin=S.Half)}, []))
    formula = symsync.equation("S", entropy(state), order="exact")
    with mpmath.workdps(40):
        expected = formula.function("mpmath")(g=mpmath.mpf(1e-9))
    assert formula.function()(g=1e-9) == pytest.approx(float(expected), rel=1e-14)
    slope = formula.diff("g").function()(g=0.5)
    assert slope == pytest.approx(np.log(2) / 2.25, rel=1e-14)  # (1+g)⁻² ln(1/g)


# Order by order -----------------------------------------------------------------------------------


def test_first_order_negativity_with_more_than_two_singular_values():
    """S^x S^x in a star: the centre's |±1⟩ with six kets of its three neighbours, and ρ₀ pure."""

    def quadrature(site):
        return S_plus(site) + S_minus(site)

    couplings = [Coupling(k * quadrature(a) * quadrature(b)) for a, b in ("AB", "CD", "AC", "BD")]
    couplings.append(Coupling(2 * k * quadrature("A") * quadrature("D")))
    rates = {"A": (1, 2), "B": (2, 1), "C": (3, 1), "D": (1, 4)}
    system = System({site: equatorial(*pair) for site, pair in rates.items()}, couplings)
    value = negativity(steady_series(system), "A", "B", order=1)
    assert max(node.size for node in nodes_of(value, NegativePart)) > 4
    first = steady_series(system)[1]
    kets = product_kets(first.spins.values())
    rows = {ket: n for n, ket in enumerate(kets)}
    matrix = np.zeros((len(kets), len(kets)), complex)
    for (ket, bra), element in partial_transpose(first, "A", "B").items():
        matrix[rows[ket], rows[bra]] = complex(element.subs(k, 1))
    ground = rows[(S.Zero,) * 4]
    levels = np.linalg.eigvalsh(np.delete(np.delete(matrix, ground, 0), ground, 1))
    assert float(value.subs(k, 1).evalf()) == pytest.approx(-levels[levels < 0].sum(), rel=1e-12)


# Phases -------------------------------------------------------------------------------------------


def test_the_maximum_of_three_harmonics():
    """No angle of a grid is higher, and the phase belongs to it."""
    name = "spins 3/2, three quanta"
    state, rho = mixed_states.as_state(name), mixed_states.steady_state(name)
    maximum, phase = S_rel_maximum(state), locking_phase(state)
    assert isinstance(maximum, WaveMaximum)
    assert len(maximum.args) == 6
    assert all(Abs(part) > 1e-4 for part in maximum.args[::5])
    found = float(maximum.evalf())
    grid = np.linspace(-np.pi, np.pi, 4001)
    curve = judge.relative_phase(rho, 0, 1, grid)
    assert found == pytest.approx(curve.max(), rel=1e-6)  # of the grid
    assert curve.max() <= found * (1 + 1e-12)
    top = judge.relative_phase(rho, 0, 1, float(phase.evalf()))
    assert top == pytest.approx(found, rel=1e-12)


def test_harmonics_without_the_first():
    """The second and fourth are a first and second of 2φ."""
    values = {}
    for quanta, size in ((2, exp(S.ImaginaryUnit)), (4, S.Half)):
        ket = (Rational(quanta, 2), -Rational(quanta, 2))
        values |= {(ket, ket[::-1]): size, (ket[::-1], ket): size.conjugate()}
    state = State({"A": 2, "B": 2}, values, as_it_is)
    maximum, phase = S_rel_maximum(state), locking_phase(state)
    assert len(maximum.args) == 4
    assert symsync.S_rel(state).subs(symsync.phi, phase).evalf() == pytest.approx(
        float(maximum.evalf()), rel=1e-13
    )
    assert abs(float(phase.evalf())) <= np.pi / 2
