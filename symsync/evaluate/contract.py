"""The contract that every evaluator keeps: names, shapes, checks and documentation."""

import inspect
import keyword
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Symbol

from symsync.evaluate.program import components_of
from symsync.expressions.checks import did_you_mean, domain_of
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.symbols import describe, is_declared

__all__ = [
    "STRICT",
    "Evaluator",
    "Formula",
    "Output",
    "Strictness",
    "is_in_a_scan",
    "part_of_a_scan",
    "reject",
    "requirement",
]

_CALLER = threading.local()


@contextmanager
def part_of_a_scan() -> Iterator[None]:
    """Have functions that this thread calls use no other thread and not warn of points one by one.

    A scan has threads enough, and counts by itself what has no value.
    """
    _CALLER.scans = True
    try:
        yield
    finally:
        _CALLER.scans = False


def is_in_a_scan() -> bool:
    """Whether this thread works for a scan."""
    return getattr(_CALLER, "scans", False)


@dataclass(frozen=True)
class Strictness:
    """What an evaluator does with arguments that it cannot use.

    Attributes
    ----------
    extra
        "refuse" an argument that is no parameter, or "ignore" it.
    invalid
        "raise" an error for a value outside its parameter's domain, or return "nan" there.
    """

    extra: str = "refuse"
    invalid: str = "raise"

    def __post_init__(self) -> None:
        for name, known in (("extra", ("refuse", "ignore")), ("invalid", ("raise", "nan"))):
            if str(getattr(self, name)) not in known:
                raise ValueError(
                    f"Argument `{name}` must be {known[0]!r} or {known[1]!r}, but is "
                    f"{getattr(self, name)!r}."
                )


STRICT = Strictness()
"""Nothing is ignored and every wrong value is an error."""


@dataclass(frozen=True)
class Output:
    """One of the values that a formula computes, for libraries with labels.

    Attributes
    ----------
    name
        That of its equation.
    components
        The names of its components, if it has several.
    meaning, unit
        What it is, and in which unit; "" where nothing is known.
    """

    name: str
    components: tuple[str, ...] = ()
    meaning: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Formula:
    """What an evaluator computes.

    Attributes
    ----------
    label
        The function's name.
    rhs
        An expression, a `Tuple` or a matrix.
    parameters
        Its symbols.  Symbols that the formula does not hold are accepted and shape the result.
    text
        First line of the function's docstring.
    outputs
        What it computes; several stand one behind the other.
    """

    label: str
    rhs: Any
    parameters: tuple[Symbol, ...]
    text: str
    outputs: tuple[Output, ...] = ()

    @property
    def used(self) -> set[Symbol]:
        """The parameters on which the formula depends."""
        found: set[Symbol] = self.rhs.free_symbols
        return found


class Evaluator:
    """A function of named parameters; its contract is that of `symsync.evaluate`."""

    def __init__(self, formula: Formula, strictness: Strictness = STRICT) -> None:
        self.strictness = strictness
        label, parameters = formula.label, formula.parameters
        for symbol in parameters:
            name = symbol.name
            if symbol.is_imaginary:
                raise ValueError(
                    f"A parameter must be real or complex, but {name} is declared imaginary. "
                    f"Write I*y for it, with Symbol('y', real=True)."
                )
            if not name.isidentifier() or keyword.iskeyword(name) or name == "out":
                raise ValueError(
                    f"A parameter's name must be a Python identifier other than `out`, but is "
                    f"{name!r}. Rename the symbol."
                )
        if len({symbol.name for symbol in parameters}) < len(parameters):
            raise ValueError(f"Two different parameters of {label} have one name. Rename one.")
        self.__name__ = self.__qualname__ = label
        self.formula = formula
        self.parameters = tuple(symbol.name for symbol in parameters)
        self.symbols = parameters
        components, self.component_shape = components_of(formula.rhs)
        self.is_complex = any(real_imag(component)[1] != 0 for component in components)
        self.__doc__ = self._documentation(formula.text)
        self.__signature__ = inspect.Signature(
            [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in self.parameters]
            + [inspect.Parameter("out", inspect.Parameter.KEYWORD_ONLY, default=None)]
        )

    def __call__(self, /, *positional: Any, out: Any = None, **arguments: Any) -> Any:
        """Return the formula's value at the given parameters."""
        raise NotImplementedError

    def _leave_out(self, name: str) -> None:
        """Take an argument out of the signature and, as the last one, out of the documentation."""
        kept = [p for p in self.__signature__.parameters.values() if p.name != name]
        self.__signature__ = self.__signature__.replace(parameters=kept)
        head, _, tail = str(self.__doc__).partition(f"{name} : ")
        self.__doc__ = f"{head}\nReturns{tail.partition('Returns')[2]}"

    @property
    def source(self) -> str:
        """The generated code."""
        raise NotImplementedError

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.formula, self.strictness)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.__name__}({', '.join(self.parameters)})>"

    def _documentation(self, text: str) -> str:
        lines = [text, "", "Parameters", "----------"]
        for symbol in self.symbols:
            about = describe(symbol)
            lines.append(f"{symbol.name} : scalar or array, {requirement(symbol)}")
            lines.append(f"    {about.meaning} (unit: {about.unit})")
        lines += ["out : array, optional", "    Where the result is written."]
        shape = "".join(f", {n}" for n in self.component_shape)
        lines += ["", "Returns", "-------"]
        lines.append(f"scalar or array of shape (broadcast of the arguments{shape})")
        return "\n".join(lines)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the result's elements."""
        return np.dtype(np.complex128 if self.is_complex else np.float64)

    def broadcast(self, arrays: Mapping[str, Any]) -> tuple[int, ...]:
        """Return the broadcast shape of the arguments, or say which shapes do not fit."""
        try:
            return np.broadcast_shapes(*(array.shape for array in arrays.values()))
        except ValueError:
            shapes = ", ".join(f"{name} {a.shape}" for name, a in arrays.items() if a.ndim)
            raise ValueError(
                f"The arguments of {self.__name__} do not broadcast: {shapes}. "
                "Give them equal shapes, or shapes such as (n, 1) and (m,)."
            ) from None

    def known_names(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments that are parameters, if others are ignored; else all of them."""
        if self.strictness.extra == "refuse":
            return dict(given)
        return {name: value for name, value in given.items() if name in self.parameters}

    def warn_of(self, count: int) -> None:
        """Warn of points outside the domain of a parameter, once for a call."""
        if count and not is_in_a_scan():
            warnings.warn(
                f"{self.__name__} is nan at {count} points outside the domain of an argument.",
                RuntimeWarning,
                stacklevel=3,
            )

    def require_names(self, positional: tuple[Any, ...], given: Mapping[str, Any]) -> None:
        """Reject positional, unknown and missing arguments."""
        expected = ", ".join(self.parameters) or "no arguments"
        if positional:
            raise TypeError(
                f"{self.__name__} takes named arguments only: write {self.__name__}("
                f"{', '.join(f'{name}=…' for name in self.parameters)})."
            )
        for name in given:
            if name not in self.parameters:
                if is_declared(name):
                    raise TypeError(
                        f"{self.__name__} has no argument `{name}`, as it does not depend on it; "
                        f"leave it out. It takes {expected}."
                    )
                raise TypeError(
                    f"{self.__name__} has no argument `{name}`; it takes {expected}."
                    f"{did_you_mean(name, self.parameters)}"
                )
        for name in self.parameters:
            if name not in given:
                raise TypeError(f"Argument `{name}` is missing; {self.__name__} takes {expected}.")


def requirement(symbol: Symbol) -> str:
    """Return in a word or two which values a parameter takes."""
    other = "real" if symbol.is_extended_real else "complex"
    return " ".join(domain_of(symbol)) or other


CONDITIONS: dict[str, Callable[[Any], Any]] = {
    "positive": lambda x: x > 0,
    "non-negative": lambda x: x >= 0,
    "negative": lambda x: x < 0,
    "non-positive": lambda x: x <= 0,
    "non-zero": lambda x: x != 0,
    "even": lambda x: x % 2 == 0,
    "odd": lambda x: x % 2 == 1,
    "whole": lambda x: x % 1 == 0,
}
"""When numbers, of an array or of mpmath, are what a word of `requirement` says."""


def inside(symbol: Symbol, values: Any) -> Any:
    """Whether a number, or each of an array, is in the domain of a parameter and no nan."""
    found = values == values  # false for nan
    for word in domain_of(symbol):
        with np.errstate(invalid="ignore"):
            found = found & CONDITIONS[word](values)
    return found


def reject(symbol: Symbol, value: Any) -> None:
    """Raise the error for a value that a parameter cannot take."""
    wanted = requirement(symbol).replace(" ", ", ")
    raise ValueError(
        f"Argument `{symbol.name}` must be {wanted} and finite, but is {value}. "
        f"It is the {describe(symbol).meaning}; leave out such points."
    )
