"""What is wrong with a promise before anything is measured: units, bands that leave values to nobody or to
two, bands nobody can reach, and promises that cannot fail.

A band lies on one side of its edge. With the better values to the left, a target owns all up to its edge, a
warning and a critical own all from theirs on; a target with the better values to the right is mirrored.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from checker.model import Level, Objective
from checker.units import SECONDS, Threshold, Unit, convert, convertible, describe


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


def check_bands(objective: Objective, unit: Unit | None) -> Iterator[Problem]:
    """The problems of an objective's thresholds; ``unit`` is the indicator's, where it is known beforehand."""
    target = objective.target
    bands = [("target", target), ("warning", objective.warning), ("critical", objective.critical)]
    stated = [(key, band) for key, band in bands if band is not None]
    mismatched = list(_units(stated, unit))
    yield from mismatched
    if mismatched:
        return
    yield from _reach(target, unit)
    if objective.critical is None:
        if objective.warning is not None:
            yield Problem(
                "band-unreachable",
                "error",
                "warning",
                f"the warning band {objective.warning.text!r} can never be reached: without a critical, "
                f"every value that misses the target {target.text!r} is a FAIL",
                "add the critical threshold at which it becomes a FAIL, or remove the warning",
            )
        return
    yield from _sides([(key, band) for key, band in stated if key != "target"], target)
    if target.operator != "==" or target.value == 0:
        yield from _edges(target, objective.warning, objective.critical)


def _units(stated: list[tuple[str, Threshold]], unit: Unit | None) -> Iterator[Problem]:
    for key, band in stated:
        if unit is not None and not convertible(unit, band.unit) and not _rate_of(unit, band.unit):
            yield Problem(
                "unit-mismatch",
                "error",
                key,
                f"{band.text!r} is {describe(band.unit)}, but the indicator measures {describe(unit)}",
                "give the threshold the indicator's dimension, or measure something else",
            )
        elif unit is None and not convertible(stated[0][1].unit, band.unit):
            yield Problem(
                "unit-mismatch",
                "error",
                key,
                f"{band.text!r} is {describe(band.unit)}, but the target {stated[0][1].text!r} is "
                f"{describe(stated[0][1].unit)}",
                "write all thresholds of one promise in one dimension",
            )


def _rate_of(unit: Unit, rate: Unit) -> bool:
    """Whether a count over a window is being compared with a rate: that is its mean rate."""
    return rate.is_rate and not unit.is_rate and convertible(unit, rate * SECONDS)


def _reach(target: Threshold, unit: Unit | None) -> Iterator[Problem]:
    """A ratio lies within 0 and 1, a time is not negative: targets outside can never fail, or never be met."""
    base = target.value * target.unit.factor
    ratio = ("ratio", 1) in ((unit or target.unit).dimensions + target.unit.dimensions)
    time = (unit or target.unit).dimensions == (("time", 1),)
    lowest = Fraction(0) if ratio or time else None
    highest = Fraction(1) if ratio else None
    never_fails = (highest is not None and target.operator == "<=" and base >= highest) or (
        lowest is not None and target.operator == ">=" and base <= lowest
    )
    never_fails |= (highest is not None and target.operator == "<" and base > highest) or (
        lowest is not None and target.operator == ">" and base < lowest
    )
    never_met = (highest is not None and target.operator in (">", ">=") and base > highest) or (
        lowest is not None and target.operator in ("<", "<=") and base < lowest
    )
    never_met |= (target.operator == ">" and base == highest) or (target.operator == "<" and base == lowest)
    bounds = "a share lies between 0 % and 100 %" if ratio else "a time is never negative"
    if never_fails:
        yield Problem(
            "cannot-fail",
            "error",
            "target",
            f"the promise {target.text!r} can never fail: {bounds}",
            "set a target that a bad release would miss",
        )
    elif never_met:
        yield Problem(
            "cannot-be-met",
            "error",
            "target",
            f"the promise {target.text!r} can never be met: {bounds}",
            "set a target that a good release can meet",
        )


def _sides(worse: list[tuple[str, Threshold]], target: Threshold) -> Iterator[Problem]:
    if target.operator == "==":
        return
    for key, band in worse:
        if band.operator == "==" or (band.operator in ("<", "<=")) == target.lower_is_better:
            yield Problem(
                "band-direction",
                "error",
                key,
                f"{band.text!r} points the same way as the target {target.text!r}, "
                "so that good values would be in both",
                f"turn its operator round, as in {_flipped(band)!r}",
            )


def _flipped(band: Threshold) -> str:
    operator = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": ">"}[band.operator]
    return operator + band.text.lstrip("<>=")


def _edges(target: Threshold, warning: Threshold | None, critical: Threshold) -> Iterator[Problem]:
    sign = 1 if target.lower_is_better else -1
    good = _edge(target, target.unit, sign)
    fail = _edge(critical, target.unit, sign)
    if _overlap(good, fail):
        yield _both("critical", target, critical, good, fail, sign)
        return
    if warning is None:
        if fail.at == good.at and (fail.owned or good.owned):
            yield Problem(
                "band-unreachable",
                "warning",
                "critical",
                f"no value lies between the target {target.text!r} and the critical {critical.text!r}, "
                "so that there is no WARN",
                "remove the critical, or move it away from the target",
            )
        return
    warn = _edge(warning, target.unit, sign)
    if _overlap(good, warn):
        yield _both("warning", target, warning, good, warn, sign)
    elif warn.at > good.at or not (good.owned or warn.owned):
        yield _unowned(target, warning, good, warn, sign)
    if (fail.at, not fail.owned) <= (warn.at, not warn.owned):
        yield Problem(
            "band-unreachable",
            "warning",
            "warning",
            f"the warning band {warning.text!r} can never be reached: critical {critical.text!r} begins no later",
            "let the warning begin before the critical",
        )


def _edge(band: Threshold, unit: Unit, sign: int) -> Edge:
    return Edge(sign * convert(band.value, band.unit, unit), "=" in band.operator)


def _overlap(good: Edge, worse: Edge) -> bool:
    return worse.at < good.at or (worse.at == good.at and good.owned and worse.owned)


def _both(key: str, target: Threshold, band: Threshold, good: Edge, worse: Edge, sign: int) -> Problem:
    witness = _quantity(sign * (good.at + worse.at) / 2, target.unit)
    return Problem(
        "band-overlap",
        "error",
        key,
        f"{witness} belongs to the target {target.text!r} and to the {key} {band.text!r} at once",
        f"let the {key} begin where the target ends",
    )


def _unowned(target: Threshold, warning: Threshold, good: Edge, warn: Edge, sign: int) -> Problem:
    if warn.at == good.at:
        what = f"{_quantity(sign * good.at, target.unit)} exactly"
        closed = warning.text.replace(warning.operator, warning.operator + "=", 1)
        mend = f"write the warning as {closed!r}"
    else:
        edges = sorted((sign * good.at, sign * warn.at))
        what = f"what lies between {_quantity(edges[0], target.unit)} and {_quantity(edges[1], target.unit)}"
        opposite = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": ">"}[target.operator]
        mend = f"let the warning begin where the target ends, as in '{opposite} {_quantity(sign * good.at, target.unit)}'"
    return Problem(
        "band-unowned",
        "warning",
        "warning",
        f"no band owns {what} (target {target.text!r}, warning {warning.text!r}); it is judged as WARN",
        mend,
    )


def _quantity(value: Fraction, unit: Unit) -> str:
    number = str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"
    return f"{number} {unit.text}".strip()
