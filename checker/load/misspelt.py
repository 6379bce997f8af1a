"""Misspelt keys: which are, what they were meant to be, and the document as it was meant.

A misspelt key is one mistake, however many would follow from it. So it is reported once, and the document is
read on as if the key were spelt right: whatever else is wrong with it is still found, what refers to it finds it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from checker.load.expected import Expected
from checker.load.mistakes import Mistake
from checker.model import Document, Path, Place
from checker.spec.kinds import OPENSLO_KEYS_LATER

FORM_KEYS = ("total", "good", "bad", "formula", "metrics")
"""The keys that tell a ratio or a formula from a query."""


def closest(word: str, words: Iterable[str], likeness: float = 0.6) -> str | None:
    """The one of ``words`` that ``word`` was probably meant to be, if any is like enough."""
    folded = {candidate.lower(): candidate for candidate in words}
    found = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=likeness)
    return folded[found[0]] if found else None


def misspelt(data: Any, mistakes: Iterable[Mistake], expected: Expected) -> dict[Path, str]:
    """The keys that look like another: the path of each, and the key it was meant to be.

    A required key that is missing looks for the stranger most like it first; then each stranger that is left
    looks for the optional key most like it. No key is meant twice, and none that OpenSLO knows is misspelt.
    """
    openslo = str(data.get("apiVersion")).startswith("openslo/")
    right = OPENSLO_KEYS_LATER if openslo else frozenset[str]()
    found: dict[Path, str] = {}
    taken: set[Path] = set()
    for path in (mistake.path for mistake in mistakes if mistake.type == "missing"):
        parent, mapping = path[:-1], at(data, path[:-1])
        # An indicator without any of the keys that tell its form counts as a query; it may have meant another.
        wanted = ("source", *FORM_KEYS) if path[-2:] == ("indicator", "source") else (str(path[-1]),)
        for key in wanted:
            strangers = [
                name
                for name in (mapping if isinstance(mapping, dict) else ())
                if name not in expected.keys.get(parent, {})
                and name not in right
                and (*parent, name) not in found
            ]
            stranger = closest(key, strangers)
            if stranger is not None:
                found[(*parent, stranger)] = key
                taken.add((*parent, key))
    for path in (mistake.path for mistake in mistakes if mistake.type == "extra_forbidden"):
        parent, present = path[:-1], at(data, path[:-1])
        free = [
            name
            for name in expected.keys.get(parent, {})
            if name not in present and (*parent, name) not in taken
        ]
        meant = None if path in found or path[-1] in right else closest(str(path[-1]), free)
        if meant is not None:
            found[path] = meant
            taken.add((*parent, meant))
    return found


def mended(document: Document, wrong: Mapping[Path, str]) -> Document:
    """``document`` with the misspelt keys renamed, each still at the place where it is written."""
    data, place = document.data, document.place
    for path in sorted(wrong, key=len, reverse=True):
        data, place = _renamed(data, place, path, wrong[path])
    return replace(document, data=data, place=place)


def _renamed(data: Any, place: Place, path: Path, meant: str) -> tuple[Any, Place]:
    step: Any = path[0]
    rest, children = path[1:], cast(Any, place.children)
    if isinstance(data, list):
        inner, there = _renamed(data[step], children[step], rest, meant)
        return (
            [*data[:step], inner, *data[step + 1 :]],
            place._replace(children=[*children[:step], there, *children[step + 1 :]]),
        )
    if rest:
        inner, there = _renamed(data[step], children[step][1], rest, meant)
        return (
            {**data, step: inner},
            place._replace(children={**children, step: (children[step][0], there)}),
        )
    return (
        {meant if key == step else key: value for key, value in data.items()},
        place._replace(children={meant if key == step else key: each for key, each in children.items()}),
    )


def at(data: Any, path: Path) -> Any:
    """The node at ``path``, or None where there is none."""
    for step in path:
        if isinstance(data, dict) and step in data:
            data = data[str(step)]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data
