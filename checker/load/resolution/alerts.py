"""The alert rules of an SLO, from OpenSLO alert policies and from the policies that ship with checker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.burn_policies import POLICIES
from checker.load.checks.names import Named
from checker.load.resolved import compared
from checker.load.validation.validate import Validated
from checker.model import AlertRule, BurnCondition, Finding, Location


def alert_rules(
    each: Validated, named: Named, shipped: str | None, window: int
) -> Iterator[AlertRule | Finding]:
    """The alert rules of an SLO: of its own policies, and of the shipped policy with that name, if any. Policies
    and conditions that could not be read are left out; their documents have findings."""
    for index, written in enumerate(each.model.spec.alertPolicies):
        path = ("spec", "alertPolicies", index)
        if written.alertPolicyRef is None:
            yield from _of_policy(
                written.metadata.name, written.spec, named, each.document.locate((*path, "spec"))
            )
            continue
        holder = named.get(("AlertPolicy", written.alertPolicyRef))
        if holder is not None and holder.model is not None:
            yield from _of_policy(holder.name, holder.model.spec, named, holder.document.locate(("spec",)))
    if shipped is not None:
        yield from POLICIES[shipped](window)


def _of_policy(name: str, policy: Any, named: Named, place: Location) -> Iterator[AlertRule | Finding]:
    """The rules of one policy; none if it alerts only on resolution, which is not a state at one moment."""
    if not policy.alertWhenBreaching and not policy.alertWhenNoData:
        return
    for written in policy.conditions:
        spec = written.spec
        if written.conditionRef is not None:
            holder = named.get(("AlertCondition", written.conditionRef))
            if holder is None or holder.model is None:
                continue
            spec, place = holder.model.spec, holder.document.locate(("spec", "condition"))
        condition = spec.condition
        if condition.lookbackWindow.seconds is None or condition.alertAfter.seconds is None:
            message = f"the alert {name!r} uses months, which have no fixed length to look back on"
            yield Finding("alert", "error", message, place, "", "write it in days, as in 28d")
            continue
        yield AlertRule(
            name=name,
            severity=spec.severity,
            conditions=(
                BurnCondition(
                    condition.lookbackWindow.seconds,
                    compared(condition.op, condition.threshold),
                    condition.alertAfter.seconds,
                ),
            ),
            location=place,
            when_breaching=policy.alertWhenBreaching,
            when_no_data=policy.alertWhenNoData,
        )
