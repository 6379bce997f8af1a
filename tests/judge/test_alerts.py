"""Burn-rate alerts, against the SRE workbook's table and figures worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from checker.burn_policies import allowed_by, full_outage, google_sre
from checker.model import Alert, AlertRule, BurnCondition, Objective, Outcome, Window
from checker.units import parse_threshold

from .builders import AT, FAILED, NO_DATA, counts, judged
from .slos import DAY, Readings, minutes, slo, timeslices

MINUTE, HOUR = 60, 3600
MONTH = 30 * DAY
PASS, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE


def rule(*conditions: tuple[int, str] | tuple[int, str, int], **more: Any) -> AlertRule:
    """(lookback, threshold, alertAfter) of each condition."""
    made = tuple(
        BurnCondition(each[0], parse_threshold(each[1]), each[2] if len(each) > 2 else 0)  # type: ignore[misc]
        for each in conditions
    )
    return AlertRule("burn", "page", made, **more)


def state(objective: Objective, readings: Readings) -> Alert:
    (alert,) = judged(objective, readings).alerts
    return alert


@pytest.mark.parametrize(
    ("days", "rates"),
    [
        (30, ("14.4", "6", "3", "1")),
        (28, ("13.44", "5.6", "2.8", Fraction(28, 30))),
    ],
)
def test_the_shipped_policy_is_the_workbooks_table(days: int, rates: tuple[str, ...]) -> None:
    rules = google_sre(days * DAY)
    assert [each.severity for each in rules] == ["page", "page", "ticket", "ticket"]
    for each, rate, lookback in zip(rules, rates, (HOUR, 6 * HOUR, DAY, 3 * DAY), strict=True):
        long, short = each.conditions
        assert (long.lookback, short.lookback) == (lookback, lookback // 12)
        assert long.threshold == short.threshold
        assert (long.threshold.operator, long.threshold.value) == (">", Fraction(rate))


@pytest.mark.parametrize(
    ("target", "seconds"),
    [
        ("99.9", ("51.84", "129.6", "259.2", "259.2")),
        ("99.99", ("5.184", "12.96", "25.92", "25.92")),
        ("99", ("518.4", "1296", "2592", "2592")),
        # At 90 % no outage burns 14.4 times too fast.
        ("90", (None, "12960", "25920", "25920")),
    ],
)
def test_a_full_outage_is_noticed_after_the_workbooks_times(
    target: str, seconds: tuple[str | None, ...]
) -> None:
    allowed = allowed_by(slo(f">= {target} %"))
    assert allowed == 1 - Fraction(target) / 100
    for each, expected in zip(google_sre(MONTH), seconds, strict=True):
        assert full_outage(each, allowed) == (None if expected is None else Fraction(expected))


@pytest.mark.parametrize(("outage", "firing"), [(51, False), (52, True)])
def test_the_judge_notices_an_outage_as_early(outage: int, firing: bool) -> None:
    """By the second: 51 s of an outage are a burn rate of 14.17 over an hour, 52 s one of 14.44."""
    readings = minutes(*[100] * (2 * HOUR - outage), *[0] * outage, length=1)
    objective = slo(">= 99.9 %", window=2 * HOUR, alerts=google_sre(MONTH)[:1])
    alert = state(objective, readings)
    assert alert.state == ("firing" if firing else "ok")
    assert alert.rates == (Fraction(outage, HOUR) * 1000, Fraction(outage, 300) * 1000)


def test_a_window_of_days_leaves_out_what_would_look_back_on_all_of_it() -> None:
    assert [each.conditions[0].lookback for each in google_sre(3 * DAY)] == [HOUR, 6 * HOUR, DAY]
    assert google_sre(HOUR) == ()


def test_one_bad_request_of_ten_an_hour_is_a_tenth_of_a_hundredth() -> None:
    """The workbook's low-traffic service: burn rate 100 over the hour, and 13.9 % of the budget of 30 days."""
    hours = 30 * 24
    window = {"period": HOUR, "window": Window(AT - MONTH, AT)}
    readings: Readings = {
        "good": counts(*[10] * (hours - 1), 9, **window),
        "total": counts(*[10] * hours, **window),
    }
    verdict = judged(slo(">= 99.9 %", window=MONTH, alerts=(rule((HOUR, "> 14.4")),)), readings)
    assert verdict.budget is not None
    assert verdict.budget.spent == Fraction(1, 10) / Fraction("0.72")  # 13.9 %
    assert dict(verdict.budget.burn_rates)[HOUR] == 100
    assert verdict.alerts[0].state == "firing"
    # It takes more events than that to say anything, where that is asked for.
    assert judged(slo(">= 99.9 %", min_samples=10_000), readings).outcome is INCONCLUSIVE


def test_both_windows_have_to_exceed() -> None:
    """Bad an hour ago and good since: the long window still burns, the short one no more."""
    alert = state(
        slo(">= 99 %", window=2 * HOUR, alerts=google_sre(MONTH)[:1]), minutes(*[100] * 12, 0, 0, *[100] * 10)
    )
    assert alert.rates == (Fraction(2, 12) * 100, 0)
    assert alert.state == "ok"
    assert alert.reason == "16.67 over 1h (> 14.4) and 0 over 5m (> 14.4)"


@pytest.mark.parametrize(
    ("good", "state_of"),
    [
        # 10 minutes at 10 % bad: now, five minutes ago, and ten minutes ago the last five minutes burnt 10.
        ((100, 90, 90, 90), "firing"),
        ((100, 100, 90, 90), "ok"),
        ((90, 90, 100, 90), "ok"),
        ((90, 90, 90, 100), "ok"),
    ],
)
def test_a_condition_has_to_hold_for_as_long_as_it_says(good: tuple[int, ...], state_of: str) -> None:
    objective = slo(">= 99 %", window=1200, alerts=(rule((300, ">= 10", 600)),))
    looks: Readings = {
        f"{name}@300-{ago}": reading
        for ago, value in zip(
            (600, 540, 480, 420, 360, 300, 240, 180, 120, 60, 0), _minute_by_minute(good), strict=True
        )
        for name, reading in minutes(value).items()
    }
    assert state(objective, {**minutes(*good), **looks}).state == state_of


def _minute_by_minute(good: tuple[int, ...]) -> list[int]:
    """The last 11 values of a window of five minutes that moves by the minute over slices of five."""
    fine = [each for each in good for _ in range(5)]
    return [sum(fine[end - 5 : end]) // 5 for end in range(len(fine) - 10, len(fine) + 1)]


def test_a_lookback_that_was_asked_by_itself_is_taken_from_its_answer() -> None:
    """An instant query answers one value: each lookback is a question of its own, also one beyond the window."""
    objective = slo(">= 99 %", window=HOUR, alerts=(rule((DAY, "> 5")),), lookbacks=(DAY,))
    asked: Readings = {f"{name}@{DAY}-0": each for name, each in minutes(90).items()}
    verdict = judged(objective, {**minutes(100), **asked})
    assert (verdict.outcome, verdict.alerts[0].state, verdict.alerts[0].rates) == (PASS, "firing", (10,))
    assert verdict.budget is not None
    assert dict(verdict.budget.burn_rates) == {300: 0, DAY: 10}


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"good@300-0": NO_DATA, "total@300-0": NO_DATA}, "no data"),
        ({"good@300-0": FAILED, "total@300-0": FAILED}, "PartialData"),
        ({f"{name}@300-0": each for name, each in minutes(0, total=0).items()}, "the ratio is undefined"),
    ],
)
def test_what_cannot_be_told_is_unknown(asked: Readings, reason: str) -> None:
    objective = slo(">= 99 %", window=HOUR, alerts=(rule((300, "> 5")),))
    alert = state(objective, {**minutes(100), **asked})
    assert (alert.state, alert.rates) == ("unknown", (None,))
    assert reason in alert.reason
    no_data = slo(">= 99 %", window=HOUR, alerts=(rule((300, "> 5"), when_no_data=True),))
    assert state(no_data, {**minutes(100), **asked}).state == "firing"


@pytest.mark.parametrize(
    ("asked", "unknown"),
    [
        ({"good@300-0": NO_DATA, "total@300-0": NO_DATA}, "no data"),
        ({"good@300-0": FAILED, "total@300-0": FAILED}, "PartialData"),
        ({"good@300-0": minutes(0)["good"], "total@300-0": NO_DATA}, "no data"),
        ({f"{name}@300-0": each for name, each in minutes(0, total=0).items()}, ""),
        ({f"{name}@300-0": each for name, each in minutes(100).items()}, ""),
    ],
)
def test_a_burn_rate_that_was_asked_for_and_not_measured_is_told(asked: Readings, unknown: str) -> None:
    """A rule about burn rates must not pass because the query failed; without events there is nothing to know."""
    verdict = judged(slo(">= 99 %", window=HOUR, lookbacks=(300,)), {**minutes(100), **asked})
    assert verdict.budget is not None
    assert [lookback for lookback, _ in verdict.budget.unknown_rates] == ([300] if unknown else [])
    told = [note for note in verdict.notes if note.startswith("the burn rate over 5m is not known: ")]
    assert len(told) == bool(unknown)
    assert unknown in "".join(told)


def test_a_part_of_the_window_without_events_is_unknown() -> None:
    alert = state(slo(">= 99 %", window=HOUR, alerts=(rule((300, "> 5")),)), minutes(100, 0, total=[100, 0]))
    assert (alert.state, alert.rates) == ("unknown", (None,))
    assert alert.reason.endswith("; there were no events")


def test_a_burn_rate_over_a_lookback_of_which_too_little_was_seen_is_not_known() -> None:
    """Half of it is missing; the rule about burn rates used to pass by the other half."""
    objective = timeslices(">= 99 %", "0.9", lookbacks=(600,), min_coverage="0.9")
    budget = judged(objective, minutes(100, 100, 100, None)).budget
    assert budget is not None
    assert budget.unknown_rates == ((600, "too little of the lookback was seen"),)
    whole = judged(objective, minutes(100, 100, 100, 100)).budget
    assert whole is not None
    assert whole.unknown_rates == ()


def test_a_lookback_longer_than_what_was_measured_is_unknown() -> None:
    alert = state(slo(">= 99 %", alerts=(rule((DAY, "> 5")),)), minutes(100, 100))
    assert (alert.state, alert.rates) == ("unknown", (None,))
    assert "1d is longer than the window" in alert.reason


def test_a_lookback_shorter_than_a_slice_is_unknown() -> None:
    alert = state(timeslices(">= 99 %", "0.9", alerts=(rule((60, "> 5")),)), minutes(0, 0))
    assert alert.state == "unknown"
    assert "has no value for 1m alone" in alert.reason


def test_too_little_data_lets_an_alert_go_off_and_not_stay_silent() -> None:
    """Half of the lookback is missing: what is there burns, or says nothing."""
    objective = timeslices(">= 99 %", "0.9", alerts=(rule((600, "> 5")),), min_coverage="0.9")
    assert state(objective, minutes(100, 100, 0, None)).state == "firing"
    assert state(objective, minutes(100, 100, 100, None)).state == "unknown"


def test_an_alert_changes_no_outcome() -> None:
    burning = minutes(*[1000] * 287, 0, total=1000)
    objective = slo(">= 99 %", window=DAY, alerts=google_sre(MONTH))
    verdict = judged(objective, burning)
    assert verdict.outcome is PASS
    assert [each.state for each in verdict.alerts] == ["ok", "ok", "ok", "unknown"]
    firing = slo(">= 99 %", window=DAY, alerts=(rule((300, "> 14.4")),))
    assert (judged(firing, burning).outcome, state(firing, burning).state) == (PASS, "firing")


def test_a_policy_that_alerts_only_without_data_does_not_alert_on_a_breach() -> None:
    only = rule((300, "> 5"), when_breaching=False, when_no_data=True)
    assert state(slo(">= 99 %", alerts=(only,)), minutes(0)).state == "ok"


def test_an_alert_is_told_where_the_window_could_not_be_measured() -> None:
    objective = slo(">= 99 %", alerts=(rule((300, "> 5")),))
    asked: Readings = {f"{name}@300-0": each for name, each in minutes(0).items()}
    verdict = judged(objective, {"good": NO_DATA, "total": NO_DATA, **asked})
    assert verdict.outcome is INCONCLUSIVE
    assert verdict.alerts[0].state == "firing"


@pytest.mark.parametrize(
    ("asked", "eventless"),
    [
        ({f"{name}@300-0": each for name, each in minutes(0, total=0).items()}, True),
        ({"good@300-0": NO_DATA, "total@300-0": NO_DATA}, False),
        ({"good@300-0": FAILED, "total@300-0": FAILED}, False),
    ],
)
def test_only_a_lookback_without_events_makes_an_unknown_alert_quiet(
    asked: Readings, eventless: bool
) -> None:
    objective = slo(">= 99 %", window=HOUR, alerts=(rule((300, "> 5")),))
    alert = state(objective, {**minutes(100), **asked})
    assert (alert.state, alert.eventless) == ("unknown", eventless)


def test_a_lookback_of_which_too_little_was_seen_is_not_quiet() -> None:
    objective = timeslices(">= 99 %", "0.9", alerts=(rule((600, "> 5")),), min_coverage="0.9")
    alert = state(objective, minutes(100, 100, 100, None))
    assert (alert.state, alert.eventless) == ("unknown", False)


def test_a_window_without_events_is_quiet_and_one_that_could_not_be_measured_is_not() -> None:
    objective = slo(">= 99 %", window=HOUR, alerts=(rule((HOUR, "> 5")),))
    quiet, failed = state(objective, minutes(0, total=0)), state(objective, {"good": FAILED, "total": FAILED})
    assert [(each.state, each.eventless) for each in (quiet, failed)] == [
        ("unknown", True),
        ("unknown", False),
    ]
