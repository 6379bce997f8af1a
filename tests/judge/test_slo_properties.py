"""What holds for SLOs of every budgeting method: the metamorphic promises of ``test_properties``, and of alerts.

Worse data never improves a verdict, nor does data that is lost make a pass; the order of points and exact changes
of unit leave the report's bytes the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from checker.model import Absence, Objective, Outcome, Point, Report, Series, Verdict, Window
from checker.policy.decide import exit_code
from checker.reports import json as json_report
from checker.reports import junit, table
from checker.units import PERCENT, Threshold, parse_unit

from .builders import AT, judged, series
from .slos import composite, ratio_timeslices, raw, slo, threshold, timeslices
from .test_properties import RANK, not_better

PASS = Outcome.PASS
SLICES = 6
METHODS = ("Occurrences", "Timeslices", "RatioTimeslices")
FORMS = ("ratio", "threshold", "raw", "composite")
Readings = dict[str, Series | Absence]

shares = st.sampled_from(["0", "0.25", "0.5", "0.75", "0.9", "0.99", "1"])
targets = st.sampled_from(["1", "25", "50", "75", "90", "99"])


@st.composite
def slos(draw: st.DrawFn, **more: object) -> Objective:
    """An SLO of any method over any form of indicator."""
    method, form, empty = (
        draw(st.sampled_from(METHODS)),
        draw(st.sampled_from(FORMS)),
        more.pop("empty", None),
    )
    empty = draw(st.sampled_from(["", "bad"])) if empty is None else empty
    target = f">= {draw(targets)} %"
    side = draw(st.sampled_from(["good", "bad"]))
    if method == "Occurrences":
        objective = slo(target, side, "total", window=SLICES * 300, **more)
    elif method == "Timeslices":
        cut = Fraction(draw(shares)) or Fraction(1, 2)
        objective = timeslices(target, cut, side, "total", empty=empty, window=SLICES * 300, **more)
    else:
        objective = ratio_timeslices(target, side, "total", empty=empty, window=SLICES * 300, **more)
    if form == "threshold":
        return threshold(objective, "< 5")
    if form == "raw":
        return raw(objective, draw(st.booleans()))
    if form == "composite":
        parts = [
            (draw(shares.filter(lambda each: each != "1")), Fraction(draw(shares)) or 1, 1) for _ in range(2)
        ]
        whole = composite(objective, *parts)
        burnt = Threshold("<=", Fraction(100), PERCENT, "<= 100 % of the error budget")
        return whole if method != "Occurrences" else whole._replace(target=burnt)
    return objective


@st.composite
def readings_of(draw: st.DrawFn, objective: Objective) -> Readings:
    """Complete readings: a point a slice, of whichever form."""
    window = Window(AT - SLICES * 300, AT)
    given = {"period": 300, "window": window, "newest": AT}
    readings: Readings = {}
    for name, _ in objective.indicator.metrics:
        if name.endswith("total"):
            continue
        if name in ("value", "raw"):
            values = draw(
                st.lists(st.sampled_from(["0", "0.2", "0.9", "1"]), min_size=SLICES, max_size=SLICES)
            )
            if name == "value":
                values = [str(int(Fraction(each) * 10)) for each in values]
            readings[name] = series(values, "", "single", **given)
            continue
        totals = draw(st.lists(st.integers(0, 20), min_size=SLICES, max_size=SLICES))
        parts = [draw(st.integers(0, total)) for total in totals]
        readings[name] = series(parts, "count", counts_events=True, **given)
        total = name.rpartition(".")[0]
        readings[f"{total}.total" if total else "total"] = series(
            totals, "count", counts_events=True, **given
        )
    return readings


def without(readings: Mapping[str, Series | Absence], lost: list[tuple[int, bool, bool]]) -> Readings:
    """Readings with points gone: of a slice its part, its total, or both."""
    found: Readings = {}
    for name, reading in readings.items():
        assert isinstance(reading, Series)
        gone = {
            index for index, of_part, of_total in lost if (of_total if name.endswith("total") else of_part)
        }
        points = tuple(point for index, point in enumerate(reading.points) if index not in gone)
        newest = points[-1].time + reading.period if points else None
        found[name] = reading._replace(points=points, present=len(points), newest=newest)
    return found


losses = st.lists(st.tuples(st.integers(0, SLICES - 1), st.booleans(), st.booleans()), max_size=SLICES)


def worse(data: st.DataObject, objective: Objective, readings: Mapping[str, Series | Absence]) -> Readings:
    """The same readings with some points worse, none beyond what can be."""
    found = dict(readings)
    for name, reading in readings.items():
        assert isinstance(reading, Series)
        if name.endswith("total"):
            continue
        last = name.rpartition(".")[2]
        totals = readings.get(name.removesuffix(last) + "total")
        up = last in ("bad", "value") or (last == "raw" and objective.indicator.failures)
        changed: list[Point] = []
        for index, point in enumerate(reading.points):
            most = Fraction(1) if last == "raw" else Fraction(20)
            if isinstance(totals, Series):
                most = totals.points[index].value
            room = max(Fraction(0), most - point.value) if up else point.value
            step = room * Fraction(data.draw(st.integers(0, 4)), 4)
            step = Fraction(int(step)) if last in ("good", "bad") else step
            changed.append(point._replace(value=point.value + step if up else point.value - step))
        found[name] = reading._replace(points=tuple(changed))
    return found


@given(data=st.data(), objective=slos())
@settings(max_examples=150, deadline=None)
def test_worse_data_never_improves_a_verdict(data: st.DataObject, objective: Objective) -> None:
    readings = data.draw(readings_of(objective))
    before = judged(objective, readings)
    after = judged(objective, worse(data, objective, readings))
    assert not_better(after, before)
    # A slice that one part of a composite has no events in cannot be told, until another part makes it a bad one.
    if not objective.components:
        assert (after.outcome in RANK) == (before.outcome in RANK)
    if before.budget is not None and after.budget is not None:
        assert after.budget.spent >= before.budget.spent


@given(data=st.data(), objective=slos(min_coverage="1"), lost=losses)
@settings(max_examples=150, deadline=None)
def test_lost_data_never_makes_a_pass(
    data: st.DataObject, objective: Objective, lost: list[tuple[int, bool, bool]]
) -> None:
    readings = data.draw(readings_of(objective))
    if judged(objective, readings).outcome is not PASS:
        assert judged(objective, without(readings, lost)).outcome is not PASS


@given(data=st.data(), objective=slos(empty="bad", min_coverage="0", max_age=86400), lost=losses)
@settings(max_examples=120, deadline=None)
def test_where_empty_slices_are_bad_no_coverage_is_needed_for_that(
    data: st.DataObject, objective: Objective, lost: list[tuple[int, bool, bool]]
) -> None:
    """A slice that is lost as a whole counts as bad, so that nothing is gained by losing it."""
    if not objective.budgeting.slice or objective.components:
        return
    readings = data.draw(readings_of(objective))
    whole = [(index, True, True) for index, _, _ in lost]
    if judged(objective, readings).outcome is Outcome.FAIL:
        assert judged(objective, without(readings, whole)).outcome is not PASS


def reports(verdict: Verdict) -> tuple[str, str, str]:
    """The bytes of a report of one verdict, in three formats."""
    report = Report(AT, exit_code((verdict,), (), False), (verdict,), ())
    return json_report.render(report), junit.render(report), table.render(report)


@given(data=st.data(), objective=slos(lookbacks=(600,)), seed=st.integers())
@settings(max_examples=100, deadline=None)
def test_the_order_of_points_changes_no_byte(data: st.DataObject, objective: Objective, seed: int) -> None:
    readings = data.draw(readings_of(objective))
    shuffled: Readings = {}
    for name, reading in readings.items():
        assert isinstance(reading, Series)
        points = list(reading.points)
        Random(seed).shuffle(points)
        shuffled[name] = reading._replace(points=tuple(points))
    assert reports(judged(objective, readings)) == reports(judged(objective, shuffled))


@given(data=st.data(), objective=slos())
@settings(max_examples=100, deadline=None)
def test_an_exact_change_of_unit_changes_no_byte(data: st.DataObject, objective: Objective) -> None:
    """A raw ratio in percent is the same ratio; counts in events are counts in requests."""
    readings = data.draw(readings_of(objective))
    changed: Readings = {}
    for name, reading in readings.items():
        assert isinstance(reading, Series)
        if name == "raw":
            points = tuple(point._replace(value=point.value * 100) for point in reading.points)
            changed[name] = reading._replace(points=points, unit=parse_unit("%"))
        elif name == "value":
            changed[name] = reading._replace(unit=parse_unit("s"))
        else:
            changed[name] = reading._replace(unit=parse_unit("requests"))
    assert reports(judged(objective, readings)) == reports(judged(objective, changed))
