"""Formulas at random points of a prime field, in which roots are those of positive numbers.

The prime is 3 modulo 4: of a and −a one has a root, and of the two roots one has a root again,
which is the one that is taken.  So √(ab) = √a √b and √(a²) = a if a and b are squares, as for
positive numbers, and √(a²) = −a if a is none, as for negative ones.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from random import Random
from typing import Any

from sympy import Expr, Function, Rational
from sympy.polys.rings import PolyElement

from symsync.expressions.complex_fields import ComplexField, NotInFieldError, Pair
from symsync.expressions.linear_solutions import Solution
from symsync.expressions.ratio_field import Squares
from symsync.expressions.sparse_elimination import PRIME, PrimePoint, is_square

__all__ = ["POINTS", "FieldPoint", "NoRootError", "are_equal"]

POINTS = 3
"""The number of points for each pattern of signs."""

DRAWS = 20_000
"""So many points are drawn to find those at which the right quantities are squares."""

ROOTLESS = 100
"""So many points are tried of which other numbers have no root."""

UNKNOWN = 4
"""The most quantities of unknown sign, and the most roots of unknown sign."""


class NoRootError(Exception):
    """A number whose root is needed has none at this point."""


class FieldPoint(ComplexField, PrimePoint):
    """A random point of the prime field, and what formulas are there.

    A function that has no rule is a random number for each value of its arguments.

    Parameters
    ----------
    seed
        Which of the random points it is.
    squares
        What the roots are roots of.
    fractions
        See `ComplexField`.
    flips
        A sign for each root of something else, in the order in which they are met.

    Attributes
    ----------
    others
        The numbers whose roots were taken without knowing their signs.
    holds_functions
        Whether there was a function without rule.
    """

    zero, one = 0, 1

    def __init__(
        self, seed: int, squares: Squares, fractions: dict[Any, int], flips: Sequence[int] = ()
    ) -> None:
        PrimePoint.__init__(self, seed)
        ComplexField.__init__(self, fractions)
        self.squares, self.flips = squares, flips
        self.others: dict[int, int] = {}
        self.holds_functions = False
        self._random = Random(seed)
        self._drawn: dict[Any, int] = {}
        for key, positive in squares.generators.items():
            self.generator(key, positive)

    def residue(self, expression: Expr) -> int:
        """Return a real formula modulo `PRIME`."""
        return int(self.real(expression))

    def number(self, value: Rational) -> int:
        """Return a rational number."""
        return int(value.p) * self.inverse(int(value.q)) % PRIME

    def generator(self, key: Any, positive: bool) -> int:
        """Return a random number, which is a square if the generator is positive."""
        if key not in self._drawn:
            drawn = self._random.randrange(2, PRIME)
            drawn = drawn * drawn % PRIME if positive else drawn
            if isinstance(key, tuple) and key[0] in ("angle", "exponent"):
                drawn = self._drawn.setdefault((key[0], self.value(key[1])), drawn)
            self._drawn[key] = drawn
        return self._drawn[key]

    def plus(self, a: int, b: int) -> int:
        """Return a + b."""
        return (a + b) % PRIME

    def times(self, a: int, b: int) -> int:
        """Return ab."""
        return a * b % PRIME

    def inverse(self, a: int) -> int:
        """Return 1/a."""
        if a % PRIME == 0:
            raise NotInFieldError
        return pow(a, -1, PRIME)

    def power(self, key: Any, base: int, exponent: Rational) -> Pair:
        """Return a power of a number; the root of a negative one is imaginary."""
        above, below = int(exponent.p), int(exponent.q)
        if base == 0:
            if above < 0:
                raise NotInFieldError
            return 0, 0
        number = isinstance(key, Rational)
        if number and (key > 0) != is_square(base):
            raise NotInFieldError
        if number or key in self.squares.keys:
            if is_square(base):
                return pow(_root(base, below), above, PRIME), 0
            if below != 2:
                raise NotInFieldError
            return self.raised((0, _root(-base, 2)), above)
        if below != 2:
            return self._function(("root", base, below), True)
        if not is_square(base):
            raise NoRootError
        place = self.others.setdefault(base, len(self.others))
        flip = self.flips[place] if place < len(self.flips) else 1
        return pow(flip * _root(base, 2), above, PRIME), 0

    def node(self, expression: Expr) -> Pair:
        """Return an unknown of a linear system, or a random number for a function."""
        if isinstance(expression, Solution):
            if expression.system.pivots is None:
                raise NotInFieldError
            return expression.modulo(self), 0
        key: Any = expression
        if isinstance(expression, Function):
            key = expression.func, tuple(map(self.value, expression.args))
        return self._function(key, bool(getattr(expression, "is_extended_real", False)))

    def _function(self, key: Any, real: bool) -> Pair:
        self.holds_functions = True
        x, y = (self.generator((key, part), False) for part in ("re", "im"))
        return x, 0 if real else y

    def at(self, polynomial: PolyElement) -> int:
        """Return a polynomial in the generators."""
        values = [self._drawn[key] for key in self.squares.generators]
        below, whole = polynomial.clear_denoms()
        total = 0
        for powers, number in whole.terms():
            term = int(number)
            for value, power in zip(values, powers, strict=False):
                if power:
                    term = term * pow(value, power, PRIME) % PRIME
            total += term
        return total * self.inverse(int(below)) % PRIME


def _root(square: int, order: int) -> int:
    """Return the root that is a square; `PRIME` − 1 is twice an odd number."""
    while order % 2 == 0:
        square, order = pow(square, (PRIME + 1) // 4, PRIME), order // 2
    return pow(square, pow(order, -1, PRIME - 1), PRIME)


def are_equal(
    pairs: Sequence[tuple[Expr, Expr]], squares: Squares, fractions: dict[Any, int]
) -> bool | None:
    """Return whether both formulas of each pair are equal at random points, or None if unknown.

    There are `POINTS` of them for each pattern of signs of what may be positive or negative, and
    at each point all signs are tried of roots of what is not known.

    Parameters
    ----------
    pairs
        Pairs of expressions.
    squares
        What their roots are roots of.
    fractions
        See `ComplexField`.

    Raises
    ------
    FinerError
        If it must be called again.
    """
    if len(squares.unknown) > UNKNOWN:
        return None
    wanted = dict.fromkeys(product((True, False), repeat=len(squares.unknown)), POINTS)
    unequal: set[tuple[bool, ...]] = set()
    rootless = 0
    try:
        for seed, pattern in _candidates(squares, fractions):
            if not wanted[pattern] or pattern in unequal:
                continue
            try:
                equal, is_certain = _at_point(pairs, seed, squares, fractions)
            except NoRootError:
                rootless += 1
                if rootless == ROOTLESS:
                    return None
                continue
            if equal:
                wanted[pattern] -= 1
            elif is_certain:
                unequal.add(pattern)
            if not (equal or is_certain) or (unequal and min(wanted.values()) < POINTS):
                return None  # unequal, or so for some signs only
            if len(unequal) == len(wanted) or not any(wanted.values()):
                return not unequal
    except (NotInFieldError, ZeroDivisionError, ValueError):
        return None
    return None


def _at_point(
    pairs: Sequence[tuple[Expr, Expr]], seed: int, squares: Squares, fractions: dict[Any, int]
) -> tuple[bool, bool]:
    """Return whether the formulas agree at a point, and whether a difference would be certain."""
    point = FieldPoint(seed, squares, fractions)
    agree = _agree(point, pairs) and all(
        _agree(FieldPoint(seed, squares, fractions, flips), pairs)
        for flips in _flips(len(point.others))
    )
    return agree, not (point.holds_functions or point.others)


def _candidates(
    squares: Squares, fractions: dict[Any, int]
) -> Iterator[tuple[int, tuple[bool, ...]]]:
    """Yield seeds of points at which what is positive is a square, and the pattern of the rest."""
    for seed in range(DRAWS):
        point = FieldPoint(seed, squares, fractions)
        if all(is_square(point.at(each)) for each in squares.positive):
            yield seed, tuple(is_square(point.at(each)) for each in squares.unknown)


def _flips(count: int) -> Iterator[tuple[int, ...]]:
    if count > UNKNOWN:
        raise NotInFieldError
    yield from list(product((1, -1), repeat=count))[1:]


def _agree(point: FieldPoint, pairs: Sequence[tuple[Expr, Expr]]) -> bool:
    known = len(point.flips)
    agree = all(point.value(one) == point.value(other) for one, other in pairs)
    if known and len(point.others) > known:
        raise NotInFieldError
    return agree
