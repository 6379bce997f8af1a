"""ListMetrics: which metrics there are, 500 a page, each exact set of dimensions once."""

from __future__ import annotations

from typing import Any

from tests.simulator.errors import ApiError
from tests.simulator.metrics import Metric
from tests.simulator.parameters import Account, Parameters, listed, offset_of, required, token_of
from tests.simulator.retention import DAY, HOUR

PAGE = 500


def list_metrics(parameters: Parameters, account: Account) -> dict[str, Any]:
    """One page. Metrics silent for two weeks are not listed, nor for 3 h with RecentlyActive=PT3H."""
    recent = parameters.get("RecentlyActive")
    if recent not in (None, "PT3H"):
        problem = "The parameter RecentlyActive must be a value in the set [ PT3H ]."
        raise ApiError("InvalidParameterValue", problem)
    oldest = account.now - (3 * HOUR if recent else 14 * DAY)
    linked = parameters.get("IncludeLinkedAccounts", False)
    owner = parameters.get("OwningAccount") if linked else account.number
    matching = [
        metric
        for metric, newest in account.store.metrics()
        if newest >= oldest and (owner is None or metric.account == owner) and _matches(metric, parameters)
    ]
    offset = offset_of(parameters)
    page = matching[offset : offset + PAGE]
    answer: dict[str, Any] = {"Metrics": [_row(metric) for metric in page]}
    if linked:
        answer["OwningAccounts"] = [metric.account for metric in page]
    if offset + PAGE < len(matching):
        answer["NextToken"] = token_of(parameters, offset + PAGE)
    return answer


def _matches(metric: Metric, parameters: Parameters) -> bool:
    if parameters.get("Namespace", metric.namespace) != metric.namespace:
        return False
    if parameters.get("MetricName", metric.name) != metric.name:
        return False
    pairs = dict(metric.dimensions)
    for index, row in enumerate(listed(parameters, "Dimensions", of=dict), 1):
        [name] = required(row, "Name", prefix=f"Dimensions.member.{index}.")
        if name not in pairs or row.get("Value", pairs[name]) != pairs[name]:
            return False
    return True


def _row(metric: Metric) -> dict[str, Any]:
    pairs = [{"Name": name, "Value": value} for name, value in metric.dimensions]
    return {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": pairs}
