"""The comparison for a pull request, in GitHub's Markdown: a table of weaker changes; the rest is collapsed.

All text from the files is foreign: Markdown, HTML, mentions, links and cell separators in it have no effect.
"""

from __future__ import annotations

from collections.abc import Iterable

from checker.diff.change import Change, KeyChange
from checker.diff_reports import Comparison, headline
from checker.model import Location
from checker.reports.clean import line, shorten
from checker.reports.markdown_text import code, inline

LONGEST = 300
"""The longest text shown, in characters."""
MOST_ROWS = 500
"""The most rows of one table: a comment may have at most 65,536 characters."""
MOST = 60_000
"""The most UTF-8 bytes of the whole text."""

_HEADING = ("| | What | Before | After | Why |", "|---|---|---|---|---|")


def render(comparison: Comparison) -> str:
    """The text, ending in a line feed."""
    mark = "⚠️" if comparison.weaker else "✅"
    lines = [f"### {mark} {_sentence(headline(comparison))}", ""]
    lines += [f"Base {_code(comparison.base)}, head {_code(comparison.head)}.", ""]
    weaker = [each for each in comparison.changes if each.weaker]
    rest = [each for each in comparison.changes if not each.weaker]
    lines += _table(weaker)
    if rest:
        lines += [
            "<details>",
            f"<summary>{len(rest)} that are no weaker</summary>",
            "",
            *_table(rest),
            "</details>",
            "",
        ]
    return _cut(lines)


def _cut(lines: list[str]) -> str:
    """The lines, cut to the size of a comment."""
    kept: list[str] = []
    size = 0
    for number, each in enumerate(lines):
        size += len(each.encode()) + 1
        if size > MOST:
            left = len(lines) - number
            kept += ["", f"{left} more lines are left out; `checker diff` prints them all.", ""]
            if "<details>" in kept and "</details>" not in kept:
                kept += ["</details>", ""]
            break
        kept.append(each)
    return "\n".join(kept).rstrip("\n") + "\n"


def _table(changes: Iterable[Change]) -> list[str]:
    rows = [row for change in changes for row in _rows(change)]
    if not rows:
        return []
    left = [f"{len(rows) - MOST_ROWS} more rows are left out.", ""] if len(rows) > MOST_ROWS else []
    return [*_HEADING, *rows[:MOST_ROWS], "", *left]


def _rows(change: Change) -> Iterable[str]:
    kind = "" if change.kind == "promise" else f"{_sentence(change.kind)} "
    named = f"**{change.direction}** | {kind}{_code(change.name)}"
    if not change.keys:
        yield f"| {named} | {_place(change.base_at)} | {_place(change.head_at)} | {_sentence(change.why)} |"
    for key in change.keys:
        yield _row(key, kind, change)


def _row(key: KeyChange, kind: str, change: Change) -> str:
    before, after = (
        f"{_code(text or 'none')}<br>{_place(place)}"
        for text, place in ((key.base, key.base_at), (key.head, key.head_at))
    )
    why = f"{key.why}; {change.why}" if change.why else key.why
    what = f"{kind}{_code(change.name)}<br>{_code(key.key)}"
    return f"| **{key.direction}** | {what} | {before} | {after} | {_sentence(why)} |"


def _place(location: Location | None) -> str:
    return "" if location is None else _code(f"{location.file}:{location.line}")


def _code(text: str) -> str:
    return code(shorten(line(text), LONGEST))


def _sentence(text: str) -> str:
    """A text by checker that may contain foreign names and reasons."""
    return inline(shorten(line(text), LONGEST))
