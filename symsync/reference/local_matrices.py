"""The literal matrices of the operators of one spin or oscillator, with m in descending order."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["levels", "local_matrix", "raises"]

Array = NDArray[Any]


def levels(spin: float) -> Array:
    """Return m = S, S−1, …, −S."""
    return spin - np.arange(round(2 * spin) + 1)


def local_matrix(atom: Any, spin: float) -> Array:
    """Return the matrix of S⁺, S⁻, S^z, a†, a, a†a or |m′⟩⟨m| of one site with 2S+1 levels."""
    m = levels(spin)
    name = getattr(type(atom), "name", atom.func.__name__)
    if name == "S_z":
        return np.diag(m)
    if name == "number_operator":
        return np.diag(spin + m)
    if name in ("S_plus", "S_minus"):
        up = np.diag(np.sqrt(spin * (spin + 1) - m[:-1] * m[1:]), k=1)
        return up if name == "S_plus" else up.T
    if name in ("creation", "annihilation"):
        up = np.diag(np.sqrt(spin + m[:-1]), k=1)
        return up if name == "creation" else up.T
    if name == "Transition":
        final, initial = (np.isclose(m, float(level)) for level in atom.args[:2])
        if final.any() and initial.any():
            return np.outer(final, initial).astype(float)
        raise ValueError(f"The operator {atom} names a level that a spin {spin} does not have.")
    raise ValueError(
        "An operator must be made of S_plus, S_minus, S_z, creation, annihilation and transitions, "
        f"but contains {atom}."
    )


def raises(operator: Any, site: str) -> bool:
    """Return whether a† of a site, or of none, occurs in an operator."""
    name, own = getattr(type(operator), "name", ""), getattr(operator, "site", "")
    if name == "creation" and own == site:
        return True
    return any(raises(part, site) for part in operator.args)
