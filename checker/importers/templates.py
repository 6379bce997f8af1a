"""What foreign files leave open in their texts: the window of a query, and names that stand for values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

WINDOW = "{{.window}}"

_BRACKETED = re.compile(r"\[\s*window\s*(?=[\]:])")
_KEPTN = re.compile(r"\[\s*\$\{?(?:DURATION_SECONDS|DURATION|SLI_SECONDS)\}?s?\s*(?=[\]:])")
_SLOTH = re.compile(r"\{\{-?\s*\.window\s*-?\}\}")
_BRACED = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]{0,99})\}")
_DOLLAR = re.compile(r"\$(?:\{([A-Z][A-Z0-9_]{0,99})\}|([A-Z][A-Z0-9_]{0,99}))")


def windowed(query: str) -> str:
    """``query`` with the windows of slo-generator, Sloth and Keptn written as ``{{.window}}``."""
    text = _KEPTN.sub(f"[{WINDOW}", _BRACKETED.sub(f"[{WINDOW}", query.strip()))
    return _SLOTH.sub(WINDOW, text)


def filled_in(data: Any, values: Mapping[str, str]) -> Any:
    """``data`` with ``${NAME}`` and ``$NAME`` replaced where ``values`` has the name."""
    if not values:
        return data
    match data:
        case str():
            return _DOLLAR.sub(
                lambda found: _value(found, values), _BRACED.sub(lambda found: _value(found, values), data)
            )
        case dict():
            return {key: filled_in(value, values) for key, value in data.items()}
        case list():
            return [filled_in(value, values) for value in data]
    return data


def _value(found: re.Match[str], values: Mapping[str, str]) -> str:
    name = next(group for group in found.groups() if group)
    return values.get(name, found[0])


def open_names(data: Any, *, braced: bool) -> list[str]:
    """The names in ``data`` that still stand for values, ``${NAME}`` or, unless ``braced``, also ``$NAME``."""
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
