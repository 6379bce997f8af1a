"""What is left of past runs: recorded evidence, and reports as JSON."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from checker import display
from checker import evidence as recording
from checker.files import FileRefused, read_file
from checker.model import Evidence, Exit, Outcome, Report
from checker.read_json import read_json

LIMIT = 1 << 28
"""The most bytes of one report."""


class Said(NamedTuple):
    """How one promise ended, and the numbers: ``value`` is exact text in ``unit``, "" where nothing was measured.

    ``told`` is all that a report recorded of it; of a verdict that was made anew it is empty.
    """

    outcome: Outcome
    gating: bool
    target: str
    value: str = ""
    shown: str = ""
    told: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run: its files, its moment, and what is left of it. ``exit`` and ``said`` are those of its report."""

    names: tuple[str, ...]
    at: int
    digest: str
    evidence: Evidence | None = None
    exit: Exit | None = None
    said: Mapping[str, Said] | None = None
    by_rules: bool = False
    """Whether rules spoke against the release."""


class Past(NamedTuple):
    """The runs that were found, and the files of folders that are left of none: the name, and the fact in words."""

    runs: list[PastRun]
    passed_over: list[tuple[str, str]]


class _NoPastRun(FileRefused):
    """A file that no run wrote, as far as can be seen."""


def past_runs(paths: Sequence[str]) -> Past:
    """The runs of which files are left at ``paths``; folders are looked through, but for those that begin with a dot.

    Evidence and the report that was made of it are one run: the report names the evidence's digest. In a folder there
    may be files of others. Raises FileRefused where one of them was named itself, for a recording or a report that is
    damaged, and where there is no run at all.
    """
    runs: dict[str, PastRun] = {}
    alone: list[PastRun] = []
    passed_over: list[tuple[str, str]] = []
    named = set(map(os.path.realpath, paths))
    for name in _files(paths):
        try:
            past = _read(name)
        except (_NoPastRun, recording.NoRecording) as refused:
            if os.path.realpath(name) in named:
                raise
            passed_over.append((name, refused.message))
            continue
        known = runs.get(past.digest)
        if not past.digest:
            alone.append(past)
        elif known is None:
            runs[past.digest] = past
        elif (known.evidence is None) == (past.evidence is None) and known.at != past.at:
            alone.append(past)
        else:
            runs[past.digest] = _together(known, past)
    if not runs and not alone:
        holds = (
            f"{', '.join(paths)}: none of {len(passed_over)} .jsonl and .json files records or reports a run"
        )
        raise FileRefused(f"{holds}, the first: {passed_over[0][1]}", _REMEDY)
    return Past([*runs.values(), *alone], passed_over)


def _together(one: PastRun, other: PastRun) -> PastRun:
    with_evidence, with_report = (one, other) if one.evidence is not None else (other, one)
    return replace(
        with_report,
        names=tuple(sorted({*one.names, *other.names})),
        evidence=with_evidence.evidence,
    )


def _files(paths: Sequence[str]) -> Iterator[str]:
    seen = set()
    for path in paths:
        found = [path]
        if os.path.isdir(path):
            found = sorted(
                os.path.join(folder, name)
                for folder, names in _walk(path)
                for name in names
                if name.endswith((".json", ".jsonl"))
            )
            if not found:
                raise FileRefused(
                    f"{path} holds no .jsonl or .json file", "name a folder with evidence or reports"
                )
        for name in found:
            if os.path.realpath(name) not in seen:
                seen.add(os.path.realpath(name))
                yield name


def _walk(path: str) -> Iterator[tuple[str, list[str]]]:
    for folder, below, names in os.walk(path):
        below[:] = [each for each in below if not each.startswith(".")]
        yield folder, names


_REMEDY = "name reports that 'checker run -f json=FILE' wrote, or evidence that --record wrote"


def _read(name: str) -> PastRun:
    """The run that a file is left of. Raises FileRefused, and _NoPastRun for what is neither evidence nor a report."""
    if name.endswith(".jsonl"):
        evidence = recording.replay(name)
        return PastRun((name,), evidence.at, recording.digest(evidence), evidence)
    content = read_file(name, limit=LIMIT)
    try:
        told = read_json(content)
    except ValueError as error:
        raise _NoPastRun(f"{name} is not read: {error}", _REMEDY) from None
    if not isinstance(told, dict) or not {"schemaVersion", "decision", "verdicts"} <= told.keys():
        raise _NoPastRun(f"{name} is not read: it is no report of checker", _REMEDY)
    try:
        return _report(name, told)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        what = (
            str(error)
            if isinstance(error, ValueError)
            else "it is a report of checker, but parts of it are missing"
        )
        raise FileRefused(f"{name} is not read: {what}", _REMEDY) from None


def _report(name: str, told: Any) -> PastRun:
    moment = datetime.fromisoformat(told["at"])
    if str(told["schemaVersion"]).partition(".")[0] != "1":
        raise ValueError(
            f"it is a report of the version {told['schemaVersion']!r}, and only version 1 can be read"
        )
    if moment.tzinfo is None:
        raise ValueError("the moment it was judged for has no offset")
    return PastRun(
        names=(name,),
        at=int(moment.timestamp()),
        digest=str(told["evidenceDigest"] or ""),
        exit=Exit(told["decision"]["exit"]),
        said={each["objective"]["name"]: _said(each) for each in told["verdicts"]},
        by_rules=any(
            each["level"] == "error" and each.get("origin", "files") != "files" for each in told["findings"]
        ),
    )


def _said(told: Mapping[str, Any]) -> Said:
    value, promise = told["value"] or {}, told["objective"]
    # A regression alone has no target.
    promised = promise["regression"] if promise["target"] is None else promise["target"]
    return Said(
        Outcome(told["outcome"]),
        bool(promise["gating"]),
        str(promised["text"]),
        str(value.get("exact", "")),
        str(value.get("text", "")),
        told,
    )


def said_by(report: Report) -> dict[str, Said]:
    """The same of a report that was just made."""
    return {verdict.objective.name: said for verdict, said in _verdicts(report)}


def _verdicts(report: Report) -> Iterable[tuple[Any, Said]]:
    for verdict in report.verdicts:
        objective, value = verdict.objective, verdict.value
        target = verdict.compared or objective.target
        shown = "" if value is None else display.measured(value, verdict.unit, target)
        exact = "" if value is None else display.exact(value)
        yield verdict, Said(verdict.outcome, objective.gating, objective.target.text, exact, shown)
