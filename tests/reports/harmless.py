"""What a reader of each medium would notice, and commands of which all output is looked at."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from checker.cli import main

from .runner import commands

PRINTABLE = (
    "::set-output name=result::PASSED ##[error]forged ##vso[task.complete] %0A::add-mask::x | PASS | <img src=x> "
    "</code></details> &lt; [a](javascript:b) ![c](d) @admin #12 `e` *f* __g__ ~~h~~ $i$ :white_check_mark: ]]> "
    "=cmd|' /C calc'!A0 https://evil.example/ www.evil.example a@evil.example {0} \\"
)
"""All that can be written in a YAML file as it is."""
CONTROL = (
    "\x1b[2K\x1b[1A\x9b2J\x00\x07\r\n::error::forged\n##[group]x\u2028::debug::y\u202eSSAP\u2066z\x85\u200b"
    "\U000e0041\ufeff\ud800"
)
"""What can only be written with escapes, or come from a source."""
HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
LEVELS = {"error", "warning", "notice"}
FORMATS = {
    "table": "table.txt",
    "json": "json.json",
    "junit": "junit.xml",
    "sarif": "sarif.json",
    "github": "github.txt",
    "html": "page.html",
    "markdown": "markdown.md",
}


# What a reader of each medium would notice


def assert_harmless(name: str, text: str) -> None:
    assert {each for each in set(text) if unicodedata.category(each) in HIDDEN} <= {"\n"}, name
    assert {each.name for each in commands(text)} <= (LEVELS if name == "github" else set()), name
    assert re.search("##(?![# ])" if name == "markdown" else "##", text) is None, name
    text.encode()
    MORE.get(name, lambda text: None)(text)


def _json(text: str) -> None:
    json.loads(text)
    assert text.isascii()


def _junit(text: str) -> None:
    for element in ElementTree.fromstring(text).iter():
        assert element.tag in {
            "testsuites", "testsuite", "testcase", "properties", "property", "failure", "error", "skipped",
            "system-out", "system-err",
        }  # fmt: skip


ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "h1", "h2", "p", "small", "span",
    "code", "a", "ul", "li", "dl", "dt", "dd", "div", "table", "thead", "tbody", "tr", "th", "td", "details", "summary",
    "svg", "rect",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "scope", "tabindex", "role",
    "aria-label", "aria-hidden", "open", "viewbox", "width", "height", "x",
}  # fmt: skip


def _html(text: str) -> None:
    class Page(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag in ELEMENTS, tag
            assert {name for name, _ in attrs} <= ATTRIBUTES, attrs
            assert all((value or "").startswith("#") for name, value in attrs if name == "href"), attrs

    Page(convert_charrefs=True).feed(text)


def _markdown(text: str) -> None:
    from .gfm import REFERENCES, read

    found = read(text)
    ours = re.compile(
        r"(heading|paragraph|table|thead|tbody|tr|th|td|bullet_list|list_item|strong)_(open|close) \w+"
        r"|html_inline  </?code>|html_block  (<details><summary>[\w, ()]+</summary>|</details>)|softbreak br",
    )
    assert [each for each in found.structure if not ours.fullmatch(each)] == []
    assert [each for each in found.runs if REFERENCES.search(each)] == []


MORE: dict[str, Callable[[str], None]] = {
    "json": _json,
    "sarif": _json,
    "junit": _junit,
    "html": _html,
    "markdown": _markdown,
}


class Judged:
    """Runs commands in a folder and looks at all that they print and write."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self.captured = captured

    def __call__(self, *arguments: str, kind: str = "text") -> tuple[int, str]:
        try:
            code = int(main(list(arguments)))
        except SystemExit as stop:
            code = int(stop.code or 0)
        told = self.captured.readouterr()
        assert_harmless(kind, told.out)
        assert_harmless("text", told.err)
        assert "Traceback" not in told.err
        return code, told.out

    def run(self, *arguments: str) -> tuple[int, dict[str, str]]:
        """``checker run`` with every format; its exit code and the reports."""
        code, _ = self("run", *arguments, *(f"--format={name}={file}" for name, file in FORMATS.items()))
        written = {}
        for name, file in FORMATS.items():
            written[name] = Path(file).read_text(encoding="utf-8") if Path(file).exists() else ""
            if written[name]:
                assert_harmless(name, written[name])
        return code, written

    def everything(self, *paths: str) -> None:
        """All that can be done with files without asking anybody."""
        self("validate", *paths)
        self("validate", "-f", "github", *paths, kind="github")
        self("validate", "-f", "sarif", *paths, kind="sarif")
        self("plan", *paths)
        code, told = self("plan", "-f", "json", *paths)
        if code == 0:
            assert_harmless("json", told)
