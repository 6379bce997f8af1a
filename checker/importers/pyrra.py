"""Pyrra: ``kind: ServiceLevelObjective`` of ``pyrra.dev``.

Its indicators are selectors of counters, and it makes their increase over the window itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from checker.importers.alerts import Alert, Policies
from checker.importers.node import Node, Unreadable, note_of_left_over, root
from checker.importers.openslo import RATIO, prometheus, slo
from checker.importers.templates import WINDOW
from checker.importers.written import Converted, Names, Note, Options, Written
from checker.model import Document, Finding

NAME = "Pyrra"

_DURATION = re.compile(
    r"(?:(\d{1,3})y)?(?:(\d{1,4})w)?(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?"
)
_SECONDS = (365 * 86400, 7 * 86400, 86400, 3600, 60, 1)
_KUBERNETES = ("apiVersion", "kind")
_PREFIX = "pyrra.dev/"
"""Labels with it are put on what Pyrra makes; the others are only Kubernetes' own."""


def recognise(document: Document) -> bool:
    """Whether it is one of Pyrra's."""
    match document.data:
        case {"apiVersion": str(version), "kind": "ServiceLevelObjective"}:
            return version.startswith(_PREFIX)
    return False


def convert(documents: Sequence[Document], options: Options, names: Names) -> Converted:
    """An SLO for each objective in ``documents``."""
    written: list[Written] = []
    findings: list[Finding] = []
    policies = Policies(NAME, "alertmanager", names)
    for document in documents:
        try:
            written.append(_slo(root(document), names, policies))
        except Unreadable as error:
            findings.append(error.finding)
    return Converted((*written, *policies.written), tuple(findings))


def _slo(whole: Node, names: Names, policies: Policies) -> Written:
    for key in (*_KUBERNETES, "status"):
        whole.plain(key)
    metadata, spec = whole.mapping("metadata"), whole.mapping("spec")
    name = metadata.text("name")
    namespace = metadata.optional_text("namespace")
    ratio, notes = _ratio(spec.mapping("indicator"))
    percent = _percent(spec, notes)
    labels = {"namespace": namespace} if namespace else {}
    annotations = metadata.texts("annotations")
    annotations.pop("kubectl.kubernetes.io/last-applied-configuration", None)
    window = _window(spec)
    data = slo(
        names.take("SLO", name),
        name,
        ratio=ratio,
        target=percent / 100,
        window=window,
        description=spec.optional_text("description"),
        display_name=name,
        labels={**labels, **metadata.texts("labels")},
        annotations=annotations,
        alert_policies=_alerts(spec.mapping("alerting"), name, window, percent / 100, policies, notes),
    )
    notes += note_of_left_over(whole, f"the SLO {name!r}")
    return Written(data, whole.place(), NAME, tuple(notes))


def _percent(spec: Node, notes: list[Note]) -> Fraction:
    """The target, in percent."""
    percent = spec.number("target")
    if not 0 < percent < 100:
        message = f"a target of {float(percent):g} % leaves no error budget, or nothing but it"
        raise spec.refuse("target", message, "write a percentage between 0 and 100, both excluded")
    if percent < 1:
        message = f"Pyrra's target is in percent: this promises {float(percent):g} %"
        remedy = f"write {float(percent * 100):g} if a share was meant"
        notes.append(Note(message, remedy, spec.place("target"), ("spec", "objectives"), "warning"))
    return percent


def _window(spec: Node) -> int:
    text = spec.text("window")
    found = _DURATION.fullmatch(text)
    seconds = (
        sum(int(each or 0) * size for each, size in zip(found.groups(), _SECONDS, strict=True))
        if found
        else 0
    )
    if not seconds:
        raise spec.refuse("window", f"{text!r} is not a window", "write it as in 2w, 28d or 30d")
    return seconds


class _Burn(NamedTuple):
    """An alert of Pyrra's, for a window of 28 days: seconds, of which it takes the same share of any window."""

    key: str
    severity: str
    after: int
    long: int
    short: int
    rate: int


_BURNS = (
    _Burn("fastBurn", "critical", 2 * 60, 3600, 5 * 60, 14),
    _Burn("mediumBurn", "critical", 15 * 60, 6 * 3600, 30 * 60, 7),
    _Burn("slowBurn", "warning", 3600, 86400, 2 * 3600, 2),
    _Burn("longTermBurn", "warning", 3 * 3600, 4 * 86400, 6 * 3600, 1),
)


def _alerts(
    alerting: Node, name: str, window: int, target: Fraction, policies: Policies, notes: list[Note]
) -> list[str]:
    own = alerting.texts("severities")
    shown = alerting.optional_text("name")
    absent = alerting.flag("absent") is not False
    if alerting.flag("disabled") or alerting.flag("burnrates") is False:
        return []

    def share(seconds: int) -> int:
        """In whole minutes, rounded as Pyrra does."""
        return int(Fraction(seconds * window, 28 * 86400 * 60) + Fraction(1, 2)) * 60

    alerts = [
        Alert(
            (name, each.key),
            Fraction(each.rate),
            share(each.long),
            own.get(each.key, each.severity),
            share(each.after),
            share(each.short),
            display_name=shown or "ErrorBudgetBurn",
            no_data=absent and each is _BURNS[0],
        )
        for each in _BURNS
        if share(each.long)
    ]
    return list(filter(None, (policies.refer(each, target, alerting.place(), notes) for each in alerts)))


def _ratio(indicator: Node) -> tuple[dict[str, Any], list[Note]]:
    kinds = [key for key in ("ratio", "latency", "latencyNative", "bool_gauge") if indicator.has(key)]
    if len(kinds) != 1:
        many = (
            f"both {' and '.join(kinds)}" if kinds else "none of ratio, latency, latencyNative and bool_gauge"
        )
        raise indicator.refuse(None, f"the indicator has {many}", "write exactly one")
    kind = kinds[0]
    below = indicator.mapping(kind)
    good, bad, total = _QUERIES[kind](below)
    side = {"good": prometheus(good)} if good else {"bad": prometheus(bad)}
    return {"counter": kind != "bool_gauge", **side, "total": prometheus(total)}, _grouping(below)


def _grouping(below: Node) -> list[Note]:
    groups = below.plain("grouping")
    if not groups:
        return []
    by = ", ".join(map(str, groups)) if isinstance(groups, list) else str(groups)
    return [
        Note(
            f"Pyrra judges each {by} by itself; here all of them are judged together, so that a bad one may hide",
            f"write an SLO for each {by} that matters",
            below.place("grouping"),
            RATIO,
            "warning",
        )
    ]


def _increase(selector: str) -> str:
    return f"sum(increase({selector}[{WINDOW}]))"


def _of_ratio(below: Node) -> tuple[str, str, str]:
    return "", _increase(_selector(below, "errors")), _increase(_selector(below, "total"))


def _of_latency(below: Node) -> tuple[str, str, str]:
    return _increase(_selector(below, "success")), "", _increase(_selector(below, "total"))


def _of_native(below: Node) -> tuple[str, str, str]:
    latency = below.text("latency")
    found = re.fullmatch(r"(\d{1,9})(ms|s|m|h)", latency)
    if found is None:
        raise below.refuse("latency", f"{latency!r} is not a latency", "write it as in 200ms or 2s")
    milliseconds = int(found[1]) * {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}[found[2]]
    seconds = f"{milliseconds / 1000:.3f}".rstrip("0").rstrip(".")
    grown = _increase(_selector(below, "total"))
    return (
        f"histogram_fraction(0, {seconds}, {grown}) * histogram_count({grown})",
        "",
        f"histogram_count({grown})",
    )


def _of_gauge(below: Node) -> tuple[str, str, str]:
    metric = below.text("metric")
    return f"sum(sum_over_time({metric}[{WINDOW}]))", "", f"sum(count_over_time({metric}[{WINDOW}]))"


_QUERIES = {"ratio": _of_ratio, "latency": _of_latency, "latencyNative": _of_native, "bool_gauge": _of_gauge}


def _selector(below: Node, key: str) -> str:
    return below.mapping(key).text("metric")
