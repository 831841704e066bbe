"""Files that are written whole or not at all."""

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path

__all__ = ["UNFINISHED", "write_whole"]

UNFINISHED = ".symsync-*.tmp"
"""The names of files whose writing was cut short, if the process was killed."""


def write_whole(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file under another name beside its own, read it back, and rename it.

    Parameters
    ----------
    path
        The file.  A symbolic link stays one, and what it leads to is written.
    content
        What it is to hold.
    mode
        Its permissions; by default those of the file that was there, or else the usual ones.

    Raises
    ------
    OSError
        If the file cannot be written.  What was there before is then untouched.
    """
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            target.write_bytes(content)  # a pipe or a device, whose name must stay its own
        else:
            _replace(target, content, mode)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def _replace(target: Path, content: bytes, mode: int | None) -> None:
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    beside = target.with_name(UNFINISHED.replace("*", secrets.token_hex(8)))
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(beside, flags, 0o666 if mode is None else mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # where a full disk is found out at the latest
        if beside.read_bytes() != content:
            raise OSError(errno.EIO, "what was written reads back differently")
        if mode is None and target.exists():
            beside.chmod(target.stat().st_mode & 0o7777)
        os.replace(beside, target)  # noqa: PTH105  # one name for all writes of the package
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
