"""Reads Locust's result, written by ``locust --headless --json``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from checker.sources.load_test.endpoint import Number, ResultRefused, count, endpoint, number, text

REMEDY = "let Locust write the file again, with --headless --json"


def read_locust(value: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The list of endpoints; the times are epoch seconds of the first and the last request."""
    entries = [_locust_entry(entry, f"entry {index}") for index, entry in enumerate(value)]
    starts, ends = (
        [number(entry.get(key), key) for entry in value if entry.get(key) is not None]
        for key in ("start_time", "last_request_timestamp")
    )
    return {
        "format": "locust",
        "startedAt": text(min(starts)) if starts else None,
        "endedAt": text(max(ends)) if ends else None,
        "entries": entries,
    }


def _locust_entry(entry: Mapping[str, Any], place: str) -> dict[str, Any]:
    """One endpoint. Its histogram holds all requests with a duration, rounded, failed ones included."""
    name, method, times = entry.get("name"), entry.get("method"), entry["response_times"]
    if not isinstance(name, str) or not isinstance(times, dict):
        raise ResultRefused(f"{place} has no name, or response_times that are not an object", REMEDY)
    requests, timeless, errors = (
        count(entry.get(key), f"{place}.{key}")
        for key in ("num_requests", "num_none_requests", "num_failures")
    )
    durations: Counter[Number] = Counter()
    for key, times_seen in times.items():
        if re.fullmatch(r"[0-9]{1,12}(?:\.0)?", key) is None:
            raise ResultRefused(
                f"{place}.response_times has the key {key[:40]!r}, which is not a duration in ms", REMEDY
            )
        durations[int(float(key))] += count(times_seen, f"{place}.response_times[{key}]")
    if durations.total() != requests - timeless or errors > requests:
        raise ResultRefused(
            f"{place} has {requests} requests ({timeless} without a duration, {errors} failed), "
            f"but {durations.total()} durations",
            REMEDY,
        )
    statistics = {}
    if durations.total():
        total = number(entry.get("total_response_time"), f"{place}.total_response_time")
        statistics = {
            "min": text(number(entry.get("min_response_time"), f"{place}.min_response_time")),
            "max": text(number(entry.get("max_response_time"), f"{place}.max_response_time")),
            "total": text(total),
        }
    return endpoint(
        name,
        method=method if isinstance(method, str) else "",
        requests=requests,
        judged=requests,
        errors=errors,
        durations=durations,
        statistics=statistics,
    )
