"""PutMetricData: values, values with counts, or statistic sets. All of a request is taken, or nothing."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from math import isfinite
from typing import Any

from tests.simulator.errors import ApiError
from tests.simulator.metrics import Metric, Stream
from tests.simulator.parameters import Account, Parameters, dimensions, listed, number, required, unit
from tests.simulator.retention import DAY, HOUR
from tests.simulator.statistics import StatisticSet

MOST_METRICS = 1000
MOST_VALUES = 150
LARGEST = 2.0**360
_FORMS = ("Value", "Values", "StatisticValues")


def put_metric_data(parameters: Parameters, account: Account) -> dict[str, Any]:
    [namespace] = required(parameters, "Namespace")
    if namespace.startswith("AWS/"):
        raise ApiError("InvalidParameterValue", f"The value {namespace} for parameter Namespace is invalid.")
    rows = listed(parameters, "MetricData", of=dict)
    for entity in listed(parameters, "EntityMetricData", of=dict):
        rows = rows + listed(entity, "MetricData", of=dict)
    if not rows:
        raise ApiError("MissingParameter", "The parameter MetricData is required.")
    if len(rows) > MOST_METRICS:
        size = f"must not have a size greater than {MOST_METRICS}"
        raise ApiError("InvalidParameterValue", f"The collection MetricData {size}.")
    publish = [
        _datum(row, f"MetricData.member.{index}.", namespace, account) for index, row in enumerate(rows, 1)
    ]
    for add in publish:
        add()
    return {}


def _datum(row: Parameters, place: str, namespace: str, account: Account) -> Callable[[], None]:
    """What publishes one checked datum."""
    [name] = required(row, "MetricName", prefix=place)
    metric = Metric(account.number, namespace, name, dimensions(row, place))
    kept_unit = unit(row, place) or "None"
    moment = number(row, "Timestamp", place) if "Timestamp" in row else account.now
    if not account.now - 14 * DAY <= moment <= account.now + 2 * HOUR:
        allowed = "must be at most two weeks in the past and two hours in the future"
        raise ApiError("InvalidParameterValue", f"The parameter {place}Timestamp {allowed}.")
    resolution = row.get("StorageResolution", 60)
    if resolution not in (1, 60):
        choices = "must be a value in the set [ 1, 60 ]"
        raise ApiError("InvalidParameterValue", f"The parameter {place}StorageResolution {choices}.")
    content = _content(row, place, moment)

    def publish() -> None:
        stream: Stream = account.store.stream(metric, kept_unit)
        stream.high_resolution |= resolution == 1
        if isinstance(content, StatisticSet):
            stream.add_set(content)
        else:
            stream.add(*content)

    return publish


def _content(
    row: Parameters, place: str, moment: float
) -> StatisticSet | tuple[array[float], array[float], array[float] | None]:
    given = [form for form in _FORMS if form in row]
    if len(given) > 1:
        both = f"{place}{given[0]} and {place}{given[1]}"
        raise ApiError("InvalidParameterCombination", f"The parameters {both} are mutually exclusive.")
    if not given:
        raise ApiError("MissingParameter", f"One of {place}{', '.join(_FORMS)} must be specified.")
    if given == ["StatisticValues"]:
        return _statistic_set(row["StatisticValues"], f"{place}StatisticValues.", moment)
    if given == ["Value"]:
        return array("d", [moment]), array("d", [_finite(row["Value"], f"{place}Value")]), None
    values = [_finite(value, f"{place}Values") for value in listed(row, "Values", place, of=int | float)]
    if not values or len(values) > MOST_VALUES:
        size = f"must have a size from 1 to {MOST_VALUES}"
        raise ApiError("InvalidParameterValue", f"The collection {place}Values {size}.")
    counts = [_finite(count, f"{place}Counts") for count in listed(row, "Counts", place, of=int | float)]
    if counts and (len(counts) != len(values) or min(counts) <= 0):
        rule = "must hold as many numbers as Values, each above 0"
        raise ApiError("InvalidParameterValue", f"The collection {place}Counts {rule}.")
    times = array("d", [moment]) * len(values)
    return times, array("d", values), array("d", counts) if counts else None


def _statistic_set(row: Parameters, place: str, moment: float) -> StatisticSet:
    names = ("SampleCount", "Sum", "Minimum", "Maximum")
    required(row, *names, prefix=place)
    count, total, minimum, maximum = (_finite(row[name], f"{place}{name}") for name in names)
    if count <= 0 or minimum > maximum:
        raise ApiError(
            "InvalidParameterValue", f"{place[:-1]} must hold samples, and Minimum at most Maximum."
        )
    return StatisticSet(moment, count, total, minimum, maximum)


def _finite(value: Any, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ApiError("InvalidParameterValue", f"The value {value} for parameter {place} is invalid.")
    if abs(value) > LARGEST:
        raise ApiError("InvalidParameterValue", f"The value {value} for parameter {place} is out of range.")
    return float(value)
