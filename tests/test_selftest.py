"""``checker selftest``: recorded data is changed, and every promise that guards something flips."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main
from checker.evidence import replay
from checker.load.catalog import load
from checker.selftest import selftest
from tests.policy.test_regression import Tree

EXAMPLE = "slos/securebase"
AT = 1_769_860_800
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


def one_exchange(source: str, operation: str, parameters: Any, response: Any) -> None:
    """Writes e.jsonl, a recording of one exchange."""
    connection = {"name": "", "details": {}}
    request = {"source": source, "connection": connection, "operation": operation, "parameters": parameters}
    lines = [{"format": "checker/evidence/v1", "at": AT}]
    lines += [{"request": request, "connected": {}, "response": response}]
    Path("e.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))


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
    more = f"{{formula: passed + 5, metrics: {metrics}}}"
    evidence = recorded(tmp_path, monkeypatch, "> 4", more)
    capsys.readouterr()
    code = main(["selftest", "promises.yaml", "--replay", evidence])
    printed = capsys.readouterr().out
    assert code == 1
    assert "NEVER FAILS  tests/one" in printed
    assert (
        "tests/one  (promises.yaml:8:13)\n  no change of its data made it FAIL: tighten the target" in printed
    )
    assert printed.endswith("0 of 1 promise shown to pass, to fail, and never to pass without data\n")


TOTAL = "{source: TestResults, file: results.xml, measure: total}"


def signals(status: str, left: int) -> dict[str, Any]:
    """A recorded report of Application Signals."""
    report = {
        "Name": "checkout",
        "BudgetStatus": status,
        "Attainment": 99.5,
        "TotalBudgetSeconds": 100,
        "BudgetSecondsRemaining": left,
    }
    return {"Timestamp": AT, "Reports": [report], "Errors": []}


@pytest.mark.parametrize(
    ("indicator", "more", "shown", "missed"),
    [
        ("measure: status", "target: '< 2'", "flips", "2"),
        ("measure: status", "target: '<= 1'", "flips", "2"),  # and not 1.001
        ("measure: status", "target: '== 0'", "flips", "1"),
        ("measure: budgetRemaining", "target: '> -50 %'", "flips", "-50"),
        # 200 % of a status that is at most 2 is 4: a formula that no check before asking can see through.
        ("formula: s * 2, metrics: {s: {source: ApplicationSignals, slo: checkout, measure: status}}",
         "target: '<= 4'", "never fails", None),
    ],
)  # fmt: skip
def test_data_is_only_given_values_that_its_source_can_have(
    indicator: str,
    more: str,
    shown: str,
    missed: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    source = "" if "formula" in indicator else "source: ApplicationSignals, slo: checkout, "
    Path("a.yaml").write_text(
        "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: a}\nspec:\n  criteria:\n"
        f"    - {{name: c, indicator: {{{source}{indicator}}}, {more}}}\n"
    )
    asked = {"Timestamp": AT, "SloIds": ["checkout"]}
    operation = "BatchGetServiceLevelObjectiveBudgetReport"
    one_exchange("ApplicationSignals", operation, asked, signals("OK", 90))
    _, promises = told(capsys, "a.yaml", "--replay", "e.jsonl")
    found = promises["a/c"]
    assert found["shown"] == shown
    assert (found["failed"] and found["failed"]["value"]) == missed


CREDIT = "{source: CostExplorer, granularity: MONTHLY, lag: 10d, metric: UnblendedCost}"


def test_costs_may_be_negative(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(PROMISES.format(indicator=CREDIT, target="> -10 USD"))
    period = {"Start": "2025-12-01", "End": "2026-01-01"}
    asked = {"TimePeriod": period, "Granularity": "MONTHLY", "Metrics": ["UnblendedCost"]}
    total = {"UnblendedCost": {"Amount": "5", "Unit": "USD"}}
    month = {"TimePeriod": period, "Total": total, "Groups": [], "Estimated": False}
    one_exchange("CostExplorer", "GetCostAndUsage", asked, {"pages": [{"ResultsByTime": [month]}]})
    code, promises = told(capsys, "a.yaml", "--replay", "e.jsonl")
    assert (code, promises["tests/one"]["failed"]["value"]) == (0, "-10")


def test_an_answer_without_any_number_is_not_made_nan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No alarm, where that was accepted: the same answer passed again, which was called a defect."""
    monkeypatch.chdir(tmp_path)
    indicator = "{source: CloudWatchAlarms, minAlarms: 0}"
    Path("a.yaml").write_text(PROMISES.format(indicator=indicator, target="== 0"))
    asked = {"at": AT, "AlarmTypes": ["MetricAlarm", "CompositeAlarm", "LogAlarm"], "MaxRecords": 100}
    one_exchange("CloudWatchAlarms", "DescribeAlarms", asked, {"pages": [{"MetricAlarms": []}]})
    code, promises = told(capsys, "a.yaml", "--replay", "e.jsonl")
    found = promises["tests/one"]
    assert (code, found["shown"], found["recorded"]) == (0, "flips", "PASS")
    assert found["faults"] == {"no data": "INCONCLUSIVE", "not recorded": "INCONCLUSIVE"}


@pytest.mark.parametrize(
    ("indicator", "target"),
    [
        (f"{{good: {TOTAL}, total: {TOTAL}}}", "> 99 %"),
        (f"{{formula: a - b, metrics: {{a: {TOTAL}, b: {TOTAL}}}}}", "<= 5"),
        (f"{{formula: a / b, metrics: {{a: {TOTAL}, b: {TOTAL}}}}}", "<= 5"),
    ],
)
def test_two_metrics_that_are_one_query_change_together(
    indicator: str, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Validation refuses them. The self-test does not rest on that: no answer makes such a promise fail."""
    results = "{source: TestResults, file: results.xml, measure: "
    recorded(tmp_path, monkeypatch, "<= 5", f"{results}total}}")
    (tmp_path / "promises.yaml").write_text(
        PROMISES.format(target=target, indicator=indicator), encoding="utf-8"
    )
    catalog, evidence = load(["promises.yaml"]), replay("evidence.jsonl")
    (trial,) = selftest(catalog.objectives, catalog, evidence, evidence.at)
    assert not catalog.valid
    assert trial.recorded.outcome == "PASS"
    assert trial.conclusion == "never fails"
    apart = indicator.replace("measure: total}", "measure: passed}", 1)
    (tmp_path / "promises.yaml").write_text(PROMISES.format(target=target, indicator=apart), encoding="utf-8")
    (trial,) = selftest(load(["promises.yaml"]).objectives, catalog, evidence, evidence.at)
    assert trial.conclusion == "flips"


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
    assert "no promise matches nobody/*" in capsys.readouterr().out


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


def compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, past: str, now: str, *lines: str, measure: str = "p95"
) -> list[str]:
    """The arguments of a self-test of a load test that took ``now`` ms, after one that took ``past`` (or none)."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slos").mkdir()
    (tmp_path / "reports").mkdir()
    tree = Tree(tmp_path, measure)
    if past:
        tree.past(1, past)
    tree.promise(*lines)
    tree.run(100, now, "json=report.json", "--record", "evidence.jsonl", "-q")
    return ["slos", "--replay", "evidence.jsonl"]


REPORTS = "baseline: {reports: reports}"


@pytest.mark.parametrize(
    ("regression", "now", "kept", "failed"),
    [
        ("<= +10 %", "105", "110", "110.11"),
        ("< +10 %", "105", "109.89", "110"),
        ("<= +10 %", "300", "110", "110.11"),
        ("<= -5 %", "80", "95", "95.095"),
        ("<= +50 ms", "105", "150", "150.15"),
        (">= -5 %", "100", "95", "94.905"),
    ],
)
def test_a_regression_alone_flips_at_its_limit(
    regression: str, now: str, kept: str, failed: str,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    arguments = compared(tmp_path, monkeypatch, "100", now, f'regression: "{regression}"', REPORTS)
    capsys.readouterr()
    code, promises = told(capsys, *arguments)
    found = promises["load/p95"]
    assert (code, found["shown"]) == (0, "flips")
    assert found["regression"] == {
        "text": regression,
        "shown": "flips",
        "recorded": "PASS" if now != "300" else "FAIL",
        "baseline": "100",
        "limit": found["regression"]["limit"],
        "unit": "ms",
        "kept": {"value": kept, "unit": "ms", "outcome": "PASS"},
        "missed": {"value": failed, "unit": "ms", "outcome": "FAIL"},
        "failed": {"value": failed, "unit": "ms", "outcome": "FAIL"},
        "noBaseline": "INCONCLUSIVE",
    }
    assert found["regression"]["limit"] in (kept, failed)
    assert (found["kept"], found["failed"]) == (found["regression"]["kept"], found["regression"]["failed"])


def test_a_target_and_a_regression_flip_each_at_its_own_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = 'target: "< 105 ms"', 'critical: "> 120 ms"', 'regression: "<= +10 %"', REPORTS
    arguments = compared(tmp_path, monkeypatch, "100", "101", *lines)
    capsys.readouterr()
    code, promises = told(capsys, *arguments)
    found = promises["load/p95"]
    assert (code, found["shown"]) == (0, "flips")
    assert [found[side]["value"] for side in ("kept", "missed", "failed")] == ["104.895", "105", "120.12"]
    assert found["missed"]["outcome"] == "WARN"
    assert found["regression"]["kept"] == {"value": "110", "unit": "ms", "outcome": "WARN"}
    assert found["regression"]["failed"] == {"value": "110.11", "unit": "ms", "outcome": "FAIL"}
    main(["selftest", *arguments])
    printed = """\
shown    promise    target               recorded    kept at        missed at      fails at
yes      load/p95   < 105 ms             PASS        104.9 ms       105 ms (WARN)  120.2 ms
yes      load/p95   <= +10 %: <= 110 ms  PASS        110 ms (WARN)  110.2 ms       110.2 ms

1 of 1 promise shown to pass, to fail, and never to pass without data
"""
    assert capsys.readouterr().out == printed


def test_a_regression_that_nothing_can_reach_never_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = 'target: "> 50 ms"', 'regression: ">= -200 ms"', REPORTS
    arguments = compared(tmp_path, monkeypatch, "100", "101", *lines)
    capsys.readouterr()
    code, promises = told(capsys, *arguments)
    assert (code, promises["load/p95"]["shown"]) == (1, "never fails")
    assert promises["load/p95"]["regression"]["shown"] == "never fails"
    main(["selftest", *arguments])
    assert "no change of its data was worse than its regression allows: allow less" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "recorded", "without", "reason"),
    [
        ((), "INCONCLUSIVE", "INCONCLUSIVE", "baseline: "),
        (("firstRun: pass",), "PASS", "PASS", "FIRST RUN, compared with nothing: "),
    ],
)
def test_without_a_baseline_a_regression_is_not_shown(
    more: tuple[str, ...], recorded: str, without: str, reason: str,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    lines = 'target: "< 200 ms"', 'regression: "<= +10 %"', REPORTS, *more
    arguments = compared(tmp_path, monkeypatch, "", "101", *lines)
    capsys.readouterr()
    code, promises = told(capsys, *arguments)
    found = promises["load/p95"]
    assert (code, found["shown"]) == (3, "not shown")
    assert found["kept"]["value"] == "199.8"
    assert (found["regression"]["shown"], found["regression"]["recorded"]) == ("not shown", recorded)
    assert (found["regression"]["limit"], found["regression"]["noBaseline"]) == (None, without)
    main(["selftest", *arguments])
    assert f"recorded as {recorded}: {reason}" in " ".join(capsys.readouterr().out.split())


def test_the_load_test_of_the_example_flips_at_its_target_and_at_its_baseline(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, promises = told(capsys, EXAMPLE, "--replay", EVIDENCE, "--select", "load-test/query-time")
    found = promises["load-test/query-time"]
    assert (code, found["kept"]["value"], found["failed"]["value"]) == (0, "4.995", "5")
    assert found["regression"]["kept"]["value"] == found["regression"]["limit"]
    assert found["regression"]["failed"]["outcome"] == "FAIL"
