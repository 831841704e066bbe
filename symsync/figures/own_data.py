"""The numbers of our own figures of the Letter's pair, ready to be drawn or saved."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symsync.catalogue.index import equations
from symsync.catalogue.letter_model import BALANCED, POINTS, REVERSED
from symsync.error_budget import validity
from symsync.figures import sources
from symsync.figures.data import (
    STRENGTH,
    UNIT,
    grid_of,
    measures,
    numbers_of,
    origins_of,
    rates_of,
)
from symsync.figures.tables import FigureData, Table

__all__ = ["PHI", "blockade_data", "locking_data", "moving_phase", "validity_data"]

Array = NDArray[Any]

PHI = np.linspace(-np.pi, np.pi, 91)
"""The relative phases of S_rel in time."""


def validity_data(
    *,
    epsilon: ArrayLike | None = None,
    Delta: ArrayLike | None = None,
    rates: Mapping[str, float] = REVERSED,
) -> FigureData:
    """Return the relative errors |first order / exact − 1| of max S_rel and N over ε and Δ.

    Parameters
    ----------
    epsilon, Delta
        Grids of shapes (m,) and (n,) with ε > 0, by default 0.01 γ^d_A ≤ ε ≤ γ^d_A and
        |Δ| ≤ 5 γ^d_A.
    rates
        Rates that differ from the Letter's.

    Returns
    -------
    FigureData
        Table "validity" over (ε, Δ).

    Raises
    ------
    ValueError
        If a grid has fewer than two points, an ε is negative, or a rate is not positive or has
        another name.

    Examples
    --------
    >>> from symsync.figures import validity_data
    >>> table = validity_data(epsilon=[0.01, 0.1], Delta=[0, 1]).tables["validity"]
    >>> table.values["S_rel_max_error"].round(4)
    array([[0.0004, 0.0002],
           [0.041 , 0.0206]])
    """
    rates = rates_of(rates, REVERSED)
    strengths = grid_of("epsilon", epsilon, rates[UNIT] * np.geomspace(0.01, 1, POINTS))
    detunings = grid_of("Delta", Delta, rates[UNIT] * np.linspace(-5, 5, POINTS))
    grid: dict[str, Any] = {"epsilon": strengths[:, None], "Delta": detunings, **rates}
    names = ("S_rel_max", "negativity")
    errors = {f"{name}_error": validity(name).error(**grid) for name in names}
    axes = {"epsilon": strengths, "Delta": detunings}
    return FigureData("validity", rates, {"validity": Table(axes, errors)})


def locking_data(
    origin: str = "both",
    *,
    epsilon: float = STRENGTH,
    Delta: float = 2.0,
    rates: Mapping[str, float] = REVERSED,
    t: ArrayLike | None = None,
) -> FigureData:
    """Return S_rel(φ, t) of the Letter's pair after the coupling is switched on.

    Parameters
    ----------
    origin
        "exact", "first" or "both".
    epsilon, Delta, rates
        One point of the model.
    t
        Times, of shape (n,), by default 121 up to 6/γ^d_A.

    Returns
    -------
    FigureData
        Tables "locking" over (t, φ), with 91 angles, and "maximum" over t, the largest of these.

    Raises
    ------
    ValueError
        If `origin` is none of these, there are fewer than two times, or a rate is not positive or
        has another name.

    Examples
    --------
    The largest S_rel at t = 1 and t = 6:

    >>> from symsync.figures import locking_data
    >>> locking = locking_data("exact").tables["locking"].values["S_rel_exact"]
    >>> locking.max(axis=1)[[20, 120]].round(4)
    array([0.0117, 0.0097])
    """
    fixed = {**numbers_of(epsilon=epsilon, Delta=Delta), **rates_of(rates, REVERSED)}
    times = grid_of("t", t, np.linspace(0, 6, 121) / fixed[UNIT])
    found = {}
    for each in origins_of(origin):
        if each == "exact":
            found["S_rel_exact"] = sources.exact_in_time(times, PHI, fixed)["S_rel"]
        else:
            moving = {**fixed, "t": times[:, None], "phi": PHI}
            found["S_rel_first"] = sources.first_order_values(["S_rel_t"], moving)["S_rel_t"]
    return moving_phase(times, found, fixed)


def moving_phase(t: Array, found: Mapping[str, Array], fixed: Mapping[str, float]) -> FigureData:
    """Return the data of S_rel over (t, φ), and of its largest value at each time."""
    tables = {
        "locking": Table({"t": t, "phi": PHI}, found),
        "maximum": Table({"t": t}, {name: values.max(axis=1) for name, values in found.items()}),
    }
    return FigureData("locking", dict(fixed), tables)


def blockade_data(
    origin: str = "exact",
    *,
    epsilon: ArrayLike | None = None,
    imbalance: ArrayLike | None = None,
    rates: Mapping[str, float] = BALANCED,
) -> FigureData:
    """Return max S_rel and N over the imbalance of B and ε, for a balanced A on resonance.

    The imbalance is γ^d_B/γ^g_B, at γ^g_B γ^d_B = (γ^d_A)².  If it is 1, the two coherences are
    opposite: the spins are entangled and no phase is locked at first order.

    Parameters
    ----------
    origin
        "exact", "first" or "both".
    epsilon, imbalance
        Grids of shapes (m,) and (n,), by default 0 < ε ≤ 0.2 γ^d_A and imbalances from
        0.01 to 100.
    rates
        Those of A, if they differ from the Letter's.

    Returns
    -------
    FigureData
        Table "blockade" over (ε, imbalance), with the locked fraction: max S_rel over 9π/128 N,
        which is 1 if there is one coherence only, and at ε = 0 its limit.

    Raises
    ------
    ValueError
        If `origin` is none of these, a grid has fewer than two points, an ε is negative, or a rate
        is not positive or has another name.

    Examples
    --------
    >>> from symsync.figures import blockade_data
    >>> ratios = [0.01, 0.1, 1, 10, 100]
    >>> table = blockade_data("first", imbalance=ratios).tables["blockade"]
    >>> table.values["locked_fraction_first"][0].round(3)
    array([0.818, 0.519, 0.   , 0.519, 0.818])
    """
    rates = rates_of(rates, BALANCED)
    ratios = grid_of("imbalance", imbalance, np.geomspace(0.01, 100, POINTS))
    strengths = grid_of("epsilon", epsilon, rates[UNIT] * np.linspace(0, 0.2, POINTS)[1:])
    swing = np.sqrt(ratios)
    grid = {"epsilon": strengths[:, None], "Delta": 0.0, **rates}
    grid |= {"gamma_g_B": rates[UNIT] / swing, "gamma_d_B": rates[UNIT] * swing}
    names = ("S_rel_max", "negativity")
    values = measures(names, origin, grid)
    limit, most = measures(names, "first", {**grid, "epsilon": rates[UNIT]}).values()
    coefficient = float(equations["coefficient"].rhs)
    for each in origins_of(origin):
        locked = np.where(strengths[:, None], values[f"S_rel_max_{each}"], limit)
        entangled = np.where(strengths[:, None], values[f"negativity_{each}"], most)
        values[f"locked_fraction_{each}"] = locked / (coefficient * entangled)
    table = Table({"epsilon": strengths, "imbalance": ratios}, values)
    return FigureData("blockade", {"Delta": 0.0, **rates}, {"blockade": table})
