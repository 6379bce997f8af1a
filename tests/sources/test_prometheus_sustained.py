"""Sustained conditions over a real Prometheus: a value for each hour, and hours of which only a part was seen.

Seven hours of samples, one a minute, the last of them at the moment of judgement. What is expected is worked out by
hand from that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.on_simulator import AT, Judged, judge, validate
from tests.prometheus import MISSING, Samples, running

HOUR = 3600
START = AT - 7 * HOUR


def every_minute(
    value: Callable[[int], object], gone: range = range(0), first: int = 0
) -> list[tuple[int, object]]:
    """A sample for each minute from 0 to 420, without those that are ``gone``."""
    return [(START + 60 * minute, value(minute)) for minute in range(first, 421) if minute not in gone]


def grown(minute: int) -> int:
    """Two a minute; the process restarts in the third hour, after two and a half."""
    return 2 * minute if minute < 150 else 2 * (minute - 149)


def slower(minute: int) -> int:
    """Four a minute, and two in the last two hours."""
    return 4 * minute if minute <= 300 else 1200 + 2 * (minute - 300)


def depth(minute: int) -> int:
    """In the hour that ends with minute 60 n: from 10 n + 1 up to 10 n + 6, each for ten minutes."""
    hour, within = divmod(minute - 1, 60)
    return 10 * (hour + 1) + within // 10 + 1


SAMPLES: Samples = {
    'orders_total{pod="a"}': every_minute(grown),
    'orders_total{pod="b"}': every_minute(lambda minute: minute),
    "depth": every_minute(depth),
    # Away for most of the sixth hour and the beginning of the last.
    "away_total": every_minute(slower, range(300, 375)),
    # Away for the sixth hour, and for no minute of the last.
    "hour_total": every_minute(slower, range(301, 361)),
    # One of two is away; the other counts on.
    'pods_total{pod="a"}': every_minute(slower, range(301, 361)),
    'pods_total{pod="b"}': every_minute(lambda minute: minute),
    # The one that is away has all its events meanwhile.
    'burst_total{pod="a"}': every_minute(lambda minute: 2 * min(max(minute - 300, 0), 60), range(301, 361)),
    'burst_total{pod="b"}': every_minute(lambda minute: minute),
    # Away within one hour: what grew meanwhile grew in it.
    'within_total{pod="a"}': every_minute(lambda minute: 2 * minute, range(371, 401)),
    'within_total{pod="b"}': every_minute(lambda minute: minute),
    # Of each hour the first ten minutes, and the five that Prometheus repeats the last for.
    "sparse": [each for each in every_minute(depth) if 0 < (each[0] - START) // 60 % 60 <= 10],
    "sparse_total": [each for each in every_minute(grown) if 0 < (each[0] - START) // 60 % 60 <= 10],
    # As sparse, and 99 once in the last hour.
    "spike": [
        (time, 99 if time == START + 60 * 365 else value)
        for time, value in every_minute(depth)
        if 0 < (time - START) // 60 % 60 <= 10
    ],
    "beat_total": every_minute(lambda minute: minute),
    "rare_total": [(START, 0), (START + 60 * 365, 1)],
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if MISSING:
        pytest.skip(MISSING)
    with running(tmp_path_factory.mktemp("prometheus"), SAMPLES) as running_at:
        yield running_at


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("PROMETHEUS_TOKEN", "PROMETHEUS_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PROMETHEUS_URL", "http://127.0.0.1:9")


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("PROMETHEUS_URL", url)


def promised(query: str, target: str, periods: int = 3, more: str = "", evaluation: str = "") -> str:
    """A criterion about each of the last hours; ``query`` is the inside of a flow mapping."""
    return (
        "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: app}\nspec:\n  criteria:\n"
        f"    - name: it\n      indicator: {{source: Prometheus, {query}}}\n      target: '{target}'\n"
        f"      evaluation: {{period: 1h, evaluationPeriods: {periods}{evaluation}}}\n{more}"
    )


def judged(query: str, target: str, periods: int = 3, more: str = "", evaluation: str = "") -> dict[str, Any]:
    """The verdict of a live run, which a replay of its evidence repeats to the byte."""
    text = promised(query, target, periods, more, evaluation)
    found: Judged = judge(text, "--record", "evidence.jsonl")
    written = Path("report.json").read_bytes()
    judge(text, "--replay", "evidence.jsonl")
    assert Path("report.json").read_bytes() == written
    assert found.verdicts, found.report["findings"]
    assert (found.code == 0) == (found.verdicts["it"]["outcome"] in ("PASS", "WARN"))
    return found.verdicts["it"]


def values(verdict: dict[str, Any]) -> list[str | None]:
    """The exact value of each period that was looked at, the oldest first."""
    periods = verdict["evaluation"]["periods"]
    return [None if each["value"] is None else each["value"]["exact"] for each in periods]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # 2 + 1 a minute. The restart in the third hour loses nothing: the counter holds 2 after its first minute.
        ("query: orders_total, reduce: increase", ["180"] * 5),
        # In a quarter of an hour, what it had counted until the restart is gone.
        ("query: orders_total, reduce: increase, period: 15m", ["152", *["180"] * 4]),
        ("query: depth, reduce: min", ["31", "41", "51", "61", "71"]),
        ("query: depth, reduce: max", ["36", "46", "56", "66", "76"]),
        ("query: depth, reduce: max, period: 1h", ["36", "46", "56", "66", "76"]),
        ("query: depth, reduce: mean", ["33.5", "43.5", "53.5", "63.5", "73.5"]),
        ("query: depth, reduce: last", ["36", "46", "56", "66", "76"]),
        ("query: depth", ["36", "46", "56", "66", "76"]),
        ("query: 'max_over_time(depth[{{.window}}])'", ["36", "46", "56", "66", "76"]),
    ],
)
def test_each_hour_has_its_value(live: None, query: str, expected: list[str]) -> None:
    verdict = judged(query, "> 30")
    assert (verdict["outcome"], values(verdict)) == ("PASS", expected)
    assert judged(query, "< 40")["outcome"] == "FAIL"


def test_an_hour_beyond_its_target_is_a_miss(live: None) -> None:
    verdict = judged("query: depth, reduce: max", "< 66", evaluation=", datapointsToAlarm: 2")
    assert (verdict["outcome"], verdict["value"]["text"]) == ("FAIL", "2 of 3")
    assert (
        judged("query: depth, reduce: max", "< 67", evaluation=", datapointsToAlarm: 2")["outcome"] == "PASS"
    )


@pytest.mark.parametrize("name", ["away_total", "hour_total", "pods_total"])
def test_what_grew_while_nobody_looked_makes_no_later_hour_good(live: None, name: str) -> None:
    """The last hour had 120 (180) events, and what the gap before it had comes with its first sample. The hour of
    the gap breaches by what was seen of it, as it would for an alarm."""
    verdict = judged(f"query: {name}, reduce: increase", ">= 200", 1)
    assert (verdict["outcome"], values(verdict)[-1]) == ("FAIL", None)
    assert any("counts as missing" in note for note in verdict["notes"])


def test_nor_does_what_was_not_seen_make_an_hour_good(live: None) -> None:
    """The sixth hour had 180 events, of which 60 were seen in it, and the others in the last."""
    verdict = judged("query: burst_total, reduce: increase", "< 100", 2, evaluation=", datapointsToAlarm: 2")
    assert (verdict["outcome"], values(verdict)) == ("INCONCLUSIVE", ["60", "60", None, "180"])


def test_a_counter_that_was_away_within_an_hour_grew_in_that_hour(live: None) -> None:
    verdict = judged("query: within_total, reduce: increase", ">= 180", 1)
    assert (verdict["outcome"], values(verdict)) == ("PASS", ["180"] * 3)


@pytest.mark.parametrize("reduce", ["min", "max", "mean", "last"])
def test_an_hour_of_which_little_was_seen_is_missing(live: None, reduce: str) -> None:
    verdict = judged(f"query: sparse, reduce: {reduce}", "< 100")
    assert (verdict["outcome"], values(verdict)) == ("INCONCLUSIVE", [None] * 5)


@pytest.mark.parametrize("query", ["sum(increase(sparse_total[{{.window}}]))", "avg_over_time(sparse[1h])"])
def test_so_it_is_where_the_query_looks_back_by_itself(live: None, query: str) -> None:
    verdict = judged(f"query: '{query}'", "< 1000")
    assert (verdict["outcome"], values(verdict)) == ("INCONCLUSIVE", [None] * 5)
    enough = judged(f"query: '{query}'", "< 1000", more="      minCoverage: 15 %\n")
    assert (enough["outcome"], None in values(enough)) == ("PASS", False)


def test_as_much_as_is_promised_is_enough(live: None) -> None:
    """Fourteen or fifteen of the sixty minutes are there."""
    assert (
        judged("query: sparse, reduce: max", "< 100", more="      minCoverage: 23 %\n")["outcome"] == "PASS"
    )
    assert (
        judged("query: sparse, reduce: max", "< 100", more="      minCoverage: 26 %\n")["outcome"]
        == "INCONCLUSIVE"
    )


@pytest.mark.parametrize("missing", ["missing", "notBreaching", "ignore", "breaching"])
def test_a_miss_that_was_seen_stays_one(live: None, missing: str) -> None:
    treat = f", treatMissingData: {missing}"
    verdict = judged("query: spike, reduce: max", "< 90", 1, evaluation=treat)
    assert (verdict["outcome"], values(verdict)[-1]) == ("FAIL", "99")


def test_that_critical_is_not_reached_is_not_seen_in_a_part_of_an_hour(live: None) -> None:
    more = "      critical: '> 200'\n"
    assert judged("query: spike, reduce: max", "< 90", 1, more)["outcome"] == "INCONCLUSIVE"
    assert judged("query: spike, reduce: max", "< 90", 1, more.replace("200", "95"))["outcome"] == "FAIL"
    assert judged("query: depth, reduce: max", "< 70", 1, more)["outcome"] == "WARN"


def test_gaps_that_are_fine_are_fine(live: None) -> None:
    treat = ", treatMissingData: notBreaching"
    some = "query: spike, reduce: max"
    assert judged(some, "< 100", 1, evaluation=treat)["outcome"] == "INCONCLUSIVE"
    assert judged("query: hour_total, reduce: increase", "<= 240", 4, evaluation=treat)["outcome"] == "PASS"


@pytest.mark.parametrize(("heartbeat", "outcome"), [("beat_total", "PASS"), ("sparse_total", "INCONCLUSIVE")])
def test_silence_is_zero_where_the_heartbeat_was_seen_throughout(
    live: None, heartbeat: str, outcome: str
) -> None:
    beat = f"{{source: Prometheus, query: {heartbeat}, reduce: increase}}"
    verdict = judged(
        "query: 'rare_total', reduce: increase", "< 2", more=f"      noData: zero\n      heartbeat: {beat}\n"
    )
    assert verdict["outcome"] == outcome


RATIO = """apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: app}
spec:
  criteria:
    - name: it
      indicator:
        %s: {source: Prometheus, query: %s, reduce: increase}
        total: {source: Prometheus, query: %s, reduce: increase}
      target: "%s"
      evaluation: {period: 1h, evaluationPeriods: 1}
"""


def test_a_ratio_of_each_hour(live: None) -> None:
    def outcome(side: str, part: str, total: str, target: str) -> str:
        return str(judge(RATIO % (side, part, total, target)).verdicts["it"]["outcome"])

    whole, one = "orders_total", """'orders_total{pod="a"}'"""
    assert outcome("good", one, whole, ">= 66 %") == "PASS"
    assert outcome("good", one, whole, ">= 67 %") == "FAIL"
    assert outcome("bad", one, whole, "<= 67 %") == "PASS"
    # Bad events that were counted for a quarter of the hour say nothing of the rest.
    assert outcome("bad", "sparse_total", whole, "<= 67 %") == "INCONCLUSIVE"


SLICES = """apiVersion: openslo/v1
kind: SLO
metadata: {name: it, annotations: {%s}}
spec:
  service: shop
  indicator:
    metadata: {name: sli}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Prometheus, spec: {query: %s}}}
        total: {metricSource: {type: Prometheus, spec: {query: %s}}}
  timeWindow: [{duration: 6h, isRolling: true}]
  budgetingMethod: Timeslices
  objectives: [{target: 0.5, timeSliceTarget: 0.5, timeSliceWindow: 1h}]
"""
QUERIES = ["'sparse_total', reduce: increase", "'sum(increase(sparse_total[{{.window}}]))'"]


def all_of(query: str) -> str:
    """Another query for the same counters: one query as good and as total is refused."""
    return query.replace("_total", "_total{}")


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("empty", ["good", "bad", "exclude", ""])
def test_slices_of_which_little_was_seen(live: None, query: str, empty: str) -> None:
    """What an empty slice stands for was said, and not what one stands for of which a quarter was seen."""
    annotation = f"checker/emptySlices: {empty}" if empty else ""
    text = SLICES % (annotation, query, all_of(query))
    found = judge(text)
    assert found.verdicts["it"]["outcome"] == "INCONCLUSIVE"
    assert "of the window's points are there" in found.verdicts["it"]["reasons"][0]
    sound = judge(text.replace("sparse_total", "orders_total"))
    assert sound.verdicts["it"]["outcome"] == "PASS"


POLICY = """  alertPolicies:
    - kind: AlertPolicy
      metadata: {name: fast}
      spec:
        alertWhenBreaching: true
        conditions:
          - kind: AlertCondition
            metadata: {name: burning}
            spec:
              severity: page
              condition: {kind: burnrate, op: gt, threshold: 1, lookbackWindow: 1h, alertAfter: 0m}
        notificationTargets: [{targetRef: us}]
---
apiVersion: openslo/v1
kind: AlertNotificationTarget
metadata: {name: us}
spec: {target: mail}
"""


def test_an_alert_over_an_hour_of_which_little_was_seen_is_unknown(live: None) -> None:
    """That nothing burnt in a quarter of it says nothing of the rest."""
    for query, state in ((QUERIES[0], "unknown"), ("'orders_total', reduce: increase", "ok")):
        found = judge(SLICES % ("checker/emptySlices: exclude", query, all_of(query)) + POLICY)
        assert [alert["state"] for alert in found.verdicts["it"]["alerts"]] == [state]


@pytest.mark.parametrize(
    ("query", "place", "message", "remedy"),
    [
        (
            "query: depth, reduce: max, period: 7m",
            "indicator.period",
            "the query's values come every 7m, which does not divide 1h",
            "remove the period, or choose one that divides it",
        ),
        (
            "query: depth, reduce: max, period: 2h",
            "indicator.period",
            "the query's values come every 2h, which does not divide 1h",
            "remove the period, or choose one that divides it",
        ),
        (
            "query: depth, period: 1m",
            "indicator.period",
            "without reduce the query is asked once, and has no period",
            "",
        ),
        (
            "query: orders_total",
            "indicator.query",
            "orders_total is a counter: its value is what it counted since its process began, not over the window",
            "",
        ),
        (
            "query: 'max_over_time(depth[{{.window}}])', reduce: max",
            "indicator.query",
            "with reduce the query is asked at every step, and would look back over a whole window at each",
            "",
        ),
    ],
)
def test_what_cannot_be_asked_for_each_hour(
    capsys: pytest.CaptureFixture[str], query: str, place: str, message: str, remedy: str
) -> None:
    code, said = validate(promised(query, "< 1000"), capsys)
    assert code == 2
    assert f"error: {message}" in said
    assert f"criteria[0].{place}" in said
    assert remedy in said


def test_more_values_than_can_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    """A value a second of 62 hours is the most that 220 000 are, and two more hours are looked at than are judged."""
    query = "query: depth, reduce: max, period: 1s"
    assert validate(promised(query, "< 1000", 59), capsys)[0] == 0
    code, said = validate(promised(query, "< 1000", 60), capsys)
    assert code == 2
    assert "62h by 1s is 223,200 values, and 220,000 is the most" in said
    assert "criteria[0].evaluation.period" in said
    assert "choose longer periods, or a shorter window" in said
    year = SLICES % ("", QUERIES[1], QUERIES[1])
    year = year.replace("duration: 6h", "duration: 365d").replace(
        "timeSliceWindow: 1h", "timeSliceWindow: 1m"
    )
    code, said = validate(year, capsys)
    assert code == 2
    assert "365d by 1m is 525,600 values, and 220,000 is the most" in said
