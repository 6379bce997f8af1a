"""In a recording, one value has another shape. Some promises can then not be judged, but the run judges the others, and
never ends as if checker itself were to blame."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.cli import main

EXAMPLE = Path("slos/securebase")
LINES = [json.loads(line) for line in (EXAMPLE / "evidence.synthetic.jsonl").read_text().splitlines()]
SHAPES: list[Any] = [None, True, 5, -1, 1.5, 1e30, "x", "", [], [5], ["x"], [[1]], [{}], {}, {"x": 1}]
LEFT_OUT = "left out"
MOST_ITEMS = 4
"""Items of a list that are looked into: the others are like them."""


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of each value in a request or a response."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value[:MOST_ITEMS]):
            yield from paths(inner, (*path, number))


class Change(NamedTuple):
    """A value of one line, and what stands in its place; LEFT_OUT for nothing."""

    line: int
    path: tuple[str | int, ...]
    shape: Any


@st.composite
def changes(draw: st.DrawFn) -> Change:
    kinds: dict[tuple[str, str], list[int]] = {}
    for number, line in enumerate(LINES[1:], 1):
        kinds.setdefault((line["request"]["source"], line["request"]["operation"]), []).append(number)
    number = draw(st.sampled_from(kinds[draw(st.sampled_from(sorted(kinds)))]))
    path = draw(st.sampled_from(sorted(paths(LINES[number]), key=str)))
    return Change(number, path, draw(st.just(LEFT_OUT) | st.sampled_from(SHAPES)))


def changed(change: Change) -> str:
    """The example's evidence with one change."""
    lines = deepcopy(LINES)
    holder: Any = lines[change.line]
    for step in change.path[:-1]:
        holder = holder[step]
    if change.shape == LEFT_OUT:
        del holder[change.path[-1]]
    else:
        holder[change.path[-1]] = change.shape
    return "".join(f"{json.dumps(each)}\n" for each in lines)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recordings")


@settings(max_examples=60)
@given(change=changes())
def test_no_shape_of_a_recording_is_taken_for_a_defect(folder: Path, change: Change) -> None:
    replayed = folder / "evidence.jsonl"
    replayed.write_text(changed(change))
    report = folder / "report.json"
    code = main(["run", str(EXAMPLE), "--replay", str(replayed), "--quiet", "-f", f"json={report}"])
    # 1: the example holds a promise that is broken. 2: the recording is refused. 4: a promise ends in an ERROR. What
    # checker takes for a defect of its own is raised.
    assert code in (1, 2, 4)
    assert code == 2 or json.loads(report.read_text())["verdicts"]
