"""Finds the right place for a known key that is written at the wrong level."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from checker import sources
from checker.model import Path
from checker.spec.kinds import model_of

_FORMS = {"source", "dataSourceRef", "good", "bad", "total", "formula", "metrics"}
"""Keys of an indicator that do not depend on its source."""


def belongs(data: Mapping[str, Any], path: Path) -> str:
    """A remedy that says where the key at ``path`` belongs; "" if no other level has it, or it is there already."""
    if path[:2] == ("spec", "criteria") and data["kind"] == "SuccessCriteria":
        return _near_the_criterion(data["spec"]["criteria"][path[2]], path)
    if len(path) == 1 or (len(path) == 2 and path[0] in ("metadata", "spec")):
        further = ", indented further" if len(path) == 1 else ""
        for level in ("metadata", "spec"):
            if path[0] != level and path[-1] in _keys_of(data, level) and not _has(data.get(level), path[-1]):
                return f"it is a key of {level!r}: write it below that{further}"
    return ""


def _near_the_criterion(criterion: Mapping[str, Any], path: Path) -> str:
    from checker.spec.success_criteria import Criterion, SuccessCriteriaSpec

    key = path[-1]
    if len(path) > 4:
        beyond = key in Criterion.model_fields and key not in criterion
        return f"it is a key of the criterion: write it beside {path[3]!r}" if beyond else ""
    if key in _keys_of_the_query(criterion) and not _has(criterion.get("indicator"), key):
        return "it is a key of the query: write it below 'indicator', indented further"
    return (
        "it is a key of 'spec': write it beside 'criteria'" if key in SuccessCriteriaSpec.model_fields else ""
    )


def _keys_of_the_query(criterion: Mapping[str, Any]) -> Collection[str]:
    """The keys that an indicator of this criterion may have, given the source named in it or beside it."""
    indicator = criterion.get("indicator")
    named = criterion.get("source", indicator.get("source") if isinstance(indicator, dict) else None)
    if named not in sources.names():
        return _FORMS
    return _FORMS | set(sources.find(named).Query.model_fields)


def _keys_of(data: Mapping[str, Any], level: str) -> Collection[str]:
    model = model_of(data["apiVersion"], data["kind"]).model_fields[level].annotation
    return set(getattr(model, "model_fields", ()))


def _has(below: Any, key: object) -> bool:
    return isinstance(below, dict) and key in below
