"""``source: TestResults``: test results, counted from the test cases of JUnit XML reports.

Each ``<testcase>`` counts: it is bad if it has a ``<failure>`` or an ``<error>``, skipped if it has ``<skipped>``
or was not run, and passed otherwise. The counts that a suite states must agree with its test cases, or the report
is refused: a report that lost test cases, or states more failures than it shows, cannot be trusted.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from checker.model import Absence, ConnectionDeclaration, Exchange, Point, Question, Request, Series
from checker.read_xml import XmlRefused, read_xml
from checker.sources import Problem, query, result_file
from checker.sources.query import Given
from checker.sources.redact import redact
from checker.sources.result_file import Nonsense, count, malformed
from checker.sources.test_results.junit import COUNTS, LONGEST_NAME, MOST_NAMED, read_junit
from checker.units import COUNT, Unit, parse_unit

Measure = Literal["passRatio", "passed", "failed", "errors", "skipped", "total"]
OF_BAD = ("passRatio", "passed", "failed", "errors")
"""The measures that bad test cases make worse."""


class Query(query.Query):
    """A count of test cases, or the share that passed."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["file"]}, {"required": ["files"]}]})

    source: Literal["TestResults"] = Field(description="Reads JUnit XML reports.")
    file: Given[str] = Field(
        default=None, min_length=1, description="The report, below the working directory, such as junit.xml."
    )
    files: Given[tuple[str, ...]] = Field(
        default=None,
        min_length=1,
        description="Several reports, counted together; each by its name, without patterns.",
    )
    measure: Measure = Field(
        default="passRatio",
        description="passRatio: the share that passed of all that were not skipped; passed, skipped; "
        "failed: those with a failure; errors: those with an error; total: all test cases.",
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Query:
        if (self.file is None) == (self.files is None):
            raise ValueError("name either one report as file, or several as files")
        if not all(_files(self)):
            raise ValueError("a name among files is empty")
        return self


ConnectionDetails = result_file.FileConnectionDetails
WINDOWED = False
ACTIONS: Mapping[str, tuple[str, ...]] = {}

RATIO = parse_unit("ratio")
REMEDY = "let the test runner write the report again, to its end, and do not edit it"


def _files(asked: Query) -> tuple[str, ...]:
    """The reports of a query, without duplicates."""
    if asked.file is not None:
        return (asked.file,)
    names: dict[str, str] = {}
    for name in asked.files or ():
        names.setdefault(posixpath.normpath(name), name)
    return tuple(names.values())


def _names(asked: Query) -> str:
    return ", ".join(_files(asked))


def unit(asked: Query) -> Unit:
    """A ratio, or a number of test cases."""
    return RATIO if asked.measure == "passRatio" else COUNT


def lower_is_better(asked: Query) -> bool | None:
    """For passRatio, higher is better; for a number of test cases it is not known."""
    return False if asked.measure == "passRatio" else None


def check(asked: Query, window: int | None) -> Iterator[Problem]:
    """File names that cannot be below the working directory."""
    yield from result_file.outside("files" if asked.file is None else "file", _files(asked))


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
    """The counts of test cases: ``total``, ``passed``, ``skipped``, ``failed``, ``errors``, and ``bad`` (failed, in
    error, or both). ``flaky`` ones passed only when they were run again; ``extra`` are results that pytest states
    for subtests and teardowns; ``badNames`` are the names of the first bad ones; ``writtenAt`` is the report's time
    in epoch seconds, or None."""
    name, data = result_file.read_request(request, connection)
    try:
        found = read_junit(read_xml(data))
        found["badNames"] = [redact(each) for each in found["badNames"]]
        return result_file.recorded(data, found)
    except XmlRefused as refused:
        raise malformed(f"{name}:{refused}", refused.remedy) from refused
    except ValueError as error:
        raise malformed(f"{name}: {error}", REMEDY) from error


def read(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Series | Absence]:
    return result_file.read_each(questions, exchanges, _files, _read)


def describe(question: Question) -> str:
    asked: Any = question.query
    return f"{asked.measure} of the test cases in {_names(asked)}"


def resources(request: Request) -> tuple[str, ...]:
    """Nothing: a file needs no permission of AWS."""
    return ()


def priced(request: Request) -> tuple[tuple[str, int | None], ...]:
    """Nothing: reading a file is free."""
    return ()


def _read(question: Question, answers: Sequence[Mapping[str, Any]]) -> Series | Absence:
    asked: Any = question.query
    counts = sum((_counts(answer) for answer in answers), Counter[str]())
    ran = counts["total"] - counts["skipped"]
    for name, each in zip(_files(asked), map(_counts, answers), strict=True):
        if nothing := _nothing(asked, name, each):
            return nothing
    times = [result_file.moment(answer.get("writtenAt"), "writtenAt") for answer in answers]
    newest = None if None in times else min(time for time in times if time is not None)
    ratio = asked.measure == "passRatio"
    # A promise about skipped tests counts all test cases; any other counts those that ran.
    samples = counts["total"] if asked.measure in ("skipped", "total") else ran
    value = Fraction(counts["passed"], ran) if ratio else Fraction(counts[asked.measure])
    read = Series(
        points=(Point(question.at if newest is None else newest, value, samples),),
        combine="single",
        unit=RATIO if ratio else COUNT,
        newest=newest,
        samples=samples,
        counts_events=not ratio,
        notes=(*_names_of_bad(asked, answers, counts["bad"]), *_notes(asked, counts, newest)),
        to_be_dated="let the test runner state each report's time with its offset, as in 2026-01-31T12:00:00Z",
        to_have_more="check that the test runner found all tests, and ran them",
        to_mend="fix the test cases that did not pass" if counts["bad"] and asked.measure in OF_BAD else "",
    )
    unknown = counts["bad"] - counts["failed"]
    return _in_doubt(read, unknown) if asked.measure == "failed" and unknown else read


def _in_doubt(failed: Series, unknown: int) -> Series:
    """A number of failures beside test cases in error, which might have failed: a module that cannot be imported
    shows no failures."""
    (point,) = failed.points
    otherwise = failed._replace(
        points=(point._replace(value=point.value + unknown),),
        doubtful=(point._replace(value=Fraction(unknown)),),
        doubt=f"if the test cases in error ({unknown}), which did not run to their end, would have failed",
        to_mend="fix those in error; or measure passRatio, which counts them",
    )
    return failed._replace(otherwise=otherwise)


def _nothing(asked: Query, name: str, counts: Counter[str]) -> Absence | None:
    """Why one report measures nothing; None if it does. Other reports cannot make up for it: its tests did not run."""
    if counts["total"] == 0:
        return Absence("no-data", f"{name} holds no test cases", "check that the test runner found the tests")
    if counts["skipped"] < counts["total"] or asked.measure in ("skipped", "total"):
        return None
    reason = f"all {counts['total']} test cases of {name} were skipped"
    return Absence("no-data", reason, "run at least one of them")


def _names_of_bad(asked: Query, answers: Sequence[Mapping[str, Any]], bad: int) -> tuple[str, ...]:
    """A note with the first few bad test cases by name. Older recordings have no names."""
    found: list[str] = []
    for answer in answers:
        names = answer.get("badNames", [])
        if not isinstance(names, list | tuple) or not all(isinstance(each, str) for each in names):
            raise Nonsense("the names of its test cases are not text")
        found += names
    if len(found) > bad:
        raise Nonsense("it names more test cases than did not pass")
    if not found or asked.measure not in OF_BAD:
        return ()
    shown = [each[:LONGEST_NAME] for each in found[:MOST_NAMED]]
    more = f" and {bad - len(shown):,} more" if bad > len(shown) else ""
    return (f"did not pass: {', '.join(shown)}{more}",)


def _counts(answer: Mapping[str, Any]) -> Counter[str]:
    counts = Counter({name: count(answer.get(name), name) for name in COUNTS})
    added = counts["passed"] + counts["skipped"] + counts["bad"]
    most, both = max(counts["failed"], counts["errors"]), counts["failed"] + counts["errors"]
    if added != counts["total"] or not most <= counts["bad"] <= both or counts["flaky"] > counts["passed"]:
        raise Nonsense("its counts do not add up")
    return counts


def _notes(asked: Query, counts: Counter[str], newest: int | None) -> tuple[str, ...]:
    notes = []
    other = {"failed": "errors", "errors": "failed"}.get(asked.measure, "")
    if rest := counts["bad"] - counts[asked.measure] if other else 0:
        notes.append(f"{rest} more test cases did not pass; the measure {other} counts them")
    if counts["skipped"] > counts["total"] - counts["skipped"] and asked.measure not in ("skipped", "total"):
        notes.append(
            f"{counts['skipped']} of {counts['total']} test cases were skipped, and count neither way"
        )
    if counts["flaky"]:
        notes.append(f"{counts['flaky']} of the passed test cases failed at first and passed when run again")
    if counts["extra"]:
        notes.append(f"pytest states {counts['extra']} more results: subtests, and teardowns that failed")
    if newest is None:
        notes.append(f"the age of {_names(asked)} is not known: it states no time with an offset")
    return tuple(notes)
