"""The maximum over a phase φ of a formula that is a sum of harmonics of φ."""

from typing import Any

import numpy as np
from sympy import Add, Expr, Mul, Pow, Symbol, cos, exp, sin

__all__ = ["degree", "highest"]


def degree(formula: Expr, phase: Symbol) -> int | None:
    """Return the highest harmonic of a phase in a formula, or None if it is not known."""
    if phase not in formula.free_symbols:
        return 0
    if isinstance(formula, cos | sin | exp):
        slope = abs(formula.args[0].diff(phase))
        return int(slope) if slope.is_Integer else None
    inner = [degree(part, phase) for part in formula.args]
    known = [degree for degree in inner if degree is not None]
    if len(known) < len(inner) or formula == phase:
        return None
    if isinstance(formula, Mul):
        return sum(known)
    if isinstance(formula, Pow) and formula.exp.is_Integer and formula.exp > 0:
        return known[0] * int(formula.exp)
    return max(known) if isinstance(formula, Add) or formula.func.__name__ == "Re" else None


def highest(waves: Any) -> Any:
    """Return the maximum over φ of c₀ + 2 Re Σ_k c_k e^{ikφ}, for c₀, c₁, … along the first axis.

    Newton's method starts from the highest point of a grid.
    """
    k = np.arange(len(waves)).reshape(-1, *[1] * (waves.ndim - 1))
    both = np.where(k > 0, 2, 1) * waves

    def derivative(n: int, phi: Any) -> Any:
        return ((1j * k) ** n * both * np.exp(1j * k * phi)).real.sum(axis=0)

    grid = 2 * np.pi * np.arange(16 * len(waves)) / (16 * len(waves))
    heights = [derivative(0, phi) for phi in grid]
    phi = grid[np.argmax(heights, axis=0)]
    for _ in range(3):
        bend = derivative(2, phi)
        with np.errstate(divide="ignore", invalid="ignore"):
            phi = np.where(bend < 0, phi - derivative(1, phi) / bend, phi)
    return np.maximum(derivative(0, phi), np.max(heights, axis=0))
