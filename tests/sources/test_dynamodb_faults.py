"""The DynamoDB source against an endpoint that misbehaves: every fault is a failure with a remedy, never a count."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from checker import sources
from checker.model import Absence, ConnectionDeclaration, Question
from checker.sources import Connection, SourceFailure, aws
from tests.sources.dynamodb_asking import (
    AT,
    CREDENTIALS,
    Answer,
    Endpoint,
    counted,
    endpoint,
    exchanges,
    failed,
    page,
    paged,
    question,
    readings,
)

ITEMS = [{"id": {"S": str(n)}, "customer": {"S": f"c{n}"}} for n in range(7)]


@pytest.fixture(scope="module")
def serving() -> Iterator[Endpoint]:
    with endpoint() as running:
        yield running


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, serving: Endpoint) -> None:
    """Credentials, and an impatient boto3."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(aws, "ATTEMPTS", 1)
    monkeypatch.setattr(aws, "READ_TIMEOUT", 0.5)
    serving.calls.clear()


def error(code: str, message: str = "it said so") -> dict[str, str]:
    return {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message}


def fault(serving: Endpoint, *answers: Answer, **keys: Any) -> Absence:
    """Why a count comes to nothing when the calls are answered by ``answers``, the last of them for ever."""

    def answer(operation: str, call: Mapping[str, Any]) -> Answer:
        return answers[min(len(serving.calls), len(answers)) - 1]

    serving.answer = answer
    return failed(serving.url, table="tickets", **keys)


@pytest.mark.parametrize("status", [{"S": 5}, {"S": ["open"]}, {"S": True}])
def test_a_text_that_is_none_is_not_another_text(serving: Endpoint, status: Any) -> None:
    """Of items that cannot be compared, none would be counted, and '== 0' would be met."""
    found = fault(serving, (200, page([{"status": status}])), count={"where": {"status": "open"}})
    assert "an item's status is not text" in found.reason


@pytest.mark.parametrize(
    ("status", "code", "fact", "remedy"),
    [
        (
            400,
            "AccessDeniedException",
            "dynamodb:Scan: ClientError",
            "grant the permission dynamodb:Scan to the identity that runs checker, on the table tickets",
        ),
        (
            400,
            "ProvisionedThroughputExceededException",
            "(table tickets)",
            "the table's read capacity is used up",
        ),
        (400, "ThrottlingException", "dynamodb:Scan", "the table's read capacity is used up"),
        (400, "RequestLimitExceeded", "dynamodb:Scan", "the table's read capacity is used up"),
        (400, "ExpiredTokenException", "dynamodb:Scan", "renew the credentials"),
        (400, "UnrecognizedClientException", "dynamodb:Scan", "renew the credentials"),
        (400, "ValidationException", "it said so (table tickets)", "correct the query or the connection"),
        (
            400,
            "ResourceNotFoundException",
            "there is no table tickets in us-east-1",
            "check the table's name",
        ),
        (500, "InternalServerError", "dynamodb:Scan", "AWS failed; run again"),
        (503, "ServiceUnavailable", "dynamodb:Scan", "AWS failed; run again"),
    ],
)
def test_an_error_is_a_failure_with_its_remedy(
    serving: Endpoint, status: int, code: str, fact: str, remedy: str
) -> None:
    for page_before in ([], [(200, page(ITEMS, "6"))]):
        serving.calls.clear()
        absence = fault(serving, *page_before, (status, error(code)), count={"distinct": "customer"})
        assert fact in absence.reason
        assert remedy in absence.remedy


def test_a_query_names_its_own_permission(serving: Endpoint) -> None:
    absence = fault(
        serving, (400, error("AccessDeniedException")), index="by-status", keyCondition={"status": "open"}
    )
    assert absence.remedy == (
        "grant the permission dynamodb:Query to the identity that runs checker, on the table tickets and its index "
        "by-status"
    )
    assert sources.find("DynamoDB").ACTIONS == {
        "GetCallerIdentity": (),
        "Scan": ("dynamodb:Scan",),
        "Query": ("dynamodb:Query",),
    }


def test_throttling_that_passes_is_waited_for(serving: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "ATTEMPTS", 3)
    throttled = 400, error("ProvisionedThroughputExceededException")
    answers = iter([throttled, (200, page(ITEMS))])
    serving.answer = lambda operation, call: next(answers)
    asked = question(serving.url, table="tickets", count={"distinct": "customer"})
    (reading,) = readings([asked], connect(asked))
    assert not isinstance(reading, Absence)
    assert (reading.points[0].value, len(serving.calls)) == (7, 2)


def connect(asked: Question, seconds: float = 60) -> Connection:
    """A connection of its own, with a deadline in so many seconds."""
    return sources.find("DynamoDB").connect(asked.connection, time.monotonic() + seconds)


def spoilt(**changes: Any) -> dict[str, Any]:
    """A page of seven items with some of its members changed, or without them where the change is None."""
    return {key: value for key, value in {**page(ITEMS), **changes}.items() if value is not None}


@pytest.mark.parametrize(
    ("body", "fact"),
    [
        (b"", "dynamodb:Scan"),
        (b"not json", "dynamodb:Scan"),
        (b'{"Items": [', "dynamodb:Scan"),
        (b"[]", "dynamodb:Scan"),
        (b"null", "dynamodb:Scan"),
        ({}, "the answer counts None of None items"),
        (spoilt(Count=None), "the answer counts None of 7 items"),
        (spoilt(Count="7"), "the answer counts '7' of 7 items"),
        (spoilt(Count=True, ScannedCount=True), "the answer counts True of True items"),
        (spoilt(ScannedCount=8), "the answer counts 7 of 8 items, although nothing was filtered"),
        (spoilt(Count=8, ScannedCount=8), "the answer counts 8 items and holds 7"),
        (spoilt(Count=-1, ScannedCount=-1), "the answer counts -1 of -1 items"),
        (spoilt(Items=None), "the answer counts 7 items and holds 0"),
        (spoilt(ConsumedCapacity=None), "the answer does not say what capacity it consumed"),
        (spoilt(ConsumedCapacity={}), "the answer does not say what capacity it consumed"),
        (spoilt(ConsumedCapacity={"CapacityUnits": -1}), "the answer does not say what capacity it consumed"),
        (spoilt(Items="seven"), "dynamodb:Scan"),
        (spoilt(Items=["c1"] * 7), "dynamodb:Scan"),
        (spoilt(Items=[{"customer": "c1"}] * 7), "dynamodb:Scan"),
        (spoilt(Items=[{"customer": {}}] * 7), "an item's customer has no type"),
        (spoilt(Items=[{"customer": {"S": ["x"]}}] * 7), "neither text, a number nor binary"),
        (spoilt(Items=[{"customer": {"N": "many"}}] * 7), "an item's customer is not a finite number"),
        (spoilt(Items=[{"customer": {"N": "NaN"}}] * 7), "an item's customer is not a finite number"),
        (spoilt(Items=[{"customer": {"M": {}}}] * 7), "neither text, a number nor binary"),
        (spoilt(Items=[{"customer": {"NULL": True}}] * 7), "has no customer"),
        (spoilt(Items=[{"customer": {"N": "1"}}, *ITEMS[1:]]), "customer is of several types (N, S)"),
        (spoilt(LastEvaluatedKey=5), "dynamodb:Scan"),
    ],
)
def test_an_answer_that_is_none_is_a_failure(serving: Endpoint, body: Any, fact: str) -> None:
    absence = fault(serving, (200, body), count={"distinct": "customer"})
    assert fact in absence.reason
    assert "in checker itself" not in absence.reason


def test_a_count_without_items_is_checked_as_well(serving: Endpoint) -> None:
    assert "counts 7 items and holds 1" in fault(serving, (200, spoilt(Items=[{}]))).reason
    serving.answer = lambda operation, call: (200, spoilt(Items=None))
    assert counted(serving.url, table="tickets") == 7


@pytest.mark.parametrize("segments", [1, 3])
def test_an_answer_without_end_is_a_failure(serving: Endpoint, segments: int) -> None:
    pages = (200, page(ITEMS, "a")), (200, page(ITEMS, "b")), (200, page(ITEMS, "a"))
    absence = fault(serving, *pages, segments=segments, count={"distinct": "customer"})
    assert "the answer does not end: a page refers to one that was already read" in absence.reason
    assert absence.remedy == "run again; if it persists, check what is behind the endpoint"


def test_pages_without_items_and_without_end_are_a_failure(
    serving: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checker.sources.dynamodb.pages.MOST_PAGES", 50)
    serving.answer = lambda operation, call: (200, page([], str(len(serving.calls)), units=0))
    asked = {"table": "tickets", "count": {"distinct": "customer"}}
    assert "the answer does not end after 51 pages" in failed(serving.url, **asked).reason
    serving.calls.clear()
    serving.answer = lambda operation, call: (200, page([], str(len(serving.calls)), units=0.5))
    assert "over capacityBudget 10" in failed(serving.url, **asked, capacityBudget=10).reason
    assert len(serving.calls) == 21


def test_a_silent_endpoint_is_a_timeout(serving: Endpoint) -> None:
    def silent(operation: str, call: Mapping[str, Any]) -> Answer:
        time.sleep(0.8)
        return 200, page(ITEMS)

    serving.answer = silent
    asked = question(serving.url, table="tickets")
    absence = failed(serving.url, connect(asked), table="tickets")
    assert "dynamodb:Scan: ReadTimeoutError" in absence.reason
    assert absence.remedy == "check the network and the endpoint, and run again"


def test_nobody_listening_is_a_failure() -> None:
    asked = question("http://127.0.0.1:9", table="tickets")
    absence = failed("http://127.0.0.1:9", connect(asked), table="tickets")
    assert "EndpointConnectionError" in absence.reason
    assert "check the network" in absence.remedy


@pytest.mark.parametrize("segments", [1, 4])
def test_a_scan_does_not_go_on_after_the_deadline(serving: Endpoint, segments: int) -> None:
    def slow(operation: str, call: Mapping[str, Any]) -> Answer:
        time.sleep(0.1)
        return 200, page(ITEMS, str(len(serving.calls)))

    serving.answer = slow
    asked = question(serving.url, table="tickets", count={"distinct": "customer"}, segments=segments)
    (reading,) = readings([asked], connect(asked, 0.25))
    assert isinstance(reading, Absence)
    assert "the table was not read to its end before the deadline" in reading.reason
    assert "raise --timeout" in reading.remedy
    made = len(serving.calls)
    time.sleep(0.3)
    assert len(serving.calls) == made


def test_one_failed_segment_stops_the_others(serving: Endpoint) -> None:
    def third_denied(operation: str, call: Mapping[str, Any]) -> Answer:
        if call["Segment"] == 2:
            return 400, error("AccessDeniedException")
        time.sleep(0.05)
        return 200, page(ITEMS, str(len(serving.calls)))

    serving.answer = third_denied
    absence = failed(serving.url, table="tickets", segments=4, count={"distinct": "customer"})
    assert "grant the permission dynamodb:Scan" in absence.remedy
    made = len(serving.calls)
    time.sleep(0.2)
    assert len(serving.calls) == made < 20


def test_a_failure_of_either_table_is_a_failure(serving: Endpoint) -> None:
    whole = paged({"tickets": ITEMS, "customers": ITEMS}, 3)
    serving.answer = whole
    count = {"distinct": "customer", "within": {"table": "customers", "key": "customer"}}
    assert counted(serving.url, table="tickets", count=count) == 7
    for table in ("tickets", "customers"):

        def one_fails(operation: str, call: Mapping[str, Any], table: str = table) -> Answer:
            return (
                (500, error("InternalServerError")) if call["TableName"] == table else whole(operation, call)
            )

        serving.answer = one_fails
        assert f"(table {table})" in failed(serving.url, table="tickets", count=count).reason


def test_no_secret_and_no_value_of_an_item_is_in_a_message(serving: Endpoint) -> None:
    leak = f"denied for {CREDENTIALS['AWS_SECRET_ACCESS_KEY']} with {CREDENTIALS['AWS_ACCESS_KEY_ID']}"
    absence = fault(serving, (400, error("AccessDeniedException", leak)))
    assert "synthetic-secret-key" not in absence.reason
    assert "AKIAIOSFODNN7EXAMPLE" not in absence.reason
    item = {"customer": {"S": "jane.doe@example.com"}, "at": {"S": "Jane 1970"}}
    absence = fault(serving, (200, page([item])), count={"distinct": "customer", "where": {"at": "< now"}})
    assert "an item's at is like 'aaaa 9999', which is not a time" in absence.reason
    assert "ane" not in absence.reason


@pytest.mark.parametrize(
    "edit",
    [
        {"count": None},
        {"count": -1},
        {"count": 8},
        {"count": "7"},
        {"count": True},
        {"count": 0},
        {"pages": 0},
        {"scanned": 6},
        {"capacity": "much"},
        {"capacity": True},
        {"distinct": {}},
        {"distinct": []},
        {"distinct": {"customer": 7}},
        {"distinct": {"customer": {"type": "S", "values": 0, "digests": []}}},
        {"distinct": {"customer": {"type": "S", "values": 7}}},
        {"distinct": {"customer": {"type": "S", "values": 2, "digests": ["0123456789abcdef"] * 2}}},
        {"distinct": {"customer": {"type": "S", "values": 1, "digests": ["0123456789abcdef"] * 2}}},
        {"distinct": {"customer": {"type": "S", "values": 1, "digests": ["c1"]}}},
        {"distinct": {"customer": {"type": "S", "values": 1, "digests": [5]}}},
        {"distinct": {"customer": {"type": "L", "values": 1, "digests": ["0123456789abcdef"]}}},
    ],
)
def test_an_edited_recording_is_no_count(serving: Endpoint, edit: dict[str, Any]) -> None:
    serving.answer = paged({"tickets": ITEMS, "customers": ITEMS}, 3)
    count = {"distinct": "customer", "within": {"table": "customers", "key": "customer"}}
    asked = [question(serving.url, table="tickets", count=count)]
    made = exchanges(asked)
    source = sources.find("DynamoDB")
    for index in (1, 2):
        response = json.loads(json.dumps({**(made[index].response or {}), **edit}))
        edited = [*made]
        edited[index] = type(made[index])(made[index].request, response)
        (reading,) = source.read(asked, edited)
        assert isinstance(reading, Absence)
        assert (reading.kind, reading.remedy != "") == ("failed", True)
        assert "the recorded answer does not hold" in reading.reason


def test_a_recording_without_the_answer_is_no_count(serving: Endpoint) -> None:
    serving.answer = paged({"tickets": ITEMS, "customers": ITEMS}, 3)
    count = {"distinct": "customer", "within": {"table": "customers", "key": "customer"}}
    asked = [question(serving.url, table="tickets", count=count)]
    made = exchanges(asked)
    alone = exchanges([question(serving.url, table="tickets", count={"distinct": "customer"})])
    for recorded in ([], made[:2], [made[0], made[2]], [*alone, made[2]]):
        (reading,) = sources.find("DynamoDB").read(asked, recorded)
        assert isinstance(reading, Absence)
        assert reading.kind == "not-recorded"
    # Digests answer a question that only needs to know how many there are, and a plain count.
    fewer = [
        question(serving.url, table="tickets", count={"distinct": "customer"}),
        question(serving.url, table="customers"),
    ]
    assert [not isinstance(each, Absence) for each in sources.find("DynamoDB").read(fewer, made)] == [
        True,
        True,
    ]


def test_no_credentials_is_a_failure(monkeypatch: pytest.MonkeyPatch, serving: Endpoint) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    asked = question(serving.url, table="tickets")
    (reading,) = readings([asked], connect(asked))
    assert isinstance(reading, Absence)
    assert "NoCredentialsError" in reading.reason
    assert "set AWS_PROFILE, or AWS_ACCESS_KEY_ID" in reading.remedy


def test_no_region_is_a_failure() -> None:
    with pytest.raises(SourceFailure, match="region"):
        sources.find("DynamoDB").connect(ConnectionDeclaration(), AT)


@pytest.mark.parametrize(
    ("limit", "fact"),
    [
        ({"maxItems": 6}, "reading tickets took 7 items, over maxItems 6"),
        ({"capacityBudget": 1}, "reading tickets took 1.5 capacity units, over capacityBudget 1"),
    ],
)
def test_a_limit_holds_for_its_own_promise_whatever_others_allow(
    serving: Endpoint, limit: dict[str, int], fact: str
) -> None:
    """Two promises share the read; the one that allows less used to pass by the leave of the other."""
    serving.answer = paged({"tickets": ITEMS}, 3)
    asked = [question(serving.url, table="tickets", **more) for more in ({}, limit)]
    free, limited = readings(asked)
    assert len(serving.calls) == 3
    assert not isinstance(free, Absence)
    assert isinstance(limited, Absence)
    assert (limited.kind, limited.reason) == ("failed", fact)
