"""Formulas as functions of JAX arrays, which `jax.jit`, `jax.vmap` and `jax.grad` transform."""

import importlib.util
from math import prod
from typing import Any

import numpy as np
from sympy import Symbol, Tuple

from symsync.evaluate.backends.array_backend import as_array, check, require
from symsync.evaluate.backends.duck_arrays import applied_by
from symsync.evaluate.backends.parts import Cut, FunctionPart, SolvedPart, parts_of
from symsync.evaluate.contract import STRICT, Evaluator, Formula, Strictness, inside
from symsync.evaluate.lowering import lower
from symsync.evaluate.program import Program, input_names
from symsync.expressions.linear_solutions import Solution
from symsync.expressions.spectral import HermitianBlockFunction, SpectralFunction, TimesLog
from symsync.expressions.waves import WaveFunction

__all__ = ["JaxEvaluator"]


def _is_part(node: SpectralFunction) -> bool:
    """Whether a function is one call here: its steps are many, or their derivative is not its."""
    is_block = isinstance(node, HermitianBlockFunction) and node.size > 2
    return node.is_batched or is_block or isinstance(node, WaveFunction | TimesLog)


class JaxEvaluator(Evaluator):
    """A formula as a function of JAX arrays.

    What JAX does not know yet, as it traces, cannot be rejected: outside of the domain of a
    parameter the value and its derivatives are nan.
    """

    def __init__(self, formula: Formula, strictness: Strictness = STRICT) -> None:
        if importlib.util.find_spec("jax") is None:
            raise ModuleNotFoundError(
                "backend='jax' needs JAX: pip install 'symsync[jax]', or use backend='numpy'."
            )
        super().__init__(formula, strictness)
        self._leave_out("out")
        _require_double()
        from symsync.evaluate.kernels import jax_kernels

        self._kernels = jax_kernels
        for node in parts_of(formula.rhs, _is_part):
            name = type(node).__name__
            if not isinstance(node, Solution) and name not in jax_kernels.FUNCTIONS:
                raise NotImplementedError(
                    f"JAX cannot trace {name}, which {formula.label} holds. Use backend='numpy', "
                    "'numba' or 'c'."
                )
        cut = Cut(formula.rhs, lambda margins: margins, _is_part)
        self._parts = []
        for part in (part for stage in cut.stages() for part in stage):
            taken = part.entries if isinstance(part, SolvedPart) else part.arguments
            self._parts.append((part, self._lowered(Tuple(*taken))))
        self._last = self._lowered(cut.rhs)

    def _lowered(self, rhs: Any) -> Program:
        own = rhs.free_symbols
        others = sorted(own - set(self.symbols), key=str)
        symbols = (*(symbol for symbol in self.symbols if symbol in own), *others)
        return lower(Formula(self.__name__, rhs, symbols, ""))

    @property
    def source(self) -> str:
        """The operations of JAX, at one point."""
        import jax

        return str(jax.make_jaxpr(lambda values: self(**values))(dict.fromkeys(self.parameters, 1)))

    def __call__(self, /, *positional: Any, out: Any = None, **arguments: Any) -> Any:
        """Return the formula's value at the given parameters."""
        from jax import numpy as jnp
        from jax.core import Tracer

        _require_double()
        arguments = self.known_names(arguments)
        self.require_names(positional, arguments)
        if out is not None:
            raise TypeError("Argument `out` must be left out with JAX, but is given.")
        if applied_by(arguments.values()) is not None:
            raise TypeError("Arguments of JAX must be arrays; pass array.to_numpy().")
        arrays = {s: _array(s, arguments[s.name]) for s in self.symbols}
        shape = self.broadcast({symbol.name: array for symbol, array in arrays.items()})
        traced = any(isinstance(array, Tracer) for array in arrays.values())
        if traced or self.strictness.invalid == "nan":
            good = self._inside(arrays)
            if not traced:
                self.warn_of(int(np.count_nonzero(~np.broadcast_to(good, shape))))
            factor = jnp.broadcast_to(jnp.where(good, 1.0, jnp.nan), shape)
            trailing = (1,) * len(self.component_shape)
            return self._values(arrays, shape) * factor.reshape(shape + trailing)
        for symbol, array in arrays.items():
            if array.size:
                check(symbol, array)
        result = self._values(arrays, shape)
        if isinstance(result, Tracer):  # of numbers that a function knows which JAX traces
            return result
        if not np.isfinite(result).all():
            for symbol, array in arrays.items():
                require(symbol, array, np.isfinite(array))
        return result

    def _inside(self, arrays: dict[Symbol, Any]) -> Any:
        """Return where all parameters are in their domains."""
        from jax import numpy as jnp

        good = jnp.asarray(True)
        for symbol, array in arrays.items():
            good &= inside(symbol, array)
            if self.strictness.invalid == "nan":
                good &= jnp.isfinite(array)
        return good

    def _values(self, arrays: dict[Symbol, Any], shape: tuple[int, ...]) -> Any:
        from jax import numpy as jnp

        lines: dict[str, Any] = {}
        for symbol, array in arrays.items():
            full = jnp.broadcast_to(array, shape)
            parts = [full] if symbol.is_extended_real else [full.real, full.imag]
            lines |= dict(zip(input_names((symbol,)), parts, strict=True))
        for part, program in self._parts:
            values = self._along(self._run(program, lines), shape)
            if isinstance(part, SolvedPart):
                x = self._kernels.solution(part.system, values)
                lines |= {symbol.name: x[..., k] for k, symbol in part.results.items()}
            elif isinstance(part, FunctionPart):
                value = self._kernels.FUNCTIONS[part.kind.__name__](values)
                lines |= {symbol.name: value for symbol in part.results.values()}
        values = self._along(self._run(self._last, lines), shape)
        if self.is_complex:
            values = values[..., ::2] + 1j * values[..., 1::2]
        return values.reshape(shape + self.component_shape)

    def _run(self, program: Program, lines: dict[str, Any]) -> list[Any]:
        """Return the values of a program."""
        known = dict(enumerate(lines[name] for name in program.inputs))

        def at(value: Any) -> Any:
            if isinstance(value, tuple):
                return tuple(map(at, value))
            return known[value] if isinstance(value, int) else value

        for step in program.steps:
            found = self._kernels.OPERATIONS[step.operation](*map(at, step.arguments))
            several = found if step.results > 1 else (found,)
            known |= {step.index + k: each for k, each in enumerate(several)}
        return [at(value) for value in program.values]

    def _along(self, values: list[Any], shape: tuple[int, ...]) -> Any:
        """Return values along a last axis; constants are written at once."""
        from jax import numpy as jnp

        constant = np.array([each if isinstance(each, float) else 0.0 for each in values])
        stacked = jnp.broadcast_to(constant, shape + constant.shape)
        places = [k for k, each in enumerate(values) if not isinstance(each, float)]
        if not places or not prod(shape):
            return stacked
        return stacked.at[..., np.array(places)].set(jnp.stack([values[k] for k in places], -1))


def _array(symbol: Symbol, value: Any) -> Any:
    """Return an argument in double precision: what is traced stays so."""
    from jax.core import Tracer

    if not isinstance(value, Tracer):
        return as_array(symbol, value)
    kind = value.dtype.kind
    if symbol.is_extended_real and kind not in "biuf":
        raise TypeError(f"Argument `{symbol.name}` must be real, but JAX traces a {value.dtype}.")
    return value.astype(np.float64 if symbol.is_extended_real else np.complex128)


def _require_double() -> None:
    import jax

    if not jax.config.jax_enable_x64:
        raise RuntimeError(
            "backend='jax' needs double precision. Write "
            "jax.config.update('jax_enable_x64', True) first."
        )
