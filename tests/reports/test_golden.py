"""One report with every outcome, byte for byte. ``UPDATE_GOLDEN=1`` writes the files anew: read the diff."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker import __version__, reports

from .builders import whole

GOLDEN = Path(__file__).parent / "golden"
FILES = {
    "table": "report.txt",
    "json": "report.json",
    "junit": "report.xml",
    "sarif": "report.sarif",
    "github": "report.github.txt",
    "html": "report.html",
    "markdown": "report.md",
}


@pytest.mark.parametrize(("name", "file"), sorted(FILES.items()))
def test_golden(name: str, file: str) -> None:
    # The version is the one thing in it that changes with every release.
    rendered = reports.find(name).render(whole()).replace(__version__, "VERSION")
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / file).write_text(rendered, encoding="utf-8")
    assert rendered == (GOLDEN / file).read_text(encoding="utf-8")


PRINT_DIGESTS = """
import hashlib
from checker import reports
from reports.builders import whole
for name in reports.names():
    print(name, hashlib.sha256(reports.find(name).render(whole()).encode()).hexdigest())
"""


@pytest.mark.parametrize(
    "surroundings",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "4242", "TZ": "America/New_York", "LC_ALL": "C.UTF-8", "COLUMNS": "40"},
    ],
    ids=["Tokyo", "New York"],
)
def test_the_same_report_is_the_same_bytes_everywhere(surroundings: dict[str, str]) -> None:
    here = [
        f"{name} {hashlib.sha256(reports.find(name).render(whole()).encode()).hexdigest()}"
        for name in reports.names()
    ]
    there = subprocess.run(
        [sys.executable, "-c", PRINT_DIGESTS],
        env=os.environ | surroundings | {"PYTHONPATH": str(Path(__file__).parents[1])},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.split("\n")[:-1] == here
