"""Five checks of one release, from one ``checker run``, against a repaired script with the AWS CLI and jq.

The script runs the tests for its fifth check, as the original does. checker reads the report that they leave in any
pipeline; so a second comparison lets the script read it too.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from bench.pairs import Command, Goal, Outcome, Wrong, beside, checker, compare
from bench.serving import serving

FILES = Path(__file__).parent / "scripted"
AT = 1_769_861_130
"""2026-01-31T12:05:30Z."""
PAIRS = 5
TOLERANCE = 1e-9
CASES = (
    ("five scripted checks, live", "functions", Goal(True, 5)),
    ("the same, and neither runs the tests", "", None),
)
"""What is compared, the folder whose tests the script runs for its fifth check, and the goal."""
TRUTHS = {
    "query-execution-time": (3.5, 4.1),
    "pdf-export-time": (5.5, 6.5),
    "report-delivery-success": (98.1, 99.2),
    "custom-report-adoption": (57.2, 57.3),
    "test-coverage": (94.0, 94.0),
}
"""Between what the published data lets each value be; the two sides have to agree to nine digits."""


def run(directory: Path) -> Outcome:
    """Both sides ask the same stand-ins for the same five numbers."""
    for tool in ("bash", "jq"):
        if shutil.which(tool) is None:
            raise Wrong(f"{tool} is not installed, and the script needs it")
    demonstration = _counting_ends_the_original()
    shutil.copy(FILES / "criteria.yaml", directory)
    (directory / "coverage.json").write_text(json.dumps(_coverage()), encoding="utf-8")
    _write_functions(directory / "functions")
    with (
        serving("bench.securebase", ["simulated", str(AT)]) as simulated,
        serving("bench.securebase", ["tables", str(AT)]) as tables,
    ):
        environment = json.loads(simulated) | json.loads(tables)
        report = directory / "report.json"
        at = datetime.fromtimestamp(AT, UTC).isoformat()
        ours = checker(
            ["run", "criteria.yaml", "--at", at, "-f", f"json={report}"],
            directory=directory,
            environment=environment,
        )
        path = os.pathsep.join((str(beside("aws").parent), os.environ["PATH"]))
        environment |= {"PATH": path, "AT": str(AT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        results, notes = [], [demonstration]
        for what, tests, goal in CASES:
            peer = Command(
                "script with the AWS CLI",
                ["bash", str(FILES / "repaired.sh")],
                directory=directory,
                environment={**environment, "TESTS": tests},
            )
            notes.append(_assert_answers(ours, peer, report))
            results.append(compare(what, 5, ours, peer, PAIRS, goal))
    return Outcome(results, notes)


def _assert_answers(ours: Command, peer: Command, report: Path) -> str:
    ours.output()
    mine = {
        verdict["objective"]["name"].rpartition("/")[2]: verdict
        for verdict in json.loads(report.read_text(encoding="utf-8"))["verdicts"]
    }
    lines = [line for line in peer.output().splitlines() if line.startswith("{")]
    theirs = {each["name"]: each for each in map(json.loads, lines)}
    if not mine.keys() == theirs.keys() == TRUTHS.keys():
        raise Wrong(f"not the same checks: {sorted(mine)} and {sorted(theirs)}")
    shown = []
    for name, (low, high) in TRUTHS.items():
        value, other = _value(mine[name]), theirs[name].get("value")
        if mine[name]["outcome"] != "PASS" or theirs[name]["outcome"] != "PASS":
            raise Wrong(f"{name}: {mine[name]} and {theirs[name]}")
        if not (low <= value <= high and math.isclose(value, other, rel_tol=TOLERANCE)):
            raise Wrong(f"{name} is {value} and {other}; it lies between {low} and {high}")
        shown.append(f"{name} {value:.4g}")
    return f"Both sides agree and say PASS: {', '.join(shown)}."


def _value(verdict: dict[str, Any]) -> float:
    """The measured value in the unit that the script prints: seconds, or percent."""
    value = float(Fraction(verdict["value"]["exact"]))
    return value * 100 if verdict["unit"] == "ratio" else value


def _counting_ends_the_original() -> str:
    done = subprocess.run(
        ["bash", str(FILES / "counting.sh")], capture_output=True, text=True, check=False, timeout=60
    )
    if (done.returncode, done.stdout) != (1, "first check\n"):
        raise Wrong(f"counting under set -e was to end after the first check: {done}")
    return (
        "The original script cannot be timed: under set -e its ((passed++)) ends it after the first check, with 1 "
        "(asserted here with bash)."
    )


def _coverage() -> dict[str, Any]:
    """A report as ``coverage json`` writes it: 940 of 1,000 lines in four files."""
    files = {
        f"analytics/part_{number}.py": {
            "executed_lines": list(range(1, 236)),
            "missing_lines": list(range(236, 251)),
        }
        for number in range(4)
    }
    meta = {"format": 3, "version": "7.6.0", "timestamp": "2026-01-31T11:58:00", "branch_coverage": False}
    totals = {"covered_lines": 940, "num_statements": 1000, "missing_lines": 60, "percent_covered": 94.0}
    return {"meta": meta, "files": files, "totals": totals}


def _write_functions(folder: Path) -> None:
    """A module of 50 statements of which its one test runs 47: as little as there can be to test."""
    folder.mkdir()
    tested = "".join(f"    step = {number}\n" for number in range(45))
    untested = "".join(f"    step = {number}\n" for number in range(3))
    module = f"def tested():\n{tested}\n\ndef untested():\n{untested}"
    test = "from report_engine import tested\n\n\ndef test_it():\n    tested()\n"
    (folder / "report_engine.py").write_text(module, encoding="utf-8")
    (folder / "test_report_engine.py").write_text(test, encoding="utf-8")
