"""Builds the full input for an example of a rule, which states only what differs from ``neutral``.

A threshold can be stated as in a promise: ``target: "< 5 s"``. If it is stated by its parts, the number in the base
unit is computed from the number and its unit, so that an example cannot contradict itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from checker.policy.inputs.fields import Schema
from checker.policy.inputs.schema import neutral, schema
from checker.policy.inputs.values import in_base, is_threshold, plain, threshold
from checker.rulebook import Subject
from checker.units import parse_threshold, parse_unit


def stated_input(subject: Subject, stated: Mapping[str, Any]) -> dict[str, Any]:
    """The full input of an example."""
    whole: dict[str, Any] = _over(schema(subject), neutral(subject), plain(dict(stated)))
    return whole


def _over(described: Schema, below: Any, above: Any) -> Any:
    if is_threshold(described) and isinstance(above, str):
        return threshold(parse_threshold(above))
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    inner: Mapping[str, Schema] = described.get("properties", {})
    over = {key: _over(inner.get(key, {}), below.get(key), value) for key, value in above.items()}
    whole = {**below, **over}
    return {**whole, **_base(whole, above)} if "baseValue" in inner else whole


def _base(whole: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, Any]:
    """The number in the base unit, unless the example states it or it cannot be computed."""
    if not {"value", "unit"} & stated.keys() or {"baseValue", "baseUnit"} & stated.keys():
        return {}
    try:
        unit = whole["unit"] if "unit" in whole else whole["text"].partition(" ")[2]
        return in_base(Fraction(whole["value"]), parse_unit(unit))
    except (ValueError, TypeError, AttributeError):
        return {}
