"""The comparison for a terminal."""

from __future__ import annotations

from checker.diff.change import Change, Direction, KeyChange
from checker.diff_reports import Comparison, headline
from checker.model import Location
from checker.reports.clean import line
from checker.reports.findings import paint, wrapped

_COLORS = {
    Direction.REMOVED: "1;31",
    Direction.LOOSENED: "1;31",
    Direction.CHANGED: "1;33",
    Direction.ADDED: "32",
    Direction.TIGHTENED: "32",
    Direction.REWORDED: "2",
}
_LABEL = 9


def render(comparison: Comparison, *, color: bool = False, width: int = 100) -> str:
    """The text, ending in a line feed. Weaker changes are marked with an exclamation mark."""
    answer = "1;31" if comparison.weaker else "1;32"
    lines = [paint(part, answer, color) for part in wrapped(line(headline(comparison)), "", "  ", width)]
    lines.append(line(f"base {comparison.base}"))
    lines.append(line(f"head {comparison.head}"))
    for change in comparison.changes:
        lines += ["", *_block(change, color, width)]
    return "\n".join(lines) + "\n"


def _block(change: Change, color: bool, width: int) -> list[str]:
    mark = "!" if change.weaker else " "
    kind = "" if change.kind == "promise" else f"{change.kind} "
    lines = wrapped(f"{mark} {change.direction} {line(kind + change.name)}", "", "      ", width)
    lines[0] = lines[0].replace(
        change.direction, paint(change.direction, _COLORS[change.direction], color), 1
    )
    if not change.weaker:
        lines[0] = "  " + lines[0].lstrip()
    place = "" if change.keys else _places(change.base_at, change.head_at)
    if place:
        lines += wrapped(line(place), f"    {'at':<{_LABEL}}", " " * (_LABEL + 6), width)
    if change.why:
        lines += wrapped(line(change.why), f"    {'why':<{_LABEL}}", " " * (_LABEL + 6), width)
    for key in change.keys:
        lines += _key(key, width)
    return lines


def _key(key: KeyChange, width: int) -> list[str]:
    mark = "!" if key.weaker else " "
    label = f"  {mark} {line(key.key)}"
    values = wrapped(
        f"{line(key.base) or 'none'} -> {line(key.head) or 'none'}", f"{label}: ", " " * 8, width
    )
    return [*values, *wrapped(line(f"{key.direction}: {key.why}"), " " * 8, " " * 10, width),
            *wrapped(line(_places(key.base_at, key.head_at)), " " * 8, " " * 10, width)]  # fmt: skip


def _places(base: Location | None, head: Location | None) -> str:
    """``old.yaml:3 -> new.yaml:4``; only one of them if the other is None."""
    return " -> ".join(f"{each.file}:{each.line}" for each in (base, head) if each is not None)
