"""What holds for all measurements: the metamorphic promises, and that nothing at all passes by accident.

Of outcomes that rest on a comparison, PASS is better than WARN, and WARN than FAIL. INCONCLUSIVE and ERROR are
neither: they say that there is no comparison. So "worse data never improves the outcome" means: what was FAIL
stays FAIL, what was WARN becomes at best WARN, and nothing becomes PASS; and as a census, where data is
complete, what was compared stays compared. "Less data" is never to make a PASS of what was none.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checker.model import Absence, Objective, Outcome, Point, Series, Share, Verdict, Window, share_line
from checker.units import Threshold, parse_threshold

from .builders import AT, FAILED, HOUR, NO_DATA, NOT_RECORDED, judged, promise, series, unit

PASS, WARN, FAIL = Outcome.PASS, Outcome.WARN, Outcome.FAIL
INCONCLUSIVE, ERROR = Outcome.INCONCLUSIVE, Outcome.ERROR
RANK = {PASS: 0, WARN: 1, FAIL: 2}

Readings = dict[str, Series | Absence]

numbers = st.one_of(
    st.integers(-20, 20).map(Fraction),
    st.fractions(-20, 20, max_denominator=1000),
    st.floats(-20, 20).map(Fraction),
)


def not_better(after: Verdict, before: Verdict) -> bool:
    """Whether ``after``, of worse data, is no better than ``before``."""
    if before.outcome not in RANK:
        return after.outcome is not PASS
    return after.outcome not in RANK or RANK[after.outcome] >= RANK[before.outcome]


@st.composite
def value_objectives(draw: st.DrawFn, of: str = "ms") -> Objective:
    limit, further = draw(st.integers(-10, 10)), draw(st.integers(0, 10))
    lower_is_better = draw(st.booleans())
    operator = draw(st.sampled_from(["<", "<="] if lower_is_better else [">", ">="]))
    critical = None
    if draw(st.booleans()):
        edge = limit + further if lower_is_better else limit - further
        critical = f"{'>' if lower_is_better else '<'} {edge} {of}"
    return promise(f"{operator} {limit} {of}", critical=critical)


def series_of(values: list[Any], of: str, combine: Any, samples: list[int]) -> Series:
    return series(values, of, combine, samples=samples, newest=AT)


@st.composite
def measured_values(draw: st.DrawFn, of: str = "ms") -> Series:
    combine = draw(st.sampled_from(["sum", "mean", "min", "max", "single"]))
    size = 1 if combine == "single" else draw(st.integers(1, 12))
    values = draw(st.lists(numbers, min_size=size, max_size=size))
    return series_of(values, of, combine, draw(st.lists(st.integers(1, 50), min_size=size, max_size=size)))


@st.composite
def measured_ratios(draw: st.DrawFn) -> tuple[str, Readings]:
    """The side that is counted, and counts of it and of all events that do not contradict each other."""
    size = draw(st.integers(1, 12))
    totals = draw(st.lists(st.integers(0, 60), min_size=size, max_size=size))
    parts = [draw(st.integers(0, total)) for total in totals]
    return draw(st.sampled_from(["good", "bad"])), {
        "part": series(parts, "count", counts_events=True, newest=AT),
        "total": series(totals, "count", counts_events=True, newest=AT),
    }


@st.composite
def ratio_objectives(draw: st.DrawFn, side: str, **more: Any) -> Objective:
    operator = draw(st.sampled_from(["<", "<=", ">", ">=", "=="]))
    limit = draw(st.sampled_from([0, 1, 5, 20, 50, 80, 95, 99, 100]))
    lower = operator in ("<", "<=") or (operator == "==" and limit == 0)
    further = draw(st.one_of(st.none(), st.integers(0, 40)))
    critical = None
    if further is not None and operator != "==":
        critical = f"{'>' if lower else '<'} {limit + further if lower else limit - further} %"
    more.setdefault("confidence", draw(st.sampled_from([None, None, "0.5", "0.95"])))
    return promise(f"{operator} {limit} %", side, "total", critical=critical, **more)


def named(side: str, readings: Readings) -> Readings:
    return {side: readings["part"], "total": readings["total"]}


# Worse data ----------------------------------------------------------------------------------------------


@given(objective=value_objectives(), reading=measured_values(), data=st.data())
@settings(max_examples=150)
def test_a_worse_value_never_improves_the_outcome(
    objective: Objective, reading: Series, data: st.DataObject
) -> None:
    sign = 1 if objective.target.lower_is_better else -1
    worse = reading._replace(
        points=tuple(
            point._replace(value=point.value + sign * abs(data.draw(numbers))) for point in reading.points
        ),
    )
    before, after = judged(objective, reading), judged(objective, worse)
    assert before.outcome in RANK
    assert after.outcome in RANK
    assert RANK[after.outcome] >= RANK[before.outcome]


@given(data=st.data(), ratio=measured_ratios())
@settings(max_examples=150)
def test_more_bad_events_never_improve_the_outcome(data: st.DataObject, ratio: tuple[str, Readings]) -> None:
    side, readings = ratio
    objective = data.draw(ratio_objectives(side).filter(lambda each: each.target.operator != "=="))
    part, total = readings["part"], readings["total"]
    assert isinstance(part, Series)
    assert isinstance(total, Series)
    worse = []
    for counted, events in zip(part.points, total.points, strict=True):
        room = counted.value if side == "good" else events.value - counted.value
        change = data.draw(st.integers(0, int(room)))
        worse.append(counted._replace(value=counted.value + (-change if side == "good" else change)))
    before = judged(objective, named(side, readings))
    after = judged(objective, named(side, {**readings, "part": part._replace(points=tuple(worse))}))
    assert not_better(after, before)
    if objective.confidence is None:
        assert (after.outcome in RANK) == (before.outcome in RANK)


@given(data=st.data(), ratio=measured_ratios())
@settings(max_examples=150)
def test_bad_events_on_top_never_improve_the_outcome(
    data: st.DataObject, ratio: tuple[str, Readings]
) -> None:
    """More traffic, all of it bad: the counts of both sides grow."""
    side, readings = ratio
    objective = data.draw(ratio_objectives(side).filter(lambda each: each.target.operator != "=="))
    before = judged(objective, named(side, readings))
    assume(before.outcome is not INCONCLUSIVE or objective.confidence is not None)
    changes = [data.draw(st.integers(0, 30)) for _ in range(len(readings["total"].points))]  # type: ignore[union-attr]

    def grown(reading: Series | Absence) -> Series:
        assert isinstance(reading, Series)
        points = [
            point._replace(value=point.value + change)
            for point, change in zip(reading.points, changes, strict=True)
        ]
        return reading._replace(points=tuple(points))

    worse = {
        "part": grown(readings["part"]) if side == "bad" else readings["part"],
        "total": grown(readings["total"]),
    }
    assert not_better(judged(objective, named(side, worse)), before)


@given(
    quantile=st.sampled_from(["0.5", "0.9", "0.99"]),
    counts=st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200)),
    more=st.tuples(st.integers(0, 200), st.integers(0, 200)),
    confidence=st.sampled_from([None, "0.8", "0.95"]),
)
@settings(max_examples=150)
def test_more_slow_samples_never_improve_a_percentile(
    quantile: str, counts: tuple[int, int, int], more: tuple[int, int], confidence: str | None
) -> None:
    """Fast, middling and slow samples; then some of the fast become middling, and some of those slow."""
    fast, middling, slow = counts
    assume(fast + middling + slow)
    objective = promise("< 5 s", critical="> 10 s", confidence=confidence)

    def verdict(fast: int, middling: int, slow: int) -> Verdict:
        total = fast + middling + slow
        shares = (Share(Fraction(5), False, fast, total), Share(Fraction(10), True, fast + middling, total))
        reading = Series(
            (), "single", unit("s"), HOUR, 300, samples=total, quantile=Fraction(quantile), shares=shares
        )
        return judged(objective, reading)

    slower = min(more[0], fast)
    slowest = min(more[1], middling + slower)
    before = verdict(fast, middling, slow)
    after = verdict(fast - slower, middling + slower - slowest, slow + slowest)
    assert not_better(after, before)


# Less data -----------------------------------------------------------------------------------------------


def without(reading: Series, kept: list[bool]) -> Series:
    """The series with some of its points gone, as its source would then tell it."""
    points = tuple(point for point, stays in zip(reading.points, kept, strict=False) if stays)
    newest = points[-1].time + reading.period if points else None
    return reading._replace(points=points, present=len(points), newest=newest)


flags = st.lists(st.booleans(), min_size=12, max_size=12)


@given(objective=value_objectives(), reading=measured_values(), kept=flags)
@settings(max_examples=150)
def test_a_complete_window_is_never_met_by_leaving_points_out(
    objective: Objective, reading: Series, kept: list[bool]
) -> None:
    strict = objective._replace(min_coverage=Fraction(1))
    if judged(strict, reading).outcome is not PASS:
        assert judged(strict, without(reading, kept)).outcome is not PASS


@given(data=st.data(), ratio=measured_ratios(), of_part=flags, of_total=flags)
@settings(max_examples=150)
def test_a_complete_share_is_never_met_by_leaving_points_out(
    data: st.DataObject, ratio: tuple[str, Readings], of_part: list[bool], of_total: list[bool]
) -> None:
    side, readings = ratio
    objective = data.draw(ratio_objectives(side, min_coverage=1))
    less: Readings = {
        "part": without(readings["part"], of_part),  # type: ignore[arg-type]
        "total": without(readings["total"], of_total),  # type: ignore[arg-type]
    }
    if judged(objective, named(side, readings)).outcome is not PASS:
        assert judged(objective, named(side, less)).outcome is not PASS


@given(
    data=st.data(), ratio=measured_ratios(), kept=flags, coverage=st.sampled_from(["0", "0.5", "0.9", "1"])
)
@settings(max_examples=150)
def test_leaving_out_points_of_the_counted_side_never_makes_a_pass(
    data: st.DataObject, ratio: tuple[str, Readings], kept: list[bool], coverage: str
) -> None:
    """Whichever side is counted, whichever the target is about, and however many gaps are allowed."""
    side, readings = ratio
    age = data.draw(st.sampled_from([None, 7200]))
    objective = data.draw(
        ratio_objectives(side, min_coverage=coverage, max_age=age).filter(
            lambda each: each.target.operator != "==" or each.target.value in (0, 100)
        )
    )
    less: Readings = {**readings, "part": without(readings["part"], kept)}  # type: ignore[arg-type]
    if judged(objective, named(side, readings)).outcome is not PASS:
        assert judged(objective, named(side, less)).outcome is not PASS


@given(
    data=st.data(),
    ratio=measured_ratios(),
    absence=st.sampled_from([NO_DATA, NOT_RECORDED, FAILED]),
    no_data=st.sampled_from(["inconclusive", "fail", "zero"]),
    heartbeat=st.booleans(),
)
@settings(max_examples=150)
def test_an_absence_never_yields_a_pass_but_for_promised_silence(
    data: st.DataObject, ratio: tuple[str, Readings], absence: Absence, no_data: str, heartbeat: bool
) -> None:
    side, readings = ratio
    objective = data.draw(ratio_objectives(side, no_data=no_data, heartbeat=heartbeat or None))
    whole = {**named(side, readings), "heartbeat": series([1] * 12, "count")}
    name = data.draw(st.sampled_from([side, "total", *(["heartbeat"] if heartbeat else [])]))
    verdict = judged(objective, {**whole, name: absence})
    promised = name == side and no_data == "zero" and heartbeat and absence is NO_DATA
    assert verdict.outcome is not PASS or promised
    if absence is FAILED:
        assert verdict.outcome is ERROR
    if absence is NOT_RECORDED:
        assert verdict.outcome is INCONCLUSIVE


# The same data -------------------------------------------------------------------------------------------


def told(verdict: Verdict) -> tuple[Any, ...]:
    return verdict.outcome, verdict.reasons, verdict.margin, verdict.value, verdict.bound, verdict.budget


@given(objective=value_objectives(), reading=measured_values(), data=st.data())
@settings(max_examples=120)
def test_the_order_of_points_does_not_matter(
    objective: Objective, reading: Series, data: st.DataObject
) -> None:
    shuffled = reading._replace(points=tuple(data.draw(st.permutations(reading.points))))
    assert judged(objective, shuffled) == judged(objective, reading)


@given(data=st.data(), ratio=measured_ratios())
@settings(max_examples=120)
def test_the_order_of_periods_does_not_matter(data: st.DataObject, ratio: tuple[str, Readings]) -> None:
    side, readings = ratio
    objective = data.draw(ratio_objectives(side))._replace(error_budget=True)
    shuffled: Readings = {
        name: reading._replace(points=tuple(data.draw(st.permutations(reading.points))))  # type: ignore[union-attr, arg-type]
        for name, reading in readings.items()
    }
    assert judged(objective, named(side, shuffled)) == judged(objective, named(side, readings))


@given(
    reading=measured_values("ms"),
    objective=value_objectives("ms"),
    units=st.sampled_from(
        [("ms", "s", 1000), ("s", "ms", Fraction(1, 1000)), ("MB", "MiB", Fraction(2**20, 10**6))]
    ),
)
@settings(max_examples=150)
def test_an_exact_change_of_unit_changes_nothing(
    reading: Series, objective: Objective, units: tuple[str, str, Fraction | int]
) -> None:
    one, other, factor = units
    first = reading._replace(unit=unit(one))
    second = reading._replace(
        unit=unit(other),
        points=tuple(point._replace(value=point.value / factor) for point in reading.points),
    )
    target = objective._replace(
        target=in_unit(objective.target, one),
        critical=None if objective.critical is None else in_unit(objective.critical, one),
    )
    assert told(judged(target, first)) == told(judged(target, second))


def in_unit(threshold: Threshold, of: str) -> Threshold:
    return parse_threshold(threshold.text.replace("ms", of))


@given(share=st.fractions(0, 1), target=st.sampled_from(["< 5 %", ">= 99.9 %", "> 0.5", "<= 1 ratio"]))
@settings(max_examples=200)
def test_a_share_is_the_same_in_percent(share: Fraction, target: str) -> None:
    ratio, percent = series([share], "ratio", "single"), series([share * 100], "%", "single")
    assert told(judged(promise(target), ratio)) == told(judged(promise(target), percent))


# Anything at all -----------------------------------------------------------------------------------------

TARGETS = [
    "< 5",
    "> 5",
    "== 0",
    "<= 0",
    ">= 0",
    "== 5",
    "< 5 ms",
    "> 98 %",
    "<= 2 %",
    ">= 100 %",
    "> 0 %",
    "< 5 /min",
]
FORMS = [
    (("value",), ""),
    (("value",), ""),
    (("good", "total"), ""),
    (("bad", "total"), ""),
    (("a", "b"), "a / b"),
    (("a", "b"), "a + 2 * b - a"),
    (("a", "b"), "a * b * b"),
    (("a", "b"), "a + c"),
    (("a", "b"), "a.b"),
]
AMOUNTS = [Fraction(n) for n in (-5, -1, 0, 0, 0, 1, 1, 2, 5, 10, 1.7e308, 5e-324)] + [Fraction(1, 3)]
STRANGE: dict[str, list[Any]] = {
    "points": [
        (),
        (Point(AT, Fraction(1)), Point(AT, Fraction(2))),
        (Point(AT + 61, Fraction(0)),),
        (Point(AT, Fraction(0)), Point(AT - 300, Fraction(10**400))),
        (Point(AT - 300, Fraction(0), -1),),
        (Point(AT - 300, Fraction(0), 0),),
        (Point(10**13, Fraction(1, 10**2000), 1),),
    ],
    "combine": ["sum", "mean", "min", "max", "single"],
    "unit": [unit(text) for text in ("", "count", "ms", "s", "%", "ratio", "B", "/s")],
    "window": [None, Window(AT, AT), Window(AT - 86400, AT), Window(AT + 300, AT)],
    "period": [0, 60, 3600],
    "present": [-1, 0, 1, 1000],
    "expected": [-1, 0, 1, 1000],
    "newest": [None, 0, AT - 901, AT + 60, AT + 61, 10**13],
    "samples": [None, -1, 0, 1, 10**16],
    "quantile": [None, Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2)],
    "shares": [
        (),
        (Share(Fraction(5), False, 0, 0),),
        (Share(Fraction(5), False, -1, 9), Share(Fraction(5), True, 10, 9)),
        (Share(Fraction(5), True, 10**16, 10**16),),
    ],
    "counts_events": [True, False],
}


def any_reading(choose: Random, name: str, of: str) -> Series | Absence:
    """A sound series of some kind, of which a few things were then made strange; or none at all."""
    if choose.random() < 0.05:
        return choose.choice([NO_DATA, NOT_RECORDED, FAILED])
    sound = sound_series(choose, name, of)
    for field in choose.sample(list(STRANGE), choose.choice([0, 0, 0, 1, 1, 2, 5])):
        sound = sound._replace(**{field: choose.choice(STRANGE[field])})
    return sound


def sound_series(choose: Random, name: str, of: str) -> Series:
    if name in ("good", "bad", "total", "heartbeat"):
        values = [20, 20, 100] if name in ("total", "heartbeat") else choose.choices([0, 1, 19, 20], k=3)
        return series(values, "count", counts_events=True, newest=AT)
    size = choose.choice([1, 1, 3])
    combine = choose.choice(["sum", "sum", "mean", "max", "single"]) if size == 1 else "sum"
    values = choose.choices(AMOUNTS, k=size)
    plain = series(values, of, combine, samples=choose.choices([1, 20], k=size), newest=AT)
    if choose.random() < 0.5:
        return plain
    shares = []
    for text in TARGETS:
        threshold, below = parse_threshold(text), choose.choice([0, 90, 100])
        shares.append(Share(threshold.value, share_line(threshold), below, 100))
    points = plain.points[: choose.choice([0, 1])]
    return plain._replace(
        points=points, combine="single", quantile=Fraction("0.95"), shares=tuple(shares), samples=100
    )


def any_case(seed: int) -> Verdict:
    choose = Random(seed)
    objective = any_objective(choose)
    of = {"ms": "ms", "%": "%", "/min": "count"}.get(objective.target.unit.text, "")
    of = choose.choice([of, of, of, "", "count", "s", "USD"])
    names = [name for name, _ in objective.indicator.metrics] + ["heartbeat"]
    return judged(objective, {name: any_reading(choose, name, of) for name in names})


def any_objective(choose: Random) -> Objective:
    metrics, formula = choose.choice(FORMS)
    return promise(
        choose.choice(TARGETS),
        *metrics,
        formula=formula,
        critical=choose.choice([None, None, None, "> 10", "< 1", "> 10 ms", "< 90 %", "== 3"]),
        no_data=choose.choice(["inconclusive", "fail", "zero"]),
        heartbeat=choose.choice([None, None, True]),
        min_samples=choose.choice([0, 0, 10]),
        min_coverage=choose.choice(["0", "0.9", "1"]),
        max_age=choose.choice([None, None, 900]),
        confidence=choose.choice([None] * 6 + ["0", "0.5", "0.95", "1"]),
        error_budget=choose.random() < 0.5,
    )


@pytest.mark.exhaustive
def test_nothing_at_all_passes_unless_it_was_measured_and_met() -> None:
    """Every kind of promise over every kind of reading, sound, strange and contradictory: 20 000 of them."""
    seen: Counter[tuple[str, Outcome]] = Counter()
    for seed in range(20_000):
        try:
            verdict = any_case(seed)
            check(verdict)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error!r}") from error
        seen[verdict.objective.indicator.form, verdict.outcome] += 1
    # Otherwise it could hold because nothing ever passes.
    forms, outcomes = ("value", "ratio", "formula"), (PASS, WARN, FAIL, INCONCLUSIVE, ERROR)
    assert min(seen[form, outcome] for form in forms for outcome in outcomes) > 30, seen


def check(verdict: Verdict) -> None:
    assert verdict.outcome in (PASS, WARN, FAIL, INCONCLUSIVE, ERROR)
    (reason,) = verdict.reasons
    assert reason
    if verdict.outcome in (INCONCLUSIVE, ERROR):
        assert verdict.remedy
    if verdict.outcome is PASS:
        check_pass(verdict)


def check_pass(verdict: Verdict) -> None:
    objective, target = verdict.objective, verdict.compared or verdict.objective.target
    assert verdict.value is not None
    assert verdict.unit == target.unit
    assert target.holds(verdict.value)
    assert verdict.margin is not None
    assert verdict.margin >= 0
    assert verdict.coverage is not None
    assert verdict.coverage >= objective.min_coverage
    if objective.min_samples:
        assert verdict.samples is not None
        assert verdict.samples >= objective.min_samples
    if objective.critical is not None and verdict.compared is None and objective.confidence is None:
        edge = objective.critical.value * objective.critical.unit.factor / target.unit.factor
        assert not objective.critical._replace(value=edge).holds(verdict.value)
    if objective.confidence is not None:
        assert verdict.bound is not None
        assert target.holds(verdict.bound) or abs(verdict.bound - target.value) < Fraction(1, 10**9)
    if verdict.total is not None:
        assert verdict.total > 0
        assert verdict.good is not None
        assert 0 <= verdict.good <= verdict.total
