"""Sparse linear systems: in which order they are eliminated, and their solution in any field.

The order is found once, at a random point of a prime field, where arithmetic is exact.  What is
zero there is zero identically, but for a chance of about degree/2⁶¹.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from sympy import Add, Expr, Mul, Pow, Rational, Symbol, cos, sin

from symsync.expressions.progress import watched

__all__ = [
    "PRIME",
    "LongEliminationError",
    "Pivot",
    "PrimePoint",
    "is_square",
    "planned",
    "solved",
    "steps",
]

PRIME = 2**61 - 11913
"""The largest prime below 2⁶¹ in which −1 has no root, but 2, 3, 5, 7, 11 and 13 have."""

LONGEST = 10_000_000
"""An elimination with more steps is not recorded; each point is then factorised by a library."""


def is_square(number: int) -> bool:
    """Whether a number that is not 0 has a root modulo `PRIME`."""
    return pow(number, (PRIME - 1) // 2, PRIME) == 1


class PrimePoint:
    """Random residues for symbols, the same ones in every process, and what formulas are there.

    A positive symbol is a square, so that its root exists; an angle is a rational point of the
    circle.  Any other function has a residue of its own.

    Parameters
    ----------
    seed
        Which of the random points it is.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.known: dict[Expr, int] = {}
        self.solutions: dict[Any, list[int]] = {}

    def residue(self, expression: Expr) -> int:
        """Return a real expression modulo `PRIME`, each of its parts computed once."""
        if expression not in self.known:
            self.known[expression] = self._residue(expression) % PRIME
        return self.known[expression]

    def _residue(self, expression: Expr) -> int:
        match expression:
            case Rational():
                return int(expression.p) * pow(int(expression.q), -1, PRIME)
            case Symbol():
                drawn = self._draw(expression)
                return drawn * drawn
            case Add():
                return sum(map(self.residue, expression.args))
            case Mul():
                total = 1
                for factor in expression.args:
                    total = total * self.residue(factor) % PRIME
                return total
            case Pow() if expression.exp.is_Integer:
                return pow(self.residue(expression.base), int(expression.exp), PRIME)
            case Pow() if expression.exp.is_Rational and expression.exp.q == 2:
                return pow(self._root(expression.base), int(expression.exp.p), PRIME)
            case cos() | sin():
                t = self._draw(expression.args[0])
                above = 1 - t * t if isinstance(expression, cos) else 2 * t
                return above * pow(1 + t * t, -1, PRIME)
        if hasattr(expression, "modulo"):
            return int(expression.modulo(self))
        return self._draw(expression)

    def _root(self, base: Expr) -> int:
        if base.is_Symbol:
            return self._draw(base)
        square = self.residue(base)
        root = pow(square, (PRIME + 1) // 4, PRIME)
        return root if root * root % PRIME == square else self._draw(base)

    def _draw(self, what: Expr) -> int:
        return Random(f"{self.seed} {what}").randrange(2, PRIME)


class Pivot(NamedTuple):
    """One unknown is eliminated: its equation is subtracted from the ones below.

    Attributes
    ----------
    row, column
        The equation and the unknown.
    columns
        The other unknowns of the equation.
    below
        Pairs (row, columns) of the later equations with this unknown, and what changes in them.
        Entries that vanish identically are left out.
    """

    row: int
    column: int
    columns: tuple[int, ...]
    below: tuple[tuple[int, tuple[int, ...]], ...]


class LongEliminationError(Exception):
    """The elimination has more steps than are recorded."""


def planned(rows: Sequence[Mapping[int, int]], longest: int = LONGEST) -> tuple[Pivot, ...]:
    """Return the pivots of a square matrix, chosen so that few entries arise (Markowitz).

    A pivot stands on the diagonal unless all that are left there are zero.

    Parameters
    ----------
    rows
        {column: residue modulo `PRIME`} for each row.
    longest
        The number of steps after which to give up.

    Raises
    ------
    ZeroDivisionError
        If the matrix is singular.
    LongEliminationError
        If there are more steps.
    """
    matrix = [{column: value for column, value in row.items() if value} for row in rows]
    holders: list[set[int]] = [set() for _ in rows]
    for k, row in enumerate(matrix):
        for column in row:
            holders[column].add(k)
    left = set(range(len(matrix)))
    pivots: list[Pivot] = []
    count = 0
    for _ in watched(range(len(matrix)), "Eliminated unknowns", len(matrix)):
        k, column = _cheapest(matrix, holders, left)
        row = matrix[k]
        inverse = pow(row.pop(column), -1, PRIME)
        columns = tuple(sorted(row))
        below = []
        for other in sorted(holders[column] - {k}):
            target = matrix[other]
            factor = target.pop(column) * inverse % PRIME
            kept = []
            for j in columns:
                value = (target.get(j, 0) - factor * row[j]) % PRIME
                if value:
                    target[j] = value
                    holders[j].add(other)
                    kept.append(j)
                else:
                    del target[j]
                    holders[j].discard(other)
            below.append((other, tuple(kept)))
            count += len(kept)
        if count > longest:
            raise LongEliminationError
        for j in columns:
            holders[j].discard(k)
        left.discard(k)
        holders[column].clear()
        pivots.append(Pivot(k, column, columns, tuple(below)))
    return tuple(pivots)


def _cheapest(
    matrix: list[dict[int, int]], holders: list[set[int]], left: set[int]
) -> tuple[int, int]:
    """Return the row and the column of a pivot; the first one of equally good ones."""
    places = [(k, k) for k in left if k in matrix[k]]
    if not places:
        places = [(k, column) for k in left for column in matrix[k]]
    if not places:
        raise ZeroDivisionError("The matrix is singular.")

    def cost(place: tuple[int, int]) -> tuple[int, tuple[int, int]]:
        k, column = place
        return (len(matrix[k]) - 1) * (len(holders[column]) - 1), place

    return min(places, key=cost)


def steps(pivots: Iterable[Pivot]) -> int:
    """Return how many multiplications and subtractions an elimination has."""
    return sum(len(columns) for pivot in pivots for _, columns in pivot.below)


def _inverse(value: Any) -> Any:
    return 1 / value


def _as_it_is(value: Any) -> Any:
    return value


def solved(
    pivots: Iterable[Pivot],
    rows: Sequence[Mapping[int, Any]],
    right: Sequence[Any],
    inverse: Callable[[Any], Any] = _inverse,
    reduced: Callable[[Any], Any] = _as_it_is,
) -> list[Any]:
    """Return the solution of Ax = b in any field.

    Parameters
    ----------
    pivots
        The order of the elimination.
    rows
        {column: value} for each row of A.
    right
        b.
    inverse, reduced
        1/x, and what is done after each step, such as a reduction modulo a prime.

    Returns
    -------
    list
        x.

    Raises
    ------
    ZeroDivisionError
        If a pivot is zero.
    """
    matrix = [dict(row) for row in rows]
    known = list(right)
    done = []
    for k, column, columns, below in pivots:
        row, invert = matrix[k], inverse(matrix[k][column])
        for other, kept in below:
            target = matrix[other]
            factor = reduced(target[column] * invert)
            for j in set(columns).difference(kept):
                target.pop(j)  # it vanishes, and may arise anew
            for j in kept:
                step = factor * row[j]
                target[j] = reduced(target[j] - step) if j in target else reduced(-step)
            known[other] = reduced(known[other] - factor * known[k])
        done.append((k, column, columns, invert))
    found = known[:]
    for k, column, columns, invert in reversed(done):
        total = known[k]
        for j in columns:
            total = reduced(total - matrix[k][j] * found[j])
        found[column] = reduced(total * invert)
    return found
