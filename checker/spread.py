"""Work on many items on all processors: forked processes take parts of it, and the parent takes parts too.

A forked process inherits the parent's memory, so that only results are sent. Results and their order are the same
as without forking. With few items, or where forking is not possible, all work is done in this process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Item = TypeVar("Item")
Result = TypeVar("Result")

FEWEST = 1000
"""Items; with fewer, starting processes takes longer than it saves."""
PART = 100
"""Items that are taken at once."""
MOST_PARTS = 10_000
MOST_PROCESSES = 8
BUFFER = 1 << 20
"""Bytes of results that may wait in a process's pipe, where the system lets us choose."""


def spread(work: Callable[[Sequence[Item]], Result], items: Sequence[Item]) -> Iterator[Result]:
    """Yields ``work(part)`` for each part of ``items``, in order.

    ``work`` must depend only on its items and change nothing, and its results must be picklable.
    """
    size = max(PART, len(items) // MOST_PARTS + 1)
    parts = [items[start : start + size] for start in range(0, len(items), size)]
    others = min(_processors() - 1, MOST_PROCESSES)
    # A fork has none of the parent's other threads, but all of their locks: it could wait for one forever.
    if len(items) < FEWEST or others < 1 or not hasattr(os, "fork") or threading.active_count() > 1:
        yield from map(work, parts)
        return
    with _queue(len(parts)) as tasks, _processes(others, work, parts, tasks) as connections:
        yield from _in_order(work, parts, tasks, connections)


def _in_order(
    work: Callable[[Sequence[Item]], Result],
    parts: Sequence[Sequence[Item]],
    tasks: int,
    connections: list[Connection],
) -> Iterator[Result]:
    from multiprocessing.connection import Connection, wait

    done: dict[int, Result] = {}
    for number in range(len(parts)):
        mine: int | None = 0
        while number not in done:
            # Wait only if there is no part left to take.
            for ready in cast(list[Connection], wait(connections, None if mine is None else 0)):
                try:
                    done.update([ready.recv()])
                except (EOFError, OSError):
                    connections.remove(ready)
            if number in done:
                break
            mine = _take(tasks)
            if mine is None and not connections:
                mine = number  # the process that took it has died
            if mine is not None:
                done[mine] = work(parts[mine])
        yield done.pop(number)


@contextmanager
def _queue(count: int) -> Iterator[int]:
    """A pipe that holds the numbers below ``count``; each number is read by one process only."""
    tasks, give = os.pipe()
    try:
        with open(give, "wb") as queue:
            queue.writelines(number.to_bytes(4, "big") for number in range(count))
        yield tasks
    finally:
        os.close(tasks)


def _take(tasks: int) -> int | None:
    """The next number, or None when all are taken."""
    number = os.read(tasks, 4)
    return int.from_bytes(number, "big") if number else None


@contextmanager
def _processes(
    count: int, work: Callable[[Any], Any], parts: Sequence[Any], tasks: int
) -> Iterator[list[Connection]]:
    """Starts ``count`` forked workers, and gives the connections that their results come from."""
    from multiprocessing import get_context

    context = get_context("fork")
    started: list[Any] = []
    connections: list[Connection] = []
    try:
        for _ in range(count):
            try:
                started.append(_start(context, connections, (work, parts, tasks)))
            except OSError:  # there are too many processes or open files already
                break
        yield list(connections)
    finally:
        for process in started:
            process.terminate()
            process.join()
        for each in connections:
            each.close()


def _start(context: Any, connections: list[Connection], given: tuple[Any, ...]) -> Any:
    receive, send = context.Pipe(duplex=False)
    connections.append(receive)
    with send:
        _enlarge(send)
        process = context.Process(target=_serve, args=(*given, send, connections), daemon=True)
        with _no_interrupt():
            process.start()
    return process


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Blocks SIGINT: here until the block ends, and for good in a process that is forked within it.

    An interrupt reaches all processes of a command; only the parent should report it.
    """
    import signal

    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(
    work: Callable[[Any], Any],
    parts: Sequence[Any],
    tasks: int,
    send: Connection,
    inherited: list[Connection],
) -> None:
    """The main loop of a forked process. A part on which ``work`` fails is left to the parent, to fail there.

    Each process closes the pipe ends it inherited, so that each end is held by one process only, and the other side
    notices when that process is gone.
    """
    with suppress(Exception):
        for each in inherited:
            each.close()
        while (number := _take(tasks)) is not None:
            send.send((number, work(parts[number])))


def _enlarge(send: Connection) -> None:
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(send.fileno(), fcntl.F_SETPIPE_SZ, BUFFER)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
