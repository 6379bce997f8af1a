"""HTML elements. Text is escaped where the tree becomes text, so nothing can be forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from checker.reports.clean import line


def element(tag: str, *inside: Element | str, **attributes: str) -> Element:
    """An element with its content in order. ``class_`` means ``class``, and ``http_equiv`` means ``http-equiv``."""
    made = Element(tag, {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()})
    for each in inside:
        if not isinstance(each, str):
            made.append(each)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + each
        else:
            made.text = (made.text or "") + each
    return made


def text_of(page: Element) -> str:
    """The page as text. A stylesheet is the only text that is not escaped."""
    return ElementTree.tostring(page, encoding="unicode", method="html")


def code(text: str) -> Element:
    """A name, a place, a query or a digest, made harmless."""
    return element("code", line(text))


NO_DRAWINGS: Mapping[str, Element] = {}
CODES = frozenset({"asked", "at", "digest", "evidence", "path", "runbook", "see"})
"""Labels of texts that are shown as code."""


def pairs(given: Iterable[tuple[str, str]], drawings: Mapping[str, Element] = NO_DRAWINGS) -> Element:
    """Labels and texts. A label that comes again is written once; a drawing stands below the text of its label."""
    listed = element("dl")
    before = ""
    for label, text in given:
        if label != before:
            listed.append(element("dt", line(label)))
        drawn = [drawings[label]] if label in drawings and label != before else []
        listed.append(element("dd", code(text) if label in CODES else line(text), *drawn))
        before = label
    return listed


def table(columns: Sequence[str], rows: Iterable[Element]) -> Element:
    """A table with a heading; a narrow screen scrolls it by itself."""
    heading = element("tr", *(element("th", each, scope="col") for each in columns))
    whole = element("table", element("thead", heading), element("tbody", *rows))
    return element(
        "div", whole, class_="scrolls", tabindex="0", role="region", aria_label=f"table by {columns[0]}"
    )
