"""A document as a tree that can be rearranged; each node remembers its place in the file.

A translation moves, renames and wraps nodes; a new node takes the place of the one that it was made from. So a
mistake that is found later still points at a line of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from checker.model import Document, Place

Mark = tuple[int, int]
"""A line and a column, both counted from 1."""


@dataclass(slots=True)
class Node:
    """A mapping (``dict`` of Nodes), a list (of Nodes) or a scalar; ``key`` is the place of its key, if it has one."""

    value: Any
    mark: Mark
    key: Mark | None = None

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.value, dict)

    def get(self, *steps: str) -> Node | None:
        """The node reached by these keys; None if one of them is missing."""
        node: Node | None = self
        for step in steps:
            node = node.value.get(step) if node is not None and isinstance(node.value, dict) else None
        return node

    def text(self, *steps: str) -> str:
        """The text reached by these keys; "" if there is none."""
        node = self.get(*steps)
        return node.value if node is not None and isinstance(node.value, str) else ""

    def items(self, key: str) -> Iterator[Node]:
        """The mappings in the list under ``key``."""
        listed = self.get(key)
        if listed is not None and isinstance(listed.value, list):
            yield from (each for each in listed.value if each.is_mapping)

    def pop(self, key: str) -> Node | None:
        """Removes the node under ``key`` and returns it; None if there is none."""
        return self.value.pop(key, None) if isinstance(self.value, dict) else None

    def rename(self, old: str, new: str) -> None:
        """Renames a key and keeps its position. Does nothing if it is missing, or if the new name exists already."""
        if isinstance(self.value, dict) and old in self.value and new not in self.value:
            self.value = {new if key == old else key: node for key, node in self.value.items()}

    def put(self, key: str, value: Any) -> Node:
        """Adds a key at the place of this mapping; a Node as its value keeps its own place."""
        node = value if isinstance(value, Node) else made(value, self.mark)
        self.value[key] = node
        return node

    def wrap(self, **others: Any) -> Node:
        """A mapping of ``others``, at the place of this node."""
        return replace(made(others, self.mark), key=self.key)


def made(value: Any, mark: Mark) -> Node:
    """A node for a plain value, with all of it at one place; Nodes within it keep their own places."""
    if isinstance(value, Node):
        return value
    if isinstance(value, dict):
        return Node({key: made(each, mark) for key, each in value.items()}, mark)
    if isinstance(value, list):
        return Node([made(each, mark) for each in value], mark)
    return Node(value, mark)


def unfold(document: Document) -> Node:
    """The document as a tree."""
    return _unfold(document.data, document.place)


def _unfold(data: Any, place: Place) -> Node:
    mark, key = (place.line, place.column), (place.key_line, place.key_column)
    node, children = Node(data, mark, key if all(key) else None), place.children
    if isinstance(data, dict) and isinstance(children, Mapping):
        node.value = {step: _unfold(each, children[step]) for step, each in data.items()}
    elif isinstance(data, list) and isinstance(children, Sequence):
        node.value = [_unfold(each, at) for each, at in zip(data, children, strict=True)]
    return node


def fold(node: Node, document: Document) -> Document:
    """``document`` with the tree as its content."""
    data, place = _fold(node, False)
    return replace(document, data=data, place=place)


def _fold(node: Node, keyed: bool = True) -> tuple[Any, Place]:
    key = (node.key or node.mark) if keyed else (0, 0)
    if isinstance(node.value, dict):
        folded = {step: _fold(each) for step, each in node.value.items()}
        places = {step: place for step, (_, place) in folded.items()}
        return {step: data for step, (data, _) in folded.items()}, Place(*node.mark, places, *key)
    if isinstance(node.value, list):
        listed = [_fold(each, False) for each in node.value]
        return [data for data, _ in listed], Place(*node.mark, [place for _, place in listed], *key)
    return node.value, Place(*node.mark, None, *key)
