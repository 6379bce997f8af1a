"""Foreign text in GitHub's Markdown, shown as it is and without effect."""

from __future__ import annotations

import re

from checker.reports.clean import line


def code(text: str) -> str:
    """A name, a place or a query. An element instead of backticks, so that the same escapes work in a table."""
    return f"<code>{inline(text)}</code>"


# First, characters that begin markup within a line; then those that GitHub turns into links and the like. GitHub
# searches for the latter in the rendered text, after escapes and character references, so only an element between
# the characters prevents it.
_MARKUP = re.compile(
    r"[\\`*_\[\]~]|[<>&|]"
    r"|[@$]|(?<=/)/|(?<=www)\.|#(?=[0-9])|(?<=GH)-(?=[0-9])|:(?=[a-z+_-][a-z0-9+_-]*:)",
    re.IGNORECASE,
)
_REFERENCES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "&#124;"}


def inline(text: str) -> str:
    """Foreign text within a line or a cell, so that it is shown as it is and has no effect."""
    return _MARKUP.sub(_escape, line(text))


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    if character in _REFERENCES:
        return _REFERENCES[character]
    return f"\\{character}" if character in "\\`*_[]~" else f"<span>{character}</span>"
