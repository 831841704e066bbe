"""Formulas beside the numeric reference: the evidence for what other papers claim."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Rational, Symbol, lambdify

from symsync.claims.ledger import Evidence
from symsync.claims.own_model import TOLERANCE, as_it_is_cut, random_point
from symsync.expressions.symbols import phi
from symsync.model.system import System
from symsync.reference import any_model, any_phases

__all__ = ["ANGLES", "decided_twice", "of_pair", "of_site", "off_by"]

Array = NDArray[Any]

ANGLES = np.array([0, 0.4, 2.0, 3.5])
"""Where distributions are compared; harmonics cannot cancel at all of them."""


def of_site(site: int) -> Callable[[Array, list[float]], Array]:
    """Return the function from a numeric state and its spins to p(φ) of a site at the angles."""
    return lambda rho, spins: any_phases.phase_distribution(rho, spins, site, ANGLES)


def of_pair(a: int, b: int) -> Callable[[Array, list[float]], Array]:
    """Return the function from a numeric state and its spins to S_rel at the angles."""
    return lambda rho, spins: any_phases.S_rel(rho, spins, a, b, ANGLES)


@as_it_is_cut()
def off_by(
    formula: Expr,
    system: System,
    measured: Callable[[Array, list[float]], Array],
    order: int | None = None,
    at: Mapping[Symbol, Any] | None = None,
) -> float:
    """Return the largest difference of a formula from the reference, relative to its largest value.

    Parameters
    ----------
    formula
        In the symbols of the model, and φ if the measure has angles.
    system
        The model.
    measured
        The measure of a numeric state: one number, or those at `ANGLES`.
    order
        The order in the couplings, or None for the state to all orders.
    at
        Values of symbols; all others are random.
    """
    point = random_point(system.parameters, seed=2018)
    point.update({symbol: Rational(value) for symbol, value in (at or {}).items()})
    values = {symbol.name: float(value) for symbol, value in point.items()}
    if order is None:
        rho = any_model.steady_state(system, **values)
    else:
        rho = any_model.coefficients(system, order, **values)[order]
    theirs = measured(rho, [float(spin) for spin in system.spins.values()])
    ours = lambdify(phi, formula.subs(point), "numpy")(ANGLES)
    return float(np.abs(ours - theirs).max() / np.abs(theirs).max())


def decided_twice(figure: str, holds: Any, *differences: float, roughly: bool = False) -> Evidence:
    """Return the evidence of an identity of the engine's that the reference confirms."""
    worst = max(differences)
    return Evidence(
        "proved and measured",
        f"{figure}; the numeric reference differs by {worst:.0e}",
        bool(holds) and worst < TOLERANCE,
        roughly,
    )
