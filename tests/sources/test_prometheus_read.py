"""From answers to series, without a server: exact numbers, resets, gaps, and answers that are none."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import Absence, Exchange, Point, Series
from checker.sources.recorded import TWO_ANSWERS
from tests.sources.prometheus_asking import AT, SOURCE, matrix, question, recorded, replies, success, vector


def value(*results: object, **keys: Any) -> Series | Absence:
    return replies(question(query="up", **keys), recorded(vector(*results)))


def increase(
    *series: list[tuple[int, object]], window: int, period: str = "1m", each: int = 0
) -> Series | Absence:
    """The reading of counters; a point is (periods since the window's start, value). ``each`` asks for a value of
    each period of so many seconds."""
    asked = question(query="c_total", reduce="increase", window=window, period=period)
    asked = replace(asked, period=each)
    seconds = SOURCE.requests([asked])[0].parameters["step"]
    made = [[(AT - window + n * seconds, str(value)) for n, value in points] for points in series]
    return replies(asked, recorded(matrix(*made)))


def total(read: Series | Absence) -> Fraction:
    assert isinstance(read, Series), read
    assert read.combine == "sum"
    return sum((point.value for point in read.points), Fraction(0))


def reason(read: Series | Absence, kind: str = "failed") -> str:
    assert isinstance(read, Absence), read
    assert read.kind == kind
    assert read.remedy
    return read.reason


@pytest.mark.parametrize(
    ("values", "grown"),
    [
        ([0, 10, 20, 5, 15], 35),
        ([0, 18, 36, 54, 72, 90, 0, 18, 36, 54, 72], 162),  # Prometheus's own vector for a reset
        ([7, 7, 7], 0),
        ([5, 0, 0, 3], 3),
        ([100, 1, 100, 1, 100], 200),
        ([0, "0.5", "0.75"], Fraction(3, 4)),
        ([0, "0.5", "1.5"], Fraction(3, 2)),
        (["1e+06", "1.000001e+06"], 1),
    ],
)
def test_an_increase_allows_for_resets(values: list[object], grown: object) -> None:
    read = increase(list(enumerate(values)), window=60 * (len(values) - 1))
    assert total(read) == grown
    assert isinstance(read, Series)
    assert (read.present, read.expected) == (len(values) - 1, len(values) - 1)
    assert read.newest == AT
    assert read.counts_events == all(point.value.denominator == 1 for point in read.points)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=40), st.sets(st.integers(1, 39)))
def test_an_increase_is_what_was_counted_however_often_it_was_reset(
    events: list[int], resets: set[int]
) -> None:
    """A process counts, and dies right after a sample: so each sample after a reset is what was counted since."""
    counter, seen = 0, []
    for n, each in enumerate(events):
        counter = each if n in resets else counter + each
        seen.append(counter)
    # A reset is told by a fall. One that is outgrown at once looks like growth, to everybody.
    lost = sum(
        before for n, (before, after) in enumerate(pairwise(seen), start=1) if n in resets and after >= before
    )
    read = increase(list(enumerate(seen)), window=60 * (len(seen) - 1))
    assert total(read) == sum(events[1:]) - lost


@given(st.lists(st.lists(st.integers(0, 9), min_size=5, max_size=5), min_size=1, max_size=4), st.randoms())
def test_counters_are_followed_one_by_one_in_any_order(series: list[list[int]], random: Any) -> None:
    alone = [total(increase(list(enumerate(each)), window=240)) for each in series]
    mixed = [list(enumerate(each)) for each in series]
    for points in mixed:
        random.shuffle(points)
    assert total(increase(*mixed, window=240)) == sum(alone)


def test_the_restart_of_one_counter_is_not_a_restart_of_all() -> None:
    # Their sum is 200, 101, 103: read as one counter, it would have grown by 103.
    assert total(increase([(0, 100), (1, 100), (2, 101)], [(0, 100), (1, 1), (2, 2)], window=120)) == 3


def test_growth_over_a_gap_is_counted_where_the_gap_ends() -> None:
    read = increase([(0, 0), (1, 10), (4, 40), (5, 50)], window=300)
    assert isinstance(read, Series)
    assert [(point.time, point.value) for point in read.points] == [
        (AT - 300, 10),
        (AT - 120, 30),
        (AT - 60, 10),
    ]
    assert (read.present, read.expected) == (3, 5)


def test_a_counter_that_begins_within_the_window_is_noted_and_its_first_value_not_counted() -> None:
    read = increase([(0, 5), (1, 5), (2, 5)], [(1, 7), (2, 9)], window=120)
    assert total(read) == 2
    assert isinstance(read, Series)
    assert read.notes == ("1 of 2 counters began within the window; what they held at first is not counted",)
    assert isinstance(read.otherwise, Series)
    assert total(read.otherwise) == 9, "if it was born there"


def test_a_counter_that_was_seen_once_says_nothing() -> None:
    words = "no counter has two samples: no series from 2026-01-31T11:58:00Z to 2026-01-31T12:00:00Z"
    once = increase([(1, 5)], window=120)
    assert reason(once, "no-data").startswith(words)
    assert isinstance(once.otherwise, Series)
    assert total(once.otherwise) == 5, "if it was born there"
    assert increase([(0, 5), (1, 5)], [(1, 0), (2, 3)], window=120).otherwise is None, "born with nothing"


def test_what_counters_held_is_in_doubt_by_the_period_in_which_they_were_first_seen() -> None:
    born = [[(1, 7), (4, 7)], [(1, 5), (4, 5)], [(2, 1), (4, 1)]]
    for period, expected in (
        (0, [(AT - 240, 12), (AT - 180, 1)]),
        (60, [(AT - 240, 12), (AT - 180, 1)]),
        (120, [(AT - 240, 13)]),
    ):
        read = increase([(n, 0) for n in range(5)], *born, window=240, each=period)
        assert isinstance(read, Series)
        assert read.otherwise is not None
        assert [(point.time, point.value) for point in read.otherwise.doubtful] == expected


# A value for each period ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reduce", "values", "samples"),
    [("min", [1, 3], None), ("max", [5, 9], None), ("mean", [9, 12], [3, 2]), ("last", [3, 3], None)],
)
def test_the_steps_of_a_period_make_one_value_and_its_share_is_told(
    reduce: str, values: list[int], samples: list[int] | None
) -> None:
    """Three steps of five in the first period, and two in the second; a value stands for the step it ends."""
    asked = replace(question(query="g", reduce=reduce, window=600, period="1m"), period=300)
    start = AT - 600
    points = [(start + 60 * n, str(value)) for n, value in ((1, 1), (4, 5), (5, 3), (6, 9), (10, 3))]
    read = replies(asked, recorded(matrix(points)))
    assert isinstance(read, Series)
    assert [(point.time, point.value) for point in read.points] == [
        (start, values[0]),
        (start + 300, values[1]),
    ]
    assert [point.seen for point in read.points] == [Fraction(3, 5), Fraction(2, 5)]
    assert [point.samples for point in read.points] == (samples or [None, None])
    assert (read.period, read.present, read.expected) == (300, 5, 10)


@pytest.mark.parametrize(
    ("points", "each", "seen"),
    [
        # It was away from the first period to the second: that lacks what this has too much.
        ([(0, 0), (1, 10), (7, 70), (8, 80), (9, 90), (10, 100)], 300, [0, 0]),
        # Within one period it does not matter.
        ([(0, 0), (1, 10), (4, 40), *((n, 10 * n) for n in range(5, 11))], 300, [Fraction(3, 5), 1]),
        ([(0, 0), (1, 10), (3, 30), (4, 40)], 60, [1, 0, 1]),
        ([(0, 0), (1, 10), (2, 20)], 60, [1, 1]),
    ],
)
def test_growth_while_nobody_looked_is_not_seen_in_any_period_that_it_spans(
    points: list[tuple[int, object]], each: int, seen: list[Fraction | int]
) -> None:
    read = increase(points, window=60 * points[-1][0], each=each)
    assert isinstance(read, Series)
    assert [point.seen for point in read.points] == seen


def test_each_value_of_a_declared_count_is_a_number_of_samples() -> None:
    asked = question(query="sum(increase(c_total[{{.window}}]))", unit="count", window=600)
    points = [(AT - 300, "3"), (AT, "4")]
    read = replies(replace(asked, period=300), recorded(matrix(points)))
    assert isinstance(read, Series)
    assert (read.samples, read.counts_events, read.present, read.expected) == (7, True, 2, 2)


def test_the_periods_of_a_query_that_looks_back_are_as_complete_as_its_probe() -> None:
    """In each hour twelve parts of five minutes are probed: all of the first have data, and three of the second."""
    asked = question(query="sum(increase(c_total[{{.window}}]))", unit="count", window=7200)
    start = AT - 7200
    probed = [(start + 300 * n, "1") for n in (*range(1, 13), 14, 15, 24)]
    values = recorded(matrix([(start + 3600, "3"), (AT, "4")]))
    read = replies(replace(asked, period=3600), values, recorded(matrix(probed)))
    assert isinstance(read, Series)
    assert [point.seen for point in read.points] == [1, Fraction(1, 4)]
    assert (read.present, read.expected) == (15, 24)


def test_a_negative_counter_is_a_gauge() -> None:
    assert (
        reason(increase([(0, 1), (1, -1)], window=60))
        == 'the counter {n="0"} is negative at 2026-01-31T12:00:00Z'
    )


GAUGE = [(AT - 180, "0.1"), (AT - 120, "0.7"), (AT - 60, "0.1"), (AT, "0.3")]


@pytest.mark.parametrize(
    ("reduce", "combine", "points"),
    [
        ("min", "min", [("0.1", None), ("0.7", None), ("0.1", None), ("0.3", None)]),
        ("max", "max", [("0.1", None), ("0.7", None), ("0.1", None), ("0.3", None)]),
        ("mean", "mean", [("0.1", 1), ("0.7", 1), ("0.1", 1), ("0.3", 1)]),
        ("last", "single", [("0.3", None)]),
    ],
)
def test_a_gauge_is_exact_and_a_point_stands_for_the_period_it_ends(
    reduce: str, combine: str, points: list[tuple[str, int | None]]
) -> None:
    read = replies(question(query="g", reduce=reduce, window=240, unit="s"), recorded(matrix(GAUGE)))
    assert isinstance(read, Series)
    times = [AT - 240 + 60 * n for n in range(4)][-len(points) :]
    assert read.combine == combine
    assert list(read.points) == [
        Point(time, Fraction(text), samples) for time, (text, samples) in zip(times, points, strict=True)
    ]
    assert (read.present, read.expected, read.newest, read.period) == (4, 4, AT, 60)
    assert (read.window, read.unit.text) == ((AT - 240, AT), "s")
    assert not read.counts_events


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("1", 1),
        ("-1.5", Fraction(-3, 2)),
        ("0.1", Fraction(1, 10)),
        ("1e-07", Fraction(1, 10**7)),
        ("1.7976931348623157e+308", Fraction(17976931348623157) * 10**292),
        ("5e-324", Fraction(5, 10**324)),
        ("17976931348623157" + "0" * 292, Fraction(17976931348623157) * 10**292),
    ],
)
def test_values_are_the_decimals_they_are_written_as(text: str, exact: object) -> None:
    read = value(text)
    assert isinstance(read, Series)
    assert read.points == (Point(AT, Fraction(exact)),)  # type: ignore[arg-type]
    assert (read.combine, read.newest, read.window) == ("single", AT, (AT - 3600, AT))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_double_that_prometheus_can_write_is_read_exactly(number: float) -> None:
    read = value(repr(number))
    assert isinstance(read, Series)
    assert float(read.points[0].value) == number


@pytest.mark.parametrize("text", ["NaN", "+Inf", "-Inf", "Inf"])
def test_what_is_no_finite_number_is_no_measurement(text: str) -> None:
    said = reason(value(text))
    assert said == f"the query returns {text} at 2026-01-31T12:00:00Z, which is not a number"
    gauge = question(query="g", reduce="min", window=240)
    said = reason(replies(gauge, recorded(matrix([*GAUGE[:-1], (AT, text)]))))
    assert said == f"the query returns {text} at 2026-01-31T12:00:00Z, which is not a number"


@pytest.mark.parametrize(
    "text",
    ["", " 1", "1_000", "0x10", "nan", "1e9999", "1,5", "٣", "1.", ".5", "+1", "--1", "1" * 400, "true"],
)
def test_what_is_no_decimal_is_no_measurement(text: str) -> None:
    assert reason(value(text)).startswith("the answer holds the value ")


@pytest.mark.parametrize(
    ("unit", "text", "samples", "events"),
    [
        (None, "300", None, False),
        ("count", "300", 300, True),
        ("requests", "0", 0, True),
        ("count", "299.8", 299, False),
        ("count", "0.4", None, False),
        ("s", "300", None, False),
        ("/min", "300", None, False),
    ],
)
def test_a_declared_count_says_how_many_samples_there_were(
    unit: str | None, text: str, samples: int | None, events: bool
) -> None:
    read = value(text, **({} if unit is None else {"unit": unit}))
    assert isinstance(read, Series)
    assert (read.samples, read.counts_events) == (samples, events)


def test_a_scalar_is_a_value() -> None:
    read = replies(question(query="scalar(up)"), recorded(success("scalar", [AT, "42"])))
    assert isinstance(read, Series)
    assert read.points == (Point(AT, Fraction(42)),)


def test_absence_is_not_zero() -> None:
    assert reason(value(), "no-data") == "no series at 2026-01-31T12:00:00Z, and absence is not zero"
    empty = replies(question(query="g", reduce="max"), recorded(matrix()))
    words = "no series from 2026-01-31T11:00:00Z to 2026-01-31T12:00:00Z, and absence is not zero"
    assert reason(empty, "no-data") == words
    assert reason(replies(question(query="g", reduce="max"), recorded(matrix([]))), "no-data") == words


def test_several_series_are_no_answer_and_the_error_names_them_and_the_mend() -> None:
    codes = [
        {"metric": {"__name__": "up", "job": "shop", "code": code}, "value": [AT, "1"]}
        for code in ("200", "404", "500", "503")
    ]
    read = replies(question(query="up"), recorded(success("vector", codes)))
    assert reason(read) == (
        "the query returns 4 series where one is expected; they differ in code: "
        'up{code="200", job="shop"}, up{code="404", job="shop"}, up{code="500", job="shop"} and 1 more'
    )
    assert isinstance(read, Absence)
    assert read.remedy == "combine them: sum(up) adds them up, max(up) takes the largest"
    both = replies(question(query="g", reduce="max", window=240), recorded(matrix(GAUGE, GAUGE)))
    assert reason(both).startswith("the query returns 2 series where one is expected; they differ in n: ")


TEMPLATED: dict[str, Any] = {"query": "sum(rate(x[{{.window}}]))"}


def test_coverage_is_where_in_the_window_there_was_data() -> None:
    stretches = [(AT - 300 * n, "NaN" if n else "1") for n in range(9)]
    read = replies(question(**TEMPLATED), recorded(vector("0.5")), recorded(matrix(stretches)))
    assert isinstance(read, Series)
    assert (read.present, read.expected) == (9, 12)
    assert read.notes == ()
    # Without a window in it, nobody knows; and it is said.
    alone = value("0.5")
    assert isinstance(alone, Series)
    assert alone.notes == (
        "one value at 2026-01-31T12:00:00Z; for how much of the window there was data is not known",
    )


def test_a_window_without_data_all_along_it_is_not_covered() -> None:
    read = replies(question(**TEMPLATED), recorded(vector("0.5")), recorded(matrix()))
    assert isinstance(read, Series)
    assert (read.present, read.expected) == (0, 12)
    faulty = replies(question(**TEMPLATED), recorded(vector("0.5")), recorded(vector("1")))
    assert reason(faulty).startswith("the query returns something that is not a number")


def test_repeated_points_are_counted_once_and_conflicting_ones_are_nonsense() -> None:
    asked = question(query="g", reduce="max", window=240)
    twice = replies(asked, recorded(matrix([*GAUGE, GAUGE[1]])))
    assert isinstance(twice, Series)
    assert [point.value for point in twice.points] == [Fraction(text) for _, text in GAUGE]
    assert twice.notes == ("1 repeated points were identical and counted once",)
    conflict = replies(asked, recorded(matrix([*GAUGE, (AT - 60, "0.2")])))
    assert reason(conflict) == "the answer holds two different values for 2026-01-31T11:59:00Z"


def test_points_out_of_order_are_sorted() -> None:
    asked = question(query="g", reduce="last", window=240)
    assert replies(asked, recorded(matrix(GAUGE[::-1]))) == replies(asked, recorded(matrix(GAUGE)))


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (AT + 60, "the answer holds a point outside the window that was asked, at 2026-01-31T12:01:00Z"),
        (AT - 240, "the answer holds a point outside the window that was asked, at 2026-01-31T11:56:00Z"),
        (AT - 30, "the answer holds a point between the steps that was asked, at 2026-01-31T11:59:30Z"),
        (AT - 0.5, "the answer holds a time that is not a whole second"),
        (str(AT), "the answer holds a time that is not a whole second"),
        (True, "the answer holds a time that is not a whole second"),
        (None, "the answer holds a time that is not a whole second"),
        (-1, "the answer holds a time before 1970, or in a far future"),
        (1 << 60, "the answer holds a time before 1970, or in a far future"),
    ],
)
def test_a_point_nobody_asked_for_is_nonsense(time: object, words: str) -> None:
    read = replies(
        question(query="g", reduce="max", window=240), recorded(matrix([*GAUGE[:-1], (time, "1")]))
    )
    assert reason(read) == words


@pytest.mark.parametrize(
    ("time", "sound"), [(AT, True), (AT - 299, True), (AT - 300, False), (AT + 1, False)]
)
def test_one_value_is_of_the_moment_that_was_asked_or_of_the_lookback_before_it(
    time: int, sound: bool
) -> None:
    read = replies(question(query="up"), recorded(vector("1", at=time)))
    if sound:
        assert isinstance(read, Series)
        assert read.newest == time
    else:
        assert " was asked for (clocks may differ)" in reason(read)


def test_a_series_twice_is_nonsense() -> None:
    each = {"metric": {"a": "b"}, "value": [AT, "1"]}
    read = replies(question(query="up"), recorded(success("vector", [each, each])))
    assert reason(read) == 'the answer holds the series {a="b"} twice'


def test_a_native_histogram_is_refused() -> None:
    histogram = {"metric": {}, "histogram": [AT, {"count": "5", "sum": "1", "buckets": []}]}
    read = replies(question(query="up"), recorded(success("vector", [histogram])))
    assert reason(read) == "the query returns a native histogram"
    spread = {"metric": {}, "histograms": [histogram["histogram"]]}
    read = replies(question(query="up", reduce="max"), recorded(success("matrix", [spread])))
    assert reason(read) == "the query returns a native histogram"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("matrix", "the query returns the samples of a range, not one value"),
        ("string", "the query returns a text"),
        ("streams", "the query returns something that is not a number"),
        (None, "the query returns something that is not a number"),
    ],
)
def test_an_answer_of_another_type_is_refused(kind: Any, words: str) -> None:
    assert reason(replies(question(query="up"), recorded(success(kind, [])))) == words


def test_a_warning_makes_an_answer_partial_and_an_info_is_a_note() -> None:
    warned = {**recorded(vector("1")), "warnings": ["remote read: store-2 is down"]}
    said = "Prometheus warns that the answer may be partial or wrong: remote read: store-2 is down"
    assert reason(replies(question(query="up"), warned)) == said
    info = 'PromQL info: metric might not be a counter, name does not end in _total: "up"'
    for remark in ({"infos": [info]}, {"warnings": [info]}):
        read = replies(question(query="up"), {**recorded(vector("1")), **remark})
        assert isinstance(read, Series)
        assert f"Prometheus remarks: {info}" in read.notes


@pytest.mark.parametrize(
    "data",
    [
        None, [], {}, {"resultType": "vector"}, {"resultType": "scalar", "result": "42"},
        {"resultType": ["vector"], "result": []},
        *(
            {"resultType": "vector", "result": result}
            for result in (
                None, {}, [None], [{}], [{"metric": {}}], [{"metric": {}, "value": []}],
                [{"metric": [], "value": [AT, "1"]}], [{"metric": {}, "value": [AT, 1]}],
                [{"metric": {}, "value": {"0": 1}}], [{"metric": {}, "values": [[AT, "1"]]}],
            )
        ),
    ],
)  # fmt: skip
def test_a_recording_of_another_shape_is_a_failure_and_no_crash(data: Any) -> None:
    assert reason(replies(question(query="up"), {"data": data, "warnings": [], "infos": []}))


def test_a_recording_without_its_parts_is_a_failure() -> None:
    for response in ({}, {"data": vector("1")["data"]}, {**recorded(vector("1")), "infos": None}):
        assert reason(replies(question(query="up"), response))


def test_what_was_not_recorded_is_said() -> None:
    one, other = question(query="up"), question(query="up", at=AT - 60)
    (request,) = SOURCE.requests([one])
    (read,) = SOURCE.read([other], [Exchange(request, recorded(vector("1")))])
    assert reason(read, "not-recorded") == "the evidence holds no answer to this query over this window"


def test_two_answers_to_one_query_are_none() -> None:
    asked = question(query="up")
    (request,) = SOURCE.requests([asked])
    both = [Exchange(request, recorded(vector(each))) for each in ("1", "2")]
    for exchanges in (both, both[::-1], [*both, both[0]]):
        (read,) = SOURCE.read([asked], exchanges)
        assert reason(read) == TWO_ANSWERS.message
    (read,) = SOURCE.read([asked], [both[0], both[0]])
    assert isinstance(read, Series)


def test_a_range_in_parts_is_one_series() -> None:
    asked = question(query="c_total", reduce="increase", window=12_000, period="1s")
    parts = [
        [(moment, str(moment - AT + 12_000)) for moment in range(each["start"], each["end"] + 1)]
        for each in (request.parameters for request in SOURCE.requests([asked]))
    ]
    assert len(parts) == 2
    read = replies(asked, *(recorded(matrix(points)) for points in parts))
    assert isinstance(read, Series)
    assert total(read) == 12_000
    assert (read.present, read.expected) == (12_000, 12_000)
