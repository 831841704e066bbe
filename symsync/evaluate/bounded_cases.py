"""Conditions on numbers with bounds of their errors: whether they hold, may hold and must hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

import numpy as np
from sympy import ITE, And, Not, Or, Piecewise
from sympy.core.relational import Equality, Ge, Gt, Le, Lt, Relational, Unequality

from symsync.evaluate.bounded import Bounded

__all__ = ["Truth", "chosen_case", "sides_of"]


@dataclass(frozen=True)
class Truth:
    """Whether a condition holds.

    Attributes
    ----------
    holds
        Whether it holds for the computed numbers.
    may
        Whether it holds for some numbers within the bounds.
    must
        Whether it holds for all of them.
    """

    holds: Any
    may: Any
    must: Any

    def __and__(self, other: "Truth") -> "Truth":
        return Truth(self.holds & other.holds, self.may & other.may, self.must & other.must)

    def __or__(self, other: "Truth") -> "Truth":
        return Truth(self.holds | other.holds, self.may | other.may, self.must | other.must)

    def __invert__(self) -> "Truth":
        return Truth(*map(np.logical_not, (self.holds, self.must, self.may)))

    def choose(self, first: Bounded, second: Bounded) -> Bounded:
        """Return one number where it holds, and the other elsewhere.

        Where that is not certain, the error covers both.
        """
        value = np.where(self.holds, first.value, second.value)
        error = np.where(self.holds, first.error, second.error)
        both = np.maximum(first.error, second.error) + abs(first.value - second.value)
        return Bounded(value, np.where(self.may & ~self.must, both, error))


def sides_of(cases: Piecewise) -> list[Any]:
    """Return what the conditions of a `Piecewise` compare, each once."""
    conditions = [condition for _, condition in cases.args]
    return list(dict.fromkeys(side for each in conditions for side in _compared(each)))


def chosen_case(cases: Piecewise, parts: Sequence[Any], *numbers: Bounded) -> Bounded:
    """Return the value of a `Piecewise`, nan where no case applies.

    Parameters
    ----------
    cases
        Expressions with their conditions.
    parts
        The expressions and the sides of the conditions.
    *numbers
        Their values.
    """
    values = dict(zip(parts, numbers, strict=True))
    found = Bounded(np.nan, np.nan)
    for expression, condition in reversed(cases.args):
        found = _truth(condition, values).choose(values[expression], found)
    return found


def _compared(condition: Any) -> list[Any]:
    if isinstance(condition, Relational):
        return list(condition.args)
    return [side for part in condition.args for side in _compared(part)]


def _truth(condition: Any, values: Mapping[Any, Bounded]) -> Truth:
    """Return whether a condition holds, and how certain that is."""
    if isinstance(condition, Relational):
        return _relation(type(condition), *(values[side] for side in condition.args))
    parts = [_truth(part, values) for part in condition.args]
    match condition:
        case And():
            return reduce(and_, parts)
        case Or():
            return reduce(or_, parts)
        case Not():
            return ~parts[0]
        case ITE():
            first, then, otherwise = parts
            return (first & then) | (~first & otherwise)
    return Truth(*(np.array(bool(condition)),) * 3)


def _relation(kind: type, left: Bounded, right: Bounded) -> Truth:
    """Return whether two numbers compare in one of six ways."""
    apart = left - right
    low, high = apart.value - apart.error, apart.value + apart.error
    above = Truth(left.value > right.value, high > 0, low > 0)
    below = Truth(left.value < right.value, low < 0, high < 0)
    known = {Gt: above, Lt: below, Ge: ~below, Le: ~above, Unequality: above | below}
    return ~(above | below) if kind is Equality else known[kind]
