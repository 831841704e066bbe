"""What the references are given, as arrays, or refused in one sentence; exponentials of these."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["density", "exponential", "floats"]


def floats(name: str, value: Any) -> NDArray[Any]:
    """Return real numbers as an array of floats, or raise `TypeError`."""
    try:
        if isinstance(value, str | bytes):
            raise TypeError
        return np.asarray(value, float)
    except (TypeError, ValueError, OverflowError):
        raise TypeError(
            f"Argument `{name}` must be real numbers within double precision, but is {value!r}."
        ) from None


def density(value: Any, size: int) -> NDArray[Any]:
    """Return density matrices of shape (…, size, size), or raise `TypeError`."""
    try:
        rho = np.asarray(value, complex)
    except (TypeError, ValueError, OverflowError):
        rho = np.zeros(0, complex)
    if rho.shape[-2:] != (size, size):
        raise TypeError(
            f"Argument `rho` must be an array of shape (…, {size}, {size}), but is a "
            f"{type(value).__name__}. Write rho.full() for a state of QuTiP."
        )
    return rho


def exponential(matrix: NDArray[Any]) -> NDArray[Any]:
    """Return e^A: the Taylor series of A/2ᵏ to the 19th power, squared k times.

    The series is summed as five polynomials of third degree in A, which multiply powers of A⁴.
    """
    norm = max(0.5, float(np.abs(matrix).sum(axis=-1).max()))
    squarings = max(0, math.ceil(math.log2(norm)) + 1)
    powers = [np.eye(len(matrix), dtype=complex)]
    for _ in range(4):
        powers.append(powers[-1] @ matrix / 2.0**squarings)
    total = np.zeros_like(powers[0])
    for first in (16, 12, 8, 4, 0):
        total = total @ powers[4]
        for k in range(4):
            total = total + powers[k] / math.factorial(first + k)
    for _ in range(squarings):
        total = total @ total
    return total
