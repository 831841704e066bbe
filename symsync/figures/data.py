"""The numbers of each figure, ready to be drawn or saved.

By default the rates are the Letter's, in units of γ^d_A.  Each function returns `FigureData`.
The names of its values end in their origin, "exact" or "first".
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symsync.catalogue.index import equations
from symsync.catalogue.letter_model import BALANCED, POINTS, REVERSED, WINDOW
from symsync.error_budget import validity
from symsync.figures import sources
from symsync.figures.tables import FigureData, Table

__all__ = [
    "ORIGINS",
    "blockade_data",
    "locking_data",
    "phases_data",
    "rates_data",
    "tongue_data",
    "validity_data",
]

Array = NDArray[Any]

STRENGTH = WINDOW["epsilon"]
"""The coupling ε of Figs. 2 and 4, and the largest ε of Fig. 3, in units of γ^d_A."""

ORIGINS = {"exact": ("exact",), "first": ("first",), "both": ("exact", "first")}
"""The origins of a figure: the exact state, the first order in ε, or both."""

_SOURCES = {"exact": sources.exact_values, "first": sources.first_order_values}
_MEASURES = ("S_rel_max", "negativity", "mutual_information")

RANK_THRESHOLD = 0.1
"""The weaker coherence counts for the Schmidt rank from this fraction of the stronger one on."""


def _origins(origin: str) -> tuple[str, ...]:
    if origin not in ORIGINS:
        raise ValueError(
            f"Argument `origin` must be one of {', '.join(ORIGINS)}, but is {origin!r}."
        )
    return ORIGINS[origin]


def _axis(name: str, values: ArrayLike) -> Array:
    axis = np.asarray(values, float)
    if axis.ndim != 1 or axis.size < 2:
        raise ValueError(
            f"Argument `{name}` must be an array of shape (n,) with n ≥ 2, but has the shape "
            f"{axis.shape}. Give the points of the grid."
        )
    return axis


def _measures(names: Sequence[str], origin: str, parameters: Mapping[str, Any]) -> dict[str, Array]:
    """Return {name_origin: array} over the common shape of the parameters."""
    found: dict[str, Array] = {}
    for each in _origins(origin):
        values = _SOURCES[each](names, parameters)
        found |= {f"{name}_{each}": value for name, value in values.items()}
    return found


def phases_data(
    origin: str = "exact",
    *,
    epsilon: float = STRENGTH,
    Delta: float = 0.0,
    rates: Mapping[str, float] = REVERSED,
    points: int = 121,
) -> FigureData:
    """Return Fig. 2: Q_A, Q_B, p_A, p_B and S_rel, without coupling and with it.

    Parameters
    ----------
    origin
        "exact", "first" or "both".
    epsilon, Delta, rates
        One point of the model, in units of γ^d_A.
    points
        Number of angles φ in [−π, π]; θ has about half as many.

    Returns
    -------
    FigureData
        Tables "spheres" over (ε, θ, φ) and "phases" over (ε, φ), with ε zero and `epsilon`.

    Raises
    ------
    ValueError
        If `origin` is none of these, or a rate is not positive.

    Examples
    --------
    >>> from symsync.figures import phases_data
    >>> table = phases_data("exact", points=5).tables["phases"]
    >>> float(table.values["S_rel_exact"][1].max().round(4))
    0.021
    """
    strengths = np.array([0.0, epsilon])
    theta, phi = np.linspace(0, np.pi, points // 2 + 1), np.linspace(-np.pi, np.pi, points)
    fixed = {"Delta": Delta, **rates}
    phase_sources = {"exact": sources.exact_phases, "first": sources.first_order_phases}
    spheres: dict[str, Array] = {}
    phases: dict[str, Array] = {}
    for each in _origins(origin):
        found = phase_sources[each]({"epsilon": strengths, **fixed}, theta, phi)
        spheres |= {f"{name}_{each}": found[name] for name in ("Q_A", "Q_B")}
        phases |= {f"{name}_{each}": found[name] for name in ("p_A", "p_B", "S_rel")}
    tables = {
        "spheres": Table({"epsilon": strengths, "theta": theta, "phi": phi}, spheres),
        "phases": Table({"epsilon": strengths, "phi": phi}, phases),
    }
    return FigureData("2", fixed, tables)


def tongue_data(
    origin: str = "exact",
    *,
    epsilon: ArrayLike | None = None,
    Delta: ArrayLike | None = None,
    rates: Mapping[str, float] = REVERSED,
) -> FigureData:
    """Return Fig. 3: max S_rel, N and I over ε and Δ, and p_A and p_B at its middle top point.

    Parameters
    ----------
    origin
        "exact", "first" or "both"; I of first order is that of the pure state of Eq. (7).
    epsilon, Delta
        Grids of shapes (m,) and (n,) in units of γ^d_A.  By default they are the Letter's 101×101
        points, over the window that gives its regressions, ε ≤ 0.1 and |Δ| ≤ 2.
    rates
        The four rates in units of γ^d_A.

    Returns
    -------
    FigureData
        Tables "tongue" over (ε, Δ) and "insets" over φ.

    Raises
    ------
    ValueError
        If `origin` is none of these, a grid has fewer than two points, an ε is negative, or a rate
        is not positive.

    Examples
    --------
    >>> from symsync.figures import tongue_data
    >>> tongue = tongue_data("first", epsilon=[0, 0.1], Delta=[-2, 0, 2]).tables["tongue"]
    >>> tongue.values["S_rel_max_first"].round(4)
    array([[0.    , 0.    , 0.    ],
           [0.0098, 0.0219, 0.0098]])
    """
    strengths = _axis("epsilon", np.linspace(0, STRENGTH, POINTS) if epsilon is None else epsilon)
    reach = WINDOW["Delta"]
    detunings = _axis("Delta", np.linspace(-reach, reach, POINTS) if Delta is None else Delta)
    grid = {"epsilon": strengths[:, None], "Delta": detunings, **rates}
    top = phases_data(origin, epsilon=float(strengths.max()), rates=rates, points=61)
    phases = top.tables["phases"]
    insets = {name: value[1] for name, value in phases.values.items() if name.startswith("p_")}
    tables = {
        "tongue": Table(
            {"epsilon": strengths, "Delta": detunings}, _measures(_MEASURES, origin, grid)
        ),
        "insets": Table({"phi": phases.axes["phi"]}, insets),
    }
    return FigureData("3", dict(rates), tables)


def rates_data(
    origin: str = "exact", *, epsilon: float = STRENGTH, points: int = 101
) -> FigureData:
    """Return Fig. 4: max S_rel, N and I over the rates of B for a balanced A, on resonance.

    Parameters
    ----------
    origin
        "exact", "first" or "both".
    epsilon
        The coupling, in units of γ^d_A.
    points
        Number of rates along each axis.

    Returns
    -------
    FigureData
        Tables "rates" over (γ^g_B, γ^d_B), with the Schmidt rank, and "cut" over γ^d_B at
        γ^g_B = γ^d_A, in units of the values of locked reversed limit cycles.

    Raises
    ------
    ValueError
        If `origin` is none of these, or `epsilon` is negative.

    Examples
    --------
    From γ^d_B = 1 to γ^d_B = 1000, max S_rel rises from zero and N falls to half its value:

    >>> from symsync.figures import rates_data
    >>> cut = rates_data("first", points=2).tables["cut"]
    >>> print(cut.values["S_rel_max_first"].round(2), cut.values["negativity_first"].round(2))
    [0.   1.01] [1.98 0.99]
    """
    gains, dampings = np.geomspace(0.1, 100, points), np.geomspace(0.1, 100, points)
    fixed = {"epsilon": epsilon, "Delta": 0.0, **BALANCED}
    grid = {**fixed, "gamma_g_B": gains[:, None], "gamma_d_B": dampings}
    values = _measures((*_MEASURES, "schmidt_coefficients"), origin, grid)
    for each in _origins(origin):
        values[f"schmidt_rank_{each}"] = _ranks(values.pop(f"schmidt_coefficients_{each}"))
    along = np.geomspace(1, 1000, points)
    cut = _measures(_MEASURES, origin, {**fixed, "gamma_g_B": 1.0, "gamma_d_B": along})
    locked = _measures(_MEASURES, origin, {"epsilon": epsilon, "Delta": 0.0, **REVERSED})
    tables = {
        "rates": Table({"gamma_g_B": gains, "gamma_d_B": dampings}, values),
        "cut": Table({"gamma_d_B": along}, {key: cut[key] / locked[key] for key in cut}),
    }
    return FigureData("4", {**fixed, "rank_threshold": RANK_THRESHOLD}, tables)


def _ranks(coefficients: Array) -> Array:
    """Return 3 if the third Schmidt coefficient is at least a tenth of the second, or else 2."""
    ordered = np.sort(coefficients, axis=-1)
    return np.where(ordered[..., 0] >= RANK_THRESHOLD * ordered[..., 1], 3, 2)


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
        Grids of shapes (m,) and (n,) in units of γ^d_A, with ε > 0.
    rates
        The four rates in units of γ^d_A.

    Returns
    -------
    FigureData
        Table "validity" over (ε, Δ).

    Raises
    ------
    TypeError
        If a rate is missing.
    ValueError
        If a grid has fewer than two points, an ε is negative, or a rate is not positive.

    Examples
    --------
    >>> from symsync.figures import validity_data
    >>> table = validity_data(epsilon=[0.01, 0.1], Delta=[0, 1]).tables["validity"]
    >>> table.values["S_rel_max_error"].round(4)
    array([[0.0004, 0.0002],
           [0.041 , 0.0206]])
    """
    strengths = _axis("epsilon", np.geomspace(0.01, 1, 101) if epsilon is None else epsilon)
    detunings = _axis("Delta", np.linspace(-5, 5, 101) if Delta is None else Delta)
    grid: dict[str, Any] = {"epsilon": strengths[:, None], "Delta": detunings, **rates}
    names = ("S_rel_max", "negativity")
    errors = {f"{name}_error": validity(name).error(**grid) for name in names}
    axes = {"epsilon": strengths, "Delta": detunings}
    return FigureData("validity", dict(rates), {"validity": Table(axes, errors)})


def locking_data(
    origin: str = "both",
    *,
    epsilon: float = STRENGTH,
    Delta: float = 2.0,
    rates: Mapping[str, float] = REVERSED,
    duration: float = 6.0,
) -> FigureData:
    """Return S_rel(φ, t) after the coupling is switched on, over t ≤ `duration` and φ.

    Parameters
    ----------
    origin
        "exact", "first" or "both".
    epsilon, Delta, rates
        One point of the model, in units of γ^d_A.
    duration
        The last time, in the inverse unit of the rates.

    Returns
    -------
    FigureData
        Table "locking" over (t, φ), with 121 times and 91 angles.

    Raises
    ------
    ValueError
        If `origin` is none of these, or a rate is not positive.

    Examples
    --------
    The largest S_rel at t = 1 and t = 6:

    >>> from symsync.figures import locking_data
    >>> locking = locking_data("exact").tables["locking"].values["S_rel_exact"]
    >>> locking.max(axis=1)[[20, 120]].round(4)
    array([0.0117, 0.0097])
    """
    t, phi = np.linspace(0, duration, 121), np.linspace(-np.pi, np.pi, 91)
    fixed = {"epsilon": epsilon, "Delta": Delta, **rates}
    found = {}
    for each in _origins(origin):
        if each == "exact":
            found["S_rel_exact"] = sources.exact_in_time(t, phi, fixed)
        else:
            moving = {**fixed, "t": t[:, None], "phi": phi}
            found["S_rel_first"] = sources.first_order_values(["S_rel_t"], moving)["S_rel_t"]
    return FigureData("locking", fixed, {"locking": Table({"t": t, "phi": phi}, found)})


def blockade_data(origin: str = "exact", *, points: int = 101) -> FigureData:
    """Return max S_rel and N over the imbalance of B and ε, for a balanced A on resonance.

    The imbalance is γ^d_B/γ^g_B, at γ^g_B γ^d_B = (γ^d_A)².  If it is 1, the two coherences are
    opposite: the spins are entangled and no phase is locked at first order.

    Parameters
    ----------
    origin
        "exact", "first" or "both".
    points
        Number of points along each axis, odd so that the imbalance 1 is among them.

    Returns
    -------
    FigureData
        Table "blockade" over (ε, imbalance), with the locked fraction: max S_rel over 9π/128 N,
        which is 1 if there is one coherence only.

    Raises
    ------
    ValueError
        If `origin` is none of these, or `points` is negative.

    Examples
    --------
    >>> from symsync.figures import blockade_data
    >>> table = blockade_data("first", points=5).tables["blockade"]
    >>> table.values["locked_fraction_first"][0].round(3)
    array([0.818, 0.519, 0.   , 0.519, 0.818])
    """
    imbalance, strengths = np.geomspace(0.01, 100, points), np.linspace(0, 0.2, points)[1:]
    swing = np.sqrt(imbalance)
    grid = {"epsilon": strengths[:, None], "Delta": 0.0, **BALANCED}
    grid |= {"gamma_g_B": 1 / swing, "gamma_d_B": swing}
    values = _measures(("S_rel_max", "negativity"), origin, grid)
    coefficient = float(equations["coefficient"].rhs)
    for each in _origins(origin):
        most = coefficient * values[f"negativity_{each}"]
        values[f"locked_fraction_{each}"] = values[f"S_rel_max_{each}"] / most
    table = Table({"epsilon": strengths, "imbalance": imbalance}, values)
    return FigureData("blockade", {"Delta": 0.0, **BALANCED}, {"blockade": table})
