"""A real browser for tests: Chromium without a window, and what it made of a page.

python -m tests.browser FILE.png FOLDER     takes the picture of a shipped example's report
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from checker.cli import main

BROWSER = shutil.which("chromium") or shutil.which("google-chrome") or ""
MISSING = "" if BROWSER else "there is no chromium: apt-get install -y --no-install-recommends chromium"
"""Why there is no browser to test with; "" if there is one."""
NO_READER = (
    ""
    if shutil.which("pdftotext")
    else "there is no pdftotext: apt-get install -y --no-install-recommends poppler-utils"
)
"""Why nobody can read what the browser prints; "" if somebody can."""


class Opened(NamedTuple):
    """A page as the browser left it, and what it complained about (its console)."""

    page: str
    console: list[str]


def opened(file: Path, fragment: str = "") -> Opened:
    """The page after it was loaded, at the place that a link with ``fragment`` leads to."""
    page, log = _run(["--dump-dom", "--enable-logging=stderr", f"{file.as_uri()}{fragment}"])
    return Opened(page, re.findall(r"CONSOLE.*", log))


def printed(file: Path) -> str:
    """The text of the page on paper."""
    paper = file.with_suffix(".pdf")
    _run([f"--print-to-pdf={paper}", "--no-pdf-header-footer", file.as_uri()])
    done = subprocess.run(
        ["pdftotext", "-layout", str(paper), "-"], capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode()


def _run(arguments: Sequence[str]) -> tuple[str, str]:
    # A root user, as in a container, has no sandbox; the pages are the tests' own.
    with tempfile.TemporaryDirectory(prefix="checker-browser-", ignore_cleanup_errors=True) as profile:
        command = [
            BROWSER,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={profile}",
            *arguments,
        ]
        done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    return done.stdout.decode(), done.stderr.decode(errors="replace")


def picture(file: Path, folder: Path) -> None:
    """The top of the HTML report on the example in ``folder``."""
    with tempfile.TemporaryDirectory() as place:
        page = Path(place, "report.html")
        main(
            [
                "run",
                str(folder),
                "--replay",
                str(folder / "evidence.synthetic.jsonl"),
                "-f",
                f"html={page}",
                "-q",
            ]
        )
        _run(["--hide-scrollbars", "--window-size=1200,1000", f"--screenshot={file}", page.as_uri()])


if __name__ == "__main__":
    picture(*map(Path, sys.argv[1:]))
