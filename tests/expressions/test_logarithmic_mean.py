"""Logarithms of populations keep their digits where two agree, and have a value where one is 0."""

import mpmath
import numpy as np
import pytest
from sympy import Eq, latex, log, symbols

from symsync.evaluate import Formula, evaluator
from symsync.expressions.spectral import LogarithmicMean, TimesLog

p, q = symbols("p q", positive=True)
BOUND = 16 * 2.0**-53
"""A sum of nine terms of one sign, two quotients and a logarithm of a number beyond 1.2."""


def points(rng):
    """Pairs that differ by a factor, by up to the last digit, and not at all."""
    first = 10 ** rng.uniform(-8, 0, 200)
    second = first * (1 + rng.choice([-0.9, 1], 200) * 10 ** rng.uniform(-16, 0, 200))
    second[::4] = first[::4] * 10 ** rng.uniform(-12, 12, 50)
    second[:3] = first[:3]
    return first, second


def mean(a, b):
    """(a − b)/ln(a/b) at 60 digits."""
    return a if a == b else (a - b) / mpmath.log(a / b)


def test_it_is_accurate_where_its_arguments_agree(rng):
    first, second = points(rng)
    for backend in ("numpy", "mpmath"):
        found = evaluator(Formula("f", LogarithmicMean(p, q), (p, q), "f"), backend)(
            p=first, q=second
        )
        with mpmath.workdps(60):
            exact = [mean(mpmath.mpf(a), mpmath.mpf(b)) for a, b in zip(first, second, strict=True)]
            errors = [abs(f - e) / e for f, e in zip(map(mpmath.mpf, found), exact, strict=True)]
        assert max(errors) < BOUND


@pytest.mark.parametrize("symbol", [p, q])
def test_so_is_its_derivative(symbol, rng):
    """1/2 where both agree; the difference of the arguments is exact where it is small."""
    first, second = points(rng)
    formula = Formula("f", LogarithmicMean(p, q).diff(symbol), (p, q), "f")
    found = evaluator(formula)(p=first, q=second)
    with mpmath.workdps(80):
        for value, a, b in zip(found, first, second, strict=True):
            near, far = map(mpmath.mpf, (a, b) if symbol is p else (b, a))
            size = mpmath.log(near / far)
            exact = (size - 1 + far / near) / size**2 if size else mpmath.mpf(0.5)
            assert abs(value - exact) < 4 * BOUND * exact
    assert (found[:3] == 0.5).all()


def test_it_lies_between_the_geometric_and_the_arithmetic_mean(rng):
    first, second = points(rng)
    found = evaluator(Formula("f", LogarithmicMean(p, q), (p, q), "f"))(p=first, q=second)
    assert (found >= np.sqrt(first * second) * (1 - BOUND)).all()
    assert (found <= (first + second) / 2 * (1 + BOUND)).all()


def test_it_is_written_out_and_known_at_equal_arguments():
    assert LogarithmicMean(p, p) == p
    assert LogarithmicMean(p, q).doit() == (p - q) / log(p / q)
    assert LogarithmicMean(2, 2 * p).subs(p, 1) == 2
    assert LogarithmicMean(p, q).diff(p).has(Eq)


@pytest.mark.parametrize("backend", ["numpy", "mpmath"])
def test_a_population_of_zero_has_no_entropy(backend):
    """x ln y is 0 if x is 0, and differs by nothing else from the product, in print too."""
    function = evaluator(Formula("f", TimesLog(p - 1, q), (p, q), "f"), backend)
    assert function(p=1, q=3) == 0
    assert float(function(p=3, q=0.25)) == pytest.approx(2 * np.log(0.25), rel=BOUND)
    assert TimesLog(0, q) == 0
    assert TimesLog(p, q).doit() == p * log(q)
    assert TimesLog(p, q).diff(p) == log(q)
    assert TimesLog(p, q).diff(q) == p / q
    assert latex(TimesLog(p, q)) == latex(p * log(q))
