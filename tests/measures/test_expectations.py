"""Expectation values and what they make, against dense matrices."""

import numpy as np
import pytest
from sympy import I, Rational, cancel, pi, symbols

from symsync import (
    Drive,
    Exchange,
    S_minus,
    S_plus,
    S_rel,
    S_z,
    System,
    annihilation,
    coherence,
    covariance,
    equation,
    equatorial,
    exact_state,
    expectation,
    gain_and_loss,
    matrix,
    order_parameter,
    pearson,
    phi,
    spin_pair,
    stabilised_at,
    steady_series,
    variance,
)
from symsync.reference import any_model
from symsync.symbols import Delta, epsilon

G, D = symbols("G D", positive=True)
POINT = {"G": 0.8, "D": 1.9, "Delta": 0.3, "epsilon": 0.4}
THREE = {"A": equatorial(G, D), "B": gain_and_loss(D, G), "C": equatorial(D, G)}
LARGE = stabilised_at(Rational(1, 2), D, G, Rational(3, 2))
MODELS = {
    "driven": System({"A": equatorial(G, D), "B": gain_and_loss(G, D)},
                     [Exchange("A", "B"), Drive("A")], {"A": Delta}),
    "mixed": System({"A": equatorial(G, D), "B": LARGE},
                    [Exchange("A", "B")], {"A": Delta}),
    "three": System(THREE, [Exchange("A", "B"), Exchange("B", "C")], {"B": Delta}),
}  # fmt: skip
OPERATORS = [S_z("A"), S_plus("A") * S_minus("B"), S_z("A") * S_z("B") + I * S_minus("B"),
             Rational(2, 3) * S_minus("B") * S_z("A") ** 2]  # fmt: skip


def dense(system, operator):
    return np.array(matrix(operator, system.spins).tolist(), complex)


def judged(system):
    values = {symbol.name: POINT[symbol.name] for symbol in system.parameters}
    return any_model.steady_state(system, **values), values


@pytest.mark.parametrize("name", MODELS)
def test_all_are_traces_of_dense_matrices(name):
    system = MODELS[name]
    rho, values = judged(system)
    state = exact_state(system)

    def mean(operator):
        return np.trace(dense(system, operator) @ rho)

    def ours(formula):
        return equation("f", formula).function(extra="ignore")(**values)

    for operator in OPERATORS:
        assert ours(expectation(state, operator)) == pytest.approx(mean(operator), abs=1e-13)
    x, y = S_plus("A") + S_minus("A") + S_z("A"), S_z("B")
    spread = {o: mean(o * o) - mean(o) ** 2 for o in (x, y)}
    both = (mean(x * y) + mean(y * x)) / 2 - mean(x) * mean(y)
    assert ours(variance(state, x)) == pytest.approx(spread[x].real, abs=1e-13)
    assert ours(covariance(state, x, y)) == pytest.approx(both.real, abs=1e-13)
    expected = both / np.sqrt(spread[x] * spread[y])
    assert ours(pearson(state, x, y)) == pytest.approx(expected.real, abs=1e-12)
    size = mean(S_plus("A") * S_minus("A")) * mean(S_plus("B") * S_minus("B"))
    expected = mean(S_plus("A") * S_minus("B")) / np.sqrt(size)
    assert ours(coherence(state, S_minus("A"), S_minus("B"))) == pytest.approx(expected, abs=1e-12)
    assert abs(expected) > 1e-3
    labels = list(system.spins)
    total = sum(mean(S_plus(a) * S_minus(b)) for a in labels for b in labels if a != b)
    expected = total.real / (len(labels) * (len(labels) - 1))
    assert ours(order_parameter(state)) == pytest.approx(expected, abs=1e-13)


def test_the_order_parameter_of_a_pair_of_spins_1_follows_its_locking():
    """Both are a number times Re(μ₊ + μ₋), ⟨S⁺_A S⁻_B⟩ with 2 and S_rel with 9π/128 of each."""
    first = steady_series(spin_pair())[1]
    ratio = order_parameter(first).subs(Delta, 0) / S_rel(first).subs({Delta: 0, phi: 0})
    assert cancel(ratio) == 256 / (9 * pi)


@pytest.mark.parametrize(
    ("call", "message"),
    [(lambda s: expectation(s, S_z), "acts on the site ''"),
     (lambda s: expectation(s, S_z("C")), "acts on the site 'C'"),
     (lambda s: expectation(s, epsilon), "must be an operator on sites"),
     (lambda s: expectation(s, 0.5 * S_z("A")), "`operator` must be exact"),
     (lambda s: covariance(s, S_z("A"), S_minus("B")), "`y` must be Hermitian"),
     (lambda s: order_parameter(s, S_z("A")), "an operator without a site"),
     (lambda s: order_parameter(s.partial_trace("A")), "one of several sites"),
     (lambda _: variance(steady_series(spin_pair())[1], S_z("A")), "Take covariance of exact")],
)  # fmt: skip
def test_mistakes_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(exact_state(spin_pair()))


def test_oscillators_have_their_own_operator():
    from symsync import Coupling, creation, van_der_pol_boson

    hop = creation("A") * annihilation("B") + creation("B") * annihilation("A")
    sites = {"A": van_der_pol_boson(1, 20, 4), "B": van_der_pol_boson(2, 40, 4)}
    system = System(sites, [Coupling(Rational(1, 3) * hop)], {"A": Rational(1, 2)})
    rho = any_model.steady_state(system)
    a, b = (dense(system, annihilation(site)) for site in "AB")
    expected = np.trace(a.conj().T @ b @ rho).real
    assert float(order_parameter(exact_state(system), annihilation)) == pytest.approx(expected)
