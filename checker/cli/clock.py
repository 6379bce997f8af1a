"""The one place that reads the clock."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> int:
    """The moment, in whole seconds since 1970."""
    return int(datetime.now(UTC).timestamp())
