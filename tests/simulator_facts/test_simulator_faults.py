"""Faults on command: each kind does what it says to the real boto3, as often as it was told."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.simulator.faults import KINDS

WHOLE = {"a": [1, 2, 4], "b": [8, 16, 32]}


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("throttling", 400, "Throttling"),
        ("internal", 500, "InternalServiceError"),
        ("unavailable", 503, "ServiceUnavailable"),
        ("access-denied", 403, "AccessDenied"),
        ("expired-token", 403, "ExpiredToken"),
        ("invalid-credentials", 403, "InvalidClientTokenId"),
    ],
)
def test_error_answers(ask, series, simulator, connect, kind, status, code):
    simulator.faults.add(kind, times=2)
    for call in (ask, connect("sts").get_caller_identity):
        with pytest.raises(ClientError) as caught:
            call()
        answer = caught.value.response
        assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]) == (status, code)
        assert answer["Error"]["Message"]
    assert series(ask()) == WHOLE


def test_an_error_can_be_any_error(ask, simulator):
    simulator.faults.add("internal", code="LimitExceeded", message="Enough", status=400)
    with pytest.raises(ClientError, match=r"\(LimitExceeded\).*Enough"):
        ask()


def test_access_denied_names_the_action(ask, simulator):
    simulator.faults.add("access-denied")
    with pytest.raises(ClientError, match="is not authorized to perform: cloudwatch:GetMetricData because"):
        ask()


@pytest.mark.parametrize(
    ("kind", "tries"), [("throttling", 2), ("internal", 2), ("unavailable", 2), ("access-denied", 1)]
)
def test_boto3_retries_what_it_may(ask, series, connect, simulator, kind, tries):
    """Fact: throttling and server errors are retried in standard mode, a denial is not."""
    simulator.faults.add(kind)
    if tries == 1:
        with pytest.raises(ClientError):
            ask(connect(attempts=3))
    else:
        assert series(ask(connect(attempts=3))) == WHOLE
    assert simulator.counts["GetMetricData"] == tries


def test_faults_wait_for_their_operation_skip_and_run_out(ask, series, client, simulator):
    simulator.faults.add("internal", operation="GetMetricData", times=2, skip=1)
    client.list_metrics()
    assert series(ask()) == WHOLE
    for _ in range(2):
        with pytest.raises(ClientError):
            ask()
    assert series(ask()) == WHOLE
    assert simulator.faults.waiting() == []


def test_a_fault_for_good_lasts_until_cleared(ask, series, simulator):
    simulator.faults.add("internal", times=None)
    for _ in range(4):
        with pytest.raises(ClientError):
            ask()
    simulator.faults.clear()
    assert series(ask()) == WHOLE


def test_the_oldest_matching_fault_comes_first(ask, simulator):
    simulator.faults.add("throttling")
    simulator.faults.add("unavailable")
    codes = []
    for _ in range(2):
        with pytest.raises(ClientError) as caught:
            ask()
        codes.append(caught.value.response["Error"]["Code"])
    assert codes == ["Throttling", "ServiceUnavailable"]


@pytest.mark.parametrize(
    "code",
    ["PartialData", "InternalError", "Forbidden"],
)
def test_status_codes_with_and_without_messages(ask, simulator, code):
    """Fact: StatusCode is Complete, PartialData, InternalError or Forbidden; a result may have Messages."""
    simulator.faults.add(code)
    simulator.faults.add(code, ids=["b"], messages=True)
    bare, told = (ask()["MetricDataResults"] for _ in range(2))
    assert [(row["StatusCode"], "Messages" in row) for row in bare] == [(code, False)] * 2
    assert [(row["StatusCode"], "Messages" in row) for row in told] == [("Complete", False), (code, True)]
    assert told[1]["Messages"][0]["Code"] == code


def test_a_fault_can_wait_for_a_metric(ask, client, simulator, query):
    """By the metric's name or the value of a dimension, whatever Id the query has."""
    simulator.faults.add("PartialData", times=None, metric="B")
    simulator.faults.add("throttling", metric="Bonn")
    assert [row["StatusCode"] for row in ask()["MetricDataResults"]] == ["Complete", "PartialData"]
    client.list_metrics(MetricName="B")
    window = {"StartTime": simulator.now - 60, "EndTime": simulator.now}
    client.get_metric_data(MetricDataQueries=[query(name="b")], **window)
    with pytest.raises(ClientError, match="Throttling"):
        client.get_metric_data(MetricDataQueries=[query(dimensions={"City": "Bonn"})], **window)


def test_messages_of_the_whole_answer(ask, series, simulator):
    """Fact: Messages at the top concern the whole operation, as much of which as possible is done."""
    simulator.faults.add("messages")
    simulator.faults.add("messages", code="X", message="y")
    answer = ask()
    assert answer["Messages"][0]["Value"] == "Maximum number of allowed metrics exceeded"
    assert series(answer) == WHOLE
    assert ask()["Messages"] == [{"Code": "X", "Value": "y"}]


def test_results_that_are_missing_or_were_not_asked(ask, series, simulator):
    simulator.faults.add("missing-result")
    simulator.faults.add("missing-result", ids=["b"])
    simulator.faults.add("unknown-result")
    assert list(series(ask())) == ["b"]
    assert list(series(ask())) == ["a"]
    assert list(series(ask())) == ["a", "b", "nobody_asked"]


def test_values_and_timestamps_of_unequal_length(ask, simulator):
    simulator.faults.add("unequal-lengths", ids=["a"])
    simulator.faults.add("unequal-lengths", ids=["a"], shorter="Values")
    for lengths in ((2, 3), (3, 2)):
        [a, b] = ask()["MetricDataResults"]
        assert (len(a["Timestamps"]), len(a["Values"])) == lengths
        assert (len(b["Timestamps"]), len(b["Values"])) == (3, 3)


@pytest.mark.parametrize(
    ("kind", "check", "text"),
    [
        ("nan", math.isnan, "NaN"),
        ("infinity", lambda value: value == math.inf, "Infinity"),
        ("negative-infinity", lambda value: value == -math.inf, "-Infinity"),
    ],
)
def test_values_that_are_no_numbers(ask, series, simulator, kind, check, text):
    """json reads the bare tokens; quoted, as AWS's JSON protocol writes them, boto3 hands out a text."""
    simulator.faults.add(kind, ids=["a"])
    simulator.faults.add(kind, ids=["a"], quoted=True)
    bare = series(ask())
    assert check(bare["a"][0])
    assert (bare["a"][1:], bare["b"]) == ([2, 4], WHOLE["b"])
    assert series(ask())["a"] == [text, 2, 4]


def test_points_without_series(ask, series, client, simulator):
    """What moto answers for a percentile: a datapoint with a timestamp and a unit, and nothing else."""
    simulator.faults.add("no-values", times=2)
    assert series(ask()) == {"a": None, "b": None}
    window = {"StartTime": simulator.now - 3600, "EndTime": simulator.now, "Period": 3600}
    answer = client.get_metric_statistics(Namespace="Shop", MetricName="A", Statistics=["Sum"], **window)
    assert [set(point) for point in answer["Datapoints"]] == [{"Timestamp", "Unit"}]


def test_timestamps_that_repeat_disagree_or_lie_ahead(ask, simulator):
    for kind in ("duplicate-timestamps", "conflicting-timestamps", "out-of-order", "future-points"):
        simulator.faults.add(kind, ids=["a"])
    now = simulator.now
    found = []
    for _ in range(4):
        row = ask()["MetricDataResults"][0]
        ages = [int(moment.timestamp()) - now for moment in row["Timestamps"]]
        found.append(list(zip(ages, row["Values"], strict=True)))
    assert found == [
        [(-180, 1), (-180, 1), (-120, 2), (-60, 4)],
        [(-180, 2), (-180, 1), (-120, 2), (-60, 4)],
        [(-120, 2), (-180, 1), (-60, 4)],
        [(86_400, 1), (-180, 1), (-120, 2), (-60, 4)],
    ]


def test_an_endless_chain_of_tokens(ask, series, client, simulator):
    simulator.faults.add("endless-token", times=None)
    token, tokens = {}, []
    for _ in range(5):
        answer = ask(**token)
        tokens.append(answer["NextToken"])
        token = {"NextToken": answer["NextToken"]}
        assert series(answer) == WHOLE
    assert len(set(tokens)) == 5
    assert client.list_metrics()["NextToken"]


def test_a_token_that_repeats(ask, simulator):
    simulator.faults.add("repeated-token", times=None)
    first = ask()
    assert ask(NextToken=first["NextToken"])["NextToken"] == first["NextToken"]
    simulator.faults.clear()
    real = ask(MaxDatapoints=2)["NextToken"]
    simulator.faults.add("repeated-token")
    assert ask(MaxDatapoints=2, NextToken=real)["NextToken"] == real


def test_faults_that_make_no_sense_are_refused(simulator):
    with pytest.raises(ValueError, match="no fault is called 'gremlins'; there are Forbidden, "):
        simulator.faults.add("gremlins")
    with pytest.raises(ValueError, match="fault 'slow' takes seconds, not minutes"):
        simulator.faults.add("slow", minutes=1)
    with pytest.raises(ValueError, match="a fault for a metric waits for GetMetricData, not for ListMetrics"):
        simulator.faults.add("throttling", operation="ListMetrics", metric="B")
    with pytest.raises(ValueError, match="fault 'nan' cannot happen to ListMetrics, only to GetMetricData"):
        simulator.faults.add("nan", operation="ListMetrics")


def test_a_fault_that_finds_nothing_to_spoil_says_so(ask, simulator):
    """A test whose fault hit nothing would prove nothing."""
    simulator.faults.add("nan", ids=["c"])
    with pytest.raises(ClientError, match=r"SimulatorMisuse.*none of the Ids"):
        ask()
    simulator.now += 16 * 86_400
    simulator.faults.add("nan")
    with pytest.raises(ClientError, match=r"SimulatorMisuse.*needs a result with 1 points"):
        ask()


def test_every_kind_is_tested():
    texts = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*_faults.py")]
    assert [kind for kind in KINDS if not any(f'"{kind}"' in text for text in texts)] == []
