"""Pyrra's indicators: selectors of counters, whose increase over the window Pyrra computes itself."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from checker.importers.node import Node
from checker.importers.openslo import RATIO, prometheus
from checker.importers.templates import WINDOW
from checker.importers.written import Note

_DURATION = re.compile(
    r"(?:(\d{1,3})y)?(?:(\d{1,4})w)?(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?"
)
_SECONDS = (365 * 86400, 7 * 86400, 86400, 3600, 60, 1)
_OFFSET = re.compile(r"(?<=[\s}])offset\s+(.*)", re.DOTALL | re.IGNORECASE)
_BUCKET = re.compile(r"[{,]\s*le\s*=")


def duration(text: str) -> int:
    """The seconds of a Prometheus duration, such as 4w or 1h30m; 0 if ``text`` is not one."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return 0
    return sum(int(each or 0) * size for each, size in zip(found.groups(), _SECONDS, strict=True))


class _Selector(NamedTuple):
    """A selector of the counted series; ``lag`` is Pyrra's ``offset`` in seconds."""

    series: str
    lag: int

    def asked(self, query: str) -> dict[str, Any]:
        """``query`` over these series, as an OpenSLO metric source."""
        return prometheus(query, lag=self.lag)

    def increase(self) -> str:
        return f"sum(increase({self.series}[{WINDOW}]))"


def ratio_of(indicator: Node) -> tuple[dict[str, Any], list[Note]]:
    """The indicator as OpenSLO's ratioMetric, with notes about it."""
    kinds = [key for key in _SIDES if indicator.has(key)]
    if len(kinds) != 1:
        many = (
            f"both {' and '.join(kinds)}" if kinds else "none of ratio, latency, latencyNative and bool_gauge"
        )
        raise indicator.refuse(None, f"the indicator has {many}", "write exactly one")
    below = indicator.mapping(kinds[0])
    return {"counter": kinds[0] != "bool_gauge", **_SIDES[kinds[0]](below)}, _grouping(below)


def _grouping(below: Node) -> list[Note]:
    groups = below.plain("grouping")
    if not groups:
        return []
    by = ", ".join(map(str, groups)) if isinstance(groups, list) else str(groups)
    return [
        Note(
            f"Pyrra judges each {by} by itself; here all of them are judged together, so a bad one may be hidden",
            f"write an SLO for each {by} that matters",
            below.place("grouping"),
            RATIO,
            "warning",
        )
    ]


def _of_ratio(below: Node) -> dict[str, Any]:
    bad, total = (_selector(below.mapping(key)) for key in ("errors", "total"))
    return {"bad": bad.asked(bad.increase()), "total": total.asked(total.increase())}


def _of_latency(below: Node) -> dict[str, Any]:
    good, total = (_selector(below.mapping(key)) for key in ("success", "total"))
    if not _BUCKET.search(good.series):
        message = "the metric names no bucket, so each request would count once for every bucket"
        remedy = 'say which bucket is fast enough, as in le="0.5"'
        raise below.mapping("success").refuse("metric", message, remedy)
    return {"good": good.asked(good.increase()), "total": total.asked(total.increase())}


def _of_native(below: Node) -> dict[str, Any]:
    latency = below.text("latency")
    found = re.fullmatch(r"(\d{1,9})(ms|s|m|h)", latency)
    if found is None:
        raise below.refuse("latency", f"{latency!r} is not a latency", "write it as in 200ms or 2s")
    milliseconds = int(found[1]) * {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}[found[2]]
    seconds = f"{milliseconds / 1000:.3f}".rstrip("0").rstrip(".")
    total = _selector(below.mapping("total"))
    grown = total.increase()
    good = f"histogram_fraction(0, {seconds}, {grown}) * histogram_count({grown})"
    return {"good": total.asked(good), "total": total.asked(f"histogram_count({grown})")}


def _of_gauge(below: Node) -> dict[str, Any]:
    gauge = _selector(below)
    sides = {"good": "sum_over_time", "total": "count_over_time"}
    return {side: gauge.asked(f"sum({of}({gauge.series}[{WINDOW}]))") for side, of in sides.items()}


_SIDES = {"ratio": _of_ratio, "latency": _of_latency, "latencyNative": _of_native, "bool_gauge": _of_gauge}


def _selector(below: Node) -> _Selector:
    metric = below.text("metric")
    found = _OFFSET.search(metric)
    if found is None:
        return _Selector(metric, 0)
    lag = duration("".join(found[1].split()))
    if not lag:
        message = f"{found[0].strip()!r} does not look back by a length of time"
        raise below.refuse("metric", message, "write it as in offset 1m, or remove it")
    return _Selector(metric[: found.start()].strip(), lag)
