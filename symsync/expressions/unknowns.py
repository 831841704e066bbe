"""Linear equations whose entries are expressions, and their unknowns as nodes of a formula."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any, ClassVar

import mpmath
from sympy import Atom, Expr, Symbol

__all__ = ["HIDDEN", "Equations", "Row", "Unknown", "numbered"]

HIDDEN = "element "
"""Symbols with such names stand for elements while others are derived, and are not printed."""

Row = tuple[tuple[int, int, int], ...]
"""Entries (column, number of its expression, sign) of one equation."""


def numbered(equations: Sequence[Mapping[int, Expr]]) -> tuple[tuple[Expr, ...], list[Row]]:
    """Return the different entries of equations {column: expression}, and each as a row of them."""
    numbers: dict[Expr, int] = {}
    rows = []
    for equation in equations:
        row = []
        for column, value in equation.items():
            sign = -1 if value.could_extract_minus_sign() else 1
            row.append((column, numbers.setdefault(sign * value, len(numbers)), sign))
        rows.append(tuple(row))
    return tuple(numbers), rows


class Equations(Atom):
    """Linear equations for real unknowns, whose entries are expressions in some parameters.

    Attributes
    ----------
    parameters
        The symbols of the entries.
    entries
        Different expressions, of which the equations are made.
    rows
        The entries of each equation.
    name
        How the unknowns are printed in LaTeX.
    """

    is_number = True

    parameters: tuple[Symbol, ...]
    entries: tuple[Expr, ...]
    rows: tuple[Row, ...]
    name: str

    def __getnewargs__(self) -> tuple[Any, ...]:
        raise NotImplementedError

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.digest,)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return type(self), self.__getnewargs__()

    @cached_property
    def digest(self) -> str:
        """A name for its content."""
        facts = [(str(p), sorted(p.assumptions0.items())) for p in self.parameters]
        text = " ".join(map(str, (facts, *self.__getnewargs__()[1:])))
        return sha256(text.encode()).hexdigest()

    @property
    def size(self) -> int:
        """How many unknowns there are."""
        return len(self.rows)

    def at(self, values: Sequence[Expr]) -> tuple[Expr, ...]:
        """Return the entries at values of the parameters."""
        if tuple(values) == self.parameters:
            return self.entries
        rule = dict(zip(self.parameters, values, strict=True))
        return tuple(entry.xreplace(rule) for entry in self.entries)

    def dense(self, entries: Sequence[Any]) -> Any:
        """Return the matrix of numbers in mpmath; columns from `size` on are its imaginary part."""
        matrix = mpmath.zeros(self.size)
        for k, row in enumerate(self.rows):
            for column, entry, sign in row:
                unit = mpmath.mpc(0, 1) if column >= self.size else 1
                matrix[k, column % self.size] += sign * unit * entries[entry]
        return matrix

    def meaning(self, latex: Callable[[Any], str]) -> str:
        """Return what the unknowns are, as a row of LaTeX."""
        raise NotImplementedError

    def _latex(self, printer: Any) -> str:
        return self.name


@lru_cache(maxsize=256)
def _numbers(values: tuple[Any, ...], bits: int) -> list[Any]:
    """Return numbers to so many bits; all unknowns of a system ask for the same ones."""
    return [value._to_mpmath(bits) for value in values]


class Unknown(Expr):
    """One unknown of equations, as a function of the values of their parameters.

    Attributes
    ----------
    system
        The equations.
    index
        The place of the unknown.
    values
        What stands for each parameter of the system.
    """

    is_commutative = True
    is_extended_real = True
    function: ClassVar[str]
    """The name of the function that computes it in mpmath."""
    letter: ClassVar[str]
    """How it is printed as text."""

    @property
    def system(self) -> Any:
        """The equations."""
        return self.args[0]

    @property
    def index(self) -> int:
        """The place of the unknown."""
        return int(self.args[1])

    @property
    def values(self) -> tuple[Expr, ...]:
        """What stands for each parameter of the system."""
        return tuple(self.args[2:])

    def _eval_conjugate(self) -> Expr:
        return self

    def _eval_is_finite(self) -> bool | None:
        return True if self.is_number else None  # a number whose sign SymPy must know

    def _eval_evalf(self, prec: int) -> Any:
        if not all(value.is_number for value in self.values):
            return None
        spare = 2 * (prec + 128 - prec % 128)  # bits for what cancels, in few steps
        numbers = _numbers(self.values, spare)
        with mpmath.workprec(spare):
            return Expr._from_mpmath(self._value(numbers), prec)

    def _value(self, numbers: list[Any]) -> Any:
        return self.system.to_precision(numbers)[self.index]

    def _label(self, print_: Any) -> tuple[str, list[str]]:
        changed = [
            f"{print_(parameter)}={print_(value)}"
            for parameter, value in zip(self.system.parameters, self.values, strict=True)
            if parameter != value and not parameter.name.startswith(HIDDEN)
        ]
        return str(self.index + 1), changed

    def _latex(self, printer: Any) -> str:
        number, changed = self._label(printer._print)
        where = rf"\left({', '.join(changed)}\right)" if changed else ""
        return f"{self.system.name}_{{{number}}}{where}"

    def _sympystr(self, printer: Any) -> str:
        number, changed = self._label(printer._print)
        return f"{self.letter}_{number}" + (f"({', '.join(changed)})" if changed else "")

    def _mpmathcode(self, printer: Any) -> str:
        values = ", ".join(printer._print(value) for value in self.values)
        return f"{self.function}({self.system.digest!r}, {self.index}, {values})"
