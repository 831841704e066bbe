"""The Letter's two regressions, max S_rel on N and on I, over windows of ε and Δ."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symsync.catalogue.index import equations
from symsync.catalogue.letter_model import POINTS, REVERSED
from symsync.claims.printed import R_SQUARED_OF_I, SLOPE_S_OF_I, SLOPE_S_OF_N
from symsync.formula import joined

__all__ = ["Regression", "Window", "regression", "regression_study", "study_text"]


@dataclass(frozen=True)
class Regression:
    """A straight line through points by least squares.

    Attributes
    ----------
    slope, offset
        y ≈ slope · x + offset; the offset is 0 in a fit through the origin.
    r_squared
        1 − Σ(residual²)/Σ(y − mean y)².
    r_squared_about_zero
        1 − Σ(residual²)/Σy², which many programs print for a fit through the origin.
    """

    slope: float
    offset: float
    r_squared: float
    r_squared_about_zero: float


def regression(x: ArrayLike, y: ArrayLike, *, with_offset: bool = True) -> Regression:
    """Return the least-squares line of y on x, with a free offset or through the origin.

    Parameters
    ----------
    x, y
        Arrays of one shape.
    with_offset
        Whether the offset is free.

    Returns
    -------
    Regression
        Its slope, its offset and R².

    Raises
    ------
    ValueError
        If the shapes differ, or all x are the same, or all x are zero in a fit through the origin.
    ZeroDivisionError
        If all y are the same, so that R² does not exist.

    Examples
    --------
    >>> from symsync.figures import regression
    >>> regression([0, 1, 2], [1, 3, 5])
    Regression(slope=2.0, offset=1.0, r_squared=1.0, r_squared_about_zero=1.0)
    """
    a, b = np.asarray(x, float), np.asarray(y, float)
    if a.shape != b.shape:
        raise ValueError(
            f"Arguments `x` and `y` must have one shape, but have {a.shape} and {b.shape}."
        )
    centre_a, centre_b = (a.mean(), b.mean()) if with_offset else (0.0, 0.0)
    spread = float(((a - centre_a) ** 2).sum())
    if not spread > 0:
        raise ValueError(
            "Argument `x` must vary, but is the same everywhere. Choose a wider window."
        )
    slope = float(((a - centre_a) * (b - centre_b)).sum()) / spread
    offset = float(centre_b - slope * centre_a)
    left = float(((b - slope * a - offset) ** 2).sum())
    about_mean, about_zero = float(((b - b.mean()) ** 2).sum()), float((b**2).sum())
    return Regression(slope, offset, 1 - left / about_mean, 1 - left / about_zero)


@dataclass(frozen=True)
class Window:
    """The two regressions over 0 ≤ ε ≤ `epsilon` and |Δ| ≤ `Delta`, in units of γ^d_A.

    Attributes
    ----------
    epsilon, Delta
        The bounds of the window, which has 101×101 points.
    with_offset
        Whether the offsets are free.
    negativity, mutual_information
        The regressions of max S_rel on N and on I.
    largest
        The largest max S_rel of the window.
    """

    epsilon: float
    Delta: float
    with_offset: bool
    negativity: Regression
    mutual_information: Regression
    largest: float

    @property
    def agrees(self) -> bool:
        """Whether the three figures round to those that the Letter prints.

        For a fit through the origin, either definition of R² may agree.
        """
        information = self.mutual_information
        found = [f"{self.negativity.slope:.2f}", f"{information.slope:.2f}"]
        ways = [information.r_squared]
        if not self.with_offset:
            ways.append(information.r_squared_about_zero)
        printed = [f"{float(x):.2f}" for x in (SLOPE_S_OF_N, SLOPE_S_OF_I, R_SQUARED_OF_I)]
        return any([*found, f"{way:.2f}"] == printed for way in ways)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain numbers, with `agrees`."""
        return {**asdict(self), "agrees": self.agrees}


def regression_study(
    epsilon: Sequence[float] = (0.05, 0.1, 0.15), Delta: Sequence[float] = (1, 2, 3, 5)
) -> list[Window]:
    """Return the regressions of the exact max S_rel on N and I over windows of Fig. 3.

    Parameters
    ----------
    epsilon, Delta
        The largest ε and |Δ| of the windows, in units of γ^d_A; each ε is combined with each |Δ|.

    Returns
    -------
    list of Window
        The windows with a free offset, and then the same windows through the origin.

    Raises
    ------
    ValueError
        If a bound is not positive and finite.

    Examples
    --------
    >>> from symsync.figures import regression_study
    >>> free, through_origin = regression_study([0.1], [2])
    >>> print(round(free.negativity.slope, 3), round(free.mutual_information.slope, 3))
    0.235 0.268
    """
    for name, bounds in (("epsilon", epsilon), ("Delta", Delta)):
        for bound in bounds:
            if not 0 < bound < np.inf:
                raise ValueError(
                    f"Argument `{name}` must hold positive finite numbers, but holds {bound}."
                )
    return [
        _window(float(strength), float(reach), with_offset)
        for with_offset, strength, reach in product((True, False), epsilon, Delta)
    ]


@cache
def _points(strength: float, reach: float) -> tuple[NDArray[Any], ...]:
    names = ("S_rel_max_exact", "negativity_exact", "mutual_information_exact")
    values = joined(equations[name] for name in names).function()(
        epsilon=np.linspace(0, strength, POINTS)[:, None],
        Delta=np.linspace(-reach, reach, POINTS),
        **REVERSED,
    )
    return tuple(np.moveaxis(values, -1, 0))


def _window(strength: float, reach: float, with_offset: bool) -> Window:
    s, n, i = _points(strength, reach)
    on_n, on_i = (regression(x, s, with_offset=with_offset) for x in (n, i))
    return Window(strength, reach, with_offset, on_n, on_i, float(s.max()))


_HEAD = (
    "max eps", "max Delta", "offset", "S/N", "offset/max", "R2", "S/I", "offset/max", "R2",
    "R2 about 0", "Letter",
)  # fmt: skip


def study_text(windows: Sequence[Window]) -> str:
    """Return the study as a table that is readable as text and as Markdown.

    Offsets are in per cent of the largest max S_rel of the window.  R² about zero is given for the
    fits through the origin.  "yes" marks the windows whose figures round to those that the Letter
    prints.
    """
    rows = [_HEAD, *(_row(window) for window in windows)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(_HEAD))]
    lines = [
        "| " + " | ".join(c.rjust(w) for c, w in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _row(window: Window) -> tuple[str, ...]:
    n, i = window.negativity, window.mutual_information
    return (
        f"{window.epsilon:g}",
        f"{window.Delta:g}",
        "free" if window.with_offset else "none",
        f"{n.slope:.3f}",
        f"{100 * n.offset / window.largest:.1f} %",
        f"{n.r_squared:.4f}",
        f"{i.slope:.3f}",
        f"{100 * i.offset / window.largest:.1f} %",
        f"{i.r_squared:.3f}",
        "" if window.with_offset else f"{i.r_squared_about_zero:.3f}",
        "yes" if window.agrees else "",
    )
