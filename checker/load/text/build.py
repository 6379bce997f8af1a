"""Builds documents from parser events: plain data and, beside it, the place of every node.

One pass without recursion. Constructs that are not in the JSON subset of YAML are reported where they stand, and
reading goes on, so that one run shows every mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from sys import intern
from typing import Any

from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from checker.load.text.refusals import NO_KEY, Refusals
from checker.load.text.yaml_scalars import AFTER_NUMBERS, SPECIAL_WORDS, Refused
from checker.model import Document, Place
from checker.model.place import Marks, root_place

DEEPEST = 32
"""Levels of nested mappings and lists."""
MOST_EVENTS = 120_000
"""The most keys, values and brackets in one file."""

_NOTHING = object()
"""The content of an empty document."""


class _Apart(str):
    """A refused key that equals only itself, so that its value is kept even if another key has the same text."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


_ITEM: Any = object()
"""Stands for the key if the next node is an item of a list."""


def _step(key: Any, data: Any, name: str) -> str | int:
    """The step of the path to the next node in ``data``; ``name`` is the node's text, used if it is a key."""
    if key is _ITEM:
        return len(data)
    return name if key is None else str(key)


class Builder:
    """Builds the documents and findings of one file as its events are read."""

    def __init__(self, file: str, resolve: Callable[[str], Any]) -> None:
        self.documents: list[Document] = []
        self.refusals = Refusals(file)
        self._file = file
        self._resolve = resolve
        self._index = 0
        self._roots: list[Any] = []
        self._outside: list[tuple[Any, list[int], Any, int]] = []
        """What to return to when a container ends, innermost last: the outer container, its marks, the key of the
        node after this container, and the index in its marks where the end of this container is noted."""
        self._marks: list[int] = []
        """The places in the current document; ``checker.model.place.Marks`` describes the order."""

    def read(self, next_event: Callable[[], Any]) -> None:
        """Reads the whole stream. Raises EndOfReading, and whatever the parser raises for a syntax error.

        ``key`` says where the next node goes: under that key, or _ITEM for the end of a list; None if the next node
        is itself a key. This is one long loop over local names, because it runs for every node of every file.
        """
        outside, path = self._outside, self.refusals.path
        data: Any = self._roots
        marks = self._marks
        key: Any = _ITEM
        for _ in range(MOST_EVENTS):
            event = next_event()
            kind = event.__class__
            if kind is ScalarEvent:
                mark, value, style = event.start_mark, event.value, event.style
                marks.append(mark.line)
                marks.append(mark.column)
                if not style:
                    doubtful = value < AFTER_NUMBERS or value in SPECIAL_WORDS
                elif style == '"':
                    doubtful = not value.isprintable()
                else:
                    doubtful = style == ">" and not value
                if doubtful or event.anchor is not None or event.tag is not None:
                    value = self._meaning(event, data, key)
                if key is None:
                    if value.__class__ is not str or value in data or (value == "<<" and not style):
                        key = self._refused_key(event, value, data, marks)
                    else:
                        key = intern(value)  # most files use the same keys
                elif key is _ITEM:
                    data.append(value)
                else:
                    data[key] = value
                    key = None
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                path.pop()
                data, marks_outside, key, end = outside.pop()
                marks[end] = len(marks)
                marks = marks_outside
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                data, marks = self._enter(event, data, marks, key)
                key = None if kind is MappingStartEvent else _ITEM
            elif kind is DocumentStartEvent:
                self._start_document(event)
                marks = self._marks
            elif kind is DocumentEndEvent:
                self._finish_document()
            elif kind is AliasEvent:
                key = self._alias(event, data, marks, key)
            elif kind is StreamEndEvent:
                return
        message = f"the file has more than {MOST_EVENTS:,} keys, values and brackets"
        self.refusals.stop(Refused("yaml-size", message, "split it into several files"), event.start_mark)

    def _meaning(self, event: Any, data: Any, key: Any) -> Any:
        """The value of a scalar that may be more than text; the bare text if it is refused."""
        text = event.value
        if event.anchor is not None or event.tag is not None:
            self.refusals.properties(event, _step(key, data, text))
        elif event.style == ">":
            self.refusals.empty_block(event, _step(key, data, text))
        elif event.style:
            self.refusals.hidden(event, _step(key, data, text))
        elif not text and data is self._roots:
            return _NOTHING
        else:
            value = self._resolve(text)
            if value.__class__ is not Refused:
                return value
            self.refusals.report(value, event.start_mark, _step(key, data, text))
        return text

    def _refused_key(self, event: Any, value: Any, data: dict[str, Any], marks: list[int]) -> str:
        """Reports a key that is invalid or duplicate, and returns the key under which its value is kept."""
        text, first = event.value, None
        if text in data:
            mapping = Place(0, 0, Marks(data, marks, self._outside[-1][-1] + 1))
            first = mapping.children[text]  # type: ignore[index]
        self.refusals.key(event, value, first)
        return text if first is None else _Apart(text)

    def _enter(self, event: Any, data: Any, marks: list[int], key: Any) -> tuple[Any, list[int]]:
        """Adds a new container to the current one, and returns it and the marks to fill."""
        is_mapping, mark, marks_outside = event.__class__ is MappingStartEvent, event.start_mark, marks
        inside: Any = {} if is_mapping else []
        marks.append(mark.line)
        marks.append(mark.column)
        then, step = None, key
        if key is _ITEM:
            then, step = _ITEM, len(data)
            data.append(inside)
        elif key is not None:
            data[key] = inside
        else:
            then, step = _Apart(NO_KEY), NO_KEY
            marks = []  # a container inside a key is not part of the document
            self.refusals.complex_key(event)
        if event.anchor is not None or event.tag is not None:
            self.refusals.properties(event, step)
        path = self.refusals.path
        if len(path) == DEEPEST:
            message = f"mappings and lists are nested more than {DEEPEST} levels deep"
            self.refusals.stop(Refused("yaml-depth", message, "nest less deeply"), mark)
        if not path:
            self.refusals.listed = not is_mapping
        path.append(step)
        self._outside.append((data, marks_outside, then, len(marks)))
        marks.append(0)
        return inside, marks

    def _alias(self, event: Any, data: Any, marks: list[int], key: Any) -> Any:
        """Reports an alias, puts None in its place, and returns the next ``key``."""
        name, mark = f"*{event.anchor}", event.start_mark
        self.refusals.alias(event, _step(key, data, name))
        marks.append(mark.line)
        marks.append(mark.column)
        if key is None:
            return _Apart(name)
        if key is _ITEM:
            data.append(None)
            return _ITEM
        data[key] = None
        return None

    def _start_document(self, event: Any) -> None:
        if event.tags:
            why = Refused("yaml-tag", "%TAG directives are not supported", "delete it, and the tags")
            self.refusals.stop(why, event.start_mark)
        self._marks = []
        self.refusals.broken.clear()
        self.refusals.listed = False

    def _finish_document(self) -> None:
        """Makes the Document, or one for each item of a top-level list."""
        root = self._roots.pop()
        place = root_place(root, self._marks)
        if isinstance(root, list):
            places: Any = place.children
            for item, (data, its_place) in enumerate(zip(root, places, strict=True)):
                self._add_document(data, its_place, item)
        elif root is not _NOTHING:
            self._add_document(root, place, None)

    def _add_document(self, data: Any, place: Place, item: int | None) -> None:
        broken = bool(self.refusals.broken & {None, item})
        if isinstance(data, dict):
            if not broken:
                self.documents.append(Document(self._file, self._index, data, place))
        elif not broken:
            subject = "the document" if item is None else "this item of the list of documents"
            what = "empty" if data is None else "a list" if isinstance(data, list) else "a single value"
            message = f"{subject} is {what}; a document is a mapping"
            why = Refused("yaml-document", message, "write it as lines of 'key: value'")
            self.refusals.add(why, place.line, place.column)
        self._index += 1
