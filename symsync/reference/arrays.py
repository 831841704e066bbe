"""What the references are given, as arrays, or refused in one sentence; exponentials of these."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["density", "exponential", "floats", "matrices"]


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


def matrices(value: Any) -> NDArray[Any]:
    """Return an array of complex numbers, also of an operator of QuTiP."""
    return np.asarray(value.full() if hasattr(value, "full") else value, complex)


def density(value: Any, size: int) -> NDArray[Any]:
    """Return density matrices of shape (…, size, size), also of QuTiP, or raise `TypeError`."""
    try:
        rho = matrices(value)
    except (TypeError, ValueError, OverflowError):
        rho = np.zeros(0, complex)
    if rho.shape[-2:] != (size, size):
        raise TypeError(
            f"Argument `rho` must be an array of shape (…, {size}, {size}), or a Qobj of QuTiP of "
            f"{size} kets, but is a {type(value).__name__}{_shape(value)}. The measures of the "
            "package, such as symsync.negativity(rho, 'A'), take a Qobj of any size."
        )
    return rho


def _shape(value: Any) -> str:
    shape = getattr(value, "shape", None)
    return f" of shape {shape}" if shape else ""


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
