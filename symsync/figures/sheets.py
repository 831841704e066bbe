"""Draw any figure: its panels, in the width of a column or a page, and all figures by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

import numpy as np

from symsync.expressions.checks import did_you_mean
from symsync.figures import data as numbers
from symsync.figures import letter_pictures, own_data, pictures
from symsync.figures.drawing import Column, Drawing, matplotlib_module, style
from symsync.figures.looks import Look, labels_in
from symsync.figures.tables import FigureData

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

__all__ = ["FIGURES", "WIDTHS", "Picture", "draw", "draw_all"]

WIDTHS = {"one-column": 86.0, "two-columns": 178.0}
"""Widths in mm of one column and of both in the Physical Review."""

NARROWEST = 40.0
"""The width in mm below which panels stand one below the other instead of side by side."""

_PANELS: Mapping[str, Callable[[FigureData, Look], dict[str, Column]]] = {
    "2": letter_pictures.phases,
    "3": letter_pictures.tongue,
    "4": letter_pictures.rates,
    "validity": pictures.validity,
    "locking": pictures.locking,
    "blockade": pictures.blockade,
    "sphere": pictures.spheres,
    "network": pictures.network,
}

_ALIKE = ("3", "validity", "blockade")
"""Figures whose panels have the same axes, labelled once."""


def draw(
    data: FigureData,
    into: Union["Axes", "Figure", "SubFigure", None] = None,
    *,
    panels: str | Sequence[str] | None = None,
    width: str | float | None = None,
    labels: Mapping[str, str] | None = None,
    unit: tuple[float, str] | None = None,
    contours: Mapping[str, float | Sequence[float]] | None = None,
) -> Drawing:
    r"""Draw what a function such as `tongue_data` returns.

    Parameters
    ----------
    data
        The numbers of a figure.
    into
        Axes, for one panel, or a figure to draw into, by default a new one.
    panels
        Names of the quantities to draw, in order, by default all.
    width
        "one-column" (86 mm), "two-columns" (178 mm) or a number of mm; a single panel has one
        column.
    labels, contours
        {axis or quantity: text, with mathematics between $ signs}, and {panel: levels} of lines.
    unit
        A number by which rates are divided and times multiplied, and its name in LaTeX, by default
        γ^d_A if the figure has one: (1, r"\mathrm{MHz}") for rates that are in MHz.

    Returns
    -------
    Drawing
        It shows itself in a notebook, and has `save`.

    Raises
    ------
    ImportError
        If matplotlib is missing.
    ValueError
        If an argument is none of these.

    Examples
    --------
    >>> from symsync.figures import draw, tongue_data
    >>> tongue = tongue_data("first", epsilon=[0, 0.05, 0.1], Delta=[-2, 0, 2])
    >>> drawing = draw(tongue, panels=["negativity"], contours={"negativity": [0.05]})
    >>> list(drawing.axes), drawing.figure.get_size_inches().round(2).tolist()
    (['negativity_first'], [3.39, 2.44])
    """
    if not isinstance(data, FigureData):
        raise ValueError(
            f"Argument `data` must be what a function such as tongue_data returns, but is {data!r}."
        )
    with style():
        columns = _columns(data, _look(data, unit, labels, contours), panels)
        axes, figure = _arranged(columns, into, width)
        _paint(columns, axes, alike=data.name in _ALIKE)
    return Drawing(figure, axes, data)


def _paint(columns: Mapping[str, Column], axes: Mapping[str, "Axes"], alike: bool) -> None:
    """Draw each panel, with a letter if there are several, and label axes that are alike once."""
    paint = {name: each.panels[name] for each in columns.values() for name in each.panels}
    for k, (name, ax) in enumerate(axes.items()):
        paint[name](ax, f"({chr(97 + k)})  " if len(axes) > 1 else "")
        if alike and len(axes) > 1:
            ax.label_outer()


def _columns(data: FigureData, look: Look, panels: Any) -> dict[str, Column]:
    """Return the panels that are asked for, in their order."""
    columns = _PANELS[data.name](data, look)
    chosen = columns if panels is None else panels if isinstance(panels, Sequence) else [panels]
    chosen = [chosen] if isinstance(chosen, str) else chosen
    drawn = {name: columns[name] for name in _require("panels", chosen or [""], columns)}
    maps = {name: column for name, column in drawn.items() if column.is_map}
    _require("contours", look.contours, maps)
    return drawn


def _look(data: FigureData, unit: Any, labels: Any, contours: Any) -> Look:
    """Check and return what a user changes about panels."""
    if unit is None:
        rate = data.parameters.get(numbers.UNIT)
        unit = (1.0, "") if rate is None else (rate, r"\gamma^d_A")
    try:
        number, name = float(unit[0]), str(unit[1])
    except (IndexError, KeyError, TypeError, ValueError):
        number, name = np.nan, ""
    if not 0 < number < np.inf:
        raise ValueError(
            f"Argument `unit` must be a positive number and its name in LaTeX, but is {unit!r}."
        )
    given = {} if labels is None else labels
    if not (isinstance(given, Mapping) and all(isinstance(text, str) for text in given.values())):
        raise ValueError(f"Argument `labels` must be {{name: text}}, but is {labels!r}.")
    try:
        levels = {
            panel: np.ravel(each).astype(float).tolist() for panel, each in (contours or {}).items()
        }
    except (AttributeError, TypeError, ValueError):
        levels = {"": [np.nan]}
    if not all(np.isfinite(each).all() for each in levels.values()):
        raise ValueError(
            f"Argument `contours` must be {{panel: finite levels}}, but is {contours!r}."
        )
    own = [name for each in data.tables.values() for name in (*each.axes, *each.values)]
    _require("labels", labels or (), dict.fromkeys([*labels_in(""), *own]), "axes and quantities")
    return Look(number, {**labels_in(name), **given}, levels)


def _require(
    argument: str, names: Iterable[str], known: Mapping[str, Any], kind: str = "panels"
) -> list[str]:
    """Return names of panels or of something else, or say which there are."""
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise ValueError(
                f"Argument `{argument}` must name {kind} among {', '.join(known) or 'none'}, but "
                f"names {name!r}.{did_you_mean(name, known)}"
            )
    return list(names)


def _arranged(
    columns: Mapping[str, Column], into: Any, width: str | float | None
) -> tuple[dict[str, "Axes"], Any]:
    """Return the axes of each panel, and their figure.

    Columns that would be too narrow become rows, and a single column one row if there is room.
    """
    names = [list(row) for row in zip(*(column.panels for column in columns.values()), strict=True)]
    if isinstance(into, matplotlib_module(".axes").Axes):
        if len(names) * len(columns) > 1:
            raise ValueError(
                f"Argument `into` is one Axes, but there are {len(names) * len(columns)} panels. "
                f"Choose one of {', '.join(columns)} by `panels`, of one origin."
            )
        return {names[0][0]: into}, into.figure
    if not (into is None or hasattr(into, "subplots")):
        raise ValueError(f"Argument `into` must be an Axes or a figure, but is {into!r}.")
    if into is not None and width is not None:
        raise ValueError("Argument `width` is that of a new figure. Leave it out, or `into`.")
    count = len(names) * len(columns)
    total = _width(width, count) if into is None else 25.4 * into.bbox.width / into.dpi
    shares = [column.share for column in columns.values()]
    if total / sum(shares) < NARROWEST or (len(columns) == 1 and total / count >= NARROWEST):
        names = [list(column) for column in zip(*names, strict=True)]
        shares = [1.0] * len(names[0])
    narrow = total * min(shares) / sum(shares)
    height = max(min(62.0, 20 + 0.7 * narrow), 0.45 * narrow)
    size = (total / 25.4, len(names) * height / 25.4)
    figure = into or matplotlib_module(".figure").Figure(size, layout="constrained")
    grid = figure.subplots(len(names), len(shares), squeeze=False, width_ratios=shares)
    return dict(zip(chain(*names), grid.flat, strict=True)), figure


def _width(width: str | float | None, count: int) -> float:
    """Return a width in mm."""
    if width is None:
        return WIDTHS["two-columns" if count > 1 else "one-column"]
    if isinstance(width, str) and width in WIDTHS:
        return WIDTHS[width]
    if not (isinstance(width, int | float) and 20 <= width <= 2000):
        raise ValueError(
            f"Argument `width` must be {', '.join(WIDTHS)} or a number of mm from 20 to 2000, but "
            f"is {width!r}."
        )
    return float(width)


@dataclass(frozen=True)
class Picture:
    """A figure by name: its title and its data.

    Attributes
    ----------
    words
        What the figure shows.
    compute
        The function that returns its data.
    windows
        For each axis of its grids the function that returns its points from the lowest to the
        highest.
    numbers
        The parameters that are one number each.
    has_origin
        Whether it may be drawn from the exact state or from first order alone.
    """

    words: str
    compute: Callable[..., FigureData]
    windows: Mapping[str, Callable[..., Any]]
    numbers: tuple[str, ...] = ()
    has_origin: bool = True


_EVEN, _GEOMETRIC = np.linspace, np.geomspace

FIGURES: Mapping[str, Picture] = {
    "2": Picture(
        "Husimi functions, phases and S_rel", numbers.phases_data, {}, ("epsilon", "Delta")
    ),
    "3": Picture(
        "the Arnold tongues of max S_rel, N and I", numbers.tongue_data,
        {"epsilon": _EVEN, "Delta": _EVEN},
    ),
    "4": Picture(
        "max S_rel and N over the rates of B", numbers.rates_data,
        {"gamma_g_B": _GEOMETRIC, "gamma_d_B": _GEOMETRIC}, ("epsilon",),
    ),
    "validity": Picture(
        "the errors of first order", own_data.validity_data,
        {"epsilon": _GEOMETRIC, "Delta": _EVEN}, has_origin=False,
    ),
    "locking": Picture(
        "S_rel(φ, t) as the locking sets in", own_data.locking_data, {"t": _EVEN},
        ("epsilon", "Delta"),
    ),
    "blockade": Picture(
        "entangled and not locked", own_data.blockade_data,
        {"epsilon": _EVEN, "imbalance": _GEOMETRIC},
    ),
}  # fmt: skip
"""Every figure by the name it has on the command line."""


def draw_all(folder: str | Path, ending: str = ".svg") -> None:
    """Draw every figure with its default data into a folder, as figure-2.svg and so on.

    Parameters
    ----------
    folder
        An existing folder.
    ending
        ".pdf", ".svg" or ".png".

    Returns
    -------
    None
        The figures are written to files.

    Raises
    ------
    ImportError
        If matplotlib is missing.
    ValueError
        If `ending` is none of these.
    OSError
        If a file cannot be written, for example because the folder does not exist.

    Examples
    --------
    >>> from symsync.figures import FIGURES, draw_all
    >>> draw_all("figures", ".pdf")  # doctest: +SKIP
    >>> [f"figure-{name}.pdf" for name in FIGURES]
    ['figure-2.pdf', 'figure-3.pdf', 'figure-4.pdf', 'figure-validity.pdf', 'figure-locking.pdf',
    'figure-blockade.pdf']
    """
    for name, picture in FIGURES.items():
        draw(picture.compute()).save(Path(folder) / f"figure-{name}{ending}")
