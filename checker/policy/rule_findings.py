"""Turns the results of rules into findings, located at what was judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.model import Finding
from checker.policy.applied import Tally
from checker.policy.cases import Case
from checker.policy.evaluate import Result
from checker.rulebook import Setup


def rule_findings(
    setups: Sequence[Setup], cases: Sequence[Case], results: Sequence[Result], tally: Tally
) -> Iterator[Finding]:
    """A finding for each violation, and one for each rule that could not be evaluated. ``tally`` records which
    rules applied to anything."""
    failed: dict[int, list[Result]] = {}
    for setup in setups:
        tally.judged[setup.rule.name] += len(cases)
    for result in results:
        if result.kind != "violated":
            tally.applied.add(setups[result.rule].rule.name)
        if result.kind == "violated":
            yield _violation(setups[result.rule], cases[result.input], result.text)
        elif result.kind == "failed":
            failed.setdefault(result.rule, []).append(result)
    for number, those in failed.items():
        yield _failure(setups[number], cases[those[0].input], those)


def _violation(setup: Setup, case: Case, message: str) -> Finding:
    rule = setup.rule
    return Finding(
        rule.name,
        setup.level,
        message,
        case.locate(),
        remedy=rule.remedy,
        related=() if rule.built_in else (("the rule", rule.location),),
        subject=case.name,
        origin="rule",
    )


def _failure(setup: Setup, case: Case, results: Sequence[Result]) -> Finding:
    """One finding for each rule, however many promises it could not be evaluated for."""
    rule, others, place = setup.rule, len(results) - 1, case.locate()
    about = f" for {case.name}" if case.name else ""
    about += f" and {others:,} {'other' if others == 1 else 'others'}" if others else ""
    return Finding(
        rule.name,
        "error",
        f"the rule could not be judged{about}: {results[0].text}",
        rule.document.locate(("spec", results[0].key)) if not rule.built_in else place,
        remedy="correct its expression or its guard; a rule that cannot be judged never counts as satisfied",
        related=(("what it judged", place),) if place and not rule.built_in else (),
        subject=case.name,
        origin="files" if rule.scope == "definition" else "broken-rule",
    )
