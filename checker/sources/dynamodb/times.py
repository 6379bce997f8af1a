"""Times as text: the ISO 8601 profile that items may use, as exact instants."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_FORMAT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?(Z|[+-][0-9]{2}:?[0-9]{2})"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(text: object, *, utc: bool = False) -> int | None:
    """The nanoseconds since the epoch that ``text`` states; None if it is not a complete time.

    The format is ``2026-01-31T12:00:00Z``: whole or fractional seconds, and the zone as Z or an offset. A time
    without a zone, or a date without a time, is not complete. With ``utc``, the zone must be UTC and the separator
    T, so that texts sort like their times.
    """
    found = _FORMAT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    date, clock, fraction, zone = found.groups()
    offset = "+00:00" if zone == "Z" else zone
    if utc and (offset not in ("+00:00", "+0000") or found[0][10] != "T"):
        return None
    try:
        moment = datetime.fromisoformat(f"{date}T{clock}{offset}")
    except ValueError:
        return None
    seconds = (moment - _EPOCH) // timedelta(seconds=1)
    return seconds * 10**9 + (int(fraction.ljust(9, "0")) if fraction else 0)


def iso(moment: int) -> str:
    """``moment`` (epoch seconds) as ``2026-01-31T12:00:00Z``. Raises ValueError outside the years 1 to 9999."""
    try:
        return (_EPOCH + timedelta(seconds=moment)).replace(tzinfo=None).isoformat() + "Z"
    except OverflowError:
        raise ValueError("the time lies outside the years 1 to 9999") from None


def shape(text: object) -> str:
    """The pattern of a text without its content: every digit a 9, every letter an a; at most 40 characters."""
    digits = re.sub(r"[0-9]", "9", str(text)[:40])
    return re.sub(r"[^\W\d_]", "a", digits)
