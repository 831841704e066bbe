"""The solution of a linear system as nodes of a formula, one for each unknown.

A system of many equations is not solved in closed form.  It is a function of its parameters, which
is evaluated by elimination; that function can be differentiated, and its arguments replaced.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import mpmath
from sympy import Add, Expr, Integer, Mul, S, Symbol, Tuple, expand, lambdify

from symsync.expressions.definitions import nodes_of
from symsync.expressions.sparse_elimination import (
    PRIME,
    LongEliminationError,
    Pivot,
    PrimePoint,
    planned,
    solved,
    steps,
)
from symsync.expressions.symbols import describe
from symsync.expressions.unknowns import HIDDEN, Equations, Row, Unknown, numbered

__all__ = ["LinearSystem", "Solution", "precise_solution", "primitive", "solutions_of"]


class LinearSystem(Equations):
    """Equations Ax + c = 0 for real unknowns, whose entries are expressions in some parameters.

    Attributes
    ----------
    parameters
        The symbols of the entries.
    entries
        Different expressions, of which the matrix is made.
    rows
        The entries of each equation; the column after the last unknown is c.
    scales
        For each unknown the unknowns i and j with |x| ≤ √(xᵢxⱼ), where the one after the last is 1.
        It is empty if nothing is known.
    closing
        One more equation, which follows from the others: the one of what is fixed to 1.  It is
        empty if there is none.
    name
        How the unknowns are printed in LaTeX.
    """

    scales: tuple[tuple[int, int], ...]
    closing: Row

    def __new__(
        cls,
        parameters: Sequence[Symbol],
        entries: Sequence[Expr],
        rows: Sequence[Row],
        scales: Sequence[tuple[int, int]] = (),
        closing: Row = (),
        name: str = "x",
    ) -> Any:
        """Return the system."""
        self = super().__new__(cls)
        self.parameters, self.entries = tuple(parameters), tuple(entries)
        self.rows, self.scales, self.closing = tuple(rows), tuple(scales), closing
        self.name = name
        return self

    @classmethod
    def from_equations(
        cls,
        parameters: Sequence[Symbol],
        equations: Sequence[Mapping[int, Expr]],
        scales: Sequence[tuple[int, int]] = (),
        closing: Mapping[int, Expr] | None = None,
        name: str = "x",
    ) -> "LinearSystem":
        """Return the system of equations {column: expression} = 0, equal entries shared."""
        entries, (*rows, last) = numbered((*equations, closing or {}))
        return cls(parameters, entries, rows, scales, last, name)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.parameters, self.entries, self.rows, self.scales, self.closing, self.name

    @cached_property
    def pivots(self) -> tuple[Pivot, ...] | None:
        """The order in which it is eliminated, or None if that is too long."""
        inside = {entry for row in self.rows for column, entry, _ in row if column < self.size}
        point = PrimePoint()
        known = {k: point.residue(self.entries[k]) for k in inside}
        matrix = [
            {column: sign * known[entry] for column, entry, sign in row if column < self.size}
            for row in self.rows
        ]
        try:
            return planned(matrix)
        except LongEliminationError:
            return None

    @property
    def steps(self) -> int:
        """How many multiplications and subtractions the elimination has."""
        return steps(self.pivots or ())

    def fixed(self, unknown: int) -> "LinearSystem":
        """Return the system in which this unknown is 1 and has the place of what is 1 here."""
        swap = {unknown: self.size, self.size: unknown}
        rows = [
            tuple((swap.get(column, column), entry, sign) for column, entry, sign in row)
            for row in (*self.rows, self.closing)
        ]
        rows[unknown], closing = rows[-1], rows[unknown]
        scales = [tuple(swap.get(k, k) for k in pair) for pair in self.scales]
        scales[unknown] = unknown, unknown
        return _shared(self.parameters, self.entries, tuple(rows[:-1]), tuple(scales), closing)

    def solution(self, values: Sequence[Any], **field: Any) -> list[Any]:
        """Return x for the values of the entries in any field; see `sparse_elimination.solved`.

        Raises
        ------
        ZeroDivisionError
            If a pivot is zero there.
        """
        size = self.size
        matrix: list[dict[int, Any]] = []
        right: list[Any] = []
        for row in self.rows:
            matrix.append({j: sign * values[e] for j, e, sign in row if j < size})
            right.append(sum(-sign * values[e] for j, e, sign in row if j == size))
        return solved(self.pivots or (), matrix, right, **field)

    def modulo(self, values: Sequence[Expr], point: PrimePoint) -> list[int]:
        """Return x at values of the parameters, at a point of the prime field."""
        key = self, tuple(values)
        found = point.solutions.get(key)
        if found is None:
            entries = [point.residue(entry) for entry in self.at(values)]
            found = point.solutions[key] = self.solution(
                entries,
                inverse=lambda value: pow(value, -1, PRIME),
                reduced=lambda value: value % PRIME,
            )
        return found

    def to_precision(self, values: Sequence[Any]) -> list[Any]:
        """Return x at the working precision of mpmath, with pivots by size where it must be."""
        return list(_to_precision(self, tuple(values), mpmath.mp.prec))

    @cached_property
    def _at_numbers(self) -> Any:
        own = {"linear_solution": solutions_of(Tuple(*self.entries))}
        return lambdify(self.parameters, list(self.entries), modules=[own, "mpmath"])

    def transposed(self, unknowns: tuple[int, ...]) -> "LinearSystem":
        """Return the system Aᵀy = r, whose last entries are r, in the rows of these unknowns."""
        return _transposed(self, unknowns)

    def derivative(self, parameter: Symbol) -> "LinearSystem":
        """Return the system of the derivatives of x: A ∂x + (∂A x + ∂c) = 0."""
        return _derivative(self, parameter)

    def meaning(self, latex: Callable[[Any], str]) -> str:  # as of all equations
        """Return what the unknowns are, as a row of LaTeX."""
        return (
            rf"{self.name}_{{1}}, \ldots, {self.name}_{{{self.size}}} &\text{{ solve {self._how}}}"
        )

    @property
    def _how(self) -> str:
        how = (
            "factorised at each point"
            if self.pivots is None
            else f"eliminated in {self.steps} steps"
        )
        return f"{self.size} linear equations, {how}"

    def _sympystr(self, printer: Any) -> str:
        return f"x_1, …, x_{self.size} solve {self._how}"


_shared = lru_cache(maxsize=256)(LinearSystem)


@lru_cache(maxsize=256)
def _transposed(system: LinearSystem, unknowns: tuple[int, ...]) -> LinearSystem:
    rows: list[list[tuple[int, int, int]]] = [[] for _ in system.rows]
    for k, row in enumerate(system.rows):
        for column, entry, sign in row:
            if column < system.size:
                rows[column].append((k, entry, sign))
    count = len(system.entries)
    for place, unknown in enumerate(unknowns):
        rows[unknown].append((system.size, count + place, -1))
    right = [Symbol(f"{HIDDEN}r{k}") for k in unknowns]
    entries = (*system.entries, *right)
    return LinearSystem((*system.parameters, *right), entries, tuple(map(tuple, rows)), name="y")


@lru_cache(maxsize=256)
def _derivative(system: LinearSystem, parameter: Symbol) -> LinearSystem:
    slopes = [entry.diff(parameter) for entry in system.entries]
    equations = []
    for row in system.rows:
        equation: dict[int, Expr] = {}
        moved = []
        for column, entry, sign in row:
            if column < system.size:
                equation[column] = sign * system.entries[entry]
            if slopes[entry] != 0:
                one = column == system.size
                x = S.One if one else Solution(system, column, *system.parameters)
                moved.append(sign * slopes[entry] * x)
        if moved:
            equation[system.size] = Add(*moved)
        equations.append(equation)
    name = rf"\partial_{{{describe(parameter).latex}}} {system.name}"
    return LinearSystem.from_equations(system.parameters, equations, name=name)


def solutions_of(formula: Any) -> Callable[..., Any]:
    """Return the function (digest, index, *values) ↦ x_index for the solutions in a formula."""
    systems = {node.system.digest: node.system for node in nodes_of(formula, Solution)}

    def linear_solution(digest: str, index: int, *values: Any) -> Any:
        return systems[digest].to_precision(values)[index]

    return linear_solution


@lru_cache(maxsize=64)
def _to_precision(system: LinearSystem, values: tuple[Any, ...], prec: int) -> list[Any]:
    with mpmath.workprec(prec):
        entries = [mpmath.mpmathify(value) for value in system._at_numbers(*values)]
        return precise_solution(system, entries)


def precise_solution(system: LinearSystem, entries: Sequence[Any]) -> list[Any]:
    """Return x for the values of the entries at the working precision of mpmath.

    Raises
    ------
    ZeroDivisionError
        If the matrix is singular.
    """
    if system.pivots is not None:
        try:
            return system.solution(entries)
        except ZeroDivisionError:
            pass
    size = system.size
    matrix, right = mpmath.zeros(size), mpmath.zeros(size, 1)
    for k, row in enumerate(system.rows):
        for column, entry, sign in row:
            if column < size:
                matrix[k, column] += sign * entries[entry]
            else:
                right[k] -= sign * entries[entry]
    try:
        return list(mpmath.lu_solve(matrix, right))
    except TypeError:  # of mpmath, where a column has no pivot but zeros
        raise ZeroDivisionError("The matrix is singular.") from None


class Solution(Unknown):
    """One unknown of a `LinearSystem`, as a function of the values of its parameters."""

    function, letter = "linear_solution", "x"

    def __new__(cls, system: LinearSystem, index: Any, *values: Any) -> Any:
        """Return the unknown."""
        return super().__new__(cls, system, Integer(index), *values)

    def _eval_derivative(self, variable: Symbol) -> Expr:
        terms = []
        for parameter, value in zip(self.system.parameters, self.values, strict=True):
            inner = value.diff(variable)
            if inner != 0:
                slope = Solution(self.system.derivative(parameter), self.index, *self.values)
                terms.append(Mul(slope, inner))
        return Add(*terms)

    def _eval_is_extended_nonnegative(self) -> bool | None:
        scales = self.system.scales
        return True if scales and scales[self.index] == (self.index, self.index) else None

    @property
    def is_number(self) -> bool:
        """Whether SymPy may ask for digits, as it does for a sign: they take hours without plan."""
        return bool(super().is_number) and self.system.pivots is not None

    def modulo(self, point: PrimePoint) -> int:
        """Return the unknown at a point of the prime field."""
        found: list[int] = self.system.modulo(self.values, point)
        return found[self.index]


def primitive(equation: Mapping[int, Expr]) -> dict[int, Expr]:
    """Return an equation times the number that makes all its coefficients coprime integers."""
    expanded = {column: expand(value) for column, value in equation.items()}
    contents = [value.as_content_primitive()[0] for value in expanded.values() if value != 0]
    if not contents:
        return {}
    content = contents[0]
    for each in contents[1:]:
        content = content.gcd(each) if hasattr(content, "gcd") else content
    return {column: expand(value / content) for column, value in expanded.items() if value != 0}
