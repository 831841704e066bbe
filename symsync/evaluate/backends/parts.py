"""A formula is cut at what has no elementary steps, such as the solution of a linear system.

A part takes the values of its arguments at some points, and gives those of its results, which
stand as symbols in what is left of the formula.  A derivative of a formula with parts is cut like
it: the parts are visited from the last to the first, and each has a part of its own that carries
the derivatives by its results to those by its arguments.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Add, Expr, Symbol

from symsync.evaluate.backends.batched import SLOPES, kernel, slopes
from symsync.evaluate.backends.crossings import first_change, first_negative, highest
from symsync.evaluate.backends.evolutions import evolve
from symsync.evaluate.backends.linear_solver import solve
from symsync.evaluate.contract import Formula
from symsync.evaluate.kernels.exponential_numpy import eigenvalues, slowest_rate
from symsync.evaluate.rounding import HighPart, LowPart
from symsync.evaluate.slope import Slope
from symsync.expressions.crossings import Crossing, FirstNegative
from symsync.expressions.definitions import nodes_of
from symsync.expressions.eigenvalues import EigenvaluePart, Eigenvalues
from symsync.expressions.linear_evolution import LinearEvolution, SlowestRate
from symsync.expressions.linear_solutions import LinearSystem, Solution
from symsync.expressions.peaks import Peak
from symsync.expressions.spectral import SpectralFunction
from symsync.expressions.unknowns import Unknown

__all__ = ["Cut", "FunctionPart", "Part", "SolvedPart", "has_stages", "is_reversible"]

Array = NDArray[Any]


def has_stages(rhs: Any) -> bool:
    """Whether a formula holds parts that are no elementary steps."""
    return bool(parts_of(rhs))


def is_reversible(rhs: Any) -> bool:
    """Whether each part of a formula has one that carries derivatives back."""
    return all(
        isinstance(part, Solution) or type(part).__name__ in SLOPES for part in parts_of(rhs)
    )


def parts_of(
    rhs: Any, is_part: Callable[[SpectralFunction], bool] = attrgetter("is_batched")
) -> list[Any]:
    """Return the nodes of a formula that have no elementary steps."""
    functions = filter(is_part, nodes_of(rhs, SpectralFunction))
    return [*nodes_of(rhs, Unknown), *functions, *nodes_of(rhs, FirstNegative)]


@dataclass(kw_only=True, eq=False)
class Part:
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


@dataclass(kw_only=True, eq=False)
class SolvedPart(Part):
    """The solution of a linear system at values of its parameters."""

    lost: str = "its linear equations have no unique solution to double precision"

    entries: list[Expr]
    """The entries in symbols."""

    system: LinearSystem

    def run(self, values: Array, backend: str) -> tuple[list[Array], Array]:
        """Return the unknowns that are asked for; one is not known at a singular point."""
        count = len(self.system.entries)
        x, error = solve(self.system, values[:count], values[count:], backend)
        return [x[k] for k in self.results], ~np.isfinite(error)


@dataclass(kw_only=True, eq=False)
class _TransposedPart(Part):
    """The derivatives by the entries of a linear system, from those by its unknowns.

    With A ∂x = −(∂A x + ∂c) and Aᵀy = x̄ it is x̄·∂x = −y·(∂A x + ∂c), which is linear in the
    entries.
    """

    lost: str = SolvedPart.lost

    system: LinearSystem
    back: LinearSystem

    def run(self, values: Array, backend: str) -> tuple[list[Array], Array]:
        """Return the derivatives by the entries that are asked for."""
        count, size = len(self.system.entries), self.system.size
        high, low, x, seeds = np.split(values, np.cumsum([count, count, size]))
        y, error = solve(
            self.back,
            np.concatenate([high, seeds]),
            np.concatenate([low, np.zeros_like(seeds)]),
            backend,
        )
        every = np.concatenate([x, np.ones((1, values.shape[1]))])
        found = {k: np.zeros(values.shape[1]) for k in self.results}
        for own, row in zip(y, self.system.rows, strict=True):
            for column, entry, sign in row:
                if entry in found:
                    found[entry] -= sign * own * every[column]
        return [*found.values()], ~np.isfinite(error)


@dataclass(kw_only=True, eq=False)
class _Evolution(Part):
    """The unknowns of a differential equation at values of its parameters."""

    lost: str = "its evolution lasts longer than 10¹⁰ of the fastest times"

    system: LinearEvolution

    def run(self, values: Array, backend: str) -> tuple[list[Array], Array]:
        """Return the unknowns that are asked for."""
        high, low = np.split(values[:-1], 2)
        y = evolve(self.system, high, low, values[-1], backend)
        return [y[k] for k in self.results], np.isnan(y.sum(axis=0))


@dataclass(kw_only=True, eq=False)
class _SlowestRate(Part):
    """The slowest rate of a differential equation at values of its parameters."""

    system: LinearEvolution

    def run(self, values: Array, backend: str) -> tuple[list[Array], Array]:
        """Return the rate, which is infinite if nothing moves."""
        found = slowest_rate(self.system, values)
        return [found], np.isnan(found)


@dataclass(kw_only=True, eq=False)
class _Eigenvalues(Part):
    """The eigenvalues of a matrix at values of its parameters."""

    system: Eigenvalues

    def run(self, values: Array, backend: str) -> tuple[list[Array], Array]:
        """Return the parts that are asked for."""
        found = eigenvalues(self.system, values)
        return [found[k] for k in self.results], np.isnan(found[0])


@dataclass(kw_only=True, eq=False)
class FunctionPart(Part):
    """A function of a block or of waves, which has no elementary steps."""

    kind: type

    def run(self, values: Array, backend: str) -> tuple[list[Array], Array]:
        """Return its value, which may be nan."""
        out = np.empty(values.shape[1])
        kernel(backend, self.kind.__name__)(values, out)
        return [out], ~np.isfinite(out)


@dataclass(kw_only=True, eq=False)
class _SlopesPart(Part):
    """The derivatives by the arguments of a function, from that by its value."""

    kind: type

    def run(self, values: Array, backend: str) -> tuple[list[Array], Array]:
        """Return the derivatives by the arguments that are asked for."""
        found = values[-1] * slopes(self.kind.__name__, values[:-1])
        return [found[k] for k in self.results], np.isnan(found.sum(axis=0))


@dataclass(kw_only=True, eq=False)
class _FirstNegative(Part):
    """The least value at which a function of a crossing is negative, at values of parameters."""

    crossing: Crossing
    margins: Any
    kind: type

    def run(self, values: Array, backend: str) -> tuple[list[Array], Array]:
        """Return the value, which may be infinite."""
        names = [symbol.name for symbol in self.crossing.parameters]

        def margins(points: Array, x: Array) -> Array:
            lines = {name: row[points] for name, row in zip(names, values, strict=True)}
            rows = np.empty((len(self.crossing.margins), len(x)))
            self.margins.evaluated({self.crossing.variable.name: x, **lines}, list(rows))
            return rows

        if isinstance(self.crossing, Peak):
            starts = values[len(self.crossing.own) :]
            out = highest(margins, starts[::2], starts[1::2])
            return [out], np.isnan(out)
        scale = np.abs(values[self.crossing.scaling]).max(axis=0, initial=0)
        first = first_change if self.crossing.changes else first_negative
        out = first(margins, scale, self.crossing.shallow)
        return [out], np.isnan(out)


class Cut:
    """The parts of a formula, and the formula in symbols for their results.

    Parameters
    ----------
    rhs
        The formula.
    evaluator
        Returns the evaluator of the functions of a crossing.
    is_part
        Whether a function has no elementary steps here.
    """

    def __init__(
        self,
        rhs: Any,
        evaluator: Callable[[Formula], Any],
        is_part: Callable[[SpectralFunction], bool] = attrgetter("is_batched"),
    ) -> None:
        self.evaluator, self.is_part = evaluator, is_part
        self.parts: dict[Any, Part] = {}
        self.levels: dict[Symbol, int] = {}
        self.sweeps: dict[Expr, list[Expr]] = {}
        self.prefix = "part"
        while any(symbol.name.startswith(self.prefix) for symbol in rhs.free_symbols):
            self.prefix += "_"
        self.rhs = self._in_symbols(rhs)

    def _in_symbols(self, formula: Any) -> Any:
        rule = {node: self._derivative(*node.args) for node in nodes_of(formula, Slope)}
        rule |= {node: self._symbol(node) for node in parts_of(formula, self.is_part)}
        return formula.xreplace(rule)

    def _symbol(self, node: Any) -> Symbol:
        if isinstance(node, Unknown):
            key, index = (type(node), node.system, node.values), node.index
        else:
            key, index = node, 0
        if key not in self.parts:
            self.parts[key] = self._part(node)
        return self._result(self.parts[key], index)

    def _result(self, part: Part, index: int) -> Symbol:
        if index not in part.results:
            may_be_infinite = isinstance(part, _FirstNegative | _SlowestRate)
            facts = {"extended_real" if may_be_infinite else "real": True}
            symbol = Symbol(f"{self.prefix}{len(self.levels)}", **facts)
            part.results[index] = symbol
            self.levels[symbol] = part.level
        return part.results[index]

    def _part(self, node: Any) -> Part:
        if isinstance(node, Unknown):
            entries = [self._in_symbols(entry) for entry in node.system.at(node.values)]
            if isinstance(node, SlowestRate | EigenvaluePart):
                kind = _SlowestRate if isinstance(node, SlowestRate) else _Eigenvalues
                return self._made(kind, entries, system=node.system)
            arguments = [*map(HighPart, entries), *map(LowPart, entries)]
            if isinstance(node.system, LinearSystem):
                return self._made(SolvedPart, arguments, entries=entries, system=node.system)
            arguments.append(self._in_symbols(node.values[0]))
            return self._made(_Evolution, arguments, system=node.system)
        if isinstance(node, FirstNegative):
            own = (node.crossing.variable, *node.crossing.parameters)
            return self._made(
                _FirstNegative,
                map(self._in_symbols, node.values),
                crossing=node.crossing,
                lost=node.crossing.lost,
                margins=self.evaluator(Formula("margins", node.crossing.margins, own, "margins")),
                kind=type(node),
            )
        return self._made(FunctionPart, map(self._in_symbols, node.args), kind=type(node))

    def _made(self, part: type[Part], arguments: Iterable[Expr], /, **fields: Any) -> Part:
        taken = tuple(arguments)
        below = set().union(*(arg.free_symbols for arg in taken)) & set(self.levels)
        level = 1 + max((self.levels[symbol] for symbol in below), default=0)
        return part(arguments=taken, level=level, **fields)

    # Derivatives ----------------------------------------------------------------------------

    def _derivative(self, expression: Expr, variable: Symbol) -> Expr:
        """Return the whole derivative of an expression, as partial ones of what its parts take."""
        if expression not in self.sweeps:
            self.sweeps[expression] = self._swept(expression)
        return _partial(self.sweeps[expression], variable)

    def _swept(self, expression: Expr) -> list[Expr]:
        """Return expressions whose partial derivatives by a parameter add up to the whole one.

        The first one is what is left of the expression.  Each part adds Σ āᵢaᵢ with its arguments
        aᵢ and the derivatives āᵢ by them, which are constants here.
        """
        swept = [self._in_symbols(expression)]
        for part in reversed([*self.parts.values()]):
            slopes = ((k, _partial(swept, symbol)) for k, symbol in part.results.items())
            seeds = {k: slope for k, slope in slopes if slope != 0}
            if not seeds:
                continue
            if isinstance(part, SolvedPart):
                unknowns = [self._result(part, k) for k in range(part.system.size)]
                arguments = (*part.arguments, *unknowns, *seeds.values())
                system = part.system.transposed(tuple(seeds))
                back = self._made(_TransposedPart, arguments, system=part.system, back=system)
                taken = tuple(part.entries)
            else:
                assert isinstance(part, FunctionPart)  # as the formula is reversible
                arguments = (*part.arguments, seeds[0])
                back = self._made(_SlopesPart, arguments, kind=part.kind)
                taken = part.arguments
            self.parts[back] = back
            swept.append(
                Add(*(self._result(back, k) * a for k, a in enumerate(taken) if a.free_symbols))
            )
        return swept

    def stages(self) -> Iterator[list[Part]]:
        """Yield the parts of each level."""
        every = self.parts.values()
        for level in range(1, 1 + max((part.level for part in every), default=0)):
            yield [part for part in every if part.level == level]


def _partial(expressions: list[Expr], variable: Symbol) -> Expr:
    return Add(*(Slope(each, variable) for each in expressions if variable in each.free_symbols))
