"""What is wrong with a promise before anything is measured: units, bands that leave values to nobody or to
two, bands nobody can reach, and promises that cannot fail.

A band lies on one side of its edge. With the better values to the left, a target owns all up to its edge, a
warning and a critical own all from theirs on; a target with the better values to the right is mirrored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from checker.model import Level, Objective
from checker.units import SECONDS, Threshold, Unit, convert, convertible, describe, parse_unit

RATIO = parse_unit("ratio")
"""The unit of a share, which lies between 0 and 1. (A percentage that is no share may be above 100 %.)"""

NEVER_NEGATIVE = ("time", "count", "data", "ratio")


class Problem(NamedTuple):
    """A finding in the making: which key of the objective it stands at, and what is said of it."""

    rule: str
    level: Level
    key: str
    message: str
    remedy: str


class Edge(NamedTuple):
    """Where a band ends, mirrored so that smaller is better; ``owned`` if the band holds the edge itself."""

    at: Fraction
    owned: bool


def check_bands(objective: Objective, unit: Unit | None) -> Sequence[Problem]:
    """The problems of an objective's thresholds; ``unit`` is the indicator's, where it is known beforehand."""
    unstated = getattr(objective.indicator.metrics[0][1], "unit", "") is None
    return _problems(objective.target, objective.warning, objective.critical, unit, unstated)


@lru_cache(maxsize=1024)  # many promises state the same thresholds
def _problems(
    target: Threshold,
    warning: Threshold | None,
    critical: Threshold | None,
    unit: Unit | None,
    unstated: bool,
) -> Sequence[Problem]:
    return tuple(_check(target, warning, critical, unit, unstated))


def _check(
    target: Threshold,
    warning: Threshold | None,
    critical: Threshold | None,
    unit: Unit | None,
    unstated: bool,
) -> Iterator[Problem]:
    """The problems; ``unstated`` says that the query could state a unit and does not."""
    stated = [("target", target)]
    stated += [
        (key, band) for key, band in (("warning", warning), ("critical", critical)) if band is not None
    ]
    mismatched = list(_units(stated, unit, unstated))
    yield from mismatched
    if mismatched:
        return
    highest = Fraction(1) if unit == RATIO else None
    yield from _reach(target, unit, highest)
    if critical is None:
        if warning is not None:
            yield _no_critical(target, warning)
        return
    # 0, and 100 % of a share, have values on one side only; another exact value has worse ones on both.
    whole = highest is not None and convert(target.value, target.unit, RATIO) == highest
    one_sided = target.operator != "==" or target.value == 0 or whole
    wrong_way = list(_sides(stated[1:], target, one_sided))
    yield from wrong_way
    if wrong_way:
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


def _units(stated: list[tuple[str, Threshold]], unit: Unit | None, unstated: bool) -> Iterator[Problem]:
    """Thresholds of another dimension than what is measured, or than the target; each cause once."""
    target = stated[0][1]
    compared = target.unit if unit is None or not comparable(unit, target.unit) else unit
    if unit is not None and compared is not unit:
        message = f"{target.text!r} is {describe(target.unit)}, but the indicator measures {describe(unit)}"
        yield Problem("unit-mismatch", "error", "target", message, _unit_mend(target, unit, unstated))
    for key, band in stated[1:]:
        if not comparable(compared, band.unit):
            what = f"the target {target.text!r} is" if compared is target.unit else "the indicator measures"
            message = f"{band.text!r} is {describe(band.unit)}, but {what} {describe(compared)}"
            remedy = "write all thresholds of one promise in one dimension"
            yield Problem("unit-mismatch", "error", key, message, remedy)


def comparable(measured: Unit, unit: Unit) -> bool:
    """Whether a threshold's unit can be compared; a count over a window stands for its mean rate."""
    rate = unit.is_rate and not measured.is_rate and convertible(measured, unit * SECONDS)
    return rate or convertible(measured, unit)


def _unit_mend(target: Threshold, measured: Unit, unstated: bool) -> str:
    if measured.dimensions:
        if target.unit.dimensions:
            return "give the threshold the indicator's dimension, or measure something else"
        return f"give the threshold its unit, as in '{target.text} {measured.text}'"
    if unstated:
        likely = {"time": "Milliseconds", "data": "Bytes"}.get(target.unit.dimensions[0][0], "Count")
        likely = "Seconds" if target.unit.text in ("s", "sec", "second", "seconds") else likely
        return f"add to the query the unit that the metric is published in, as in 'unit: {likely}'"
    return "write the threshold as a plain number"


def _reach(target: Threshold, unit: Unit | None, highest: Fraction | None) -> Iterator[Problem]:
    """Targets that can never fail, or never be met, for lack of values on one side."""
    if unit is None or not unit.dimensions or any(name not in NEVER_NEGATIVE for name, _ in unit.dimensions):
        return
    lowest, most = Fraction(0), None if highest is None else convert(highest, RATIO, target.unit)
    if target.operator == "==":
        never_fails, never_met = False, target.value < lowest or (most is not None and target.value > most)
    else:
        best, worst = (lowest, most) if target.lower_is_better else (most, lowest)
        never_fails = worst is not None and target.holds(worst)
        never_met = best is not None and not target.holds(best)
    bounds = f"{describe(unit)} is never negative" if most is None else "a share lies between 0 % and 100 %"
    if never_fails:
        message = f"the promise {target.text!r} can never fail: {bounds}"
        yield Problem("cannot-fail", "error", "target", message, "set a target that a bad release would miss")
    elif never_met:
        percent = most == 1 and not target.unit.text and 1 < target.value <= 100
        mend = f"write it in percent, as in '{target.text} %'" if percent else "set a target that can be met"
        message = f"the promise {target.text!r} can never be met: {bounds}"
        yield Problem("cannot-be-met", "error", "target", message, mend)


def _sides(worse: list[tuple[str, Threshold]], target: Threshold, one_sided: bool) -> Iterator[Problem]:
    for key, band in worse:
        if band.operator == "==":
            message = f"the {key} {band.text!r} is a single value, and a band begins at one and goes on"
            yield Problem(
                "band-direction", "error", key, message, "write where it begins, with <, <=, >= or >"
            )
        elif one_sided and (band.operator in ("<", "<=")) == target.lower_is_better:
            yield Problem(
                "band-direction",
                "error",
                key,
                f"{band.text!r} points the same way as the target {target.text!r}, "
                "so that good values would be in both",
                f"turn its operator round, as in {_flipped(band)!r}",
            )


def _flipped(band: Threshold) -> str:
    operator = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[band.operator]
    return operator + band.text.lstrip("<>=")


def _exact(target: Threshold, worse: list[tuple[str, Threshold]]) -> Iterator[Problem]:
    """An exact target with worse values on both sides: its one value must be in no other band."""
    for key, band in worse:
        if band.holds(convert(target.value, target.unit, band.unit)):
            edge = Edge(target.value, True)
            yield _both(key, target, band, edge, edge, 1)._replace(remedy=f"leave it out of the {key}")


def _edges(target: Threshold, warning: Threshold | None, critical: Threshold) -> Iterator[Problem]:
    sign = 1 if target.lower_is_better else -1
    good, fail = _edge(target, target.unit, sign), _edge(critical, target.unit, sign)
    if _overlap(good, fail):
        yield _both("critical", target, critical, good, fail, sign)
    elif warning is None and fail.at == good.at:
        if fail.owned or good.owned:
            message = (
                f"no value lies between the target {target.text!r} and the critical {critical.text!r}, "
                "so that there is no WARN"
            )
            remedy = "remove the critical, or move it away from the target"
            yield Problem("band-unreachable", "warning", "critical", message, remedy)
        else:
            yield _unowned("critical", target, critical, good, fail, sign)
    if warning is None:
        return
    warn = _edge(warning, target.unit, sign)
    if _overlap(good, warn):
        yield _both("warning", target, warning, good, warn, sign)
    if (fail.at, not fail.owned) <= (warn.at, not warn.owned):
        message = (
            f"the warning band {warning.text!r} can never be reached: "
            f"the critical {critical.text!r} begins no later"
        )
        remedy = "let the warning begin before the critical"
        yield Problem("band-unreachable", "warning", "warning", message, remedy)
    elif warn.at > good.at or (warn.at == good.at and not (good.owned or warn.owned)):
        yield _unowned("warning", target, warning, good, warn, sign)


def _edge(band: Threshold, unit: Unit, sign: int) -> Edge:
    return Edge(sign * convert(band.value, band.unit, unit), "=" in band.operator)


def _overlap(good: Edge, worse: Edge) -> bool:
    return worse.at < good.at or (worse.at == good.at and good.owned and worse.owned)


def _both(key: str, target: Threshold, band: Threshold, good: Edge, worse: Edge, sign: int) -> Problem:
    witness = _quantity(sign * (good.at + worse.at) / 2, target.unit)
    message = f"{witness} belongs to the target {target.text!r} and to the {key} {band.text!r} at once"
    return Problem("band-overlap", "error", key, message, f"let the {key} begin where the target ends")


def _unowned(key: str, target: Threshold, band: Threshold, good: Edge, worse: Edge, sign: int) -> Problem:
    """A value or a range between the target and the next band that neither of the two owns."""
    ends, begins = (_quantity(sign * edge.at, target.unit) for edge in (good, worse))
    if worse.at == good.at:
        what = f"{ends} exactly"
        closed = band.text.replace(band.operator, band.operator + "=", 1)
        mend = f"write the {key} as {closed!r}"
    else:
        left_out = [place for place, edge in ((ends, good), (begins, worse)) if not edge.owned]
        included = f" ({' and '.join(left_out)} included)" if left_out else ""
        what = f"what lies between {' and '.join((ends, begins)[::sign])}{included}"
        operator = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}.get(target.operator, "<" if sign < 0 else ">")
        mend = f"let the {key} begin where the target ends, as in '{operator} {ends}'"
    message = f"no band owns {what} (target {target.text!r}, {key} {band.text!r}); it is judged as WARN"
    return Problem("band-unowned", "warning", key, message, mend)


def _quantity(value: Fraction, unit: Unit) -> str:
    number = str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"
    return f"{number} {unit.text}".strip()
