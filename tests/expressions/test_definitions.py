"""Definitions travel inside a formula: nothing that is done to it forgets what they hold."""

import pickle

import mpmath
import pytest
from sympy import Rational, Symbol, Tuple, limit, symbols

import symsync
from symsync import (
    Exchange,
    S_rel,
    System,
    equation,
    equations,
    equatorial,
    exact_state,
    mutual_information,
    negativity,
    spin_pair,
    steady_series,
)
from symsync.expressions.definitions import (
    NamedExpression,
    in_symbols,
    nodes_of,
    with_definitions,
    written_out,
)
from symsync.expressions.orders import EXACT, LEADING, UNSTATED, Order, order_of
from symsync.symbols import Delta, epsilon, gain_rate

x, y, z, w = symbols("x y z w", positive=True)
FORMULA = with_definitions(z / (y + w), {y: x + 1, z: y**2 + x, w: z * y})


@pytest.mark.parametrize(
    "act",
    [
        lambda f: f.diff(x).subs(x, 2),
        lambda f: f.diff(x, 2).subs(x, 2),
        lambda f: f.subs(x, 3),
        lambda f: f.subs({x: x + 1}).diff(x).subs(x, 1),
        lambda f: f.evalf(subs={x: 2}),
        lambda f: f.series(x, 0, 3).removeO().subs(x, 1),
        lambda f: limit(f, x, 0),
        lambda f: f.free_symbols,
        lambda f: f.is_positive,
        lambda f: f.xreplace({x: Rational(1, 2)}),
    ],
)
def test_what_is_done_to_it_is_done_to_what_it_stands_for(act):
    """A number that the operation gives is that of the expression written out."""
    found, wanted = act(FORMULA), act(written_out(FORMULA))
    if hasattr(wanted, "free_symbols"):
        assert abs(mpmath.mpf(str(written_out(found).evalf(30))) - wanted.evalf(30)) < 1e-14
    else:
        assert found == wanted


def test_the_derivative_of_an_exact_formula_is_true():
    """Case 1: d/dγ^g_A of max S_rel is not 0 but its difference quotient."""
    maximum = equations["S_rel_max_exact"]
    g = gain_rate("A")
    point = {"epsilon": 0.7, "Delta": 0.4, "gamma_g_A": 2.0, "gamma_d_A": 1.0,
             "gamma_g_B": 1.5, "gamma_d_B": 3.0}  # fmt: skip
    derivative = maximum.diff(g)
    assert derivative.parameters == maximum.parameters
    with mpmath.workdps(40):
        value = maximum.function("mpmath")
        quotient = mpmath.diff(lambda at: value(**{**point, "gamma_g_A": at}), mpmath.mpf(2))
    assert float(quotient) != 0
    assert derivative.function()(**point) == pytest.approx(float(quotient), rel=1e-10)
    assert maximum.rhs.diff(g) != 0


def test_substitution_reaches_what_is_defined():
    assert equations["S_rel_exact"].rhs.subs(epsilon, 0) == 0
    assert Delta not in equations["S_rel_exact"].rhs.subs(Delta, 0).free_symbols


@pytest.mark.parametrize("measure", [negativity, mutual_information])
def test_the_derivative_of_eigenvalues_reaches_what_is_defined(measure):
    """Hellmann and Feynman: exact measures of a pair by the coupling."""
    rate = Symbol("g", positive=True)
    pair = System({"A": equatorial(rate, 1), "B": equatorial(1, rate)}, [Exchange("A", "B")])
    formula = equation("f", measure(exact_state(pair)))
    slope, value = formula.diff("epsilon").function("mpmath"), formula.function("mpmath")
    with mpmath.workdps(40):
        quotient = mpmath.diff(lambda at: value(g=3, epsilon=at), mpmath.mpf(2))
    assert float(slope(g=3, epsilon=2)) == pytest.approx(float(quotient), rel=1e-12)
    assert quotient != 0


def test_equal_formulas_are_one_object_also_after_pickling():
    again = with_definitions(z / (y + w), {y: x + 1, z: y**2 + x, w: z * y})
    assert again is FORMULA or again == FORMULA
    assert pickle.loads(pickle.dumps(FORMULA)) == FORMULA
    assert nodes_of(again, NamedExpression)[0] is nodes_of(FORMULA, NamedExpression)[0]


def test_one_name_for_two_things_is_numbered():
    plain, definitions = in_symbols(Tuple(FORMULA, FORMULA.subs(x, 5 * x)))
    names = [symbol.name for symbol in definitions]
    assert len(names) == len(set(names)) == 6
    assert "y_2" in names
    assert plain[0] != plain[1]


def test_nothing_is_handed_over():
    """Case 3: an exact formula of one's own knows its definitions and its parameters."""
    own = equation("S", S_rel(exact_state(spin_pair())), order="exact")
    assert "Z" in own.latex()
    assert {symbol.name for symbol in own.parameters} == {
        symbol.name for symbol in equations["S_rel_exact"].parameters
    }


def test_no_order_is_assumed():
    """Case 3: a formula claims the order that it was given, and none if none was."""
    rhs = S_rel(steady_series(spin_pair()).partial_sum(2))
    unstated, second = equation("S2", rhs), equation("S2", rhs, order=2)
    assert (unstated.order, unstated.relation) == (UNSTATED, "=")
    assert "order" not in repr(unstated).rpartition("(")[2]
    assert (str(second.order), second.relation) == ("second order", "≈")


def test_orders_are_values():
    assert order_of("exact") is EXACT
    assert order_of("leading") is LEADING
    assert str(order_of({"epsilon": 1, "k": 2})) == "first order in epsilon and second order in k"
    assert order_of(3) == Order("power", (("", 3),))
    for wrong in ("first order", -1, True, 1.5, {}, {"k": "x"}):
        with pytest.raises(ValueError, match="`order` must be 'exact', 'leading'"):
            order_of(wrong)


def test_symsync_star_leaves_symbols_alone():
    """`from symsync import *` after `from sympy import *` keeps SymPy's `symbols`."""
    assert "symbols" not in symsync.__all__
    assert symsync.symbols.epsilon is epsilon
