"""Shows the backtest of past releases, as a table and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from checker import display
from checker.backtest import Flip, Release
from checker.backtest.past import Said
from checker.model import Exit
from checker.reports.clean import line
from checker.reports.json_text import json_text

COLUMNS = ("run", "at", "then", "now", "change")
WORDS = {
    "blocked": "WOULD HAVE BEEN BLOCKED",
    "let through": "WOULD HAVE BEEN LET THROUGH",
    "same": "same",
    "unknown": "unknown",
}


def table(releases: Sequence[Release]) -> str:
    """A row for each past run, oldest first; then the promises whose outcome changed in each, with the numbers."""
    from tabulate import tabulate

    rows = [
        [_names(each), display.moment(each.at), _exit(each.then), _exit(each.now), WORDS[each.change]]
        for each in releases
    ]
    lines = [tabulate(rows, COLUMNS, tablefmt="plain", disable_numparse=True)]
    for release in releases:
        if release.flips or release.untold or release.then is None:
            lines += ["", f"{_names(release)}", *_details(release)]
    return "\n".join([*lines, "", _sum(releases)]) + "\n"


def _names(release: Release) -> str:
    return line(" + ".join(release.names))


def _exit(code: Exit | None) -> str:
    return "-" if code is None else f"{'allowed' if code is Exit.PASSED else 'not allowed'} ({int(code)})"


def _details(release: Release) -> Iterator[str]:
    if release.then is None:
        yield "  nothing says what was decided then: name its report as well, or a commit with --base"
    for flip in release.flips:
        yield f"  {line(flip.promise)}: {_flip(flip)}"
    for promise, why in release.untold:
        yield f"  {line(promise)}: unknown: {why}"


def _flip(flip: Flip) -> str:
    then, now = flip.then, flip.now
    if then is None and now is not None:
        return f"new: {_said(now)}"
    if now is None and then is not None:
        return f"{_said(then)}; the promise no longer exists"
    assert then is not None
    assert now is not None
    gates = "" if then.gating == now.gating else f"; it {'gates' if now.gating else 'does not gate'} now"
    if then.value == now.value:
        target = f" against {line(then.target)}, now {line(now.target)}" if then.target != now.target else ""
        return f"{then.outcome} -> {now.outcome}: {line(now.shown) or 'nothing measured'}{target}{gates}"
    return f"{_said(then)} -> {_said(now)}{gates}"


def _said(said: Said) -> str:
    value = line(said.shown) or "nothing measured"
    return f"{said.outcome} ({value} against {line(said.target)})"


def _sum(releases: Sequence[Release]) -> str:
    count = Counter(release.change for release in releases)
    runs = "1 past run" if len(releases) == 1 else f"{len(releases)} past runs"
    parts = [f"{count[change]} {words}" for change, words in _SUMMED if count[change]]
    return f"{runs}: {', '.join(parts)}"


_SUMMED = (
    ("blocked", "would have been blocked"),
    ("let through", "would have been let through"),
    ("same", "decided the same"),
    ("unknown", "unknown"),
)


def as_json(releases: Sequence[Release], passed_over: Sequence[str] = ()) -> str:
    """The backtest as JSON: sorted keys, exact values as text. ``passed_over`` are files that belong to no run."""
    tree = {
        "schemaVersion": "1",
        "runs": [_release(release) for release in releases],
        "passedOver": list(passed_over),
    }
    return json_text(tree)


def _release(release: Release) -> dict[str, Any]:
    return {
        "files": list(release.names),
        "at": display.moment(release.at),
        "then": None if release.then is None else int(release.then),
        "now": None if release.now is None else int(release.now),
        "change": release.change,
        "flips": [
            {"promise": flip.promise, "then": _outcome(flip.then), "now": _outcome(flip.now)}
            for flip in release.flips
        ],
        "untold": [{"promise": promise, "reason": why} for promise, why in release.untold],
    }


def _outcome(said: Said | None) -> dict[str, Any] | None:
    if said is None:
        return None
    value = {"exact": said.value, "text": said.shown} if said.value else None
    return {"outcome": said.outcome, "gating": said.gating, "target": said.target, "value": value}
