"""A moment of the past, judged by a run of today: what had expired when the run asked excuses and confirms nothing.

A run may be asked about any moment (``--at``), and its sources answer for that moment. But an exception ends when it
ends: no run brings it back by the choice of a moment, nor does a replay of what such a run recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from checker import display
from checker.model import Catalog, Finding, asked_late


def without_expired(catalog: Catalog, at: int, asked: int) -> Catalog:
    """The catalog for judging the moment ``at`` by what was asked at the moment ``asked``: waivers and attestations
    that had expired by then are over."""
    if not asked_late(at, asked):
        return catalog
    return replace(
        catalog,
        waivers=tuple(replace(each, over=each.expires <= asked) for each in catalog.waivers),
        attestations={
            name: tuple(replace(each, over=each.valid_until <= asked) for each in written)
            for name, written in catalog.attestations.items()
        },
    )


def late_findings(at: int, asked: int) -> Iterator[Finding]:
    """That a run judges a moment which lies back, where it does."""
    if asked_late(at, asked):
        message = (
            f"what is judged is {display.moment(at)}, and was asked at {display.moment(asked)}: waivers and "
            "attestations that had expired by then do not count"
        )
        remedy = "judge without --at, or replay what was recorded then"
        yield Finding("asked-late", "warning", message, remedy=remedy)
