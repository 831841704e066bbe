"""Formulas as generated NumPy code, worked through in blocks that stay in the cache."""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from symsync.evaluate.backends.array_backend import (
    ArrayEvaluator,
    Block,
    Input,
    blocks,
    check,
    fitting,
    require,
)
from symsync.evaluate.contract import STRICT, Formula, Strictness
from symsync.evaluate.emit.numpy_source import Axes, numpy_source
from symsync.evaluate.kernels import numpy_kernels as kernels

__all__ = ["NumpyEvaluator"]

BLOCK = 131072
"""Elements worked on at a time: a megabyte for each value, so that a handful stay in the cache."""

SCRATCH = 2**23
"""Bytes of scratch registers for one block, which stay in the cache of one core."""


class NumpyEvaluator(ArrayEvaluator):
    """A formula as generated NumPy code, worked through in blocks that stay in the cache."""

    def __init__(self, formula: Formula, strictness: Strictness = STRICT) -> None:
        super().__init__(formula, strictness)
        self._compiled: dict[Axes, tuple[Any, Any, int]] = {}

    @property
    def source(self) -> str:
        """The generated code of a call whose arguments are all arrays of one shape."""
        return numpy_source(self._program, (frozenset([0]),) * len(self._program.inputs))

    def _worker(
        self, shape: tuple[int, ...], inputs: list[Input], outputs: list[Any]
    ) -> tuple[Callable[[list[Block]], None], list[Block]]:
        axes = tuple(frozenset(k for k, n in enumerate(a.shape) if n > 1) for _, a in inputs)
        prepare, run, registers = self._run(axes)
        with np.errstate(all="ignore"):
            kept = prepare(*(a for _, a in inputs))

        def work(share: list[Block]) -> None:
            scratch: dict[int, Any] = {}
            for block in share:
                chunk = [a[fitting(block, a.shape)] for _, a in inputs]
                for (symbol, _), part in zip(inputs, chunk, strict=True):
                    check(symbol, part)
                targets = [view[block] for view in outputs]
                with np.errstate(all="ignore"):
                    run(_registers(scratch, targets[0].shape), *chunk, *kept, *targets)
                if not all(_is_finite(part) for part in targets):
                    for (symbol, _), part in zip(inputs, chunk, strict=True):
                        require(symbol, part, np.isfinite(part))

        return work, blocks(shape, min(BLOCK, SCRATCH // (8 * (1 + registers))))

    def _run(self, axes: Axes) -> tuple[Any, Any, int]:
        if axes not in self._compiled:
            namespace: dict[str, Any] = {"np": np, "kernels": kernels}
            # Generated from the formula's own steps: no text of a user enters but identifiers.
            source = numpy_source(self._program, axes)
            exec(source, namespace)
            registers = source.count(" = register(")
            self._compiled[axes] = namespace["prepare"], namespace["block"], registers
        return self._compiled[axes]


def _registers(scratch: dict[int, Any], shape: tuple[int, ...]) -> Callable[[int], Any]:
    """Return k ↦ the k-th scratch array in the shape of a block."""
    size = prod(shape)

    def register(k: int) -> Any:
        if k not in scratch or scratch[k].size < size:
            scratch[k] = np.empty(size)
        return scratch[k][:size].reshape(shape)

    return register


def _is_finite(part: Any) -> bool:
    lowest, highest = np.minimum.reduce(part, axis=None), np.maximum.reduce(part, axis=None)
    return bool(lowest > -np.inf and highest < np.inf)
