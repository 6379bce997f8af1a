"""Placeholders in foreign files: the window of a query, and variables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from checker.importers.written import Note
from checker.model import Location, Path

WINDOW = "{{.window}}"

_BRACKETED = re.compile(r"\[\s*window\s*(?=[\]:])")
_KEPTN = re.compile(r"\[\s*\$\{?(?:DURATION_SECONDS|DURATION|SLI_SECONDS)\}?s?\s*(?=[\]:])")
_SLOTH = re.compile(r"\{\{-?\s*\.window\s*-?\}\}")
_BRACED = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]{0,99})\}")
_DOLLAR = re.compile(r"\$(?:\{([A-Z][A-Z0-9_]{0,99})\}|([A-Z][A-Z0-9_]{0,99}))")
_NAMED = re.compile(r"\$(?:\{(\w{1,100})\}|(\w{1,100}))")


def windowed(query: str) -> str:
    """``query`` with the window placeholders of slo-generator, Sloth and Keptn written as ``{{.window}}``."""
    text = _KEPTN.sub(f"[{WINDOW}", _BRACKETED.sub(f"[{WINDOW}", query.strip()))
    return _SLOTH.sub(WINDOW, text)


def filled_in(data: Any, values: Mapping[str, str]) -> Any:
    """``data`` with ``${NAME}`` and ``$NAME`` replaced if ``values`` has the name."""
    if not values:
        return data
    match data:
        case str():
            return _NAMED.sub(lambda found: values.get(found[1] or found[2], found[0]), data)
        case dict():
            return {key: filled_in(value, values) for key, value in data.items()}
        case list():
            return [filled_in(value, values) for value in data]
    return data


def open_names(data: Any, *, braced: bool) -> list[str]:
    """The variables in ``data`` without a value: ``${NAME}`` and, unless ``braced``, ``$NAME``."""
    found: dict[str, None] = {}
    waiting = [data]
    while waiting:
        match waiting.pop():
            case str() as text:
                names = (
                    _BRACED.findall(text)
                    if braced
                    else [one or other for one, other in _DOLLAR.findall(text)]
                )
                found.update(dict.fromkeys(names))
            case dict() as below:
                waiting += below.values()
            case list() as below:
                waiting += below
    return sorted(found)


def told_open(names: Sequence[str], *, braced: bool, who: str, place: Location, at: Path) -> list[Note]:
    """A note about variables without a value, if there are any."""
    if not names:
        return []
    shown = [f"${{{name}}}" if braced else f"${name}" for name in names]
    are = "is" if len(names) == 1 else "are"
    message = f"{listed(shown)} {are} filled in by {who}, but not here"
    remedy = f"import with {' '.join(f'--set {name}=…' for name in names)}"
    return [Note(message, remedy, place, at, "warning")]


def listed(words: Sequence[str]) -> str:
    """``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
