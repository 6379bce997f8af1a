"""slo-generator: ``sre.google.com/v2`` and the older format, with the shared configuration.

Its windows are those of the steps of an error budget policy in the shared configuration. The longest becomes the
window of the SLO; each step becomes a burn-rate alert.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from checker.importers.alerts import Policies
from checker.importers.node import Node, Unreadable, note_of_left_over, root
from checker.importers.openslo import slo
from checker.importers.slo_generator_config import Shared, connect, is_shared, read_shared
from checker.importers.slo_generator_queries import ratio
from checker.importers.templates import filled_in, open_names, told_open
from checker.importers.written import Converted, Names, Note, Options, Written
from checker.load.validation.foreign import tool_of
from checker.model import Document, Finding

NAME = "slo-generator"
USUAL_WINDOW = 28 * 86400
"""The longest step of the policy in slo-generator's samples."""


class _Fields(NamedTuple):
    """The fields of an SLO, in either format."""

    name: str
    labels: dict[str, str]
    description: str
    goal: Node
    goal_key: str
    backend: str
    method: str
    indicator: Node
    policy: str


def recognise(document: Document) -> bool:
    """Whether the document is an slo-generator SLO of any version, or its shared configuration."""
    return tool_of(document.data) == NAME


def convert(documents: Sequence[Document], options: Options, names: Names) -> Converted:
    """An SLO for each one in ``documents``, and the alerts of the error budget policies."""
    written: list[Written] = []
    findings: list[Finding] = []
    shared = read_shared(documents, options, findings)
    policies = Policies(NAME, "slo-generator", names)
    connections = connect(shared, NAME, names, written, findings)
    slos = [each for each in documents if not is_shared(each)]
    for document in slos:
        try:
            written.append(_slo(document, options, names, shared, connections, policies))
        except Unreadable as error:
            findings.append(error.finding)
    if not slos:
        findings += (_no_slo(each) for each in documents)
    return Converted((*written, *policies.written), tuple(findings))


def _no_slo(document: Document) -> Finding:
    message = "this is slo-generator's shared configuration, but there is no SLO among the files"
    return root(document).refuse(None, message, "name the files with the SLOs too").finding


def _slo(
    document: Document,
    options: Options,
    names: Names,
    shared: Shared,
    connections: Mapping[str, str],
    policies: Policies,
) -> Written:
    whole = root(document, filled_in(document.data, options.values))
    fields = _old(whole) if "apiVersion" not in whole.data else _fields(whole)
    goal = fields.goal.number(fields.goal_key)
    if not 0 < goal < 1:
        message = f"a goal of {float(goal):g} leaves no error budget, but OpenSLO needs one"
        remedy = "write a share between 0 and 1, both excluded, such as 0.9999"
        raise fields.goal.refuse(fields.goal_key, message, remedy)
    found = ratio(fields.backend, fields.method, fields.indicator, connections.get(fields.backend, ""))
    left = open_names(whole.data, braced=True)
    who = "slo-generator, from the environment"
    notes = [*found.notes, *told_open(left, braced=True, who=who, place=whole.place(), at=())]
    steps = shared.policies.get(fields.policy, ())
    window = options.window or max((each.lookback for each in steps), default=USUAL_WINDOW)
    if options.window is None and not steps:
        notes.append(_usual_window(whole, fields))
    references = [policies.refer(each, goal, whole.place(), notes) for each in steps]
    data = slo(
        names.take("SLO", fields.name),
        fields.labels.get("service_name") or fields.name,
        ratio=found.ratio,
        target=goal,
        window=window,
        display_name=fields.name,
        description=fields.description,
        labels=fields.labels,
        alert_policies=list(filter(None, references)),
    )
    notes += note_of_left_over(whole, f"the SLO {fields.name!r}")
    return Written(data, whole.place(), NAME, tuple(notes))


def _fields(whole: Node) -> _Fields:
    whole.plain("apiVersion")
    whole.plain("kind")
    metadata, spec = whole.mapping("metadata"), whole.mapping("spec")
    spec.plain("exporters")
    return _Fields(
        metadata.text("name"),
        metadata.texts("labels"),
        spec.optional_text("description"),
        spec,
        "goal",
        spec.text("backend"),
        spec.text("method"),
        spec.mapping("service_level_indicator"),
        spec.optional_text("error_budget_policy") or "default",
    )


_OLD_BACKENDS = {
    "Stackdriver": "cloud_monitoring",
    "StackdriverServiceMonitoring": "cloud_service_monitoring",
}


def _old(whole: Node) -> _Fields:
    """Reads the format before version 2, which has no apiVersion."""
    labels = {key: whole.text(key) for key in ("service_name", "feature_name", "slo_name")}
    backend = whole.mapping("backend")
    kind = backend.text("class")
    whole.plain("exporters")
    return _Fields(
        "-".join(labels.values()),
        labels,
        whole.optional_text("slo_description"),
        whole,
        "slo_target",
        _OLD_BACKENDS.get(kind, kind.lower() if "." not in kind else kind),
        backend.text("method"),
        backend.mapping("measurement"),
        "default",
    )


def _usual_window(whole: Node, fields: _Fields) -> Note:
    return Note(
        f"the window is that of the policy {fields.policy!r}, which is not among the files; 28d is assumed, as in "
        "slo-generator's samples",
        "import the shared configuration with it, or add --window",
        whole.place(),
        ("spec", "timeWindow"),
        "warning",
    )
