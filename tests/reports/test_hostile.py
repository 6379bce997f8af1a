"""What strangers wrote reaches no reader raw: no terminal, no CI log, no XML."""

from __future__ import annotations

import re
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given

from checker import reports
from checker.reports.table import render as table

from .builders import HOSTILE, every_text, texts
from .runner import commands

HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


@pytest.mark.parametrize("name", reports.names())
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_format_carries_a_hostile_text_on(name: str, text: str) -> None:
    rendered = reports.find(name).render(every_text(text))
    assert {each for each in rendered if unicodedata.category(each) in HIDDEN} <= {"\n"}
    assert re.search("##(?![# ])" if name == "markdown" else "##", rendered) is None
    meant = {"error", "warning", "notice"} if name == "github" else set()
    assert {each.name for each in commands(rendered)} == meant
    rendered.encode()


def unindented(text: str) -> list[str]:
    """What a reader takes for lines of the report; the rest of a longer one is indented."""
    return [each for each in text.split("\n") if not each.startswith(" ")]


@given(texts)
def test_no_text_adds_a_line_to_the_table(text: str) -> None:
    # Wide enough that nothing is wrapped: then only a forged line could add one.
    harmless = [each.split(" ")[0] for each in unindented(table(every_text("x"), width=10**6))]
    given = [each.split(" ")[0] for each in unindented(table(every_text(text or "x"), width=10**6))]
    assert len(given) == len(harmless)
    assert [each for each in given if each.isalpha() and each.isupper()][:10] == [
        each for each in harmless if each.isalpha() and each.isupper()
    ][:10]


@given(texts)
def test_no_text_reaches_a_terminal_or_a_log_as_a_command(text: str) -> None:
    for color in (False, True):
        rendered = re.sub(r"\x1b\[[0-9;]*m", "", table(every_text(text), color=color))
        assert {each for each in rendered if unicodedata.category(each) in HIDDEN} <= {"\n"}
        assert "##" not in rendered
        assert not any(each.strip().startswith("::") for each in rendered.split("\n"))


def test_markup_in_xml_is_text() -> None:
    rendered = reports.find("junit").render(every_text("]]><failure/><img>&lt;"))
    assert "<img>" not in rendered
    assert "]]>" not in rendered
    message = ElementTree.fromstring(rendered).find("testsuite/testcase/error")
    assert message is not None
    assert message.attrib["message"].endswith("]]><failure/><img>&lt;")
