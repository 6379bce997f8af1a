"""GetMetricStatistics: one metric, in no order, and its own rules for statistics."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def ask(client, simulator):
    def ask(**request):
        asked = {
            "Namespace": "Shop",
            "MetricName": "Orders",
            "StartTime": simulator.now - 3600,
            "EndTime": simulator.now,
            "Period": 60,
        }
        return client.get_metric_statistics(**{**asked, **request})

    return ask


@pytest.fixture
def minutes(simulator):
    now = simulator.now
    points = [(now - 300 + 60 * index, float(index)) for index in range(5) for _ in range(2)]
    simulator.put("Shop", "Orders", {}, "Seconds", points)


def code_of(caught):
    return caught.value.response["Error"]["Code"]


def test_points_are_in_no_order(ask, minutes, simulator):
    """Fact: "Data points are not returned in chronological order"; the first one is arbitrary."""
    answer = ask(Statistics=["Sum"])
    times = [int(point["Timestamp"].timestamp()) - simulator.now for point in answer["Datapoints"]]
    assert sorted(times) == [-300, -240, -180, -120, -60]
    assert times not in (sorted(times), sorted(times, reverse=True))
    assert times == [
        int(point["Timestamp"].timestamp()) - simulator.now for point in ask(Statistics=["Sum"])["Datapoints"]
    ]


def test_statistics_come_beside_the_unit(ask, minutes):
    answer = ask(Statistics=["Sum", "SampleCount", "Average", "Minimum", "Maximum"], Period=3600)
    [point] = answer["Datapoints"]
    del point["Timestamp"]
    values = {"Sum": 20.0, "SampleCount": 10.0, "Average": 2.0, "Minimum": 0.0, "Maximum": 4.0}
    assert point == {**values, "Unit": "Seconds"}
    assert answer["Label"] == "Orders"


def test_percentiles_come_under_their_own_key(ask, minutes):
    """Fact: extended statistics are under ExtendedStatistics by name; moto drops them without a word."""
    [point] = ask(ExtendedStatistics=["p50", "p95", "tm50", "PR(:1)"], Period=3600)["Datapoints"]
    assert point["ExtendedStatistics"] == {"p50": 2.0, "p95": 4.0, "tm50": 0.8, "PR(:1)": 40.0}
    assert "Average" not in point


def test_a_statistic_set_gives_no_percentile_point(ask, simulator):
    """Fact: percentiles need raw values."""
    simulator.put_statistics("Shop", "Orders", {}, "Seconds", [(simulator.now - 60, 2, 3.0, 1.0, 2.0)])
    assert ask(ExtendedStatistics=["p95"])["Datapoints"] == []
    assert ask(Statistics=["Sum"])["Datapoints"][0]["Sum"] == 3.0


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        pytest.param({"Statistics": ["p95"]}, "InvalidParameterValue", id="p95 is no basic statistic"),
        pytest.param({"Statistics": ["Average,Maximum"]}, "InvalidParameterValue", id="two in one string"),
        pytest.param(
            {"ExtendedStatistics": ["Average"]}, "InvalidParameterValue", id="Average is not extended"
        ),
        pytest.param({"ExtendedStatistics": ["p101"]}, "InvalidParameterValue", id="p101"),
        pytest.param(
            {"Statistics": ["Sum"], "ExtendedStatistics": ["p95"]}, "InvalidParameterCombination", id="both"
        ),
        pytest.param({}, "MissingParameter", id="neither"),
        pytest.param({"Statistics": ["Sum"], "Period": 7}, "InvalidParameterValue", id="period"),
        pytest.param({"Statistics": ["Sum"], "Unit": "Minutes"}, "InvalidParameterValue", id="unit"),
    ],
)
def test_what_is_rejected(ask, request_, code):
    """Fact: Statistics takes five names only, and never together with ExtendedStatistics."""
    with pytest.raises(ClientError) as caught:
        ask(**request_)
    assert code_of(caught) == code


def test_more_than_1440_points_are_refused(ask, simulator):
    """Fact: a call that could return more than 1,440 data points is an error, whatever there is."""
    assert ask(Statistics=["Sum"], StartTime=simulator.now - 86_400)["Datapoints"] == []
    with pytest.raises(ClientError, match="You have requested up to 1441 datapoints") as caught:
        ask(Statistics=["Sum"], StartTime=simulator.now - 86_460)
    assert code_of(caught) == "InvalidParameterCombination"


def test_an_empty_range_is_refused(ask, simulator):
    with pytest.raises(ClientError) as caught:
        ask(Statistics=["Sum"], StartTime=simulator.now)
    assert code_of(caught) == "InvalidParameterCombination"


def test_dimensions_and_units_are_exact_here_too(ask, simulator):
    """Fact: the documentation's ServerStats example; moto adds up every dimension set."""
    simulator.put("Shop", "Orders", {"City": "Bonn"}, "Seconds", [(simulator.now - 60, 1.0)])
    bonn = [{"Name": "City", "Value": "Bonn"}]
    assert ask(Statistics=["Sum"])["Datapoints"] == []
    assert ask(Statistics=["Sum"], Dimensions=bonn, Unit="Count")["Datapoints"] == []
    assert ask(Statistics=["Sum"], Dimensions=bonn, Unit="Seconds")["Datapoints"][0]["Sum"] == 1.0
