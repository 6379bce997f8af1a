"""When to alert: multi-window, multi-burn-rate alerts (SRE workbook, chapter "Alerting on SLOs").

An alert fires if a share of the error budget was spent within the long window. It must also hold over a short
window of a twelfth of that length, so that it ends soon after the trouble does.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from checker.burn_policies import GOOGLE_SRE, LEAST, SHORTER
from checker.units import format_duration

WINDOWS = tuple(sorted({length for _, long, _ in GOOGLE_SRE for length in (long, long // SHORTER)}))
"""The lookbacks of all conditions, in seconds: 5m, 30m, 1h, 2h, 6h, 1d, 3d."""


class Pair(NamedTuple):
    """One condition: over both windows the burn rate exceeds ``rate``. At rate 1 the budget is spent exactly."""

    severity: str
    long: int
    short: int
    rate: Fraction


def pairs_of(window: int, allowed: Fraction) -> tuple[list[Pair], list[str]]:
    """The conditions for an SLO over ``window`` seconds with a share ``allowed`` of bad events, and why others are
    left out.

    Spending a share of the budget within a long window is a burn rate of share x window / long: 14.4, 6, 3 and 1
    for 30 days. Where it is so low that an alert would fire while the budget lasts, a ticket uses 1 instead, and a
    page is left out.
    """
    pairs, left_out = [], []
    for severity, long, share in GOOGLE_SRE:
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
                pairs.append(Pair(severity, long, long // SHORTER, rate))
    return pairs, left_out
