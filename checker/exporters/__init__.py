"""Writes promises in the languages of other tools, one module per target, found by its name.

``checker export prometheus`` means the module ``prometheus`` here. A target defines:

``PURPOSE``
    What it writes, in a few words.
``export(objectives) -> Exported``
    Pure: the text, and what could not be written. The same objectives give the same text.

Targets never import each other.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any, NamedTuple


class Exported(NamedTuple):
    """The result of an export. ``text`` ends in a line feed; it is "" if nothing could be written."""

    text: str
    written: tuple[str, ...]
    """The names of the promises in ``text``."""
    skipped: tuple[tuple[str, str], ...] = ()
    """(name, reason) of each promise that was left out."""
    notes: tuple[str, ...] = ()
    """Remarks for a person about the written promises."""


@cache
def names() -> tuple[str, ...]:
    """The names of all targets, sorted; imports none of them."""
    return tuple(sorted(info.name for info in pkgutil.iter_modules(__path__)))


def find(name: str) -> Any:
    """The module of a target. Raises LookupError with the list of targets if there is none of that name."""
    if name not in names():
        raise LookupError(f"there is no target {name!r}; there are {', '.join(names())}")
    return importlib.import_module(f"{__name__}.{name}")
