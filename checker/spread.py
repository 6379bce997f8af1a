"""Work on many items by all processors: forked processes take parts of it, and the one that waits takes parts too.

A forked process has all that this one has, so only results are sent. What comes out is the same, in the same
order, as if the work had been done here; and so it is, where there is little of it or nothing to fork with.
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
"""Items; to start processes for fewer takes longer than it saves."""
PART = 100
"""Items that are taken at once."""
MOST_PARTS = 10_000
MOST_PROCESSES = 8
BUFFER = 1 << 20
"""Bytes of results that a process may be ahead of the one that waits, on a system that lets us choose."""


def spread(work: Callable[[Sequence[Item]], Result], items: Sequence[Item]) -> Iterator[Result]:
    """``work`` of one part of ``items`` after the other, in their order.

    ``work`` depends on its items alone and changes nothing; its results can be pickled.
    """
    size = max(PART, len(items) // MOST_PARTS + 1)
    parts = [items[start : start + size] for start in range(0, len(items), size)]
    others = min(_processors() - 1, MOST_PROCESSES)
    # A fork has none of the threads there are, but all of their locks.
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
            # Only where nothing is left to be taken is there a reason to wait.
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
    """A pipe that holds the numbers below ``count``; each is read by one process only."""
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
    """Forked processes that do what they take, and where their results come from."""
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
    """Holds SIGINT back: here until afterwards, and for good in a process that is forked meanwhile.

    Who interrupts a command interrupts all its processes; only the one that waits is to say so.
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
    """What a forked process does. A part on which the work fails is left to the one that waits, to fail there.

    Each end of a pipe is held by one process alone, so that the other notices when that one is gone.
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
