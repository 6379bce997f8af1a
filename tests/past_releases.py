"""Write the reports of the shop's earlier releases anew: ``python -m tests.past_releases``.

They are SYNTHETIC, for the manual's page about backtesting. Each is what ``checker run`` says of that day's results
by the promises and rules of release 1.4.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROMISES = ROOT / "docs/examples/releases/1.4"
KEPT = ROOT / "docs/examples/past-reports"
DAYS = {"2025-11-28": (93, 740), "2025-12-19": (88, 760), "2026-01-30": (94, 850)}
"""By the day of the release: how many of 100 lines were covered, and how long a checkout took, in ms."""
REQUESTS = 1200


def write(folder: Path) -> None:
    """Write all of them into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for day, (covered, milliseconds) in DAYS.items():
        with tempfile.TemporaryDirectory() as work:
            shutil.copytree(PROMISES, work, dirs_exist_ok=True)
            (Path(work) / "coverage.json").write_text(_coverage(day, covered), encoding="utf-8")
            (Path(work) / "load-test.json").write_text(_load_test(day, milliseconds), encoding="utf-8")
            report = f"json={folder / day}.synthetic.json"
            command = [sys.executable, "-m", "tests.at_moment", f"{day}T12:00:00Z", "run", "-f", report]
            subprocess.run(command, cwd=work, env=_environment(), check=False)


def _coverage(day: str, covered: int) -> str:
    lines = {
        "executed_lines": [*range(1, covered + 1)],
        "missing_lines": [*range(covered + 1, 101)],
        "excluded_lines": [],
    }
    totals = {
        "covered_lines": covered,
        "num_statements": 100,
        "missing_lines": 100 - covered,
        "excluded_lines": 0,
    }
    meta = {"format": 3, "version": "7.6", "timestamp": f"{day}T10:00:00+00:00"}
    return json.dumps({"meta": meta, "files": {"shop.py": lines}, "totals": totals})


def _load_test(day: str, milliseconds: int) -> str:
    requests = {"name": "checkout", "durations": [milliseconds] * REQUESTS, "unit": "ms", "errors": 2}
    head = {"apiVersion": "checker/v1", "kind": "LoadTestResult"}
    times = {"startedAt": f"{day}T09:00:00Z", "endedAt": f"{day}T09:30:00Z"}
    return json.dumps({**head, **times, "requests": [requests]})


def _environment() -> dict[str, str]:
    paths = (str(ROOT), os.environ.get("PYTHONPATH", ""))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


if __name__ == "__main__":
    write(KEPT)
