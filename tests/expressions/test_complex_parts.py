"""Divided differences and complex parts."""

import mpmath
import pytest
from sympy import (
    Abs,
    I,
    Piecewise,
    S,
    Symbol,
    asinh,
    atan,
    conjugate,
    cos,
    diff,
    exp,
    expand,
    simplify,
    sqrt,
    symbols,
)

from symsync.expressions.complex_parts import Re, modulus, real_imag, scaled_parts, with_plus_sign
from symsync.expressions.divided_differences import DividedDifference, divided_difference

t = Symbol("t", nonnegative=True)
a, b = symbols("a b", positive=True)
w = Symbol("w", real=True)


def test_one_decay_is_a_saturating_exponential():
    """exp[0, −λ] = (1 − e^{−λt})/λ."""
    assert DividedDifference(t, 0, -a).doit() == (1 - exp(-a * t)) / a


def test_nodes_may_coincide():
    """exp[−a, −a] = t e^{−at} and exp[0, 0, 0] = t²/2."""
    assert DividedDifference(t, -a, -a).doit() == t * exp(-a * t)
    assert DividedDifference(t, 0, 0, 0).doit() == t**2 / 2


@pytest.mark.parametrize("nodes", [(0, -a), (0, -a, -b), (0, -a - I * w, -b), (0, -a, -a, -b)])
def test_it_solves_its_cascade(nodes):
    """d/dt exp[…, s] = s·exp[…, s] + exp[…]: each node is driven by the one before."""
    last = nodes[-1]
    whole = DividedDifference(t, *nodes).doit()
    before = DividedDifference(t, *nodes[:-1]).doit()
    assert simplify(diff(whole, t) - last * whole - before) == 0


def test_its_derivatives_are_divided_differences():
    whole = DividedDifference(t, 0, -a, -b)
    for symbol in (t, a, b):
        assert simplify(diff(whole, symbol).doit() - diff(whole.doit(), symbol)) == 0


def test_it_tends_to_the_resolvent():
    """The limit t → ∞ of exp[0, −a, −b] is 1/(ab)."""
    whole = DividedDifference(t, 0, -a, -b)
    assert abs(whole.subs({t: 1000, a: 2, b: 3}).evalf() - S(1) / 6) < 1e-14


def test_it_evaluates_where_nodes_nearly_meet():
    """At gaps of 10⁻³⁰ fifteen digits are right, where the quotient has none."""
    value = divided_difference(mpmath.mpf(1), mpmath.mpf(-1), mpmath.mpf(-1) - mpmath.mpf("1e-30"))
    assert abs(value - mpmath.exp(-1)) < 1e-15


def test_order_of_nodes_does_not_matter():
    assert DividedDifference(t, -a, 0, -b) == DividedDifference(t, 0, -b, -a)


@pytest.mark.parametrize(
    "z",
    [1 / (a + I * w), I * (a - b) / ((a + I * w) * (b - I * w) ** 2), exp(I * w) * (a + I * b),
     (a + I * w) ** 3, conjugate(Symbol("z")) + I, -I / (1 + I)],
)  # fmt: skip
def test_parts_add_up(z):
    """z = x + iy = scale·sign·(x + iy), with real parts and a scale that is not negative."""
    x, y = real_imag(z)
    assert not x.has(I)
    assert not y.has(I)
    assert simplify(expand(x + I * y - z, complex=True)) == 0
    scale, sign, x, y = scaled_parts(z)
    assert scale.subs({a: 2, b: S(1) / 3, w: -S(7) / 5}) > 0
    assert simplify(expand(scale * sign * (x + I * y) - z, complex=True)) == 0


def test_parts_keep_sums_together():
    """(a+b) is not multiplied out: 1/(a + b + iw) has the denominator w² + (a+b)²."""
    x, _ = real_imag(1 / (a + b + I * w))
    assert x == (a + b) / (w**2 + (a + b) ** 2)


def test_a_modulus_keeps_its_factors():
    assert modulus(-3 * a / (b + I * w)) == 3 * a / sqrt(b**2 + w**2)
    assert modulus((a - b) / a) == Abs(a - b) / a


def test_the_real_part_waits():
    """Re keeps its argument for reading; doit() splits it."""
    part = Re(exp(I * w) * (a + I * b))
    assert part.args[0] == exp(I * w) * (a + I * b)
    assert part.doit() == real_imag(part.args[0])[0]
    assert (
        abs(Re((1 + 2 * I) * exp(I)).evalf() - ((1 + 2 * I) * exp(I)).evalf().as_real_imag()[0])
        < 1e-14
    )  # one formula


def test_minus_signs_move_into_differences():
    """−c(a − b) reads c(b − a), but −(1 − cos w) stays."""
    assert with_plus_sign(-2 * a * (a - b)) == 2 * a * (b - a)
    assert with_plus_sign(-2 * a * (1 - cos(w))) == -2 * a * (1 - cos(w))


def test_a_choice_has_parts_that_choose_alike():
    choice = Piecewise((a + 2 * I * b, a > b), (I, True))
    assert real_imag(choice) == (
        Piecewise((a, a > b), (0, True)),
        Piecewise((2 * b, a > b), (1, True)),
    )


@pytest.mark.parametrize("value", [atan(w / (w - 1)), asinh(w / (w - 1)), S.NaN])
def test_what_is_real_wherever_it_is_defined(value):
    """SymPy does not call a ratio of real numbers real, as it may have no value."""
    assert real_imag(value) == (value, 0)
