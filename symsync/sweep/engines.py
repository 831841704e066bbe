"""Chunks shared out to the threads of this process or to the workers of a cluster."""

import os
import sys
import time
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from symsync.expressions.checks import whole
from symsync.sweep.chunk_work import ChunkWork

__all__ = ["Engine"]

_Outcomes = Generator[Any, None, None]

WINDOW = 4
"""Chunks that wait or run, for each thread: enough that none is ever without work."""

PAUSE = 1.0
"""Seconds after which a cluster is asked again how many threads it has."""


class Engine:
    """Who works on chunks, and how far they are.

    Parameters
    ----------
    client
        A client of dask.distributed, or None.
    workers
        The number of threads if there is no client, or None for one on each core.
    progress
        Whether to show how far they are; None for a terminal or a notebook.
    """

    def __init__(self, client: Any, workers: int | None, progress: bool | None) -> None:
        if client is not None and not (hasattr(client, "submit") and hasattr(client, "nthreads")):
            raise TypeError(
                f"Argument `client` must be a dask.distributed.Client, but is {client!r:.80}. "
                "Leave it out to work with threads of this process."
            )
        if getattr(client, "asynchronous", False):
            raise TypeError(
                "Argument `client` must not be asynchronous. Make one by Client(address)."
            )
        if not (progress is None or isinstance(progress, bool)):
            raise ValueError(
                f"Argument `progress` must be True, False or None, but is {progress!r}."
            )
        self.client, self.progress = client, progress
        self.workers = _cores() if workers is None else whole("workers", workers, 1, 4096)
        self.done, self.total = 0, 0

    def run(
        self,
        task: Callable[[ChunkWork, int], Any],
        work: ChunkWork,
        chunks: Sequence[int],
        take: Callable[[Any], int] = int,
    ) -> None:
        """Run a task for each chunk and take each result, which tells how many points it has."""
        layout = work.layout
        points = sum(map(layout.size, chunks)) if len(chunks) < 10**4 else 0
        points = points or len(chunks) * work.points
        self.total, self.done = len(chunks), 0
        if self.client is None:
            outcomes = _on_threads(lambda chunk: task(work, chunk), chunks, self.workers)
        else:
            outcomes = _on_cluster(self.client, task, work, chunks)
        with closing(outcomes), self._bar(points) as bar:
            for outcome in outcomes:
                bar.update(take(outcome))
                self.done += 1

    def _bar(self, points: int) -> Any:
        """Return a line with points per second and the time left."""
        from tqdm import tqdm

        shown = self.progress
        if shown is None:
            shown = sys.stderr.isatty() or "ipykernel" in sys.modules
        return tqdm(total=points, unit=" points", unit_scale=True, disable=not shown)

    @contextmanager
    def one_sentence(self, path: Path, store: Path) -> Iterator[None]:
        """Say of an interruption in one sentence what it leaves in the store and how to go on."""
        try:
            yield
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"Interrupted; {self._whole(store)}") from None
        except OSError as error:
            reason = (error.strerror or str(error)).rstrip(".")
            said = OSError(f"{str(path)!r} could not be written: {reason}; {self._whole(store)}")
            said.errno = error.errno
            raise said from error
        except Exception as error:
            if type(error).__module__.partition(".")[0] not in ("distributed", "concurrent"):
                raise
            raise RuntimeError(
                f"The cluster gave up on a chunk, {type(error).__name__}; {self._whole(store)}"
            ) from error

    def _whole(self, store: Path) -> str:
        if not self.total:
            return "nothing has been computed, and nothing is lost."
        return (
            f"{self.done} of the {self.total} chunks that were missing are safe in {store.name!r}. "
            "Start the same scan again, and it goes on from there."
        )


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2


def _on_threads(work: Callable[[int], Any], chunks: Iterable[int], workers: int) -> _Outcomes:
    """Yield the results of chunks as they come, computed by threads of this process."""
    with ThreadPoolExecutor(workers, thread_name_prefix="symsync-scan") as pool:
        yield from _in_turn(
            lambda chunk: pool.submit(work, chunk),
            wait,
            lambda done: [each.result() for each in done],
            chunks,
            lambda: WINDOW * workers,
        )


def _on_cluster(client: Any, task: Any, work: ChunkWork, chunks: Iterable[int]) -> _Outcomes:
    """Yield the results of chunks as they come, computed by the workers of a cluster.

    What they need to know is a task of its own, whose result each worker fetches once.  What a
    worker had that dies is computed again by another.
    """
    import distributed

    name = f"symsync-scan-{uuid.uuid4().hex}"
    shared = client.submit(_itself, work, key=f"{name}-work")
    asked, threads = -PAUSE, 0

    def window() -> int:
        nonlocal asked, threads
        if time.monotonic() > asked + PAUSE:
            asked, threads = time.monotonic(), sum(client.nthreads().values())
        return WINDOW * max(WINDOW, threads)

    yield from _in_turn(
        lambda chunk: client.submit(task, shared, chunk, key=f"{name}-{chunk}"),
        distributed.wait,
        client.gather,
        chunks,
        window,
    )


def _itself(work: ChunkWork) -> ChunkWork:
    return work


def _in_turn(
    submit: Callable[[int], Any],
    wait_for: Callable[..., Any],
    gather: Callable[[list[Any]], list[Any]],
    chunks: Iterable[int],
    window: Callable[[], int],
) -> _Outcomes:
    """Submit chunks as others are done; what has not begun is given up if an error leaves."""
    pending: set[Any] = set()
    left = iter(chunks)
    try:
        while True:
            while len(pending) < window() and (chunk := next(left, None)) is not None:
                pending.add(submit(chunk))
            if not pending:
                return
            done, pending = wait_for(pending, return_when="FIRST_COMPLETED")
            yield from gather(list(done))
    finally:
        for each in pending:
            each.cancel()
