"""The least positive value of a variable at which a function passes through a level, as a node."""

from typing import Any

from sympy import Abs, Add, Expr, Mul, Pow, S, Symbol, atan2, pi, sqrt

from symsync.expressions.crossings import Crossing, FirstNegative
from symsync.expressions.definitions import NamedExpression
from symsync.expressions.linear_solutions import Solution
from symsync.expressions.waves import WavePhase

__all__ = ["FirstPassage", "LevelCrossing"]


class LevelCrossing(Crossing):
    """A variable, a function of it, and the level through which it passes.

    Attributes
    ----------
    value, level
        Two expressions, of which the second does not hold the variable.
    """

    changes = True
    shallow = 1.0

    value: Expr
    level: Expr

    def __new__(cls, variable: Symbol, value: Expr, level: Expr) -> Any:
        """Return the crossing."""
        size = value if value.is_extended_nonnegative else Abs(value)
        margin = (level - value) / (size + Abs(level)) if level != 0 else -value / _size(value)
        self = super().__new__(cls, variable, [level - value], [margin])
        self.value, self.level = value, level
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.variable, self.value, self.level

    @property
    def scaling(self) -> list[int]:
        """The places of the parameters of the function, as a level has another unit."""
        own = self.value.free_symbols
        return [k for k, parameter in enumerate(self.parameters) if parameter in own]

    def slope(self, parameter: Symbol) -> Expr:
        """Return the derivative by a parameter, an expression in the variable at the crossing."""
        (apart,) = self.functions
        return -apart.diff(parameter) / apart.diff(self.variable)


class FirstPassage(FirstNegative):
    """The least positive number at which the function of a `LevelCrossing` passes its level.

    It is infinite if there is none, and nan where the signs beside it are not known, where it is
    below all values that are looked at, or where the function jumps.  It is looked for as that of
    `FirstNegative`, on the scale of the largest parameter of the function itself.
    """

    def _sides(self) -> tuple[Symbol, Expr, Expr]:
        crossing = self.crossing
        rule = dict(zip(crossing.parameters, self.values, strict=True))
        return crossing.variable, crossing.value.xreplace(rule), crossing.level.xreplace(rule)

    def _as_latex(self, printer: Any) -> str:
        variable, value, level = map(printer._print, self._sides())
        return rf"\min\left\{{{variable} > 0 : {value} = {level}\right\}}"

    def _as_text(self, printer: Any) -> str:
        variable, value, level = map(printer._print, self._sides())
        return f"min{{{variable} > 0: {value} = {level}}}"


def _size(value: Expr) -> Expr:
    """Return what an expression is a difference of, to which its rounding errors are relative."""
    if isinstance(value, NamedExpression):
        return _size(value.value)
    if isinstance(value, Add):
        return Add(*map(_size, value.args))
    if isinstance(value, Mul):
        return Mul(*map(_size, value.args))
    if isinstance(value, Pow) and value.exp.is_Integer:
        size = _size(value.base) if value.exp > 0 else Abs(value.base)
        return size**value.exp
    if isinstance(value, Solution) and value.system.scales:
        bounds = [
            S.One if k == value.system.size else Solution(value.system, k, *value.values)
            for k in value.system.scales[value.index]
        ]
        return sqrt(Mul(*bounds))
    return pi if isinstance(value, atan2 | WavePhase) else Abs(value)
