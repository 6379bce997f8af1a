"""Reads a foreign document: values by key, with their locations, and the keys that were never read."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from checker.importers.written import RULE, Note
from checker.load.text.refusals import dotted
from checker.model import Document, Finding, Location, Path
from checker.spec.fields import show

MOST_KEYS = 12
"""How many of the keys that were not converted are named."""


_LEAVE = "ignore them, or write their equivalent by hand"


class Unreadable(Exception):
    """A part of a foreign document that cannot be converted."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class Node(NamedTuple):
    """A mapping in a foreign document. Keys that are read through it count as used; see ``left_over``."""

    document: Document
    path: Path
    data: dict[str, Any]
    used: set[Path]

    def place(self, key: str | None = None) -> Location:
        """The location of the mapping, or of one of its keys."""
        if key is None:
            return self.document.locate(self.path)
        return self.document.locate((*self.path, key), key=key in self.data)

    def refuse(self, key: str | None, message: str, remedy: str) -> Unreadable:
        """The exception that says why this cannot be converted."""
        path = self.path if key is None else (*self.path, key)
        return Unreadable(Finding(RULE, "error", message, self.place(key), dotted(path), remedy))

    def has(self, key: str) -> bool:
        return self.data.get(key) is not None

    def plain(self, key: str) -> Any:
        """The value as written, including everything below it; None if there is none. Counts as used."""
        self.used.add((*self.path, key))
        return self.data.get(key)

    def text(self, key: str) -> str:
        """A required text."""
        value = self.optional_text(key)
        if not value:
            what = "is missing" if self.data.get(key) is None else "is empty"
            raise self.refuse(key, f"{key!r} {what}", "write it")
        return value

    def optional_text(self, key: str) -> str:
        """A text, or "" if there is none."""
        value = self.plain(key)
        if value is not None and not isinstance(value, str):
            raise self.refuse(key, f"{key!r} must be text, but is {show(value)}", "put it in quotes")
        return (value or "").strip()

    def number(self, key: str) -> Fraction:
        """A required number; it may be in quotes."""
        value = self.plain(key)
        if value is None:
            raise self.refuse(key, f"{key!r} is missing", "write it")
        found = as_number(value)
        if found is None:
            raise self.refuse(key, f"{key!r} must be a number, but is {show(value)}", "write a number")
        return found

    def flag(self, key: str) -> bool | None:
        """true, false, or None if the key is absent."""
        value = self.plain(key)
        if value is not None and not isinstance(value, bool):
            raise self.refuse(
                key, f"{key!r} must be true or false, but is {show(value)}", "write one of the two"
            )
        return value

    def mapping(self, key: str) -> Node:
        """The mapping under ``key``; empty if there is none."""
        value = self.data.get(key)
        if value is not None and not isinstance(value, dict):
            raise self.refuse(key, f"{key!r} must be a mapping, but is {show(value)}", "write a mapping")
        return Node(self.document, (*self.path, key), value or {}, self.used)

    def each(self, key: str) -> list[Node]:
        """The mappings of the list under ``key``; none if there is no list."""
        value = self.data.get(key)
        if value is not None and not isinstance(value, list):
            raise self.refuse(key, f"{key!r} must be a list, but is {show(value)}", "write a list")
        for index, item in enumerate(value or ()):
            if not isinstance(item, dict):
                message = f"an item of {key!r} must be a mapping, but is {show(item)}"
                place = self.document.locate((*self.path, key, index))
                raise Unreadable(Finding(RULE, "error", message, place, "", "write a mapping"))
        return [
            Node(self.document, (*self.path, key, index), item, self.used)
            for index, item in enumerate(value or ())
        ]

    def texts(self, key: str) -> dict[str, str]:
        """A mapping of plain values, all as text: labels, annotations."""
        below = self.mapping(key)
        return {name: as_text(below, name) for name in below.data if below.data[name] is not None}

    def left_over(self) -> Iterator[tuple[Path, Location]]:
        """The keys below this mapping that have a value and were never read."""
        begun = {path[:length] for path in self.used for length in range(len(path) + 1)}
        yield from _left_over(self, self.path, self.data, begun)


def root(document: Document, data: Any = None, path: Path = ()) -> Node:
    """The document as a node, or the mapping ``data`` at ``path`` in it."""
    return Node(document, path, document.data if data is None else data, set())


def _left_over(node: Node, path: Path, data: Any, begun: set[Path]) -> Iterator[tuple[Path, Location]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        here: Path = (*path, key)
        if here in node.used or value in (None, "", {}, []):
            continue
        if here in begun:
            yield from _left_over(node, here, value, begun)
        else:
            yield here, node.document.locate(here, key=isinstance(key, str))


def as_number(value: Any) -> Fraction | None:
    """A number, or a text with only digits and a decimal point; None for anything else."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, str) and len(value) <= 40:
        whole, point, rest = value.strip().partition(".")
        if (whole + rest).isascii() and (whole + rest).isdecimal() and (rest or not point):
            return Fraction(value.strip())
    return None


def as_text(node: Node, key: str) -> str:
    """A plain value as text, in YAML's spelling."""
    value = node.plain(key)
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return str(value)
    raise node.refuse(key, f"{key!r} must be text, but is {show(value)}", "put it in quotes")


def note_of_left_over(node: Node, what: str) -> list[Note]:
    """A note with the keys that were not converted, if there are any. ``what`` names the object they belong to."""
    left = list(node.left_over())
    if not left:
        return []
    keys = ", ".join(dotted(path[len(node.path) :]) for path, _ in left[:MOST_KEYS])
    more = f" and {len(left) - MOST_KEYS} more" if len(left) > MOST_KEYS else ""
    return [Note(f"these keys of {what} were not imported: {keys}{more}", _LEAVE, left[0][1])]
