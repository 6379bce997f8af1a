"""``source: ApplicationSignals``: budget reports over HTTP, from an endpoint that speaks the service's rest-json."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checker import sources
from checker.cli import main
from checker.model import Absence, Exchange, Question, Request, Series
from checker.sources.application_signals.query import STATUS
from tests.sources import aws_asking
from tests.sources.aws_asking import AT, CREDENTIALS, Endpoint, absence, endpoint, examples, exchanges

SIGNALS = sources.find("ApplicationSignals")
OPERATION = "BatchGetServiceLevelObjectiveBudgetReport"
ARN = "arn:aws:application-signals:us-east-1:111111111111:slo/"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def serving() -> Iterator[Endpoint]:
    with endpoint() as running:
        yield running


def question(url: str = "http://x", at: int = AT, **keys: Any) -> Question:
    return aws_asking.question(
        "ApplicationSignals", url, at, **{"slo": "checkout", "measure": "attainment"} | keys
    )


def report(name: str = "checkout", status: str = "OK", **more: Any) -> dict[str, Any]:
    """The report of a period-based SLO of 99.9 % over seven days, with things in it that nobody asks about."""
    return {
        "Arn": f"{ARN}{name}",
        "Name": name,
        "EvaluationType": "PeriodBased",
        "BudgetStatus": status,
        "Attainment": 99.95,
        "TotalBudgetSeconds": 600,
        "BudgetSecondsRemaining": 450,
        "Sli": {
            "SliMetric": {"MetricDataQueries": []},
            "MetricThreshold": 1.0,
            "ComparisonOperator": "LessThan",
        },
        "Goal": {
            "Interval": {"RollingInterval": {"DurationUnit": "DAY", "Duration": 7}},
            "AttainmentGoal": 99.9,
            "WarningThreshold": 50.0,
        },
        **more,
    }


def requests_report(**more: Any) -> dict[str, Any]:
    """The report of a request-based SLO."""
    budget = {"TotalBudgetRequests": 100, "BudgetRequestsRemaining": 101}
    made = report(**{"EvaluationType": "RequestBased", **budget, **more})
    return {name: value for name, value in made.items() if "Seconds" not in name}


BOTH = {"TotalBudgetRequests": 100, "BudgetRequestsRemaining": -10}


def answered(serving: Endpoint, *reports: Mapping[str, Any], errors: Any = (), **keys: Any) -> Question:
    """A question, and an endpoint that answers it with these reports and errors."""
    serving.answer = lambda operation, call: (
        200,
        {"Timestamp": call["Timestamp"], "Reports": reports, "Errors": errors},
    )
    serving.calls.clear()
    return question(serving.url, **keys)


def value(asked: Question) -> Fraction:
    """The value of one question; its series has to agree with itself."""
    reading = aws_asking.series(asked)
    (point,) = reading.points
    assert (reading.combine, reading.window, reading.newest, point.time) == ("single", None, AT, AT)
    assert reading.unit == SIGNALS.unit(asked.query)
    assert reading.samples is None
    assert not reading.counts_events
    return point.value


def test_the_statuses_are_aws_own() -> None:
    model = botocore.session.get_session().get_service_model("application-signals")
    known = set(model.shape_for("ServiceLevelObjectiveBudgetStatus").enum)
    assert known == {*STATUS, "INSUFFICIENT_DATA"}
    assert model.operation_model(OPERATION).input_shape.members["SloIds"].metadata["max"] == 50


def test_the_attainment_is_read_as_it_was_sent(serving: Endpoint) -> None:
    for attainment in (100, 100.0, 99.3, 99.7, 99.999999999, 0, 0.1):
        assert value(answered(serving, report(Attainment=attainment))) == Fraction(str(attainment))
    assert serving.calls == [(OPERATION, {"Timestamp": AT, "SloIds": ["checkout"]})]
    reading = aws_asking.series(answered(serving, report()))
    assert reading.unit.text == "%"
    assert reading.notes == (
        "checkout: OK, goal 99.9 % over 7 day",
        "450 of 600 seconds of the error budget are left",
    )


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (report(), 75),
        (report(BudgetSecondsRemaining=0), 0),
        (report(status="BREACHED", BudgetSecondsRemaining=-300), -50),
        (report(BudgetSecondsRemaining=1, TotalBudgetSeconds=3), Fraction(100, 3)),
        # So many requests may yet fail before another succeeds: slightly more than of those there were.
        (requests_report(), 101),
        (requests_report(status="BREACHED", BudgetRequestsRemaining=-7), -7),
    ],
)
def test_what_is_left_of_the_budget_is_a_share(
    serving: Endpoint, made: dict[str, Any], expected: Fraction
) -> None:
    assert value(answered(serving, made, measure="budgetRemaining")) == expected


@pytest.mark.parametrize(("status", "expected"), [("OK", 0), ("WARNING", 1), ("BREACHED", 2)])
def test_the_status_is_a_number_from_best_to_worst(serving: Endpoint, status: str, expected: int) -> None:
    left = 0 if status == "BREACHED" else 450
    made = report(status=status, BudgetSecondsRemaining=left)
    assert value(answered(serving, made, measure="status")) == expected


@pytest.mark.parametrize("measure", ["attainment", "budgetRemaining", "status"])
@pytest.mark.parametrize(
    ("made", "fact"),
    [
        (report(status="BREACHED"), "says BREACHED, and that 450 seconds of the error budget are left"),
        (report(BudgetSecondsRemaining=-1), "says OK, and that -1 seconds of the error budget are left"),
        (
            requests_report(status="WARNING", BudgetRequestsRemaining=-7),
            "says WARNING, and that -7 requests of the error budget are left",
        ),
        (report(**BOTH), "the report states its error budget in seconds and in requests"),
    ],
)
def test_a_report_that_contradicts_itself_is_a_failure(
    serving: Endpoint, made: dict[str, Any], fact: str, measure: str
) -> None:
    assert fact in absence(answered(serving, made, measure=measure), "failed").reason


@pytest.mark.parametrize("measure", ["attainment", "budgetRemaining", "status"])
@pytest.mark.parametrize("status", ["INSUFFICIENT_DATA", "SOMETHING_NEW", ""])
def test_an_slo_that_was_not_measured_is_no_data(serving: Endpoint, status: str, measure: str) -> None:
    nothing = absence(answered(serving, report(status=status), measure=measure), "no-data")
    assert nothing.reason == f"the SLO checkout has the status {status}: it has no attainment at this moment"


@pytest.mark.parametrize(
    "made", [report(TotalBudgetSeconds=0, BudgetSecondsRemaining=0), requests_report(TotalBudgetRequests=0)]
)
def test_a_share_of_no_budget_is_no_data(serving: Endpoint, made: dict[str, Any]) -> None:
    nothing = absence(answered(serving, made, measure="budgetRemaining"), "no-data")
    assert "so what is left of it is undefined" in nothing.reason


def test_an_error_is_that_of_one_slo_only(serving: Endpoint) -> None:
    error = {
        "Name": "gone",
        "Arn": f"{ARN}gone",
        "ErrorCode": "ResourceNotFoundException",
        "ErrorMessage": "SLO not found:\n gone",
    }
    asked = answered(serving, report(), errors=[error])
    good, bad, by_arn = aws_asking.readings(
        asked, question(serving.url, slo="gone"), question(serving.url, slo=f"{ARN}gone", measure="status")
    )
    assert isinstance(good, Series)
    for reading in (bad, by_arn):
        assert isinstance(reading, Absence)
        assert reading.kind == "failed"
        assert "ResourceNotFoundException: SLO not found: gone" in reading.reason
        assert reading.remedy == (
            "check the SLO's name, the region and the account, and that "
            "application-signals:BatchGetServiceLevelObjectiveBudgetReport is granted"
        )
    contradicted = absence(answered(serving, report(), errors=[{**error, "Name": "checkout"}]), "failed")
    assert "ResourceNotFoundException" in contradicted.reason


def test_slos_are_asked_by_name_or_arn_fifty_a_call(serving: Endpoint) -> None:
    def answer(operation: str, call: Mapping[str, Any]) -> tuple[int, Any]:
        names = [slo.rpartition("/")[2] for slo in call["SloIds"]]
        return 200, {
            "Timestamp": call["Timestamp"],
            "Reports": [report(name) for name in names],
            "Errors": [],
        }

    serving.answer = answer
    serving.calls.clear()
    asked = [
        question(serving.url, slo=f"{ARN if number % 2 else ''}slo {number:03}") for number in range(120)
    ]
    asked += [question(serving.url, slo="slo 000", measure="status")]
    assert all(isinstance(reading, Series) for reading in aws_asking.readings(*asked))
    assert [len(call["SloIds"]) for _, call in serving.calls] == [50, 50, 20]
    operations = [request.operation for request in SIGNALS.requests(asked)]
    assert operations == ["GetCallerIdentity", *[OPERATION] * 3]
    elsewhere = replace(asked[0], connection=asked[0].connection._replace(name="elsewhere"))
    assert len(SIGNALS.requests([asked[0], elsewhere])) == 4


def test_a_report_is_recorded_for_its_own_moment(serving: Endpoint) -> None:
    asked = answered(serving, report())
    made = exchanges([asked])
    assert made[1].response == {
        "Timestamp": AT,
        "Reports": [
            {
                "Arn": f"{ARN}checkout",
                "Name": "checkout",
                "EvaluationType": "PeriodBased",
                "BudgetStatus": "OK",
                "Attainment": 99.95,
                "TotalBudgetSeconds": 600,
                "BudgetSecondsRemaining": 450,
                "AttainmentGoal": 99.9,
                "Interval": {"Duration": 7, "DurationUnit": "DAY"},
            }
        ],
        "Errors": [],
    }
    for other in (replace(asked, at=AT + 1), question(serving.url, slo="other")):
        (reading,) = SIGNALS.read([other], made)
        assert isinstance(reading, Absence)
        assert reading.kind == "not-recorded"
        assert reading.remedy


@pytest.mark.parametrize("moment", [AT - 3601, AT + 3601, 0, AT * 1000, "yesterday", None])
def test_an_answer_about_another_moment_is_a_failure(serving: Endpoint, moment: object) -> None:
    asked = answered(serving, report())
    serving.answer = lambda operation, call: (200, {"Timestamp": moment, "Reports": [report()], "Errors": []})
    assert "moment" in absence(asked, "failed").reason or moment is None


def test_an_answer_of_a_rounded_moment_counts_as_of_then(serving: Endpoint) -> None:
    asked = answered(serving, report())
    serving.answer = lambda operation, call: (
        200,
        {"Timestamp": AT - 30.5, "Reports": [report()], "Errors": []},
    )
    assert aws_asking.series(asked).newest == AT - 31


@pytest.mark.parametrize(
    ("reports", "measure", "fact"),
    [
        ([], "attainment", "the answer holds neither a report nor an error"),
        ([report("other")], "attainment", "the answer holds neither a report nor an error"),
        ([report(), report(status="BREACHED")], "status", "the answer holds two reports"),
        *[
            ([report(Attainment=wrong)], "attainment", "the report holds no attainment between 0 and 100")
            for wrong in (None, "NaN", -0.1, 100.1, 1e300)
        ],
        ([report(BudgetSecondsRemaining=None)], "budgetRemaining", "what is left of the error budget"),
        ([report(TotalBudgetSeconds=-1)], "budgetRemaining", "what is left of the error budget"),
        ([report(TotalBudgetSeconds=None)], "budgetRemaining", "what is left of the error budget"),
    ],
)
def test_a_report_without_the_figure_is_a_failure(
    serving: Endpoint, reports: Any, measure: str, fact: str
) -> None:
    failed = absence(answered(serving, *reports, measure=measure), "failed")
    assert fact in failed.reason
    assert failed.reason.startswith(f"application-signals:{OPERATION}: checkout: ")


@pytest.mark.parametrize("wrong", ["99", True, None, [99], float("inf")])
def test_recorded_figures_are_numbers(wrong: object) -> None:
    for measure, key in (("attainment", "Attainment"), ("budgetRemaining", "BudgetSecondsRemaining")):
        asked = question(measure=measure)
        response = {"Timestamp": AT, "Reports": [report(**{key: wrong})], "Errors": []}
        (reading,) = SIGNALS.read([asked], [Exchange(SIGNALS.requests([asked])[1], response)])
        assert isinstance(reading, Absence)
        assert reading.kind == "failed"


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"{}", b"[]", b"null", b"<html/>", b'{"Timestamp": 1769860800}',
        b'{"Timestamp": 1769860800, "Reports": 5, "Errors": []}',
        b'{"Timestamp": 1769860800, "Reports": [5], "Errors": []}',
        b'{"Timestamp": 1769860800, "Reports": [{"Name": "checkout", "BudgetStatus": "OK", "Attainment": NaN}], '
        b'"Errors": []}',
        b'{"Timestamp": NaN, "Reports": [{"Name": "checkout", "BudgetStatus": "OK", "Attainment": 99}], "Errors": []}',
    ],
)  # fmt: skip
def test_bytes_that_are_no_answer_are_a_failure(serving: Endpoint, answer: bytes) -> None:
    serving.answer = lambda operation, call: (200, answer)
    absence(question(serving.url), "failed")


@pytest.mark.parametrize(
    "slo",
    ["checkout", "a1", "My SLO-1.2_x", f"{ARN}checkout", "arn:aws-us-gov:application-signals:x:1:slo/ab"],
)
def test_an_slo_has_a_name_or_an_arn(slo: str) -> None:
    assert SIGNALS.describe(question(slo=slo)) == f"ApplicationSignals attainment of the SLO {slo}"


@pytest.mark.parametrize(
    "keys",
    [
        {"slo": ""}, {"slo": "a"}, {"slo": "-a"}, {"slo": "a/b"}, {"slo": "a\n"}, {"slo": "arn:aws:s3:::a"},
        {"slo": " ab"},
        {"slo": "ab "}, {"slo": None}, {"measure": "budget"}, {"measure": None}, {"window": "1h"},
    ],
)  # fmt: skip
def test_what_is_no_query_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SIGNALS.Query(**{"source": "ApplicationSignals", "slo": "checkout", "measure": "status"} | keys)


def test_a_plan_tells_what_is_needed() -> None:
    identity, asking = SIGNALS.requests([question()])
    assert dict(SIGNALS.ACTIONS) == {
        "GetCallerIdentity": (),
        OPERATION: (f"application-signals:{OPERATION}",),
    }
    assert (SIGNALS.resources(identity), SIGNALS.resources(asking)) == ((), ("*",))
    assert (SIGNALS.priced(identity), SIGNALS.priced(asking)) == ((), ())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["Timestamp", "Reports", "Errors"]), st.sampled_from(sorted(report())), json_values)
def test_no_edited_evidence_is_taken_for_an_answer(part: str, key: str, inside: Any) -> None:
    """Evidence may have been edited: whatever stands there is judged or refused, and never raises."""
    asked = question(measure="budgetRemaining")
    request = SIGNALS.requests([asked])[1]
    whole: dict[str, Any] = {"Timestamp": AT, "Reports": [report()], "Errors": []}
    assert isinstance(SIGNALS.read([asked], [Exchange(request, whole)])[0], Series)
    (reading,) = SIGNALS.read([asked], [Exchange(request, {**whole, part: inside})])
    assert isinstance(reading, Absence) or part == "Errors" or abs(reading.points[0].time - AT) <= 3600
    (reading,) = SIGNALS.read([asked], [Exchange(request, {**whole, "Reports": [{**report(), key: inside}]})])
    assert isinstance(reading, Absence | Series)
    odd = Request(request.source, request.connection, OPERATION, {"SloIds": inside, "Timestamp": inside})
    assert isinstance(SIGNALS.read([asked], [Exchange(odd, whole)])[0], Absence)


DOCUMENT = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: aws}
spec:
  criteria:
    - name: attainment
      indicator: {source: ApplicationSignals, slo: checkout, measure: attainment}
      target: ">= 99.95 %"
    - name: budget
      indicator: {source: ApplicationSignals, slo: checkout, measure: budgetRemaining}
      target: "> 75 %"
      critical: "<= 0 %"
    - name: status
      indicator: {source: ApplicationSignals, slo: checkout, measure: status}
      target: "< 1"
      critical: ">= 2"
"""


@pytest.mark.parametrize(
    ("made", "outcomes", "code"),
    [
        (report(), ["PASS", "WARN", "PASS"], 0),
        (report(status="WARNING", Attainment=99.9, BudgetSecondsRemaining=60), ["FAIL", "WARN", "WARN"], 1),
        (
            report(status="BREACHED", Attainment=99.949, BudgetSecondsRemaining=-5),
            ["FAIL", "FAIL", "FAIL"],
            1,
        ),
        (report(status="INSUFFICIENT_DATA"), ["INCONCLUSIVE"] * 3, 3),
    ],
)
def test_an_slo_of_aws_is_judged_and_replayed(
    serving: Endpoint,
    made: dict[str, Any],
    outcomes: list[str],
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered(serving, made)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_APPLICATION_SIGNALS", serving.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", serving.url)
    Path("slos").mkdir()
    Path("slos/aws.yaml").write_text(DOCUMENT)
    run = ["run", "--at", "2026-01-31T12:00:00Z"]
    assert main([*run, "--record", "evidence.jsonl", "-f", "json=live.json"]) == code
    verdicts = json.loads(Path("live.json").read_text())["verdicts"]
    by_name = {verdict["objective"]["name"]: verdict["outcome"] for verdict in verdicts}
    assert [by_name[f"aws/{name}"] for name in ("attainment", "budget", "status")] == outcomes
    assert len(serving.calls) == 1
    assert main([*run, "--replay", "evidence.jsonl", "-f", "json=replayed.json"]) == code
    assert Path("replayed.json").read_text() == Path("live.json").read_text()


def test_the_examples_of_the_manual_are_valid(tmp_path: Path) -> None:
    documents = examples("application-signals.md")
    assert len(documents) == 2
    for number, document in enumerate(documents):
        file = tmp_path / f"example-{number}.yaml"
        file.write_text(re.sub(r"\n *dataSourceRef: .*", "", document))
        assert main(["validate", str(file)]) == 0
