"""Finds thresholds that cannot be compared with what is measured, or with each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from checker import sources
from checker.load.checks.answer import Answer
from checker.load.checks.problem import Problem
from checker.units import CONFIRMED, SECONDS, Threshold, Unit, convertible, describe


def check_units(stated: Sequence[tuple[str, Threshold]], answer: Answer) -> Iterator[Problem]:
    """The thresholds whose dimension does not fit, one problem for each cause. The first of ``stated`` is the
    target."""
    target, measured = stated[0][1], answer.unit
    if not comparable(answer, target.unit):
        if measured is None or _only_a_rate(measured, target.unit):
            yield _no_window("target", target, answer.unstated)
        else:
            message = (
                f"{target.text!r} is {describe(target.unit)}, but the indicator measures {describe(measured)}"
            )
            yield _mismatch("target", message, _mend(target, measured, answer.unstated))
        measured = None
    for key, band in stated[1:]:
        what = ""
        if measured is not None and not comparable(answer, band.unit):
            what = f"the indicator measures {describe(measured)}"
        elif not convertible(target.unit, band.unit):
            what = f"the target {target.text!r} is {describe(target.unit)}"
        if what:
            message = f"{band.text!r} is {describe(band.unit)}, but {what}"
            yield _mismatch(key, message, "write all thresholds of one promise in one dimension")


def comparable(answer: Answer, unit: Unit) -> bool:
    """Whether the result can be compared with a quantity of ``unit``. A sum over the window can be compared with a
    rate too."""
    measured = answer.unit
    if measured is None:
        return answer.sums or not unit.is_rate
    return convertible(measured, unit) or (answer.sums and _only_a_rate(measured, unit))


def _only_a_rate(measured: Unit, unit: Unit) -> bool:
    """Whether the measured quantity would first have to be divided by a time to be comparable with ``unit``."""
    return (
        unit.is_rate
        and not measured.is_rate
        and not convertible(measured, unit)
        and convertible(measured, unit * SECONDS)
    )


def _no_window(key: str, threshold: Threshold, unstated: str) -> Problem:
    message = f"{threshold.text!r} is {describe(threshold.unit)}, but what is measured is not a sum over time"
    remedy = f"write it without the time, as in '{threshold.text.partition('/')[0].strip()}'"
    if unstated and hasattr(sources.find(unstated), "BASE_UNITS"):
        remedy += f"; or say that the query measures a rate, as in 'unit: {threshold.unit.text}'"
    return _mismatch(key, message, remedy)


def _mismatch(key: str, message: str, remedy: str) -> Problem:
    return Problem("unit-mismatch", "error", key, message, remedy)


def _mend(target: Threshold, measured: Unit, unstated: str) -> str:
    if measured == CONFIRMED:
        return f"write {CONFIRMED.text!r}: a person states no number"
    if measured.dimensions:
        if target.unit.dimensions:
            return "give the threshold the indicator's dimension, or measure something else"
        return f"give the threshold its unit, as in '{target.text} {measured.text}'"
    if unstated:
        likely = _likely(target.unit, unstated)
        return f"add to the query the unit that the metric is published in, as in 'unit: {likely}'"
    return "write the threshold as a plain number"


def _likely(wanted: Unit, name: str) -> str:
    """The unit to suggest for a query that states none, as its source spells it."""
    source: Any = sources.find(name)
    dimension = wanted.dimensions[0][0]
    if hasattr(source, "BASE_UNITS"):
        return str(source.BASE_UNITS.get(dimension, wanted.text))
    if wanted.text in ("s", "sec", "second", "seconds"):
        return "Seconds"
    return {"time": "Milliseconds", "data": "Bytes"}.get(dimension, "Count")
