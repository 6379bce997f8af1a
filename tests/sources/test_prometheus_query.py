"""What a Prometheus query may say, what it becomes, and which requests ask it. Nothing is sent here."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checker.load.catalog import load
from checker.model import ConnectionDeclaration, Question, Request
from checker.sources.prometheus import promql
from checker.units import UnitError, convert, parse_threshold
from tests.sources.prometheus_asking import AT, SOURCE, problems, question


def sent(**keys: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(request.operation, dict(request.parameters)) for request in SOURCE.requests([question(**keys)])]


def test_a_query_without_reduce_is_asked_once_at_the_windows_end() -> None:
    assert sent(query="count(up == 1)") == [("query", {"query": "count(up == 1)", "time": AT})]
    assert sent(query="count(up == 1)", lag="5m") == [
        ("query", {"query": "count(up == 1)", "time": AT - 300})
    ]


@pytest.mark.parametrize(
    "written",
    [
        "sum(rate(x[{{.window}}]))",
        "sum(rate(x[{{ .window }}]))",
        "sum(rate(x[{{- .window -}}]))",
        "sum(rate(x[window]))",
    ],
)
def test_the_window_is_written_as_sloth_and_slo_generator_write_it(written: str) -> None:
    (operation, parameters), (probe, stretches) = sent(query=written)
    assert (operation, parameters) == ("query", {"query": "sum(rate(x[1h]))", "time": AT})
    # Where in the window there is data: the same over five minutes, twelve times.
    assert (probe, stretches) == (
        "query_range",
        {"query": "sum(rate(x[5m]))", "start": AT - 3300, "end": AT, "step": 300},
    )


@pytest.mark.parametrize(
    ("window", "step", "count"),
    [(600, 300, 2), (86400, 900, 96), (7 * 86400, 5100, 118), (30 * 86400, 21600, 120), (900 - 60, 300, 2)],
)
def test_the_probe_covers_the_window_in_at_most_120_stretches(window: int, step: int, count: int) -> None:
    _, (_, stretches) = sent(query="rate(x[{{.window}}])", window=window)
    assert stretches["step"] == step
    assert (stretches["end"] - stretches["start"]) // step + 1 == count
    assert stretches["end"] == AT
    assert AT - window <= stretches["start"] - step < AT - window + step


@pytest.mark.parametrize(
    ("query", "probe"),
    [
        ("rate(x[1h]) + rate(y[{{.window}}])", "rate(x[5m]) + rate(y[5m])"),
        ("rate(x[60m]) / rate(x[60m] offset 1h)", "rate(x[5m]) / rate(x[5m] offset 1h)"),
        ("max_over_time(rate(x[1m])[{{ .window }}:30s])", "max_over_time(rate(x[1m])[5m:30s])"),
        ("max_over_time(rate(x[1m])[1h:1h])", "max_over_time(rate(x[1m])[5m:1h])"),
        ("""rate(x{a="[1h]", b='[window]'}[window])""", """rate(x{a="[1h]", b='[window]'}[5m])"""),
    ],
)
def test_the_probe_shortens_the_ranges_of_a_window_and_nothing_else(query: str, probe: str) -> None:
    assert sent(query=query)[1][1]["query"] == probe


def test_what_cannot_be_probed_is_asked_once() -> None:
    # A window of one stretch; a recording rule named by its window; a query that needs no window.
    assert len(sent(query="rate(x[{{.window}}])", window=300)) == 1
    assert sent(query='slo:errors:rate{{.window}}{slo="a"}') == [
        ("query", {"query": 'slo:errors:rate1h{slo="a"}', "time": AT})
    ]
    assert len(sent(query='rate(x{w="{{.window}}"}[{{.window}}])')) == 1


def test_texts_are_left_alone_but_for_the_template() -> None:
    ((_, parameters),) = sent(
        query='label_replace(x{p=~"/[window]+", w="{{.window}}"}, "a", "$1", "b", "(.*)")'
    )
    assert parameters["query"] == 'label_replace(x{p=~"/[window]+", w="1h"}, "a", "$1", "b", "(.*)")'


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("rate(x[{{window}}])", "{{window}}"),
        ("rate(x[{{ .Window }}])", "{{ .Window }}"),
        ("rate(x[{{.window | quote}}])", "{{.window | quote}}"),
        ("rate(x[{{.windo}}])", "{{.windo}}"),
        ("rate(x[{{.window}])", "{{.window"),
        ("rate(x[$__range])", "$__range"),
        ("rate(x[$window])", "$window"),
        ("rate(x[${window}])", "${window}"),
        ("rate(x[[window]])", "[[window]]"),
        ("rate(x[interval])", "[interval]"),
        ("rate(x[ WINDOW ])", "[ WINDOW ]"),
        ("rate(x[<window>])", "<window>"),
        ('rate(x{w="{{.other}}"}[{{.window}}])', "{{.other}}"),
    ],
)
def test_an_unknown_template_is_refused_with_the_one_there_is(query: str, named: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        SOURCE.Query(source="Prometheus", query=query)
    message = refusal.value.errors()[0]["msg"]
    assert f"the query holds {named!r}, which nothing replaces; write {{{{.window}}}}" in message


@given(st.text(alphabet="{}[].$\"'`\\ windowx(1h:", max_size=60), st.integers(1, 10**7))
def test_no_text_gets_through_with_a_template_in_it(text: str, seconds: int) -> None:
    try:
        query = SOURCE.Query(source="Prometheus", query=text)
    except ValidationError:
        return
    asked = Question(query, AT, seconds, ConnectionDeclaration())
    for request in SOURCE.requests([asked]):
        assert "{{" not in request.parameters["query"]
        assert "[window]" not in re.sub(r"\"[^\"]*\"|'[^']*'|`[^`]*`", "", request.parameters["query"])
    assert SOURCE.describe(asked)


@pytest.mark.parametrize(
    "piece",
    [
        "{{",
        "[[",
        "[",
        "${",
        "a:",
        "a_",
        "'\"",
        "\"'",
        "{a=",
        "[window",
        "{{.window",
        "[ ",
        "`",
        '\\"',
        "1d",
        "([",
        '{a="',
        '{a=\\"',
        "'\\",
    ],
)
@pytest.mark.parametrize("keys", [{}, {"reduce": "increase"}, {"reduce": "max"}])
def test_no_text_takes_long(piece: str, keys: dict[str, Any]) -> None:
    begun = time.process_time()
    try:
        query = SOURCE.Query(source="Prometheus", query=(piece * 16_384)[:16_384], **keys)
    except ValidationError:
        query = SOURCE.Query(source="Prometheus", query="x")
    list(SOURCE.check(query, 3600))
    SOURCE.requests([Question(query, AT, 3600, ConnectionDeclaration())])
    assert time.process_time() - begun < 2


def queries_of(node: Any) -> list[str]:
    """All PromQL in a foreign document, whatever its shape."""
    if isinstance(node, list):
        return [query for each in node for query in queries_of(each)]
    if not isinstance(node, dict):
        return []
    named = [
        value
        for key, value in node.items()
        if isinstance(value, str) and (re.fullmatch(r"query|.*[qQ]uery|expression", key))
    ]
    return named + [query for value in node.values() for query in queries_of(value)]


def test_the_queries_of_other_projects_are_read(shared: Path) -> None:
    files = [
        *(shared / "corpora/sloth").glob("*.y*ml"),
        *(shared / "corpora/slo-generator/prometheus").glob("*.yaml"),
    ]
    found = {
        query for file in files for each in yaml.safe_load_all(file.read_text()) for query in queries_of(each)
    }
    templated = {query for query in found if "window" in query}
    assert len(templated) > 20
    for query in templated:
        read = SOURCE.Query(source="Prometheus", query=query)
        assert list(SOURCE.check(read, 30 * 86400)) == []
        (first, *_) = SOURCE.requests([Question(read, AT, 30 * 86400, ConnectionDeclaration())])
        assert "window" not in first.parameters["query"]
        assert "[30d" in first.parameters["query"]


def test_with_reduce_every_period_of_the_window_is_asked() -> None:
    assert sent(query="queue_depth", reduce="max") == [
        ("query_range", {"query": "queue_depth", "start": AT - 3540, "end": AT, "step": 60})
    ]
    # An increase needs the value at the window's start as well.
    assert sent(query="orders_total", reduce="increase", period="5m") == [
        ("query_range", {"query": "orders_total", "start": AT - 3600, "end": AT, "step": 300})
    ]


def test_the_window_ends_on_a_period() -> None:
    ((_, parameters),) = sent(query="queue_depth", reduce="max", at=AT + 59, lag="2m")
    assert (parameters["start"], parameters["end"]) == (AT - 120 - 3540, AT - 120)


@pytest.mark.parametrize(
    ("window", "period"),
    [(3600, 60), (90, 30), (75, 15), (86400, 60), (30 * 86400, 300), (90000 + 60, 60), (7, 1)],
)
def test_the_usual_period(window: int, period: int) -> None:
    (_, parameters), *_ = sent(query="queue_depth", reduce="max", window=window)
    assert parameters["step"] == period


def test_a_long_range_is_split_on_its_steps_and_loses_none() -> None:
    asked = sent(query="orders_total", reduce="increase", window=30 * 86400, period="1m")
    steps = [moment for _, each in asked for moment in range(each["start"], each["end"] + 1, each["step"])]
    assert steps == list(range(AT - 30 * 86400, AT + 1, 60))
    assert len(asked) == 4
    assert all((each["end"] - each["start"]) // 60 < 11_000 for _, each in asked)


def test_the_same_question_is_asked_once() -> None:
    one, other = question(query="sum(rate(x[{{.window}}]))"), question(query=" sum(rate(x[window]))\n")
    elsewhere = question("http://127.0.0.1:8", query="sum(rate(x[{{.window}}]))")
    assert len(SOURCE.requests([one, other, one])) == 2
    assert len(SOURCE.requests([one, elsewhere])) == 4
    assert len(SOURCE.requests([one, question(query="sum(rate(x[{{.window}}]))", window=7200)])) == 4


def test_a_question_in_one_line() -> None:
    assert (
        SOURCE.describe(question(query="sum(\n  rate(x[{{.window}}])\n)")) == "Prometheus sum( rate(x[1h]) )"
    )
    asked = question(query="orders_total", reduce="increase")
    assert SOURCE.describe(asked) == "Prometheus increase of orders_total over 1h by 1m"


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        (
            {"query": "up", "period": "1m"},
            "period: without reduce the query is asked once, and has no period | "
            "add reduce: increase, min, max, mean or last; or remove period",
        ),
        (
            {"query": "sum(increase(x[5m]))"},
            "query: the query looks back over 5m, and the window is 1h | "
            "write [{{.window}}], or make the promise's window what the query measures",
        ),
        (
            {"query": "increase(x[5m]) / increase(x[1d])"},
            "query: the query looks back over 5m and 1d, and the window is 1h | "
            "write [{{.window}}], or make the promise's window what the query measures",
        ),
        *(
            (
                {"query": query},
                "query: the query looks back over 5m, and the window is 1h | "
                "write [{{.window}}], or make the promise's window what the query measures",
            )
            for query in (
                "sum(rate(bad[5m])) / sum(rate(all[{{.window}}]))",
                'sum(increase(all{code="5}"} [1h])) - sum(increase({a=~"b"}[5m]))',
            )
        ),
        *(
            (
                {"query": query, **keys},
                f"query: '{away}' makes the query look at a time other than the window in reports | "
                "remove it; where data arrives late, write lag",
            )
            for query, away, keys in (
                ("sum(increase(x[{{.window}}] offset 1d))", "offset 1d", {}),
                ("increase(x[1h] offset 5m) / increase(y[1h] offset 5m)", "offset 5m", {}),
                ("sum(increase(x[{{.window}}] @ 1700000000))", "@ 1700000000", {}),
                ("x @ 1700000000", "@ 1700000000", {"reduce": "max"}),
            )
        ),
        (
            {"query": "sum(orders_total)"},
            "query: orders_total is a counter: its value is what it counted since its process began, not over the "
            "window | write increase(orders_total[{{.window}}]), or the counters alone with reduce: increase",
        ),
        (
            {"query": "orders_total", "reduce": "max"},
            "query: orders_total is a counter: its value is what it counted since its process began, not over the "
            "window | write increase(orders_total[{{.window}}]), or the counters alone with reduce: increase",
        ),
        (
            {"query": "rate(x[{{.window}}])", "reduce": "max"},
            "query: with reduce the query is asked at every step, and would look back over a whole window at each | "
            "remove reduce, or write a short range such as [5m]",
        ),
        (
            {"query": "x", "reduce": "max", "period": "7m"},
            "period: the window of 1h is not a whole number of periods of 7m | "
            "choose a window that is a multiple of the period",
        ),
        (
            {"query": "x", "reduce": "max", "period": "1s", "window": 7 * 86400},
            "period: 7d by 1s is 604,800 values, and 220,000 is the most | choose a longer period",
        ),
    ],
)
def test_what_cannot_be_right_is_said_before_anything_is_asked(keys: dict[str, Any], problem: str) -> None:
    assert problems(**keys) == [problem]


@pytest.mark.parametrize(
    "query",
    [
        "rate(x[1h]) / rate(x[1h] offset 1w)",
        "max_over_time(rate(x[5m])[1h:1m])",
        "max_over_time(x[1h]) / last_over_time(limit[5m])",
        'increase(x{a="@ 5 offset 1d]"}[1h])',
        "increase(x[1h] @ end())",
    ],
)
def test_another_range_or_time_may_be_meant(query: str) -> None:
    assert problems(query=query) == []


@pytest.mark.parametrize(
    "query",
    ["sum(orders_total)", "rate(orders_total[5m])", "orders_total + orders_total", "orders_total offset 5m",
     'sum by (a) (orders_total{a="b"})', "-orders_total", "{}"],
)  # fmt: skip
def test_an_increase_is_of_counters_alone(query: str) -> None:
    (problem,) = problems(query=query, reduce="increase")
    assert problem.startswith(
        "query: reduce: increase needs the counters themselves: in a sum of counters, the restart"
    )


@pytest.mark.parametrize(
    "query",
    ["orders_total", ' orders_total { code = "200" , path=~"a|{b}" } ', '{__name__="orders_total"}', "a:b:c", '{"a.b"}',
     "orders_total{a='}', b=`\"{`}"],
)  # fmt: skip
def test_a_selector_is_one_however_it_is_written(query: str) -> None:
    assert problems(query=query, reduce="increase") == []


@pytest.mark.parametrize(
    "query",
    ["increase(x[1h])", "increase(x[60m])", "increase(x[3600s])", "max_over_time(rate(x[5m])[1h:5m])",
     "increase(x[0d1h])", "x:ratio1h", 'sum(x{a="[5m]"})', "increase(x[3600])", "last_over_time(orders_total[1h])",
     'x{a="orders_total"}'],
)  # fmt: skip
def test_a_query_that_measures_the_window_is_fine(query: str) -> None:
    assert problems(query=query) == []


def test_an_unused_query_without_a_window_is_checked_as_far_as_it_can_be() -> None:
    assert problems(None, query="increase(x[5m])") == []
    assert problems(None, query="queue", reduce="max", period="7m") == []
    assert len(problems(None, query="sum(queue)", reduce="increase")) == 1


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({}, "Field required"),
        ({"query": ""}, "expected a PromQL expression as text"),
        ({"query": "  \n"}, "expected a PromQL expression as text"),
        ({"query": 5}, "expected a PromQL expression as text"),
        ({"query": "x" * 16_385}, "the query has 16,385 characters, and 16,384 is the most"),
        ({"query": "x", "unit": "parsecs"}, "'parsecs' is not a unit"),
        ({"query": "x", "unit": 5}, "5 is not a unit; write it as text"),
        ({"query": "x", "reduce": "sum"}, "Input should be 'increase'"),
        ({"query": "x", "reduce": "max", "period": 60}, "60 has no unit"),
        ({"query": "x", "period": None}, "the key has no value"),
        ({"query": "x", "url": "http://127.0.0.1"}, "Extra inputs"),
    ],
)
def test_a_key_that_is_wrong_is_refused(keys: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        SOURCE.Query(source="Prometheus", **keys)
    assert words in str(refusal.value)


def test_the_unit_is_what_the_query_declares() -> None:
    plain, seconds = (
        SOURCE.Query(source="Prometheus", query="x"),
        SOURCE.Query(source="Prometheus", query="x", unit="s"),
    )
    threshold = parse_threshold("< 500 ms")
    found = SOURCE.unit(seconds)
    assert found is not None
    assert convert(threshold.value, threshold.unit, found) == parse_threshold("< 0.5").value
    number = SOURCE.unit(plain)
    assert number is not None
    with pytest.raises(UnitError, match="a time"):
        convert(threshold.value, threshold.unit, number)


DOCUMENT = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: availability}
spec:
  service: shop
  budgetingMethod: Occurrences
  timeWindow: [{duration: 30d, isRolling: true}]
  indicator:
    metadata: {name: requests}
    spec:
      ratioMetric:
        good:  {metricSource: {metricSourceRef: metrics, spec: {query: 'sum(rate(x{code="200"}[{{.window}}]))'}}}
        total: {metricSource: {metricSourceRef: metrics, type: Prometheus, spec: {query: %s}}}
  objectives: [{target: 0.99}]
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: metrics}
spec:
  type: Prometheus
  connectionDetails: {url: %s}
"""


def test_openslo_needs_the_query_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "slo.yaml"
    file.write_text(
        DOCUMENT % ("'sum(rate(x[{{.window}}]))'", "https://prometheus.example.com"), encoding="utf-8"
    )
    catalog = load([str(file)])
    assert catalog.findings == ()
    (objective,) = catalog.objectives
    assert [query.source for _, query in objective.indicator.metrics] == ["Prometheus", "Prometheus"]


@pytest.mark.parametrize(
    ("query", "url", "place", "message"),
    [
        (
            "'rate(x[{{.range}}])'",
            "http://p",
            "13:90",
            "the query holds '{{.range}}', which nothing replaces",
        ),
        ("'sum(x_total)'", "http://p", "13:90", "x_total is a counter"),
        ("x", "http://user:pw-canary@p", "21:28", "a URL in a file must not hold a user name or password"),
        ("x", "ftp://p", "21:28", "this is not an http or https URL"),
    ],
)
def test_a_mistake_stands_at_its_line(tmp_path: Path, query: str, url: str, place: str, message: str) -> None:
    file = tmp_path / "slo.yaml"
    file.write_text(DOCUMENT % (query, url), encoding="utf-8")
    (finding,) = load([str(file)]).findings
    assert str(finding.location) == f"{file}:{place}"
    assert message in finding.message
    assert "canary" not in finding.message + finding.remedy


def test_a_plan_needs_no_permission_and_costs_nothing() -> None:
    seam: Any = SOURCE
    request = Request("Prometheus", ConnectionDeclaration(), "query", {"query": "up", "time": AT})
    assert seam.ACTIONS == {}
    assert seam.resources(request) == ()
    assert seam.priced(request) == ()


@pytest.mark.parametrize(
    ("reduce", "counts"), [(None, True), ("increase", True), ("last", True), ("max", False)]
)
def test_which_answers_can_be_a_number_of_events(reduce: str | None, counts: bool) -> None:
    keys = {} if reduce is None else {"reduce": reduce}
    seam: Any = SOURCE
    problem = seam.not_a_count(SOURCE.Query(source="Prometheus", query="x", **keys))
    assert (problem is None) == counts
    if problem is not None:
        assert problem.message == "the max of a gauge is not a count of events"


@pytest.mark.parametrize(
    ("query", "fact"),
    [
        ('sum(shop_total{code!~"5..")', """the query lacks the '}' that closes {code!~"5..")"""),
        (
            'sum(rate(shop_total{code="5"}[5m])',
            """the query lacks the ')' that closes (rate(shop_total{code="5"}[5m])""",
        ),
        ("sum(rate(x[5m)))", "the query lacks the ']' that closes [5m)))"),
        ("sum(x))", "the query closes ')' once more than it opens one"),
        ('sum(x{a="b})', 'the query has a string that is not closed: "b})'),
        ('increase(x{a="b"[{{.window}}])', """the query lacks the '}' that closes {a="b"[{{.window}}])"""),
        (
            "sum(\n  " + "long_" * 20,
            "the query lacks the ')' that closes ( long_long_long_long_long_long_long_lon...",
        ),
    ],
)
def test_a_query_that_is_not_closed_says_what_is_not(query: str, fact: str, tmp_path: Path) -> None:
    """And nothing of a sum of counters, or of a range that it lacks."""
    document = {
        "apiVersion": "checker/v1",
        "kind": "SuccessCriteria",
        "metadata": {"name": "shop"},
        "spec": {
            "window": "1h",
            "criteria": [
                {
                    "name": "c",
                    "target": "< 5",
                    "indicator": {"source": "Prometheus", "query": query, "reduce": "increase"},
                }
            ],
        },
    }
    (tmp_path / "shop.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    (finding,) = load([str(tmp_path)]).findings
    assert (finding.message, finding.remedy) == (fact, "close what is opened")


@pytest.mark.parametrize(
    "query",
    [
        'x{a="}{"}',
        "x{a='\\''}",
        "x{a=`(`}",
        "count(x) # (",
        "count(x) # it's\n",
        'x{a="#"}',
        "{__name__=~'x'}[5m:1m]",
    ],
)
def test_what_stands_between_quotes_or_in_a_comment_opens_nothing(query: str) -> None:
    assert promql.unbalanced(query) == ""
