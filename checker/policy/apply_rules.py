"""The rules of a run applied to what it judges: promises, waivers, documents, verdicts, and the release.

What a rule finds is a finding of its level. What cannot be judged is an error whatever the rule's level is: a
definition that nobody can judge is an invalid file, and a verdict or a release is in error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from checker.model import Catalog, Document, Finding, Location, Objective, Verdict
from checker.policy import inputs
from checker.policy.evaluate import Engine, Result, Source
from checker.policy.inputs.schema import VERSION, variables
from checker.rulebook import Rulebook, Setting, Setup, Subject, set_up

Apart = Callable[[Sequence[str], Sequence[Source], Sequence[Mapping[str, Any]]], Iterable[Result]]
"""Runs rules that are not trusted to come to an end, as ``Engine.run`` does."""


class Case(NamedTuple):
    """One input, what it is about, and where that stands."""

    name: str
    location: Location | None
    labels: Mapping[str, Any]
    input: dict[str, Any]


def judge_definitions(book: Rulebook, catalog: Catalog, at: int, apart: Apart) -> list[Finding]:
    """What the rules find in what is written: in each promise, waiver and document."""
    heads = _Heads(catalog)
    owners = {objective.name: objective.owner for objective in catalog.objectives}

    def objectives() -> Iterator[Case]:
        for each in catalog.objectives:
            head = heads.of(each)
            told = {"document": head, "objective": inputs.objective_input(each)}
            yield Case(each.name, each.location, head["labels"], told)

    def waivers() -> Iterator[Case]:
        for each in catalog.waivers:
            head = heads.at(each.location.file, "Waiver", each.name)
            told = {"document": head, "waiver": inputs.waiver_input(each, owners)}
            yield Case(each.name, each.location, head["labels"], told)

    # What a document holds takes the longest to make, and no built-in rule looks at it.
    looked_into = any(
        rule.subject == "document"
        and not (rule.built_in and "spec" not in rule.when + rule.expression + rule.message)
        for rule in book.rules
    )

    def documents() -> Iterator[Case]:
        for each in catalog.documents:
            head = inputs.document_input(each, spec=looked_into)
            head.setdefault("spec", {})
            place = each.locate(("metadata", "name"))
            yield Case(head["name"], place, head["labels"], {"document": head})

    return [
        *_judge(book, "objective", objectives, at, apart),
        *_judge(book, "waiver", waivers, at, apart),
        *_judge(book, "document", documents, at, apart),
    ]


def judge_verdicts(
    book: Rulebook, catalog: Catalog, verdicts: Sequence[Verdict], at: int, apart: Apart
) -> list[Finding]:
    """What the rules find in how the promises ended."""
    heads = _Heads(catalog)

    def cases() -> Iterator[Case]:
        for each in verdicts:
            objective = each.objective
            head = heads.of(objective)
            told = {
                "document": head,
                "objective": inputs.objective_input(objective),
                "verdict": inputs.verdict_input(each, catalog.attestations.get(objective.name, ()), at),
            }
            yield Case(objective.name, objective.location, head["labels"], told)

    return _judge(book, "verdict", cases, at, apart)


def judge_release(
    book: Rulebook,
    catalog: Catalog,
    verdicts: Sequence[Verdict],
    findings: Sequence[Finding],
    at: int,
    apart: Apart,
) -> list[Finding]:
    """What the rules find in all of a run."""

    def cases() -> Iterator[Case]:
        yield Case("", None, {}, {"release": inputs.release_input(catalog, verdicts, findings)})

    return _judge(book, "release", cases, at, apart)


class _Heads:
    """The heads of the documents that promises and waivers stand in, each made once."""

    def __init__(self, catalog: Catalog) -> None:
        self._documents: dict[tuple[str, str, str], Document] = {}
        for document in catalog.documents:
            match document.data:
                case {"kind": str(kind), "metadata": {"name": str(name)}}:
                    self._documents[document.file, kind, name] = document
        self._made: dict[tuple[str, str, str], dict[str, Any]] = {}

    def of(self, objective: Objective) -> dict[str, Any]:
        kind = "SLO" if objective.kind == "SLO" else "SuccessCriteria"
        return self.at(objective.location.file, kind, objective.document)

    def at(self, file: str, kind: str, name: str) -> dict[str, Any]:
        key = (file, kind, name)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = inputs.document_input(self._documents.get(key))
        return found


def _judge(
    book: Rulebook, subject: Subject, cases: Callable[[], Iterable[Case]], at: int, apart: Apart
) -> list[Finding]:
    """The findings of all rules about ``subject``; where there is none, no input is made."""
    if not any(rule.subject == subject for rule in book.rules):
        return []
    groups: dict[tuple[int, ...], list[Case]] = {}
    common = {"now": at, "environment": book.environment, "inputVersion": VERSION}
    for case in cases():
        case.input.update(common)
        groups.setdefault(_selected(book, case.labels), []).append(case)
    findings: list[Finding] = []
    for chosen, group in groups.items():
        for built_in in (True, False):
            setups = [setup for setup in _setups(book, subject, chosen) if setup.rule.built_in is built_in]
            if setups:
                findings += _run(setups, subject, group, None if built_in else apart)
    return findings


def _selected(book: Rulebook, labels: Mapping[str, Any]) -> tuple[int, ...]:
    """Which of the policy's selections hold for a document with these labels."""
    return tuple(
        index
        for index, selection in enumerate(book.selections)
        if all(_bears(labels.get(key), value) for key, value in selection.labels.items())
    )


def _bears(label: Any, value: str) -> bool:
    return value in label if isinstance(label, list) else label == value


def _setups(book: Rulebook, subject: Subject, chosen: Sequence[int]) -> list[Setup]:
    """The rules about ``subject`` that are not turned off, as they are set where these selections hold."""
    settings = _settings(book, chosen)
    setups = (set_up(rule, settings) for rule in book.rules if rule.subject == subject)
    return [setup for setup in setups if setup.off is None]


def _settings(book: Rulebook, chosen: Sequence[int]) -> list[Setting]:
    return [*book.settings, *(each for index in chosen for each in book.selections[index].settings)]


def settings_for(book: Rulebook, catalog: Catalog, objective: Objective) -> list[Setting]:
    """What the policy sets about the rules that judge this promise, later settings on top of earlier ones."""
    return _settings(book, _selected(book, _Heads(catalog).of(objective)["labels"]))


def source_of(setup: Setup) -> Source:
    """A rule as the engine runs it."""
    rule = setup.rule
    return Source(rule.name, rule.when, rule.expression, rule.message, inputs.plain(setup.parameters))


def _run(
    setups: Sequence[Setup], subject: Subject, cases: Sequence[Case], apart: Apart | None
) -> Iterator[Finding]:
    names = variables(subject)
    sources, given = [source_of(setup) for setup in setups], [case.input for case in cases]
    results = Engine(names, sources).run(given) if apart is None else apart(names, sources, given)
    failed: dict[int, list[Result]] = {}
    for result in results:
        if result.kind == "violated":
            yield _violation(setups[result.rule], cases[result.input], result.text)
        else:
            failed.setdefault(result.rule, []).append(result)
    for number, those in failed.items():
        yield _failure(setups[number], cases[those[0].input], those)


def _violation(setup: Setup, case: Case, message: str) -> Finding:
    rule = setup.rule
    return Finding(
        rule.name,
        setup.level,
        message,
        case.location,
        remedy=rule.remedy,
        related=() if rule.built_in else (("the rule", rule.location),),
        subject=case.name,
        origin="rule",
    )


def _failure(setup: Setup, case: Case, results: Sequence[Result]) -> Finding:
    """One finding a rule, however many promises it could not be judged for."""
    rule, others = setup.rule, len(results) - 1
    about = f" for {case.name}" if case.name else ""
    about += f" and {others:,} {'other' if others == 1 else 'others'}" if others else ""
    return Finding(
        rule.name,
        "error",
        f"the rule could not be judged{about}: {results[0].text}",
        rule.document.locate(("spec", "expression")) if not rule.built_in else case.location,
        remedy="correct its expression or its guard; a rule that cannot be judged is never taken for satisfied",
        related=(("what it judged", case.location),) if case.location and not rule.built_in else (),
        subject=case.name,
        origin="files" if rule.scope == "definition" else "broken-rule",
    )
