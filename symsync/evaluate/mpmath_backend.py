"""Formulas as functions at any precision of mpmath."""

import inspect
from typing import Any

import mpmath
import numpy as np
from sympy import Symbol, lambdify

from symsync.evaluate.contract import Evaluator, reject, requirement
from symsync.evaluate.program import components_of
from symsync.functions import divided_difference

__all__ = ["MpmathEvaluator"]


class MpmathEvaluator(Evaluator):
    """A formula at the working precision of mpmath.

    The formula is evaluated with growing precision until the working precision is reached, so
    that cancellation costs time and no digits: `with mpmath.workdps(50): f(…)`.
    """

    def __init__(self, label: str, rhs: Any, parameters: tuple[Symbol, ...], text: str) -> None:
        super().__init__(label, rhs, parameters, text)
        components, _ = components_of(rhs)
        own = {"DividedDifference": divided_difference, "Re": mpmath.re}
        self._functions = [
            lambdify(parameters, component, modules=[own, "mpmath"]) for component in components
        ]

    @property
    def source(self) -> str:
        """The generated code, one function for each component of the formula."""
        return "\n".join(inspect.getsource(function) for function in self._functions)

    def __call__(self, *positional: Any, out: Any = None, **arguments: Any) -> Any:
        """Return the formula's value: an mpf or mpc, or an object array of them."""
        self.require_names(positional, arguments)
        arrays = [np.asarray(arguments[name], dtype=object) for name in self.parameters]
        shape = self.broadcast(dict(zip(self.parameters, arrays, strict=True)))
        points = zip(*(np.broadcast_to(a, shape).flat for a in arrays), strict=True)
        full = shape + self.component_shape
        if out is not None and (getattr(out, "shape", None) != full or out.dtype != object):
            raise ValueError(f"Argument `out` must be an object array of shape {full}.")
        result = np.empty(full, dtype=object) if out is None else out
        rows = result.reshape((-1, len(self._functions)))
        for k, values in enumerate(points if arrays else [()]):
            numbers = [self._number(s, v) for s, v in zip(self.symbols, values, strict=True)]
            rows[k] = [
                mpmath.mpmathify(mpmath.autoprec(function)(*numbers))
                for function in self._functions
            ]
        return result[()] if out is None else out

    def _number(self, symbol: Symbol, value: Any) -> Any:
        try:
            real = symbol.is_extended_real
            number = mpmath.mpf(value) if real else mpmath.mpc(value)
        except (TypeError, ValueError):
            raise TypeError(
                f"Argument `{symbol.name}` must be {requirement(symbol)} numbers, but is "
                f"{value!r}. Pass a number, or a decimal number in quotes to keep it exact."
            ) from None
        low = (symbol.is_positive and not number > 0) or (symbol.is_nonnegative and not number >= 0)
        if low or not mpmath.isfinite(number):
            reject(symbol, value)
        return number
