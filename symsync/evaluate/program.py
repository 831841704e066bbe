"""Programs: a formula as straight-line real arithmetic, from which every evaluator is made.

A program works on real numbers only, and `lowering` writes it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, ImmutableMatrix, Symbol, Tuple

__all__ = ["MOST_NODES", "Program", "Step", "Value", "components_of", "input_names", "needed"]

MOST_NODES = 12
"""A divided difference of n nodes costs 2ⁿ small steps; of more nodes there is none."""

Value = int | float
"""The index of a step or of an input, or a constant."""


@dataclass(frozen=True)
class Step:
    """One operation; its `results` values are numbered from `index` on."""

    operation: str
    arguments: tuple[Any, ...]
    index: int
    results: int = 1

    @property
    def values(self) -> Iterator[int]:
        """The arguments that are no constants."""
        return _values(self.arguments)


def _values(arguments: tuple[Any, ...]) -> Iterator[int]:
    for argument in arguments:
        if isinstance(argument, tuple):
            yield from _values(argument)
        elif isinstance(argument, int):
            yield argument


def needed(steps: Iterable[Step], outputs: Iterable[Value]) -> list[Step]:
    """Return the steps that lead to the outputs."""
    found = {value for value in outputs if isinstance(value, int)}
    kept: list[Step] = []
    for step in reversed(list(steps)):
        if not found.isdisjoint(range(step.index, step.index + step.results)):
            found.update(step.values)
            kept.append(step)
    return kept[::-1]


@dataclass
class Program:
    """Inputs, steps and outputs in the order in which they are computed.

    Attributes
    ----------
    inputs
        Names of the real inputs; a complex parameter `z` enters as `z.real` and `z.imag`.
    steps
        The operations.
    outputs
        The real and the imaginary value of each component; the latter is `None` for real formulas.
    """

    inputs: tuple[str, ...]
    steps: list[Step] = field(default_factory=list)
    outputs: list[tuple[Value, Value | None]] = field(default_factory=list)

    @property
    def values(self) -> list[Value]:
        """The values of all components, real and imaginary ones in turn."""
        return [value for pair in self.outputs for value in pair if value is not None]


def components_of(rhs: Any) -> tuple[list[Expr], tuple[int, ...]]:
    """Return the scalar components of a formula and their shape."""
    if isinstance(rhs, Tuple):
        return list(rhs), (len(rhs),)
    if isinstance(rhs, ImmutableMatrix):
        return list(rhs.flat()), rhs.shape
    return [rhs], ()


def input_names(parameters: tuple[Symbol, ...]) -> tuple[str, ...]:
    """Return the real inputs that carry the parameters."""
    names: list[str] = []
    for symbol in parameters:
        if symbol.is_extended_real:
            names.append(symbol.name)
        else:
            names += [f"{symbol.name}.real", f"{symbol.name}.imag"]
    return tuple(names)
