"""Sloth: ``version: prometheus/v1``, and the Kubernetes kind PrometheusServiceLevel with its AlertWindows.

Sloth's SLI is the ratio of errors; its queries use ``{{.window}}`` as their range. Sloth takes the period from its
command line (default 30d); here ``--window`` gives it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from checker.importers.alerts import Alert, Policies
from checker.importers.counts import as_counts
from checker.importers.node import Node, Unreadable, note_of_left_over, root
from checker.importers.openslo import prometheus, slo
from checker.importers.quotient import as_ratio
from checker.importers.sloth_windows import AlertWindow, choose_windows
from checker.importers.templates import WINDOW, windowed
from checker.importers.written import Converted, Names, Note, Options, Written, notes_of_percent
from checker.load.validation.foreign import tool_of
from checker.model import Document, Finding

NAME = "Sloth"
_LEAVE = "nothing to do: they do not affect the promise"


class _Keys(NamedTuple):
    """The keys whose spelling differs between the two formats."""

    error_query: str = "error_query"
    total_query: str = "total_query"
    error_ratio_query: str = "error_ratio_query"
    plugins: str = "slo_plugins"
    page: str = "page_alert"
    ticket: str = "ticket_alert"


_CRD = _Keys("errorQuery", "totalQuery", "errorRatioQuery", "sloPlugins", "pageAlert", "ticketAlert")


def recognise(document: Document) -> bool:
    """Whether the document is one of Sloth's."""
    return tool_of(document.data) == NAME


def convert(documents: Sequence[Document], options: Options, names: Names) -> Converted:
    """OpenSLO documents for the SLOs in ``documents`` and for their alerts."""
    written: list[Written] = []
    findings: list[Finding] = []
    policies = Policies(NAME, "alertmanager", names)
    whole = [each for each in map(root, documents) if each.data.get("kind") != "AlertWindows"]
    own = [each for each in map(root, documents) if each.data.get("kind") == "AlertWindows"]
    try:
        period, windows = choose_windows(own, options.window)
    except Unreadable as error:
        return Converted((), (error.finding,))
    if not whole:
        findings += (_no_slo(each) for each in own)
    for document in whole:
        try:
            group = _read_group(document)
            for each in group.node.each("slos"):
                _convert(each, group, _Alerting(period, windows, policies), names, written, findings)
        except Unreadable as error:
            findings.append(error.finding)
    return Converted((*written, *policies.written), tuple(findings))


def _no_slo(windows: Node) -> Finding:
    message = "these are windows for Sloth's alerts, but there is no SLO of Sloth among the files"
    return windows.refuse("kind", message, "name the files with the SLOs too").finding


class _Group(NamedTuple):
    """The SLOs of one service."""

    node: Node
    keys: _Keys
    service: str
    labels: Mapping[str, str]
    notes: tuple[Note, ...]


class _Alerting(NamedTuple):
    """What all alerts share: the period in seconds, the alert windows, and the policies."""

    period: int
    windows: Sequence[AlertWindow]
    policies: Policies


def _read_group(whole: Node) -> _Group:
    if "version" in whole.data:
        if whole.text("version") != "prometheus/v1":
            version = whole.text("version")
            raise whole.refuse("version", f"Sloth's {version!r} is not supported", "write prometheus/v1")
        return _group(whole, _Keys(), {}, whole)
    whole.plain("apiVersion")
    kind = whole.text("kind")
    if kind != "PrometheusServiceLevel":
        raise whole.refuse("kind", f"Sloth's kind {kind} holds no SLO", "leave it out of the import")
    whole.plain("status")
    metadata = whole.mapping("metadata")
    namespace = metadata.optional_text("namespace")
    labels = {**({"namespace": namespace} if namespace else {}), **metadata.texts("labels")}
    metadata.plain("name")
    return _group(whole.mapping("spec"), _CRD, labels, whole)


def _group(node: Node, keys: _Keys, labels: Mapping[str, str], whole: Node) -> _Group:
    if not node.each("slos"):
        raise node.refuse("slos", "there is no SLO in it", "add one, or leave it out of the import")
    notes = []
    plugins = node.plain(keys.plugins)
    if "victoria_metrics" in str(plugins):
        message = "the queries are MetricsQL, which VictoriaMetrics supports and Prometheus does not"
        notes.append(Note(message, "query VictoriaMetrics", node.place(keys.plugins), level="warning"))
    elif plugins:
        message = "the plugins were not imported: they change the rules that Sloth writes"
        notes.append(Note(message, _LEAVE, node.place(keys.plugins)))
    found = _Group(node, keys, node.text("service"), {**labels, **node.texts("labels")}, ())
    begun = [(*node.path, "slos")]
    node.used.update(begun)
    notes += note_of_left_over(whole, "this file")
    node.used.difference_update(begun)
    return found._replace(notes=tuple(notes))


def _convert(
    each: Node,
    group: _Group,
    alerting: _Alerting,
    names: Names,
    written: list[Written],
    findings: list[Finding],
) -> None:
    try:
        written.append(_slo(each, group, alerting, names))
    except Unreadable as error:
        findings.append(error.finding)


def _slo(each: Node, group: _Group, alerting: _Alerting, names: Names) -> Written:
    name = each.text("name")
    target = each.number("objective") / 100
    if not 0 < target < 1:
        message = f"an objective of {float(target * 100):g} % leaves no error budget, but OpenSLO needs one"
        raise each.refuse("objective", message, "write a number between 0 and 100, both excluded")
    ratio = _ratio(each.mapping("sli"), group.keys)
    notes = [*group.notes, *notes_of_percent(target * 100, "Sloth's objective", each.place("objective"))]
    if each.plain("plugins"):
        notes.append(Note("the plugins of this SLO were not imported", _LEAVE, each.place("plugins")))
    own_name = names.take("SLO", group.service, name)
    alerts = each.mapping("alerting")
    references = _alerts(own_name, alerts, group, alerting, target, notes) if each.has("alerting") else []
    runbook = (
        alerts.texts("annotations").get("runbook") or alerts.texts("annotations").get("runbook_url") or ""
    )
    data = slo(
        own_name,
        group.service,
        ratio=ratio,
        target=target,
        window=alerting.period,
        display_name=name,
        description=each.optional_text("description"),
        labels={**group.labels, **each.texts("labels")},
        annotations={"checker/runbook": runbook} if runbook else {},
        alert_policies=references,
    )
    notes += note_of_left_over(each, f"the SLO {name!r}")
    return Written(data, each.place(), NAME, tuple(notes))


def _alerts(
    slo_name: str, alerts: Node, group: _Group, alerting: _Alerting, target: Fraction, notes: list[Note]
) -> list[str]:
    """The names of the policies for an SLO's alerts that are not disabled, at the burn rates of the windows.

    The names begin with the SLO's, because the files of one service may be imported separately.
    """
    name, labels, annotations = (
        alerts.optional_text("name"),
        alerts.texts("labels"),
        alerts.texts("annotations"),
    )
    found = []
    for window in alerting.windows:
        own = alerts.mapping(group.keys.page if window.severity == "page" else group.keys.ticket)
        own_labels, own_annotations = own.texts("labels"), own.texts("annotations")
        if own.flag("disable"):
            continue
        alert = Alert(
            (slo_name, window.severity, window.speed),
            window.budget * alerting.period / window.long,
            window.long,
            window.severity,
            short=window.short,
            display_name=name,
            labels={**labels, **own_labels},
            annotations={**annotations, **own_annotations},
        )
        found.append(alerting.policies.refer(alert, target, alerts.place(), notes))
    return list(filter(None, found))


def _ratio(sli: Node, keys: _Keys) -> dict[str, Any]:
    if sli.has("events"):
        events = sli.mapping("events")
        bad, total = (_query(events, key) for key in (keys.error_query, keys.total_query))
        if bad == total:
            raise events.refuse(
                keys.error_query, "both queries are the same", "write the errors in one of them"
            )
        bad, total = as_counts(bad, total)
        return {"counter": True, "bad": prometheus(bad), "total": prometheus(total)}
    if sli.has("raw"):
        query = _query(sli.mapping("raw"), keys.error_ratio_query)
        return as_ratio(query, failures=True)
    if sli.has("plugin"):
        plugin = sli.mapping("plugin")
        message = f"the query is generated by the Sloth plugin {plugin.text('id')!r}, whose code is not here"
        raise sli.refuse("plugin", message, "write the queries that it generates, as sli.events")
    raise sli.refuse(None, "the sli has neither events nor raw", "write its queries")


def _query(holder: Node, key: str) -> str:
    query = windowed(holder.text(key))
    if WINDOW not in query:
        raise holder.refuse(key, "the query has no window", "write [{{.window}}] for the range of its series")
    return query
