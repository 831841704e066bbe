"""Formulas compiled by Numba, kept on disk for the next process."""

import importlib.abc
import importlib.util
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

from symsync.evaluate.backends.compiled_backend import CompiledEvaluator, Row
from symsync.evaluate.backends.disk_cache import (
    clear_leftovers,
    digest,
    in_cache,
    intact,
    keep_text,
    own_directory,
    seal,
)
from symsync.evaluate.contract import STRICT, Formula, Strictness
from symsync.evaluate.emit.numba_source import numba_source
from symsync.evaluate.emit.scalar_source import scalar_steps
from symsync.evaluate.program import Program, Value

__all__ = ["NumbaEvaluator", "loaded_module"]

_LOADING = Lock()

STEPS = 1200
"""Of a loop longer than this LLVM makes scalar code."""

SCALAR = 2
"""How many times as long a step of scalar code takes, at least (two to five are seen)."""

LONGEST = 6000
"""Components with more steps are never in one loop: it would be compiled for half a minute."""


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
            function = loaded_module(source).row
            functions.append((first * self._spacing, function))

        def row(count: int, *values: Any) -> bool:
            *inputs, out = values
            return all(function(count, *inputs, out[start:]) for start, function in functions)

        return row


def _parts(program: Program) -> list[tuple[int, Program]]:
    """Return the programs of the loops that take the least time, and where their results begin.

    Short loops are vectorised and do shared steps again; a value and its derivatives share so many
    that one long loop is better.
    """
    short = _cut(program)
    whole = _steps(program)
    if whole <= LONGEST and _cost(whole) < sum(_cost(_steps(part)) for _, part in short):
        return [(0, program)]
    return short


def _steps(program: Program) -> int:
    return len(scalar_steps(program, range(len(program.inputs)))[1])


def _cost(steps: int) -> int:
    return steps * (SCALAR if steps > STEPS else 1)


def _cut(program: Program) -> list[tuple[int, Program]]:
    """Return programs of at most `STEPS` steps, or of one component, and where they begin."""
    found: list[tuple[int, Program]] = []
    first = 0
    outputs: list[tuple[Value, Value | None]] = []
    for pair in program.outputs:
        if outputs and _steps(replace(program, outputs=[*outputs, pair])) > STEPS:
            found.append((first, replace(program, outputs=outputs)))
            first, outputs = first + len(found[-1][1].values), []
        outputs = [*outputs, pair]
    return [*found, (first, replace(program, outputs=outputs))]


def loaded_module(source: str) -> ModuleType:
    """Return the module of a source, with its compiled code from the cache directory."""
    with _LOADING:
        return _module(f"symsync_{digest(source)}", source)


def _module(name: str, source: str) -> ModuleType:
    """Return the module of a source, with its compiled code from the cache directory."""
    if name not in sys.modules:
        in_cache(lambda place: _load(name, source, place))
    return sys.modules[name]


def _load(name: str, source: str, place: Path) -> None:
    """Import a module whose compiled code Numba keeps in a place, after a look at its files.

    Numba unpickles them, so that a foreign file could do anything and a damaged one is an error.
    """
    path, compiled = place / f"{name}.py", own_directory(place / "__pycache__")
    keep_text(path, source)
    with tempfile.TemporaryFile(dir=compiled):
        pass  # Numba does so, too, and if it fails keeps its files where others may write
    found = _files(compiled, name)
    kept = [each for each in found if intact(each)]
    _remove(set(found).difference(kept))
    try:
        _execute(name, source, path)
    except OSError:  # of the place, and not of the files
        raise
    except Exception:
        if not kept:
            raise
        _remove(kept)
        _execute(name, source, path)
    new = [each for each in _files(compiled, name) if not intact(each)]
    for each in new:
        seal(each)
    if new:
        clear_leftovers(compiled, "symsync_*.tmp.*")


def _files(folder: Path, name: str) -> list[Path]:
    return list(folder.glob(f"{name}.*.nb[ic]"))


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


class _Generated(importlib.abc.SourceLoader):
    """A module whose text is at hand, and is neither read from a file nor from its bytecode."""

    def __init__(self, path: Path, source: str) -> None:
        self._path, self._source = path, source

    def get_filename(self, fullname: str) -> str:
        return str(self._path)

    def get_data(self, path: object) -> bytes:
        return self._source.encode()


def _execute(name: str, source: str, path: Path) -> None:
    loader = _Generated(path, source)
    found = importlib.util.spec_from_file_location(name, path, loader=loader)
    assert found is not None  # as there is a loader
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module  # first, as Numba looks the module up
    try:
        with _files_beside_the_source():
            loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise


@contextmanager
def _files_beside_the_source() -> Iterator[None]:
    """Have Numba keep its files beside the source, also where it is told another directory."""
    from numba import config

    names = [each for each in ("CACHE_DIR", "CACHE_LOCATOR_CLASSES") if hasattr(config, each)]
    before = {each: getattr(config, each) for each in names}
    try:
        for each in names:
            setattr(config, each, "")
        yield
    finally:
        for each, value in before.items():
            setattr(config, each, value)
