"""Formulas compiled by the C compiler of the system, kept on disk for the next process."""

import ctypes
import os
import platform
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from symsync.evaluate.backends.compiled_backend import CompiledEvaluator, Row
from symsync.evaluate.backends.disk_cache import cache_directory, digest, stored
from symsync.evaluate.contract import STRICT, Formula, Strictness
from symsync.evaluate.emit.c_source import c_function, c_name

__all__ = ["CEvaluator"]

FLAGS = (
    "-std=c99", "-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-fPIC",
    "-shared",
)  # fmt: skip
"""Compensated sums must not be fused; nothing here reads `errno` or floating-point flags."""


class CEvaluator(CompiledEvaluator):
    """A formula compiled by a C compiler when it is first called, and then loaded from disk."""

    def __init__(self, formula: Formula, strictness: Strictness = STRICT) -> None:
        self._command = _compiler()
        super().__init__(formula, strictness)

    @property
    def source(self) -> str:
        """The generated code of a call whose arguments are all arrays of one shape."""
        return self._source(frozenset(range(len(self._program.inputs))))

    def _source(self, varying: frozenset[int]) -> str:
        return c_function(c_name(self.__name__), self._program, self.symbols, varying)

    def _compile(self, varying: frozenset[int]) -> Row:
        library = ctypes.CDLL(str(_library(self._source(varying), self._command)))
        function = library[c_name(self.__name__)]
        kinds = [
            ctypes.c_void_p if k in varying else ctypes.c_double
            for k in range(len(self._program.inputs))
        ]
        function.argtypes = [ctypes.c_size_t, *kinds, *[ctypes.c_void_p] * self._count]
        function.restype = ctypes.c_int
        offsets = [8 * self._spacing * k for k in range(self._count)]

        def row(count: int, *values: Any) -> bool:
            *inputs, out = (v if isinstance(v, float) else v.ctypes.data for v in values)
            return bool(function(count, *inputs, *(out + offset for offset in offsets)))

        return row


def _compiler() -> list[str]:
    """Return the command of the C compiler: `$CC`, cc, gcc or clang."""
    for name in (os.environ.get("CC"), "cc", "gcc", "clang"):
        command = shlex.split(name or "")
        if command and shutil.which(command[0]):
            return command
    raise RuntimeError(
        "backend='c' needs a C compiler, and there is none: install gcc or clang, or set CC, or "
        "use backend='numpy'."
    )


def _library(source: str, command: list[str]) -> Path:
    """Return the path of the compiled source.

    Its name holds the machine's, as it is compiled for the processor at hand.
    """
    name = f"symsync_{digest(source, *command, *FLAGS, platform.node(), platform.machine())}"
    path = cache_directory() / f"{name}.so"
    if not path.exists():
        text = stored(path.with_suffix(".c"), source)
        with tempfile.TemporaryDirectory(dir=path.parent) as place:
            made = Path(place) / path.name
            for extra in (["-march=native"], []):  # which not every compiler takes
                done = subprocess.run(
                    [*command, *FLAGS, *extra, "-o", str(made), str(text), "-lm"],
                    capture_output=True,
                    text=True,
                    check=False,
                )
                if done.returncode == 0:
                    break
            else:
                raise RuntimeError(
                    f"The C compiler {shlex.join(command)!r} fails: {done.stderr.strip()[:500]} "
                    "Set CC to another one, or use backend='numpy'."
                )
            made.replace(path)
    return path
