"""Pairs of formulas as numbers: at random points, and where their couplings go to zero."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

import mpmath
from sympy import Expr, I, Integer, Rational, Symbol

from symsync.evaluate.backends.mpmath_backend import converged
from symsync.expressions.crossings import crossings_of
from symsync.expressions.mpmath_functions import mpmath_functions

__all__ = ["AGREED", "Numbers", "Values", "drawn_points", "leading_orders"]

AGREED = 40
"""Two values are the same if they agree to so many digits."""

SPARE = 12
"""Digits beyond these to which each value is computed."""

UNDEFINED = (ArithmeticError, ValueError, TypeError, NameError, RuntimeError, AttributeError)
"""What evaluation raises where a formula has no value, or holds a function without one."""

TINY = (12, 14)
"""Powers of ten by which couplings are divided to see how differences vanish with them."""

NEAR = 4
"""So many points have numbers near 1."""

POWER_DIGITS = 110
"""Digits of values there: of those of a difference some must be left."""

Point = Mapping[Symbol, Expr]


class Values(NamedTuple):
    """What a claim and the formula that it is compared with are at one point.

    Attributes
    ----------
    claim, ours
        Numbers of mpmath; nan where there is none.
    """

    claim: Any
    ours: Any

    @property
    def defined(self) -> tuple[bool, bool]:
        """Whether the claim and whether the formula is a finite number."""
        return bool(mpmath.isfinite(self.claim)), bool(mpmath.isfinite(self.ours))

    @property
    def difference(self) -> Any:
        """The modulus of the difference relative to the larger value."""
        size = max(abs(self.claim), abs(self.ours))
        return abs(self.claim - self.ours) / size if size else mpmath.mpf(0)

    def differ(self, digits: int = AGREED) -> bool:
        """Whether both are numbers that do not agree to so many digits."""
        return all(self.defined) and bool(self.difference > mpmath.mpf(10) ** -digits)


class Numbers:
    """Pairs of formulas as functions of a point.

    Parameters
    ----------
    pairs
        The claim and the formula that it is compared with, for each component.
    is_angle
        Whether multiples of 2π make no difference.
    """

    def __init__(self, pairs: Sequence[tuple[Expr, Expr]], is_angle: bool = False) -> None:
        self.is_angle = is_angle
        free = {symbol for pair in pairs for part in pair for symbol in part.free_symbols}
        self.symbols = sorted(free, key=str)
        self._functions = [tuple(map(self._function, pair)) for pair in pairs]

    def _function(self, formula: Expr) -> Callable[..., Any]:
        known = {"first_negative": crossings_of(formula)}
        try:
            found: Callable[..., Any] = mpmath_functions(self.symbols, [formula], known)[0]
        except UNDEFINED:
            return lambda *_: mpmath.nan
        return found

    def at(self, point: Point, digits: int = AGREED) -> list[Values]:
        """Return both values of each pair, a few digits more precise than asked for."""
        raw = [_raw(point[symbol]) for symbol in self.symbols]
        with mpmath.workdps(digits + SPARE):
            return [self._values(pair, raw) for pair in self._functions]

    def _values(self, pair: tuple[Callable[..., Any], ...], raw: list[Any]) -> Values:
        claim, ours = (_number(function, raw) for function in pair)
        if self.is_angle and mpmath.isfinite(claim) and mpmath.isfinite(ours):
            turns = mpmath.nint(mpmath.re(claim - ours) / (2 * mpmath.pi))
            claim -= turns * 2 * mpmath.pi
        return Values(claim, ours)


def _raw(value: Expr) -> Any:
    if value.is_Rational:
        return value
    real, imaginary = value.as_real_imag()
    return mpmath.mpc(*(mpmath.mpf(int(part.p)) / int(part.q) for part in (real, imaginary)))


def _number(function: Callable[..., Any], raw: list[Any]) -> Any:
    try:
        value = converged(function, raw)
    except UNDEFINED:
        return mpmath.nan
    return value.real if isinstance(value, mpmath.mpc) and not value.imag else value


# Points -----------------------------------------------------------------------------------------


def drawn_points(symbols: Sequence[Symbol], couplings: Sequence[Symbol]) -> Iterator[Point]:
    """Yield seeded exact points without end, at which each symbol fulfils its assumptions.

    Numbers are between 1/10 and 10 at the first points, between 10⁻² and 10² at later ones, and
    between 10⁻⁶ and 10⁶ at every tenth.  Couplings are smaller and larger by another factor of ten.

    Parameters
    ----------
    symbols
        What is drawn.
    couplings
        Those of them that may be small.

    Raises
    ------
    ValueError
        If no number fulfils the assumptions of a symbol.
    """
    source = Random(20180810)
    number = 0
    while True:
        number += 1
        reach = 6.0 if number % 10 == 0 else 2.0 if number > NEAR else 1.0
        yield {symbol: _drawn(symbol, source, reach + (symbol in couplings)) for symbol in symbols}


def _drawn(symbol: Symbol, source: Random, reach: float) -> Expr:
    for _ in range(100):
        exponent = source.uniform(-reach, reach)
        size = Rational(source.randint(100, 999), 100) * Integer(10) ** int(exponent // 1)
        value: Expr = size * source.choice((1, -1))
        if symbol.is_integer:
            value = Integer(source.randint(-9, 9))
        elif not symbol.is_extended_real:  # 64ths are exact in binary
            value = Rational(source.randint(-99, 99), 64) + I * Rational(source.randint(1, 99), 64)
        elif symbol.is_extended_nonnegative:
            value = abs(value)
        if all(
            getattr(value, f"is_{fact}", None) in (wanted, None)
            for fact, wanted in symbol.assumptions0.items()
        ):
            return value
    raise ValueError(f"no number was found that is what {symbol} is declared to be")


# Where couplings vanish -------------------------------------------------------------------------


class LeadingOrders(NamedTuple):
    """With which power of the couplings a formula and a difference from it begin.

    Attributes
    ----------
    ours, gap
        The powers.
    coefficient
        The difference over that power of the common factor of the couplings.
    has_logarithm
        Whether the difference has a logarithm in front of the power.
    """

    ours: float
    gap: float
    coefficient: Any
    has_logarithm: bool


def leading_orders(
    numbers: Numbers, component: int, point: Point, couplings: Sequence[Symbol]
) -> LeadingOrders | None:
    """Return with which orders a formula and the difference of a claim from it begin.

    Parameters
    ----------
    numbers
        The formulas.
    component
        The pair.
    point
        Where all parameters are, but for the couplings, which are made smaller.
    couplings
        These.

    Returns
    -------
    LeadingOrders or None
        None if the formulas have no values there, or do not begin with a power.
    """
    found = []
    for power in TINY:
        small = {**point, **{c: point[c] / Integer(10) ** power for c in couplings}}
        values = numbers.at(small, POWER_DIGITS)[component]
        if not all(values.defined):
            return None
        found.append(values)
    with mpmath.workdps(POWER_DIGITS):
        ours = _power([each.ours for each in found])
        gaps = [each.claim - each.ours for each in found]
        gap = _power(gaps)
        if gap is None or ours is None:
            return None
        coefficient = gaps[-1] * mpmath.mpf(10) ** (TINY[-1] * gap[0])
    return LeadingOrders(ours[0], gap[0], coefficient, gap[1])


def _power(values: Sequence[Any]) -> tuple[float, bool] | None:
    """Return the power of the common factor, and whether a logarithm stands in front of it."""
    if not all(values):
        return None
    power = float(mpmath.log10(abs(values[0] / values[1]))) / (TINY[1] - TINY[0])
    nearest = round(2 * power) / 2
    if abs(power - nearest) < 1e-6:
        return nearest, False
    return (float(round(power)), True) if abs(power - round(power)) < 0.1 else None
