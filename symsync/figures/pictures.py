"""The pictures of our own, and all figures by their names.

Each function takes the data to draw, by default the Letter's, and a figure to draw into, by
default a new one.  It returns a `Drawing`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from symsync.figures import data as numbers
from symsync.figures.drawing import (
    COLUMN,
    LABELS,
    PAGE,
    Drawing,
    density,
    labelled,
    matplotlib_module,
    style,
)
from symsync.figures.letter_pictures import (
    WORDS,
    begun,
    draw_phases,
    draw_rates,
    draw_tongue,
    origins_in,
    with_scale,
)
from symsync.figures.tables import FigureData, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

__all__ = [
    "FIGURES",
    "Picture",
    "draw_all",
    "draw_blockade",
    "draw_locking",
    "draw_validity",
]

_ERRORS = {0.01: ("1 %", "-"), 0.05: ("5 %", "--"), 0.2: ("20 %", ":")}


def draw_validity(
    data: FigureData | None = None, fig: "Figure | SubFigure | None" = None
) -> Drawing:
    """Draw the relative errors of first order over ε and Δ, with contours at 1, 5 and 20 %.

    Parameters
    ----------
    data, fig
        The result of `validity_data`, by default the Letter's, and a figure to draw into,
        by default a new one.

    Returns
    -------
    Drawing
        One panel for max S_rel and one for N.

    Raises
    ------
    ImportError, KeyError
        If matplotlib is missing, or `data` is that of another figure.

    Examples
    --------
    >>> from symsync.figures import draw_validity, validity_data
    >>> data = validity_data(epsilon=[0.01, 0.1, 1], Delta=[-2, 0, 2])
    >>> list(draw_validity(data).axes)
    ['S_rel_max_error', 'negativity_error']
    """
    data = data or numbers.validity_data()
    table = data.tables["validity"]
    logarithmic = matplotlib_module(".colors").LogNorm(1e-4, 1)
    with style():
        figure = begun(fig, PAGE, 2.6)
        panels = figure.subplots(1, 2, sharey=True)
        axes = dict(zip(table.values, panels, strict=True))
        for letter, (name, ax) in zip("ab", axes.items(), strict=True):
            mesh = density(ax, table, name, x="Delta", y="epsilon", norm=logarithmic,
                           unit=data.parameters["gamma_d_A"])  # fmt: skip
            _contours(ax, table, name, data.parameters["gamma_d_A"])
            labelled(ax, letter, LABELS[name.removesuffix("_error")])
            ax.label_outer()
        bar = figure.colorbar(mesh, ax=list(panels), extend="both", aspect=30)
        bar.set_label("|first order / exact − 1|")
    return Drawing(figure, axes, data)


def _contours(ax: "Axes", table: Table, name: str, unit: float) -> None:
    """Draw the contours of an error and write each level where it passes Δ = max Δ/2."""
    errors = table.values[name]
    across, up = table.axes["Delta"] / unit, table.axes["epsilon"] / unit
    lines = ax.contour(
        across, up, errors, list(_ERRORS), colors="white", linewidths=0.9,
        linestyles=[dash for _, dash in _ERRORS.values()],
    )  # fmt: skip
    column = int(np.abs(across - across[-1] / 2).argmin())
    places = [(across[column], np.interp(level, errors[:, column], up)) for level in _ERRORS]
    words = {level: text for level, (text, _) in _ERRORS.items()}
    ax.clabel(lines, fmt=words, fontsize=7, manual=places)


def draw_locking(
    data: FigureData | None = None, fig: "Figure | SubFigure | None" = None
) -> Drawing:
    """Draw S_rel(φ, t) after the coupling is switched on at t = 0, and the error of first order.

    The dashed lines follow the phase of the first harmonic.

    Parameters
    ----------
    data, fig
        The result of `locking_data`, by default the Letter's, and a figure to draw into,
        by default a new one.

    Returns
    -------
    Drawing
        One panel for each origin, and one for the error if there are both.

    Raises
    ------
    ImportError, KeyError
        If matplotlib is missing, or `data` is that of another figure.

    Examples
    --------
    >>> from symsync.figures import draw_locking, locking_data
    >>> list(draw_locking(locking_data("first")).axes)
    ['S_rel_first']
    """
    data = data or numbers.locking_data()
    table, unit = data.tables["locking"], data.parameters["gamma_d_A"]
    panels = {f"S_rel_{origin}": WORDS[origin] for origin in origins_in(table, "S_rel")}
    if len(panels) > 1:
        error = table.values["S_rel_first"] - table.values["S_rel_exact"]
        table = Table(table.axes, {**table.values, "error": error})
        panels["error"] = "first order − exact"
    with style():
        figure = begun(fig, PAGE if len(panels) > 1 else COLUMN, 2.4)
        drawn = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        axes = dict(zip(panels, drawn, strict=True))
        for letter, (name, ax) in zip("abc", axes.items(), strict=False):
            reach = float(np.abs(table.values[name]).max())
            mesh = density(ax, table, name, x="t", y="phi", cmap="RdBu_r", vmin=-reach,
                           vmax=reach, unit=unit)  # fmt: skip
            with_scale(figure, ax, mesh, f"({letter})  {LABELS['S_rel_t']}, {panels[name]}")
            if name != "error":
                ax.plot(table.axes["t"][1:] * unit, _phase(table, name), color="black", lw=0.8,
                        ls="--")  # fmt: skip
            ax.label_outer()
    return Drawing(figure, axes, data)


def _phase(table: Table, name: str) -> Any:
    """Return the phase of the first harmonic at each time but the first, when there is none."""
    phi = table.axes["phi"][:-1]  # π is −π once more
    return np.angle(table.values[name][1:, :-1] @ np.exp(1j * phi))


def draw_blockade(
    data: FigureData | None = None, fig: "Figure | SubFigure | None" = None
) -> Drawing:
    """Draw max S_rel, N, and the region where spins are entangled and no phase is locked.

    Parameters
    ----------
    data, fig
        The result of `blockade_data`, by default the Letter's, and a figure to draw into,
        by default a new one.

    Returns
    -------
    Drawing
        Three panels for each origin.

    Raises
    ------
    ImportError, KeyError
        If matplotlib is missing, or `data` is that of another figure.

    Examples
    --------
    >>> from symsync.figures import blockade_data, draw_blockade
    >>> list(draw_blockade(blockade_data("first", points=5)).axes)
    ['S_rel_max_first', 'negativity_first', 'locked_fraction_first']
    """
    data = data or numbers.blockade_data()
    table = data.tables["blockade"]
    origins = origins_in(table, "S_rel_max")
    names = {"S_rel_max": LABELS["S_rel_max"], "negativity": LABELS["negativity"],
             "locked_fraction": r"$\max S_{\mathrm{rel}}\,/\,(9\pi/128)\,\mathcal{N}$"}  # fmt: skip
    with style():
        figure = begun(fig, PAGE, 2.5 * len(origins))
        panels = figure.subplots(len(origins), 3, sharex=True, sharey=True, squeeze=False)
        axes = {}
        for k, origin in enumerate(origins):
            for column, (name, label) in enumerate(names.items()):
                ax = axes[f"{name}_{origin}"] = panels[k, column]
                mesh = density(ax, table, f"{name}_{origin}", x="imbalance", y="epsilon",
                               unit=data.parameters["gamma_d_A"], vmin=0)  # fmt: skip
                letter = "abcdef"[3 * k + column]
                with_scale(figure, ax, mesh, f"({letter})  {label}, {WORDS[origin]}")
                _unlocked(ax, table, origin, data.parameters["gamma_d_A"])
                ax.label_outer()
    return Drawing(figure, axes, data)


def _unlocked(ax: "Axes", table: Table, origin: str, unit: float) -> None:
    """Enclose where the spins lock less than a tenth of what their entanglement allows."""
    fraction = table.values[f"locked_fraction_{origin}"]
    across, up = table.axes["imbalance"], table.axes["epsilon"] / unit
    ax.contour(across, up, fraction, [0.1], colors="white", linewidths=0.9, linestyles="--")
    ax.text(1, up.mean(), "unlocked", color="white", rotation=90, ha="center", va="center")


@dataclass(frozen=True)
class Picture:
    """A figure by name: its title, its data and how it is drawn.

    Attributes
    ----------
    words
        What the figure shows.
    compute, draw
        The functions that return its data and its drawing.
    has_origin
        Whether it may be drawn from the exact state or from first order alone.
    """

    words: str
    compute: Callable[..., FigureData]
    draw: Callable[..., Drawing]
    has_origin: bool = True


FIGURES: Mapping[str, Picture] = {
    "2": Picture("Husimi functions, phases and S_rel", numbers.phases_data, draw_phases),
    "3": Picture("the Arnold tongues of max S_rel, N and I", numbers.tongue_data, draw_tongue),
    "4": Picture("max S_rel and N over the rates of B", numbers.rates_data, draw_rates),
    "validity": Picture(
        "the errors of first order", numbers.validity_data, draw_validity, has_origin=False
    ),
    "locking": Picture("S_rel(φ, t) as the locking sets in", numbers.locking_data, draw_locking),
    "blockade": Picture("entangled and not locked", numbers.blockade_data, draw_blockade),
}
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
        picture.draw().save(Path(folder) / f"figure-{name}{ending}")
