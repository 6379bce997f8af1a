"""A waiver as rules see it."""

from __future__ import annotations

from collections.abc import Mapping

from checker.model import Waiver
from checker.policy.inputs.fields import Schema, flag, number, record, text
from checker.policy.inputs.values import Plain, moment, moment_schema


def waiver_input(waiver: Waiver, owners: Mapping[str, str]) -> Plain:
    """A waiver as rules see it; ``owners`` are the owners of promises by the promises' names."""
    owner = owners.get(waiver.objective, "")
    return {
        "name": waiver.name,
        "objective": waiver.objective,
        "owner": owner,
        "reason": waiver.reason,
        "ticket": waiver.ticket,
        "approver": waiver.approver,
        "byOwner": _as_read(waiver.approver) == _as_read(owner),
        "created": moment(waiver.created),
        "expires": moment(waiver.expires),
        "days": (waiver.expires - waiver.created) / 86400,
        "accepts": waiver.accepts.text if waiver.accepts is not None else "",
        "acceptsInconclusive": waiver.accepts_inconclusive,
    }


def _as_read(name: str) -> str:
    """A name without differences in case and spacing, which do not make it another person's."""
    return " ".join(name.casefold().split())


def waiver_schema() -> Schema:
    """The schema of ``waiver_input``."""
    return record(
        "The waiver.",
        name=text("Its name.", "latency-until-cache"),
        objective=text("The promise it is for.", "shop/latency"),
        owner=text("Who answers for that promise; empty where there is no such promise.", "shop-team"),
        reason=text("Why.", "The cache comes next month."),
        ticket=text("Where it is tracked.", "SHOP-17"),
        approver=text("Who approved it.", "head-of-platform"),
        byOwner=flag("Whether the approver owns the promise; capitals and spaces do not matter."),
        created=moment_schema("When it was approved.", 1797206400, "2026-12-14T00:00:00Z"),
        expires=moment_schema("When it ends.", 1799020800, "2027-01-04T00:00:00Z"),
        days=number("From its creation to its end.", 21.0),
        accepts=text("The worst value it accepts; empty if none.", "< 800 ms"),
        acceptsInconclusive=flag("Whether it covers what could not be measured."),
    )
