"""Where the nodes of a document stand. The places are stored as flat numbers and made into objects on demand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

MANY = 100
"""Children of one node. With more, their places are made once and kept: finding one after the other among the marks
would take the square of their number."""


class Marks(NamedTuple):
    """The places of the children of one mapping or list, as plain numbers in the order of the text.

    ``numbers`` is shared by the whole document; the entries for the children of ``data`` begin at index ``start``.
    Each node takes these entries: in a mapping first the line and column of its key, then its own line and column,
    then, if it is a mapping or a list itself, the index at which the entries after its children begin. Lines and
    columns count from 0.
    """

    data: Any
    numbers: Sequence[int]
    start: int


Children = Mapping[str, "Place"] | Sequence["Place"] | None


class Place:
    """Where one node of a document begins. Lines and columns count from 1.

    ``children`` has the shape of the node: a dict from key to the Place of its value for a mapping, a list of
    Places for a sequence, ``None`` for a scalar. The value of a mapping also knows where its key stands. Children
    are made only when they are asked for, because a sound document needs few of them.
    """

    __slots__ = ("_children", "column", "key_column", "key_line", "line")

    def __init__(
        self,
        line: int,
        column: int,
        children: Children | Marks = None,
        key_line: int = 0,
        key_column: int = 0,
    ) -> None:
        self.line = line
        self.column = column
        self.key_line = key_line
        self.key_column = key_column
        self._children = children

    @property
    def children(self) -> Children:
        if self._children.__class__ is Marks:
            self._children = _read(*self._children)
        return self._children  # type: ignore[return-value]

    def find(self, path: Sequence[str | int]) -> Place:
        """The place of the node at ``path`` from this one; if part of the path is missing, of the last node of it that
        exists. No other places are made on the way, unless it leads through many children."""
        if not path:
            return self
        if self._children.__class__ is Marks and (found := _find(path, *self._children)) is not None:
            return found
        step, children = path[0], self.children
        if isinstance(children, dict):
            child = children.get(step)
        elif isinstance(children, list) and isinstance(step, int) and step < len(children):
            child = children[step]
        else:
            child = None
        return self if child is None else child.find(path[1:])

    def with_children(self, children: Children) -> Place:
        """The same place with other children."""
        return Place(self.line, self.column, children, self.key_line, self.key_column)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place) and self._fields() == other._fields()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Place{self._fields()!r}"

    def _fields(self) -> tuple[int, int, Children, int, int]:
        return self.line, self.column, self.children, self.key_line, self.key_column

    def __reduce__(self) -> tuple[Any, ...]:
        return Place, (self.line, self.column, self._children, self.key_line, self.key_column)


def root_place(data: Any, numbers: Sequence[int]) -> Place:
    """The place of a document's root."""
    line, column, *end = numbers[:3]
    children = Marks(data, numbers, 3) if end and data.__class__ in _CONTAINERS else None
    return Place(line + 1, column + 1, children)


def _read(data: Any, numbers: Sequence[int], at: int) -> Children:
    """The places of the children of a mapping or list, whose entries in ``numbers`` begin at index ``at``."""
    if data.__class__ is dict:
        mapping: dict[str, Place] = {}
        for key, value in data.items():
            of_key = numbers[at] + 1, numbers[at + 1] + 1
            mapping[key], at = _place(value, numbers, at + 2, *of_key)
        return mapping
    listed: list[Place] = []
    for value in data:
        place, at = _place(value, numbers, at, 0, 0)
        listed.append(place)
    return listed


def _find(path: Sequence[str | int], data: Any, numbers: Sequence[int], at: int) -> Place | None:
    """The place of the node that ``path`` leads to from ``data``, or of the last that exists; None if none does, or if
    there are many nodes to pass by."""
    found = None
    for step in path:
        if data.__class__ in _CONTAINERS and len(data) > MANY:
            return None
        if data.__class__ is dict:
            children: Iterable[tuple[Any, Any]] = data.items()
            of_key = 2
        elif data.__class__ is list:
            children, of_key = enumerate(data), 0
        else:
            break
        for key, value in children:
            at += of_key
            if key == step:
                break
            at = numbers[at + 2] if value.__class__ in _CONTAINERS else at + 2
        else:
            break
        found = value, at, of_key
        data, at = value, at + 3
    if found is None:
        return None
    value, at, of_key = found
    key_mark = (numbers[at - 2] + 1, numbers[at - 1] + 1) if of_key else (0, 0)
    return _place(value, numbers, at, *key_mark)[0]


def _place(value: Any, numbers: Sequence[int], at: int, key_line: int, key_column: int) -> tuple[Place, int]:
    """The place of the node whose entries begin at index ``at``, and the index at which the next node's entries
    begin."""
    line, column = numbers[at] + 1, numbers[at + 1] + 1
    if value.__class__ in _CONTAINERS:
        return Place(line, column, Marks(value, numbers, at + 3), key_line, key_column), numbers[at + 2]
    return Place(line, column, None, key_line, key_column), at + 2


_CONTAINERS = frozenset({dict, list})
