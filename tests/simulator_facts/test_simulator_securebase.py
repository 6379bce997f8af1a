"""The SecureBase scenario says what it publishes, and shows what it was made to show."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.simulator.securebase import ANALYTICS, WINDOWS, Key, load_securebase

API = {"ApiName": "securebase-prod"}
FUNCTION = {"FunctionName": "securebase-prod-report-engine"}
TABLE = {"TableName": "securebase-prod-reports"}


@pytest.fixture(scope="module")
def simulator():
    """One for all of these tests, which only read."""
    with Simulator(now=1_779_998_400) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def expected(simulator):
    return load_securebase(simulator, simulator.now)


@pytest.fixture
def overall(read, simulator):
    """One statistic of a whole window: the sum over its periods."""

    def overall(namespace, name, dimensions, stat, window="hour"):
        start = simulator.now - WINDOWS[window]
        period = min(WINDOWS[window], 86_400)
        points = read(stat, period, metric=(namespace, name), dimensions=dimensions, start=start)
        return sum(value for _, value in points)

    return overall


def test_every_series_holds_exactly_what_is_expected(expected, client, simulator):
    """Each series, each window, in one batch: samples to the last one, sums as far as doubles go."""
    for window, seconds in WINDOWS.items():
        keys = [key for key in expected if window in expected[key]]
        found = {"SampleCount": [], "Sum": []}
        for stat, totals in found.items():
            queries = []
            for index, key in enumerate(keys):
                pairs = [{"Name": name, "Value": value} for name, value in key.dimensions]
                metric = {"Namespace": key.namespace, "MetricName": key.name, "Dimensions": pairs}
                measure = {"Metric": metric, "Period": min(seconds, 86_400), "Stat": stat}
                queries.append({"Id": f"q{index}", "MetricStat": measure})
            answer = client.get_metric_data(
                MetricDataQueries=queries, StartTime=simulator.now - seconds, EndTime=simulator.now
            )
            totals += [sum(row["Values"]) for row in answer["MetricDataResults"]]
        assert found["SampleCount"] == [expected[key][window].samples for key in keys]
        assert found["Sum"] == pytest.approx([expected[key][window].sum for key in keys], rel=1e-12)


@pytest.mark.parametrize(
    ("namespace", "name", "dimensions", "stat", "value"),
    [
        (ANALYTICS, "QueryExecutionTime", {}, "p95", 3.8),
        (ANALYTICS, "PDFExportDuration", {}, "p95", 9.2),
        (ANALYTICS, "PDFExportDuration", {}, "Average", 6.0),
        ("AWS/ApiGateway", "Latency", API, "p95", 620),
        ("AWS/RUM", "PerformanceNavigationDuration", {"application_name": "securebase-portal"}, "p95", 2400),
        (ANALYTICS, "ReportDeliverySuccess", {"DeliveryMethod": "email"}, "Average", 0.987),
    ],
)
def test_the_last_hour_shows_what_the_scenario_says(
    expected, overall, namespace, name, dimensions, stat, value
):
    assert overall(namespace, name, dimensions, stat) == pytest.approx(value, rel=0.02)


def test_availability_and_errors_over_thirty_days(expected, overall):
    errors = overall("AWS/ApiGateway", "5XXError", API, "Sum", "30 days")
    requests = overall("AWS/ApiGateway", "Count", API, "Sum", "30 days")
    assert (errors, requests) == (432, 864_000)
    assert 1 - errors / requests == pytest.approx(0.9995)
    failed = overall("AWS/Lambda", "Errors", FUNCTION, "Sum", "30 days")
    assert failed / overall("AWS/Lambda", "Invocations", FUNCTION, "Sum", "30 days") == pytest.approx(0.004)


def test_only_the_last_hour_was_slow(expected, overall):
    """So that a promise about 24 hours holds where one about the last hour does not."""
    assert overall("AWS/ApiGateway", "Latency", API, "p95", "day") < 500


def test_dynamodb_throttled_nothing_and_says_so_only_by_its_heartbeat(expected, client, overall):
    names = {row["MetricName"] for row in client.list_metrics(Namespace="AWS/DynamoDB")["Metrics"]}
    assert names == {"ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"}
    assert overall("AWS/DynamoDB", "ReadThrottleEvents", TABLE, "Sum") == 0
    assert overall("AWS/DynamoDB", "ConsumedReadCapacityUnits", TABLE, "SampleCount") == 60


def test_the_last_day_has_data_in_every_minute(expected, read, simulator):
    for name in ("QueryExecutionTime", "PDFExportDuration", "ReportDeliverySuccess", "CacheHitRate"):
        day = read("SampleCount", 60, metric=(ANALYTICS, name), start=simulator.now - 86_400)
        assert len(day) == 1440
    month = read(
        "SampleCount", 3600, metric=(ANALYTICS, "QueryExecutionTime"), start=simulator.now - 30 * 86_400
    )
    assert {value for _, value in month} == {360}


def test_it_is_the_same_every_time_and_moves_with_its_end(expected, simulator):
    later = Simulator(now=simulator.now + 300)
    assert load_securebase(later, simulator.now + 300) == expected
    assert expected[Key(ANALYTICS, "QueryExecutionTime", ())]["hour"].sum == pytest.approx(665.655)
    assert expected[Key(ANALYTICS, "QueryExecutionTime", ())]["hour"].average == pytest.approx(665.655 / 360)
