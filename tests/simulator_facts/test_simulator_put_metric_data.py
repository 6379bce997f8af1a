"""PutMetricData: three forms of a value, and what CloudWatch does not take."""

from __future__ import annotations

import math

import pytest
from botocore.exceptions import ClientError

DAY = 86_400


@pytest.fixture
def put(client, simulator):
    def put(*data, namespace="Shop"):
        common = {"MetricName": "Orders", "Timestamp": simulator.now - 60}
        client.put_metric_data(Namespace=namespace, MetricData=[{**common, **datum} for datum in data])

    return put


def test_values_are_read_back(put, read, simulator):
    """Fact: Value, or Values with Counts (1 each by default); both are raw values for percentiles."""
    put({"Value": 1.5, "Unit": "Seconds"}, {"Values": [2.0, 3.0], "Counts": [3.0, 5.0], "Unit": "Seconds"})
    put({"Values": [4.0], "Unit": "Seconds"})
    time = simulator.now - 60
    assert read("SampleCount", unit="Seconds") == [(time, 10)]
    assert read("Sum") == [(time, 1.5 + 6 + 15 + 4)]
    assert [read(stat)[0][1] for stat in ("p10", "p40", "p90", "p100")] == [1.5, 2.0, 3.0, 4.0]


def test_statistic_values_are_read_back_without_percentiles(put, read, simulator):
    """Fact: a statistic set has no percentiles."""
    put({"StatisticValues": {"SampleCount": 4, "Sum": 10, "Minimum": 1, "Maximum": 4}})
    assert read("Average") == [(simulator.now - 60, 2.5)]
    assert read("p95") == []


def test_dimensions_unit_and_time_have_defaults(client, read, simulator):
    """Fact: no unit is None; no timestamp is the time of arrival."""
    client.put_metric_data(Namespace="Shop", MetricData=[{"MetricName": "Orders", "Value": 1.0}])
    assert read(unit="None", end=simulator.now + 60) == [(simulator.now, 1.0)]
    assert read(unit="Count", end=simulator.now + 60) == []


def test_high_resolution_is_asked_for(put, read, simulator):
    """Fact: StorageResolution 1 makes a high-resolution metric; 60 is the default."""
    put({"Value": 1.0}, {"MetricName": "Fine", "Value": 2.0, "StorageResolution": 1})
    assert read(period=1) == []
    assert read(period=1, metric=("Shop", "Fine")) == [(simulator.now - 60, 2.0)]


def test_data_of_entities_is_data(client, read, simulator):
    """Fact: EntityMetricData carries metric data beside MetricData."""
    datum = {"MetricName": "Orders", "Value": 1.0, "Timestamp": simulator.now - 60}
    entity = {"KeyAttributes": {"Type": "Service", "Name": "shop", "Environment": "prod"}}
    client.put_metric_data(
        Namespace="Shop",
        EntityMetricData=[{"Entity": entity, "MetricData": [datum]}],
        StrictEntityValidation=True,
    )
    assert read() == [(simulator.now - 60, 1.0)]


def test_a_large_body_comes_compressed(client, simulator, read):
    """Fact: boto3 gzips larger PutMetricData bodies."""
    seen = []
    client.meta.events.register("before-send", lambda request, **_: seen.append(request.headers))
    datum = {
        "MetricName": "Orders",
        "Values": [float(n) for n in range(150)],
        "Timestamp": simulator.now - 60,
    }
    client.put_metric_data(Namespace="Shop", MetricData=[datum] * 100)
    assert seen[0]["Content-Encoding"] == b"gzip"
    assert read("SampleCount") == [(simulator.now - 60, 15_000)]


@pytest.mark.parametrize(
    ("datum", "code"),
    [
        pytest.param({}, "MissingParameter", id="no value"),
        pytest.param({"Value": 1.0, "Values": [1.0]}, "InvalidParameterCombination", id="two forms"),
        pytest.param({"Value": math.nan}, "InvalidParameterValue", id="NaN"),
        pytest.param({"Value": math.inf}, "InvalidParameterValue", id="infinity"),
        pytest.param({"Value": 2.0**361}, "InvalidParameterValue", id="too large"),
        pytest.param({"Value": 1.0, "Unit": "Minutes"}, "InvalidParameterValue", id="unit"),
        pytest.param({"Value": 1.0, "StorageResolution": 300}, "InvalidParameterValue", id="resolution"),
        pytest.param({"Values": [1.0] * 151}, "InvalidParameterValue", id="151 values"),
        pytest.param({"Values": []}, "InvalidParameterValue", id="no values"),
        pytest.param(
            {"Values": [1.0, 2.0], "Counts": [1.0]}, "InvalidParameterValue", id="counts do not pair"
        ),
        pytest.param({"Values": [1.0], "Counts": [0.0]}, "InvalidParameterValue", id="count of none"),
        pytest.param(
            {"StatisticValues": {"SampleCount": 0, "Sum": 0, "Minimum": 0, "Maximum": 0}},
            "InvalidParameterValue",
            id="no samples",
        ),
        pytest.param(
            {"StatisticValues": {"SampleCount": 2, "Sum": 3, "Minimum": 2, "Maximum": 1}},
            "InvalidParameterValue",
            id="minimum above maximum",
        ),
        pytest.param(
            {"Value": 1.0, "Dimensions": [{"Name": "A", "Value": "1"}, {"Name": "A", "Value": "2"}]},
            "InvalidParameterValue",
            id="dimension twice",
        ),
    ],
)
def test_what_is_rejected_publishes_nothing(put, read, datum, code):
    """Fact: values lie within ±2^360 and are finite, at most 150 a datum; a request is taken whole or not."""
    with pytest.raises(ClientError) as caught:
        put({"Value": 1.0}, datum)
    assert caught.value.response["Error"]["Code"] == code
    assert read() == []


@pytest.mark.parametrize("age", [14 * DAY + 1, -2 * 3600 - 1])
def test_times_are_within_two_weeks_and_two_hours(put, simulator, age):
    """Fact: as much as two weeks before, and as much as 2 hours after the current time."""
    put({"Value": 1.0, "Timestamp": simulator.now - (age - 1 if age > 0 else age + 1)})
    with pytest.raises(ClientError) as caught:
        put({"Value": 1.0, "Timestamp": simulator.now - age})
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValue"


def test_the_namespaces_of_aws_are_closed_on_the_wire_but_not_in_process(put, read, simulator):
    with pytest.raises(ClientError, match="The value AWS/Lambda for parameter Namespace is invalid"):
        put({"Value": 1.0}, namespace="AWS/Lambda")
    simulator.put("AWS/Lambda", "Errors", {}, "Count", [(simulator.now - 60, 1.0)])
    assert read(metric=("AWS/Lambda", "Errors")) == [(simulator.now - 60, 1.0)]


def test_a_request_without_data_is_refused(client):
    with pytest.raises(ClientError) as caught:
        client.put_metric_data(Namespace="Shop", MetricData=[])
    assert caught.value.response["Error"]["Code"] == "MissingParameter"


def test_a_thousand_metrics_a_call(put):
    """Fact: no more than 1000 metrics a request."""
    put(*[{"Value": 1.0}] * 1000)
    with pytest.raises(ClientError, match="must not have a size greater than 1000"):
        put(*[{"Value": 1.0}] * 1001)
