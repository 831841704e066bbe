"""The figures: Figs. 2 to 4 of the Letter and three of our own.

Each takes the data to draw, by default the Letter's, and a figure to draw into, by default a
new one, and returns a `Drawing`.
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
    curves,
    density,
    labelled,
    matplotlib_module,
    new_figure,
    sphere,
    style,
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
    "draw_phases",
    "draw_rates",
    "draw_tongue",
    "draw_validity",
]

_WORDS = {"exact": "exact", "first": "first order"}


def _origins(table: Table, name: str) -> list[str]:
    """Return the origins of a quantity that the table holds, the exact one first."""
    return [origin for origin in _WORDS if f"{name}_{origin}" in table.values]


def _begun(
    figure: "Figure | SubFigure | None", width: float, height: float
) -> "Figure | SubFigure":
    return new_figure(width, height) if figure is None else figure


def _with_scale(figure: Any, ax: "Axes", mesh: Any, label: str) -> None:
    bar = figure.colorbar(mesh, ax=ax, location="top", aspect=30, pad=0.02)
    bar.set_label(label)
    bar.ax.locator_params(nbins=4)
    bar.outline.set_linewidth(0.6)


def draw_phases(data: FigureData | None = None, fig: "Figure | SubFigure | None" = None) -> Drawing:
    """Draw Fig. 2: Q_A and Q_B on the sphere beside p_A, p_B and S_rel, ε = 0 and ε > 0."""
    data = data or numbers.phases_data()
    spheres, phases = data.tables["spheres"], data.tables["phases"]
    origins = _origins(phases, "S_rel")
    rows = [(0, origins[0]), *((1, origin) for origin in origins)]
    largest = max(float(values.max()) for values in spheres.values.values())
    reach = 1.2 * max(float(np.abs(values).max()) for values in phases.values.values())
    with style():
        figure = _begun(fig, 0.8 * PAGE, 1.4 * len(rows))
        grid = figure.add_gridspec(len(rows), 3, width_ratios=[1, 1, 2])
        axes = {}
        for k, (strength, origin) in enumerate(rows):
            for column, site in enumerate("AB"):
                ax = axes[f"{'abc'[k]}: Q_{site}"] = figure.add_subplot(grid[k, column])
                image = sphere(ax, spheres.values[f"Q_{site}_{origin}"][strength],
                               vmin=0, vmax=largest)  # fmt: skip
                ax.text(0.85, 0.85, f"$Q_{site}$")
            epsilon = phases.axes["epsilon"][strength] / data.parameters["gamma_d_A"]
            words = f", {_WORDS[origin]}" if strength and len(origins) > 1 else ""
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
    """Draw Fig. 3: the Arnold tongues of max S_rel, N and I over ε and Δ, insets p_A and p_B."""
    data = data or numbers.tongue_data()
    tongue, insets = data.tables["tongue"], data.tables["insets"]
    names = ("S_rel_max", "negativity", "mutual_information")
    origins = _origins(tongue, "S_rel_max")
    with style():
        figure = _begun(fig, PAGE, 2.4 * len(origins))
        panels = figure.subplots(len(origins), 3, sharex=True, sharey=True, squeeze=False)
        axes = {}
        for k, origin in enumerate(origins):
            for column, name in enumerate(names):
                ax = axes[f"{name}_{origin}"] = panels[k, column]
                mesh = density(ax, tongue, f"{name}_{origin}", x="Delta", y="epsilon",
                               unit=data.parameters["gamma_d_A"], vmin=0)  # fmt: skip
                _with_scale(figure, ax, mesh, _titled("abcdef"[3 * k + column], name, origin))
                ax.label_outer()
            reach = float(tongue.values[f"S_rel_max_{origin}"].max())
            for site, left in (("A", 0.1), ("B", 0.7)):
                _inset(panels[k, 0], insets, f"p_{site}", origin, left, reach)
    return Drawing(figure, axes, data)


def _titled(letter: str, name: str, origin: str) -> str:
    words = "of Eq. (7)" if (name, origin) == ("mutual_information", "first") else _WORDS[origin]
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
    """Draw Fig. 4: max S_rel and N over the rates of B, with Schmidt ranks, and the cut."""
    data = data or numbers.rates_data()
    rates, cut = data.tables["rates"], data.tables["cut"]
    origins = _origins(rates, "S_rel_max")
    unit = data.parameters["gamma_d_A"]
    with style():
        figure = _begun(fig, PAGE, 2.5 * len(origins))
        panels = figure.subplots(len(origins), 3, squeeze=False)
        axes = {}
        for k, origin in enumerate(origins):
            for column, name in enumerate(("S_rel_max", "negativity")):
                ax = axes[f"{name}_{origin}"] = panels[k, column]
                mesh = density(ax, rates, f"{name}_{origin}", x="gamma_g_B", y="gamma_d_B",
                               unit=unit, vmin=0)  # fmt: skip
                _with_scale(figure, ax, mesh, _titled("abcdef"[3 * k + column], name, origin))
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


_ERRORS = {0.01: ("1 %", "-"), 0.05: ("5 %", "--"), 0.2: ("20 %", ":")}


def draw_validity(
    data: FigureData | None = None, fig: "Figure | SubFigure | None" = None
) -> Drawing:
    """Draw the relative errors of first order over ε and Δ, with contours at 1, 5 and 20 %."""
    data = data or numbers.validity_data()
    table = data.tables["validity"]
    logarithmic = matplotlib_module(".colors").LogNorm(1e-4, 1)
    with style():
        figure = _begun(fig, PAGE, 2.6)
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
    """Draw S_rel(φ, t) after the coupling is switched on at t = 0, and what first order misses.

    The dashed lines follow the phase of the first harmonic.
    """
    data = data or numbers.locking_data()
    table, unit = data.tables["locking"], data.parameters["gamma_d_A"]
    panels = {f"S_rel_{origin}": _WORDS[origin] for origin in _origins(table, "S_rel")}
    if len(panels) > 1:
        error = table.values["S_rel_first"] - table.values["S_rel_exact"]
        table = Table(table.axes, {**table.values, "error": error})
        panels["error"] = "first order − exact"
    with style():
        figure = _begun(fig, PAGE if len(panels) > 1 else COLUMN, 2.4)
        drawn = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        axes = dict(zip(panels, drawn, strict=True))
        for letter, (name, ax) in zip("abc", axes.items(), strict=False):
            reach = float(np.abs(table.values[name]).max())
            mesh = density(ax, table, name, x="t", y="phi", cmap="RdBu_r", vmin=-reach,
                           vmax=reach, unit=unit)  # fmt: skip
            _with_scale(figure, ax, mesh, f"({letter})  {LABELS['S_rel_t']}, {panels[name]}")
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
    """Draw max S_rel, N, and the region where spins are entangled and no phase is locked."""
    data = data or numbers.blockade_data()
    table = data.tables["blockade"]
    origins = _origins(table, "S_rel_max")
    names = {"S_rel_max": LABELS["S_rel_max"], "negativity": LABELS["negativity"],
             "locked_fraction": r"$\max S_{\mathrm{rel}}\,/\,(9\pi/128)\,\mathcal{N}$"}  # fmt: skip
    with style():
        figure = _begun(fig, PAGE, 2.5 * len(origins))
        panels = figure.subplots(len(origins), 3, sharex=True, sharey=True, squeeze=False)
        axes = {}
        for k, origin in enumerate(origins):
            for column, (name, label) in enumerate(names.items()):
                ax = axes[f"{name}_{origin}"] = panels[k, column]
                mesh = density(ax, table, f"{name}_{origin}", x="imbalance", y="epsilon",
                               unit=data.parameters["gamma_d_A"], vmin=0)  # fmt: skip
                letter = "abcdef"[3 * k + column]
                _with_scale(figure, ax, mesh, f"({letter})  {label}, {_WORDS[origin]}")
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
    """A figure by name: what it shows, its data and how it is drawn.

    Attributes
    ----------
    words
        What it shows.
    compute, draw
        The functions that return its data and its drawing.
    has_origin
        Whether it may be drawn from the exact state or the first order alone.
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
    """Draw every figure with its default data into a folder, as figure-2.svg and so on."""
    for name, picture in FIGURES.items():
        picture.draw().save(Path(folder) / f"figure-{name}{ending}")
