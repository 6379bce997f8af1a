"""Explains YAML syntax errors to the author: the place, the fact, the remedy.

A parser names the grammar rule that failed, but the author wants to know which character to change, so the line
itself is examined. libyaml and PyYAML's own parser word their errors differently but agree on the places; the table
below matches both. The modules that examine lines are imported only when there is an error, which is rare.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import yaml

from checker.load.text.characters import SURROGATE
from checker.model import Finding, Location

if TYPE_CHECKING:
    from checker.load.text.yaml_scene import Scene, Told


class Explained(NamedTuple):
    """The finding for a syntax error, and the mended text if quotes mend it."""

    finding: Finding
    mended: str | None


_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: |$)", re.MULTILINE)


def explain(error: yaml.YAMLError, text: str, file: str) -> Explained:
    """The finding for ``error``, which a parser raised on ``text``."""
    from checker.load.text.yaml_scene import Scene, Spot, Told, mended, spot_of, unknown
    from checker.load.text.yaml_values import quote_above

    lines = text.split("\n")
    problem, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    at, start = spot_of(problem or context, lines), spot_of(context or problem, lines)
    words = f"{getattr(error, 'context', None) or ''}; {getattr(error, 'problem', None) or error}"
    scene = Scene(lines, at, start, words)
    conflict = _CONFLICT.search(text)
    if conflict:
        explained = Told(
            Spot(text.count("\n", 0, conflict.start()), 0),
            "a merge conflict that is not resolved",
            "keep one of the two sides, and delete the marker lines",
        )
    else:
        explained = quote_above(scene) or next(
            (tell(scene) for said, tell in _tellers() if said in words), unknown(scene)
        )
    place = Location(file, explained.spot.line + 1, explained.spot.column + 1)
    related: tuple[tuple[str, Location], ...] = ()
    if explained.related:
        related = (
            (
                explained.related[0],
                Location(file, explained.related[1].line + 1, explained.related[1].column + 1),
            ),
        )
    rule = SURROGATE.rule if explained.message == SURROGATE.message else "yaml-syntax"
    finding = Finding(rule, "error", explained.message, place, "", explained.remedy, related)
    return Explained(finding, mended(lines, *explained.quote) if explained.quote else None)


@cache
def _tellers() -> tuple[tuple[str, Callable[[Scene], Told]], ...]:
    """For each phrase in a parser's message, the function that explains the error; the first phrase found counts."""
    from checker.load.text import yaml_structure as structure
    from checker.load.text import yaml_values as values

    return (
        ("a block scalar", values.block_scalar),
        ("cannot start any token", values.no_token),
        ("found a tab", values.tab),
        ("mapping values are not allowed", structure.second_colon),
        ("could not find expected ':'", structure.no_colon),
        ("found unexpected ':'", structure.colon_in_brackets),
        ("quoted scalar; found unexpected", values.open_quote),
        ("quoted scalar", values.escape),
        ("scanning an alias", values.beginning),
        ("scanning an anchor", values.beginning),
        ("a tag;", values.beginning),
        ("tag handle", values.beginning),
        ("a directive", values.directive),
        ("incompatible YAML", values.directive),
        ("a flow sequence", structure.flow),
        ("a flow mapping", structure.flow),
        ("a block mapping", structure.block),
        ("a block collection", structure.block),
        ("node content", values.no_content),
        ("entries are not allowed", structure.list_on_line),
        ("keys are not allowed", lambda scene: values.beginning(scene, scene.at)),
        ("document start", structure.second_root),
    )
