"""Findings at a node of a document."""

from __future__ import annotations

from checker.load.text.refusals import dotted
from checker.model import Document, Finding, Level, Location, Path


def finding_at(
    document: Document,
    path: Path,
    rule: str,
    level: Level,
    message: str,
    remedy: str,
    related: tuple[tuple[str, Location], ...] = (),
    *,
    key: bool = False,
) -> Finding:
    """A finding at the value at ``path``, or with ``key`` at its key; if the document lacks part of the path, at
    the last node that exists."""
    return Finding(rule, level, message, document.locate(path, key=key), dotted(path), remedy, related)
