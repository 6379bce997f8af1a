"""``source: Coverage``: test coverage, counted from the lines of a Cobertura XML or coverage.py JSON report.

A rate that a report states is never used to its advantage: for a project without a line, coverage.py states a line
rate of 1. Lines and branches are counted one by one, and a report without lines is no data, not 100 %. If a report
states a lower coverage than its lines have, it has lost some of its lines, and the stated counts are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

from pydantic import Field

from checker.model import Absence, ConnectionDeclaration, Exchange, Point, Question, Request, Series
from checker.read_json import read_json
from checker.read_xml import XmlRefused, read_xml
from checker.sources import Problem, query, result_file
from checker.sources.coverage.cobertura import read_cobertura
from checker.sources.coverage.coverage_json import read_coverage_json
from checker.sources.query import Given
from checker.sources.result_file import Nonsense, count, malformed
from checker.units import Unit, parse_unit


class Query(query.Query):
    """The share of a project's lines, or branches, that its tests ran."""

    source: Literal["Coverage"] = Field(
        description="Reads a coverage report: Cobertura XML or coverage.py JSON."
    )
    file: str = Field(
        min_length=1, description="The report, below the working directory, such as coverage.xml."
    )
    measure: Literal["lines", "branches"] = Field(
        default="lines", description="What is counted: lines (also called statements), or branches."
    )
    path: Given[str] = Field(
        default=None,
        min_length=1,
        description="Only files at or below this path, as the report writes it, such as checker/judge.",
    )


ConnectionDetails = result_file.FileConnectionDetails
WINDOWED = False
ACTIONS: Mapping[str, tuple[str, ...]] = {}

RATIO = parse_unit("ratio")
REMEDY = "let the coverage tool write the report again, as Cobertura XML or with 'coverage json'"

TO_BE_DATED = (
    "write the report as Cobertura XML with its time: 'coverage xml' does, 'coverage json' states no offset"
)


def _files(asked: Query) -> tuple[str, ...]:
    return (asked.file,)


def unit(asked: Query) -> Unit:
    """Coverage is a ratio."""
    return RATIO


def lower_is_better(asked: Query) -> bool:
    """False: higher coverage is better."""
    return False


def check(asked: Query, window: int | None) -> Iterator[Problem]:
    """File names that cannot be below the working directory."""
    yield from result_file.outside("file", _files(asked))


def files(question: Question) -> list[str]:
    asked: Any = question.query
    return result_file.places(question, _files(asked))


def requests(questions: Sequence[Question]) -> list[Request]:
    return result_file.requests_for(questions, _files)


def follow_ups(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Request]:
    return []


def connect(declaration: ConnectionDeclaration, deadline: float) -> result_file.Directory:
    return result_file.connect(declaration, deadline)


def send(request: Request, connection: result_file.Directory) -> Mapping[str, Any]:
    """The counts: ``files`` holds [path, lines covered, lines, branches covered, branches] for each file.

    ``uncounted`` is the number of lines whose branches the report does not count, ``stated`` is the report's own
    [lines covered, lines] if it has them, and ``writtenAt`` its time in epoch seconds, or None.
    """
    name, data = result_file.read_request(request, connection)
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    try:
        if start == b"{":
            return result_file.recorded(data, read_coverage_json(read_json(data)))
        return result_file.recorded(data, read_cobertura(read_xml(data)))
    except XmlRefused as refused:
        raise malformed(f"{name}:{refused}", refused.remedy) from refused
    except ValueError as error:
        raise malformed(f"{name}: {error}", REMEDY) from error


def read(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Series | Absence]:
    return result_file.read_each(questions, exchanges, _files, _read)


def describe(question: Question) -> str:
    asked: Any = question.query
    return f"{asked.measure} covered in {asked.file}" + (f", below {asked.path}" if asked.path else "")


def resources(request: Request) -> tuple[str, ...]:
    """Nothing: a file needs no permission of AWS."""
    return ()


def priced(request: Request) -> tuple[tuple[str, int | None], ...]:
    """Nothing: reading a file is free."""
    return ()


def _read(question: Question, answers: Sequence[Mapping[str, Any]]) -> Series | Absence:
    asked: Any = question.query
    (answer,) = answers
    below = "" if asked.path is None else asked.path.replace("\\", "/").rstrip("/")
    named = list(_rows(answer.get("files")))
    rows = [row for row in named if not below or f"{row[0]}/".startswith(f"{below}/")]
    lines = sum(row[1] for row in rows), sum(row[2] for row in rows)
    branches = sum(row[3] for row in rows), sum(row[4] for row in rows)
    covered, valid = lines if asked.measure == "lines" else branches
    if asked.measure == "branches" and count(answer.get("uncounted"), "uncounted"):
        return Absence("failed", f"{asked.file} has lines whose branches it does not count", REMEDY)
    if valid == 0:
        where = f" below {asked.path}" if below else ""
        return Absence("no-data", f"{asked.file} has no {asked.measure}{where}", _mend(asked, lines[1]))
    newest = result_file.moment(answer.get("writtenAt"), "writtenAt")
    whole = sum(row[1] for row in named), sum(row[2] for row in named)
    stated = _stated(answer.get("stated"), whole)
    notes: tuple[str, ...] = ()
    if stated is not None:
        worse, of_lines = _worse(stated, whole), asked.measure == "lines" and not below
        notes = (_disagreement(stated, whole, worse, taken=of_lines),)
        covered, valid = stated if worse and of_lines else (covered, valid)
    if newest is None:
        notes = (*notes, f"the age of {asked.file} is not known: it states no time with an offset")
    point = Point(question.at if newest is None else newest, Fraction(covered, valid), valid)
    return Series(
        (point,),
        "single",
        RATIO,
        newest=newest,
        samples=valid,
        notes=notes,
        to_have_more="check that the coverage tool was told which sources to measure",
        to_be_dated=TO_BE_DATED,
    )


def _rows(files: Any) -> Iterable[tuple[str, int, int, int, int]]:
    if not isinstance(files, list | tuple):
        raise Nonsense("it has no list of files")
    for file in files:
        if not isinstance(file, list | tuple) or len(file) != 5 or not isinstance(file[0], str):
            raise Nonsense("a file is not a path and four counts")
        ran, lines, taken, branches = (count(each, file[0]) for each in file[1:])
        if ran > lines or taken > branches:
            raise Nonsense(f"{file[0]} has more covered than there is")
        yield file[0], ran, lines, taken, branches


def _mend(asked: Query, lines: int) -> str:
    if asked.measure == "branches" and lines:
        return "measure branches: for coverage.py, run it with --branch"
    if asked.path:
        return "write the path as the report does, and check that the tests measure it"
    return "check that the tests ran, and that the coverage tool was told which sources to measure"


def _stated(stated: Any, lines: tuple[int, int]) -> tuple[int, int] | None:
    """(lines covered, lines) as the report states them; None if it states none, or the same as its lines have."""
    if stated is None:
        return None
    if not isinstance(stated, list | tuple) or len(stated) != 2:
        raise Nonsense("what the report states is not two counts")
    covered, valid = (count(each, "a stated count") for each in stated)
    return None if (covered, valid) == lines else (covered, valid)


def _worse(stated: tuple[int, int], lines: tuple[int, int]) -> bool:
    """Whether the stated share is lower than the counted one. Impossible counts and placeholders are ignored."""
    return 0 < stated[1] >= stated[0] and stated[0] * lines[1] < lines[0] * stated[1]


def _disagreement(stated: tuple[int, int], lines: tuple[int, int], worse: bool, *, taken: bool) -> str:
    """The difference between the stated and the counted lines; ``taken`` says that the worse of the two is judged."""
    text = f"the report states {stated[0]} of {stated[1]} lines; counted were {lines[0]} of {lines[1]}"
    if not worse:
        return text
    what = "so the stated counts were used" if taken else "and what is judged may lack some as well"
    return f"{text}: it seems to lack lines, {what}"
