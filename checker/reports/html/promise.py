"""One promise on the page: its row, and below it all there is to say about it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote
from xml.etree.ElementTree import Element

from checker.model import Objective, Verdict
from checker.reports.clean import line
from checker.reports.explain import ABSENT, explain, margin_text, target_of, value_text, window_text
from checker.reports.html.drawing import drawings
from checker.reports.html.elements import code, element, pairs
from checker.reports.severity import severity


def row(verdict: Verdict, anchor: str) -> Element:
    """The row of a promise, which leads to its details."""
    objective = verdict.objective
    link = element("a", line(objective.name), href=f"#{quote(anchor)}")
    name = element("th", link, "" if objective.gating else " *", scope="row")
    if objective.display_name:
        name.append(element("small", line(objective.display_name)))
    cells = (
        _number(value_text(verdict, verdict.value)),
        element("td", line(target_of(verdict).text)),
        _number(margin_text(verdict)),
        _number(window_text(verdict)),
        _number(ABSENT if verdict.samples is None else str(verdict.samples)),
    )
    return element("tr", element("td", _badge(verdict)), name, *cells)


def _number(text: str) -> Element:
    return element("td", line(text), class_="number")


def details(verdict: Verdict, anchor: str, fail_on_warn: bool) -> Element:
    """All there is to say about a promise, open if a reader has to see it."""
    objective = verdict.objective
    title = f": {line(objective.display_name)}" if objective.display_name else ""
    gate = "" if objective.gating else " (not gating)"
    summary = element("summary", _badge(verdict), " ", code(objective.name), f"{gate}{title}")
    loud = severity(verdict, fail_on_warn) in ("error", "warning")
    told = [element("p", line(objective.description))] if objective.description else []
    told.append(
        pairs([*explain(verdict), *_whose(objective), ("at", str(objective.location))], drawings(verdict))
    )
    # A browser unfolds what is folded to show the place that a link leads to; so the address is that of the content.
    content = element("div", *told, id=anchor)
    return element("details", summary, content, **({"open": "open"} if loud else {}))


def _badge(verdict: Verdict) -> Element:
    return element("span", verdict.outcome.value, class_=f"outcome {verdict.outcome.value}")


def _whose(objective: Objective) -> Iterator[tuple[str, str]]:
    """(label, text) pairs about the promise itself, for those who do not have its file."""
    for label, text in (
        ("owner", objective.owner),
        ("service", objective.service),
        ("severity", objective.severity),
        ("review by", objective.review_by),
    ):
        if text:
            yield label, text
