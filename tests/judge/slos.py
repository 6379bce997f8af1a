"""SLOs in few words, and readings a slice or a data point at a time, up to ``AT``."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from checker.model import Absence, Budgeting, Component, Indicator, Objective, Series, Window
from checker.units import parse_threshold

from .builders import AT, Asked, Number, counts, promise, series

Readings = dict[str, Series | Absence]
DAY = 86400
WEEK = 7 * DAY


def slo(
    target: str, *metrics: str, window: int = 3600, budgeting: Budgeting | None = None, **more: Any
) -> Objective:
    """An SLO over ``good`` (or what ``metrics`` say) and ``total``."""
    names = metrics or ("good", "total")
    made = promise(target, *names, error_budget=True, **more)
    return made._replace(window=window, budgeting=budgeting or Budgeting())


def timeslices(
    target: str, slice_target: Number, *metrics: str, length: int = 300, empty: Any = "", **more: Any
) -> Objective:
    budgeting = Budgeting("Timeslices", length, Fraction(slice_target), empty)
    return slo(target, *metrics, budgeting=budgeting, **more)


def ratio_timeslices(
    target: str, *metrics: str, length: int = 300, empty: Any = "", **more: Any
) -> Objective:
    return slo(target, *metrics, budgeting=Budgeting("RatioTimeslices", length, Fraction(0), empty), **more)


def threshold(objective: Objective, condition: str) -> Objective:
    """The same SLO over data points that satisfy ``condition``."""
    indicator = Indicator("threshold", (("value", Asked()),), condition=parse_threshold(condition))
    return objective._replace(indicator=indicator)


def raw(objective: Objective, failures: bool = False) -> Objective:
    """The same SLO over a share that came ready-made."""
    return objective._replace(indicator=Indicator("raw", (("raw", Asked()),), failures=failures))


def composite(objective: Objective, *parts: tuple[Number, Number, Number]) -> Objective:
    """The same SLO over several ratios: (target, slice target, weight) of each."""
    ratio = Indicator("ratio", (("good", Asked()), ("total", Asked())))
    components = tuple(
        Component(f"part {number}", f"{number}.", ratio, Fraction(target), Fraction(cut), Fraction(weight))
        for number, (target, cut, weight) in enumerate(parts, 1)
    )
    metrics = tuple((f"{each.prefix}{name}", Asked()) for each in components for name in ("good", "total"))
    return objective._replace(indicator=Indicator("composite", metrics), components=components)


def minutes(
    *good: int | None, total: int | Sequence[int | None] = 100, length: int = 300, **more: Any
) -> Readings:
    """Good and all events of each slice, the last of which ends at AT; None is a slice without data."""
    window = Window(AT - length * len(good), AT)
    totals = [total] * len(good) if isinstance(total, int) else list(total)
    present = [None if of is None else each for each, of in zip(good, totals, strict=True)]
    given = {"period": length, "window": window, "newest": AT, **more}
    return {
        "good": counts(*present, **given),
        "total": counts(
            *(None if each is None else of for each, of in zip(good, totals, strict=True)), **given
        ),
    }


def points(*values: Number | None, of: str = "", length: int = 300, **more: Any) -> Series:
    """One value a period, the last of which ends at AT; None is a missing one."""
    window = Window(AT - length * len(values), AT)
    return series(values, of, "single", period=length, window=window, newest=AT, **more)


def parts(*each: Readings) -> Readings:
    """The readings of a composite's parts."""
    return {f"{number}.{name}": one for number, part in enumerate(each, 1) for name, one in part.items()}
