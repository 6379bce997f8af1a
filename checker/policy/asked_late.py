"""Judging a moment other than now: no waiver or attestation applies that had expired, or had not begun, when the
run asked.

A run may judge any moment (``--at``), and its sources answer for that moment. But nobody may bring an expired
waiver back by choosing an earlier moment, or a future one by choosing a later moment, nor by replaying what such a
run recorded. A recording made at its own time may be judged later on: the miss may have been waived since.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from checker import display
from checker.model import Catalog, Evidence, Finding, asked_late


def as_asked(catalog: Catalog, at: int, evidence: Evidence) -> Catalog:
    """The catalog for judging the moment ``at`` by ``evidence``. Waivers and attestations that had expired by the
    clock when the sources were asked are marked ``over``; if the moment was then in the future, those that had not
    begun are marked ``ahead``."""
    asked, ahead = evidence.asked, evidence.ahead
    late = asked_late(at, asked) > 0
    if not late and not ahead:
        return catalog
    return replace(
        catalog,
        waivers=tuple(
            each._replace(over=late and each.expires <= asked, ahead=ahead and each.created > asked)
            for each in catalog.waivers
        ),
        attestations={
            name: tuple(
                each._replace(
                    over=late and each.valid_until <= asked, ahead=ahead and each.confirmed_at > asked
                )
                for each in written
            )
            for name, written in catalog.attestations.items()
        },
    )


def late_findings(at: int, evidence: Evidence) -> Iterator[Finding]:
    """A warning if the run judges a moment that was in the past, or in the future, when it asked."""
    judged, asked = display.moment(at), display.moment(evidence.asked)
    if asked_late(at, evidence.asked) > 0:
        message = (
            f"this run judges {judged}, but its sources were asked at {asked}: "
            "waivers and attestations that had expired by then do not count"
        )
    elif evidence.ahead:
        message = (
            f"this run judges {judged}, which was still ahead when its sources were asked at {asked}: "
            "waivers and attestations that had not begun by then do not count"
        )
    else:
        return
    yield Finding(
        "asked-late", "warning", message, remedy="judge without --at, or replay what was recorded then"
    )
