"""Formulas with parts that are no elementary steps, such as the solution of a linear system.

The formula is cut at these parts.  What they take is an elementary formula, evaluated for a block
of points; then the parts themselves; and then what is made of their results.
"""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Symbol, Tuple

from symsync.evaluate.backends.array_backend import (
    ArrayEvaluator,
    Block,
    Input,
    blocks,
    check,
    fitting,
    require,
)
from symsync.evaluate.backends.linear_solver import solve
from symsync.evaluate.contract import STRICT, Evaluator, Formula, Strictness
from symsync.evaluate.program import input_names
from symsync.evaluate.rounding import HighPart, LowPart
from symsync.expressions.definitions import nodes_of
from symsync.expressions.linear_solutions import LinearSystem, Solution

__all__ = ["StagedEvaluator", "has_stages", "run"]

Array = NDArray[Any]

SCRATCH = 2**22
"""Bytes of the numbers of one block."""

SMALLEST = 64
"""A block has at least so many points, also if their numbers need more room."""


def has_stages(rhs: Any) -> bool:
    """Whether a formula holds parts that are no elementary steps."""
    return bool(_parts_of(rhs))


def _parts_of(rhs: Any) -> list[Any]:
    return nodes_of(rhs, Solution)


@dataclass
class _Part:
    """A linear system at values of its parameters.

    Attributes
    ----------
    arguments
        What it takes, in symbols.
    level
        One more than the highest level of the parts in its arguments.
    results
        {place of an unknown: its symbol}.
    """

    system: LinearSystem
    arguments: tuple[Expr, ...]
    level: int
    results: dict[int, Symbol] = field(default_factory=dict)

    def run(self, values: Array, backend: str) -> tuple[list[Array], Array]:
        """Return its results, and where they are not known."""
        count = len(self.system.entries)
        x, error = solve(self.system, values[:count], values[count:], backend)
        return [x[k] for k in self.results], ~np.isfinite(error)


class _Cut:
    """The parts of a formula, and the formula in symbols for their results."""

    def __init__(self, rhs: Any) -> None:
        self.parts: dict[Any, _Part] = {}
        self.levels: dict[Symbol, int] = {}
        self.rhs = self._in_symbols(rhs)

    def _in_symbols(self, formula: Any) -> Any:
        return formula.xreplace({node: self._symbol(node) for node in _parts_of(formula)})

    def _symbol(self, node: Solution) -> Symbol:
        key = node.system, node.values
        if key not in self.parts:
            entries = [self._in_symbols(entry) for entry in node.system.at(node.values)]
            below = set().union(*(entry.free_symbols for entry in entries)) & set(self.levels)
            level = 1 + max((self.levels[symbol] for symbol in below), default=0)
            arguments = (*map(HighPart, entries), *map(LowPart, entries))
            self.parts[key] = _Part(node.system, arguments, level)
        part = self.parts[key]
        if node.index not in part.results:
            number = list(self.parts).index(key)
            symbol = Symbol(f"part{number}_{node.index}", real=True)
            part.results[node.index] = symbol
            self.levels[symbol] = part.level
        return part.results[node.index]

    def stages(self) -> Iterator[list[_Part]]:
        """Yield the parts of each level."""
        every = self.parts.values()
        for level in range(1, 1 + max((part.level for part in every), default=0)):
            yield [part for part in every if part.level == level]


class StagedEvaluator(ArrayEvaluator):
    """A formula with parts; what lies between them is run by the evaluator of a backend.

    Parameters
    ----------
    formula, strictness
        Those of every evaluator.
    backend
        "numpy", "numba" or "c".
    elementary
        The evaluator of that backend.
    """

    def __init__(
        self,
        formula: Formula,
        strictness: Strictness,
        backend: str,
        elementary: type[ArrayEvaluator],
    ) -> None:
        Evaluator.__init__(self, formula, strictness)
        self._used = formula.used
        self._backend, self._elementary = backend, elementary
        cut = _Cut(formula.rhs)
        self._stages = []
        for parts in cut.stages():
            arguments = [argument for part in parts for argument in part.arguments]
            self._stages.append((parts, self._between("arguments", Tuple(*arguments))))
        self._last = self._between(formula.label, cut.rhs)
        made = sum(len(part.arguments) + part.system.size for part in cut.parts.values())
        self._points = max(SMALLEST, SCRATCH // (8 * (1 + made)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.formula, self.strictness, self._backend, self._elementary)

    def _between(self, label: str, rhs: Any) -> ArrayEvaluator:
        """Return the evaluator of what lies between two parts, for points in one line."""
        known = {symbol.name: symbol for symbol in self.symbols}
        used = [s for s in self.symbols if s in rhs.free_symbols]
        used += sorted((s for s in rhs.free_symbols if s.name not in known), key=str)
        return self._elementary(Formula(label, rhs, tuple(used), self.formula.text), STRICT)

    @property
    def source(self) -> str:
        """The generated code of what lies between the parts."""
        return "\n".join(each.source for each in (*(e for _, e in self._stages), self._last))

    def _worker(
        self, shape: tuple[int, ...], inputs: list[Input], outputs: list[Any]
    ) -> tuple[Callable[[list[Block]], None], list[Block]]:
        names = input_names(self.symbols)
        warned: list[bool] = []

        def work(share: list[Block]) -> None:
            for block in share:
                chunk = [(symbol, a[fitting(block, a.shape)]) for symbol, a in inputs]
                for symbol, part in chunk:
                    check(symbol, part)
                targets = [view[block] for view in outputs]
                extent = targets[0].shape
                lines = {
                    name: np.ascontiguousarray(np.broadcast_to(part, extent)).reshape(-1)
                    for name, (_, part) in zip(names, chunk, strict=True)
                }
                unknown, values = self._evaluated(lines, prod(extent))
                if unknown.any():
                    for symbol, part in chunk:
                        require(symbol, part, np.isfinite(part))
                    if not warned:
                        warned.append(True)
                        self._warn_of_singular()
                for target, value in zip(targets, values, strict=True):
                    target[...] = value.reshape(extent)

        return work, blocks(shape, self._points)

    def _warn_of_singular(self) -> None:
        warnings.warn(
            f"{self.__name__} is nan where its linear equations have no unique solution to double "
            "precision. Leave out such points, or use backend='mpmath'.",
            RuntimeWarning,
            stacklevel=4,
        )

    def _evaluated(self, lines: dict[str, Array], count: int) -> tuple[Array, list[Array]]:
        """Return where the value is not known, and the values, for points in one line."""
        unknown = np.zeros(count, bool)
        for parts, arguments in self._stages:
            values = run(arguments, lines, count)
            start = 0
            for part in parts:
                stop = start + len(part.arguments)
                found, lost = part.run(values[start:stop], self._backend)
                unknown |= lost
                for symbol, value in zip(part.results.values(), found, strict=True):
                    lines[symbol.name] = np.where(lost, 1.0, value) if lost.any() else value
                start = stop
        values = run(self._last, lines, count)
        values[:, unknown] = np.nan
        return unknown, list(values)


def run(evaluator: ArrayEvaluator, lines: dict[str, Array], count: int) -> Array:
    """Return the values of an elementary formula, one row for each."""
    rows = prod(evaluator.component_shape) * (2 if evaluator.is_complex else 1)
    values = np.empty((rows, count))
    inputs = [(symbol, lines[n]) for symbol in evaluator.symbols for n in input_names((symbol,))]
    evaluator.lines(count, inputs, values)
    return values
