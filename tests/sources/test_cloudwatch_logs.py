"""The CloudWatchLogs source against the simulator, over HTTP with the real boto3, and the recipes of its manual.

The simulator answers what it is told to: what is tested is the asking, the waiting and the reading, never the
query language of AWS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.cli import main
from checker.model import Absence, Point, Series, Window
from checker.sources.cloudwatch_logs import run
from checker.units import parse_unit
from tests.simulator import Simulator
from tests.sources.cloudwatch_logs_asking import (
    AT,
    COUNT,
    CREDENTIALS,
    END,
    HOUR,
    LOGS,
    answered,
    exchanges,
    question,
    readings,
)

COLD = 'filter @type = "REPORT" | stats count(@initDuration) as cold, count(*) as all'
P95 = "stats pct(@duration, 95) as p95, count(@duration) as calls"
BINS = "stats sum(ms) as ms, count(ms) as n by bin(15m) as t"
MEAN = {"query": BINS, "time": "t", "combine": "mean", "column": "ms", "samples": "n", "unit": "ms"}


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with Simulator(now=AT) as simulator:
        yield simulator


@pytest.fixture
def simulator(running: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(run, "FIRST_WAIT", 0.01)
    running.faults.clear()
    running.requests.clear()
    running.counts.clear()
    running.logs.scripts.clear()
    return running


def series(reading: Series | Absence) -> Series:
    assert isinstance(reading, Series), reading
    return reading


def test_one_row_is_one_value(simulator: Simulator) -> None:
    simulator.logs.answer("pct(@duration", [{"p95": "812.25", "calls": "998"}], matched=1000, scanned=5000)
    asked = question(simulator.url, query=P95, column="p95", samples="calls", unit="ms")
    (reading,) = readings([asked])
    assert reading == Series(
        points=(Point(END - HOUR, Fraction(3249, 4), 998),),
        combine="single",
        unit=parse_unit("ms"),
        window=Window(END - HOUR, END),
        samples=998,
        quantile=Fraction(95, 100),
        notes=("2 MB scanned; 1,000 of 5,000 log events matched in 1 log group",),
    )


def test_what_matched_are_the_samples_where_no_column_is_named(simulator: Simulator) -> None:
    simulator.logs.answer("pct(@duration", [{"p95": "812.25", "calls": "998"}], matched=1000)
    asked = question(simulator.url, query=P95, column="p95")
    (reading,) = readings([asked])
    assert series(reading).samples == 1000
    assert series(reading).points[0].samples is None


def test_the_only_column_needs_no_name(simulator: Simulator) -> None:
    simulator.logs.answer("as all", [{"all": "7"}])
    (reading,) = readings([question(simulator.url, query=COUNT)])
    assert [point.value for point in series(reading).points] == [7]
    assert series(reading).counts_events


def test_both_sides_of_a_ratio_are_asked_once(simulator: Simulator) -> None:
    simulator.logs.answer("count(@initDuration)", [{"cold": "312", "all": "5200"}], matched=5200)
    asked = [question(simulator.url, query=COLD, column=column) for column in ("cold", "all")]
    cold, every = (series(reading) for reading in readings(asked))
    assert (cold.points[0].value, every.points[0].value) == (312, 5200)
    assert (cold.counts_events, every.counts_events, cold.samples) == (True, True, 5200)
    assert simulator.counts["StartQuery"] == 1


def test_the_query_is_started_as_it_was_planned_and_waited_for(simulator: Simulator) -> None:
    simulator.logs.answer(
        "as all", [{"all": "7"}], statuses=["Scheduled", "Scheduled", "Running", "Complete"]
    )
    asked = question(simulator.url)
    readings([asked])
    _, started, *looks = simulator.requests
    _, request = LOGS.requests([asked])
    assert started.operation == "StartQuery"
    assert started.parameters == {k: v for k, v in request.parameters.items() if k != "byteBudget"}
    assert [look.operation for look in looks] == ["GetQueryResults"] * 4
    assert simulator.counts["StopQuery"] == 0


def test_a_recording_holds_nothing_that_changes_from_run_to_run(simulator: Simulator) -> None:
    simulator.logs.answer("as all", [{"@ptr": "CmEKJgoiMTIz", "all": "7"}])
    first, second = (exchanges([question(simulator.url)])[1] for _ in range(2))
    assert first.response == second.response
    assert first.response == {
        "status": "Complete",
        "rows": [[["all", "7"]]],
        "statistics": {
            "bytesScanned": 2_000_000,
            "recordsScanned": 5000,
            "recordsMatched": 1000,
            "resultCount": 1,
            "logGroupsScanned": 1,
        },
    }


def test_rows_come_in_pages(simulator: Simulator) -> None:
    rows = [{"t": f"2026-01-31 11:{minute:02}:00.000", "n": str(minute)} for minute in range(60)]
    simulator.logs.answer("bin(1m)", rows, page=7)
    keys: dict[str, Any] = {"query": "stats count(*) as n by bin(1m) as t", "time": "t", "combine": "sum"}
    (reading,) = readings([question(simulator.url, at=AT + 300, **keys)])
    assert sum(point.value for point in series(reading).points) == sum(range(60))
    assert simulator.counts["GetQueryResults"] == 3 + 8


def at(minute: int) -> str:
    return f"2026-01-31 11:{minute:02}:00.000"


ROWS = [
    {"t": at(45), "ms": "900", "n": "3"},
    {"t": at(0), "ms": "100.5", "n": "2"},
    {"t": at(30), "ms": "0", "n": "0"},
]


def test_bins_are_a_series_in_the_order_of_time(simulator: Simulator) -> None:
    simulator.logs.answer("bin(15m)", ROWS)
    (reading,) = readings([question(simulator.url, at=AT + 300, **MEAN)])
    found = series(reading)
    assert found.points == (
        Point(AT - HOUR, Fraction(201, 2), 2),
        Point(AT - HOUR + 1800, Fraction(0), 0),
        Point(AT - HOUR + 2700, Fraction(900), 3),
    )
    assert (found.combine, found.period, found.window) == ("mean", 900, Window(AT - HOUR, AT))
    assert (found.present, found.expected, found.newest, found.samples) == (3, 4, AT, 5)
    assert found.quantile is None


def test_a_bin_that_is_missing_at_the_end_shows_in_the_newest(simulator: Simulator) -> None:
    simulator.logs.answer("bin(15m)", ROWS[1:])
    (reading,) = readings([question(simulator.url, at=AT + 300, **MEAN)])
    assert series(reading).newest == AT - 900


@pytest.mark.parametrize(
    ("expression", "value", "counts", "quantile"),
    [
        ("count(*)", "5", True, None),
        ("sum(a)", "5.0", True, None),
        ("sum(a)", "5.5", False, None),
        ("sum(a)", "-5", False, None),
        ("count_distinct(a)", "5", True, None),
        ("max(a)", "5", False, None),
        ("avg(a)", "5", False, None),
        ("pct(a, 99.9)", "5", False, Fraction(999, 1000)),
        ("pct(a, 99) / 1000", "5", False, None),
    ],
)
def test_only_what_counts_events_is_a_count_of_events(
    expression: str, value: str, counts: bool, quantile: Fraction | None
) -> None:
    found = series(answered(question(query=f"stats {expression} as x"), [{"x": value}]))
    assert (found.counts_events, found.quantile) == (counts, quantile)


@given(st.fractions(max_denominator=10**6), st.integers(0, 12))
def test_a_decimal_is_read_exactly(value: Fraction, digits: int) -> None:
    scaled = round(value * 10**digits)
    text = f"{'-' if scaled < 0 else ''}{str(abs(scaled)).zfill(digits + 1)}"
    text = f"{text[: len(text) - digits]}.{text[len(text) - digits :]}" if digits else text
    found = series(answered(question(query="stats max(a) as x"), [{"x": text}]))
    assert found.points[0].value == Fraction(scaled, 10**digits)


NO_NUMBERS = ["", " ", "NaN", "Infinity", "-Infinity", "1e5", "1.5E7", "1,000", "1_000", "0x10", "+5", ".5", "5.",
              " 5", "5 ", "5\n", "5 ms", "5%", "null", "-", "٣", "1" * 41]  # fmt: skip


@pytest.mark.parametrize("text", NO_NUMBERS)
@pytest.mark.parametrize("column", ["x", "n"])
def test_what_is_no_plain_number_is_a_failure(text: str, column: str) -> None:
    asked = question(query="stats max(a) as x, count(a) as n", column="x", samples="n")
    absence = answered(asked, [{"x": "5", "n": "3", column: text}])
    assert isinstance(absence, Absence)
    assert absence.kind == "failed"
    assert absence.reason == f"{column!r} holds {text[:60]!r}, which is not a plain decimal number"
    assert absence.remedy


@given(st.text(max_size=20))
def test_no_other_text_is_a_number(text: str) -> None:
    found = answered(question(query="stats max(a) as x"), [{"x": text}])
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        assert series(found).points[0].value == Fraction(text)
    else:
        assert isinstance(found, Absence)


@pytest.mark.parametrize("count", ["-1", "2.5"])
def test_samples_are_whole_and_not_negative(count: str) -> None:
    asked = question(query="stats max(a) as x, count(a) as n", column="x", samples="n")
    absence = answered(asked, [{"x": "5", "n": count}])
    assert absence == Absence(
        "failed", f"'n' holds {count}, which is not a number of samples", "run again; if it persists, look at the "
        "recorded evidence",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "reason", "remedy"),
    [
        (
            [{"x": "1"}, {"x": "2"}],
            "the query returned 2 rows, but a promise needs one number",
            "remove the grouping of stats",
        ),
        ([{"y": "1"}], "the answer has no value for 'x'; it has y", "check that the events have the fields"),
        ([{"xx": "1"}], "the answer has no value for 'x'; it has xx", "did you mean 'xx'?"),
        ([{}], "the answer has no value for 'x'; it has no columns", "check that the events have the fields"),
        ([{"x": None}], "the answer holds None for 'x', which is not text", "run again"),
        ([{"x": 5}], "the answer holds 5 for 'x', which is not text", "run again"),
    ],
)
def test_rows_that_make_no_one_number_are_a_failure(
    rows: list[dict[str, Any]], reason: str, remedy: str
) -> None:
    absence = answered(question(query="stats max(a) as x", column="x"), rows)
    assert isinstance(absence, Absence)
    assert (absence.kind, absence.reason) == ("failed", reason)
    assert remedy in absence.remedy


def test_a_column_that_nobody_chose_is_a_failure() -> None:
    asked = question(query="stats max(a) as x | display x, y")
    absence = answered(asked, [{"x": "1", "y": "2"}])
    assert isinstance(absence, Absence)
    assert absence.reason == "the answer has the columns x, y, and none is chosen"


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        ("2026-01-31 12:00:00.000", "the answer holds a bin outside the window that was asked"),
        ("2026-01-31 10:45:00.000", "the answer holds a bin outside the window that was asked"),
        ("2026-01-31 11:20:00.000", "the answer holds a bin that begins between two"),
        ("2026-01-31 11:30:00.500", "'t' holds '2026-01-31 11:30:00.500', which is not a time bin"),
        ("2026-01-31T11:30:00Z", "which is not a time bin"),
        ("2026-02-30 11:30:00.000", "which is not a time bin"),
        ("1769859000", "which is not a time bin"),
        ("", "which is not a time bin"),
    ],
)
def test_a_bin_at_a_wrong_time_is_a_failure(moment: str, reason: str) -> None:
    absence = answered(question(at=AT + 300, **MEAN), [*ROWS[:2], {"t": moment, "ms": "1", "n": "1"}])
    assert isinstance(absence, Absence)
    assert absence.kind == "failed"
    assert reason in absence.reason


def test_two_rows_for_one_bin_are_a_failure() -> None:
    absence = answered(question(at=AT + 300, **MEAN), [*ROWS, ROWS[0]])
    assert isinstance(absence, Absence)
    assert absence.reason == f"the answer holds two rows for {at(45)}"
    assert absence.remedy == "group by bin() alone"


@pytest.mark.parametrize(
    ("matched", "scanned", "reason", "remedy"),
    [
        (0, 0, "no log events from 2026-01-31T10:55:00Z to 2026-01-31T11:55:00Z", "that the service logs"),
        (
            0,
            5000,
            "none of 5,000 log events from 2026-01-31T10:55:00Z to 2026-01-31T11:55:00Z matched",
            "zero is an",
        ),
        (9, 5000, "9 log events matched from", "a filter there leaves out rows"),
    ],
)
def test_no_rows_are_no_data(
    simulator: Simulator, matched: int, scanned: int, reason: str, remedy: str
) -> None:
    simulator.logs.answer("as all", [], matched=matched, scanned=scanned)
    (absence,) = readings([question(simulator.url)])
    assert isinstance(absence, Absence)
    assert absence.kind == "no-data"
    assert reason in absence.reason
    assert remedy in absence.remedy


def test_a_count_of_zero_without_any_log_event_is_no_data(simulator: Simulator) -> None:
    """Nobody logged, so nobody would have logged an error."""
    simulator.logs.answer("as all", [{"all": "0"}], matched=0, scanned=0)
    (absence,) = readings([question(simulator.url)])
    assert isinstance(absence, Absence)
    assert (absence.kind, absence.reason[:17]) == ("no-data", "no log events fro")
    simulator.logs.answer("as all", [{"all": "0"}], matched=0, scanned=5000)
    assert isinstance(readings([question(simulator.url)])[0], Series)


def test_what_was_not_recorded_is_absent_as_that(simulator: Simulator) -> None:
    simulator.logs.answer("as all", [{"all": "7"}])
    made = exchanges([question(simulator.url)])
    others = [
        question(simulator.url, at=AT + 60),
        question(simulator.url, query="stats count(*) as  all"),
        question(simulator.url, logGroups=["other"]),
        question(),
    ]
    for absence in LOGS.read(others, made):
        assert isinstance(absence, Absence)
        assert absence.kind == "not-recorded"
        assert absence.remedy
    (same,) = LOGS.read([question(simulator.url, at=AT + 59, byteBudget="5 MB")], made)
    assert isinstance(same, Series)


def test_a_narrower_budget_than_was_asked_with_is_kept(simulator: Simulator) -> None:
    """Two queries share what the wider of their budgets bought; the other has still gone over its own."""
    simulator.logs.answer("as all", [{"all": "7"}], bytes_scanned=[6e9])
    asked = [question(simulator.url, byteBudget=amount) for amount in ("5 GB", "7 GB")]
    narrow, wide = readings(asked)
    assert isinstance(wide, Series)
    assert isinstance(narrow, Absence)
    assert (narrow.kind, narrow.reason) == ("failed", "the query scanned 6 GB, over its byteBudget of 5 GB")
    assert simulator.counts["StartQuery"] == 1


MANUAL = Path(__file__).parents[2] / "docs/sources/cloudwatch-logs.md"
RECIPES = dict(
    re.findall(r"<!-- recipe: (\S+) -->\n```yaml\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
)


@pytest.mark.parametrize(
    ("recipe", "rows", "outcome", "value", "unit"),
    [
        ("cold-starts", [{"cold": "312", "all": "5200"}], "PASS", Fraction(6), "%"),
        ("cold-starts", [{"cold": "1040", "all": "5200"}], "PASS", Fraction(20), "%"),
        ("cold-starts", [{"cold": "1041", "all": "5200"}], "FAIL", Fraction(104_100, 5200), "%"),
        ("cold-starts", [{"cold": "1", "all": "99"}], "INCONCLUSIVE", Fraction(100, 99), "%"),
        ("cold-starts", [{"cold": "5201", "all": "5200"}], "ERROR", None, None),
        ("duration", [{"p95": "4999.99", "calls": "200"}], "PASS", Fraction("4.99999"), "s"),
        ("duration", [{"p95": "5000", "calls": "200"}], "FAIL", Fraction(5), "s"),
        ("duration", [{"p95": "12", "calls": "199"}], "INCONCLUSIVE", Fraction("0.012"), "s"),
        ("duration", [], "INCONCLUSIVE", None, None),
        ("deliveries", [{"delivered": "981", "all": "1000"}], "PASS", Fraction("98.1"), "%"),
        ("deliveries", [{"delivered": "980", "all": "1000"}], "FAIL", Fraction(98), "%"),
    ],
)
def test_the_recipes_of_the_manual(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    recipe: str, rows: list[dict[str, str]], outcome: str, value: Fraction | None, unit: str | None,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", simulator.url)
    Path("slos.yaml").write_text(RECIPES[recipe], encoding="utf-8")
    simulator.logs.answer(" as ", rows)
    time = ["--at", "2026-01-31T12:00:00Z", "-f", "json=report.json"]
    main(["run", "slos.yaml", *time, "--record", "evidence.jsonl"])
    live = Path("report.json").read_bytes()
    (verdict,) = json.loads(live)["verdicts"]
    assert verdict["outcome"] == outcome, verdict["reasons"]
    exact = None if verdict["value"] is None else Fraction(verdict["value"]["exact"])
    assert (exact, verdict["unit"]) == (value, unit)
    assert simulator.counts["StartQuery"] == 1
    main(["run", "slos.yaml", *time, "--replay", "evidence.jsonl"])
    assert Path("report.json").read_bytes() == live
    assert simulator.counts["StartQuery"] == 1


def test_every_query_of_the_manual_is_sound() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    assert len(RECIPES) == text.count("<!-- recipe") == 3
    (shown,) = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    question(query=shown, column="timeouts")
