"""Writes a tree as JSON text that is safe for any terminal, log or encoding."""

from __future__ import annotations

import json
import re
from typing import Any

# Non-ASCII characters, which an encoding could change, and "##", which CI runners take for a command.
_HARMFUL = re.compile(r"[^\n -~]|##")


def json_text(tree: dict[str, Any]) -> str:
    """The JSON text: ASCII only, keys sorted, ending in a line feed."""
    return harmless(json.dumps(tree, ensure_ascii=False, indent=2, sort_keys=True)) + "\n"


def harmless(text: str) -> str:
    """The same JSON in ASCII, and without anything that a CI runner takes for a command."""
    return _HARMFUL.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    """The same string value in JSON escapes. Half a surrogate pair, which is no text, becomes U+FFFD."""
    text = found.group()
    if text == "##":
        return "#\\u0023"
    if "\ud800" <= text <= "\udfff":
        return "\\ufffd"
    escaped = json.encoder.encode_basestring_ascii(text)[1:-1]
    return escaped if escaped != text else f"\\u{ord(text):04x}"
