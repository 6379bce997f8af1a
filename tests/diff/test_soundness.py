"""What counts as equal or stricter lets nothing pass that did not, whatever is measured: put to the judge itself."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from checker.diff.objective import judge_objective
from checker.load.checks.answer import Answer
from checker.load.checks.bands import check_bands
from checker.model import Objective, Outcome
from checker.units import parse_unit
from tests.judge.builders import NO_DATA, counts, judged, promise, single
from tests.judge.test_sustained import over, sustained

LENIENT = {Outcome.PASS: 0, Outcome.WARN: 1}
OPERATORS = st.sampled_from(["<", "<=", "==", ">=", ">"])
UNITS = st.sampled_from([" ms", " s"])
SMALL = st.integers(0, 3)


def weaker(base: Objective, head: Objective) -> bool:
    return any(
        each.direction not in ("tightened", "reworded") for each in judge_objective(base, head, {}, {})
    )


def thresholds(units: st.SearchStrategy[str], numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[str]:
    return st.builds("{} {}{}".format, OPERATORS, numbers, units)


def valid(objective: Objective) -> bool:
    """Whether its bands are such as may be compared; of invalid files there is no comparison."""
    unit = parse_unit("ratio" if objective.indicator.form == "ratio" else objective.target.unit.text)
    return all(problem.level != "error" for problem in check_bands(objective, Answer(unit)))


def holds_for(base: Objective, head: Objective, readings: Any) -> None:
    """Unless it counts as weaker, the head's outcome is no kinder than the base's."""
    if valid(base) and valid(head) and not weaker(base, head):
        before, now = (LENIENT.get(judged(each, readings).outcome, 2) for each in (base, head))
        assert now >= before


@given(st.data())
@settings(max_examples=250)
def test_targets_and_criticals(data: st.DataObject) -> None:
    times = thresholds(UNITS, SMALL)
    base, head = (promise(data.draw(times), critical=data.draw(st.none() | times)) for _ in ("base", "head"))
    value = data.draw(
        st.sampled_from(
            [Fraction(each, 2000) for each in range(8)] + [Fraction(each, 2) for each in range(8)]
        )
    )
    holds_for(base, head, single(value, "s"))


@given(st.data())
@settings(max_examples=250)
def test_shares(data: st.DataObject) -> None:
    units = st.sampled_from([" %", " ratio", ""])
    shares = thresholds(units, st.sampled_from(["0", "0.5", "1", "50", "90", "99", "100"]))
    confidence = st.none() | st.sampled_from(["1/2", "9/10", "99/100"])
    base, head = (
        promise(
            data.draw(shares),
            "bad",
            "total",
            critical=data.draw(st.none() | shares),
            confidence=data.draw(confidence),
            min_samples=data.draw(st.sampled_from([0, 5, 100])),
        )
        for _ in ("base", "head")
    )
    total = data.draw(st.integers(1, 120))
    bad = data.draw(st.integers(0, total))
    holds_for(base, head, {"bad": counts(bad, period=3600), "total": counts(total, period=3600)})


@given(st.data())
@settings(max_examples=300)
def test_how_much_data_is_enough(data: st.DataObject) -> None:
    def one() -> Objective:
        no_data = data.draw(st.sampled_from(["zero", "inconclusive", "fail"]))
        return promise(
            data.draw(st.sampled_from(["<= 2", "< 2", ">= 1", "== 0"])) + " count",
            no_data=no_data,
            heartbeat=no_data == "zero" or None,
            min_samples=data.draw(st.sampled_from([0, 3])),
            min_coverage=data.draw(st.sampled_from(["0", "1/2", "9/10"])),
            max_age=data.draw(st.none() | st.sampled_from([600, 3000])),
        )

    values = data.draw(st.lists(st.none() | SMALL, min_size=12, max_size=12))
    seen = any(each is not None for each in values)
    value = counts(*values, samples=list(values)) if seen else NO_DATA
    holds_for(one(), one(), {"value": value, "heartbeat": counts(*[1] * 12)})


TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")


@given(st.data())
@settings(max_examples=300)
def test_sustained_conditions(data: st.DataObject) -> None:
    def one() -> Objective:
        periods = data.draw(st.integers(1, 5))
        return sustained(
            periods,
            data.draw(st.integers(1, periods)),
            data.draw(st.sampled_from(TREATMENTS)),
            data.draw(st.sampled_from(["<= 500 ms", "< 500 ms", "<= 600 ms", ">= 300 ms"])),
            critical=data.draw(st.sampled_from([None, "> 1000 ms", "> 700 ms"])),
            min_coverage=data.draw(st.sampled_from(["0", "0", "1/2"])),
            min_samples=data.draw(st.sampled_from([0, 0, 5])),
        )

    base, head = one(), one()
    if any(each.target.operator == ">=" and each.critical is not None for each in (base, head)):
        return  # a critical that points the same way is no valid promise
    values = data.draw(
        st.lists(st.sampled_from([None, 250, 500, 550, 620, 900, 2000]), min_size=7, max_size=7)
    )
    samples = data.draw(st.lists(st.sampled_from([1, 9]), min_size=7, max_size=7))
    if any(each is not None for each in values):
        holds_for(base, head, over(values, samples=samples))


@given(st.data())
@settings(max_examples=150)
def test_how_much_of_a_period_is_enough(data: st.DataObject) -> None:
    periods, missing = data.draw(st.integers(1, 3)), data.draw(st.sampled_from(TREATMENTS))
    coverage = st.sampled_from(["0", "1/10", "1/2", "19/20"])
    base, head = (
        sustained(periods, 1, missing, "<= 500 ms", min_coverage=data.draw(coverage))
        for _ in ("base", "head")
    )
    count = periods + 2
    values = data.draw(st.lists(st.sampled_from([250, 900]), min_size=count, max_size=count))
    seen = data.draw(
        st.lists(st.sampled_from(["1/20", "6/10", "92/100", "1"]), min_size=count, max_size=count)
    )
    made = over(values)
    points = tuple(
        point._replace(seen=Fraction(share)) for point, share in zip(made.points, seen, strict=True)
    )
    holds_for(base, head, made._replace(points=points))
