"""What a waiver accepts, held against the promise that it is for: before anything is measured.

A threshold that points the wrong way, or that every value satisfies, would excuse whatever is measured. A waiver of
the promise as it once was excuses nothing, and nothing is said here of what it accepts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.load.checks.answer import Answer, answer_of
from checker.load.checks.edge import edge_of
from checker.load.checks.problem import Problem
from checker.load.checks.reach import bounds_of
from checker.load.text.finding_at import finding_at
from checker.load.validation.validate import Validated
from checker.model import Finding, Objective
from checker.promise_digest import digest_of
from checker.units import CONFIRMED, MIRRORED, Threshold, convertible, describe

STATE_THE_WORST = "write the worst value that is accepted"


def check_waivers(documents: Sequence[Validated], objectives: Sequence[Objective]) -> Iterator[Finding]:
    """What is wrong with ``accepts`` of the waivers for ``objectives``, as these are now."""
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
    """The first thing that is wrong with what is accepted, if anything is."""
    target, answer, regression = promise.target, answer_of(promise.indicator), promise.regression
    if target.unit == CONFIRMED:
        message = f"it accepts {accepts.text!r}, but a person confirms {promise.name}: there is no value"
        yield _error(message, "remove accepts, and write acceptsInconclusive: true")
        return
    alone = regression is not None and regression.alone
    # A regression alone says how far from earlier values, and not which.
    compared = answer.unit if alone else target.unit
    if compared is not None and not convertible(compared, accepts.unit):
        what = f"{promise.name} is measured as" if alone else f"the target {target.text!r} is"
        message = f"it accepts {accepts.text!r}, {describe(accepts.unit)}, but {what} {describe(compared)}"
        yield _error(message, f"{STATE_THE_WORST}, in the unit of what is measured")
    elif not bounds_of(answer, [target]).one_sided(target):
        return
    elif accepts.operator == "==":
        message = f"it accepts {accepts.text!r} alone, and not what lies between that and the target"
        upto = accepts.with_operator("<=" if target.lower_is_better else ">=")
        yield _error(message, f"{STATE_THE_WORST}, as in {upto.text!r}")
    elif accepts.lower_is_better != target.lower_is_better:
        yield _wrong_way(accepts, target, compare=regression is None)
    elif bounds := _all_accepted(accepts, answer):
        message = f"it accepts {accepts.text!r}, which excuses every value: {bounds}"
        yield _error(message, STATE_THE_WORST)
    elif regression is None and _no_worse(accepts, target):
        message = (
            f"it accepts {accepts.text!r}, which the target {target.text!r} does as well: it excuses no miss"
        )
        yield Problem("waiver", "warning", "accepts", message, f"{STATE_THE_WORST}, or remove the waiver")


def _error(message: str, remedy: str) -> Problem:
    return Problem("waiver", "error", "accepts", message, remedy)


def _wrong_way(accepts: Threshold, target: Threshold, *, compare: bool) -> Problem:
    """Of a threshold that lets the worst values through; ``compare`` says whether the target states values."""
    worse = "high" if target.lower_is_better else "low"
    message = f"it accepts {accepts.text!r}, however {worse} the value is, and the target is {target.text!r}"
    turned = accepts.with_operator(MIRRORED[accepts.operator])
    if compare and _no_worse(turned, target):
        return _error(message, f"{STATE_THE_WORST}, with {turned.operator!r}")
    return _error(message, f"turn its operator round, as in {turned.text!r}")


def _all_accepted(accepts: Threshold, answer: Answer) -> str:
    """Why no value can miss what is accepted; "" where one can."""
    bounds = bounds_of(answer, [accepts])
    return bounds.why if bounds.holds_everywhere(accepts) else ""


def _no_worse(accepts: Threshold, target: Threshold) -> bool:
    """Whether all that is accepted meets the target."""
    sign = 1 if target.lower_is_better else -1
    worst, good = (edge_of(each, target.unit, sign) for each in (accepts, target))
    return worst.at < good.at or (worst.at == good.at and (good.owned or not worst.owned))
