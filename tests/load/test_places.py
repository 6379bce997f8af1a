"""Places made when they are asked for are those that PyYAML's own nodes have, and travel as they are."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from checker.load.text.read_yaml import read_yaml
from checker.model import Place
from checker.model.place import MANY

KEYS = st.from_regex(r"k[a-z]{0,5}", fullmatch=True)
TEXTS = st.text("abc é\n:", max_size=12)
VALUES = st.recursive(
    TEXTS | st.integers(-99, 99) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)


def told(node: yaml.Node, key: yaml.Node | None = None) -> Any:
    """A node of PyYAML as the place that is expected."""
    where = (node.start_mark.line + 1, node.start_mark.column + 1)
    of_key = (key.start_mark.line + 1, key.start_mark.column + 1) if key is not None else (0, 0)
    children: Any = None
    if isinstance(node, yaml.MappingNode):
        children = {each.value: told(value, each) for each, value in node.value}
    elif isinstance(node, yaml.SequenceNode):
        children = [told(each) for each in node.value]
    return Place(*where, children, *of_key)


@given(st.lists(DOCUMENTS, min_size=1, max_size=3), st.sampled_from([True, False, None]), st.booleans())
def test_places_are_those_of_the_nodes(contents: list[Any], flow: bool | None, wide: bool) -> None:
    text = yaml.safe_dump_all(contents, default_flow_style=flow, width=1000 if wide else 20)
    documents, findings = read_yaml(text.encode(), "x.yaml")
    assert findings == ()
    assert [each.place for each in documents] == [told(node) for node in yaml.compose_all(text)]


@given(st.lists(DOCUMENTS, min_size=1, max_size=3))
def test_the_items_of_a_list_of_documents_have_their_own_places(contents: list[Any]) -> None:
    text = yaml.safe_dump(contents)
    documents, _ = read_yaml(text.encode(), "x.yaml")
    root = yaml.compose(text)
    assert isinstance(root, yaml.SequenceNode)
    assert [each.place for each in documents] == [told(node) for node in root.value]


@given(DOCUMENTS, st.booleans())
def test_a_document_is_the_same_in_another_process(content: Any, looked_at: bool) -> None:
    text = yaml.safe_dump(content)
    (document,), _ = read_yaml(text.encode(), "x.yaml")
    if looked_at:
        document.locate(tuple(content))
    assert pickle.loads(pickle.dumps(document)) == document
    assert pickle.loads(pickle.dumps(document)).place == told(yaml.compose(text))


def paths(place: Place) -> Iterator[tuple[tuple[str | int, ...], Place]]:
    """Each node at or below ``place``, by its path."""
    yield (), place
    children = place.children or ()
    for step, child in children.items() if isinstance(children, dict) else enumerate(children):
        yield from (((step, *path), below) for path, below in paths(child))


@given(DOCUMENTS, st.sampled_from([range(0), range(MANY)]), st.booleans())
def test_a_place_is_found_by_its_path(content: Any, more: range, listed: bool) -> None:
    # More keys than MANY, or a list of more items.
    wide = {"kmany": [*more, deepcopy(content)]} if listed else {f"k{key}": 0 for key in more}
    content |= wide
    text = yaml.safe_dump(content)
    (document,), _ = read_yaml(text.encode(), "x.yaml")
    for path, place in paths(told(yaml.compose(text))):
        assert document.place.find(path) == place
        assert document.place.find((*path, "none", 0)) == place
        assert document.locate(path)[1:] == (place.line, place.column)
        of_key = (place.key_line, place.key_column) if place.key_line else (place.line, place.column)
        assert document.locate(path, key=True)[1:] == of_key


def test_places_of_many_children_are_made_once() -> None:
    (document,), _ = read_yaml(f"a: {{b: {list(range(MANY + 1))}}}".encode(), "x.yaml")
    place = document.place.find(("a", "b", MANY))
    assert (place.line, place.column) == (1, len(f"a: {{b: {list(range(MANY))}") + 2)
    assert document.place.find(("a", "b", MANY)) is place


@pytest.mark.parametrize(
    ("text", "line", "first"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, (1, 1)),
        ("b: {c: [1, {d: 2}]}\na: 1\n? {e: 1}\n: 2\n? [f]\n: 3\na: 4\n", 7, (2, 1)),
        ("c: *x\n*x : 1\n*x : 2\na: 1\na: 2\n", 5, (4, 1)),
        ("a: 1\na: 2\nb: 1\nb: 2\n", 4, (3, 1)),
        ("- x: 1\n- y: {a: 1, a: 2, b: 3, b: 4}\n", 2, (2, 19)),
    ],
)
def test_the_first_of_two_keys_is_found_whatever_was_refused_before_it(
    text: str, line: int, first: tuple[int, int]
) -> None:
    _, findings = read_yaml(text.encode(), "x.yaml")
    twice = [each for each in findings if each.rule == "yaml-duplicate-key"][-1]
    assert twice.location is not None
    assert twice.location.line == line
    assert twice.related[0][1][1:] == first
