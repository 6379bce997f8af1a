"""Checks a promise's thresholds before anything is measured: units, gaps between bands and overlaps, bands that
cannot be reached, and promises that cannot fail.

Values are mirrored such that smaller is better. A target then owns the values up to its edge; warning and critical
own the values from their edges on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache

from checker.load.checks.answer import Answer
from checker.load.checks.dimensions import check_units, comparable
from checker.load.checks.edge import Edge, edge_of
from checker.load.checks.percent import check_percent
from checker.load.checks.problem import Problem
from checker.load.checks.reach import bounds_of, check_band, check_target
from checker.model import Objective
from checker.units import COMPLEMENT, CONFIRMED, Threshold, Unit, convert


def check_bands(objective: Objective, answer: Answer) -> Sequence[Problem]:
    """The problems of an objective's thresholds, given what is known about its indicator's result."""
    return _problems(objective.target, objective.warning, objective.critical, answer)


@lru_cache(maxsize=1024)  # many promises have the same thresholds
def _problems(
    target: Threshold, warning: Threshold | None, critical: Threshold | None, answer: Answer
) -> Sequence[Problem]:
    return tuple(_check(target, warning, critical, answer))


def _check(
    target: Threshold, warning: Threshold | None, critical: Threshold | None, answer: Answer
) -> Iterator[Problem]:
    if target.unit == CONFIRMED and not comparable(answer, CONFIRMED):
        return  # the wrong part is the indicator, which _confirmation reports
    stated = [("target", target)]
    stated += [
        (key, band) for key, band in (("warning", warning), ("critical", critical)) if band is not None
    ]
    mismatched = list(check_units(stated, answer)) or list(check_percent(stated, answer))
    yield from mismatched
    if mismatched:
        return
    bounds = bounds_of(answer, [target] if critical is None else [target, critical])
    yield from check_target(target, bounds)
    if critical is None:
        if warning is not None:
            yield _no_critical(target, warning)
        return
    one_sided = bounds.one_sided(target)
    wrong_way = list(_sides(stated[1:], target, one_sided))
    beyond = [problem for key, band in stated[1:] for problem in check_band(key, band, bounds)]
    yield from wrong_way or beyond
    if wrong_way or beyond:
        return
    if one_sided:
        yield from _edges(target, warning, critical)
    else:
        yield from _exact(target, stated[1:])


def _no_critical(target: Threshold, warning: Threshold) -> Problem:
    return Problem(
        "band-unreachable",
        "error",
        "warning",
        f"the warning band {warning.text!r} can never be reached: without a critical, "
        f"every value that misses the target {target.text!r} is a FAIL",
        "add the critical threshold at which it becomes a FAIL, or remove the warning",
    )


def _sides(worse: list[tuple[str, Threshold]], target: Threshold, one_sided: bool) -> Iterator[Problem]:
    for key, band in worse:
        if band.operator == "==":
            message = f"the {key} {band.text!r} is a single value, but a band is a range"
            yield Problem(
                "band-direction", "error", key, message, "write where it begins, with <, <=, >= or >"
            )
        elif one_sided and (band.operator in ("<", "<=")) == target.lower_is_better:
            yield Problem(
                "band-direction",
                "error",
                key,
                f"{band.text!r} points the same way as the target {target.text!r}, so good values would be in both",
                f"reverse its operator, as in {band.with_operator(COMPLEMENT[band.operator]).text!r}",
            )


def _exact(target: Threshold, worse: list[tuple[str, Threshold]]) -> Iterator[Problem]:
    """For an exact target with worse values on both sides: no other band may contain the target value."""
    for key, band in worse:
        if band.holds(convert(target.value, target.unit, band.unit)):
            edge = Edge(target.value, True)
            yield _both(key, target, band, edge, edge, 1)._replace(remedy=f"exclude it from the {key}")


def _edges(target: Threshold, warning: Threshold | None, critical: Threshold) -> Iterator[Problem]:
    sign = 1 if target.lower_is_better else -1
    good, fail = edge_of(target, target.unit, sign), edge_of(critical, target.unit, sign)
    if _overlap(good, fail):
        yield _both("critical", target, critical, good, fail, sign)
    elif warning is None and fail.at == good.at:
        if fail.owned or good.owned:
            message = (
                f"no value lies between the target {target.text!r} and the critical {critical.text!r}, so there "
                "is no WARN"
            )
            remedy = "remove the critical, or move it away from the target"
            yield Problem("band-unreachable", "warning", "critical", message, remedy)
        else:
            yield _unowned("critical", target, critical, good, fail, sign)
    if warning is None:
        return
    warn = edge_of(warning, target.unit, sign)
    if _overlap(good, warn):
        yield _both("warning", target, warning, good, warn, sign)
    if (fail.at, not fail.owned) <= (warn.at, not warn.owned):
        message = (
            f"the warning band {warning.text!r} can never be reached: "
            f"the critical {critical.text!r} begins at or before it"
        )
        remedy = "start the warning before the critical"
        yield Problem("band-unreachable", "warning", "warning", message, remedy)
    elif warn.at > good.at or (warn.at == good.at and not (good.owned or warn.owned)):
        yield _unowned("warning", target, warning, good, warn, sign)


def _overlap(good: Edge, worse: Edge) -> bool:
    return worse.at < good.at or (worse.at == good.at and good.owned and worse.owned)


def _both(key: str, target: Threshold, band: Threshold, good: Edge, worse: Edge, sign: int) -> Problem:
    witness = _quantity(sign * (good.at + worse.at) / 2, target.unit)
    message = f"{witness} is in both the target {target.text!r} and the {key} {band.text!r}"
    return Problem("band-overlap", "error", key, message, f"start the {key} where the target ends")


def _unowned(key: str, target: Threshold, band: Threshold, good: Edge, worse: Edge, sign: int) -> Problem:
    """A value or a range between the target and the next band that belongs to neither."""
    ends, begins = (_quantity(sign * edge.at, target.unit) for edge in (good, worse))
    if worse.at == good.at:
        what = f"{ends} exactly"
        closed = band.text.replace(band.operator, band.operator + "=", 1)
        mend = f"write the {key} as {closed!r}"
    else:
        left_out = [place for place, edge in ((ends, good), (begins, worse)) if not edge.owned]
        included = f" ({' and '.join(left_out)} included)" if left_out else ""
        what = f"what lies between {' and '.join((ends, begins)[::sign])}{included}"
        operator = COMPLEMENT.get(target.operator, "<" if sign < 0 else ">")
        mend = f"start the {key} where the target ends, as in '{operator} {ends}'"
    message = f"no band owns {what} (target {target.text!r}, {key} {band.text!r}); it is judged as WARN"
    return Problem("band-unowned", "warning", key, message, mend)


def _quantity(value: Fraction, unit: Unit) -> str:
    number = str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"
    return f"{number} {unit.text}".strip()
