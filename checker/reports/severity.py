"""The level of a verdict or a finding in formats that have errors, warnings and notes."""

from __future__ import annotations

from checker.model import Finding, Level, Outcome, Verdict
from checker.reports.headline import warns


def severity(verdict: Verdict, fail_on_warn: bool) -> Level | None:
    """``error`` if it keeps the release from being allowed; None for a kept promise, which is not shown.

    A waived promise is a note: GitHub ignores suppressions, and a higher level would fail its checks.
    """
    outcome = verdict.outcome
    if outcome is Outcome.PASS:
        return None
    if outcome is Outcome.WAIVED:
        return "note"
    if not verdict.objective.gating:
        return "note" if outcome is Outcome.WARN else "warning"
    if outcome is Outcome.WARN:
        return "error" if fail_on_warn else "warning"
    return "error"


def severity_of(finding: Finding, fail_on_warn: bool) -> Level:
    """The finding's own level, but ``error`` for a warning that counts as a failure."""
    return "error" if fail_on_warn and warns(finding) else finding.level
