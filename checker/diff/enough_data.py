"""Compares how much data a promise needs, how old it may be, and what missing data means."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from checker import display
from checker.diff.change import Direction, Judged, both
from checker.diff.field import duration, ranked
from checker.model import Objective

AT_THE_MOMENT = frozenset({
    "ApplicationSignals", "CloudWatchAlarms", "Coverage", "DynamoDB", "LoadTest", "TestResults",
})  # fmt: skip
"""Sources whose answers cover no window: without maxAge, data of any age is accepted."""

NO_DATA = ("zero", "inconclusive", "fail")


def judge_no_data(base: Objective, head: Objective) -> Iterator[Judged]:
    one, other = base.no_data, head.no_data
    if one == "zero" != other and head.evaluation is not None and not head.target.lower_is_better:
        why = "a period without data was zero, which misses this target"
        yield Judged(("noData",), Direction.CHANGED, one, other, why)
    else:
        yield from ranked("no_data", "noData", NO_DATA, "missing data is judged less strictly")(base, head)


def judge_min_samples(base: Objective, head: Objective) -> Iterator[Judged]:
    one, other = base.min_samples, head.min_samples
    shown = str(one), str(other)
    gaps_are_fine = any(
        each.evaluation is not None and each.evaluation.missing == "notBreaching" for each in (base, head)
    )
    if one != other and gaps_are_fine:
        why = "a period with fewer samples is a gap, and gaps count as no breach"
        yield Judged(("minSamples",), Direction.CHANGED, *shown, why)
    elif other < one:
        yield Judged(("minSamples",), Direction.LOOSENED, *shown, "fewer samples are enough")
    elif other > one:
        yield Judged(("minSamples",), Direction.TIGHTENED, *shown, "more samples are needed")


def judge_coverage(base: Objective, head: Objective) -> Iterator[Judged]:
    one, other = base.min_coverage, head.min_coverage
    if one < other and head.evaluation is not None and head.period_coverage < base.period_coverage:
        why = "more of the periods have to be there, and less of each has to be seen"
        yield Judged(("minCoverage",), Direction.CHANGED, *both(_percent, one, other), why)
    else:
        yield from _judge_share("minCoverage", one, other, "of the window is enough")


def judge_confidence(base: Objective, head: Objective) -> Iterator[Judged]:
    yield from _judge_share("confidence", base.confidence, head.confidence, "confidence is enough")


def _judge_share(key: str, one: Fraction | None, other: Fraction | None, what: str) -> Iterator[Judged]:
    before, now = Fraction(-1) if one is None else one, Fraction(-1) if other is None else other
    shown = both(_percent, one, other)
    if now < before:
        yield Judged((key,), Direction.LOOSENED, *shown, f"less {what}")
    elif now > before:
        yield Judged((key,), Direction.TIGHTENED, *shown, "more is needed")


def _percent(share: Fraction | None) -> str:
    return "none" if share is None else f"{display.plain(share * 100)} %"


def judge_max_age(base: Objective, head: Objective) -> Iterator[Judged]:
    one, other = base.max_age, head.max_age
    if one == other:
        return
    shown = both(duration, one, other)
    unlimited = all(map(_no_age_of_its_own, (base, head)))
    if (one is None or other is None) and not unlimited:
        why = "without maxAge, data may end two periods before the window does"
        yield Judged(("maxAge",), Direction.CHANGED, *shown, why)
    elif other is None or (one is not None and other > one):
        yield Judged(("maxAge",), Direction.LOOSENED, *shown, "older data is accepted")
    else:
        yield Judged(("maxAge",), Direction.TIGHTENED, *shown, "the data has to be newer")


def _no_age_of_its_own(objective: Objective) -> bool:
    """Whether data of any age is accepted without a maxAge."""
    sources = {query.source for _, query in objective.indicator.metrics}
    return objective.evaluation is not None or sources <= AT_THE_MOMENT
