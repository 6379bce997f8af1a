"""Checks what a waiver accepts against the promise it is for, before anything is measured.

A threshold in the wrong direction, or one that every value satisfies, would excuse any result. A waiver for an
earlier version of the promise excuses nothing, so its ``accepts`` is not checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.load.checks.answer import Answer, answer_of
from checker.load.checks.edge import edge_of
from checker.load.checks.percent import mend, percent_forgotten
from checker.load.checks.problem import Problem
from checker.load.checks.reach import bounds_of
from checker.load.text.finding_at import finding_at
from checker.load.validation.validate import Validated
from checker.model import Finding, Objective
from checker.promise_digest import digest_of
from checker.units import CONFIRMED, MIRRORED, Threshold, convertible, describe

STATE_THE_WORST = "write the worst value that is accepted"


def check_waivers(documents: Sequence[Validated], objectives: Sequence[Objective]) -> Iterator[Finding]:
    """The findings about ``accepts`` in waivers for the current versions of ``objectives``."""
    written = [each for each in documents if each.kind == "Waiver" and each.model is not None]
    promises = {objective.name: objective for objective in objectives} if written else {}
    for each in written:
        promise, accepts = promises.get(each.model.spec.objective), each.model.spec.accepts
        if promise is None or accepts is None or each.model.spec.digest != digest_of(promise):
            continue
        for problem in _problems(accepts, promise):
            message = f"waiver {each.name!r}: {problem.message}"
            related = ((f"the promise {promise.name!r}", promise.location),)
            path = ("spec", problem.key)
            yield finding_at(
                each.document, path, problem.rule, problem.level, message, problem.remedy, related
            )


def _problems(accepts: Threshold, promise: Objective) -> Iterator[Problem]:
    """The first problem with what is accepted, if there is one."""
    target, answer, regression = promise.target, answer_of(promise.indicator), promise.regression
    if target.unit == CONFIRMED:
        message = f"it accepts {accepts.text!r}, but a person confirms {promise.name}: there is no value"
        yield _error(message, "remove accepts, and write acceptsInconclusive: true")
        return
    alone = regression is not None and regression.alone
    # A regression by itself limits the distance from earlier values, not the value.
    compared = answer.unit if alone else target.unit
    if compared is not None and not convertible(compared, accepts.unit):
        what = f"{promise.name} is measured as" if alone else f"the target {target.text!r} is"
        message = f"it accepts {accepts.text!r}, {describe(accepts.unit)}, but {what} {describe(compared)}"
        yield _error(message, f"{STATE_THE_WORST}, in the unit of what is measured")
    elif forgotten := percent_forgotten("accepts", accepts, answer):
        yield _error(f"it accepts {forgotten}", mend(accepts))
    elif not bounds_of(answer, [target]).one_sided(target):
        return
    elif accepts.operator == "==":
        message = f"it accepts only {accepts.text!r}, not what lies between that and the target"
        upto = accepts.with_operator("<=" if target.lower_is_better else ">=")
        yield _error(message, f"{STATE_THE_WORST}, as in {upto.text!r}")
    elif accepts.lower_is_better != target.lower_is_better:
        yield _wrong_way(accepts, target, compare=regression is None)
    elif bounds := _all_accepted(accepts, answer):
        message = f"it accepts {accepts.text!r}, which excuses every value: {bounds}"
        yield _error(message, STATE_THE_WORST)
    elif regression is None and _no_worse(accepts, target):
        message = f"it accepts {accepts.text!r}, which the target {target.text!r} accepts already: it excuses no miss"
        yield Problem("waiver", "warning", "accepts", message, f"{STATE_THE_WORST}, or remove the waiver")


def _error(message: str, remedy: str) -> Problem:
    return Problem("waiver", "error", "accepts", message, remedy)


def _wrong_way(accepts: Threshold, target: Threshold, *, compare: bool) -> Problem:
    """The problem of a threshold that accepts the worst values; ``compare`` says whether the target limits the
    value."""
    worse = "high" if target.lower_is_better else "low"
    message = f"it accepts {accepts.text!r}, however {worse} the value is, and the target is {target.text!r}"
    turned = accepts.with_operator(MIRRORED[accepts.operator])
    if compare and _no_worse(turned, target):
        return _error(message, f"{STATE_THE_WORST}, with {turned.operator!r}")
    return _error(message, f"reverse its operator, as in {turned.text!r}")


def _all_accepted(accepts: Threshold, answer: Answer) -> str:
    """Why every possible value is accepted; "" if some value is not."""
    bounds = bounds_of(answer, [accepts])
    return bounds.why if bounds.holds_everywhere(accepts) else ""


def _no_worse(accepts: Threshold, target: Threshold) -> bool:
    """Whether everything that is accepted meets the target, so that no miss is excused."""
    sign = 1 if target.lower_is_better else -1
    worst, good = (edge_of(each, target.unit, sign) for each in (accepts, target))
    return worst.at < good.at or (worst.at == good.at and (good.owned or not worst.owned))
