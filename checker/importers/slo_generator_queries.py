"""The queries of slo-generator's backends: PromQL for Prometheus; others are kept in their own language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from checker.importers.counts import as_counts
from checker.importers.node import Node
from checker.importers.openslo import RATIO, prometheus, source
from checker.importers.quotient import as_ratio
from checker.importers.templates import WINDOW, windowed
from checker.importers.written import Note

_TYPES = {
    "cloud_monitoring": "CloudMonitoring",
    "cloud_monitoring_mql": "CloudMonitoringMQL",
    "cloud_service_monitoring": "CloudServiceMonitoring",
    "datadog": "Datadog",
    "dynatrace": "Dynatrace",
    "elasticsearch": "Elasticsearch",
    "open_search": "OpenSearch",
    "splunk": "Splunk",
}
_STEMS = ("filter", "query", "search_query")
_SIDES = ("good", "bad", "valid")
_SELECTOR = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{(.*)\})?\s*(\[.*\])?", re.DOTALL)


class Read(NamedTuple):
    """A ratioMetric, with notes about it."""

    ratio: dict[str, Any]
    notes: tuple[Note, ...] = ()


def ratio(backend: str, method: str, indicator: Node, connection: str) -> Read:
    """The indicator as OpenSLO's ratioMetric. ``connection`` names the DataSource of its backend, or is ""."""
    name = backend.partition("/")[0]
    if name != "prometheus":
        return _foreign(_TYPES.get(name, name), method, indicator)
    match method:
        case "good_bad_ratio":
            return _good_bad(indicator, connection)
        case "distribution_cut":
            return _cut(indicator, connection)
        case "query_sli":
            return _raw(indicator, connection)
    remedy = "write good_bad_ratio, distribution_cut or query_sli"
    raise indicator.refuse(None, f"{method!r} is not a method of the backend prometheus", remedy)


def _good_bad(indicator: Node, connection: str) -> Read:
    listed = indicator.plain("operators")
    operators = [str(each) for each in listed] if isinstance(listed, list) else ["increase", "sum"]
    good = _counted(indicator.text("filter_good"), operators)
    if indicator.has("filter_bad"):
        # slo-generator uses filter_valid only if there is no filter_bad.
        indicator.plain("filter_valid")
        total = f"{good} + {_counted(indicator.text('filter_bad'), operators)}"
    elif indicator.has("filter_valid"):
        total = _counted(indicator.text("filter_valid"), operators)
    else:
        raise indicator.refuse(None, "there is neither filter_valid nor filter_bad", "write one of the two")
    good, total = as_counts(good, total)
    return Read(
        {"counter": True, "good": prometheus(good, connection), "total": prometheus(total, connection)}
    )


def _counted(query: str, operators: Sequence[str]) -> str:
    """A query with its window, and the operators around it, as slo-generator builds it."""
    text = windowed(query)
    if WINDOW not in text:
        text = f"{text}[{WINDOW}]"
    for operator in operators:
        text = f"{operator}({text})"
    return text


def _cut(indicator: Node, connection: str) -> Read:
    expression = indicator.text("expression")
    found = _SELECTOR.fullmatch(expression)
    if found is None or not found[1].endswith("_bucket"):
        message = "distribution_cut takes the buckets of a histogram, and this is another expression"
        raise indicator.refuse(
            "expression", message, 'write one, such as http_request_duration_seconds_bucket{job="shop"}'
        )
    bucket = indicator.number("threshold_bucket")
    name, labels, window = found[1], (found[2] or "").strip().rstrip(","), found[3] or ""
    le = f'le="{_bound(indicator, float(bucket))}"'
    inside = f"{labels}, {le}" if labels else le
    good = _counted(f"{name}{{{inside}}}{window}", ("increase", "sum"))
    count = name.removesuffix("_bucket") + "_count"
    total = _counted(f"{count}{{{labels}}}{window}" if labels else f"{count}{window}", ("increase", "sum"))
    return Read(
        {"counter": True, "good": prometheus(good, connection), "total": prometheus(total, connection)}
    )


def _bound(indicator: Node, bucket: float) -> str:
    written = indicator.plain("threshold_bucket")
    return str(written).strip() if isinstance(written, str | int) else f"{bucket:g}"


def _raw(indicator: Node, connection: str) -> Read:
    query = windowed(indicator.text("expression"))
    made = as_ratio(query, failures=False, reference=connection)
    notes = []
    if "raw" in made:
        message = (
            "a ready-made share is judged by its mean over short periods here; slo-generator queries it over the "
            "whole window, and takes the first series of the answer"
        )
        remedy = "write it as sum(…) / sum(…), or with good_bad_ratio, to have the whole window's"
        notes.append(Note(message, remedy, indicator.place("expression"), (*RATIO, "raw"), "warning"))
    return Read(made, tuple(notes))


def _foreign(kind: str, method: str, indicator: Node) -> Read:
    """A query in another language, kept as it is."""
    sides = {
        side: (stem, f"{stem}_{side}")
        for stem in _STEMS
        for side in _SIDES
        if f"{stem}_{side}" in indicator.data
    }
    keys = {key: indicator.plain(key) for key in indicator.data}
    unspoken = Note(
        f"checker cannot query {kind}: the query is kept, and running it is INCONCLUSIVE",
        "measure it with a source that checker supports",
        indicator.place(),
        RATIO,
        "warning",
    )
    if method != "good_bad_ratio" or "good" not in sides or len(sides) < 2:
        return Read({"rawType": "success", "raw": source(kind, {"method": method, **keys})}, (unspoken,))
    shared = {key: value for key, value in keys.items() if key not in {each for _, each in sides.values()}}
    good = {**shared, sides["good"][0]: keys[sides["good"][1]]}
    if "bad" not in sides:
        total = {**shared, sides["valid"][0]: keys[sides["valid"][1]]}
        return Read({"good": source(kind, good), "total": source(kind, total)}, (unspoken,))
    bad = {**shared, sides["bad"][0]: keys[sides["bad"][1]]}
    sum_of = Note(
        "the total is good plus bad",
        "write a query for the total, if the source has one",
        indicator.place(sides["bad"][1]),
        (*RATIO, "total"),
    )
    return Read(
        {"good": source(kind, good), "total": source(kind, {"sumOf": [good, bad]})}, (unspoken, sum_of)
    )
