"""Formats for a comparison: one module for each, found by its file name, with ``render(comparison) -> str``.

A format escapes foreign text for its own medium, and decides nothing.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from functools import cache
from typing import Any, NamedTuple

from checker.diff.change import Change, Direction

SHARED = frozenset({"words"})
"""The modules here that are not formats."""


class Comparison(NamedTuple):
    """The changes, and a description of what was compared.

    ``forbidden`` says that a weaker promise is an error in this comparison.
    """

    base: str
    head: str
    changes: tuple[Change, ...]
    forbidden: bool = False

    @property
    def weaker(self) -> int:
        """The number of weaker changes."""
        return sum(each.weaker for each in self.changes)


@cache
def names() -> tuple[str, ...]:
    """The names of all formats, sorted; imports none of them."""
    return tuple(sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name not in SHARED))


def find(name: str) -> Any:
    """The module of a format; ``name`` is one of ``names``."""
    return importlib.import_module(f"{__name__}.{name}")


def headline(comparison: Comparison) -> str:
    """The comparison in one sentence."""
    if not comparison.changes:
        return "nothing changed"
    counted = Counter(each.direction for each in comparison.changes)
    counts = ", ".join(f"{counted[each]} {each}" for each in Direction if counted[each])
    if not comparison.weaker:
        return f"nothing is weaker than before: {counts}"
    number = "1 change is" if comparison.weaker == 1 else f"{comparison.weaker} changes are"
    return f"{number} weaker than before, or may be: {counts}"
