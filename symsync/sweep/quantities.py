"""Formulas that are evaluated together, and what a file says of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import prod
from typing import Any

import numpy as np
from sympy import Basic, Expr, Tuple

from symsync.catalogue import equations as catalogue
from symsync.evaluate import Evaluator, Formula, Strictness, evaluator
from symsync.evaluate.program import components_of
from symsync.expressions.checks import in_list
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.symbols import describe
from symsync.formula import Equation, equation

__all__ = ["Quantity", "chosen_backend", "digest", "function_of", "quantities"]


@dataclass(frozen=True)
class Quantity:
    """One variable of a dataset.

    Attributes
    ----------
    name
        Its name.
    equation
        The formula.
    first
        The place of its first component among those of all quantities.
    shape
        The shape of its components, () for a scalar.
    is_complex
        Whether its values are complex.
    """

    name: str
    equation: Equation
    first: int
    shape: tuple[int, ...]
    is_complex: bool

    @property
    def dims(self) -> tuple[str, ...]:
        """The dimensions of its components."""
        return tuple(f"{self.name}_component_{k}" for k in range(len(self.shape)))

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of its values."""
        return np.dtype(np.complex128 if self.is_complex else np.float64)

    @property
    def attributes(self) -> dict[str, Any]:
        """What a file says of it: meaning, unit, LaTeX, order and source."""
        own, lhs = self.equation, self.equation.lhs
        about = describe(lhs.args[0] if isinstance(lhs, Tuple) else lhs)
        return {
            "long_name": own.description,
            "units": about.unit,
            "latex": own.latex(),
            "order": str(own.order),
            "source": own.source,
        }

    def part(self, values: Any) -> Any:
        """Return its values among those of all quantities, whose components are the last axis."""
        extent = values.shape[:-1]
        found = values[..., self.first : self.first + prod(self.shape)].reshape(extent + self.shape)
        return found if self.is_complex or found.dtype.kind == "f" else found.real


def quantities(given: Any) -> list[Quantity]:
    """Return what is to be computed.

    Parameters
    ----------
    given
        A name of the catalogue, an equation, several of them, or {name: equation or expression}.

    Raises
    ------
    TypeError, ValueError
        If one of them is no equation, a name is unknown, or two have one name.
    """
    if isinstance(given, Mapping):
        named = [(name, _equation(each, name)) for name, each in given.items()]
    else:
        found = [_equation(each) for each in in_list(given, str | Basic)]
        named = [(each.label, each) for each in found]
    names = [name for name, _ in named]
    if not names or len(set(names)) < len(names):
        raise ValueError(
            f"Argument `equations` must be one or more equations of different names, but has "
            f"{names}. Name them by a dictionary."
        )
    listed: list[Quantity] = []
    first = 0
    for name, own in named:
        components, shape = components_of(own._formula.rhs)
        is_complex = any(real_imag(each)[1] != 0 for each in components)
        listed.append(Quantity(name, own, first, shape, is_complex))
        first += len(components)
    return listed


def _equation(given: Any, name: Any = None) -> Equation:
    if isinstance(given, Equation) and (name is None or isinstance(name, str)):
        return given
    if isinstance(given, str):
        try:
            return catalogue[given]
        except KeyError as error:
            raise ValueError(f"{error.args[0]} `symsync list` names them all.") from None
    if isinstance(given, Expr) and isinstance(name, str):
        return equation(name, given)
    raise TypeError(
        f"Argument `equations` must be names of the catalogue, equations or {{name: formula}}, "
        f"but holds {given!r:.80}. Look it up in `symsync.equations`."
    )


def function_of(listed: list[Quantity], backend: str, invalid: str) -> Evaluator:
    """Return all quantities as one function, which computes what they share only once."""
    parts = [part for each in listed for part in components_of(each.equation._formula.rhs)[0]]
    parameters = dict.fromkeys(s for each in listed for s in each.equation.parameters)
    label = "_and_".join(each.equation.label for each in listed)
    formula = Formula(label, Tuple(*parts), tuple(parameters), label)
    return evaluator(formula, backend, Strictness("refuse", invalid))


def chosen_backend(listed: list[Quantity], backend: str | None, invalid: str) -> str:
    """Return the backend that is asked for, or else the fastest that there is here."""
    if str(backend) == "mpmath":
        raise ValueError(
            "Argument `backend` must be one of double precision for a scan, but is 'mpmath'. "
            "Call function(backend='mpmath') at the points that need more digits."
        )
    for name in ("c", "numba", "numpy") if backend is None else ():
        try:
            function_of(listed, name, invalid)
        except (RuntimeError, ModuleNotFoundError):  # no compiler, or no Numba
            continue
        return name
    return str(backend)


def digest(formula: Any, known: dict[Any, str] | None = None) -> str:
    """Return a name for the content of a formula, the same in every process.

    What hides in an atom, such as the entries of a linear system, counts too.
    """
    known = {} if known is None else known

    def content(part: Any) -> str:
        if isinstance(part, Basic):
            return digest(part, known)
        if isinstance(part, tuple | list):
            return f"({' '.join(map(content, part))})"
        return repr(part)

    if formula not in known:
        facts = (*formula._hashable_content(), getattr(formula, "entries", ()))
        text = " ".join([type(formula).__name__, *map(content, facts)])
        known[formula] = sha256(text.encode()).hexdigest()
    return known[formula]
