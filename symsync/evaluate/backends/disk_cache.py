"""A directory in which compiled formulas outlive the process."""

import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path

__all__ = ["cache_directory", "digest", "stored"]


def cache_directory() -> Path:
    """Return the first directory that can be written to.

    `$SYMSYNC_CACHE`, or `symsync` in `$XDG_CACHE_HOME` or in `~/.cache`, or else a directory of
    this process, which goes when it ends.
    """
    own = os.environ.get("SYMSYNC_CACHE")
    shared = os.environ.get("XDG_CACHE_HOME")
    try:
        path = Path(own) if own else Path(shared or Path.home() / ".cache") / "symsync"
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            return path
    except (OSError, RuntimeError):  # no home, no place, or not ours
        return Path(_temporary().name)


@cache
def _temporary() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="symsync-", ignore_cleanup_errors=True)


def digest(*parts: str) -> str:
    """Return a name for what some texts lead to."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def stored(path: Path, content: str) -> Path:
    """Return the path of a file with a content, written at once or not at all."""
    if not path.exists():
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=path.suffix)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        Path(name).replace(path)
    return path
