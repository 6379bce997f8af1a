"""OpenSLO measured by CloudWatch: slices, data points and calendar periods, through the command and the simulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.on_simulator import AT, END, Judged, environment, judge
from tests.simulator import Simulator

DELIVERED = """
      ratioMetric:
        good: {metricSource: {type: CloudWatch, spec: {namespace: App, metricName: Delivered, stat: Sum}}}
        total: {metricSource: {type: CloudWatch, spec: {namespace: App, metricName: Delivered, stat: SampleCount}}}"""
LATENCY = """
      thresholdMetric:
        metricSource:
          type: CloudWatch
          spec: {namespace: App, metricName: Latency, stat: p95, unit: Milliseconds}"""
DAY = "{duration: 1d, calendar: {startTime: 2026-01-01 00:00:00, timeZone: America/New_York}}"


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Simulator]:
    monkeypatch.chdir(tmp_path)
    with Simulator(now=AT) as running:
        environment(monkeypatch, running.url)
        yield running


def slo(sli: str, method: str, objective: str, window: str, annotations: str = "") -> str:
    return f"""apiVersion: openslo/v1
kind: SLO
metadata: {{name: app, annotations: {{checker/owner: team, {annotations}}}}}
spec:
  service: app
  indicator:
    metadata: {{name: sli}}
    spec:{sli}
  timeWindow: [{window}]
  budgetingMethod: {method}
  objectives: [{objective}]
"""


def verdict_of(run: Judged) -> dict[str, Any]:
    schema = json.loads((files("checker") / "schemas" / "report-v1.schema.json").read_text())
    assert [each.message for each in Draft202012Validator(schema).iter_errors(run.report)] == []
    (verdict,) = run.verdicts.values()
    return verdict


def test_timeslices(simulator: Simulator) -> None:
    """Twelve slices of ten deliveries; two of one slice fail, and in another there are none."""
    for number in range(12):
        start = END - 3600 + 300 * number
        if number != 7:
            rows = [(start + 20 * at, 0 if number == 3 and at < 2 else 1) for at in range(10)]
            simulator.put("App", "Delivered", {}, "None", rows)
    objective = "{target: 0.9, timeSliceTarget: 0.9, timeSliceWindow: 5m}"
    run = judge(
        slo(DELIVERED, "Timeslices", objective, "{duration: 1h, isRolling: true}"), "-f", "table=out.txt"
    )
    verdict = verdict_of(run)
    assert (run.code, verdict["outcome"], verdict["value"]["exact"]) == (0, "PASS", "1000/11")
    assert verdict["slices"] == {
        "length": {"seconds": 300, "text": "5m"},
        "expected": 12,
        "empty": 1,
        "bad": 1,
    }
    assert verdict["coverage"]["exact"] == "11/12"
    assert verdict["budget"]["spent"]["exact"] == "10/11"
    assert verdict["objective"]["budgeting"]["method"] == "Timeslices"
    assert "error budget   9.09 % left, 0.1 of 1.1 slices, 0.5454 of 6 min" in Path("out.txt").read_text()


def test_data_points_of_a_percentile(simulator: Simulator) -> None:
    """The p95 of each minute of an hour: 6 of 60 are 900 ms."""
    rows = [(END - 3600 + 60 * minute, 900 if minute % 10 == 0 else 100) for minute in range(60)]
    simulator.put("App", "Latency", {}, "Milliseconds", rows)
    objective = "{op: lt, value: 500, target: 0.9}"
    verdict = verdict_of(judge(slo(LATENCY, "Occurrences", objective, "{duration: 1h, isRolling: true}")))
    assert (verdict["outcome"], verdict["value"]["exact"], verdict["counted"]) == (
        "PASS",
        "90",
        "data points",
    )
    (call,) = [each for each in simulator.requests if each.operation == "GetMetricData"]
    periods = {each["MetricStat"]["Period"] for each in call.parameters["MetricDataQueries"]}
    assert periods == {60}


def test_a_calendar_day_in_new_york_so_far(simulator: Simulator) -> None:
    """It began at 05:00 UTC, and what has arrived ends at 11:55: 83 of 288 slices of five minutes."""
    rows = [(END - 300 * (number + 1), 0 if number == 0 else 1) for number in range(200)]
    simulator.put("App", "Delivered", {}, "None", rows)
    verdict = verdict_of(judge(slo(DELIVERED, "Occurrences", "{target: 0.9}", DAY)))
    assert (verdict["outcome"], verdict["good"]["exact"], verdict["total"]["exact"]) == ("PASS", "82", "83")
    assert verdict["window"] == {"start": "2026-01-31T05:00:00Z", "end": "2026-01-31T11:55:00Z"}
    assert verdict["period"] == {"start": "2026-01-31T05:00:00Z", "end": "2026-02-01T05:00:00Z"}
    # A day of 28.8 bad events, of which one is spent.
    assert verdict["budget"]["allowedEvents"]["exact"] == "28.8"
    assert verdict["budget"]["spent"]["exact"] == "5/144"


@pytest.mark.parametrize(
    ("local", "elapsed"),
    [
        pytest.param("2026-01-29 00:00:00", 65 * 3600 + 1500, id="at half past an hour"),
        pytest.param("2026-01-29 00:25:00", 65 * 3600, id="a whole number of hours ago"),
    ],
)
def test_a_week_in_india_is_asked_from_its_first_minutes(
    simulator: Simulator, local: str, elapsed: int
) -> None:
    """Half an hour failed, and by the hour that would have been before the window."""
    start = END - elapsed
    rows = [(start + 300 * number, 0 if number < 6 else 1) for number in range(-12, elapsed // 300)]
    simulator.put("App", "Delivered", {}, "None", rows)
    week = f"{{duration: 1w, calendar: {{startTime: {local}, timeZone: Asia/Kolkata}}}}"
    verdict = verdict_of(judge(slo(DELIVERED, "Occurrences", "{target: 0.999}", week)))
    assert (verdict["outcome"], verdict["notes"]) == ("FAIL", [])
    assert int(verdict["total"]["exact"]) == elapsed // 300
    assert int(verdict["good"]["exact"]) == elapsed // 300 - 6


def test_lookbacks_within_the_window_are_not_asked_again(simulator: Simulator) -> None:
    rows = [(END - 60 * (number + 1), 0 if number == 0 else 1) for number in range(24 * 60)]
    simulator.put("App", "Delivered", {}, "None", rows)
    annotations = "checker/burnRatePolicy: google-sre"
    text = slo(DELIVERED, "Occurrences", "{target: 0.9}", "{duration: 1d, isRolling: true}", annotations)
    verdict = verdict_of(judge(text))
    assert [(each["name"], each["state"]) for each in verdict["alerts"]] == [
        ("google-sre page 1h/5m", "ok"),
        ("google-sre page 6h/30m", "ok"),
    ]
    assert verdict["alerts"][0]["conditions"][1]["rate"]["exact"] == "2"
    assert sum(each.operation == "GetMetricData" for each in simulator.requests) == 1
