"""Ratios of polynomials are found exactly, and what is wrong modulo a prime is noticed."""

import pytest
from sympy import Add, Poly, Pow, Rational, S, Symbol, cancel, gcd

from symsync.derive import interpolation
from symsync.derive.interpolation import Residues, interpolated

x = Symbol("x", real=True)
RATIOS = [
    (x + 2) / (3 * x**2 + 5),
    x**3 / (11 * (x - 7)),
    S.Zero,
    Rational(-7, 3),
    (x**2 - 1) / (x - 1) + 1 / (x - 7) ** 2,
]


def written(numerators, denominator):
    below = Poly(denominator[::-1], x)
    return [Poly(each[::-1], x) / below for each in numerators]


def test_ratios_are_found_with_their_least_common_denominator():
    numerators, denominator = interpolated(RATIOS, x)
    for found, ratio in zip(written(numerators, denominator), RATIOS, strict=True):
        assert cancel(found - ratio) == 0
    assert Poly(denominator[::-1], x).monic() == Poly((3 * x**2 + 5) * (x - 7) ** 2, x).monic()


def test_coefficients_may_be_longer_than_many_primes():
    """The numerator has 300 digits, and the denominator a hundred."""
    ratio = (x**2 + Rational(10**300 + 7, 3)) / (10**100 * x - 1)
    (found,) = written(*interpolated([ratio], x))
    assert cancel(found - ratio) == 0


def test_what_cancels_is_not_there():
    factor = (x**2 + 3) ** 5
    numerators, denominator = interpolated([factor * x / (factor * (x + 1))], x)
    assert (numerators, denominator) == ([[0, 1]], [1, 1])


def test_a_pole_at_a_point_is_a_new_draw():
    """The points that are drawn first begin at this pole."""
    start = int(Residues(x, [2**31 - 1], 16).start[0, 0])
    numerators, denominator = interpolated([1 / (x - start)], x)
    assert (numerators, denominator) == ([[1]], [-start, 1])


def test_primes_that_divide_a_number_are_left_out():
    numerators, denominator = interpolated([x + Rational(1, 2**31 - 1)], x)
    assert (numerators, denominator) == ([[1, 2**31 - 1]], [2**31 - 1])


@pytest.mark.parametrize("prime", [2**31 - 1, 2**31 - 19, 2**31 - 61])
def test_primes_that_divide_a_leading_coefficient_are_left_out(prime):
    """They are among the first three that are drawn."""
    assert interpolated([1 / (prime * x + 1)], x) == ([[1]], [1, prime])


def test_a_pole_everywhere_is_refused():
    nothing = Pow(Add(x, -x, evaluate=False), -1, evaluate=False)
    with pytest.raises(ValueError, match="has no value at these numbers"):
        interpolated([nothing], x)


@pytest.mark.parametrize("high", [x ** (10**400), (1 + 1 / (1 + x**19)) ** 19])
def test_high_degrees_are_refused(high, monkeypatch):
    monkeypatch.setattr(interpolation, "DEGREES", 256)
    with pytest.raises(NotImplementedError, match="above 256 together"):
        interpolated([high], x)


@pytest.mark.parametrize("strange", [x**S.Half, S(2) ** S.Half * x, Symbol("y"), abs(x)])
def test_what_is_no_ratio_is_refused(strange):
    with pytest.raises(ValueError, match="has rational coefficients"):
        interpolated([strange], x)


@pytest.fixture
def spoilt(monkeypatch):
    """Return a function that spoils the values modulo the first prime of some draws."""
    take = interpolation._Samples.take

    def spoil(change, wrong):
        calls = []

        def taken(self, primes, points):
            at, values = take(self, primes, points)
            calls.append(points)
            if wrong(calls):
                values[:, 0] = change(values[:, 0]) % at.primes[0]
            return at, values

        monkeypatch.setattr(interpolation._Samples, "take", taken)

    return spoil


def test_wrong_values_modulo_the_checking_prime_are_noticed(spoilt):
    """The first check fails, and the second one, with more primes, holds."""
    checks = []

    def first_check(calls):
        if calls[-1] == interpolation.SPARE:
            checks.append(len(calls))
        return checks == [len(calls)]

    spoilt(lambda values: values + 1, first_check)
    found = written(*interpolated(RATIOS, x))
    assert len(checks) == 2
    assert all(cancel(a - b) == 0 for a, b in zip(found, RATIOS, strict=True))


@pytest.mark.parametrize("change", [lambda v: v + 1, lambda v: 2 * v, lambda v: v * v])
def test_one_wrong_prime_of_eight_changes_nothing(change, spoilt):
    """Its ratio has another degree and is left out, or the other primes correct it."""
    spoilt(change, lambda calls: len(calls) == 2)
    assert interpolated([1 / (x + 2)], x) == ([[1]], [2, 1])


def test_values_of_no_ratio_are_refused(spoilt, monkeypatch, rng):
    """One prime at a time, so that all values are wrong but those that tell the degrees."""
    monkeypatch.setattr(interpolation, "BATCH", 1)
    monkeypatch.setattr(interpolation, "MOST", 24)
    spoilt(lambda values: rng.permuted(values, axis=-1), lambda calls: len(calls) > 1)
    with pytest.raises(RuntimeError, match="do not settle"):
        interpolated([1 / (x + 2)], x)


def test_wrong_coefficients_are_noticed(monkeypatch):
    """What is reconstructed is compared with values modulo a prime that had no part in it."""
    numbers, tries = interpolation._numbers, []

    def wrong_at_first(rows, primes):
        tries.append(len(primes))
        found = numbers(rows, primes)
        return [found[0] + 1, *found[1:]] if len(tries) == 1 else found

    monkeypatch.setattr(interpolation, "_numbers", wrong_at_first)
    assert interpolated([1 / (x + 2)], x) == ([[1]], [2, 1])
    assert len(tries) == 2


def test_sums_of_random_ratios(rng):
    """Products of polynomials of degree 1 and 2 with coefficients below 50."""
    for _ in range(5):
        a, b, c, d = (int(k) for k in rng.integers(1, 50, 4))
        ratio = (a * x + b) ** 3 / (c * x**2 + d) ** 2 + a / (x + d)
        numerators, denominator = interpolated([ratio], x)
        assert cancel(written(numerators, denominator)[0] - ratio) == 0
        assert gcd(Poly(numerators[0][::-1], x), Poly(denominator[::-1], x)).degree() == 0
