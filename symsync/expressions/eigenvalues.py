"""The eigenvalues of a matrix whose entries are expressions, as nodes of a formula.

The roots of polynomials of high degree have no closed form.  They are functions of the parameters
of the matrix, in the order of falling real parts, which are evaluated by a library.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import mpmath
from sympy import Expr, I, Integer, Symbol, lambdify, zeros

from symsync.expressions.complex_roots import ImaginaryRoot, RealRoot
from symsync.expressions.definitions import nodes_of
from symsync.expressions.unknowns import Equations, Row, Unknown, numbered

__all__ = ["CLOSE", "EigenvaluePart", "Eigenvalues", "eigenvalues_of"]

SHOWN = 4
"""A matrix of so many rows is printed."""

CLOSE = 1e-10
"""Real parts that differ by less than this part of the norm count as equal, for the order."""


class Eigenvalues(Equations):
    """A matrix M, whose entries are expressions in some parameters.

    Its eigenvalues are ordered by falling real parts, and those of equal real parts by falling
    imaginary parts; those that are known in closed form are left out.

    Attributes
    ----------
    parameters
        The symbols of the entries.
    entries
        Different real expressions, of which M is made.
    rows
        The entries of each row; after the columns of the real part are those of the imaginary part.
    known
        The real part (column 0) and the imaginary part (column 1) of eigenvalues to leave out.
    name
        How M is printed in LaTeX.
    """

    known: tuple[Row, ...]

    def __new__(
        cls,
        parameters: Sequence[Symbol],
        entries: Sequence[Expr],
        rows: Sequence[Row],
        known: Sequence[Row] = (),
        name: str = "M",
    ) -> Any:
        """Return the matrix."""
        self = super().__new__(cls)
        self.parameters, self.entries = tuple(parameters), tuple(entries)
        self.rows, self.known, self.name = tuple(rows), tuple(known), name
        return self

    @classmethod
    def from_rows(
        cls,
        rows: Sequence[Mapping[int, tuple[Expr, Expr]]],
        known: Sequence[tuple[Expr, Expr]] = (),
        name: str = "M",
    ) -> "Eigenvalues":
        """Return the matrix of rows {column: (Re, Im)}, equal entries shared."""
        size = len(rows)
        parts = [
            {column + size * k: part for column, entry in row.items()
             for k, part in enumerate(entry) if part != 0}
            for row in rows
        ]  # fmt: skip
        parts += [{k: part for k, part in enumerate(pair) if part != 0} for pair in known]
        entries, found = numbered(parts)
        used = set().union(*(entry.free_symbols for entry in entries))
        return cls(sorted(used, key=str), entries, found[:size], found[size:], name)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.parameters, self.entries, self.rows, self.known, self.name

    def to_precision(self, values: Sequence[Any]) -> list[Any]:
        """Return the parts of the eigenvalues in their order, Re and Im in turn, in mpmath."""
        return _to_precision(self, tuple(values), mpmath.mp.prec)

    @cached_property
    def _at_numbers(self) -> Any:
        own = {kind.__name__: kind.definition for kind in (RealRoot, ImaginaryRoot)}
        return lambdify(self.parameters, list(self.entries), modules=[own, "mpmath"])

    def meaning(self, latex: Callable[[Any], str]) -> str:
        """Return what the eigenvalues are, as a row of LaTeX; of a small matrix, with it."""
        less = rf"\text{{, without {len(self.known)} in closed form}}" if self.known else ""
        if self.size > SHOWN:
            return (
                rf"\lambda_k[{self.name}] &\text{{ are the eigenvalues of a matrix }} {self.name} "
                rf"\text{{ of }} {self.size} \times {self.size}{less}"
            )
        matrix = zeros(self.size)
        for k, row in enumerate(self.rows):
            for column, entry, sign in row:
                unit = sign * (I if column >= self.size else 1)
                matrix[k, column % self.size] += unit * self.entries[entry]
        names = rf"\lambda_k[{self.name}] &\text{{: eigenvalues of }} {self.name}"
        return f"{names} = {latex(matrix)}{less}"

    def _sympystr(self, printer: Any) -> str:
        return f"matrix of {self.size} rows"


@lru_cache(maxsize=64)
def _to_precision(system: Eigenvalues, values: tuple[Any, ...], prec: int) -> list[Any]:
    with mpmath.workprec(prec + 32):
        entries = [mpmath.mpmathify(value) for value in system._at_numbers(*values)]
        matrix = system.dense(entries)
        norm = mpmath.mnorm(matrix, mpmath.inf)
        found = list(mpmath.eig(matrix, left=False, right=False))
        for row in system.known:
            parts = {k: sign * entries[entry] for k, entry, sign in row}
            one = mpmath.mpc(parts.get(0, 0), parts.get(1, 0))
            found.remove(min(found, key=lambda x: abs(x - one)))
        found.sort(key=lambda x: -mpmath.re(x))
        close = norm * max(mpmath.mpf(CLOSE) ** 4, mpmath.ldexp(1, -prec // 3))
        level, levels = 0, []
        for k, value in enumerate(found):
            if k and mpmath.re(found[k - 1] - value) > close:
                level += 1
            levels.append((level, -mpmath.im(value), k))
        ordered = [found[k] for _, _, k in sorted(levels)]
    return [+part for value in ordered for part in (mpmath.re(value), mpmath.im(value))]


def eigenvalues_of(formula: Any) -> Callable[..., Any]:
    """Return the function (digest, index, *values) ↦ value of the nodes in a formula."""
    systems = {node.system.digest: node.system for node in nodes_of(formula, EigenvaluePart)}

    def eigenvalue_part(digest: str, index: int, *values: Any) -> Any:
        return systems[digest].to_precision(values)[index]

    return eigenvalue_part


class EigenvaluePart(Unknown):
    """The real or the imaginary part of an eigenvalue, as a function of the parameters' values.

    The index 2k means the real part of eigenvalue k = 0, 1, …, and 2k + 1 its imaginary part.
    """

    function, letter = "eigenvalue_part", "eigenvalue"

    def __new__(cls, system: Eigenvalues, index: Any, *values: Any) -> Any:
        """Return the part."""
        return super().__new__(cls, system, Integer(index), *(values or system.parameters))

    def _eval_derivative(self, variable: Symbol) -> Expr:
        raise NotImplementedError(
            "The derivative of an eigenvalue of a matrix has no closed form here. Take differences "
            "of its function."
        )

    def _latex(self, printer: Any) -> str:
        _, changed = self._label(printer._print)
        where = rf"\left({', '.join(changed)}\right)" if changed else ""
        part = ("Re", "Im")[self.index % 2]
        number = self.index // 2 + 1
        return rf"\operatorname{{{part}}} \lambda_{{{number}}}[{self.system.name}]{where}"

    def _sympystr(self, printer: Any) -> str:
        _, changed = self._label(printer._print)
        where = f"({', '.join(changed)})" if changed else ""
        return f"{('re', 'im')[self.index % 2]}_{self.letter}_{self.index // 2 + 1}{where}"
