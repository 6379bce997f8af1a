"""What a CloudWatchLogs query may say, what is found before it is asked, and what is asked for it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checker.model import ConnectionDeclaration, Question, Request
from checker.sources.cloudwatch_logs.language import COMMANDS, commands, result
from checker.spec.json_schema import generate
from checker.units import NUMBER, parse_unit
from tests.sources.cloudwatch_logs_asking import AT, COUNT, END, HOUR, LOGS, query, question


def problems(text: str = COUNT, window: int | None = HOUR, **keys: Any) -> list[tuple[str, str, str]]:
    return [tuple(each) for each in LOGS.check(query(query=text, **keys), window)]


def refusals(**keys: Any) -> list[tuple[str, str]]:
    """The path and the message of each mistake that the model finds."""
    with pytest.raises(ValidationError) as caught:
        query(**keys)
    return [
        (".".join(map(str, each["loc"])), each["msg"].removeprefix("Value error, "))
        for each in caught.value.errors()
    ]


ARN = "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/shop"


@pytest.mark.parametrize(
    ("keys", "place", "message"),
    [
        (
            {"logGroups": [ARN + ":*"]},
            "logGroups.0",
            f"ends with '*', which a query does not accept; write '{ARN}'",
        ),
        ({"logGroups": ["/aws/lambda/*"]}, "logGroups.0", "write prefixes under logGroupPrefixes"),
        ({"logGroups": ["a b"]}, "logGroups.0", "'a b' is not a log group; write its name"),
        ({"logGroups": [5]}, "logGroups.0", "'5' is not a log group; write its name"),
        ({"logGroups": [f"g{n}" for n in range(51)]}, "logGroups", "at most 50"),
        ({"logGroupPrefixes": ["/a'b"]}, "logGroupPrefixes.0", "pattern"),
        ({"logGroupPrefixes": list("abcdef")}, "logGroupPrefixes", "at most 5"),
        ({"logGroups": []}, "", "no log group is named; name them under logGroups"),
        (
            {"logGroups": ["a"], "logGroupPrefixes": ["b"]},
            "",
            "AWS takes logGroups or logGroupPrefixes, not both; remove one",
        ),
        ({"query": ""}, "query", "at least 1"),
        ({"query": "x" * 10_001}, "query", "at most 10000"),
        ({"unit": "parsec"}, "unit", "'parsec' is not a unit"),
        ({"unit": None}, "unit", "the key has no value"),
        (
            {"byteBudget": 5},
            "byteBudget",
            "5 is not an amount of data; write a number and a unit, as in 500 MB",
        ),
        ({"byteBudget": "5"}, "byteBudget", "'5' is not an amount of data"),
        ({"byteBudget": "-5 GB"}, "byteBudget", "'-5 GB' is not an amount of data"),
        ({"byteBudget": "1e3 GB"}, "byteBudget", "'1e3 GB' is not an amount of data"),
        ({"byteBudget": "5 GiG"}, "byteBudget", "'GiG' is not a unit"),
        ({"byteBudget": "5 s"}, "byteBudget", "'5 s' is a time (s); write an amount of data"),
        ({"byteBudget": "0.5 B"}, "byteBudget", "less than a byte"),
        ({"lag": 300}, "lag", "has no unit"),
        ({"combine": "average"}, "combine", "'sum', 'min', 'max' or 'mean'"),
        ({"value": "p95"}, "value", "Extra inputs are not permitted"),
    ],
)
def test_the_model_refuses(keys: dict[str, Any], place: str, message: str) -> None:
    ((where, said),) = refusals(**keys)
    assert where == place
    assert message in said


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("5 GB", 5 * 10**9),
        ("5GB", 5 * 10**9),
        ("0.1 TB", 10**11),
        ("1.5 kB", 1500),
        ("1 MiB", 2**20),
        ("9 bits", 1),
    ],
)
def test_a_byte_budget_is_exact(text: str, amount: int) -> None:
    assert query(byteBudget=text).byteBudget == amount
    (_, request) = LOGS.requests([question(byteBudget=text)])
    assert request.parameters["byteBudget"] == amount


def test_the_schema_takes_the_query_as_text() -> None:
    """The key has the name of a definition that all sources share."""
    properties = generate("checker/v1")["$defs"]["CloudWatchLogsQuery"]["properties"]
    assert (properties["query"]["type"], properties["query"]["maxLength"]) == ("string", 10_000)
    assert re.fullmatch(properties["byteBudget"]["pattern"], "5 GB")


def test_the_unit_is_the_query_s_own() -> None:
    assert LOGS.unit(query()) == NUMBER
    assert LOGS.unit(query(unit="ms")) == parse_unit("ms")


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("filter a = 1", "the query has no stats: it would return log events", "end it with stats"),
        ("filter a in (SOURCE 'x' | stats count(*) by a)", "the query has no stats", "end it with stats"),
        (
            "stats count() as total, sum(a) as good | extend rate = good / total * 100",
            "Logs Insights has no command 'extend'",
            "the ratio of two columns is an indicator with good (or bad) and total, one column each",
        ),
        ("where a = 1 | stats count(*) as n", "Logs Insights has no command 'where'", "write 'filter'"),
        ("summarize count() by x | stats count(*) as n", "no command 'summarize'", "write 'stats'"),
        ("fliter a = 1 | stats count(*) as n", "documents no command 'fliter'", "did you mean 'filter'?"),
        (
            "filterindex a = 1 | stat count(*) as n | stats count(*) as n",
            "no command 'stat'",
            "did you mean 'stats'?",
        ),
        ("stats count(*) as n | limit 10", "'limit' cuts the answer", "remove it: checker sets the limit"),
        ("fields @message | limit any 1 | stats count(*) as n", "'limit' cuts the answer", "remove it"),
        (
            "stats count(*) as n | fillmissing with 0 for n",
            "makes up rows for bins without events",
            "remove it",
        ),
        ("stats count(*) as n | filldown n", "repeats values where there are none", "remove it"),
        ("pattern @message | diff | stats count(*) as n", "reads events from before the window", "remove it"),
        ("SOURCE logGroups() | stats count(*) as n", "the log groups are stated twice", "logGroupPrefixes"),
        ("source 'x' | stats count(*) as n", "the log groups are stated twice", "logGroupPrefixes"),
        ("stats count(*) as n |", "no command before or after a '|'", "remove one"),
        ("filter a = 1 || stats count(*) as n", "no command before or after a '|'", "remove one"),
        (
            "@timestamp | stats count(*) as n",
            "'@timestamp' is not the start of a command",
            "begin with a command: SOURCE",
        ),
        (
            "stats pct(@duration, 0.95) as p",
            "pct(@duration, 0.95) is about 0.95 % of the events",
            "write pct(@duration, 95)",
        ),
        (
            "stats count(*) as n by region",
            "returns a row for each region, but a promise needs one number",
            "one query each, with filter",
        ),
        (
            "stats count(*) as n by bin(5m), region",
            "returns a row for each region",
            "remove it after 'by'",
        ),
        (
            "stats count(*) as n by bin(5m) offset 1h",
            "returns a row for each bin(5m) offset 1h",
            "remove it after 'by'",
        ),
        (
            "stats count(*) as n by bin(5m) as t",
            "returns a row for each t, but nothing says how to combine them",
            "add 'time: t' and 'combine'",
        ),
    ],
)
def test_a_query_s_text_is_checked(text: str, message: str, remedy: str) -> None:
    ((key, said, mend),) = problems(text)
    assert key == "query"
    assert message in said
    assert remedy in mend


@pytest.mark.parametrize(
    ("text", "keys", "key", "message", "remedy"),
    [
        (
            "stats count(*) as all",
            {"column": "al"},
            "column",
            "no column 'al'; it makes all",
            "did you mean 'all'?",
        ),
        ("stats count(*) as all", {"column": "x"}, "column", "no column 'x'", "name a column with 'as'"),
        (
            "stats count(*) as all, max(a) as b",
            {},
            "column",
            "2 columns besides samples: all, b",
            "say with 'column'",
        ),
        (
            "stats count(*) as all",
            {"samples": "all"},
            "column",
            "makes 0 columns besides samples",
            "say with 'column'",
        ),
        (
            "stats max(a) as b, count(a) as n",
            {"samples": "m", "column": "b"},
            "samples",
            "no column 'm'; it makes b, n",
            "name a column with 'as'",
        ),
        (
            "stats count(*) as n",
            {"combine": "sum"},
            "combine",
            "one row needs no combining",
            "remove combine",
        ),
        (
            "stats count(*) as n",
            {"time": "t", "combine": "sum"},
            "time",
            "the query groups by no bin of time",
            "as in 'by bin(5m) as time'",
        ),
        (
            "stats count(*) as n by bin(5m), bin(1h)",
            {"time": "bin(5m)", "combine": "sum"},
            "time",
            "more than one bin",
            "group by one",
        ),
        (
            "stats count(*) as n by bin(5m)",
            {"time": "t", "combine": "sum"},
            "time",
            "the bins are in the column 'bin(5m)'",
            "write 'time: bin(5m)'",
        ),
        (
            "stats count(*) as n by bin(5m) as t",
            {"time": "t"},
            "combine",
            "how to combine the bins",
            "combine: sum",
        ),
        (
            "stats sum(a) as n by bin(5m) as t",
            {"time": "t", "combine": "mean"},
            "samples",
            "a mean needs the number of samples of each bin",
            "samples to that of count(x)",
        ),
        *(
            (
                f"stats {expression} as n by bin(5m) as t",
                {"time": "t", "combine": "sum", **column},
                "combine",
                f"{odd} of several bins does not add up to that of the window",
                "combine: max",
            )
            for expression, odd in (
                ("avg(a)", "avg"),
                ("pct(a, 95)", "pct"),
                ("count_distinct(a)", "count_distinct"),
                ("sum(a) / count(*)", "a quotient"),
            )
            for column in ({}, {"column": "n"})
        ),
        (
            "stats count(*) as n by bin(300s) as t",
            {"time": "t", "combine": "sum"},
            "query",
            "CloudWatch Logs silently cuts bin(300s) to 60s",
            "write bin(5m)",
        ),
        (
            "stats count(*) as n by bin(90m) as t",
            {"time": "t", "combine": "sum"},
            "query",
            "CloudWatch Logs silently cuts bin(90m) to 60m",
            "use another unit",
        ),
        *(
            (
                f"stats count(*) as n by bin({written}) as t",
                {"time": "t", "combine": "sum"},
                "query",
                f"bin({written}) is not a fixed number of whole seconds",
                "write s, m, h or d",
            )
            for written in ("1mo", "1w", "500ms", "0m", "1y")
        ),
        (
            "stats count(*) as n by bin(7m) as t",
            {"time": "t", "combine": "sum"},
            "query",
            "the window of 1h is not a whole number of bins of 7m",
            "choose a window",
        ),
    ],
)
def test_columns_and_bins_are_checked(
    text: str, keys: dict[str, Any], key: str, message: str, remedy: str
) -> None:
    ((where, said, mend),) = problems(text, **keys)
    assert where == key
    assert message in said
    assert remedy in mend


def test_a_window_of_too_many_bins_is_refused() -> None:
    text = "stats count(*) as n by bin(1m) as t"
    assert problems(text, 9999 * 60, time="t", combine="sum") == []
    ((_, said, mend),) = problems(text, 10_000 * 60, time="t", combine="sum")
    assert said == "the window has 10,000 bins, but a query returns fewer than 10,000 rows"
    assert mend == "make the bins wider"


def test_prefixes_make_a_query_longer() -> None:
    long = f"filter a = '{'x' * 9900}' | stats count(*) as n"
    assert problems(long) == []
    ((_, said, _),) = problems(long, logGroupPrefixes=["/aws/lambda/" + "y" * 60])
    assert said == "with the prefixes of its log groups the query is longer than 10,000 characters"


SOUND = [
    "stats count(*) as all",
    "  STATS count(*) as all  ",
    "stats count(*)",
    "# how many\nfilter @message like /a|b/ # | extend\n| stats count(*) as n",
    "filter @message like 'x | where y' | stats count(*) as n",
    'filter @message =~ "a \\" | extend" | stats count(*) as n',
    "filter @message not like /[/|]\\/|limit/ | stats count(*) as n",
    "parse @message /took (?<ms>\\d+|none)/ | stats max(ms) as n",
    "filter a / b > 2 | stats count(*) as n",
    "filter id in (SOURCE 'x' | filter a = 1 | limit 5 | fields id) | stats count(*) as n",
    "fields `odd | where` as x | stats count(x) as n",
    "filterIndex a = 1 | dedup b | unnest c into d | stats sum(d) / 1024 as n | sort n desc",
    "stats count(*) as n by bin(1m) as t | stats max(n) as worst",
    "stats count(*) as a, max(b) as c | display c",
    "brandnew a | stats count(*) as n",
    "parseJson a | fieldsummary | stats count(*) as n",
    "stats pct(strlen(@message), 95) as n",
]


@pytest.mark.parametrize("text", SOUND)
def test_a_sound_query_has_no_problem(text: str) -> None:
    assert problems(text) == []
    assert problems(text, None) == []


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("stats count(*) as n by bin(5m)", {"time": "bin(5m)", "combine": "sum"}),
        ("stats sum(a)/1024 as n by bin(60s) as t", {"time": "t", "combine": "sum"}),
        ("stats pct(a, 99) as n by bin(1h) as t | sort t desc", {"time": "t", "combine": "max"}),
        (
            "stats sum(a) as s, count(a) as n by bin(30m) as t",
            {"time": "t", "combine": "mean", "column": "s", "samples": "n"},
        ),
        (
            "stats count(*) as n by bin(1 h) as t | display n, t",
            {"time": "t", "combine": "sum", "column": "n"},
        ),
    ],
)
def test_a_sound_query_of_bins_has_no_problem(text: str, keys: dict[str, Any]) -> None:
    assert problems(text, **keys) == []


def test_the_words_of_commands_are_read_in_any_case() -> None:
    assert [command.word for command in commands(" | ".join(COMMANDS).upper())] == list(COMMANDS)


@given(st.lists(st.sampled_from([*"|#/'\"`()[]\\ \nab,", "stats", " by ", " as ", "like /", "bin(5m)"])))
def test_reading_a_query_never_fails_and_loses_no_divider(parts: list[str]) -> None:
    text = "".join(parts)
    made = commands(text)
    assert 1 <= len(made) <= text.count("|") + 1
    if not set(text) & set("#/'\"`()"):
        assert len(made) == text.count("|") + 1
    result(made)
    list(LOGS.check(query(query=text or "x"), HOUR))


@given(st.lists(st.from_regex(r"[a-z]{1,8}\([a-z@*]{1,6}\)", fullmatch=True), min_size=1, max_size=5))
def test_columns_are_read_as_they_are_written(expressions: list[str]) -> None:
    text = ", ".join(f"{expression} as c{number}" for number, expression in enumerate(expressions))
    made = result(commands(f"filter a = 1 | stats {text} by bin(5m) as t, host"))
    assert made is not None
    assert [column.name for column in made.values] == [f"c{n}" for n in range(len(expressions))]
    assert [column.expression for column in made.values] == expressions
    assert [column.name for column in made.groups] == ["t", "host"]


def parameters(asked: Question) -> dict[str, Any]:
    identity, request = LOGS.requests([asked])
    assert (identity.operation, request.operation) == ("GetCallerIdentity", "Query")
    return dict(request.parameters)


def test_the_request_is_the_whole_query() -> None:
    asked = question(at=AT + 59, query=f"\n  {COUNT}\n", byteBudget="2 GB")
    assert parameters(asked) == {
        "queryString": COUNT,
        "startTime": END - HOUR,
        # Logs Insights counts both ends in.
        "endTime": END - 1,
        "limit": 10_000,
        "logGroupNames": ["/aws/lambda/shop"],
        "byteBudget": 2 * 10**9,
    }


def test_adjoining_windows_share_no_second_and_leave_none_out() -> None:
    first, second = (parameters(question(at=at)) for at in (AT, AT + HOUR))
    assert second["startTime"] == first["endTime"] + 1


@pytest.mark.parametrize(
    ("at", "keys", "end"),
    [
        (AT, {}, AT - 300),
        (AT + 119, {}, AT - 240),
        (AT, {"lag": "1s"}, AT - 60),
        (AT + 1, {"lag": "1s"}, AT),
        (AT, {"lag": "2h"}, AT - 7200),
        (AT, {"query": COUNT + " by bin(15m) as t", "time": "t", "combine": "sum"}, AT - 900),
        (AT, {"query": COUNT + " by bin(30s) as t", "time": "t", "combine": "sum", "lag": "30s"}, AT - 30),
    ],
)
def test_the_window_ends_on_a_whole_minute_or_bin(at: int, keys: dict[str, Any], end: int) -> None:
    asked = parameters(question(at=at, **keys))
    assert (asked["startTime"], asked["endTime"]) == (end - HOUR, end - 1)


def test_log_groups_are_named_by_what_they_are() -> None:
    other = ARN.replace("shop", "till")
    names = parameters(question(logGroups=["b", "a", "b"]))
    assert (names["logGroupNames"], "logGroupIdentifiers" in names) == (["a", "b"], False)
    arns = parameters(question(logGroups=["b", other]))
    assert (arns["logGroupIdentifiers"], "logGroupNames" in arns) == ([other, "b"], False)
    prefixes = parameters(question(logGroupPrefixes=["/b-", "/a-"]))
    assert prefixes["queryString"] == f"SOURCE logGroups(namePrefix: ['/a-', '/b-']) | {COUNT}"
    assert not {"logGroupNames", "logGroupIdentifiers"} & prefixes.keys()


RATIO = "stats count(@initDuration) as cold, count(*) as all"


def test_queries_that_differ_in_how_they_are_read_are_asked_once() -> None:
    asked = [
        question(query=RATIO, column="cold"),
        question(query=RATIO, column="all", samples="all", unit="count"),
        question(query=RATIO + "\n", column="all", byteBudget="200 GB"),
    ]
    _, request = LOGS.requests(asked)
    assert request.parameters["byteBudget"] == 200 * 10**9


def test_queries_that_differ_otherwise_are_asked_each() -> None:
    asked = [
        question(query=RATIO, column="cold"),
        question(query=RATIO, column="cold", window=2 * HOUR),
        question(query=RATIO, column="cold", lag="10m"),
        question(query=RATIO, column="cold", logGroups=["other"]),
        question(query="filter a = 1 | " + RATIO, column="cold"),
        question("http://127.0.0.1:9", query=RATIO, column="cold"),
    ]
    operations = [request.operation for request in LOGS.requests(asked)]
    assert operations == ["GetCallerIdentity"] * 2 + ["Query"] * 6


@pytest.mark.parametrize(
    ("keys", "details", "arns"),
    [
        ({}, {}, ["arn:aws:logs:*:*:log-group:/aws/lambda/shop:*"]),
        (
            {"logGroups": ["b", "a"]},
            {"region": "eu-central-1", "roleArn": "arn:aws:iam::111122223333:role/reader"},
            [f"arn:aws:logs:eu-central-1:111122223333:log-group:{name}:*" for name in "ab"],
        ),
        ({"logGroups": [ARN]}, {"region": "us-east-1"}, [f"{ARN}:*"]),
        (
            {"logGroupPrefixes": ["/x-"]},
            {"region": "cn-north-1"},
            ["arn:aws-cn:logs:cn-north-1:*:log-group:/x-*:*"],
        ),
        (
            {"logGroups": ["x"]},
            {"region": "us-gov-west-1"},
            ["arn:aws-us-gov:logs:us-gov-west-1:*:log-group:x:*"],
        ),
    ],
)
def test_a_plan_can_name_permissions_and_cost(
    keys: dict[str, Any], details: dict[str, str], arns: list[str]
) -> None:
    declaration = ConnectionDeclaration("logs", tuple(details.items()))
    identity, request = LOGS.requests([Question(query(**keys), AT, HOUR, declaration)])
    module: Any = LOGS
    assert list(module.resources(request)) == arns
    assert module.priced(request) == (("CloudWatchLogs GB scanned", None),)
    assert module.ACTIONS[request.operation] == ("logs:StartQuery", "logs:GetQueryResults", "logs:StopQuery")
    assert set(module.ACTIONS[request.operation]) > module.ANY_RESOURCE
    assert (module.resources(identity), module.priced(identity), module.ACTIONS[identity.operation]) == (
        (),
        (),
        (),
    )


def test_a_request_is_plain_json() -> None:
    _, request = LOGS.requests([question(logGroupPrefixes=["/a-"])])
    again = Request(
        request.source, request.connection, request.operation, json.loads(json.dumps(request.parameters))
    )
    assert again == request


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ({}, f"CloudWatchLogs '{COUNT}' in /aws/lambda/shop over 1h"),
        (
            {
                "query": f"# calls\nfilter a = 1\n| {RATIO}",
                "column": "cold",
                "logGroupPrefixes": ["/a-", "/b-"],
            },
            f"CloudWatchLogs cold of 'filter a = 1 | {RATIO}' in /a-*, /b-* over 1h",
        ),
        (
            {"query": COUNT + " by bin(5m)", "time": "bin(5m)", "combine": "max"},
            f"CloudWatchLogs '{COUNT} by bin(5m)' in /aws/lambda/shop over 1h by 5m, max",
        ),
    ],
)
def test_a_question_is_described_in_one_line(keys: dict[str, Any], line: str) -> None:
    assert LOGS.describe(question(**keys)) == line
