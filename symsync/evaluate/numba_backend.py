"""Formulas compiled by Numba, kept on disk for the next process."""

import importlib.util
import sys
from threading import Lock
from types import ModuleType

from symsync.evaluate.compiled_backend import CompiledEvaluator, Row
from symsync.evaluate.contract import Formula
from symsync.evaluate.disk_cache import cache_directory, digest, stored
from symsync.evaluate.numba_source import numba_source

__all__ = ["NumbaEvaluator"]

_LOADING = Lock()


class NumbaEvaluator(CompiledEvaluator):
    """A formula compiled by Numba when it is first called, and then loaded from disk."""

    def __init__(self, formula: Formula) -> None:
        if importlib.util.find_spec("numba") is None:
            raise ModuleNotFoundError(
                "backend='numba' needs Numba: pip install 'symsync[fast]', or use backend='numpy'."
            )
        super().__init__(formula)

    @property
    def source(self) -> str:
        """The generated code of a call whose arguments are all arrays of one shape."""
        return self._source(frozenset(range(len(self._program.inputs))))

    def _source(self, varying: frozenset[int]) -> str:
        return numba_source(self._program, self.symbols, varying, self._spacing)

    def _compile(self, varying: frozenset[int]) -> Row:
        source = self._source(varying)
        with _LOADING:
            row: Row = _module(f"symsync_{digest(source)}", source).row
        return row


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
