"""The corrections to a state, order by order, whatever they come from."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sympy import Rational

from symsync.derive.state import State, require_sites

__all__ = ["ReducedSeries", "Series", "require_series"]


class Series:
    """The corrections ρ₀, ρ₁, ρ₂, … to a state, each derived at its first use.

    `series[n]` is a `State` that contains the n-th power of the coupling strengths, all of them
    together.  `series[1, 0, 2]` is the part of first order in the first coupling of the system and
    of second order in the third one, in the order of `series.couplings`.

    Attributes
    ----------
    spins
        {site: S}.
    latex_symbol
        The LaTeX symbol of the corrections.
    begins_as_product
        Whether ρ₀ is known to be the product of the limit cycles.
    """

    spins: Mapping[str, Rational]
    latex_symbol: str = r"\rho"
    begins_as_product: bool = False
    __iter__: ClassVar[None] = None  # a series has no end

    def __getitem__(self, order: Any) -> State:
        raise NotImplementedError

    def partial_sum(self, order: int) -> State:
        """Return ρ₀ + … + ρ_order."""
        highest = self[order]
        total = self[0] if order else highest
        for n in range(1, order + 1):
            total = total + self[n]
        return total

    def reduced(self, *sites: str) -> "ReducedSeries":
        """Return the expansion of the reduced state of the named sites; all others are traced out.

        Raises
        ------
        ValueError
            If a site is unknown or named twice, or none is named.

        Examples
        --------
        >>> from symsync import chain, steady_series
        >>> len(steady_series(chain(3)).reduced("A", "C")[1])
        0
        """
        require_sites("sites", sites, self.spins)
        return ReducedSeries(self, sites)

    def _repr_latex_(self) -> str:
        """The uncoupled state and the first correction, or their rates of change."""
        rows = [
            rf"{self.latex_symbol}_{order} {'=' * (row == 0)}{source}"
            for order in (0, 1)
            for row, source in enumerate(self[order].latex_rows())
        ]
        body = " \\\\\n".join(rows)
        return f"$\\displaystyle \\begin{{aligned}}\n{body}\n\\end{{aligned}}$"


class ReducedSeries(Series):
    """The expansion of the reduced state of some sites: partial traces of `series[n]`."""

    def __init__(self, series: Series, sites: tuple[str, ...]) -> None:
        self.series = series
        self.sites = sites
        self.spins = {site: series.spins[site] for site in sites}
        self.latex_symbol = series.latex_symbol
        self.begins_as_product = series.begins_as_product

    def __getitem__(self, order: Any) -> State:
        return self.series[order].partial_trace(*self.sites)

    def __repr__(self) -> str:
        return f"<{self.series!r} reduced to {', '.join(self.sites)}>"


def require_series(value: Any) -> None:
    """Reject what is no series."""
    if not isinstance(value, Series):
        raise ValueError(
            f"Argument `series` must be a series, but is a {type(value).__name__}. "
            "Write steady_series(system), or a reduced series."
        )
