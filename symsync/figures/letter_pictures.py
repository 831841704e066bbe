"""The pictures of Figs. 2 to 4 of the Letter.

Each function takes the data to draw, by default the Letter's, and a figure to draw into, by
default a new one.  It returns a `Drawing`.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from symsync.figures import data as numbers
from symsync.figures.drawing import (
    LABELS,
    PAGE,
    Drawing,
    curves,
    density,
    labelled,
    new_figure,
    sphere,
    style,
)
from symsync.figures.tables import FigureData, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

__all__ = [
    "WORDS",
    "begun",
    "draw_phases",
    "draw_rates",
    "draw_tongue",
    "origins_in",
    "with_scale",
]

WORDS = {"exact": "exact", "first": "first order"}


def origins_in(table: Table, name: str) -> list[str]:
    """Return the origins of a quantity that the table holds, the exact one first."""
    return [origin for origin in WORDS if f"{name}_{origin}" in table.values]


def begun(figure: "Figure | SubFigure | None", width: float, height: float) -> "Figure | SubFigure":
    """Return the figure to draw into: the given one, or a new one of this size in inches."""
    return new_figure(width, height) if figure is None else figure


def with_scale(figure: Any, ax: "Axes", mesh: Any, label: str) -> None:
    """Draw a thin colour bar with a label above a panel."""
    bar = figure.colorbar(mesh, ax=ax, location="top", aspect=30, pad=0.02)
    bar.set_label(label)
    bar.ax.locator_params(nbins=4)
    bar.outline.set_linewidth(0.6)


def draw_phases(data: FigureData | None = None, fig: "Figure | SubFigure | None" = None) -> Drawing:
    """Draw Fig. 2: Q_A and Q_B on the sphere beside p_A, p_B and S_rel, for ε = 0 and ε > 0.

    Parameters
    ----------
    data, fig
        The result of `phases_data`, by default the Letter's, and a figure to draw into,
        by default a new one.

    Returns
    -------
    Drawing
        Three panels for ε = 0, and three for each origin.

    Raises
    ------
    ImportError, KeyError
        If matplotlib is missing, or `data` is that of another figure.

    Examples
    --------
    >>> from symsync.figures import draw_phases, phases_data
    >>> list(draw_phases(phases_data("first", points=9)).axes)
    ['a: Q_A', 'a: Q_B', 'a: phases', 'b: Q_A', 'b: Q_B', 'b: phases']
    """
    data = data or numbers.phases_data()
    spheres, phases = data.tables["spheres"], data.tables["phases"]
    origins = origins_in(phases, "S_rel")
    rows = [(0, origins[0]), *((1, origin) for origin in origins)]
    largest = max(float(values.max()) for values in spheres.values.values())
    reach = 1.2 * max(float(np.abs(values).max()) for values in phases.values.values())
    with style():
        figure = begun(fig, 0.8 * PAGE, 1.4 * len(rows))
        grid = figure.add_gridspec(len(rows), 3, width_ratios=[1, 1, 2])
        axes = {}
        for k, (strength, origin) in enumerate(rows):
            for column, site in enumerate("AB"):
                ax = axes[f"{'abc'[k]}: Q_{site}"] = figure.add_subplot(grid[k, column])
                image = sphere(ax, spheres.values[f"Q_{site}_{origin}"][strength],
                               vmin=0, vmax=largest)  # fmt: skip
                ax.text(0.85, 0.85, f"$Q_{site}$")
            epsilon = phases.axes["epsilon"][strength] / data.parameters["gamma_d_A"]
            words = f", {WORDS[origin]}" if strength and len(origins) > 1 else ""
            labelled(axes[f"{'abc'[k]}: Q_A"], "abc"[k],
                     rf"$\varepsilon = {epsilon:g}\,\gamma^d_A${words}" if strength
                     else r"$\varepsilon = 0$")  # fmt: skip
            ax = axes[f"{'abc'[k]}: phases"] = figure.add_subplot(grid[k, 2])
            names = {f"{name}_{origin}": LABELS[name] for name in ("S_rel", "p_A", "p_B")}
            curves(ax, phases, names, x="phi", row=strength)
            ax.set_ylim(-reach, reach)
            ax.set_xlabel(LABELS["phi"] if k == len(rows) - 1 else "")
        axes["a: phases"].legend(loc="upper right", ncols=3)
        spheres_drawn = [ax for name, ax in axes.items() if "Q" in name]
        bar = figure.colorbar(image, ax=spheres_drawn, location="left", aspect=30, shrink=0.8)
        bar.set_label(r"$Q_j(\theta, \phi)$")
    return Drawing(figure, axes, data)


def draw_tongue(data: FigureData | None = None, fig: "Figure | SubFigure | None" = None) -> Drawing:
    """Draw Fig. 3: the Arnold tongues of max S_rel, N and I over ε and Δ, with insets p_A and p_B.

    Parameters
    ----------
    data, fig
        The result of `tongue_data`, by default the Letter's, and a figure to draw into,
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
    >>> from symsync.figures import draw_tongue, tongue_data
    >>> data = tongue_data("first", epsilon=[0, 0.05, 0.1], Delta=[-2, 0, 2])
    >>> list(draw_tongue(data).axes)
    ['S_rel_max_first', 'negativity_first', 'mutual_information_first']
    """
    data = data or numbers.tongue_data()
    tongue, insets = data.tables["tongue"], data.tables["insets"]
    names = ("S_rel_max", "negativity", "mutual_information")
    origins = origins_in(tongue, "S_rel_max")
    with style():
        figure = begun(fig, PAGE, 2.4 * len(origins))
        panels = figure.subplots(len(origins), 3, sharex=True, sharey=True, squeeze=False)
        axes = {}
        for k, origin in enumerate(origins):
            for column, name in enumerate(names):
                ax = axes[f"{name}_{origin}"] = panels[k, column]
                mesh = density(ax, tongue, f"{name}_{origin}", x="Delta", y="epsilon",
                               unit=data.parameters["gamma_d_A"], vmin=0)  # fmt: skip
                with_scale(figure, ax, mesh, _titled("abcdef"[3 * k + column], name, origin))
                ax.label_outer()
            reach = float(tongue.values[f"S_rel_max_{origin}"].max())
            for site, left in (("A", 0.1), ("B", 0.7)):
                _inset(panels[k, 0], insets, f"p_{site}", origin, left, reach)
    return Drawing(figure, axes, data)


def _titled(letter: str, name: str, origin: str) -> str:
    words = "of Eq. (7)" if (name, origin) == ("mutual_information", "first") else WORDS[origin]
    return f"({letter})  {LABELS[name]}, {words}"


def _inset(ax: "Axes", table: Table, name: str, origin: str, left: float, reach: float) -> None:
    """Draw p_A or p_B in a corner of the tongue, on the scale of the largest S_rel."""
    inset = ax.inset_axes((left, 0.1, 0.22, 0.2))
    inset.set_facecolor("none")
    inset.spines[:].set_color("white")
    inset.plot(table.axes["phi"], table.values[f"{name}_{origin}"], color="white", lw=1)
    inset.set_xlim(-np.pi, np.pi)
    inset.set_ylim(-reach, reach)
    inset.set_xticks([-np.pi, np.pi], [r"$-\pi$", r"$\pi$"])
    inset.set_yticks([0])
    inset.tick_params(colors="white", labelsize=6, length=1.5, pad=1)
    inset.set_title(LABELS[name], color="white", pad=2, fontsize=7)


def draw_rates(data: FigureData | None = None, fig: "Figure | SubFigure | None" = None) -> Drawing:
    """Draw Fig. 4: max S_rel and N over the rates of B, with Schmidt ranks, and the cut.

    Parameters
    ----------
    data, fig
        The result of `rates_data`, by default the Letter's, and a figure to draw into,
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
    >>> from symsync.figures import draw_rates, rates_data
    >>> list(draw_rates(rates_data("first", points=3)).axes)
    ['S_rel_max_first', 'negativity_first', 'cut_first']
    """
    data = data or numbers.rates_data()
    rates, cut = data.tables["rates"], data.tables["cut"]
    origins = origins_in(rates, "S_rel_max")
    unit = data.parameters["gamma_d_A"]
    with style():
        figure = begun(fig, PAGE, 2.5 * len(origins))
        panels = figure.subplots(len(origins), 3, squeeze=False)
        axes = {}
        for k, origin in enumerate(origins):
            for column, name in enumerate(("S_rel_max", "negativity")):
                ax = axes[f"{name}_{origin}"] = panels[k, column]
                mesh = density(ax, rates, f"{name}_{origin}", x="gamma_g_B", y="gamma_d_B",
                               unit=unit, vmin=0)  # fmt: skip
                with_scale(figure, ax, mesh, _titled("abcdef"[3 * k + column], name, origin))
                ax.plot([1, 1], [1, ax.get_ylim()[1]], color="white", lw=0.8, ls="--")
            _write_ranks(panels[k, 1], rates, origin, unit)
            ax = axes[f"cut_{origin}"] = panels[k, 2]
            names = ("S_rel_max", "mutual_information", "negativity")
            curves(ax, cut, {f"{name}_{origin}": LABELS[name] for name in names},
                   x="gamma_d_B", unit=unit)  # fmt: skip
            ax.axhline(1, color="0.6", lw=0.6, zorder=0)
            ax.set_ylim(bottom=0)
            ax.set_ylabel("normalized")
            ax.text(0, 1.05, rf"({'abcdef'[3 * k + 2]})  cut at $\gamma^g_B = \gamma^d_A$",
                    transform=ax.transAxes, in_layout=False)  # fmt: skip  # there is room above
            ax.legend(loc="upper right")
    return Drawing(figure, axes, data)


def _write_ranks(ax: "Axes", rates: Table, origin: str, unit: float) -> None:
    """Write the Schmidt rank into its regions and draw the lines between them."""
    ranks = rates.values[f"schmidt_rank_{origin}"]
    across, up = (rates.axes[name] / unit for name in ("gamma_g_B", "gamma_d_B"))
    ax.contour(across, up, ranks.T, [2.5], colors="white", linewidths=0.6, linestyles=":")
    for rank, x, y in ((3, 0.5, 0.5), (2, 0.12, 0.85), (2, 0.85, 0.12)):
        ax.text(x, y, f"{rank}", transform=ax.transAxes, color="white", ha="center",
                va="center", fontsize=10, fontweight="bold")  # fmt: skip
