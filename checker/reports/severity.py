"""How loudly a format that knows errors, warnings and notes tells a verdict or a finding."""

from __future__ import annotations

from checker.model import Finding, Level, Outcome, Verdict
from checker.reports.headline import warns


def severity(verdict: Verdict, fail_on_warn: bool) -> Level | None:
    """``error`` is what keeps the release from being allowed; a kept promise is not told at all (None).

    A waived one is a note: GitHub does not read suppressions, and a louder one would fail its checks.
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
    """Its own level, but ``error`` for a warning that counts as a failure."""
    return "error" if fail_on_warn and warns(finding) else finding.level
