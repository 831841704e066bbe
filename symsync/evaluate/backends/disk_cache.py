"""A directory in which compiled formulas outlive the process.

What lies there is run.  So the directory must be the user's own, nobody else may write to it, and
the content of each file is compared with a digest before it is loaded.
"""

import atexit
import errno
import hashlib
import os
import shutil
import stat
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from symsync.evaluate.backends.whole_files import UNFINISHED, write_whole

__all__ = [
    "alone",
    "cache_directory",
    "clear_leftovers",
    "digest",
    "in_cache",
    "intact",
    "keep",
    "keep_text",
    "own_directory",
    "seal",
]

T = TypeVar("T")

LEFT = 3600.0
"""Seconds after which an unfinished file has been left by a process that was killed."""

_REFUSED: set[Path] = set()
_PRIVATE: list[Path] = []


def cache_directory() -> Path:
    """Return the directory that the user asks for, whether or not it can be used.

    It is `$SYMSYNC_CACHE`, or `symsync` in `$XDG_CACHE_HOME` or in `~/.cache`.
    """
    own = os.environ.get("SYMSYNC_CACHE")
    shared = os.environ.get("XDG_CACHE_HOME", "")
    if own:
        return Path(os.path.expanduser(own))  # noqa: PTH111  # a home that is unknown stays ~
    if not Path(shared).is_absolute():
        shared = os.path.expanduser("~/.cache")  # noqa: PTH111  # as above
    return Path(shared) / "symsync"


def in_cache(make: Callable[[Path], T]) -> T:
    """Return what a function makes in the cache directory, or else in one of this process.

    Parameters
    ----------
    make
        A function of a directory, which raises `OSError` if that cannot be used.

    Returns
    -------
    T
        Its result.  A warning, once in each process, says why the cache was not used.

    Raises
    ------
    RuntimeError
        If the function raises `OSError` in the directory of this process, too.
    """
    asked = cache_directory()
    if asked not in _REFUSED:
        try:
            return make(own_directory(asked))
        except OSError as error:
            _refuse(asked, _reason(error))
    try:
        return make(_private_directory())
    except OSError as error:
        raise RuntimeError(
            f"A compiled formula can be kept neither in {str(asked)!r} nor in a temporary "
            f"directory: {_reason(error)}. Set SYMSYNC_CACHE to a directory of your own on a disk "
            "with space from which code may be run, or use backend='numpy'."
        ) from error


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).rstrip(".")


def _refuse(path: Path, reason: str) -> None:
    first = not _REFUSED
    _REFUSED.add(path)
    if first:
        warnings.warn(
            f"Compiled formulas are kept in a temporary directory until this process ends, as the "
            f"cache {str(path)!r} cannot be used: {reason}. Set SYMSYNC_CACHE to a directory of "
            "your own that nobody else may write to.",
            RuntimeWarning,
            stacklevel=3,
        )


def own_directory(path: Path) -> Path:
    """Return a directory of the user's own, made if there is none, without symbolic links.

    Raises
    ------
    OSError
        If it cannot be made, belongs to somebody else, or can be written to by others.
    """
    if path.parts[:1] and path.parts[0].startswith("~"):
        raise FileNotFoundError(errno.ENOENT, "there is no such home directory")
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    _require_own(path)
    path = path.resolve()
    _require_own(path)
    if hasattr(os, "getuid"):
        for parent in path.parents:
            if parent.stat().st_mode & (stat.S_IWOTH | stat.S_ISVTX) == stat.S_IWOTH:
                raise PermissionError(errno.EACCES, f"anybody may rename what lies in {parent}")
    return path


def _require_own(path: Path) -> None:
    """Raise `PermissionError` if a file or directory is another user's, or others may change it."""
    if not hasattr(os, "getuid"):
        return
    found = os.lstat(path)
    if found.st_uid != os.getuid():
        raise PermissionError(
            errno.EACCES, f"it belongs to user {found.st_uid}, and this is user {os.getuid()}"
        )
    if found.st_mode & 0o022 and not stat.S_ISLNK(found.st_mode):
        mode = stat.S_IMODE(found.st_mode)
        raise PermissionError(errno.EACCES, f"others may write to it, as its mode is {mode:o}")


def _private_directory() -> Path:
    """Return the directory of this process, which goes when it ends."""
    if _PRIVATE:
        with suppress(OSError):
            _require_own(_PRIVATE[-1])  # it may have been cleared away, and somebody's be there
            return _PRIVATE[-1]
    path = Path(tempfile.mkdtemp(prefix="symsync-")).resolve()
    _PRIVATE.append(path)
    atexit.register(_remove, path, os.getpid())
    return path


def _remove(path: Path, process: int) -> None:
    if os.getpid() == process:  # and no child that was forked from it
        shutil.rmtree(path, ignore_errors=True)


def digest(*parts: str) -> str:
    """Return a name for what some texts lead to."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def intact(path: Path) -> bool:
    """Whether a file is the user's own and holds what the digest beside it says."""
    try:
        _require_own(path)
        written = _beside(path).read_bytes().strip().decode()
        return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == written
    except (OSError, ValueError):
        return False


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def keep(path: Path, content: bytes) -> None:
    """Write a file, and its digest beside it."""
    clear_leftovers(path.parent, UNFINISHED)
    write_whole(path, content, 0o600)
    write_whole(_beside(path), f"{hashlib.sha256(content).hexdigest()}\n".encode(), 0o600)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until no thread and no process makes this file any more; where locks are unknown, go on.

    Workers that begin together on one host would otherwise all compile the same formula.
    """
    lock = path.with_name(f"{path.name}.lock")
    with ExitStack() as held:
        with suppress(ImportError, OSError):
            import fcntl

            file = held.enter_context(lock.open("w"))
            fcntl.flock(file, fcntl.LOCK_EX)
            held.callback(lock.unlink, missing_ok=True)
        yield


def seal(path: Path) -> None:
    """Write the digest of a file that another program has just made."""
    path.chmod(0o600)
    content = hashlib.sha256(path.read_bytes()).hexdigest()
    write_whole(_beside(path), f"{content}\n".encode(), 0o600)


def keep_text(path: Path, text: str) -> None:
    """Have a file hold a text, and leave it alone if it does."""
    with suppress(OSError):
        _require_own(path)
        if path.read_bytes() == text.encode():
            return
    clear_leftovers(path.parent, UNFINISHED)
    write_whole(path, text.encode(), 0o600)


def clear_leftovers(folder: Path, pattern: str) -> None:
    """Remove the user's own files and folders of some name that are older than an hour."""
    found: list[Path] = []
    with suppress(OSError):
        found = list(folder.glob(pattern))
    for path in found:
        with suppress(OSError):
            _require_own(path)
            if os.lstat(path).st_mtime < time.time() - LEFT:
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
