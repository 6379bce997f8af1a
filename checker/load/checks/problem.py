"""A problem of an objective, not yet located in a file."""

from __future__ import annotations

from typing import NamedTuple

from checker.model import Level


class Problem(NamedTuple):
    """A Finding without a location: ``key`` is the key of the objective that it is about."""

    rule: str
    level: Level
    key: str
    message: str
    remedy: str
