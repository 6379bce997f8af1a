"""Waivers through the command: what they relax, until when, and what they never do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main
from checker.model import (
    BASELINE,
    Absence,
    Objective,
    Outcome,
    PastValue,
    Regression,
    Series,
    Verdict,
    Waiver,
)
from checker.policy.waive import waive
from checker.sources.past_reports import Query
from checker.spec.regression import parse_allowance
from checker.units import parse_threshold, parse_unit
from tests.judge.builders import AT, NO_DATA, percentile, promise, single
from tests.judge.builders import judged as judged_by
from tests.kept_promise import COVERAGE

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


def notes(report: dict[str, Any]) -> list[str]:
    """What the verdict says of its waivers."""
    return [each for each in report["verdicts"][0]["notes"] if each.startswith("waiver")]


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
        assert notes(report) == ["waiver less-coverage does not count: it expired at 2026-02-01T00:00:00Z"]


@pytest.mark.parametrize(("second", "waived"), [(-1, False), (0, True)])
def test_it_begins_at_the_second_it_says(second: int, waived: bool, judge: Judge) -> None:
    begin = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) + second
    _, report = judge(at=datetime.fromtimestamp(begin, UTC).isoformat())
    assert outcome(report) == ("WAIVED" if waived else "FAIL")
    if not waived:
        assert notes(report) == ["waiver less-coverage does not count: it begins at 2026-01-01T00:00:00Z"]


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
    assert notes(report) == [
        "waiver less-coverage does not count: it is void: build/coverage was changed since it was approved"
    ]


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


@pytest.mark.parametrize(
    ("worst", "outcome_then"),
    [("", "WAIVED"), ('accepts: ">= 75 %"', "WAIVED"), ('accepts: ">= 76 %"', "INCONCLUSIVE")],
)
def test_lost_data_excuses_no_value_that_is_worse_than_accepted(
    worst: str, outcome_then: str, judge: Judge, capsys: pytest.CaptureFixture[str]
) -> None:
    few = '> 80 %"\n      minSamples: 9\n      displayName: "Few'
    code, report = judge(target=few, accepts=f"{worst}\n  acceptsInconclusive: true")
    assert (code, outcome(report)) == (0 if outcome_then == "WAIVED" else 3, outcome_then)
    if code:
        assert notes(report) == ["waiver less-coverage does not cover this: it accepts '>= 76 %'"]
    Path("past").mkdir()
    Path("report.json").rename("past/report.json")
    assert main(["backtest", "past/report.json", "-f", "json=backtest.json"]) == 0
    (run,) = json.loads(Path("backtest.json").read_text())["runs"]
    assert run["now"] == run["then"]


@pytest.mark.parametrize(
    ("promised", "read"),
    [
        # A third of the window got lost, and of the rest half of the samples are too slow.
        (promise("< 500 ms"), percentile("0.95", "ms", ("500", False, 500, 1000))._replace(present=8)),
        # 28 of 30 are quick enough, which is too few to tell; the p95 itself is 5 s.
        (
            promise("< 500 ms", confidence="0.95"),
            percentile("0.95", "ms", ("500", False, 28, 30), value=5000),
        ),
    ],
)
def test_lost_data_excuses_no_percentile_that_is_known_by_shares_alone(
    promised: Objective, read: Series
) -> None:
    verdict = judged_by(promised, read)
    waiver = Waiver(
        "slow", promised.location, promised.name, "", "", "", "", 0, AT + 1, accepts_inconclusive=True
    )
    ((as_it_is,), _) = waive([verdict], [waiver._replace(accepts=parse_threshold("< 800 ms"))], AT)
    ((whatever,), _) = waive([verdict], [waiver], AT)
    assert (verdict.outcome, as_it_is.outcome, whatever.outcome) == (
        Outcome.INCONCLUSIVE, Outcome.INCONCLUSIVE, Outcome.WAIVED,
    )  # fmt: skip
    assert as_it_is.notes[-1] == (
        "waiver slow does not cover this: what was measured cannot be compared with '< 800 ms'"
    )


@pytest.mark.parametrize(("accepts", "outcome_then"), [("<= 3", Outcome.FAIL), ("<= 8", Outcome.WAIVED)])
def test_what_is_in_doubt_has_to_be_accepted_at_its_worst(accepts: str, outcome_then: Outcome) -> None:
    """Three tests failed, and five did not run to their end."""
    promised = promise("<= 2")
    otherwise = single(8, "count")._replace(doubt="if the 5 in error would have failed")
    verdict = judged_by(promised, single(3, "count")._replace(otherwise=otherwise))
    assert (verdict.outcome, verdict.value) == (Outcome.FAIL, 3)
    assert verdict.notes == ("8 misses <= 2 by 6, if the 5 in error would have failed",)
    waiver = Waiver(
        "some", promised.location, promised.name, "", "", "", "", 0, AT + 1, parse_threshold(accepts)
    )
    ((waived,), _) = waive([verdict], [waiver], AT)
    assert waived.outcome is outcome_then


def test_no_data_at_all_is_excused_where_that_is_accepted() -> None:
    promised = promise("< 500 ms")
    waiver = Waiver(
        "slow", promised.location, promised.name, "", "", "", "", 0, AT + 1,
        parse_threshold("< 800 ms"), accepts_inconclusive=True,
    )  # fmt: skip
    ((verdict,), _) = waive([judged_by(promised, NO_DATA)], [waiver], AT)
    assert verdict.outcome is Outcome.WAIVED


def waived_by(verdict: Verdict, **accepted: Any) -> tuple[Outcome, str]:
    """The outcome under a waiver of the verdict's promise, and the last note."""
    promised = verdict.objective
    waiver = Waiver("slow", promised.location, promised.name, "", "", "", "", 0, AT + 1, **accepted)
    ((waived,), _) = waive([verdict], [waiver], AT)
    return waived.outcome, (waived.notes or ("",))[-1]


def test_a_miss_for_lack_of_data_has_no_value_that_could_be_accepted() -> None:
    verdict = judged_by(promise("< 500 ms", no_data="fail"), NO_DATA)
    assert verdict.outcome is Outcome.FAIL
    assert waived_by(verdict, accepts=parse_threshold("< 800 ms"), accepts_inconclusive=True) == (
        Outcome.FAIL,
        "waiver slow does not cover this: no value was measured that could be compared with '< 800 ms'",
    )


def test_a_percentile_that_misses_by_its_shares_has_no_value_that_could_be_accepted() -> None:
    verdict = judged_by(promise("< 500 ms"), percentile("0.95", "ms", ("500", False, 500, 1000)))
    assert verdict.outcome is Outcome.FAIL
    assert waived_by(verdict, accepts=parse_threshold("< 800 ms"))[0] is Outcome.FAIL


def test_one_that_accepts_inconclusive_excuses_no_miss() -> None:
    verdict = judged_by(promise("< 500 ms"), single(501, "ms"))
    assert waived_by(verdict, accepts_inconclusive=True) == (
        Outcome.FAIL,
        "waiver slow does not cover this: it accepts INCONCLUSIVE only",
    )


def test_one_in_another_dimension_accepts_nothing() -> None:
    verdict = judged_by(promise("< 500 ms"), single(501, "ms"))
    assert waived_by(verdict, accepts=parse_threshold("< 800 MB")) == (
        Outcome.FAIL,
        "waiver slow does not cover this: a time (ms) cannot be compared with an amount of data (MB)",
    )


@pytest.mark.parametrize(("inconclusive", "then"), [(False, Outcome.FAIL), (True, Outcome.WAIVED)])
def test_an_unknown_regression_behind_a_miss_has_to_be_accepted_too(
    inconclusive: bool, then: Outcome
) -> None:
    regression = Regression(parse_allowance("<= +10 %"), Query(reports="past"))
    readings: dict[str, Series | Absence] = {
        "value": single(501, "ms"),
        BASELINE: Absence("no-data", "there is no report"),
    }
    verdict = judged_by(promise("< 500 ms", regression=regression), readings)
    assert verdict.outcome is Outcome.FAIL
    limit = parse_threshold("< 800 ms")
    outcome, note = waived_by(verdict, accepts=limit, accepts_inconclusive=inconclusive)
    assert outcome is then
    if not inconclusive:
        assert note == (
            "waiver slow does not cover this: it does not accept that the regression is INCONCLUSIVE"
        )


def test_a_regression_that_is_kept_does_not_stand_in_the_way() -> None:
    regression = Regression(parse_allowance("<= +10 %"), Query(reports="past"))
    past = PastValue("1.json", "", AT - 9, Fraction(500), parse_unit("ms"))
    readings: dict[str, Series | Absence] = {
        "value": single(501, "ms"),
        BASELINE: Series((), "single", parse_unit("ms"), past=(past,)),
    }
    verdict = judged_by(promise("< 500 ms", regression=regression), readings)
    assert verdict.outcome is Outcome.FAIL
    assert waived_by(verdict, accepts=parse_threshold("< 800 ms"))[0] is Outcome.WAIVED


def test_what_passes_stays_a_pass(judge: Judge) -> None:
    code, report = judge(target="> 70 %")
    assert (code, outcome(report)) == (0, "PASS")
    assert report["verdicts"][0]["waiver"] is None


@pytest.mark.parametrize(
    ("created", "expires", "says"),
    [
        ("2026-01-01T00:00:00", EXPIRES, "is not a time with a zone"),
        (CREATED, "2026-02-30T00:00:00Z", "is not an existing time"),
        (CREATED, "banana", "is not a time with a zone"),
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


@pytest.mark.parametrize("expires", ["2027-01-01T00:00:00Z", "2025-12-01T00:00:00Z"])
def test_the_last_moment_that_it_may_end_is_told(expires: str, judge: Judge) -> None:
    _, report = judge(expires=expires)
    assert report["findings"][0]["remedy"] == "write expires: '2026-04-01T00:00:00Z' or earlier"
    assert judge(expires="2026-04-01T00:00:00Z")[1]["verdicts"]


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


def approve(judge: Judge, *waivers: tuple[str, str, str, str]) -> None:
    """Waivers of the promise as it is: name, the days of January 2026 of its time, and what it accepts."""
    judge()
    digest = json.loads(Path("report.json").read_text())["verdicts"][0]["objective"]["digest"]
    text = PROMISE % "> 80 %"
    for name, created, expires, accepts in waivers:
        waiver = WAIVER % (
            f'"{digest}"',
            f"2026-01-{created}T00:00:00Z",
            f"2026-01-{expires}T00:00:00Z",
            accepts,
        )
        text += waiver.replace("less-coverage", name).replace("PROJ-7", name.upper())
    Path("slos/build.yaml").write_text(text)


def judged() -> tuple[int, dict[str, Any]]:
    code = main(["run", "--at", TIME, "-f", "json=report.json"])
    report = json.loads(Path("report.json").read_text())
    report["findings"] = [each for each in report["findings"] if each["rule"] == "waiver"]
    return code, report


def validated(capsys: pytest.CaptureFixture[str], at: str = TIME) -> list[str]:
    """What ``validate`` says of waivers, on one line each."""
    capsys.readouterr()
    assert main(["validate", "--at", at, "-f", "sarif"]) == 0
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    return [" ".join(each["message"]["text"].split()) for each in results if each["ruleId"] == "waiver"]


GENTLE, STRICT = 'accepts: ">= 70 %"', 'accepts: ">= 79 %"'


@pytest.mark.parametrize("first", [("a", GENTLE, "b", STRICT), ("a", STRICT, "b", GENTLE)])
def test_of_two_at_once_each_has_to_accept_it(
    first: tuple[str, str, str, str], judge: Judge, capsys: pytest.CaptureFixture[str]
) -> None:
    one, accepts, other, too = first
    approve(judge, (one, "01", "20", accepts), (other, "10", "30", too))
    code, report = judged()
    assert (code, outcome(report)) == (1, "FAIL")
    strict, gentle = (one, other) if accepts == STRICT else (other, one)
    assert notes(report) == [
        f"waiver {strict} does not cover this: it accepts '>= 79 %'",
        f"waiver {gentle} would cover this, but every waiver that is valid at the same time has to",
    ]
    said = (
        "waiver 'b': it and waiver 'a' excuse build/coverage at the same time, from 2026-01-10T00:00:00Z to "
        "2026-01-20T00:00:00Z: only what both accept is waived"
    )
    (finding,) = report["findings"]
    assert (finding["level"], finding["message"]) == ("warning", said)
    assert finding["remedy"] == "let one end before the other begins, or remove one"
    assert finding["related"][0]["location"]["line"] == 13
    assert [each.startswith(said) for each in validated(capsys)] == [True]


def test_what_both_accept_is_waived_and_both_are_told(judge: Judge) -> None:
    approve(judge, ("a", "01", "20", 'accepts: ">= 75 %"'), ("b", "10", "30", GENTLE))
    code, report = judged()
    assert (code, outcome(report)) == (0, "WAIVED")
    (verdict,) = report["verdicts"]
    assert verdict["waiver"]["name"] == "b"
    assert [each.partition(" by ")[0] for each in verdict["reasons"][1:]] == [
        "waived until 2026-01-30T00:00:00Z",
        "waived until 2026-01-20T00:00:00Z",
    ]
    assert len(report["findings"]) == 1


@pytest.mark.parametrize("turned", [False, True])
def test_one_after_the_other_is_no_overlap(
    turned: bool, judge: Judge, capsys: pytest.CaptureFixture[str]
) -> None:
    one_by_one = [("a", "01", "10", STRICT), ("b", "10", "30", GENTLE)]
    approve(judge, *(one_by_one[::-1] if turned else one_by_one))
    code, report = judged()
    assert (code, outcome(report)) == (0, "WAIVED")
    assert [each["message"] for each in report["findings"]] == [
        "waiver 'a': it expired at 2026-01-10T00:00:00Z"
    ]
    assert [each.partition(" remedy")[0] for each in validated(capsys)] == [
        "waiver 'a': it expired at 2026-01-10T00:00:00Z"
    ]
    assert [each.partition(" remedy")[0] for each in validated(capsys, "2026-01-05T00:00:00Z")] == [
        "waiver 'b': it begins at 2026-01-10T00:00:00Z"
    ]


def test_validation_tells_that_one_is_void(judge: Judge, capsys: pytest.CaptureFixture[str]) -> None:
    _, report = judge(target="> 85 %", approved_for="> 80 %")
    digest = report["verdicts"][0]["objective"]["digest"]
    (said,) = validated(capsys)
    assert said.startswith(
        "waiver 'less-coverage': it is void: build/coverage was changed since it was approved "
        f"remedy: have it approved again, with digest {digest}"
    )


@pytest.mark.parametrize(
    ("accepts", "told"),
    [
        (GENTLE, ">= 70 %, by waiver less-coverage"),
        (GENTLE + "\n  acceptsInconclusive: true", ">= 70 % and INCONCLUSIVE, by waiver less-coverage"),
    ],
)
@pytest.mark.parametrize("name", ["table", "markdown", "junit", "github", "sarif"])
def test_reports_tell_what_is_accepted(
    name: str, accepts: str, told: str, judge: Judge, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(judge(accepts=accepts)[1]) == "WAIVED"
    capsys.readouterr()
    assert main(["run", "--at", TIME, "-f", name]) == 0
    printed = " ".join(capsys.readouterr().out.replace("&gt;", ">").replace("%25", "%").split())
    assert re.search(f"accepts:? +{re.escape(told)}", printed)
