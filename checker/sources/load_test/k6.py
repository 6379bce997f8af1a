"""Reads k6's end-of-test summary, written by ``--summary-export`` or ``handleSummary``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from checker.sources.load_test.endpoint import ResultRefused, count, endpoint, number, text

REMEDY = "let k6 write the summary again, with --summary-export=FILE or handleSummary"
_TAGGED = re.compile(r"([a-z_]+)(?:\{(.*)\})?")


def read_k6(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Either form of k6's summary. Note that a "pass" of ``http_req_failed`` is a failed request."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for key, metric in metrics.items():
        tagged = _TAGGED.fullmatch(key)
        if tagged is None or tagged[1] not in ("http_req_duration", "http_req_failed", "http_reqs"):
            continue
        values = metric.get("values", metric) if isinstance(metric, dict) else None
        if not isinstance(values, dict):
            raise ResultRefused(f"the metric {key!r} is not an object", REMEDY)
        found.setdefault(tagged[2] or "", {})[tagged[1]] = values
    entries = [_k6_entry(tag, found[tag]) for tag in sorted(found)]
    return {"format": "k6", "startedAt": None, "endedAt": None, "entries": entries}


def _k6_entry(tag: str, metrics: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    where = f"{{{tag}}}" if tag else ""
    requests = judged = errors = rate = None
    if (reqs := metrics.get("http_reqs")) is not None:
        requests = count(reqs.get("count"), f"http_reqs{where}.count")
        rate = text(number(reqs.get("rate"), f"http_reqs{where}.rate"))
    if (failed := metrics.get("http_req_failed")) is not None:
        errors = count(failed.get("passes"), f"http_req_failed{where}.passes")
        judged = errors + count(failed.get("fails"), f"http_req_failed{where}.fails")
        stated = number(failed.get("rate", failed.get("value")), f"http_req_failed{where}.rate")
        if judged and abs(Fraction(stated) - Fraction(errors, judged)) > Fraction(1, 10**6):
            raise ResultRefused(
                f"http_req_failed{where} counts {errors} of {judged}, but states {stated}", REMEDY
            )
        if requests is not None and requests < judged:
            raise ResultRefused(
                f"http_req_failed{where} counts {judged} requests, but http_reqs{where} counts {requests}",
                REMEDY,
            )
        requests = judged if requests is None else requests
    statistics = {
        name: text(number(value, f"http_req_duration{where}.{key}"))
        for key, value in metrics.get("http_req_duration", {}).items()
        if (name := _k6_statistic(key)) is not None
    }
    return endpoint(tag, requests=requests, judged=judged, errors=errors, statistics=statistics, rate=rate)


def _k6_statistic(key: str) -> str | None:
    if key in ("min", "max", "avg", "med"):
        return {"avg": "mean", "med": "0.5"}.get(key, key)
    quantile = re.fullmatch(r"p\(([0-9]{1,2}(?:\.[0-9]{1,10})?)\)", key)
    return None if quantile is None else text(Decimal(quantile[1]) / 100)
