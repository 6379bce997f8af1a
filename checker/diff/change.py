"""The values of a comparison: which way something changed, where, and why it counts as it does."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, fields
from typing import Any, NamedTuple, TypeVar

from checker.model import Location, Path

T = TypeVar("T")


class Direction(enum.StrEnum):
    """Which way a promise, or one key of it, changed."""

    REMOVED = "removed"
    LOOSENED = "loosened"
    CHANGED = "changed"
    """In a way that cannot be compared."""
    ADDED = "added"
    TIGHTENED = "tightened"
    REWORDED = "reworded"
    """Written otherwise, and the same."""


class Judged(NamedTuple):
    """One key that differs: which way, and why. ``base`` and ``head`` are what it means, for a key that is not
    written; ``path`` leads from the promise to the key."""

    path: Path
    direction: Direction
    base: str
    head: str
    why: str


@dataclass(frozen=True, slots=True)
class KeyChange:
    """One key that differs, as it is written on both sides; the text is "" where it is absent."""

    key: str
    direction: Direction
    base: str
    head: str
    why: str
    base_at: Location | None
    head_at: Location | None

    @property
    def weaker(self) -> bool:
        return self.direction in (Direction.REMOVED, Direction.LOOSENED, Direction.CHANGED)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one promise, waiver, rule or connection.

    ``kind`` is ``promise``, or the kind of the document. ``base_at`` and ``head_at`` are where it stands; one of
    them is None where it was added or removed.
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
    """The two as text."""
    return show(base), show(head)


def others(base: Any, head: Any, known: Collection[str], path: Path) -> Iterator[Judged]:
    """The fields of two dataclasses that differ and that nobody knows: none of them is provably stricter."""
    for each in fields(base):
        one, other = getattr(base, each.name), getattr(head, each.name)
        if each.name not in known and one != other:
            why = "it is not known which of the two is stricter"
            yield Judged((*path, each.name), Direction.CHANGED, str(one), str(other), why)


def overall(keys: tuple[KeyChange, ...]) -> Direction:
    """The direction of what consists of ``keys``: the weakest of theirs decides."""
    found = {each.direction for each in keys}
    return next(
        each
        for each in (Direction.LOOSENED, Direction.CHANGED, Direction.TIGHTENED, Direction.REWORDED)
        if each in found
    )
