"""Reads what is left of past runs: recorded evidence, and JSON reports."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from checker import display
from checker import evidence as recording
from checker.files import FileRefused, read_file
from checker.model import Evidence, Exit, Outcome, Report
from checker.read_json import read_json

LIMIT = 1 << 28
"""The maximum size of a report, in bytes."""


class Said(NamedTuple):
    """The outcome of one promise with its numbers: ``value`` is the exact value as text, in ``unit``; "" if nothing
    was measured.

    ``told`` is the verdict's whole entry in the report; it is empty for a verdict that was just made.
    """

    outcome: Outcome
    gating: bool
    target: str
    value: str = ""
    shown: str = ""
    told: Mapping[str, Any] = {}


class PastRun(NamedTuple):
    """One run: its files, its time, and what is left of it. ``exit`` and ``said`` are from its report."""

    names: tuple[str, ...]
    at: int
    digest: str
    evidence: Evidence | None = None
    exit: Exit | None = None
    said: Mapping[str, Said] | None = None
    by_rules: bool = False
    """Whether a rule counted against the release."""
    selected: tuple[str, ...] = ()
    """The patterns of ``--select`` that the report says it was limited to; without a report, nothing is known."""
    fail_on_warn: bool = False
    """Whether the report says that a warning counted as a failure."""

    @property
    def decided(self) -> object:
        """What its report decided, and how; None without a report."""
        if self.said is None:
            return None
        outcomes = {name: said.outcome for name, said in self.said.items()}
        return self.exit, self.selected, self.fail_on_warn, outcomes


class Past(NamedTuple):
    """The runs that were found, and the files in folders that belong to no run, each as (name, reason)."""

    runs: list[PastRun]
    passed_over: list[tuple[str, str]]


class _NoPastRun(FileRefused):
    """A file that appears not to come from any run."""


def past_runs(paths: Sequence[str]) -> Past:
    """The runs that the files at ``paths`` belong to; folders are searched, except those whose name begins with a dot.

    Evidence and the report made from it are one run: the report names the evidence's digest, and is about the same
    moment. A folder may contain other files too. Raises FileRefused if such a file was named itself, for a damaged
    recording or report, and if there is no run at all.
    """
    runs: dict[tuple[str, int], PastRun] = {}
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
        key = past.digest, past.at
        known = runs.get(key, past)
        if not past.digest or (known.decided and past.decided and known.decided != past.decided):
            # A replay may have decided otherwise than the run: it stands by itself.
            alone.append(past)
        else:
            runs[key] = _together(known, past)
    if not runs and not alone:
        holds = (
            f"{', '.join(paths)}: none of {len(passed_over)} .jsonl and .json files records or reports a run"
        )
        raise FileRefused(f"{holds}, the first: {passed_over[0][1]}", _REMEDY)
    return Past([*runs.values(), *alone], passed_over)


def _together(one: PastRun, other: PastRun) -> PastRun:
    with_report = one if one.said is not None else other
    return with_report._replace(
        names=tuple(sorted({*one.names, *other.names})),
        evidence=one.evidence or other.evidence,
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
    """The run that a file belongs to. Raises FileRefused, and _NoPastRun if the file is neither evidence nor a
    report."""
    if name.endswith(".jsonl"):
        evidence = recording.replay(name)
        return PastRun((name,), evidence.at, recording.digest(evidence), evidence)
    content = read_file(name, limit=LIMIT)
    try:
        report = read_json(content)
    except ValueError as error:
        raise _NoPastRun(f"{name} is not read: {error}", _REMEDY) from None
    if not isinstance(report, dict) or not {"schemaVersion", "decision", "verdicts"} <= report.keys():
        raise _NoPastRun(f"{name} is not read: it is not a report of checker", _REMEDY)
    try:
        return _report(name, report)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        what = (
            str(error)
            if isinstance(error, ValueError)
            else "it is a report of checker, but parts of it are missing"
        )
        raise FileRefused(f"{name} is not read: {what}", _REMEDY) from None


def _report(name: str, report: Any) -> PastRun:
    moment = datetime.fromisoformat(report["at"])
    if str(report["schemaVersion"]).partition(".")[0] != "1":
        raise ValueError(
            f"it is a report of the version {report['schemaVersion']!r}, and only version 1 can be read"
        )
    if moment.tzinfo is None:
        raise ValueError("the moment it was judged for has no offset")
    fail_on_warn = bool(report["decision"].get("failOnWarn"))
    counted = ("error", "warning") if fail_on_warn else ("error",)
    return PastRun(
        names=(name,),
        at=int(moment.timestamp()),
        digest=str(report["evidenceDigest"] or ""),
        exit=Exit(report["decision"]["exit"]),
        said={each["objective"]["name"]: _said(each) for each in report["verdicts"]},
        by_rules=any(
            each["level"] in counted and each.get("origin", "files") != "files" for each in report["findings"]
        ),
        selected=tuple(map(str, report.get("selected") or ())),
        fail_on_warn=fail_on_warn,
    )


def _said(verdict: Mapping[str, Any]) -> Said:
    value, promise = verdict["value"] or {}, verdict["objective"]
    # A promise with only a regression has no target.
    promised = promise["regression"] if promise["target"] is None else promise["target"]
    return Said(
        Outcome(verdict["outcome"]),
        bool(promise["gating"]),
        str(promised["text"]),
        str(value.get("exact", "")),
        str(value.get("text", "")),
        verdict,
    )


def said_by(report: Report) -> dict[str, Said]:
    """The outcomes of a report that was just made, by promise."""
    return {verdict.objective.name: said for verdict, said in _verdicts(report)}


def _verdicts(report: Report) -> Iterable[tuple[Any, Said]]:
    for verdict in report.verdicts:
        objective, value = verdict.objective, verdict.value
        target = verdict.compared or objective.target
        shown = "" if value is None else display.measured(value, verdict.unit, target)
        exact = "" if value is None else display.exact(value)
        yield verdict, Said(verdict.outcome, objective.gating, objective.target.text, exact, shown)
