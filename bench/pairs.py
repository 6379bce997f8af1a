"""Two commands in turn, A B A B, and what their times say about each other."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

TIMEOUT = 600
"""Seconds after which a command is taken to hang."""


class Wrong(Exception):
    """A side did not do the job, so that its time would say nothing."""


@dataclass(frozen=True)
class Command:
    """A process to run: its arguments, where, and with which variables beside the present ones."""

    name: str
    arguments: Sequence[str]
    directory: Path = field(default_factory=Path.cwd)
    environment: Mapping[str, str] = field(default_factory=dict)
    exits: int = 0

    def seconds(self) -> float:
        """The wall seconds of one run. Raises Wrong when it ends with another code than ``exits``."""
        return self._checked(self.exits)[1]

    def output(self, exits: int | None = None) -> str:
        """What one run prints, on both streams. Raises Wrong when it ends with another code than it should."""
        return self._checked(self.exits if exits is None else exits)[0]

    def _checked(self, exits: int) -> tuple[str, float]:
        code, output, seconds = self._run()
        if code != exits:
            raise Wrong(f"{self.name} ended with {code}, not {exits}:\n{output[-2000:]}")
        return output, seconds

    def _run(self) -> tuple[int, str, float]:
        # Into a file: a pipe would make the time depend on how fast this process reads.
        with tempfile.TemporaryFile() as out:
            begun = time.perf_counter()
            process = subprocess.Popen(
                self.arguments,
                cwd=self.directory,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
            # A timer, because a wait with a timeout looks only now and then, up to 50 ms apart.
            hanging = threading.Timer(TIMEOUT, process.kill)
            hanging.start()
            code = process.wait()
            seconds = time.perf_counter() - begun
            hanging.cancel()
            out.seek(0)
            return code, out.read().decode(errors="replace"), seconds


@dataclass(frozen=True)
class Goal:
    """What the median ratio has to be: ``at most`` or ``at least`` so many times."""

    faster: bool
    """True: the peer's time over ours, at least ``times``. False: ours over the peer's, at most ``times``."""
    times: float

    def met(self, ratio: float) -> bool:
        return ratio >= self.times if self.faster else ratio <= self.times

    def __str__(self) -> str:
        return f"at least {self.times:g}" if self.faster else f"at most {self.times:g}"


@dataclass(frozen=True)
class Result:
    """The times of both sides, pair by pair, and the goal for their ratio."""

    what: str
    n: int
    peer_name: str
    goal: Goal | None
    ours: Sequence[float]
    peer: Sequence[float]

    @property
    def ratios(self) -> list[float]:
        """One ratio a pair, in the sense of the goal."""
        pairs = zip(self.ours, self.peer, strict=True)
        if self.goal is not None and self.goal.faster:
            return [peer / ours for ours, peer in pairs]
        return [ours / peer for ours, peer in pairs]

    @property
    def met(self) -> bool:
        """Whether the median of the ratios meets the goal; a comparison without one always does."""
        return self.goal is None or self.goal.met(median(self.ratios))


@dataclass(frozen=True)
class Outcome:
    """What a benchmark found: its comparisons, and what a reader has to know beside them."""

    results: Sequence[Result]
    notes: Sequence[str] = ()


def checker(arguments: Sequence[str], **options: Any) -> Command:
    """The installed ``checker`` command, the one beside this interpreter."""
    return Command("checker", [str(beside("checker")), *arguments], **options)


def beside(name: str) -> Path:
    """A command of this interpreter's environment. Raises Wrong when it is not installed."""
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        raise Wrong(f"{name} is not installed beside {sys.executable}: pip install -e '.[dev,bench]'")
    return path


def compare(what: str, n: int, ours: Command, peer: Command, pairs: int, goal: Goal | None) -> Result:
    """Runs both in turn, ``pairs`` times. Whoever asserted the answers has warmed the caches of both."""
    times = [(ours.seconds(), peer.seconds()) for _ in range(pairs)]
    return Result(what, n, peer.name, goal, [a for a, _ in times], [b for _, b in times])
