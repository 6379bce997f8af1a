"""No file of a mebibyte takes the reader two seconds, 256 MiB, or its life."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .hostile import cases


def test_every_hostile_file_ends_in_time_in_little_memory_with_a_diagnosis() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.load.hostile"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    told = [line.split("\t") for line in run.stdout.splitlines()]
    reached = told[-1][0] if told else "nothing"
    assert run.returncode == 0, f"died after {reached!r}: {run.stderr}"
    assert [(name, outcome) for name, _, outcome in told] == [
        (name, expected) for name, _, expected in cases()
    ]
    assert [(name, seconds) for name, seconds, _ in told if float(seconds) > 2] == []
