"""What is wrong with an objective, before it is known where that is written."""

from __future__ import annotations

from typing import NamedTuple

from checker.model import Level


class Problem(NamedTuple):
    """A Finding without its place: ``key`` is the key of the objective that it is about."""

    rule: str
    level: Level
    key: str
    message: str
    remedy: str
