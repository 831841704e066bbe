"""The corrections to a state, order by order, whatever they come from."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from sympy import Expr, Rational

from symsync.derive.state import Element, State, require_sites
from symsync.expressions.latex import latex

__all__ = ["Correction", "ReducedSeries", "Series", "require_series"]


class Correction(State):
    """One order of a series, whose LaTeX says which.

    Parameters
    ----------
    spins, values, express, kind
        As of any `State`.
    order
        The order of all couplings together, or the powers of each.
    couplings
        The couplings, in the order of the powers.
    symbol
        The LaTeX symbol of the series.
    """

    def __init__(
        self,
        spins: Mapping[str, Rational],
        values: Mapping[Element, Any],
        express: Callable[[Any], Expr],
        kind: str,
        order: int | tuple[int, ...],
        couplings: Sequence[Any],
        symbol: str,
    ) -> None:
        super().__init__(spins, values, express, kind)
        self.order, self.couplings, self.symbol = order, tuple(couplings), symbol

    def __reduce__(self) -> tuple[Any, ...]:
        _, (spins, values, express, kind) = super().__reduce__()
        kept = self.order, self.couplings, self.symbol
        return Correction, (spins, values, express, kind, *kept)

    def latex_rows(self) -> list[str]:
        """Return the terms with ρ_n in front, or with ρ_{n,m,…} and what each index counts."""
        first, *others = super().latex_rows()
        if isinstance(self.order, int):
            return [f"{self.symbol}_{{{self.order}}} ={first}", *others]
        powers = ", ".join(map(str, self.order))
        counted = [
            rf"{power}:\; {latex(coupling.operator)}"
            for power, coupling in zip(self.order, self.couplings, strict=True)
        ]
        orders = r",\quad ".join(counted)
        return [f"{self.symbol}_{{{powers}}} ={first}", *others, rf"&\text{{orders}}\quad {orders}"]


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

    def reduced(self, *sites: str | int) -> "ReducedSeries":
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
        return ReducedSeries(self, require_sites("sites", sites, self.spins))

    def _repr_latex_(self) -> str:
        """The uncoupled state and the first correction, or their rates of change."""
        rows = [
            source if row else f"{self.latex_symbol}_{order} ={source}"
            for order in (0, 1)
            for row, source in enumerate(State.latex_rows(self[order]))
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
