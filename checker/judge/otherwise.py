"""Judges ambiguous readings: a promise is kept only if it is kept under both readings of the same answer.

Amounts that are in doubt at the same time have the same cause, such as a process that started then, so they are
read the same way together. Different times are independent. Reading all of them the other way need not be the worst
case: a total that only came into view late may be so large that real errors at other times vanish beside it. So the
worst combination of times is searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from math import ceil

from checker import display
from checker.judge.regression import WORST_FIRST
from checker.model import Absence, Outcome, Point, Series, Verdict

Readings = Mapping[str, Series | Absence]
Times = frozenset[int]

MOST_GROUPS = 32
"""The most groups of times that are searched; if there are more times, neighbours share a group."""
MOST_ROUNDS = 8
"""Rounds of the search; it usually ends by itself after about three."""


def at_worst(verdict: Verdict, readings: Readings, judged: Callable[[Readings], Verdict]) -> Verdict:
    """The verdict, downgraded if some other reading of the doubtful amounts is worse: to WARN if the worst is WARN,
    otherwise to INCONCLUSIVE."""
    doubtful, times = _doubts(readings)
    if not doubtful:
        return verdict
    otherwise, taken = min(
        _others(verdict, readings, judged, times), key=lambda other: WORST_FIRST.index(other[0].outcome)
    )
    if WORST_FIRST.index(otherwise.outcome) >= WORST_FIRST.index(verdict.outcome):
        return verdict
    case = doubtful[0].doubt + ("" if len(taken) == len(times) else _only(sorted(taken)))
    return verdict._replace(
        outcome=Outcome.WARN if otherwise.outcome is Outcome.WARN else Outcome.INCONCLUSIVE,
        reasons=(f"{otherwise.reasons[0]}, {case}; else {verdict.reasons[0]}", *verdict.reasons[1:]),
        remedy=doubtful[0].to_mend,
    )


def missed_at_worst(verdict: Verdict, readings: Readings, judged: Callable[[Readings], Verdict]) -> Verdict:
    """The verdict of a missed promise, with its ``worst`` value under the other reading of ambiguous amounts, if worse.

    A waiver must accept that value too.
    """
    doubtful, times = _doubts(readings)
    if not doubtful or verdict.margin is None or verdict.evaluation is not None:
        return verdict
    others = [other for other, _ in _others(verdict, readings, judged, times) if other.unit == verdict.unit]
    worst = min((other for other in others if _worse(other, verdict)), key=_margin, default=verdict)
    if worst.value is None or worst.margin is None or worst.margin >= verdict.margin:
        return verdict
    note = f"{worst.reasons[0]}, {doubtful[0].doubt}"
    return verdict._replace(worst=worst.value, notes=(*verdict.notes, note))


def _doubts(readings: Readings) -> tuple[list[Series], list[int]]:
    """The other readings of what is ambiguous, and the times at which amounts are in doubt."""
    doubtful = [each.otherwise for each in readings.values() if each.otherwise is not None]
    return doubtful, sorted({point.time for each in doubtful for point in each.doubtful})


def _margin(verdict: Verdict) -> Fraction:
    return verdict.margin or Fraction(0)


def _others(
    verdict: Verdict, readings: Readings, judged: Callable[[Readings], Verdict], times: list[int]
) -> Iterator[tuple[Verdict, Times]]:
    """The verdicts, and the times that were read the other way: first all times, then those tried in the search for
    the worst combination.

    In each round, every group that makes the verdict worse by itself is switched. For a ratio this is Dinkelbach's
    method (W. Dinkelbach, On Nonlinear Fractional Programming, 1967), which converges to the worst combination; for
    a sum one round is enough.
    """
    yield judged(_taken(readings, Times(times))), Times(times)
    chosen, groups = Times(), _groups(times)
    for _ in range(MOST_ROUNDS if len(groups) > 1 else 0):
        worse = Times()
        for group in groups:
            changed = chosen ^ group
            other = judged(_taken(readings, changed))
            yield other, changed
            if _worse(other, verdict):
                worse |= group
        if not worse:
            return
        chosen ^= worse
        verdict = judged(_taken(readings, chosen))
        yield verdict, chosen


def _groups(times: list[int]) -> list[Times]:
    size = ceil(len(times) / MOST_GROUPS) or 1
    return [Times(times[first : first + size]) for first in range(0, len(times), size)]


def _worse(other: Verdict, verdict: Verdict) -> bool:
    if other.outcome is not verdict.outcome:
        return WORST_FIRST.index(other.outcome) < WORST_FIRST.index(verdict.outcome)
    return other.margin is not None and verdict.margin is not None and other.margin < verdict.margin


def _taken(readings: Readings, times: Collection[int]) -> Readings:
    """The readings, with the doubtful amounts at ``times`` read the other way."""
    return {
        name: each if each.otherwise is None else _some(each, each.otherwise, times)
        for name, each in readings.items()
    }


def _some(reading: Series | Absence, otherwise: Series, times: Collection[int]) -> Series | Absence:
    left = [point for point in otherwise.doubtful if point.time not in times]
    if otherwise.doubtful and len(left) == len(otherwise.doubtful):
        return reading
    return _without(otherwise, left) if left else otherwise


def _without(series: Series, left: Iterable[Point]) -> Series:
    """A sum over the window without the doubtful amounts in ``left``."""
    less = {point.time: point.value for point in left}
    points = tuple(point._replace(value=point.value - less.get(point.time, 0)) for point in series.points)
    samples = series.samples
    if samples is not None:
        samples = max(0, samples - ceil(sum(less.values(), Fraction(0))))
    return series._replace(points=points, samples=samples)


def _only(times: list[int]) -> str:
    more = f" and {len(times) - 2} more" if len(times) > 2 else ""
    return f", but only of those of the {'periods' if len(times) > 1 else 'period'} from " + (
        ", ".join(display.moment(time) for time in times[:2]) + more
    )
