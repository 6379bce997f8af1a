"""Standard output and standard error: colour, width, progress, findings, failures."""

from __future__ import annotations

import argparse
import errno
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from checker.model import Exit, Finding

UNWRITABLE = (errno.EBADF, errno.EIO, errno.ENOSPC, errno.EFBIG)
"""Errors of a stream that is closed or has no space left."""


def open_streams() -> None:
    """Opens standard streams that are closed (``>&-``): otherwise the next file to be opened would get their
    number, and output would go into it. Writing to standard output then fails; text for standard error is lost."""
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    while (number := os.open(os.devnull, os.O_RDONLY)) < 2:
        pass
    if number > 2:
        os.close(number)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def say(*lines: str) -> None:
    """Writes lines to standard error, escaped because they may contain arbitrary names and arguments. If that
    fails, only the exit code is left to tell."""
    from checker.reports.clean import line

    with suppress(OSError):
        sys.stderr.write("".join(f"{line(each)}\n" for each in lines))


def failed(*lines: str) -> int:
    """Prints why there is no answer, and returns the exit code for errors."""
    say(f"checker: {lines[0]}", *lines[1:])
    return Exit.ERROR


def write_findings(findings: Sequence[Finding], arguments: argparse.Namespace) -> None:
    sys.stdout.write(findings_text(findings, color=use_color(arguments.color)))


def findings_text(findings: Sequence[Finding], *, color: bool, each_note: bool = False) -> str:
    from checker.reports.findings import all_lines

    return "".join(f"{each}\n" for each in all_lines(findings, color=color, each_note=each_note))


def width(path: str = "") -> int:
    """The text width for standard output, or for the file ``path``, which must not depend on the terminal."""
    if path:
        return 100
    import shutil

    return max(80, min(160, shutil.get_terminal_size((100, 24)).columns))


def use_color(choice: str) -> bool:
    """Whether to use colour. NO_COLOR and FORCE_COLOR are honoured (no-color.org, force-color.org), but a flag
    takes precedence."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def progress() -> Callable[[int, int], None]:
    """Shows a line on standard error with the number of answers so far; only on a terminal."""
    if not sys.stderr.isatty():
        return lambda done, total: None
    begun = time.monotonic()

    def show(done: int, total: int) -> None:
        if time.monotonic() - begun > 0.5:
            sys.stderr.write(
                f"\rasking: {done} of {total} answers\x1b[K" + ("\r\x1b[K" if done == total else "")
            )
            sys.stderr.flush()

    return show
