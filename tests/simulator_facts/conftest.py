"""What ties the simulator to documented facts asks it as the program does: over HTTP, with the real boto3."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.simulator import Simulator

NOW = 1_779_998_400
"""A whole hour, and 00:00 UTC plus some: 2026-05-28T20:00:00Z."""

Points = list[tuple[int, float]]


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(now=NOW) as simulator:
        yield simulator


@pytest.fixture
def connect(simulator: Simulator) -> Iterator[Callable[..., Any]]:
    """Makes a boto3 client of a service; one attempt only, unless told otherwise."""
    clients = []

    def connect(service: str = "cloudwatch", attempts: int = 1, **config: Any) -> Any:
        retries = {"mode": "standard", "total_max_attempts": attempts}
        keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "none"}
        region = {"region_name": "eu-central-1", "endpoint_url": simulator.url}
        settings = Config(**{"retries": retries, "connect_timeout": 5, "read_timeout": 5, **config})
        clients.append(boto3.client(service, config=settings, **keys, **region))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


@pytest.fixture
def client(connect: Callable[..., Any]) -> Any:
    return connect()


@pytest.fixture
def query() -> Callable[..., dict[str, Any]]:
    """Makes one MetricDataQuery."""

    def query(
        stat: str = "Sum",
        period: int = 60,
        *,
        name: str = "q",
        metric: tuple[str, str] = ("Shop", "Orders"),
        dimensions: Mapping[str, str] | None = None,
        unit: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        pairs = [{"Name": key, "Value": value} for key, value in (dimensions or {}).items()]
        asked = {"Namespace": metric[0], "MetricName": metric[1], "Dimensions": pairs}
        measure = {"Metric": asked, "Period": period, "Stat": stat, **({"Unit": unit} if unit else {})}
        return {"Id": name, "MetricStat": measure, **others}

    return query


@pytest.fixture
def read(client: Any, query: Callable[..., dict[str, Any]]) -> Callable[..., Points]:
    """Asks GetMetricData one query and gives its points, oldest first."""

    def read(
        stat: str = "Sum", period: int = 60, *, start: float = NOW - 3600, end: float = NOW, **q: Any
    ) -> Points:
        answer = client.get_metric_data(
            MetricDataQueries=[query(stat, period, **q)],
            StartTime=start,
            EndTime=end,
            ScanBy="TimestampAscending",
        )
        [result] = answer["MetricDataResults"]
        assert result["StatusCode"] == "Complete"
        times = [int(moment.timestamp()) for moment in result["Timestamps"]]
        return list(zip(times, result["Values"], strict=True))

    return read


@pytest.fixture
def ask(
    client: Any, simulator: Simulator, query: Callable[..., dict[str, Any]]
) -> Callable[..., dict[str, Any]]:
    """GetMetricData for two Ids with three points each, oldest first: a holds 1, 2, 4 and b 8, 16, 32."""
    moments = [NOW - 180, NOW - 120, NOW - 60]
    simulator.put("Shop", "A", {}, "Count", zip(moments, (1.0, 2.0, 4.0), strict=True))
    simulator.put("Shop", "B", {}, "Count", zip(moments, (8.0, 16.0, 32.0), strict=True))
    queries = [query(name="a", metric=("Shop", "A")), query(name="b", metric=("Shop", "B"))]

    def ask(client: Any = client, **request: Any) -> dict[str, Any]:
        window = {"StartTime": NOW - 3600, "EndTime": NOW, "ScanBy": "TimestampAscending"}
        answer: dict[str, Any] = client.get_metric_data(MetricDataQueries=queries, **window, **request)
        return answer

    return ask


@pytest.fixture
def series() -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """The values of each Id of an answer."""
    return lambda answer: {row["Id"]: row.get("Values") for row in answer["MetricDataResults"]}
