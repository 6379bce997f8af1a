"""May this be released? From verdicts and findings to one exit code."""

from __future__ import annotations

from collections.abc import Iterable

from checker.model import Exit, Finding, Outcome, Verdict

PRECEDENCE = (Exit.INVALID, Exit.FAILED, Exit.ERROR, Exit.INCONCLUSIVE, Exit.PASSED)
"""The first of these that anything calls for is the exit code."""

_CALLS_FOR = {
    Outcome.PASS: Exit.PASSED,
    Outcome.WARN: Exit.PASSED,
    Outcome.WAIVED: Exit.PASSED,
    Outcome.FAIL: Exit.FAILED,
    Outcome.INCONCLUSIVE: Exit.INCONCLUSIVE,
    Outcome.ERROR: Exit.ERROR,
}


def exit_code(verdicts: Iterable[Verdict], findings: Iterable[Finding], fail_on_warn: bool) -> Exit:
    """The exit code of a run. 0 needs at least one gating verdict, and none that calls for another code.

    Error findings are invalid files: rules and their findings are weighed elsewhere.
    """
    called = {_call(verdict, fail_on_warn) for verdict in verdicts if verdict.objective.gating}
    if not called or any(finding.level == "error" for finding in findings):
        return Exit.INVALID
    return min(called, key=PRECEDENCE.index)


def _call(verdict: Verdict, fail_on_warn: bool) -> Exit:
    if verdict.outcome is Outcome.WARN and fail_on_warn:
        return Exit.FAILED
    return _CALLS_FOR[verdict.outcome]
