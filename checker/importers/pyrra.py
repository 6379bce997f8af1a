"""Pyrra: ``kind: ServiceLevelObjective`` of ``pyrra.dev``."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from checker.importers.alerts import Alert, Policies
from checker.importers.node import Node, Unreadable, note_of_left_over, root
from checker.importers.openslo import slo
from checker.importers.pyrra_indicator import duration, ratio_of
from checker.importers.written import Converted, Names, Note, Options, Written, notes_of_percent
from checker.load.validation.foreign import tool_of
from checker.model import Document, Finding

NAME = "Pyrra"

_KUBERNETES = ("apiVersion", "kind")


def recognise(document: Document) -> bool:
    """Whether the document is one of Pyrra's."""
    return tool_of(document.data) == NAME and document.data.get("kind") == "ServiceLevelObjective"


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
    ratio, notes = ratio_of(spec.mapping("indicator"))
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
    """The target in percent."""
    percent = spec.number("target")
    if not 0 < percent < 100:
        message = f"a target of {float(percent):g} % leaves no error budget, or only an error budget"
        raise spec.refuse("target", message, "write a percentage between 0 and 100, both excluded")
    notes += notes_of_percent(percent, "Pyrra's target", spec.place("target"))
    return percent


def _window(spec: Node) -> int:
    text = spec.text("window")
    seconds = duration(text)
    if not seconds:
        raise spec.refuse("window", f"{text!r} is not a window", "write it as in 2w, 28d or 30d")
    return seconds


class _Burn(NamedTuple):
    """One of Pyrra's alerts for a window of 28 days, in seconds; Pyrra scales the lengths to other windows."""

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
        """A length scaled to the window, in whole minutes, rounded as Pyrra does."""
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
