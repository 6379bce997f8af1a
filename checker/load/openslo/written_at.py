"""Finds the path of the node at a place in the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from checker.load.openslo.node import Mark
from checker.model import Document, Path, Place


class WrittenAt(NamedTuple):
    """The paths of a document's nodes, by the places of their values and of their keys."""

    lines: range
    values: dict[Mark, Path]
    keys: dict[Mark, Path]

    def path(self, mark: Mark, *, key: bool = False) -> Path:
        """The path of the node at ``mark``; () if there is none. With ``key``, places of keys are tried first."""
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        return first.get(mark, second.get(mark, ()))


def written_at(document: Document) -> WrittenAt:
    """The index of places for a document."""
    values: dict[Mark, Path] = {}
    keys: dict[Mark, Path] = {}

    def visit(place: Place, path: Path) -> None:
        values[place.line, place.column] = path
        if isinstance(place.children, Mapping):
            for step, inner in place.children.items():
                keys[inner.key_line, inner.key_column] = (*path, step)
                visit(inner, (*path, step))
        else:
            for index, inner in enumerate(place.children or ()):
                visit(inner, (*path, index))

    visit(document.place, ())
    lines = [line for line, _ in (*values, *keys)]
    return WrittenAt(range(min(lines), max(lines) + 1), values, keys)
