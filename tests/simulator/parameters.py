"""The parameters that several operations share: read from a request, checked, named in errors as AWS does."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Any, NamedTuple

from tests.simulator.errors import ApiError
from tests.simulator.metrics import Dimensions, Store

Parameters = Mapping[str, Any]

UNITS = (
    *("Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes"),
    *("Bits", "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent", "Count", "Bytes/Second"),
    *("Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second", "Bits/Second"),
    *("Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second", "None"),
)
MOST_DIMENSIONS = 30


class Account(NamedTuple):
    """What an operation works on: the store, whose account it is, and what time it is there."""

    store: Store
    number: str
    now: float


def required(parameters: Parameters, *names: str, prefix: str = "") -> list[Any]:
    """The values of parameters that must be there."""
    if not isinstance(parameters, Mapping):
        raise ApiError("MalformedInput", f"{prefix or 'The request '}must be a structure.")
    for name in names:
        if parameters.get(name) in (None, ""):
            raise ApiError("MissingParameter", f"The parameter {prefix}{name} is required.")
    return [parameters[name] for name in names]


def listed(parameters: Parameters, name: str, prefix: str = "", *, of: type | UnionType) -> list[Any]:
    """A list parameter; absent is empty."""
    value = parameters.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, of) for item in value):
        raise ApiError("MalformedInput", f"{prefix}{name} must be a list of {of}.")
    return value


def number(parameters: Parameters, name: str, prefix: str = "") -> float:
    """A number or a time in epoch seconds, already read from the wire."""
    value = parameters[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ApiError("MalformedInput", f"{prefix}{name} must be a number.")
    return value


def time_range(parameters: Parameters, code: str) -> tuple[float, float]:
    """StartTime and EndTime; ``code`` is the error when they do not make a range."""
    required(parameters, "StartTime", "EndTime")
    start, end = number(parameters, "StartTime"), number(parameters, "EndTime")
    if start >= end:
        raise ApiError(code, "The parameter StartTime must be less than the parameter EndTime.")
    return start, end


def dimensions(parameters: Parameters, prefix: str = "", code: str = "InvalidParameterValue") -> Dimensions:
    """The dimensions of a metric, each with a name and a value, in any order."""
    rows = listed(parameters, "Dimensions", prefix, of=dict)
    if len(rows) > MOST_DIMENSIONS:
        size = f"must not have a size greater than {MOST_DIMENSIONS}"
        raise ApiError(code, f"The collection {prefix}Dimensions {size}.")
    pairs: dict[str, str] = {}
    for index, row in enumerate(rows, 1):
        name, value = required(row, "Name", "Value", prefix=f"{prefix}Dimensions.member.{index}.")
        if name in pairs:
            raise ApiError(code, f"{prefix}Dimensions names {name} more than once.")
        pairs[name] = value
    return tuple(sorted(pairs.items()))


def unit(parameters: Parameters, prefix: str = "", code: str = "InvalidParameterValue") -> str | None:
    """The unit, if one is given."""
    value = parameters.get("Unit")
    if value is not None and value not in UNITS:
        choices = ", ".join(UNITS)
        raise ApiError(code, f"The parameter {prefix}Unit must be a value in the set [ {choices} ].")
    return value


def token_of(parameters: Parameters, offset: int) -> str:
    """A NextToken: where the next page begins, and a digest of what was asked."""
    text = json.dumps([offset, _digest(parameters)])
    return base64.urlsafe_b64encode(text.encode()).decode()


def offset_of(parameters: Parameters) -> int:
    """Where the page of a request begins: 0, or what its NextToken says."""
    token = parameters.get("NextToken")
    if token is None:
        return 0
    try:
        offset, digest = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, TypeError):
        raise ApiError("InvalidNextToken", "The parameter NextToken is not one that was given out.") from None
    if digest != _digest(parameters):
        raise ApiError("InvalidNextToken", "The parameter NextToken belongs to another request.")
    return int(offset)


def _digest(parameters: Parameters) -> str:
    asked = {name: value for name, value in parameters.items() if name != "NextToken"}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def joined(problems: Sequence[str]) -> None:
    """Reject a request with every problem that was found in it."""
    if problems:
        raise ApiError("ValidationError", "\n".join(problems))
