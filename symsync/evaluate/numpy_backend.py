"""Formulas as generated NumPy code, worked through in blocks that stay in the cache."""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from symsync.evaluate import kernels
from symsync.evaluate.array_backend import (
    THREADS,
    ArrayEvaluator,
    Block,
    Input,
    blocks,
    check,
    fitting,
    require,
)
from symsync.evaluate.contract import Formula
from symsync.evaluate.numpy_source import numpy_source

__all__ = ["NumpyEvaluator"]

BLOCK = 131072
"""Elements worked on at a time: a megabyte for each value, so that a handful stay in the cache."""

SCRATCH = 2**26
"""Bytes that all blocks at work may take if every step of the program keeps its value."""


class NumpyEvaluator(ArrayEvaluator):
    """A formula as generated NumPy code, worked through in blocks that stay in the cache."""

    def __init__(self, formula: Formula) -> None:
        super().__init__(formula)
        self._compiled: dict[tuple[frozenset[int], frozenset[int]], tuple[Any, Any]] = {}

    @property
    def source(self) -> str:
        """The generated code of a call whose arguments are all arrays of one shape."""
        return numpy_source(self._program, frozenset(range(len(self._program.inputs))), frozenset())

    def _worker(
        self, shape: tuple[int, ...], inputs: list[Input], outputs: list[Any]
    ) -> tuple[Callable[[list[Block]], None], list[Block]]:
        full = frozenset(k for k, (_, a) in enumerate(inputs) if a.size > 1 and a.shape == shape)
        fixed = frozenset(k for k, (_, a) in enumerate(inputs) if a.size == 1)
        prepare, run = self._run(full, fixed)
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

        room = SCRATCH // (8 * THREADS * (1 + len(self._program.steps)))
        return work, blocks(shape, min(BLOCK, room))

    def _run(self, full: frozenset[int], fixed: frozenset[int]) -> tuple[Any, Any]:
        if (full, fixed) not in self._compiled:
            namespace: dict[str, Any] = {"np": np, "kernels": kernels}
            # Generated from the formula's own steps: no text of a user enters but identifiers.
            exec(numpy_source(self._program, full, fixed), namespace)
            self._compiled[full, fixed] = namespace["prepare"], namespace["block"]
        return self._compiled[full, fixed]


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
