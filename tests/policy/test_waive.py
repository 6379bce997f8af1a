"""Waivers through the command: what they relax, until when, and what they never do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main

COVERAGE = {
    "meta": {"format": 3, "version": "7.6"},
    "files": {"a.py": {"executed_lines": [1, 2, 3], "missing_lines": [4], "excluded_lines": []}},
    "totals": {"covered_lines": 3, "num_statements": 4, "missing_lines": 1, "excluded_lines": 0},
}
CREATED, EXPIRES = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
TIME = "2026-01-15T12:00:00Z"
PROMISE = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: build}
spec:
  owner: build-team
  criteria:
    - name: coverage
      indicator: {source: Coverage, file: coverage.json}
      target: "%s"
"""
WAIVER = """\
---
apiVersion: checker/v1
kind: Waiver
metadata: {name: less-coverage}
spec:
  objective: build/coverage
  digest: %s
  reason: The generated parser is not covered yet.
  ticket: PROJ-7
  approver: A. Maintainer
  created: "%s"
  expires: "%s"
  %s
"""

Judge = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judge:
    """Judges one promise of 75 % coverage under a waiver; gives the exit code and the report."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "coverage.json").write_text(json.dumps(COVERAGE))
    (tmp_path / "slos").mkdir()

    def run(
        target: str = "> 80 %",
        accepts: str = 'accepts: ">= 75 %"',
        at: str = TIME,
        waiver: str | None = None,
        approved_for: str | None = None,
        created: str = CREATED,
        expires: str = EXPIRES,
    ) -> tuple[int, dict[str, Any]]:
        file = tmp_path / "slos/build.yaml"

        def report() -> tuple[int, dict[str, Any]]:
            code = main(["run", "--at", at, "-f", "json=report.json"])
            told = json.loads((tmp_path / "report.json").read_text())
            told["findings"] = [each for each in told["findings"] if each["origin"] == "files"]
            return code, told

        file.write_text(PROMISE % (approved_for or target))
        digest = report()[1]["verdicts"][0]["objective"]["digest"]
        text = waiver or WAIVER % (f'"{digest}"', created, expires, accepts)
        file.write_text(PROMISE % target + text)
        return report()

    return run


def outcome(report: dict[str, Any]) -> str:
    return str(report["verdicts"][0]["outcome"])


def test_a_miss_within_what_was_accepted_is_waived(judge: Judge) -> None:
    code, report = judge()
    (verdict,) = report["verdicts"]
    assert (code, verdict["outcome"]) == (0, "WAIVED")
    assert verdict["waiver"]["without"] == "FAIL"
    assert verdict["waiver"]["approver"] == "A. Maintainer"
    assert verdict["reasons"][-1] == (
        "waived until 2026-02-01T00:00:00Z by A. Maintainer (PROJ-7): The generated parser is not covered yet."
    )
    assert report["findings"] == []


@pytest.mark.parametrize(("second", "waived"), [(-1, True), (0, False), (1, False)])
def test_it_ends_at_the_second_it_says(second: int, waived: bool, judge: Judge) -> None:
    end = int(datetime(2026, 2, 1, tzinfo=UTC).timestamp()) + second
    code, report = judge(at=datetime.fromtimestamp(end, UTC).isoformat())
    assert outcome(report) == ("WAIVED" if waived else "FAIL")
    assert code == (0 if waived else 1)
    if not waived:
        (finding,) = report["findings"]
        assert finding["message"] == "waiver 'less-coverage': it expired at 2026-02-01T00:00:00Z"


@pytest.mark.parametrize(("second", "waived"), [(-1, False), (0, True)])
def test_it_begins_at_the_second_it_says(second: int, waived: bool, judge: Judge) -> None:
    begin = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) + second
    _, report = judge(at=datetime.fromtimestamp(begin, UTC).isoformat())
    assert outcome(report) == ("WAIVED" if waived else "FAIL")


def test_worse_than_accepted_is_not_waived(judge: Judge) -> None:
    code, report = judge(accepts='accepts: "> 75 %"')
    assert (code, outcome(report)) == (1, "FAIL")
    assert "waiver less-coverage does not cover this: it accepts '> 75 %'" in report["verdicts"][0]["notes"]


def test_an_edited_promise_voids_it(judge: Judge) -> None:
    code, report = judge(target="> 85 %", approved_for="> 80 %")
    assert (code, outcome(report)) == (1, "FAIL")
    (finding,) = report["findings"]
    assert "it is void: build/coverage was changed since it was approved" in finding["message"]
    assert report["verdicts"][0]["objective"]["digest"] in finding["remedy"]


def test_a_reworded_promise_does_not(judge: Judge) -> None:
    code, report = judge(target="> 80.0 %", approved_for="> 0.8 ratio")
    assert (code, outcome(report)) == (0, "WAIVED")


def test_one_for_nobody_is_found(judge: Judge) -> None:
    text = WAIVER % ('"0123456789abcdef"', CREATED, EXPIRES, 'accepts: "> 0 %"')
    _, report = judge(waiver=text.replace("build/coverage", "build/covreage"))
    assert outcome(report) == "FAIL"
    assert "there is no such promise" in report["findings"][0]["message"]


def test_inconclusive_needs_to_be_accepted_and_error_never_is(judge: Judge, tmp_path: Path) -> None:
    few = '> 70 %"\n      minSamples: 9\n      displayName: "Few'
    code, report = judge(target=few)
    assert (code, outcome(report)) == (3, "INCONCLUSIVE")
    code, report = judge(target=few, accepts="acceptsInconclusive: true")
    assert (code, outcome(report)) == (0, "WAIVED")
    (tmp_path / "coverage.json").write_text("broken")
    code, report = judge(target="> 70 %", accepts='accepts: "> 0 %"\n  acceptsInconclusive: true')
    assert (code, outcome(report)) == (4, "ERROR")


def test_what_passes_stays_a_pass(judge: Judge) -> None:
    code, report = judge(target="> 70 %")
    assert (code, outcome(report)) == (0, "PASS")
    assert report["verdicts"][0]["waiver"] is None


@pytest.mark.parametrize(
    ("created", "expires", "says"),
    [
        ("2026-01-01T00:00:00", EXPIRES, "is no time with a zone"),
        (CREATED, "2026-02-30T00:00:00Z", "is no time that exists"),
        (CREATED, "banana", "is no time with a zone"),
        (CREATED, "2026-04-01T00:00:01Z", "at most 90 days later"),
        (CREATED, "2025-12-01T00:00:00Z", "expires after it was created"),
    ],
)
def test_its_dates_are_checked(
    created: str, expires: str, says: str, judge: Judge, capsys: pytest.CaptureFixture[str]
) -> None:
    code, report = judge(created=created, expires=expires)
    assert code == 2
    assert any(says in finding["message"] for finding in report["findings"])


def test_it_has_to_say_what_it_accepts(judge: Judge) -> None:
    code, report = judge(accepts="")
    assert code == 2
    assert "a waiver says what it accepts" in report["findings"][0]["message"]


@pytest.mark.parametrize(
    ("approver", "own"),
    [("build-team", True), ("Build-Team", True), (" build-team ", True), ("build-teams", False)],
)
def test_nobody_waives_their_own_promise_in_other_capitals(approver: str, own: bool, judge: Judge) -> None:
    judge(waiver=WAIVER % ('"0123456789abcdef"', CREATED, EXPIRES, 'accepts: ">= 75 %"'))
    file = Path("slos/build.yaml")
    file.write_text(file.read_text().replace("approver: A. Maintainer", f'approver: "{approver}"'))
    main(["run", "--at", TIME, "-f", "json=report.json"])
    found = json.loads(Path("report.json").read_text())["findings"]
    assert any(each["rule"] == "waiver-by-another" for each in found) == own
