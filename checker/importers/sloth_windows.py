"""The windows of Sloth's alerts: its own table for 28 and 30 days, or that of an AlertWindows document.

Each window states which share of the error budget may be spent in its long window before the alert fires.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from checker.importers.node import Node
from checker.units import parse_duration

USUAL_PERIOD = 30 * 86400
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class AlertWindow(NamedTuple):
    """An alert once the share ``budget`` is spent within ``long`` seconds; ``short`` is the short window."""

    severity: str
    speed: str
    budget: Fraction
    short: int
    long: int


USUAL = (
    AlertWindow("page", "quick", Fraction(2, 100), 5 * _MINUTE, _HOUR),
    AlertWindow("page", "slow", Fraction(5, 100), 30 * _MINUTE, 6 * _HOUR),
    AlertWindow("ticket", "quick", Fraction(10, 100), 2 * _HOUR, _DAY),
    AlertWindow("ticket", "slow", Fraction(10, 100), 6 * _HOUR, 3 * _DAY),
)
"""Sloth's default table for 28 and 30 days, from https://sre.google/workbook/alerting-on-slos."""


def choose_windows(own: Sequence[Node], period: int | None) -> tuple[int, tuple[AlertWindow, ...]]:
    """The period of the SLOs in seconds, and their alert windows. ``own`` are the AlertWindows documents.

    If there is exactly one, it sets the period unless the caller does. If there are several, the one for the period
    applies.
    """
    tables = {}
    for each in own:
        spec = each.mapping("spec")
        tables[_duration(spec, "sloPeriod")] = tuple(_read(spec))
    if period is None:
        period = next(iter(tables)) if len(tables) == 1 else USUAL_PERIOD
    if period in tables:
        return period, tables[period]
    return period, USUAL


def _read(spec: Node) -> Iterator[AlertWindow]:
    for severity in ("page", "ticket"):
        for speed in ("quick", "slow"):
            found = spec.mapping(severity).mapping(speed)
            share = found.number("errorBudgetPercent") / 100
            short, long = (_duration(found, key) for key in ("shortWindow", "longWindow"))
            yield AlertWindow(severity, speed, share, short, long)


def _duration(node: Node, key: str) -> int:
    text = node.text(key)
    try:
        return parse_duration(text)
    except ValueError:
        raise node.refuse(key, f"{text!r} is not a duration", "write it as in 5m, 6h or 30d") from None
