"""The LoadTest source: its own format, summaries that k6 and Locust wrote, and files that lie."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checker import sources
from checker.model import Absence, Series, Share
from tests.on_simulator import criteria, judge
from tests.sources.result_files import AT, absence, ask, exchanges, question, reread, series


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, value: Any, name: str = "load.json") -> str:
    (folder / name).write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return name


# checker's own format


def own(*requests: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "apiVersion": "checker/v1",
        "kind": "LoadTestResult",
        "startedAt": "2027-01-15T07:00:00Z",
        "endedAt": "2027-01-15T08:30:00.500+01:00",
        "users": 20,
        "requests": list(requests),
        **changes,
    }


def endpoint(name: str, durations: list[Any], errors: int = 0, unit: str = "ms") -> dict[str, Any]:
    return {"name": name, "durations": durations, "unit": unit, "errors": errors}


LOGIN, SEARCH = endpoint("login", [10, 20, 30, 40, 1000], errors=1), endpoint("search", [0.25, 0.5], unit="s")


@pytest.mark.parametrize(
    ("measure", "value", "unit", "samples"),
    [
        pytest.param("p95", 1000, "ms", 5, id="p95 is the nearest rank, the fifth of five"),
        pytest.param("p80", 40, "ms", 5, id="p80, the fourth of five"),
        pytest.param("p80.1", 1000, "ms", 5, id="a hair above it, the fifth"),
        pytest.param("p50", 30, "ms", 5, id="the median"),
        pytest.param("p1", 10, "ms", 5, id="p1, the first"),
        pytest.param("min", 10, "ms", 5, id="min"),
        pytest.param("max", 1000, "ms", 5, id="max"),
        pytest.param("mean", 220, "ms", 5, id="mean"),
        pytest.param("errorRate", Fraction(1, 6), "ratio", 6, id="error rate"),
        pytest.param("successRate", Fraction(5, 6), "ratio", 6, id="success rate"),
        pytest.param("errors", 1, "count", 6, id="errors"),
        pytest.param("requests", 6, "count", 6, id="requests"),
        pytest.param(
            "throughput", Fraction(6 * 2, 3601), "/s", 6, id="six requests in 30 minutes and half a second"
        ),
    ],
)
def test_one_endpoint_of_our_own_format(
    folder: Path, measure: str, value: Fraction | int, unit: str, samples: int
) -> None:
    file = write(folder, own(LOGIN, SEARCH, endedAt="2027-01-15T07:30:00.5Z"))
    reading = series("LoadTest", file=file, measure=measure, name="login")
    assert (reading.points[0].value, reading.unit.text, reading.samples) == (value, unit, samples)
    assert reading.newest == AT - 1800
    assert reading.counts_events == (unit == "count")
    left_out = "1 failed requests have no duration and are left out"
    assert (left_out in reading.notes) == (unit == "ms")
    assert not any("does not say when" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("measure", "lower"),
    [
        *((measure, True) for measure in ("p95", "max", "mean", "errorRate")),
        ("successRate", False),
        *((measure, None) for measure in ("min", "errors", "requests", "throughput")),
    ],
)
def test_which_side_of_a_measure_is_better_is_told_where_it_is_known(
    measure: str, lower: bool | None
) -> None:
    source = sources.find("LoadTest")
    assert source.lower_is_better(source.Query(source="LoadTest", file="load.json", measure=measure)) is lower


def test_all_endpoints_together_in_the_unit_of_the_first(folder: Path) -> None:
    file = write(folder, own(LOGIN, SEARCH))
    assert [series("LoadTest", file=file, measure=m).points[0].value for m in ("p50", "p85", "max", "mean")] == [
        40, 500, 1000, Fraction(1850, 7)
    ]  # fmt: skip
    assert series("LoadTest", file=file, measure="requests").points[0].value == 8
    write(folder, own(SEARCH, LOGIN))
    reading = series("LoadTest", file=file, measure="p85")
    assert (reading.points[0].value, reading.unit.text) == (Fraction(1, 2), "s")


def test_the_shares_beneath_each_threshold(folder: Path) -> None:
    file = write(folder, own(LOGIN))
    targets = ["< 40 ms", "<= 40 ms", "> 0.04 s", ">= 0.04 s", "< 5 ms", "< 1 %"]
    reading = series("LoadTest", targets, file=file, measure="p95")
    assert reading.quantile == Fraction(95, 100)
    assert reading.shares == (
        Share(Fraction(40), False, 3, 5),
        Share(Fraction(40), True, 4, 5),
        Share(Fraction(40), True, 4, 5),
        Share(Fraction(40), False, 3, 5),
        Share(Fraction(5), False, 0, 5),
    )
    assert series("LoadTest", targets, file=file, measure="mean").shares == ()


def test_decimals_are_exact(folder: Path) -> None:
    text = json.dumps(own(endpoint("a", ["N"] * 3))).replace('"N"', "0.1")
    reading = series("LoadTest", file=write(folder, text), measure="mean")
    assert reading.points[0].value == Fraction(1, 10)


DURATIONS = st.lists(st.decimals(0, 10_000, places=3), min_size=1, max_size=60)


@given(durations=DURATIONS, percent=st.integers(1, 99), limit=st.integers(0, 10_000))
def test_any_percentile_is_the_value_at_its_rank_and_agrees_with_the_share(
    tmp_path_factory: pytest.TempPathFactory, durations: list[Any], percent: int, limit: int
) -> None:
    text = json.dumps(own(endpoint("a", ["N"]))).replace('"N"', ", ".join(map(str, durations)))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder := tmp_path_factory.mktemp("any"))
        reading = series("LoadTest", [f"< {limit} ms"], file=write(folder, text), measure=f"p{percent}")
    rank = ceil(Fraction(percent, 100) * len(durations))
    assert reading.points[0].value == Fraction(sorted(durations)[rank - 1])
    (share,) = reading.shares
    assert share.total == len(durations)
    assert (reading.points[0].value < limit) == (Fraction(share.below, share.total) >= Fraction(percent, 100))


def test_a_name_that_is_not_there_lists_those_that_are(folder: Path) -> None:
    found = absence("LoadTest", file=write(folder, own(LOGIN, SEARCH)), measure="p95", name="logout")
    assert (found.kind, found.reason) == ("no-data", "load.json has no requests named 'logout'")
    assert found.remedy == "it names these: login, search"


@pytest.mark.parametrize(
    "measure", ["p95", "mean", "errorRate", "successRate", "errors", "requests", "throughput"]
)
@pytest.mark.parametrize(
    "requests", [pytest.param([], id="none"), pytest.param([endpoint("a", [])], id="an empty one")]
)
def test_no_requests_are_no_data(folder: Path, measure: str, requests: list[Any]) -> None:
    found = absence("LoadTest", file=write(folder, own(*requests)), measure=measure)
    assert (found.kind, found.reason) == ("no-data", "load.json counts no requests")


def test_nothing_but_errors_has_no_durations(folder: Path) -> None:
    file = write(folder, own(endpoint("a", [], errors=3)))
    assert absence("LoadTest", file=file, measure="p95").kind == "no-data"
    assert series("LoadTest", file=file, measure="errorRate").points[0].value == 1


def test_a_test_that_took_no_time_has_no_throughput(folder: Path) -> None:
    moment = "2027-01-15T07:00:00Z"
    file = write(folder, own(LOGIN, startedAt=moment, endedAt=moment))
    assert absence("LoadTest", file=file, measure="throughput").kind == "no-data"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param(
            {"apiVersion": "checker/v2"}, "apiVersion is 'checker/v2', not 'checker/v1'", id="version"
        ),
        pytest.param({"startedAt": "2027-01-15T07:00:00"}, "not a time with an offset", id="a naive time"),
        pytest.param({"startedAt": "soon"}, "startedAt is 'soon', not a time", id="no time"),
        pytest.param({"startedAt": 5}, "startedAt is 5, not a time", id="a number as time"),
        pytest.param({"startedAt": "1969-01-15T07:00:00Z"}, "before 1970", id="too long ago"),
        pytest.param({"endedAt": "2027-01-15T06:00:00Z"}, "endedAt is before startedAt", id="backwards"),
        pytest.param({"users": -1}, "users is -1, not a whole number", id="negative users"),
        pytest.param({"users": True}, "users is True, not a whole number", id="users that are a truth"),
        pytest.param({"requests": {}}, "requests is not a list", id="no list"),
        pytest.param({"requests": [5]}, "requests[0] is not an object", id="no object"),
        pytest.param({"requests": [LOGIN, LOGIN]}, "the name 'login' is there 2 times", id="a name twice"),
        pytest.param({"request": []}, "the file has the unknown key 'request'", id="an unknown key"),
        pytest.param({"requests": [{"name": "a"}]}, "requests[0] has no durations", id="no durations"),
        pytest.param({"requests": [endpoint("", [1])]}, "requests[0].name is not a name", id="no name"),
        pytest.param(
            {"requests": [{**LOGIN, "durations": 5}]},
            "requests[0].durations is not a list",
            id="one duration",
        ),
        pytest.param({"requests": [endpoint("a", [1], unit="us")]}, "unit is 'us'; it is ms or s", id="unit"),
        pytest.param({"requests": [endpoint("a", [1, -3])]}, "requests[0].durations[1] is -3", id="negative"),
        pytest.param({"requests": [endpoint("a", [1, None])]}, "durations[1] is missing", id="null"),
        pytest.param({"requests": [endpoint("a", [True])]}, "durations[0] is True", id="a boolean"),
        pytest.param({"requests": [endpoint("a", ["1"])]}, "durations[0] is 1, not a number", id="text"),
        pytest.param(
            {"requests": [endpoint("a", [1], errors=-1)]}, "errors is -1, not a whole", id="negative errors"
        ),
        pytest.param(
            {"requests": [{**LOGIN, "errors": 1.5}]}, "errors is 1.5, not a whole", id="half an error"
        ),
    ],
)
def test_our_own_format_is_read_strictly(folder: Path, changed: dict[str, Any], reason: str) -> None:
    found = absence("LoadTest", file=write(folder, {**own(LOGIN), **changed}), measure="p95")
    assert found.kind == "failed"
    assert found.reason.startswith("load.json: ")
    assert reason in found.reason


@pytest.mark.parametrize("key", ["apiVersion", "startedAt", "endedAt", "requests"])
def test_our_own_format_needs_each_key(folder: Path, key: str) -> None:
    value = own(LOGIN)
    del value[key]
    assert (
        absence("LoadTest", file=write(folder, value), measure="p95").reason
        == f"load.json: the file has no {key}"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "the file is empty", id="empty"),
        pytest.param(" \n", "the file is empty", id="blank"),
        pytest.param("name,p95\na,5\n", "it is not JSON", id="CSV"),
        pytest.param(json.dumps(own(LOGIN))[:-9], "it is not JSON", id="truncated"),
        pytest.param("\ufeff{}", "it is not a load-test result that checker knows", id="another object"),
        pytest.param(
            '{"kind": "LoadTest"}', "it is not a load-test result that checker knows", id="another kind"
        ),
        pytest.param("5", "it is not a load-test result that checker knows", id="a number"),
        pytest.param("[5]", "it is not a load-test result that checker knows", id="a list"),
        pytest.param("[" * 100_000, "it is nested too deeply", id="without end"),
        pytest.param(
            '{"kind": 1, "kind": 2}', "it holds the key 'kind' twice in one object", id="a key twice"
        ),
    ],
)
def test_what_is_no_result_is_refused(folder: Path, text: str, reason: str) -> None:
    found = absence("LoadTest", file=write(folder, text), measure="p95")
    assert found.kind == "failed"
    assert reason in found.reason


def test_text_that_is_not_utf_8_is_refused(folder: Path) -> None:
    (folder / "load.json").write_bytes(json.dumps(own(LOGIN)).encode("utf-16"))
    assert "it is not UTF-8 text" in absence("LoadTest", file="load.json", measure="p95").reason


@pytest.mark.parametrize(
    "literal",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "1e-400",
        "1e31",
        "1e99999999999999999999",
        "9" * 5000,
        "0." + "1" * 99,
    ],
)
def test_a_number_that_is_none_is_refused(folder: Path, literal: str) -> None:
    for value in (own(endpoint("a", ["N"])), k6(p95="N"), locust(total="N")):
        text = json.dumps(value).replace('"N"', literal)
        found = absence("LoadTest", file=write(folder, text), measure="p95")
        assert found.kind == "failed"
        assert literal[:40] in found.reason


# k6: what k6 1.1.0 wrote, cut down to what is read


def k6(p95: Any = 20.32517, **changes: Any) -> dict[str, Any]:
    """The data that handleSummary gets. A request failed for each of http_req_failed's passes."""
    trend = {"avg": 15.74452732862192, "min": 0.755307, "med": 11.363691, "max": 169.32466, "p(90)": 19.05121}
    zeros = {"avg": 0, "min": 0, "med": 0, "max": 0, "p(90)": 0, "p(95)": 0}
    metrics = {
        "iterations": {"type": "counter", "contains": "default", "values": {"count": 283, "rate": 91.4}},
        "http_req_duration": {"type": "trend", "contains": "time", "values": {**trend, "p(95)": p95}},
        "http_req_failed": {
            "type": "rate",
            "contains": "default",
            "values": {"passes": 67, "fails": 499, "rate": 0.11837455830388692},
            "thresholds": {"rate<0.001": {"ok": False}},
        },
        "http_reqs": {
            "type": "counter",
            "contains": "default",
            "values": {"count": 566, "rate": 182.82073767966745},
        },
        "http_req_duration{name:login}": {"type": "trend", "values": {**trend, "p(95)": 20.215695199999995}},
        "http_req_failed{name:login}": {"values": {"passes": 28, "fails": 255, "rate": 0.0989399293286219}},
        "http_reqs{name:login}": {"values": {"count": 283, "rate": 91.41036883983372}},
        "http_req_duration{name:never}": {"values": zeros, "thresholds": {"p(95)<500": {"ok": True}}},
    }
    return {"root_group": {}, "state": {"testRunDurationMs": 3095.9}, "metrics": {**metrics, **changes}}


def exported(value: dict[str, Any]) -> dict[str, Any]:
    """The same as --summary-export writes it: values in the metric, and a threshold is true when crossed."""
    metrics = {}
    for name, metric in copy.deepcopy(value["metrics"]).items():
        metrics[name] = {**metric["values"], "thresholds": {"rate<0.001": True}}
        if "passes" in metrics[name]:
            metrics[name]["value"] = metrics[name].pop("rate")
    return {"root_group": {}, "metrics": metrics}


@pytest.mark.parametrize("shape", [k6, lambda: exported(k6())], ids=["handleSummary", "--summary-export"])
@pytest.mark.parametrize(
    ("measure", "name", "value", "unit", "samples"),
    [
        ("p95", None, "20.32517", "ms", 566),
        ("p90", None, "19.05121", "ms", 566),
        ("p50", None, "11.363691", "ms", 566),
        ("mean", None, "15.74452732862192", "ms", 566),
        ("min", None, "0.755307", "ms", 566),
        ("max", None, "169.32466", "ms", 566),
        ("requests", None, "566", "count", 566),
        ("errors", None, "67", "count", 566),
        ("errorRate", None, "67/566", "ratio", 566),
        ("successRate", None, "499/566", "ratio", 566),
        ("throughput", None, "182.82073767966745", "/s", 566),
        ("p95", "login", "20.215695199999995", "ms", 283),
        ("p95", "name:login", "20.215695199999995", "ms", 283),
        ("errorRate", "name: login", "28/283", "ratio", 283),
    ],
)
def test_k6_says_what_it_computed(
    folder: Path, shape: Any, measure: str, name: str | None, value: str, unit: str, samples: int
) -> None:
    reading = series(
        "LoadTest",
        ["< 1 s"],
        file=write(folder, shape()),
        measure=measure,
        **({"name": name} if name else {}),
    )
    assert (reading.points[0].value, reading.unit.text, reading.samples) == (Fraction(value), unit, samples)
    assert reading.newest is None
    assert "load.json does not say when the test ran" in reading.notes
    assert reading.shares == (), "k6 keeps no distribution"
    if measure.startswith("p"):
        assert "k6 interpolates percentiles between samples" in reading.notes
        assert f"the durations of {28 if name else 67} failed requests are among them" in reading.notes


def test_a_percentile_k6_did_not_compute_is_not_guessed(folder: Path) -> None:
    found = absence("LoadTest", file=write(folder, k6()), measure="p99.9")
    assert (found.kind, found.reason) == (
        "no-data",
        "k6 did not compute p99.9, so load.json does not hold it",
    )
    assert found.remedy == 'run k6 with --summary-trend-stats="avg,min,med,max,p(90),p(95),p(99.9)"'
    trend = {"values": {"p(99.90)": 42, "p(99)": 41}}
    mean = ask("LoadTest", file=write(folder, k6(http_req_duration=trend)), measure="mean")
    assert mean == Absence(
        "no-data",
        "k6 did not compute mean, so load.json does not hold it",
        'run k6 with --summary-trend-stats="avg,min,med,max,p(90),p(95)"',
    )
    write(folder, k6(http_req_duration=trend))
    assert series("LoadTest", file="load.json", measure="p99.9").points[0].value == 42
    assert series("LoadTest", file="load.json", measure="p99").points[0].value == 41


@pytest.mark.parametrize("name", ["never", "name:never", "nowhere"])
def test_the_zeros_that_k6_writes_for_a_tag_without_requests_are_no_measurement(
    folder: Path, name: str
) -> None:
    found = absence("LoadTest", file=write(folder, k6()), measure="p95", name=name)
    assert found.kind == "no-data"
    assert found.reason == f"load.json does not say how many requests of {name!r} there were"
    assert f"http_reqs{{name:{name.removeprefix('name:')}}}" in found.remedy
    assert found.remedy.startswith("name one of the tags that it counts (name:login), or give the k6 script ")
    counted = k6(**{"http_reqs{name:never}": {"values": {"count": 0, "rate": 0}}})
    assert absence("LoadTest", file=write(folder, counted), measure="p95", name=name).kind == "no-data"


def test_a_tag_that_means_two_things_is_refused(folder: Path) -> None:
    two = k6(**{"http_reqs{scenario:login}": {"values": {"count": 5, "rate": 1}}})
    found = absence("LoadTest", file=write(folder, two), measure="requests", name="login")
    assert (found.kind, found.remedy) == ("failed", "name one of these: name:login, scenario:login")


def test_a_k6_test_without_http_requests_is_no_data(folder: Path) -> None:
    file = write(folder, {"metrics": {"iterations": {"count": 1, "rate": 4013.45}}})
    for measure in ("p95", "errorRate", "requests", "throughput"):
        found = absence("LoadTest", file=file, measure=measure)
        assert (found.kind, found.reason) == ("no-data", "load.json counts no HTTP requests")


def test_requests_that_k6_did_not_judge_are_left_out_of_the_error_rate(folder: Path) -> None:
    some = k6(http_req_failed={"values": {"passes": 1, "fails": 3, "rate": 0.25}})
    reading = series("LoadTest", file=write(folder, some), measure="errorRate")
    assert (reading.points[0].value, reading.samples) == (Fraction(1, 4), 4)
    assert "562 requests were not judged and are left out" in reading.notes
    value = k6()
    del value["metrics"]["http_req_failed"]
    assert absence("LoadTest", file=write(folder, value), measure="errorRate").kind == "no-data"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param(
            {"http_req_failed": {"values": {"passes": 499, "fails": 67, "rate": 0.11837455830388692}}},
            "http_req_failed counts 499 of 566, but states 0.1183",
            id="passes and fails the wrong way round",
        ),
        pytest.param(
            {"http_reqs": {"values": {"count": 500, "rate": 1}}},
            "http_req_failed counts 566 requests, but http_reqs counts 500",
            id="more judged than there were",
        ),
        pytest.param(
            {"http_reqs": {"values": {"count": -1, "rate": 1}}}, "http_reqs.count is -1", id="negative"
        ),
        pytest.param(
            {"http_reqs": {"values": {"count": 1.5, "rate": 1}}}, "http_reqs.count is 1.5", id="half a one"
        ),
        pytest.param({"http_reqs": {"values": {"count": 566}}}, "http_reqs.rate is missing", id="no rate"),
        pytest.param({"http_reqs": 566}, "the metric 'http_reqs' is not an object", id="no object"),
        pytest.param(
            {"http_req_duration": {"values": {"p(95)": -1}}}, "http_req_duration.p(95) is -1", id="before 0"
        ),
        pytest.param(
            {"http_req_duration": {"values": {"p(95)": "20"}}}, "http_req_duration.p(95) is 20", id="text"
        ),
        pytest.param(
            {"http_req_failed": {"values": {"passes": 1}}}, "http_req_failed.fails is missing", id="half"
        ),
    ],
)
def test_a_k6_summary_that_disagrees_with_itself_is_refused(
    folder: Path, changed: dict[str, Any], reason: str
) -> None:
    found = absence("LoadTest", file=write(folder, k6(**changed)), measure="p95")
    assert found.kind == "failed"
    assert reason in found.reason


# Locust: what Locust 2.47.0 wrote, shortened


def locust(total: Any = 4617.094473999714, **changes: Any) -> list[dict[str, Any]]:
    first = {
        "name": "/a",
        "method": "GET",
        "last_request_timestamp": AT - 97.25,
        "start_time": AT - 99.75,
        "num_requests": 10,
        "num_none_requests": 1,
        "num_failures": 2,
        "total_response_time": total,
        "max_response_time": 170.5226820001826,
        "min_response_time": 1.1582479999106,
        "total_content_length": 536,
        "response_times": {"33": 1, "2": 6, "160": 1, "170": 1},
        "num_reqs_per_sec": {},
        "num_fail_per_sec": {},
        **changes,
    }
    second = {**first, "method": "POST", "num_failures": 10, "last_request_timestamp": AT - 95.75, **changes}
    third = {**first, "name": "/c", "max_response_time": 990, "response_times": {"990": 9}, **changes}
    return [first, second, third]


@pytest.mark.parametrize(
    ("measure", "name", "value", "unit", "samples"),
    [
        pytest.param("p50", "GET /a", "2.5", "ms", 9, id="2 ms, which may be 2.5"),
        pytest.param("p80", "GET /a", "165", "ms", 9, id="160 ms, which may be 165"),
        pytest.param(
            "p95", "GET /a", "170.5226820001826", "ms", 9, id="170 ms, and none is longer than the longest"
        ),
        pytest.param("p95", "/c", "990", "ms", 9, id="a name without its method"),
        pytest.param("p95", None, "990", "ms", 27, id="all"),
        pytest.param("min", None, "1.1582479999106", "ms", 27, id="min"),
        pytest.param("max", "GET /a", "170.5226820001826", "ms", 9, id="max"),
        pytest.param("mean", "GET /a", "2308547236999857/4500000000000", "ms", 9, id="mean"),
        pytest.param("errors", None, "14", "count", 30, id="errors"),
        pytest.param("errorRate", "POST /a", "1", "ratio", 10, id="all of them failed"),
        pytest.param("throughput", None, "7.5", "/s", 30, id="30 requests in 4 seconds"),
    ],
)
def test_locust(folder: Path, measure: str, name: str | None, value: str, unit: str, samples: int) -> None:
    reading = series(
        "LoadTest", file=write(folder, locust()), measure=measure, **({"name": name} if name else {})
    )
    assert (reading.points[0].value, reading.unit.text, reading.samples) == (Fraction(value), unit, samples)
    assert reading.newest == AT - 96
    rounded = (
        "Locust rounds durations (two digits from 100 ms on); each counts as the longest it may have been"
    )
    assert (rounded in reading.notes) == measure.startswith("p")


@pytest.mark.parametrize(
    ("bucket", "longest"),
    [("0", 0.5), ("99", 99.5), ("100", 105), ("500", 505), ("1000", 1050), ("10000", 10500)],
)
def test_a_duration_that_locust_rounded_down_does_not_pass(folder: Path, bucket: str, longest: float) -> None:
    value = locust(response_times={bucket: 9}, max_response_time=99_999)
    reading = series("LoadTest", [f"<= {bucket} ms"], file=write(folder, value), measure="p95")
    assert reading.points[0].value == Fraction(longest)
    assert reading.shares == (Share(Fraction(bucket), True, 0, 27),)


def test_a_name_with_two_methods_must_be_written_in_full(folder: Path) -> None:
    found = absence("LoadTest", file=write(folder, locust()), measure="p95", name="/a")
    assert (found.kind, found.reason) == ("failed", "load.json has several requests named '/a'")
    assert found.remedy == "name one of these: GET /a, POST /a"


def test_a_locust_run_without_requests_is_no_data(folder: Path) -> None:
    assert absence("LoadTest", file=write(folder, "[]"), measure="p95").kind == "no-data"
    idle = {
        "num_requests": 0,
        "num_none_requests": 0,
        "num_failures": 0,
        "response_times": {},
        "min_response_time": None,
    }
    assert absence("LoadTest", file=write(folder, locust(**idle)), measure="errorRate").kind == "no-data"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param(
            {"num_requests": 11}, "entry 0 has 11 requests (1 without a duration, 2 failed), but 9", id="lost"
        ),
        pytest.param({"num_failures": 11}, "11 failed), but 9 durations", id="more failed than there were"),
        pytest.param({"num_requests": -1}, "entry 0.num_requests is -1", id="negative"),
        pytest.param({"response_times": {"2": -9}}, "response_times[2] is -9", id="a negative count"),
        pytest.param(
            {"response_times": {"-2": 9}}, "response_times has the key '-2'", id="a negative duration"
        ),
        pytest.param({"response_times": {"NaN": 9}}, "response_times has the key 'NaN'", id="NaN"),
        pytest.param({"response_times": {"1e400": 9}}, "response_times has the key '1e400'", id="infinite"),
        pytest.param({"response_times": [9]}, "response_times that are not an object", id="a list"),
        pytest.param({"name": None}, "entry 0 has no name", id="no name"),
        pytest.param({"max_response_time": None}, "entry 0.max_response_time is missing", id="no longest"),
        pytest.param({"start_time": "now"}, "start_time is now, not a number", id="no time"),
        pytest.param(
            {"max_response_time": 1}, "the longest duration is stated as 1.0, but there is", id="too short"
        ),
    ],
)
def test_a_locust_file_that_disagrees_with_itself_is_refused(
    folder: Path, changed: dict[str, Any], reason: str
) -> None:
    found = absence("LoadTest", file=write(folder, locust(**changed)), measure="p95")
    assert found.kind == "failed"
    assert reason in found.reason


# Evidence and queries


def edited(**changes: Any) -> dict[str, Any]:
    entry = {
        "name": "a", "method": "", "unit": "ms", "requests": 3, "judged": 3, "errors": 1,
        "durations": [["10", 1], ["20", 1]], "statistics": {}, "rate": None,
    }  # fmt: skip
    return {"entries": [{**entry, **changes}]}


@pytest.mark.parametrize("measure", ["p95", "mean", "errorRate", "throughput"])
@pytest.mark.parametrize(
    "changed",
    [
        {"format": "jmeter"},
        {"entries": None},
        {"entries": [5]},
        {"entries": [{}]},
        {"startedAt": "soon"},
        {"endedAt": -5},
        edited(name=5),
        edited(unit="us"),
        edited(requests=-3),
        edited(requests=2),
        edited(requests=None),
        edited(requests=True),
        edited(judged=9),
        edited(errors=4),
        edited(errors=None),
        edited(durations=None),
        edited(durations=[["10", 2], ["20", -1]]),
        edited(durations=[["10"]]),
        edited(durations=[[10, 2]]),
        edited(durations=[["NaN", 2]]),
        edited(durations=[["-1", 2]]),
        edited(durations=[["1e400", 2]]),
        edited(statistics=None),
        edited(statistics={"mean": "fast"}),
        edited(rate="fast"),
    ],
)
def test_edited_evidence_is_an_absence(folder: Path, changed: dict[str, Any], measure: str) -> None:
    file = Path(write(folder, own(endpoint("a", [10, 20], errors=1))))
    assert isinstance(reread("LoadTest", edited(), file, measure=measure), Series)
    reading = reread("LoadTest", changed, file, measure=measure)
    assert isinstance(reading, Absence)
    assert reading.kind == "failed"


@pytest.mark.parametrize(
    "changed",
    [
        {"statistics": {}},
        {"statistics": {"min": "1", "max": "990"}},
        {"requests": 8, "judged": 8, "errors": 8},
        {"durations": [["2", 6], "ab"]},
    ],
)
def test_edited_evidence_of_locust_is_an_absence(folder: Path, changed: dict[str, Any]) -> None:
    file = Path(write(folder, locust()))
    (made,) = exchanges("LoadTest", [question("LoadTest", file=str(file), measure="max")])
    first, *others = (made.response or {})["entries"]
    reading = reread("LoadTest", {"entries": [{**first, **changed}, *others]}, file, measure="max")
    assert isinstance(reading, Absence)
    assert reading.kind == "failed"


def test_statistics_put_into_evidence_of_our_own_format_do_not_count(folder: Path) -> None:
    file = Path(write(folder, own(endpoint("a", [10, 20], errors=1))))
    reading = reread(
        "LoadTest", edited(statistics={"mean": "1", "0.95": "1", "min": "1"}), file, measure="mean"
    )
    assert isinstance(reading, Series)
    assert reading.points[0].value == 15


def test_one_file_is_read_once_for_all_its_questions(folder: Path) -> None:
    file = write(folder, own(LOGIN))
    asked = [question("LoadTest", file=file, measure=measure) for measure in ("p50", "max", "errors")]
    made = exchanges("LoadTest", asked)
    assert len(made) == 1
    assert set(made[0].response or {}) == {"sha256", "bytes", "format", "startedAt", "endedAt", "entries"}
    values = [reading.points[0].value for reading in sources.find("LoadTest").read(asked, made)]  # type: ignore[union-attr]
    assert values == [30, 1000, 1]
    assert sources.find("LoadTest").describe(asked[0]) == "p50 of all requests in load.json"


def test_evidence_with_two_answers_is_an_absence(folder: Path) -> None:
    asked = [question("LoadTest", file=write(folder, own(LOGIN)), measure="p50")]
    (made,) = exchanges("LoadTest", asked)
    (same,) = sources.find("LoadTest").read(asked, [made, made])
    assert isinstance(same, Series)
    (other,) = sources.find("LoadTest").read(asked, [made, made._replace(response=edited())])
    assert isinstance(other, Absence)
    (none,) = sources.find("LoadTest").read(asked, [])
    assert isinstance(none, Absence)
    assert none.kind == "not-recorded"


@pytest.mark.parametrize(
    "measure", ["p0", "p100", "p5.", "p99.9999", "P95", "p95\n", "p-5", "median", "", None, 95]
)
def test_a_measure_that_does_not_exist_is_refused(measure: Any) -> None:
    with pytest.raises(ValidationError):
        question("LoadTest", file="load.json", measure=measure)


@pytest.mark.parametrize(
    ("measure", "unit"),
    [("p95", "ms"), ("max", "ms"), ("errorRate", "ratio"), ("errors", "count"), ("throughput", "/s")],
)
def test_the_unit_is_known_before_asking(measure: str, unit: str) -> None:
    source = sources.find("LoadTest")
    found = source.unit(source.Query(source="LoadTest", file="load.json", measure=measure))
    assert found is not None
    assert found.text == unit


@pytest.mark.parametrize("measure", ["p95", "max", "mean", "min"])
def test_durations_of_failures_alone_are_no_durations(folder: Path, measure: str) -> None:
    """A service that is down refuses at once: its percentiles are excellent."""
    value = k6()
    value["metrics"]["http_req_failed"]["values"] = {"rate": 1, "passes": 566, "fails": 0}
    down = write(folder, value)
    assert "every request failed" in absence("LoadTest", file=down, measure=measure).reason
    assert series("LoadTest", file=down, measure="errors").points[0].value == 566
    file = write(folder, locust())
    assert "every request failed" in absence("LoadTest", file=file, measure=measure, name="POST /a").reason


@pytest.mark.parametrize(
    ("errors", "measure", "known"), [(537, "p95", True), (538, "p95", False), (283, "p50", False)]
)
def test_as_many_failures_as_a_percentile_has_beneath_it_leave_it_to_them(
    folder: Path, errors: int, measure: str, known: bool
) -> None:
    """Of 566 requests 537.7 are at or beneath the p95: they may all be of a service that refuses at once."""
    failed = {"values": {"rate": errors / 566, "passes": errors, "fails": 566 - errors}}
    file = write(folder, k6(http_req_failed=failed))
    if known:
        assert series("LoadTest", file=file, measure=measure).points[0].value > 0
    else:
        assert (
            f"the {measure} says nothing about requests that succeeded"
            in absence("LoadTest", file=file, measure=measure).reason
        )


@pytest.mark.parametrize(
    ("indicator", "target", "outcome"),
    [
        ("measure: errorRate", "< 2 %", "INCONCLUSIVE"),
        ("measure: errors", "== 0", "INCONCLUSIVE"),
        ("measure: successRate", ">= 99 %", "INCONCLUSIVE"),
        ("measure: errorRate", "<= 15 %", "PASS"),
    ],
)
def test_requests_that_were_not_judged_may_have_failed(
    folder: Path, indicator: str, target: str, outcome: str
) -> None:
    """Of 566 requests 80 were not judged, and none of the others failed."""
    write(folder, k6(http_req_failed={"values": {"passes": 0, "fails": 486, "rate": 0}}), "load.json")
    judged = judge(
        criteria(
            f"name: a, indicator: {{source: LoadTest, file: load.json, {indicator}}}, target: '{target}'"
        )
    )
    verdict = judged.verdicts["a"]
    assert (judged.code, verdict["outcome"]) == (0 if outcome == "PASS" else 3, outcome)
    if judged.code:
        assert "if the 80 requests that were not judged had failed" in verdict["reasons"][0]
        assert "setResponseCallback" in verdict["remedy"]


def test_a_duration_of_zero_is_none_that_k6_timed(folder: Path) -> None:
    value = k6()
    del value["metrics"]["http_req_failed"]
    zeros = dict.fromkeys(value["metrics"]["http_req_duration"]["values"], 0)
    value["metrics"]["http_req_duration"]["values"] = zeros
    found = absence("LoadTest", file=write(folder, value), measure="p95")
    assert (found.kind, found.reason.partition(" ")[2]) == (
        "no-data",
        "states a p95 of 0 for 566 requests: none was timed",
    )
    # The fastest of them may have been answered from a cache.
    value["metrics"]["http_req_duration"]["values"] = {**zeros, "max": 3, "avg": 1}
    assert series("LoadTest", file=write(folder, value), measure="min").points[0].value == 0
