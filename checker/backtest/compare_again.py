"""Compares the value that a report recorded with today's thresholds. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from checker.backtest.past import Said
from checker.model import Objective, Outcome, Waiver
from checker.policy.waive import COVERED
from checker.units import UnitError, convert, parse_unit

NEEDS_EVIDENCE = "the promise was changed in more than its thresholds, so its report alone is not enough"


def compare_again(objective: Objective, recorded: Said, waivers: Sequence[Waiver]) -> Said | str:
    """The outcome of ``objective`` for the values in ``recorded``, or the reason why it is unknown.

    A promise with the same digest has the same outcome. If only its thresholds, minimum samples or minimum coverage
    changed, the recorded value is compared again. Then ``waivers`` are applied instead of those of that time: they
    are today's waivers that are valid for the promise at that time, and each must cover it.
    """
    again = _unexcused(objective, recorded)
    if isinstance(again, str) or again.outcome not in COVERED:
        return again
    covers = [_covers(waiver, again, recorded.told) for waiver in waivers]
    if not covers or False in covers:
        return again
    if None in covers:
        return "only the evidence shows whether a waiver of today covers it"
    return again._replace(outcome=Outcome.WAIVED)


def _covers(waiver: Waiver, again: Said, entry: Mapping[str, Any]) -> bool | None:
    """Whether ``waiver`` accepts the outcome; None if the recorded value does not show it."""
    if entry["regression"] is not None or entry["evaluation"] is not None:
        return True if entry["waiver"] is not None and _same(waiver, entry["waiver"]) else None
    inconclusive = again.outcome is Outcome.INCONCLUSIVE
    if inconclusive and not waiver.accepts_inconclusive:
        return False
    if waiver.accepts is None or not again.value or _by_another_value(entry):
        return inconclusive
    try:
        unit = parse_unit(str(entry["unit"] or ""))
        return waiver.accepts.holds(convert(Fraction(again.value), unit, waiver.accepts.unit))
    except UnitError:
        return False


def _same(waiver: Waiver, then: Mapping[str, Any]) -> bool:
    accepts = None if then["accepts"] is None else then["accepts"]["text"]
    return (waiver.name, waiver.accepts and waiver.accepts.text, waiver.accepts_inconclusive) == (
        then["name"],
        accepts,
        then["acceptsInconclusive"],
    )


def _unexcused(objective: Objective, recorded: Said) -> Said | str:
    """The outcome before any waiver is applied."""
    entry = recorded.told
    was: Mapping[str, Any] = entry["objective"]
    now = recorded._replace(target=objective.target.text, gating=objective.gating, told={})
    if was["digest"] == objective.digest:
        return now._replace(outcome=Outcome(entry["waiver"]["without"])) if entry["waiver"] else now
    if not _same_but_thresholds(objective, was):
        return NEEDS_EVIDENCE
    if entry["regression"] is not None or objective.regression is not None:
        return "its regression is new or was changed, and only the evidence holds the baseline"
    if recorded.outcome is Outcome.ERROR or not recorded.value:
        return now if recorded.outcome in (Outcome.ERROR, Outcome.INCONCLUSIVE) else NEEDS_EVIDENCE
    if _by_another_value(entry):
        return "a percentile was judged by its shares, which only the evidence can compare with another threshold"
    if entry["evaluation"] is not None or entry["bound"] is not None or objective.confidence is not None:
        return NEEDS_EVIDENCE
    samples = entry["samples"]
    coverage = Fraction(entry["coverage"]["exact"]) if entry["coverage"] else Fraction(1)
    if coverage < objective.min_coverage or (
        objective.min_samples and (samples or 0) < objective.min_samples
    ):
        return now._replace(outcome=Outcome.INCONCLUSIVE)
    return _compared(objective, now, str(entry["unit"] or ""))


def _by_another_value(entry: Mapping[str, Any]) -> bool:
    """Whether the value that was compared with the target differs from the value that is shown."""
    compared, target = entry["compared"], entry["objective"]["target"]
    return compared is not None and bool(target is None or compared["text"] != target["text"])


def _compared(objective: Objective, now: Said, unit: str) -> Said | str:
    try:
        value = convert(Fraction(now.value), parse_unit(unit), objective.target.unit)
        if objective.target.holds(value):
            return now._replace(outcome=Outcome.PASS)
        if objective.critical is None:
            return now._replace(outcome=Outcome.FAIL)
        worst = convert(value, objective.target.unit, objective.critical.unit)
    except UnitError as error:
        return str(error)
    return now._replace(outcome=Outcome.FAIL if objective.critical.holds(worst) else Outcome.WARN)


def _same_but_thresholds(objective: Objective, was: Mapping[str, Any]) -> bool:
    """Whether the report shows the same query, window and way of judging."""

    def seconds(key: str) -> int | None:
        return (was[key] or {}).get("seconds")

    return (
        seconds("window") == objective.window
        and was["noData"] == objective.no_data
        and seconds("maxAge") == objective.max_age
        and was["confidence"] is None
        and was.get("indicatorDigest") == objective.indicator_digest
    )
