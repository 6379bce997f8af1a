"""Parser events become documents: plain data and, beside it, the place of every node.

One pass without recursion. What the JSON subset of YAML has no word for is reported where it stands, and
reading goes on, so that one run shows every mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from sys import intern
from typing import Any, NamedTuple

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

from checker.load.text.refusals import NO_KEY, Frame, Refusals
from checker.load.text.yaml_scalars import BEGINS_NUMBER, SPECIAL_WORDS, Refused
from checker.model import Document, Place
from checker.model.place import Marks, root_place

DEEPEST = 32
"""Levels of mappings and lists in each other."""
MOST_EVENTS = 120_000
"""Keys, values and brackets of one file."""

_NOTHING = object()
"""The content of an empty document."""


class _Apart(str):
    """A refused key that stands beside another of the same text: none is lost while its mapping is read."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


class _Slot(NamedTuple):
    """Where the next node goes: under ``key`` in a mapping, whose key it is itself if there is none yet."""

    in_mapping: bool
    key: str | None

    def step(self, data: Any, name: str) -> str | int:
        """The step of a path that leads to the next node; ``name`` is what it is as a key."""
        if not self.in_mapping:
            return len(data)
        return name if self.key is None else self.key


class Builder:
    """The documents and findings of one file, which grow as its events are read."""

    def __init__(self, file: str, resolve: Callable[[str], Any]) -> None:
        self.documents: list[Document] = []
        self.refusals = Refusals(file)
        self._file = file
        self._resolve = resolve
        self._index = 0
        self._roots: list[Any] = []
        self._marks: list[int] = []
        """The places of the document that is being read; ``checker.model.place.Marks`` says in which order."""

    def read(self, next_event: Callable[[], Any]) -> None:
        """Reads the whole stream. Raises EndOfReading, and what the parser raises on a syntax error.

        One long loop over local names: every line of it runs for every node of every file.
        """
        stack = self.refusals.stack
        data: Any = self._roots
        marks = self._marks
        in_mapping, key = False, None
        for _ in range(MOST_EVENTS):
            event = next_event()
            kind = event.__class__
            if kind is ScalarEvent:
                mark, value, style = event.start_mark, event.value, event.style
                marks += (mark.line, mark.column)
                if (
                    (not style and (value in SPECIAL_WORDS or value[:1] in BEGINS_NUMBER))
                    or (style == '"' and not value.isprintable())
                    or (style == ">" and not value)
                    or event.anchor is not None
                    or event.tag is not None
                ):
                    value = self._meaning(event, data, _Slot(in_mapping, key))
                if not in_mapping:
                    data.append(value)
                elif key is not None:
                    data[key] = value
                    key = None
                elif value.__class__ is not str or value in data or (value == "<<" and not style):
                    key = self._refused_key(event, value, data, marks)
                else:
                    key = intern(value)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                marks[stack[-1].end] = len(marks)
                data, marks, in_mapping, key, _, _ = stack.pop()
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                data, marks = self._enter(event, data, marks, _Slot(in_mapping, key))
                in_mapping, key = kind is MappingStartEvent, None
            elif kind is DocumentStartEvent:
                self._start_document(event)
                marks = self._marks
            elif kind is DocumentEndEvent:
                self._finish_document()
            elif kind is AliasEvent:
                key = self._alias(event, data, marks, _Slot(in_mapping, key))
            elif kind is StreamEndEvent:
                return
        message = f"the file has more than {MOST_EVENTS:,} keys, values and brackets"
        self.refusals.stop(Refused("yaml-size", message, "split it into several files"), event.start_mark)

    def _meaning(self, event: Any, data: Any, slot: _Slot) -> Any:
        """What a scalar means that is not certainly text; just its text where it is refused."""
        text = event.value
        if event.anchor is not None or event.tag is not None:
            self.refusals.properties(event, slot.step(data, text))
        elif event.style == ">":
            self.refusals.empty_block(event, slot.step(data, text))
        elif event.style:
            self.refusals.hidden(event, slot.step(data, text))
        elif not text and data is self._roots:
            return _NOTHING
        else:
            value = self._resolve(text)
            if value.__class__ is not Refused:
                return value
            self.refusals.report(value, event.start_mark, slot.step(data, text))
        return text

    def _refused_key(self, event: Any, value: Any, data: dict[str, Any], marks: list[int]) -> str:
        """Reports a key that is none, or stands twice, and gives what its value is kept under."""
        text, first = event.value, None
        if text in data:
            mapping = Place(0, 0, Marks(data, marks, self.refusals.stack[-1].end + 1))
            first = mapping.children[text]  # type: ignore[index]
        self.refusals.key(event, value, first)
        return text if first is None else _Apart(text)

    def _enter(self, event: Any, data: Any, marks: list[int], slot: _Slot) -> tuple[Any, list[int]]:
        """Puts a new container into the one being read, and gives it and the marks to be filled."""
        is_mapping, mark, outside, waiting = (
            event.__class__ is MappingStartEvent,
            event.start_mark,
            marks,
            None,
        )
        inside: Any = {} if is_mapping else []
        marks += (mark.line, mark.column)
        step: str | int = NO_KEY
        if not slot.in_mapping:
            step = len(data)
            data.append(inside)
        elif slot.key is not None:
            step = slot.key
            data[slot.key] = inside
        else:
            waiting, marks = _Apart(NO_KEY), []  # what stands in a key is no part of the document
            self.refusals.complex_key(event)
        if event.anchor is not None or event.tag is not None:
            self.refusals.properties(event, step)
        stack = self.refusals.stack
        if len(stack) == DEEPEST:
            message = f"mappings and lists stand in each other more than {DEEPEST} levels deep"
            self.refusals.stop(Refused("yaml-depth", message, "nest less deeply"), mark)
        if not stack:
            self.refusals.listed = not is_mapping
        stack.append(Frame(data, outside, slot.in_mapping, waiting, step, len(marks)))
        marks.append(0)
        return inside, marks

    def _alias(self, event: Any, data: Any, marks: list[int], slot: _Slot) -> str | None:
        """Reports an alias, puts nothing in its place, and gives the key that then waits for its value."""
        name, mark = f"*{event.anchor}", event.start_mark
        self.refusals.alias(event, slot.step(data, name))
        marks += (mark.line, mark.column)
        if not slot.in_mapping:
            data.append(None)
        elif slot.key is None:
            return _Apart(name)
        else:
            data[slot.key] = None
        return None

    def _start_document(self, event: Any) -> None:
        if event.tags:
            why = Refused("yaml-tag", "%TAG directives are not read here", "delete it, and the tags")
            self.refusals.stop(why, event.start_mark)
        self._marks = []
        self.refusals.broken.clear()
        self.refusals.listed = False

    def _finish_document(self) -> None:
        """Makes the Document, or one of each item of a top-level list."""
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
