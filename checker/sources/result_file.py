"""What sources that read result files share: requesting a file, reading it once, and finding its answer again.

A result file is untrusted data below the working directory. It is read once, and the bytes that are parsed are
those whose digest is recorded. Counts are recorded, so that evidence answers the same questions later without the
file. Evidence may have been edited, so whatever is read back is checked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import Field

from checker.files import FileRefused, read_file
from checker.model import Absence, ConnectionDeclaration, Exchange, Failure, Question, Request, Series
from checker.sources import Problem, SourceFailure
from checker.sources.query import ConnectionDetails, Given
from checker.units import told_duration

LIMIT = 32 * 1024 * 1024
"""The largest result file that is read, in bytes."""

OPERATION = "ReadFile"

CLOCK_SKEW = 60
"""Seconds by which a report may be newer than the moment that is judged."""


class FileConnectionDetails(ConnectionDetails):
    """The ``connectionDetails`` of a DataSource for files."""

    directory: Given[str] = Field(
        default=None,
        min_length=1,
        description="The directory, below the working directory, that file names are relative to. "
        "By default the working directory.",
    )


class Directory(NamedTuple):
    """Where files are read: ``below`` is a path inside ``root``, which must not be left."""

    root: Path
    below: str = ""
    connected: tuple[tuple[str, str], ...] = ()


def connect(declaration: ConnectionDeclaration, deadline: float) -> Directory:
    """The working directory, or the declared directory below it. Opens nothing."""
    return Directory(Path.cwd(), dict(declaration.details).get("directory") or "")


def outside(key: str, files: Sequence[str]) -> Iterator[Problem]:
    """Problems for file names that cannot be below the working directory, whatever exists there."""
    for file in files:
        if (
            file.startswith(("/", "~"))
            or re.match("[A-Za-z]:", file)
            or "\\" in file
            or ".." in file.split("/")
        ):
            message = f"{file} is not a path below the working directory"
            yield Problem(key, message, "write it as in build/report.xml")


def places(question: Question, files: Sequence[str]) -> list[str]:
    """The files of a question, relative to the working directory."""
    below = dict(question.connection.details).get("directory")
    return [f"{below}/{file}" if below and not file.startswith("/") else file for file in files]


def request_for(question: Question, file: str) -> Request:
    """The request for one file of a question."""
    return Request(question.query.source, question.connection, OPERATION, {"file": file})


def requests_for(questions: Sequence[Question], files: Callable[[Any], Sequence[str]]) -> list[Request]:
    """One request for each distinct file, in the order of the questions; ``files`` returns the files of a query."""
    found: dict[tuple[str, ConnectionDeclaration, str], Request] = {}
    for question in questions:
        for file in files(question.query):
            found.setdefault((question.query.source, question.connection, file), request_for(question, file))
    return list(found.values())


def malformed(message: str, remedy: str) -> SourceFailure:
    """The failure of a file that was read but has invalid content."""
    return SourceFailure(Failure("malformed", message, remedy))


def read_request(request: Request, directory: Directory) -> tuple[str, bytes]:
    """The path and the bytes of a request's file. Raises SourceFailure with the reader's message."""
    file = str(request.parameters["file"])
    name = f"{directory.below}/{file}" if directory.below and not file.startswith("/") else file
    try:
        return name, read_file(name, limit=LIMIT, root=directory.root)
    except FileRefused as refused:
        missing = isinstance(refused.__cause__, FileNotFoundError | NotADirectoryError)
        pattern = missing and any(mark in file for mark in "*?[")
        remedy = "name each file: patterns are not expanded" if pattern else refused.remedy
        failure = Failure("missing" if missing else "refused", refused.message, remedy)
        raise SourceFailure(failure) from refused


def recorded(data: bytes, found: Mapping[str, Any]) -> dict[str, Any]:
    """The response that is recorded for a file: its digest, its size, and the facts found in it."""
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), **found}


def epoch(text: Any) -> int | None:
    """An ISO 8601 time with an offset as whole epoch seconds; None if there is no offset, or no time."""
    try:
        moment = datetime.fromisoformat(text)
        return None if moment.tzinfo is None else int(moment.timestamp() // 1)
    except (TypeError, ValueError, OverflowError):
        return None


class Nonsense(ValueError):
    """Evidence that cannot be what was recorded."""


def count(value: Any, what: str) -> int:
    """A recorded number of things. Raises Nonsense unless it is a whole number of at least 0."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Nonsense(f"{what} is {value!r}, not a whole number of 0 or more")
    return value


_QUANTITY = re.compile(r"[0-9]{1,60}(?:\.[0-9]{1,60})?")


def quantity(value: Any, what: str) -> Fraction:
    """A recorded quantity, as decimal text. Raises Nonsense unless it is a decimal number of at least 0."""
    if not isinstance(value, str) or _QUANTITY.fullmatch(value) is None:
        raise Nonsense(f"{what} is {value!r}, not a decimal number of 0 or more")
    return Fraction(Decimal(value))  # twice as fast as from the text itself


def moment(value: Any, what: str) -> int | None:
    """A recorded time in epoch seconds, or None if the file had none. Raises Nonsense for anything else."""
    return None if value is None else count(value, what)


Reading = Callable[[Question, Sequence[Mapping[str, Any]]], Series | Absence]
"""Reads one question from the recorded answers of its files; may raise Nonsense."""


def read_each(
    questions: Sequence[Question],
    exchanges: Sequence[Exchange],
    files: Callable[[Any], Sequence[str]],
    reading: Reading,
) -> list[Series | Absence]:
    """One reading for each question, made by ``reading`` from the recorded answers of its files.

    An Absence if a file has no answer or a failed one, if the evidence is invalid, or if a report is newer than the
    moment that is judged.
    """
    return [_read_one(question, exchanges, files(question.query), reading) for question in questions]


def _read_one(
    question: Question, exchanges: Sequence[Exchange], files: Sequence[str], reading: Reading
) -> Series | Absence:
    answers = []
    for file in files:
        answer = _answer(request_for(question, file), file, exchanges)
        if isinstance(answer, Absence):
            return answer
        answers.append(answer)
    try:
        found = reading(question, answers)
    except Nonsense as nonsense:
        return Absence(
            "failed",
            f"the evidence of {', '.join(files)} cannot be what was recorded: {nonsense}",
            "record the evidence again; do not edit it",
        )
    if isinstance(found, Series) and found.newest is not None and found.newest > question.at + CLOCK_SKEW:
        ahead = found.newest - question.at
        return Absence(
            "failed",
            f"{', '.join(files)} says it was written {told_duration(ahead)} after the moment it is judged at",
            "correct the clocks, or judge at a moment after the report was written",
        )
    return found


def _answer(request: Request, file: str, exchanges: Sequence[Exchange]) -> Mapping[str, Any] | Absence:
    found = [exchange for exchange in exchanges if exchange.request == request]
    if not found:
        return Absence("not-recorded", f"the evidence does not hold {file}", "record the evidence again")
    first = found[0]
    if any(
        (exchange.response, exchange.failure) != (first.response, first.failure) for exchange in found[1:]
    ):
        return Absence(
            "failed", f"the evidence holds different answers for {file}", "record the evidence again"
        )
    if first.failure is not None:
        return Absence("failed", first.failure.message, first.failure.remedy)
    if not isinstance(first.response, Mapping):
        return Absence("failed", f"the evidence of {file} is not an object", "record the evidence again")
    return first.response
