"""Unknowns of linear systems as nodes: functions of their arguments, in every respect."""

import pickle

import mpmath
import pytest
from sympy import Rational, sqrt, symbols

from symsync.expressions.latex import latex
from symsync.expressions.linear_solutions import LinearSystem, Solution

a, b, c = symbols("a b c", positive=True)
t = symbols("t", real=True)
ROWS = [{0: a, 1: b, 2: -c}, {0: -b, 1: 2 * a}]  # a x + b y = c, 2a y = b x
SYSTEM = LinearSystem.from_equations((a, b, c), ROWS)
X, Y = (Solution(SYSTEM, k, a, b, c) for k in range(2))
EXACT = {X: 2 * a * c / (2 * a**2 + b**2), Y: b * c / (2 * a**2 + b**2)}


@pytest.mark.parametrize("node", [X, Y])
def test_values_derivatives_and_substitutions(node):
    at = {a: Rational(2, 3), b: 3, c: sqrt(2)}
    for ours, theirs in (
        (node, EXACT[node]),
        (node.diff(a), EXACT[node].diff(a)),
        (node.diff(a, b), EXACT[node].diff(a, b)),
        (node.subs(b, t**2).diff(t), EXACT[node].subs(b, t**2).diff(t)),
    ):
        known = at | {t: Rational(1, 2)}
        assert abs(ours.subs(known).evalf(30) - theirs.subs(known).evalf(30)) < 1e-28


def test_it_knows_its_symbols():
    assert X.free_symbols == {a, b, c}
    assert X.has(a)
    assert X.diff(t) == 0
    assert X.subs(a, t).free_symbols == {t, b, c}
    assert X.conjugate() == X


def test_it_prints_what_differs_from_its_parameters():
    assert (str(X), latex(Y)) == ("x_1", "x_{2}")
    assert str(X.subs(a, 2)) == "x_1(a=2)"
    assert latex(X.diff(c)) == r"\partial_{c} x_{1}"


def test_copies_are_equal():
    copy = pickle.loads(pickle.dumps(X))
    assert copy == X
    assert hash(copy) == hash(X)
    assert copy.system.pivots == SYSTEM.pivots
    assert LinearSystem.from_equations((a, b, c), ROWS[::-1]) != SYSTEM


def test_fixing_another_unknown_scales_all():
    """Of x, y and 1 any may be 1; a row that follows from the others takes the place of one."""
    closing = {0: a - b, 1: b + 2 * a, 2: -c}  # the sum of both
    system = LinearSystem.from_equations((a, b, c), ROWS, [(0, 0), (1, 1)], closing)
    numbers = [mpmath.mpf(2), mpmath.mpf(3), mpmath.mpf(5)]
    rule = dict(zip((a, b, c), (2, 3, 5), strict=True))
    x, y = (float(EXACT[node].subs(rule)) for node in (X, Y))
    ratio, one = system.fixed(0).to_precision(numbers)[::-1]
    assert [float(ratio), float(one)] == pytest.approx([y / x, 1 / x])
