"""The whole program on one screen: load ─▶ measure ─▶ judge ─▶ decide.

YAML files ──load──▶ Catalog ──measure──▶ Evidence ──judge──▶ Verdicts ──decide──▶ Report
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from checker import evidence as recording
from checker import sources
from checker.files import WORKING_FOLDER
from checker.judge.verdict import judge
from checker.measure import Progress, measure, read
from checker.model import (
    Absence,
    Catalog,
    Evidence,
    Exit,
    Finding,
    Objective,
    Question,
    Report,
    Series,
    Verdict,
)
from checker.policy.apply_rules import judge_release, judge_verdicts
from checker.policy.asked_late import as_asked, late_findings
from checker.policy.attest import attestation_findings
from checker.policy.decide import exit_code
from checker.policy.first_run import first_runs
from checker.policy.waive import waive
from checker.prepare import PolicyFiles, prepare, read_both
from checker.promise_digest import digest_of, indicator_digest_of
from checker.proposal import NOTHING, found_at, proposed, report_proposal
from checker.questions import questions_of
from checker.rule_process import RUNNERS
from checker.rulebook import Rulebook
from checker.windows import is_look

if TYPE_CHECKING:
    from checker.git_tree import Commit

Readings = Mapping[Question, Series | Absence]
"""For each question, the series read from the evidence, or why there is none."""


class Options(NamedTuple):
    """What a run is to do. ``at`` is the moment it judges, in epoch seconds; ``timeout`` is the deadline for all
    sources together, in seconds; ``replayed`` is recorded evidence to judge instead of asking the sources."""

    paths: tuple[str, ...]
    at: int
    select: tuple[str, ...] = ()
    fail_on_warn: bool = False
    strict: bool = False
    """Whether OpenSLO documents are read strictly by the specification."""
    asked_at: int | None = None
    """The clock time, in epoch seconds, at which a live run asks the sources; None if it is ``at``."""
    timeout: float = 120.0
    replayed: Evidence | None = None
    policy: PolicyFiles = PolicyFiles()
    base: Commit | None = None
    """The commit whose promises, waivers and rules decide, instead of those in the working folder."""

    @property
    def evidence(self) -> Evidence:
        """The recorded evidence; for a live run, evidence without exchanges that holds only the two times."""
        return self.replayed or Evidence(self.at, (), self.asked_at)


def run(
    options: Options,
    progress: Progress = lambda done, total: None,
    loaded: Callable[[Catalog, Catalog], None] = lambda catalog, head: None,
) -> tuple[Report, Evidence]:
    """Judges the promises in ``options.paths``. Returns the report and the evidence that it rests on.

    ``loaded`` is called before any source is asked, with the catalog that is judged and the catalog of the working
    folder (the same one unless ``options.base`` is set).
    """
    tree = options.base or WORKING_FOLDER
    catalog, book = prepare(options.paths, options.policy, options.at, tree, strict=options.strict)
    head, new_book = catalog, book
    if options.base:
        head, new_book = read_both(options.paths, options.policy, strict=options.strict)
    loaded(catalog, head)
    objectives, findings = select(catalog, options.select, head.objectives)
    if not objectives or not catalog.valid:
        nothing = Evidence(options.at, ())
        return _report(options, catalog, book, (), found_at(options.base, findings), nothing), nothing
    catalog, head = (as_asked(each, options.at, options.evidence) for each in (catalog, head))
    proposal = NOTHING
    if options.base:
        proposal = proposed(catalog, head, book, new_book, select(head, options.select)[0])
    asked = [(each, questions_of(each, catalog, options.at)) for each in objectives]
    asked += [(each, questions_of(each, proposal.catalog, options.at)) for each in proposal.objectives]
    questions = [question for _, named in asked for question in named.values()]
    evidence = options.replayed or measure(questions, options.at, options.timeout, progress)._replace(
        asked_at=options.asked_at
    )
    readings = read(questions, evidence)
    judged = [_judged(objective, named, readings, options.at) for objective, named in asked]
    ours, theirs = judged[: len(objectives)], judged[len(objectives) :]
    verdicts, found = _decided(options, catalog, book, ours, findings)
    new, of_changes = report_proposal(proposal, theirs)
    late = late_findings(options.at, evidence)
    found = [*late, *found_at(options.base, found), *of_changes]
    return _report(options, catalog, book, (*verdicts, *new), tuple(found), evidence), evidence


def _judged(objective: Objective, named: Mapping[str, Question], readings: Readings, at: int) -> Verdict:
    """The verdict on one promise, together with a description of each query that was asked for it."""
    measured = {name: readings[question] for name, question in named.items()}
    descriptions = tuple(
        sources.find(question.query.source).describe(question)
        for name, question in named.items()
        if not is_look(name)
    )
    return judge(objective, measured, descriptions, at)


def _decided(
    options: Options, catalog: Catalog, book: Rulebook, judged: Sequence[Verdict], findings: Sequence[Finding]
) -> tuple[tuple[Verdict, ...], list[Finding]]:
    """The verdicts after waivers are applied, and all findings: those of the files, and those of the rules on
    verdicts and on the release."""
    verdicts, of_waivers = waive(judged, catalog.waivers, options.at)
    found = [*findings, *of_waivers, *attestation_findings(catalog.attestations, judged), *first_runs(judged)]
    found += judge_verdicts(book, catalog, verdicts, options.at, RUNNERS)
    found += judge_release(book, catalog, verdicts, found, options.at, RUNNERS)
    return verdicts, found


def select(
    catalog: Catalog, globs: Sequence[str], more: Sequence[Objective] = ()
) -> tuple[list[Objective], tuple[Finding, ...]]:
    """The objectives to judge, with their digests, and the findings of the catalog.

    ``globs`` match objective names; none selects all. A glob that matches no objective, neither of the catalog nor
    of ``more``, is a typing error that would silently drop promises from the gate: the result is then no objectives
    and one error finding more.
    """
    chosen = [
        objective._replace(digest=digest_of(objective), indicator_digest=indicator_digest_of(objective))
        for objective in catalog.objectives
        if not globs or any(fnmatchcase(objective.name, glob) for glob in globs)
    ]
    known = [*catalog.objectives, *more]
    missing = [glob for glob in globs if not any(fnmatchcase(each.name, glob) for each in known)]
    if (chosen and not missing) or not catalog.valid:
        return chosen, _about(catalog, chosen)
    names = ", ".join(objective.name for objective in catalog.objectives[:8])
    message = (
        f"no promise matches {' or '.join(missing or globs)}"
        if globs
        else "the files hold no promise to judge"
    )
    remedy = f"there are {names}" if names else "add a SuccessCriteria or an SLO document"
    return [], (*catalog.findings, Finding("nothing-to-check", "error", message, remedy=remedy))


def _about(catalog: Catalog, chosen: Sequence[Objective]) -> tuple[Finding, ...]:
    """The catalog's findings, without the rule findings about promises that were not selected."""
    left_out = {objective.name for objective in catalog.objectives} - {objective.name for objective in chosen}
    return tuple(each for each in catalog.findings if each.origin != "rule" or each.subject not in left_out)


def _report(
    options: Options,
    catalog: Catalog,
    book: Rulebook,
    verdicts: tuple[Verdict, ...],
    findings: tuple[Finding, ...],
    evidence: Evidence,
) -> Report:
    judged = {verdict.objective.name for verdict in verdicts}
    return Report(
        at=options.at,
        exit=Exit(exit_code(verdicts, findings, options.fail_on_warn)),
        verdicts=verdicts,
        findings=findings,
        documents=tuple(sorted({*catalog.digests, *book.digests})),
        evidence_digest=recording.digest(evidence),
        asked_at=options.evidence.asked,
        connections=recording.connections(evidence),
        fail_on_warn=options.fail_on_warn,
        not_selected=sum(each.name not in judged for each in catalog.objectives) if judged else 0,
        base=str(options.base or ""),
        environment=book.environment,
        selected=options.select,
        strict=options.strict,
    )
