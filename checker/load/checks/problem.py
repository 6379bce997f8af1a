"""A finding in the making, while only the objective is known and not yet where it is written."""

from __future__ import annotations

from typing import NamedTuple

from checker.model import Level


class Problem(NamedTuple):
    """Which key of the objective it stands at, and what is said of it."""

    rule: str
    level: Level
    key: str
    message: str
    remedy: str
