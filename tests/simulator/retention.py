"""What CloudWatch keeps, for how long, and how it rounds a time range.

Below one minute for 3 hours (high-resolution metrics only), one minute for 15 days, five minutes for 63 days,
one hour for 455 days. A period finer than what is still kept gives no data points, and no error.
"""

from __future__ import annotations

from math import ceil, floor
from typing import NamedTuple

HOUR = 3600
DAY = 24 * HOUR
SUB_MINUTE = (1, 5, 10, 20, 30)
LONGEST_PERIOD = DAY

_KEPT = ((3600, 455 * DAY), (300, 63 * DAY), (60, 15 * DAY), (1, 3 * HOUR))


class Span(NamedTuple):
    """A time range as CloudWatch reads it: [start, end) in periods that begin at ``start``.

    Periods that begin before ``oldest`` are no longer kept at this resolution.
    """

    start: int
    end: int
    period: int
    oldest: float


def valid_period(period: object) -> bool:
    return isinstance(period, int) and (
        period in SUB_MINUTE or (period > 0 and period % 60 == 0 and period <= LONGEST_PERIOD)
    )


def _resolution(moment: float, period: int, now: float) -> int:
    """To how many seconds a moment of the range is rounded: by its age, or by a period below a minute."""
    if period in SUB_MINUTE:
        return period
    age = now - moment
    return 60 if age <= 15 * DAY else 300 if age <= 63 * DAY else 3600


def span(start: float, end: float, period: int, now: float) -> Span:
    """The range that a request for [start, end) really reads.

    Start rounds down. What is kept is stamped with the start of its minute (five minutes, hour), so a minute
    belongs to the range when it begins before ``end``: the end rounds up.
    """
    at_start, at_end = _resolution(start, period, now), _resolution(end, period, now)
    kept = next(seconds for step, seconds in _KEPT if period % step == 0)
    return Span(floor(start / at_start) * at_start, ceil(end / at_end) * at_end, period, now - kept)
