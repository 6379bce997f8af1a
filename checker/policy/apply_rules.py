"""Applies the rules of a run to promises, waivers, documents, verdicts and the release.

A violated rule is a finding at the rule's level. A rule that cannot be evaluated is an error whatever its level:
for a definition it makes the file invalid, for a verdict or the release it is a broken rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from checker.model import Catalog, Finding, Objective, Verdict
from checker.policy import cases, inputs
from checker.policy.applied import TO_NONE, Tally, applied_to_none, selects_none, watched
from checker.policy.cases import Case
from checker.policy.evaluate import Batch, Input, Result, Source, expressions
from checker.policy.heads import Heads
from checker.policy.inputs.schema import VERSION, variables
from checker.policy.mentioned import NOTHING, mentioned
from checker.policy.rule_findings import rule_findings
from checker.rulebook import Rulebook, Setting, Setup, Subject, set_up

Run = Callable[[Sequence[Batch]], list[list[Result]]]
"""Runs rules on inputs, as ``Engine.run`` does, and returns the results of each batch."""


class Runners(NamedTuple):
    """How to run the built-in rules, and how to run a team's own rules, which may not terminate."""

    built_in: Run
    apart: Run


class _Task(NamedTuple):
    """Rules with their settings for these cases. Either all of them are built-in, or none is."""

    setups: Sequence[Setup]
    cases: Sequence[Case]
    batch: Batch

    @property
    def built_in(self) -> bool:
        return self.setups[0].rule.built_in


def judge_definitions(book: Rulebook, catalog: Catalog, at: int, runners: Runners) -> list[Finding]:
    """The findings of the rules about definitions: promises, waivers and documents."""
    heads = Heads(catalog)
    judged: dict[Subject, Iterator[Case]] = {
        "objective": cases.promises(catalog, heads),
        "waiver": cases.waivers(catalog, heads),
        "document": cases.documents(catalog),
    }
    findings = _judge(book, judged, at, runners)
    if book.selections:
        # All documents are looked at, because the rules that a selection sets may be about something else.
        chosen = {index for each in cases.documents(catalog) for index in _selected(book, each.labels)}
        findings += selects_none(book.selections, chosen)
    return findings


def judge_verdicts(
    book: Rulebook, catalog: Catalog, verdicts: Sequence[Verdict], at: int, runners: Runners
) -> list[Finding]:
    """The findings of the rules about verdicts."""
    judged = cases.endings(catalog, verdicts, Heads(catalog), at)
    found = _judge(book, {"verdict": judged}, at, runners)
    if len(verdicts) == len(catalog.objectives):
        return found
    # A rule that applies to nothing here may apply to a promise that --select left out.
    return [each for each in found if each.rule != TO_NONE]


def judge_release(
    book: Rulebook,
    catalog: Catalog,
    verdicts: Sequence[Verdict],
    findings: Sequence[Finding],
    at: int,
    runners: Runners,
) -> list[Finding]:
    """The findings of the rules about the release as a whole."""
    return _judge(book, {"release": cases.whole(catalog, verdicts, findings)}, at, runners)


def _judge(
    book: Rulebook, judged: Mapping[Subject, Iterator[Case]], at: int, runners: Runners
) -> list[Finding]:
    """The findings of all rules about these subjects, in the order of the subjects."""
    common = {"now": at, "environment": book.environment, "inputVersion": VERSION}
    tasks = [list(_tasks(book, subject, those, common)) for subject, those in judged.items()]
    results = iter(_run([task for each in tasks for task in each], runners))
    findings: list[Finding] = []
    for each in tasks:
        tally = Tally()
        for task in each:
            findings += rule_findings(task.setups, task.cases, next(results), tally)
        findings += applied_to_none(book.rules, tally)
    return findings


def _tasks(
    book: Rulebook, subject: Subject, those: Iterator[Case], common: Mapping[str, Any]
) -> Iterator[_Task]:
    if not any(rule.subject == subject for rule in book.rules):
        return
    groups: dict[tuple[int, ...], list[Case]] = {}
    for case in those:
        groups.setdefault(_selected(book, case.labels), []).append(case)
    for chosen, group in groups.items():
        for built_in in (True, False):
            setups = [setup for setup in _setups(book, subject, chosen) if setup.rule.built_in is built_in]
            sources = [source_of(setup)._replace(watched=watched(setup.rule)) for setup in setups]
            if setups:
                seen = _inputs(subject, sources, group, common)
                yield _Task(setups, group, Batch(variables(subject), sources, seen))


def _inputs(
    subject: Subject, sources: Sequence[Source], group: Sequence[Case], common: Mapping[str, Any]
) -> list[Input]:
    """The inputs of these cases, with what the rules mention of them."""
    keys = mentioned((each for source in sources for each in expressions(source)), variables(subject))
    beside = {name: value for name, value in common.items() if keys[name] != NOTHING}
    return [lambda case=case: {**case.input(keys), **beside} for case in group]  # type: ignore[misc]


def _run(tasks: Sequence[_Task], runners: Runners) -> list[list[Result]]:
    """The results of each task. All built-in rules run in one call, so that worker processes are started only once."""
    results: dict[int, list[Result]] = {}
    for built_in, run in ((True, runners.built_in), (False, runners.apart)):
        chosen = [number for number, task in enumerate(tasks) if task.built_in is built_in]
        if chosen:
            results |= zip(chosen, run([tasks[number].batch for number in chosen]), strict=True)
    return [results[number] for number in range(len(tasks))]


def _selected(book: Rulebook, labels: Callable[[], Mapping[str, Any]]) -> tuple[int, ...]:
    """The indices of the policy's selections that match these labels. ``labels`` is called only if there are
    selections."""
    return tuple(
        index
        for index, selection in enumerate(book.selections)
        if all(_has(labels().get(key), value) for key, value in selection.labels.items())
    )


def _has(label: Any, value: str) -> bool:
    return value in label if isinstance(label, list) else label == value


def _setups(book: Rulebook, subject: Subject, chosen: Sequence[int]) -> list[Setup]:
    """The rules about ``subject`` that are not turned off, with the settings of the ``chosen`` selections."""
    settings = _settings(book, chosen)
    setups = (set_up(rule, settings) for rule in book.rules if rule.subject == subject)
    return [setup for setup in setups if setup.off is None]


def _settings(book: Rulebook, chosen: Sequence[int]) -> list[Setting]:
    return [*book.settings, *(each for index in chosen for each in book.selections[index].settings)]


def settings_for(book: Rulebook, catalog: Catalog, objective: Objective) -> list[Setting]:
    """The policy's settings for rules that judge this promise; later settings override earlier ones."""
    return _settings(book, _selected(book, lambda: Heads(catalog).of(objective)["labels"]))


def source_of(setup: Setup) -> Source:
    """A rule as the engine takes it."""
    rule = setup.rule
    return Source(rule.name, rule.when, rule.expression, rule.message, inputs.plain(setup.parameters))
