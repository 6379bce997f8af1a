"""The value that a report recorded, beside the thresholds of today. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from checker.backtest.past import Said
from checker.model import Objective, Outcome
from checker.units import UnitError, convert, parse_unit

NEEDS_EVIDENCE = "the promise was changed in more than its thresholds, and its report alone cannot tell"


def compare_again(objective: Objective, recorded: Said) -> Said | str:
    """How ``objective`` would have ended by what was ``recorded`` of it; or why that cannot be told.

    A promise whose digest is the same ends the same. Of one that changed in its thresholds, its minimum of samples
    or its minimum of coverage alone, the recorded value is compared again; a waiver does not cover what changed.
    """
    told = recorded.told
    was: Mapping[str, Any] = told["objective"]
    now = recorded._replace(target=objective.target.text, gating=objective.gating, told={})
    if was["digest"] == objective.digest:
        return now
    if not _same_but_thresholds(objective, was):
        return NEEDS_EVIDENCE
    if recorded.outcome is Outcome.ERROR or not recorded.value:
        return now if recorded.outcome in (Outcome.ERROR, Outcome.INCONCLUSIVE) else NEEDS_EVIDENCE
    if told["compared"] is not None and told["compared"]["text"] != was["target"]["text"]:
        return "a percentile was judged by its shares, which only the evidence can compare with another threshold"
    if told["evaluation"] is not None or told["bound"] is not None or objective.confidence is not None:
        return NEEDS_EVIDENCE
    samples = told["samples"]
    coverage = Fraction(told["coverage"]["exact"]) if told["coverage"] else Fraction(1)
    if coverage < objective.min_coverage or (
        objective.min_samples and (samples or 0) < objective.min_samples
    ):
        return now._replace(outcome=Outcome.INCONCLUSIVE)
    return _compared(objective, now, str(told["unit"] or ""))


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
    """Whether the report shows the same question: what was asked, over which window, and how it was judged."""

    def seconds(key: str) -> int | None:
        return (was[key] or {}).get("seconds")

    return (
        seconds("window") == objective.window
        and was["noData"] == objective.no_data
        and seconds("maxAge") == objective.max_age
        and was["confidence"] is None
        and was.get("indicatorDigest") == objective.indicator_digest
    )
