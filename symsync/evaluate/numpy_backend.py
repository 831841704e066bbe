"""Formulas as generated NumPy code, worked through in blocks that stay in the cache."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from math import prod
from numbers import Real
from typing import Any

import numpy as np
from sympy import Expr, Symbol

from symsync.definitions import symbols_of
from symsync.evaluate import kernels
from symsync.evaluate.contract import Evaluator, reject, requirement
from symsync.evaluate.duck_arrays import applied_by
from symsync.evaluate.lowering import lower
from symsync.evaluate.numpy_source import numpy_source

__all__ = ["NumpyEvaluator"]

BLOCK = 131072
"""Elements worked on at a time: a megabyte for each value, so that a handful stay in the cache."""

SCRATCH = 2**26
"""Bytes that all blocks at work may take if every step of the program keeps its value."""

THREADS = min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
"""How many blocks are worked on at once."""


class NumpyEvaluator(Evaluator):
    """A formula as generated NumPy code, worked through in blocks that stay in the cache."""

    def __init__(
        self,
        label: str,
        rhs: Any,
        parameters: tuple[Symbol, ...],
        text: str,
        definitions: Mapping[Symbol, Expr] | None = None,
    ) -> None:
        super().__init__(label, rhs, parameters, text, definitions)
        self._program = lower(rhs, parameters, definitions)
        self._used = symbols_of(rhs, definitions or {})
        self._compiled: dict[tuple[frozenset[int], frozenset[int]], tuple[Any, Any]] = {}

    @property
    def source(self) -> str:
        """The generated code of a call whose arguments are all arrays of one shape."""
        return numpy_source(self._program, frozenset(range(len(self._program.inputs))), frozenset())

    def __call__(self, /, *positional: Any, out: Any = None, **arguments: Any) -> Any:
        """Return the formula's value at the given parameters."""
        self.require_names(positional, arguments)
        apply = applied_by(arguments.values())
        if apply is not None:
            if out is not None:
                raise TypeError("Argument `out` is for NumPy arrays only; leave it out.")
            return apply(self, arguments)
        arrays = {symbol: self._array(symbol, arguments[symbol.name]) for symbol in self.symbols}
        shape = self.broadcast({symbol.name: array for symbol, array in arrays.items()})
        result = self._result(shape, out)
        target = result
        if out is not None and any(np.may_share_memory(out, array) for array in arrays.values()):
            target = np.empty_like(result)
        self._fill(shape, arrays, target)
        if target is not result:
            result[...] = target
        return result[()] if out is None else out

    def _array(self, symbol: Symbol, value: Any) -> Any:
        dtype = np.float64 if symbol.is_extended_real else np.complex128
        try:
            if isinstance(value, np.ma.MaskedArray):
                raise TypeError
            given = np.asarray(value)
            if given.dtype == object and all(isinstance(each, Real) for each in given.flat):
                given = given.astype(np.float64)
            if given.dtype.kind not in ("biuf" if dtype is np.float64 else "biufc"):
                raise TypeError
            return given.astype(dtype, copy=False)
        except (TypeError, ValueError):
            raise TypeError(
                f"Argument `{symbol.name}` must be {requirement(symbol)} numbers, but is "
                f"{value!r}. Pass a float or an array of floats, without a mask."
            ) from None

    def _result(self, shape: tuple[int, ...], out: Any) -> Any:
        full, dtype = shape + self.component_shape, self.dtype
        if out is None:
            return np.empty(full, dtype)
        fits = isinstance(out, np.ndarray) and out.shape == full and out.dtype == dtype
        if not (fits and out.flags.writeable):
            found = getattr(out, "shape", None), getattr(out, "dtype", type(out).__name__)
            raise ValueError(
                f"Argument `out` must be a writeable array of shape {full} and type {dtype}, but "
                f"has {found[0]} and {found[1]}."
            )
        return out

    def _fill(self, shape: tuple[int, ...], arrays: Mapping[Symbol, Any], result: Any) -> None:
        """Compute block after block into `result`."""
        if 0 in shape:
            return
        shape, inputs, outputs = self._laid_out(shape, arrays, result)
        full = frozenset(k for k, (_, a) in enumerate(inputs) if a.size > 1 and a.shape == shape)
        fixed = frozenset(k for k, (_, a) in enumerate(inputs) if a.size == 1)
        prepare, run = self._run(full, fixed)
        with np.errstate(all="ignore"):
            kept = prepare(*(a for _, a in inputs))

        def work(blocks: list[tuple[slice, ...]]) -> None:
            scratch: dict[int, Any] = {}
            for block in blocks:
                chunk = [a[_fitting(block, a.shape)] for _, a in inputs]
                for (symbol, _), part in zip(inputs, chunk, strict=True):
                    _check(symbol, part)
                targets = [view[block] for view in outputs]
                with np.errstate(all="ignore"):
                    run(_registers(scratch, targets[0].shape), *chunk, *kept, *targets)
                if not all(_is_finite(part) for part in targets):
                    for (symbol, _), part in zip(inputs, chunk, strict=True):
                        _require(symbol, part, np.isfinite(part))

        room = SCRATCH // (8 * THREADS * (1 + len(self._program.steps)))
        _share_out(work, list(_blocks(shape, _even(prod(shape), min(BLOCK, room)))))

    def _laid_out(
        self, shape: tuple[int, ...], arrays: Mapping[Symbol, Any], result: Any
    ) -> tuple[tuple[int, ...], list[tuple[Symbol, Any]], list[Any]]:
        """Return the shape to cut into blocks, the real inputs of its rank, and the outputs."""
        inputs = []
        for symbol, array in arrays.items():
            if symbol not in self._used:
                _require(symbol, array, np.isfinite(array))
            parts = [array] if symbol.is_extended_real else [array.real, array.imag]
            inputs += [(symbol, part) for part in parts]
        outputs = self._output_views(result)
        if _can_be_flat(shape, [a for _, a in inputs] + outputs):
            inputs = [(s, a.reshape(-1) if a.size > 1 else a.reshape(())) for s, a in inputs]
            outputs = [view.reshape(-1) for view in outputs]
            shape = (prod(shape),)
        rank = len(shape)
        return shape, [(s, a.reshape((1,) * (rank - a.ndim) + a.shape)) for s, a in inputs], outputs

    def _output_views(self, result: Any) -> list[Any]:
        """Return one real view of the result for each value that is computed."""
        views = []
        for index in np.ndindex(self.component_shape):
            component = result[(..., *index)]
            views += [component.real, component.imag] if self.is_complex else [component]
        return views

    def _run(self, full: frozenset[int], fixed: frozenset[int]) -> tuple[Any, Any]:
        if (full, fixed) not in self._compiled:
            namespace: dict[str, Any] = {"np": np, "kernels": kernels}
            # Generated from the formula's own steps: no text of a user enters but identifiers.
            exec(numpy_source(self._program, full, fixed), namespace)
            self._compiled[full, fixed] = namespace["prepare"], namespace["block"]
        return self._compiled[full, fixed]


def _can_be_flat(shape: tuple[int, ...], arrays: list[Any]) -> bool:
    """Whether all arrays are single elements or lie in memory as one line of the full shape."""
    return all(a.size == 1 or (a.shape == shape and a.flags.c_contiguous) for a in arrays)


def _fitting(block: tuple[slice, ...], shape: tuple[int, ...]) -> tuple[slice, ...]:
    """Return the part of a block's slices that an array of size 1 along some axes can follow."""
    return tuple(s if n != 1 else slice(None) for s, n in zip(block, shape, strict=True))


def _registers(scratch: dict[int, Any], shape: tuple[int, ...]) -> Callable[[int], Any]:
    """Return k ↦ the k-th scratch array in the shape of a block."""
    size = prod(shape)

    def register(k: int) -> Any:
        if k not in scratch or scratch[k].size < size:
            scratch[k] = np.empty(size)
        return scratch[k][:size].reshape(shape)

    return register


def _share_out(work: Callable[[list[Any]], None], blocks: list[Any]) -> None:
    """Let the threads work on equal shares, this one included, and return when all are done.

    NumPy lets go of the interpreter while it works on a block.
    """
    workers = min(THREADS, len(blocks))
    shares = [blocks[k::workers] for k in range(workers)]
    others = [_pool(THREADS).submit(work, share) for share in shares[1:]]
    try:
        work(shares[0])
    finally:
        wait(others)  # nobody writes into the result once an error has left
    for other in others:
        other.result()


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="symsync")


if hasattr(os, "register_at_fork"):  # threads do not survive a fork; a child makes its own
    os.register_at_fork(after_in_child=_pool.cache_clear)


def _check(symbol: Symbol, part: Any) -> None:
    """Reject a negative or NaN value of a parameter that must not be, in one pass."""
    if symbol.is_positive:
        if not np.minimum.reduce(part, axis=None) > 0:
            _require(symbol, part, part > 0)
    elif symbol.is_nonnegative and not np.minimum.reduce(part, axis=None) >= 0:
        _require(symbol, part, part >= 0)


def _require(symbol: Symbol, part: Any, allowed: Any) -> None:
    if not allowed.all():
        reject(symbol, part[~allowed].flat[0])


def _is_finite(part: Any) -> bool:
    lowest, highest = np.minimum.reduce(part, axis=None), np.maximum.reduce(part, axis=None)
    return bool(lowest > -np.inf and highest < np.inf)


def _even(total: int, largest: int) -> int:
    """Return the size of blocks that all threads have equally many of."""
    count = -(-total // largest)
    return total if count == 1 else -(-total // (THREADS * -(-count // THREADS)))


def _blocks(shape: tuple[int, ...], size: int) -> Iterator[tuple[slice, ...]]:
    """Cut an array of the given shape into slices of about `size` elements."""
    everything = tuple(slice(0, n) for n in shape)
    if 0 in shape:
        return
    axis = next((k for k in range(len(shape)) if prod(shape[k + 1 :]) <= size), 0)
    if prod(shape) <= size:
        yield everything
        return
    rows = max(1, size // prod(shape[axis + 1 :]))
    for index in np.ndindex(*shape[:axis]):
        fixed = tuple(slice(i, i + 1) for i in index)
        for start in range(0, shape[axis], rows):
            stop = min(start + rows, shape[axis])
            yield (*fixed, slice(start, stop), *everything[axis + 1 :])
