"""How wrong first order is: its error against the exact formula, and where this error is small.

Both are known for every first-order equation that has an exact counterpart in the catalogue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symsync.catalogue.index import equations
from symsync.expressions.checks import did_you_mean
from symsync.expressions.symbols import Delta
from symsync.formula import Equation

__all__ = ["NAMES", "Validity", "validity"]

Array = NDArray[np.float64]

_NEXT = {
    "mu_plus": ["mu_plus_third"],
    "mu_minus": ["mu_minus_third"],
    "S_rel": ["S_rel_second", "S_rel_third"],
    "S_rel_resonant": ["S_rel_second", "S_rel_third"],
    "S_rel_max": ["S_rel_max_second", "S_rel_max_third"],
    "locking_phase": [],
    "negativity": ["negativity_second"],
    "negativity_resonant": ["negativity_second"],
}

NAMES = tuple(_NEXT)
"""The equations whose validity is known."""

STEPS = 400
"""The number of couplings at which the error is computed before the crossing is bisected."""

BELOW, ABOVE = 1e-9, 1e2
"""The range of couplings that is searched, in units of the smallest and the largest parameter."""

TINIEST = 1e-30
"""The smallest parameter: exact formulas multiply eight of them in double precision."""

SMALLEST = 1e-9
"""The smallest bound: smaller errors are lost in the rounding of the two formulas."""


@dataclass(frozen=True)
class Validity:
    """The error budget of a first-order equation.

    Attributes
    ----------
    first
        The equation.
    exact
        Its counterpart to all orders in the coupling.
    next_orders
        The next terms, which first order leaves out.  There are none if the catalogue holds no
        closed form of them.
    """

    first: Equation
    exact: Equation
    next_orders: tuple[Equation, ...]

    def error(self, **parameters: ArrayLike) -> Any:
        """Return the relative error of first order at given parameters.

        The error is |first − exact|/|exact|.  That of S_rel(φ) is relative to the maximum of S_rel
        over φ.  That of the locking phase is the difference of the two angles in rad.

        Parameters
        ----------
        **parameters
            Those of the exact equation: numbers or arrays that broadcast.

        Returns
        -------
        float or ndarray
            The error in the broadcast shape.  It is inf if only the exact value vanishes, and nan
            if both values vanish.
        """
        _require_range(parameters)
        exact = self._functions["exact"](**parameters)
        first = _at(self._functions["first"], parameters)
        if self.first.label == "locking_phase":
            return np.abs(np.remainder(first - exact + np.pi, 2 * np.pi) - np.pi)[()]
        scale = self._functions.get("maximum")
        size = np.abs(exact) if scale is None else _at(scale, parameters)
        with np.errstate(divide="ignore", invalid="ignore"):
            return (np.abs(first - exact) / size)[()]

    @cached_property
    def _functions(self) -> dict[str, Any]:
        """The evaluators, each built once; a formula that depends on φ adds its maximum over φ."""
        found = {"exact": self.exact.function(), "first": self.first.function()}
        if "phi" in found["exact"].parameters:
            maximum = equations["S_rel_max_exact"]
            resonant = "Delta" not in found["exact"].parameters
            found["maximum"] = (maximum.subs({Delta: 0}) if resonant else maximum).function()
        return found

    def largest_epsilon(self, bound: ArrayLike, **parameters: ArrayLike) -> Any:
        """Return the largest ε up to which the relative error stays within a bound.

        Parameters
        ----------
        bound
            The relative error that is allowed, at least 1e-9; it broadcasts.
        **parameters
            Those of the exact equation except ε, rates and Δ in 1/time.

        Returns
        -------
        float or ndarray
            ε in 1/time, in the broadcast shape.  It is 0 if first order vanishes and the exact
            value does not.

        Raises
        ------
        ValueError
            If a bound is too small, a parameter is outside its domain, or ε is given.
        TypeError
            If a parameter is missing.

        Notes
        -----
        The error is computed at 400 couplings, from far below to far above all rates, and its first
        crossing of the bound is bisected.  Neighbouring couplings differ by about 8 %.  An error
        that exceeds the bound only between two of them is not seen.

        Examples
        --------
        >>> from symsync import validity
        >>> rates = dict(gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100)
        >>> validity("mu_plus").largest_epsilon([0.01, 0.1], Delta=0, **rates).round(4)
        array([0.0499, 0.1579])
        """
        if "epsilon" in parameters:
            raise ValueError("Argument `epsilon` is what is looked for; leave it out.")
        bound = np.asarray(bound, float)
        _require_range({"bound": bound, **parameters})
        if not (bound >= SMALLEST).all():
            raise ValueError(
                f"Argument `bound` must be at least {SMALLEST}, but is "
                f"{bound[~(bound >= SMALLEST)][0]}. Smaller errors are lost in rounding."
            )
        self._functions["exact"](epsilon=1.0, **parameters)  # which checks them
        values = {name: np.asarray(value, float) for name, value in parameters.items()}
        shape = np.broadcast_shapes(bound.shape, *(value.shape for value in values.values()))
        values = {name: np.broadcast_to(value, shape).ravel() for name, value in values.items()}
        found = self._crossing(np.broadcast_to(bound, shape).ravel(), values)
        return found.reshape(shape)[()]

    def _crossing(self, bound: Array, values: Mapping[str, Array]) -> Array:
        sizes = [np.abs(value) for name, value in values.items() if name != "phi"]
        lowest = BELOW * np.min([np.where(s > 0, s, np.inf) for s in sizes], axis=0)
        highest = ABOVE * np.max(sizes, axis=0)
        low, high = np.zeros_like(bound), np.full_like(bound, np.inf)
        ratio = (highest / lowest) ** (1 / (STEPS - 1))
        for step in range(STEPS):
            at = lowest * ratio**step
            open_ = np.isinf(high)
            within = self._within(bound, at, values)
            low = np.where(open_ & within, at, low)
            high = np.where(open_ & ~within, at, high)
        for _ in range(60):
            middle = np.sqrt(low * high)
            within = self._within(bound, middle, values)
            low, high = np.where(within, middle, low), np.where(within, high, middle)
        return low

    def _within(self, bound: Array, at: Array, values: Mapping[str, Array]) -> NDArray[np.bool_]:
        at = np.where(np.isfinite(at), at, 0.0)
        return np.asarray(self.error(epsilon=at, **values) <= bound)

    def __repr__(self) -> str:
        return f"<Validity of {self.first.label} against {self.exact.label}>"


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


def _at(function: Any, parameters: Mapping[str, Any]) -> Any:
    """Return the value of a function that takes only some of the parameters."""
    return function(**{name: parameters[name] for name in function.parameters})


def validity(name: str) -> Validity:
    """Return the error budget of a first-order equation of the catalogue.

    Parameters
    ----------
    name
        One of `symsync.error_budget.NAMES`: mu_plus, mu_minus, S_rel, S_rel_resonant, S_rel_max,
        locking_phase, negativity, negativity_resonant.

    Raises
    ------
    KeyError
        If the equation has no exact counterpart.

    Examples
    --------
    >>> from symsync import validity
    >>> rates = dict(gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100)
    >>> print(round(validity("S_rel_max").error(epsilon=0.1, Delta=0, **rates), 4))
    0.041
    >>> print(round(validity("S_rel_max").largest_epsilon(0.01, Delta=0, **rates), 4))
    0.0492
    """
    if not isinstance(name, str) or name not in _NEXT:
        hint = did_you_mean(name, _NEXT) or f" Choose one of {', '.join(_NEXT)}."
        raise KeyError(f"No exact counterpart of {name!r} is known.{hint}")
    if name == "S_rel_resonant":
        exact = equations["S_rel_exact_resonant"]
    elif name == "negativity_resonant":
        exact = equations["negativity_exact"].subs({Delta: 0})
    else:
        exact = equations[f"{name}_exact"]
    return Validity(equations[name], exact, tuple(equations[other] for other in _NEXT[name]))
