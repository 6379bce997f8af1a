"""Where the nodes of a document stand, kept as flat as they were read until somebody asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Marks(NamedTuple):
    """The places of what stands in a node, in the order of the text, as plain numbers.

    ``numbers`` holds for each node its line and its column, counted from 0; before them, in a mapping, those of its
    key; and after them, for a mapping or a list, where in ``numbers`` what follows its end begins. Those of what
    ``data`` holds begin at ``start``.
    """

    data: Any
    numbers: Sequence[int]
    start: int


Children = Mapping[str, "Place"] | Sequence["Place"] | None


class Place:
    """Where one node of a document begins. Lines and columns count from 1.

    ``children`` has the shape of the node: for a mapping, a dict from each key to the Place of its value; for a
    sequence, a list of Places; for a scalar, ``None``. A value of a mapping also knows where its key stands.
    Few of the places of a sound document are ever asked for, so they are made when they are.
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

    def with_children(self, children: Children) -> Place:
        """The same place, of a node that holds something else."""
        return Place(self.line, self.column, children, self.key_line, self.key_column)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place) and self._told() == other._told()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Place{self._told()!r}"

    def _told(self) -> tuple[int, int, Children, int, int]:
        return self.line, self.column, self.children, self.key_line, self.key_column

    def __reduce__(self) -> tuple[Any, ...]:
        return Place, (self.line, self.column, self._children, self.key_line, self.key_column)


def root_place(data: Any, numbers: Sequence[int]) -> Place:
    """The place of a document's root."""
    line, column, *end = numbers[:3]
    children = Marks(data, numbers, 3) if end and data.__class__ in _CONTAINERS else None
    return Place(line + 1, column + 1, children)


def _read(data: Any, numbers: Sequence[int], at: int) -> Children:
    """The places of what a mapping or a list holds."""
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


def _place(value: Any, numbers: Sequence[int], at: int, key_line: int, key_column: int) -> tuple[Place, int]:
    """The place of a node that is told of at ``at``, and where the next is."""
    line, column = numbers[at] + 1, numbers[at + 1] + 1
    if value.__class__ in _CONTAINERS:
        return Place(line, column, Marks(value, numbers, at + 3), key_line, key_column), numbers[at + 2]
    return Place(line, column, None, key_line, key_column), at + 2


_CONTAINERS = frozenset({dict, list})
