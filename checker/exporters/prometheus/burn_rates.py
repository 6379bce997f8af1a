"""When to alert: multi-window, multi-burn-rate alerts (SRE workbook, chapter "Alerting on SLOs").

An alert fires if a share of the error budget was spent within the long window. It must also hold over a short
window of a twelfth of that length, so that it ends soon after the trouble does.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from checker.units import format_duration

WINDOWS = (300, 1800, 3600, 7200, 21600, 86400, 259200)
"""Seconds: 5m, 30m, 1h, 2h, 6h, 1d, 3d."""


class Pair(NamedTuple):
    """One condition: over both windows the burn rate exceeds ``rate``. At rate 1 the budget is spent exactly."""

    severity: str
    long: int
    short: int
    rate: Fraction


TABLE = (
    ("page", 3600, 300, Fraction(2, 100)),
    ("page", 21600, 1800, Fraction(5, 100)),
    ("ticket", 86400, 7200, Fraction(10, 100)),
    ("ticket", 259200, 21600, Fraction(10, 100)),
)
"""Severity, long window, short window (seconds), and the share of the budget spent within the long window."""

LEAST = Fraction(9, 10)
"""The lowest burn rate that is used as it is.

A lower one would fire while the budget lasts. A ticket then uses 1 instead; a page is left out.
"""


def pairs_of(window: int, allowed: Fraction) -> tuple[list[Pair], list[str]]:
    """The conditions for an SLO over ``window`` seconds with a share ``allowed`` of bad events, and why others are
    left out.

    Spending a share of the budget within a long window is a burn rate of share x window / long: 14.4, 6, 3 and 1
    for 30 days.
    """
    pairs, left_out = [], []
    for severity, long, short, share in TABLE:
        what = f"no {severity} for {format_duration(long)}"
        rate = share * window / long
        if long >= window:
            left_out.append(f"{what}: the promise is about {format_duration(window)}")
        elif rate < LEAST and severity == "page":
            left_out.append(f"{what}: it would wake people while the budget lasts")
        else:
            rate = rate if rate >= LEAST else Fraction(1)
            if rate * allowed >= 1:
                highest = float(1 / allowed)
                left_out.append(
                    f"{what}: the burn rate {float(rate):.4g} is out of reach, {highest:.4g} is the highest"
                )
            else:
                pairs.append(Pair(severity, long, short, rate))
    return pairs, left_out
