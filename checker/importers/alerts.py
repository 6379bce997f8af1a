"""Alerts of foreign files as OpenSLO AlertPolicies, each with one burn rate over one lookback.

An OpenSLO policy holds one condition, so an alert with a long and a short window keeps only the long one: it fires
at the same time or earlier, and ends later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from checker.importers.openslo import decimal
from checker.importers.written import Names, Note, Written, without_empty
from checker.model import Location
from checker.units import format_duration


class Alert(NamedTuple):
    """An alert for a burn rate of ``rate`` or more (``op``) over ``lookback`` seconds that lasts ``after`` seconds."""

    words: tuple[str, ...]
    """The words that its name is made of."""
    rate: Fraction
    lookback: int
    severity: str
    after: int = 0
    short: int = 0
    """The short window that the foreign alert also requires, in seconds; 0 if none."""
    op: str = "gt"
    display_name: str = ""
    description: str = ""
    labels: Mapping[str, str] = {}
    annotations: Mapping[str, str] = {}
    no_data: bool = False
    place: Location | None = None
    """Its location, if it is not the SLO's."""


@dataclass
class Policies:
    """The AlertPolicies of an import; equal alerts of a file share one."""

    format: str
    who: str
    """The target of the notifications: the system that notifies people."""
    names: Names
    written: list[Written] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)

    def refer(self, alert: Alert, target: Fraction, place: Location, notes: list[Note]) -> str:
        """The name of the policy for an alert of an SLO with this target; "" if it cannot be converted."""
        if alert.rate * (1 - target) >= 1:
            message = (
                f"an alert at a burn rate of {decimal_text(alert.rate)} was not imported: with this target even an "
                f"outage burns no faster than {decimal_text(1 / (1 - target))}"
            )
            notes.append(Note(message, "nothing to do: it could never fire", place, ("spec", "objectives")))
            return ""
        if alert.lookback % 60 or alert.after % 60:
            message = f"an alert over {alert.lookback} s was not imported: OpenSLO counts in minutes"
            notes.append(Note(message, "write it in minutes", place, ("spec", "objectives"), "warning"))
            return ""
        origin = alert.place or place
        key = json.dumps([origin.file, alert._replace(place=None)], sort_keys=True, default=str)
        if key not in self._known:
            name = self._known[key] = self.names.take("AlertPolicy", *alert.words)
            self.written.append(
                Written(self._policy(name, alert), origin, self.format, _short(alert, origin))
            )
        return self._known[key]

    def _policy(self, name: str, alert: Alert) -> dict[str, Any]:
        condition = {
            "kind": "burnrate",
            "op": alert.op,
            "threshold": decimal(alert.rate),
            "lookbackWindow": format_duration(alert.lookback),
            "alertAfter": format_duration(alert.after) if alert.after else "0m",
        }
        spec = {
            "description": alert.description[:1050],
            "alertWhenBreaching": True,
            "alertWhenNoData": alert.no_data or None,
            "conditions": [
                {
                    "kind": "AlertCondition",
                    "metadata": {"name": name},
                    "spec": {"severity": alert.severity, "condition": condition},
                }
            ],
            "notificationTargets": [
                {
                    "kind": "AlertNotificationTarget",
                    "metadata": {"name": self.who},
                    "spec": {"target": self.who},
                }
            ],
        }
        metadata = {
            "name": name,
            "displayName": alert.display_name,
            "labels": dict(alert.labels),
            "annotations": dict(alert.annotations),
        }
        return {
            "apiVersion": "openslo/v1",
            "kind": "AlertPolicy",
            "metadata": without_empty(metadata),
            "spec": without_empty(spec),
        }


def _short(alert: Alert, place: Location) -> tuple[Note, ...]:
    if not alert.short:
        return ()
    message = (
        f"the alert also looks at the last {format_duration(alert.short)}, but OpenSLO at one window only; it "
        "starts as before, but ends later"
    )
    remedy = "for alerts that look at two windows, use the annotation checker/burnRatePolicy: google-sre"
    return (Note(message, remedy, place, ("spec", "conditions"), "note", told=False),)


def decimal_text(value: Fraction) -> str:
    """A number for a message, with four significant digits."""
    return f"{float(value):.4g}"
