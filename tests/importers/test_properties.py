"""No input gives a traceback, and all that is written is valid and says what it was meant to say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.importers import FORMATS, Options, convert
from checker.importers.read_foreign import read_foreign
from checker.importers.write_yaml import document as as_text
from checker.importers.write_yaml import scalar
from checker.importers.written import Written
from checker.load.text.characters import HIDDEN
from checker.load.text.read_yaml import read_yaml
from checker.model import Location

EXAMPLES = Path(__file__).parents[1] / "examples" / "import"
FOREIGN = sorted(EXAMPLES.glob("*.yaml"))
LETTERS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))
TEXT = st.text(LETTERS, max_size=30).filter(lambda text: not HIDDEN.search(text))
"""Without the invisible characters that no file may hold."""
LINES = st.lists(TEXT, max_size=4).map("\n".join)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**9), TEXT, LINES)
ANY = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=8
)


def read(text: str) -> tuple[Any, ...]:
    return read_foreign(text.encode(), "file.yaml")


@given(st.dictionaries(TEXT, ANY, min_size=1, max_size=4))
def test_what_is_written_is_read_again_as_it_was(data: dict[str, Any]) -> None:
    text = as_text(Written(data, Location("file.yaml", 1, 1), "none"))
    documents, findings = read_yaml(text.encode(), "file.yaml")
    assert findings == (), text
    assert [each.data for each in documents] == [data], text


@given(TEXT | LINES)
def test_a_scalar_stays_what_it_is(text: str) -> None:
    documents, findings = read_yaml(f"key: {scalar(text)}\n".encode(), "file.yaml")
    assert findings == ()
    assert documents[0].data == {"key": text}


SHARED = st.dictionaries(TEXT.filter(lambda key: key != "<<"), ANY, min_size=1, max_size=3)


@given(SHARED, SHARED)
def test_anchors_and_merge_keys_are_written_out(one: dict[str, Any], other: dict[str, Any]) -> None:
    def flow(data: Any) -> str:
        return json.dumps(data, ensure_ascii=False)

    text = f"one: &a {flow(one)}\nlist: [*a, &b {flow(other)}, *b]\nboth: {{<<: [*a, *b], x: *b}}\n"
    documents, findings = read_foreign(text.encode(), "file.yaml")
    assert findings == (), text
    expected = {"one": one, "list": [one, other, other], "both": {**other, **one, "x": other}}
    assert documents[0].data == expected
    for key in documents[0].data["both"]:
        assert documents[0].locate(("both", key)).line in (1, 2, 3)


def paths(data: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [at, *(path for key, value in items for path in paths(value, (*at, key)))]


def with_changed(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    if isinstance(data, dict):
        return {
            key: with_changed(each, path[1:], value) if key == path[0] else each for key, each in data.items()
        }
    return [
        with_changed(each, path[1:], value) if index == path[0] else each for index, each in enumerate(data)
    ]


@pytest.mark.parametrize("path", FOREIGN, ids=lambda path: path.name)
@given(data=st.data())
@settings(max_examples=25)
def test_a_damaged_file_gives_findings_and_valid_documents_only(path: Path, data: st.DataObject) -> None:
    """Any value of a real file is replaced by any other: what comes of it is checked by the import itself."""
    documents, _ = read_foreign(path.read_bytes(), path.name)
    changed = []
    for document in documents:
        where = data.draw(st.sampled_from(paths(document.data)[1:]))
        spoilt = with_changed(document.data, where, data.draw(ANY))
        text = as_text(Written(spoilt, document.locate(()), "none"))
        changed += read(text)[0]
    converted = convert(changed, Options(None, {"SERVICE": "shop"}))
    assert converted.documents or converted.findings
    assert all(each.location for each in converted.findings)


@given(
    st.dictionaries(
        st.sampled_from(["apiVersion", "kind", "spec", "version", "objectives", "indicators"]), ANY
    )
)
def test_no_document_gives_a_traceback(data: dict[str, Any]) -> None:
    for version in ("sre.google.com/v2", "pyrra.dev/v1alpha1", "sloth.slok.dev/v1", "prometheus/v1"):
        for key in ("apiVersion", "version"):
            spoilt = {**data, key: version}
            documents, _ = read(as_text(Written(spoilt, Location("file.yaml", 1, 1), "none")))
            convert(documents, Options())


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_give_a_traceback(content: bytes) -> None:
    documents, _ = read_foreign(content, "file.yaml")
    convert(documents, Options())


def test_every_format_has_a_name_and_recognises_something() -> None:
    found = {each.NAME for each in FORMATS}
    recognised = {
        each.NAME
        for path in FOREIGN
        for document in read_foreign(path.read_bytes(), path.name)[0]
        for each in FORMATS
        if each.recognise(document)
    }
    assert found == recognised
