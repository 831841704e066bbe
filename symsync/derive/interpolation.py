"""Ratios of polynomials in one variable, from their values at points modulo primes.

An expression in one symbol, which may hold unknowns of linear systems, is evaluated at many points
modulo many primes at once.  Modulo each prime these values determine a ratio N/D, and the Chinese
remainder theorem gives the coefficients, which a further prime checks.  Nothing is expanded.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import gcd, isqrt, prod
from operator import mul
from typing import Any, NoReturn

import numpy as np
from sympy import Add, Expr, Mul, Pow, Symbol, prevprime

from symsync.expressions.definitions import NamedExpression
from symsync.expressions.linear_solutions import LinearSystem, Solution

__all__ = ["Residues", "interpolated", "no_value"]

LONGEST = 400_000
"""A system of more steps is not eliminated at the hundreds of points that a ratio needs."""

Array = Any

BATCH = 8
"""Primes at once."""

SPARE = 4
"""Points more than a ratio needs; one that fits by chance has probability 2^(−31·SPARE)."""

MOST = 4096
"""Primes after which to give up; their product has 38 000 digits."""

DEGREES = 2**13
"""The highest sum of the degrees of N and D."""

SLACK = 40
"""A number is taken for right if it has so many bits less than the product of the primes."""


class Residues:
    """The values of expressions in x at consecutive points, modulo primes below 2³¹.

    Attributes
    ----------
    primes
        The primes.
    start, points
        The first point modulo each prime, shape (primes, 1), and all, shape (primes, points).
    """

    def __init__(self, x: Symbol, primes: Sequence[int], points: int) -> None:
        self.primes = primes
        self._x = x
        self._p = np.array(primes, dtype=np.int64)[:, None]
        random = np.random.default_rng(primes[0])
        self.start = random.integers(1, self._p - points)
        self.points = self.start + np.arange(points)
        self._known: dict[Expr, Array] = {x: self.points}
        self._solved: dict[tuple[Any, ...], list[Array]] = {}

    def __call__(self, expression: Expr) -> Array:
        """Return an expression at all points; what it shares with others is computed once.

        Raises
        ------
        ValueError
            If it is no rational function, or has no value for any x.
        ZeroDivisionError
            If it has no value at one of the points.
        """
        if expression not in self._known:
            self._known[expression] = self._value(expression)
        return self._known[expression]

    def _value(self, expression: Expr) -> Array:
        if expression.is_Rational:
            return self._number(int(expression.p), int(expression.q))
        if isinstance(expression, NamedExpression):
            return self(expression.value)
        if isinstance(expression, Solution):
            return self._solution(expression)
        if isinstance(expression, Add | Mul):
            total, *others = map(self, expression.args)
            for other in others:
                total = self.reduced(total * other if expression.is_Mul else total + other)
            return total
        if isinstance(expression, Pow) and expression.exp.is_Integer:
            power = int(expression.exp)
            if abs(power) > DEGREES:
                _too_high()
            base = self(expression.base)
            return self._power(base if power > 0 else self.inverse(base), abs(power))
        shown = str(expression)
        raise ValueError(
            f"A ratio of polynomials in {self._x} has rational coefficients, but at these values "
            f"the formula holds {shown if len(shown) < 60 else f'a {type(expression).__name__}'}. "
            "Take a population, a harmonic or the purity, or values and phases of the model at "
            "which it is rational."
        )

    def _number(self, above: int, below: int) -> Array:
        if any(below % prime == 0 for prime in self.primes):
            raise ZeroDivisionError
        residues = [above * pow(below, -1, prime) % prime for prime in self.primes]
        return np.array(residues, dtype=np.int64)[:, None]

    def _solution(self, node: Solution) -> Array:
        key = node.system, node.values
        if key not in self._solved:
            system = _in_one_symbol(node.system, node.values, self._x)
            entries = [self(entry) for entry in system.entries]
            _require_pivots(system)
            self._solved[key] = system.solution(entries, inverse=self.inverse, reduced=self.reduced)
        return self._solved[key][node.index]

    def reduced(self, value: Array) -> Array:
        """Return residues from 0 to p − 1."""
        return value % self._p

    def inverse(self, value: Array) -> Array:
        """Return 1/x, which is x^(p−2)."""
        value = self.reduced(value)
        if not value.all():
            raise ZeroDivisionError
        return self._power(value, self._p - 2)

    def _power(self, base: Array, exponent: Any) -> Array:
        exponent = np.asarray(exponent, dtype=np.int64)
        found = np.ones_like(base)
        for bit in range(int(exponent.max()).bit_length()):
            found = np.where(exponent >> bit & 1, self.reduced(found * base), found)
            base = self.reduced(base * base)
        return found

    def at(self, coefficients: Array) -> Array:
        """Return polynomials at all points; the last axis of the coefficients is the power."""
        total = np.zeros_like(self.points)
        for k in reversed(range(coefficients.shape[-1])):
            total = self.reduced(total * self.points + coefficients[..., k, None])
        return total

    def coefficients(self, values: Array) -> Array:
        """Return the polynomials through values at the first points, by Newton's differences."""
        values = values.copy()
        size = values.shape[-1]
        for k in range(1, size):
            slopes = (values[..., k:] - values[..., k - 1 : -1]) * self._number(1, k)
            values[..., k:] = self.reduced(slopes)
        found = np.zeros_like(values)
        for k in reversed(range(size)):
            moved = self.reduced(found * (self.start + k))
            found[..., 1:] = found[..., :-1]
            found[..., 0] = values[..., k]
            found = self.reduced(found - moved)
        return found

    def ratios(self, values: Array) -> list[tuple[int, Array]]:
        """Return the degree of N, and D, for the shortest ratio with such values, for each prime.

        D has the leading coefficient 1.  It is a cofactor of Euclid's algorithm for the polynomial
        through the values and the one with roots at all points.
        """
        size = values.shape[-1]
        through = self.coefficients(values)
        roots = np.zeros((len(self.primes), size + 1), dtype=np.int64)
        roots[:, 0] = 1
        for k in range(size):
            moved = self.reduced(roots * -(self.start + k))
            roots[:, 1:] = roots[:, :-1]
            roots[:, 0] = 0
            roots = self.reduced(roots + moved)
        return [_shortest(*each) for each in zip(roots, through, self.primes, strict=True)]


def _shortest(roots: Array, through: Array, prime: int) -> tuple[int, Array]:
    """Return the degree of N, and D, with the least sum of degrees and N ≡ D·through mod roots."""
    size = len(roots)
    before = np.concatenate([roots, np.zeros(size, dtype=np.int64)])
    row = np.zeros_like(before)
    row[: size - 1], row[size] = through, 1
    best: tuple[int, Any, Any] | None = None
    while True:
        top, below = _degree(row[:size]), _degree(row[size:])
        if best is None or top + below < best[0]:
            best = top + below, top, row[size : size + below + 1].copy()
        if top < 0:
            break
        inverse = pow(int(row[top]), -1, prime)
        while (shift := _degree(before[:size]) - top) >= 0:
            factor = int(before[top + shift]) * inverse % prime
            before[shift:size] -= factor * row[: size - shift] % prime
            before[size + shift :] -= factor * row[size : 2 * size - shift] % prime
            before %= prime
        before, row = row, before
    _, top, denominator = best
    return max(top, 0), denominator * pow(int(denominator[-1]), -1, prime) % prime


def _degree(polynomial: Array) -> int:
    """Return the degree, −1 for zero."""
    powers = np.flatnonzero(polynomial)
    return int(powers[-1]) if len(powers) else -1


@lru_cache(maxsize=16)
def _in_one_symbol(system: LinearSystem, values: tuple[Expr, ...], x: Symbol) -> LinearSystem:
    """Return a system at values of its parameters; its elimination is planned anew."""
    rows = (*system.rows, system.closing)
    return LinearSystem([x], system.at(values), rows[:-1], system.scales, rows[-1], system.name)


def _require_pivots(system: LinearSystem) -> None:
    try:
        if system.pivots is not None and system.steps <= LONGEST:
            return
    except ZeroDivisionError:
        no_value()
    raise NotImplementedError(
        f"A system of {system.size} equations takes too many steps to be solved at many points. "
        "Evaluate the formula, or expand the state with steady_series."
    )


def no_value() -> NoReturn:
    """Reject numbers at which a formula has no value."""
    raise ValueError(
        "The formula has no value at these numbers, or the state is not unique there. Put the "
        "numbers into the model and take its exact_state."
    )


def _too_high() -> NoReturn:
    raise NotImplementedError(
        f"The degrees of numerator and denominator are above {DEGREES} together. Choose another "
        "parameter."
    )


class _Samples:
    """The values of several expressions in x, modulo primes of which each is used once."""

    def __init__(self, expressions: Sequence[Expr], x: Symbol) -> None:
        self._expressions, self._x = expressions, x
        self._primes = _primes()

    def take(self, primes: int, points: int) -> tuple[Residues, Array]:
        """Return points, and the values there, shape (expressions, primes, points)."""
        for _ in range(5):  # a pole at one of the points has a chance of degree·points/2³¹
            at = Residues(self._x, [next(self._primes) for _ in range(primes)], points)
            try:
                values = [np.broadcast_to(at(e), at.points.shape) for e in self._expressions]
            except ZeroDivisionError:
                continue
            return at, np.stack(values)
        no_value()


def _primes() -> Iterator[int]:
    prime = 2**31
    while True:
        prime = prevprime(prime)
        yield int(prime)


def interpolated(expressions: Sequence[Expr], x: Symbol) -> tuple[list[list[int]], list[int]]:
    """Return real rational functions of one symbol as polynomials over a common denominator.

    Parameters
    ----------
    expressions
        Expressions in x alone, which may hold unknowns of linear systems.
    x
        The symbol.

    Returns
    -------
    tuple
        Integer coefficients, the constant one first: a list of numerators, and the denominator,
        the least common one but for a number.

    Raises
    ------
    ValueError
        If an expression is no rational function of x with rational coefficients, or has no value.
    NotImplementedError
        If a linear system is too large, or a degree too high.
    """
    samples = _Samples(expressions, x)
    above, below = _degrees(samples)
    primes: list[int] = []
    rows = np.zeros((below + 1 + len(expressions) * (above + 1), 0), dtype=np.int64)
    for _ in range(MOST // BATCH):
        at, values = samples.take(BATCH, above + below + 2)
        known = at.ratios(_mixed(at, values))
        good = [k for k, (a, b) in enumerate(known) if (a, len(b)) == (above, below + 1)]
        denominators = np.zeros((len(at.primes), below + 1), dtype=np.int64)
        for k in good:
            denominators[k] = known[k][1]
        products = at.reduced(values * at.at(denominators))[..., : above + 1]
        numerators = at.coefficients(products)
        found = np.concatenate([denominators.T, *numerators.transpose(0, 2, 1)])
        rows = np.concatenate([rows, found[:, good]], axis=1)
        primes += [at.primes[k] for k in good]
        numbers = _numbers(rows, primes) if primes else None
        if numbers is not None:
            size = above + 1
            denominator, tail = numbers[: below + 1], numbers[below + 1 :]
            split = [tail[k : k + size] for k in range(0, len(tail), size)]
            if _holds(samples, split, denominator):
                return split, denominator
    raise RuntimeError("The coefficients of a ratio of polynomials do not settle.")


def _mixed(at: Residues, values: Array) -> Array:
    """Return a sum of all values with weights, whose denominator is the common one."""
    weights = np.random.default_rng(1).integers(1, 2**30, (len(values), 1, 1))
    return at.reduced(at.reduced(values * weights).sum(axis=0))


def _degrees(samples: _Samples) -> tuple[int, int]:
    """Return the highest degree of the numerators and that of their common denominator."""
    points = 16
    while True:
        at, values = samples.take(2, points)  # a prime that divides a coefficient hides a degree
        found = at.ratios(_mixed(at, values))
        above = max(degree for degree, _ in found)
        below = max(len(denominator) for _, denominator in found) - 1
        if above + below + SPARE < points:
            return above, below
        if points >= DEGREES:
            _too_high()
        points *= 2


def _numbers(rows: Array, primes: Sequence[int]) -> list[int] | None:
    """Return integers with the same ratios as rational numbers given by residues, or None."""
    modulus = prod(primes)
    weights = [(m := modulus // p) * pow(m, -1, p) for p in primes]
    scale = 1
    found: list[int] = []
    for row in rows.tolist():
        number = sum(map(mul, row, weights)) * scale % modulus
        number -= modulus if 2 * number > modulus else 0
        if abs(number) << SLACK > modulus:
            number, below = _fraction(number % modulus, modulus)
            if not below:
                return None
            scale *= below
            found = [below * each for each in found]
        found.append(number)
    content = gcd(*found)
    return [each // content for each in found]


def _fraction(residue: int, modulus: int) -> tuple[int, int]:
    """Return the fraction n/d with n ≡ d·residue, or 0/0 if there is none with short n and d."""
    bound = isqrt(modulus >> SLACK)
    (a, s), (b, t) = (modulus, 0), (residue, 1)
    while b > bound:
        quotient = a // b
        a, b, s, t = b, a - quotient * b, t, s - quotient * t
    if abs(t) > bound:
        return 0, 0
    return (b, t) if t > 0 else (-b, -t)


def _holds(samples: _Samples, numerators: list[list[int]], denominator: list[int]) -> bool:
    """Whether the ratios have the values of the expressions at points modulo one more prime."""
    at, values = samples.take(1, SPARE)
    (prime,) = at.primes
    polynomials = [[each % prime for each in part] for part in numerators]
    right = at.at(np.array(polynomials, dtype=np.int64)[:, None, :])
    left = values * at.at(np.array([[each % prime for each in denominator]], dtype=np.int64))
    return bool((at.reduced(left - right) == 0).all())
