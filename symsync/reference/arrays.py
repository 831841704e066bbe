"""What the references are given, as arrays, or refused in one sentence."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["density", "floats"]


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
