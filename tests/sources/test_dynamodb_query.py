"""What a DynamoDB query may say, what is asked for it, and its arithmetic against plain Python."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from checker import sources
from checker.model import Absence, ConnectionDeclaration, Question, Series
from checker.sources.dynamodb.ask import call_of
from checker.sources.dynamodb.count import digest
from checker.sources.dynamodb.times import instant, iso
from checker.units import COUNT
from tests.sources.dynamodb_asking import (
    AT,
    CREDENTIALS,
    Endpoint,
    Item,
    counted,
    endpoint,
    failed,
    paged,
    question,
    readings,
)

DYNAMODB = sources.find("DynamoDB")


def query(**keys: Any) -> Any:
    return DYNAMODB.Query.model_validate({"source": "DynamoDB", "table": "reports", **keys})


def refusals(**keys: Any) -> list[tuple[str, str]]:
    """The path and the message of each mistake that the model finds."""
    with pytest.raises(ValidationError) as caught:
        query(**keys)
    return [
        (".".join(map(str, each["loc"])), each["msg"].removeprefix("Value error, "))
        for each in caught.value.errors()
    ]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (">= now - 30", "'30' is not a duration"),
        (">= now - 30 d", "compares numbers and times"),
        (">= now - 99999w", "'>= now - 99999w' reaches further than 100 years"),
        (
            ">= yesterday",
            "'>= yesterday': >= compares numbers and times; write a number, 'now - 30d', or a time",
        ),
        (
            ">= 2026-01-31",
            "'>= 2026-01-31' states no time; write whole seconds and the zone, as in 2026-01-31T",
        ),
        (">= 2026-01-31T12:00:00", "states no time"),
        (">= 2026-01-31T12:00:00.5Z", "states no time"),
        ("< 2026-13-31T12:00:00Z", "states no time"),
        ("== now", "'== now': no item is of exactly this moment; write it with <, <=, >= or >"),
        ("!= now - 1d", "no item is of exactly this moment"),
        (">=", "'>=' has no value to compare with; write a value after '>='"),
        ("=> 5", "'=> 5' is not a comparison; begin it with <, <=, ==, !=, >= or >, as in '>= now - 30d'"),
        ("= active", "'= active' is not a comparison"),
        ("≥ 5", "'≥ 5' is not a comparison"),
        (" >= 5", "' >= 5' is not a comparison"),
        ("now - 30d", "'now - 30d' is not a comparison"),
        (None, "a condition is text, a number, true or false, or a list of them"),
        ({"gte": 5}, "a condition is text, a number, true or false, or a list of them"),
        ([], "the list is empty, and no item would count"),
        ([["a"]], "a condition is text, a number, true or false, or a list of them"),
        (["active", "> 5"], "the list mixes values with comparisons, or text with numbers"),
        (["active", 5], "the list mixes values with comparisons, or text with numbers"),
        (["== a", "== b"], "nothing equals both a and b; to count either, list them without '=='"),
        (["< now - 30d", ">= now - 1d"], "nothing is both < now - 30d and >= now - 1d"),
        ([">= 5", "< 5"], "nothing is both < 5 and >= 5"),
        (["> 5", "<= 5"], "nothing is both <= 5 and > 5"),
        (["!= 5", "> 7", "< 6"], "nothing is both < 6 and > 7"),
        (Decimal("NaN"), "NaN is not a finite number"),
        (float("inf"), "inf is not a finite number"),
    ],
)
def test_a_condition_that_is_none_is_refused_at_its_attribute(condition: Any, message: str) -> None:
    for keys in (
        {"count": {"where": {"created_at": condition}}},
        {"keyCondition": {"created_at": condition}},
    ):
        ((path, said),) = refusals(**keys)
        assert path.endswith(".created_at") or path == "keyCondition.created_at"
        assert message in said


def test_comparisons_that_something_meets_are_read() -> None:
    for condition in (
        ["<= 5", ">= 5"],
        [">= now - 30d", "< now"],
        ["< 5", "< 7", "!= 2"],
        [">= now", "< 2026-01-31T00:00:00Z"],
        ["== a", "== a"],
        ["> 1", "< now as epoch seconds"],
    ):
        assert len(query(count={"where": {"a": condition}}).count.where["a"]) == len(condition)


def test_other_mistakes_are_refused_at_their_keys() -> None:
    assert refusals(table="a b")[0][0] == "table"
    assert refusals(segments=0)[0][0] == "segments"
    assert refusals(segments=17)[0][0] == "segments"
    assert refusals(maxItems=0)[0][0] == "maxItems"
    assert refusals(capacityBudget=0)[0][0] == "capacityBudget"
    assert refusals(count={"where": {"": 5}})[0][0] == "count.where..[key]"
    assert refusals(count={"having": {}}) == [("count.having", "Extra inputs are not permitted")]
    assert refusals(where={"a": 5}) == [("where", "Extra inputs are not permitted")]
    assert refusals(index=None)[0][1] == "the key has no value; give it one or remove the key"
    assert refusals(count={"within": {"table": "customers", "key": "id"}}) == [
        ("count", "'within' compares distinct values: say with 'distinct' which attribute holds them")
    ]


@pytest.mark.parametrize(
    ("keys", "key", "message"),
    [
        ({"index": "by-status"}, "index", "the index by-status is named without a key to query"),
        (
            {"keyCondition": {}},
            "keyCondition",
            "a key is queried by one condition on the partition key and at most one on the sort key",
        ),
        (
            {"keyCondition": {"a": "x", "b": "y", "c": "z"}},
            "keyCondition",
            "a key is queried by one condition on the partition key and at most one on the sort key",
        ),
        (
            {"keyCondition": {"a": "x", "b": ["> 1", "< 5"]}},
            "keyCondition",
            "a key is queried by one condition on the partition key and at most one on the sort key",
        ),
        ({"keyCondition": {"b": "> 1"}}, "keyCondition", "the partition key has no value"),
        ({"keyCondition": {"a": "x", "b": "!= y"}}, "keyCondition", "a key cannot be queried by '!= y'"),
        ({"keyCondition": {"a": "x", "b": True}}, "keyCondition", "a key cannot be queried by 'true'"),
        (
            {"keyCondition": {"a": "x", "b": ["y", "z"]}},
            "keyCondition",
            "a key cannot be queried by 'y or z'",
        ),
        (
            {"keyCondition": {"a": "x", "b": "<= now"}},
            "keyCondition",
            "'<= now': a key orders times as text, and only >= and < are exact there",
        ),
        (
            {"keyCondition": {"a": "x"}, "segments": 2},
            "segments",
            "only a scan has segments, and this is a query by key",
        ),
        (
            {"count": {"distinct": "a", "within": {"table": "customers", "key": "a", "index": "by-status"}}},
            "count",
            "within: the index by-status is named without a key to query",
        ),
    ],
)
def test_what_cannot_be_asked_is_a_problem_before_asking(
    keys: dict[str, Any], key: str, message: str
) -> None:
    (problem,) = DYNAMODB.check(query(**keys), None)
    assert (problem.key, problem.message) == (key, message)
    assert problem.remedy


def test_what_can_be_asked_is_no_problem() -> None:
    within = {"table": "customers", "key": "id"}
    for keys in (
        {},
        {"keyCondition": {"a": "x"}},
        {"index": "by-a", "keyCondition": {"a": 5, "b": "> 1"}},
        {"index": "by-a", "keyCondition": {"a": "x", "b": "< now - 1d"}},
        {"keyCondition": {"a": "x", "b": "<= now as epoch seconds"}},
        {"keyCondition": {"a": "x"}, "segments": 2, "count": {"distinct": "id", "within": within}},
        {"table": "arn:aws:dynamodb:us-east-1:123456789012:table/reports"},
    ):
        assert list(DYNAMODB.check(query(**keys), None)) == []
    assert (DYNAMODB.WINDOWED, DYNAMODB.unit(query())) == (False, COUNT)


def test_the_examples_of_the_manual_are_queries() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "sources" / "dynamodb.md").read_text(encoding="utf-8")
    ratio, by_index = re.findall(r"```yaml\n(.*?)```", manual, re.DOTALL)
    indicator = yaml.safe_load(ratio)[0]["indicator"]
    for written in (
        indicator["good"],
        indicator["total"],
        {"source": "DynamoDB", **yaml.safe_load(by_index)},
    ):
        assert list(DYNAMODB.check(DYNAMODB.Query.model_validate(written), None)) == []
    keys = set(re.findall(r"^\| `([A-Za-z]+)`", manual, re.MULTILINE)) | {"index", "keyCondition", "source"}
    assert keys >= set(DYNAMODB.Query.model_fields)


def asked(**keys: Any) -> list[Any]:
    return DYNAMODB.requests([Question(query(**keys), AT, None, ConnectionDeclaration())])


def test_a_request_is_a_complete_statement() -> None:
    where = {"created_at": [">= now - 30d", "< 2026-01-31T13:00:00+01:00"], "status": ["open", "new"], "n": 5}
    _, scan = asked(count={"distinct": "customer", "where": where, "whereMissing": ["b", "a"]}, segments=3)
    assert (scan.source, scan.operation) == ("DynamoDB", "Scan")
    assert json.loads(json.dumps(scan.parameters)) == {
        "read": {
            "at": AT,
            "table": "reports",
            "index": None,
            "keyCondition": None,
            "where": [
                {
                    "attribute": "created_at",
                    "operator": ">=",
                    "type": "time",
                    "values": ["2026-01-01T12:00:00Z"],
                },
                {
                    "attribute": "created_at",
                    "operator": "<",
                    "type": "time",
                    "values": ["2026-01-31T12:00:00Z"],
                },
                {"attribute": "n", "operator": "==", "type": "N", "values": ["5"]},
                {"attribute": "status", "operator": "==", "type": "S", "values": ["open", "new"]},
            ],
            "whereExists": [],
            "whereMissing": ["a", "b"],
            "consistentRead": False,
        },
        "distinct": {"customer": "count"},
        "segments": 3,
        "maxItems": 1_000_000,
        "capacityBudget": 20_000,
    }


def test_names_and_values_are_placeholders_in_the_call() -> None:
    key = {"status": "open' OR 1", "created at": ">= now - 1d"}
    _, request = asked(index="by-status", keyCondition=key, count={"distinct": "a.b"}, consistentRead=True)
    assert call_of(request) == {
        "TableName": "reports",
        "IndexName": "by-status",
        "ConsistentRead": True,
        "ReturnConsumedCapacity": "TOTAL",
        "ExpressionAttributeNames": {"#a0": "a.b", "#a1": "created at", "#a2": "status"},
        "ExpressionAttributeValues": {":v0": {"S": "2026-01-30T12:00:00"}, ":v1": {"S": "open' OR 1"}},
        "KeyConditionExpression": "#a1 >= :v0 AND #a2 = :v1",
        "ProjectionExpression": "#a0, #a1",
    }
    _, count = asked()
    assert call_of(count) == {
        "TableName": "reports",
        "ConsistentRead": False,
        "ReturnConsumedCapacity": "TOTAL",
        "Select": "COUNT",
    }
    for suffix, value in (("seconds", str(AT)), ("milliseconds", f"{AT}000")):
        _, request = asked(keyCondition={"a": 1, "b": f"< now as epoch {suffix}"})
        assert call_of(request)["ExpressionAttributeValues"] == {":v0": {"N": "1"}, ":v1": {"N": value}}


def test_reads_are_the_same_in_whatever_order_they_are_written() -> None:
    questions = [
        Question(query(count={"where": where}, **limits), AT, None, ConnectionDeclaration())
        for where, limits in (
            ({"a": 1, "b": "x"}, {"maxItems": 5, "capacityBudget": 9}),
            ({"b": "x", "a": 1}, {"maxItems": 7, "segments": 2}),
        )
    ]
    _, read = DYNAMODB.requests(questions)
    assert [read.parameters[key] for key in ("maxItems", "capacityBudget", "segments")] == [7, 20_000, 2]
    other = Question(query(), AT, None, ConnectionDeclaration("elsewhere"))
    assert [each.operation for each in DYNAMODB.requests([*questions, other])] == [
        "GetCallerIdentity",
        "GetCallerIdentity",
        "Scan",
        "Scan",
    ]


@pytest.mark.parametrize("turn", [1, -1])
def test_a_read_that_two_questions_share_records_what_both_need(turn: int) -> None:
    within = {"table": "customers", "key": "id"}
    counts: list[dict[str, Any]] = [{"distinct": "a", "within": within}, {"distinct": "a"}, {"distinct": "b"}]
    questions = [Question(query(count=count), AT, None, ConnectionDeclaration()) for count in counts[::turn]]
    reads = {each.parameters["read"]["table"]: each.parameters for each in DYNAMODB.requests(questions)[1:]}
    assert reads["reports"]["distinct"] == {"a": "digests", "b": "count"}
    assert reads["customers"]["distinct"] == {"id": "digests"}


def test_a_question_is_described_in_one_line() -> None:
    within = {"table": "customers", "key": "id", "index": "by-status", "keyCondition": {"status": "active"}}
    count = {
        "distinct": "customer",
        "where": {"kind": ["a", "b"], "size": "> 5", "done": True},
        "whereExists": ["x"],
        "whereMissing": ["y"],
        "within": within,
    }
    described = DYNAMODB.describe(Question(query(count=count), AT, None, ConnectionDeclaration()))
    assert described == (
        "DynamoDB count of distinct customer of reports where kind is a or b and size > 5 and done is true and x "
        "exists and y is missing, within id of customers by index by-status where status is active"
    )


MOMENTS = st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2080, 1, 1))  # noqa: DTZ001
ZONES = st.integers(min_value=-23 * 60, max_value=23 * 60).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)


@given(MOMENTS, ZONES, st.sampled_from(["auto", "seconds", "milliseconds", "microseconds"]))
def test_an_instant_is_what_python_reads(moment: datetime, zone: timezone, precision: str) -> None:
    text = moment.replace(tzinfo=zone).isoformat(timespec=precision)
    expected = (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert instant(text) == expected * 1000
    assert instant(text.replace("T", " ")) == expected * 1000
    assert instant(moment.isoformat(timespec=precision)) is None


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.5Z", -500_000_000),
        ("2026-01-31T12:00:00.123456789+00:00", AT * 10**9 + 123_456_789),
        ("2026-01-31T13:00:00+0100", AT * 10**9),
        ("2026-01-31", None),
        ("2026-01-31T12:00:00", None),
        ("2026-01-31T12:00Z", None),
        ("2026-02-30T12:00:00Z", None),
        ("2026-01-31T24:00:01Z", None),
        ("2026-01-31T12:00:00+25:00", None),
        ("2026-01-31T12:00:00Z ", None),
        ("٢٠٢٦-01-31T12:00:00Z", None),
        ("20260131T120000Z", None),
        ("", None),
        (5, None),
        (None, None),
    ],
)
def test_only_a_full_time_with_a_zone_is_an_instant(text: object, nanoseconds: int | None) -> None:
    assert instant(text) == nanoseconds


@given(
    st.integers(min_value=-2, max_value=2),
    st.sampled_from(["", ".0", ".000", ".5", ".999999999"]),
    st.sampled_from(["Z", "+00:00", "+0000"]),
    MOMENTS,
)
def test_a_sort_key_as_text_follows_the_moment_exactly(
    apart: int, fraction: str, zone: str, moment: datetime
) -> None:
    """What DynamoDB compares for '>=' and '<': the item's text with the literal, byte by byte."""
    limit = int(moment.replace(tzinfo=UTC).timestamp())
    literal, text = iso(limit).removesuffix("Z"), iso(limit + apart).removesuffix("Z") + fraction + zone
    exact = instant(text, utc=True)
    assert exact is not None
    assert (text >= literal) == (exact >= limit * 10**9)
    assert (text < literal) == (exact < limit * 10**9)


@given(st.decimals(allow_nan=False, allow_infinity=False), st.integers(min_value=0, max_value=5))
def test_equal_numbers_have_one_digest(number: Decimal, zeros: int) -> None:
    longer = f"{number:f}" + ("" if "." in f"{number:f}" else ".") + "0" * zeros
    assert digest("N", str(number)) == digest("N", longer)
    assert digest("N", str(number)) != digest("S", str(number))
    sign, digits, exponent = number.as_tuple()
    other = Decimal((sign, (*digits, 1), int(exponent) - 1))
    assert digest("N", str(number)) != digest("N", str(other))


@pytest.fixture(scope="module")
def serving() -> Iterator[Endpoint]:
    with endpoint() as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def credentials() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        yield


NAMES = st.sampled_from(["c1", "c2", "c3", "c4", "c5", "c6"])
REPORTS = st.lists(
    st.fixed_dictionaries(
        {
            "customer": NAMES,
            "status": st.sampled_from(["active", "inactive", "Active"]),
            "hours": st.integers(min_value=-3, max_value=3),
            "size": st.sampled_from(["0", "1", "1.5", "1e1", "-2"]),
        }
    ),
    max_size=12,
)
CUSTOMERS = st.lists(
    st.fixed_dictionaries({"customer": NAMES, "status": st.sampled_from(["active", "inactive"])}), max_size=8
)


def stored(report: dict[str, Any]) -> Item:
    created = datetime.fromtimestamp(AT + report["hours"] * 3600, timezone(timedelta(hours=report["hours"])))
    return {
        "customer": {"S": report["customer"]},
        "status": {"S": report["status"]},
        "created": {"S": created.isoformat()},
        "size": {"N": report["size"]},
    }


@settings(max_examples=60)
@given(REPORTS, CUSTOMERS, st.integers(min_value=1, max_value=5), st.integers(min_value=1, max_value=3))
def test_counts_are_those_of_plain_python_for_any_pages_and_segments(
    serving: Endpoint,
    reports: list[dict[str, Any]],
    customers: list[dict[str, Any]],
    size: int,
    segments: int,
) -> None:
    tables = {
        "reports": [stored(each) for each in reports],
        "customers": [{name: {"S": value} for name, value in each.items()} for each in customers],
    }
    serving.answer = paged(tables, size)
    active = {"table": "customers", "key": "customer", "where": {"status": "active"}}
    recent, large = {"created": ">= now - 1h"}, {"size": "> 1", "status": "== active"}
    known = {each["customer"] for each in customers if each["status"] == "active"}
    cases: list[tuple[dict[str, Any], int]] = [
        ({}, len(reports)),
        ({"where": recent}, sum(each["hours"] >= -1 for each in reports)),
        (
            {"where": large},
            sum(Decimal(each["size"]) > 1 and each["status"] == "active" for each in reports),
        ),
        ({"distinct": "customer"}, len({each["customer"] for each in reports})),
        (
            {"distinct": "customer", "where": recent, "within": active},
            len({each["customer"] for each in reports if each["hours"] >= -1} & known),
        ),
    ]
    questions = [question(serving.url, table="reports", count=count, segments=segments) for count, _ in cases]
    found = readings(questions)
    assert [int(each.points[0].value) for each in found if isinstance(each, Series)] == [n for _, n in cases]


@settings(max_examples=40)
@given(REPORTS.filter(bool), st.data())
def test_one_item_that_cannot_be_judged_spoils_the_count_unless_it_is_ruled_out(
    serving: Endpoint, reports: list[dict[str, Any]], data: st.DataObject
) -> None:
    items = [stored(each) for each in reports]
    index = data.draw(st.integers(min_value=0, max_value=len(items) - 1))
    bad: Any = data.draw(st.sampled_from([None, {"NULL": True}, {"N": "5"}, {"S": "2026-01-31"}, {"L": []}]))
    items[index] = {key: value for key, value in items[index].items() if key != "created"}
    if bad is not None:
        items[index]["created"] = bad
    serving.answer = paged({"reports": items}, 4)
    count: dict[str, Any] = {"where": {"created": "< now + 9h", "status": "active"}}
    if reports[index]["status"] == "active":
        assert "created" in failed(serving.url, table="reports", count=count).reason
    else:
        expected = sum(each["status"] == "active" for each in reports)
        assert counted(serving.url, table="reports", count=count) == expected
    if bad in (None, {"NULL": True}):
        count["whereExists"] = ["created"]
        expected = sum(each["status"] == "active" for n, each in enumerate(reports) if n != index)
        assert counted(serving.url, table="reports", count=count) == expected


def test_a_query_by_key_refuses_times_that_do_not_sort(serving: Endpoint) -> None:
    items: list[Item] = [{}]
    serving.answer = paged({"reports": items}, 4)
    key = {"kind": "x", "created": ">= now - 1h"}
    for text in ("2026-01-31T12:30:00+01:00", "2026-01-31 11:30:00Z"):
        items[0] = {"kind": {"S": "x"}, "created": {"S": text}}
        (reading,) = readings([question(serving.url, table="reports", keyCondition=key)])
        assert isinstance(reading, Absence)
        assert "is not a time in UTC, and an index orders times as text" in reading.reason
    items[0]["created"] = {"S": "2026-01-31T11:30:00.000Z"}
    assert counted(serving.url, table="reports", keyCondition=key) == 1
