"""The keys of a promise one by one, where an edit of the shipped files does not show which way it goes."""

from __future__ import annotations

from typing import Any

import pytest

from checker.diff.change import Judged
from checker.diff.enough_data import judge_max_age, judge_min_samples, judge_no_data
from checker.diff.evaluation import judge_evaluation
from checker.diff.objective import judge_objective
from checker.model import Evaluation, Indicator, Objective
from tests.judge.builders import Asked, promise

PERIODS = Evaluation(300, 3, 2)


def directions(found: Any) -> list[str]:
    made: list[Judged] = list(found)
    assert all(each.why for each in made)
    return [str(each.direction) for each in made]


@pytest.mark.parametrize(
    ("key", "before", "now", "there", "back"),
    [
        ("owner", "team", "", "loosened", "tightened"),
        ("owner", "team", "another", "changed", "changed"),
        ("review_by", "2026-06-01", "2026-06-02", "loosened", "tightened"),
        ("review_by", "2026-06-01", "", "loosened", "tightened"),
        ("window", 3600, 7200, "changed", "loosened"),
        ("window", 3600, None, "changed", "changed"),
    ],
)
def test_who_answers_for_it_until_when_and_over_which_time(
    key: str, before: Any, now: Any, there: str, back: str
) -> None:
    one, other = (promise("<= 5")._replace(**{key: value}) for value in (before, now))
    for pair, direction, shown in (((one, other), there, (before, now)), ((other, one), back, (now, before))):
        found = list(judge_objective(*pair, {}, {}))
        assert directions(found) == [direction]
        (path, told) = (found[0].path, (found[0].base, found[0].head))
        assert path == ({"review_by": "reviewBy"}.get(key, key),)
        if key != "window":
            assert told == tuple(each or "none" for each in shown)
    assert directions(judge_objective(one, one, {}, {})) == []


@pytest.mark.parametrize(
    ("target", "evaluation", "there", "back"),
    [
        ("<= 5", None, ["tightened"], ["loosened"]),
        (">= 5", None, ["tightened"], ["loosened"]),
        ("<= 5", PERIODS, ["tightened"], ["loosened"]),
        # A period without data was zero, and zero misses this target.
        (">= 5", PERIODS, ["changed"], ["loosened"]),
    ],
)
def test_no_data_that_was_zero(
    target: str, evaluation: Evaluation | None, there: list[str], back: list[str]
) -> None:
    zero = promise(target, no_data="zero", heartbeat=True, evaluation=evaluation)
    unknown, fail = zero._replace(no_data="inconclusive"), zero._replace(no_data="fail")
    assert directions(judge_no_data(zero, unknown)) == directions(judge_no_data(zero, fail)) == there
    assert directions(judge_no_data(unknown, zero)) == directions(judge_no_data(fail, zero)) == back
    assert directions(judge_no_data(unknown, fail)) == ["tightened"]
    assert directions(judge_no_data(zero, zero)) == directions(judge_no_data(fail, fail)) == []


def of(*sources: str, **more: Any) -> Objective:
    """A promise over queries of these sources."""
    names = tuple("abc"[: len(sources)])
    metrics = tuple((name, Asked(source)) for name, source in zip(names, sources, strict=True))
    made = promise("<= 5", *names, formula=" + ".join(names), **more)
    return made._replace(indicator=Indicator("formula", metrics, made.indicator.formula))


@pytest.mark.parametrize(
    ("base", "head", "there", "back"),
    [
        (of("Coverage"), of("Coverage"), "tightened", "loosened"),
        (of("Coverage", "DynamoDB"), of("LoadTest"), "tightened", "loosened"),
        (of("CloudWatch"), of("CloudWatch"), "changed", "changed"),
        (of("Coverage", "CloudWatch"), of("Coverage"), "changed", "changed"),
        (of("Coverage"), of("Coverage", "CloudWatch"), "changed", "changed"),
        (of("CloudWatch", evaluation=PERIODS), of("CloudWatch", evaluation=PERIODS), "tightened", "loosened"),
    ],
)
def test_an_age_where_there_was_none(base: Objective, head: Objective, there: str, back: str) -> None:
    """Data that covers a window may be no older than that; other data has no limit of its own."""
    assert directions(judge_max_age(base, head._replace(max_age=900))) == [there]
    assert directions(judge_max_age(base._replace(max_age=900), head)) == [back]
    young, old = base._replace(max_age=900), head._replace(max_age=901)
    assert directions(judge_max_age(young, old)) == ["loosened"]
    assert directions(judge_max_age(old, young)) == ["tightened"]
    assert directions(judge_max_age(young, head._replace(max_age=900))) == []


@pytest.mark.parametrize(
    ("missing", "there", "back"),
    [("missing", "tightened", "loosened"), ("notBreaching", "changed", "changed")],
)
def test_a_period_of_too_few_samples_is_a_gap(missing: Any, there: str, back: str) -> None:
    few = promise("<= 5", min_samples=10, evaluation=PERIODS._replace(missing=missing))
    many = few._replace(min_samples=11)
    assert directions(judge_min_samples(few, many)) == [there]
    assert directions(judge_min_samples(many, few)) == [back]
    assert directions(judge_min_samples(few, few)) == []


@pytest.mark.parametrize(
    ("missing", "coverage", "there"),
    [
        ("missing", ("0", "0"), "tightened"),
        ("missing", ("0", "0.9"), "changed"),
        ("missing", ("0.9", "0"), "changed"),
        ("missing", ("0.9", "0.9"), "changed"),
        ("notBreaching", ("0", "0"), "changed"),
    ],
)
def test_more_periods_are_stricter_only_where_nothing_makes_up_for_others(
    missing: Any, coverage: tuple[str, str], there: str
) -> None:
    few, many = (
        promise("<= 5", min_coverage=least, evaluation=Evaluation(300, periods, 2, missing))
        for periods, least in zip((3, 4), coverage, strict=True)
    )
    assert directions(judge_evaluation(few, many)) == [there]
    assert directions(judge_evaluation(many, few)) == ["loosened"]
    assert directions(judge_evaluation(few, few)) == []


def test_one_value_instead_of_many_periods_is_another_promise() -> None:
    one, many = promise("<= 5"), promise("<= 5", evaluation=PERIODS)
    for pair, shown in (((one, many), ("none", PERIODS_TOLD)), ((many, one), (PERIODS_TOLD, "none"))):
        (found,) = judge_evaluation(*pair)
        assert (str(found.direction), found.base, found.head) == ("changed", *shown)


PERIODS_TOLD = "2 of 3 periods of 5m, gaps: missing"
