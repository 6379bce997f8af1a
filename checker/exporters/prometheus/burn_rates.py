"""When to alert: several windows and several burn rates (the SRE workbook, chapter "Alerting on SLOs").

An alert is about a share of the error budget that was spent within a long window, and about a short window of a
twelfth of it as well, so that it ends soon after the trouble does.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from checker.units import format_duration

WINDOWS = (300, 1800, 3600, 7200, 21600, 86400, 259200)
"""Seconds: 5m, 30m, 1h, 2h, 6h, 1d, 3d."""


class Pair(NamedTuple):
    """One condition: more than ``rate`` times the rate that spends the budget exactly, over both windows."""

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
"""Severity, long window, short window, and the share of the budget that is spent within the long one."""

LEAST = Fraction(9, 10)
"""The least burn rate that is alerted on as it is. A lower one would fire while the budget lasts: a ticket is
opened at 1 instead, and nobody is paged."""


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
