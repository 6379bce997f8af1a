"""Recognizes misspelt keys, and mends the document.

A misspelt key is one mistake, whatever would follow from it. So it is reported once, and the document is then read
as if the key were spelt correctly: other mistakes are still found, and references to the document still work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from checker.load.validation.expected import Expected
from checker.load.validation.misplaced import belongs
from checker.load.validation.mistakes import Mistake
from checker.model import Document, Path, Place


def closest(word: str, words: Iterable[str], likeness: float = 0.6) -> str | None:
    """The one of ``words`` that ``word`` was probably meant to be; None if none is similar enough.

    A word that differs by a single slip is preferred, and among those, two swapped letters.
    """
    folded, low = {candidate.lower(): candidate for candidate in words}, word.lower()
    slips = [candidate for candidate in folded if one_slip(low, candidate)]
    swapped = [candidate for candidate in slips if sorted(candidate) == sorted(low)]
    from difflib import get_close_matches

    found = get_close_matches(low, swapped or slips or folded, n=1, cutoff=0 if slips else likeness)
    return folded[found[0]] if found else None


SHOWN = 8
"""How many promises are listed if none resembles the name."""


def closest_promise(name: str, names: Iterable[str]) -> str | None:
    """The one of ``names`` that ``name`` probably means: with the document's part left out, or misspelt.

    None if ``name`` is the name of a document with several promises, because none of them is more likely.
    """
    known = list(names)
    ends = [each for each in known if each.endswith(f"/{name}")]
    if len(ends) == 1:
        return ends[0]
    return None if any(each.startswith(f"{name}/") for each in known) else closest(name, known)


def one_slip(word: str, meant: str) -> bool:
    """Whether the words are equal, or one letter is missing, added or wrong, or two neighbouring letters are
    swapped."""
    if abs(len(word) - len(meant)) > 1:
        return False
    begin = _shared(word, meant)
    word, meant = word[begin:], meant[begin:]
    end = _shared(word[::-1], meant[::-1])
    word, meant = word[: len(word) - end], meant[: len(meant) - end]
    return max(len(word), len(meant)) <= 1 or (len(word) == 2 and word == meant[::-1])


def _shared(one: str, other: str) -> int:
    """The length of the common prefix of two words."""
    shorter = min(len(one), len(other))
    return next((at for at in range(shorter) if one[at] != other[at]), shorter)


TWIN = 0.8
"""The similarity from which an unknown key counts as a second spelling of a key that is present."""


def misspelt(data: Any, mistakes: Iterable[Mistake], expected: Expected) -> dict[Path, str]:
    """The misspelt keys: the path of each, and the key that it was meant to be.

    First, each missing required key is matched with the most similar unknown key; then each remaining unknown key
    with the most similar optional key. No key is matched twice.
    """
    found: dict[Path, str] = {}
    taken: set[Path] = set()
    for path in (mistake.path for mistake in mistakes if mistake.type == "missing"):
        parent, mapping = path[:-1], at(data, path[:-1])
        if not isinstance(mapping, dict):
            continue
        known = expected.keys.get(parent, {})
        strangers = [name for name in mapping if name not in known and (*parent, name) not in found]
        likely = {closest(str(path[-1]), strangers): str(path[-1])}
        if None in likely and path[-2:] == ("indicator", "source"):
            # A mapping without any key that tells its form counts as a query, but may have been meant as another form.
            nested = [name for name in strangers if isinstance(mapping[name], dict)]
            likely = {closest(key, nested): key for key in ("good", "bad", "total", "metrics")}
            likely |= {closest("formula", set(strangers) - set(nested)): "formula"}
        for stranger, key in likely.items():
            if stranger is not None:
                found[(*parent, stranger)] = key
                taken.add((*parent, key))
    for path in (mistake.path for mistake in mistakes if mistake.type == "extra_forbidden"):
        parent, present = path[:-1], at(data, path[:-1])
        known = expected.keys.get(parent, {})
        free = [name for name in known if name not in present and (*parent, name) not in taken]
        right = path in found or belongs(data, path)
        meant = None if right else _closest_key(str(path[-1]), free)
        if meant is not None and closest(str(path[-1]), known, likeness=TWIN) in {None, *free}:
            found[path] = meant
            taken.add((*parent, meant))
    return found


def _closest_key(key: str, keys: Sequence[str]) -> str | None:
    """The one of ``keys`` that ``key`` was meant to be. A common prefix ("checker/") does not count as similarity."""
    prefix, slash, name = key.partition("/")
    start = prefix + slash
    if not slash or not any(each.startswith(start) for each in keys):
        return closest(key, keys)
    guess = closest(name, [each.removeprefix(start) for each in keys if each.startswith(start)])
    return start + guess if guess else None


def mended(document: Document, wrong: Mapping[Path, str]) -> Document:
    """``document`` with the misspelt keys renamed; each keeps its place in the file."""
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
            place.with_children([*children[:step], there, *children[step + 1 :]]),
        )
    if rest:
        inner, there = _renamed(data[step], children[step], rest, meant)
        return (
            {**data, step: inner},
            place.with_children({**children, step: there}),
        )
    return (
        {meant if key == step else key: value for key, value in data.items()},
        place.with_children({meant if key == step else key: each for key, each in children.items()}),
    )


def at(data: Any, path: Path) -> Any:
    """The node at ``path``; None if there is none."""
    for step in path:
        if isinstance(data, dict) and step in data:
            data = data[str(step)]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data
