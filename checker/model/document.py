"""Documents, and what is found about them: data, the place of every node, and findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from checker.model.place import Place

Path = tuple[str | int, ...]
"""The way from a document's root to a node: mapping keys and sequence indices."""


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
    def name(self) -> str:
        """Its ``metadata.name``; "" where that is no text."""
        match self.data:
            case {"metadata": {"name": str(name)}}:
                return name
        return ""

    def locate(self, path: Path, *, key: bool = False) -> Location:
        """The location of the node at ``path``: its value, or with ``key`` the mapping key naming it.

        A path that leads past what the document holds (a missing key) gives its last node that exists.
        """
        place = self.place
        mark = place.line, place.column
        for step in path:
            children = place.children
            if isinstance(children, dict) and step in children:
                place = children[step]
                mark = (place.key_line, place.key_column) if key else (place.line, place.column)
            elif isinstance(children, list) and isinstance(step, int) and step < len(children):
                place = children[step]
                mark = place.line, place.column
            else:
                break
        return Location(self.file, *mark)


Level = Literal["error", "warning", "note"]


Origin = Literal["files", "rule", "broken-rule"]
"""What an error-level finding makes of a release: ``files`` are invalid, a ``rule`` is not satisfied, or a
``broken-rule`` could not be judged."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a validation or a rule found: the place, the fact, and the remedy.

    ``related`` names the other places that the message speaks of, each with a word on why; ``subject`` is the
    promise or the waiver that a rule judged, "" for all of them.
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
