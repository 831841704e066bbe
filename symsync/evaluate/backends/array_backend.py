"""Formulas over arrays: arguments, results, layout, blocks and threads, whatever runs a block."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from itertools import pairwise
from math import prod
from numbers import Number
from typing import Any

import numpy as np
from sympy import Expr, Symbol

from symsync.evaluate.backends.duck_arrays import applied_by
from symsync.evaluate.contract import (
    CONDITIONS,
    STRICT,
    Evaluator,
    Formula,
    Strictness,
    inside,
    is_in_a_scan,
    reject,
    requirement,
)
from symsync.evaluate.lowering import lower
from symsync.expressions.checks import domain_of

__all__ = [
    "THREADS", "ArrayEvaluator", "Block", "Input", "as_array", "blocks", "check", "fitting",
    "numbers_of_objects", "require",
]  # fmt: skip

Block = tuple[slice, ...]
"""A part of the broadcast shape."""

Input = tuple[Symbol, Any]
"""A parameter and a real array: its values, or their real or imaginary parts."""

THREADS = min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
"""How many blocks are worked on at once."""


class ArrayEvaluator(Evaluator):
    """A formula of arrays, worked through in blocks; subclasses say how a block is computed."""

    def __init__(self, formula: Formula, strictness: Strictness = STRICT) -> None:
        super().__init__(formula, strictness)
        self._program = lower(formula)
        self._used = formula.used

    def _worker(
        self, shape: tuple[int, ...], inputs: list[Input], outputs: list[Any]
    ) -> tuple[Callable[[list[Block]], None], list[Block]]:
        """Return a function that computes the outputs on some blocks, and all the blocks.

        Parameters
        ----------
        shape
            The shape to cut into blocks.
        inputs
            Real arrays of its rank, of size 1 along some axes.
        outputs
            Real arrays of this shape, one for each value of the program.
        """
        raise NotImplementedError

    @property
    def steps(self) -> int:
        """How many operations its program has."""
        return len(self._program.steps)

    def lines(self, count: int, inputs: list[Input], out: list[Any]) -> None:
        """Write the values at points in one line.

        Parameters
        ----------
        count
            How many points there are.
        inputs
            Each parameter, or its real and its imaginary part, as a contiguous array of the points.
        out
            A contiguous array for each real value.
        """
        work, share = self._worker((count,), inputs, out)
        work(share)

    def __call__(self, /, *positional: Any, out: Any = None, **arguments: Any) -> Any:
        """Return the formula's value at the given parameters."""
        arguments = self.known_names(arguments)
        self.require_names(positional, arguments)
        apply = applied_by(arguments.values())
        if apply is not None:
            if out is not None:
                raise TypeError("Argument `out` is for NumPy arrays only; leave it out.")
            return apply(self, arguments)
        arrays = {symbol: as_array(symbol, arguments[symbol.name]) for symbol in self.symbols}
        shape = self.broadcast({symbol.name: array for symbol, array in arrays.items()})
        outside = self._outside(arrays, shape)
        result = self._result(shape, out)
        target = result
        if out is not None and any(np.may_share_memory(out, array) for array in arrays.values()):
            target = np.empty_like(result)
        if 0 not in shape:
            _share_out(*self._worker(*self._laid_out(shape, arrays, target)))
        if target is not result:
            result[...] = target
        if outside is not None:
            result[outside] = np.nan
            self.warn_of(int(np.count_nonzero(outside)))
        return result[()] if out is None else out

    def _outside(self, arrays: dict[Symbol, Any], shape: tuple[int, ...]) -> Any:
        """Return where nan is to be returned, and put a harmless value in the arguments there."""
        if self.strictness.invalid == "raise":
            return None
        outside = np.zeros(shape, bool)
        for symbol, array in arrays.items():
            good = np.isfinite(array) & inside(symbol, array)
            if not good.all():
                outside |= ~good
                harmless = next((x for x in (1.0, -1.0, 2.0, -2.0) if inside(symbol, x)), 0.0)
                arrays[symbol] = np.where(good, array, harmless)
        return outside if outside.any() else None

    def _result(self, shape: tuple[int, ...], out: Any) -> Any:
        full, dtype = shape + self.component_shape, self.dtype
        if out is None:  # each component in one piece, as it is computed and used
            axes = np.arange(len(full))
            pieces = np.empty(self.component_shape + shape, dtype)
            return pieces.transpose(np.roll(axes, -len(self.component_shape)))
        fits = isinstance(out, np.ndarray) and out.shape == full and out.dtype == dtype
        if not (fits and out.flags.writeable):
            found = getattr(out, "shape", None), getattr(out, "dtype", type(out).__name__)
            raise ValueError(
                f"Argument `out` must be a writeable array of shape {full} and type {dtype}, but "
                f"has {found[0]} and {found[1]}."
            )
        return out

    def _laid_out(
        self, shape: tuple[int, ...], arrays: Mapping[Symbol, Any], result: Any
    ) -> tuple[tuple[int, ...], list[Input], list[Any]]:
        """Return the shape to cut into blocks, the real inputs of its rank, and the outputs."""
        inputs = []
        for symbol, array in arrays.items():
            if symbol not in self._used:
                require(symbol, array, np.isfinite(array))
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


def as_array(symbol: Symbol, value: Any) -> Any:
    """Return an argument as an array of doubles, or say what it must be."""
    dtype = np.float64 if symbol.is_extended_real else np.complex128
    try:
        if isinstance(value, np.ma.MaskedArray):
            raise TypeError
        given = numbers_of_objects(np.asarray(value))
        if given.dtype.kind not in ("biuf" if dtype is np.float64 else "biufc"):
            raise TypeError
        return given.astype(dtype, copy=False)
    except (TypeError, ValueError, OverflowError):
        raise TypeError(
            f"Argument `{symbol.name}` must be {requirement(symbol)} numbers, but is "
            f"{value!r}. Pass a float or an array of floats, without a mask, or backend='jax' "
            "for what JAX traces."
        ) from None


def numbers_of_objects(given: Any) -> Any:
    """Return an array of objects that are numbers, of SymPy or others, as one of doubles."""
    if given.dtype != object or not all(isinstance(each, Number | Expr) for each in given.flat):
        return given
    found = np.array([complex(each) for each in given.flat]).reshape(given.shape)
    return found if found.imag.any() else found.real


def check(symbol: Symbol, part: Any) -> None:
    """Reject a value outside the domain of a parameter, in one pass where that is a least one."""
    match domain_of(symbol):
        case ():
            return
        case ("positive" | "non-negative" as word,):
            if CONDITIONS[word](np.minimum.reduce(part, axis=None)):
                return
    require(symbol, part, inside(symbol, part))


def require(symbol: Symbol, part: Any, allowed: Any) -> None:
    """Reject the first value that is not allowed; what need not be finite may be infinite."""
    if symbol.is_extended_real and not symbol.is_finite:
        allowed = allowed | np.isinf(part)
    if not allowed.all():
        reject(symbol, part[~allowed].flat[0])


def fitting(block: Block, shape: tuple[int, ...]) -> Block:
    """Return the part of a block's slices that an array of size 1 along some axes can follow."""
    return tuple(s if n != 1 else slice(None) for s, n in zip(block, shape, strict=True))


def blocks(shape: tuple[int, ...], largest: int) -> list[Block]:
    """Cut an array into blocks of at most about `largest` elements, equally many for all threads.

    Where the blocks are not rows of the last axis only, the cut is along one axis.
    """
    return list(_cut(shape, _even(prod(shape), largest)))


def _can_be_flat(shape: tuple[int, ...], arrays: list[Any]) -> bool:
    """Whether all arrays are single elements or lie in memory as one line of the full shape."""
    return all(a.size == 1 or (a.shape == shape and _is_line(a)) for a in arrays)


def _is_line(array: Any) -> bool:
    """Whether neighbours in an array of several elements are equally far apart, row after row."""
    axes = [(n, step) for n, step in zip(array.shape, array.strides, strict=True) if n > 1]
    return all(a[1] == b[0] * b[1] for a, b in pairwise(axes))


def _share_out(work: Callable[[list[Block]], None], parts: list[Block]) -> None:
    """Let the threads work on equal shares, this one included, and return when all are done.

    The interpreter's lock is released while a block is computed.
    """
    workers = 1 if is_in_a_scan() else min(THREADS, len(parts))
    shares = [parts[k::workers] for k in range(workers)]
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


def _even(total: int, largest: int) -> int:
    """Return the size of blocks that all threads have equally many of."""
    count = -(-total // largest)
    return total if count == 1 else -(-total // (THREADS * -(-count // THREADS)))


def _cut(shape: tuple[int, ...], size: int) -> Iterator[Block]:
    """Cut an array of the given shape into slices of about `size` elements."""
    everything = tuple(slice(0, n) for n in shape)
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
