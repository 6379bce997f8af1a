"""Hundreds of queries asked in few requests: the answers are those that each would have got by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from checker.measure import measure, read, requests_of
from checker.model import Absence, Evidence, Question, Series
from checker.sources.prometheus.bundle import FEWEST, LABEL, _stands_alone
from tests.prometheus import MISSING, Samples, running
from tests.sources.prometheus_asking import AT, SOURCE, Call, Endpoint, Reply, question, success
from tests.sources.prometheus_asking import endpoint as serving

SERVICES = 24
WINDOWS = (3600, 7200)


def growing(by: int, minutes: int = 121) -> list[tuple[int, object]]:
    times = range(AT - 60 * (minutes - 1), AT + 1, 60)
    return [(time, by * number) for number, time in enumerate(times)]


SAMPLES: Samples = {
    # Service 3 has been silent for the last half an hour, and nobody has heard of service 4.
    **{
        f'requests_total{{service="s{number}"}}': growing(number + 1)[: 91 if number == 3 else None]
        for number in range(SERVICES)
        if number != 4
    },
    'odd{text="a) or (b"}': growing(1),
    "plain": growing(2),
}
QUERIES = [
    f'sum(increase(requests_total{{service="s{number}"}}[{{{{.window}}}}]))' for number in range(SERVICES)
]


def asked(url: str, queries: list[str] = QUERIES, windows: tuple[int, ...] = WINDOWS) -> list[Question]:
    return [question(url, window, query=query, unit="count") for query in queries for window in windows]


def measured(questions: list[Question]) -> Evidence:
    return measure(questions, AT, 30, lambda done, total: None)


def by_itself(one: Question) -> Series | Absence:
    """What is read where the question is the only one."""
    return read([one], measured([one]))[one]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if MISSING:
        pytest.skip(MISSING)
    with running(tmp_path_factory.mktemp("prometheus"), SAMPLES) as running_at:
        yield running_at


def test_a_bundle_answers_what_each_query_would(url: str) -> None:
    odd = [
        'sum(increase(odd{text="a) or (b"}[{{.window}}]))',
        "increase(requests_total[{{.window}}])",
        "sum(increase(plain[{{.window}}])) # all of it",
        "sum(rate(plain[{{.window}}])) by by",
        "vector(1) * 0 / 0",
        "scalar(sum(plain))",
    ]
    questions = asked(url, QUERIES + odd)
    evidence = measured(questions)
    readings = read(questions, evidence)
    assert [readings[each] for each in questions] == [by_itself(each) for each in questions]
    assert sum(isinstance(each, Series) for each in readings.values()) > 2 * SERVICES - 4


def test_hundreds_of_queries_are_few_requests(url: str) -> None:
    questions = asked(url)
    requests = requests_of(questions)
    assert sum(len(request.parameters["queries"]) for request in requests) == 2 * len(questions)
    assert 8 <= len(requests) <= 2 * len(questions) / 8
    few = questions[: FEWEST // 2 - 1]
    assert [request.parameters["query"] for request in requests_of(few)]


def test_evidence_of_a_bundle_answers_any_part_of_the_questions(url: str) -> None:
    questions = asked(url)
    evidence = measured(questions)
    live = read(questions, evidence)
    for some in (questions[:1], questions[7:30], list(reversed(questions))):
        assert [live[each] for each in some] == list(read(some, evidence).values())
    stranger = question(url, 3600, query="sum(increase(other[{{.window}}]))")
    absence = read([stranger], evidence)[stranger]
    assert isinstance(absence, Absence)
    assert absence.kind == "not-recorded"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with serving() as started:
        yield started


def bundle_of(call: Call) -> bool:
    return LABEL in call.fields["query"]


def sound(call: Call) -> dict[str, Any]:
    """An answer to each query of a bundle."""
    whole = call.ok()
    (series,) = whole["data"]["result"]
    count = call.fields["query"].count(LABEL)
    numbered = [{**series, "metric": {LABEL: str(number)}} for number in range(count)]
    return success(whole["data"]["resultType"], numbered)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda call: Reply({"status": "error", "errorType": "bad_data", "error": "no"}, 400),
        lambda call: Reply(b"no JSON"),
        lambda call: Reply(status=405),
        lambda call: Reply({**sound(call), "warnings": ["part of it is missing"]}),
        lambda call: Reply({**sound(call), "infos": ["PromQL info: this may be no counter"]}),
        lambda call: Reply(success(call.ok()["data"]["resultType"], [{"metric": {}, "value": [AT, "1"]}])),
        lambda call: Reply(
            success(call.ok()["data"]["resultType"], [{"metric": {LABEL: "999"}, "value": [AT, "1"]}])
        ),
    ],
    ids=["refused", "no-json", "post-forbidden", "warning", "info", "no-label", "another-label"],
)
def test_after_a_bundle_that_tells_nothing_each_query_is_asked_by_itself(
    endpoint: Endpoint, spoil: Any
) -> None:
    endpoint.answer = lambda call: spoil(call) if bundle_of(call) else Reply(call.ok())
    questions = asked(endpoint.url)
    readings = read(questions, measured(questions))
    assert all(isinstance(each, Series) for each in readings.values())
    assert sum(not bundle_of(call) for call in endpoint.calls) == 2 * len(questions)


def test_a_remark_about_one_query_spoils_that_one_alone(endpoint: Endpoint) -> None:
    def answer(call: Call) -> Reply:
        warned = 'service="s5"' in call.fields["query"]
        body = sound(call) if bundle_of(call) else call.ok()
        return Reply({**body, "warnings": ["part of it is missing"]} if warned else body)

    endpoint.answer = answer
    questions = asked(endpoint.url)
    readings = read(questions, measured(questions))
    spoilt = [each for each in questions if isinstance(readings[each], Absence)]
    assert [each.query.query for each in spoilt] == [QUERIES[5]] * len(WINDOWS)  # type: ignore[attr-defined]


def test_a_connection_that_fails_is_not_tried_query_by_query(endpoint: Endpoint) -> None:
    endpoint.answer = lambda call: Reply(status=401)
    questions = asked(endpoint.url)
    readings = read(questions, measured(questions))
    assert all(
        isinstance(each, Absence) and "requires credentials" in each.reason for each in readings.values()
    )
    assert all(map(bundle_of, endpoint.calls))


@pytest.mark.parametrize(
    "query",
    [
        'sum(x) ,"a","b","","") or label_replace(vector(1)',
        "sum(x)) or (y",
        "sum(x",
        "sum(x]",
        'sum(x{a="b)})',
        "sum(x) # comment",
        "x{a='}",
        "`a",
        "",
    ],
)
def test_a_query_that_could_answer_for_others_is_asked_alone(query: str) -> None:
    assert not _stands_alone(query)


@pytest.mark.parametrize(
    "query", ["sum(x[5m])", 'x{a="b) or (#"}', "`)` * 1", 'x{a="\\")"}', "x{a=')'} offset 5m"]
)
def test_a_query_that_stands_alone_may_have_anything_in_its_texts(query: str) -> None:
    assert _stands_alone(query)


def test_a_forged_label_does_not_answer_for_another_query(url: str) -> None:
    forged = f'label_replace(vector(1), "{LABEL}", "0", "", "")'
    questions = asked(url, [forged, *QUERIES])
    readings = read(questions, measured(questions))
    assert [readings[each] for each in questions] == [by_itself(each) for each in questions]


def test_recorded_bundles_hold_the_queries_as_they_were_written(url: str) -> None:
    evidence = measured(asked(url))
    queries = [query for exchange in evidence.exchanges for query in exchange.request.parameters["queries"]]
    assert 'sum(increase(requests_total{service="s0"}[1h]))' in queries
    assert json.dumps([dict(exchange.request.parameters) for exchange in evidence.exchanges])
    assert SOURCE.describe(asked(url)[0]) == 'Prometheus sum(increase(requests_total{service="s0"}[1h]))'
