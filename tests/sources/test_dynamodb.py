"""The DynamoDB source against moto, over HTTP: real pages, segments, indexes, and the wrong answers of a script.

moto has no throttling and bills every page as one unit; what it cannot show is in ``test_dynamodb_faults.py``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from checker import evidence, sources
from checker.model import Evidence, Outcome, Report, Series
from checker.run import Options, run
from tests.moto_server import moto_server
from tests.sources.dynamodb_asking import AT, CREDENTIALS, counted, exchanges, failed, question, readings

NOW = datetime.fromtimestamp(AT, UTC)
CUSTOMERS = [
    {
        "customer_id": f"customer-{n:03}",
        "status": ("active", "active", "trial", "inactive")[n % 4],
        "plan": n % 3,
    }
    for n in range(240)
]
REPORTS = [
    {
        "report_id": f"report-{n:04}",
        # Up to number 259: some belong to customers who are gone from the table of customers.
        "customer_id": f"customer-{n * 7 % 260:03}",
        "kind": "custom" if n % 2 else "standard",
        "created_at": (NOW - timedelta(hours=n * 40 % 2400, minutes=1)).isoformat().replace("+00:00", "Z"),
        "created_epoch": AT - n * 40 % 2400 * 3600 - 60,
        "deliveryStatus": "success" if n % 5 else "failed",
    }
    for n in range(400)
]
MANY = [{"id": n, "customer_id": f"customer-{n % 700:03}", "body": "x" * 900} for n in range(2500)]
"""More than two pages of 1 MB."""

RECENT = {
    report["customer_id"]
    for report in REPORTS
    if datetime.fromisoformat(str(report["created_at"])) >= NOW - timedelta(days=30)
}
ACTIVE = {customer["customer_id"] for customer in CUSTOMERS if customer["status"] == "active"}
ADOPTED = RECENT & ACTIVE

WITHIN = {"table": "customers", "key": "customer_id", "where": {"status": "active"}}
GOOD = {"distinct": "customer_id", "where": {"created_at": ">= now - 30d"}, "within": WITHIN}


def typed(value: Any) -> dict[str, Any]:
    """A plain value as DynamoDB types it."""
    if isinstance(value, bool) or value is None:
        return {"NULL": True} if value is None else {"BOOL": value}
    if isinstance(value, str):
        return {"S": value}
    return {"B": value} if isinstance(value, bytes) else {"N": str(value)}


def fill(
    client: Any,
    table: str,
    key: Mapping[str, str],
    items: list[dict[str, Any]],
    indexes: Mapping[str, list[str]] | None = None,
) -> None:
    """A table of ``items``. ``key`` gives the key attributes, of it and of the indexes, with their types."""
    kinds = ("HASH", "RANGE")
    made = [
        {
            "IndexName": name,
            "KeySchema": [{"AttributeName": each, "KeyType": kinds[n]} for n, each in enumerate(keys)],
            "Projection": {"ProjectionType": "ALL"},
        }
        for name, keys in (indexes or {}).items()
    ]
    client.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": next(iter(key)), "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in key.items()],
        BillingMode="PAY_PER_REQUEST",
        **({"GlobalSecondaryIndexes": made} if made else {}),
    )
    for begin in range(0, len(items), 25):
        puts = [
            {"PutRequest": {"Item": {name: typed(value) for name, value in item.items()}}}
            for item in items[begin : begin + 25]
        ]
        client.batch_write_item(RequestItems={table: puts})


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Where moto answers for SecureBase's tables."""
    with moto_server() as url:
        _fill_tables(url)
        yield url


def _fill_tables(url: str) -> None:
    import boto3

    client = boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="y",
    )
    fill(client, "customers", {"customer_id": "S", "status": "S"}, CUSTOMERS, {"by-status": ["status"]})
    fill(
        client,
        "reports",
        {"report_id": "S", "kind": "S", "created_at": "S", "created_epoch": "N"},
        REPORTS,
        {"by-kind": ["kind", "created_at"], "by-epoch": ["kind", "created_epoch"]},
    )
    fill(client, "many", {"id": "N"}, MANY)
    fill(client, "nobody", {"customer_id": "S"}, [])
    fill(client, "odd", {"id": "N"}, ODD)


ODD: list[dict[str, Any]] = [
    {
        "id": 1,
        "#a0": "a",
        "x = :y OR z": "b",
        "a.b": 1,
        "ok": True,
        "customer": b"\x00\xff",
        "note": "exists",
    },
    {
        "id": 2,
        "#a0": "' OR 1",
        "x = :y OR z": "b",
        "a.b": 2.5,
        "ok": False,
        "customer": b"\x00",
        "note": None,
    },
    {
        "id": 3,
        "#a0": ":v",
        "x = :y OR z": "c",
        "a.b": -3,
        "ok": False,
        "customer": b"\x00",
        "ms": AT * 1000 - 5,
    },
]


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


# A script gave the items of three pages as three numbers.
@pytest.mark.parametrize("segments", [1, 4])
def test_all_pages_of_all_segments_make_one_count(url: str, segments: int) -> None:
    asked = [
        question(url, table="many", segments=segments),
        question(url, table="many", segments=segments, count={"distinct": "customer_id"}),
    ]
    made = exchanges(asked)
    (answer,) = [each.response for each in made if each.request.operation == "Scan"]
    assert answer is not None
    assert (answer["count"], answer["scanned"]) == (2500, 2500)
    assert answer["pages"] >= max(3, segments)
    read = sources.find("DynamoDB").read(asked, made)
    assert [int(series.points[0].value) for series in read if isinstance(series, Series)] == [2500, 700]
    assert counted(url, table="many", segments=segments) == 2500


@pytest.mark.parametrize("segments", [1, 5])
def test_distinct_customers_and_those_of_them_that_are_active(url: str, segments: int) -> None:
    alone = {key: value for key, value in GOOD.items() if key != "within"}
    assert counted(url, table="reports", count=alone, segments=segments) == len(RECENT)
    assert counted(url, table="reports", count=GOOD, segments=segments) == len(ADOPTED)
    assert 0 < len(ADOPTED) < len(ACTIVE) < len(RECENT)


def test_where_takes_any_of_several_values_and_all_of_several_comparisons(url: str) -> None:
    either = {"where": {"status": ["active", "trial"]}}
    assert counted(url, table="customers", count=either) == 180
    day = {"where": {"created_at": [">= now - 2d", "< now - 1d"]}}
    expected = sum(
        NOW - timedelta(days=2) <= datetime.fromisoformat(str(each["created_at"])) < NOW - timedelta(days=1)
        for each in REPORTS
    )
    assert counted(url, table="reports", count=day) == expected > 0
    assert counted(url, table="customers", count={"where": {"status": "!= active", "plan": 1}}) == 40
    assert counted(url, table="customers", count={"where": {"plan": "> 0"}}) == 160


def test_a_key_is_queried_instead_of_scanning(url: str) -> None:
    custom = [report for report in REPORTS if report["kind"] == "custom"]
    asked = question(url, table="reports", index="by-kind", keyCondition={"kind": "custom"})
    made = exchanges([asked])
    assert [each.request.operation for each in made] == ["GetCallerIdentity", "Query"]
    assert counted(url, table="reports", index="by-kind", keyCondition={"kind": "custom"}) == len(custom)
    assert counted(url, table="customers", keyCondition={"customer_id": "customer-007"}) == 1
    assert counted(url, table="customers", keyCondition={"customer_id": "nobody"}) == 0


@pytest.mark.parametrize(
    ("index", "attribute", "suffix"),
    [("by-kind", "created_at", ""), ("by-epoch", "created_epoch", " as epoch seconds")],
)
def test_a_sort_key_narrows_the_query_to_a_time(url: str, index: str, attribute: str, suffix: str) -> None:
    since = int(NOW.timestamp()) - 30 * 86400
    expected = [
        each for each in REPORTS if each["kind"] == "custom" and int(str(each["created_epoch"])) >= since
    ]
    key = {"kind": "custom", attribute: f">= now - 30d{suffix}"}
    asked = question(url, table="reports", index=index, keyCondition=key)
    (answer,) = [each.response for each in exchanges([asked]) if each.request.operation == "Query"]
    assert answer is not None
    assert answer["count"] == answer["scanned"] == len(expected) > 0
    later = {"kind": "custom", attribute: f"< now - 30d{suffix}"}
    assert counted(url, table="reports", index=index, keyCondition=later) == 200 - len(expected)


def test_an_index_serves_the_other_table_too(url: str) -> None:
    within = {
        "table": "customers",
        "key": "customer_id",
        "index": "by-status",
        "keyCondition": {"status": "active"},
    }
    key = {"kind": "custom", "created_at": ">= now - 30d"}
    recent = {
        each["customer_id"]
        for each in REPORTS
        if each["kind"] == "custom"
        and datetime.fromisoformat(str(each["created_at"])) >= NOW - timedelta(days=30)
    }
    count = {"distinct": "customer_id", "within": within}
    assert counted(url, table="reports", index="by-kind", keyCondition=key, count=count) == len(
        recent & ACTIVE
    )


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"#a0": "' OR 1"}, 1),
        ({"#a0": ":v"}, 1),
        ({"#a0": "== ':v'"}, 1),
        ({"x = :y OR z": "b"}, 2),
        ({"x = :y OR z": "!= b"}, 1),
        ({"a.b": 2.5}, 1),
        ({"a.b": [1, -3]}, 2),
        ({"a.b": "<= 1.0"}, 2),
        ({"a.b": "== 1.00"}, 1),
        ({"ok": True}, 1),
        ({"ok": False, "a.b": "> 0"}, 1),
    ],
)
def test_names_and_values_mean_only_themselves(url: str, where: dict[str, Any], expected: int) -> None:
    assert counted(url, table="odd", count={"where": where}) == expected


def test_attributes_that_only_some_items_have_are_asked_for_by_name(url: str) -> None:
    assert counted(url, table="odd", count={"whereExists": ["note"]}) == 1
    assert counted(url, table="odd", count={"whereMissing": ["note"]}) == 2
    assert counted(url, table="odd", count={"where": {"note": "exists"}, "whereExists": ["note"]}) == 1
    late = {"where": {"ms": "< now as epoch milliseconds"}}
    assert counted(url, table="odd", count={**late, "whereExists": ["ms"]}) == 1
    assert counted(url, table="odd", count={"distinct": "customer"}) == 2
    assert counted(url, table="odd", count={"distinct": "ms", "whereExists": ["ms"]}) == 1


# A script scanned for 'lastDeliveryStatus'; the writer sets 'deliveryStatus'.
def test_a_misspelt_attribute_is_no_count_of_zero(url: str) -> None:
    absence = failed(url, table="reports", count={"where": {"lastDeliveryStatus": "success"}})
    assert "reports: an item has no lastDeliveryStatus" in absence.reason
    assert "list lastDeliveryStatus in whereExists" in absence.remedy
    absence = failed(url, table="reports", count={"distinct": "customerId"})
    assert "an item has no customerId" in absence.reason
    assert "an item has no ms" in failed(url, table="odd", count={"where": {"ms": "> 5", "id": 1}}).reason
    # Where another condition rules the items out, what they lack does not matter.
    assert counted(url, table="odd", count={"where": {"ms": "> 5", "id": 3}}) == 1


@pytest.mark.parametrize(
    ("table", "where", "fact", "remedy"),
    [
        (
            "reports",
            {"created_epoch": ">= now - 30d"},
            "an item's created_epoch is a number, and the condition is for text",
            "end the condition with 'as epoch seconds'",
        ),
        (
            "reports",
            {"created_at": "> now - 1d as epoch seconds"},
            "an item's created_at is text, and the condition is for a number",
            "write the condition for text",
        ),
        (
            "odd",
            {"ms": "< now as epoch seconds", "id": 3},
            "an item's ms is not a time in epoch seconds: it would lie before 1973 or after 5138",
            "end the condition with 'as epoch milliseconds', if the numbers are that",
        ),
        (
            "odd",
            {"id": "< now as epoch milliseconds"},
            "an item's id is not a time in epoch milliseconds: it would lie before 1973 or after 5138",
            "end the condition with 'as epoch seconds', if the numbers are that",
        ),
        (
            "reports",
            {"customer_id": "< now"},
            "an item's customer_id is like 'aaaaaaaa-999', which is not a time with a zone",
            "write times as 2026-01-31T12:00:00Z, or with an offset such as +01:00",
        ),
        (
            "odd",
            {"ok": "true"},
            "an item's ok is true or false, and the condition is for text",
            "for true or false",
        ),
    ],
)
def test_what_cannot_be_compared_is_an_error_and_not_skipped(
    url: str, table: str, where: dict[str, Any], fact: str, remedy: str
) -> None:
    absence = failed(url, table=table, count={"where": where})
    assert f"dynamodb:Scan of {table}: {fact}, so the item cannot be counted" in absence.reason
    assert remedy in absence.remedy


def test_values_of_different_types_never_make_an_empty_intersection(url: str) -> None:
    absence = failed(url, table="odd", count={"distinct": "id", "within": WITHIN})
    assert absence.reason == (
        "id in odd is of the type N, and customer_id in customers of S: no values could ever match"
    )
    within = {"table": "nobody", "key": "customer_id"}
    assert counted(url, table="odd", count={"distinct": "id", "within": within}) == 0


def test_an_empty_table_counts_zero_and_a_missing_one_is_a_failure(url: str) -> None:
    assert counted(url, table="nobody") == 0
    assert counted(url, table="nobody", count={"distinct": "customer_id", "where": {"status": "active"}}) == 0
    absence = failed(url, table="customer")
    assert absence.reason == "dynamodb:Scan: there is no table customer in us-east-1"
    assert absence.remedy == "check the table's name, the region and the account"
    absence = failed(url, table="customers", index="by-name", keyCondition={"name": "x"})
    assert "table customers" in absence.reason


@pytest.mark.parametrize(
    ("limit", "fact"),
    [
        ({"maxItems": 2499}, r"stopped after 2500 items, over maxItems 2499; part of a table is not a count"),
        ({"capacityBudget": 2}, r"stopped after 3 capacity units, over capacityBudget 2; "),
    ],
)
@pytest.mark.parametrize("segments", [1, 3])
def test_a_runaway_scan_is_stopped_and_gives_no_partial_count(
    url: str, segments: int, limit: dict[str, int], fact: str
) -> None:
    absence = failed(url, table="many", segments=segments, **limit)
    assert re.search(fact, absence.reason)
    assert (
        absence.remedy
        == f"query an index (index, keyCondition) instead of scanning, or raise {next(iter(limit))}"
    )
    assert counted(url, table="many", segments=segments, maxItems=2500, capacityBudget=3) == 2500


def test_both_sides_of_a_ratio_share_the_read_of_the_same_items(url: str) -> None:
    good = question(url, table="reports", count=GOOD, segments=2)
    total = replace(
        question(url, table="customers", count={"where": {"status": "active"}}), connection=good.connection
    )
    requests = sources.find("DynamoDB").requests([good, total, total])
    assert [request.operation for request in requests] == ["GetCallerIdentity", "Scan", "Scan"]
    reads = {request.parameters["read"]["table"]: request.parameters for request in requests[1:]}
    assert reads["customers"]["distinct"] == {"customer_id": "digests"}
    assert reads["customers"]["segments"] == 2
    later = replace(total, at=AT + 1)
    assert len(sources.find("DynamoDB").requests([good, total, later])) == 4
    assert [int(each.points[0].value) for each in readings([good, total]) if isinstance(each, Series)] == [
        len(ADOPTED),
        len(ACTIVE),
    ]


def test_evidence_holds_digests_and_no_customer(url: str) -> None:
    recorded = json.dumps([each.response for each in exchanges([question(url, table="reports", count=GOOD)])])
    assert not re.search(r"customer-[0-9]|report-[0-9]|xxx", recorded)
    answers = [each for each in json.loads(recorded) if "distinct" in each]
    digests = [digest for each in answers for digest in each["distinct"]["customer_id"]["digests"]]
    assert len(digests) == len(RECENT) + len(ACTIVE)
    assert all(re.fullmatch("[0-9a-f]{16}", digest) for digest in digests)
    alone = exchanges([question(url, table="reports", count={"distinct": "customer_id"})])
    assert alone[-1].response is not None
    assert alone[-1].response["distinct"] == {"customer_id": {"type": "S", "values": 260}}


CRITERIA = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: adoption}
spec:
  criteria:
    - name: adoption
      indicator:
        good:  {source: DynamoDB, dataSourceRef: tables, table: reports, count: %s}
        total: {source: DynamoDB, dataSourceRef: tables, table: %s, count: {where: {status: active}}}
      target: "> %s %%"
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: tables}
spec:
  type: DynamoDB
  connectionDetails: {region: us-east-1, endpoint: "%s"}
"""
ADOPTION = (
    "{distinct: customer_id, where: {created_at: '>= now - 30d'}, "
    "within: {table: customers, key: customer_id, where: {status: active}}}"
)


def judged(folder: Path, url: str, good: str, total: str, target: str) -> tuple[Report, Evidence]:
    """The report of a live run of the adoption criterion, which a replay of its evidence has to agree with."""
    file = folder / "adoption.yaml"
    file.write_text(CRITERIA % (good, total, target, url), encoding="utf-8")
    report, made = run(Options((str(file),), AT))
    (folder / "evidence.jsonl").write_text(evidence.dump(made), encoding="utf-8")
    replayed, _ = run(Options((str(file),), AT, replayed=evidence.replay(str(folder / "evidence.jsonl"))))
    assert replayed == report
    return report, made


def test_adoption_is_judged_exactly(url: str, tmp_path: Path) -> None:
    report, made = judged(tmp_path, url, ADOPTION, "customers", "50")
    (verdict,) = report.verdicts
    assert (verdict.good, verdict.total) == (len(ADOPTED), len(ACTIVE))
    assert verdict.samples == len(ACTIVE)
    assert verdict.outcome == Outcome.FAIL
    assert verdict.value is not None
    assert verdict.value == Fraction(100 * len(ADOPTED), len(ACTIVE))
    just_below, _ = judged(tmp_path, url, ADOPTION, "customers", str(math.ceil(verdict.value) - 1))
    assert just_below.verdicts[0].outcome == Outcome.PASS
    assert [each.request.operation for each in made.exchanges].count("Scan") == 2
    assert verdict.asked == (
        "DynamoDB count of distinct customer_id of reports where created_at >= now - 30d, within customer_id of "
        "customers where status is active",
        "DynamoDB count of items of customers where status is active",
    )
    assert f"customers: {len(ACTIVE)} of 240 items counted, 1 page, 1 capacity units" in verdict.notes
    assert (
        f"{len(ADOPTED)} of {len(RECENT)} distinct customer_id are among the {len(ACTIVE)} customer_id"
        in (verdict.notes)
    )


# A script counted all customers with any report over the active ones, which can be more than all of them.
def test_more_than_all_customers_is_nonsense_and_not_a_pass(url: str, tmp_path: Path) -> None:
    report, _ = judged(tmp_path, url, "{distinct: customer_id}", "customers", "50")
    (verdict,) = report.verdicts
    assert verdict.outcome == Outcome.ERROR
    assert "260" in verdict.reasons[0]
    assert "120" in verdict.reasons[0]


@pytest.mark.parametrize(
    ("total", "outcome", "reason"),
    [
        ("nobody", Outcome.INCONCLUSIVE, "no events"),
        ("nowhere", Outcome.ERROR, "there is no table nowhere"),
    ],
)
def test_no_customers_is_no_adoption(
    url: str, tmp_path: Path, total: str, outcome: Outcome, reason: str
) -> None:
    good = ADOPTION.replace("table: customers", "table: nobody")
    report, _ = judged(tmp_path, url, good, total, "50")
    (verdict,) = report.verdicts
    assert verdict.outcome == outcome
    assert reason in verdict.reasons[0]
    assert verdict.remedy


def test_evidence_of_another_moment_is_not_taken_for_this_one(url: str, tmp_path: Path) -> None:
    _, made = judged(tmp_path, url, ADOPTION, "customers", "50")
    later, _ = run(Options((str(tmp_path / "adoption.yaml"),), AT + 86400, replayed=made))
    (verdict,) = later.verdicts
    assert verdict.outcome == Outcome.INCONCLUSIVE
    assert (
        "the evidence holds no count of this table under these conditions at this moment"
        in verdict.reasons[0]
    )
