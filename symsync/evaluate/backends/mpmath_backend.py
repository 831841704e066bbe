"""Formulas as functions at any precision of mpmath."""

import inspect
import re
from typing import Any

import mpmath
import numpy as np
from mpmath import libmp
from sympy import Expr, Symbol

from symsync.evaluate.contract import (
    STRICT,
    Evaluator,
    Formula,
    Strictness,
    inside,
    reject,
    requirement,
)
from symsync.evaluate.program import components_of
from symsync.expressions.crossings import crossings_of
from symsync.expressions.mpmath_functions import mpmath_functions

__all__ = ["MpmathEvaluator", "converged"]


class MpmathEvaluator(Evaluator):
    """A formula at the working precision of mpmath.

    The formula is evaluated with growing precision until the working precision is reached, so
    that cancellation costs time and no digits: `with mpmath.workdps(50): f(…)`.
    """

    def __init__(self, formula: Formula, strictness: Strictness = STRICT) -> None:
        super().__init__(formula, strictness)
        self._functions = mpmath_functions(
            formula.parameters,
            components_of(formula.rhs)[0],
            {"first_negative": crossings_of(formula.rhs)},
        )

    @property
    def source(self) -> str:
        """The generated code, one function for each component of the formula."""
        return "\n".join(inspect.getsource(function) for function in self._functions)

    def __call__(self, /, *positional: Any, out: Any = None, **arguments: Any) -> Any:
        """Return the formula's value: an mpf or mpc, or an object array of them."""
        arguments = self.known_names(arguments)
        self.require_names(positional, arguments)
        for name, value in arguments.items():
            if isinstance(value, np.ma.MaskedArray):
                raise TypeError(f"Argument `{name}` must have no mask. Pass a plain array.")
        arrays = [np.asarray(arguments[name], dtype=object) for name in self.parameters]
        shape = self.broadcast(dict(zip(self.parameters, arrays, strict=True)))
        points = zip(*(np.broadcast_to(a, shape).flat for a in arrays), strict=True)
        full = shape + self.component_shape
        if out is not None and (getattr(out, "shape", None) != full or out.dtype != object):
            raise ValueError(f"Argument `out` must be an object array of shape {full}.")
        values, outside = [], 0
        for point in points if arrays else [()]:
            try:
                values.append(self._at(point))
            except ValueError:
                if self.strictness.invalid == "raise":
                    raise
                values.append([mpmath.nan] * len(self._functions))
                outside += 1
        self.warn_of(outside)
        result = np.empty(full, dtype=object) if out is None else out
        for k, index in enumerate(np.ndindex(self.component_shape)):
            part = np.empty(len(values), dtype=object)
            part[:] = [value[k] for value in values]
            result[(..., *index)] = part.reshape(shape)
        return result[()] if out is None else out

    def _at(self, point: tuple[Any, ...]) -> list[Any]:
        """Return all components at one point."""
        raw = [self._number(s, v) for s, v in zip(self.symbols, point, strict=True)]
        found = [self._value(function, raw) for function in self._functions]
        if not all(map(mpmath.isfinite, found)):
            for symbol, number in zip(self.symbols, raw, strict=True):
                if not mpmath.isfinite(mpmath.mpmathify(number)):
                    reject(symbol, number)
        return found

    def _value(self, function: Any, raw: list[Any]) -> Any:
        """Return a component; nan where a real formula has no real value, or an infinite input."""
        try:
            value = converged(function, raw)
        except RuntimeError:  # an eigenvalue iteration that does not converge
            if all(mpmath.isfinite(mpmath.mpmathify(each)) for each in raw):
                raise
            return mpmath.nan
        is_real = self.is_complex or not isinstance(value, mpmath.mpc) or value.imag == 0
        return value if is_real else mpmath.nan

    def _number(self, symbol: Symbol, value: Any) -> Any:
        """Return a value in a form that mpmath converts without loss at any precision."""
        raw = value.item() if isinstance(value, np.generic) else value
        raw = _Exact(raw) if isinstance(raw, Expr) else raw
        try:
            if isinstance(raw, str) and not _DECIMAL.fullmatch(raw):
                raise ValueError
            number = mpmath.mpmathify(raw)
            if symbol.is_extended_real and isinstance(number, mpmath.mpc):
                raise ValueError
        except (TypeError, ValueError):
            raise TypeError(
                f"Argument `{symbol.name}` must be {requirement(symbol)} numbers, but is "
                f"{value!r}. Pass a number, or a decimal number in quotes to keep it exact."
            ) from None
        if not inside(symbol, number):
            reject(symbol, value)
        return raw


class _Exact:
    """A number of SymPy, which mpmath reads anew at each precision."""

    def __init__(self, number: Expr) -> None:
        self.number = number

    def _mpmath_(self, bits: int, _rounding: str) -> Any:
        real, imag = self.number.evalf(libmp.prec_to_dps(bits) + 5).as_real_imag()
        return mpmath.mpc(real, imag) if imag else mpmath.mpmathify(real)


_REAL = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_DECIMAL = re.compile(rf"{_REAL}|{_REAL}j|{_REAL}[+-]{_REAL.removeprefix('[+-]?')}j")

_EXACT = 4300
"""Bits in which sums and differences of any doubles are exact."""

_NOTHING = -3000
"""The binary exponent below which a value that was computed with so many bits is zero."""


def converged(function: Any, raw: list[Any]) -> Any:
    """Return a value to the working precision, growing it until two values agree.

    Decimal text is read anew at each precision.  Doubles that do not cancel exactly leave more than
    2^−3000 of them; what is smaller at the highest precision is the rounding error of a zero.  The
    value is nan at a pole, and where no case of a `Piecewise` applies.
    """

    def at_precision() -> Any:
        try:
            value = function(*map(mpmath.mpmathify, raw))
        except ZeroDivisionError:
            return mpmath.nan
        return mpmath.nan if value is None else mpmath.mpmathify(value)

    goal = mpmath.mp.prec
    bits = max(goal, 64) + 20
    with mpmath.workprec(bits):
        before = at_precision()
        while bits < _EXACT:
            bits = min(2 * bits, _EXACT)
            mpmath.mp.prec = bits
            value = at_precision()
            if mpmath.isnan(value) or (value != 0 and _agree(value, before, goal)):
                break
            before = value
        if value != 0 and bits == _EXACT and mpmath.mag(value) < _NOTHING:
            value = mpmath.mpf(0)
    return +value


def _agree(value: Any, other: Any, bits: int) -> bool:
    """Whether two numbers agree to so many bits and some more."""
    if not mpmath.isfinite(value):
        return bool(value == other)
    return bool(mpmath.isfinite(other) and abs(value - other) <= abs(value) * 2.0 ** -(bits + 8))
