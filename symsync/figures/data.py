"""The numbers of the Letter's figures, ready to be drawn or saved.

By default the rates are the Letter's, in units of γ^d_A; rates that are not given stay so.  The
grids are the window that is drawn.  Each function returns `FigureData`.  The names of its values
end in their origin, "exact" or "first".
"""

import reprlib
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symsync.catalogue.letter_model import BALANCED, POINTS, REVERSED, WINDOW
from symsync.expressions.checks import whole
from symsync.figures import sources
from symsync.figures.tables import FigureData, Table

__all__ = [
    "ORIGINS",
    "STRENGTH",
    "UNIT",
    "array_of",
    "grid_of",
    "measures",
    "numbers_of",
    "origins_of",
    "phases_data",
    "rates_data",
    "rates_of",
    "tongue_data",
]

Array = NDArray[Any]

STRENGTH = WINDOW["epsilon"]
"""The coupling ε of Figs. 2 and 4, and the largest ε of Fig. 3, in units of γ^d_A."""

UNIT = "gamma_d_A"
"""The rate by which windows are scaled and axes divided."""

ORIGINS = {"exact": ("exact",), "first": ("first",), "both": ("exact", "first")}
"""The origins of a figure: the exact state, the first order in ε, or both."""

_SOURCES = {"exact": sources.exact_values, "first": sources.first_order_values}
_MEASURES = ("S_rel_max", "negativity", "mutual_information")

RANK_THRESHOLD = 0.1
"""The weaker coherence counts for the Schmidt rank from this fraction of the stronger one on."""


def origins_of(origin: str) -> tuple[str, ...]:
    """Return the origins that a figure shows."""
    if not isinstance(origin, str) or origin not in ORIGINS:
        raise ValueError(
            f"Argument `origin` must be one of {', '.join(ORIGINS)}, but is {origin!r}."
        )
    return ORIGINS[origin]


def array_of(values: Any) -> Array:
    """Return real numbers as an array, an empty one if they are none."""
    try:
        return np.asarray(values, float)
    except (OverflowError, TypeError, ValueError):
        return np.empty(0)


def grid_of(name: str, values: ArrayLike | None, default: Array | None = None) -> Array:
    """Return the points of an axis."""
    if values is None and default is not None:
        return default
    axis = array_of(values)
    rising = axis.ndim == 1 and axis.size > 1 and (np.diff(axis) > 0).all()
    if not (rising and np.isfinite(axis).all()):
        raise ValueError(
            f"Argument `{name}` must be two or more finite numbers that increase, the points of "
            f"the grid, but is {reprlib.repr(values)}. Write np.linspace(low, high, 101)."
        )
    return axis


def numbers_of(**values: Any) -> dict[str, float]:
    """Return parameters that are one real number each."""
    for name, value in values.items():
        found = array_of(value)
        if not (isinstance(value, Real) and found.ndim == 0 and np.isfinite(found)):
            raise ValueError(f"Argument `{name}` must be one finite number, but is {value!r:.60}.")
        if name == "epsilon" and found < 0:
            raise ValueError(
                f"Argument `epsilon` must be non-negative, but is {value}. It is the coupling "
                "strength; give its modulus, for its sign moves phi by pi and nothing else."
            )
    return {name: float(value) for name, value in values.items()}


def rates_of(given: Mapping[str, float], default: Mapping[str, float]) -> dict[str, float]:
    """Return the rates of a figure, those that are not given from the Letter."""
    told = ", ".join(default)
    if not isinstance(given, Mapping):
        raise ValueError(f"Argument `rates` must be {{name: number}} for {told}, but is {given!r}.")
    for name, rate in given.items():
        found = array_of(rate)
        number = isinstance(rate, Real) and found.ndim == 0
        if name not in default or not (number and 0 < found < np.inf):
            raise ValueError(
                f"Argument `rates` must hold positive finite numbers for some of {told}, but has "
                f"{name!r}: {rate!r}."
            )
    return {name: float(given.get(name, rate)) for name, rate in default.items()}


def measures(names: Sequence[str], origin: str, parameters: Mapping[str, Any]) -> dict[str, Array]:
    """Return {name_origin: array} over the common shape of the parameters."""
    found: dict[str, Array] = {}
    for each in origins_of(origin):
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
        One point of the model.
    points
        Number of angles φ in [−π, π]; θ has about half as many.

    Returns
    -------
    FigureData
        Tables "spheres" over (ε, θ, φ) and "phases" over (ε, φ), with ε zero and `epsilon`.

    Raises
    ------
    ValueError
        If `origin` is none of these, or a rate is not positive or has another name.

    Examples
    --------
    >>> from symsync.figures import phases_data
    >>> table = phases_data("exact", points=5).tables["phases"]
    >>> float(table.values["S_rel_exact"][1].max().round(4))
    0.021
    """
    fixed = {**numbers_of(epsilon=epsilon, Delta=Delta), **rates_of(rates, REVERSED)}
    strengths = np.array([0.0, fixed.pop("epsilon")])
    points = whole("points", points, 3, 2001)
    theta, phi = np.linspace(0, np.pi, points // 2 + 1), np.linspace(-np.pi, np.pi, points)
    phase_sources = {"exact": sources.exact_phases, "first": sources.first_order_phases}
    spheres: dict[str, Array] = {}
    phases: dict[str, Array] = {}
    for each in origins_of(origin):
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
        Grids of shapes (m,) and (n,).  By default they are the Letter's 101×101 points, over the
        window that gives its regressions, ε ≤ 0.1 γ^d_A and |Δ| ≤ 2 γ^d_A.
    rates
        Rates that differ from the Letter's.

    Returns
    -------
    FigureData
        Tables "tongue" over (ε, Δ) and "insets" over φ.

    Raises
    ------
    ValueError
        If `origin` is none of these, a grid has fewer than two points, an ε is negative, or a rate
        is not positive or has another name.

    Examples
    --------
    >>> from symsync.figures import tongue_data
    >>> tongue = tongue_data("first", epsilon=[0, 0.1], Delta=[-2, 0, 2]).tables["tongue"]
    >>> tongue.values["S_rel_max_first"].round(4)
    array([[0.    , 0.    , 0.    ],
           [0.0098, 0.0219, 0.0098]])
    """
    rates = rates_of(rates, REVERSED)
    reach = WINDOW["Delta"]
    strengths = grid_of("epsilon", epsilon, rates[UNIT] * np.linspace(0, STRENGTH, POINTS))
    detunings = grid_of("Delta", Delta, rates[UNIT] * np.linspace(-reach, reach, POINTS))
    grid = {"epsilon": strengths[:, None], "Delta": detunings, **rates}
    top = phases_data(origin, epsilon=float(strengths.max()), rates=rates, points=61)
    phases = top.tables["phases"]
    insets = {name: value[1] for name, value in phases.values.items() if name.startswith("p_")}
    tables = {
        "tongue": Table(
            {"epsilon": strengths, "Delta": detunings}, measures(_MEASURES, origin, grid)
        ),
        "insets": Table({"phi": phases.axes["phi"]}, insets),
    }
    return FigureData("3", rates, tables)


def rates_data(
    origin: str = "exact",
    *,
    epsilon: float = STRENGTH,
    gamma_g_B: ArrayLike | None = None,
    gamma_d_B: ArrayLike | None = None,
    rates: Mapping[str, float] = BALANCED,
) -> FigureData:
    """Return Fig. 4: max S_rel, N and I over the rates of B for a balanced A, on resonance.

    Parameters
    ----------
    origin
        "exact", "first" or "both".
    epsilon
        The coupling.
    gamma_g_B, gamma_d_B
        Grids of shapes (m,) and (n,), by default 101×101 points from 0.1 to 100 γ^d_A.
    rates
        Those of A, if they differ from the Letter's.

    Returns
    -------
    FigureData
        Tables "rates" over (γ^g_B, γ^d_B), with the Schmidt rank, and "cut" over γ^d_B at
        γ^g_B = γ^d_A, in units of the values of locked reversed limit cycles.

    Raises
    ------
    ValueError
        If `origin` is none of these, a grid has fewer than two points, `epsilon` is negative, or a
        rate is not positive or has another name.

    Examples
    --------
    From γ^d_B = 1 to γ^d_B = 1000, max S_rel rises from zero and N falls to half its value:

    >>> from symsync.figures import rates_data
    >>> cut = rates_data("first", gamma_g_B=[1, 2], gamma_d_B=[1, 2]).tables["cut"]
    >>> ends = [cut.values[f"{name}_first"][[0, -1]] for name in ("S_rel_max", "negativity")]
    >>> print(ends[0].round(2), ends[1].round(2))
    [0.   1.01] [1.98 0.99]
    """
    fixed = {**numbers_of(epsilon=epsilon, Delta=0), **rates_of(rates, BALANCED)}
    unit = fixed[UNIT]
    gains = grid_of("gamma_g_B", gamma_g_B, unit * np.geomspace(0.1, 100, POINTS))
    dampings = grid_of("gamma_d_B", gamma_d_B, unit * np.geomspace(0.1, 100, POINTS))
    grid = {**fixed, "gamma_g_B": gains[:, None], "gamma_d_B": dampings}
    values = measures((*_MEASURES, "schmidt_coefficients"), origin, grid)
    for each in origins_of(origin):
        values[f"schmidt_rank_{each}"] = _ranks(values.pop(f"schmidt_coefficients_{each}"))
    along = unit * np.geomspace(1, 1000, POINTS)
    cut = measures(_MEASURES, origin, {**fixed, "gamma_g_B": unit, "gamma_d_B": along})
    reversed_rates = {name: unit * rate for name, rate in REVERSED.items()}
    locked = measures(_MEASURES, origin, {"epsilon": epsilon, "Delta": 0.0, **reversed_rates})
    tables = {
        "rates": Table({"gamma_g_B": gains, "gamma_d_B": dampings}, values),
        "cut": Table({"gamma_d_B": along}, {key: cut[key] / locked[key] for key in cut}),
    }
    return FigureData("4", {**fixed, "rank_threshold": RANK_THRESHOLD}, tables)


def _ranks(coefficients: Array) -> Array:
    """Return 3 if the third Schmidt coefficient is at least a tenth of the second, or else 2."""
    ordered = np.sort(coefficients, axis=-1)
    return np.where(ordered[..., 0] >= RANK_THRESHOLD * ordered[..., 1], 3, 2)
