"""The HTML page: what is on it, and what a real browser makes of it."""

from __future__ import annotations

import re
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from checker.cli import main
from checker.model import Budget, Evaluated, Evaluation, Outcome, Period
from checker.reports import order
from checker.reports.clean import line
from checker.reports.explain import explain, explain_finding
from checker.reports.html import render
from tests.browser import MISSING, NO_READER, opened, printed

from .builders import HOSTILE, every_text, report, verdict, whole

EXAMPLE = ("run", "slos/securebase", "--replay", "slos/securebase/evidence.synthetic.jsonl")
SHIPPED = "phase-4/error-rate"
"""A promise of the example that is kept, and so folded."""

needs_browser = pytest.mark.skipif(bool(MISSING), reason=MISSING)


class Page(HTMLParser):
    """The elements of a page, its addresses and links, and its text without the stylesheet."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] != "style":
            self.texts.append(data)

    def all(self, tag: str, attribute: str) -> list[str]:
        return [attributes.get(attribute) or "" for name, attributes in self.elements if name == tag]


def test_the_page_tells_everything_about_every_promise_and_finding() -> None:
    given = whole()
    told = Page(render(given)).texts
    for each in given.verdicts:
        wanted = [
            each.objective.name,
            each.objective.display_name,
            each.objective.owner,
            str(each.objective.location),
        ]
        wanted += [text for _, text in explain(each)]
        assert [text for text in wanted if text and not any(line(text) in part for part in told)] == []
    for finding in given.findings:
        wanted = [finding.message, finding.rule, *(text for _, text in explain_finding(finding))]
        assert [text for text in wanted if not any(line(text) in part for part in told)] == []
    for file, digest in given.documents:
        assert file in told
        assert digest in told
    assert f"sha256 {given.evidence_digest}" in told


def test_rows_come_in_the_order_of_every_report_and_lead_to_their_promise() -> None:
    given = whole()
    page = Page(render(given))
    links = [unquote(each.removeprefix("#")) for each in page.all("a", "href")]
    assert links == [each.objective.name.replace(" ", "_") for each in order.verdicts(given.verdicts)]
    assert [each for each in page.all("div", "id") if each] == links


def test_two_promises_of_one_name_have_two_addresses() -> None:
    page = Page(
        render(report(verdict(Outcome.FAIL), verdict(Outcome.FAIL), verdict(Outcome.FAIL, "findings")))
    )
    links = page.all("a", "href")
    assert len(set(links)) == 3
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)


def test_what_needs_a_reader_is_unfolded() -> None:
    given = whole()
    verdicts = order.verdicts(given.verdicts)
    folds = [attributes for tag, attributes in Page(render(given)).elements if tag == "details"]
    for each, attributes in zip(verdicts, folds, strict=False):
        loud = each.outcome not in (Outcome.PASS, Outcome.WAIVED)
        quiet = each.outcome is Outcome.WARN and not each.objective.gating
        assert ("open" in attributes) is (loud and not quiet), each.objective.name


def test_an_empty_report_is_not_allowed_either() -> None:
    page = render(report())
    assert "<h1>RELEASE: NOT ALLOWED (exit" in page
    assert 'class="refused"' in page
    assert "<table>" not in page


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    file = tmp_path / "report.html"
    assert main([*EXAMPLE, "-f", f"html={file}", "-q"]) == 1
    return file


@needs_browser
def test_a_browser_shows_the_page_and_has_nothing_to_complain_about(shipped: Path) -> None:
    page, console = opened(shipped)
    assert console == []
    assert Page(page).texts[:3] == Page(shipped.read_text(encoding="utf-8")).texts[:3]
    # The browser holds to the page's own policy: it complains about a stylesheet that is not ours.
    shipped.write_text(shipped.read_text(encoding="utf-8").replace("body {", "body  {"), encoding="utf-8")
    assert any("Content Security Policy" in each for each in opened(shipped).console)


@needs_browser
def test_a_link_to_a_folded_promise_unfolds_it(shipped: Path) -> None:
    def unfolded(page: str) -> bool:
        found = re.search(rf"<details([^>]*)><summary>[^/]*</span> <code>{SHIPPED}<", page)
        assert found is not None
        return "open" in found[1]

    assert not unfolded(opened(shipped).page)
    assert unfolded(opened(shipped, f"#{SHIPPED}").page)


@needs_browser
@pytest.mark.skipif(bool(NO_READER), reason=NO_READER)
def test_paper_has_what_is_folded_on_the_screen(shipped: Path) -> None:
    on_paper = " ".join(printed(shipped).split())
    assert "RELEASE: NOT ALLOWED (exit 1)" in on_paper
    assert "50 % left, 432 of 864 events, 21.6 of 43.2 min" in on_paper
    assert "confirmed by Priya Nair" in on_paper


@needs_browser
def test_nothing_that_strangers_write_is_more_than_text_in_a_browser(tmp_path: Path) -> None:
    script = (
        '<script>document.title="taken"</script><img src="x" onerror="document.title=1"><style>*{}</style>'
    )
    attack = (
        "".join(HOSTILE).replace("\0", "")
        + script
        + '"><svg onload="document.title=2">&lt;b&gt;</dd></details>'
    )
    shown = {}
    for name, text in (("attack", attack), ("plain", "plain")):
        file = tmp_path / f"{name}.html"
        file.write_text(render(every_text(text)), encoding="utf-8")
        page, console = opened(file)
        assert console == []
        shown[name] = [tag for tag, _ in Page(page).elements]
        assert "<title>RELEASE: " in page
    assert shown["attack"] == shown["plain"]


def test_the_page_is_whole_for_every_outcome_and_setting() -> None:
    given = whole()._replace(
        base="main (1a2b)",
        environment="prod",
        selected=("a/*",),
        not_selected=3,
        fail_on_warn=True,
        strict=True,
    )
    told = Page(render(given)).texts
    for text in (
        "the files of main (1a2b), not those of the working folder",
        "prod",
        "a/*",
        "3 promises",
        "count as failures",
        "read strictly",
    ):
        assert text in told, text


def test_an_error_budget_is_drawn_as_far_as_it_is_spent() -> None:
    budget = Budget(*(Fraction(1),) * 5, burn_rates=())

    def drawn(spent: Fraction) -> list[tuple[str, str]]:
        slo = verdict(Outcome.PASS, budget=budget._replace(spent=spent))
        elements = Page(render(report(slo))).elements
        return [(each["class"] or "", each["width"] or "") for tag, each in elements if tag == "rect"]

    assert drawn(Fraction(1, 4)) == [("whole", "200"), ("spent", "50")]
    assert drawn(Fraction(1, 1000)) == [("whole", "200"), ("spent", "1")]
    assert drawn(Fraction(0)) == [("whole", "200"), ("spent", "0")]
    assert drawn(Fraction(1)) == [("whole", "200"), ("spent", "200")]
    assert drawn(Fraction(7, 2)) == [("whole", "200"), ("over", "200")]


def test_the_latest_periods_are_drawn_oldest_first() -> None:
    evaluation = Evaluation(period=60, periods=3, datapoints=2)
    periods = (
        Period(0, Fraction(9), breaching=True, critical=False, counted=False),
        Period(60, Fraction(1), breaching=False, critical=False, counted=True),
        Period(120, None, breaching=False, critical=False, counted=True),
        Period(180, Fraction(9), breaching=True, critical=False, counted=True),
    )
    evaluated = Evaluated(evaluation, periods, breaching=1, missing=1, filled=0, worst=periods[3])
    page = Page(render(report(verdict(Outcome.PASS, evaluation=evaluated))))
    assert page.all("rect", "class") == ["missed older", "kept", "none", "missed"]
    assert page.all("rect", "x") == ["0", "8", "16", "24"]
