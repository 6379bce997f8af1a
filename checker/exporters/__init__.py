"""What other tools read: the promises written in their language, one module a target, found by its name.

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
    """What a target made of the promises. ``text`` ends in a line feed; it is "" where nothing could be written."""

    text: str
    written: tuple[str, ...]
    """The names of the promises that are in it."""
    skipped: tuple[tuple[str, str], ...] = ()
    """(name, reason) of each that is not."""
    notes: tuple[str, ...] = ()
    """What a person should know of those that are."""


@cache
def names() -> tuple[str, ...]:
    """The names of all targets, sorted; imports none of them."""
    return tuple(sorted(info.name for info in pkgutil.iter_modules(__path__)))


def find(name: str) -> Any:
    """The module of a target. Raises LookupError, which lists those there are."""
    if name not in names():
        raise LookupError(f"there is no target {name!r}; there are {', '.join(names())}")
    return importlib.import_module(f"{__name__}.{name}")
