"""Metrics compared with a threshold, and shares that came ready-made: counted by data points, and said to be."""

from __future__ import annotations

from fractions import Fraction

import pytest

from checker.model import Outcome

from .builders import NO_DATA, judged, series
from .slos import points, ratio_timeslices, raw, slo, threshold, timeslices

PASS, FAIL, INCONCLUSIVE, ERROR = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.ERROR


@pytest.mark.parametrize(("condition", "good"), [("< 500", 1), ("<= 500", 2), ("> 500", 2), (">= 500", 3)])
def test_a_data_point_is_good_if_it_satisfies_the_threshold(condition: str, good: int) -> None:
    verdict = judged(threshold(slo(">= 50 %", "value"), condition), points(499, 500, 501, "500.5", of="ms"))
    assert (verdict.good, verdict.total, verdict.counted) == (good, 4, "data points")
    assert verdict.outcome is (PASS if good >= 2 else FAIL)
    assert f"this counts data points that are {condition}, not requests" in verdict.notes


def test_the_threshold_is_in_the_unit_that_was_measured() -> None:
    """OpenSLO's value has no unit: 0.5 of a metric in seconds is half a second, and of one in ms half a millisecond."""
    objective = threshold(slo(">= 100 %", "value"), "< 0.5")
    assert judged(objective, points("0.4", of="s")).outcome is PASS
    assert judged(objective, points("0.4", of="ms")).outcome is PASS


def test_an_average_is_compared_and_not_its_sum() -> None:
    reading = series([300, 1200], "ms", "mean", samples=[3, 2], newest=None)
    verdict = judged(threshold(slo(">= 50 %", "value"), "< 500"), reading)
    assert (verdict.good, verdict.total) == (1, 2)
    # Of no samples there is no average.
    reading = series([300, 0, 1200], "ms", "mean", samples=[3, 0, 2], newest=None, notes=("as published",))
    verdict = judged(threshold(slo(">= 50 %", "value"), "< 500"), reading)
    assert (verdict.good, verdict.total, verdict.notes[0]) == (1, 2, "as published")


def test_data_points_have_a_budget_of_data_points() -> None:
    budget = judged(threshold(slo(">= 75 %", "value"), "< 5"), points(1, 2, 3, 9)).budget
    assert budget is not None
    assert (budget.allowed_events, budget.bad_events, budget.spent, budget.counted) == (
        1,
        1,
        1,
        "data points",
    )


def test_missing_data_points_are_missed_in_the_coverage() -> None:
    verdict = judged(threshold(slo(">= 50 %", "value"), "< 5"), points(1, None, 1, None))
    assert (verdict.outcome, verdict.value, verdict.coverage) == (INCONCLUSIVE, 100, Fraction(1, 2))
    assert judged(threshold(slo(">= 50 %", "value"), "< 5"), NO_DATA).outcome is INCONCLUSIVE


def test_slices_of_data_points() -> None:
    """Two slices of five minutes: 4 of 5 points are good in the first, and 3 of 5 in the second."""
    values = [1, 1, 1, 1, 9, 1, 9, 1, 9, 1]
    good_by = timeslices(">= 50 %", "0.8", "value", length=300)
    verdict = judged(threshold(good_by, "< 5"), points(*values, length=60))
    assert (verdict.outcome, verdict.good, verdict.total, verdict.counted) == (PASS, 1, 2, "slices")
    mean = judged(
        threshold(ratio_timeslices(">= 70 %", "value", length=300), "< 5"), points(*values, length=60)
    )
    assert (mean.outcome, mean.value) == (PASS, 70)


@pytest.mark.parametrize(("failures", "values"), [(False, (1, "0.5", "0.9")), (True, (0, "0.5", "0.1"))])
def test_a_raw_ratio_is_the_unweighted_mean_of_its_points(failures: bool, values: tuple[str, ...]) -> None:
    verdict = judged(raw(slo(">= 80 %", "raw"), failures), {"raw": points(*values)})
    assert (verdict.outcome, verdict.value, verdict.total) == (PASS, 80, 3)
    assert any("unweighted mean of its data points" in note for note in verdict.notes)


def test_a_raw_ratio_in_percent_is_read_as_such() -> None:
    assert judged(raw(slo(">= 99 %", "raw")), {"raw": points("99.5", of="%")}).value == Fraction("99.5")


@pytest.mark.parametrize(("value", "of"), [("99.5", ""), ("-0.1", ""), ("101", "%"), ("5", "s")])
def test_a_raw_ratio_that_is_no_share_is_nonsense(value: str, of: str) -> None:
    verdict = judged(raw(slo(">= 80 %", "raw")), {"raw": points(value, of=of)})
    assert verdict.outcome is ERROR
    assert "declare the unit (%)" in verdict.remedy


def test_slices_of_a_raw_ratio() -> None:
    readings = {"raw": points("0.99", "0.95", "0.949999")}
    verdict = judged(raw(timeslices(">= 60 %", "0.95", "raw")), readings)
    assert (verdict.outcome, verdict.good, verdict.total) == (PASS, 2, 3)
    mean = judged(raw(ratio_timeslices(">= 96.4 %", "raw")), readings)
    assert mean.value == (Fraction("0.99") + Fraction("0.95") + Fraction("0.949999")) / 3 * 100


def test_confidence_needs_events_and_not_data_points() -> None:
    verdict = judged(threshold(slo(">= 50 %", "value", confidence="0.95"), "< 5"), points(1, 1, 1))
    assert verdict.outcome is INCONCLUSIVE
    assert "confidence" in verdict.reasons[0]
