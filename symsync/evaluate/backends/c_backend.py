"""Formulas compiled by the C compiler of the system, kept on disk for the next process."""

import ctypes
import os
import platform
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from symsync.evaluate.backends.array_backend import Input
from symsync.evaluate.backends.compiled_backend import VALUES, CompiledEvaluator, Row, find_culprit
from symsync.evaluate.backends.disk_cache import (
    alone,
    clear_leftovers,
    digest,
    in_cache,
    intact,
    keep,
)
from symsync.evaluate.contract import STRICT, Formula, Strictness
from symsync.evaluate.emit.c_source import FLAGS as OPTIONS
from symsync.evaluate.emit.c_source import c_function, c_name

__all__ = ["CEvaluator", "compiled_library"]

FLAGS = (*OPTIONS, "-fPIC", "-shared")

WORKSHOP = "symsync-compile-"
"""How the names of temporary folders begin in which a compiler works."""


class CEvaluator(CompiledEvaluator):
    """A formula compiled by a C compiler when it is first called, and then loaded from disk."""

    most_in_place = VALUES

    def __init__(self, formula: Formula, strictness: Strictness = STRICT) -> None:
        self._command = _compiler()
        super().__init__(formula, strictness)

    @property
    def source(self) -> str:
        """The generated code of a call whose arguments are all arrays of one shape."""
        return self._source(frozenset(range(len(self._program.inputs))))

    def _source(self, varying: frozenset[int]) -> str:
        return c_function(c_name(self.__name__), self._program, self.symbols, varying)

    def lines(self, count: int, inputs: list[Input], out: list[Any]) -> None:
        """Write the values at points in one line, without a copy."""
        row = self._row(frozenset(range(len(inputs))))
        if not row(count, *(line for _, line in inputs), out):
            find_culprit(inputs)

    def _compile(self, varying: frozenset[int]) -> Row:
        library = _library(self._source(varying), self._command)
        function = library[c_name(self.__name__)]
        kinds = [
            ctypes.c_void_p if k in varying else ctypes.c_double
            for k in range(len(self._program.inputs))
        ]
        function.argtypes = [ctypes.c_size_t, *kinds, *[ctypes.c_void_p] * self._count]
        function.restype = ctypes.c_int
        offsets = [8 * self._spacing * k for k in range(self._count)]

        def row(count: int, *values: Any) -> bool:
            *inputs, out = (v if isinstance(v, float) else _address(v) for v in values)
            places = out if isinstance(out, list) else [out + offset for offset in offsets]
            return bool(function(count, *inputs, *places))

        return row


def _address(array: Any) -> Any:
    """Return where the numbers of an array, or of each of several, begin."""
    if isinstance(array, list):
        return [_address(each) for each in array]
    return array.__array_interface__["data"][0]


def _compiler() -> list[str]:
    """Return the command of the C compiler: `$CC`, cc, gcc or clang."""
    given = os.environ.get("CC", "")
    try:
        commands = [shlex.split(name) for name in (given, "cc", "gcc", "clang")]
    except ValueError as error:
        raise RuntimeError(
            f"Variable CC must be the command of a C compiler such as 'gcc', but is {given!r}: "
            f"{str(error).lower()}. Correct it, or unset it."
        ) from None
    for command in commands:
        if command and shutil.which(command[0]):
            return command
    raise RuntimeError(
        "backend='c' needs a C compiler, and there is none: install gcc or clang, or set CC, or "
        "use backend='numpy'."
    )


def compiled_library(source: str) -> ctypes.CDLL:
    """Return the compiled source of a kernel, loaded.

    Raises
    ------
    RuntimeError
        If there is no C compiler, or it fails.
    """
    return _library(source, _compiler())


def _library(source: str, command: list[str]) -> ctypes.CDLL:
    """Return the compiled source.

    The name of its file holds the machine's, as it is compiled for the processor at hand.
    """
    key = digest(source, *command, *FLAGS, platform.node(), platform.machine())
    made = cache(lambda: _compiled(source, command))
    return in_cache(lambda place: _loaded(place / f"symsync_{key}.so", made))


def _loaded(path: Path, made: Callable[[], bytes]) -> ctypes.CDLL:
    """Return the library of a file, which is made if it is missing, damaged or of no use here."""
    if (library := _found(path)) is not None:
        return library
    with alone(path):
        if (library := _found(path)) is not None:  # others have made it
            return library
        keep(path, made())
    return ctypes.CDLL(str(path))


def _found(path: Path) -> ctypes.CDLL | None:
    if intact(path):
        with suppress(OSError):  # made by another system's compiler, or nothing may run from there
            return ctypes.CDLL(str(path))
    return None


def _compiled(source: str, command: list[str]) -> bytes:
    """Return the shared library that the compiler makes, or raise `RuntimeError` that quotes it."""
    clear_leftovers(Path(tempfile.gettempdir()), f"{WORKSHOP}*")
    said = ""
    try:
        with tempfile.TemporaryDirectory(prefix=WORKSHOP, ignore_cleanup_errors=True) as folder:
            text, library = Path(folder) / "formula.c", Path(folder) / "formula.so"
            text.write_text(source, encoding="utf-8")
            for extra in (["-march=native"], []):  # which not every compiler takes
                call = [*command, *FLAGS, *extra, "-o", str(library), str(text), "-lm"]
                done = subprocess.run(
                    call, capture_output=True, text=True, errors="replace", check=False
                )
                if done.returncode == 0 and library.is_file():
                    return library.read_bytes()
                said = done.stderr.strip() or f"exit code {done.returncode} and no library."
    except OSError as error:  # of the command or of the temporary folder, and not of the cache
        said = f"{error.strerror or error}."
    raise RuntimeError(
        f"The C compiler {shlex.join(command)!r} fails: {said[:500]} "
        "Set CC to another one, or use backend='numpy'."
    )
