"""What a customer's scripts measured wrongly, one by one, and that ``checker`` does not.

The scripts and guides that ``slos/securebase`` replaces had 22 defects. The first is one of bash alone; every
other one concerns a measurement and has its tests here, through the command.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from checker.cli import main
from tests.moto_server import moto_server
from tests.on_simulator import AT, END, criteria, environment, judge, metric, put_hour, validate
from tests.simulator import Simulator

DEFECTS = {
    2: "p95 is asked as a basic statistic, read from the wrong key, and without the metric's dimensions",
    3: "no data is compared as text, and reads as a failure or as a pass",
    4: "a rate is divided by 100, whatever the number of rows",
    5: "an attribute is counted that nobody writes, and what is counted is a status and not deliveries",
    6: "the count of each page is printed, and the pages' counts are read as one number",
    7: "adoption counts inactive customers and old reports, passes 100 %, and is cut to whole percents",
    8: "the time of a PDF export is judged by its average",
    9: "coverage is scraped from the text of a test run that may have failed",
    10: "five of seven criteria are checked, and the total says five",
    11: "a failure rate is 100 minus the number of successes",
    12: "a metric is drawn that is never published",
    13: "nowhere is said what missing data means",
    14: "throttling is looked for in UserErrors, and latency by TableName alone",
    15: "two statistics are written as one",
    16: "a function's duration is asked without naming the function",
    17: "the daily look at the alarms leaves out composite ones and those without data",
    18: "log queries use a command that is none, filter what is not logged, and compare ms with s",
    19: "bands leave values to nobody",
    20: "99.9 % is judged over an hour that ends now",
    21: "a p99 exceeds the maximum, and failed requests count as fast ones",
    22: "costs are blended, and those of days that are not over",
}
"""Every defect that concerns a measurement. Number N has the tests ``test_NN_*``."""

DAY = 86400


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    environment(monkeypatch)


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with Simulator(now=AT) as running:
        monkeypatch.setenv("AWS_ENDPOINT_URL", running.url)
        yield running


@pytest.fixture(scope="module")
def tables() -> Iterator[str]:
    """Customers and reports as DynamoDB has them: 3000 customers, 1200 of them active, 480 with a new report."""
    with moto_server() as url:
        _fill_tables(url)
        yield url


def _fill_tables(url: str) -> None:
    client = boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="synthetic",
    )

    def ago(days: int) -> str:
        return datetime.fromtimestamp(AT - days * DAY, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    customers = [
        {"id": f"c{number:04}", "status": "active" if number < 1200 else "inactive", "notes": "x" * 900}
        for number in range(3000)
    ]
    reports = [
        # 480 active customers with a new report, 400 with an old one only, 900 who left and had a new one.
        *({"id": f"new{number}", "customer": f"c{number:04}", "at": ago(3)} for number in range(480)),
        *({"id": f"old{number}", "customer": f"c{number:04}", "at": ago(45)} for number in range(480, 880)),
        *({"id": f"left{number}", "customer": f"c{number:04}", "at": ago(2)} for number in range(1200, 2100)),
    ]
    few = [{"id": f"c{number:04}", "status": "active"} for number in (0, 1, 2999)]
    schedules = [
        {"id": f"s{number}", "deliveryStatus": "success" if number else "failed"} for number in range(20)
    ]
    for table, items in (
        ("customers", customers),
        ("reports", reports),
        ("few", few),
        ("nobody", []),
        ("schedules", schedules),
    ):
        client.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        for begin in range(0, len(items), 25):
            puts: list[Any] = [
                {"PutRequest": {"Item": {name: {"S": value} for name, value in item.items()}}}
                for item in items[begin : begin + 25]
            ]
            client.batch_write_item(RequestItems={table: puts})


def test_every_defect_has_its_tests() -> None:
    tested = {int(found[1]) for name in globals() if (found := re.match(r"test_(\d\d)_", name))}
    assert tested == set(DEFECTS) == set(range(2, 23))


# 2


def test_02_a_percentile_is_asked_as_one_and_read_as_one(simulator: Simulator) -> None:
    """Of 1200 queries 90 took 9 s: the p95 is 9 s, and no basic statistic is."""
    put_hour(simulator, "App", "Time", {}, "Seconds", [(1.0, 925), (9.0, 75)])
    found = judge(
        criteria(f"name: p95, indicator: {metric('Time', 'p95', 'unit: Seconds')}, target: '< 5 s'")
    )
    assert found.code == 1
    assert found.verdicts["p95"]["value"]["exact"] == "9"
    (call,) = (each for each in simulator.requests if each.operation == "GetMetricData")
    assert "p95" in {each["MetricStat"]["Stat"] for each in call.parameters["MetricDataQueries"]}
    assert simulator.counts["GetMetricStatistics"] == 0


def test_02_dimensions_left_out_are_inconclusive_with_what_is_published(simulator: Simulator) -> None:
    put_hour(simulator, "App", "Time", {"CustomerId": "a", "QueryType": "b"}, "Seconds", [(1.0, 50)])
    found = judge(
        criteria(f"name: p95, indicator: {metric('Time', 'p95', 'unit: Seconds')}, target: '< 5 s'")
    )
    assert found.code == 3
    assert found.verdicts["p95"]["outcome"] == "INCONCLUSIVE"
    assert "published with CustomerId, QueryType; queried with none" in found.verdicts["p95"]["reasons"][0]
    assert "query it with CustomerId, QueryType" in found.verdicts["p95"]["remedy"]


CATALOGUE = """\
---
apiVersion: checker/v1
kind: MetricCatalog
metadata: {name: published}
spec:
  source: CloudWatch
  namespace: App
  metrics:
    - {name: Time, unit: Seconds, dimensions: [[CustomerId, QueryType]]}
    - {name: ReportDeliverySuccess, unit: Count, dimensions: [[DeliveryMethod]]}
    - {name: SuccessfulRequestLatency, unit: Milliseconds, dimensions: [[Operation, TableName]]}
    - {name: Duration, unit: Milliseconds, dimensions: [[FunctionName]]}
"""


def test_02_dimensions_left_out_are_an_error_before_anything_is_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = f"name: p95, indicator: {metric('Time', 'p95', 'unit: Seconds')}, target: '< 5 s'"
    code, words = validate(criteria(row) + CATALOGUE, capsys)
    assert code == 2
    assert "Time is published with CustomerId, QueryType, but queried with no dimensions" in words
    assert "remedy: query it with CustomerId, QueryType" in words


# 3


@pytest.mark.parametrize("target", ["< 5", "> 5"])
def test_03_no_data_neither_fails_nor_passes(simulator: Simulator, target: str) -> None:
    found = judge(criteria(f"name: gone, indicator: {metric('Time', 'Average')}, target: '{target}'"))
    assert (found.code, found.outcomes()) == (3, {"gone": "INCONCLUSIVE"})
    assert found.verdicts["gone"]["value"] is None
    assert "None" not in found.verdicts["gone"]["reasons"][0]


@pytest.mark.parametrize("target", ["< 5", "> 5"])
def test_03_not_a_number_neither_fails_nor_passes(simulator: Simulator, target: str) -> None:
    put_hour(simulator, "App", "Time", {}, "Seconds", [(1.0, 50)])
    simulator.faults.add("nan", operation="GetMetricData", times=None)
    found = judge(criteria(f"name: odd, indicator: {metric('Time', 'Maximum')}, target: '{target}'"))
    assert (found.code, found.outcomes()) == (4, {"odd": "ERROR"})


# 4, 11


def delivery(name: str, target: str, metric_name: str) -> str:
    good, total = metric(metric_name, "Sum"), metric(metric_name, "SampleCount")
    return f"name: {name}, indicator: {{good: {good}, total: {total}}}, target: '{target}'"


def put_deliveries(simulator: Simulator, name: str, delivered: int, failed: int) -> None:
    """Attempts spread over the twelve periods of the hour."""
    values = [1.0] * delivered + [0.0] * failed
    points = [(END - 300 * (number % 12 + 1), value) for number, value in enumerate(values)]
    simulator.put("App", name, {}, "Count", points)


def test_04_a_rate_is_divided_by_what_there_was(simulator: Simulator) -> None:
    put_deliveries(simulator, "Many", 150, 100)
    put_deliveries(simulator, "Few", 47, 0)
    found = judge(criteria(delivery("many", "> 98 %", "Many"), delivery("few", "> 98 %", "Few")))
    assert found.outcomes() == {"many": "FAIL", "few": "PASS"}
    assert found.verdicts["many"]["value"]["exact"] == "60"
    assert found.verdicts["many"]["total"]["exact"] == "250"
    assert found.verdicts["few"]["value"]["exact"] == "100"
    assert found.verdicts["few"]["total"]["exact"] == "47"


@pytest.mark.parametrize(
    ("delivered", "failed", "share", "outcome"),
    [(24, 0, "0", "PASS"), (250, 0, "0", "PASS"), (245, 5, "2", "PASS"), (244, 6, "2.4", "FAIL")],
)
def test_11_a_failure_rate_is_of_the_attempts(
    simulator: Simulator, delivered: int, failed: int, share: str, outcome: str
) -> None:
    """The alarm's formula gave 76 % for 24 of 24, and -150 % for 250 of 250, so that it never fired."""
    put_deliveries(simulator, "Sent", delivered, failed)
    found = judge(criteria(delivery("failures", "<= 2 %", "Sent")))
    assert found.outcomes() == {"failures": outcome}
    assert found.verdicts["failures"]["value"]["exact"] == share


# 5, 6, 7


def table(name: str, count: str = "") -> str:
    more = f", count: {count}" if count else ""
    return f"{{source: DynamoDB, table: {name}{more}}}"


def test_05_an_attribute_that_nobody_writes_is_an_error_and_no_count(
    tables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", tables)
    misspelt = table("schedules", "{where: {lastDeliveryStatus: success}}")
    written = table("schedules", "{where: {deliveryStatus: success}}")
    total = table("schedules")
    found = judge(
        criteria(
            f"name: misspelt, indicator: {{good: {misspelt}, total: {total}}}, target: '> 90 %'",
            f"name: written, indicator: {{good: {written}, total: {total}}}, target: '> 90 %'",
        )
    )
    assert (found.code, found.outcomes()) == (4, {"misspelt": "ERROR", "written": "PASS"})
    assert "lastDeliveryStatus" in found.verdicts["misspelt"]["reasons"][0]
    assert found.verdicts["written"]["value"]["exact"] == "95"


def test_06_three_thousand_items_on_several_pages_are_three_thousand(
    tables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", tables)
    whole = table("customers", "{whereExists: [notes]}")
    found = judge(criteria(f"name: all, indicator: {whole}, target: '== 3000'"))
    assert (found.code, found.verdicts["all"]["value"]["exact"]) == (0, "3000")
    (pages,) = (re.search(r"(\d+) pages", note) for note in found.verdicts["all"]["notes"])
    assert pages is not None
    assert int(pages[1]) >= 3


RECENT = "distinct: customer, where: {at: '>= now - 30d'}"
ACTIVE = "{where: {status: active}}"


def adoption(name: str, target: str, customers: str = "customers", more: str = RECENT) -> str:
    within = f"within: {{table: {customers}, key: id, where: {{status: active}}}}"
    good = table("reports", f"{{{more}, {within}}}")
    return f"name: {name}, indicator: {{good: {good}, total: {table(customers, ACTIVE)}}}, target: '{target}'"


def test_07_adoption_counts_active_customers_and_their_new_reports(
    tables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """480 of 1200. With old reports it would be 880, with those of customers who left 1380, which is 115 %."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", tables)
    without = table("reports", f"{{{RECENT}}}")
    found = judge(
        criteria(
            adoption("adoption", "> 50 %"),
            adoption("ever", "> 50 %", more="distinct: customer"),
            f"name: anybody, indicator: {{good: {without}, total: {table('customers', ACTIVE)}}}, target: '> 50 %'",
        )
    )
    assert found.outcomes() == {"adoption": "FAIL", "ever": "PASS", "anybody": "ERROR"}
    assert found.verdicts["adoption"]["value"]["exact"] == "40"
    assert found.verdicts["adoption"]["good"]["exact"] == "480"
    assert Fraction(found.verdicts["ever"]["value"]["exact"]) == Fraction(88_000, 1200)
    assert "1380" in found.verdicts["anybody"]["reasons"][0], "a share above 100 % is nonsense, and no pass"


def test_07_a_share_is_exact_and_one_of_no_customers_is_none(
    tables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", tables)
    found = judge(
        criteria(
            adoption("above", "> 66.66 %", "few"),
            adoption("below", "> 66.67 %", "few"),
            adoption("nobody", "> 50 %", "nobody"),
        )
    )
    assert found.outcomes() == {"above": "PASS", "below": "FAIL", "nobody": "INCONCLUSIVE"}
    assert Fraction(found.verdicts["above"]["value"]["exact"]) == Fraction(200, 3)


# 8


def test_08_a_query_without_its_statistic_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    query = "{source: CloudWatch, namespace: App, metricName: PDFExportDuration, unit: Seconds}"
    code, words = validate(criteria(f"name: pdf, indicator: {query}, target: '< 10 s'"), capsys)
    assert code == 2
    assert "stat" in words


def test_08_the_tail_that_an_average_hides_is_seen_by_a_percentile(simulator: Simulator) -> None:
    """94 of 100 take 1 s, six a minute: 4.54 s on average."""
    put_hour(simulator, "App", "Export", {}, "Seconds", [(1.0, 94), (60.0, 6)])
    rows = (
        f"name: {stat.lower()}, indicator: {metric('Export', stat, 'unit: Seconds')}, target: '< 10 s'"
        for stat in ("Average", "p95")
    )
    found = judge(criteria(*rows))
    assert found.outcomes() == {"average": "PASS", "p95": "FAIL"}
    assert found.verdicts["average"]["value"]["exact"] == "4.54"
    assert found.verdicts["p95"]["value"]["exact"] == "60"
    assert "p95" in found.verdicts["p95"]["asked"][0], "the statistic is stated"


# 9

COBERTURA = (
    '<coverage line-rate="1" version="7" timestamp="%d"><packages><package name="a"><classes>'
    '<class filename="a.py" name="a"><lines>%s</lines></class></classes></package></packages></coverage>'
)
COVERED = "".join(f'<line number="{number}" hits="{int(number > 5)}"/>' for number in range(1, 101))
JUNIT = (
    '<testsuites><testsuite name="unit" tests="20" failures="1" errors="0" skipped="0">'
    + "".join(f'<testcase classname="a" name="t{number}"/>' for number in range(19))
    + '<testcase classname="a" name="t19"><failure message="no"/></testcase></testsuite></testsuites>'
)


def test_09_a_failed_test_run_fails_whatever_its_coverage() -> None:
    Path("coverage.xml").write_text(COBERTURA % ((AT - 3600) * 1000, COVERED))
    Path("tests.xml").write_text(JUNIT)
    found = judge(
        criteria(
            "name: coverage, indicator: {source: Coverage, file: coverage.xml}, target: '> 90 %'",
            "name: tests, indicator: {source: TestResults, file: tests.xml}, target: '== 100 %'",
        )
    )
    assert (found.code, found.outcomes()) == (1, {"coverage": "PASS", "tests": "FAIL"})
    assert found.verdicts["coverage"]["value"]["exact"] == "95"


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        (COBERTURA % ((AT - 3600) * 1000, COVERED), "PASS"),
        (COBERTURA % ((AT - 2 * DAY) * 1000, COVERED), "INCONCLUSIVE"),
        (COBERTURA % ((AT - 3600) * 1000, ""), "INCONCLUSIVE"),
        ("TOTAL       100      5    95%\n1 failed, 19 passed\n", "ERROR"),
    ],
    ids=["fresh", "stale", "no lines", "the text of a run"],
)
def test_09_coverage_is_of_this_build_and_of_lines(written: str, outcome: str) -> None:
    Path("coverage.xml").write_text(written)
    row = "name: coverage, indicator: {source: Coverage, file: coverage.xml}, target: '> 90 %', maxAge: 1d"
    assert judge(criteria(row)).outcomes() == {"coverage": outcome}


# 10

SECUREBASE = Path(__file__).parents[1] / "slos/securebase"


def test_10_every_promise_of_the_example_has_a_verdict(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(SECUREBASE.parents[1])
    promised = {
        f"{document['metadata']['name']}/{criterion['name']}"
        if document["kind"] == "SuccessCriteria"
        else document["metadata"]["name"]
        for file in SECUREBASE.glob("*.yaml")
        for document in yaml.safe_load_all(file.read_text(encoding="utf-8"))
        for criterion in document["spec"].get("criteria") or document["spec"].get("objectives") or ()
    }
    report = tmp_path / "report.json"
    evidence = "slos/securebase/evidence.synthetic.jsonl"
    main(["run", "slos/securebase", "--replay", evidence, "-f", f"json={report}"])
    verdicts = json.loads(report.read_text(encoding="utf-8"))["verdicts"]
    assert {each["objective"]["name"] for each in verdicts} == promised
    assert len(verdicts) == len(promised)
    assert {"api-availability", "phase-4/error-rate"} <= promised, "which the script left out"


def test_10_a_promise_that_cannot_be_measured_ends_no_other(simulator: Simulator) -> None:
    put_hour(simulator, "App", "Time", {}, "Count", [(1.0, 1)])
    rows = [
        f"name: n{number}, indicator: {metric('Time' if number % 2 else 'Gone', 'Sum')}, target: '> {number}'"
        for number in range(7)
    ]
    found = judge(criteria(*rows))
    assert found.outcomes() == {f"n{number}": "PASS" if number % 2 else "INCONCLUSIVE" for number in range(7)}
    assert sum(found.report["decision"]["counts"]["gating"].values()) == 7


# 12


def test_12_a_metric_that_is_never_published_is_found_by_the_catalogue(
    capsys: pytest.CaptureFixture[str],
) -> None:
    query = metric("ReportDeliveryFailure", "Sum", "dimensions: {DeliveryMethod: email}")
    code, words = validate(criteria(f"name: failures, indicator: {query}, target: '< 2'") + CATALOGUE, capsys)
    assert code == 2
    assert "App has no metric 'ReportDeliveryFailure' by its catalogue" in words
    assert "did you mean 'ReportDeliverySuccess'?" in words


# 13


def test_13_missing_data_means_what_the_promise_says(simulator: Simulator) -> None:
    put_hour(simulator, "App", "Alive", {}, "Count", [(1.0, 1)])
    query, zero = metric("Gone", "Sum"), "noData: zero"
    found = judge(
        criteria(
            f"name: unsaid, indicator: {query}, target: '< 5'",
            f"name: fail, indicator: {query}, target: '< 5', noData: fail",
            f"name: zero, indicator: {query}, target: '< 5', {zero}, heartbeat: {metric('Alive', 'SampleCount')}",
            f"name: dead, indicator: {query}, target: '< 5', {zero}, heartbeat: {metric('Dead', 'SampleCount')}",
        )
    )
    assert found.outcomes() == {
        "unsaid": "INCONCLUSIVE",
        "fail": "FAIL",
        "zero": "PASS",
        "dead": "INCONCLUSIVE",
    }


def test_13_silence_is_zero_only_beside_a_sign_of_life(capsys: pytest.CaptureFixture[str]) -> None:
    row = f"name: zero, indicator: {metric('Gone', 'Sum')}, target: '< 5', noData: zero"
    code, words = validate(criteria(row), capsys)
    assert code == 2
    assert "heartbeat" in words


# 14


def throttles(name: str) -> str:
    queries = {
        side: metric(f"{side}ThrottleEvents", "Sum", "dimensions: {TableName: shop}", "AWS/DynamoDB")
        for side in ("Read", "Write")
    }
    beat = metric("ConsumedReadCapacityUnits", "SampleCount", "dimensions: {TableName: shop}", "AWS/DynamoDB")
    return (
        f"name: {name}, indicator: {{formula: r + w, metrics: {{r: {queries['Read']}, w: {queries['Write']}}}}}, "
        f"noData: zero, heartbeat: {beat}, target: '== 0 /min', critical: '> 10 /min'"
    )


def test_14_silent_throttles_are_zero_while_the_table_is_used(simulator: Simulator) -> None:
    assert judge(criteria(throttles("idle"))).outcomes() == {"idle": "INCONCLUSIVE"}
    shop = {"TableName": "shop"}
    put_hour(simulator, "AWS/DynamoDB", "ConsumedReadCapacityUnits", shop, "Count", [(5.0, 10)])
    found = judge(criteria(throttles("healthy")))
    assert found.outcomes() == {"healthy": "PASS"}
    assert found.verdicts["healthy"]["value"]["exact"] == "0"
    simulator.put("AWS/DynamoDB", "WriteThrottleEvents", shop, "Count", [(END - 600, 1.0)] * 30)
    found = judge(criteria(throttles("throttled")))
    assert found.outcomes() == {"throttled": "WARN"}
    assert found.verdicts["throttled"]["value"]["exact"] == "0.5", "30 in an hour"


def test_14_a_latency_that_needs_its_operation_is_found_by_the_catalogue(
    capsys: pytest.CaptureFixture[str],
) -> None:
    query = metric("SuccessfulRequestLatency", "Average", "dimensions: {TableName: shop}, unit: Milliseconds")
    code, words = validate(criteria(f"name: t, indicator: {query}, target: '< 10 ms'") + CATALOGUE, capsys)
    assert code == 2
    assert (
        "SuccessfulRequestLatency is published with Operation, TableName, but queried with TableName" in words
    )


def test_14_user_errors_are_no_throttles_by_the_examples_catalogue(
    capsys: pytest.CaptureFixture[str],
) -> None:
    query = metric("UserErrors", "Sum", namespace="AWS/DynamoDB")
    catalogue = "---\n" + (SECUREBASE / "metrics.yaml").read_text(encoding="utf-8")
    code, words = validate(
        criteria(f"name: throttles, indicator: {query}, target: '< 1'") + catalogue, capsys
    )
    assert code == 2
    assert "AWS/DynamoDB has no metric 'UserErrors' by its catalogue" in words


# 15


@pytest.mark.parametrize(
    ("stat", "fact"),
    [
        ('"Average,Maximum"', "'Average,Maximum' is not a CloudWatch statistic"),
        ('"Average,p95"', "'Average,p95' is not a CloudWatch statistic"),
        ("[Average, p95]", "expected text, found a list"),
    ],
)
def test_15_two_statistics_are_not_one(stat: str, fact: str, capsys: pytest.CaptureFixture[str]) -> None:
    query = metric("Time", stat, "unit: Seconds")
    code, words = validate(criteria(f"name: t, indicator: {query}, target: '< 5 s'"), capsys)
    assert code == 2
    assert fact in words


# 16


def test_16_a_function_that_is_not_named_is_found_by_the_catalogue(
    capsys: pytest.CaptureFixture[str],
) -> None:
    query = metric("Duration", "p95", "unit: Milliseconds")
    code, words = validate(criteria(f"name: t, indicator: {query}, target: '< 5 s'") + CATALOGUE, capsys)
    assert code == 2
    assert "Duration is published with FunctionName, but queried with no dimensions" in words


def test_16_one_function_is_not_the_region(simulator: Simulator) -> None:
    """Lambda publishes the whole Region without dimensions; the report says which of the two was asked."""
    one = {"FunctionName": "reports"}
    put_hour(simulator, "AWS/Lambda", "Duration", one, "Milliseconds", [(8000.0, 10)])
    put_hour(simulator, "AWS/Lambda", "Duration", {}, "Milliseconds", [(8000.0, 10), (20.0, 5000)])
    found = judge(
        criteria(
            *(
                f"name: {name}, indicator: "
                f"{metric('Duration', 'p95', f'dimensions: {which}, unit: Milliseconds', 'AWS/Lambda')}, "
                f"target: '< 5 s'"
                for name, which in (("function", "{FunctionName: reports}"), ("region", "{}"))
            )
        )
    )
    assert found.outcomes() == {"function": "FAIL", "region": "PASS"}
    assert "{FunctionName=reports}" in found.verdicts["function"]["asked"][0]
    assert "FunctionName" not in found.verdicts["region"]["asked"][0]


# 17


def test_17_composite_alarms_and_those_without_data_are_seen(simulator: Simulator) -> None:
    simulator.alarms.put("shop-errors", at=AT - DAY)
    simulator.alarms.put("shop-slow", state="INSUFFICIENT_DATA", at=AT - DAY)
    simulator.alarms.put("shop-any", state="ALARM", kind="CompositeAlarm", at=AT - DAY)
    query = "{source: CloudWatchAlarms, namePrefix: shop-}"
    found = judge(criteria(f"name: alarms, indicator: {query}, target: '== 0'"))
    assert (found.code, found.verdicts["alarms"]["value"]["exact"]) == (1, "2")
    notes = " ".join(found.verdicts["alarms"]["notes"])
    assert "shop-slow" in notes
    assert "shop-any" in notes


# 18


def logs(query: str, more: str = "") -> str:
    return f"{{source: CloudWatchLogs, logGroups: [/aws/lambda/shop], query: '{query}'{more}}}"


P95 = 'filter @type = "REPORT" | stats pct(@duration, 95) as p95, count(@duration) as calls'
LOGGED = ", column: p95, samples: calls"


def test_18_a_command_that_is_none_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    query = logs('filter @type = "REPORT" | extend s = @duration / 1000 | stats max(s) as worst')
    code, words = validate(criteria(f"name: slow, indicator: {query}, target: '< 5'"), capsys)
    assert code == 2
    assert "extend" in words


def test_18_milliseconds_are_not_compared_with_seconds_as_if_they_were(
    simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.logs.answer("pct(@duration, 95)", [{"p95": "4800.5", "calls": "900"}])
    row = "name: p95, indicator: %s, target: '< 5 s'"
    found = judge(criteria(row % logs(P95, f"{LOGGED}, unit: ms")))
    assert (found.code, found.outcomes()) == (0, {"p95": "PASS"})
    found = judge(criteria(row % logs(P95, f"{LOGGED}, unit: s")))
    assert found.outcomes() == {"p95": "FAIL"}, "the unit is believed, and decides"
    code, words = validate(criteria(row % logs(P95, LOGGED)), capsys)
    assert code == 2
    assert "'< 5 s'" in words, "a plain number is no time"


def test_18_a_filter_that_nothing_matches_is_no_data(simulator: Simulator) -> None:
    simulator.logs.answer("analyticsHandler", [], matched=0)
    query = logs(
        P95.replace("stats", "filter @message like /analyticsHandler/ | stats"), f"{LOGGED}, unit: ms"
    )
    found = judge(criteria(f"name: p95, indicator: {query}, target: '< 5 s'"))
    assert (found.code, found.outcomes()) == (3, {"p95": "INCONCLUSIVE"})


# 19

ROWS = [
    ("api-latency", metric("Latency", "p95", "unit: Milliseconds"), "<500ms", ">500ms", ">1000ms"),
    ("success-rate", "ratio", ">99%", "<99%", "<95%"),
    ("dynamodb-throttles", metric("ReadThrottleEvents", "Sum"), "0/min", ">1/min", ">10/min"),
    ("lambda-errors", "ratio", "<1%", ">1%", ">5%"),
    ("page-load", metric("Load", "p95", "unit: Milliseconds"), "<2s", ">2s", ">5s"),
]
RATIO = f"{{bad: {metric('Errors', 'Sum')}, total: {metric('Count', 'Sum')}}}"


def guide(rows: list[tuple[str, str, str, str, str]]) -> str:
    return criteria(
        *(
            f"name: {name}, indicator: {RATIO if query == 'ratio' else query}, "
            f'target: "{target}", warning: "{warning}", critical: "{critical}"'
            for name, query, target, warning, critical in rows
        )
    )


def test_19_the_guides_bands_are_findings_with_the_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    code, words = validate(guide(ROWS), capsys)
    assert code == 2
    for line, finding in enumerate(
        (
            "no band owns 500 ms exactly (target '<500ms', warning '>500ms')",
            "no band owns 99 % exactly (target '>99%', warning '<99%')",
            "'0/min' has no operator",
            "no band owns 1 % exactly (target '<1%', warning '>1%')",
            "no band owns 2 s exactly (target '<2s', warning '>2s')",
        ),
        7,
    ):
        assert re.search(rf"promises\.yaml:{line}:\d+: (error|warning): {re.escape(finding)}", words)
    for mend in (">=500ms", "<=99%", ">=1%", ">=2s"):
        assert f"write the warning as '{mend}'" in words


def test_19_zero_and_above_one_leave_what_is_between_to_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    name, query, _, warning, critical = ROWS[2]
    _, words = validate(guide([(name, query, "== 0/min", warning, critical)]), capsys)
    assert "no band owns what lies between 0 /min and 1 /min (1 /min included)" in words


def test_19_a_value_of_nobody_is_not_the_better_neighbours(simulator: Simulator) -> None:
    for name, value in (("Latency", 500.0), ("Load", 2000.0)):
        put_hour(simulator, "App", name, {}, "Milliseconds", [(value, 100)])
    put_hour(simulator, "App", "Errors", {}, "Count", [(1.0, 1)])
    put_hour(simulator, "App", "Count", {}, "Count", [(1.0, 100)])
    found = judge(guide([row for row in ROWS if row[0] != "dynamodb-throttles"]))
    assert set(found.outcomes().values()) == {"WARN"}
    assert found.verdicts["success-rate"]["value"]["exact"] == "99"
    assert found.verdicts["lambda-errors"]["value"]["exact"] == "1"


# 20


def availability(more: str) -> str:
    return f"name: availability, indicator: {RATIO}, target: '> 99.9 %', {more}"


@pytest.mark.parametrize(
    ("more", "outcome"),
    [("minSamples: 1000", "INCONCLUSIVE"), ("minSamples: 240", "PASS"), ("confidence: 95 %", "INCONCLUSIVE")],
)
def test_20_an_hour_of_few_requests_does_not_show_three_nines(
    simulator: Simulator, more: str, outcome: str
) -> None:
    """240 requests without an error: the least rate that one error would give is 99.58 %."""
    put_hour(simulator, "App", "Errors", {}, "Count", [(0.0, 20)])
    put_hour(simulator, "App", "Count", {}, "Count", [(1.0, 20)])
    assert judge(criteria(availability(more))).outcomes() == {"availability": outcome}


def test_20_what_may_not_have_arrived_is_no_part_of_the_window(simulator: Simulator) -> None:
    put_hour(simulator, "App", "Errors", {}, "Count", [(0.0, 100)])
    put_hour(simulator, "App", "Count", {}, "Count", [(1.0, 100)])
    simulator.put("App", "Errors", {}, "Count", [(AT - 60, 1.0)] * 50)
    found = judge(criteria(availability("minSamples: 1000")))
    assert found.outcomes() == {"availability": "PASS"}
    assert found.verdicts["availability"]["window"]["end"] == "2026-01-31T11:55:00Z"
    assert found.verdicts["availability"]["total"]["exact"] == "1200"


# 21


def load_test(name: str, measure: str, target: str, more: str = "") -> str:
    return (
        f"name: {name}, indicator: {{source: LoadTest, file: load.json, measure: {measure}}}, "
        f"target: '{target}'{more}"
    )


def write_load_test(durations: list[float], errors: int) -> None:
    request = {"name": "query", "durations": durations, "unit": "s", "errors": errors}
    result = {
        "apiVersion": "checker/v1",
        "kind": "LoadTestResult",
        "startedAt": "2026-01-31T11:00:00Z",
        "endedAt": "2026-01-31T11:05:00Z",
        "users": 100,
        "requests": [request],
    }
    Path("load.json").write_text(json.dumps(result))


def test_21_a_percentile_is_never_above_the_maximum() -> None:
    """Interpolated beyond the data, the p99 of 1, 2 and 3 s would be 3.96 s."""
    write_load_test([1.0, 2.0, 3.0], 0)
    found = judge(criteria(load_test("p99", "p99", "<= 3 s"), load_test("max", "max", "<= 3 s")))
    assert found.outcomes() == {"p99": "PASS", "max": "PASS"}
    assert found.verdicts["p99"]["value"] == found.verdicts["max"]["value"]


def test_21_a_failed_request_is_an_error_and_no_latency() -> None:
    write_load_test([0.5] * 60 + [2.0] * 40, 50)
    found = judge(
        criteria(
            load_test("median", "p50", "< 1 s"),
            load_test("p95", "p95", "< 1 s"),
            load_test("errors", "errorRate", "< 1 %"),
            load_test("requests", "requests", "== 150"),
        )
    )
    assert found.outcomes() == {"median": "PASS", "p95": "FAIL", "errors": "FAIL", "requests": "PASS"}
    assert found.verdicts["p95"]["value"]["exact"] == "2"
    assert Fraction(found.verdicts["errors"]["value"]["exact"]) in (Fraction(1, 3), Fraction(100, 3))


def test_21_a_load_test_of_errors_alone_has_no_latency() -> None:
    write_load_test([], 150)
    assert judge(criteria(load_test("p95", "p95", "< 1 s"))).outcomes() == {"p95": "INCONCLUSIVE"}


# 22


def cost(metric_name: str, more: str = "") -> str:
    query = (
        f"{{source: CostExplorer, granularity: DAILY, periods: 7, metric: {metric_name}, "
        f"groupBy: {{Key: SERVICE}}, group: AWS Lambda{more}}}"
    )
    return f"name: cost, indicator: {query}, target: '< 15 USD'"


def test_22_blended_costs_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, words = validate(criteria(cost("BlendedCost")), capsys)
    assert code == 2
    assert "write UnblendedCost (as charged), or AmortizedCost" in words


def test_22_a_day_that_is_not_over_is_not_asked_and_estimates_are_no_answer(simulator: Simulator) -> None:
    """Seven whole days of 2 USD. Today, which is half over, has cost 40 USD so far."""
    for back in range(1, 10):
        simulator.costs.put("AWS Lambda", (date(2026, 1, 31) - timedelta(days=back)).isoformat(), "2")
    simulator.costs.put("AWS Lambda", "2026-01-31", "40")
    found = judge(criteria(cost("UnblendedCost")))
    assert found.outcomes() == {"cost": "PASS"}
    assert found.verdicts["cost"]["value"]["exact"] == "14"
    simulator.costs.final = date(2026, 1, 29)
    estimated = judge(criteria(cost("UnblendedCost")))
    assert (estimated.code, estimated.outcomes()) == (4, {"cost": "ERROR"})
    accepted = judge(criteria(cost("UnblendedCost", ", allowEstimated: true")))
    assert accepted.outcomes() == {"cost": "PASS"}
    assert "estimated" in " ".join(accepted.verdicts["cost"]["notes"])
