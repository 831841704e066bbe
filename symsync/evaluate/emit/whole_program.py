"""Any formula as one program, whose steps may be parts such as the solution of a linear system.

The backends run parts for many points at a time, see `backends.staged`.  A program for another
language calls them step by step, and is cut into pieces between them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, Symbol

from symsync.evaluate.contract import Formula
from symsync.evaluate.emit.scalar_source import scalar_steps
from symsync.evaluate.kernels.elimination_numpy import probe
from symsync.evaluate.kernels.elimination_tables import tables
from symsync.evaluate.lowering import Builder
from symsync.evaluate.program import Program, Step, Value, components_of
from symsync.evaluate.rounding import HighPart, LowPart
from symsync.expressions.crossings import Crossing, FirstNegative
from symsync.expressions.definitions import in_symbols, nodes_of
from symsync.expressions.eigenvalues import EigenvaluePart
from symsync.expressions.linear_evolution import SlowestRate
from symsync.expressions.linear_solutions import LinearSystem
from symsync.expressions.spectral import SpectralFunction
from symsync.expressions.unknowns import Unknown

__all__ = ["CALLS", "Library", "Piece", "Pieces", "Routine", "elementary_routine", "tables_of"]

PREFIX = "part "
"""Symbols of such names stand for parts while a formula is lowered; none else holds a space."""

CALLS = {
    "solution": "solved",
    "evolution": "evolved",
    "eigenvalues": "eigenvalues",
    "rate": "slowest_rate",
}
"""The kernel that computes what equations are asked for; their names begin with that."""


@dataclass(frozen=True)
class Routine:
    """A formula as a program.

    Attributes
    ----------
    formula
        What it computes.
    program
        How; a step may be the name of a function of `Library`.
    shape
        That of the formula's components.
    """

    formula: Formula
    program: Program
    shape: tuple[int, ...]

    @property
    def is_complex(self) -> bool:
        """Whether each component has two values."""
        return any(imaginary is not None for _, imaginary in self.program.outputs)


@dataclass
class Library:
    """What the programs of some formulas call, each of it once.

    Attributes
    ----------
    functions
        The names of functions of blocks and of waves.
    systems
        {system of equations with its kind: its name}.
    crossings
        {crossing: its name}.
    margins
        {name of a crossing: the program of its margins}.
    """

    functions: dict[str, int] = field(default_factory=dict)
    systems: dict[tuple[str, Any], str] = field(default_factory=dict)
    crossings: dict[Crossing, str] = field(default_factory=dict)
    margins: dict[str, Routine] = field(default_factory=dict)

    def routine(self, formula: Formula) -> Routine:
        """Return a formula as a program that calls this library."""
        parts: dict[Any, Symbol] = {}
        rhs, definitions = in_symbols(_without_parts(formula.rhs, parts))
        builder = _Builder(formula.parameters, dict(definitions), self, parts)
        return Routine(formula, builder.written(rhs), components_of(formula.rhs)[1])

    def name_of(self, kind: str, system: Any) -> str:
        """Return the name of the function of a system."""
        return self.systems.setdefault((kind, system), f"{kind}_{len(self.systems) + 1}")

    def name_of_crossing(self, crossing: Crossing) -> str:
        """Return the name of the function of a crossing."""
        if crossing not in self.crossings:
            self.crossings[crossing] = name = f"crossing_{len(self.crossings) + 1}"
            own = getattr(crossing, "own", crossing.parameters)
            inner = Formula(name, crossing.margins, (crossing.variable, *own), name)
            self.margins[name] = self.routine(inner)
        return self.crossings[crossing]

    def is_part(self, operation: str) -> bool:
        """Whether a step of this name is a part."""
        known = operation in self.functions or operation in self.margins
        return known or operation in self.systems.values()


def _without_parts(formula: Any, parts: dict[Any, Symbol]) -> Any:
    """Return a formula with symbols for its parts, which are noted."""
    functions = [node for node in nodes_of(formula, SpectralFunction) if node.is_batched]
    found = [*nodes_of(formula, Unknown), *functions, *nodes_of(formula, FirstNegative)]
    for node in found:
        infinite = isinstance(node, FirstNegative | SlowestRate)
        facts = {"extended_real" if infinite else "real": True}
        parts.setdefault(node, Symbol(f"{PREFIX}{len(parts)}", **facts))
    return formula.xreplace({node: parts[node] for node in found})


class _Builder(Builder):
    def __init__(
        self,
        parameters: tuple[Symbol, ...],
        definitions: dict[Symbol, Expr],
        library: Library,
        parts: dict[Any, Symbol],
    ) -> None:
        super().__init__(parameters, definitions)
        self.library, self.parts = library, parts

    def _value(self, expression: Expr) -> Value:
        if isinstance(expression, Symbol) and expression.name.startswith(PREFIX):
            return self._part(list(self.parts)[int(expression.name.removeprefix(PREFIX))])
        return super()._value(expression)

    def _part(self, node: Any) -> Value:
        if isinstance(node, Unknown):
            return self._unknown(node)
        if isinstance(node, FirstNegative):
            name = self.library.name_of_crossing(node.crossing)
            return self.emit(name, *self._values(node.values))
        name = type(node).__name__
        self.library.functions.setdefault(name, len(node.args))
        return self.emit(name, *self._values(node.args))

    def _unknown(self, node: Any) -> Value:
        system = node.system
        entries = [self._plain(entry) for entry in system.at(node.values)]
        if isinstance(node, SlowestRate):
            return self.emit(self.library.name_of("rate", system), *map(self.value, entries))
        if isinstance(node, EigenvaluePart):
            name = self.library.name_of("eigenvalues", system)
            count = 2 * (system.size - len(system.known))
            return self.emit(name, *map(self.value, entries), results=count) + int(node.index)
        arguments = [self.value(part(entry)) for part in (HighPart, LowPart) for entry in entries]
        kind = "solution" if isinstance(system, LinearSystem) else "evolution"
        if kind == "evolution":
            arguments.append(self.value(self._plain(node.values[0])))
        name = self.library.name_of(kind, system)
        return self.emit(name, *arguments, results=system.size) + int(node.index)

    def _values(self, expressions: Iterable[Expr]) -> list[Value]:
        return [self.value(self._plain(each)) for each in expressions]

    def _plain(self, expression: Expr) -> Any:
        """Return an expression without parts and without definitions, which are noted."""
        plain, definitions = in_symbols(_without_parts(expression, self.parts))
        self.definitions = {**self.definitions, **definitions}
        return plain


@dataclass(frozen=True)
class Piece:
    """Some steps of a program between two parts, or one part.

    Attributes
    ----------
    steps
        What is done.
    reads, writes
        Values that come from before, and values that are needed later; both are kept.
    is_part
        Whether it is the call of a part.
    """

    steps: tuple[Step, ...]
    reads: tuple[int, ...]
    writes: tuple[int, ...]
    is_part: bool


@dataclass(frozen=True)
class Pieces:
    """A program cut into pieces.

    Attributes
    ----------
    pieces
        In the order in which they run.
    places
        {value: where it is kept}; the first places are those of the inputs.
    arguments
        {place of a part among the pieces: where its arguments are gathered}.
    size
        How many places there are.
    """

    pieces: tuple[Piece, ...]
    places: dict[int, int]
    arguments: dict[int, int]
    size: int

    @classmethod
    def of(cls, program: Program, library: Library, longest: int) -> "Pieces":
        """Return a program in pieces of at most so many steps."""
        groups = _grouped(program, library, longest)
        made = [{step.index + k for step in group for k in range(step.results)} for group in groups]
        used = [{value for step in group for value in step.values} for group in groups]
        outputs = {value for value in program.values if isinstance(value, int)}
        places = {k: k for k in range(len(program.inputs))}
        pieces, arguments, size = [], {}, len(places)
        for k, group in enumerate(groups):
            later = outputs.union(*used[k + 1 :])
            is_part = library.is_part(group[0].operation)
            writes = sorted(made[k] if is_part else made[k] & later)
            places |= {value: size + n for n, value in enumerate(writes)}
            size += len(writes)
            if is_part:
                arguments[k], size = size, size + len(group[0].arguments)
            reads = tuple(sorted(used[k] - made[k]))
            pieces.append(Piece(tuple(group), reads, tuple(writes), is_part))
        return cls(tuple(pieces), places, arguments, size)


def _grouped(program: Program, library: Library, longest: int) -> list[Sequence[Step]]:
    """Return the steps in groups, those of equal depth below parts together."""
    depth: dict[int, int] = {}
    levels: dict[tuple[int, bool], list[Step]] = {}
    for step in (each for some in scalar_steps(program, ()) for each in some):
        level = max((depth.get(value, 0) for value in step.values), default=0)
        is_part = library.is_part(step.operation)
        levels.setdefault((level, is_part), []).append(step)
        depth |= dict.fromkeys(range(step.index, step.index + step.results), level + is_part)
    groups: list[Sequence[Step]] = []
    for (_, is_part), steps in sorted(levels.items()):
        count = 1 if is_part else longest
        groups += [steps[start : start + count] for start in range(0, len(steps), count)]
    return groups


def tables_of(system: Any) -> dict[str, list[Any]]:
    """Return equations of any kind as lists of whole numbers, and the probe of an elimination.

    They are those of `elimination_tables`; `closing` holds entry, column and sign of the closing
    equation, `known` those of known eigenvalues, each after its number of terms, and `right` of an
    evolution the unknown, the entry and the sign of y(0).
    """
    if isinstance(system, LinearSystem):
        made = tables(system)
        names = ("sizes", "gather", "factors", "forward", "backward", "residual", "scales", "right")
        found = {name: getattr(made, name).ravel().tolist() for name in names}
        closing = [(entry, column, sign) for column, entry, sign in system.closing]
        return {**found, "closing": _flat(closing), "probe": probe(system).tolist()}
    rows = [[(entry, column, sign) for column, entry, sign in row] for row in system.rows]
    known = getattr(system, "known", ())
    return {
        "residual": _flat([len(row), *_flat(row)] for row in rows),
        "right": _flat(getattr(system, "start", ())),
        "known": _flat([len(row), *_flat(row)] for row in known),
    }


def _flat(rows: Iterable[Iterable[Any]]) -> list[Any]:
    return [each for row in rows for each in row]


def elementary_routine(formula: Formula, language: str) -> Routine:
    """Return a formula as a program without parts, for a language that has none.

    Raises
    ------
    NotImplementedError
        If it has parts.
    """
    library = Library()
    routine = library.routine(formula)
    for step in routine.program.steps:
        if library.is_part(step.operation):
            count = library.functions.get(step.operation)
            what = f"{step.operation} of {count} numbers" if count else "unknowns of equations"
            raise NotImplementedError(
                f"The {language} code of {formula.label} would need {what}, which only "
                "code('c') and code('javascript') have."
            )
    return routine
