"""Writes a command's output: each requested format, to standard output or to a file that is complete or absent."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from checker.cli.options import Format
from checker.cli.terminal import say, use_color, width
from checker.files import FileRefused

Render = Callable[[str, str], str]
"""Returns the text of a format, given its name and its path; '' is standard output."""


class NotWritten(Exception):
    """A file that could not be written although its path may be right: the disk is full or fails."""

    remedy = "make room for it, or write to another disk"


_NO_FAULT_OF_THE_PATH = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def not_written(path: str, what: str, error: OSError) -> FileRefused | NotWritten:
    """The exception for a file that is not written: FileRefused if the path is at fault, else NotWritten."""
    folder = os.path.dirname(path)
    if error.errno == errno.ENOENT and folder and not os.path.isdir(folder):
        return FileRefused(
            f"{path}: {what} (there is no folder {folder!r})", "make it first, or name another place"
        )
    fact = f"{path}: {what} ({error.strerror})"
    if error.errno in _NO_FAULT_OF_THE_PATH:
        return NotWritten(fact)
    return FileRefused(fact, "name a regular file in a folder that exists and is writable")


def formats_of(arguments: argparse.Namespace, usual: str) -> list[Format]:
    """The formats given by ``-f``, or the ``usual`` one on standard output."""
    return arguments.format or [Format(usual, "")]


def write(path: str, text: str) -> None:
    """Writes ``text`` to the file ``path`` atomically. Raises FileRefused, NotWritten."""
    from checker import reports

    try:
        reports.write(path, text)
    except OSError as error:
        raise not_written(path, "it cannot be written", error) from error


def page(name: str, path: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Layout arguments: a table on standard output depends on the terminal; all else is the same everywhere."""
    return {"color": use_color(arguments.color), "width": width()} if name == "table" and not path else {}


def tell(formats: Iterable[Format], render: Render) -> None:
    """Writes each format to its place, and flushes standard output.

    Raises FileRefused, NotWritten, and OSError if standard output cannot be written.
    """
    for name, path in formats:
        text = render(name, path)
        if path:
            write(path, text)
        else:
            sys.stdout.write(text)
    sys.stdout.flush()


def say_answer(answer: str, formats: Sequence[Format]) -> None:
    """Prints the answer and the paths of the reports to standard error, unless a format for people is printed to
    standard output."""
    from checker import reports

    if not any(name in reports.FOR_PEOPLE and not path for name, path in formats):
        say(answer, *(f"  {name}: {path}" for name, path in formats if path))
