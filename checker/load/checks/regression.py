"""Checks a regression before anything is asked: its direction, its unit, and whether it can ever be judged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker import sources
from checker.load.checks.answer import Answer
from checker.load.checks.dimensions import comparable
from checker.load.checks.problem import Problem
from checker.load.checks.reach import never_negative
from checker.model import Allowance, Objective
from checker.units import describe

DAY = 86400


def check_regression(objective: Objective, answer: Answer) -> Iterator[Problem]:
    """The problems of an objective's regression, given what is known about its indicator's result."""
    if not all(sources.measures(query) for _, query in objective.indicator.metrics):
        message = "earlier reports are a baseline, not an indicator"
        yield _problem("indicator", message, "name them as the baseline of a regression")
    regression = objective.regression
    if regression is None:
        return
    if sources.measures(regression.baseline):
        message = (
            f"a baseline comes from earlier reports, not from what {regression.baseline.source} measures now"
        )
        yield _problem("baseline", message, "write 'report' or 'reports', and no source")
        return
    allowed, target = regression.allowed, objective.target
    if not regression.alone and target.operator != "==" and target.lower_is_better != allowed.lower_is_better:
        message = f"{allowed.text!r} points the opposite way from the target {target.text!r}"
        better = "smaller" if target.lower_is_better else "larger"
        remedy = f"with a target {target.operator}, {better} values are better: reverse the operator"
        yield _problem("regression", message, remedy)
    if regression.alone and objective.confidence is not None:
        message = "confidence needs a target, and there is none: a regression compares the measured values"
        yield _problem("confidence", message, "remove it, or add a target")
    if _only_shares(objective):
        message = "a percentile over so long a window has no value to compare, only shares of the samples"
        yield _problem("regression", message, "use a window of at most 1d, or compare an average")
    unit = answer.unit
    yield from _units(allowed, answer if unit or regression.alone else answer._replace(unit=target.unit))
    positive = unit is not None and never_negative(unit)
    if allowed.relative and positive and allowed.amount <= -100 and not allowed.lower_is_better:
        message = f"the regression {allowed.text!r} can never fail: no value falls by more than 100 %"
        yield _problem("regression", message, "allow less, as in '>= -5 % of baseline'")


def _only_shares(objective: Objective) -> bool:
    """Whether the indicator is a percentile over more than a day, which is CloudWatch's longest period."""
    if objective.indicator.form != "value" or (objective.window or 0) <= DAY:
        return False
    query = objective.indicator.metrics[0][1]
    source: Any = sources.find(query.source)
    if not (hasattr(source, "percentile") and source.percentile(query)):
        return False
    return sources.spacing(query, objective.window or 0) > 0


def _units(allowed: Allowance, answer: Answer) -> Iterator[Problem]:
    """A unit that cannot be compared with the measured one, and a percentage of a share, which is ambiguous."""
    unit = answer.unit
    if unit is None:
        return
    share = "ratio" in dict(unit.dimensions)
    number = allowed.text.removeprefix(allowed.operator).strip().rstrip("%").strip()
    if share and (not allowed.explicit or not (allowed.relative or allowed.unit.dimensions)):
        message = f"{allowed.text!r} of a share could mean points, or a share of the baseline"
        points, part = (f"'{allowed.operator} {number} {word}'" for word in ("points", "% of baseline"))
        yield _problem("regression", message, f"write {points} or {part}")
    elif not allowed.relative and not comparable(answer, allowed.unit):
        message = f"{allowed.text!r} is {describe(allowed.unit)}, but the indicator measures {describe(unit)}"
        yield _problem("regression", message, "give it the dimension of what is measured, or write it in %")


def _problem(key: str, message: str, remedy: str) -> Problem:
    return Problem("regression", "error", key, message, remedy)
