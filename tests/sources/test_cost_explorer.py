"""``source: CostExplorer``: canned answers of moto over HTTP, and what moto has not: groups, pages, nonsense."""

from __future__ import annotations

import calendar
import functools
import json
import re
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import boto3
import botocore.session
import pytest
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checker import sources
from checker.cli import main
from checker.model import Absence, Exchange, Question, Request, Series
from checker.sources.cost_explorer.ask import periods_of
from checker.sources.cost_explorer.expression import Dimension
from checker.sources.cost_explorer.query import GROUPED_DIMENSIONS
from tests.moto_server import moto_server
from tests.sources import aws_asking
from tests.sources.aws_asking import (
    AT,
    CREDENTIALS,
    Endpoint,
    absence,
    endpoint,
    examples,
    exchanges,
    problems,
)

COSTS = sources.find("CostExplorer")
LAMBDA = {"Dimensions": {"Key": "SERVICE", "Values": ["AWS Lambda"]}}
DAYS = [f"2026-01-{day}" for day in range(23, 31)]
"""The ends of the last seven days that are asked at 2026-01-31T12:00:00Z."""


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def serving() -> Iterator[Endpoint]:
    with endpoint() as running:
        yield running


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    with moto_server() as url:
        yield url


def can(moto: str, *results: Mapping[str, Any]) -> None:
    """Has moto answer the next new requests with these results, one after the other."""
    request = urllib.request.Request(
        f"{moto}/moto-api/static/ce/cost-and-usage-results",
        json.dumps({"results": results}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 201


def question(url: str = "http://x", at: int = AT, **keys: Any) -> Question:
    keys = {"granularity": "DAILY", "periods": 7, "metric": "UnblendedCost", **keys}
    return aws_asking.question("CostExplorer", url, at, **keys)


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def cost(amount: object, unit: str = "USD", metric: str = "UnblendedCost") -> dict[str, Any]:
    return {metric: {"Amount": amount, "Unit": unit}}


def result(start: str, end: str, total: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    period = {"Start": start, "End": end}
    return {"TimePeriod": period, "Total": total, "Groups": [], "Estimated": False, **more}


def week(*amounts: object, **more: Any) -> dict[str, Any]:
    """An answer of seven days; a single amount is that of every day."""
    each = amounts if len(amounts) == 7 else amounts * 7
    return {
        "ResultsByTime": [
            result(start, end, cost(amount), **more)
            for start, end, amount in zip(DAYS, DAYS[1:], each, strict=False)
        ]
    }


def grouped(*days: Mapping[str, object]) -> dict[str, Any]:
    """An answer of days by group: the amount of each group by its key."""
    return {
        "ResultsByTime": [
            result(
                start,
                end,
                {},
                Groups=[{"Keys": [key], "Metrics": cost(amount)} for key, amount in groups.items()],
            )
            for start, end, groups in zip(DAYS, DAYS[1:], days, strict=False)
        ]
    }


def answered(serving: Endpoint, *pages: Mapping[str, Any], **keys: Any) -> Question:
    """A question, and an endpoint that answers it with these pages."""
    serving.pages(*pages, token="NextPageToken")
    serving.calls.clear()
    return question(serving.url, **keys)


def total(reading: Series) -> Fraction:
    return sum((point.value for point in reading.points), Fraction(0))


@pytest.mark.parametrize(
    ("granularity", "count", "lag", "at", "first", "last"),
    [
        ("DAILY", 7, None, "2026-01-31T12:00:00Z", "2026-01-23", "2026-01-30"),
        ("DAILY", 7, None, "2026-01-31T00:00:00Z", "2026-01-23", "2026-01-30"),
        ("DAILY", 7, None, "2026-01-30T23:59:59Z", "2026-01-22", "2026-01-29"),
        ("DAILY", 1, "1s", "2026-03-01T00:00:00Z", "2026-02-27", "2026-02-28"),
        ("DAILY", 1, "1s", "2026-03-01T00:00:01Z", "2026-02-28", "2026-03-01"),
        ("DAILY", 2, "1d", "2024-03-02T06:00:00Z", "2024-02-28", "2024-03-01"),
        ("DAILY", 1, "2d", "2026-01-01T12:00:00Z", "2025-12-29", "2025-12-30"),
        ("MONTHLY", 1, None, "2026-01-31T12:00:00Z", "2025-12-01", "2026-01-01"),
        ("MONTHLY", 1, None, "2026-01-01T12:00:00Z", "2025-11-01", "2025-12-01"),
        ("MONTHLY", 1, None, "2026-01-02T00:00:00Z", "2025-12-01", "2026-01-01"),
        ("MONTHLY", 14, None, "2026-02-15T00:00:00Z", "2024-12-01", "2026-02-01"),
        ("MONTHLY", 1, "10d", "2026-02-10T23:59:59Z", "2025-12-01", "2026-01-01"),
        ("MONTHLY", 1, "10d", "2026-02-11T00:00:00Z", "2026-01-01", "2026-02-01"),
    ],
)
def test_periods_are_whole_and_over(
    granularity: str, count: int, lag: str | None, at: str, first: str, last: str
) -> None:
    keys = {"lag": lag} if lag else {}
    periods = periods_of(question(at=moment(at), granularity=granularity, periods=count, **keys))
    assert (periods[0].start, periods[-1].end, len(periods)) == (first, last, count)


@given(
    st.integers(moment("2015-01-01T00:00:00Z"), moment("2040-01-01T00:00:00Z")),
    st.integers(1, 38),
    st.sampled_from(["DAILY", "MONTHLY"]),
    st.integers(1, 31 * 86400),
)
def test_periods_follow_each_other_and_none_is_left_out(
    at: int, count: int, granularity: str, lag: int
) -> None:
    periods = periods_of(question(at=at, periods=count, granularity=granularity, lag=f"{lag // 86400 or 1}d"))
    days = [(date.fromisoformat(period.start), date.fromisoformat(period.end)) for period in periods]
    assert all(before[1] == after[0] for before, after in pairwise(days))
    for start, end in days:
        whole = calendar.monthrange(start.year, start.month)[1] if granularity == "MONTHLY" else 1
        assert end - start == timedelta(days=whole)
        assert granularity == "DAILY" or start.day == 1
    latest = datetime.fromtimestamp(at - (lag // 86400 or 1) * 86400, UTC).date()
    following = latest - days[-1][1]
    assert timedelta(0) <= following < timedelta(days=31 if granularity == "MONTHLY" else 1)


def test_amounts_of_a_week_are_summed_exactly(moto: str) -> None:
    amounts = ["0.0101516483", "12.3", "0", "1E-10", "3.20e1", "0.1", "0.2"]
    can(moto, week(*amounts))
    reading = aws_asking.series(question(moto, filter=LAMBDA))
    assert total(reading) == sum((Fraction(Decimal(amount)) for amount in amounts), Fraction(0))
    assert reading.combine == "sum"
    assert reading.unit.text == "USD"
    assert reading.window == (moment("2026-01-23T00:00:00Z"), moment("2026-01-30T00:00:00Z"))
    assert reading.newest == reading.window.end
    assert (reading.period, reading.present, reading.expected, reading.samples) == (86400, 7, 7, None)
    assert [point.time for point in reading.points] == [moment(f"{day}T00:00:00Z") for day in DAYS[:7]]
    assert reading.notes == ("nothing was spent in 1 of 7 periods, the last of them 2026-01-25",)


def test_the_request_is_what_cost_explorer_documents(serving: Endpoint) -> None:
    aws_asking.series(answered(serving, week("1"), filter={"And": [LAMBDA, {"Not": LAMBDA}]}))
    assert serving.calls == [
        (
            "GetCostAndUsage",
            {
                "TimePeriod": {"Start": "2026-01-23", "End": "2026-01-30"},
                "Granularity": "DAILY",
                "Metrics": ["UnblendedCost"],
                "Filter": {"And": [LAMBDA, {"Not": LAMBDA}]},
            },
        )
    ]


def test_months_are_calendar_months_and_may_be_averaged(serving: Endpoint) -> None:
    months = {
        "ResultsByTime": [
            result("2025-11-01", "2025-12-01", cost("10")),
            result("2025-12-01", "2026-01-01", cost("31")),
        ]
    }
    reading = aws_asking.series(answered(serving, months, granularity="MONTHLY", periods=2, combine="mean"))
    assert (reading.combine, reading.period) == ("mean", 0)
    assert total(reading) / sum(point.samples or 0 for point in reading.points) == Fraction(41, 2)


def test_one_request_answers_all_groups_and_metrics(serving: Endpoint) -> None:
    metrics = cost("3") | cost("2", metric="AmortizedCost")
    answer = {
        "ResultsByTime": [
            result(
                start,
                end,
                {},
                Groups=[{"Keys": [key], "Metrics": metrics} for key in ("AWS Lambda", "Amazon DynamoDB")],
            )
            for start, end in pairwise(DAYS)
        ]
    }
    lambda_ = answered(serving, answer, groupBy={"Key": "SERVICE"}, group="AWS Lambda")
    dynamodb = question(serving.url, groupBy={"Type": "DIMENSION", "Key": "SERVICE"}, group="Amazon DynamoDB")
    amortized = question(serving.url, groupBy={"Key": "SERVICE"}, group="AWS Lambda", metric="AmortizedCost")
    readings = aws_asking.readings(lambda_, dynamodb, amortized, lambda_)
    assert [total(each) for each in readings if isinstance(each, Series)] == [21, 21, 14, 21]
    ((_, call),) = serving.calls
    assert call["Metrics"] == ["AmortizedCost", "UnblendedCost"]
    assert call["GroupBy"] == [{"Type": "DIMENSION", "Key": "SERVICE"}]


def test_groups_of_a_period_may_come_on_several_pages(serving: Endpoint) -> None:
    first, second = grouped(*[{"a": "1"}] * 7), grouped(*[{"AWS Lambda": "2", "a": "1"}] * 7)
    keys = {"groupBy": {"Key": "SERVICE"}, "group": "AWS Lambda"}
    assert total(aws_asking.series(answered(serving, first, second, **keys))) == 14
    assert [call.get("NextPageToken") for _, call in serving.calls] == [None, "1"]
    conflicting = grouped(*[{"AWS Lambda": "2", "a": "9"}] * 7)
    reason = absence(answered(serving, first, conflicting, **keys), "failed").reason
    assert reason.endswith("the answer holds 2026-01-23 twice, with different amounts")


def test_a_period_without_the_group_is_zero_if_others_have_it(serving: Endpoint) -> None:
    days = [{"AWS Lambda": "2"}, *[{"Amazon S3": "1"}] * 6]
    keys = {"groupBy": {"Key": "SERVICE"}, "group": "AWS Lambda"}
    reading = aws_asking.series(answered(serving, grouped(*days), **keys))
    assert total(reading) == 2
    assert reading.notes == ("'AWS Lambda' does not appear in 6 of 7 periods, read as 0",)


@pytest.mark.parametrize(
    ("days", "group", "remedy"),
    [
        ([{"AWS Lambda": "2", "Amazon S3": "1"}] * 7, "Lambda", "did you mean 'AWS Lambda'?"),
        ([{"AWS Lambda": "2", "Amazon S3": "1"}] * 7, "zzz", "there are 'AWS Lambda', 'Amazon S3'"),
        ([{}] * 7, "AWS Lambda", "there are no costs at all; check the filter and the account"),
    ],
)
def test_a_group_that_is_nowhere_is_no_data(serving: Endpoint, days: Any, group: str, remedy: str) -> None:
    nothing = absence(answered(serving, grouped(*days), groupBy={"Key": "SERVICE"}, group=group), "no-data")
    assert nothing.reason == f"no costs of SERVICE '{group}'"
    assert nothing.remedy == remedy


def test_groups_of_tags_and_categories_are_named_without_their_key(serving: Endpoint) -> None:
    days = [{"team$analytics": "2", "team$": "5"}] * 7
    for kind in ("TAG", "COST_CATEGORY"):
        by = {"Type": kind, "Key": "team"}
        assert (
            total(aws_asking.series(answered(serving, grouped(*days), groupBy=by, group="analytics"))) == 14
        )
        assert total(aws_asking.series(answered(serving, grouped(*days), groupBy=by, group=""))) == 35
    nothing = absence(answered(serving, grouped(*days), groupBy=by, group="analytic"), "no-data")
    assert nothing.remedy == "did you mean 'analytics'?"


# A script asked for the seven days up to today, and took what was not final for what it cost.
def test_estimated_amounts_are_no_answer_until_accepted(serving: Endpoint) -> None:
    answer = week("2")
    answer["ResultsByTime"][5]["Estimated"] = True
    del answer["ResultsByTime"][6]["Estimated"]
    failed = absence(answered(serving, answer), "failed")
    assert failed.reason == (
        "ce:GetCostAndUsage: the amounts of 2 of 7 periods are estimated, the first 2026-01-28, and may still grow"
    )
    assert "allowEstimated: true" in failed.remedy
    reading = aws_asking.series(answered(serving, answer, allowEstimated=True))
    assert total(reading) == 14
    assert reading.notes == ("2 of 7 amounts are estimated, and may still grow",)


@pytest.mark.parametrize("said", [None, "false", 0, True])
def test_only_what_is_called_final_is_final(said: object) -> None:
    asked = question()
    request = COSTS.requests([asked])[1]
    (reading,) = COSTS.read([asked], [Exchange(request, {"pages": [week("2", Estimated=said)]})])
    assert isinstance(reading, Absence)
    assert "the amounts of 7 of 7 periods are estimated" in reading.reason


def test_an_estimated_page_makes_its_periods_estimated(serving: Endpoint) -> None:
    first, second = grouped(*[{"a": "1"}] * 7), grouped(*[{"b": "2"}] * 7)
    second["ResultsByTime"][0]["Estimated"] = True
    for pages in ((first, second), (second, first)):
        asked = answered(serving, *pages, groupBy={"Key": "SERVICE"}, group="a")
        assert "the amounts of 1 of 7 periods are estimated" in absence(asked, "failed").reason


# Cost Explorer answers zero to a filter for 'Lambda', whose name is 'AWS Lambda'.
def test_nothing_spent_is_no_data_until_accepted(serving: Endpoint) -> None:
    misspelt = {"Dimensions": {"Key": "SERVICE", "Values": ["Lambda"]}}
    nothing = absence(answered(serving, week("0"), filter=misspelt), "no-data")
    assert nothing.reason == (
        "nothing was spent on SERVICE Lambda, which is also what Cost Explorer answers to a misspelt filter"
    )
    assert "get-dimension-values" in nothing.remedy
    assert "allowZero: true" in nothing.remedy
    assert "nothing was spent at all" in absence(answered(serving, week("0.00")), "no-data").reason
    reading = aws_asking.series(answered(serving, week("0"), filter=misspelt, allowZero=True))
    assert total(reading) == 0
    free = [{"AWS Lambda": "0"}] * 7
    assert (
        total(
            aws_asking.series(
                answered(serving, grouped(*free), groupBy={"Key": "SERVICE"}, group="AWS Lambda")
            )
        )
        == 0
    )


@pytest.mark.parametrize("group", [None, "AWS Lambda"])
def test_costs_of_a_whole_account_that_have_not_arrived_are_no_data(
    serving: Endpoint, group: str | None
) -> None:
    """An account costs something every day. The last day used to count as free of charge."""
    days = [*[{"AWS Lambda": "9"}] * 6, {}]
    page = week(*["9"] * 6, "0") if group is None else grouped(*days)
    keys = {} if group is None else {"groupBy": {"Key": "SERVICE"}, "group": group}
    nothing = absence(answered(serving, page, **keys), "no-data")
    assert nothing.reason.startswith("nothing was spent in the whole account in 2026-01-29, the last period")
    assert "allowZero: true" in nothing.remedy
    for more in ({"allowZero": True}, {"filter": LAMBDA}):
        assert total(aws_asking.series(answered(serving, page, **keys, **more))) == 54


@pytest.mark.parametrize("groups", [{}, "", {"Keys": []}])
def test_what_is_no_list_of_groups_is_not_an_empty_one(groups: Any) -> None:
    keys = {"groupBy": {"Key": "SERVICE"}, "group": "AWS Lambda"}
    asked = question(**keys)
    (request,) = (each for each in COSTS.requests([asked]) if each.operation == "GetCostAndUsage")
    page = grouped(*[{"AWS Lambda": "9"}] * 7)
    page["ResultsByTime"][3]["Groups"] = groups
    (reading,) = COSTS.read([asked], [Exchange(request, {"pages": [page]})])
    assert isinstance(reading, Absence)
    assert reading.reason == "ce:GetCostAndUsage: the answer is not a valid GetCostAndUsage response"


@pytest.mark.parametrize("token", [0, False, {}, [], 5])
def test_a_token_that_is_no_text_is_not_the_end(serving: Endpoint, token: Any) -> None:
    asked = answered(serving)
    serving.answer = lambda operation, call: (200, {**week("1"), "NextPageToken": token})
    reason = "ce:GetCostAndUsage: the answer goes on at a NextPageToken that is no text"
    assert absence(asked, "failed").reason == reason


def test_credits_that_exceed_the_costs_are_noted(serving: Endpoint) -> None:
    reading = aws_asking.series(answered(serving, week("5", "5", "-20.5", "5", "5", "5", "5")))
    assert total(reading) == Fraction(19, 2)
    assert reading.notes == (
        "credits or refunds exceed the costs of a period; without them, filter by RECORD_TYPE",
    )


def test_amounts_are_in_the_currency_that_was_said(serving: Endpoint) -> None:
    euros = {"ResultsByTime": [{**each, "Total": cost("2", "EUR")} for each in week("2")["ResultsByTime"]]}
    wrong = absence(answered(serving, euros), "failed")
    assert "the amounts are in EUR, but the query is about USD" in wrong.reason
    assert wrong.remedy == "write currency: EUR"
    assert aws_asking.series(answered(serving, euros, currency="EUR")).unit.text == "EUR"
    mixed = {"ResultsByTime": [*week("2")["ResultsByTime"][:3], *euros["ResultsByTime"][3:]]}
    for currency in ("USD", "EUR"):
        wrong = absence(answered(serving, mixed, currency=currency), "failed")
        assert f"the amounts are in EUR and USD, but the query is about {currency}" in wrong.reason
        assert wrong.remedy == "filter for one BILLING_ENTITY"


def test_usage_is_of_one_unit(serving: Endpoint) -> None:
    def usage(*units: str) -> dict[str, Any]:
        amounts = [
            cost("0" if unit == "0" else "5", unit.replace("0", "N/A"), "UsageQuantity") for unit in units
        ]
        return {
            "ResultsByTime": [
                result(start, end, each) for start, end, each in zip(DAYS, DAYS[1:], amounts, strict=False)
            ]
        }

    reading = aws_asking.series(answered(serving, usage(*["Requests"] * 6, "0"), metric="UsageQuantity"))
    assert total(reading) == 30
    assert reading.unit.text == ""
    assert reading.notes == (
        "usage in Requests",
        "nothing was used in 1 of 7 periods, the last of them 2026-01-29",
    )
    for units in (["Requests"] * 6 + ["GB"], ["N/A"] * 7):
        failed = absence(answered(serving, usage(*units), metric="UsageQuantity"), "failed")
        assert "the usage is in several units" in failed.reason
        assert "USAGE_TYPE" in failed.remedy


@pytest.mark.parametrize(
    ("answer", "fact"),
    [
        ({"ResultsByTime": []}, "the answer lacks 7 of 7 periods, the first 2026-01-23"),
        ({"ResultsByTime": week("1")["ResultsByTime"][:6]}, "the answer lacks 1 of 7 periods, the first 2026-01-29"),
        (
            {"ResultsByTime": [*week("1")["ResultsByTime"], result("2026-01-30", "2026-01-31", cost("1"))]},
            "a period that was not asked for",
        ),
        ({"ResultsByTime": [*week("1")["ResultsByTime"], result(DAYS[0], DAYS[1], cost("2"))]}, "2026-01-23 twice"),
        ({"ResultsByTime": [result("2026-01-23", "2026-01-30", cost("7"))]}, "the answer lacks 7 of 7 periods"),
        (week(1), "no UnblendedCost of 2026-01-23 that is a decimal number"),
        (week("NaN"), "that is a decimal number"),
        (week("Infinity"), "that is a decimal number"),
        (week("1e999"), "that is a decimal number"),
        (week("1,5"), "that is a decimal number"),
        (week("１"), "that is a decimal number"),
        (week(" 1"), "that is a decimal number"),
        (week(""), "that is a decimal number"),
        (week(None), "that is a decimal number"),
        (week("1", Total={}), "that is a decimal number"),
        (week("1", Total=cost("1", metric="BlendedCost")), "that is a decimal number"),
        (week("1", Total={"UnblendedCost": {"Amount": "1"}}), "that is a decimal number"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_a_failure(serving: Endpoint, answer: Any, fact: str) -> None:
    assert fact in absence(answered(serving, answer, allowEstimated=True, allowZero=True), "failed").reason


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"{}", b"[]", b"null", b'{"ResultsByTime": 5}', b'{"ResultsByTime": [5]}', b'{"ResultsByTime": [{}]}',
        b'{"ResultsByTime": [{"TimePeriod": {"Start": NaN, "End": NaN}, "Total": {"UnblendedCost": {"Amount": NaN}}}]}',
        json.dumps(week("1", Total=[])).encode(),
        json.dumps(week("1", Groups=[{"Keys": []}])).encode(),
    ],
)  # fmt: skip
def test_bytes_that_are_no_answer_are_a_failure(serving: Endpoint, answer: bytes) -> None:
    serving.answer = lambda operation, call: (200, answer)
    absence(question(serving.url, allowEstimated=True, allowZero=True), "failed")


def test_pages_without_end_are_a_failure(serving: Endpoint) -> None:
    serving.answer = lambda operation, call: (200, {**week("1"), "NextPageToken": "again"})
    endless = absence(question(serving.url), "failed")
    assert endless.reason == "ce:GetCostAndUsage: the answer does not end (page 2 refers on again)"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("DataUnavailableException", "The requested data is unavailable."),
        ("AccessDeniedException", "User not enabled for cost explorer access"),
    ],
)
def test_an_account_without_cost_explorer_is_told_to_enable_it(
    serving: Endpoint, code: str, message: str
) -> None:
    serving.answer = lambda operation, call: (400, {"__type": code, "message": message})
    failed = absence(question(serving.url), "failed")
    assert message in failed.reason
    assert failed.remedy.startswith("enable Cost Explorer in the account's billing console")
    assert "ce:GetCostAndUsage" in failed.remedy


def test_costs_are_asked_of_the_one_region_that_has_them() -> None:
    asked = question()
    elsewhere = asked.connection._replace(details=(("region", "eu-west-1"),))
    connected = dict(COSTS.connect(elsewhere, 0).connected)
    assert connected["endpoint"] == "https://ce.us-east-1.amazonaws.com"


def test_recorded_costs_answer_only_for_their_own_periods(serving: Endpoint) -> None:
    asked = answered(serving, week("1"), filter=LAMBDA)
    made = exchanges([asked])
    assert isinstance(COSTS.read([asked], made)[0], Series)
    assert isinstance(COSTS.read([replace(asked, at=AT + 3600)], made)[0], Series), "the same days are meant"
    for other in (
        replace(asked, at=AT + 86400),
        question(serving.url),
        question(serving.url, filter=LAMBDA, metric="AmortizedCost"),
    ):
        (reading,) = COSTS.read([other], made)
        assert isinstance(reading, Absence)
        assert reading.kind == "not-recorded"
        assert reading.remedy


values = st.lists(st.text("abc \n'$", max_size=5), min_size=1, max_size=3)
labels = st.builds(
    lambda kind, key, filtered: {kind: {"Key": key, **filtered}},
    st.sampled_from(["Tags", "CostCategories"]),
    st.text("abc", min_size=1, max_size=5),
    values.map(lambda each: {"Values": each}) | st.just({"MatchOptions": ["ABSENT"]}),
)
dimensions = st.builds(
    lambda key, each: {"Dimensions": {"Key": key, "Values": each, "MatchOptions": ["EQUALS"]}},
    st.sampled_from(get_args(Dimension)),
    values,
)
expressions = st.recursive(
    dimensions | labels,
    lambda inner: st.lists(inner, min_size=2, max_size=3).flatmap(
        lambda each: st.sampled_from([{"And": each}, {"Or": each}, {"Not": each[0]}])
    ),
    max_leaves=5,
)


@functools.cache
def model() -> ServiceModel:
    """What botocore knows of Cost Explorer."""
    return botocore.session.get_session().get_service_model("ce")


@given(expressions)
def test_every_filter_reaches_aws_as_it_was_written(expression: dict[str, Any]) -> None:
    asked = question(filter=expression)
    parameters = COSTS.requests([asked])[1].parameters
    assert parameters["Filter"] == expression
    operation = model().operation_model("GetCostAndUsage")
    assert not ParamValidator().validate(parameters, operation.input_shape).has_errors()
    assert COSTS.describe(asked).startswith(
        "CostExplorer UnblendedCost, sum of 7 days from 2026-01-23 to 2026-01-29, of "
    )


def test_the_dimensions_are_aws_own() -> None:
    known = set(model().shape_for("Dimension").enum)
    assert set(get_args(Dimension)) < known
    assert set(GROUPED_DIMENSIONS) < set(get_args(Dimension))


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({}, "an expression is one of And, Or, Not, Dimensions, Tags, CostCategories, and here is nothing"),
        ({**LAMBDA, "Not": LAMBDA}, "and here is Dimensions, Not; join several with And"),
        ({"And": [LAMBDA]}, "at least 2 items"),
        ({"Or": LAMBDA}, "valid tuple"),
        ({"Nor": [LAMBDA, LAMBDA]}, "Extra inputs"),
        ({"Dimensions": {"Key": "SERVICES", "Values": ["x"]}}, "'SERVICE'"),
        ({"Dimensions": {"Key": "SERVICE", "Values": []}}, "at least 1 item"),
        ({"Dimensions": {"Key": "SERVICE", "Values": "x"}}, "valid tuple"),
        ({"Dimensions": {"Key": "SERVICE", "Values": ["x"], "MatchOptions": ["STARTS_WITH"]}}, "'EQUALS'"),
        ({"Tags": {"Key": "team"}}, "write Values, or MatchOptions: [ABSENT]"),
        ({"Tags": {"Key": "team", "Values": ["a"], "MatchOptions": ["ABSENT"]}}, "and not both"),
        ({"Not": None}, "the key has no value"),
    ],
)
def test_a_filter_of_another_shape_is_refused(written: Any, message: str) -> None:
    with pytest.raises(ValidationError) as raised:
        question(filter=written)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("keys", "key", "fact"),
    [
        ({"periods": 367}, "periods", "at most 366 periods"),
        ({"periods": 39, "granularity": "MONTHLY"}, "periods", "at most 38 periods"),
        ({"lag": "32d"}, "lag", "longer than a month"),
        ({"groupBy": {"Key": "SERVICE"}}, "groupBy", "groupBy needs a group"),
        ({"group": "AWS Lambda"}, "group", "a group needs groupBy"),
        ({"groupBy": {"Key": "team"}, "group": "a"}, "groupBy", "does not group by the dimension 'team'"),
        ({"groupBy": {"Key": "SERVICE"}, "group": ""}, "group", "no dimension has an empty value"),
        ({"metric": "UsageQuantity", "currency": "EUR"}, "currency", "usage has no currency"),
    ],
)
def test_keys_that_make_no_sense_together_are_problems(keys: dict[str, Any], key: str, fact: str) -> None:
    ((at, message, remedy),) = problems(
        "CostExplorer", **{"granularity": "DAILY", "metric": "UnblendedCost"} | keys
    )
    assert at == key
    assert fact in message
    assert remedy


def test_a_plan_tells_what_is_needed_and_charged() -> None:
    identity, plain = COSTS.requests([question()])
    _, divided = COSTS.requests([question(groupBy={"Key": "SERVICE"}, group="x")])
    assert COSTS.ACTIONS == {"GetCallerIdentity": (), "GetCostAndUsage": ("ce:GetCostAndUsage",)}
    assert [COSTS.resources(each) for each in (identity, plain)] == [(), ("*",)]
    assert [COSTS.priced(each) for each in (identity, plain, divided)] == [
        (), (("CostExplorer request", 1),), (("CostExplorer request", 1), ("CostExplorer further page", None)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ({}, "UnblendedCost, sum of 7 days from 2026-01-23 to 2026-01-29"),
        (
            {"granularity": "MONTHLY", "periods": 1, "groupBy": {"Key": "SERVICE"}, "group": "AWS Lambda"},
            "UnblendedCost, of the month 2025-12, of SERVICE AWS Lambda",
        ),
        (
            {"granularity": "MONTHLY", "periods": 2, "combine": "mean", "filter": LAMBDA},
            "UnblendedCost, mean of 2 months from 2025-11 to 2025-12, of SERVICE AWS Lambda",
        ),
        (
            {
                "filter": {
                    "Or": [
                        {"And": [LAMBDA, {"Not": {"Tags": {"Key": "env", "Values": ["a", "b"]}}}]},
                        {"CostCategories": {"Key": "c", "MatchOptions": ["ABSENT"]}},
                    ]
                },
                "periods": 1,
            },
            "UnblendedCost, of the day 2026-01-29, "
            "of ((SERVICE AWS Lambda, and not tag env a or b), or category c absent)",
        ),
        (
            {"groupBy": {"Type": "TAG", "Key": "team"}, "group": "", "periods": 1},
            "UnblendedCost, of the day 2026-01-29, of team none",
        ),
    ],
)
def test_a_query_is_described_in_one_line(keys: dict[str, Any], text: str) -> None:
    assert COSTS.describe(question(**keys)) == f"CostExplorer {text}"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["ResultsByTime", "TimePeriod", "Start", "Total", "Groups", "Keys", "Metrics", "Amount"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values, st.sampled_from(["TimePeriod", "Total", "Groups", "Estimated"]), json_values)
def test_no_edited_evidence_is_taken_for_an_answer(pages: Any, key: str, inside: Any) -> None:
    """Evidence may have been edited: whatever stands there is judged or refused, and never raises."""
    plain = question(allowZero=True, allowEstimated=True)
    divided = question(allowEstimated=True, groupBy={"Key": "SERVICE"}, group="a")
    for asked, whole in ((plain, week("1")), (divided, grouped(*[{"a": "1"}] * 7))):
        request = COSTS.requests([asked])[1]
        assert isinstance(COSTS.read([asked], [Exchange(request, {"pages": [whole]})])[0], Series)
        (reading,) = COSTS.read([asked], [Exchange(request, {"pages": pages})])
        assert isinstance(reading, Absence)
        whole["ResultsByTime"][3][key] = inside
        (reading,) = COSTS.read([asked], [Exchange(request, {"pages": [whole]})])
        assert isinstance(reading, Absence) or reading.present == 7
        odd = Request(request.source, request.connection, request.operation, {"Metrics": inside})
        assert isinstance(COSTS.read([asked], [Exchange(odd, {"pages": [whole]})])[0], Absence)


DOCUMENT = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: costs}
spec:
  criteria:
    - name: week
      indicator: {source: CostExplorer, granularity: DAILY, periods: 7, metric: UnblendedCost, filter: %s}
      target: "< 15 USD"
    - name: rate
      indicator: {source: CostExplorer, granularity: DAILY, periods: 7, metric: UnblendedCost, filter: %s}
      target: "<= 2 USD/day"
    - name: mean
      indicator:
        {source: CostExplorer, granularity: DAILY, periods: 7, metric: UnblendedCost, filter: %s, combine: mean}
      target: "< 2 USD"
    - name: share
      indicator:
        formula: part / whole
        metrics:
          part: {source: CostExplorer, granularity: DAILY, periods: 7, metric: UnblendedCost, filter: %s}
          whole: {source: CostExplorer, granularity: DAILY, periods: 7, metric: UnblendedCost}
      target: "<= 0.2"
"""


def run(
    document: str, url: str, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and the verdicts of a run, which the replay of its evidence has to repeat."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    Path("slos").mkdir()
    Path("slos/costs.yaml").write_text(document)
    command = ["run", "--at", "2026-01-31T12:00:00Z"]
    code = main([*command, "--record", "evidence.jsonl", "-f", "json=live.json"])
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert main([*command, "--replay", "evidence.jsonl", "-f", "json=replayed.json"]) == code
    assert Path("replayed.json").read_text() == Path("live.json").read_text()
    return code, json.loads(Path("live.json").read_text())["verdicts"]


def test_costs_are_judged_by_sum_rate_mean_and_share(
    serving: Endpoint, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def answer(operation: str, call: Mapping[str, Any]) -> tuple[int, Any]:
        return 200, week("2") if "Filter" in call else week("10")

    serving.answer = answer
    serving.calls.clear()
    code, verdicts = run(DOCUMENT % ((json.dumps(LAMBDA),) * 4), serving.url, monkeypatch, tmp_path)
    by_name = {verdict["objective"]["name"]: verdict for verdict in verdicts}
    assert {name: verdict["outcome"] for name, verdict in by_name.items()} == {
        "costs/week": "PASS", "costs/rate": "PASS", "costs/mean": "FAIL", "costs/share": "PASS",
    }  # fmt: skip
    assert by_name["costs/share"]["value"]["exact"] == "0.2"
    assert code == 1
    assert len(serving.calls) == 2, "one request with the filter and one without"


PER_CUSTOMER = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: costs}
spec:
  criteria:
    - name: cost-per-customer
      indicator:
        formula: cost / customers
        metrics:
          cost: {source: CostExplorer, granularity: MONTHLY, metric: UnblendedCost}
          customers: {source: DynamoDB, table: shop-customers, count: {where: {status: active}}}
      target: "<= 1 USD"
"""


@pytest.mark.parametrize(("amount", "outcome"), [("3.00", "PASS"), ("3.0000000001", "FAIL")])
def test_cost_per_customer_is_exact(
    moto: str, amount: str, outcome: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keys = {name.lower(): CREDENTIALS[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    urllib.request.urlopen(urllib.request.Request(f"{moto}/moto-api/reset", b"", method="POST")).close()
    can(moto, {"ResultsByTime": [result("2025-12-01", "2026-01-01", cost(amount))]})
    client = boto3.client("dynamodb", endpoint_url=moto, region_name="eu-west-1", **keys)
    client.create_table(
        TableName="shop-customers",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for name, status in (("a", "active"), ("b", "active"), ("c", "active"), ("d", "left")):
        client.put_item(TableName="shop-customers", Item={"id": {"S": name}, "status": {"S": status}})
    code, (verdict,) = run(PER_CUSTOMER, moto, monkeypatch, tmp_path)
    assert verdict["outcome"] == outcome
    assert code == (0 if outcome == "PASS" else 1)
    assert verdict["value"]["exact"] == ("1" if outcome == "PASS" else "30000000001/30000000000")
    assert any("CostExplorer UnblendedCost, of the month 2025-12" in line for line in verdict["asked"])


def findings(line: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What ``validate`` says, on one line, of a criterion whose indicator is the eighth line of its file."""
    file = folder / "costs.yaml"
    file.write_text(
        "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: costs}\nspec:\n  criteria:\n"
        f'    - name: a\n      target: "< 5 USD"\n{line}\n'
    )
    assert main(["validate", str(file)]) == 2
    captured = capsys.readouterr()
    return " ".join((captured.out + captured.err).split())


@pytest.mark.parametrize(
    ("keys", "at", "words"),
    [
        (
            "metric: BlendedCost",
            "BlendedCost",
            ["BlendedCost mixes the rates", "write UnblendedCost (as charged), or AmortizedCost"],
        ),
        ("metric: unblendedcost", "unblendedcost", ["did you mean 'UnblendedCost'?"]),
        (
            "metric: Cost",
            "Cost}",
            ["'Cost' is not a metric of Cost Explorer", "write one of UnblendedCost, "],
        ),
        ("metric: UnblendedCost, lag: 1", "1}", ["1 has no unit", "write it as text, as in 5m"]),
        ("metric: UnblendedCost, currency: CNY", "CNY", ["'CNY'"]),
        (
            "metric: UnblendedCost, filter: {Dimensions: {Key: SERVICES, Values: [AWS Lambda]}}",
            "SERVICES",
            ["did you mean 'SERVICE'?"],
        ),
        (
            "metric: UnblendedCost, groupBy: {Key: SERVICE}",
            "{Key",
            ["groupBy needs a group", "add group, or remove groupBy"],
        ),
    ],
)
def test_a_mistake_is_reported_where_it_stands(
    keys: str, at: str, words: Sequence[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = f"      indicator: {{source: CostExplorer, granularity: DAILY, {keys}}}"
    found = findings(line, tmp_path, capsys)
    assert f"costs.yaml:8:{line.index(at) + 1}: " in found, found
    for word in words:
        assert word in found, found


def test_usage_is_not_compared_with_money(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = "      indicator: {source: CostExplorer, granularity: DAILY, metric: UsageQuantity}"
    found = findings(line, tmp_path, capsys)
    assert "costs.yaml:7:" in found
    assert "'< 5 USD'" in found


def test_the_examples_of_the_manual_are_valid(tmp_path: Path) -> None:
    documents = examples("cost-explorer.md")
    assert len(documents) == 2
    for number, document in enumerate(documents):
        file = tmp_path / f"example-{number}.yaml"
        file.write_text(re.sub(r"\n *dataSourceRef: .*", "", document))
        assert main(["validate", str(file)]) == 0
