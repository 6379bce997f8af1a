"""``openslo/v1alpha``: queries are inside the objectives (``ratioMetrics``), windows are ``count`` and ``unit``."""

from __future__ import annotations

import copy

from checker.load.openslo.departure import Departure
from checker.load.openslo.node import Node
from checker.spec.fields import show

KINDS = {"SLO": "SLO", "Service": "Service"}
WORDS = {
    "timeWindow": "timeWindows",
    "ratioMetric": "ratioMetrics",
    "metricSource": "source",
    "type": "source",
}

UNITS = {"Minute": "m", "Hour": "h", "Day": "d", "Week": "w", "Month": "M", "Quarter": "Q", "Year": "Y"}


def translate(root: Node) -> tuple[list[Node], list[Departure]]:
    """The SLO or Service. An SLO whose objectives measure different things becomes one SLO for each objective."""
    departures: list[Departure] = []
    spec = root.get("spec")
    if root.text("kind") == "Service" or spec is None or not spec.is_mapping:
        return [root], departures
    spec.rename("timeWindows", "timeWindow")
    for window in spec.items("timeWindow"):
        _window(window, departures)
    name = root.text("metadata", "name")
    indicator = spec.get("indicator")
    if indicator is not None and indicator.is_mapping:
        threshold = indicator.get("thresholdMetric")
        if threshold is not None:
            indicator.value["thresholdMetric"] = _source(threshold)
        spec.value["indicator"] = indicator.wrap(metadata={"name": name}, spec=indicator)
    if spec.text("budgetingMethod") == "Timeslices":
        for objective in spec.items("objectives"):
            _slice(objective, departures)
    return _by_indicator(root, spec, name), departures


def _window(window: Node, departures: list[Departure]) -> None:
    count, unit = window.get("count"), window.get("unit")
    if count is None or unit is None or "duration" in window.value:
        return
    del window.value["count"], window.value["unit"]
    window.put("duration", Node(_duration(count, unit, departures), count.mark, count.key))
    if "isRolling" not in window.value and "calendar" not in window.value:
        message = "the window does not say whether it is rolling; it is read as rolling"
        departures.append(Departure(window.mark, message, "write isRolling: true"))
        window.put("isRolling", True)


def _duration(count: Node, unit: Node, departures: list[Departure]) -> str:
    number, letter = count.value, UNITS.get(unit.value if isinstance(unit.value, str) else "")
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        message = f"{show(number)} is not a number of window units"
        departures.append(Departure(count.mark, message, "write a whole number of at least 1", "error"))
    elif unit.value == "Second" and number % 60 == 0:
        return f"{number // 60}m"
    elif letter is None:
        message = f"{show(unit.value)} is not a unit of a window"
        departures.append(Departure(unit.mark, message, f"write one of {', '.join(UNITS)}", "error"))
    else:
        return f"{number}{letter}"
    return "1d"


def _slice(objective: Node, departures: list[Departure]) -> None:
    if "timeSliceWindow" not in objective.value:
        message = "openslo/v1alpha does not say how long a slice of time is; it is read as one minute"
        remedy = "write the SLO as openslo/v1, with a timeSliceWindow"
        departures.append(Departure(objective.mark, message, remedy, "warning"))
        objective.put("timeSliceWindow", "1m")


def _source(query: Node) -> Node:
    """Turns ``source``, ``queryType`` and ``query`` into a metric source. Any other key is left for the model to
    refuse."""
    if not query.is_mapping:
        return query
    source = query.pop("source")
    query.pop("queryType")
    inner = Node(query.value, query.mark)
    return query.wrap(metricSource={**({} if source is None else {"type": source}), "spec": inner})


def _by_indicator(root: Node, spec: Node, name: str) -> list[Node]:
    """One SLO if its objectives share the indicator; otherwise a numbered SLO for each objective."""
    objectives = list(spec.items("objectives"))
    ratios = [objective.pop("ratioMetrics") for objective in objectives]
    if not any(ratios) or "indicator" in spec.value:
        for objective, ratio in zip(objectives, ratios, strict=True):
            if ratio is not None:
                objective.put("ratioMetrics", ratio)
        return [root]
    for objective in objectives:
        objective.pop("value")  # v1alpha requires it, but it means nothing for a ratio
    indicators = [None if ratio is None else _ratio(ratio, name) for ratio in ratios]
    if len(objectives) == 1 and indicators[0] is not None:
        spec.put("indicator", indicators[0])
        return [root]
    found = []
    for number, (objective, own) in enumerate(zip(objectives, indicators, strict=True), start=1):
        tree = copy.deepcopy(root)
        inside = tree.value["spec"]
        inside.value["objectives"].value = [objective]
        if own is not None:
            inside.put("indicator", own)
        named = tree.get("metadata", "name")
        if named is not None and isinstance(named.value, str):
            named.value = f"{name}-{number}"
        found.append(tree)
    return found


def _ratio(ratio: Node, name: str) -> Node:
    if ratio.is_mapping:
        ratio.rename("incremental", "counter")
        for side in ("good", "bad", "total"):
            query = ratio.get(side)
            if query is not None:
                ratio.value[side] = _source(query)
    wrapped = ratio.wrap(metadata={"name": name}, spec={"ratioMetric": ratio})
    wrapped.key = ratio.key or ratio.mark
    return wrapped
