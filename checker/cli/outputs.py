"""What a command writes: each format it was asked for, to standard output or to a file that is whole or absent."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from typing import Any

from checker.cli.options import Format
from checker.cli.terminal import use_color, width

Render = Callable[[str, str], str]
"""The text of a format, by its name and the path it goes to; '' is standard output."""


class NotWritten(Exception):
    """A file that could not be written, or not be removed; says which, and why."""

    remedy = "name a plain file, in a folder that is there and may be written to"


def formats_of(arguments: argparse.Namespace, usual: str) -> list[Format]:
    """What ``-f`` asked for, or the ``usual`` format on standard output."""
    return arguments.format or [Format(usual, "")]


def write(path: str, text: str) -> None:
    """Puts ``text`` into the file ``path`` at once. Raises NotWritten."""
    from checker import reports

    try:
        reports.write(path, text)
    except OSError as error:
        raise NotWritten(f"{error.filename}: it cannot be written ({error.strerror})") from error


def page(name: str, path: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """How a format is laid out: a table on standard output as the terminal is; all else is the same everywhere."""
    return {"color": use_color(arguments.color), "width": width()} if name == "table" and not path else {}


def tell(formats: Iterable[Format], render: Render) -> None:
    """Writes each format to its place. Raises NotWritten."""
    for name, path in formats:
        text = render(name, path)
        if path:
            write(path, text)
        else:
            sys.stdout.write(text)
