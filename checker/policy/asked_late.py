"""A moment of another time, judged by a run of today: what had expired when the run asked, and what had not begun,
excuses and confirms nothing.

A run may be asked about any moment (``--at``), and its sources answer for that moment. But an exception ends when it
ends, and begins when it begins: no run brings it here by the choice of a moment, nor does a replay of what such a run
recorded. A recording of its own time may be judged as of a later one: it may have been waived since.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from checker import display
from checker.model import Catalog, Evidence, Finding, asked_late


def as_asked(catalog: Catalog, at: int, evidence: Evidence) -> Catalog:
    """The catalog for judging the moment ``at`` by ``evidence``: waivers and attestations that had expired when it was
    asked are over, and those that had not begun are ahead where it was asked about a moment to come."""
    asked, ahead = evidence.asked, evidence.ahead
    late = asked_late(at, asked) > 0
    if not late and not ahead:
        return catalog
    return replace(
        catalog,
        waivers=tuple(
            replace(each, over=late and each.expires <= asked, ahead=ahead and each.created > asked)
            for each in catalog.waivers
        ),
        attestations={
            name: tuple(
                replace(
                    each, over=late and each.valid_until <= asked, ahead=ahead and each.confirmed_at > asked
                )
                for each in written
            )
            for name, written in catalog.attestations.items()
        },
    )


def late_findings(at: int, evidence: Evidence) -> Iterator[Finding]:
    """That a run judges a moment which lies back, or lay ahead, where it does."""
    judged, asked = display.moment(at), display.moment(evidence.asked)
    if asked_late(at, evidence.asked) > 0:
        message = (
            f"what is judged is {judged}, and was asked at {asked}: waivers and attestations that had expired by then "
            "do not count"
        )
    elif evidence.ahead:
        message = (
            f"what is judged is {judged}, which lay ahead when this was asked at {asked}: waivers and attestations "
            "that had not begun by then do not count"
        )
    else:
        return
    yield Finding(
        "asked-late", "warning", message, remedy="judge without --at, or replay what was recorded then"
    )
