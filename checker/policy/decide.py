"""The release decision: from verdicts and findings to one exit code."""

from __future__ import annotations

from collections.abc import Iterable

from checker.model import Exit, Finding, Origin, Outcome, Verdict

PRECEDENCE = (Exit.INVALID, Exit.FAILED, Exit.ERROR, Exit.INCONCLUSIVE, Exit.PASSED)
"""If several codes are called for, the exit code is the one that comes first here."""

_CALLS_FOR = {
    Outcome.PASS: Exit.PASSED,
    Outcome.WARN: Exit.PASSED,
    Outcome.WAIVED: Exit.PASSED,
    Outcome.FAIL: Exit.FAILED,
    Outcome.INCONCLUSIVE: Exit.INCONCLUSIVE,
    Outcome.ERROR: Exit.ERROR,
}

_ERROR_CALLS_FOR: dict[Origin, Exit] = {
    "files": Exit.INVALID,
    "rule": Exit.FAILED,
    "broken-rule": Exit.ERROR,
}


def exit_code(verdicts: Iterable[Verdict], findings: Iterable[Finding], fail_on_warn: bool) -> Exit:
    """The exit code of a run. 0 needs at least one gating verdict, and none that calls for another code.

    An error-level finding is an invalid file (2), a rule that is not satisfied (1), or a rule that could not be
    evaluated (4). Findings can only make the exit code worse than what the verdicts call for.
    """
    called = {call_of_outcome(each.outcome, fail_on_warn) for each in verdicts if each.objective.gating}
    if not called:
        return Exit.INVALID
    called |= {_call_of(finding, fail_on_warn) for finding in findings}
    return min(called, key=PRECEDENCE.index)


def _call_of(finding: Finding, fail_on_warn: bool) -> Exit:
    if finding.level == "error":
        return _ERROR_CALLS_FOR[finding.origin]
    if finding.level == "warning" and finding.origin == "rule" and fail_on_warn:
        return Exit.FAILED
    return Exit.PASSED


def call_of_outcome(outcome: Outcome, fail_on_warn: bool = False) -> Exit:
    """The exit code that a single gating promise with this outcome calls for."""
    return Exit.FAILED if outcome is Outcome.WARN and fail_on_warn else _CALLS_FOR[outcome]
