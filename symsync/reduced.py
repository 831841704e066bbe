"""The expansion of the reduced state of some of a system's sites."""

from symsync.expansion import Series
from symsync.state import State, require_sites

__all__ = ["ReducedSeries", "reduced_series"]


class ReducedSeries:
    """The corrections ρ₀, ρ₁, ρ₂, … to the state of some of a system's sites.

    `reduced[n]` is the partial trace of `series[n]`, which every measure takes in its place.
    """

    def __init__(self, series: Series, sites: tuple[str, ...]) -> None:
        self.series = series
        self.sites = sites

    def __getitem__(self, order: int) -> State:
        return self.series[order].partial_trace(*self.sites)

    def __repr__(self) -> str:
        return f"<{self.series!r} reduced to {', '.join(self.sites)}>"


def reduced_series(series: Series, *sites: str) -> ReducedSeries:
    """Return the expansion of the reduced state of the named sites, all others traced out.

    Raises
    ------
    ValueError
        If a site is unknown or named twice, or none is named.
    """
    if not isinstance(series, Series):
        raise ValueError(
            f"Argument `series` must be a series, but is a {type(series).__name__}. "
            "Write steady_series(system)."
        )
    require_sites("sites", sites, series.system.sites)
    return ReducedSeries(series, sites)
