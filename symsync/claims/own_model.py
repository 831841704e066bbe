"""Whether the engine and the numeric reference agree on a model, also on one of your own.

The symbolic side is evaluated at random exact values of the model's symbols.  The numeric side is
`symsync.reference.any_model`, which shares no code with it.
"""

import math
import random
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Integer, Rational, Symbol

from symsync.derive.corrections import Series
from symsync.derive.evolution import evolution, time_series
from symsync.derive.exact_state import exact_state
from symsync.derive.series import steady_series
from symsync.derive.state import State
from symsync.expressions.definitions import in_symbols
from symsync.expressions.symbols import t
from symsync.model.spin import product_kets
from symsync.model.system import System, require_system
from symsync.reference import any_model

__all__ = [
    "TOLERANCE",
    "Agreement",
    "Comparison",
    "Judge",
    "as_it_is_cut",
    "check",
    "numeric",
    "random_point",
]

Array = NDArray[Any]
Point = Mapping[Symbol, Rational]

TOLERANCE = 1e-9
"""The relative difference up to which two results agree; a wrong sign or factor is near 1."""


@dataclass(frozen=True)
class Comparison:
    """One result of the engine beside that of the reference.

    Attributes
    ----------
    what
        The result, such as "steady state, order 1".
    difference
        The largest difference of two elements, relative to the largest element.
    """

    what: str
    difference: float

    @property
    def passed(self) -> bool:
        """Whether the two agree."""
        return self.difference <= TOLERANCE

    def __str__(self) -> str:
        verdict = "agrees" if self.passed else "DIFFERS"
        return f"{self.what}: {verdict}, relative difference {self.difference:.0e}"


@dataclass(frozen=True)
class Agreement:
    """The comparisons for one model at one point; it prints as a few lines.

    Attributes
    ----------
    values
        The value of each symbol at which the results were compared.
    comparisons
        The results, each with its difference.
    """

    values: Mapping[str, Rational]
    comparisons: tuple[Comparison, ...]

    @property
    def passed(self) -> bool:
        """Whether all results agree."""
        return all(each.passed for each in self.comparisons)

    def __str__(self) -> str:
        point = ", ".join(f"{name} = {value}" for name, value in self.values.items())
        return "\n".join([*map(str, self.comparisons), f"at {point or 'the numbers of the model'}"])

    def __repr__(self) -> str:
        wrong = [each.what for each in self.comparisons if not each.passed]
        return f"<Agreement: {'differs at ' + ', '.join(wrong) if wrong else 'passed'}>"


# A point, and the model at it -------------------------------------------------------------------


def random_point(symbols: Any, seed: int) -> dict[Symbol, Rational]:
    """Return a seeded exact value near 1 for each symbol, which fulfils its assumptions.

    Parameters
    ----------
    symbols
        The symbols.
    seed
        A whole number; the same seed gives the same values.

    Raises
    ------
    ValueError
        If no simple number fulfils the assumptions of a symbol.
    """
    source = random.Random(seed)
    return {symbol: _value(symbol, source) for symbol in symbols}


def _value(symbol: Symbol, source: random.Random) -> Rational:
    size = Rational(source.randint(31, 113), 59)
    sign = source.choice((1, -1))
    whole = source.sample((1, 2, 3), 3)
    for value in (size, *map(Integer, whole), Integer(0)):
        for signed in (sign * value, -sign * value):
            known = symbol.assumptions0.items()
            if all(getattr(signed, f"is_{name}", None) in (wanted, None) for name, wanted in known):
                return signed
    raise ValueError(
        f"The symbol {symbol} has assumptions that no simple number fulfils, such as irrational. "
        "Declare it real or positive."
    )


def numeric(state: State, point: Point) -> Array:
    """Return all elements of a state of the engine as numbers.

    Parameters
    ----------
    state
        The state.
    point
        {symbol: value}.

    Returns
    -------
    ndarray
        Shape (d, d), complex.
    """
    known = dict(point)
    kets = {ket: k for k, ket in enumerate(product_kets(state.spins.values()))}
    rho = np.zeros((len(kets),) * 2, complex)
    for ket, bra in state:
        element, definitions = in_symbols(state[ket, bra])
        for symbol, value in definitions.items():
            known.setdefault(symbol, value.xreplace(known))
        if element.free_symbols:
            element = element.xreplace(known).doit()
        rho[kets[ket], kets[bra]] = complex(element)
    return rho


@contextmanager
def as_it_is_cut() -> Iterator[None]:
    """Compare a model with itself, wherever its oscillators are cut, without a warning of that."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The last of .* levels of site")
        yield


# The comparison ---------------------------------------------------------------------------------


class Judge:
    """The reference's results for a model at a point, with which those of the engine are compared.

    Parameters
    ----------
    system
        The model.
    point
        {symbol: value} for all its symbols.
    order
        The highest order of the steady state that will be compared.

    Raises
    ------
    ValueError
        If the model is too large for the reference, or has no unique steady state at this point.
    """

    @as_it_is_cut()
    def __init__(self, system: System, point: Point, order: int) -> None:
        self.system, self.point = system, dict(point)
        self._values = {symbol.name: float(value) for symbol, value in point.items()}
        self._free = system.strong_part
        self._free_values = {s.name: self._values[s.name] for s in self._free.parameters}
        self._orders = any_model.coefficients(system, order, **self._values)
        uncoupled = any_model.generator(self._free, **self._free_values)
        coupling = any_model.generator(system, **self._values) - uncoupled
        self._scale = float(np.abs(uncoupled).max())
        self._ratio = float(np.abs(coupling).max()) / self._scale
        self._time = Rational(3, 2) / Integer(2) ** round(math.log2(self._scale))

    @property
    def size(self) -> int:
        """The number of kets."""
        return len(self._orders[0])

    def steady(self, series: Series, order: int) -> float:
        """Return the relative difference of one order of a steady series."""
        ours = numeric(series[order], self.point)
        return self.difference(ours, self._orders[order], self._ratio**order)

    @as_it_is_cut()
    def in_time(self, series: Series) -> float:
        """Return the relative difference of the first order in time.

        The source of ρ₁(t) is constant, so that ρ₁(t) = ρ₁ − e^{L₀t}ρ₁ with the steady ρ₁.
        """
        steady = self._orders[1]
        left = any_model.evolve(self._free, float(self._time), initial=steady, **self._free_values)
        ours = numeric(series[1], {**self.point, t: self._time})
        return self.difference(ours, steady - left, self._ratio)

    @as_it_is_cut()
    def evolved(self, initial: State) -> float:
        """Return the relative difference of the evolution to all orders, from ρ₀."""
        ours = numeric(evolution(self.system, initial), {**self.point, t: self._time})
        return self.difference(
            ours, any_model.evolve(self.system, float(self._time), **self._values)
        )

    @as_it_is_cut()
    def exact(self) -> float:
        """Return the relative difference of the steady state to all orders."""
        ours = numeric(exact_state(self.system), self.point)
        return self.difference(ours, any_model.steady_state(self.system, **self._values))

    @staticmethod
    def difference(ours: Array, theirs: Array, least: float = 0.0) -> float:
        """Return the largest difference, relative to the largest element.

        Parameters
        ----------
        ours, theirs
            Two matrices.
        least
            What the elements would be without cancellation: if they vanish, rounding errors are
            compared with it.
        """
        size = max(float(np.abs(ours).max()), float(np.abs(theirs).max()), least)
        return float(np.abs(ours - theirs).max()) / size if size else 0.0


@as_it_is_cut()
def check(system: System, seed: int = 0) -> Agreement:
    """Compare what the engine derives for a model with an independent numeric answer.

    Compared are the steady state at the orders 0, 1 and 2 in the couplings, the state in time at
    first order, the steady state to all orders, and the evolution to all orders from the uncoupled
    state.

    Parameters
    ----------
    system
        The model, with at most 40 kets.
    seed
        A whole number that selects the values of the symbols; these fulfil the assumptions of each.

    Returns
    -------
    Agreement
        One comparison for each result; `.passed` tells whether all of them agree.

    Raises
    ------
    ValueError
        If `system` is no `System` or has too many kets, `seed` is no whole number, a symbol has
        assumptions that no simple number fulfils, or the model has no unique steady state or no
        expansion of it.

    Notes
    -----
    Most models take seconds, pairs of mixtures with all their rates free up to half a minute.

    Examples
    --------
    >>> from symsync import check, spin_pair
    >>> check(spin_pair()).passed
    True
    """
    require_system(system)
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise ValueError(f"Argument `seed` must be a whole number, but is {seed!r}. Write seed=1.")
    point = random_point(system.parameters, seed)
    judge = Judge(system, point, order=2)
    series = steady_series(system)
    found = [
        Comparison(f"steady state, order {order}", judge.steady(series, order))
        for order in range(3)
    ]
    found.append(Comparison("state in time, order 1", judge.in_time(time_series(system))))
    found.append(Comparison("steady state, all orders", judge.exact()))
    found.append(Comparison("state in time, all orders", judge.evolved(series[0])))
    return Agreement({symbol.name: value for symbol, value in point.items()}, tuple(found))
