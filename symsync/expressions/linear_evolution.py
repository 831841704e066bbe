"""What a linear differential equation makes of an initial value, as nodes, one for each unknown.

The evolution of many elements that feed each other has no closed form.  It is a function of the
time and of the parameters of the equation, which is evaluated by the exponential of its matrix;
that function can be differentiated, and its arguments replaced.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import mpmath
from sympy import Add, Expr, Integer, Mul, Symbol, lambdify, zeros

from symsync.expressions.definitions import nodes_of
from symsync.expressions.unknowns import Equations, Row, Unknown, numbered

__all__ = ["Evolved", "LinearEvolution", "evolutions_of"]


SHOWN = 4
"""The matrix of so many equations is printed."""


LEAST, EXCITED = 1e-13, 1e-10
"""Rates below this part of the largest one are those of what is steady, and modes with less than
this part of the initial value are not excited, but for rounding."""


class LinearEvolution(Equations):
    """Equations dy/dt = My with y(0) given, whose entries are expressions in some parameters.

    Attributes
    ----------
    parameters
        The time, and then the symbols of the entries.
    entries
        Different expressions, of which M and y(0) are made.
    rows
        The entries of each equation.
    start
        Those of y(0).
    name
        How the unknowns are printed in LaTeX.
    """

    start: Row

    def __new__(
        cls,
        parameters: Sequence[Symbol],
        entries: Sequence[Expr],
        rows: Sequence[Row],
        start: Row,
        name: str = "y",
    ) -> Any:
        """Return the equations."""
        self = super().__new__(cls)
        self.parameters, self.entries = tuple(parameters), tuple(entries)
        self.rows, self.start, self.name = tuple(rows), start, name
        return self

    @classmethod
    def from_equations(
        cls,
        time: Symbol,
        equations: Sequence[Mapping[int, Expr]],
        start: Mapping[int, Expr],
        name: str = "y",
    ) -> "LinearEvolution":
        """Return dy_k/dt = Σ equations[k][j] y_j, equal entries shared."""
        entries, (*rows, first) = numbered((*equations, start))
        used = set().union(*(entry.free_symbols for entry in entries))
        return cls((time, *sorted(used, key=str)), entries, rows, first, name)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.parameters, self.entries, self.rows, self.start, self.name

    def rate(self, index: int, values: Sequence[Expr]) -> Expr:
        """Return dy/dt of one unknown."""
        entries = self.at(values)
        return Add(
            *(sign * entries[e] * Evolved(self, j, *values) for j, e, sign in self.rows[index])
        )

    def seen_from(self, indices: Iterable[int]) -> "LinearEvolution":
        """Return the equations of some unknowns and of those that feed them."""
        needed, waiting = set(), list(indices)
        while waiting:
            k = waiting.pop()
            if k not in needed:
                needed.add(k)
                waiting += [column for column, _, _ in self.rows[k]]
        place = {k: n for n, k in enumerate(sorted(needed))}
        rows = [tuple((place[j], e, sign) for j, e, sign in self.rows[k]) for k in place]
        start = tuple((place[k], e, sign) for k, e, sign in self.start if k in place)
        return LinearEvolution(self.parameters, self.entries, rows, start, self.name)

    def slowest(self, values: Sequence[Any]) -> Any:
        """Return the slowest rate of modes that the start excites, in mpmath."""
        entries = [mpmath.mpmathify(value) for value in self._at_numbers(*values)]
        matrix, start = self.dense(entries), mpmath.zeros(self.size, 1)
        for k, entry, sign in self.start:
            start[k] = sign * entries[entry]
        rates, modes = mpmath.eig(matrix)
        weights = mpmath.lu_solve(modes, start)
        norm = mpmath.mnorm(matrix, mpmath.inf)
        found = [
            -mpmath.re(rate)
            for k, rate in enumerate(rates)
            if abs(rate) > LEAST * norm
            and abs(weights[k]) * mpmath.norm(modes[:, k]) > EXCITED * mpmath.norm(start)
        ]
        return min(found, default=mpmath.inf)

    def derivative(self, parameter: Symbol) -> "LinearEvolution":
        """Return the equations of y and of ∂y, which is driven by ∂M y, one after the other."""
        return _derivative(self, parameter)

    def to_precision(self, values: Sequence[Any]) -> list[Any]:
        """Return y at the working precision of mpmath."""
        return _to_precision(self, tuple(values), mpmath.mp.prec)

    @cached_property
    def _at_numbers(self) -> Any:
        return lambdify(self.parameters, list(self.entries), modules="mpmath")

    def meaning(self, latex: Callable[[Any], str]) -> str:
        """Return what the unknowns are, as a row of LaTeX; of a few, with their equation."""
        y, time = self.name, latex(self.parameters[0])
        names = rf"{y}_{{1}}, \ldots, {y}_{{{self.size}}}"
        if self.size > SHOWN:
            return (
                rf"{names} &\text{{ are the elements of }} e^{{M {time}}} {y}(0)"
                rf"\text{{ with a matrix }} M \text{{ of }} {self.size} \times {self.size}"
            )
        matrix, start = zeros(self.size), zeros(self.size, 1)
        for k, row in enumerate(self.rows):
            for column, entry, sign in row:
                matrix[k, column] += sign * self.entries[entry]
        for k, entry, sign in self.start:
            start[k] = sign * self.entries[entry]
        return rf"{names} &\text{{: }} \exp\left({time} {latex(matrix)}\right) {latex(start)}"

    def _sympystr(self, printer: Any) -> str:
        return f"y_1, …, y_{self.size} obey {self.size} linear differential equations in time"


@lru_cache(maxsize=256)
def _derivative(system: LinearEvolution, parameter: Symbol) -> LinearEvolution:
    size = system.size

    def row(entries: Row, values: Sequence[Expr], shift: int = 0) -> dict[int, Expr]:
        found: dict[int, Expr] = {}
        for column, entry, sign in entries:
            if values[entry] != 0:
                found[column + shift] = sign * values[entry]
        return found

    slopes = [entry.diff(parameter) for entry in system.entries]
    own = [row(entries, system.entries) for entries in system.rows]
    moved = [row(e, system.entries, size) | row(e, slopes) for e in system.rows]
    start = row(system.start, system.entries) | row(system.start, slopes, size)
    name = rf"({system.name}, \partial {system.name})"
    return LinearEvolution.from_equations(system.parameters[0], [*own, *moved], start, name)


@lru_cache(maxsize=64)
def _to_precision(system: LinearEvolution, values: tuple[Any, ...], prec: int) -> list[Any]:
    with mpmath.workprec(prec):
        entries = [mpmath.mpmathify(value) for value in system._at_numbers(*values)]
        time = mpmath.mpmathify(values[0])
        rows = [[(j, sign * entries[e] * time) for j, e, sign in row] for row in system.rows]
        y = [mpmath.mpf(0)] * system.size
        for k, entry, sign in system.start:
            y[k] = sign * entries[entry]
        norm = max((sum(abs(value) for _, value in row) for row in rows), default=mpmath.mpf(0))
        if norm * sum(map(len, rows)) > 2 * system.size**3:  # steps take longer than squaring
            with mpmath.extraprec(2 * int(mpmath.mag(norm))):
                matrix = mpmath.zeros(system.size)
                for k, row in enumerate(rows):
                    for j, value in row:
                        matrix[k, j] += value
                return [+value for value in mpmath.expm(matrix) * mpmath.matrix(y)]
        steps = int(mpmath.ceil(norm)) or 1
        for _ in range(steps):
            y = _step(rows, y, steps)
        return y


def _step(rows: Sequence[Sequence[tuple[int, Any]]], y: list[Any], steps: int) -> list[Any]:
    """Return exp(M/steps) y by its power series."""
    term, total, k = y, y, 0
    while any(
        a and mpmath.mag(a) > mpmath.mag(b) - mpmath.mp.prec
        for a, b in zip(term, total, strict=True)
    ):
        k += 1
        term = [mpmath.fsum(value * term[j] for j, value in row) / (k * steps) for row in rows]
        total = [a + b for a, b in zip(total, term, strict=True)]
    return total


def evolutions_of(formula: Any) -> dict[str, Callable[..., Any]]:
    """Return the functions (digest, index, *values) ↦ value of the nodes in a formula, by name."""
    nodes = [*nodes_of(formula, Evolved), *nodes_of(formula, SlowestRate)]
    systems = {node.system.digest: node.system for node in nodes}

    def linear_evolution(digest: str, index: int, *values: Any) -> Any:
        return systems[digest].to_precision(values)[index]

    def slowest_rate(digest: str, _: int, *values: Any) -> Any:
        return systems[digest].slowest(values)

    return {"linear_evolution": linear_evolution, "slowest_rate": slowest_rate}


class Evolved(Unknown):
    """One unknown of a `LinearEvolution`, as a function of the values of its parameters.

    The first of these is the time.  At the time 0 it is the initial value.
    """

    function, letter = "linear_evolution", "y"

    def __new__(cls, system: LinearEvolution, index: Any, *values: Any) -> Any:
        """Return the unknown."""
        if values[0] == 0:
            entries = system.at(values)
            return Add(*(sign * entries[e] for k, e, sign in system.start if k == int(index)))
        return super().__new__(cls, system, Integer(index), *values)

    def _eval_derivative(self, variable: Symbol) -> Expr:
        system, terms = self.system, []
        for k, (parameter, value) in enumerate(zip(system.parameters, self.values, strict=True)):
            inner = value.diff(variable)
            if inner == 0:
                continue
            if k == 0:
                slope = system.rate(self.index, self.values)
            else:
                moved = system.derivative(parameter)
                rule = dict(zip(system.parameters, self.values, strict=True))
                values = [rule[symbol] for symbol in moved.parameters]
                slope = Evolved(moved, self.index + system.size, *values)
            terms.append(Mul(slope, inner))
        return Add(*terms)


class SlowestRate(Unknown):
    """The slowest rate at which the unknowns of a `LinearEvolution` become steady.

    It is the least −Re λ > 0 of the eigenvalues of the matrix whose modes the initial value excites
    by more than 10⁻¹⁰; below 10⁻¹³ of the largest rate an eigenvalue counts as zero.
    """

    function, letter = "slowest_rate", "rate"
    is_extended_nonnegative = True

    def __new__(cls, system: LinearEvolution, *values: Any) -> Any:
        """Return the rate at values of the parameters, without the time."""
        return super().__new__(cls, system, *values)

    @property
    def index(self) -> int:
        """Nothing: the rate is one of all unknowns."""
        return 0

    @property
    def values(self) -> tuple[Expr, ...]:
        """What stands for each parameter; the time is any."""
        return (Integer(1), *self.args[1:])

    def _value(self, numbers: list[Any]) -> Any:
        return self.system.slowest(numbers)

    def _eval_derivative(self, variable: Symbol) -> Expr:
        raise NotImplementedError(
            "The derivative of the slowest rate of a matrix has no closed form here. Take "
            "differences of its function."
        )

    def _latex(self, printer: Any) -> str:
        return rf"\min\left\{{-\operatorname{{Re}} \lambda_k(M_{{{self.system.name}}}) > 0\right\}}"

    def _sympystr(self, printer: Any) -> str:
        return f"slowest_rate({self.system})"
