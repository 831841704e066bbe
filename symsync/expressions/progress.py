"""A line on the terminal that tells how far a long derivation is."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

__all__ = ["watched"]

T = TypeVar("T")

PATIENCE = 2.0
"""Seconds before the first line is shown."""

PAUSE = 0.2
"""Seconds between two lines."""


def watched(items: Iterable[T], what: str, total: int) -> Iterator[T]:
    """Yield items, and show on a terminal how many of them are done if it takes long.

    Parameters
    ----------
    items
        What is worked on, one after another.
    what
        The name of the work.
    total
        How many items there are.
    """
    due = time.monotonic() + PATIENCE
    shown = False
    try:
        for done, item in enumerate(items):
            if time.monotonic() >= due:
                if sys.stderr.isatty():
                    sys.stderr.write(f"\r{what}: {done} of {total} ")
                    sys.stderr.flush()
                    shown = True
                due = time.monotonic() + PAUSE
            yield item
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
