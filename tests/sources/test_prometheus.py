"""The Prometheus source against a real Prometheus, with samples whose answers are computed by hand.

Every series has a sample a minute, unless its comment says otherwise, and the last one is at the moment of
judgement.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from checker import evidence as recording
from checker.cli import main
from checker.model import Exchange, Outcome, Request, Series, Verdict
from checker.run import Options, run
from tests.prometheus import MISSING, Samples, running
from tests.sources.prometheus_asking import AT, SOURCE, TIME, absent, exchange, measured, question

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

HOUR = range(61)
"""The minutes of an hour, both ends included."""


def minutes(*values: object) -> list[tuple[int, object]]:
    """A sample a minute up to AT; None is a missing one."""
    times = range(AT - 60 * (len(values) - 1), AT + 1, 60)
    return [(time, value) for time, value in zip(times, values, strict=True) if value is not None]


SAMPLES: Samples = {
    # 35: up by 20, reset, 5 since then, and 10 more.
    "reset_total": minutes(0, 10, 20, 5, 15),
    # 162: Prometheus's own test vector; the first eleven points of 0+18x5 0+18x5.
    "oracle_total": minutes(0, 18, 36, 54, 72, 90, 0, 18, 36, 54, 72),
    # 10 a minute on a, whose process restarts after half an hour; 5 a minute on b, which runs on.
    'requests_total{instance="a",code="200"}': minutes(*(10 * (n % 31) for n in HOUR)),
    'requests_total{instance="b",code="200"}': minutes(*(1000 + 5 * n for n in HOUR)),
    # One error every five minutes, on b.
    'requests_total{instance="b",code="500"}': minutes(*(n // 5 for n in HOUR)),
    # 60 in an hour, but not seen from the 20th minute to the 39th.
    "gap_total": minutes(*(None if 20 <= n < 40 else n for n in HOUR)),
    # Last seen half an hour before the end.
    "dead_total": minutes(*(n if n <= 30 else None for n in HOUR)),
    "dead_gauge": minutes(*(5 if n <= 30 else None for n in HOUR)),
    # First seen half an hour before the end.
    "young_total": minutes(*(n if n >= 30 else None for n in HOUR)),
    # Seen for the first time at the end.
    "once_total": minutes(*(7 if n == 60 else None for n in HOUR)),
    # Errors beside a counter that was there throughout; and a history that only came into view towards the end.
    'failures_total{code="x"}': minutes(*(0 for n in HOUR)),
    'failures_total{code="y"}': minutes(*(7 if n >= 30 else None for n in HOUR)),
    'calls_total{job="a"}': minutes(*(10 * n for n in HOUR)),
    'calls_total{job="b"}': minutes(*(1_000_000 + n if n >= 57 else None for n in HOUR)),
    # An instance that takes over: first seen when it had answered 50 requests, all of them well.
    'served_total{instance="old"}': minutes(*(10 * n if n <= 30 else None for n in HOUR)),
    'served_total{instance="new"}': minutes(*(50 + 10 * n if n >= 30 else None for n in HOUR)),
    'served_well_total{instance="old"}': minutes(*(10 * n if n <= 30 else None for n in HOUR)),
    'served_well_total{instance="new"}': minutes(*(50 + 10 * n if n >= 30 else None for n in HOUR)),
    # Steady, for extrapolating functions: 7 a minute.
    "steady_total": minutes(*(7 * n for n in HOUR)),
    # 99 of 100 requests are good, and 3 of 4 of those are fast.
    'http_request_duration_seconds_count{job="myservice",code="200"}': minutes(*(990 * n for n in HOUR)),
    'http_request_duration_seconds_count{job="myservice",code="503"}': minutes(*(7 * n for n in HOUR)),
    'http_request_duration_seconds_count{job="myservice",code="429"}': minutes(*(3 * n for n in HOUR)),
    "queue_depth": minutes(*(None if n < 56 else 4 for n in HOUR)),
    "temperature": minutes("20.5", "19.1", "-3.25", "40", "21.3"),
    "latency_seconds": minutes("0.1", "0.1", "0.2", "0.3"),
    'spread{zone="a"}': minutes(1, 1, 1, 1, 1),
    'spread{zone="b"}': minutes(2, 2, 2, 2, 2),
    'latency_bucket{le="0.1"}': minutes(*(50 * n for n in HOUR)),
    'latency_bucket{le="0.5"}': minutes(*(100 * n for n in HOUR)),
    'latency_bucket{le="+Inf"}': minutes(*(100 * n for n in HOUR)),
    # Nothing is as fast as half a second.
    'slow_bucket{le="0.5"}': minutes(*(0 for n in HOUR)),
    'slow_bucket{le="+Inf"}': minutes(*(100 * n for n in HOUR)),
    "up": minutes(*([1] * 61)),
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("prometheus"), SAMPLES) as running_at:
        yield running_at


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name in ("PROMETHEUS_TOKEN", "PROMETHEUS_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PROMETHEUS_URL", url)


def total(series: Series) -> Fraction:
    return sum((point.value for point in series.points), Fraction(0))


@pytest.mark.parametrize(
    ("query", "window", "grown"),
    [
        ("reset_total", 240, 35),
        ("oracle_total", 600, 162),
        ('requests_total{instance="a"}', 3600, 30 * 10 + 29 * 10),
        # Both instances, each with its own restarts.
        ('requests_total{code="200"}', 3600, 590 + 300),
        ("requests_total", 3600, 590 + 300 + 12),
        ('{__name__=~"requests_.*", code="500"}', 3600, 12),
        ("gap_total", 3600, 60),
        ("steady_total", 3600, 420),
    ],
)
def test_an_increase_is_exact(url: str, query: str, window: int, grown: int) -> None:
    series = measured(question(url, window, query=query, reduce="increase"))
    assert total(series) == grown
    assert series.combine == "sum"
    assert series.counts_events
    assert series.window == (AT - window, AT)


def test_an_increase_of_a_sum_would_not_be(url: str) -> None:
    """Why the counters are asked one by one: read as one counter, the restart of a looks like a restart of both."""
    as_one = Request(
        "Prometheus",
        question(url, query="up").connection,
        "query_range",
        {"query": 'sum(requests_total{code="200"})', "start": AT - 3600, "end": AT, "step": 60},
    )
    response = exchange(as_one).response
    assert response is not None
    values = [int(value) for _, value in response["data"]["result"][0]["values"]]
    grown = sum(b - a if b >= a else b for a, b in pairwise(values))
    assert grown == 450 + 1155 + 435


def test_bad_events_that_were_not_counted_throughout_are_no_good_ones(url: str, tmp_path: Path) -> None:
    """The counter of bad events is there for half of the hour, and for the rest nobody knows."""
    bad, total = (
        {"source": "Prometheus", "query": f"sum(increase({name}[{{{{.window}}}}]))"}
        for name in ("dead_total", "steady_total")
    )
    for query, outcome in ((bad, "INCONCLUSIVE"), ({**bad, "query": f"{bad['query']} or vector(0)"}, "PASS")):
        indicator = {"bad": query, "total": total}
        criteria = [{"name": "kept", "indicator": indicator, "target": "< 10 %"}]
        spec = {"window": "1h", "criteria": criteria}
        document = {
            "apiVersion": "checker/v1",
            "kind": "SuccessCriteria",
            "metadata": {"name": "half"},
            "spec": spec,
        }
        (tmp_path / "half.json").write_text(json.dumps(document), encoding="utf-8")
        report, _ = run(Options((str(tmp_path),), AT))
        (verdict,) = report.verdicts
        assert (verdict.outcome, verdict.value is None) == (Outcome(outcome), False), verdict.reasons


@pytest.mark.parametrize(
    ("errors", "target", "outcome", "words"),
    [
        ("young_total", "< 61", "PASS", "30 meets < 61 by 31"),
        (
            "young_total",
            "< 50",
            "INCONCLUSIVE",
            "60 misses < 50 by 10, if what counters held when they were first",
        ),
        ("young_total", "> 40", "FAIL", "30 misses > 40 by 10"),
        (
            "once_total",
            "== 0",
            "INCONCLUSIVE",
            "7 misses == 0 by 7, if what counters held when they were first",
        ),
        ("none_total", "== 0", "PASS", "0 meets == 0 exactly"),
    ],
)
def test_a_counter_that_appears_with_errors_does_not_pass_for_none(
    url: str, tmp_path: Path, errors: str, target: str, outcome: str, words: str
) -> None:
    """Counters by a label of the error appear with the first of them, which is no growth of what was there before."""
    indicator, heartbeat = (
        {"source": "Prometheus", "query": name, "reduce": "increase"} for name in (errors, "steady_total")
    )
    kept = {
        "name": "kept",
        "indicator": indicator,
        "target": target,
        "noData": "zero",
        "heartbeat": heartbeat,
    }
    document = {
        "apiVersion": "checker/v1",
        "kind": "SuccessCriteria",
        "metadata": {"name": "errors"},
        "spec": {"window": "1h", "criteria": [kept]},
    }
    (tmp_path / "errors.json").write_text(json.dumps(document), encoding="utf-8")
    report, _ = run(Options((str(tmp_path),), AT))
    (verdict,) = report.verdicts
    assert (verdict.outcome, verdict.reasons[0].startswith(words)) == (Outcome(outcome), True), (
        verdict.reasons
    )


@pytest.mark.parametrize(
    ("keys", "note"),
    [
        (
            {"query": "sum(increase(misspelt_total[{{.window}}])) or on() vector(0)"},
            "the query has 'or on() vector(0)': it returns that also when a metric is misspelt or no longer scraped",
        ),
        (
            {"query": "histogram_quantile(0.95, rate(slow_bucket[{{.window}}]))"},
            "0.5 may be the last finite bucket's bound, which histogram_quantile answers for all beyond it",
        ),
        (
            {"query": "sum(rate(dead_total[{{.window}}])) / sum(rate(gap_total[{{.window}}]))", "unit": "%"},
            "was read as",
        ),
        (
            {"query": "dead_total", "reduce": "increase"},
            "1 of 1 counters ended before the window did; what they counted since is not known",
        ),
    ],
)
def test_what_an_answer_cannot_tell_is_noted(url: str, keys: dict[str, str], note: str) -> None:
    assert any(note in told for told in measured(question(url, **keys)).notes)


def test_what_one_counter_held_before_does_not_outweigh_what_another_did(url: str, tmp_path: Path) -> None:
    """Seven errors among 600 calls are a miss, whatever a counter of calls held that only then came into view."""
    verdict = judged_share(tmp_path, "< 1 %", bad="failures_total", total="calls_total")
    assert verdict.outcome is Outcome.INCONCLUSIVE, verdict.reasons
    assert "misses < 1 %" in verdict.reasons[0]
    assert ", but only of those of the period from 2026-01-31T11:29:00Z; else " in verdict.reasons[0]


def test_an_instance_that_starts_brings_what_is_good_and_the_total_at_once(url: str, tmp_path: Path) -> None:
    """What it had counted before it was seen first was not counted on one side alone."""
    verdict = judged_share(tmp_path, ">= 99 %", good="served_well_total", total="served_total")
    assert verdict.outcome is Outcome.PASS, verdict.reasons


def judged_share(folder: Path, target: str, **counters: str) -> Verdict:
    """The verdict of a share of counters, of which each is followed by itself."""
    indicator = {
        side: {"source": "Prometheus", "query": name, "reduce": "increase"} for side, name in counters.items()
    }
    document = {
        "apiVersion": "checker/v1",
        "kind": "SuccessCriteria",
        "metadata": {"name": "share"},
        "spec": {"window": "1h", "criteria": [{"name": "kept", "indicator": indicator, "target": target}]},
    }
    (folder / "share.json").write_text(json.dumps(document), encoding="utf-8")
    report, _ = run(Options((str(folder),), AT))
    (verdict,) = report.verdicts
    return verdict


def test_missing_samples_are_missing_coverage(url: str) -> None:
    series = measured(question(url, query="gap_total", reduce="increase"))
    # Prometheus repeats the last sample for five minutes; so 15 of the 20 are seen to be missing.
    assert (series.present, series.expected) == (45, 60)
    young = measured(question(url, query="young_total", reduce="increase"))
    assert (total(young), young.present, young.expected) == (30, 30, 60)
    assert young.notes == ("1 of 1 counters began within the window; what they held at first is not counted",)


@pytest.mark.parametrize(
    ("reduce", "values"),
    [("min", ["19.1", "-3.25", "40", "21.3"]), ("max", ["19.1", "-3.25", "40", "21.3"]), ("last", ["21.3"])],
)
def test_a_gauge_over_the_window(url: str, reduce: str, values: list[str]) -> None:
    series = measured(question(url, 240, query="temperature", reduce=reduce))
    assert [point.value for point in series.points] == [Fraction(value) for value in values]
    assert (series.present, series.expected, series.newest) == (4, 4, AT)


def test_one_value_with_the_window_in_it(url: str) -> None:
    series = measured(question(url, query="sum(increase(steady_total[{{.window}}]))", unit="count"))
    # 61 samples from end to end: nothing to extrapolate.
    assert [(point.time, point.value) for point in series.points] == [(AT, 420)]
    assert (series.combine, series.samples, series.counts_events) == ("single", 420, True)
    assert (series.present, series.expected, series.notes) == (12, 12, ())


@pytest.mark.parametrize(
    ("query", "least", "most"), [("dead_total", 6, 7), ("young_total", 6, 7), ("up", 12, 12)]
)
def test_one_value_that_rests_on_half_the_window_is_seen_to(
    url: str, query: str, least: int, most: int
) -> None:
    """PromQL answers these as if nothing were missing; the coverage tells."""
    series = measured(question(url, query=f"sum(rate({query}[{{{{.window}}}}]))"))
    assert series.points
    assert series.expected == 12
    assert least <= series.present <= most


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("42", Fraction(42)),
        ("scalar(up)", Fraction(1)),
        ("vector(0.1)", Fraction(1, 10)),
        ("sum(spread)", Fraction(3)),
        # Half of the requests took at most 100 ms, the other half at most 500: the third quarter, at most 300.
        ("histogram_quantile(0.75, rate(latency_bucket[{{.window}}]))", Fraction("0.3")),
        ("vector(1e300) * 1e8", Fraction(10**308)),
        ("vector(5e-324)", Fraction(5, 10**324)),
        # The sum is Prometheus's, in doubles; reading it adds no error.
        ("vector(0.1) + 0.2", Fraction("0.30000000000000004")),
    ],
)
def test_values_are_read_exactly(url: str, query: str, value: Fraction) -> None:
    (point,) = measured(question(url, query=query)).points
    assert point.value == value


@pytest.mark.parametrize(
    ("keys", "kind", "words"),
    [
        ({"query": "nowhere"}, "no-data", "no series at 2026-01-31T12:00:00Z, and absence is not zero"),
        ({"query": "nowhere", "reduce": "max"}, "no-data", "no series from 2026-01-31T11:00:00Z to "),
        ({"query": "nowhere", "reduce": "increase"}, "no-data", "no series from 2026-01-31T11:00:00Z to "),
        ({"query": "spread"}, "failed", 'they differ in zone: spread{zone="a"}, spread{zone="b"}'),
        ({"query": "spread", "reduce": "max"}, "failed", "returns 2 series where one is expected"),
        ({"query": "vector(0) / 0"}, "failed", "the query returns NaN at 2026-01-31T12:00:00Z"),
        ({"query": "vector(1) / 0"}, "failed", "the query returns +Inf at 2026-01-31T12:00:00Z"),
        (
            {"query": "vector(-1) / 0", "reduce": "min"},
            "failed",
            "the query returns -Inf at 2026-01-31T11:01:00Z",
        ),
        ({"query": "up[{{.window}}]"}, "failed", "the query returns the samples of a range, not one value"),
        (
            {"query": "up[5m]", "reduce": "max"},
            "failed",
            "refused the query: bad_data: invalid expression type",
        ),
        ({"query": '"text"'}, "failed", "the query returns a text"),
        ({"query": "sum(up) by by"}, "failed", "refused the query: bad_data: invalid parameter"),
        ({"query": "spread + on() spread"}, "failed", "refused the query: execution: found duplicate series"),
        ({"query": "-temperature", "reduce": "last", "lag": "1d"}, "no-data", "no series from 2026-01-30"),
    ],
)
def test_what_is_no_measurement_says_why(url: str, keys: dict[str, str], kind: str, words: str) -> None:
    assert words in absent(question(url, **keys), kind).reason


def test_a_range_of_more_than_11000_points_is_asked_in_parts(url: str) -> None:
    asked = question(url, 86400, query="time()", reduce="mean", period="5s")
    assert len(SOURCE.requests([asked])) == 2
    series = measured(asked)
    # time() is its own moment: the mean of AT - 86395, ..., AT - 5, AT.
    assert (series.present, series.expected) == (17_280, 17_280)
    assert total(series) / 17_280 == AT - Fraction(86_395, 2)
    # In one part, Prometheus refuses it.
    whole = Request(
        "Prometheus",
        asked.connection,
        "query_range",
        {"query": "time()", "start": AT - 86_395, "end": AT, "step": 5},
    )
    failure = exchange(whole).failure
    assert failure is not None
    assert "exceeded maximum resolution of 11,000 points" in failure.message


CRITERIA = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: shop}
spec:
  window: 1h
  criteria:
%s
"""
COUNTED = "{source: Prometheus, query: '%s', reduce: increase}"
REQUESTS = 'http_request_duration_seconds_count{job="myservice"%s}'
SLOTH = "{source: Prometheus, query: 'sum(rate(" + REQUESTS + "[{{.window}}]))'}"
OK, FAILED, BOTH = SLOTH % ',code!~"(5..|429)"', SLOTH % ',code=~"(5..|429)"', SLOTH % ""
FINE = COUNTED % 'requests_total{code="200"}'
ALSO_FINE = COUNTED % 'requests_total{code=~"200"}'
GOOD, ALL = COUNTED % 'requests_total{code!~"5.."}', COUNTED % "requests_total"

Judge = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Runs the command on one criterion, and a replay of what it recorded; gives the exit code and the verdict."""

    def judged(criterion: str, *flags: str) -> tuple[int, dict[str, Any]]:
        file, report, kept = (tmp_path / name for name in ("shop.yaml", "report.json", "evidence.jsonl"))
        file.write_text(CRITERIA % f"    - {{name: promise, {criterion}}}", encoding="utf-8")
        told = ["-f", f"json={report}", "-q", *flags]
        code = main(["run", str(file), "--at", TIME, "--record", str(kept), *told])
        first = report.read_text(encoding="utf-8")
        assert main(["run", str(file), "--replay", str(kept), *told]) == code
        assert report.read_text(encoding="utf-8") == first
        (verdict,) = json.loads(first)["verdicts"]
        return code, verdict

    return judged


@pytest.mark.parametrize(
    ("criterion", "code", "value"),
    [
        # 890 of 902 requests are 98.669... %.
        (f"indicator: {{good: {GOOD}, total: {ALL}}}, target: '> 98.66 %'", 0, "44500/451"),
        (f"indicator: {{good: {GOOD}, total: {ALL}}}, target: '> 98.67 %'", 1, "44500/451"),
        # All of them, at the very target.
        (f"indicator: {{good: {FINE}, total: {ALSO_FINE}}}, "
         "target: '>= 100 %'", 0, "100"),
        # Sloth's own queries: 990 of 1000, but for the doubles that rate() computes in.
        (f"indicator: {{good: {OK}, total: {BOTH}}}, target: '> 98.999999 %'", 0, "about 99"),
        (f"indicator: {{bad: {FAILED}, total: {BOTH}}}, target: '< 1.000001 %'", 0, "about 1"),
        (f"indicator: {{bad: {FAILED}, total: {BOTH}}}, target: '< 0.999999 %'", 1, "about 1"),
        # 0.1 + 0.2 + 0.3 over three: exactly 200 ms, which doubles would miss.
        ("window: 3m, indicator: {source: Prometheus, query: latency_seconds, reduce: mean, unit: s}, "
         "target: '== 200 ms'", 0, "200"),
        ("window: 4m, indicator: {source: Prometheus, query: temperature, reduce: max}, target: '< 40'", 1, "40"),
        ("window: 4m, indicator: {source: Prometheus, query: temperature, reduce: min}, target: '> -3.26'", 0, "-3.25"),
        ("window: 4m, indicator: {source: Prometheus, query: temperature, reduce: last}, target: '< 21.4'", 0, "21.3"),
        # Seven a minute, told as a rate.
        ("indicator: {source: Prometheus, query: steady_total, reduce: increase, unit: count}, target: '<= 7 /min'", 0,
         "7"),
        ("indicator: {source: Prometheus, query: 'sum(rate(steady_total[window])) * 60', unit: /min}, "
         "target: '< 7.000001 /min'", 0, "about 7"),
        # Silence of a counter, where another one shows that there would have been a sample.
        ("indicator: {source: Prometheus, query: never_total, reduce: increase}, target: '< 1', noData: zero, "
         "heartbeat: {source: Prometheus, query: up, reduce: min}", 0, "0"),
    ],
)  # fmt: skip
def test_what_is_measured_is_judged(judge: Judge, criterion: str, code: int, value: str) -> None:
    got, verdict = judge(criterion)
    assert (got, verdict["outcome"]) == (code, "PASS" if code == 0 else "FAIL")
    measured = Fraction(verdict["value"]["exact"])
    if value.startswith("about "):
        assert abs(measured - Fraction(value.removeprefix("about "))) < Fraction(1, 10**12)
    else:
        assert measured == Fraction(value)


def test_a_ratio_of_counters_says_all_about_itself(judge: Judge) -> None:
    _, verdict = judge(
        f"indicator: {{good: {GOOD}, total: {ALL}}}, target: '> 98 %', minSamples: 902, confidence: 90 %"
    )
    assert verdict["outcome"] == "PASS"
    assert (verdict["good"]["exact"], verdict["total"]["exact"], verdict["samples"]) == ("890", "902", 902)
    assert verdict["asked"] == [
        'Prometheus increase of requests_total{code!~"5.."} over 1h by 1m',
        "Prometheus increase of requests_total over 1h by 1m",
    ]


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        ("indicator: {source: Prometheus, query: gap_total, reduce: increase}, target: '< 1000'",
         "of the window's points"),
        ("indicator: {source: Prometheus, query: 'sum(rate(dead_total[window]))'}, target: '< 1000'",
         "of the window's points"),
        # The lookback repeats the last sample for five minutes, and no longer.
        ("minCoverage: 0 %, indicator: {source: Prometheus, query: dead_total, reduce: increase}, target: '< 1000'",
         "the data ends 25m before the window does"),
        ("minCoverage: 0 %, indicator: {source: Prometheus, query: dead_gauge, reduce: last}, target: '< 1000'",
         "the data ends 25m before the window does"),
        ("indicator: {source: Prometheus, query: nowhere}, target: '< 1000'", "absence is not zero"),
        ("indicator: {source: Prometheus, query: never_total, reduce: increase}, target: '< 1', noData: zero, "
         "heartbeat: {source: Prometheus, query: dead_total, reduce: increase}", "of the window's points"),
        (f"indicator: {{good: {GOOD}, total: {ALL}}}, target: '> 98 %', minSamples: 903", "902 samples"),
    ],
)  # fmt: skip
def test_what_is_not_measured_well_is_inconclusive(judge: Judge, criterion: str, words: str) -> None:
    code, verdict = judge(criterion)
    assert (code, verdict["outcome"]) == (3, "INCONCLUSIVE")
    assert words in verdict["reasons"][0]
    assert verdict["remedy"]


OPENSLO = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: availability}
spec:
  service: shop
  budgetingMethod: Occurrences
  timeWindow: [{duration: 1h, isRolling: true}]
  indicator:
    metadata: {name: requests}
    spec:
      ratioMetric:
        counter: true
        good:  {metricSource: {metricSourceRef: metrics, spec: {query: 'requests_total{code="200"}', reduce: increase}}}
        total: {metricSource: {metricSourceRef: metrics, spec: {query: requests_total, reduce: increase}}}
  objectives: [{displayName: Availability, targetPercent: 98}]
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: metrics}
spec: {type: Prometheus, connectionDetails: {url: "%s"}}
"""


def test_an_openslo_document_and_its_budget(url: str, tmp_path: Path) -> None:
    file = tmp_path / "slo.yaml"
    file.write_text(OPENSLO % url, encoding="utf-8")
    report, made = run(Options((str(file),), AT))
    (verdict,) = report.verdicts
    assert (verdict.outcome, verdict.good, verdict.total) == (Outcome.PASS, 890, 902)
    assert verdict.budget is not None
    # 12 of the 18.04 events that may be bad.
    assert verdict.budget.spent == Fraction(12, 902) / Fraction(2, 100)
    assert report.connections == (("metrics", f"url={url}"),)
    assert len(made.exchanges) == 2
    kept = tmp_path / "evidence.jsonl"
    kept.write_text(recording.dump(made), encoding="utf-8")
    replayed, _ = run(Options((str(file),), AT, replayed=recording.replay(str(kept))))
    assert replayed == report


def test_what_several_promises_need_is_asked_once(url: str, tmp_path: Path) -> None:
    lines = "\n".join(
        f"    - {{name: promise-{n}, indicator: {{good: {GOOD}, total: {ALL}}}, target: '> {n} %'}}"
        for n in range(50, 90)
    )
    file = tmp_path / "shop.yaml"
    file.write_text(CRITERIA % lines, encoding="utf-8")
    report, made = run(Options((str(file),), AT))
    assert {verdict.outcome for verdict in report.verdicts} == {Outcome.PASS}
    assert len(report.verdicts) == 40
    assert [each.failure for each in made.exchanges] == [None, None]
    assert all(isinstance(each, Exchange) for each in made.exchanges)
