"""What a Markdown parser makes of a report: its structure, and the text a reader sees."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import pytest

pytest.importorskip("markdown_it", reason="needs markdown-it-py[linkify], of the dev extras")

from markdown_it import MarkdownIt
from markdown_it.token import Token

NEUTRAL = ("<span>", "</span>")
"""Elements that only part the characters between which GitHub would see a link, a mention or a reference."""


class Read(NamedTuple):
    structure: list[str]
    """Every token's type and tag, raw HTML as it is."""
    texts: list[str]
    """The text of each paragraph, heading and cell."""
    runs: list[str]
    """Each run of text that no element parts: where GitHub looks for mentions and the like."""


@cache
def parser() -> MarkdownIt:
    """Tables, strikethrough, autolinks and raw HTML, as on GitHub; a bare ``a.md`` is no link there."""
    parsing = MarkdownIt("gfm-like")
    assert parsing.linkify is not None
    parsing.linkify.set({"fuzzy_link": False})
    return parsing


def read(markdown: str) -> Read:
    structure: list[str] = []
    texts: list[str] = []
    runs: list[str] = []
    for token in parser().parse(markdown):
        if token.type == "inline":
            _inline(token, structure, texts, runs)
        else:
            structure.append(_shape(token))
            assert token.type not in ("fence", "code_block"), "nothing in a report is a code block"
    return Read(structure, texts, runs)


def _inline(token: Token, structure: list[str], texts: list[str], runs: list[str]) -> None:
    text, run = "", ""
    for each in token.children or ():
        if each.type == "text":
            text += each.content
            run += each.content
            continue
        if each.type != "html_inline" or each.content not in NEUTRAL:
            structure.append(_shape(each))
        runs.append(run)
        run = ""
    texts.append(text)
    runs.append(run)


def _shape(token: Token) -> str:
    raw = token.content if token.type.startswith("html") else ""
    return f"{token.type} {token.tag} {raw}".strip()


REFERENCES = re.compile(r"@\w|#\d|GH-\d|://|www\.|.\$|\$.|:[a-z+_-][a-z0-9+_-]*:", re.IGNORECASE)
"""What GitHub makes a mention, a reference, a link, a formula or an emoji, where it stands in one run of text."""
