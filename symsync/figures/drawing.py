"""Panels that draw one table each into given axes, in a style for print.

matplotlib is imported when it is used.  These functions draw and save in a style of their own
and change no global setting.
"""

import importlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symsync.evaluate.backends.whole_files import write_whole
from symsync.figures.looks import Look, ends
from symsync.figures.tables import FigureData, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

__all__ = [
    "FORMATS",
    "Column",
    "Drawing",
    "contoured",
    "curves",
    "density",
    "headed",
    "lens",
    "limits",
    "mapped",
    "matplotlib_module",
    "sphere",
    "strip_above",
    "style",
    "with_scale",
]

Array = NDArray[Any]

FORMATS = (".pdf", ".svg", ".png")
"""The endings of files that a figure can be saved in."""

LINES: dict[str, list[Any]] = {
    "color": ["#000000", "#0072B2", "#D55E00", "#009E73"],
    "linestyle": ["-", (0, (5, 1.5)), (0, (1, 1.2)), (0, (5, 1.5, 1, 1.5))],
}
"""Colours that colour-blind readers can tell apart (Okabe and Ito), each with a dash of its own."""

_STYLE = {
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 8.0,
    "axes.titlesize": 8.0,
    "axes.linewidth": 0.6,
    "lines.linewidth": 1.2,
    "xtick.direction": "out",
    "ytick.direction": "out",
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.labelsize": 7.0,
    "ytick.labelsize": 7.0,
    "legend.fontsize": 7.0,
    "legend.frameon": False,
    "image.cmap": "cividis",
    "pdf.fonttype": 42,
    "savefig.dpi": 300,
    "svg.hashsalt": "symsync",
}


def matplotlib_module(name: str) -> Any:
    """Return a module of matplotlib, or raise `ImportError` that names the extra."""
    try:
        return importlib.import_module(f"matplotlib{name}")
    except ModuleNotFoundError as error:
        raise ImportError("A figure needs matplotlib: pip install 'symsync[plot]'") from error


@contextmanager
def style() -> Iterator[None]:
    """Draw in the package's style inside the block, and leave matplotlib's settings alone."""
    with matplotlib_module("").rc_context(_STYLE):
        yield


@dataclass(frozen=True)
class Drawing:
    """A figure as drawn.

    Attributes
    ----------
    figure
        matplotlib's figure.
    axes
        Its panels by name.
    data
        What it shows.
    """

    figure: "Figure | SubFigure"
    axes: Mapping[str, "Axes"]
    data: FigureData

    def save(self, path: str | Path) -> None:
        """Write a .pdf, .svg or .png, without a date: drawn once more, it is the same file.

        Raises
        ------
        ValueError
            If the file's name ends otherwise.
        OSError
            If the file cannot be written.  A file that was there before is then untouched.
        """
        path = Path(path)
        ending = path.suffix.lower()
        if ending not in FORMATS:
            raise ValueError(
                f"Argument `path` must end in {', '.join(FORMATS)}, but is {str(path)!r}."
            )
        dates = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}}
        write_whole(
            path, self._picture(format=ending.removeprefix("."), metadata=dates.get(ending))
        )

    def _repr_png_(self) -> bytes:
        return self._picture(format="png", dpi=150)

    def _picture(self, **settings: Any) -> bytes:
        file = io.BytesIO()
        with style():
            self.figure.figure.savefig(file, **settings)
        return file.getvalue()


@dataclass(frozen=True)
class Column:
    """One quantity of a figure, in panels one below the other.

    Attributes
    ----------
    panels
        For each panel, by name, the function that draws it into axes after its letter, "(a)  ".
    share
        Its part of the width, beside those of the others.
    is_map
        Whether lines can be drawn at levels of the quantity.
    """

    panels: Mapping[str, Callable[["Axes", str], None]]
    share: float = 1.0
    is_map: bool = False


def limits(values: Array) -> dict[str, Any]:
    """Return the ends of a colour scale: from zero, or as far below zero as above."""
    low, high = ends(values)
    reach = max(-low, high) or 1.0
    return {"vmin": -reach if low < -1e-9 * reach else 0.0, "vmax": reach}


def strip_above(ax: "Axes") -> "Axes":
    """Return axes in the upper quarter of a panel's place; the panel keeps the rest."""
    cell = ax.get_subplotspec()
    if cell is None:
        return ax.inset_axes((0, 1.05, 1, 0.3))
    parts = cell.subgridspec(2, 1, height_ratios=[1, 3])
    ax.set_subplotspec(parts[1, 0])
    return ax.figure.add_subplot(parts[0, 0])


def headed(ax: "Axes", title: str) -> None:
    """Write a title above a panel without a scale, where others have one."""
    make = matplotlib_module(".colorbar").make_axes
    above, _ = make(ax, location="top", fraction=0.02, pad=0.02)
    above.set(xticks=[], yticks=[], facecolor="none", xlabel=title)
    above.xaxis.set_label_position("top")
    above.spines[:].set_visible(False)


def with_scale(ax: "Axes", mesh: Any, label: str, location: str = "top") -> None:
    """Draw a thin colour bar with a label above a panel, or without one beside it."""
    bar = ax.figure.colorbar(mesh, ax=ax, location=location, aspect=30, pad=0.02)
    bar.set_label(label)
    if type(mesh.norm).__name__ == "Normalize":
        bar.ax.locator_params(nbins=4)
    bar.outline.set_linewidth(0.6)


def density(
    ax: "Axes", table: Table, name: str, x: str, y: str, look: Look, **settings: Any
) -> Any:
    """Draw a quantity over two axes of its table as colours, and return the mesh.

    `settings` are passed on to `Axes.pcolormesh`.
    """
    values = _upright(table, name, x)
    across, up = (_in_units(table, axis, look) for axis in (x, y))
    scale = {} if "norm" in settings else limits(values)
    mesh = ax.pcolormesh(across, up, values, shading="gouraud", rasterized=True,
                         **scale, **settings)  # fmt: skip
    for axis, points, set_scale in ((x, across, ax.set_xscale), (y, up, ax.set_yscale)):
        if _is_geometric(points):
            set_scale("log")
        _turn_ticks(ax, axis, "x" if axis == x else "y")
    ax.set_xlim(across[0], across[-1])
    ax.set_ylim(up[0], up[-1])
    ax.set_xlabel(look.labels[x])
    ax.set_ylabel(look.labels[y])
    return mesh


def contoured(
    ax: "Axes", table: Table, name: str, x: str, y: str, look: Look, levels: Sequence[float],
    words: Callable[[float], str] | None = "{:g}".format, **settings: Any,
) -> None:  # fmt: skip
    """Draw the lines on which a quantity has these levels, with `words` on them."""
    values = _upright(table, name, x)
    low, high = ends(values)
    inside = sorted(level for level in levels if low < level < high)
    if inside:
        across, up = (_in_units(table, axis, look) for axis in (x, y))
        lines = ax.contour(across, up, values, inside, colors="white",
                           **{"linewidths": 0.8, "linestyles": "-", **settings})  # fmt: skip
        if words:
            rim = matplotlib_module(".patheffects").withStroke(linewidth=1.4, foreground="0.2")
            paths = enumerate(lines.get_paths())
            places = [_place(ax, np.asarray(p.vertices), (0.72, 0.28)[k % 2]) for k, p in paths]
            for drawn in (lines, *ax.clabel(lines, fmt=words, fontsize=7, manual=places)):
                drawn.set_path_effects([rim])  # white can then be read on any colour


def _place(ax: "Axes", points: Array, across: float) -> Array:
    """Return the point of a line at which its level is written: near `across`, not at the frame."""
    seen = ax.transAxes.inverted().transform(ax.transData.transform(points))
    frame = np.minimum(seen, 1 - seen).min(axis=1)
    place: Array = points[np.argmin(np.abs(seen[:, 0] - across) + 9 * np.maximum(0.15 - frame, 0))]
    return place


def mapped(
    ax: "Axes", table: Table, name: str, x: str, y: str, look: Look, title: str,
    levels: Sequence[float] = (), words: Callable[[float], str] = "{:g}".format, **settings: Any,
) -> None:  # fmt: skip
    """Draw a density with its contours and, above it, its scale and title."""
    mesh = density(ax, table, name, x, y, look, **settings)
    contoured(ax, table, name, x, y, look, levels, words)
    with_scale(ax, mesh, title)


def _upright(table: Table, name: str, x: str) -> Array:
    """Return values whose last axis is the horizontal one."""
    values = table.values[name]
    return values.T if next(iter(table.axes)) == x else values


def _in_units(table: Table, axis: str, look: Look) -> Array:
    points = table.axes[axis]
    if axis in ("phi", "imbalance"):
        return points
    return points * look.unit if axis == "t" else points / look.unit


def _is_geometric(points: Array) -> bool:
    """Whether the points grow by one factor, so that they are evenly spaced on a log scale."""
    if len(points) < 3 or points[0] <= 0:
        return False
    ratios = points[1:] / points[:-1]
    return bool(np.allclose(ratios, ratios[0]))


def _turn_ticks(ax: "Axes", axis: str, which: str) -> None:
    """Mark an axis of angles in quarters of a turn."""
    if axis == "phi":
        ticks = {f"{which}ticks": np.pi * np.array([-1, -0.5, 0, 0.5, 1])}
        marks = [r"$-\pi$", "", "0", "", r"$\pi$"]
        ax.set(**ticks, **{f"{which}ticklabels": marks})


def curves(
    ax: "Axes", table: Table, names: Mapping[str, str], x: str, look: Look, row: int | None = None
) -> None:
    """Draw quantities over one axis as lines that differ in colour and in dash.

    `names` is {name in the table: label}, `row` the index along the other axis if there is one.
    """
    across = _in_units(table, x, look)
    for k, (name, label) in enumerate(names.items()):
        values = table.values[name] if row is None else table.values[name][row]
        ax.plot(across, values, label=label, **{key: each[k] for key, each in LINES.items()})
    if _is_geometric(across):
        ax.set_xscale("log")
    ax.set_xlim(across[0], across[-1])
    ax.set_xlabel(look.labels[x])
    _turn_ticks(ax, x, "x")


TILT = np.deg2rad(20)
"""The angle by which the north pole of a drawn sphere leans towards the reader."""


def lens(pixels: int) -> tuple[Array, Array]:
    """Return θ and φ on a tilted unit sphere as seen, shape (pixels, pixels), and nan beside it."""
    across, up = np.meshgrid(np.linspace(-1, 1, pixels), np.linspace(-1, 1, pixels))
    with np.errstate(invalid="ignore"):
        depth = np.sqrt(1 - across**2 - up**2)  # nan beside the sphere
    towards = np.cos(TILT) * depth - np.sin(TILT) * up
    height = np.cos(TILT) * up + np.sin(TILT) * depth
    return np.arccos(np.clip(height, -1, 1)), np.arctan2(across, towards)


def sphere(ax: "Axes", values: Array, **settings: Any) -> Any:
    """Draw a function on the sphere as seen from afar, and return the image.

    Its angles are evenly spaced, θ from 0 to π and φ from −π to π, shape (θ, φ).  The point
    θ = π/2, φ = 0 of the equator, which is dotted, faces the reader.
    """
    polar, azimuth = lens(301)
    seen = _interpolated(values, polar / np.pi, (azimuth + np.pi) / (2 * np.pi))
    turn = np.linspace(-np.pi / 2, np.pi / 2, 91)
    image = ax.imshow(seen, extent=(-1, 1, -1, 1), origin="lower", interpolation="none",
                      **{**limits(values), **settings})  # fmt: skip
    rim = matplotlib_module(".patches").Circle((0, 0), 1, fill=False, lw=0.6)
    ax.add_patch(rim)
    image.set_clip_path(rim)
    if values.min() < 0:
        side = np.linspace(-1, 1, len(seen))
        lines = ax.contour(side, side, seen, [0], colors="black", linewidths=0.5)
        lines.set_clip_path(rim)
    ax.plot(np.sin(turn), -np.sin(TILT) * np.cos(turn), color="white", lw=0.5, ls=":")
    ax.plot([0, 0], [np.cos(TILT), 1.12], color="black", lw=0.6)
    ax.text(0, 1.2, "$z$", ha="center")
    ax.set_xlim(-1.05, 1.05)
    ax.set_ylim(-1.05, 1.4)
    ax.set_axis_off()
    return image


def _interpolated(values: Array, u: Array, v: Array) -> Array:
    """Return the linear interpolation of a grid over the unit square, and nan at nan."""
    seen = np.full(u.shape, np.nan)
    inside = np.isfinite(u)
    rows, columns = values.shape
    a, b = u[inside] * (rows - 1), v[inside] * (columns - 1)
    i, j = np.minimum(a.astype(int), rows - 2), np.minimum(b.astype(int), columns - 2)
    a, b = a - i, b - j
    upper = (1 - b) * values[i, j] + b * values[i, j + 1]
    lower = (1 - b) * values[i + 1, j] + b * values[i + 1, j + 1]
    seen[inside] = (1 - a) * upper + a * lower
    return seen
