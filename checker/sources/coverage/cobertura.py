"""Reads Cobertura XML, as coverage.py, gcovr, and tools for Java and .NET write it."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element


class _Lines:
    """The lines of one source file, collected from its classes: which ran, and (branches taken, branches)."""

    def __init__(self) -> None:
        self.ran: dict[int, bool] = {}
        self.branches: dict[int, tuple[int, int]] = {}
        self.uncounted: set[int] = set()


def read_cobertura(root: Element) -> dict[str, Any]:
    """The counts of a report, as ``send`` records them. Raises ValueError."""
    if root.tag != "coverage" or root.find("packages") is None:
        raise ValueError(f"it is not a Cobertura report: its root is <{root.tag}>, without <packages>")
    files: dict[tuple[str, str], _Lines] = {}
    seen = 0
    for package in root.iterfind("packages/package"):
        for class_ in package.iterfind("classes/class"):
            path = class_.get("filename", "").replace("\\", "/")
            if not path:
                raise ValueError(f"the class {class_.get('name')!r} has no filename")
            seen += _add_class(files.setdefault((path, package.get("name", "")), _Lines()), class_, path)
    if (stray := sum(1 for _ in root.iter("line")) - seen) > 0:
        raise ValueError(
            f"{stray} <line> elements are not inside <packages>, <package>, <classes> and <class>"
        )
    rows = [[path, *_counts(lines)] for (path, _), lines in sorted(files.items(), key=lambda item: item[0])]
    stated = [root.get("lines-covered", ""), root.get("lines-valid", "")]
    return {
        "format": "cobertura",
        "files": rows,
        "uncounted": sum(len(lines.uncounted) for lines in files.values()),
        "stated": [int(text) for text in stated]
        if all(re.fullmatch("[0-9]{1,18}", text) for text in stated)
        else None,
        "writtenAt": _timestamp(root.get("timestamp", "")),
    }


def _add_class(lines: _Lines, class_: Element, path: str) -> int:
    """Adds the lines of one class, and returns how many <line> elements it has.

    Reports repeat a method's lines among the lines of its class. Two classes on the same line, such as a lambda and
    the method around it, each have branches of their own.
    """
    own = [_line(element, path) for element in class_.iterfind("lines/line")]
    inner = [_line(element, path) for element in class_.iterfind("methods/method/lines/line")]
    for number, hits, _, _ in own + inner:
        lines.ran[number] = lines.ran.get(number, False) or hits > 0
    listed = {number for number, *_ in own}
    for number, _, branching, taken in own + [line for line in inner if line[0] not in listed]:
        if taken is not None:
            before = lines.branches.get(number, (0, 0))
            lines.branches[number] = (before[0] + taken[0], before[1] + taken[1])
        elif branching:
            lines.uncounted.add(number)
    return len(own) + len(inner)


def _line(element: Element, path: str) -> tuple[int, int, bool, tuple[int, int] | None]:
    """A line's number, its hits, whether it branches, and (branches taken, branches) if that is stated."""
    number, hits = element.get("number", ""), element.get("hits", "")
    if not re.fullmatch("[0-9]{1,9}", number) or not re.fullmatch("[0-9]{1,18}", hits):
        raise ValueError(f"{path} has a line with number={number[:40]!r} and hits={hits[:40]!r}")
    conditions = element.get("condition-coverage")
    if conditions is None:
        return int(number), int(hits), element.get("branch", "").lower() == "true", None
    found = re.fullmatch(r"\s*[0-9.]{1,20}%\s*\(([0-9]{1,9})/([0-9]{1,9})\)\s*", conditions)
    if found is None or not int(found[1]) <= int(found[2]) or int(found[2]) == 0:
        raise ValueError(f"{path}:{number} has condition-coverage={conditions[:40]!r}, not as in '50% (1/2)'")
    return int(number), int(hits), True, (int(found[1]), int(found[2]))


def _counts(lines: _Lines) -> tuple[int, int, int, int]:
    taken, branches = (sum(pair[index] for pair in lines.branches.values()) for index in (0, 1))
    return sum(lines.ran.values()), len(lines.ran), taken, branches


def _timestamp(text: str) -> int | None:
    """Epoch seconds of a Cobertura timestamp; some tools write it in ms, some leave it at 0."""
    if not re.fullmatch("[0-9]{9,13}", text):
        return None
    return int(text) // (1000 if len(text) > 11 else 1) or None
