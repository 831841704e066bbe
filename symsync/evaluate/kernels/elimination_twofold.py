"""The elimination of a linear system in numbers that are sums of two, for some points side by side.

They have 106 bits, far slower than 53 and far faster than mpmath.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from symsync.evaluate.kernels.elimination_numpy import probe, relative, scales
from symsync.evaluate.kernels.numpy_kernels import product_error, sum_error
from symsync.expressions.linear_solutions import LinearSystem
from symsync.expressions.sparse_elimination import solved

__all__ = ["eliminated_twofold"]

Array = NDArray[Any]


class _Twofold:
    """Sums of a number and one that is below half a unit in its last place (Dekker 1971)."""

    def __init__(self, high: Any, low: Any = 0.0) -> None:
        self.high = high + low
        self.low = sum_error(high, low, self.high)

    def __add__(self, other: Any) -> "_Twofold":
        other = _twofold(other)
        total = self.high + other.high
        return _Twofold(total, sum_error(self.high, other.high, total) + (self.low + other.low))

    __radd__ = __add__

    def __neg__(self) -> "_Twofold":
        return _Twofold(-self.high, -self.low)

    def __sub__(self, other: Any) -> "_Twofold":
        return self + -_twofold(other)

    def __mul__(self, other: Any) -> "_Twofold":
        other = _twofold(other)
        product = self.high * other.high
        error = product_error(self.high, other.high, product)
        return _Twofold(product, error + (self.high * other.low + self.low * other.high))

    __rmul__ = __mul__

    def __rtruediv__(self, one: float) -> "_Twofold":
        first = one / self.high
        return _Twofold(first) + _Twofold(first) * (one - self * first)

    def __rsub__(self, other: Any) -> "_Twofold":
        return -self + other


def _twofold(value: Any) -> _Twofold:
    return value if isinstance(value, _Twofold) else _Twofold(np.float64(value))


def eliminated_twofold(
    system: LinearSystem, high: Array, low: Array, guess: Array
) -> tuple[Array, Array]:
    """Return x, and how much of a vector that is known the elimination loses.

    Parameters
    ----------
    system
        Equations whose elimination is recorded.
    high, low
        The entries as sums of two numbers, shape (entries, points).
    guess
        An estimate of x, for the sizes of the known vector.

    Returns
    -------
    x
        Shape (unknowns, points).
    lost
        Relative to the sizes of x, shape (points,).
    """
    size = system.size
    entries = [_Twofold(a, b) for a, b in zip(high, low, strict=True)]
    with np.errstate(all="ignore"):
        for _ in range(2):
            sizes = scales(system, guess)
            known = probe(system)[:, None] * np.where(np.isfinite(sizes), sizes, 1.0)
            rows = [{j: sign * entries[e] for j, e, sign in row} for row in system.rows]
            right = [
                _pair(-row.pop(size, _Twofold(0.0)), sum((v * known[j] for j, v in row.items()), 0))
                for row in rows
            ]
            found = [value.high for value in solved(system.pivots or (), rows, right)]
            guess = np.array([each[0] for each in found])
            lost = relative(system, guess, np.array([each[1] for each in found]) - known)
    return guess, lost


def _pair(first: Any, second: Any) -> _Twofold:
    """Return two right-hand sides as one number of shape (2, points)."""
    parts = [_twofold(first), _twofold(second)]
    shape = np.broadcast_shapes(*(np.shape(part.high) for part in parts))
    high = np.stack([np.broadcast_to(part.high, shape) for part in parts])
    return _Twofold(high, np.stack([np.broadcast_to(part.low, shape) for part in parts]))
