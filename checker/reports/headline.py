"""The answer in one line: whether the release is allowed, and why not."""

from __future__ import annotations

from collections import Counter

from checker import display
from checker.display import counted
from checker.model import Exit, Finding, Outcome, Report, asked_late
from checker.reports.order import OUTCOMES

_WORDS = {
    Outcome.FAIL: "failed",
    Outcome.ERROR: "in error",
    Outcome.INCONCLUSIVE: "inconclusive",
    Outcome.WARN: "warned",
    Outcome.WAIVED: "waived",
    Outcome.PASS: "passed",
}


def headline(report: Report) -> str:
    """The decision, the exit code, and the reason: ``RELEASE: NOT ALLOWED (exit 1) - 2 of 14 promises failed``.

    It contains no foreign text, so it needs no escaping.
    """
    word = "ALLOWED" if allowed(report) else "NOT ALLOWED"
    return f"RELEASE: {word} (exit {int(report.exit)}) - {_why(report)}{_as_of(report)}"


def _as_of(report: Report) -> str:
    """The moment that was judged and when it was asked, if the two are far apart; otherwise ""."""
    late = 0 if report.asked_at is None else asked_late(report.at, report.asked_at)
    when = f"{_roughly(abs(late))} {'later' if late > 0 else 'before'}"
    return f"; as of {display.moment(report.at)}, asked {when}" if late else ""


def _roughly(seconds: int) -> str:
    return counted(seconds // 86400, "day") if seconds >= 86400 else counted(seconds // 3600, "hour")


def allowed(report: Report) -> bool:
    """Whether the release is allowed: exit 0, and at least one gating promise was judged."""
    return report.exit is Exit.PASSED and any(each.objective.gating for each in report.verdicts)


def warns(finding: Finding) -> bool:
    """Whether it is a warning of a rule, which ``--fail-on-warn`` counts as a failure."""
    return finding.level == "warning" and finding.origin == "rule"


def counts(report: Report, *, gating: bool) -> dict[Outcome, int]:
    """The number of promises by outcome, either gating or not gating."""
    tally = Counter(each.outcome for each in report.verdicts if each.objective.gating is gating)
    return {outcome: tally[outcome] for outcome in OUTCOMES}


def _why(report: Report) -> str:
    errors = sum(each.level == "error" and each.origin == "files" for each in report.findings)
    by_rules = sum(each.level == "error" and each.origin != "files" for each in report.findings)
    found = counted(errors, "error")
    gating, beside = counts(report, gating=True), sum(counts(report, gating=False).values())
    total = sum(gating.values())
    left_out = [f"{report.not_selected} not selected"] if report.not_selected else []
    if not report.verdicts:
        return f"nothing was judged: {found}" if errors else "nothing was judged"
    if not total:
        none = f"none of {counted(beside, 'promise')} gates the release"
        return ", ".join([none, *([found] if errors else []), *left_out])
    present: list[Outcome] = [
        outcome for outcome in OUTCOMES if gating[outcome] and outcome is not Outcome.PASS
    ]
    if not present or (report.exit is Exit.PASSED and gating[Outcome.PASS]):
        present.insert(0, Outcome.PASS)
    parts = [f"{gating[outcome]} {_WORDS[outcome]}" for outcome in present[1:]]
    first = f"{gating[present[0]]} of {counted(total, 'promise')} {_WORDS[present[0]]}"
    if errors:
        parts.append(f"{found} in the files")
    if by_rules:
        parts.append(f"{counted(by_rules, 'error')} by the rules")
    if report.fail_on_warn and (gating[Outcome.WARN] or any(map(warns, report.findings))):
        parts.append("a warning counts as a failure here")
    if beside:
        parts.append(f"{beside} not gating")
    return ", ".join([first, *parts, *left_out])
