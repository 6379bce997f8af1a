"""CloudWatch through the command, on the simulator: what is asked, and what its answers come to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main
from tests.simulator import Simulator

AT = 1_769_860_800
TIME = "2026-01-31T12:00:00Z"
END = AT - 300
DAY = 86400
HEAD = (
    "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: app}\nspec:\n  window: %s\n  criteria:\n"
)

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


@pytest.fixture
def judge(simulator: Simulator, tmp_path: Path) -> Judge:
    """Judges criteria given as YAML flow mappings; gives the verdicts by name, without the document's."""

    def run(*criteria: str, window: str = "1h", code: int | None = None) -> dict[str, dict[str, Any]]:
        folder = tmp_path / "slos"
        folder.mkdir(exist_ok=True)
        (folder / "app.yaml").write_text(HEAD % window + "".join(f"    - {{{each}}}\n" for each in criteria))
        exit_code = main(["run", "--at", TIME, "-f", "json=report.json"])
        report = json.loads((tmp_path / "report.json").read_text())
        assert code in (None, exit_code), report
        assert report["verdicts"], report["findings"]
        return {each["objective"]["name"].removeprefix("app/"): each for each in report["verdicts"]}

    return run


def metric(name: str, stat: str, more: str = "") -> str:
    return f"{{source: CloudWatch, namespace: App, metricName: {name}, stat: {stat}{', ' + more if more else ''}}}"


def asked(simulator: Simulator, operation: str = "GetMetricData") -> list[Any]:
    return [call for call in simulator.requests if call.operation == operation]


def test_each_statistic_has_its_value(simulator: Simulator, judge: Judge) -> None:
    """Twelve periods of unequal weight: the mean of their averages would be 5.5 and the p50 of p50s 5."""
    for minute in range(60):
        values = [1.0] * 9 if minute % 2 else [10.0]
        simulator.put("App", "Time", {}, "Seconds", [(END - 3600 + minute * 60, value) for value in values])
    criteria = {
        "sum": ("Sum", "570 s"),
        "count": ("SampleCount", "300"),
        "average": ("Average", "1.9 s"),
        "minimum": ("Minimum", "1 s"),
        "maximum": ("Maximum", "10 s"),
        "median": ("p50", "1 s"),
        "p95": ("p95", "10 s"),
    }
    verdicts = judge(
        *(
            f"name: {name}, indicator: {metric('Time', stat, 'unit: Seconds')}, target: '== {value}'"
            for name, (stat, value) in criteria.items()
        ),
        code=0,
    )
    assert {name: verdict["outcome"] for name, verdict in verdicts.items()} == dict.fromkeys(criteria, "PASS")
    assert verdicts["p95"]["samples"] == 300


def test_a_percentile_over_days_is_judged_by_shares_and_never_averaged(
    simulator: Simulator, judge: Judge
) -> None:
    """One bad hour of 5,000 slow requests among 71 of 100 fast ones: the mean of the hourly p95s is far below
    500 ms, the real p95 is 900 ms."""
    start = END // 3600 * 3600 - 3 * DAY
    for hour in range(72):
        slow = hour == 40
        row = (start + hour * 3600, 900.0 if slow else 100.0, 5000 if slow else 100)
        simulator.put_counts("App", "Latency", {}, "Milliseconds", [row])
    query = metric("Latency", "p95", "unit: Milliseconds")
    verdicts = judge(
        f"name: below, indicator: {query}, target: '< 500 ms'",
        f"name: above, indicator: {query}, target: '<= 900 ms'",
        f"name: strict, indicator: {query}, target: '< 900 ms'",
        f"name: banded, indicator: {query}, target: '< 500 ms', critical: '> 1 s'",
        window="3d",
    )
    assert {name: verdict["outcome"] for name, verdict in verdicts.items()} == {
        "below": "FAIL",
        "above": "PASS",
        "strict": "FAIL",
        "banded": "WARN",
    }
    assert verdicts["below"]["good"] is None
    assert verdicts["below"]["samples"] == 12_100
    assert any("cannot be combined" in note for note in verdicts["below"]["notes"])
    stats = {
        query["MetricStat"]["Stat"]
        for call in asked(simulator)
        for query in call.parameters["MetricDataQueries"]
    }
    assert not any(stat.startswith("p") for stat in stats)


def test_five_thousand_metrics_are_ten_requests(simulator: Simulator, judge: Judge) -> None:
    for number in range(5000):
        simulator.put(
            "App", f"M{number}", {}, "Count", [(END - 60 * minute, 1.0) for minute in range(5, 61, 5)]
        )
    verdicts = judge(
        *(
            f"name: m{number}, indicator: {metric(f'M{number}', 'Sum')}, target: '== 12'"
            for number in range(5000)
        ),
        code=0,
    )
    assert len(verdicts) == 5000
    assert len(asked(simulator)) == 10
    assert {len(call.parameters["MetricDataQueries"]) for call in asked(simulator)} == {500}


def test_what_several_promises_need_is_asked_once(simulator: Simulator, judge: Judge) -> None:
    simulator.put("App", "Time", {}, "Seconds", [(END - 60 * minute, 1.0) for minute in range(1, 60)])
    query = metric("Time", "p95", "unit: Seconds")
    judge(
        *(f"name: n{number}, indicator: {query}, target: '< {number + 2} s'" for number in range(20)), code=0
    )
    (call,) = asked(simulator)
    assert [each["MetricStat"]["Stat"] for each in call.parameters["MetricDataQueries"]] == [
        "SampleCount",
        "p95",
    ]


@pytest.mark.parametrize(
    ("publish", "query", "reason", "remedy"),
    [
        (
            {"CustomerId": "a", "QueryType": "b"},
            metric("Time", "Sum"),
            "published with CustomerId, QueryType; queried with none; CloudWatch does not aggregate across dimensions",
            "query it with CustomerId, QueryType, or publish the metric with no dimensions as well",
        ),
        (
            {"CustomerId": "a", "QueryType": "b"},
            metric("Time", "Sum", "dimensions: {CustomerId: a}"),
            "published with CustomerId, QueryType; queried with CustomerId;",
            "query it with CustomerId, QueryType",
        ),
        (
            {"CustomerId": "a"},
            metric("Time", "Sum", "dimensions: {CustomerId: b}"),
            "no series with CustomerId=b",
            "there are CustomerId=a",
        ),
        ({}, metric("Tiem", "Sum"), "App has no metric Tiem", "did you mean Time?"),
        (
            {},
            metric("Time", "Sum", "unit: Seconds"),
            "the metric exists with these dimensions",
            "published in Seconds",
        ),
    ],
)
def test_an_empty_answer_is_explained(
    publish: dict[str, str], query: str, reason: str, remedy: str, simulator: Simulator, judge: Judge
) -> None:
    simulator.put(
        "App", "Time", publish, "Milliseconds", [(END - 60 * minute, 1.0) for minute in range(1, 60)]
    )
    verdict = judge(
        f"name: empty, indicator: {query}, target: '< 5{' s' if 'Seconds' in query else ''}'", code=3
    )["empty"]
    assert verdict["outcome"] == "INCONCLUSIVE"
    assert reason in verdict["reasons"][0]
    assert remedy in verdict["remedy"]


def test_an_empty_namespace_is_explained(simulator: Simulator, judge: Judge) -> None:
    verdict = judge(f"name: empty, indicator: {metric('Time', 'Sum')}, target: '< 5'", code=3)["empty"]
    assert "the namespace App has no metrics here" in verdict["reasons"][0]
    assert "check the namespace, the region and the account" in verdict["remedy"]


def test_the_window_ends_before_what_has_not_arrived(simulator: Simulator, judge: Judge) -> None:
    """A point of the last five minutes is no part of the window, whatever its value."""
    simulator.put("App", "Time", {}, "Count", [(AT - 60 * minute, 1.0) for minute in range(6, 66)])
    simulator.put("App", "Time", {}, "Count", [(AT - 120, 1000.0)])
    verdict = judge(f"name: sum, indicator: {metric('Time', 'Sum')}, target: '== 60'", code=0)["sum"]
    assert verdict["window"] == {"start": "2026-01-31T10:55:00Z", "end": "2026-01-31T11:55:00Z"}
    again = judge(
        f"name: sum, indicator: {metric('Time', 'Sum', 'period: 1m, lag: 1s')}, target: '< 1000'", code=1
    )["sum"]
    assert again["value"]["exact"] == "1056"


@pytest.mark.parametrize(("window", "period"), [("1h", 300), ("1d", 300), ("7d", 3600), ("90d", 3600)])
def test_the_period_is_one_that_cloudwatch_still_keeps(
    window: str, period: int, simulator: Simulator, judge: Judge
) -> None:
    judge(f"name: sum, indicator: {metric('Time', 'Sum')}, target: '< 5'", window=window)
    (call,) = asked(simulator)
    assert {each["MetricStat"]["Period"] for each in call.parameters["MetricDataQueries"]} == {period}
    assert (call.parameters["EndTime"] - call.parameters["StartTime"]) % period == 0


def test_statistic_sets_have_no_percentile(simulator: Simulator, judge: Judge) -> None:
    rows = [(END - 60 * minute, 10, 100.0, 1.0, 50.0) for minute in range(1, 60)]
    simulator.put_statistics("App", "Time", {}, "Seconds", rows)
    query = metric("Time", "p95", "unit: Seconds")
    verdict = judge(f"name: p95, indicator: {query}, target: '< 500 s'", code=4)["p95"]
    assert "CloudWatch computes no p95" in verdict["reasons"][0]
    assert "publish single values" in verdict["remedy"]


def test_gaps_in_the_window_are_inconclusive(simulator: Simulator, judge: Judge) -> None:
    simulator.put("App", "Time", {}, "Count", [(END - 300 * number, 1.0) for number in range(1, 11)])
    query = metric("Time", "Sum")
    verdict = judge(f"name: sum, indicator: {query}, target: '< 500'", code=3)["sum"]
    assert "only 83.33 % of the window's points are there, and 90 % are needed" in verdict["reasons"][0]
    assert judge(f"name: sum, indicator: {query}, target: '< 500', minCoverage: 80 %", code=0)


def test_a_p95_of_a_sample_needs_its_confidence_bound(simulator: Simulator, judge: Judge) -> None:
    def publish(name: str, slow: int) -> None:
        for minute in range(60):
            values = [0.1] * 10 if minute >= slow else [0.1] * 9 + [9.0]
            simulator.put("App", name, {}, "Seconds", [(END - 3600 + minute * 60, value) for value in values])

    publish("Clear", 10)
    publish("Close", 25)
    publish("Slow", 60)
    verdicts = judge(
        *(
            f"name: {name.lower()}, indicator: {metric(name, 'p95', 'unit: Seconds')}, target: '< 1 s', "
            "confidence: 95 %"
            for name in ("Clear", "Close", "Slow")
        )
    )
    assert {name: verdict["outcome"] for name, verdict in verdicts.items()} == {
        "clear": "PASS",
        "close": "INCONCLUSIVE",
        "slow": "FAIL",
    }


def test_every_connection_says_who_answered(simulator: Simulator, judge: Judge, tmp_path: Path) -> None:
    simulator.put("App", "Time", {}, "Count", [(END - 60 * minute, 1.0) for minute in range(1, 60)])
    judge(f"name: sum, indicator: {metric('Time', 'Sum')}, target: '< 500'", code=0)
    (connection,) = json.loads((tmp_path / "report.json").read_text())["connections"]
    for fact in ("account=123456789012", "region=us-east-1", f"endpoint={simulator.url}"):
        assert fact in connection["connected"]


def test_without_a_region_the_remedy_says_where_it_is_read(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    verdict = judge(f"name: jobs, indicator: {metric('Jobs', 'Sum')}, target: '> 0'", code=4)["jobs"]
    assert verdict["outcome"] == "ERROR"
    assert "NoRegionError" in str(verdict["reasons"])
    assert verdict["remedy"] == (
        "set AWS_DEFAULT_REGION, or name a DataSource with a region in the query's dataSourceRef "
        "(OpenSLO: metricSourceRef)"
    )
