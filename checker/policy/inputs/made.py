"""Makes those fields of an input that are wanted.

A rule mentions few of the fields there are, and to make the others, and to convert them for CEL, would take longer
than the rules themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

Thing = TypeVar("Thing")
Makers = Mapping[str, Callable[[Thing], Any]]
"""How each field of a thing is made, in their order."""

Keys = Collection[str] | None
"""The fields that are wanted; None for all."""


def made(makers: Makers[Thing], thing: Thing, keys: Keys) -> dict[str, Any]:
    """The wanted fields of a thing; a key that it does not have is left out."""
    return {key: make(thing) for key, make in makers.items() if keys is None or key in keys}
