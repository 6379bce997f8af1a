"""Every recipe of the manual, measured on the simulator: the documents are those of ``docs/recipes.md``.

The counts are published by hand, so that each value below can be computed in the head.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from tests.on_simulator import AT, END, environment, judge, put_hour
from tests.simulator import Simulator

MANUAL = Path(__file__).parents[1] / "docs/recipes.md"
RECIPES = dict(re.findall(r"<!-- recipe: (\S+) -->\n```yaml\n(.*?)```", MANUAL.read_text("utf-8"), re.DOTALL))

REST, HTTP = {"ApiName": "shop"}, {"ApiId": "a1b2c3d4e5"}
FUNCTION, TABLE, APP, TOPIC = (
    {"FunctionName": "shop"},
    {"TableName": "orders"},
    {"application_name": "shop"},
    {"TopicName": "orders"},
)
Publish = Callable[[Simulator], None]


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Simulator]:
    monkeypatch.chdir(tmp_path)
    with Simulator(now=AT) as running:
        environment(monkeypatch, running.url)
        yield running


def hour(
    namespace: str, dimensions: dict[str, str], unit: str = "Count", **metrics: list[tuple[float, int]]
) -> Publish:
    """Each metric's (value, count) pairs in all twelve periods of the hour; ``m5XX`` is published as ``5XX``."""

    def publish(simulator: Simulator) -> None:
        for name, rows in metrics.items():
            put_hour(simulator, namespace, re.sub(r"^m(?=\d)", "", name), dimensions, unit, rows)

    return publish


def moments(namespace: str, dimensions: dict[str, str], **metrics: dict[int, int]) -> Publish:
    """Each metric's events by how many minutes before the window's end they were counted."""

    def publish(simulator: Simulator) -> None:
        for name, events in metrics.items():
            rows = [(END - 60 * minutes, 1.0, count) for minutes, count in events.items()]
            simulator.put_counts(namespace, name, dimensions, "Count", rows)

    return publish


def logged(cold: int, invocations: int) -> Publish:
    return lambda simulator: simulator.logs.answer(
        "count(@initDuration)", [{"cold": str(cold), "all": str(invocations)}]
    )


def nothing(simulator: Simulator) -> None:
    """No metric at all."""


GATEWAY, LAMBDA, DYNAMODB, RUM = "AWS/ApiGateway", "AWS/Lambda", "AWS/DynamoDB", "AWS/RUM"
Case = tuple[str, str, Publish, str, Fraction | None]
CASES: list[Case] = [
    # 12 periods of 1000 requests: 1 error each is 0.1 %, which is not less than 0.1 %.
    ("rest-api", "availability", hour(GATEWAY, REST, m5XXError=[(1, 1), (0, 999)], Count=[(1, 1000)]),
     "FAIL", Fraction("99.9")),
    ("rest-api", "availability", hour(GATEWAY, REST, m5XXError=[(1, 1), (0, 1999)], Count=[(1, 2000)]),
     "PASS", Fraction("99.95")),
    ("rest-api", "availability", hour(GATEWAY, REST, m5XXError=[(0, 83)], Count=[(1, 83)]),
     "INCONCLUSIVE", Fraction(100)),
    ("rest-api", "availability", hour(GATEWAY, REST, Count=[(1, 1000)]), "INCONCLUSIVE", None),
    ("rest-api", "availability", hour(GATEWAY, {}, m5XXError=[(0, 9)], Count=[(1, 9)]), "INCONCLUSIVE", None),
    ("http-api", "availability", hour(GATEWAY, HTTP, m5xx=[(1, 5), (0, 995)], Count=[(1, 1000)]),
     "FAIL", Fraction("99.5")),
    ("http-api", "availability", hour(GATEWAY, HTTP, Count=[(1, 1000)]), "PASS", Fraction(100)),
    ("http-api", "availability", nothing, "INCONCLUSIVE", None),
    ("lambda-errors", "error-rate", hour(LAMBDA, FUNCTION, Errors=[(1, 1), (0, 199)], Invocations=[(1, 200)]),
     "PASS", Fraction("0.5")),
    ("lambda-errors", "error-rate", hour(LAMBDA, FUNCTION, Errors=[(1, 6), (0, 194)], Invocations=[(1, 200)]),
     "WARN", Fraction(3)),
    ("lambda-errors", "error-rate", hour(LAMBDA, FUNCTION, Errors=[(1, 12), (0, 188)], Invocations=[(1, 200)]),
     "FAIL", Fraction(6)),
    ("lambda-errors", "error-rate", hour(LAMBDA, FUNCTION, Errors=[(0, 8)], Invocations=[(1, 8)]),
     "INCONCLUSIVE", Fraction(0)),
    ("cold-starts", "cold-starts", logged(40, 200), "PASS", Fraction(20)),
    ("cold-starts", "cold-starts", logged(41, 200), "FAIL", Fraction("20.5")),
    ("cold-starts", "cold-starts", logged(0, 99), "INCONCLUSIVE", Fraction(0)),
    ("dynamodb-throttles", "throttles", nothing, "INCONCLUSIVE", None),
    ("dynamodb-throttles", "throttles", hour(DYNAMODB, TABLE, ConsumedReadCapacityUnits=[(2.5, 4)]),
     "PASS", Fraction(0)),
    # RUM: 12 periods of 100 navigations.
    ("page-load", "page-load-p95", hour(RUM, APP, "Milliseconds", PerformanceNavigationDuration=[
        (800, 90), (2500, 10)]), "WARN", Fraction("2.5")),
    ("page-load", "satisfied-navigations", hour(RUM, APP, "Milliseconds", PerformanceNavigationDuration=[
        (800, 80), (2000, 10), (2500, 10)]), "PASS", Fraction(90)),
    ("page-load", "satisfied-navigations", hour(RUM, APP, "Milliseconds", PerformanceNavigationDuration=[
        (800, 85), (2500, 15)]), "FAIL", Fraction(85)),
    ("page-load", "satisfied-navigations", hour(RUM, APP, "Milliseconds", PerformanceNavigationDuration=[
        (800, 10)]), "INCONCLUSIVE", Fraction(100)),
    # SES: sent at minute 90, delivered in the next period; nothing else all day.
    ("ses", "mail-delivered", moments("AWS/SES", {}, Send={90: 500}, Delivery={84: 495}), "PASS", Fraction(99)),
    ("ses", "mail-delivered", moments("AWS/SES", {}, Send={90: 500}, Delivery={84: 490}), "FAIL", Fraction(98)),
    ("ses", "mail-delivered", moments("AWS/SES", {}, Send={90: 500}), "FAIL", Fraction(0)),
    ("ses", "mail-delivered", nothing, "INCONCLUSIVE", None),
    ("ses", "mail-bounced", moments("AWS/SES", {}, Send={90: 500}, Bounce={80: 5}), "PASS", Fraction(1)),
    ("ses", "mail-bounced", moments("AWS/SES", {}, Send={90: 500}, Bounce={80: 10}), "WARN", Fraction(2)),
    ("ses", "mail-bounced", moments("AWS/SES", {}, Send={90: 500}, Bounce={80: 25}), "FAIL", Fraction(5)),
    ("ses", "mail-bounced", moments("AWS/SES", {}, Send={90: 500}), "PASS", Fraction(0)),
    ("ses", "mail-bounced", nothing, "INCONCLUSIVE", None),
    # SNS: 100 messages to two subscribers.
    ("sns", "notifications-delivered", moments("AWS/SNS", TOPIC, NumberOfMessagesPublished={90: 100},
        NumberOfNotificationsDelivered={88: 199}, NumberOfNotificationsFailed={88: 1}), "PASS", Fraction("99.5")),
    ("sns", "notifications-delivered", moments("AWS/SNS", TOPIC, NumberOfMessagesPublished={90: 100},
        NumberOfNotificationsDelivered={88: 198}, NumberOfNotificationsFailed={88: 2}), "FAIL", Fraction(99)),
    ("sns", "notifications-delivered", moments("AWS/SNS", TOPIC, NumberOfMessagesPublished={90: 100},
        NumberOfNotificationsDelivered={88: 200}), "PASS", Fraction(100)),
    ("sns", "notifications-delivered", moments("AWS/SNS", TOPIC, NumberOfMessagesPublished={90: 100},
        NumberOfNotificationsFailed={88: 200}), "FAIL", Fraction(0)),
    ("sns", "notifications-delivered", moments("AWS/SNS", TOPIC, NumberOfMessagesPublished={90: 100}),
     "INCONCLUSIVE", None),
    ("sns", "notifications-delivered", nothing, "INCONCLUSIVE", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("recipe", "promise", "publish", "outcome", "value"),
    CASES,
    ids=[f"{recipe}-{number}" for number, (recipe, *_) in enumerate(CASES)],
)
def test_a_recipe_measures_what_it_says(
    recipe: str, promise: str, publish: Publish, outcome: str, value: Fraction | None, simulator: Simulator
) -> None:
    """``value`` in percent or seconds."""
    publish(simulator)
    verdict = judge(RECIPES[recipe]).verdicts[promise]
    assert verdict["outcome"] == outcome, verdict
    if value is None:
        assert verdict["value"] is None
        assert verdict["remedy"]
    else:
        assert verdict["value"] is not None
        shown = Fraction(verdict["value"]["exact"])
        assert abs(shown - value) < Fraction(1, 10**9)


def test_throttles_count_by_the_minute_and_those_of_both_kinds(simulator: Simulator) -> None:
    hour(DYNAMODB, TABLE, ConsumedReadCapacityUnits=[(2.5, 4)])(simulator)
    moments(DYNAMODB, TABLE, ReadThrottleEvents={10: 20}, WriteThrottleEvents={10: 10, 20: 30})(simulator)
    verdict = judge(RECIPES["dynamodb-throttles"]).verdicts["throttles"]
    assert (verdict["outcome"], verdict["value"]["exact"]) == ("WARN", "1"), "60 in an hour"
    moments(DYNAMODB, TABLE, WriteThrottleEvents={30: 541})(simulator)
    verdict = judge(RECIPES["dynamodb-throttles"]).verdicts["throttles"]
    assert verdict["outcome"] == "FAIL"
    assert Fraction(verdict["value"]["exact"]) == Fraction(601, 60)


def test_every_recipe_is_measured_to_a_pass_and_to_a_miss() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    assert len(RECIPES) == text.count("<!-- recipe") == text.count("```yaml")
    promises = {
        (recipe, name)
        for recipe, document in RECIPES.items()
        for name in re.findall(r"^    - name: (\S+)", document, re.MULTILINE)
    }
    measured: dict[tuple[str, str], set[str]] = {}
    for recipe, promise, _, outcome, _ in CASES:
        measured.setdefault((recipe, promise), set()).add(outcome)
    measured["dynamodb-throttles", "throttles"].add("FAIL")  # in the test above
    measured["page-load", "page-load-p95"].add("PASS")  # in the test below
    assert measured.keys() == promises
    for promise, outcomes in measured.items():
        assert "PASS" in outcomes, promise
        assert outcomes & {"FAIL", "WARN"}, promise


def test_a_fast_page_meets_both_promises(simulator: Simulator) -> None:
    rows: list[tuple[float, int]] = [(800, 96), (9000, 4)]
    hour(RUM, APP, "Milliseconds", PerformanceNavigationDuration=rows)(simulator)
    found = judge(RECIPES["page-load"])
    assert (found.code, set(found.outcomes().values())) == (0, {"PASS"})
    assert found.verdicts["page-load-p95"]["value"]["exact"] in ("0.8", "800")
    assert found.verdicts["satisfied-navigations"]["value"]["exact"] == "96"
