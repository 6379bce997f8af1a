"""Compares sustained conditions: fewer allowed misses, more periods, or heavier gaps are stricter.

By the rules of ``checker.judge.sustained``, unless gaps are ``notBreaching``, a promise passes only if more than
``periods - datapoints`` of the last periods are seen to meet the target. So its passes depend neither on the
treatment of gaps nor on earlier periods.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.diff.change import Direction, Judged, both, others
from checker.model import Evaluation, Objective
from checker.units import format_duration

TREATMENTS = ("notBreaching", "ignore", "missing", "breaching")
"""What a gap counts as, ordered from the most lenient to the strictest."""


def judge_evaluation(base: Objective, head: Objective) -> Iterator[Judged]:
    """The differences between two sustained conditions."""
    one, other = base.evaluation, head.evaluation
    if one == other:
        return
    if one is None or other is None:
        shown = both(lambda each: _outline(each) if each else "none", one, other)
        why = "one value of the window is judged instead of each period, or the other way round"
        yield Judged(("evaluation",), Direction.CHANGED, *shown, why)
        return
    yield from others(one, other, ("period", "periods", "datapoints", "missing"), ("evaluation",))
    if one.period != other.period:
        shown = both(format_duration, one.period, other.period)
        yield Judged(("evaluation", "period"), Direction.CHANGED, *shown, "other periods are judged")
    yield from _judge_periods(base, head, one, other)
    if one.datapoints != other.datapoints:
        fewer = other.datapoints < one.datapoints
        direction = Direction.TIGHTENED if fewer else Direction.LOOSENED
        why = f"it takes {'fewer' if fewer else 'more'} periods that miss the target to break the promise"
        shown = both(str, one.datapoints, other.datapoints)
        yield Judged(("evaluation", "datapointsToAlarm"), direction, *shown, why)
    if one.missing != other.missing:
        worse = TREATMENTS.index(other.missing) > TREATMENTS.index(one.missing)
        direction = Direction.TIGHTENED if worse else Direction.LOOSENED
        why = f"a period without data counts for {'more' if worse else 'less'}"
        yield Judged(("evaluation", "treatMissingData"), direction, one.missing, other.missing, why)


def _judge_periods(base: Objective, head: Objective, one: Evaluation, other: Evaluation) -> Iterator[Judged]:
    if one.periods == other.periods:
        return
    shown = both(str, one.periods, other.periods)
    path = ("evaluation", "evaluationPeriods")
    # With more periods, the same number must not miss. With notBreaching, an older period may be the one that was
    # seen; with a minimum coverage, more periods may reach it. Neither is provably stricter.
    more = other.periods > one.periods
    gaps_count = "notBreaching" not in (one.missing, other.missing)
    if more and gaps_count and base.min_coverage == head.min_coverage == 0:
        why = "more periods are judged"
        yield Judged(path, Direction.TIGHTENED, *shown, why)
    elif more:
        why = "more periods are judged, which may make up for others"
        yield Judged(path, Direction.CHANGED, *shown, why)
    else:
        yield Judged(path, Direction.LOOSENED, *shown, "fewer periods are judged")


def _outline(evaluation: Evaluation) -> str:
    return (
        f"{evaluation.datapoints} of {evaluation.periods} periods of {format_duration(evaluation.period)}, "
        f"gaps: {evaluation.missing}"
    )
