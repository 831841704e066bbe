"""Panels that draw one table each into given axes, in a style for print.

matplotlib is imported when it is used.  These functions draw and save in a style of their own
and change no global setting.
"""

import importlib
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symsync.evaluate.backends.whole_files import write_whole
from symsync.figures.tables import FigureData, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

__all__ = [
    "COLUMN",
    "FORMATS",
    "PAGE",
    "Drawing",
    "curves",
    "density",
    "labelled",
    "lens",
    "matplotlib_module",
    "new_figure",
    "sphere",
    "style",
]

Array = NDArray[Any]

COLUMN, PAGE = 3.375, 7.0
"""Widths in inches of one column and of a page of the Physical Review."""

FORMATS = (".pdf", ".svg", ".png")
"""The endings of files that a figure can be saved in."""

LINES: dict[str, list[Any]] = {
    "color": ["#000000", "#0072B2", "#D55E00", "#009E73"],
    "linestyle": ["-", (0, (5, 1.5)), (0, (1, 1.2)), (0, (5, 1.5, 1, 1.5))],
}
"""Colours that colour-blind readers can tell apart (Okabe and Ito), each with a dash of its own."""

LABELS = {
    "epsilon": r"$\varepsilon/\gamma^d_A$",
    "Delta": r"$\Delta/\gamma^d_A$",
    "gamma_g_B": r"$\gamma^g_B/\gamma^d_A$",
    "gamma_d_B": r"$\gamma^d_B/\gamma^d_A$",
    "imbalance": r"$\gamma^d_B/\gamma^g_B$",
    "t": r"$\gamma^d_A\,t$",
    "phi": r"$\phi$",
    "S_rel": r"$S_{\mathrm{rel}}(\phi)$",
    "S_rel_t": r"$S_{\mathrm{rel}}(\phi, t)$",
    "p_A": r"$p_A$",
    "p_B": r"$p_B$",
    "S_rel_max": r"$\max S_{\mathrm{rel}}$",
    "negativity": r"$\mathcal{N}$",
    "mutual_information": r"$I$",
}
"""The Letter's notation for axes and quantities, with rates in units of γ^d_A."""

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


def new_figure(width: float, height: float) -> "Figure":
    """Return an empty figure of this size in inches, outside of pyplot."""
    figure: Figure = matplotlib_module(".figure").Figure((width, height), layout="constrained")
    return figure


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
        """Write a .pdf, .svg or .png.

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
        write_whole(path, self._picture(format=ending.removeprefix(".")))

    def _repr_png_(self) -> bytes:
        return self._picture(format="png", dpi=150)

    def _picture(self, **settings: Any) -> bytes:
        file = io.BytesIO()
        with style():
            self.figure.figure.savefig(file, **settings)
        return file.getvalue()


def labelled(ax: "Axes", letter: str, words: str) -> None:
    """Write the letter of a panel, and what it shows, above its left corner."""
    ax.set_title(f"({letter})  {words}", loc="left")


def density(
    ax: "Axes", table: Table, name: str, *, x: str, y: str, unit: float = 1.0, **settings: Any
) -> Any:
    """Draw a quantity over two axes of its table as colours, and return the mesh.

    Parameters
    ----------
    ax
        The axes to draw into.
    table, name
        The table, and the name of the quantity in it.
    x, y
        Names of the horizontal and the vertical axis, both of them keys of `LABELS`.
    unit
        γ^d_A, by which rates are divided and times multiplied.
    **settings
        Passed on to `Axes.pcolormesh`.

    Returns
    -------
    QuadMesh
        The mesh, for a colour bar.

    Raises
    ------
    KeyError
        If the table has no such quantity or axis, or an axis has no label.
    ImportError
        If matplotlib is missing.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from symsync.figures import density, tongue_data
    >>> ax = Figure().subplots()
    >>> tongue = tongue_data("first", epsilon=[0, 0.05, 0.1], Delta=[-2, 0, 2]).tables["tongue"]
    >>> mesh = density(ax, tongue, "negativity_first", x="Delta", y="epsilon")
    >>> float(mesh.get_array().max().round(3))
    0.101
    """
    values = table.values[name]
    if list(table.axes) == [x, y]:
        values = values.T
    with style():
        across, up = (_in_units(table, axis, unit) for axis in (x, y))
        mesh = ax.pcolormesh(across, up, values, shading="gouraud", rasterized=True, **settings)
        for axis, points, set_scale in ((x, across, ax.set_xscale), (y, up, ax.set_yscale)):
            if _is_geometric(points):
                set_scale("log")
            _turn_ticks(ax, axis, "x" if axis == x else "y")
        ax.set_xlim(across[0], across[-1])
        ax.set_ylim(up[0], up[-1])
        ax.set_xlabel(LABELS[x])
        ax.set_ylabel(LABELS[y])
    return mesh


def _in_units(table: Table, axis: str, unit: float) -> Array:
    points = table.axes[axis]
    if axis in ("phi", "imbalance"):
        return points
    return points * unit if axis == "t" else points / unit


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
    ax: "Axes", table: Table, names: Mapping[str, str], *, x: str, row: int | None = None,
    unit: float = 1.0,
) -> list[Any]:  # fmt: skip
    """Draw quantities over one axis as lines that differ in colour and in dash.

    Parameters
    ----------
    ax
        The axes to draw into.
    table
        The table of the quantities.
    names
        {name in the table: label}.
    x
        The name of the horizontal axis, a key of `LABELS`.
    row
        The index along the other axis of the table, if it has one.
    unit
        γ^d_A, by which rates are divided and times multiplied.

    Returns
    -------
    list of Line2D
        One line for each name.

    Raises
    ------
    KeyError
        If the table has no such quantity or axis, or the axis has no label.
    ValueError
        If `x` is not the only axis that is left.
    ImportError
        If matplotlib is missing.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from symsync.figures import curves, phases_data
    >>> phases = phases_data("exact", points=5).tables["phases"]
    >>> (line,) = curves(Figure().subplots(), phases, {"S_rel_exact": "exact"}, x="phi", row=1)
    >>> float(line.get_ydata().max().round(4))
    0.021
    """
    across, lines = _in_units(table, x, unit), []
    with style():
        for k, (name, label) in enumerate(names.items()):
            values = table.values[name] if row is None else table.values[name][row]
            look = {key: cycle[k % len(cycle)] for key, cycle in LINES.items()}
            lines += ax.plot(across, values, label=label, **look)
        if _is_geometric(across):
            ax.set_xscale("log")
        ax.set_xlim(across[0], across[-1])
        ax.set_xlabel(LABELS[x])
        _turn_ticks(ax, x, "x")
    return lines


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

    The point θ = π/2, φ = 0 of the equator, which is dotted, faces the reader.

    Parameters
    ----------
    ax
        The axes to draw into; their frame is removed.
    values
        The function on evenly spaced angles, θ from 0 to π and φ from −π to π, shape (θ, φ).
    **settings
        Passed on to `Axes.imshow`.

    Returns
    -------
    AxesImage
        The image, for a colour bar.

    Raises
    ------
    ValueError
        If `values` has not two axes.
    ImportError
        If matplotlib is missing.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from symsync.figures import phases_data, sphere
    >>> spheres = phases_data("exact", points=9).tables["spheres"]
    >>> image = sphere(Figure().subplots(), spheres.values["Q_A_exact"][1], vmin=0)
    >>> float(image.get_array().max().round(2))
    0.12
    """
    polar, azimuth = lens(301)
    seen = _interpolated(values, polar / np.pi, (azimuth + np.pi) / (2 * np.pi))
    turn = np.linspace(-np.pi / 2, np.pi / 2, 91)
    with style():
        image = ax.imshow(
            seen, extent=(-1, 1, -1, 1), origin="lower", interpolation="none", **settings
        )
        rim = matplotlib_module(".patches").Circle((0, 0), 1, fill=False, lw=0.6)
        ax.add_patch(rim)
        image.set_clip_path(rim)
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
