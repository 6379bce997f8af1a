"""``source: CloudWatchAlarms``: listings by moto over HTTP, and what moto has not: composites, pages, nonsense."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checker import sources
from checker.cli import main
from checker.model import Absence, Exchange, Question, Request, Series
from checker.sources.cloudwatch_alarms.query import TYPES
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

ALARMS = sources.find("CloudWatchAlarms")
STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")


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
    """Seven metric alarms: five of shop-prod, of which two in ALARM and one without data; two of others."""
    with moto_server() as url:
        _set_alarms(url)
        yield url


def _set_alarms(url: str) -> None:
    client = boto3.client(
        "cloudwatch",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )
    for name in (
        "shop-prod-a",
        "shop-prod-b",
        "shop-prod-c",
        "shop-prod-d",
        "shop-prod-e",
        "shop-dev-a",
        "other",
    ):
        client.put_metric_alarm(
            AlarmName=name,
            Namespace="Shop",
            MetricName="Errors",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1.0,
            ComparisonOperator="GreaterThanThreshold",
            ActionsEnabled=name != "shop-prod-e",
        )
    for name, state in (
        ("shop-prod-b", "ALARM"),
        ("shop-prod-d", "ALARM"),
        ("shop-prod-c", "INSUFFICIENT_DATA"),
    ):
        client.set_alarm_state(AlarmName=name, StateValue=state, StateReason=f"{name} was set to {state}")
    client.set_alarm_state(AlarmName="other", StateValue="ALARM", StateReason="other")


def question(url: str, at: int = AT, **keys: Any) -> Question:
    return aws_asking.question("CloudWatchAlarms", url, at, **keys)


def series(url: str, **keys: Any) -> Series:
    """The series of one query; it has to agree with itself."""
    reading = aws_asking.series(question(url, **keys))
    (point,) = reading.points
    assert (reading.combine, reading.window, reading.newest) == ("single", None, AT)
    assert (point.time, point.samples) == (AT, reading.samples)
    return reading


def value(url: str, **keys: Any) -> Fraction:
    return series(url, **keys).points[0].value


def alarm(name: str, state: str = "OK", **more: Any) -> dict[str, Any]:
    """An alarm as CloudWatch lists it, with things in it that nobody asks about."""
    return {
        "AlarmName": name,
        "AlarmArn": f"arn:aws:cloudwatch:us-east-1:111111111111:alarm:{name}",
        "ActionsEnabled": True,
        "AlarmDescription": "a secret description",
        "StateValue": state,
        "StateReason": f"{name} is {state}",
        "StateReasonData": '{"private": 1}',
        "StateUpdatedTimestamp": AT - 90.25,
        "StateTransitionedTimestamp": AT - 90.25,
        **more,
    }


def page(
    metric: Sequence[Any] = (), composite: Sequence[Any] = (), log: Sequence[Any] = ()
) -> dict[str, Sequence[Any]]:
    return {"MetricAlarms": metric, "CompositeAlarms": composite, "LogAlarms": log}


def test_the_types_are_all_that_cloudwatch_has() -> None:
    model = botocore.session.get_session().get_service_model("cloudwatch")
    assert set(TYPES) == set(model.shape_for("AlarmType").enum)
    listed = {
        name for name in model.operation_model("DescribeAlarms").output_shape.members if name != "NextToken"
    }
    assert listed == {f"{each}s" for each in TYPES}


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("notOk", 3), ("inAlarm", 2), ("insufficientData", 1), ("total", 5), ("okRatio", Fraction(2, 5))],
)
def test_alarms_are_counted_by_state(moto: str, measure: str, expected: Fraction) -> None:
    reading = series(moto, namePrefix="shop-prod-", measure=measure)
    assert reading.points[0].value == expected
    assert reading.samples == 5
    assert reading.unit.text == ("ratio" if measure == "okRatio" else "count")
    assert reading.counts_events == (measure != "okRatio")
    assert ALARMS.unit(question(moto, measure=measure).query) == reading.unit


def test_alarms_are_chosen_by_prefix_by_name_or_all(moto: str) -> None:
    assert value(moto, measure="total") == 7
    assert value(moto, measure="total", namePrefix="shop-") == 6
    assert value(moto, names=["shop-prod-a", "shop-prod-b", "shop-prod-b", "other"]) == 2
    assert series(moto, names=["shop-prod-a", "shop-prod-a"]).samples == 1


def test_the_notes_say_which_alarms_are_not_ok_and_why(moto: str) -> None:
    notes = series(moto, namePrefix="shop-prod-").notes
    assert notes[0] == "5 alarms: 2 OK, 1 INSUFFICIENT_DATA, 2 ALARM"
    assert [note.partition(" since ")[0] for note in notes[1:4]] == [
        "ALARM: shop-prod-b", "ALARM: shop-prod-d", "INSUFFICIENT_DATA: shop-prod-c",
    ]  # fmt: skip
    assert notes[1].endswith(": shop-prod-b was set to ALARM")
    assert notes[4] == "1 alarm with actions disabled, so nobody is notified: shop-prod-e"
    # moto sets states now, long after the moment that is judged.
    assert notes[5].startswith(
        "5 alarms whose state changed after 2026-01-31T12:00:00Z, counted as listed: shop-prod-a, "
    )


# 'describe-alarms --state-value ALARM' sees no composite alarm and no alarm without data.
def test_composite_and_log_alarms_count_like_metric_alarms(serving: Endpoint) -> None:
    serving.pages(page([alarm("m")], [alarm("c", "ALARM")], [alarm("l", "INSUFFICIENT_DATA")]))
    serving.calls.clear()
    assert value(serving.url) == 2
    assert serving.calls == [
        ("DescribeAlarms", {"AlarmTypes": ["MetricAlarm", "CompositeAlarm", "LogAlarm"], "MaxRecords": 100})
    ]
    serving.pages({"CompositeAlarms": [alarm("c", "ALARM")]})
    assert value(serving.url, types=["CompositeAlarm"], measure="okRatio") == 0
    assert serving.calls[-1][1]["AlarmTypes"] == ["CompositeAlarm"]


def test_every_page_is_read(serving: Endpoint) -> None:
    serving.pages(
        page([alarm(f"a{number}") for number in range(100)]),
        page([alarm("last", "ALARM")]),
        page(composite=[alarm("c", "ALARM")]),
    )
    serving.calls.clear()
    reading = series(serving.url)
    assert (reading.points[0].value, reading.samples) == (2, 102)
    assert [call.get("NextToken") for _, call in serving.calls] == [None, "1", "2"]


def test_an_alarm_that_two_pages_list_counts_once(serving: Endpoint) -> None:
    serving.pages(page([alarm("a", "ALARM")]), page([alarm("a", "ALARM"), alarm("b")]))
    assert series(serving.url).samples == 2
    serving.pages(page([alarm("a", "ALARM")]), page([alarm("a"), alarm("b")]))
    assert "holds the alarm a twice, in different states" in absence(question(serving.url), "failed").reason


@pytest.mark.parametrize("names", [None, 5, True, "a", [5], [["a"]], {"a": 1}])
def test_recorded_names_of_another_shape_asked_for_no_alarm(serving: Endpoint, names: Any) -> None:
    serving.pages(page([alarm("a")]))
    asked = question(serving.url, names=["a"])
    *others, listed = exchanges([asked])
    assert listed.request.parameters["AlarmNames"] == ["a"]
    made = listed.request._replace(parameters={**listed.request.parameters, "AlarmNames": names})
    (found,) = ALARMS.read([asked], [*others, listed._replace(request=made)])
    assert isinstance(found, Absence)
    assert found.kind in ("not-recorded", "failed")


def test_an_alarm_that_cannot_be_evaluated_is_not_ok(serving: Endpoint) -> None:
    serving.pages(page([alarm("a", EvaluationState="EVALUATION_ERROR"), alarm("b")]))
    reading = series(serving.url)
    assert reading.points[0].value == 1
    assert reading.notes[:2] == (
        "2 alarms: 2 OK, 0 INSUFFICIENT_DATA, 0 ALARM",
        "OK, evaluation EVALUATION_ERROR: a since 2026-01-31T11:58:29Z: a is OK",
    )
    assert value(serving.url, measure="okRatio") == Fraction(1, 2)
    assert value(serving.url, measure="inAlarm") == 0


def test_reasons_are_one_line_and_cut(serving: Endpoint) -> None:
    reason = "  too\tslow\r\n::error::x\x1b[2K\u202e\u200b " + "y" * 900
    serving.pages(page([alarm("a", "ALARM", StateReason=reason), alarm("b", "ALARM", StateReason="")]))
    _, first, second = series(serving.url).notes
    assert first.startswith("ALARM: a since 2026-01-31T11:58:29Z: too slow ::error::x [2K yyy")
    assert len(first.rpartition("Z: ")[2]) == 200
    assert first.endswith("y…")
    assert first.isprintable()
    assert second.endswith("Z: no reason given")


def test_a_storm_of_alarms_is_counted_and_listed_in_part(serving: Endpoint) -> None:
    serving.pages(page([alarm(f"a{number:02}", "ALARM", ActionsEnabled=False) for number in range(60)]))
    reading = series(serving.url)
    assert reading.points[0].value == 60
    assert len(reading.notes) == 1 + 20 + 1 + 1
    assert reading.notes[21] == "and 40 more that are not OK"
    assert reading.notes[22].endswith("nobody is notified: a00, a01, a02, a03, a04 and 55 more")


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({}, "there is no alarm"),
        ({"namePrefix": "shop-pord-"}, "there is no alarm whose name begins with 'shop-pord-'"),
        (
            {"namePrefix": "shop-pord-", "measure": "total"},
            "there is no alarm whose name begins with 'shop-pord-'",
        ),
        (
            {"types": ["LogAlarm", "CompositeAlarm"]},
            "there is no alarm of the type LogAlarm or CompositeAlarm",
        ),
        ({"names": ["a", "b"]}, "there is no alarm a, b"),
    ],
)
def test_no_alarm_is_no_data(serving: Endpoint, keys: dict[str, Any], reason: str) -> None:
    serving.pages(page())
    nothing = absence(question(serving.url, **keys), "no-data")
    assert nothing.reason == reason
    assert nothing.remedy == "check the spelling, the region and the account"


def test_fewer_alarms_than_there_should_be_are_no_data(serving: Endpoint) -> None:
    serving.pages(page([alarm("shop-a")], [alarm("shop-c")]))
    assert value(serving.url, namePrefix="shop", minAlarms=2) == 0
    too_few = absence(question(serving.url, namePrefix="shop", minAlarms=3), "no-data")
    assert too_few.reason == "only 2 alarms whose name begins with 'shop' found, and minAlarms is 3"
    assert too_few.remedy == "find out which alarms were removed, or lower minAlarms"
    serving.pages(page())
    assert value(serving.url, namePrefix="shop", minAlarms=0) == 0


def test_every_named_alarm_has_to_exist(serving: Endpoint) -> None:
    serving.pages(page([alarm("a")]))
    missing = absence(question(serving.url, names=["a", "B"]), "no-data")
    assert missing.reason == "there is no alarm B"


def test_questions_share_what_they_ask(serving: Endpoint) -> None:
    names = [f"alarm-{number:03}" for number in range(150)]

    def answer(operation: str, call: Mapping[str, Any]) -> tuple[int, Any]:
        listed = [alarm(name) for name in call.get("AlarmNames", ["shop-1"])]
        return 200, page(composite=listed) if call["AlarmTypes"] == ["CompositeAlarm"] else page(listed)

    serving.answer = answer
    asked = [
        question(serving.url, names=names[:100]),
        question(serving.url, names=names[50:]),
        question(serving.url, namePrefix="shop"),
        question(serving.url, namePrefix="shop", measure="okRatio"),
        question(serving.url, namePrefix="shop", types=["CompositeAlarm"], minAlarms=0),
    ]
    requests = ALARMS.requests(asked)
    assert [request.operation for request in requests] == ["GetCallerIdentity", *["DescribeAlarms"] * 4]
    listed = [request.parameters.get("AlarmNames", []) for request in requests[1:]]
    assert sorted(map(len, listed)) == [0, 0, 50, 100]
    assert sorted(name for each in listed for name in each) == names
    samples = [each.samples for each in aws_asking.readings(*asked) if isinstance(each, Series)]
    assert samples == [100, 100, 1, 1, 1]
    elsewhere = replace(asked[2], connection=asked[2].connection._replace(name="elsewhere"))
    assert [each.operation for each in ALARMS.requests([asked[2], elsewhere])] == [
        "GetCallerIdentity", "GetCallerIdentity", "DescribeAlarms", "DescribeAlarms",
    ]  # fmt: skip


def test_a_listing_answers_only_for_its_own_moment(serving: Endpoint) -> None:
    serving.pages(page([alarm("a")]))
    asked = question(serving.url, namePrefix="a")
    made = exchanges([asked])
    for other in (replace(asked, at=AT + 1), question(serving.url), question(serving.url, names=["a"])):
        (reading,) = ALARMS.read([other], made)
        assert isinstance(reading, Absence)
        assert reading.kind == "not-recorded"
        assert reading.remedy
    assert isinstance(ALARMS.read([asked], made)[0], Series)


def test_a_change_of_state_after_the_moment_is_noted(serving: Endpoint) -> None:
    serving.pages(
        page([alarm("a", StateTransitionedTimestamp=AT + 61), alarm("b", StateTransitionedTimestamp=AT + 60)])
    )
    assert series(serving.url).notes[1:] == (
        "1 alarm whose state changed after 2026-01-31T12:00:00Z, counted as listed: a",
    )


@pytest.mark.parametrize(
    ("measure", "listed", "at_worst"),
    [
        ("notOk", 1, 3),
        ("inAlarm", 1, 3),
        ("insufficientData", 0, 2),
        ("okRatio", Fraction(3, 4), Fraction(1, 4)),
    ],
)
def test_a_state_that_changed_after_the_moment_may_have_been_the_worse_one_before(
    serving: Endpoint, measure: str, listed: int | Fraction, at_worst: int | Fraction
) -> None:
    """Two that are OK now may not have been: CloudWatch tells no earlier states."""
    late = {"StateTransitionedTimestamp": AT + 3600}
    serving.pages(page([alarm("a", **late), alarm("b", **late), alarm("c"), alarm("d", "ALARM")]))
    read = series(serving.url, measure=measure)
    assert read.otherwise is not None
    assert (read.points[0].value, read.otherwise.points[0].value) == (listed, at_worst)
    assert read.otherwise.doubt == "if 2 alarms whose state changed since had the worse one before"


def test_evidence_holds_states_and_nothing_of_how_alarms_are_made(
    serving: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_API_TOKEN", "hunter2hunter2")
    serving.pages(page([alarm("a", "ALARM", StateReason="token=abc hunter2hunter2 AKIAIOSFODNN7EXAMPLE")]))
    recorded = json.dumps([each.response for each in exchanges([question(serving.url)])])
    assert json.loads(recorded)[1]["pages"][0]["MetricAlarms"] == [
        {
            "AlarmName": "a",
            "StateValue": "ALARM",
            "ActionsEnabled": True,
            "StateReason": "token=[redacted] [redacted] [redacted]",
            "StateTransitionedTimestamp": AT - 91,
        }
    ]


@pytest.mark.parametrize(
    ("answer", "fact"),
    [
        ({}, "the answer holds no list of alarms"),
        ({"Alarms": [alarm("a")]}, "the answer holds no list of alarms"),
        (page([alarm("a", "FINE")]), "is not a valid"),
        (page([alarm("a", "ok")]), "is not a valid"),
        (page([{"AlarmName": "a"}]), "is not a valid"),
        (page([{"StateValue": "OK"}]), "is not a valid"),
        (page([alarm("")]), "is not a valid"),
        (page([alarm("a", StateTransitionedTimestamp="yesterday")]), "is not a valid"),
        (page([alarm("a", StateTransitionedTimestamp=1e300)]), "is not a valid"),
        (page([alarm("a", StateTransitionedTimestamp="2026-01-31T11:58:29")]), "is not a valid"),
        (page([alarm("shop"), alarm("a")]), "the answer holds the alarm a, which was not asked for"),
    ],
)
def test_an_answer_that_is_none_is_a_failure(serving: Endpoint, answer: Any, fact: str) -> None:
    serving.answer = lambda operation, call: (200, answer)
    keys = {"namePrefix": "shop"} if "asked for" in fact else {"minAlarms": 0}
    assert fact in absence(question(serving.url, **keys), "failed").reason


def test_an_alarm_of_another_type_than_asked_for_does_not_count(serving: Endpoint) -> None:
    """An endpoint that ignores the types answers a question about composite alarms with others."""
    serving.answer = lambda operation, call: (200, page([alarm("shop-1")]))
    asked = question(serving.url, namePrefix="shop", types=["CompositeAlarm", "LogAlarm"])
    assert "holds the MetricAlarm shop-1, which was not asked for" in absence(asked, "failed").reason


@pytest.mark.parametrize("listed", [{}, "", {"a": alarm("a")}])
def test_what_is_no_list_of_alarms_is_not_an_empty_one(listed: Any) -> None:
    asked = aws_asking.question("CloudWatchAlarms", minAlarms=0)
    (request,) = (each for each in ALARMS.requests([asked]) if each.operation == "DescribeAlarms")
    exchange = Exchange(request, {"pages": [{"MetricAlarms": listed}]})
    (reading,) = ALARMS.read([asked], [exchange])
    assert isinstance(reading, Absence)
    assert reading.kind == "failed"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"null",
        b'{"MetricAlarms": 5}',
        b'{"MetricAlarms": [5]}',
        b'{"MetricAlarms": [{"AlarmName": NaN}]}',
    ],
)
def test_bytes_that_are_no_answer_never_count_as_none(serving: Endpoint, answer: bytes) -> None:
    serving.answer = lambda operation, call: (200, answer)
    absence(question(serving.url, minAlarms=0), "failed")


def test_pages_without_end_are_a_failure(serving: Endpoint) -> None:
    serving.answer = lambda operation, call: (200, {**page([alarm("a")]), "NextToken": "again"})
    endless = absence(question(serving.url), "failed")
    assert endless.reason == "cloudwatch:DescribeAlarms: the answer does not end (page 2 refers on again)"


def test_an_old_boto3_would_drop_new_types_and_is_refused(
    serving: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = aws_asking.question("CloudWatchAlarms", serving.url, namePrefix="old")
    connection: Any = ALARMS.connect(asked.connection, 0)
    shape = connection.clients["cloudwatch"].meta.service_model.operation_model("DescribeAlarms").output_shape
    del shape.members["LogAlarms"]
    request = ALARMS.requests([asked])[1]
    with pytest.raises(sources.SourceFailure) as raised:
        ALARMS.send(request, connection)
    assert raised.value.failure.kind == "refused"
    assert "does not know alarms of the type LogAlarm" in raised.value.failure.message
    assert raised.value.failure.remedy == "update boto3, or write types: [MetricAlarm, CompositeAlarm]"


@pytest.mark.parametrize(
    ("keys", "key", "fact"),
    [
        (
            {"names": ["a"], "namePrefix": "a"},
            "namePrefix",
            "chosen by names or by a prefix, not both",
        ),
        ({"names": ["a"], "minAlarms": 1}, "minAlarms", "every alarm in names has to exist anyway"),
        ({"minAlarms": 0, "measure": "okRatio"}, "minAlarms", "the share of no alarms is undefined"),
    ],
)
def test_keys_that_contradict_each_other_are_problems(keys: dict[str, Any], key: str, fact: str) -> None:
    ((at, message, remedy),) = problems("CloudWatchAlarms", **keys)
    assert at == key
    assert fact in message
    assert remedy


@pytest.mark.parametrize(
    "keys",
    [
        {"measure": "ok"}, {"names": []}, {"names": [""]}, {"namePrefix": ""}, {"namePrefix": None}, {"types": []},
        {"types": ["Metric"]}, {"minAlarms": -1}, {"states": ["ALARM"]}, {"tags": {"env": "prod"}},
    ],
)  # fmt: skip
def test_what_is_no_query_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ALARMS.Query(source="CloudWatchAlarms", **keys)


def test_a_plan_tells_what_is_needed() -> None:
    identity, listing = ALARMS.requests([question("http://x")])
    assert ALARMS.ACTIONS == {"GetCallerIdentity": (), "DescribeAlarms": ("cloudwatch:DescribeAlarms",)}
    assert (ALARMS.resources(identity), ALARMS.resources(listing)) == ((), ("*",))
    assert (ALARMS.priced(identity), ALARMS.priced(listing)) == ((), ())


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ({}, "CloudWatchAlarms notOk of alarms *"),
        ({"namePrefix": "shop-", "measure": "total"}, "CloudWatchAlarms total of alarms shop-*"),
        ({"names": list("abcdefg")}, "CloudWatchAlarms notOk of alarms a, b, c, d, e and 2 more"),
        (
            {"names": ["a"], "types": ["CompositeAlarm"]},
            "CloudWatchAlarms notOk of alarms a of the type CompositeAlarm",
        ),
    ],
)
def test_a_query_is_described_in_one_line(keys: dict[str, Any], text: str) -> None:
    assert ALARMS.describe(question("http://x", **keys)) == text


recorded_alarms = st.builds(
    lambda name, state, evaluation, actions: {
        "AlarmName": name,
        "StateValue": state,
        "StateReason": "",
        "ActionsEnabled": actions,
        **({"EvaluationState": evaluation} if evaluation else {}),
    },
    st.text("abc", min_size=1, max_size=4),
    st.sampled_from(STATES),
    st.sampled_from(["", "", "PARTIAL_DATA"]),
    st.booleans(),
)


@given(
    st.lists(recorded_alarms, min_size=1, max_size=30, unique_by=lambda each: each["AlarmName"]),
    st.data(),
)
def test_counts_depend_neither_on_pages_nor_on_order(
    alarms: list[dict[str, Any]], data: st.DataObject
) -> None:
    def recorded(ordered: Sequence[dict[str, Any]], size: int) -> list[Exchange]:
        pages = [{"MetricAlarms": ordered[at : at + size]} for at in range(0, len(ordered), size)]
        return [Exchange(request, {"pages": pages}) for request in ALARMS.requests(asked)[1:]]

    asked = [question("http://x", measure=measure) for measure in ("notOk", "inAlarm", "total", "okRatio")]
    readings = ALARMS.read(asked, recorded(alarms, len(alarms)))
    mixed = recorded(data.draw(st.permutations(alarms)), data.draw(st.integers(1, len(alarms))))
    assert ALARMS.read(asked, mixed) == readings
    ok = [each for each in alarms if each["StateValue"] == "OK" and not each.get("EvaluationState")]
    assert [reading.points[0].value for reading in readings if isinstance(reading, Series)] == [
        len(alarms) - len(ok),
        sum(each["StateValue"] == "ALARM" for each in alarms),
        len(alarms),
        Fraction(len(ok), len(alarms)),
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["MetricAlarms", "LogAlarms", "AlarmName", "StateValue", "StateTransitionedTimestamp"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values, json_values)
def test_no_edited_evidence_is_taken_for_an_answer(response: Any, parameters: Any) -> None:
    """Evidence may have been edited: whatever stands there is judged or refused, and never raises."""
    asked = question("http://x", minAlarms=0)
    request = ALARMS.requests([asked])[1]
    (reading,) = ALARMS.read([asked], [Exchange(request, {"pages": response})])
    assert isinstance(reading, Absence) or reading.samples is not None
    odd = Request(request.source, request.connection, request.operation, {"at": AT, "AlarmTypes": parameters})
    (reading,) = ALARMS.read([asked], [Exchange(odd, {"pages": [page()]})])
    assert isinstance(reading, Absence)


DOCUMENT = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: daily}
spec:
  criteria:
    - name: alarms-ok
      indicator: {source: CloudWatchAlarms, namePrefix: %s}
      target: "== 0"
    - name: alarms-ok-ratio
      indicator: {source: CloudWatchAlarms, namePrefix: %s, measure: okRatio}
      target: ">= 50 %%"
    - name: alarms-ok-share
      indicator:
        bad: {source: CloudWatchAlarms, namePrefix: %s}
        total: {source: CloudWatchAlarms, namePrefix: %s, measure: total}
      target: "< 70 %%"
"""


@pytest.mark.parametrize(
    ("prefix", "code", "outcomes"),
    [
        ("shop-prod-", 1, ["FAIL", "FAIL", "PASS"]),
        ("shop-dev-", 0, ["PASS", "PASS", "PASS"]),
        ("shop-pord-", 3, ["INCONCLUSIVE"] * 3),
    ],
)
def test_the_daily_check_is_judged_and_replayed(
    moto: str,
    prefix: str,
    code: int,
    outcomes: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    Path("slos").mkdir()
    Path("slos/daily.yaml").write_text(DOCUMENT % ((prefix,) * 4))
    # The states are those of now, and so is the moment that they can be judged for.
    run = ["run", "--at", f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"]
    assert main([*run, "--record", "evidence.jsonl", "-f", "json=live.json"]) == code
    report = json.loads(Path("live.json").read_text())
    assert [verdict["outcome"] for verdict in report["verdicts"]] == outcomes
    if code == 1:
        assert any("shop-prod-b was set to ALARM" in note for note in report["verdicts"][0]["notes"])
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert main([*run, "--replay", "evidence.jsonl", "-f", "json=replayed.json"]) == code
    assert Path("replayed.json").read_text() == Path("live.json").read_text()


def test_the_examples_of_the_manual_are_valid(tmp_path: Path) -> None:
    documents = examples("cloudwatch-alarms.md")
    assert len(documents) == 1
    for number, document in enumerate(documents):
        file = tmp_path / f"example-{number}.yaml"
        file.write_text(re.sub(r"\n *dataSourceRef: .*", "", document))
        assert main(["validate", str(file)]) == 0
