"""Slices of time: what the budgeting methods Timeslices and RatioTimeslices count instead of events.

Source: the OpenSLO specification, "budgetingMethod". Timeslices is the share of slices whose own share of good
events is at least ``timeSliceTarget``; RatioTimeslices is the mean of the slices' shares. The specification does
not say what a slice without events counts as. Here the promise says so; by default such a slice is left out and
lowers the coverage of the window.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from checker.judge.measured import Tally, Unmeasured, exact_sum, seen_of
from checker.judge.tallied import Tallied
from checker.model import Budgeting, Outcome, Slices, Window
from checker.units import format_duration

ZERO, ONE = Fraction(0), Fraction(1)


class Slice(NamedTuple):
    """One slice: the share of its events that were bad, None if it had no events; and how much of it was seen."""

    time: int
    bad: Fraction | None
    seen: Fraction


def cut(tallied: Tallied, length: int) -> list[Slice] | Unmeasured:
    """All slices of the window, oldest first; ``length`` is in seconds."""
    window = tallied.window
    if window is None or window.seconds % length or (tallied.period or length) > length:
        return Unmeasured(
            Outcome.ERROR,
            f"the data does not come in slices of {format_duration(length)}",
            "record the evidence again with this policy",
        )
    points: dict[int, list[Tally]] = defaultdict(list)
    for tally in tallied.tallies:
        if window.start <= tally.time < window.end:
            points[tally.time - (tally.time - window.start) % length].append(tally)
    whole = max(1, length // (tallied.period or length))
    return [_slice(time, points.get(time, ()), whole) for time in range(window.start, window.end, length)]


def _slice(time: int, there: Sequence[Tally], whole: int) -> Slice:
    if len(there) == 1 and whole == 1:  # by far the most common case: a month has 43 200 minutes
        tally = there[0]
        if not tally.total:
            return Slice(time, None, ZERO)
        bad = tally.bad / tally.total if tally.bad else ZERO
        return Slice(time, bad, tally.seen)
    total = exact_sum(tally.total for tally in there)
    if not total:
        return Slice(time, None, Fraction(0))
    bad = exact_sum(tally.bad for tally in there)
    return Slice(time, bad / total, min(seen_of(there), Fraction(whole)) / whole)


def spread(tallied: Tallied, budgeting: Budgeting, slices: Sequence[Slice]) -> tuple[Tallied, Slices]:
    """The slices as tallies, each counting as one event that is good, bad or partly bad, and a summary of them."""
    window = tallied.window or Window(0, 0)
    most = 1 - budgeting.slice_target
    counted = [
        Tally(each.time, bad, ONE, ONE if each.bad is None else each.seen)
        for each in slices
        if (bad := _bad(each, budgeting, most)) is not None
    ]
    empty = sum(each.bad is None for each in slices)
    said = bool(budgeting.empty)
    seen = exact_sum(ONE if said and each.bad is None else each.seen for each in slices)
    if empty == len(slices):
        counted, seen = [], Fraction(0)  # nothing at all was seen, so empty slices count as nothing
    coverage = seen / len(slices) if slices else Fraction(0)
    misses = None
    if budgeting.method == "Timeslices":
        misses = sum(each.bad == 1 for each in counted)
    made = Tallied(
        tallies=tuple(counted),
        window=window,
        period=budgeting.slice,
        coverage=coverage if said else min(coverage, tallied.coverage),
        noun="slices" if budgeting.method == "Timeslices" else "slices by their ratios",
        samples=tallied.samples,
        notes=(*tallied.notes, *_note(empty, len(slices), budgeting)),
    )
    return made, Slices(budgeting.slice, len(slices), empty, misses)


def _bad(each: Slice, budgeting: Budgeting, most: Fraction) -> Fraction | None:
    """The cost of a slice, from 0 to 1; None if it is left out. A slice of Timeslices is good if its bad share is
    at most ``most``."""
    if each.bad is None:
        return {"good": ZERO, "bad": ONE}.get(budgeting.empty)
    if budgeting.method == "RatioTimeslices":
        return each.bad
    return ZERO if each.bad <= most else ONE


def _note(empty: int, total: int, budgeting: Budgeting) -> Iterable[str]:
    if empty:
        stands = {
            "good": "and count as good",
            "bad": "and count as bad",
            "exclude": "and are left out",
        }.get(budgeting.empty, "and are left out; checker/emptySlices sets what they count as")
        length = format_duration(budgeting.slice)
        yield f"{empty} of {total} slices of {length} had no events, {stands}"
