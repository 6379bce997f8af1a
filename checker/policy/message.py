"""The message of a rule: text with expressions in braces, whose values it shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from checker.policy.expression import parts

LONGEST_VALUE = 300
"""Characters of one value in a message."""
MOST_ITEMS = 10
"""Items of a list in a message."""


def quoted(message: str) -> tuple[str, ...]:
    """The expressions in a message."""
    return tuple(text for _, text, is_expression in parts(message) if is_expression)


def worded(message: str, values: Iterable[Any]) -> str:
    """A message with these values in the places of its expressions."""
    shown = map(_shown, values)
    return "".join(next(shown) if is_expression else text for _, text, is_expression in parts(message))


def _shown(value: Any) -> str:
    """A value as a message shows it."""
    match value:
        case None:
            shown = "nothing"
        case bool():
            shown = "true" if value else "false"
        case float():
            shown = f"{value:.6g}"
        case list():
            shown = ", ".join(_shown(each) for each in value[:MOST_ITEMS])
            shown += f" and {len(value) - MOST_ITEMS} more" if len(value) > MOST_ITEMS else ""
        case dict():
            shown = "a mapping"
        case _:
            shown = str(value)
    return shown if len(shown) <= LONGEST_VALUE else shown[:LONGEST_VALUE] + "..."
