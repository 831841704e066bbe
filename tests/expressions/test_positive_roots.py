"""Roots in closed form: judged by the roots of polynomials in numbers, and by mpmath for digits."""

import mpmath
import numpy as np
import pytest
from sympy import Abs, S, Symbol, cancel, exp, nan, pi, sqrt, symbols

from symsync import equation, equations
from symsync.expressions.definitions import with_definitions
from symsync.expressions.positive_roots import closed_form
from symsync.symbols import Delta, epsilon

x, a, b, c, s = symbols("x a b c s", positive=True)
y, z = symbols("y z", real=True)

ROOTS = {
    "power": (a * x**3, lambda v: [v.a, 0, 0, -v.s]),
    "inverse power": (a / x**2, lambda v: [v.s, 0, -v.a]),
    "first degree": (a * x + b, lambda v: [v.a, v.b - v.s]),
    "saturation": (a * x / (b + x), lambda v: [v.a - v.s, -v.s * v.b]),
    "resonance": (a / (b**2 + 4 * x**2), lambda v: [4 * v.s, 0, v.s * v.b**2 - v.a]),
    "two roots": (a * x / (b + x) ** 2, lambda v: [v.s, 2 * v.s * v.b - v.a, v.s * v.b**2]),
    "growing": (a * x**2 + b * x, lambda v: [v.a, v.b, -v.s]),
    "falling": (a * x**2 - b * x, lambda v: [v.a, -v.b, -v.s]),
    "either": (a * x**2 + y * x, lambda v: [v.a, v.y, -v.s]),
    "down and up": (x**2 - b * x + c, lambda v: [1, -v.b, v.c - v.s]),
    "in squares": (a * x**4 + b * x**2, lambda v: [v.a, 0, v.b, 0, -v.s]),
    "two Lorentzians": (
        Abs(z) * c / sqrt((4 * x**2 + a**2) * (4 * x**2 + b**2)),
        lambda v: [
            16, 0, 4 * (v.a**2 + v.b**2), 0, (v.a * v.b) ** 2 - (v.z * v.c / v.s) ** 2,
        ],
    ),
    "a factor of many": (
        s + (x - a) * (x + b) * (x**2 + c) * (x**3 + x + b),
        lambda v: np.polymul([1, -v.a], [1, v.b]),
    ),
}  # fmt: skip


class Values:
    def __init__(self, rng, decades):
        for name in "abcs":
            setattr(self, name, 10 ** rng.uniform(-decades, decades))
        for name in "yz":
            setattr(self, name, rng.choice([-1, 1]) * 10 ** rng.uniform(-decades, decades))


@pytest.mark.parametrize("name", ROOTS)
def test_it_is_the_least_positive_root(name, rng):
    """Of a polynomial in numbers, typed by hand; and nan or negative where it has no such root."""
    value, polynomial = ROOTS[name]
    run = equation("x", closed_form(value, s, x)).function(extra="ignore")
    some = 0
    for _ in range(60):
        at = Values(rng, 1)
        found = run(**vars(at))
        roots = np.roots(polynomial(at))
        real = roots.real[np.abs(roots.imag) < 1e-9 * np.abs(roots)]
        positive = real[real > 0]
        some += positive.size > 0
        if positive.size:
            assert found == pytest.approx(positive.min(), rel=1e-6)  # two roots may nearly be one
        else:
            assert not found > 0
    assert some > 10


@pytest.mark.parametrize("name", ["two roots", "growing", "falling", "either", "in squares"])
def test_no_digit_is_lost(name, rng):
    """Against forty digits, at parameters of six decades; where two roots meet, digits go."""
    formula = equation("x", closed_form(ROOTS[name][0], s, x))
    run, precise = formula.function(extra="ignore"), formula.function("mpmath", extra="ignore")
    seen = 0
    for _ in range(40):
        at = vars(Values(rng, 3))
        with mpmath.workdps(40):
            exact = precise(**at)
        if mpmath.isfinite(exact) and exact > 0:
            near = abs(1 - 4 * at["b"] * at["s"] / at["a"]) if name == "two roots" else 1
            assert run(**at) == pytest.approx(float(exact), rel=1e-14 * (1 + 1 / near))
            seen += 1
    assert seen > 10


def test_definitions_and_roots_of_other_symbols_stay():
    """Only what holds the variable is opened, and the formula stays short."""
    rate = Symbol("rate", positive=True)
    named = with_definitions(x * rate / (1 + x), {rate: sqrt(a + b) + c})
    known = with_definitions(rate, {rate: sqrt(a + b) + c})
    assert cancel(1 / closed_form(named, s, x) - (known - s) / s) == 0
    inside = with_definitions(rate / 2, {rate: sqrt(a + b) * x})
    assert closed_form(inside, s, x) == 2 * s / sqrt(a + b)


def test_without_a_closed_form_there_is_none():
    """Three coefficients of unknown sign, a third degree, what is not algebraic, two factors."""
    none = [x**3 + a * x, x * exp(x), sqrt(x) + x, (x - a) * (x - b) + s, y * x**2 + z * x, x**a,
            sqrt(1 + x) + sqrt(2 + x), equations["purity_exact"].rhs.subs(epsilon, x)]  # fmt: skip
    assert [closed_form(value, s, x) for value in none] == [None] * len(none)


def test_what_no_positive_value_reaches_is_nan():
    for value, level in ((1 + x, S.Half), (1 / (1 + x**2), S(2)), (pi + x**2, S.Zero)):
        assert closed_form(value, level, x) is nan


def test_squares_bring_no_false_roots():
    """A product of roots whose sign is not known is not squared: it may reach −s instead."""
    assert closed_form((x - a) / sqrt(x + b), s, x) is None
    assert closed_form(y * sqrt(x + b), s, x) is None
    assert closed_form(Abs(y) * sqrt(x + b), s, x) is not None


def test_the_letters_tongue():
    """|Δ| at which first order reaches a threshold, as the catalogue derives it with names."""
    ours = equation("D", closed_form(equations["S_rel_max"].rhs, s, Delta)).function()
    letter = equations["tongue_detuning"].function()
    rates = {"gamma_g_A": 100.0, "gamma_d_A": 1.0, "gamma_g_B": 1.0, "gamma_d_B": 100.0}
    for strength in (0.02, 0.05, 0.1):
        there = {"epsilon": strength, **rates}
        assert ours(s=0.003, **there) == pytest.approx(letter(threshold=0.003, **there), rel=1e-13)
