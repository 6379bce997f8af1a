"""The result of a comparison: what changed, in which direction, where, and why it counts as it does."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple, TypeVar

from checker.model import Location, Path

T = TypeVar("T")


class Direction(enum.StrEnum):
    """The direction in which a promise, or one of its keys, changed."""

    REMOVED = "removed"
    LOOSENED = "loosened"
    CHANGED = "changed"
    """Changed in a way that cannot be compared."""
    ADDED = "added"
    TIGHTENED = "tightened"
    REWORDED = "reworded"
    """Written differently with the same meaning."""


class Judged(NamedTuple):
    """One key that differs, with its direction and the reason.

    ``base`` and ``head`` are the meaning on each side, shown if the key is not written there. ``path`` leads from
    the promise to the key.
    """

    path: Path
    direction: Direction
    base: str
    head: str
    why: str


class KeyChange(NamedTuple):
    """One key that differs, as it is written on each side; the text is "" if the key is absent."""

    key: str
    direction: Direction
    base: str
    head: str
    why: str
    base_at: Location | None
    head_at: Location | None

    @property
    def weaker(self) -> bool:
        return self.direction in (Direction.LOOSENED, Direction.CHANGED)


class Change(NamedTuple):
    """The change of one promise, waiver, rule or connection.

    ``kind`` is ``promise`` or the kind of the document. ``base_at`` and ``head_at`` are its locations; one of them
    is None if it was added or removed.
    """

    kind: str
    name: str
    direction: Direction
    weaker: bool
    why: str
    keys: tuple[KeyChange, ...]
    base_at: Location | None
    head_at: Location | None


def both(show: Callable[[T], str], base: T, head: T) -> tuple[str, str]:
    """Both values as text."""
    return show(base), show(head)


def others(base: Any, head: Any, known: Collection[str], path: Path) -> Iterator[Judged]:
    """The fields outside ``known`` in which two named tuples differ: for none of them is it known which is stricter."""
    for name, one, other in zip(base._fields, base, head, strict=True):
        if name not in known and one != other:
            why = "it is not known which of the two is stricter"
            yield Judged((*path, name), Direction.CHANGED, str(one), str(other), why)


def overall(keys: tuple[KeyChange, ...]) -> Direction:
    """The direction of a change that consists of ``keys``: the weakest of their directions."""
    directions = {each.direction for each in keys}
    return next(
        each
        for each in (Direction.LOOSENED, Direction.CHANGED, Direction.TIGHTENED, Direction.REWORDED)
        if each in directions
    )
