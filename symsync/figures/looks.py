"""What a user may change about panels: units, texts and levels."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy import isfinite
from numpy.typing import NDArray

__all__ = ["Look", "ends", "labels_in"]

Array = NDArray[Any]


@dataclass(frozen=True)
class Look:
    """What a user may change about panels.

    Attributes
    ----------
    unit
        The number by which rates are divided and times multiplied.
    labels
        Text for each axis and quantity.
    contours
        Levels at which lines are drawn, for each panel.
    """

    unit: float
    labels: Mapping[str, str]
    contours: Mapping[str, Sequence[float]]

    def levels(self, panel: str, values: Array, default: Sequence[float] = ()) -> Sequence[float]:
        """Return the levels of a panel, and warn of those that its values do not reach."""
        for level in self.contours.get(panel, ()):
            low, high = ends(values)
            if not low < level < high:
                warnings.warn(
                    f"No line is drawn at {panel} = {level:g}, for its values are from {low:.4g} "
                    f"to {high:.4g}.",
                    stacklevel=2,
                )
        return self.contours.get(panel, default)


def labels_in(unit: str) -> dict[str, str]:
    """Return the Letter's notation for axes and quantities, with rates in a unit (LaTeX)."""
    rates = {"epsilon": r"\varepsilon", "Delta": r"\Delta", "gamma_g_B": r"\gamma^g_B",
             "gamma_d_B": r"\gamma^d_B"}  # fmt: skip
    return {name: rf"${rate}/{unit}$" if unit else f"${rate}$" for name, rate in rates.items()} | {
        "imbalance": r"$\gamma^d_B/\gamma^g_B$",
        "t": rf"${unit}\,t$" if unit else "$t$",
        "phi": r"$\phi$",
        "S_rel": r"$S_{\mathrm{rel}}$",
        "p_A": r"$p_A$",
        "p_B": r"$p_B$",
        "S_rel_max": r"$\max S_{\mathrm{rel}}$",
        "negativity": r"$\mathcal{N}$",
        "mutual_information": r"$I$",
        "locked_fraction": "locked fraction",
        "error": r"$S_{\mathrm{rel}}$",
    }


def ends(values: Array) -> tuple[float, float]:
    """Return the lowest and the highest of values that are finite, 0 and 0 if none is."""
    known = values[isfinite(values)]
    return (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
