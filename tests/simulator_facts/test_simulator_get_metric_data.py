"""GetMetricData: what is rejected, the order of points, pages, labels and arithmetic."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def ask(client, simulator):
    """GetMetricData over the last hour, with whatever else is given."""

    def ask(queries, **request):
        window = {"StartTime": simulator.now - 3600, "EndTime": simulator.now}
        return client.get_metric_data(**{"MetricDataQueries": queries, **window, **request})

    return ask


@pytest.fixture
def minutes(simulator):
    """Five minutes with the values 1 to 5; returns their times, oldest first."""
    times = [simulator.now - 300 + 60 * index for index in range(5)]
    simulator.put("Shop", "Orders", {}, "Count", list(zip(times, (1.0, 2.0, 3.0, 4.0, 5.0), strict=True)))
    return times


def rejected(ask, queries, **request):
    with pytest.raises(ClientError) as caught:
        ask(queries, **request)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_points_come_newest_first_unless_asked_otherwise(ask, query, minutes):
    """Fact: the default of ScanBy is TimestampDescending."""
    for scan, values in (
        ({}, [5, 4, 3, 2, 1]),
        ({"ScanBy": "TimestampDescending"}, [5, 4, 3, 2, 1]),
        ({"ScanBy": "TimestampAscending"}, [1, 2, 3, 4, 5]),
    ):
        [result] = ask([query()], **scan)["MetricDataResults"]
        assert result["Values"] == values
        times = [int(moment.timestamp()) for moment in result["Timestamps"]]
        assert times == (minutes if values[0] == 1 else minutes[::-1])


def test_a_scan_that_does_not_exist_is_rejected(ask, query):
    assert rejected(ask, [query()], ScanBy="Sideways")[0] == "ValidationError"


def test_the_shape_of_an_answer(ask, query, minutes):
    """Fact: StatusCode is Complete when all points came; Label is the metric's name or what was asked."""
    answer = ask(
        [query(name="a"), query(name="b", metric=("Shop", "Nothing"), Label="No shop"), query(name="c")]
    )
    assert [result["Id"] for result in answer["MetricDataResults"]] == ["a", "b", "c"]
    first, empty, _ = answer["MetricDataResults"]
    assert first["Label"] == "Orders"
    assert (empty["Label"], empty["Values"], empty["Timestamps"]) == ("No shop", [], [])
    assert {result["StatusCode"] for result in answer["MetricDataResults"]} == {"Complete"}
    assert answer["Messages"] == []
    assert "NextToken" not in answer
    assert "Messages" not in first


def test_return_data_false_hides_a_result(ask, query, minutes):
    answer = ask([query(name="a", ReturnData=False), query(name="b", ReturnData=True)])
    assert [result["Id"] for result in answer["MetricDataResults"]] == ["b"]


@pytest.mark.parametrize("name", ["Q", "1a", "a-b", "a b", "_a", "ä"])
def test_an_id_begins_lower_case_and_holds_letters_digits_underscores(ask, query, name):
    """Fact: "The first character must be a lowercase letter"."""
    code, message = rejected(ask, [query(name=name)])
    assert code == "ValidationError"
    assert f"The value {name} for parameter MetricDataQueries.member.1.Id" in message


def test_ids_are_unique(ask, query):
    """Fact: an Id must be unique within one call."""
    code, message = rejected(ask, [query(name="a"), query(name="a")])
    assert (code, "not unique" in message) == ("ValidationError", True)


def test_every_problem_is_named(ask, query):
    """Fact: AWS lists each rejected parameter on a line of its own."""
    _, message = rejected(ask, [query("Mean"), query(name="B"), query("Sum", 7, name="c")])
    assert [line.split()[5].split(".", 1)[1] for line in message.splitlines()] == [
        "member.1.MetricStat.Stat",
        "member.2.Id",
        "member.3.MetricStat.Period",
    ]


def test_five_hundred_queries_are_the_most(ask, query):
    """Fact: up to 500 MetricDataQuery structures a call."""
    queries = [query(name=f"q{index}") for index in range(501)]
    assert len(ask(queries[:500])["MetricDataResults"]) == 500
    code, message = rejected(ask, queries)
    assert (code, message) == (
        "ValidationError",
        "The collection MetricDataQueries must not have a size greater than 500.",
    )


@pytest.mark.parametrize("period", [1, 5, 10, 20, 30, 60, 120, 3600, 86_400])
def test_periods_that_exist(ask, query, period):
    """Fact: 1, 5, 10, 20, 30 or a multiple of 60; at most a day."""
    assert ask([query(period=period)])["MetricDataResults"][0]["StatusCode"] == "Complete"


@pytest.mark.parametrize("period", [2, 7, 15, 61, 90, 86_460])
def test_periods_that_do_not(ask, query, period):
    code, message = rejected(ask, [query(period=period)])
    assert code == "ValidationError"
    assert message.startswith(
        f"The value {period} for parameter MetricDataQueries.member.1.MetricStat.Period"
    )


@pytest.mark.parametrize(("start", "end"), [(0, 0), (60, 0)])
def test_the_range_must_not_be_empty(ask, query, simulator, start, end):
    code, message = rejected(ask, [query()], StartTime=simulator.now + start, EndTime=simulator.now + end)
    assert (code, message) == (
        "ValidationError",
        "The parameter StartTime must be less than the parameter EndTime.",
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"unit": "Minutes"}, "ValidationError", id="unit"),
        pytest.param({"metric": ("", "Orders")}, "MissingParameter", id="no namespace"),
        pytest.param({"metric": ("Shop", "")}, "MissingParameter", id="no metric"),
        pytest.param({"dimensions": {"": "x"}}, "MissingParameter", id="no dimension name"),
        pytest.param({"dimensions": {"City": ""}}, "MissingParameter", id="no dimension value"),
        pytest.param(
            {"dimensions": {f"D{index}": "x" for index in range(31)}}, "ValidationError", id="31 dimensions"
        ),
    ],
)
def test_other_parameters_are_checked(connect, simulator, query, changes, code):
    unchecked = connect(parameter_validation=False)
    window = {"StartTime": simulator.now - 60, "EndTime": simulator.now}
    with pytest.raises(ClientError) as caught:
        unchecked.get_metric_data(MetricDataQueries=[query(**changes)], **window)
    assert caught.value.response["Error"]["Code"] == code


def test_pages_are_cut_by_data_points_over_all_ids(ask, query, minutes, simulator):
    """Fact: MaxDatapoints a call, then NextToken; a series cut in two is PartialData and comes again."""
    simulator.put("Shop", "Few", {}, "Count", [(minutes[0], 9.0)])
    few, none = {"metric": ("Shop", "Few")}, {"metric": ("Shop", "None")}
    queries = [query(name="a"), query(name="b", **none), query(name="c", **few), query(name="d")]
    pages, token = [], {}
    while True:
        answer = ask(queries, MaxDatapoints=3, **token)
        pages.append([(row["Id"], row["Values"], row["StatusCode"]) for row in answer["MetricDataResults"]])
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert pages == [
        [("a", [5, 4, 3], "PartialData")],
        [("a", [2, 1], "Complete"), ("b", [], "Complete"), ("c", [9], "Complete")],
        [("d", [5, 4, 3], "PartialData")],
        [("d", [2, 1], "Complete")],
    ]


def test_an_id_without_points_comes_on_one_page_only(ask, query, minutes):
    nothing = {"metric": ("Shop", "None")}
    queries = [query(name="a", **nothing), query(name="b"), query(name="c", **nothing), query(name="d")]
    first = ask(queries, MaxDatapoints=5)
    second = ask(queries, MaxDatapoints=5, NextToken=first["NextToken"])
    assert [row["Id"] for row in first["MetricDataResults"]] == ["a", "b", "c"]
    assert [row["Id"] for row in second["MetricDataResults"]] == ["d"]
    assert "NextToken" not in second


def test_a_page_holds_at_most_100800_points(query, simulator):
    """Fact: the default and the most of MaxDatapoints is 100,800. (Without boto3, which parses times slowly.)"""
    start = simulator.now - 10 * 86_400
    points = [(start + 60 * index, 1.0) for index in range(14_400)]
    simulator.put("Shop", "Orders", {}, "Count", points)
    queries = [query(name=f"q{index}") for index in range(8)]
    window = {"MetricDataQueries": queries, "StartTime": start, "EndTime": simulator.now}
    headers = {"X-Amz-Target": "GraniteServiceVersion20100801.GetMetricData"}

    def page(**request):
        body = json.dumps({**window, **request}).encode()
        with urlopen(Request(simulator.url, body, headers), timeout=10) as response:
            answer = json.load(response)
        return sum(len(row["Values"]) for row in answer["MetricDataResults"]), answer.get("NextToken")

    assert page()[0] == 100_800
    count, token = page(MaxDatapoints=1_000_000)
    assert count == 100_800
    assert page(MaxDatapoints=1_000_000, NextToken=token) == (8 * 14_400 - 100_800, None)


def test_the_paginator_of_boto3_repeats_an_id_that_was_cut(client, query, minutes, simulator):
    """Fact: build_full_result does not merge by Id; whoever reads pages must."""
    paginator = client.get_paginator("get_metric_data")
    window = {"StartTime": simulator.now - 3600, "EndTime": simulator.now}
    pages = paginator.paginate(MetricDataQueries=[query()], MaxDatapoints=2, **window)
    results = pages.build_full_result()["MetricDataResults"]
    assert [(row["Id"], row["Values"]) for row in results] == [("q", [5, 4]), ("q", [3, 2]), ("q", [1])]


def test_a_token_nobody_gave_out_is_rejected(ask, query, minutes):
    """Fact: InvalidNextToken."""
    assert rejected(ask, [query()], NextToken="abc")[0] == "InvalidNextToken"
    token = ask([query()], MaxDatapoints=1)["NextToken"]
    code, message = rejected(ask, [query("Average")], MaxDatapoints=1, NextToken=token)
    assert (code, "another request" in message) == ("InvalidNextToken", True)


@pytest.mark.parametrize("size", [0, -1])
def test_a_page_of_nothing_is_rejected(ask, query, size):
    assert rejected(ask, [query()], MaxDatapoints=size)[0] == "ValidationError"


def test_arithmetic_takes_a_missing_point_for_zero_and_drops_a_division_by_zero(ask, query, simulator):
    """Fact (metric math): missing is 0 in arithmetic; a division by zero gives no data point."""
    now = simulator.now
    simulator.put("Shop", "Bad", {}, "Count", [(now - 180, 1.0), (now - 120, 2.0)])
    simulator.put("Shop", "All", {}, "Count", [(now - 120, 4.0), (now - 60, 8.0)])
    answer = ask(
        [
            query(name="bad", metric=("Shop", "Bad"), ReturnData=False),
            query(name="all", metric=("Shop", "All"), ReturnData=False),
            {"Id": "percent", "Expression": "share * 100", "Label": "Percent bad"},
            {"Id": "share", "Expression": "1 - (all - bad) / all", "ReturnData": False},
        ],
        ScanBy="TimestampAscending",
    )
    [result] = answer["MetricDataResults"]
    assert (result["Id"], result["Label"], result["Values"]) == ("percent", "Percent bad", [50.0, 0.0])
    assert [int(moment.timestamp()) for moment in result["Timestamps"]] == [now - 120, now - 60]


def test_a_request_with_math_is_not_paged(ask, query, minutes):
    """Fact: "NextToken is not returned if you are performing a math expression"."""
    answer = ask([query(name="a"), {"Id": "e", "Expression": "-a"}], MaxDatapoints=2)
    assert "NextToken" not in answer
    assert [row["Values"] for row in answer["MetricDataResults"]] == [[5, 4, 3, 2, 1], [-5, -4, -3, -2, -1]]


@pytest.mark.parametrize(
    "expression",
    [
        *(
            "SUM(METRICS())",
            "FILL(q, 0)",
            "RATE(q)",
            "q > 1",
            "q ^ 2",
            "q ** 2",
            "IF(q, 1, 0)",
            "q +",
            "1 + 1",
        ),
        'SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId)',
        "SEARCH('{AWS/EC2,InstanceId} CPUUtilization', 'Average', 300)",
        *("q + nobody", "e + q", "q[0]", "__import__('os')", "q.values", "True * q"),
    ],
)
def test_math_that_is_not_simulated_is_rejected_never_empty(ask, query, minutes, expression):
    code, message = rejected(ask, [query(), {"Id": "e", "Expression": expression}])
    assert code == "ValidationError", message


def test_a_query_is_a_metric_or_an_expression_never_both(ask, query):
    """Fact: "you must specify either Expression or MetricStat but not both"."""
    both = query(Expression="1")
    neither = {"Id": "n"}
    for row in (both, neither):
        code, message = rejected(ask, [row])
        assert (code, message.startswith("Exactly one of")) == ("ValidationError", True)


def test_expressions_that_refer_to_each_other_are_rejected(ask, query, minutes):
    circle = [{"Id": "a", "Expression": "b + q"}, {"Id": "b", "Expression": "a * 2"}]
    code, message = rejected(ask, [query(), *circle])
    assert (code, message) == ("ValidationError", "The expressions refer to each other in a circle.")
