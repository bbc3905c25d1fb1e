"""Several processes that write rows for one reader: each in its turn, a block at a time, in order."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeVar

Task, Result = TypeVar("Task"), TypeVar("Result")
MOST = 4
# A forked process has what it needs in memory already, and asks the database nothing.
_FORK = multiprocessing.get_context("fork")


@contextmanager
def written(write: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Iterator[Result]]:
    """The result of every task, in order, each written in one of a few processes.

    A full pipe holds its writer back, so little is written ahead. A writer ends when nobody reads
    any more, however the reader ended. Raises ChildProcessError if a writer ended before its time.
    """
    count = max(1, min(os.cpu_count() or 1, MOST, len(tasks)))
    readers: list[Connection] = []
    writers: list[BaseProcess] = []
    try:
        for place in range(count):
            reader, end = _FORK.Pipe(duplex=False)
            readers.append(reader)
            mine = _FORK.Process(target=_run, args=(write, tasks[place::count], end, tuple(readers)), daemon=True)
            mine.start()
            writers.append(mine)
            end.close()
        yield _read(readers, len(tasks))
    finally:
        for reader in readers:
            reader.close()
        for mine in writers:
            mine.join()


def _read(readers: Sequence[Connection], count: int) -> Iterator[Result]:
    for _, reader in zip(range(count), cycle(readers), strict=False):
        try:
            yield reader.recv()
        except EOFError as error:
            raise ChildProcessError("A process that writes rows ended before its time.") from error


def _run(write: Callable[[Task], Result], tasks: Sequence[Task], end: Connection, others: Sequence[Connection]) -> None:
    """The life of a writer. others: the reader's ends, which it was born with and must not keep open."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the reader is interrupted, and closes the pipe
    os.nice(5)  # the database is what everybody waits for
    for reader in others:
        reader.close()
    try:
        for task in tasks:
            end.send(write(task))
    except BrokenPipeError:
        return
