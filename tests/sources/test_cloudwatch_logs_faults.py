"""No fault of CloudWatch Logs ever reads as a pass, and no query is left running: through the command line.

Each case spoils the query while a second promise is answered well. The spoilt one must end as ERROR or
INCONCLUSIVE with a remedy, the other must still be judged, and the exit code must not be 0.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main
from checker.evidence import dump
from checker.model import ConnectionDeclaration, Evidence, Exchange
from checker.sources.cloudwatch_logs import run
from tests.kept_promise import COVERAGE
from tests.simulator import Simulator
from tests.simulator.faults import ERRORS, TRANSPORT
from tests.sources.cloudwatch_logs_asking import AT, CREDENTIALS, LOGS, question

TIME = "2026-01-31T12:00:00Z"
HARMLESS = {"slow", "wrong-content-type"}
"""Faults that an answer survives; a slow one has a test of its own."""

DOCUMENT = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: faults}
spec:
  window: 1h
  criteria:
    - name: spoilt
      indicator: %s
      target: "< 1000"
    - name: sound
      indicator: {source: Coverage, file: sound.json}
      target: "> 50 %%"
"""
INDICATORS = {
    "one row": "{source: CloudWatchLogs, logGroups: [shop], query: stats count(*) as n}",
    "bins": "{source: CloudWatchLogs, logGroups: [shop], query: stats count(*) as n by bin(30m) as t, time: t, "
    "combine: sum}",
}
ROWS = {
    "one row": [{"n": "7"}],
    "bins": [{"t": f"2026-01-31 {time}:00.000", "n": "7"} for time in ("10:30", "11:00")],
}

Judged = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(run, "FIRST_WAIT", 0.01)
    with Simulator(now=AT) as running:
        monkeypatch.setenv("AWS_ENDPOINT_URL", running.url)
        running.logs.answer("stats", ROWS["one row"])
        yield running


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judged:
    """Runs the command in a directory of its own; gives the exit code and the verdict of the spoilt promise."""
    monkeypatch.chdir(tmp_path)
    Path("sound.json").write_text(json.dumps(COVERAGE))

    def run(indicator: str = INDICATORS["one row"], *flags: str) -> tuple[int, dict[str, Any]]:
        Path("slos").mkdir(exist_ok=True)
        Path("slos/faults.yaml").write_text(DOCUMENT % indicator)
        code = main(["run", "--at", TIME, "-f", "json=report.json", "--record", "evidence.jsonl", *flags])
        verdicts = json.loads(Path("report.json").read_text())["verdicts"]
        by_name = {verdict["objective"]["name"]: verdict for verdict in verdicts}
        assert by_name["faults/sound"]["outcome"] == "PASS", "the other promises are still judged"
        return code, by_name["faults/spoilt"]

    return run


def assert_no_pass(code: int, spoilt: dict[str, Any], reason: str = "", remedy: str = "") -> None:
    assert spoilt["outcome"] in ("ERROR", "INCONCLUSIVE"), spoilt
    assert spoilt["reasons"]
    assert reason in spoilt["reasons"][0]
    assert spoilt["remedy"]
    assert remedy in spoilt["remedy"]
    assert code in (3, 4)


@pytest.mark.parametrize("form", INDICATORS)
def test_without_a_fault_it_passes(form: str, simulator: Simulator, judged: Judged) -> None:
    simulator.logs.answer("stats", ROWS[form])
    code, verdict = judged(INDICATORS[form])
    assert (code, verdict["outcome"]) == (0, "PASS"), verdict
    assert simulator.counts["StopQuery"] == 0


@pytest.mark.parametrize("operation", ["StartQuery", "GetQueryResults"])
@pytest.mark.parametrize("kind", sorted({*ERRORS, *TRANSPORT} - HARMLESS))
def test_no_fault_of_the_protocol_passes(
    kind: str, operation: str, simulator: Simulator, judged: Judged
) -> None:
    simulator.faults.add(kind, operation=operation, times=None)
    code, verdict = judged()
    assert_no_pass(code, verdict, reason=f"logs:{operation}")
    assert verdict["outcome"] == "ERROR"
    # A query that may be running is stopped; one that was never started cannot be.
    assert simulator.counts["StopQuery"] == (1 if operation == "GetQueryResults" else 0)
    assert ("the query was stopped" in verdict["reasons"][0]) == (operation == "GetQueryResults")


def test_another_content_type_changes_nothing(simulator: Simulator, judged: Judged) -> None:
    simulator.faults.add("wrong-content-type", times=None)
    assert judged()[0] == 0


@pytest.mark.parametrize(
    ("code", "reason", "remedy"),
    [
        (
            "LimitExceededException",
            "logs:StartQuery: too many queries run at once: it said so",
            "run again later; dashboards and scheduled queries count too",
        ),
        ("MalformedQueryException", "MalformedQueryException) when calling", "correct the query"),
        ("InvalidParameterException", "InvalidParameterException) when calling", "correct the query"),
        (
            "ResourceNotFoundException",
            "logs:StartQuery: there is no such log group in us-east-1: it said so",
            "check the names of the log groups, the region and the account",
        ),
        (
            "AccessDeniedException",
            "logs:StartQuery: ",
            "grant the permission logs:StartQuery to the identity",
        ),
        ("ThrottlingException", "logs:StartQuery: ", "run again later"),
        ("ExpiredTokenException", "logs:StartQuery: ", "renew the credentials"),
        ("UnrecognizedClientException", "logs:StartQuery: ", "renew the credentials"),
        ("ServiceUnavailableException", "logs:StartQuery: ", "correct the query or the connection"),
    ],
)
def test_a_refused_query_names_its_remedy(
    code: str, reason: str, remedy: str, simulator: Simulator, judged: Judged
) -> None:
    simulator.faults.add("throttling", operation="StartQuery", times=None, code=code, message="it said so")
    assert_no_pass(*judged(), reason=reason, remedy=remedy)


def test_a_full_queue_is_waited_for(
    simulator: Simulator, judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    simulator.faults.add("throttling", operation="StartQuery", times=1, code="LimitExceededException")
    assert judged()[0] == 0


@pytest.mark.parametrize(
    ("status", "remedy", "stops"),
    [
        ("Failed", "run again; if it fails again, shorten the window", 0),
        ("Cancelled", "someone stopped it: run again", 0),
        ("Timeout", "AWS stops a query after 60 minutes: shorten the window", 0),
        ("Unknown", "run again; if it persists", 1),
        ("Paused", "run again; if it persists", 1),
        ("complete", "run again; if it persists", 1),
    ],
)
def test_no_status_but_complete_passes(
    status: str, remedy: str, stops: int, simulator: Simulator, judged: Judged
) -> None:
    simulator.logs.answer("stats", ROWS["one row"], statuses=["Scheduled", "Running", status])
    reason = f"CloudWatch Logs answered {status} instead of Complete"
    assert_no_pass(*judged(), reason=reason, remedy=remedy)
    assert simulator.counts["StopQuery"] == stops


STATISTICS = {"recordsMatched": 1.0, "recordsScanned": 1.0, "bytesScanned": 1.0}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"status": None},
            "logs:GetQueryResults: the answer holds no status; the query was no longer running",
        ),
        ({"results": None}, "the answer is complete and holds no results"),
        ({"results": "none"}, "logs:GetQueryResults"),
        ({"results": [{"n": "7"}]}, "logs:GetQueryResults"),
        ({"results": [[{"value": "7"}]]}, "logs:GetQueryResults"),
        ({"results": [[]]}, "the answer has the columns time and samples, and none is chosen"),
        ({"results": []}, "the answer holds 0 of 1 rows"),
        ({"results": [[{"field": "n", "value": "7"}] * 2]}, "a row with two columns of one name"),
        ({"results": [[{"field": "n"}]]}, "the answer holds None for 'n', which is not text"),
        ({"results": [[{"field": "n", "value": 7}]]}, "the answer holds 7 for 'n', which is not text"),
        ({"nextToken": "0"}, "the answer does not end: a page refers to one that was already read"),
        *(
            ({"nextToken": token}, "the answer goes on at a nextToken that is no text")
            for token in (0, False, {}, ["1"])
        ),
        ({"statistics": None}, "the answer's bytesScanned is not a count: None"),
        ({"statistics": {}}, "the answer's bytesScanned is not a count: None"),
        *(
            ({"statistics": {**STATISTICS, name: value}}, f"the answer's {name} is not a count: {shown}")
            for name, value, shown in (
                ("recordsMatched", float("nan"), "nan"),
                ("recordsScanned", float("inf"), "inf"),
                ("bytesScanned", -1.0, "-1"),
                ("bytesScanned", 0.5, "0.5"),
                ("bytesScanned", "1", "1"),
            )
        ),
        ({"statistics": {**STATISTICS, "resultCount": 2.0}}, "the answer holds 1 of 2 rows"),
    ],
    ids=str,
)
def test_no_answer_out_of_shape_passes(
    changes: dict[str, Any], reason: str, simulator: Simulator, judged: Judged
) -> None:
    simulator.logs.answer("stats", ROWS["one row"], statuses=["Complete"], **changes)
    assert_no_pass(*judged(), reason=reason)


@pytest.mark.parametrize("value", [None, "", "NaN", "Infinity", "1e5", "1,000", "seven", "7 "])
@pytest.mark.parametrize("form", INDICATORS)
def test_no_value_but_a_number_passes(
    form: str, value: str | None, simulator: Simulator, judged: Judged
) -> None:
    simulator.logs.answer("stats", [*ROWS[form][:-1], {**ROWS[form][-1], "n": value}])
    code, verdict = judged(INDICATORS[form])
    assert_no_pass(code, verdict)
    assert verdict["outcome"] == "ERROR"


@pytest.mark.parametrize(
    ("rows", "page", "passes"), [(9_999, 10_000, True), (10_000, 10_000, False), (10_000, 4_000, False)]
)
def test_an_answer_that_reaches_the_limit_may_be_cut(
    rows: int, page: int, passes: bool, simulator: Simulator, judged: Judged
) -> None:
    """9,999 rows are all of them; they are still too many for one number."""
    simulator.logs.answer("stats", [{"n": "7"}] * rows, page=page)
    reason = (
        "the query returned 9999 rows, but a promise needs one number"
        if passes
        else "the answer has 10,000 rows, as many as were asked for: it may be cut"
    )
    assert_no_pass(*judged(), reason=reason)


def test_more_rows_than_the_limit_are_not_fetched_without_end(simulator: Simulator, judged: Judged) -> None:
    page = [[{"field": "n", "value": "7"}]] * 10_000
    simulator.logs.answer("stats", ROWS["one row"], statuses=["Complete"], results=page, nextToken="1")
    assert_no_pass(*judged(), reason="the answer has 20,000 rows, as many as were asked for: it may be cut")


def test_a_later_page_that_fails_is_an_error(simulator: Simulator, judged: Judged) -> None:
    simulator.logs.answer("stats", [{"n": "7"}] * 2, page=1)
    simulator.faults.add("throttling", operation="GetQueryResults", skip=3, times=None)
    assert_no_pass(*judged(), reason="logs:GetQueryResults: ")


def test_a_later_page_that_is_no_longer_complete_is_an_error(simulator: Simulator, judged: Judged) -> None:
    simulator.logs.answer("stats", [{"n": "7"}] * 2, page=1, statuses=["Complete", "Running"])
    assert_no_pass(*judged(), reason="logs:GetQueryResults: a page of a complete answer is Running")


def test_a_query_without_an_id_is_an_error(simulator: Simulator, judged: Judged) -> None:
    simulator.faults.add("empty-body", operation="StartQuery", times=None)
    assert_no_pass(*judged(), reason="logs:StartQuery")
    assert simulator.counts["GetQueryResults"] == 0


@pytest.mark.parametrize("status", ["Scheduled", "Running"])
def test_a_query_without_an_end_is_stopped_before_the_deadline(
    status: str, simulator: Simulator, judged: Judged
) -> None:
    simulator.logs.answer("stats", [], statuses=[status])
    code, verdict = judged(INDICATORS["one row"], "--timeout", "6s")
    assert_no_pass(code, verdict, remedy="raise --timeout, shorten the window, or name fewer log groups")
    assert verdict["reasons"] == [
        f"logs:GetQueryResults: the query was still {status} shortly before the deadline; the query was stopped"
    ]
    assert simulator.counts["StopQuery"] == 1
    assert [query.stopped for query in simulator.logs.queries.values()] == [True]


def test_waiting_gets_longer(simulator: Simulator, judged: Judged) -> None:
    simulator.logs.answer("stats", [], statuses=["Running"])
    judged(INDICATORS["one row"], "--timeout", "2s")
    # 10 ms, 20 ms, ... make seven looks in 1.3 s; without the longer waits there were a hundred.
    assert 4 <= simulator.counts["GetQueryResults"] <= 10


def test_an_answer_after_the_deadline_is_an_error(simulator: Simulator, judged: Judged) -> None:
    simulator.faults.add("slow", operation="GetQueryResults", times=None, seconds=12)
    assert_no_pass(*judged(INDICATORS["one row"], "--timeout", "6s"), reason="before the deadline")


BUDGET = INDICATORS["one row"].replace("logGroups", "byteBudget: 5 GB, logGroups")


def test_a_query_beyond_its_budget_is_stopped(simulator: Simulator, judged: Judged) -> None:
    simulator.logs.answer(
        "stats", ROWS["one row"], statuses=["Running"] * 9 + ["Complete"], bytes_scanned=[4e9, 5e9, 6e9]
    )
    code, verdict = judged(BUDGET)
    assert_no_pass(code, verdict, remedy="raise byteBudget")
    assert verdict["reasons"] == [
        "logs:GetQueryResults: the query scanned 6 GB and was not done, over the byteBudget of 5 GB; the query was "
        "stopped"
    ]
    assert (simulator.counts["GetQueryResults"], simulator.counts["StopQuery"]) == (3, 1)


def test_a_query_that_ended_beyond_its_budget_is_an_error(simulator: Simulator, judged: Judged) -> None:
    simulator.logs.answer("stats", ROWS["one row"], bytes_scanned=[1e9, 2e9, 5_000_000_001])
    code, verdict = judged(BUDGET)
    assert_no_pass(code, verdict, reason="the query scanned 5 GB, over its byteBudget of 5 GB")
    assert simulator.counts["StopQuery"] == 0


def test_a_budget_that_is_used_up_exactly_is_kept(simulator: Simulator, judged: Judged) -> None:
    simulator.logs.answer("stats", ROWS["one row"], bytes_scanned=[5e9])
    assert judged(BUDGET)[0] == 0


def test_a_query_that_cannot_be_stopped_is_told_of(simulator: Simulator, judged: Judged) -> None:
    simulator.logs.answer("stats", [], statuses=["Running"])
    simulator.faults.add("access-denied", operation="StopQuery", times=None)
    code, verdict = judged(INDICATORS["one row"], "--timeout", "6s")
    assert_no_pass(code, verdict, remedy="raise --timeout")
    assert "the query could not be stopped (logs:StopQuery: AccessDeniedException: " in verdict["reasons"][0]


def test_what_failed_live_fails_alike_from_its_recording(simulator: Simulator, judged: Judged) -> None:
    simulator.logs.answer("stats", ROWS["one row"], statuses=["Failed"])
    _, live = judged()
    asked = simulator.counts["StartQuery"]
    main(["run", "--at", TIME, "-f", "json=again.json", "--replay", "evidence.jsonl"])
    again = json.loads(Path("again.json").read_text())["verdicts"]
    assert live in again
    assert simulator.counts["StartQuery"] == asked


@pytest.mark.parametrize("edit", [
    lambda line: line["response"].update(status="Running"),
    lambda line: line["response"].pop("status"),
    lambda line: line["response"].pop("rows"),
    lambda line: line["response"].update(rows={}),
    lambda line: line["response"].update(rows=[7]),
    lambda line: line["response"].update(rows=[[["n"]]]),
    lambda line: line["response"].update(rows=[["n7"]]),
    lambda line: line["response"].update(rows=[{"n": "7"}]),
    lambda line: line["response"].update(rows=[[[["n"], "7"]]]),
    lambda line: line["response"].update(rows=[[[7, "7"]]]),
    lambda line: line["response"].update(rows=[[["n", 7]]]),
    lambda line: line["response"].pop("statistics"),
    lambda line: line["response"].update(statistics=[]),
    lambda line: line["response"]["statistics"].update(bytesScanned=True),
    lambda line: line["response"]["statistics"].update(resultCount=None),
    lambda line: line["request"]["parameters"].update(endTime=1),
    lambda line: line["request"]["parameters"].update(queryString="stats count(*) as m"),
    lambda line: line.update(response={}),
])  # fmt: skip
def test_an_edited_recording_never_passes(
    edit: Callable[[dict[str, Any]], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = question(query="stats count(*) as n")
    _, request = LOGS.requests([asked])
    response = {"status": "Complete", "rows": [[["n", "7"]]], "statistics": dict.fromkeys(STATISTICS, 1)}
    Path("slos.yaml").write_text(DOCUMENT % INDICATORS["one row"].replace("[shop]", "[/aws/lambda/shop]"))
    Path("sound.json").write_text(json.dumps(COVERAGE))

    def judged(change: Callable[[dict[str, Any]], Any]) -> tuple[int, dict[str, Any]]:
        exchange = Exchange(request._replace(connection=ConnectionDeclaration()), response)
        header, line = dump(Evidence(AT, (exchange,))).splitlines()
        edited = json.loads(line)
        change(edited)
        Path("edited.jsonl").write_text(f"{header}\n{json.dumps(edited)}\n")
        code = main(["run", "slos.yaml", "--at", TIME, "-f", "json=report.json", "--replay", "edited.jsonl"])
        verdicts = json.loads(Path("report.json").read_text())["verdicts"]
        return code, next(each for each in verdicts if each["objective"]["name"] == "faults/spoilt")

    assert judged(lambda line: None)[1]["outcome"] == "PASS"
    assert_no_pass(*judged(edit))
