"""Recordings put together from several, whose requests were batched differently: the order of their lines decides
nothing. Answers that contradict each other are an ERROR; answers that agree are one answer."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.on_simulator import AT, Judged, criteria, judge

DAYS = [f"2026-01-{day}" for day in range(23, 31)]
LOGS = "filter @type = 'REPORT' | stats count(*) as all"


class Asked(NamedTuple):
    """A criterion; a request with its answer; and the same question as a part of another request, with an answer
    that agrees and one that does not."""

    criterion: str
    one: tuple[dict[str, Any], dict[str, Any]]
    other: dict[str, Any]
    alike: dict[str, Any]
    unlike: dict[str, Any]


def line(source: str, operation: str, parameters: Any, response: Any, **connected: str) -> dict[str, Any]:
    connection = {"name": "", "details": {}}
    request = {"source": source, "connection": connection, "operation": operation, "parameters": parameters}
    return {"request": request, "response": response, "connected": {"region": "us-east-1", **connected}}


def alarms(**states: str) -> dict[str, Any]:
    listed = [{"AlarmName": name, "StateValue": state} for name, state in states.items()]
    return {"pages": [{"MetricAlarms": listed}]}


def alarms_asked(*names: str) -> dict[str, Any]:
    types = ["MetricAlarm", "CompositeAlarm", "LogAlarm"]
    return {"at": AT, "AlarmTypes": types, "MaxRecords": 100, "AlarmNames": list(names)}


def costs(*, estimated: bool = False, **amounts: str) -> dict[str, Any]:
    total = {metric: {"Amount": amount, "Unit": "USD"} for metric, amount in amounts.items()}
    days = [
        {
            "TimePeriod": {"Start": start, "End": end},
            "Total": total,
            "Groups": [],
            "Estimated": estimated,
        }
        for start, end in pairwise(DAYS)
    ]
    return {"pages": [{"ResultsByTime": days}]}


def costs_asked(*metrics: str) -> dict[str, Any]:
    period = {"Start": DAYS[0], "End": DAYS[-1]}
    return {"TimePeriod": period, "Granularity": "DAILY", "Metrics": list(metrics)}


def reports(**attainments: float) -> dict[str, Any]:
    listed = [
        {"Name": name, "Arn": f"arn:{name}", "BudgetStatus": "OK", "Attainment": attainment}
        for name, attainment in attainments.items()
    ]
    return {"Timestamp": AT, "Reports": listed, "Errors": []}


def scan_asked(segments: int = 1, **distinct: str) -> dict[str, Any]:
    read = {"at": AT, "table": "orders", "index": None, "keyCondition": None, "consistentRead": False}
    conditions: dict[str, Any] = {"where": [], "whereExists": [], "whereMissing": []}
    return {
        "read": {**read, **conditions},
        "distinct": distinct,
        "segments": segments,
        "maxItems": 1_000_000,
        "capacityBudget": 20_000,
    }


def scanned(count: int, **values: int) -> dict[str, Any]:
    distinct = {name: {"type": "S", "values": number} for name, number in values.items()}
    return {"count": count, "scanned": count, "pages": 1, "capacity": 0.5, "distinct": distinct}


def logs_asked(budget: int) -> dict[str, Any]:
    end = AT - 300
    times = {"startTime": end - 3600, "endTime": end - 1, "limit": 10_000, "byteBudget": budget}
    return {"queryString": LOGS, "logGroupNames": ["/shop"], **times}


def rows(number: str) -> dict[str, Any]:
    statistics = {"bytesScanned": 1000, "recordsScanned": 100, "recordsMatched": 50}
    return {"status": "Complete", "rows": [[["all", number]]], "statistics": statistics}


CASES = {
    ("CloudWatchAlarms", "DescribeAlarms"): Asked(
        "indicator: {source: CloudWatchAlarms, names: [a, b]}, target: '== 0'",
        (alarms_asked("a", "b"), alarms(a="OK", b="OK")),
        alarms_asked("b", "c"),
        alarms(b="OK", c="ALARM"),
        alarms(b="ALARM", c="OK"),
    ),
    ("CostExplorer", "GetCostAndUsage"): Asked(
        "indicator: {source: CostExplorer, granularity: DAILY, periods: 7, metric: UnblendedCost}, "
        "target: '< 50 USD'",
        (costs_asked("UnblendedCost"), costs(UnblendedCost="1.5")),
        costs_asked("AmortizedCost", "UnblendedCost"),
        costs(UnblendedCost="1.5", AmortizedCost="99"),
        costs(UnblendedCost="9.5", AmortizedCost="1"),
    ),
    ("ApplicationSignals", "BatchGetServiceLevelObjectiveBudgetReport"): Asked(
        "indicator: {source: ApplicationSignals, slo: checkout, measure: attainment}, target: '>= 99 %'",
        ({"Timestamp": AT, "SloIds": ["checkout"]}, reports(checkout=99.9)),
        {"Timestamp": AT, "SloIds": ["checkout", "search"]},
        reports(checkout=99.9, search=1.0),
        reports(checkout=12.0, search=99.9),
    ),
    ("DynamoDB", "Scan"): Asked(
        "indicator: {source: DynamoDB, table: orders}, target: '>= 10'",
        (scan_asked(), scanned(11)),
        scan_asked(4, plan="count"),
        scanned(11, plan=2),
        scanned(5, plan=2),
    ),
    ("CloudWatchLogs", "Query"): Asked(
        f"indicator: {{source: CloudWatchLogs, logGroups: [/shop], query: \"{LOGS}\"}}, target: '<= 20'",
        (logs_asked(100 * 10**9), rows("5")),
        logs_asked(5 * 10**9),
        rows("5"),
        rows("50"),
    ),
}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def replayed(criterion: str, *lines: dict[str, Any]) -> Judged:
    """The run over a recording with these lines; it has to be the same with their order reversed."""
    head = {"format": "checker/evidence/v1", "at": AT}
    text = criteria(f"name: promise, {criterion}")
    both = []
    for order in (lines, lines[::-1]):
        Path("e.jsonl").write_text("".join(json.dumps(each) + "\n" for each in (head, *order)))
        both.append(judge(text, "--replay", "e.jsonl"))
    assert both[0] == both[1]
    return both[0]


@pytest.mark.parametrize("asking", CASES, ids=lambda asking: asking[0])
def test_different_answers_to_one_question_are_an_error(asking: tuple[str, str]) -> None:
    case = CASES[asking]
    first = line(*asking, *case.one)
    assert replayed(case.criterion, first).outcomes() == {"promise": "PASS"}
    alike = line(*asking, case.other, case.alike)
    assert replayed(case.criterion, first, alike).outcomes() == {"promise": "PASS"}
    judged = replayed(case.criterion, first, line(*asking, case.other, case.unlike))
    assert (judged.code, judged.outcomes()) == (4, {"promise": "ERROR"})
    assert judged.verdicts["promise"]["reasons"] == ["the evidence holds different answers to one question"]


@pytest.mark.parametrize("asking", CASES, ids=lambda asking: asking[0])
def test_a_failure_beside_an_answer_is_a_different_answer(asking: tuple[str, str]) -> None:
    case = CASES[asking]
    failed = line(*asking, case.other, None)
    del failed["response"]
    failed["failure"] = {"kind": "throttled", "message": "too fast", "remedy": "run again"}
    assert replayed(case.criterion, line(*asking, *case.one), failed).outcomes() == {"promise": "ERROR"}


def test_an_estimate_of_a_cost_is_a_different_answer() -> None:
    case, asking = CASES["CostExplorer", "GetCostAndUsage"], ("CostExplorer", "GetCostAndUsage")
    estimated = costs(UnblendedCost="1.5", AmortizedCost="99", estimated=True)
    judged = replayed(case.criterion, line(*asking, *case.one), line(*asking, case.other, estimated))
    assert judged.outcomes() == {"promise": "ERROR"}


NAMED = "indicator: {source: CloudWatchAlarms, names: [a, b]}, target: '== 0'"


def of_alarm(name: str, **connected: str) -> dict[str, Any]:
    answer = alarms(**{name: "OK"})
    return line("CloudWatchAlarms", "DescribeAlarms", alarms_asked(name), answer, **connected)


def identity(account: str) -> dict[str, Any]:
    answer = {"connected": {"account": account, "arn": f"arn:aws:iam::{account}:user/x"}}
    return line("CloudWatchAlarms", "GetCallerIdentity", {}, answer)


def test_the_answers_of_two_regions_do_not_make_one() -> None:
    judged = replayed(NAMED, of_alarm("a", region="eu-west-1"), of_alarm("b"))
    assert judged.outcomes() == {"promise": "ERROR"}
    (reason,) = judged.verdicts["promise"]["reasons"]
    assert reason == "the evidence holds answers of several regions to one connection: eu-west-1, us-east-1"
    (connection,) = judged.report["connections"]
    assert connection["connected"] == "region=eu-west-1 and us-east-1"


def test_the_answers_of_two_accounts_do_not_make_one() -> None:
    mine, other = identity("1" * 12), identity("2" * 12)
    judged = replayed(NAMED, mine, of_alarm("a"), of_alarm("b"), other)
    assert judged.outcomes() == {"promise": "ERROR"}
    assert f"several accounts to one connection: {'1' * 12}, {'2' * 12}" in str(judged.verdicts["promise"])
    assert f"account={'1' * 12} and {'2' * 12}," in judged.report["connections"][0]["connected"]
    assert replayed(NAMED, mine, of_alarm("a"), of_alarm("b"), mine).outcomes() == {"promise": "PASS"}


def test_an_account_that_could_not_be_asked_for_is_told_as_unknown() -> None:
    """The promise is judged all the same, but the report must not look as if it left nothing out."""
    failed = identity("1" * 12)
    del failed["response"]
    failed["failure"] = {"kind": "denied", "message": "no", "remedy": "ask"}
    judged = replayed(NAMED, failed, of_alarm("a"), of_alarm("b"))
    assert judged.outcomes() == {"promise": "PASS"}
    assert judged.report["connections"][0]["connected"] == "account=unknown, region=us-east-1"
