"""Finds thresholds that no possible value, or every possible value, satisfies: targets that cannot be met or cannot
fail, and bands that are never, or always, reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from checker.load.checks.answer import RATIO, Answer
from checker.load.checks.problem import Problem
from checker.units import Threshold, Unit, convert, convertible, describe

NEVER_NEGATIVE = ("time", "count", "data")
ZERO, ONE = Fraction(0), Fraction(1)


class Bounds(NamedTuple):
    """The range of possible values: the least and the greatest (None: no limit) in ``unit``, and the reason (``why``).
    ``otherwise`` is an additional remedy, for the case that other values are possible after all."""

    least: Fraction | None = None
    most: Fraction | None = None
    unit: Unit = RATIO
    why: str = ""
    otherwise: str = ""

    @property
    def share(self) -> bool:
        """Whether the values are shares of a whole."""
        return self.most is not None and self.unit == RATIO

    def ends(self, unit: Unit) -> tuple[Fraction | None, Fraction | None]:
        """The least and the greatest possible value in ``unit``; None if there is no limit. Zero is zero in any unit,
        also in that of a rate."""

        def end(value: Fraction | None) -> Fraction | None:
            if not value:
                return value
            return convert(value, self.unit, unit) if convertible(self.unit, unit) else None

        return end(self.least), end(self.most)

    def holds_somewhere(self, threshold: Threshold) -> bool:
        """Whether some possible value satisfies the threshold."""
        least, most = self.ends(threshold.unit)
        if threshold.operator == "==":
            return (least is None or threshold.value >= least) and (most is None or threshold.value <= most)
        likeliest = least if threshold.operator in ("<", "<=") else most
        return likeliest is None or threshold.holds(likeliest)

    def holds_everywhere(self, threshold: Threshold) -> bool:
        """Whether every possible value satisfies the threshold."""
        least, most = self.ends(threshold.unit)
        if threshold.operator == "==":
            return least == most == threshold.value
        unlikeliest = most if threshold.operator in ("<", "<=") else least
        return unlikeliest is not None and threshold.holds(unlikeliest)

    def one_sided(self, target: Threshold) -> bool:
        """Whether all worse values lie on one side of the target. Only an exact target between the limits has worse
        values on both sides."""
        return target.operator != "==" or target.value in (0, *self.ends(target.unit))


def bounds_of(answer: Answer, compared: Iterable[Threshold]) -> Bounds:
    """The range of the result, given the thresholds that it is compared with."""
    if answer.possible is not None and answer.unit is not None:
        known = answer.possible
        return Bounds(known.least, known.most, answer.unit, known.why)
    if answer.unit == RATIO:
        return Bounds(ZERO, ONE, why="a share lies between 0 % and 100 %")
    if answer.no_percentage and any(("ratio", 1) in each.unit.dimensions for each in compared):
        return Bounds(
            ZERO,
            ONE,
            why="a number without a unit is compared with a percentage only if it is a share, from 0 % to 100 %",
            otherwise=", or write all thresholds without a unit",
        )
    if answer.unit is not None and never_negative(answer.unit):
        return Bounds(ZERO, unit=answer.unit, why=f"{describe(answer.unit)} is never negative")
    return Bounds()


def never_negative(unit: Unit) -> bool:
    """Whether quantities of ``unit`` are never negative, such as times and amounts of data."""
    known = unit == RATIO or all(name in NEVER_NEGATIVE for name, _ in unit.dimensions)
    return bool(unit.dimensions) and known


def check_target(target: Threshold, bounds: Bounds) -> Iterator[Problem]:
    """A target that can never fail, or never be met."""
    if bounds.holds_everywhere(target):
        message = f"the promise {target.text!r} can never fail: {bounds.why}"
        remedy = _percent(target, bounds) or f"set a target that a bad release would miss{bounds.otherwise}"
        yield Problem("cannot-fail", "error", "target", message, remedy)
    elif not bounds.holds_somewhere(target):
        message = f"the promise {target.text!r} can never be met: {bounds.why}"
        remedy = _percent(target, bounds) or f"set a target that can be met{bounds.otherwise}"
        yield Problem("cannot-be-met", "error", "target", message, remedy)


def check_band(key: str, band: Threshold, bounds: Bounds) -> Iterator[Problem]:
    """A warning or critical that no possible value reaches, so that nothing can fail by it, or that every value
    reaches."""
    if bounds.holds_everywhere(band):
        message = f"every value reaches the {key} {band.text!r}, even good ones: {bounds.why}"
        remedy = _percent(band, bounds) or f"start the {key} where the target ends{bounds.otherwise}"
        yield Problem("band-overlap", "error", key, message, remedy)
    elif not bounds.holds_somewhere(band):
        message = f"the {key} {band.text!r} can never be reached: {bounds.why}"
        if key == "critical":
            message += "; every miss would be a WARN, never a FAIL"
        remedy = (
            _percent(band, bounds)
            or f"start the {key} at a value that can occur, or remove it{bounds.otherwise}"
        )
        yield Problem("band-unreachable", "error", key, message, remedy)


def _percent(threshold: Threshold, bounds: Bounds) -> str:
    """The remedy if a number that is impossible for a share probably lacks its percent sign."""
    forgotten = bounds.share and not threshold.unit.text and 1 <= threshold.value <= 100
    return f"write it in percent, as in '{threshold.text} %'" if forgotten else ""
