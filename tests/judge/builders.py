"""Promises and readings in few words. Everything happens in the hour before ``AT``, in periods of 5 minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from checker.judge.verdict import judge
from checker.model import Absence, Indicator, Location, Objective, Point, Series, Share, Verdict, Window
from checker.units import Unit, parse_threshold, parse_unit

AT = 1_769_860_800
PERIOD = 300
HOUR = Window(AT - 3600, AT)

Number = Fraction | int | str

NO_DATA = Absence("no-data", "no data from 11:00 to 12:00", "check that it is published")
NOT_RECORDED = Absence("not-recorded", "the evidence holds no answer", "record again")
FAILED = Absence("failed", "CloudWatch answered PartialData", "run again")


@dataclass(frozen=True)
class Asked:
    """A query of a source that nobody asks."""

    source: str = "Nothing"
    dataSourceRef: str | None = None  # noqa: N815  (the YAML key)


def promise(target: str, *metrics: str, formula: str = "", **more: Any) -> Objective:
    """An objective over one value, or over ``good``/``bad`` and ``total``, or over a formula's metrics."""
    names = metrics or ("value",)
    form: Any = "formula" if formula else "ratio" if "total" in names else "value"
    if isinstance(more.get("critical"), str):
        more["critical"] = parse_threshold(more["critical"])
    for share in ("min_coverage", "confidence"):
        if share in more:
            more[share] = None if more[share] is None else Fraction(more[share])
    if more.get("heartbeat") is True:
        more["heartbeat"] = Asked()
    return Objective(
        name="doc/promise",
        document="doc",
        kind="criterion",
        location=Location("doc.yaml", 1, 1),
        indicator=Indicator(form, tuple((name, Asked()) for name in names), formula),
        target=parse_threshold(target),
        window=3600,
        **more,
    )


def unit(text: str) -> Unit:
    return parse_unit(text)


def series(
    values: Sequence[Number | None],
    of: str = "",
    combine: Any = "sum",
    *,
    samples: Sequence[int | None] | None = None,
    period: int = PERIOD,
    window: Window = HOUR,
    **more: Any,
) -> Series:
    """Points on a grid that ends with the window; None is a gap. Every period of the window was expected."""
    grid = range(window.end - period * len(values), window.end, period)
    each = samples or [None] * len(values)
    points = tuple(
        Point(time, Fraction(value), count)
        for time, value, count in zip(grid, values, each, strict=True)
        if value is not None
    )
    more.setdefault("newest", points[-1].time + period if points else None)
    more.setdefault("present", len(points))
    more.setdefault("expected", len(values))
    return Series(points, combine, parse_unit(of), window=window, period=period, **more)


def counts(*values: int | None, **more: Any) -> Series:
    """A counter's events a period."""
    return series(values, "count", counts_events=True, **more)


def single(value: Number, of: str = "", **more: Any) -> Series:
    """One number, such as a file states it: without a window."""
    return Series((Point(AT, Fraction(value)),), "single", parse_unit(of), **more)


def percentile(
    quantile: str, of: str, *shares: tuple[Number, bool, int, int], value: Number | None = None, **more: Any
) -> Series:
    """A percentile by its value, by shares of samples, or by both; ``shares`` are (threshold, at, below, total)."""
    points = () if value is None else (Point(HOUR.start, Fraction(value)),)
    known = tuple(Share(Fraction(threshold), at, below, total) for threshold, at, below, total in shares)
    more.setdefault("samples", shares[0][3] if shares else 1000)
    return Series(
        points,
        "single",
        parse_unit(of),
        window=HOUR,
        period=PERIOD,
        present=12,
        expected=12,
        newest=AT,
        quantile=Fraction(quantile),
        shares=known,
        **more,
    )


def judged(objective: Objective, readings: Series | Absence | Mapping[str, Series | Absence]) -> Verdict:
    """The verdict at ``AT``; a single reading is that of ``value``."""
    named = readings if isinstance(readings, Mapping) else {"value": readings}
    return judge(objective, named, ("what was asked",), AT)


def ratio_of(good: int, total: int) -> dict[str, Series | Absence]:
    """The counts of good and of all events, in one period each."""
    return {"good": counts(good, period=3600), "total": counts(total, period=3600)}


def bad_of(bad: int, total: int) -> dict[str, Series | Absence]:
    return {"bad": counts(bad, period=3600), "total": counts(total, period=3600)}
