"""What the reader refuses, in words: the place, the fact, the remedy."""

from __future__ import annotations

from typing import Any, NoReturn

from yaml.events import MappingStartEvent

from checker.hidden import HIDDEN, can_be_shown
from checker.load.text.characters import SURROGATE, describe
from checker.load.text.yaml_scalars import Refused
from checker.model import Finding, Location, Path, Place

MOST_FINDINGS = 100
"""The most findings for one file; more would hide the first."""

NO_KEY = "?"
"""Stands for a key that is a mapping or a list, in the paths of findings below it."""


class EndOfReading(Exception):
    """Raised to stop reading the file."""


class Refusals:
    """The findings of one file. ``path`` is the current place of the reader: the steps to the current container.

    ``listed`` says that the document is a list of documents; ``broken`` holds the indices of its items with an
    error, or None for an error of the whole document.
    """

    def __init__(self, file: str) -> None:
        self.findings: list[Finding] = []
        self.path: list[str | int] = []
        self.listed = False
        self.broken: set[str | int | None] = set()
        self._file = file

    def report(
        self, why: Refused, mark: Any, step: str | int, related: tuple[tuple[str, Location], ...] = ()
    ) -> None:
        """Adds a finding at ``mark``, for the node at ``step`` in the current container."""
        path: Path = (*self.path, step)[1:]
        item: str | int | None = None
        if self.listed and path:
            item, path = path[0], path[1:]
        self.broken.add(item)
        self.add(why, mark.line + 1, mark.column + 1, path, related)

    def add(
        self,
        why: Refused,
        line: int,
        column: int,
        path: Path = (),
        related: tuple[tuple[str, Location], ...] = (),
    ) -> None:
        """Adds a finding. Raises EndOfReading after the last one that is reported."""
        place = Location(self._file, line, column)
        self.findings.append(
            Finding(why.rule, "error", why.message, place, dotted(path), why.remedy, related)
        )
        if len(self.findings) == MOST_FINDINGS:
            message = f"{MOST_FINDINGS} errors in this file; what follows was not read"
            self.findings.append(Finding("yaml-size", "error", message, place, "", "fix these first"))
            raise EndOfReading

    def stop(self, why: Refused, mark: Any) -> NoReturn:
        """Adds a finding and stops reading the file."""
        self.add(why, mark.line + 1, mark.column + 1)
        raise EndOfReading

    def key(self, event: Any, value: Any, earlier: Place | None) -> None:
        """Reports a key that is not text, a merge key, or a duplicate of the key at ``earlier``."""
        text, mark = event.value, event.start_mark
        if why := _why_no_key(text, value, not event.style):
            self.report(why, mark, text)
        if earlier is not None:
            message = f"the key {shown(text)} appears twice in this mapping"
            remedy = "delete one of the two; readers differ on which one counts"
            first = Location(self._file, earlier.key_line, earlier.key_column)
            self.report(Refused("yaml-duplicate-key", message, remedy), mark, text, (("first", first),))

    def complex_key(self, event: Any) -> None:
        """Reports a mapping or a list where a key is expected."""
        remedy = "write the key as text"
        if event.__class__ is MappingStartEvent and event.flow_style:
            remedy = "render the template before checking it, if this is one: '{{ … }}'"
        why = Refused("yaml-key", "a mapping or a list as a key; keys are text", remedy)
        self.report(why, event.start_mark, NO_KEY)

    def properties(self, event: Any, step: str | int) -> None:
        """Reports the anchor and the tag of a node."""
        if event.anchor is not None:
            message = f"{shown('&' + event.anchor)} is an anchor; anchors are not supported"
            remedy = "delete it, and write the value out where it is needed"
            self.report(Refused("yaml-anchor", message, remedy), event.start_mark, step)
        if event.tag is not None:
            message = (
                f"{shown(event.tag.replace('tag:yaml.org,2002:', '!!'))} is a tag; tags are not supported"
            )
            remedy = "delete it, or put the value in quotes if text is meant"
            self.report(Refused("yaml-tag", message, remedy), event.start_mark, step)

    def alias(self, event: Any, step: str | int) -> None:
        """Reports an alias."""
        name = _short(f"*{event.anchor}")
        message = f"{shown(name)} is an alias; aliases are not supported"
        remedy = f'write the value out, or "{name}" in quotes if text is meant'
        self.report(Refused("yaml-anchor", message, remedy), event.start_mark, step)

    def empty_block(self, event: Any, step: str | int) -> None:
        """Reports an empty folded block: most likely an unquoted threshold such as ``>5``."""
        remedy = 'write a threshold in quotes, as in "> 5"; delete the line if there is no text'
        why = Refused("yaml-ambiguous", "'>' begins a block of text here, but no text follows", remedy)
        self.report(why, event.start_mark, step)

    def hidden(self, event: Any, step: str | int) -> None:
        """Reports an invisible character that is written as an escape."""
        found = HIDDEN.search(event.value)
        if found is None:
            return
        if "\ud800" <= found.group() <= "\udfff":
            why = SURROGATE
        else:
            message = f"the invisible character {describe(found.group())} in an escape"
            why = Refused("yaml-character", message, "delete it")
        self.report(why, event.start_mark, step)


def _why_no_key(text: str, value: Any, plain: bool) -> Refused | None:
    if plain and text == "<<":
        remedy = "write the merged keys out, or put it in quotes if text is meant"
        return Refused("yaml-merge-key", "'<<' is a merge key; merge keys are not supported", remedy)
    if value is None and not text:
        return Refused("yaml-key", "a key is missing before the ':'", "write a key")
    if isinstance(value, str):
        return None
    what = "nothing" if value is None else "true or false" if isinstance(value, bool) else "a number"
    return Refused("yaml-key", f"the key {shown(text)} is {what}; keys are text", in_quotes(text))


def dotted(path: Path) -> str:
    """A path as messages show it: ``spec.criteria[0].target``."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{_visible(_short(step))}" for step in path)
    return "".join(steps).removeprefix(".")


def _visible(text: str) -> str:
    return text if can_be_shown(text) else text.encode("unicode_escape").decode("ascii")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def in_quotes(text: str) -> str:
    """The remedy that puts ``text`` in quotes."""
    if '"' in text or "\\" in text:
        return "put it in quotes: '" + text.replace("'", "''") + "'"
    return f'put it in quotes: "{text}"'


def shown(text: str) -> str:
    """User text in a message: quoted, escaped, and not too long."""
    return repr(_short(text))
