"""The simulator's CloudWatch Logs: a query's life as AWS documents it, asked with the real boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulator import Simulator

ASKED = {"logGroupNames": ["shop"], "startTime": 0, "endTime": 60, "queryString": "stats count(*) as n"}


@pytest.fixture
def logs(connect: Callable[..., Any]) -> Any:
    return connect("logs")


def refused(call: Callable[..., Any], **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return str(caught.value.response["Error"]["Code"])


def test_a_query_goes_through_its_statuses_and_has_rows_at_the_end(simulator: Simulator, logs: Any) -> None:
    simulator.logs.answer("count(*)", [{"n": "7", "gone": None}], bytes_scanned=[10, 20])
    identifier = logs.start_query(**ASKED)["queryId"]
    looks = [logs.get_query_results(queryId=identifier) for _ in range(4)]
    assert [look["status"] for look in looks] == ["Scheduled", "Running", "Complete", "Complete"]
    assert [look["statistics"]["bytesScanned"] for look in looks] == [10.0, 20.0, 20.0, 20.0]
    assert [look["results"] for look in looks[1:3]] == [
        [],
        [[{"field": "n", "value": "7"}, {"field": "gone"}]],
    ]
    assert looks[2]["statistics"]["resultCount"] == 1.0


def test_rows_come_in_pages_up_to_the_limit(simulator: Simulator, logs: Any) -> None:
    simulator.logs.answer(
        "count(*)", [{"n": str(number)} for number in range(9)], page=3, statuses=["Complete"]
    )
    identifier = logs.start_query(**ASKED, limit=7)["queryId"]
    page, rows = logs.get_query_results(queryId=identifier), []
    while "nextToken" in page:
        rows += page["results"]
        page = logs.get_query_results(queryId=identifier, nextToken=page["nextToken"])
    assert [row[0]["value"] for row in rows + page["results"]] == list("0123456")


def test_a_running_query_can_be_stopped_and_an_ended_one_cannot(simulator: Simulator, logs: Any) -> None:
    simulator.logs.answer("count(*)", [{"n": "7"}], statuses=["Running", "Complete"])
    first, second = (logs.start_query(**ASKED)["queryId"] for _ in range(2))
    assert logs.stop_query(queryId=first)["success"] is True
    assert logs.get_query_results(queryId=first)["status"] == "Cancelled"
    for _ in range(2):
        logs.get_query_results(queryId=second)
    assert refused(logs.stop_query, queryId=second) == "InvalidParameterException"
    assert refused(logs.stop_query, queryId="nobody") == "ResourceNotFoundException"
    assert refused(logs.get_query_results, queryId="nobody") == "ResourceNotFoundException"


@pytest.mark.parametrize(
    "change",
    [
        {"startTime": 61},
        {"logGroupIdentifiers": ["shop"]},
        {"queryString": "SOURCE 'shop' | stats count(*) as n"},
        {"limit": 100_001},
    ],
)
def test_a_query_that_aws_would_not_start_is_refused(
    change: dict[str, Any], simulator: Simulator, logs: Any
) -> None:
    simulator.logs.answer("count(*)", [])
    assert refused(logs.start_query, **{**ASKED, **change}) == "InvalidParameterException"


def test_a_query_that_nobody_wrote_an_answer_for_is_refused(logs: Any) -> None:
    assert refused(logs.start_query, **ASKED) == "SimulatorMisuse"


def test_an_error_is_the_service_s_own(simulator: Simulator, logs: Any) -> None:
    simulator.faults.add("access-denied", operation="StartQuery")
    with pytest.raises(logs.exceptions.ClientError, match=r"AccessDeniedException.*logs:StartQuery"):
        logs.start_query(**ASKED)
    simulator.faults.add("throttling", operation="StartQuery", code="LimitExceededException")
    with pytest.raises(logs.exceptions.LimitExceededException):
        logs.start_query(**ASKED)
