"""Compares how something is measured: any difference counts as weaker, except in the few keys that are only limits.

Queries are compared by meaning, not by spelling: 60m equals 1h, and an omitted key equals its default written out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checker.diff.change import Direction, Judged, both, others
from checker.formula import FormulaError, Part, parse
from checker.model import ConnectionDeclaration, Indicator, Objective, Path, Query

Connections = Mapping[str, ConnectionDeclaration]

HIGHER, LOWER, NO_EFFECT = "higher", "lower", "no effect"

QUERY: Mapping[tuple[str, str], str] = {
    ("CloudWatchAlarms", "minAlarms"): HIGHER,
    ("CloudWatchLogs", "byteBudget"): LOWER,
    ("CostExplorer", "allowEstimated"): LOWER,
    ("CostExplorer", "allowZero"): LOWER,
    ("DynamoDB", "capacityBudget"): LOWER,
    ("DynamoDB", "maxItems"): LOWER,
    ("DynamoDB", "segments"): NO_EFFECT,
}
"""The keys of a query that only limit which answers are accepted, and which direction is stricter.

A refused answer is no data or an ERROR. Every other key decides what is measured.
"""


def judge_indicator(
    base: Objective, head: Objective, before: Connections, now: Connections
) -> Iterator[Judged]:
    """The differences in what is measured, and through which connection."""
    one, other = base.indicator, head.indicator
    names, new_names = {name for name, _ in one.metrics}, {name for name, _ in other.metrics}
    if one.form != other.form or names != new_names:
        why = "something else is measured"
        yield Judged(("indicator",), Direction.CHANGED, _outline(one), _outline(other), why)
        return
    yield from others(one, other, ("form", "metrics", "formula"), ("indicator",))
    if one.formula != other.formula:
        same = _tree(one.formula) == _tree(other.formula)
        direction = Direction.REWORDED if same else Direction.CHANGED
        why = "the same arithmetic" if same else "something else is computed"
        yield Judged(("indicator", "formula"), direction, one.formula, other.formula, why)
    for name, query in sorted(one.metrics):
        limits = base.no_data != "zero" and head.no_data != "zero"
        yield from judge_query(_way(one, name), query, dict(other.metrics)[name], before, now, limits)


def judge_heartbeat(
    base: Objective, head: Objective, before: Connections, now: Connections
) -> Iterator[Judged]:
    """The query that proves the emitter alive. It matters only while no data may mean zero."""
    path: Path = ("heartbeat",)
    if head.no_data != "zero" or base.heartbeat is None:
        if (base.heartbeat is None) != (head.heartbeat is None):
            shown = both(lambda each: each.source if each else "none", base.heartbeat, head.heartbeat)
            why = "it belongs to noData, which is compared separately"
            yield Judged(path, Direction.REWORDED, *shown, why)
    elif head.heartbeat is None:
        why = "no data means zero, and nothing proves the emitter alive"
        yield Judged(path, Direction.LOOSENED, base.heartbeat.source, "none", why)
    else:
        yield from judge_query(path, base.heartbeat, head.heartbeat, before, now, limits=False)


def judge_query(
    path: Path, base: Query, head: Query, before: Connections, now: Connections, limits: bool
) -> Iterator[Judged]:
    """The keys in which two queries differ. ``limits`` says that a refused answer cannot make the promise pass."""
    if base == head:
        return
    if type(base) is not type(head) or base.source != head.source:
        why = "another source is queried"
        yield Judged((*path, "source"), Direction.CHANGED, base.source, head.source, why)
        return
    for key in type(head).model_fields:  # type: ignore[attr-defined]
        one, other = getattr(base, key), getattr(head, key)
        if one == other or key == "source":
            continue
        if key == "dataSourceRef":
            yield from _judge_reference(path, one, other, before, now)
            continue
        stricter = QUERY.get((base.source, key), "") if limits or key == "segments" else ""
        yield _judge_key((*path, key), one, other, stricter)


def _judge_key(path: Path, one: Any, other: Any, stricter: str) -> Judged:
    if stricter == NO_EFFECT:
        return Judged(path, Direction.REWORDED, str(one), str(other), "it does not change the answer")
    if not stricter or one is None or other is None:
        why = "something else is measured, or it is measured in another way"
        return Judged(path, Direction.CHANGED, _shown(one), _shown(other), why)
    tightened = (other > one) == (stricter == HIGHER)
    why = "fewer answers are accepted" if tightened else "answers are accepted that were not"
    direction = Direction.TIGHTENED if tightened else Direction.LOOSENED
    return Judged(path, direction, str(one), str(other), why)


def _judge_reference(
    path: Path, one: str | None, other: str | None, before: Connections, now: Connections
) -> Iterator[Judged]:
    """A different DataSource; equal if its connection details are equal."""
    known = one in before and other in now
    same = known and before[one or ""].details == now[other or ""].details
    direction = Direction.REWORDED if same else Direction.CHANGED
    why = (
        "the connection says the same"
        if same
        else "it is queried elsewhere: another region, account or address"
    )
    yield Judged((*path, "dataSourceRef"), direction, _shown(one), _shown(other), why)


def _way(indicator: Indicator, name: str) -> Path:
    match indicator.form:
        case "value":
            return ("indicator",)
        case "formula":
            return ("indicator", "metrics", name)
        case _:
            return ("indicator", name)


def _outline(indicator: Indicator) -> str:
    """The form and the sources, such as ``ratio (bad: CloudWatch, total: CloudWatch)``."""
    names = ", ".join(f"{name}: {query.source}" for name, query in indicator.metrics)
    return f"{indicator.form} ({names})"


def _tree(formula: str) -> tuple[Part, ...] | str:
    """The parsed formula, independent of spaces; the text itself if it cannot be parsed."""
    try:
        return parse(formula)
    except FormulaError:
        return formula


def _shown(value: Any) -> str:
    return "none" if value is None else str(value)
