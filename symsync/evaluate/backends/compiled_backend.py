"""Formulas as compiled functions of rows: what the backends `numba` and `c` share."""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from symsync.evaluate.backends.array_backend import (
    THREADS,
    ArrayEvaluator,
    Block,
    Input,
    blocks,
    check,
    fitting,
    require,
)
from symsync.evaluate.contract import STRICT, Formula, Strictness
from symsync.evaluate.emit.scalar_source import scalar_steps

__all__ = ["CompiledEvaluator", "Row", "find_culprit"]

Row = Callable[..., bool]
"""A function of n, the inputs and an array for the outputs: whether all is in its domain.

Where it may write several outputs in place, the last argument can be a list of arrays.
"""

BLOCK = 2**20
"""Elements of a block whose rows are read and written in place."""

WORK = 2**20
"""Steps times elements below which a block is not cut for another thread, which wakes slowly."""

COPIED = 65536
"""Elements of a block, times the rows that are copied: half a megabyte stays in the cache."""

ROW = 32768
"""Steps that a row must save to be worth a call of its own."""


VALUES = 1000
"""How many values a compiled formula may have: compilers take minutes for ten thousand."""


class CompiledEvaluator(ArrayEvaluator):
    """A formula as compiled functions of rows, one for each set of inputs that vary in a row."""

    most_in_place = 1
    """How many outputs a row can write to where they belong; more are copied there."""

    def __init__(self, formula: Formula, strictness: Strictness = STRICT) -> None:
        super().__init__(formula, strictness)
        self._rows: dict[frozenset[int], Row] = {}
        self._steps: dict[frozenset[int], int] = {}
        self._count = len(self._program.values)
        if self._count > VALUES:
            raise ValueError(
                f"A compiled formula may have at most {VALUES} real values, but {formula.label} "
                f"has {self._count}. Use backend='numpy'."
            )
        self._longest = COPIED // max(self._count, 1)
        # Rows in scratch memory: not a power of two apart, where they would share cache lines.
        self._spacing = self._longest + 232

    def _compile(self, varying: frozenset[int]) -> Row:
        """Return the function for rows in which some inputs vary."""
        raise NotImplementedError

    def _row(self, varying: frozenset[int]) -> Row:
        if varying not in self._rows:
            self._rows[varying] = self._compile(varying)
        return self._rows[varying]

    def _worker(
        self, shape: tuple[int, ...], inputs: list[Input], outputs: list[Any]
    ) -> tuple[Callable[[list[Block]], None], list[Block]]:
        varying, largest = self._plan(shape, [a for _, a in inputs], outputs)
        row = self._row(varying)

        def work(share: list[Block]) -> None:
            scratch: dict[int, Any] = {}
            for block in share:
                chunk = [(symbol, a[fitting(block, a.shape)]) for symbol, a in inputs]
                targets = [view[block] for view in outputs]
                extent = targets[0].shape
                values = [
                    self._line(scratch, k, part, extent) if k in varying else part.item()
                    for k, (_, part) in enumerate(chunk)
                ]
                direct = self._are_written_in_place(targets)
                if direct:
                    lines = [target.reshape(-1) for target in targets]
                    out = lines if len(lines) > 1 else lines[0]
                else:
                    out = self._space(scratch, -1, self._count)
                if not row(prod(extent), *values, out):
                    find_culprit(chunk)
                if not direct:
                    self._scatter(out, targets)

        return work, blocks(shape, largest)

    def _plan(
        self, shape: tuple[int, ...], arrays: list[Any], outputs: list[Any]
    ) -> tuple[frozenset[int], int]:
        """Return which inputs vary in a row, and how many elements a block may have.

        Rows along the last axis save the steps that are fixed there.  Where that is little, many
        of them are copied into a row.
        """
        everything = frozenset(range(len(arrays)))
        if prod(shape) == 1:
            return everything, 1
        varying = frozenset(k for k in everything if arrays[k].size > 1)
        copied = 0 if self._are_written_in_place(outputs) else len(outputs)
        if len(shape) == 1:
            copied += sum(not _is_contiguous(arrays[k]) for k in varying)
        else:
            in_rows = frozenset(k for k in varying if arrays[k].shape[-1] > 1)
            saved = self._late(varying) - self._late(in_rows)
            if saved * shape[-1] >= ROW:
                return in_rows, min(shape[-1], self._longest)
            copied += len(varying)
        longest = min(self._longest, COPIED // copied) if copied else BLOCK
        share = max(-(-prod(shape) // THREADS), WORK // (1 + self._late(varying)))
        return varying, min(longest, share)

    def _are_written_in_place(self, outputs: list[Any]) -> bool:
        return len(outputs) <= self.most_in_place and all(map(_is_contiguous, outputs))

    def _late(self, varying: frozenset[int]) -> int:
        """Return how many steps each element of a row takes."""
        if varying not in self._steps:
            self._steps[varying] = len(scalar_steps(self._program, varying)[1])
        return self._steps[varying]

    def _line(self, scratch: dict[int, Any], k: int, part: Any, extent: tuple[int, ...]) -> Any:
        """Return a part of an input as one contiguous row, copied where it is none."""
        if part.shape == extent and _is_contiguous(part):
            return part.reshape(-1)
        line = self._space(scratch, k, 1)[: prod(extent)]
        np.copyto(line.reshape(extent), part)
        return line

    def _space(self, scratch: dict[int, Any], k: int, rows: int) -> Any:
        if k not in scratch:
            scratch[k] = np.empty(rows * self._spacing)
        return scratch[k]

    def _scatter(self, out: Any, targets: list[Any]) -> None:
        """Copy outputs from scratch memory to where they belong."""
        for k, target in enumerate(targets):
            start = k * self._spacing
            target[...] = out[start : start + target.size].reshape(target.shape)


def _is_contiguous(array: Any) -> bool:
    return bool(array.flags.c_contiguous and array.flags.aligned)


def find_culprit(chunk: list[Input]) -> None:
    """Reject an input outside its domain; outputs that are not finite at finite inputs stand."""
    for symbol, part in chunk:
        check(symbol, part)
    for symbol, part in chunk:
        require(symbol, part, np.isfinite(part))
