"""What holds for every text: nothing is misread, nothing raises, every place lies in the text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from checker.hidden import can_be_shown
from checker.load.text import read_yaml as reader
from checker.load.text.characters import HIDDEN
from checker.load.text.read_yaml import read_yaml
from checker.model import Document, Location
from checker.model import Path as Steps

from .reading import FILE, data

PLAIN = st.text(
    st.characters(codec="utf-8").filter(lambda c: c in "\n\t" or HIDDEN.match(c) is None), max_size=20
)
NUMBERS = st.integers(-(10**60), 10**60) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | PLAIN
VALUES = st.recursive(
    SCALARS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(PLAIN, inside, max_size=4),
    max_leaves=12,
)
MAPPINGS = st.dictionaries(PLAIN, VALUES, max_size=4)


def exact(node: Any) -> Any:
    """A value with the Decimal of its text for every float."""
    if isinstance(node, dict):
        return {key: exact(value) for key, value in node.items()}
    if isinstance(node, list):
        return [exact(value) for value in node]
    return Decimal(repr(node)) if isinstance(node, float) else node


def typed(node: Any) -> Any:
    """A value in which 1, 1.0 and True differ."""
    if isinstance(node, dict):
        return {key: typed(value) for key, value in node.items()}
    return [typed(value) for value in node] if isinstance(node, list) else (type(node), node)


@given(
    MAPPINGS, st.booleans(), st.sampled_from([None, 0, 2, "\t"]), st.sampled_from(["slo.json", "slo.yaml"])
)
def test_what_json_dumps_is_read_back(value: Any, ascii_only: bool, indent: Any, file: str) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert typed(data(text, file)) == typed([exact(value)])


class Quoted(yaml.SafeDumper):
    """Dumps all text in quotes, and nothing as an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


Quoted.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


@given(MAPPINGS, st.booleans(), st.booleans(), st.sampled_from([20, 80, 10**6]))
def test_what_yaml_dumps_in_quotes_is_read_back(value: Any, unicode: bool, flow: bool, width: int) -> None:
    text = yaml.dump(value, Dumper=Quoted, allow_unicode=unicode, default_flow_style=flow, width=width)
    assert typed(data("---\n" + text)) == typed([exact(value)])


@given(st.dictionaries(PLAIN, PLAIN, min_size=1))
def test_what_yaml_dumps_without_quotes_is_read_back_or_refused(value: dict[str, str]) -> None:
    documents, findings = read_yaml(yaml.safe_dump(value, allow_unicode=True).encode(), FILE)
    assert [document.data for document in documents] == ([] if findings else [value])


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=9))
def test_a_decimal_keeps_every_digit(number: Decimal) -> None:
    ((document,), _) = read_yaml(f"a: {number:f}".encode(), FILE)
    assert f"{document.data['a']:f}" == f"{number:f}"


SEEDS = [
    "apiVersion: checker/v1\nspec:\n  list:\n    - name: a # b\n      target: '< 5 s'\n      list: [1, 2.5, {x: y}]\n",
    'a: |\n  text\n\n  more\nb: >-\n  folded\n  text\nc: "x\\n\\u00e4"\n---\n- d: 1\n-\n  e: [\n    1,\n    2 ]\n',
    '{"a": [1, 2.5e-3, {"b": "c\\u00e4\\ud83d\\ude00"}], "d": null}',
]
YAMLISH = st.text("ab01.-+:_ e{}[],#'\"\n\t&*!|>%@~?xonNT=<\\u`é\u202e\r", max_size=60)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A sound text in which some pieces were replaced."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(0, 3))):
        begin = draw(st.integers(0, len(text)))
        text = text[:begin] + draw(YAMLISH) + text[begin + draw(st.integers(0, 6)) :]
    return text


TEXTS = (YAMLISH | damaged() | st.text()).map(
    lambda text: text.encode("utf-8", "surrogatepass")
) | st.binary()


@pytest.mark.parametrize("parser", [yaml.CSafeLoader, yaml.SafeLoader])
@pytest.mark.parametrize("file", ["slo.yaml", "slo.json"])
@given(text=TEXTS)
@example(text=b'a: "\\U00110000"')
@example(text=b"\xef\xbb\xbf")
@example(text=b'{"\\')
@example(text="|\U00013440".encode())  # a character that Python 3.11 does not know yet
def test_nothing_raises_and_every_place_lies_in_the_text(parser: Any, file: str, text: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "new_parser", parser)
        documents, findings = read_yaml(text, file)
    shown = (
        text.removeprefix(b"\xef\xbb\xbf")
        .decode("utf-8", "replace")
        .replace("\r\n", "\n")
        .replace("\r", "\n")
    )
    lines = shown.split("\n")
    places = [document.locate(path) for document in documents for path in paths(document.data)]
    places += [document.locate(path, key=True) for document in documents for path in paths(document.data)]
    places += [found.location or Location("", 0, 0) for found in findings]
    places += [where for found in findings for _, where in found.related]
    for place in places:
        assert place.file == file
        assert 1 <= place.line <= len(lines)
        assert 1 <= place.column <= len(lines[place.line - 1]) + 1
    for found in findings:
        assert found.message
        assert found.remedy
        assert can_be_shown(found.message + found.remedy + found.path)


class Undated(yaml.CSafeLoader):
    """PyYAML's reader, but for dates: those are text."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


@given(YAMLISH | damaged())
def test_what_is_read_is_what_an_older_reader_reads(text: str) -> None:
    documents, findings = read_yaml(text.encode(), FILE)
    if findings or text.lstrip()[:1] in ("{", "["):
        return
    expected: list[Any] = []
    for document in yaml.load_all(text, Undated):
        expected += document if isinstance(document, list) else [] if document is None else [document]
    assert typed([rounded(document.data) for document in documents]) == typed(expected)


def rounded(node: Any) -> Any:
    """A value with floats for its exact numbers, as other readers give them."""
    if isinstance(node, dict):
        return {key: rounded(each) for key, each in node.items()}
    if isinstance(node, list):
        return [rounded(each) for each in node]
    return float(node) if isinstance(node, Decimal) else node


def paths(node: Any, above: Steps = ()) -> Iterator[Steps]:
    yield above
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, inside in items:
        yield from paths(inside, (*above, step))


def at(text: str, place: Location) -> str:
    """The text from a place on."""
    return "\n".join(text.split("\n")[place.line - 1 :])[place.column - 1 :]


def node_at(node: Any, path: Steps) -> Any:
    for step in path:
        node = node[step]
    return node


@given(MAPPINGS, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_the_text_at_each_json_place_is_the_value(value: Any, ascii_only: bool, indent: Any) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    ((document,), _) = read_yaml(text.encode(), FILE)
    for path in paths(value):
        node = node_at(value, path)
        begins = (
            "{"
            if isinstance(node, dict)
            else "["
            if isinstance(node, list)
            else json.dumps(node, ensure_ascii=ascii_only)
        )
        assert at(text, document.locate(path)).startswith(begins)
        if path and isinstance(path[-1], str):
            assert at(text, document.locate(path, key=True)).startswith(
                json.dumps(path[-1], ensure_ascii=ascii_only)
            )


@given(MAPPINGS, st.booleans(), st.booleans())
def test_yaml_places_are_those_of_pyyamls_own_nodes(value: Any, flow: bool, unicode: bool) -> None:
    text = "# first\n---\n" + yaml.dump(value, Dumper=Quoted, default_flow_style=flow, allow_unicode=unicode)
    ((document,), findings) = read_yaml(text.encode(), FILE)
    assert findings == ()
    same_places(document, yaml.compose(text, yaml.SafeLoader), ())


def same_places(document: Document, node: yaml.Node | None, path: Steps) -> None:
    assert node is not None
    assert document.locate(path)[1:] == (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        for key, inside in node.value:
            below = (*path, key.value)
            assert document.locate(below, key=True)[1:] == (
                key.start_mark.line + 1,
                key.start_mark.column + 1,
            )
            same_places(document, inside, below)
    elif isinstance(node, yaml.SequenceNode):
        for index, inside in enumerate(node.value):
            same_places(document, inside, (*path, index))


def test_quotes_mend_what_the_finding_says_they_mend() -> None:
    """Every remedy that shows the quoted value, put into practice, gives a text that can be parsed."""
    table = Path(__file__).with_name("refused.txt").read_text("utf-8")
    mended = 0
    for block in table.removeprefix("### ").split("\n### "):
        text = block.partition("\n")[2].partition("--> ")[0]
        for found in read_yaml(text.encode(), FILE)[1]:
            _, mend, quoted = found.remedy.partition("put it in quotes: ")
            if found.rule == "yaml-syntax" and mend and found.remedy.startswith(mend) and found.location:
                line = text.split("\n")[found.location.line - 1]
                bare = yaml.safe_load(quoted)
                assert bare in line
                text = text.replace(line, line.replace(bare, quoted, 1), 1)
                assert found.location not in [again.location for again in read_yaml(text.encode(), FILE)[1]]
                mended += 1
    assert mended > 15
