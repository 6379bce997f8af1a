"""What every finding has to be: a place, a fact and a remedy, in the words of those who write the files."""

from __future__ import annotations

import re

from checker.model import Finding

JARGON = re.compile(
    r"Input should|Value error|Field required|[Vv]alid (string|dictionary|list|integer)|Extra inputs|pydantic"
    r"|schema|regex|None of|NoneType|Decimal\(|Fraction|\bdict\b|\bstr\b|\bint\b|\bTrue\b|\bFalse\b|\{'"
)
"""Words of pydantic, of JSON Schema and of Python, which an author of YAML need not know."""


def complaint(finding: Finding) -> str:
    """What is wrong with the wording of a finding, or nothing."""
    if finding.location is None:
        return "it has no place"
    if not finding.message or not finding.remedy:
        return "it lacks the fact or the remedy"
    if finding.message.endswith("."):
        return "the fact ends with a full stop"
    found = JARGON.search(f"{finding.message}\n{finding.remedy}")
    return f"it says {found[0]!r}" if found else ""
