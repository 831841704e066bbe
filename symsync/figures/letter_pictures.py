"""The pictures of Figs. 2 to 4 of the Letter, as columns of panels."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from symsync.figures.drawing import (
    Column,
    contoured,
    curves,
    headed,
    mapped,
    sphere,
    with_scale,
)
from symsync.figures.looks import Look
from symsync.figures.tables import FigureData, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["WORDS", "origins_in", "phases", "rates", "tongue"]

WORDS = {"exact": "exact", "first": "first order"}


def origins_in(table: Table, name: str) -> list[str]:
    """Return the origins of a quantity that the table holds, the exact one first."""
    return [origin for origin in WORDS if f"{name}_{origin}" in table.values]


def phases(data: FigureData, look: Look) -> dict[str, Column]:
    """Return Fig. 2: Q_A and Q_B on the sphere, and p_A, p_B and S_rel, for ε = 0 and ε > 0."""
    spheres, phases = data.tables["spheres"], data.tables["phases"]
    origins = origins_in(phases, "S_rel")
    largest = max(float(values.max()) for values in spheres.values.values())
    reach = 1.5 * max(float(np.abs(values).max()) for values in phases.values.values())

    def words(row: int, origin: str, brief: bool = False) -> str:
        strength = f"{look.labels['epsilon']} = {phases.axes['epsilon'][row] / look.unit:g}"
        if not row or len(origins) == 1:
            return strength
        return WORDS[origin] if brief else f"{strength},\n{WORDS[origin]}"

    def ball(name: str, row: int, origin: str, ax: "Axes", letter: str) -> None:
        values = spheres.values[f"{name}_{origin}"][row]
        image = sphere(ax, values, vmin=0, vmax=largest)
        with_scale(ax, image, f"{letter}${name}$, {words(row, origin, brief=True)}")

    def waves(row: int, origin: str, ax: "Axes", letter: str) -> None:
        names = {f"{name}_{origin}": look.labels[name] for name in ("S_rel", "p_A", "p_B")}
        curves(ax, phases, names, "phi", look, row=row)
        ax.set_ylim(-reach, reach)
        headed(ax, f"{letter}{words(row, origin)}")
        if not row:
            ax.legend(loc="upper right", labelspacing=0.3)

    rows = {"uncoupled": (0, origins[0])} | {origin: (1, origin) for origin in origins}
    return {
        name: Column({f"{name}_{key}": partial(ball, name, *row) for key, row in rows.items()})
        for name in ("Q_A", "Q_B")
    } | {"phases": Column({f"phases_{key}": partial(waves, *row) for key, row in rows.items()}, 2)}


def tongue(data: FigureData, look: Look) -> dict[str, Column]:
    """Return Fig. 3: the Arnold tongues of max S_rel, N and I over ε and Δ, with p_A and p_B."""
    table, insets = data.tables["tongue"], data.tables["insets"]

    def panel(name: str, origin: str, ax: "Axes", letter: str) -> None:
        mapped(ax, table, f"{name}_{origin}", "Delta", "epsilon", look,
               letter + _titled(name, origin, look),
               look.levels(name, table.values[f"{name}_{origin}"]))  # fmt: skip
        if name == "S_rel_max":
            reach = float(table.values[f"S_rel_max_{origin}"].max())
            for site, left in (("A", 0.1), ("B", 0.7)):
                values = insets.values[f"p_{site}_{origin}"]
                _inset(ax, insets.axes["phi"], values, look.labels[f"p_{site}"], left, reach)

    return {
        name: Column(
            {f"{name}_{o}": partial(panel, name, o) for o in origins_in(table, name)}, is_map=True
        )
        for name in ("S_rel_max", "negativity", "mutual_information")
    }


def _titled(name: str, origin: str, look: Look) -> str:
    words = "of Eq. (7)" if (name, origin) == ("mutual_information", "first") else WORDS[origin]
    return f"{look.labels[name]}, {words}"


def _inset(
    ax: "Axes", phi: np.ndarray, values: np.ndarray, label: str, left: float, reach: float
) -> None:
    """Draw p_A or p_B in a corner of the tongue, on the scale of the largest S_rel."""
    inset = ax.inset_axes((left, 0.12, 0.22, 0.2))
    inset.set_facecolor("none")
    inset.spines[:].set_color("white")
    inset.plot(phi, values, color="white", lw=1)
    inset.set_xlim(-np.pi, np.pi)
    inset.set_ylim(-reach, reach)
    inset.set_xticks([-np.pi, np.pi], [r"$-\pi$", r"$\pi$"])
    inset.set_yticks([0])
    inset.tick_params(colors="white", labelsize=7, length=1.5, pad=1)
    inset.set_title(label, color="white", pad=2, fontsize=7)


def rates(data: FigureData, look: Look) -> dict[str, Column]:
    """Return Fig. 4: max S_rel and N over the rates of B, with Schmidt ranks, and the cut."""
    table, cut = data.tables["rates"], data.tables["cut"]
    origins, unit = origins_in(table, "S_rel_max"), data.parameters["gamma_d_A"] / look.unit

    def panel(name: str, origin: str, ax: "Axes", letter: str) -> None:
        mapped(ax, table, f"{name}_{origin}", "gamma_g_B", "gamma_d_B", look,
               letter + _titled(name, origin, look),
               look.levels(name, table.values[f"{name}_{origin}"]))  # fmt: skip
        ax.plot([unit, unit], [unit, ax.get_ylim()[1]], color="white", lw=0.8, ls="--")
        if name == "negativity":
            _write_ranks(ax, table, origin, look)

    def along(origin: str, ax: "Axes", letter: str) -> None:
        names = ("S_rel_max", "mutual_information", "negativity")
        curves(ax, cut, {f"{name}_{origin}": look.labels[name] for name in names},
               "gamma_d_B", look)  # fmt: skip
        ax.axhline(1, color="0.6", lw=0.6, zorder=0)
        ax.set_ylim(bottom=0)
        ax.set_ylabel("normalized")
        headed(ax, f"{letter}{look.labels['gamma_g_B']} = {unit:g}, {WORDS[origin]}")
        ax.legend(loc="upper right")

    return {
        name: Column({f"{name}_{o}": partial(panel, name, o) for o in origins}, is_map=True)
        for name in ("S_rel_max", "negativity")
    } | {"cut": Column({f"cut_{origin}": partial(along, origin) for origin in origins})}


def _write_ranks(ax: "Axes", table: Table, origin: str, look: Look) -> None:
    """Draw the line between regions of the Schmidt rank, and write the rank into three corners."""
    name = f"schmidt_rank_{origin}"
    contoured(ax, table, name, "gamma_g_B", "gamma_d_B", look, [2.5], None, linestyles=":")
    ranks = table.values[name]
    for x, y in ((0.5, 0.5), (0.12, 0.85), (0.85, 0.12)):
        rank = ranks[round(x * (len(ranks) - 1)), round(y * (ranks.shape[1] - 1))]
        ax.text(x, y, f"{rank}", transform=ax.transAxes, color="white", ha="center",
                va="center", fontsize=9, fontweight="bold")  # fmt: skip
