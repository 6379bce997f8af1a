"""Removes old outputs before a command runs, and makes sure that no output replaces an input.

After a crash, yesterday's report would otherwise be mistaken for today's.
"""

from __future__ import annotations

import argparse
import errno
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from checker.cli.options import PATHS, Format, policy_paths
from checker.cli.outputs import NotWritten, not_written
from checker.files import SUFFIXES, FileRefused
from checker.model import Catalog, Objective

Loaded = Callable[..., None]
"""To be called with every catalog that a command has loaded, once, before it asks or writes anything. Raises
FileRefused, NotWritten."""

REMEDY = "write to another file"


class Inputs(NamedTuple):
    """The files and folders that a command reads: ``promises``, ``past`` runs, and ``more``, such as rules."""

    promises: Sequence[str]
    more: Sequence[str | None] = ()
    past: Sequence[str] = ()


@contextmanager
def make_way(formats: Sequence[Format], inputs: Inputs, *more: str | None) -> Iterator[Loaded]:
    """Wraps a command that writes ``formats`` and ``more`` files, and removes the old files at their paths.

    Which files the promises read is known only once they are loaded. The command then calls the yielded function,
    which raises FileRefused for an output that would replace an input, and removes the other old files before
    anything is asked. If the command fails before that call, they are removed on the way out.
    """
    outputs = [path for path in (*(path for _, path in formats), *more) if path]
    was_called = False

    def loaded(*catalogs: Catalog) -> None:
        nonlocal was_called
        was_called = True
        _clear(outputs, inputs, catalogs)

    try:
        yield loaded
    finally:
        if not was_called:
            with suppress(FileRefused, NotWritten):
                _clear(outputs, inputs, ())


def clear_refused(arguments: argparse.Namespace) -> None:
    """Removes old outputs for a command line that was parsed but is refused."""
    given = vars(arguments)
    promises = [*(given.get("paths") or given.get("path") or PATHS), given.get("base"), given.get("head")]
    more = given.get("replay"), *policy_paths(arguments)
    inputs = Inputs([each for each in promises if each], more, given.get("past") or ())
    with make_way(given.get("format", ()), inputs, given.get("record")):
        pass


def clear_misread(words: Sequence[str]) -> None:
    """Removes old outputs for a command line that cannot be parsed, judging by its words alone.

    Outputs are the values of ``--record``, and of ``-f`` with a known format. Every other word counts as the name
    of an input.
    """
    outputs: list[Format] = []
    others = list(PATHS)
    option = ""
    for word in words:
        begun = _OUTPUT.match(word)
        option, value = (begun["short"] or begun["long"], begun["value"]) if begun else (option, word)
        if not value:
            continue
        name, _, path = value.partition("=")
        if option == "--record":
            outputs.append(Format(option, value))
        elif option and path and name in _known_formats():
            outputs.append(Format(name, path))
        else:
            others += [each for each in (word, word.partition("=")[2]) if each]
        option = ""
    with make_way(outputs, Inputs(others, policy_paths(argparse.Namespace()), others)):
        pass


_OUTPUT = re.compile(r"(?:-q*(?P<short>f)=?|(?P<long>--format|--record)(?:=|$))(?P<value>.*)", re.DOTALL)
"""An option that names an output, with its value if that is in the same word."""


def _known_formats() -> set[str]:
    from checker import reports

    return {*reports.names(), "text"}


def _clear(outputs: Sequence[str], inputs: Inputs, catalogs: Sequence[Catalog]) -> None:
    from checker import reports

    refusals = refused(outputs, inputs, catalogs)
    try:
        reports.remove_stale(path for path in outputs if path not in refusals)
    except OSError as error:
        raise not_written(error.filename, "the old report cannot be removed", error) from error
    for refusal in refusals.values():
        raise refusal
    for path in outputs:
        if reason := _unwritable(os.path.dirname(path) or "."):
            raise not_written(path, "it cannot be written", reason)
    places = [os.path.realpath(path) for path in outputs]
    for number, path in enumerate(outputs):
        if places[number] in places[:number]:
            raise FileRefused(f"{path} would be written twice", "name a file for each")


def _unwritable(folder: str) -> OSError | None:
    """Why no file can be put into a folder, as far as that can be known beforehand; None if nothing is known to
    prevent it."""
    try:
        if not stat.S_ISDIR(os.stat(folder).st_mode):
            return OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except OSError as error:
        return error
    if os.access(folder, os.W_OK | os.X_OK):
        return None
    return OSError(errno.EACCES, os.strerror(errno.EACCES))


def refused(outputs: Sequence[str], inputs: Inputs, catalogs: Sequence[Catalog]) -> dict[str, FileRefused]:
    """The ``outputs`` that would replace an input, with the reason.

    What invalid files read is not known. So if there are any, or if nothing could be loaded, an existing file
    counts as an input if its name appears anywhere in their text.
    """
    if not outputs:
        return {}
    from checker.named_files import mentioned, named_files

    found: dict[str, FileRefused] = {}
    named: dict[str, Objective] = {}
    for file, objective in (each for catalog in catalogs for each in named_files(catalog)):
        named.setdefault(file, objective)
    documents = [document for catalog in catalogs for document in catalog.documents]
    known = bool(catalogs) and all(catalog.valid for catalog in catalogs)
    for path in outputs:
        if reason := told_to_read(path, inputs) or _named_by_a_promise(path, named):
            found[path] = FileRefused(reason, REMEDY)
        elif not known and os.path.lexists(path) and (by := mentioned(path, inputs.promises, documents)):
            reason = (
                f"{by} mentions {path}, which would be written; while files are invalid, "
                "checker cannot tell whether they read it"
            )
            found[path] = FileRefused(reason, f"{REMEDY}; 'checker validate' says what is wrong")
    return found


def _named_by_a_promise(path: str, named: Mapping[str, Objective]) -> str:
    """Why a file is an input of the promises; "" if it is not. A new file in a folder of baselines is no input yet."""
    there = os.path.lexists(path)
    for file, objective in named.items():
        if _same(path, file) or (there and _lies_in(path, file)):
            return f"{objective.location}: {objective.name} reads {file}, and {path} would be written"
    return ""


def told_to_read(path: str, inputs: Inputs) -> str:
    """Why a file is an input according to the command line alone; "" if it is not."""
    walked = ((each, _is_walked) for each in (*inputs.promises, *inputs.more))
    for each, is_among in (*walked, *((each, _is_past) for each in inputs.past)):
        if not each or each == "-":
            continue
        if _same(path, each):
            return f"{path} would be written, but this command reads it"
        if _lies_in(path, each) and is_among(path, each):
            return f"{path} would be written into {each}, which this command reads"
    return ""


def _same(one: str, other: str) -> bool:
    """Whether two paths are the same file, even if it does not exist yet."""
    with suppress(ValueError):  # a character that no path can hold
        with suppress(OSError):
            return os.path.samefile(one, other)
        return os.path.realpath(one) == os.path.realpath(other)
    return False


def _lies_in(path: str, folder: str) -> bool:
    return os.path.isdir(folder) and os.path.realpath(path).startswith(
        os.path.join(os.path.realpath(folder), "")
    )


def _is_walked(path: str, folder: str) -> bool:
    """Whether a file below a folder is read as promises or rules (see ``checker.files``)."""
    parts = os.path.relpath(os.path.realpath(path), os.path.realpath(folder)).split(os.sep)
    return path.lower().endswith(SUFFIXES) and not any(part.startswith(".") for part in parts)


def _is_past(path: str, folder: str) -> bool:
    """Whether a file below a folder is read as a past run (see ``checker.backtest.past``)."""
    return path.endswith((".json", ".jsonl"))
