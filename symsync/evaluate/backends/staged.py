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
    THREADS,
    ArrayEvaluator,
    Block,
    Input,
    blocks,
    check,
    fitting,
    require,
)
from symsync.evaluate.backends.batched import kernel
from symsync.evaluate.backends.crossings import first_change, first_negative, highest
from symsync.evaluate.backends.evolutions import evolve
from symsync.evaluate.backends.linear_solver import solve
from symsync.evaluate.backends.numpy_backend import NumpyEvaluator
from symsync.evaluate.contract import STRICT, Evaluator, Formula, Strictness, is_in_a_scan
from symsync.evaluate.kernels.exponential_numpy import eigenvalues, slowest_rate
from symsync.evaluate.program import input_names
from symsync.evaluate.rounding import HighPart, LowPart
from symsync.expressions.crossings import Crossing, FirstNegative
from symsync.expressions.definitions import nodes_of
from symsync.expressions.eigenvalues import EigenvaluePart, Eigenvalues
from symsync.expressions.linear_evolution import LinearEvolution, SlowestRate
from symsync.expressions.linear_solutions import LinearSystem
from symsync.expressions.peaks import Peak
from symsync.expressions.spectral import SpectralFunction
from symsync.expressions.unknowns import Unknown

__all__ = ["StagedEvaluator", "has_stages", "run"]

Array = NDArray[Any]

SCRATCH = 2**23 // max(1, THREADS // 2)
"""Bytes of the numbers of one block; of four threads, each has half as many."""

COMPILED = 600
"""What has more steps or values between two parts is left to NumPy: compilers take minutes."""

STREAMS = 16
"""Into so many outputs a compiler's loop writes as fast as into memory that stays in the cache."""

SMALLEST = 64
"""A block has at least so many points, also if their numbers need more room."""


def has_stages(rhs: Any) -> bool:
    """Whether a formula holds parts that are no elementary steps."""
    return bool(_parts_of(rhs))


def _parts_of(rhs: Any) -> list[Any]:
    functions = [node for node in nodes_of(rhs, SpectralFunction) if node.is_batched]
    return [*nodes_of(rhs, Unknown), *functions, *nodes_of(rhs, FirstNegative)]


@dataclass(kw_only=True)
class _Part:
    """What takes the values of its arguments at some points, and gives those of its results.

    Attributes
    ----------
    arguments
        What it takes, in symbols.
    level
        One more than the highest level of the parts in its arguments.
    results
        {place of a result: its symbol}.
    """

    lost: str = ""
    """Where it has no value although its arguments have, in words; nothing if that is right."""

    arguments: tuple[Expr, ...]
    level: int
    results: dict[int, Symbol] = field(default_factory=dict)

    def run(self, values: Array, backend: str) -> tuple[list[Array], Array]:
        """Return the results, and where they are not finite."""
        raise NotImplementedError


@dataclass(kw_only=True)
class _Unknowns(_Part):
    """The solution of a linear system at values of its parameters."""

    lost: str = "its linear equations have no unique solution to double precision"

    system: LinearSystem

    def run(self, values: Array, backend: str) -> tuple[list[Array], Array]:
        """Return the unknowns that are asked for; one is not known at a singular point."""
        count = len(self.system.entries)
        x, error = solve(self.system, values[:count], values[count:], backend)
        return [x[k] for k in self.results], ~np.isfinite(error)


@dataclass(kw_only=True)
class _Evolution(_Part):
    """The unknowns of a differential equation at values of its parameters."""

    lost: str = "its evolution lasts longer than 10¹⁰ of the fastest times"

    system: LinearEvolution

    def run(self, values: Array, backend: str) -> tuple[list[Array], Array]:
        """Return the unknowns that are asked for."""
        high, low = np.split(values[:-1], 2)
        y = evolve(self.system, high, low, values[-1], backend)
        return [y[k] for k in self.results], np.isnan(y.sum(axis=0))


@dataclass(kw_only=True)
class _SlowestRate(_Part):
    """The slowest rate of a differential equation at values of its parameters."""

    system: LinearEvolution

    def run(self, values: Array, backend: str) -> tuple[list[Array], Array]:
        """Return the rate, which is infinite if nothing moves."""
        found = slowest_rate(self.system, values)
        return [found], np.isnan(found)


@dataclass(kw_only=True)
class _Eigenvalues(_Part):
    """The eigenvalues of a matrix at values of its parameters."""

    system: Eigenvalues

    def run(self, values: Array, backend: str) -> tuple[list[Array], Array]:
        """Return the parts that are asked for."""
        found = eigenvalues(self.system, values)
        return [found[k] for k in self.results], np.isnan(found[0])


@dataclass(kw_only=True)
class _Function(_Part):
    """A function of a block or of waves, which has no elementary steps."""

    kind: type

    def run(self, values: Array, backend: str) -> tuple[list[Array], Array]:
        """Return its value, which may be nan."""
        out = np.empty(values.shape[1])
        kernel(backend, self.kind.__name__)(values, out)
        return [out], ~np.isfinite(out)


@dataclass(kw_only=True)
class _FirstNegative(_Part):
    """The least value at which a function of a crossing is negative, at values of parameters."""

    crossing: Crossing
    margins: "StagedEvaluator"
    kind: type

    def run(self, values: Array, backend: str) -> tuple[list[Array], Array]:
        """Return the value, which may be infinite."""
        names = [symbol.name for symbol in self.crossing.parameters]

        def margins(points: Array, x: Array) -> Array:
            lines = {name: row[points] for name, row in zip(names, values, strict=True)}
            rows = np.empty((len(self.crossing.margins), len(x)))
            self.margins._evaluated({self.crossing.variable.name: x, **lines}, list(rows))
            return rows

        if isinstance(self.crossing, Peak):
            starts = values[len(self.crossing.own) :]
            out = highest(margins, starts[::2], starts[1::2])
            return [out], np.isnan(out)
        scale = np.abs(values[self.crossing.scaling]).max(axis=0, initial=0)
        first = first_change if self.crossing.changes else first_negative
        out = first(margins, scale, self.crossing.shallow)
        return [out], np.isnan(out)


class _Cut:
    """The parts of a formula, and the formula in symbols for their results."""

    def __init__(self, rhs: Any, evaluator: Callable[[Formula], "StagedEvaluator"]) -> None:
        self.evaluator = evaluator
        self.parts: dict[Any, _Part] = {}
        self.levels: dict[Symbol, int] = {}
        self.prefix = "part"
        while any(symbol.name.startswith(self.prefix) for symbol in rhs.free_symbols):
            self.prefix += "_"
        self.rhs = self._in_symbols(rhs)

    def _in_symbols(self, formula: Any) -> Any:
        return formula.xreplace({node: self._symbol(node) for node in _parts_of(formula)})

    def _symbol(self, node: Any) -> Symbol:
        if isinstance(node, Unknown):
            key, index = (type(node), node.system, node.values), node.index
        else:
            key, index = node, 0
        if key not in self.parts:
            self.parts[key] = self._part(node)
        part = self.parts[key]
        if index not in part.results:
            number = list(self.parts).index(key)
            may_be_infinite = isinstance(part, _FirstNegative | _SlowestRate)
            facts = {"extended_real" if may_be_infinite else "real": True}
            symbol = Symbol(f"{self.prefix}{number}_{index}", **facts)
            part.results[index] = symbol
            self.levels[symbol] = part.level
        return part.results[index]

    def _part(self, node: Any) -> _Part:
        if isinstance(node, Unknown):
            entries = [self._in_symbols(entry) for entry in node.system.at(node.values)]
            if isinstance(node, SlowestRate | EigenvaluePart):
                level = self._level(tuple(entries))
                kind = _SlowestRate if isinstance(node, SlowestRate) else _Eigenvalues
                return kind(arguments=tuple(entries), level=level, system=node.system)
            arguments = (*map(HighPart, entries), *map(LowPart, entries))
            if isinstance(node.system, LinearSystem):
                level = self._level(arguments)
                return _Unknowns(arguments=arguments, level=level, system=node.system)
            arguments = (*arguments, self._in_symbols(node.values[0]))
            level = self._level(arguments)
            return _Evolution(arguments=arguments, level=level, system=node.system)
        if isinstance(node, FirstNegative):
            arguments = tuple(map(self._in_symbols, node.values))
            own = (node.crossing.variable, *node.crossing.parameters)
            margins = self.evaluator(Formula("margins", node.crossing.margins, own, "margins"))
            level = self._level(arguments)
            return _FirstNegative(
                arguments=arguments,
                level=level,
                crossing=node.crossing,
                lost=node.crossing.lost,
                margins=margins,
                kind=type(node),
            )
        arguments = tuple(self._in_symbols(arg) for arg in node.args)
        level = self._level(arguments)
        return _Function(arguments=arguments, level=level, kind=type(node))

    def _level(self, arguments: tuple[Expr, ...]) -> int:
        below = set().union(*(arg.free_symbols for arg in arguments)) & set(self.levels)
        return 1 + max((self.levels[symbol] for symbol in below), default=0)

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
        cut = _Cut(formula.rhs, lambda inner: StagedEvaluator(inner, STRICT, backend, elementary))
        self._stages = []
        for parts in cut.stages():
            arguments = [argument for part in parts for argument in part.arguments]
            self._stages.append((parts, self._between("arguments", Tuple(*arguments))))
        self._last = self._between(formula.label, cut.rhs)
        made = sum(len(part.arguments) + len(part.results) for part in cut.parts.values())
        made += sum(p.system.size for p in cut.parts.values() if hasattr(p, "system"))
        made += sum(p.margins.made for p in cut.parts.values() if isinstance(p, _FirstNegative))
        self.made: int = made
        self._points = max(SMALLEST, SCRATCH // (8 * (1 + made)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.formula, self.strictness, self._backend, self._elementary)

    def _between(self, label: str, rhs: Any) -> ArrayEvaluator:
        """Return the evaluator of what lies between two parts, for points in one line."""
        known = {symbol.name: symbol for symbol in self.symbols}
        used = [s for s in self.symbols if s in rhs.free_symbols]
        used += sorted((s for s in rhs.free_symbols if s.name not in known), key=str)
        between = Formula(label, rhs, tuple(used), self.formula.text)
        plain = NumpyEvaluator(between, STRICT)
        values = 2 * prod(plain.component_shape)
        if self._elementary is NumpyEvaluator or max(plain.steps, values) > COMPILED:
            return plain
        return self._elementary(between, STRICT)

    @property
    def source(self) -> str:
        """The generated code of what lies between the parts."""
        return "\n".join(each.source for each in (*(e for _, e in self._stages), self._last))

    def _worker(
        self, shape: tuple[int, ...], inputs: list[Input], outputs: list[Any]
    ) -> tuple[Callable[[list[Block]], None], list[Block]]:
        names = input_names(self.symbols)
        warned: set[str] = set()

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
                few = len(targets) <= STREAMS
                direct = few and all(target.flags.c_contiguous for target in targets)
                rows = targets if direct else list(np.empty((len(targets), prod(extent))))
                if lost := self._evaluated(lines, [row.reshape(-1) for row in rows]):
                    for symbol, part in chunk:
                        require(symbol, part, np.isfinite(part))
                    if lost not in warned:
                        warned.add(lost)
                        self._warn_of(lost)
                for target, row in zip(targets, rows, strict=True):
                    if row is not target:
                        target[...] = row.reshape(extent)

        return work, blocks(shape, self._points)

    def _warn_of(self, lost: str) -> None:
        if is_in_a_scan():
            return
        warnings.warn(
            f"{self.__name__} is nan where {lost}. Leave out such points, or use backend='mpmath'.",
            RuntimeWarning,
            stacklevel=5,
        )

    def _evaluated(self, lines: dict[str, Array], out: list[Array]) -> str:
        """Write the values of points in one line, and return where one is not known, in words."""
        count = out[0].size
        nothing, said = np.zeros(count, bool), ""
        for parts, arguments in self._stages:
            values = run(arguments, lines, count)
            start = 0
            for part in parts:
                stop = start + len(part.arguments)
                found, lost = part.run(values[start:stop], self._backend)
                start = stop
                if lost.any():
                    found = [np.where(lost, 1.0, value) for value in found]
                    nothing |= lost
                    said = said or part.lost
                symbols = part.results.values()
                lines |= {s.name: value for s, value in zip(symbols, found, strict=True)}
        run(self._last, lines, count, out)
        for row in out if nothing.any() else []:
            row[nothing] = np.nan
        return said


def run(
    evaluator: ArrayEvaluator, lines: dict[str, Array], count: int, out: list[Array] | None = None
) -> Any:
    """Return the values of an elementary formula for points in one line, one row for each."""
    rows = prod(evaluator.component_shape) * (2 if evaluator.is_complex else 1)
    values = np.empty((rows, count)) if out is None else out
    if not rows:
        return values
    inputs = [(symbol, lines[n]) for symbol in evaluator.symbols for n in input_names((symbol,))]
    evaluator.lines(count, inputs, list(values))
    return values
