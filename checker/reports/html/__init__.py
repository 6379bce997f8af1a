"""The report as one HTML page, to open from a build's artifacts, to print, and to keep with the evidence.

The page stands alone: no script, no font, no picture and no link to anywhere else. Its content security policy
forbids the browser to load or run anything, so whatever a stranger wrote can only be text.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from checker import __version__, display
from checker.display import counted
from checker.model import Finding, Report, Verdict
from checker.reports import order
from checker.reports.clean import line
from checker.reports.explain import explain_finding
from checker.reports.headline import allowed, counts, headline
from checker.reports.html.elements import code, element, pairs, table, text_of
from checker.reports.html.promise import details, row
from checker.reports.severity import severity_of

COLUMNS = ("outcome", "promise", "measured", "target", "margin", "window", "samples")
STYLESHEET = Path(__file__).with_name("page.css")


def render(report: Report) -> str:
    """The page, ending in a line feed."""
    style = STYLESHEET.read_text(encoding="utf-8")
    answer, _, why = headline(report).partition(" - ")
    verdicts = order.verdicts(report.verdicts)
    body = element(
        "body",
        element(
            "header",
            element("h1", answer),
            element("p", why),
            element("p", f"judged at {display.moment(report.at)}", class_="quiet"),
            _counts(report),
            class_="allowed" if allowed(report) else "refused",
        ),
        element("main", *_promises(verdicts, report), *_findings(report), *_about(report)),
        element(
            "footer",
            element("p", f"Written by checker {__version__}. The JSON report has every number exactly."),
        ),
    )
    page = element("html", _head(f"{answer}, {display.moment(report.at)}", style), body, lang="en")
    return f"<!DOCTYPE html>\n{text_of(page)}\n"


def _head(title: str, style: str) -> Element:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", style),
    )


def _counts(report: Report) -> Element:
    """How many promises ended how."""
    chips = [
        element("li", f"{number} {outcome}", class_=f"outcome {outcome.value}")
        for outcome, number in counts(report, gating=True).items()
        if number
    ]
    if beside := sum(counts(report, gating=False).values()):
        chips.append(element("li", f"{beside} not gating", class_="outcome"))
    return element("ul", *chips, class_="counts")


def _promises(verdicts: Sequence[Verdict], report: Report) -> Iterator[Element]:
    """A row for each promise, and below all there is to say about each. Those that need a reader are open."""
    if not verdicts:
        return
    anchors = _anchors(verdicts)
    rows = [row(each, anchor) for each, anchor in zip(verdicts, anchors, strict=True)]
    yield element("h2", "Promises", id="promises")
    yield table(COLUMNS, rows)
    if any(not each.objective.gating for each in verdicts):
        yield element("p", "* reported, but not gating the release")
    yield element("h2", "Each promise", id="each-promise")
    for verdict, anchor in zip(verdicts, anchors, strict=True):
        yield details(verdict, anchor, report.fail_on_warn)


def _anchors(verdicts: Sequence[Verdict]) -> list[str]:
    """The name of each promise as the address of its place in the page; the second of a name gets a mark."""
    anchors: list[str] = []
    taken = {"promises", "each-promise", "findings", "rests-on"}
    for verdict in verdicts:
        anchor = line(verdict.objective.name).replace(" ", "_")  # an address has no spaces
        while anchor in taken:
            anchor += "~"
        taken.add(anchor)
        anchors.append(anchor)
    return anchors


def _findings(report: Report) -> Iterator[Element]:
    """What is wrong with the files, and what the rules say; notes are folded."""
    found = [(severity_of(each, report.fail_on_warn), each) for each in order.findings(report.findings)]
    loud = [_finding(level, each) for level, each in found if level != "note"]
    notes = [_finding(level, each) for level, each in found if level == "note"]
    if found:
        yield element("h2", "Findings", id="findings")
    if loud:
        yield element("ul", *loud, class_="findings")
    if notes:
        summary = element("summary", counted(len(notes), "note"))
        yield element("details", summary, element("ul", *notes, class_="findings"))


def _finding(level: str, finding: Finding) -> Element:
    place = (" at ", code(str(finding.location))) if finding.location else ()
    head = element(
        "p",
        element("span", level, class_=f"level {level}"),
        " ",
        code(finding.rule),
        *place,
        f": {line(finding.message)}",
    )
    more = list(explain_finding(finding))
    return element("li", head, *([pairs(more)] if more else []))


def _about(report: Report) -> Iterator[Element]:
    """What the answer rests on: the moment, the evidence, the settings, the files and the connections."""
    facts = [("judged at", display.moment(report.at))]
    if report.asked_at is not None:
        facts.append(("asked at", display.moment(report.asked_at)))
    facts += [
        (label, text)
        for label, text in (
            ("evidence", report.evidence_digest and f"sha256 {report.evidence_digest}"),
            ("judged by", report.base and f"the files of {report.base}, not those of the working folder"),
            ("environment", report.environment),
            ("selected", ", ".join(report.selected)),
            ("not selected", report.not_selected and counted(report.not_selected, "promise")),
            ("warnings", "count as failures" if report.fail_on_warn else ""),
            ("OpenSLO", "read strictly" if report.strict else ""),
        )
        if text
    ]
    facts += [(f"asked {name}", connected) for name, connected in report.connections]
    yield element("h2", "What the answer rests on", id="rests-on")
    yield pairs(facts)
    if report.documents:
        rows = [
            element("tr", element("td", code(file)), element("td", code(digest)))
            for file, digest in report.documents
        ]
        yield table(("file", "sha256"), rows)
