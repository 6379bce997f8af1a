"""A moment of the past, asked about today: no waiver and no attestation comes back, and every report says so."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from checker.cli import clock, main, options
from tests.kept_promise import COVERAGE

AT = "2026-01-15T12:00:00Z"
EXPIRES = "2026-02-01T00:00:00Z"
PROMISES = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: build}
spec:
  criteria:
    - name: coverage
      indicator: {source: Coverage, file: coverage.json}
      target: "> 80 %"
    - name: survey
      indicator: {source: Attestation}
      target: confirmed
"""
WAIVER = """\
---
apiVersion: checker/v1
kind: Waiver
metadata: {name: less}
spec:
  objective: build/coverage
  digest: "%s"
  reason: The generated parser is not covered yet.
  ticket: PROJ-7
  approver: A. Maintainer
  created: "%s"
  expires: "2026-02-01T00:00:00Z"
  accepts: "> 70 %%"
"""
ATTESTATION = """\
---
apiVersion: checker/v1
kind: Attestation
metadata: {name: asked}
spec:
  objective: build/survey
  digest: "%s"
  statement: Seventeen of twenty were content.
  confirmedBy: D. Reyes
  confirmedAt: "2026-01-10T09:00:00Z"
  validUntil: "2026-02-01T00:00:00Z"
  evidence:
    - {link: survey.txt, sha256: %s}
"""
LATE = "; as of 2026-01-15T12:00:00Z, asked 310 days later"


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The clock, which stands at a day of November until it is set."""
    monkeypatch.setattr(options, "moment", seconds)
    monkeypatch.setattr(clock, "now", lambda: seconds("2026-11-22T06:00:00Z"))
    return monkeypatch


def at_clock(today: pytest.MonkeyPatch, text: str) -> None:
    today.setattr(clock, "now", lambda: seconds(text))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, today: pytest.MonkeyPatch) -> Path:
    """Promises of which one is missed and waived, and the other confirmed; by their dates both until February."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "coverage.json").write_text(json.dumps(COVERAGE))
    (tmp_path / "survey.txt").write_bytes(b"17 of 20")
    (tmp_path / "slos").mkdir()
    write("2026-01-01T00:00:00Z")
    return tmp_path


def write(created: str) -> None:
    file = Path("slos/build.yaml")
    file.write_text(PROMISES)
    digests = {each["objective"]["name"]: each["objective"]["digest"] for each in run()["verdicts"]}
    text = WAIVER % (digests["build/coverage"], created)
    text += ATTESTATION % (digests["build/survey"], hashlib.sha256(b"17 of 20").hexdigest())
    file.write_text(PROMISES + text)


def run(*flags: str) -> dict[str, Any]:
    main(["run", "-f", "json=report.json", *flags])
    report: dict[str, Any] = json.loads(Path("report.json").read_text())
    return report


def outcomes(report: dict[str, Any]) -> list[str]:
    return [
        each["outcome"]
        for each in sorted(report["verdicts"], key=lambda each: str(each["objective"]["name"]))
    ]


KEPT, EXPIRED = ["WAIVED", "PASS"], ["FAIL", "INCONCLUSIVE"]


def test_what_had_expired_by_the_clock_does_not_come_back() -> None:
    report = run("--at", AT)
    assert outcomes(report) == EXPIRED
    assert (report["at"], report["askedAt"]) == (AT, "2026-11-22T06:00:00Z")
    assert report["decision"]["headline"] == (
        f"RELEASE: NOT ALLOWED (exit 1) - 1 of 2 promises failed, 1 inconclusive{LATE}"
    )
    coverage, survey = sorted(report["verdicts"], key=lambda each: str(each["objective"]["name"]))
    gone = f"it expired at {EXPIRES}, before this was asked"
    assert f"waiver less does not count: {gone}" in coverage["notes"]
    assert survey["reasons"] == [f"attestation asked: {gone}"]
    assert [each["message"] for each in report["findings"] if each["rule"] in ("waiver", "attestation")] == [
        f"waiver 'less': {gone}",
        f"attestation 'asked': {gone}",
    ]


@pytest.mark.parametrize("name", ["table", "json", "junit", "markdown", "github", "sarif", "html"])
def test_every_report_says_that_the_moment_was_chosen(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", "--at", AT, "-f", name])
    told = " ".join(capsys.readouterr().out.split())
    assert LATE in told
    # JUnit knows no warnings.
    assert name == "junit" or (
        "this run judges 2026-01-15T12:00:00Z, but its sources were asked at 2026-11-22T06:00:00Z: "
        "waivers and attestations that had expired by then do not count" in told
    )


def test_at_its_own_time_all_of_it_counts(today: pytest.MonkeyPatch) -> None:
    at_clock(today, AT)
    for flags in ([], ["--at", AT]):
        report = run(*flags)
        assert outcomes(report) == KEPT
        assert report["at"] == report["askedAt"] == AT
        assert "as of" not in report["decision"]["headline"]


@pytest.mark.parametrize(
    ("now", "told", "counts"),
    [
        ("2026-02-01T00:59:59Z", "", KEPT),
        ("2026-02-01T01:00:00Z", "asked 1 hour later", EXPIRED),
        ("2026-02-01T23:59:58Z", "asked 23 hours later", EXPIRED),
        ("2026-02-01T23:59:59Z", "asked 1 day later", EXPIRED),
    ],
)
def test_the_steps_of_a_pipeline_may_name_one_moment(
    now: str, told: str, counts: list[str], today: pytest.MonkeyPatch
) -> None:
    """Here the last second of both, asked about up to an hour later."""
    at_clock(today, now)
    report = run("--at", "2026-01-31T23:59:59Z")
    assert outcomes(report) == counts
    assert report["decision"]["headline"].endswith(told)
    assert ("as of" in report["decision"]["headline"]) == bool(told)


def test_a_recording_holds_when_it_was_asked_and_its_replay_says_the_same() -> None:
    run("--at", AT, "--record", "evidence.jsonl")
    header = json.loads(Path("evidence.jsonl").read_text().splitlines()[0])
    assert (header["at"], header["askedAt"]) == (seconds(AT), seconds("2026-11-22T06:00:00Z"))
    live, recorded = Path("report.json").read_bytes(), Path("evidence.jsonl").read_bytes()
    for flags in ([], ["--at", AT]):
        run("--replay", "evidence.jsonl", "--record", "again.jsonl", *flags)
        assert Path("report.json").read_bytes() == live
        assert Path("again.jsonl").read_bytes() == recorded


def test_a_recording_of_its_own_time_is_worth_the_same_for_ever(
    today: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at_clock(today, AT)
    run("--record", "evidence.jsonl")
    live = Path("report.json").read_bytes()
    at_clock(today, "2027-01-15T12:00:00Z")
    assert outcomes(run("--replay", "evidence.jsonl")) == KEPT
    assert Path("report.json").read_bytes() == live
    capsys.readouterr()
    assert main(["backtest", "evidence.jsonl", "-f", "json"]) == 0
    (past,) = json.loads(capsys.readouterr().out)["runs"]
    assert past["now"] == 0
    assert main(["explain", "build/coverage", "--replay", "evidence.jsonl"]) == 0
    assert f"accepts > 70 % until {EXPIRES}" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("old", [False, True])
def test_what_is_recorded_today_judged_as_of_another_day_brings_nothing_back(
    old: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """``old`` recordings do not say when they were asked: then it was the moment that they are about."""
    run("--record", "evidence.jsonl")
    recording = Path("evidence.jsonl")
    if old:
        header, *lines = recording.read_text().splitlines()
        left = {key: value for key, value in json.loads(header).items() if key != "askedAt"}
        recording.write_text("\n".join([json.dumps(left), *lines]) + "\n")
    report = run("--replay", "evidence.jsonl", "--at", AT)
    assert outcomes(report) == EXPIRED
    assert report["decision"]["headline"].endswith(LATE)
    capsys.readouterr()
    main(["explain", "build/coverage", "--replay", "evidence.jsonl", "--at", AT])
    assert f": expired at {EXPIRES}" in " ".join(capsys.readouterr().out.split())


def test_what_was_recorded_may_be_waived_later(today: pytest.MonkeyPatch) -> None:
    write("2026-01-20T00:00:00Z")
    at_clock(today, AT)
    assert outcomes(run("--record", "evidence.jsonl")) == ["FAIL", "PASS"]
    assert outcomes(run("--replay", "evidence.jsonl", "--at", "2026-01-20T00:00:00Z")) == KEPT


AHEAD = "; as of 2026-01-15T12:00:00Z, asked 10 days before"


def test_what_has_not_begun_by_the_clock_is_not_brought_forward(today: pytest.MonkeyPatch) -> None:
    """Nor by a replay of such a run; of a confirmation that has begun, and of a waiver that has not."""
    write("2026-01-12T00:00:00Z")
    at_clock(today, "2026-01-05T12:00:00Z")
    report = run("--at", AT, "--record", "evidence.jsonl")
    assert outcomes(report) == EXPIRED
    assert report["decision"]["headline"].endswith(AHEAD)
    coverage, survey = sorted(report["verdicts"], key=lambda each: str(each["objective"]["name"]))
    assert (
        "waiver less does not count: it begins at 2026-01-12T00:00:00Z, after this was asked"
        in coverage["notes"]
    )
    assert survey["reasons"] == [
        "attestation asked: it was confirmed at 2026-01-10T09:00:00Z, after this was asked"
    ]
    assert (
        "this run judges 2026-01-15T12:00:00Z, which was still ahead when its sources were asked "
        "at 2026-01-05T12:00:00Z: waivers and attestations that had not begun by then do not count"
    ) in [each["message"] for each in report["findings"]]
    live = Path("report.json").read_bytes()
    run("--replay", "evidence.jsonl")
    assert Path("report.json").read_bytes() == live
    at_clock(today, "2026-01-15T11:00:00Z")
    assert outcomes(run("--at", AT)) == KEPT


def test_a_replay_as_of_a_later_moment_says_so(today: pytest.MonkeyPatch) -> None:
    write("2026-01-12T00:00:00Z")
    at_clock(today, "2026-01-05T12:00:00Z")
    run("--record", "evidence.jsonl")
    report = run("--replay", "evidence.jsonl", "--at", AT)
    assert outcomes(report) == KEPT
    assert report["decision"]["headline"].endswith(AHEAD)


@pytest.mark.parametrize("wrong", ["null", '"2026"', "1.5", "true"])
def test_a_header_with_another_moment_is_refused(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    run("--record", "evidence.jsonl")
    header, rest = Path("evidence.jsonl").read_text().split("\n", 1)
    asked = json.loads(header)["askedAt"]
    Path("evidence.jsonl").write_text(
        header.replace(f'"askedAt": {asked}', f'"askedAt": {wrong}') + "\n" + rest
    )
    assert main(["run", "--replay", "evidence.jsonl"]) == 2
    assert "evidence.jsonl:1: this is not a recording of the format" in capsys.readouterr().err


def test_rules_see_that_a_confirmation_is_over() -> None:
    Path("rules").mkdir()
    Path("rules/own.yaml").write_text(
        "apiVersion: checker/v1\nkind: Rule\nmetadata: {name: own}\nspec:\n  scope: verdict\n  level: note\n"
        "  when: verdict.attestation != null\n  expression: verdict.attestation == null\n"
        '  message: "{verdict.attestation.state}"\n  remedy: None.\n  rationale: A test\'s.\n'
    )
    found = run("--at", AT)["findings"]
    assert [each["message"] for each in found if each["rule"] == "own"] == ["expired"]
