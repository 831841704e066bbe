"""A large model's state is read as ratios of polynomials, and they are its state."""

import pickle

import pytest
from judges.points import numbers
from sympy import I, Poly, Rational, Symbol, Tuple, cancel, expand, fraction, pi, sqrt, symbols

import symsync
from symsync import (
    Drive,
    Exchange,
    LimitCycle,
    S_rel,
    System,
    chain,
    equation,
    equatorial,
    exact_state,
    purity,
    rational,
    relative_phase_harmonics,
    spin_pair,
    steady_series,
    taylor,
    transition,
)
from symsync.derive import interpolation
from symsync.expressions.definitions import written_out
from symsync.symbols import Delta, epsilon, phi

PAIR = {
    "gamma_g_A": Rational(3, 2), "gamma_d_A": 2, "gamma_g_B": Rational(1, 3), "gamma_d_B": 5,
    "Delta": Rational(-2, 5),
}  # fmt: skip
OUTER = "A", "C"
POINTS = Rational(3, 4), Rational(5, 2), Rational(1, 9)


def rates(system):
    """Small rational numbers for all symbols but ε."""
    others = [symbol for symbol in system.parameters if symbol != epsilon]
    return {symbol: Rational(n + 2, 2 * (n % 3) + 3) for n, symbol in enumerate(others)}


@pytest.fixture(scope="module")
def three():
    """The chain of three spins 1, and its 138 unknowns as ratios in ε."""
    system = chain(3)
    state = exact_state(system)
    return state, state.rational("epsilon", rates(system))


@pytest.fixture(scope="module")
def pair(pair_state):
    return pair_state.rational("epsilon", PAIR)


def in_symbols(values, system):
    names = {symbol.name: symbol for symbol in system.parameters}
    return {names[name]: value for name, value in values.items()}


def test_the_pair_is_its_closed_form(pair, pair_state):
    """At couplings that had no part in the interpolation, in exact numbers."""
    assert set(pair) == set(pair_state)
    for strength in POINTS:
        at = {**in_symbols(PAIR, spin_pair()), epsilon: strength}
        for element, closed in pair_state.items():
            found = pair[element].xreplace({epsilon: strength})
            assert expand(written_out(closed.xreplace(at)) - found) == 0, element


def test_ratios_are_reduced(pair):
    """Numerators and denominators are coprime, with coprime integers for coefficients."""
    for ket in {ket for ket, bra in pair if ket == bra}:
        above, below = (Poly(part, epsilon) for part in fraction(pair[ket, ket]))
        assert above.gcd(below).degree() == 0
        assert above.content().gcd(below.content()) == 1


def test_another_parameter_may_be_left(pair_state):
    """As a function of Δ, with the closed form as the judge."""
    values = {**PAIR, "epsilon": Rational(1, 7)}
    del values["Delta"]
    element = (1, -1), (0, 0)
    found = pair_state.rational(Delta, values)[element]
    closed = pair_state.written_out[element].xreplace(in_symbols(values, spin_pair()))
    assert found.free_symbols == {Delta}
    assert cancel(found - closed) == 0


@pytest.mark.slow
def test_the_chain_follows_its_solution_in_fractions(three):
    """At a coupling that had no part in the interpolation, by elimination with fractions."""
    state, found = three
    strength = Rational(2, 7)
    at = {symbol.name: value for symbol, value in rates(chain(3)).items()}
    judge = exact_state(
        chain(
            3,
            lambda site: equatorial(at[f"gamma_g_{site}"], at[f"gamma_d_{site}"]),
            lambda a, b: Exchange(a, b, strength),
        )
    )
    assert len(found) == len(state) == len(judge) == 139
    for element, value in judge.items():
        assert expand(found[element].xreplace({epsilon: strength}) - value) == 0, element
    assert found.trace() == 1


@pytest.mark.slow
@pytest.mark.parametrize("order", [2, 4])
def test_the_power_series_of_the_chain_is_the_expansion_in_the_coupling(order, three):
    assert_same_series(three[1].taylor(order), chain(3), order)


@pytest.mark.parametrize("order", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_the_power_series_of_a_driven_pair_is_the_expansion(order):
    """The drive is proportional to the coupling, so that both count as one order."""
    sites = {"A": equatorial(1, 2), "B": equatorial(3, Rational(1, 2))}
    couplings = [Exchange("A", "B"), Drive("A", 2 * epsilon)]
    system = System(sites, couplings, {"A": Rational(1, 2)})
    state = exact_state(system)
    assert len(state) == 81
    assert_same_series(state.rational(epsilon, {}).taylor(order), system, order)


def assert_same_series(found, system, order):
    at = rates(system)
    expected = steady_series(system).partial_sum(order)
    assert found.kind == "truncated"
    assert set(expected) <= set(found)
    for element, value in found.items():
        assert expand(value - expected[element].xreplace(at)) == 0, element


def test_orders_are_taylor_coefficients_of_the_pair(pair, pair_series):
    """The term of order n alone is the n-th coefficient."""
    at = in_symbols(PAIR, spin_pair())
    element = (1, -1), (0, 0)
    third = expand(pair.taylor(3)[element]).coeff(epsilon, 3) * epsilon**3
    assert third != 0
    assert cancel(third - pair_series[3][element].xreplace(at)) == 0
    assert pair.taylor(0).kind == "state"


@pytest.mark.slow
def test_a_harmonic_of_the_chain(three):
    """The one harmonic of A and C is found alone, and in the whole state, and it is the same."""
    state, found = three
    harmonic = relative_phase_harmonics(state, *OUTER)[1]
    alone = rational(harmonic, "epsilon", rates(chain(3)))
    assert alone.free_symbols == {epsilon}
    assert cancel(alone - relative_phase_harmonics(found, *OUTER)[1]) == 0
    at = {**rates(chain(3)), epsilon: Rational(3, 4)}
    value = numbers(harmonic, at)
    assert abs(numbers(alone, {epsilon: Rational(3, 4)}) - value) < 1e-14 * abs(value)


@pytest.mark.slow
def test_measures_take_a_rational_state(three):
    """Both are taken from the same state; 1e-13 is left over for what cancels in S_rel."""
    state, found = (each.partial_trace(*OUTER) for each in three)
    at = {**rates(chain(3)), epsilon: POINTS[0]}
    for measure in (lambda s: S_rel(s).xreplace({phi: 1}), purity):
        value = numbers(measure(state), at)
        assert abs(numbers(measure(found), {epsilon: POINTS[0]}) - value) < 1e-13 * abs(value)


@pytest.mark.slow
def test_partial_traces_are_rational_states(three):
    """Both ways round: first the ratio, then the trace, or the other way."""
    state, found = three
    reduced = found.partial_trace(*OUTER)
    for element in ((0, 0), (0, 0)), ((1, -1), (0, 0)):
        exact = rational(state.partial_trace(*OUTER)[element], epsilon, rates(chain(3)))
        assert cancel(reduced[element] - exact) == 0
    assert reduced.trace() == 1
    first = steady_series(chain(3)).reduced(*OUTER)[2][(0, 1), (1, 0)].xreplace(rates(chain(3)))
    assert expand(reduced.taylor(2)[(0, 1), (1, 0)] - first) == 0


@pytest.mark.slow
def test_the_purity_of_the_pair_as_an_equation(pair, pair_state):
    formula = equation("P", purity(pair_state), order="exact")
    ratio = rational(formula, "epsilon", PAIR)
    assert (ratio.label, ratio.parameters, str(ratio.order)) == ("P", (epsilon,), "exact")
    for strength in POINTS:
        assert (ratio.rhs - purity(pair)).xreplace({epsilon: strength}) == 0
    assert Poly(fraction(ratio.rhs)[1], epsilon).degree() == 20
    value = ratio.function()(epsilon=0.3)
    assert abs(value - formula.subs(PAIR).function()(epsilon=0.3)) < 1e-15
    series = taylor(ratio, "epsilon", 2)
    assert (series.relation, str(series.order)) == ("≈", "second order in epsilon")
    expected = sum(purity(steady_series(spin_pair()), order=n) for n in range(3))
    assert expand(series.rhs - expected.xreplace(in_symbols(PAIR, spin_pair()))) == 0


def test_it_prints():
    alike = {"gamma_g_A": 1, "gamma_d_A": 1, "gamma_g_B": 1, "gamma_d_B": 1, "Delta": 0}
    state = exact_state(spin_pair())
    ratio = r"\frac{2 \varepsilon^{2} + 1}{8 \varepsilon^{2} + 1}"
    assert rf"& {ratio}\;|0, 0\rangle\langle 0, 0|" in state.rational("epsilon", alike).latex_rows()
    formula = equation("p", rational(state[(0, 0), (0, 0)], "epsilon", alike), order="exact")
    assert formula.latex() == rf"p = {ratio}"
    assert taylor(formula, epsilon, 2).latex() == r"p \approx 1 - 6 \varepsilon^{2}"


def test_what_multiplies_keeps_its_place():
    """Irrational constants, i, and symbols outside of the ratios need no value."""
    x, y = symbols("x y", real=True)
    formula = pi * y * (x**2 - 1) / (x - 1) + sqrt(2) * I * (pi * x + sqrt(3)) / x
    found = rational(formula, x)
    assert expand(found - (pi * y * (x + 1) + sqrt(2) * I * pi + sqrt(6) * I / x)) == 0
    assert rational(Tuple(0, x, (2 * x + 2) / (x + x**2)), "x") == Tuple(0, x, 2 / x)


def test_phases_may_have_rational_cosines(pair):
    """With χ = π the exchange has the strength −ε."""
    model = spin_pair()
    exchange = Exchange("A", "B", epsilon, Symbol("chi", real=True))
    state = exact_state(System(model.sites, [exchange], {"A": Delta / 2, "B": -Delta / 2}))
    found = state.rational("epsilon", {**PAIR, "chi": pi})
    for element in pair:
        assert cancel(found[element] - pair[element].xreplace({epsilon: -epsilon})) == 0
    with pytest.raises(ValueError, match="the formula holds sqrt"):
        state.rational("epsilon", {**PAIR, "chi": pi / 4})


def test_a_state_that_is_not_unique_there_is_refused():
    """Without its drive, site A keeps what it has in |−1⟩; small and large models say so."""
    F, k = Symbol("F", real=True), Symbol("k", positive=True)
    cycle = LimitCycle(1, [(k, transition(0, 1))])
    alone = System({"A": cycle}, [Drive("A", F)], {"A": Delta})
    coupled = System(
        {"A": cycle, "B": equatorial(k, 2 * k)}, [Drive("A", F), Exchange("A", "B")], {"A": Delta}
    )
    for system, more in ((alone, {}), (coupled, {"epsilon": 1})):
        state = exact_state(system)
        assert state.rational("Delta", {"F": 1, "k": 2, **more}).trace() == 1
        with pytest.raises(ValueError, match="the state is not unique there"):
            state.rational("Delta", {"F": 0, "k": 2, **more})


WRONG = [
    ("epsilom", PAIR, "which are Delta, .*but names 'epsilom'. Did you mean 'epsilon'"),
    ("epsilon", {**PAIR, "gamma": 1}, "`values` must name .* but names 'gamma'"),
    ("epsilon", {**PAIR, "Delta": 0.5}, r"`Delta` must be exact, .* Write Rational\('0.5'\)"),
    ("epsilon", {**PAIR, "gamma_g_A": 0}, "`gamma_g_A` must be positive, but is 0"),
    ("epsilon", {**PAIR, "epsilon": 1}, "must leave epsilon free"),
    ("epsilon", {"Delta": 1}, "leaves out gamma_d_A, gamma_d_B, gamma_g_A, gamma_g_B"),
    ("epsilon", 3, "`values` must be {parameter: number}"),
    ("Delta", {**PAIR, "epsilon": 1}, "must leave Delta free"),
]


@pytest.mark.parametrize(("parameter", "values", "complaint"), WRONG)
def test_wrong_values_meet_a_sentence(parameter, values, complaint, pair_state):
    for call in (pair_state.rational, lambda *given: rational(purity(pair_state), *given)):
        with pytest.raises(ValueError, match=complaint):
            call(parameter, values)


def test_what_has_no_ratio_or_no_series_meets_a_sentence(pair, pair_state):
    with pytest.raises(ValueError, match=r"the formula holds sqrt\(2\)"):
        pair_state.rational("epsilon", {**PAIR, "Delta": sqrt(2)})
    with pytest.raises(ValueError, match="the formula holds a "):
        rational(symsync.negativity(pair_state), "epsilon", PAIR)
    with pytest.raises(ValueError, match="the ratio has a pole at zero"):
        taylor((1 + epsilon) / epsilon**2, epsilon, 3)
    with pytest.raises(ValueError, match="Argument `order` must be 0 to 1000, but is -1"):
        pair.taylor(-1)
    with pytest.raises(ValueError, match=r"Write state\.rational"):
        rational(pair_state, "epsilon", PAIR)


@pytest.mark.slow
def test_too_many_steps_are_refused(monkeypatch):
    """As a chain of four spins 1 has, whose elimination takes twenty seconds to be planned."""
    monkeypatch.setattr(interpolation, "LONGEST", 20_000)
    system = chain(3, frequencies={"A": Delta})  # no other test has solved it
    values = rates(system)
    with pytest.raises(NotImplementedError, match="equations takes too many steps"):
        exact_state(system).rational("epsilon", values)


def test_copies_and_sums(pair):
    """A pickled state is the same, and states of other kinds add to it."""
    copy = pickle.loads(pickle.dumps(pair))
    assert type(copy) is type(pair)
    assert dict(copy) == dict(pair)
    element = (1, -1), (0, 0)
    for total in (pair + pair.taylor(1), pair.taylor(1) + pair):
        assert cancel(total[element] - pair[element] - pair.taylor(1)[element]) == 0
    doubled = pair + pair
    assert cancel(doubled[element] - 2 * pair[element]) == 0
