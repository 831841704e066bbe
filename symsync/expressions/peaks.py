"""Where a function of a real variable is largest, as a node.

It is looked for beside places that are known, such as the frequencies of resonances, as far as
some of their widths, and then found to the last digit as a root of the derivative.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import mpmath
from sympy import Expr, S, Symbol, Tuple

from symsync.expressions.crossings import Crossing, FirstNegative, root_between
from symsync.expressions.definitions import derivative

__all__ = ["BESIDE", "DOUBLINGS", "FIRST", "HIGH", "HighestPoint", "Peak"]

BESIDE = (0.0, 0.15, 0.35, 0.6, 1.0, 1.5, 2.5, 4.0)
"""Distances, in widths, on both sides of each place, at which the function is looked at."""

HIGH = 0.5
"""Beside each place the function is followed upwards from its largest value there, if that is more
than this part of the largest one of all."""

FIRST, DOUBLINGS = 0.05, 64
"""The first step in widths, and how often it is doubled."""


class Peak(Crossing):
    """A variable, a function of it, and where its largest value may be.

    Attributes
    ----------
    height
        The function.
    starts
        Symbols for the places and widths, one after the other, which are the last parameters.
    """

    lost = "the formula has no highest point near the places where it is looked for"

    starts: tuple[Symbol, ...]

    def __new__(cls, variable: Symbol, height: Expr, count: int) -> Any:
        """Return the problem with so many places."""
        self = super().__new__(cls, variable, [height], [height, derivative(height, variable)])
        names = (f"{part}_of_peak_{k}" for k in range(count) for part in ("place", "width"))
        self.starts = tuple(Symbol(name, real=True) for name in names)
        self.parameters = (*self.parameters, *self.starts)
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.variable, self.height, len(self.starts) // 2

    def _hashable_content(self) -> tuple[Any, ...]:
        return *super()._hashable_content(), len(self.starts)

    @cached_property
    def height(self) -> Expr:
        """The function."""
        found: Expr = self.functions[0]
        return found

    @property
    def own(self) -> tuple[Symbol, ...]:
        """The parameters of the function."""
        return self.parameters[: len(self.parameters) - len(self.starts)]

    def to_precision(self, values: Sequence[Any]) -> Any:
        """Return where the function is largest, at the working precision of mpmath."""
        prec = mpmath.mp.prec
        if not all(map(mpmath.isfinite, values)):
            return mpmath.nan
        places, widths = values[len(self.own) :: 2], values[len(self.own) + 1 :: 2]
        with mpmath.workprec(2 * prec + 64):  # bits for what cancels
            hills = [
                max(
                    (self._at(x, *values)[0], x, abs(width) * FIRST)
                    for x in (p + sign * k * width for k in BESIDE for sign in (1, -1))
                )
                for p, width in zip(places, widths, strict=True)
            ]
            highest = max(height for height, _, _ in hills)
            least = highest - (1 - HIGH) * abs(highest)
            tops = [
                self._top(x, step, values, prec) for height, x, step in hills if height >= least
            ]
            known = [x for x in tops if not mpmath.isnan(x)]
            return max(known, key=lambda x: self._at(x, *values)[0], default=mpmath.nan)

    def _top(self, x: Any, step: Any, values: Sequence[Any], prec: int) -> Any:
        """Return where the derivative vanishes uphill of x; nan if it does nowhere."""
        step *= mpmath.sign(self._at(x, *values)[1])
        low = high = x
        for _ in range(DOUBLINGS if step else 0):
            low, high, step = high, high + step, 2 * step
            if self._at(high, *values)[1] * step <= 0:
                break
        else:
            return mpmath.nan if step else x
        start, end = min(low, high), max(low, high)
        shift = end - start  # so that the root is positive, and its digits those of the range
        found = root_between(
            lambda y: self._at(start - shift + y, *values)[1], shift, 2 * shift, prec
        )
        return start - shift + found

    def slope(self, parameter: Symbol) -> Expr:
        """Return the derivative by a parameter, an expression in the variable at the peak."""
        rising = self.margins[1]
        return -derivative(rising, parameter) / derivative(rising, self.variable)

    def _sympystr(self, printer: Any) -> str:
        return f"{self.variable}: {printer._print(self.height)}"


class HighestPoint(FirstNegative):
    """The value of the variable of a `Peak` at which its function is largest.

    It is the highest of the tops that are reached uphill from the largest values within four widths
    of each of the places that are given, of those values that are at least half of the largest one;
    nan if there is none.
    """

    is_extended_nonnegative = None

    def _eval_derivative(self, variable: Symbol) -> Expr:
        peak = self.crossing
        here = dict(zip(peak.own, self.values, strict=False))
        slopes = [(symbol, value.diff(variable)) for symbol, value in here.items()]
        here[peak.variable] = self
        terms = [peak.slope(p).xreplace(here) * inner for p, inner in slopes if inner != 0]
        return sum(terms, S.Zero)

    @property
    def functions(self) -> Tuple:
        """The function at the values of its own parameters."""
        rule = dict(zip(self.crossing.own, self.values, strict=False))
        return Tuple(self.crossing.height.xreplace(rule))

    def _as_latex(self, printer: Any) -> str:
        variable, (height,) = printer._print(self.crossing.variable), self.functions
        return rf"\underset{{{variable}}}{{\operatorname{{arg\,max}}}}\; {printer._print(height)}"

    def _as_text(self, printer: Any) -> str:
        (height,) = self.functions
        return f"argmax{{{self.crossing.variable}: {printer._print(height)}}}"
