"""Sustained conditions through the command: what is asked of CloudWatch, what becomes of it, what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from checker.cli import main
from tests.simulator import Simulator

AT = 1_769_860_800
TIME = "2026-01-31T12:00:00Z"
HOUR = 3600
END = AT - HOUR
"""The end of the last whole hour that has arrived at ``AT``."""
HEAD = "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: app}\nspec:\n  criteria:\n"
LATENCY = "{source: CloudWatch, namespace: App, metricName: Latency, stat: p95, unit: Milliseconds}"
A_DAY = "evaluation: {period: 1h, evaluationPeriods: 24}"

Judge = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Simulator]:
    monkeypatch.chdir(tmp_path)
    with Simulator(now=AT) as running:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "synthetic",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": running.url,
        }.items():
            monkeypatch.setenv(name, value)
        yield running


def write(folder: Path, *criteria: str, more: str = "") -> None:
    (folder / "slos").mkdir(exist_ok=True)
    text = HEAD + "".join(f"    - {{{each}}}\n" for each in criteria) + more
    (folder / "slos" / "app.yaml").write_text(text)


@pytest.fixture
def judge(simulator: Simulator, tmp_path: Path) -> Judge:
    """Judges criteria given as YAML flow mappings; gives the verdicts by name, without the document's."""

    def run(*criteria: str, more: str = "") -> dict[str, dict[str, Any]]:
        write(tmp_path, *criteria, more=more)
        main(["run", "--at", TIME, "-f", "json=report.json", "-f", "table=report.txt"])
        report = json.loads((tmp_path / "report.json").read_text())
        assert report["verdicts"], report["findings"]
        schema = json.loads((files("checker") / "schemas" / "report-v1.schema.json").read_text())
        assert [each.message for each in Draft202012Validator(schema).iter_errors(report)] == []
        return {each["objective"]["name"].removeprefix("app/"): each for each in report["verdicts"]}

    return run


def hours(
    simulator: Simulator, *values: float | None, name: str = "Latency", unit: str = "Milliseconds"
) -> None:
    """Twenty samples of each value, in hours of which the last ends at END."""
    start = END - HOUR * len(values)
    for number, value in enumerate(values):
        if value is not None:
            rows = [(start + number * HOUR + 60 * minute, value) for minute in range(0, 60, 3)]
            simulator.put("App", name, {}, unit, rows)


def asked(simulator: Simulator) -> list[Any]:
    return [call.parameters for call in simulator.requests if call.operation == "GetMetricData"]


def test_p95_above_500_ms_for_24_hours(simulator: Simulator, judge: Judge, tmp_path: Path) -> None:
    hours(simulator, *[480.0] * 2, *[620.0] * 23, 900.0)
    verdicts = judge(
        f"name: day, indicator: {LATENCY}, target: '<= 500 ms', {A_DAY}",
        f"name: half, indicator: {LATENCY}, target: '<= 899 ms', {A_DAY[:-1]}, datapointsToAlarm: 12}}",
        f"name: band, indicator: {LATENCY}, target: '<= 500 ms', critical: '> 700 ms', {A_DAY}",
    )
    day = verdicts["day"]
    assert {name: each["outcome"] for name, each in verdicts.items()} == {
        "day": "FAIL",
        "half": "PASS",
        "band": "WARN",
    }
    assert day["value"] == {"exact": "24", "text": "24 of 24"}
    assert day["margin"] == {"exact": "0", "text": "0 of 24"}
    assert day["compared"]["text"] == "< 24 of 24 periods > 500 ms"
    assert day["window"] == {"start": "2026-01-30T11:00:00Z", "end": "2026-01-31T11:00:00Z"}
    assert day["samples"] == 480
    assert day["objective"]["window"]["text"] == "1d"
    assert day["objective"]["evaluation"] == {
        "period": {"seconds": 3600, "text": "1h"},
        "evaluationPeriods": 24,
        "datapointsToAlarm": 24,
        "treatMissingData": "missing",
    }
    periods = day["evaluation"]["periods"]
    assert len(periods) == 26
    assert periods[-1] == {
        "start": "2026-01-31T10:00:00Z",
        "value": {"exact": "900", "text": "900 ms"},
        "state": "breaching",
        "critical": False,
        "counted": True,
    }
    assert [period["counted"] for period in periods[:3]] == [False, False, True]
    assert verdicts["band"]["evaluation"]["periods"][-1]["critical"] is True
    (call,) = asked(simulator)
    assert (call["StartTime"], call["EndTime"]) == (END - 26 * HOUR, END)
    assert {query["MetricStat"]["Period"] for query in call["MetricDataQueries"]} == {HOUR}
    table = (tmp_path / "report.txt").read_text()
    assert "24 of 24" in table
    assert "0 0 X X X" in table


@pytest.mark.parametrize(
    ("stat", "target", "outcome"),
    [
        ("Average", "<= 500 ms", "FAIL"),
        ("Average", "<= 550 ms", "PASS"),
        ("Minimum", "<= 400 ms", "PASS"),
        ("Minimum", "<= 399 ms", "FAIL"),
        ("Maximum", "<= 400 ms", "FAIL"),
        ("Sum", "<= 10 s", "FAIL"),
        ("Sum", "<= 12 s", "PASS"),
        ("SampleCount", ">= 20", "PASS"),
        ("SampleCount", ">= 21", "FAIL"),
        ("p50", "<= 400 ms", "FAIL"),
    ],
)
def test_each_statistic_is_computed_for_each_period(
    simulator: Simulator, judge: Judge, stat: str, target: str, outcome: str
) -> None:
    hours(simulator, 400.0, 400.0, 400.0, 550.0)
    simulator.put("App", "Latency", {}, "Milliseconds", [(END - 60, 200.0)])
    indicator = LATENCY.replace("p95", stat)
    evaluation = "evaluation: {period: 1h, evaluationPeriods: 2, datapointsToAlarm: 1}, minSamples: 5"
    verdicts = judge(f"name: it, indicator: {indicator}, target: '{target}', {evaluation}")
    assert verdicts["it"]["outcome"] == outcome
    assert verdicts["it"]["samples"] == 41


def test_more_than_ten_throttling_events_a_day(simulator: Simulator, judge: Judge) -> None:
    """A counter that is silent when nothing happens: its silence counts only where the heartbeat was seen."""
    midnight = AT // 86400 * 86400
    for day, count in enumerate([11, 0, 4]):
        simulator.put("App", "Alive", {}, "Count", [(midnight - (3 - day) * 86400, 1.0)])
        if count:
            simulator.put(
                "App", "Throttles", {}, "Count", [(midnight - (3 - day) * 86400 + 60, float(count))]
            )
    throttles = "{source: CloudWatch, namespace: App, metricName: %s, stat: Sum, unit: Count}"
    silent = f"noData: zero, heartbeat: {throttles % 'Alive'}"
    evaluation = "evaluation: {period: 1d, evaluationPeriods: %d, datapointsToAlarm: 1, treatMissingData: %s}"
    verdicts = judge(
        f"name: two, indicator: {throttles % 'Throttles'}, target: '<= 10', {evaluation % (2, 'missing')}, {silent}",
        f"name: three, indicator: {throttles % 'Throttles'}, target: '<= 10', {evaluation % (3, 'missing')}, {silent}",
        f"name: never, indicator: {throttles % 'Nothing'}, target: '<= 10', {evaluation % (2, 'notBreaching')}",
        f"name: alive, indicator: {throttles % 'Nothing'}, target: '<= 10', {evaluation % (3, 'notBreaching')}, "
        f"{silent}",
        f"name: dead, indicator: {throttles % 'Nothing'}, target: '<= 10', {evaluation % (3, 'notBreaching')}, "
        f"noData: zero, heartbeat: {throttles % 'Dead'}",
    )
    assert {name: each["outcome"] for name, each in verdicts.items()} == {
        "two": "PASS",
        "three": "FAIL",
        "never": "INCONCLUSIVE",
        "alive": "PASS",
        "dead": "INCONCLUSIVE",
    }


@pytest.mark.parametrize(
    ("treatment", "outcome"),
    [("missing", "FAIL"), ("ignore", "INCONCLUSIVE"), ("breaching", "FAIL"), ("notBreaching", "PASS")],
)
def test_missing_periods_are_treated_as_the_manual_says(
    simulator: Simulator, judge: Judge, treatment: str, outcome: str
) -> None:
    """``- - X - -`` with 3 of 3, the premature alarm."""
    hours(simulator, 620.0, None, None)
    evaluation = f"evaluation: {{period: 1h, evaluationPeriods: 3, treatMissingData: {treatment}}}"
    verdicts = judge(f"name: it, indicator: {LATENCY}, target: '<= 500 ms', {evaluation}")
    assert verdicts["it"]["outcome"] == outcome


def test_a_ratio_of_each_period(simulator: Simulator, judge: Judge) -> None:
    for name, counts in {"Bad": [0, 6, 0], "All": [100, 100, 100]}.items():
        start = END - 3 * HOUR
        rows = [(start + number * HOUR, float(count)) for number, count in enumerate(counts)]
        simulator.put("App", name, {}, "Count", rows)
    side = "{source: CloudWatch, namespace: App, metricName: %s, stat: Sum, unit: Count}"
    indicator = f"{{bad: {side % 'Bad'}, total: {side % 'All'}}}"
    evaluation = "evaluation: {period: 1h, evaluationPeriods: 3, datapointsToAlarm: %d}"
    verdicts = judge(
        f"name: one, indicator: {indicator}, target: '> 95 %', {evaluation % 1}",
        f"name: two, indicator: {indicator}, target: '> 95 %', {evaluation % 2}",
    )
    assert verdicts["one"]["outcome"] == "FAIL"
    assert verdicts["two"]["outcome"] == "PASS"
    assert "the worst is 94 % at 2026-01-31T09:00:00Z" in verdicts["two"]["reasons"][0]


def test_samples_without_a_percentile_are_an_error(simulator: Simulator, judge: Judge) -> None:
    """CloudWatch computes no percentile where a value is negative: that is no gap."""
    hours(simulator, 400.0, -1.0, 400.0)
    verdicts = judge(
        f"name: it, indicator: {LATENCY}, target: '<= 500 ms', evaluation: {{period: 1h, evaluationPeriods: 3}}"
    )
    assert verdicts["it"]["outcome"] == "ERROR"
    assert "CloudWatch computes no p95" in verdicts["it"]["reasons"][0]


WAIVER = """\
---
apiVersion: checker/v1
kind: Waiver
metadata: {name: slow-days}
spec:
  objective: app/it
  digest: %s
  reason: The new index is being built.
  ticket: APP-7
  approver: A. Maintainer
  created: "2026-01-01T00:00:00Z"
  expires: "2026-02-01T00:00:00Z"
  accepts: "%s"
"""


def test_a_waiver_accepts_the_worst_of_the_periods_and_none_that_is_missing(
    simulator: Simulator, judge: Judge
) -> None:
    hours(simulator, 620.0, 650.0, 640.0)
    three = f"name: it, indicator: {LATENCY}, target: '<= 500 ms', evaluation: {{period: 1h, evaluationPeriods: %d%s}}"
    digest = judge(three % (3, ""))["it"]["objective"]["digest"]
    accepted = judge(three % (3, ""), more=WAIVER % (digest, "<= 650 ms"))["it"]
    assert (accepted["outcome"], accepted["waiver"]["without"]) == ("WAIVED", "FAIL")
    assert judge(three % (3, ""), more=WAIVER % (digest, "<= 649 ms"))["it"]["outcome"] == "FAIL"
    # Of another evaluation the same waiver is void; and it takes no missing period for one that it accepts.
    other = three % (4, ", treatMissingData: breaching")
    assert judge(other, more=WAIVER % (digest, "<= 650 ms"))["it"]["outcome"] == "FAIL"
    digest = judge(other)["it"]["objective"]["digest"]
    void = judge(other, more=WAIVER % (digest, "<= 650 ms"))["it"]
    assert void["outcome"] == "FAIL"
    assert any("missing data counts as a miss" in note for note in void["notes"])


def findings(folder: Path, capsys: pytest.CaptureFixture[str], *criteria: str) -> str:
    write(folder, *criteria)
    assert main(["validate", str(folder / "slos")]) == 2
    return " ".join(capsys.readouterr().out.split())


QUERY = LATENCY[:-1]


@pytest.mark.parametrize(
    ("criterion", "told"),
    [
        (
            f"indicator: {LATENCY}, evaluation: {{period: 1h, evaluationPeriods: 3, datapointsToAlarm: 4}}",
            ("4 of 3 periods can never miss the target", "write at most 3, or raise evaluationPeriods"),
        ),
        (
            f"indicator: {LATENCY}, window: 1h, {A_DAY}",
            ("24 periods of 1h are 1d, but the window is different", "remove the window, or write 1d"),
        ),
        (
            f"indicator: {LATENCY}, evaluation: {{period: 90s, evaluationPeriods: 3}}",
            ("CloudWatch has no period of 90s", "write 1s, 5s, 10s, 20s, 30s or a multiple of 1m"),
        ),
        (
            f"indicator: {LATENCY}, evaluation: {{period: 2d, evaluationPeriods: 3}}",
            ("a period is at most one day", "write 1d or less"),
        ),
        (
            f"indicator: {LATENCY}, evaluation: {{period: 10s, evaluationPeriods: 2000}}",
            ("CloudWatch keeps no periods of 10s as far back as", "use periods of 1m or more"),
        ),
        (
            f"indicator: {QUERY}, period: 5m}}, {A_DAY}",
            ("the query's period is 5m, and the evaluation's 1h", "remove it from the query"),
        ),
        (
            f"indicator: {LATENCY}, confidence: 95 %, {A_DAY}",
            ("a period has no confidence bound", "remove confidence, or the evaluation"),
        ),
        (
            f"indicator: {{source: Coverage, file: coverage.xml}}, {A_DAY}",
            (
                "Coverage cannot return a value for each period",
                "remove the evaluation, and set a target for one value",
            ),
        ),
        (
            f"indicator: {LATENCY}, evaluation: {{period: 1h, evaluationPeriods: 0}}",
            ("evaluationPeriods",),
        ),
        (
            f"indicator: {LATENCY}, evaluation: {{period: 1h, evaluationPeriods: 3, treatMissingData: ignored}}",
            ("treatMissingData", "'ignore'"),
        ),
        (
            "indicator: {source: CloudWatchLogs, logGroups: [/app], query: 'stats count(*) as all by bin(5m) as time', "
            f"time: time, combine: sum}}, {A_DAY}",
            ("the query returns no row for each 1h", "group by bin(1h)"),
        ),
    ],
)
def test_what_is_refused_says_the_mend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], criterion: str, told: tuple[str, ...]
) -> None:
    target = "> 90 %" if "Coverage" in criterion else "<= 500" if "Logs" in criterion else "<= 500 ms"
    printed = findings(tmp_path, capsys, f"name: it, target: '{target}', {criterion}")
    for words in told:
        assert words in printed
    assert "1 error" in printed


def test_a_window_that_says_the_same_and_a_log_query_by_the_period_are_valid(tmp_path: Path) -> None:
    write(
        tmp_path,
        f"name: same, indicator: {LATENCY}, target: '<= 500 ms', window: 24h, {A_DAY}",
        "name: logs, indicator: {source: CloudWatchLogs, logGroups: [/app], "
        "query: 'stats count(*) as all by bin(1h) as time', time: time, combine: sum}, target: '<= 500', "
        f"{A_DAY}",
    )
    assert main(["validate", str(tmp_path / "slos")]) == 0


def test_a_service_default_window_is_not_a_contradiction(tmp_path: Path) -> None:
    write(tmp_path, f"name: it, indicator: {LATENCY}, target: '<= 500 ms', {A_DAY}", more="  window: 1h\n")
    assert main(["validate", str(tmp_path / "slos")]) == 0
