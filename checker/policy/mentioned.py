"""Which fields of their input the expressions of rules mention."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from checker.policy.inputs.made import Keys

_GAP = r"(?:\s|//.*+)*+"
"""White space and comments. (It gives nothing back: a name in a comment is no field.)"""

Mentioned = Mapping[str, Keys]
"""The mentioned fields of each variable; None, for all, if it is used as a whole, as in ``size(document)``."""
NOTHING: Keys = frozenset()


def mentioned(expressions: Iterable[str], variables: Sequence[str]) -> Mentioned:
    """What ``expressions`` mention. It may be too much, because texts and comments in an expression are searched
    too, but it is never too little."""
    # Looked ahead for, because what seems to be a comment may be part of a text, with other paths behind it.
    followed = rf"{_GAP}\.{_GAP}(\w++)(?!{_GAP}\()"
    path = re.compile(rf"\b({'|'.join(variables)})\b(?=(?:{followed})?)")
    found = {(variable, field) for expression in expressions for variable, field in path.findall(expression)}
    fields = {variable: frozenset(field for of, field in found if of == variable) for variable in variables}
    return {variable: None if "" in those else those for variable, those in fields.items()}
