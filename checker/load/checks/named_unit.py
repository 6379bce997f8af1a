"""Finds queries whose stated unit contradicts the metric's name: seconds that are read as milliseconds seem a
thousand times shorter, so that a slow service passes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker import sources
from checker.load.resolved import Resolved
from checker.load.text.finding_at import finding_at
from checker.model import Finding


def check_named_unit(resolved: Resolved) -> Iterator[Finding]:
    """Findings for units of the same dimension as the name of the metric suggests, but of another size."""
    for holder, path in resolved.queries:
        query = holder.queries[path]
        source: Any = sources.find(query.source)
        stated = source.unit(query) if hasattr(source, "named_unit") else None
        if stated is None or not stated.dimensions or (named := source.named_unit(query)) is None:
            continue
        metric, unit = named
        if stated.dimensions == unit.dimensions and stated.factor != unit.factor:
            message = f"the values are read in {stated.text}, but by its name {metric} is in {unit.text}"
            remedy = f"write unit: {unit.text}; thresholds may be in any unit of that kind"
            related = resolved.promise_beside(holder)
            yield finding_at(
                holder.document, (*path, "unit"), "unit-by-name", "warning", message, remedy, related
            )
