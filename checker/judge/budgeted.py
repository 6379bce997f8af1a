"""Good and bad events evaluated by the promise's budgeting method, for a single objective or a composite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from checker import display
from checker.judge.measured import RATIO, Measured, Unmeasured, exact_sum
from checker.judge.ratio import count_events, share
from checker.judge.slices import Slice, cut, spread
from checker.judge.tallied import Tallied, data_points
from checker.model import Component, Objective, Outcome, Series

Named = Mapping[str, Series]


def budgeted(objective: Objective, series: Named) -> Measured | Unmeasured:
    """The measured result of an objective over good and bad events. ``series`` are by metric name."""
    if objective.components:
        return _composite(objective, series)
    tallied = _tally(objective, series)
    if isinstance(tallied, Unmeasured) or not objective.budgeting.slice:
        return tallied if isinstance(tallied, Unmeasured) else share(objective, tallied)
    slices = cut(tallied, objective.budgeting.slice)
    if isinstance(slices, Unmeasured):
        return slices
    return share(objective, *spread(tallied, objective.budgeting, slices))


def _tally(objective: Objective, series: Named) -> Tallied | Unmeasured:
    if objective.indicator.form == "ratio":
        return count_events(objective, series)
    return data_points(objective.indicator, series)


def _composite(objective: Objective, series: Named) -> Measured | Unmeasured:
    """A composite: several objectives measured as one, by their weights and one budgeting method."""
    tallies: list[Tallied] = []
    for component in objective.components:
        mine = objective._replace(indicator=component.indicator)
        named = {name: series[component.prefix + name] for name, _ in component.indicator.metrics}
        tallied = _tally(mine, named)
        if isinstance(tallied, Unmeasured):
            return tallied._replace(reason=f"{component.name}: {tallied.reason}")
        tallies.append(tallied._replace(notes=tuple(f"{component.name}: {note}" for note in tallied.notes)))
    if not objective.budgeting.slice:
        return _sum_of_burns(objective, tallies)
    return _composite_slices(objective, tallies)


def _sum_of_burns(objective: Objective, tallies: Sequence[Tallied]) -> Measured | Unmeasured:
    """Occurrences: the sum over all objectives of weight times the burn of that objective's own budget."""
    parts, notes, burnt = [], [], Fraction(0)
    for component, tallied in zip(objective.components, tallies, strict=True):
        total = exact_sum(tally.total for tally in tallied.tallies)
        if not total:
            return Unmeasured(
                Outcome.INCONCLUSIVE,
                f"{component.name}: there were no {tallied.noun}, so the ratio is undefined",
                "wait for traffic, or widen the window",
            )
        bad = exact_sum(tally.bad for tally in tallied.tallies) / total
        factor = component.weight / (1 - component.target)
        parts.append((factor, tallied.tallies))
        burnt += factor * bad
        notes.append(_told(component, 1 - bad))
    notes.append(
        "OpenSLO defines no target for a composite; checker lets its objectives share one error budget"
    )
    return _together(tallies, notes)._replace(
        value=burnt,
        allowed=1 / sum((factor for factor, _ in parts), Fraction(0)),
        parts=tuple(parts),
    )


def _told(component: Component, good: Fraction) -> str:
    target, weight = display.plain(component.target * 100), display.plain(component.weight)
    missed = " (missed by itself)" if good < component.target else ""
    return f"{component.name}: {display.percent(good)} good, target {target} %{missed}, weight {weight}"


def _together(tallies: Sequence[Tallied], notes: Sequence[str]) -> Measured:
    """What the parts of a composite have in common. The value is set by the caller."""
    samples = [tallied.samples for tallied in tallies]
    return Measured(
        value=None,
        unit=RATIO,
        samples=None if None in samples else min(each for each in samples if each is not None),
        coverage=min(tallied.coverage for tallied in tallies),
        window=tallies[0].window,
        period=max(tallied.period for tallied in tallies),
        notes=tuple(dict.fromkeys([*(note for each in tallies for note in each.notes), *notes])),
    )


def _composite_slices(objective: Objective, tallies: Sequence[Tallied]) -> Measured | Unmeasured:
    """Timeslices: a slice is bad if it is bad for any objective. RatioTimeslices: its bad share is the weighted sum
    of the objectives' bad shares."""
    length, notes = objective.budgeting.slice, []
    columns: list[list[Slice]] = []
    for component, tallied in zip(objective.components, tallies, strict=True):
        slices = cut(tallied, length)
        if isinstance(slices, Unmeasured):
            return slices._replace(reason=f"{component.name}: {slices.reason}")
        columns.append(slices)
        alone = objective.budgeting._replace(slice_target=component.slice_target)
        own = share(objective._replace(components=()), spread(tallied, alone, slices)[0])
        if isinstance(own, Measured) and own.good is not None and own.total:
            notes.append(_told(component, own.good / own.total))
    if len({len(column) for column in columns}) > 1:
        return Unmeasured(
            Outcome.ERROR, "the objectives were measured over different windows", "record the evidence again"
        )
    notes.append(
        f"OpenSLO defines no target for a composite; checker uses {objective.target.text}: the strictest of its "
        "objectives' targets, or checker/compositeGoal"
    )
    joined = [_joined(objective, row) for row in zip(*columns, strict=True)]
    common = _together(tallies, notes)
    base = Tallied((), common.window, length, common.coverage, samples=common.samples, notes=common.notes)
    # The objectives' own slice targets have been applied already: a joined slice is good only if none of it is bad.
    made, told = spread(base, objective.budgeting._replace(slice_target=Fraction(1)), joined)
    return share(objective, made, told)


def _joined(objective: Objective, row: Sequence[Slice]) -> Slice:
    """One slice of all objectives together. If one of them had no events, the slice is unknown, unless another was
    bad."""
    said = objective.budgeting.empty
    seen = min(Fraction(1) if said and each.bad is None else each.seen for each in row)
    pairs = list(zip(objective.components, row, strict=True))
    if objective.budgeting.method == "Timeslices":
        if any(each.bad is not None and 1 - each.bad < of.slice_target for of, each in pairs):
            return Slice(row[0].time, Fraction(1), seen)
        empty = any(each.bad is None for each in row)
        return Slice(row[0].time, None if empty else Fraction(0), seen)
    if any(each.bad is None for each in row):
        return Slice(row[0].time, None, seen)
    bad = sum((of.weight * (each.bad or 0) for of, each in pairs), Fraction(0))
    return Slice(row[0].time, bad, seen)
