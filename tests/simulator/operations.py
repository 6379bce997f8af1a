"""Which operations the simulator has, by service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.simulator.get_metric_data import get_metric_data
from tests.simulator.get_metric_statistics import get_metric_statistics
from tests.simulator.list_metrics import list_metrics
from tests.simulator.parameters import Account, Parameters
from tests.simulator.put_metric_data import put_metric_data

Operation = Callable[[Parameters, Account], dict[str, Any]]


def get_caller_identity(parameters: Parameters, account: Account) -> dict[str, Any]:
    """STS: who is asking. The simulator knows one user."""
    arn = f"arn:aws:iam::{account.number}:user/simulator"
    return {"Arn": arn, "UserId": "AIDASIMULATOR0000000", "Account": account.number}


CLOUDWATCH: dict[str, Operation] = {
    "GetMetricData": get_metric_data,
    "GetMetricStatistics": get_metric_statistics,
    "ListMetrics": list_metrics,
    "PutMetricData": put_metric_data,
}
STS: dict[str, Operation] = {"GetCallerIdentity": get_caller_identity}
