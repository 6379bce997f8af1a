"""The comparisons that most fields use: by rank, as wording that changes no verdict, or as not comparable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from checker.diff.change import Direction, Judged
from checker.model import Objective, Path
from checker.units import CONFIRMED, format_duration

Rule = Callable[[Objective, Objective], Iterator[Judged]]


def unknown(name: str) -> Rule:
    """A field for which it is not known which value is stricter."""

    def judge(base: Objective, head: Objective) -> Iterator[Judged]:
        one, other = getattr(base, name), getattr(head, name)
        if one != other:
            why = "it is not known which of the two is stricter"
            yield Judged((key_of(name),), Direction.CHANGED, shown_as(one), shown_as(other), why)

    return judge


def changed(name: str, path: Path, why: str) -> Callable[[Any, Any], Iterator[Judged]]:
    """A field at ``path`` that has no stricter values; ``why`` says what a different value means."""

    def judge(base: Any, head: Any) -> Iterator[Judged]:
        one, other = getattr(base, name), getattr(head, name)
        if one != other:
            yield Judged(path, Direction.CHANGED, str(one), str(other), why)

    return judge


def wording(name: str, key: str) -> Rule:
    """A field that no verdict depends on."""

    def judge(base: Objective, head: Objective) -> Iterator[Judged]:
        one, other = getattr(base, name), getattr(head, name)
        if one != other:
            yield Judged((key,), Direction.REWORDED, shown_as(one), shown_as(other), "no verdict rests on it")

    return judge


def words(name: str, key: str) -> Rule:
    """Like ``wording``, unless a person confirms the promise: then the text is what they confirm."""

    def judge(base: Objective, head: Objective) -> Iterator[Judged]:
        one, other = getattr(base, name), getattr(head, name)
        if one != other and CONFIRMED in (base.target.unit, head.target.unit):
            why = "a person confirms these words"
            yield Judged((key,), Direction.CHANGED, shown_as(one), shown_as(other), why)
        else:
            yield from wording(name, key)(base, head)

    return judge


def ranked(name: str, key: str, ranks: tuple[Any, ...], weaker: str) -> Rule:
    """A field with few values, ``ranks``, ordered from the most lenient; ``weaker`` is the reason given for an
    earlier one."""

    def judge(base: Objective, head: Objective) -> Iterator[Judged]:
        one, other = getattr(base, name), getattr(head, name)
        if one == other:
            return
        if one not in ranks or other not in ranks:
            yield from unknown(name)(base, head)
        elif ranks.index(other) < ranks.index(one):
            yield Judged((key,), Direction.LOOSENED, shown_as(one), shown_as(other), weaker)
        else:
            yield Judged((key,), Direction.TIGHTENED, shown_as(one), shown_as(other), "stricter than it was")

    return judge


def key_of(name: str) -> str:
    """The key of a field in the files: ``min_samples`` is written ``minSamples``."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def duration(seconds: int | None) -> str:
    return "none" if seconds is None else format_duration(seconds)


def shown_as(value: Any) -> str:
    match value:
        case None | "" | ():
            return "none"
        case bool():
            return "true" if value else "false"
        case tuple():
            return ", ".join(map(shown_as, value))
        case _:
            return str(value)
