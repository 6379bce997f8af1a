"""Reads YAML of other tools: like ``read_yaml``, but anchors, aliases and merge keys are allowed and expanded.

Everything else that ``read_yaml`` refuses is refused here too, and so is an alias of an unknown anchor or of a node
that contains it. A value that an alias repeats has the location of the original.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from checker.load.text.build import Builder
from checker.load.text.characters import decode
from checker.load.text.read_yaml import new_parser, read_yaml
from checker.load.text.refusals import EndOfReading
from checker.load.text.yaml_scalars import resolve
from checker.model import Document, Finding, Place

_MERGE = "<<"
_ACCEPTED = {"yaml-anchor", "yaml-merge-key"}


def read_foreign(text: bytes, file: str) -> tuple[tuple[Document, ...], tuple[Finding, ...]]:
    """The documents in the bytes of ``file``, and findings about them, as ``read_yaml`` returns them."""
    documents, findings = read_yaml(text, file)
    if not findings or any(each.rule not in _ACCEPTED for each in findings):
        return documents, findings
    content, _ = decode(text, file)
    builder = Builder(file, resolve)
    with suppress(EndOfReading):
        builder.read(_WrittenOut(new_parser(content).get_event).next)
    return tuple(map(_merged, builder.documents)), tuple(builder.refusals.findings)


class _WrittenOut:
    """A parser's events, with each alias replaced by the events of the anchored node."""

    def __init__(self, next_event: Callable[[], Any]) -> None:
        self._next = next_event
        self._waiting: list[Any] = []
        self._known: dict[str, list[Any]] = {}
        self._open: list[tuple[str, list[Any], int]] = []
        """Anchored nodes that are still being read: the anchor, the events so far, and the current depth within the
        node."""

    def next(self) -> Any:
        event = self._waiting.pop() if self._waiting else self._next()
        if isinstance(event, AliasEvent) and event.anchor in self._known:
            self._waiting += reversed(self._known[event.anchor])
            return self.next()
        anchor = getattr(event, "anchor", None)
        if anchor is not None and not isinstance(event, AliasEvent):
            self._open.append((anchor, [], 0))
            self._known.pop(anchor, None)
            event.anchor = None
        if isinstance(event, ScalarEvent) and event.value == _MERGE and not event.style:
            event.style = '"'
        self._record(event)
        return event

    def _record(self, event: Any) -> None:
        change = (
            1
            if isinstance(event, MappingStartEvent | SequenceStartEvent)
            else -1
            if isinstance(event, MappingEndEvent | SequenceEndEvent)
            else 0
        )
        still: list[tuple[str, list[Any], int]] = []
        for anchor, events, depth in self._open:
            events.append(event)
            if depth + change > 0:
                still.append((anchor, events, depth + change))
            else:
                self._known[anchor] = events
        self._open = still


def _merged(document: Document) -> Document:
    data, place = _merge(document.data, document.place)
    return Document(document.file, document.index, data, place)


def _merge(data: Any, place: Place) -> tuple[Any, Place]:
    """A node with its merge keys expanded: the mapping's own keys win, then those merged first."""
    children = place.children
    if isinstance(data, list) and isinstance(children, Sequence):
        pairs = [_merge(each, its) for each, its in zip(data, children, strict=True)]
        return [each for each, _ in pairs], place.with_children([its for _, its in pairs])
    if not isinstance(data, dict) or not isinstance(children, Mapping):
        return data, place
    both = {key: _merge(value, children[key]) for key, value in data.items()}
    for each, its in _merges(*both.pop(_MERGE, ({}, place))):
        for key, value in each.items():
            both.setdefault(key, (value, its[key]))
    return (
        {key: value for key, (value, _) in both.items()},
        place.with_children({key: its for key, (_, its) in both.items()}),
    )


def _merges(data: Any, place: Place) -> list[tuple[dict[str, Any], Mapping[str, Place]]]:
    """The mappings that a merge key names: one, a list of them, or none for any other value."""
    if isinstance(data, list) and isinstance(place.children, Sequence):
        return [pair for each, its in zip(data, place.children, strict=True) for pair in _merges(each, its)]
    if isinstance(data, dict) and isinstance(place.children, Mapping):
        return [(data, place.children)]
    return []
