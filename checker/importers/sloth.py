"""Sloth: ``version: prometheus/v1``, and the Kubernetes kind PrometheusServiceLevel with its AlertWindows.

Sloth's SLI is the share of errors; its queries leave their range to ``{{.window}}``. Its period is said on
its command line (30d unless said otherwise), or here with ``--window``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from checker.importers.node import Node, Unreadable, note_of_left_over, root
from checker.importers.openslo import prometheus, slo
from checker.importers.templates import WINDOW, windowed
from checker.importers.written import Converted, Names, Note, Options, Written
from checker.model import Document, Finding

NAME = "Sloth"
PERIOD = 30 * 86400


class _Keys(NamedTuple):
    """The keys that the two shapes spell differently."""

    error_query: str = "error_query"
    total_query: str = "total_query"
    error_ratio_query: str = "error_ratio_query"
    plugins: str = "slo_plugins"


_CRD = _Keys("errorQuery", "totalQuery", "errorRatioQuery", "sloPlugins")


def recognise(document: Document) -> bool:
    """Whether it is one of Sloth's."""
    match document.data:
        case {"version": str(version), "slos": _} | {"version": str(version), "service": _}:
            return version.startswith("prometheus/")
        case {"apiVersion": str(version)}:
            return version.startswith("sloth.slok.dev/")
    return False


def convert(documents: Sequence[Document], options: Options, names: Names) -> Converted:
    """OpenSLO documents for the SLOs in ``documents``."""
    written: list[Written] = []
    findings: list[Finding] = []
    period = options.window or PERIOD
    for document in documents:
        try:
            for group, keys in _groups(document):
                _convert_group(group, keys, period, names, written, findings)
        except Unreadable as error:
            findings.append(error.finding)
    return Converted(tuple(written), tuple(findings))


def _groups(document: Document) -> Iterator[tuple[Node, _Keys]]:
    whole = root(document)
    if "version" in whole.data:
        if whole.text("version") != "prometheus/v1":
            raise whole.refuse(
                "version", f"Sloth's {whole.data['version']!r} is not known here", "write prometheus/v1"
            )
        yield whole, _Keys()
        return
    whole.plain("apiVersion")
    kind = whole.text("kind")
    if kind == "PrometheusServiceLevel":
        yield whole.mapping("spec"), _CRD
    else:
        raise whole.refuse("kind", f"Sloth's kind {kind} holds no SLO", "leave it out of the import")


def _convert_group(
    group: Node, keys: _Keys, period: int, names: Names, written: list[Written], findings: list[Finding]
) -> None:
    service = group.text("service")
    labels = group.texts("labels")
    slos = group.each("slos")
    if not slos:
        raise group.refuse("slos", "there is no SLO in it", "add one, or leave it out of the import")
    plugins = (
        [
            Note(
                "the plugins of the rule generation were not carried: they change Sloth's rules, not what is promised",
                "",
                group.place(keys.plugins),
            )
        ]
        if group.plain(keys.plugins)
        else []
    )
    for each in slos:
        try:
            written.append(_slo(each, keys, service, labels, period, names, plugins))
        except Unreadable as error:
            findings.append(error.finding)


def _slo(
    each: Node,
    keys: _Keys,
    service: str,
    labels: Mapping[str, str],
    period: int,
    names: Names,
    notes: list[Note],
) -> Written:
    name = each.text("name")
    objective = each.number("objective")
    if not 0 < objective < 100:
        message = f"an objective of {float(objective):g} % leaves no error budget, and OpenSLO wants one"
        raise each.refuse("objective", message, "write a number between 0 and 100, both excluded")
    ratio, about = _ratio(each.mapping("sli"), keys)
    notes = [*notes, *about]
    if each.plain("plugins"):
        notes.append(Note("the plugins of the rule generation were not carried", "", each.place("plugins")))
    alerting = each.mapping("alerting")
    annotations = {f"sloth/{key}": value for key, value in alerting.texts("annotations").items()}
    data = slo(
        names.take("SLO", service, name),
        service,
        ratio=ratio,
        target=objective / 100,
        window=period,
        display_name=name,
        description=each.optional_text("description"),
        labels={**labels, **each.texts("labels")},
        annotations=annotations,
    )
    notes += note_of_left_over(each, f"the SLO {name!r}")
    return Written(data, each.place(), NAME, tuple(notes))


def _ratio(sli: Node, keys: _Keys) -> tuple[dict[str, Any], list[Note]]:
    if sli.has("events"):
        events = sli.mapping("events")
        bad, total = (_query(events, key) for key in (keys.error_query, keys.total_query))
        return {"counter": True, "bad": prometheus(bad), "total": prometheus(total)}, []
    if sli.has("raw"):
        query = _query(sli.mapping("raw"), keys.error_ratio_query)
        return {"rawType": "failure", "raw": prometheus(query)}, []
    if sli.has("plugin"):
        plugin = sli.mapping("plugin")
        message = (
            f"the query is made by the code of the Sloth plugin {plugin.text('id')!r}, which is not here"
        )
        raise sli.refuse("plugin", message, "write the queries that it makes, as sli.events")
    raise sli.refuse(None, "the sli has neither events nor raw", "write its queries")


def _query(holder: Node, key: str) -> str:
    query = windowed(holder.text(key))
    if WINDOW not in query:
        raise holder.refuse(key, "the query has no window", "write [{{.window}}] for the range of its series")
    return query
