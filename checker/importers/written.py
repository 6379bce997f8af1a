"""The result of an import: documents for checker, with notes about each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from checker.model import Finding, Level, Location, Path


@dataclass(frozen=True, slots=True)
class Options:
    """Settings that the files lack. ``window`` is in seconds, for formats that leave it to the caller; ``values``
    are the values of their placeholders."""

    window: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)


class Note(NamedTuple):
    """Something that could not be converted exactly. ``location`` is in the foreign file; ``at`` is the path in the
    written document where a comment says so. A warning changes what is promised, a note does not."""

    message: str
    remedy: str
    location: Location
    at: Path = ()
    level: Level = "note"
    told: bool = True
    """Whether it is also reported as a finding."""


class Disabled(NamedTuple):
    """An item of a document's list that checker cannot read: it is written as a comment, with the reason."""

    reason: str
    data: dict[str, Any]


class Written(NamedTuple):
    """A document for checker, and the place in a foreign file that it comes from."""

    data: dict[str, Any]
    origin: Location
    format: str
    notes: tuple[Note, ...] = ()
    disabled: tuple[Disabled, ...] = ()
    items: tuple[Location, ...] = ()
    """For SuccessCriteria, where each criterion comes from."""


class Converted(NamedTuple):
    """The result for the documents of a format. The findings are about what was not converted."""

    documents: tuple[Written, ...] = ()
    findings: tuple[Finding, ...] = ()


RULE = "import"


def finding(note: Note) -> Finding:
    """A note as a finding."""
    return Finding(RULE, note.level, note.message, note.location, "", note.remedy)


class Names:
    """The names used so far in one import, by kind."""

    def __init__(self) -> None:
        self._taken: set[tuple[str, str]] = set()

    def take(self, kind: str, *words: str) -> str:
        """A name made of ``words`` that no other document of the kind has."""
        wanted = name = slug("-".join(filter(None, words)))
        number = 1
        while (kind, name) in self._taken:
            number += 1
            name = f"{wanted[: 62 - len(str(number))].rstrip('-')}-{number}"
        self._taken.add((kind, name))
        return name


def slug(text: str) -> str:
    """``text`` as a name that every tool accepts: lower case, digits and hyphens, 63 characters at most."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text).lower()
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")[:63].strip("-") or "unnamed"


def without_empty(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """The keys whose value is not empty."""
    return {key: value for key, value in mapping.items() if value not in (None, "", {}, [], ())}


def by_location(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda each: (each.location or Location("", 0, 0), each.message))


def notes_of_percent(percent: Fraction, what: str, place: Location) -> list[Note]:
    """The note that a target below one percent may have been meant as a share. ``what`` names the target's owner."""
    if percent >= 1:
        return []
    message = f"{what} is in percent: this promises {float(percent):g} %"
    remedy = f"write {float(percent * 100):g} if a share was meant"
    return [Note(message, remedy, place, ("spec", "objectives"), "warning")]
