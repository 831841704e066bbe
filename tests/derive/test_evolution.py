"""The evolution in time of any model, order by order and to all orders, from any initial state."""

import pickle
from functools import cache

import numpy as np
import pytest
import qutip
from judges import by_matrix_exponential as judge
from judges import by_qutip, quantities
from judges.points import draw
from sympy import I, Rational, S, cos, exp, pi, sin, symbols

from symsync import (
    Exchange,
    S_rel,
    System,
    chain,
    coherent_state,
    equation,
    evolution,
    exact_state,
    gain_and_loss,
    mutual_information,
    negativity,
    purity,
    rate_series,
    ring,
    spin_pair,
    steady_series,
    time_series,
)
from symsync.claims.model_table import MODELS, model
from symsync.model.spin import product_kets
from symsync.symbols import Delta, epsilon, phi, t

# Both sides are cut at the same few levels.
pytestmark = pytest.mark.filterwarnings("ignore:The last of:UserWarning")

TIME = 0.7
ANGLES = np.array([0.3, 1.9, -2.2])

CLOSE = 1e-12
"""Of the largest element: rates within 10^±1 make ‖L‖t about 10², and so many units are lost."""

QUICK = [
    "halves, exchange with a phase",
    "halves, driven",
    "the Letter's pair",
    "ones, XXZ",
    "ones, van der Pol of equal rates",
    "oscillators of four levels",
    "a driven two",
    "a half and a van der Pol",
    "ring of halves with a flux",
    "chain of halves, XXZ",
    "a one with a hole",
    "current through a dephased chain",
]
"""One for each kind; two of them have no state without coupling to start from."""

EVERY = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in MODELS]

EVERY_SECOND = [case for k, case in enumerate(EVERY) if k % 2 == 0 or case in QUICK]
"""Series of all of them would take half a minute more."""


def top(system):
    """The ket of all spins up, and its density matrix."""
    size = len(product_kets(system.spins.values()))
    return tuple(system.spins.values()), np.diag([1.0] + [0.0] * (size - 1)).astype(complex)


def dense(system, state, at, backend="numpy"):
    """A state in time at parameters, as a matrix."""
    elements = quantities.elements(state)
    kets = product_kets(system.spins.values())
    rho = np.zeros((len(kets), len(kets)), complex)
    if not elements:
        return rho
    evaluate = quantities.function(system, quantities.labelled(elements), t, backend=backend)
    values = np.atleast_1d(evaluate(**at, t=TIME))
    for (ket, bra), value in zip(elements, values, strict=True):
        row, column = kets.index(ket), kets.index(bra)
        rho[row, column], rho[column, row] = value, np.conj(value)
    return rho


@cache
def begun(name):
    """The series of a model in time, and where it begins if not in its uncoupled state."""
    system = model(name)
    try:
        return time_series(system), None
    except ValueError:
        ket, start = top(system)
        return time_series(system, ket), start


def assert_close(ours, theirs):
    assert np.abs(ours - theirs).max() <= CLOSE * (np.abs(theirs).max() or 1)


@pytest.mark.parametrize("name", EVERY_SECOND)
def test_three_orders_are_those_of_a_matrix_exponential(name):
    system, at = model(name), draw(name, 1)
    series, start = begun(name)
    start = judge.uncoupled_state(system, at) if start is None else start
    for order, expected in enumerate(judge.orders(system, at, TIME, start)):
        assert_close(dense(system, series[order], at), expected)


@pytest.mark.parametrize("name", EVERY)
def test_all_orders_are_those_of_a_matrix_exponential(name):
    system, at = model(name), draw(name, 1)
    ket, start = top(system)
    state = evolution(system, ket)
    expected = judge.state(system, at, TIME, start)
    if state.matrix().free_symbols:
        assert_close(dense(system, state, at), expected)
    else:  # the ket is left alone
        assert_close(np.array(state.matrix(), complex), expected)


@pytest.mark.parametrize("backend", ["c", pytest.param("numba", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["the Letter's pair", "halves, driven"])
def test_compiled_evolutions(name, backend):
    system, at = model(name), draw(name, 1)
    series, _ = begun(name)
    for state in (series[2], evolution(system, top(system)[0])):
        assert_close(dense(system, state, at, backend), dense(system, state, at))


@cache
def ring_at_second_order():
    system = ring(3)
    return system, equation("S", S_rel(time_series(system)[2], "A", "B", phi))


@pytest.mark.parametrize("backend", ["numpy", "c", "numba"])
def test_a_ring_at_second_order(backend):
    """Paths over two coherences give divided differences of three nodes."""
    system, formula = ring_at_second_order()
    rng = np.random.default_rng(5)
    at = {symbol.name: 10 ** rng.uniform(-1, 1) for symbol in system.parameters}
    second = judge.orders(system, at, TIME, judge.uncoupled_state(system, at))[2]
    expected = by_qutip.relative_phase(qutip.Qobj(second, dims=[[3] * 3] * 2), 0, 1, ANGLES)
    assert_close(formula.function(backend)(phi=ANGLES, t=TIME, **at), expected)


# Initial states -----------------------------------------------------------------------------------

a, b = symbols("a b", real=True)
theta = symbols("theta", real=True)
PAIR = {"A": gain_and_loss(1, 2), "B": gain_and_loss(3, 1)}
h = S.Half


def pair():
    return System(PAIR, [Exchange("A", "B", epsilon)], {"A": Delta})


UP, DOWN = np.array([1, 0]), np.array([0, 1])

INITIAL = {
    "ket": ((h, -h), np.kron(UP, DOWN)),
    "floats": ((0.5, -0.5), np.kron(UP, DOWN)),
    "amplitudes": ({(h, -h): 1, (-h, h): I}, (np.kron(UP, DOWN) + 1j * np.kron(DOWN, UP)) / 2**0.5),
    "sites": ({"A": h, "B": {h: 3, -h: 4}}, np.kron(UP, 0.6 * UP + 0.8 * DOWN)),
    "columns": (
        {"A": coherent_state(h, pi / 3, pi / 4), "B": -h},
        np.kron([np.cos(np.pi / 6) * np.exp(-1j * np.pi / 8),
                 np.sin(np.pi / 6) * np.exp(1j * np.pi / 8)], DOWN),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", INITIAL)
def test_pure_initial_states(name):
    written, column = INITIAL[name]
    column = np.asarray(column, complex)
    start = np.outer(column, column.conj())
    system, at = pair(), {"epsilon": 0.8, "Delta": -1.3}
    assert_close(
        dense(system, evolution(system, written), at), judge.state(system, at, TIME, start)
    )
    for order, expected in enumerate(judge.orders(system, at, TIME, start)):
        assert_close(dense(system, time_series(system, written)[order], at), expected)


def test_mixtures_and_states_of_other_models():
    """A quench: the exact steady state at one coupling evolves at another one."""
    system, at = pair(), {"epsilon": 0.8, "Delta": -1.3}
    mixture = [(Rational(1, 4), (h, h)), (Rational(3, 4), {(h, -h): 1, (-h, h): 1})]
    start = np.diag([0.25, 0.375, 0.375, 0]).astype(complex)
    start[1, 2] = start[2, 1] = 0.375
    assert_close(
        dense(system, evolution(system, mixture), at), judge.state(system, at, TIME, start)
    )
    before = System(PAIR, [Exchange("A", "B", 2)], {"A": 1})
    start = np.array(exact_state(before).matrix(), complex)
    state = evolution(system, exact_state(before))
    assert_close(dense(system, state, at), judge.state(system, at, TIME, start))
    assert state.kind == "state"


def test_symbols_of_the_initial_state_are_parameters():
    system = pair()
    tilted = evolution(system, {"A": {h: cos(theta), -h: sin(theta)}, "B": h})
    function = equation("P", purity(tilted)).function()
    assert set(function.parameters) == {"theta", "epsilon", "Delta", "t"}
    at = {"epsilon": 0.8, "Delta": -1.3}
    for angle in (0.2, 1.1):
        column = np.kron([np.cos(angle), np.sin(angle)], UP).astype(complex)
        rho = judge.state(system, at, TIME, np.outer(column, column.conj()))
        ours = function(theta=angle, t=TIME, **at)
        assert abs(ours - (abs(rho) ** 2).sum()) < CLOSE


@pytest.mark.parametrize(
    ("initial", "message"),
    [
        ((h,), "holds the ket"),
        ((1, 0), "holds the ket"),
        ("up", "must be a State, a ket such as"),
        ({"A": h}, "must be a State, a ket such as"),
        ({}, "must be a State, a ket such as"),
        ({(h, h): 0}, "must have a positive norm"),
        ({(h, h): 0.3}, "must be exact"),
        ([(h, h)], "must be a State, a ket such as"),
        ([(h, h, h)], r"must hold pairs \(probability, state\)"),
        ([(-1, (h, h))], "must be nonnegative"),
        ({"A": coherent_state(1, 0, 0), "B": h}, "must be a State, a ket such as"),
        (exact_state(spin_pair()), "must be a state of the spins A: 1/2, B: 1/2"),
        (steady_series(pair())[1], "must be a state, but is a correction of a series"),
        (qutip.basis(3, 0), r"`initial` must be a state of .*, but has the dimensions \[3\]"),
        (np.eye(4), "`initial` must have the trace 1"),
    ],
)
def test_other_initial_states_are_refused(initial, message):
    for derive in (time_series, evolution):
        with pytest.raises(ValueError, match=message):
            derive(pair(), initial)


# What a state in time is like ---------------------------------------------------------------------


def test_in_the_long_run_the_exact_state_is_reached():
    """Also the measures of it, in every backend that counts digits or arrays."""
    system = pair()
    late, steady = evolution(system, (h, h)), exact_state(system)
    at = {"epsilon": 0.8, "Delta": -1.3}
    measures = (negativity, mutual_information, lambda state, *_: purity(state))
    for measure in measures:
        moving, final = (equation("M", measure(state, "A")) for state in (late, steady))
        assert abs(moving.function()(t=60.0, **at) - final.function()(**at)) < CLOSE
    for exact in (moving.function("mpmath")(t=60, **at), moving.function("c")(t=60.0, **at)):
        assert abs(exact - final.function()(**at)) < CLOSE


def test_without_couplings_all_is_closed():
    system = System(PAIR, [])
    assert evolution(system, (h, h))[(h, h), (h, h)].free_symbols == {t}
    pair_ = spin_pair()
    start = time_series(pair_, (1, 0))
    assert start[0][(1, 0), (1, 0)] == exp(-symbols("gamma_d_A", positive=True) * t)


def test_derivatives_by_time_and_parameters():
    """Against differences of 40 digits; second derivatives, too."""
    element = evolution(pair(), (h, h))[(h, -h), (h, -h)]
    point = {t: Rational(7, 10), epsilon: Rational(4, 5), Delta: Rational(-13, 10)}
    step = Rational(1, 10**15)
    for formula in (element, element.diff(Delta)):
        for symbol, value in point.items():
            ahead, behind = (
                formula.subs({**point, symbol: value + sign * step}).evalf(60) for sign in (1, -1)
            )
            found = formula.diff(symbol).subs(point).evalf(40)
            assert (
                abs(found - (ahead - behind) / (2 * step)) < 1e-25
            )  # step² and a third derivative


def test_the_rate_series_is_the_derivative():
    system = System({"A": gain_and_loss(1, 2, 1), "B": gain_and_loss(3, 1)},
                    [Exchange("A", "B", epsilon)])  # fmt: skip
    moving, rates = time_series(system), rate_series(system)
    point = {t: Rational(7, 10), epsilon: Rational(4, 5)}
    for order in (1, 2):
        assert dict(rates[order])
        for element, rate in rates[order].items():
            slope = moving[order][element].diff(t)
            assert abs(complex((slope - rate).subs(point).evalf(20))) < 1e-15


def test_it_substitutes_prints_and_travels():
    system = pair()
    state = evolution(system, (h, h))
    formula = equation("N", negativity(state, "A"))
    again = pickle.loads(pickle.dumps(formula))
    at = {"epsilon": 0.8, "t": 1.1}
    assert again.function()(Delta=0.0, **at) == formula.subs({Delta: 0}).function()(**at)
    assert r"e^{M t} y(0)\text{ with a matrix } M \text{ of } 6 \times 6" in formula.latex()
    assert str(state).endswith("obey 6 linear differential equations in time")
    two = time_series(System({"A": gain_and_loss(1, 2, 1)}, []), (1,))[0]
    assert r"\exp\left(t \left[\begin{matrix}-10 & -1\\8 & -2\end{matrix}" in "".join(
        two.latex_rows()
    )
    assert dict(evolution(system, (h, h)))[(h, h), (h, h)].subs(t, 0) == 1
    late = state[(h, h), (h, h)].subs(t, 0)
    assert late == 1


def test_what_is_too_long_is_nan_with_a_word():
    system = pair()
    function = equation("P", purity(evolution(system, (h, h)))).function()
    with pytest.warns(RuntimeWarning, match="use backend='mpmath'"):
        values = function(t=[1e3, 1e13], epsilon=1.0, Delta=0.0)
    assert np.isfinite(values[0])
    assert np.isnan(values[1])
    with pytest.raises(NotImplementedError, match="No bound of errors is known"):
        equation("P", purity(evolution(system, (h, h)))).function(error=True)


@pytest.mark.slow
def test_a_chain_of_three_spins_one():
    system = chain(3)
    at = {s.name: 1 + 0.3 * k for k, s in enumerate(system.parameters)}
    ket, start = top(system)
    assert_close(dense(system, evolution(system, ket), at), judge.state(system, at, TIME, start))
