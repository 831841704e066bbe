"""A value of a program that records what is done with it, for `symsync.expressions.stable`."""

from dataclasses import dataclass
from typing import Any

from symsync.expressions.stable import TINY

__all__ = ["Operand"]


@dataclass(frozen=True)
class Operand:
    """A value of a program, with operators that add steps to it."""

    program: Any
    value: Any

    def _step(self, operation: str, *arguments: Any) -> "Operand":
        values = [arg.value if isinstance(arg, Operand) else float(arg) for arg in arguments]
        return Operand(self.program, self.program.emit(operation, *values))

    def __add__(self, other: Any) -> "Operand":
        return self._step("add", self, other)

    def __radd__(self, other: Any) -> "Operand":
        return self._step("add", other, self)

    def __sub__(self, other: Any) -> "Operand":
        return self._step("subtract", self, other)

    def __rsub__(self, other: Any) -> "Operand":
        return self._step("subtract", other, self)

    def __mul__(self, other: Any) -> "Operand":
        return self._step("multiply", self, other)

    def __rmul__(self, other: Any) -> "Operand":
        return self._step("multiply", other, self)

    def __truediv__(self, other: Any) -> "Operand":
        return self._step("divide", self, other)

    def __rtruediv__(self, other: Any) -> "Operand":
        return self._step("divide", other, self)

    def __neg__(self) -> "Operand":
        return self._step("negative", self)

    def __abs__(self) -> "Operand":
        return self._step("absolute", self)

    def square(self) -> "Operand":
        """Return its square."""
        return self._step("square", self)

    def sqrt(self) -> "Operand":
        """Return its root."""
        return self._step("sqrt", self)

    def log(self) -> "Operand":
        """Return its natural logarithm."""
        return self._step("log", self)

    def log1p(self) -> "Operand":
        """Return ln(1 + x)."""
        return self._step("log1p", self)

    def at_most(self, other: Any) -> "Operand":
        """Return the smaller one."""
        return self._step("minimum", self, other)

    def at_least(self, other: Any) -> "Operand":
        """Return the larger one."""
        return self._step("maximum", self, other)

    def choose(self, first: Any, second: Any) -> "Operand":
        """Return the first value if this one is not negative, and the second one otherwise."""
        return self._step("choose", self, first, second)

    def part_of(self, modulus: Any) -> "Operand":
        """Return the ratio to the modulus of a number whose real or imaginary part this is."""
        return self / (modulus + TINY)

    def angle(self, x: Any) -> "Operand":
        """Return the angle of (x, self)."""
        return self._step("angle", self, x)
