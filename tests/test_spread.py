"""Work spread over processes gives what it gives in one, whatever becomes of the others."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

import pytest

from checker import spread as spreading
from checker.spread import FEWEST, PART, spread

MANY = list(range(FEWEST * 3 + 7))


@pytest.fixture(autouse=True)
def four_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "_processors", lambda: 4)


def doubled(part: Sequence[int]) -> tuple[int, list[int]]:
    """Which process did it, and what came of it."""
    return os.getpid(), [2 * each for each in part]


class Meeting:
    """Where the process that waits for the results holds its own work back until another one has begun some.

    Without it, on a busy machine, all the work may be done before any other process is given a processor.
    """

    def __init__(self) -> None:
        self.here = os.getpid()
        self.begun, self.begin = os.pipe()

    def attend(self) -> None:
        if os.getpid() != self.here:
            os.write(self.begin, b"x")
        else:
            assert select.select([self.begun], [], [], 60)[0], "no other process has begun"

    def close(self) -> None:
        os.close(self.begun)
        os.close(self.begin)


@pytest.fixture(autouse=True)
def alone() -> None:
    """Only a process without other threads is forked: those that tests before these left are waited for."""
    deadline = time.monotonic() + 30
    while threading.active_count() > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() == 1, f"still running: {threading.enumerate()}"


@pytest.fixture
def meeting() -> Iterator[Meeting]:
    with closing(Meeting()) as held:
        yield held


def test_what_comes_out_is_in_order_and_not_all_done_here(meeting: Meeting) -> None:
    def work(part: Sequence[int]) -> tuple[int, list[int]]:
        meeting.attend()
        return doubled(part)

    results = list(spread(work, MANY))
    assert [each for _, part in results for each in part] == [2 * each for each in MANY]
    assert {process for process, _ in results} - {os.getpid()}
    assert all(len(part) == PART for _, part in results[:-1])


def test_little_is_done_here_and_nothing_gives_nothing() -> None:
    results = list(spread(doubled, MANY[: FEWEST - 1]))
    assert {process for process, _ in results} == {os.getpid()}
    assert [each for _, part in results for each in part] == [2 * each for each in MANY[: FEWEST - 1]]
    assert list(spread(doubled, [])) == []


def test_beside_other_threads_nothing_is_forked() -> None:
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        assert {process for process, _ in spread(doubled, MANY)} == {os.getpid()}
    finally:
        end.set()
        thread.join()


def test_what_killed_processes_had_in_hand_is_done_again(meeting: Meeting) -> None:
    def deadly(part: Sequence[int]) -> tuple[int, list[int]]:
        meeting.attend()
        if os.getpid() != meeting.here:
            os.kill(os.getpid(), signal.SIGKILL)
        return doubled(part)

    results = list(spread(deadly, MANY))
    assert {process for process, _ in results} == {os.getpid()}
    assert [each for _, part in results for each in part] == [2 * each for each in MANY]


def test_where_no_process_can_be_started_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    results = list(spread(doubled, MANY))
    assert {process for process, _ in results} == {os.getpid()}
    assert [each for _, part in results for each in part] == [2 * each for each in MANY]


def test_work_that_fails_elsewhere_fails_here() -> None:
    def failing(part: Sequence[int]) -> int:
        if MANY[-1] in part:
            raise LookupError("the last part")
        return len(part)

    with pytest.raises(LookupError, match="the last part"):
        list(spread(failing, MANY))


def test_who_stops_listening_leaves_no_process_behind() -> None:
    results = spread(doubled, MANY)
    next(results)
    results.close()  # type: ignore[attr-defined]
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


SCRIPT = """
import sys, time
from checker import spread as spreading
spreading._processors = lambda: 3
def slow(part):
    time.sleep(0.05)
    return "x" * 300_000  # more than a pipe takes
for number, result in enumerate(spreading.spread(slow, range(100_000))):
    if number == 3:
        print("under way", flush=True)
"""


@pytest.fixture
def under_way() -> Iterator[subprocess.Popen[str]]:
    """A process that has spread its work, in a group of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "under way\n"
    yield process
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def assert_all_gone(group: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("a process is left")


def test_an_interrupt_ends_all_processes_and_only_one_says_so(under_way: subprocess.Popen[str]) -> None:
    os.killpg(under_way.pid, signal.SIGINT)
    _, told = under_way.communicate(timeout=20)
    assert told.count("Traceback") == 1
    assert "KeyboardInterrupt" in told
    assert_all_gone(under_way.pid)


def test_when_the_one_that_waits_is_killed_the_others_end(under_way: subprocess.Popen[str]) -> None:
    under_way.kill()
    under_way.communicate(timeout=20)
    assert_all_gone(under_way.pid)
