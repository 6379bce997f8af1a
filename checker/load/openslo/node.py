"""A document as a tree that can be rearranged, each node remembering where it is written.

A translation moves, renames and wraps nodes; what it makes anew takes the place of what it was made from. So a
mistake that is found later still points at the file's own line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from checker.model import Document, Place

Mark = tuple[int, int]
"""A line and a column."""


@dataclass(slots=True)
class Node:
    """A mapping (``dict`` of Nodes), a list (of Nodes) or a scalar; ``key`` is where its key stands, if it has one."""

    value: Any
    mark: Mark
    key: Mark | None = None

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.value, dict)

    def get(self, *steps: str) -> Node | None:
        """The node at the end of some keys, or None where one of them is missing."""
        node: Node | None = self
        for step in steps:
            node = node.value.get(step) if node is not None and isinstance(node.value, dict) else None
        return node

    def text(self, *steps: str) -> str:
        """The text at the end of some keys; "" where there is none."""
        node = self.get(*steps)
        return node.value if node is not None and isinstance(node.value, str) else ""

    def items(self, key: str) -> Iterator[Node]:
        """The mappings in the list under a key."""
        listed = self.get(key)
        if listed is not None and isinstance(listed.value, list):
            yield from (each for each in listed.value if each.is_mapping)

    def pop(self, key: str) -> Node | None:
        """The node under a key, which is taken out."""
        return self.value.pop(key, None) if isinstance(self.value, dict) else None

    def rename(self, old: str, new: str) -> None:
        """Gives a key another name, in its place; nothing where it is missing, or the other is there."""
        if isinstance(self.value, dict) and old in self.value and new not in self.value:
            self.value = {new if key == old else key: node for key, node in self.value.items()}

    def put(self, key: str, value: Any) -> Node:
        """Adds a key, as if it were written where this mapping is; a Node keeps its own place."""
        node = value if isinstance(value, Node) else made(value, self.mark)
        self.value[key] = node
        return node

    def wrap(self, **others: Any) -> Node:
        """A mapping in the place of this node, with ``others``."""
        return replace(made(others, self.mark), key=self.key)


def made(value: Any, mark: Mark) -> Node:
    """A node for a plain value, all of which stands at one place; Nodes in it keep their own."""
    if isinstance(value, Node):
        return value
    if isinstance(value, dict):
        return Node({key: made(each, mark) for key, each in value.items()}, mark)
    if isinstance(value, list):
        return Node([made(each, mark) for each in value], mark)
    return Node(value, mark)


def unfold(document: Document) -> Node:
    """The tree of a document."""
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
