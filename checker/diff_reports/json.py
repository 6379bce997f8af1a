"""The comparison for machines: versioned, with sorted keys, the same bytes for the same comparison.

``checker/schemas/diff-v1.schema.json`` describes it.
"""

from __future__ import annotations

import json
from typing import Any

from checker import __version__
from checker.diff.change import Change, Direction, KeyChange
from checker.diff_reports import Comparison, headline
from checker.model import Location

SCHEMA_VERSION = "1"

Tree = dict[str, Any]


def render(comparison: Comparison) -> str:
    """The JSON text, ending in a line feed: ASCII only, and without anything that a CI runner would read as a
    command."""
    text = json.dumps(_comparison(comparison), indent=2, sort_keys=True)
    return text.replace("##", "#\\u0023") + "\n"


def _comparison(comparison: Comparison) -> Tree:
    counts = {each.value: 0 for each in Direction}
    for change in comparison.changes:
        counts[change.direction.value] += 1
    return {
        "schemaVersion": SCHEMA_VERSION,
        "tool": {"name": "checker", "version": __version__},
        "base": comparison.base,
        "head": comparison.head,
        "headline": headline(comparison),
        "weaker": comparison.weaker,
        "counts": counts,
        "changes": [_change(each) for each in comparison.changes],
    }


def _change(change: Change) -> Tree:
    return {
        "kind": change.kind,
        "name": change.name,
        "direction": change.direction.value,
        "weaker": change.weaker,
        "why": change.why,
        "base": _location(change.base_at),
        "head": _location(change.head_at),
        "keys": [_key(each) for each in change.keys],
    }


def _key(key: KeyChange) -> Tree:
    return {
        "key": key.key,
        "direction": key.direction.value,
        "weaker": key.weaker,
        "why": key.why,
        "base": {"text": key.base, "location": _location(key.base_at)},
        "head": {"text": key.head, "location": _location(key.head_at)},
    }


def _location(location: Location | None) -> Tree | None:
    if location is None:
        return None
    return {"file": location.file, "line": location.line, "column": location.column}
