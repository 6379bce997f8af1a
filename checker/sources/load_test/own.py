"""Reads checker's own load-test result: JSON with every duration, described in docs/sources/load-test.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from checker.sources.load_test.endpoint import ResultRefused, count, endpoint, number, text

REMEDY = "see docs/sources/load-test.md for the format"


def read_own(value: Mapping[str, Any]) -> dict[str, Any]:
    """A LoadTestResult: the durations of successful requests, and the number of failed ones."""
    _keys(value, "the file", {"apiVersion", "kind", "startedAt", "endedAt", "requests"}, {"users"})
    if value["apiVersion"] != "checker/v1":
        raise ResultRefused(f"apiVersion is {value['apiVersion']!r}, not 'checker/v1'", REMEDY)
    started, ended = (_instant(value[key], key) for key in ("startedAt", "endedAt"))
    if ended < started:
        raise ResultRefused("endedAt is before startedAt", REMEDY)
    if "users" in value:
        count(value["users"], "users")
    if not isinstance(value["requests"], list):
        raise ResultRefused("requests is not a list", REMEDY)
    entries = [_own_entry(entry, f"requests[{index}]") for index, entry in enumerate(value["requests"])]
    for name, times in Counter(entry["name"] for entry in entries).items():
        if times > 1:
            raise ResultRefused(f"the name {name!r} is there {times} times", "write each name once")
    return {"format": "checker", "startedAt": text(started), "endedAt": text(ended), "entries": entries}


def _own_entry(entry: Any, place: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise ResultRefused(f"{place} is not an object", REMEDY)
    _keys(entry, place, {"name", "durations", "unit", "errors"}, set())
    if not isinstance(entry["name"], str) or not entry["name"]:
        raise ResultRefused(f"{place}.name is not a name", REMEDY)
    if entry["unit"] not in ("ms", "s"):
        raise ResultRefused(f"{place}.unit is {entry['unit']!r}; it is ms or s", REMEDY)
    if not isinstance(entry["durations"], list):
        raise ResultRefused(f"{place}.durations is not a list", REMEDY)
    durations = Counter(
        number(value, f"{place}.durations[{at}]") for at, value in enumerate(entry["durations"])
    )
    errors = count(entry["errors"], f"{place}.errors")
    requests = durations.total() + errors
    return endpoint(
        entry["name"],
        unit=entry["unit"],
        requests=requests,
        judged=requests,
        errors=errors,
        durations=durations,
    )


def _keys(value: Mapping[str, Any], place: str, required: set[str], optional: set[str]) -> None:
    for key in sorted(required - value.keys()):
        raise ResultRefused(f"{place} has no {key}", REMEDY)
    for key in sorted(value.keys() - required - optional):
        raise ResultRefused(f"{place} has the unknown key {key!r}", REMEDY)


def _instant(value: Any, place: str) -> Fraction:
    try:
        moment = datetime.fromisoformat(value)
        since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        raise ResultRefused(
            f"{place} is {value!r}, not a time with an offset", "write it as in 2026-01-31T12:00:00Z"
        ) from None
    if since < timedelta(0):
        raise ResultRefused(f"{place} is {value!r}, before 1970", "write the time at which the test ran")
    return Fraction(since // timedelta(microseconds=1), 10**6)
