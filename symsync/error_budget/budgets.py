"""The error of an order against the exact formula, and where this error is small."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sympy import Symbol, arg, atan2

from symsync.error_budget.phases import degree, highest
from symsync.error_budget.search import Array, first_excess
from symsync.expressions.checks import did_you_mean
from symsync.expressions.spectral import WavePhase
from symsync.expressions.symbols import describe
from symsync.formula import Equation, joined

__all__ = ["Validity"]

BELOW, ABOVE = 1e-9, 1e3
"""The range that is searched, in units of the smallest and the largest parameter."""

TINIEST = 1e-30
"""The smallest parameter: exact formulas multiply eight of them in double precision."""

SMALLEST = 1e-9
"""The smallest bound: smaller errors are lost in the rounding of the two formulas."""

PHASES = 64
"""So many phases tell the maximum over φ of a formula that is no sum of a few harmonics."""


@dataclass(frozen=True)
class Validity:
    """The error budget of a formula that holds to some order.

    Attributes
    ----------
    first
        The formula.
    exact
        Its counterpart to all orders.
    next_orders
        The next terms, which the formula leaves out, as far as the catalogue holds them.
    phase
        The phase φ on which the formulas depend, or None.
    """

    first: Equation
    exact: Equation
    next_orders: tuple[Equation, ...] = ()
    phase: Symbol | None = None

    @property
    def is_angle(self) -> bool:
        """Whether the formulas are angles, whose error is a difference in rad."""
        _, function = self.exact.rhs.as_coeff_Mul()
        unit = describe(self.exact.lhs).unit
        return unit == "rad" or isinstance(function, atan2 | WavePhase | arg)

    @property
    def meaning(self) -> str:
        """What the error is, in words."""
        order = str(self.first.order) or self.first.label
        if self.is_angle:
            return f"angle between {order} and exact, in rad"
        size = f"maximum of exact over {self.phase}" if self.phase else "|exact|"
        return f"relative error of {order}, |{order} − exact| / {size}"

    @cached_property
    def _both(self) -> Any:
        return replace(joined([self.first, self.exact]), label=self.first.label).function()

    def error(self, **parameters: ArrayLike) -> Any:
        """Return the relative error of the order at given parameters.

        The error is |first − exact|/|exact|.  That of a formula that depends on a phase φ is
        relative to the maximum over φ of the exact one.  That of an angle is the difference of the
        two angles in rad, at most π.

        Parameters
        ----------
        **parameters
            Those of both equations: numbers or arrays that broadcast.

        Returns
        -------
        float or ndarray
            The error in the broadcast shape.  It is inf if only the exact value vanishes, and nan
            if both values vanish.
        """
        _require_range(parameters)
        apart, size = self._difference(parameters)
        with np.errstate(divide="ignore", invalid="ignore"):
            return (apart / size)[()]

    def _difference(self, parameters: Mapping[str, Any]) -> tuple[Any, Any]:
        """Return by how much the two formulas differ, and the size to which that is compared."""
        values = self._both(**parameters)
        apart = values[..., 0] - values[..., 1]
        if self.is_angle:
            return np.abs(np.remainder(apart + np.pi, 2 * np.pi) - np.pi), 1.0
        if self.phase is None:
            return np.abs(apart), np.abs(values[..., 1])
        return np.abs(apart), self._crest(self.phase, parameters)

    def _crest(self, phase: Symbol, parameters: Mapping[str, Any]) -> Any:
        """Return the maximum over φ of the exact formula."""
        harmonics = degree(self.exact.rhs, phase)
        count = PHASES if harmonics is None else 2 * harmonics + 2
        others = {name: np.asarray(value) for name, value in parameters.items()}
        dimensions = max(value.ndim for value in others.values())
        grid = 2 * np.pi * np.arange(count) / count
        others[phase.name] = grid.reshape(count, *[1] * dimensions)
        return highest(np.fft.rfft(self._both(**others)[..., 1], axis=0)[:-1] / count)

    def largest(self, name: str | Symbol, bound: ArrayLike, **parameters: ArrayLike) -> Any:
        """Return the largest value of a parameter up to which the error stays within a bound.

        Parameters
        ----------
        name
            The parameter, or its name: the strength of a coupling, or anything else that grows
            from zero.
        bound
            The error that is allowed, at least 1e-9, in rad if the formulas are angles; it
            broadcasts.
        **parameters
            All other parameters of both equations.

        Returns
        -------
        float or ndarray
            The value in the broadcast shape, in the unit of the parameter.  It is 0 if the error
            exceeds the bound at once, such as where first order vanishes and the exact value does
            not, infinite if it never does, and nan if it has no value anywhere.

        Raises
        ------
        ValueError
            If there is no such parameter or it is a phase, a bound is too small, or a parameter is
            outside its domain, or the one that is looked for is given.
        TypeError
            If a parameter is missing.

        Notes
        -----
        The error is computed at thirty values per decade, which differ by 8 %, from three decades
        below the smallest other parameter (or 1 if there is none) to three above the largest, and
        at six per decade in the six decades below.  Its first crossing of the bound is followed to
        the last digit.  Between three values a crest is looked for where a parabola nearly reaches
        the bound.  What exceeds the bound only within less is not seen.  Values at which the error
        is not known count as outside, unless it is known at no smaller one.

        Examples
        --------
        >>> from symsync import S_rel_maximum, spin_pair, validity
        >>> budget = validity(S_rel_maximum, spin_pair())
        >>> rates = dict(gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100)
        >>> budget.largest("epsilon", [0.01, 0.1], Delta=0, **rates).round(4)
        array([0.0492, 0.1564])
        """
        symbol = self._searched(name)
        if symbol.name in parameters:
            raise ValueError(f"Argument `{symbol.name}` is what is looked for; leave it out.")
        bound = _numbers("bound", bound)
        _require_range({"bound": bound, **parameters})
        if not (bound >= SMALLEST).all():
            raise ValueError(
                f"Argument `bound` must be at least {SMALLEST}, but is "
                f"{bound[~(bound >= SMALLEST)][0]}. Smaller errors are lost in rounding."
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of points without a value
            self._both(**{symbol.name: 1.0}, **parameters)  # which checks them
            return self._searched_at(symbol, bound, parameters)

    def largest_epsilon(self, bound: ArrayLike, **parameters: ArrayLike) -> Any:
        """Return the largest ε up to which the error stays within a bound; see `largest`.

        Parameters
        ----------
        bound
            The relative error that is allowed, at least 1e-9; it broadcasts.
        **parameters
            All parameters of both equations except ε.

        Returns
        -------
        float or ndarray
            ε in 1/time, in the broadcast shape.

        Raises
        ------
        ValueError, TypeError
            Those of `largest`.

        Examples
        --------
        >>> from symsync import validity
        >>> rates = dict(gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100)
        >>> validity("mu_plus").largest_epsilon([0.01, 0.1], Delta=0, **rates).round(4)
        array([0.0499, 0.1579])
        """
        return self.largest("epsilon", bound, **parameters)

    def _searched(self, name: Any) -> Symbol:
        """Return the parameter that is looked for."""
        own = {symbol.name: symbol for symbol in (*self.first.parameters, *self.exact.parameters)}
        given = name.name if isinstance(name, Symbol) else name
        if not isinstance(given, str) or given not in own:
            raise ValueError(
                f"Argument `name` must be one of the parameters {', '.join(own)}, but is {name!r}."
                f"{did_you_mean(given, own)}"
            )
        symbol = own[given]
        if symbol == self.phase or describe(symbol).unit == "rad" or not symbol.is_extended_real:
            what = "an angle" if symbol.is_extended_real else "not declared real"
            raise ValueError(
                f"Argument `name` must be a parameter that grows from zero, but {given} is {what}. "
                "Name a coupling."
            )
        return symbol

    def _searched_at(self, symbol: Symbol, bound: Array, parameters: Mapping[str, Any]) -> Any:
        values = {name: np.asarray(value) for name, value in parameters.items()}
        shape = np.broadcast_shapes(bound.shape, *(value.shape for value in values.values()))
        lines = {name: np.broadcast_to(v, shape).reshape(-1, 1) for name, v in values.items()}
        allowed = np.broadcast_to(bound, shape).reshape(-1, 1)
        phase = self.phase.name if self.phase else ""
        sizes = np.array([np.abs(line[:, 0]) for n, line in lines.items() if n != phase] or [[1.0]])

        def ratio(points: Any, x: Any) -> Array:
            here = {name: line[points] for name, line in lines.items()}
            apart, size = self._difference({**here, symbol.name: x})
            with np.errstate(divide="ignore", invalid="ignore"):
                found = apart / (allowed[points] * size)
            return np.where(apart == 0, 0.0, found)

        if not allowed.size:
            return np.zeros(shape)
        positive = np.where(sizes > 0, sizes, np.nan)
        some = np.isfinite(positive).any(axis=0)
        lowest = np.where(some, np.nanmin(np.where(some, positive, 1.0), axis=0), 1.0)
        largest = np.where(some, sizes.max(axis=0), 1.0)
        decades = np.log10((ABOVE * largest / (BELOW * lowest)).max())
        lowest = np.broadcast_to(BELOW * lowest, len(allowed))
        return first_excess(ratio, lowest, decades).reshape(shape)[()]

    def __repr__(self) -> str:
        return f"<Validity of {self.first.label} against {self.exact.label}>"


def _numbers(name: str, value: Any) -> Array:
    try:
        return np.asarray(value, float)
    except (TypeError, ValueError, OverflowError):
        raise TypeError(f"Argument `{name}` must be numbers, but is {value!r}.") from None


def _require_range(parameters: Mapping[str, Any]) -> None:
    """Reject parameters at which the exact formulas leave the range of double precision."""
    for name, value in parameters.items():
        try:
            size = np.abs(np.asarray(value, complex))
        except (TypeError, ValueError, OverflowError):
            raise TypeError(f"Argument `{name}` must be numbers, but is {value!r}.") from None
        bad = (size > 1 / TINIEST) | ((size < TINIEST) & (size > 0))
        if bad.any():
            raise ValueError(
                f"Argument `{name}` must be within 10^±30, but is {size[bad].flat[0]:g}. "
                "Choose another unit."
            )
