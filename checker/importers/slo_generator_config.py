"""Reads slo-generator's shared configuration: its error budget policies, and the addresses of its backends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from checker.importers.alerts import Alert
from checker.importers.node import Node, Unreadable, root
from checker.importers.templates import filled_in, open_names
from checker.importers.written import Names, Note, Options, Written
from checker.model import Document, Finding

_OLD_STEP = "error_budget_policy_step_name"


class Shared(NamedTuple):
    """The policies and the Prometheus backends, by name."""

    policies: Mapping[str, tuple[Alert, ...]]
    backends: Mapping[str, Node]


def is_shared(document: Document) -> bool:
    """Whether the document is the shared configuration, or a policy step in the format before version 2."""
    match document.data:
        case {"apiVersion": _}:
            return False
        case {"error_budget_policies": _} | {"error_budget_policy_step_name": _}:
            return True
        case {"backends": dict(), "exporters": dict()}:
            return True
    return False


def read_shared(documents: Sequence[Document], options: Options, findings: list[Finding]) -> Shared:
    """Reads the shared configurations among the documents; if several define a policy, the first wins."""
    policies: dict[str, tuple[Alert, ...]] = {}
    backends: dict[str, Node] = {}
    old: list[Alert] = []
    for document in filter(is_shared, documents):
        whole = root(document, filled_in(document.data, options.values))
        try:
            if whole.has(_OLD_STEP):
                old.append(_old_step(whole))
                continue
            budgets = whole.mapping("error_budget_policies")
            for name in budgets.data:
                steps = tuple(_step(name, each) for each in budgets.mapping(name).each("steps"))
                policies.setdefault(name, steps)
            found = whole.mapping("backends")
            for name in found.data:
                if name.partition("/")[0] == "prometheus":
                    backends.setdefault(name, found.mapping(name))
        except Unreadable as error:
            findings.append(error.finding)
    if old:
        policies.setdefault("default", tuple(old))
    return Shared(policies, backends)


def _step(policy: str, step: Node) -> Alert:
    return Alert(
        (policy, step.text("name")),
        step.number("burn_rate_threshold"),
        _seconds(step, "window"),
        "page" if step.flag("alert") else "ticket",
        display_name=step.text("name"),
        description=step.optional_text("message_alert"),
        annotations={"slo-generator/message-ok": step.optional_text("message_ok")},
        place=step.place(),
    )


def _old_step(step: Node) -> Alert:
    return Alert(
        ("default", step.text(_OLD_STEP)),
        step.number("alerting_burn_rate_threshold"),
        _seconds(step, "measurement_window_seconds"),
        "page" if step.flag("urgent_notification") else "ticket",
        display_name=step.text(_OLD_STEP),
        description=step.optional_text("overburned_consequence_message"),
        annotations={"slo-generator/message-ok": step.optional_text("achieved_consequence_message")},
        place=step.place(),
    )


def _seconds(step: Node, key: str) -> int:
    value = step.number(key)
    if value.denominator != 1 or not 0 < value < 10**9:
        raise step.refuse(
            key, f"a window of {float(value):g} s is not a window", "write whole seconds, such as 3600"
        )
    return int(value)


def connect(
    shared: Shared, who: str, names: Names, written: list[Written], findings: list[Finding]
) -> dict[str, str]:
    """Writes a DataSource for each Prometheus backend, and returns their names by backend."""
    connections = {}
    for backend, node in shared.backends.items():
        try:
            url = node.optional_text("url")
        except Unreadable as error:
            findings.append(error.finding)
            continue
        if not url or open_names(url, braced=True):
            continue  # PROMETHEUS_URL gives it, as in slo-generator
        name = connections[backend] = names.take("DataSource", backend)
        data = {
            "apiVersion": "openslo/v1",
            "kind": "DataSource",
            "metadata": {"name": name},
            "spec": {"type": "Prometheus", "connectionDetails": {"url": url}},
        }
        written.append(Written(data, node.place(), who, tuple(_headers(node))))
    return connections


def _headers(node: Node) -> list[Note]:
    if not node.has("headers"):
        return []
    message = "the headers were not imported: they may hold a secret, which must not be in a file"
    remedy = "put them into an environment variable, and name it in headersEnv"
    return [Note(message, remedy, node.place("headers"), ("spec", "connectionDetails"), "warning")]
