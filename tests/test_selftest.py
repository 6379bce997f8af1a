"""``checker selftest``: recorded data is changed, and every promise that guards something flips."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main

EXAMPLE = "slos/securebase"
EVIDENCE = f"{EXAMPLE}/evidence.synthetic.jsonl"

PROMISES = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {{name: tests}}
spec:
  service: analytics
  owner: team
  criteria:
    - name: one
      indicator: {indicator}
      target: "{target}"
"""

RESULTS = """\
<testsuite name="all" tests="4" failures="1" errors="0" skipped="0" time="1">
  <testcase classname="a" name="b" time="0.1"/><testcase classname="a" name="c" time="0.2"/>
  <testcase classname="a" name="d" time="0.3"/>
  <testcase classname="a" name="e" time="0.4"><failure message="no"/></testcase>
</testsuite>
"""


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main(["selftest", *arguments, "-f", "json"])
    printed = json.loads(capsys.readouterr().out)
    return code, {each["name"]: each for each in printed["promises"]}


def test_every_promise_of_the_example_that_has_data_is_shown_to_flip(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, promises = told(capsys, EXAMPLE, "--replay", EVIDENCE)
    without = {name for name, each in promises.items() if each["shown"] != "flips"}
    assert without <= {
        "checklist/customer-survey",
        "checklist/slack-webhook",
        "phase-4/slack-delivery-success",
    } | {name for name in without if promises[name]["recorded"] in ("INCONCLUSIVE", "ERROR")}
    assert code == 3
    assert len(promises) - len(without) >= 30
    for name in promises.keys() - without:
        each = promises[name]
        assert each["kept"]["outcome"] == "PASS"
        assert each["failed"]["outcome"] == "FAIL"
        assert set(each["faults"].values()) <= {"INCONCLUSIVE", "ERROR", "FAIL"}


@pytest.mark.parametrize(
    ("name", "kept", "failed"),
    [
        ("phase-4/query-execution-time", "4.995", "5"),  # < 5 s: a thousandth beneath, and at it
        ("phase-4/test-coverage", "90.09", "90"),  # > 90 %
        ("operations/throttles-a-day", "10", "11"),  # <= 10: whole events
    ],
)
def test_the_data_is_moved_close_to_the_threshold_on_both_sides(
    name: str, kept: str, failed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, promises = told(capsys, EXAMPLE, "--replay", EVIDENCE, "--select", name)
    assert (promises[name]["kept"]["value"], promises[name]["failed"]["value"]) == (kept, failed)


def test_no_number_is_no_pass(capsys: pytest.CaptureFixture[str]) -> None:
    _, promises = told(capsys, EXAMPLE, "--replay", EVIDENCE, "--select", "phase-4/query-*")
    assert promises["phase-4/query-execution-time"]["faults"] == {
        "no data": "INCONCLUSIVE",
        "not recorded": "INCONCLUSIVE",
        "NaN": "ERROR",
    }


def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, indicator: str) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results.xml").write_text(RESULTS, encoding="utf-8")
    text = PROMISES.format(target=target, indicator=indicator)
    (tmp_path / "promises.yaml").write_text(text, encoding="utf-8")
    main(["run", "promises.yaml", "--record", "evidence.jsonl", "--quiet"])
    return "evidence.jsonl"


def test_a_promise_that_can_never_fail_is_listed_and_fails_the_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = "{passed: {source: TestResults, file: results.xml, measure: passed}}"
    same = f"{{formula: passed / passed, metrics: {metrics}}}"
    evidence = recorded(tmp_path, monkeypatch, "<= 2", same)
    capsys.readouterr()
    code = main(["selftest", "promises.yaml", "--replay", evidence])
    printed = capsys.readouterr().out
    assert code == 1
    assert "NEVER FAILS  tests/one" in printed
    assert (
        "tests/one  (promises.yaml:8:13)\n  no change of its data made it FAIL: tighten the target" in printed
    )
    assert printed.endswith("0 of 1 promise shown to pass, to fail, and never to pass without data\n")


def test_a_share_of_events_flips_at_its_threshold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence = recorded(
        tmp_path, monkeypatch, ">= 70 %", "{source: TestResults, file: results.xml, measure: passRatio}"
    )
    capsys.readouterr()
    code, promises = told(capsys, "promises.yaml", "--replay", evidence)
    assert code == 0
    assert promises["tests/one"]["shown"] == "flips"


def test_what_is_not_there_cannot_be_tested(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest", EXAMPLE, "--replay", str(tmp_path / "none.jsonl")]) == 2
    assert "there is no file" in capsys.readouterr().err
    assert main(["selftest", EXAMPLE, "--replay", EVIDENCE, "--select", "nobody/*"]) == 2
    assert "no objective is named like nobody/*" in capsys.readouterr().out


def test_a_person_s_word_without_a_file_rests_on_no_recorded_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its data is the attestation: that can be taken away, and a source's answer to it there never was."""
    evidence = recorded(tmp_path, monkeypatch, "confirmed", "{source: Attestation}")
    assert main(["run", "promises.yaml", "-f", "json=report.json", "-q"]) == 3
    digest = json.loads(Path("report.json").read_text(encoding="utf-8"))["verdicts"][0]["objective"]["digest"]
    Path("word.yaml").write_text(WORD.format(digest=digest, zeros="0" * 64), encoding="utf-8")
    at = ["--at", "2026-02-01T00:00:00Z"]
    assert main(["run", "promises.yaml", "word.yaml", *at, "--record", evidence, "-q"]) == 0
    capsys.readouterr()
    code, promises = told(capsys, "promises.yaml", "word.yaml", *at, "--replay", evidence)
    assert (code, promises["tests/one"]["shown"]) == (0, "flips")
    assert promises["tests/one"]["faults"] == {"no data": "INCONCLUSIVE"}


WORD = """\
apiVersion: checker/v1
kind: Attestation
metadata: {{name: looked}}
spec:
  objective: tests/one
  digest: {digest}
  statement: I looked.
  confirmedBy: Somebody
  confirmedAt: 2026-01-31T12:00:00Z
  validUntil: 2026-03-31T12:00:00Z
  evidence: [{{link: "https://example.com/a", sha256: "{zeros}"}}]
"""
