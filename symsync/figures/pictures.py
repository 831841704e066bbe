"""The pictures of our own, and of any state, model and network, as columns of panels."""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from symsync.figures.drawing import (
    Column,
    contoured,
    curves,
    density,
    mapped,
    matplotlib_module,
    sphere,
    strip_above,
    with_scale,
)
from symsync.figures.letter_pictures import WORDS, origins_in
from symsync.figures.looks import Look
from symsync.figures.tables import FigureData, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["blockade", "locking", "network", "spheres", "validity"]

_ERRORS = (0.01, 0.05, 0.2)


def validity(data: FigureData, look: Look) -> dict[str, Column]:
    """Return the relative errors of first order over ε and Δ, with contours at 1, 5 and 20 %."""
    table = data.tables["validity"]
    logarithmic = matplotlib_module(".colors").LogNorm(1e-4, 1)
    logarithmic.extend = "both"

    def percent(error: float) -> str:
        return f"{100 * error:g} %"

    def panel(name: str, ax: "Axes", letter: str) -> None:
        mapped(ax, table, f"{name}_error", "Delta", "epsilon", look,
               f"{letter}relative error of {look.labels[name]}",
               look.levels(name, table.values[f"{name}_error"], _ERRORS), percent,
               norm=logarithmic)  # fmt: skip

    return {
        name: Column({f"{name}_error": partial(panel, name)}, is_map=True)
        for name in ("S_rel_max", "negativity")
    }


def locking(data: FigureData, look: Look) -> dict[str, Column]:
    """Return S_rel(φ, t), its maximum above and its phase as a line, and the error if there is one.

    The phase is that of the first harmonic.
    """
    table, maximum = data.tables["locking"], data.tables["maximum"]
    titles = {"S_rel": "", "S_rel_exact": ", exact", "S_rel_first": ", first order"}
    titles = {name: words for name, words in titles.items() if name in table.values}
    if len(titles) > 1:
        error = table.values["S_rel_first"] - table.values["S_rel_exact"]
        table = Table(table.axes, {**table.values, "error": error})
        maximum = Table(maximum.axes, {**maximum.values, "error": np.abs(error).max(axis=1)})
        titles["error"] = ", first order − exact"

    def panel(name: str, ax: "Axes", letter: str) -> None:
        mesh = density(ax, table, name, "t", "phi", look)
        contoured(ax, table, name, "t", "phi", look, look.levels(name, table.values[name]))
        with_scale(ax, mesh, "", "right")
        if name != "error":
            ax.plot(table.axes["t"] * look.unit, _phase(table, name), color="black", lw=0.8,
                    ls="--")  # fmt: skip
        above = strip_above(ax)
        curves(above, maximum, {name: ""}, "t", look)
        above.set(xlabel="", xticklabels=[], ylim=(0, None), ylabel="max")
        above.locator_params(axis="y", nbins=3)
        above.set_title(f"{letter}{look.labels['S_rel']}{titles[name]}")

    return {name: Column({name: partial(panel, name)}, is_map=True) for name in titles}


def _phase(table: Table, name: str) -> Any:
    """Return the phase of the first harmonic at each time, nan where there is none or it wraps."""
    phi, values = table.axes["phi"][:-1], table.values[name][:, :-1]  # π is −π once more
    harmonic = values @ np.exp(1j * phi)
    phase = np.where(np.abs(harmonic) > 1e-9 * np.abs(harmonic).max(), np.angle(harmonic), np.nan)
    phase[1:][np.abs(np.diff(phase)) > np.pi] = np.nan
    return phase


def blockade(data: FigureData, look: Look) -> dict[str, Column]:
    """Return max S_rel, N, and the region where spins are entangled and no phase is locked.

    It is enclosed where they lock less than a tenth of what their entanglement allows.
    """
    table = data.tables["blockade"]

    def panel(name: str, origin: str, ax: "Axes", letter: str) -> None:
        mapped(ax, table, f"{name}_{origin}", "imbalance", "epsilon", look,
               f"{letter}{look.labels[name]}, {WORDS[origin]}",
               look.levels(name, table.values[f"{name}_{origin}"]))  # fmt: skip
        fraction, across = f"locked_fraction_{origin}", table.axes["imbalance"]
        contoured(ax, table, fraction, "imbalance", "epsilon", look, [0.1], None, linestyles="--")
        if table.values[fraction].min() < 0.1 and across[0] < 1 < across[-1]:
            ax.text(1, float(np.mean(ax.get_ylim())), "unlocked", color="white", rotation=90,
                    ha="center", va="center")  # fmt: skip

    return {
        name: Column(
            {f"{name}_{o}": partial(panel, name, o) for o in origins_in(table, name)}, is_map=True
        )
        for name in ("S_rel_max", "negativity", "locked_fraction")
    }


def spheres(data: FigureData, look: Look) -> dict[str, Column]:
    """Return the Husimi or Wigner function of each site on its sphere; W = 0 is a line."""

    def panel(name: str, ax: "Axes", letter: str) -> None:
        kind, site = name.split("_", 1)
        words = f"${kind}_{{{site}}}$" if site.isalnum() else f"${kind}$, {_plain(site)}"
        with_scale(ax, sphere(ax, values[name]), letter + look.labels.get(name, words))

    values = data.tables["spheres"].values
    return {name: Column({name: partial(panel, name)}) for name in values}


def _plain(text: str) -> str:
    return text.replace("$", r"\$")


def network(data: FigureData, look: Look) -> dict[str, Column]:
    """Return a network with pairs coloured by max S_rel and an arrow for the phase of each.

    Dotted lines join pairs without a coupling.  Where S_rel vanishes there is no arrow.
    """

    def panel(ax: "Axes", letter: str) -> None:
        sites, pairs = data.tables["sites"].values, data.tables["pairs"].values
        where = np.stack([sites["x"], sites["y"]], axis=1)
        ends = where[np.stack([pairs["a"], pairs["b"]], axis=1).astype(int)]
        coupled = pairs["coupled"] == 1
        lines = matplotlib_module(".collections").LineCollection
        for chosen, color, width in ((~coupled, "0.8", 3.2), (coupled, "black", 3.6)):
            ax.add_collection(lines(ends[chosen], colors=color, linewidths=width))
        coloured = lines(ends, array=pairs["S_rel_max"], linewidths=np.where(coupled, 2.4, 1.6),
                         linestyles=np.where(coupled, "-", ":"))  # fmt: skip
        coloured.set_clim(0, float(pairs["S_rel_max"].max()) or 1.0)
        ax.add_collection(coloured)
        locked = pairs["S_rel_max"] > 1e-9 * pairs["S_rel_max"].max()
        (x, y), phase = ends[locked].mean(axis=1).T, pairs["phase"][locked]
        ax.scatter(x, y, s=90, color="white", edgecolors="0.5", linewidths=0.4, zorder=3)
        ax.quiver(x, y, np.cos(phase), np.sin(phase), pivot="mid", units="inches", zorder=4,
                  scale=1 / 0.11, scale_units="inches", width=0.012, headwidth=4.5)  # fmt: skip
        ax.scatter(sites["x"], sites["y"], s=110, color="black", zorder=3)
        for k, (x, y) in enumerate(where):
            ax.text(x, y, f"{k}", color="white", ha="center", va="center", zorder=5)
        ax.set_aspect("equal")
        ax.margins(0.12)
        ax.set_axis_off()
        ax.set_title(r"$\phi_a - \phi_b$, $a < b$: right 0, up $\pi/2$", y=-0.05, fontsize=7)
        with_scale(ax, coloured, letter + look.labels["S_rel_max"])

    return {"network": Column({"network": panel})}
