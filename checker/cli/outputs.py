"""What a command writes: each format it was asked for, to standard output or to a file that is whole or absent."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from checker.cli.options import Format
from checker.cli.terminal import use_color, width
from checker.files import FileRefused

Render = Callable[[str, str], str]
"""The text of a format, by its name and the path it goes to; '' is standard output."""


class NotWritten(Exception):
    """A file that could not be written, or not be removed; says which, and why."""


def formats_of(arguments: argparse.Namespace, usual: str) -> list[Format]:
    """What ``-f`` asked for, or the ``usual`` format on standard output."""
    return arguments.format or [Format(usual, "")]


def make_way(formats: Iterable[Format], *, read: Iterable[str | None], more: Sequence[str] = ()) -> None:
    """Removes what an earlier run left where ``formats`` and ``more`` files go, before anything is done: a command
    that dies leaves no answer of another day.

    ``read`` are the files that the command reads. Raises FileRefused where one of them would be lost, or where two
    outputs go to one file; NotWritten where something cannot be removed.
    """
    from checker import reports

    inputs = {os.path.realpath(path) for path in read if path}
    outputs = [*(path for _, path in formats if path), *more]
    places = [os.path.realpath(path) for path in outputs]
    try:
        reports.remove_stale(path for path, place in zip(outputs, places, strict=True) if place not in inputs)
    except OSError as error:
        message = f"{error.filename}: the old report cannot be removed ({error.strerror})"
        raise NotWritten(message) from error
    for number, (path, place) in enumerate(zip(outputs, places, strict=True)):
        if place in inputs:
            raise FileRefused(f"{path} would be written, and it is read here", "write to another file")
        if place in places[:number]:
            raise FileRefused(f"{path} would be written twice", "name a file for each")


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
