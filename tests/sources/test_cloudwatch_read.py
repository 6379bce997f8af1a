"""From answers to series, without an endpoint: what is sound, and every contradiction that is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest

from checker import sources
from checker.model import (
    Absence,
    ConnectionDeclaration,
    Exchange,
    Failure,
    Point,
    Question,
    Request,
    Series,
    Share,
)
from checker.sources.recorded import TWO_ANSWERS
from checker.units import parse_threshold

AT = 1_769_860_800
END = AT - 300
"""The window ends where data is expected to have arrived."""
DAY = 86_400
SOURCE = sources.find("CloudWatch")

Points = Sequence[tuple[Any, Any]]
"""(seconds since the window's start, value) of each point of a statistic."""


def question(stat: str = "Sum", window: int = 600, metric: str = "Time", **more: Any) -> Question:
    query = SOURCE.Query(
        source="CloudWatch", namespace="App", metricName=metric, stat=stat, **more.pop("keys", {})
    )
    return Question(query, AT, window, ConnectionDeclaration("aws", ()), **more)


def request(*asked: Question) -> Request:
    """The one request that asks for data."""
    (made,) = [each for each in SOURCE.requests(asked) if each.operation == "GetMetricData"]
    return made


def exchange(made: Request, **by_stat: Points | Mapping[str, Any]) -> Exchange:
    """The request with a sound answer: the points of each statistic, or what its result holds beside them."""
    results = []
    for entry in made.parameters["MetricDataQueries"]:
        given = by_stat["rank" if "PR" in entry["MetricStat"]["Stat"] else entry["MetricStat"]["Stat"]]
        more = given if isinstance(given, Mapping) else {}
        points = given.get("points", ()) if isinstance(given, Mapping) else given
        start = made.parameters["StartTime"]
        times = [start + time if type(time) in (int, float) else time for time, _ in points]
        values = [value for _, value in points]
        rest = {key: value for key, value in more.items() if key != "points"}
        results.append(
            {"Id": entry["Id"], "StatusCode": "Complete", "Timestamps": times, "Values": values, **rest}
        )
    return Exchange(made, {"pages": [{"MetricDataResults": results}]})


def read(asked: Question, **by_stat: Points | Mapping[str, Any]) -> Series | Absence:
    (found,) = SOURCE.read([asked], [exchange(request(asked), **by_stat)])
    return found


def series(asked: Question, **by_stat: Points | Mapping[str, Any]) -> Series:
    found = read(asked, **by_stat)
    assert isinstance(found, Series), found
    return found


def reason(found: Series | Absence) -> str:
    assert isinstance(found, Absence), found
    assert found.kind == "failed"
    assert found.remedy
    return found.reason


# Points ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "points",
    [
        [(0, 1.0), (300, 2.0)],
        [(300, 2.0), (0, 1.0)],
        [(0.0, 1.0), (300.0, 2.0)],
        [(0, 1), (300, 2)],
        [(0, 1.0), (300, 2.0), (0, 1.0)],
    ],
)
def test_points_are_read_in_whichever_order_they_come(points: Points) -> None:
    found = series(question(), Sum=points)
    assert found.points == (Point(END - 600, Fraction(1)), Point(END - 300, Fraction(2)))
    assert (found.combine, found.counts_events, found.period) == ("sum", True, 300)
    assert (found.present, found.expected, found.newest) == (2, 2, END)
    repeated = len(points) - 2
    assert found.notes == (("1 repeated points were identical and counted once",) if repeated else ())


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([(0, "NaN")], "a value that is not a finite number: NaN"),
        ([(0, float("nan"))], "a value that is not a finite number: nan"),
        ([(0, float("inf"))], "a value that is not a finite number: inf"),
        ([(0, float("-inf"))], "a value that is not a finite number: -inf"),
        ([(0, True)], "a value that is not a finite number: True"),
        ([(0, 1.0), (300, float("inf"))], "a value that is not a finite number: inf"),
        ([(0.5, 1.0)], f"a time that is not a whole second: {END - 600 + 0.5}"),
        ([("0", 1.0)], "a time that is not a whole second: 0"),
        ([(True, 1.0)], "a time that is not a whole second: True"),
        ([(-300, 1.0), (0, 1.0)], "a point outside the window that was asked (clocks may differ)"),
        ([(0, 1.0), (600, 1.0)], "a point outside the window that was asked (clocks may differ)"),
        ([(60, 1.0)], "a point between the periods that were asked"),
        ([(0, 1.0), (301, 1.0)], "a point between the periods that were asked"),
        ([(0, 1.0), (0, 2.0)], "two different values for one time"),
        ([(0, 1.0), (300, 1.0), (0, 2.0)], "two different values for one time"),
    ],
)
def test_a_point_that_cannot_be_is_no_measurement(points: Points, said: str) -> None:
    assert reason(read(question(), Sum=points)) in (f"the answer holds {said}", f"the answer holds a {said}")


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"StatusCode": "PartialData"}, "CloudWatch answered PartialData instead of Complete"),
        ({"StatusCode": None}, "CloudWatch answered None instead of Complete"),
        (
            {"StatusCode": "Forbidden", "Messages": [{"Code": "no", "Value": "not yours"}]},
            "CloudWatch answered Forbidden instead of Complete (no: not yours)",
        ),
        (
            {"Messages": [{"Code": "a", "Value": "b"}]},
            "CloudWatch sent a message with the answer: a: b",
        ),
        ({"Values": [1.0, 2.0]}, "the answer has 1 times and 2 values"),
        ({"Timestamps": []}, "the answer has 0 times and 1 values"),
        ({"Timestamps": None}, "the answer is not a valid GetMetricData response"),
        ({"Id": "another"}, "the answer holds a metric that was not asked for"),
    ],
)
def test_an_answer_that_is_not_complete_is_no_measurement(result: Mapping[str, Any], said: str) -> None:
    found = read(question(), Sum={"points": [(0, 1.0)], **result})
    assert reason(found) == said


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (None, "the answer holds no page"),
        ({}, "the answer holds no page"),
        ({"pages": []}, "the answer holds no page"),
        ({"pages": {"0": {}}}, "the answer holds no page"),
        ({"pages": [{}]}, "the answer is not a valid GetMetricData response"),
        ({"pages": [None]}, "the answer is not a valid GetMetricData response"),
        ({"pages": [{"MetricDataResults": None}]}, "the answer is not a valid GetMetricData response"),
        ({"pages": [{"MetricDataResults": [{}]}]}, "the answer is not a valid GetMetricData response"),
        ({"pages": [{"MetricDataResults": []}]}, "the answer does not hold the metric asked for"),
        (
            {"pages": [{"MetricDataResults": [], "Messages": [{"Code": "a", "Value": "b"}]}]},
            "CloudWatch sent a message with the answer: a: b",
        ),
    ],
)
def test_a_recording_of_another_shape_is_a_failure_and_no_crash(response: Any, said: str) -> None:
    asked = question()
    (found,) = SOURCE.read([asked], [Exchange(request(asked), response)])
    assert reason(found) == said


@pytest.mark.parametrize("key", ["StartTime", "EndTime", "MetricDataQueries"])
@pytest.mark.parametrize("value", [None, "x", 5.5, [], [5], ["Id"], [{}], [{"Id": []}], {"Id": "q0"}, True])
def test_a_recorded_request_of_another_shape_asked_for_nothing(key: str, value: Any) -> None:
    asked = question()
    whole = exchange(request(asked), Sum=[(0, 1.0)])
    broken = whole.request._replace(parameters={**whole.request.parameters, key: value})
    without = broken._replace(parameters={k: v for k, v in broken.parameters.items() if k != key})
    for made in (broken, without):
        (found,) = SOURCE.read([asked], [whole._replace(request=made)])
        assert isinstance(found, Absence)
        assert found.kind == "not-recorded"


@pytest.mark.parametrize(
    "listing",
    [
        {},
        {"Metrics": None},
        {"Metrics": True},
        {"Metrics": ["Time"]},
        {"Metrics": [{}]},
        {"Metrics": [{"MetricName": "Time", "Dimensions": [{"Value": "a"}]}]},
        {"Metrics": [{"MetricName": "Time", "Dimensions": [{"Name": "a"}]}]},
        {"Metrics": [{"MetricName": "Time", "Dimensions": 5}]},
    ],
)
def test_a_listing_of_another_shape_explains_nothing(listing: Any) -> None:
    asked = question()
    empty = exchange(request(asked), Sum=[])
    listed = [Exchange(each, listing) for each in SOURCE.follow_ups([asked], [empty])]
    (found,) = SOURCE.read([asked], [empty, *listed])
    (unexplained,) = SOURCE.read([asked], [empty])
    assert isinstance(found, Absence)
    assert (found, len(listed)) == (unexplained, 2)


def test_two_answers_to_one_query_are_none() -> None:
    asked = question()
    one, other = (exchange(request(asked), Sum=[(0, value), (300, 1.0)]) for value in (1.0, 2.0))
    for exchanges in ([one, other], [other, one], [one, other, one]):
        (found,) = SOURCE.read([asked], exchanges)
        assert reason(found) == TWO_ANSWERS.message
    (found,) = SOURCE.read([asked], [one, one])
    assert isinstance(found, Series)


def test_what_was_not_recorded_is_said() -> None:
    (found,) = SOURCE.read([question(metric="Other")], [exchange(request(question()), Sum=[(0, 1.0)])])
    assert isinstance(found, Absence)
    assert (found.kind, found.reason) == (
        "not-recorded",
        "the evidence holds no answer to this query over this window",
    )


def test_why_there_is_no_data_is_asked_only_of_what_was_answered_and_empty() -> None:
    empty, full = question(metric="Empty"), question(metric="Full")
    failed = question(metric="Failed", window=1200)
    exchanges = [
        exchange(request(empty), Sum=[]),
        exchange(request(full), Sum=[(0, 1.0)]),
        Exchange(request(failed), None, Failure("AccessDenied", "denied", "ask for it")),
    ]
    asked = SOURCE.follow_ups([empty, full, failed], exchanges)
    assert [each.parameters.get("MetricName") for each in asked] == ["Empty", None]
    assert SOURCE.follow_ups([full, failed], exchanges[1:]) == []


# Samples ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("counts", [(1.5, 2.5), (2.0, 2.5), (-1.0, 5.0), (0.0, 0.0), (-2.0, 1.0)])
@pytest.mark.parametrize("stat", ["p95", "Average"])
def test_a_number_of_samples_is_whole_and_above_zero(counts: tuple[float, float], stat: str) -> None:
    main = {"p95": [(0, 9.0)], "Sum": [(0, 9.0), (300, 9.0)]}
    found = read(question(stat), **main, SampleCount=[(0, counts[0]), (300, counts[1])])
    assert reason(found) == "CloudWatch answered a sample count that is not a whole number above zero"


def test_a_period_without_samples_is_no_trouble_where_others_have_some() -> None:
    found = series(question("p95"), p95=[(0, 9.0)], SampleCount=[(0, 0.0), (300, 5.0)])
    assert (found.samples, found.quantile, found.present, found.expected) == (5, Fraction(95, 100), 2, 2)
    assert (found.points, found.combine) == ((Point(END - 600, Fraction(9)),), "single")
    means = series(question("Average"), Sum=[(0, 0.0), (300, 10.0)], SampleCount=[(0, 0.0), (300, 5.0)])
    assert [point.samples for point in means.points] == [0, 5]
    assert (means.combine, means.samples) == ("mean", 5)


@pytest.mark.parametrize(
    ("stat", "main", "counts", "said"),
    [
        ("Average", [], [(0, 2.0)], "CloudWatch answered samples but no Average, or the other way round"),
        ("Average", [(0, 2.0)], [], "CloudWatch answered samples but no Average, or the other way round"),
        ("p95", [(0, 2.0)], [], "CloudWatch answered samples but no p95, or the other way round"),
        ("p95", [], [(0, 2.0), (300, 3.0)], "there are 5 samples, but CloudWatch computes no p95 of them"),
        (
            "Average",
            [(0, 2.0)],
            [(300, 2.0)],
            "CloudWatch answered sums and sample counts of different periods",
        ),
        (
            "Average",
            [(0, 2.0)],
            [(0, 2.0), (300, 2.0)],
            "CloudWatch answered sums and sample counts of different periods",
        ),
    ],
)
def test_a_statistic_and_its_samples_come_together(
    stat: str, main: Points, counts: Points, said: str
) -> None:
    found = read(question(stat), p95=main, Sum=main, SampleCount=counts)
    assert reason(found).partition(":")[0] == said


@pytest.mark.parametrize(
    ("stat", "values", "counts_events"),
    [("Sum", (1.0, 2.0), True), ("Sum", (1.5, 2.0), False), ("Maximum", (1.0, 2.0), False)],
)
def test_only_whole_sums_are_events(stat: str, values: tuple[float, float], counts_events: bool) -> None:
    points = [(0, values[0]), (300, values[1])]
    assert series(question(stat), **{stat: points}).counts_events is counts_events
    each = question(stat, period=300, window=600)
    assert series(each, **{stat: points}).counts_events is counts_events


@pytest.mark.parametrize(
    ("stat", "main", "counts", "said"),
    [
        (
            "Maximum",
            [(0, 2.0)],
            [(0, 1.0), (300, 1.0)],
            "CloudWatch answered Maximum and sample counts of different periods",
        ),
        (
            "Maximum",
            [(0, 2.0), (300, 2.0)],
            [(0, 1.0)],
            "CloudWatch answered Maximum and sample counts of different periods",
        ),
        (
            "p95",
            [(0, 2.0)],
            [(0, 1.0), (300, 4.0)],
            "there are 4 samples, but CloudWatch computes no p95 of them",
        ),
        (
            "p95",
            [(0, 2.0), (300, 2.0)],
            [(0, 1.0)],
            "CloudWatch answered samples but no p95, or the other way round",
        ),
    ],
)
def test_each_period_has_a_value_and_its_samples(stat: str, main: Points, counts: Points, said: str) -> None:
    asked = question(stat, period=300, samples=True)
    assert reason(read(asked, **{stat: main}, SampleCount=counts)).partition(":")[0] == said
    found = series(asked, **{stat: [(0, 2.0)]}, SampleCount=[(0, 3.0)])
    assert found.points == (Point(END - 600, Fraction(2), 3),)


# Ranks -----------------------------------------------------------------------------------------------------


def of_days(rank: Points, counts: Points) -> Series | Absence:
    """A p95 over two days, which is judged by how many samples are beneath its threshold."""
    asked = question("p95", 2 * DAY, thresholds=(parse_threshold("<= 500"),))
    return read(asked, rank=rank, SampleCount=counts)


def test_ranks_of_periods_add_up_to_a_number_of_samples() -> None:
    found = of_days([(0, 50.0), (3600, 100.0)], [(0, 10.0), (3600, 4.0)])
    assert isinstance(found, Series)
    assert found.shares == (Share(Fraction(500), True, 9, 14),)
    assert (found.points, found.samples, found.present, found.expected) == ((), 14, 2, 48)


def test_the_rank_of_a_window_counts_the_samples_of_all_its_periods() -> None:
    asked = question("p95", thresholds=(parse_threshold("<= 500"),), shares=True)
    found = series(asked, p95=[(0, 9.0)], rank=[(0, 75.0)], SampleCount=[(0, 4.0), (300, 4.0)])
    assert found.shares == (Share(Fraction(500), True, 6, 8),)


@pytest.mark.parametrize(
    ("rank", "said"),
    [
        ([(0, 50.0)], "CloudWatch answered percentile ranks and sample counts of different periods"),
        (
            [(0, 50.0), (3600, 50.0), (7200, 50.0)],
            "CloudWatch answered percentile ranks and sample counts of different periods",
        ),
        (
            [(0, 54.0), (3600, 50.0)],
            "a percentile rank times its sample count is not a whole number of samples",
        ),
        (
            [(0, 56.0), (3600, 50.0)],
            "a percentile rank times its sample count is not a whole number of samples",
        ),
        (
            [(0, 110.0), (3600, 50.0)],
            "a percentile rank times its sample count is not a whole number of samples",
        ),
        (
            [(0, -10.0), (3600, 50.0)],
            "a percentile rank times its sample count is not a whole number of samples",
        ),
    ],
)
def test_a_rank_that_is_of_no_number_of_samples_is_no_measurement(rank: Points, said: str) -> None:
    assert reason(of_days(rank, [(0, 10.0), (3600, 4.0)])) == said


# Periods ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "period", "window", "said"),
    [
        ({}, 300, 900, []),
        ({"period": "5m"}, 300, 900, []),
        ({"period": "1m"}, 300, 900, ["the query's period is 1m, and the evaluation's 5m"]),
        ({}, 61, 610, ["CloudWatch has no period of 61s"]),
        ({}, 7, 30 * DAY, ["CloudWatch has no period of 7s"]),
        ({}, 60, 30 * DAY, ["CloudWatch keeps no periods of 1m as far back as 30d"]),
    ],
)
def test_what_can_be_asked_for_each_period(
    keys: Mapping[str, Any], period: int, window: int, said: list[str]
) -> None:
    asked = question(keys=keys)
    assert [each[1] for each in SOURCE.check_periods(asked.query, period, window)] == said


def test_the_lag_is_what_the_query_says() -> None:
    assert [SOURCE.lag(question(keys=keys).query) for keys in ({}, {"lag": "10m"})] == [300, 600]
