"""Documents: their data, the place of every node, and the findings about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from checker.model.place import Place

Path = tuple[str | int, ...]
"""The path from a document's root to a node: mapping keys and sequence indices."""


class Location(NamedTuple):
    """A place in a file. Lines and columns count from 1, as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed YAML document.

    ``data`` holds only dict (string keys), list, str, int, Decimal, bool and None. ``index`` counts the
    documents of one file (and the items of a top-level list) from 0.
    """

    file: str
    index: int
    data: Any
    place: Place

    @property
    def kind(self) -> str:
        """Its ``kind``; "" if that is missing or no text."""
        kind = self.data.get("kind") if isinstance(self.data, dict) else None
        return kind if isinstance(kind, str) else ""

    @property
    def name(self) -> str:
        """Its ``metadata.name``; "" if that is missing or no text."""
        # Not by a mapping pattern, which takes ten times as long: every document is asked for its name.
        about = self.data.get("metadata") if isinstance(self.data, dict) else None
        name = about.get("name") if isinstance(about, dict) else None
        return name if isinstance(name, str) else ""

    def locate(self, path: Path, *, key: bool = False) -> Location:
        """The location of the node at ``path``: of its value, or with ``key`` of its mapping key.

        If the document lacks a part of the path, such as a missing key, this is the location of the last node that
        exists.
        """
        place = self.place.find(path)
        if key and place.key_line and place is not self.place:
            return Location(self.file, place.key_line, place.key_column)
        return Location(self.file, place.line, place.column)


Level = Literal["error", "warning", "note"]


Origin = Literal["files", "rule", "broken-rule"]
"""What an error-level finding means for a release: the ``files`` are invalid, a ``rule`` is not satisfied, or a
rule could not be evaluated (``broken-rule``)."""


class Finding(NamedTuple):
    """One problem that a validation or a rule found: the place, the fact, and the remedy.

    ``related`` names other places that the message mentions, each with a phrase that says why. ``subject`` is the
    name of the promise or waiver that a rule judged, "" if the rule judged all of them.
    """

    rule: str
    level: Level
    message: str
    location: Location | None = None
    path: str = ""
    remedy: str = ""
    related: tuple[tuple[str, Location], ...] = ()
    subject: str = ""
    origin: Origin = "files"
