"""The answer in words, for every way a run can end."""

from __future__ import annotations

import pytest
from hypothesis import given

from checker.model import Exit, Finding, Outcome, Report, Verdict
from checker.reports.headline import allowed, headline

from .builders import finding, report, reports, verdict, whole

PASS, WARN, FAIL, INCONCLUSIVE, ERROR, WAIVED = (
    verdict(outcome)
    for outcome in (
        Outcome.PASS,
        Outcome.WARN,
        Outcome.FAIL,
        Outcome.INCONCLUSIVE,
        Outcome.ERROR,
        Outcome.WAIVED,
    )
)
BESIDE = verdict(Outcome.FAIL, gating=False)


@pytest.mark.parametrize(
    ("verdicts", "findings", "words"),
    [
        ((PASS,), (), "ALLOWED (exit 0) - 1 of 1 promise passed"),
        ((PASS, PASS), (), "ALLOWED (exit 0) - 2 of 2 promises passed"),
        ((PASS, WARN, WAIVED), (), "ALLOWED (exit 0) - 1 of 3 promises passed, 1 warned, 1 waived"),
        ((WARN,), (), "ALLOWED (exit 0) - 1 of 1 promise warned"),
        ((PASS, BESIDE), (), "ALLOWED (exit 0) - 1 of 1 promise passed, 1 not gating"),
        ((PASS, FAIL, FAIL), (), "NOT ALLOWED (exit 1) - 2 of 3 promises failed"),
        ((PASS, INCONCLUSIVE), (), "NOT ALLOWED (exit 3) - 1 of 2 promises inconclusive"),
        ((ERROR, INCONCLUSIVE), (), "NOT ALLOWED (exit 4) - 1 of 2 promises in error, 1 inconclusive"),
        ((BESIDE,), (), "NOT ALLOWED (exit 2) - none of 1 promise gates the release"),
        ((), (), "NOT ALLOWED (exit 2) - nothing was judged"),
        ((), (finding(), finding(), finding("note")), "NOT ALLOWED (exit 2) - nothing was judged: 2 errors"),
        ((PASS,), (finding("warning"),), "ALLOWED (exit 0) - 1 of 1 promise passed"),
        ((PASS,), (finding(),), "NOT ALLOWED (exit 2) - 1 of 1 promise passed, 1 error in the files"),
    ],
)
def test_headline(verdicts: tuple[Verdict, ...], findings: tuple[Finding, ...], words: str) -> None:
    assert headline(report(*verdicts, findings=findings)) == f"RELEASE: {words}"


def test_a_warning_that_counts_as_a_failure_is_said_to() -> None:
    assert headline(report(PASS, WARN, fail_on_warn=True)) == (
        "RELEASE: NOT ALLOWED (exit 1) - 1 of 2 promises warned, a warning counts as a failure here"
    )


@pytest.mark.parametrize(("origin", "code"), [("rule", 1), ("broken-rule", 4)])
def test_what_the_rules_found_is_told_beside_the_promises(origin: str, code: int) -> None:
    told = headline(report(PASS, findings=(finding(origin=origin), finding("warning", origin=origin))))
    assert told == f"RELEASE: NOT ALLOWED (exit {code}) - 1 of 1 promise passed, 1 error by the rules"


def test_a_rule_s_warning_that_counts_as_a_failure_is_said_to() -> None:
    told = headline(report(PASS, findings=(finding("warning", origin="rule"),), fail_on_warn=True))
    assert told == (
        "RELEASE: NOT ALLOWED (exit 1) - 1 of 1 promise passed, a warning counts as a failure here"
    )


def test_every_outcome_is_counted_in_the_order_of_need() -> None:
    assert headline(whole()) == (
        "RELEASE: NOT ALLOWED (exit 1) - 2 of 8 promises failed, 1 in error, 2 inconclusive, 1 warned, 1 waived, "
        "1 not gating"
    )


@pytest.mark.parametrize("verdicts", [(), (BESIDE,)])
def test_exit_0_without_a_judged_promise_is_never_called_allowed(verdicts: tuple[Verdict, ...]) -> None:
    assert headline(report(*verdicts, exit=Exit.PASSED)).startswith("RELEASE: NOT ALLOWED (exit 0) - no")


@given(reports())
def test_allowed_is_exit_0(one: Report) -> None:
    assert allowed(one) is (one.exit == 0)
    assert headline(one).startswith("RELEASE: ALLOWED (exit 0) - ") is (one.exit == 0)
    assert f"ALLOWED (exit {int(one.exit)}) - " in headline(one)
