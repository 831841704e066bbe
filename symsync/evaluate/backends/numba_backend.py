"""Formulas compiled by Numba, kept on disk for the next process."""

import importlib.util
import sys
from dataclasses import replace
from threading import Lock
from types import ModuleType
from typing import Any

from symsync.evaluate.backends.compiled_backend import CompiledEvaluator, Row
from symsync.evaluate.backends.disk_cache import cache_directory, digest, stored
from symsync.evaluate.contract import STRICT, Formula, Strictness
from symsync.evaluate.emit.numba_source import numba_source
from symsync.evaluate.emit.scalar_source import outputs_of, scalar_steps
from symsync.evaluate.program import Program, Value

__all__ = ["NumbaEvaluator"]

_LOADING = Lock()

STEPS = 1200
"""A loop longer than this shares its work with no other component."""


class NumbaEvaluator(CompiledEvaluator):
    """A formula compiled by Numba when it is first called, and then loaded from disk."""

    def __init__(self, formula: Formula, strictness: Strictness = STRICT) -> None:
        if importlib.util.find_spec("numba") is None:
            raise ModuleNotFoundError(
                "backend='numba' needs Numba: pip install 'symsync[fast]', or use backend='numpy'."
            )
        super().__init__(formula, strictness)

    @property
    def source(self) -> str:
        """The generated code of a call whose arguments are all arrays of one shape."""
        return self._source(frozenset(range(len(self._program.inputs))))

    def _source(self, varying: frozenset[int]) -> str:
        return numba_source(self._program, self.symbols, varying, self._spacing)

    def _compile(self, varying: frozenset[int]) -> Row:
        functions = []
        for first, part in _parts(self._program):
            source = numba_source(part, self.symbols, varying, self._spacing)
            with _LOADING:
                function = _module(f"symsync_{digest(source)}", source).row
            functions.append((first * self._spacing, function))

        def row(count: int, *values: Any) -> bool:
            *inputs, out = values
            return all(function(count, *inputs, out[start:]) for start, function in functions)

        return row


def _parts(program: Program) -> list[tuple[int, Program]]:
    """Return programs of at most `STEPS` steps, or of one component, and where their results begin.

    Of longer loops LLVM makes scalar code, which costs more than to compute a few steps again.
    """
    found: list[tuple[int, Program]] = []
    first = 0
    outputs: list[tuple[Value, Value | None]] = []
    for pair in program.outputs:
        longer = replace(program, outputs=[*outputs, pair])
        if outputs and len(scalar_steps(longer, range(len(program.inputs)))[1]) > STEPS:
            found.append((first, replace(program, outputs=outputs)))
            first, outputs = first + len(outputs_of(found[-1][1])), []
        outputs = [*outputs, pair]
    return [*found, (first, replace(program, outputs=outputs))]


def _module(name: str, source: str) -> ModuleType:
    """Return the module of a source, imported from the cache directory."""
    if name not in sys.modules:
        path = stored(cache_directory() / f"{name}.py", source)
        found = importlib.util.spec_from_file_location(name, path)
        assert found is not None  # a path that ends in .py
        assert found.loader is not None
        module = importlib.util.module_from_spec(found)
        sys.modules[name] = module  # first, as Numba looks the module up
        try:
            found.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]
