"""Logarithmic negativity, concurrence and entanglement of formation, judged by QuTiP."""

from functools import cache

import numpy as np
import pytest
import qutip
from judges import mixed_states
from judges.by_falling_residuals import assert_falls_as
from sympy import Rational, symbols

import symsync
from symsync import (
    Drive,
    Exchange,
    LimitCycle,
    S_plus,
    State,
    System,
    concurrence,
    entanglement_of_formation,
    equatorial,
    exact_state,
    gain_and_loss,
    logarithmic_negativity,
    negativity,
    steady_series,
)
from symsync.derive.state import as_it_is
from symsync.expressions.definitions import nodes_of
from symsync.expressions.spectral import Concurrence
from symsync.model.spin import product_kets
from symsync.reference import any_model

k = symbols("k", positive=True)
HALF = Rational(1, 2)


def formation(rho):
    """The entropy of (1 ± √(1 − C²))/2 in bits."""
    x = (1 + np.sqrt(1 - qutip.concurrence(rho) ** 2)) / 2
    return -sum(p * np.log2(p) for p in (x, 1 - x) if p > 0)


def by_negativity(rho):
    levels = qutip.partial_transpose(rho, [1, *[0] * (len(rho.dims[0]) - 1)]).eigenenergies()
    return np.log2(np.abs(levels).sum())


MODELS = {
    "driven": System({"A": equatorial(1, 2), "B": equatorial(2, 1)},
                     [Exchange("A", "B", HALF), Drive("A", HALF)]),
    "1 and 1/2": System({"A": equatorial(1, 2), "B": LimitCycle(HALF, [(1, S_plus)])},
                        [Exchange("A", "B", 1)], {"A": HALF}),
    "chain of qubits": System(
        {"A": LimitCycle(HALF, [(1, S_plus)]), "B": gain_and_loss(Rational(1, 9), 3),
         "C": LimitCycle(HALF, [(2, S_plus)])},
        [Exchange("A", "B", 2), Exchange("B", "C", 1), Drive("B", HALF)]),
}  # fmt: skip


@cache
def both(name):
    """The exact state of numbers, and that of the reference for QuTiP."""
    system = MODELS[name]
    sizes = [int(2 * spin) + 1 for spin in system.spins.values()]
    return exact_state(system), qutip.Qobj(any_model.steady_state(system), dims=[sizes, sizes])


@pytest.mark.parametrize("name", MODELS)
def test_the_logarithmic_negativity(name):
    """A driven pair, one of mixed spins and a driven chain of three, to base 2."""
    state, rho = both(name)
    expected = by_negativity(rho)
    assert expected > 0.01
    found = logarithmic_negativity(state, "A", base=2)
    assert float(found.evalf(20)) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize(("sites", "places"), [("AB", [0, 1]), ("BC", [1, 2]), ("AC", [0, 2])])
def test_two_sites_of_a_driven_chain(sites, places):
    """The reduced states of neighbours have all coherences, and are entangled."""
    state, rho = both("chain of qubits")
    found, own = concurrence(state, *sites), rho.ptrace(places)
    assert nodes_of(found, Concurrence)
    assert float(found.evalf(20)) == pytest.approx(qutip.concurrence(own), abs=1e-8)
    assert (qutip.concurrence(own) > 0.05) == ("B" in sites)
    if sites == "BC":
        whole = float(entanglement_of_formation(state, *sites, base=2).evalf(20))
        assert whole == pytest.approx(formation(own), abs=1e-8)  # QuTiP's roots of 10⁻¹⁶


CYCLES = {"A": gain_and_loss(9, HALF), "B": gain_and_loss(HALF, 8)}
DRIVEN = System(CYCLES, [Exchange("A", "B", 6), Drive("A", k)])
UNDRIVEN = System(CYCLES, [Exchange("A", "B", k)])


def test_a_formula_in_all_backends():
    """The concurrence of a driven pair is a node, that of an undriven one is in closed form."""
    measures = {concurrence: qutip.concurrence, entanglement_of_formation: formation}
    for system, at, has_node in ((DRIVEN, 0.7, True), (UNDRIVEN, 6.0, False)):
        state = exact_state(system)
        rho = any_model.steady_state(system, k=at)
        rho = qutip.Qobj(rho, dims=[[2, 2]] * 2)
        for measure, judge in measures.items():
            formula = symsync.equation("C", measure(state))
            assert bool(nodes_of(formula.rhs, Concurrence)) == has_node
            assert (r"\mathcal{E}" in formula.latex()) == has_node
            expected = judge(rho) * (1 if measure is concurrence else np.log(2))
            for backend in ("numpy", "c", "mpmath"):
                found = float(formula.function(backend)(k=at))
                assert found == pytest.approx(expected, abs=3e-8)  # QuTiP's
            assert expected > 0.001


def test_states_known_by_hand():
    """Of r of a singlet and 1 − r of the unit matrix over 4, C = max(0, (3r − 1)/2)."""
    for r in (Rational(1, 4), Rational(1, 2), Rational(1)):
        values = {}
        kets = product_kets((HALF, HALF))
        for ket in kets:
            values[ket, ket] = (1 - r) / 4 + (r / 2 if ket[0] != ket[1] else 0)
        values[kets[1], kets[2]] = values[kets[2], kets[1]] = -r / 2
        state = State({"A": HALF, "B": HALF}, values, as_it_is)
        assert concurrence(state) == max(0, (3 * r - 1) / 2)
    assert entanglement_of_formation(state, base=2).doit() == 1
    assert logarithmic_negativity(state, base=2).evalf() == pytest.approx(1, rel=1e-15)


def test_the_other_pair_of_kets():
    """Of r of |↑↑⟩ + |↓↓⟩, half of the rest in |↑↓⟩ and half in |↓↑⟩, C = max(0, 2r − 1)."""
    for r in (Rational(1, 3), Rational(4, 5)):
        kets = product_kets((HALF, HALF))
        values = {(ket, ket): (r if ket[0] == ket[1] else 1 - r) / 2 for ket in kets}
        values[kets[0], kets[3]] = values[kets[3], kets[0]] = r / 2
        found = concurrence(State({"A": HALF, "B": HALF}, values, as_it_is))
        assert found == max(0, 2 * r - 1)


def test_the_orders_of_the_logarithm():
    """What both orders leave out falls with the third power, and a small N keeps its digits."""
    system = System({"A": equatorial(1, 2), "B": equatorial(2, 3)},
                    [Exchange("A", "B", k), Drive("A", 2 * k)], {"A": Rational(1, 3)})  # fmt: skip
    series = steady_series(system)
    terms = [symsync.equation("E", logarithmic_negativity(series, base=2, order=n)).function()
             for n in (1, 2)]  # fmt: skip

    def left_out(at):
        rho = qutip.Qobj(any_model.steady_state(system, k=at), dims=[[3, 3]] * 2)
        return abs(by_negativity(rho) - sum(term(k=at) for term in terms))

    assert_falls_as(3, left_out, 4e-3)
    pair = System({"A": equatorial(1, 2), "B": equatorial(2, 3)}, [Exchange("A", "B", k)])
    small = [symsync.equation("E", measure(exact_state(pair))).function()(k=1e-12)
             for measure in (logarithmic_negativity, negativity)]  # fmt: skip
    assert small[0] == pytest.approx(2 * small[1], rel=1e-11)


def test_what_is_asked_for_is_said():
    state = mixed_states.as_state("spins 1/2 and 1, driven")
    with pytest.raises(ValueError, match="two sites of spin 1/2 among A: 1/2, B: 1, but is A, B"):
        concurrence(state)
    for measure in (logarithmic_negativity, entanglement_of_formation):
        with pytest.raises(ValueError, match="`base` must be a number above 1, but is 1"):
            measure(state, base=1)
    series = steady_series(DRIVEN)
    with pytest.raises(ValueError, match=r"a truncated sum .*\. Take concurrence of exact_state"):
        concurrence(series.partial_sum(1))
