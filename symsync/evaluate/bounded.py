"""Numbers with a bound of their error: the arithmetic of running error analysis."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    log,
    sin,
    sinh,
    tanh,
)

from symsync.evaluate.kernels import numpy_kernels as kernels
from symsync.expressions.stable import TINY

__all__ = [
    "FUNCTIONS",
    "LIBRARY",
    "UNIT",
    "Bounded",
    "better",
    "function",
    "lost_below",
    "power",
    "total",
]

UNIT = 2.0**-53
"""The largest relative error of one rounding."""

LIBRARY = 8 * UNIT
"""The largest relative error of exp, sin and the like, of which NumPy's are within four units."""

SMALLEST = 2.0**-1074
"""What a product may lose where it is too small for all digits."""


@dataclass(frozen=True)
class Bounded:
    """A number or an array, and a bound of its distance from the true value.

    It has the operators and methods of an `Operand`, so that `symsync.expressions.stable` works on
    it.  Where nothing can be said, the error is infinite or nan.
    """

    value: Any
    error: Any

    def __add__(self, other: Any) -> "Bounded":
        b = _bounded(other)
        value = self.value + b.value
        return Bounded(value, self.error + b.error + UNIT * abs(value))

    def __neg__(self) -> "Bounded":
        return Bounded(-self.value, self.error)

    def __sub__(self, other: Any) -> "Bounded":
        return self + -_bounded(other)

    def __rsub__(self, other: Any) -> "Bounded":
        return -self + other

    def __mul__(self, other: Any) -> "Bounded":
        a, b = self, _bounded(other)
        value = a.value * b.value
        error = abs(a.value) * b.error + abs(b.value) * a.error + a.error * b.error
        exact = any(_is_power_of_two(each) for each in (a, b))
        lost = np.where((a.value == 0) | (b.value == 0), 0.0, SMALLEST)
        return Bounded(value, error + lost + (0.0 if exact else UNIT * abs(value)))

    def __truediv__(self, other: Any) -> "Bounded":
        b = _bounded(other)
        value = np.divide(self.value, b.value)
        smallest = abs(b.value) - b.error
        lost = np.where(np.equal(self.value, 0), 0.0, UNIT * abs(value) + SMALLEST)
        error = (self.error + abs(value) * b.error) / smallest + lost
        return Bounded(value, np.where(smallest > 0, error, np.inf))

    def __rtruediv__(self, other: Any) -> "Bounded":
        return _bounded(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def __abs__(self) -> "Bounded":
        return Bounded(abs(self.value), self.error)

    def square(self) -> "Bounded":
        """Return its square."""
        return self * self

    def sqrt(self) -> "Bounded":
        """Return its root; |√x − √y| is at most √|x − y| and at most |x − y|/√x."""
        value = np.sqrt(np.maximum(self.value, 0))
        moved = np.minimum(np.sqrt(self.error), self.error / (value + SMALLEST))
        return Bounded(value, moved + 2 * UNIT * value)

    def log(self) -> "Bounded":
        """Return its natural logarithm."""
        return function(log, self)

    def log1p(self) -> "Bounded":
        """Return ln(1 + x)."""
        value = np.log1p(self.value)
        smallest = 1 + self.value - self.error
        error = np.where(smallest > 0, self.error / smallest, np.inf)
        return Bounded(value, error * (1 + 8 * UNIT) + LIBRARY * abs(value))

    def at_least(self, other: Any) -> "Bounded":
        """Return the larger one."""
        b = _bounded(other)
        error = np.maximum(self.error, b.error)
        error = np.where(self.value + self.error < b.value - b.error, b.error, error)
        error = np.where(b.value + b.error < self.value - self.error, self.error, error)
        return Bounded(np.maximum(self.value, b.value), error)

    def at_most(self, other: Any) -> "Bounded":
        """Return the smaller one."""
        return -(-self).at_least(-_bounded(other))

    def choose(self, first: Any, second: Any) -> "Bounded":
        """Return the first value if this one is not negative, and the second one otherwise.

        If its sign is not certain, the error covers both.
        """
        a, b = _bounded(first), _bounded(second)
        where = self.value >= 0
        both = np.maximum(a.error, b.error) + abs(a.value - b.value)
        error = np.where(abs(self.value) <= self.error, both, np.where(where, a.error, b.error))
        return Bounded(np.where(where, a.value, b.value), error)

    def part_of(self, modulus: Any) -> "Bounded":
        """Return the ratio to the modulus of a number whose part this is: at most 1."""
        found = self / (modulus + TINY)
        return Bounded(found.value, np.fmin(found.error, 1 + abs(found.value)))

    def angle(self, x: Any) -> "Bounded":
        """Return the angle of (x, self); an error across the negative axis is a full turn."""
        x = _bounded(x)
        value = kernels.angle(self.value, x.value)
        moved = np.hypot(self.error, x.error)
        away = moved / np.hypot(self.value, x.value)
        cut = (x.value - x.error <= 0) & (abs(self.value) <= self.error) & (moved > 0)
        error = np.where((away < 0.5) & ~cut, 1.05 * away, 2 * np.pi)
        return Bounded(value, error + LIBRARY * abs(value))


def _bounded(number: Any) -> Bounded:
    if isinstance(number, Bounded):
        return number
    value = float(number)
    return Bounded(
        value, TINY if value == TINY else 0.0 if value.is_integer() else UNIT * abs(value)
    )


def _is_power_of_two(number: Bounded) -> bool:
    return isinstance(number.value, float) and abs(np.frexp(number.value)[0]) == 0.5


def better(first: Bounded, second: Bounded) -> Bounded:
    """Return at each point the number with the smaller bound."""
    where = ~(second.error < first.error) & ~np.isnan(first.error)
    return Bounded(
        np.where(where, first.value, second.value), np.where(where, first.error, second.error)
    )


def total(*terms: Bounded) -> Bounded:
    """Return a sum whose rounding errors are added up and added back (Ogita, Rump and Oishi)."""
    value, rest, size, error = terms[0].value, 0.0, abs(terms[0].value), terms[0].error
    for term in terms[1:]:
        new = value + term.value
        rest = rest + kernels.sum_error(value, term.value, new)
        value, size, error = new, size + abs(term.value), error + term.error
    value = value + rest
    return Bounded(value, error + UNIT * abs(value) + (2 * len(terms) * UNIT) ** 2 * size)


def power(base: Bounded, exponent: int) -> Bounded:
    """Return a power with a whole exponent."""
    if exponent < 0:
        return 1.0 / power(base, -exponent)
    result = base
    for _ in range(exponent - 1):
        result = result * base
    return result


def _gentle(low: Any, high: Any) -> Any:
    """Return the largest slope of erf, which is above that of arcsinh, arctan and tanh."""
    return 2 / np.sqrt(np.pi)


def _largest(low: Any, high: Any) -> Any:
    return np.maximum(abs(low), abs(high))


FUNCTIONS: dict[Any, tuple[Callable[..., Any], Callable[..., Any]]] = {
    acos: (np.arccos, lambda low, high: 1 / np.sqrt(1 - _largest(low, high) ** 2)),
    acosh: (np.arccosh, lambda low, _: 1 / np.sqrt(low - 1) / np.sqrt(low + 1)),
    asin: (np.arcsin, lambda low, high: 1 / np.sqrt(1 - _largest(low, high) ** 2)),
    asinh: (np.arcsinh, _gentle),
    atan: (np.arctan, _gentle),
    atanh: (np.arctanh, lambda low, high: 1 / np.maximum(1 - _largest(low, high) ** 2, 0)),
    cos: (np.cos, lambda low, high: abs(np.sin(low)) + (high - low)),
    cosh: (np.cosh, lambda low, high: np.sinh(_largest(low, high))),
    erf: (kernels.erf, _gentle),
    erfc: (kernels.erfc, _gentle),
    exp: (np.exp, lambda _, high: np.exp(high)),
    log: (np.log, lambda low, _: np.where(low > 0, 1 / low, np.inf)),
    sin: (np.sin, lambda low, high: abs(np.cos(low)) + (high - low)),
    sinh: (np.sinh, lambda low, high: np.cosh(_largest(low, high))),
    tanh: (np.tanh, _gentle),
}
"""Functions of one number: how they are computed, and how steep they are between two numbers."""


def function(kind: Any, x: Bounded) -> Bounded:
    """Return one of `FUNCTIONS` of a number."""
    compute, slope = FUNCTIONS[kind]
    value = compute(x.value)
    moved = np.where(
        np.equal(x.error, 0), 0.0, x.error * slope(x.value - x.error, x.value + x.error)
    )
    vanishes = np.equal(value, 0) & (kind not in (exp, erfc))  # then it is exact
    lost = np.where(vanishes, 0.0, lost_below(value))
    return Bounded(value, moved * (1 + 2 * LIBRARY) + LIBRARY * abs(value) + lost)


def lost_below(value: Any) -> Any:
    """Return what a value may have lost that is too small for all digits, or smaller than any."""
    return np.where(abs(value) < 2.0**-1000, 16 * SMALLEST, 0.0)
