"""The only place that reads the clock."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> int:
    """The current time in whole epoch seconds."""
    return int(datetime.now(UTC).timestamp())
