"""Formulas with parts that are no elementary steps, such as the solution of a linear system.

The formula is cut at these parts.  What they take is an elementary formula, evaluated for a block
of points; then the parts themselves; and then what is made of their results.
"""

import warnings
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Tuple

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
from symsync.evaluate.backends.numpy_backend import NumpyEvaluator
from symsync.evaluate.backends.parts import Cut
from symsync.evaluate.contract import STRICT, Evaluator, Formula, Strictness, is_in_a_scan
from symsync.evaluate.program import input_names

__all__ = ["StagedEvaluator", "run"]

Array = NDArray[Any]

SCRATCH = 2**23 // max(1, THREADS // 2)
"""Bytes of the numbers of one block; of four threads, each has half as many."""

COMPILED = 600
"""What has more steps or values between two parts is left to NumPy: compilers take minutes."""

STREAMS = 16
"""Into so many outputs a compiler's loop writes as fast as into memory that stays in the cache."""

SMALLEST = 64
"""A block has at least so many points, also if their numbers need more room."""


class StagedEvaluator(ArrayEvaluator):
    """A formula with parts; what lies between them is run by the evaluator of a backend.

    Parameters
    ----------
    formula, strictness
        Those of every evaluator.
    backend
        "numpy", "numba" or "c".
    elementary
        The evaluator of that backend.
    """

    def __init__(
        self,
        formula: Formula,
        strictness: Strictness,
        backend: str,
        elementary: type[ArrayEvaluator],
    ) -> None:
        Evaluator.__init__(self, formula, strictness)
        self._used = formula.used
        self._backend, self._elementary = backend, elementary
        cut = Cut(formula.rhs, lambda inner: StagedEvaluator(inner, STRICT, backend, elementary))
        self._stages = []
        for parts in cut.stages():
            arguments = [argument for part in parts for argument in part.arguments]
            self._stages.append((parts, self._between("arguments", Tuple(*arguments))))
        self._last = self._between(formula.label, cut.rhs)
        made = sum(len(part.arguments) + len(part.results) for part in cut.parts.values())
        made += sum(p.system.size for p in cut.parts.values() if hasattr(p, "system"))
        made += sum(p.margins.made for p in cut.parts.values() if hasattr(p, "margins"))
        self.made: int = made
        self._points = max(SMALLEST, SCRATCH // (8 * (1 + made)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.formula, self.strictness, self._backend, self._elementary)

    def _between(self, label: str, rhs: Any) -> ArrayEvaluator:
        """Return the evaluator of what lies between two parts, for points in one line."""
        known = {symbol.name: symbol for symbol in self.symbols}
        own = rhs.free_symbols
        used = [s for s in self.symbols if s in own]
        used += sorted((s for s in own if s.name not in known), key=str)
        between = Formula(label, rhs, tuple(used), self.formula.text)
        plain = NumpyEvaluator(between, STRICT)
        values = 2 * prod(plain.component_shape)
        if self._elementary is NumpyEvaluator or max(plain.steps, values) > COMPILED:
            return plain
        return self._elementary(between, STRICT)

    @property
    def source(self) -> str:
        """The generated code of what lies between the parts."""
        return "\n".join(each.source for each in (*(e for _, e in self._stages), self._last))

    def _worker(
        self, shape: tuple[int, ...], inputs: list[Input], outputs: list[Any]
    ) -> tuple[Callable[[list[Block]], None], list[Block]]:
        names = input_names(self.symbols)
        warned: set[str] = set()

        def work(share: list[Block]) -> None:
            for block in share:
                chunk = [(symbol, a[fitting(block, a.shape)]) for symbol, a in inputs]
                for symbol, part in chunk:
                    check(symbol, part)
                targets = [view[block] for view in outputs]
                extent = targets[0].shape
                lines = {
                    name: np.ascontiguousarray(np.broadcast_to(part, extent)).reshape(-1)
                    for name, (_, part) in zip(names, chunk, strict=True)
                }
                few = len(targets) <= STREAMS
                direct = few and all(target.flags.c_contiguous for target in targets)
                rows = targets if direct else list(np.empty((len(targets), prod(extent))))
                if lost := self.evaluated(lines, [row.reshape(-1) for row in rows]):
                    for symbol, part in chunk:
                        require(symbol, part, np.isfinite(part))
                    if lost not in warned:
                        warned.add(lost)
                        self._warn_of(lost)
                for target, row in zip(targets, rows, strict=True):
                    if row is not target:
                        target[...] = row.reshape(extent)

        return work, blocks(shape, self._points)

    def _warn_of(self, lost: str) -> None:
        if is_in_a_scan():
            return
        warnings.warn(
            f"{self.__name__} is nan where {lost}. Leave out such points, or use backend='mpmath'.",
            RuntimeWarning,
            stacklevel=5,
        )

    def evaluated(self, lines: dict[str, Array], out: list[Array]) -> str:
        """Write the values of points in one line, and return where one is not known, in words."""
        count = out[0].size
        nothing, said = np.zeros(count, bool), ""
        for parts, arguments in self._stages:
            values = run(arguments, lines, count)
            start = 0
            for part in parts:
                stop = start + len(part.arguments)
                found, lost = part.run(values[start:stop], self._backend)
                start = stop
                if lost.any():
                    found = [np.where(lost, 1.0, value) for value in found]
                    nothing |= lost
                    said = said or part.lost
                symbols = part.results.values()
                lines |= {s.name: value for s, value in zip(symbols, found, strict=True)}
        run(self._last, lines, count, out)
        for row in out if nothing.any() else []:
            row[nothing] = np.nan
        return said


def run(
    evaluator: ArrayEvaluator, lines: dict[str, Array], count: int, out: list[Array] | None = None
) -> Any:
    """Return the values of an elementary formula for points in one line, one row for each."""
    rows = prod(evaluator.component_shape) * (2 if evaluator.is_complex else 1)
    values = np.empty((rows, count)) if out is None else out
    if not rows:
        return values
    inputs = [(symbol, lines[n]) for symbol in evaluator.symbols for n in input_names((symbol,))]
    evaluator.lines(count, inputs, list(values))
    return values
