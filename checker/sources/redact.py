"""Removes credentials from foreign text before it becomes evidence, a report or a message."""

from __future__ import annotations

import os
import re
from urllib.parse import quote

_SECRETS = re.compile(
    r"(?P<key>\b(?:AKIA|ASIA)[A-Z0-9]{12,})"
    # As written in a header, a parameter, a JSON or Python key, or an XML element.
    r"|(?P<param>(?i:token|signature|credential|secret|password|passwd|authorization"
    r"|(?:api|access|secret)[-_]?key)\\?[\"']?\s{0,9}[=:>]\s{0,9}\\?[\"']?(?i:(?:bearer|basic|token)\s{1,9})?)"
    r"[^\s&\"',<\\]+"
    # A password may contain @, and in practice even a slash; but what follows a port is a path.
    r"|(?P<user>://)(?:[^/\s\"':@]{1,128}:(?![0-9]+/)[^\s\"']{0,512}|[^/\s\"']{1,512})(?=@)"
)
_SECRET_VARIABLES = re.compile(r"SECRET|TOKEN|PASSWORD|ACCESS_KEY|API_KEY|CREDENTIAL", re.IGNORECASE)
_SHORTEST = 8
"""Characters. Shorter values would also match words that are not secret."""


def redact(text: str) -> str:
    """``text`` without credentials: keys, tokens, signed parameters, user names in URLs, and the values of
    environment variables that hold secrets, also in URL encoding."""
    for name, value in os.environ.items():
        if len(value) >= _SHORTEST and _SECRET_VARIABLES.search(name):
            for written in (value, quote(value, safe="")):
                text = text.replace(written, "[redacted]")
    return _SECRETS.sub(lambda found: (found["param"] or found["user"] or "") + "[redacted]", text)
