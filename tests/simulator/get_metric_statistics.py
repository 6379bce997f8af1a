"""GetMetricStatistics: one metric, several statistics, at most 1,440 data points in no particular order."""

from __future__ import annotations

from typing import Any

from tests.simulator.errors import ApiError
from tests.simulator.metrics import Metric
from tests.simulator.parameters import Account, Parameters, dimensions, listed, required, time_range, unit
from tests.simulator.retention import LONGEST_PERIOD, span, valid_period
from tests.simulator.statistics import BASIC, Statistic, extended

MOST_POINTS = 1440


def get_metric_statistics(parameters: Parameters, account: Account) -> dict[str, Any]:
    namespace, name, period = required(parameters, "Namespace", "MetricName", "Period")
    start, end = time_range(parameters, "InvalidParameterCombination")
    if not valid_period(period):
        rule = f"must be 1, 5, 10, 20, 30 or a multiple of 60, and at most {LONGEST_PERIOD}"
        raise ApiError("InvalidParameterValue", f"The parameter Period {rule}.")
    basic, others = _statistics(parameters)
    time_span = span(start, end, period, account.now)
    asked = -(-(time_span.end - time_span.start) // period)
    if asked > MOST_POINTS:
        limit = f"which exceeds the limit of {MOST_POINTS}"
        remedy = "You may reduce the datapoints requested by increasing Period, or decreasing the time range."
        message = f"You have requested up to {asked} datapoints, {limit}. {remedy}"
        raise ApiError("InvalidParameterCombination", message)
    metric = Metric(account.number, namespace, name, dimensions(parameters))
    points = []
    for moment, found_unit, bucket in account.store.read(metric, unit(parameters), time_span):
        plain = {stat: compute(bucket) for stat, compute in basic.items()}
        percentiles = {stat: compute(bucket) for stat, compute in others.items()}
        there = {stat: value for stat, value in percentiles.items() if value is not None}
        if plain or there:
            extra = {"ExtendedStatistics": there} if there else {}
            points.append({"Timestamp": moment, **plain, "Unit": found_unit, **extra})
    # Documented: not in chronological order. Odd places before even ones is in no order a caller can rely on.
    return {"Label": name, "Datapoints": points[1::2] + points[0::2]}


def _statistics(parameters: Parameters) -> tuple[dict[str, Statistic], dict[str, Statistic]]:
    """The statistics asked for, plain or extended, by name; never both kinds."""
    basic = listed(parameters, "Statistics", of=str)
    others = listed(parameters, "ExtendedStatistics", of=str)
    both = "Statistics and ExtendedStatistics"
    if basic and others:
        raise ApiError("InvalidParameterCombination", f"The parameters {both} cannot be used together.")
    if not basic and not others:
        raise ApiError("MissingParameter", f"One of the parameters {both} must be specified.")
    for index, name in enumerate(basic, 1):
        if name not in BASIC:
            choices = f"must be a value in the set [ {', '.join(sorted(BASIC))} ]"
            raise ApiError("InvalidParameterValue", f"The parameter Statistics.member.{index} {choices}.")
    found: dict[str, Statistic] = {}
    for index, name in enumerate(others, 1):
        compute = extended(name)
        if compute is None:
            problem = f"The value {name} for parameter ExtendedStatistics.member.{index} is not supported."
            raise ApiError("InvalidParameterValue", problem)
        found[name] = compute
    return {name: BASIC[name] for name in basic}, found
