"""Every source has the whole seam: what a run needs of it, and what a plan tells without sending anything."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from checker import sources
from checker.model import ConnectionDeclaration, Question, Request
from checker.sources import Source, query

FUNCTIONS = {
    name: member for name, member in inspect.getmembers(Source, inspect.isfunction) if name[0] != "_"
}
CONNECTION = ConnectionDeclaration("aws", (("region", "eu-west-1"),))


def asked(source: str, samples: bool = False, **keys: Any) -> Request:
    """The request that a query comes to, without the one that asks who one is."""
    made = sources.find(source).Query(source=source, **keys)
    question = Question(made, 1_769_860_800, 3600, CONNECTION, samples=samples)
    *_, request = sources.find(source).requests([question])
    return request


@pytest.mark.parametrize("name", sources.names())
def test_a_source_has_the_whole_seam(name: str) -> None:
    source = sources.find(name)
    assert issubclass(source.Query, query.Query)
    assert issubclass(source.ConnectionDetails, query.ConnectionDetails)
    assert isinstance(source.WINDOWED, bool)
    for function, declared in FUNCTIONS.items():
        arity = len(inspect.signature(getattr(source, function)).parameters)
        assert arity == len(inspect.signature(declared).parameters) - 1, f"{name}.{function}"


@pytest.mark.parametrize(
    ("name", "keys", "lower", "sums"),
    [
        ("Coverage", {"file": "c.xml"}, False, None),
        ("TestResults", {"file": "t.xml"}, False, None),
        ("TestResults", {"file": "t.xml", "measure": "failed"}, None, None),
        ("LoadTest", {"file": "l.json", "measure": "p99"}, True, None),
        ("LoadTest", {"file": "l.json", "measure": "errorRate"}, True, None),
        ("LoadTest", {"file": "l.json", "measure": "successRate"}, False, None),
        ("LoadTest", {"file": "l.json", "measure": "throughput"}, None, None),
        ("CloudWatch", {"namespace": "A", "metricName": "IntegrationLatency", "stat": "p95"}, True, False),
        (
            "CloudWatch",
            {"namespace": "A", "metricName": "TargetResponseTime", "stat": "Average"},
            True,
            False,
        ),
        ("CloudWatch", {"namespace": "A", "metricName": "Latency", "stat": "SampleCount"}, None, True),
        ("CloudWatch", {"namespace": "A", "metricName": "LatencyBudgetLeft", "stat": "p95"}, None, False),
        ("Prometheus", {"query": "a_total", "reduce": "increase"}, None, True),
        ("Prometheus", {"query": "sum(increase(a_total[{{.window}}]))"}, None, False),
        ("CloudWatchAlarms", {"measure": "okRatio"}, False, None),
        ("CloudWatchAlarms", {"measure": "notOk"}, None, None),
        ("ApplicationSignals", {"slo": "checkout", "measure": "status"}, True, None),
        ("ApplicationSignals", {"slo": "checkout", "measure": "attainment"}, False, None),
    ],
)
def test_what_a_source_says_of_its_answers(
    name: str, keys: dict[str, Any], lower: bool | None, sums: bool | None
) -> None:
    """Which way is better, only where nobody could doubt it; and which answers are sums over the window."""
    source: Any = sources.find(name)
    query = source.Query(source=name, **keys)
    assert (source.lower_is_better(query) if hasattr(source, "lower_is_better") else None) is lower
    assert (source.sums(query) if hasattr(source, "sums") else None) is sums


@pytest.mark.parametrize("name", sources.names())
def test_actions_are_those_of_iam(name: str) -> None:
    source = sources.find(name)
    actions = [action for needed in source.ACTIONS.values() for action in needed]
    assert all(re.fullmatch(r"[a-z0-9-]+:[A-Z][A-Za-z]+", action) for action in actions)
    assert ("GetCallerIdentity" in source.ACTIONS) == bool(actions)
    for operation, needed in source.ACTIONS.items():
        if not needed:
            request = Request(name, CONNECTION, operation, {})
            assert (source.resources(request), source.priced(request)) == ((), ())


@pytest.mark.parametrize(
    ("name", "file"), [("Coverage", "a.xml"), ("TestResults", "a.xml"), ("LoadTest", "a.json")]
)
def test_a_file_needs_no_permission_and_is_free(name: str, file: str) -> None:
    source = sources.find(name)
    request = asked(name, file=file, **({"measure": "throughput"} if name == "LoadTest" else {}))
    assert dict(source.ACTIONS) == {}
    assert (source.resources(request), source.priced(request)) == ((), ())


def test_cloudwatch_is_charged_by_the_metric() -> None:
    source = sources.find("CloudWatch")
    keys = {"namespace": "Shop", "metricName": "Errors", "stat": "Sum"}
    request = asked("CloudWatch", **keys)
    assert source.ACTIONS[request.operation] == ("cloudwatch:GetMetricData",)
    assert source.resources(request) == ("*",)
    assert source.priced(request) == (("CloudWatch metric", 1),)
    assert source.priced(asked("CloudWatch", samples=True, **keys)) == (("CloudWatch metric", 2),)
    listing = request._replace(operation="ListMetrics", parameters={"Namespace": "Shop"})
    assert source.ACTIONS["ListMetrics"] == ("cloudwatch:ListMetrics",)
    assert (source.resources(listing), source.priced(listing)) == (("*",), (("CloudWatch request", None),))


@pytest.mark.parametrize(
    ("region", "keys", "resource"),
    [
        ("eu-west-1", {}, "arn:aws:dynamodb:eu-west-1:*:table/orders"),
        ("cn-north-1", {}, "arn:aws-cn:dynamodb:cn-north-1:*:table/orders"),
        ("us-gov-west-1", {}, "arn:aws-us-gov:dynamodb:us-gov-west-1:*:table/orders"),
        ("", {}, "arn:aws:dynamodb:*:*:table/orders"),
        (
            "eu-west-1",
            {"index": "by-kind", "keyCondition": {"kind": "a"}},
            "arn:aws:dynamodb:eu-west-1:*:table/orders/index/by-kind",
        ),
        (
            "eu-west-1",
            {"table": "arn:aws:dynamodb:us-east-1:111122223333:table/orders"},
            "arn:aws:dynamodb:us-east-1:111122223333:table/orders",
        ),
    ],
)
def test_dynamodb_names_the_table_or_the_index(region: str, keys: dict[str, Any], resource: str) -> None:
    source = sources.find("DynamoDB")
    details = (("region", region),) if region else ()
    request = asked("DynamoDB", **{"table": "orders", **keys})._replace(
        connection=ConnectionDeclaration("tables", details)
    )
    assert source.ACTIONS[request.operation] == (f"dynamodb:{'Query' if 'index' in keys else 'Scan'}",)
    assert source.resources(request) == (resource,)
    assert source.priced(request) == (("DynamoDB read capacity unit", None),)
