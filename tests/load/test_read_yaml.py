"""What is read: values, documents, places."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from checker.load.text import read_yaml as reader
from checker.load.text.read_yaml import read_yaml
from checker.model import Location

from .reading import FILE, data, lines, value, wrong

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("5", 5),
        ("-5", -5),
        ("+5", 5),
        ("0", 0),
        ("-0", 0),
        ("9" * 64, int("9" * 64)),
        ("0.99", Decimal("0.99")),
        ("99.90", Decimal("99.90")),
        ("-0.5", Decimal("-0.5")),
        (".5", Decimal("0.5")),
        ("5.", Decimal(5)),
        ("1.5e+3", Decimal("1.5e+3")),
        ("1.0E-7", Decimal("1.0e-7")),
        ("1.0e+400", Decimal("1.0e+400")),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("null", None),
        ("NULL", None),
        ("~", None),
        ("", None),
        ("text", "text"),
        ("two words", "two words"),
        ("tRUE", "tRUE"),
        ("yEs", "yEs"),
        ("nothing", "nothing"),
        ("no.", "no."),
        ("on call", "on call"),
        ("none", "none"),
        ("2022-01-01", "2022-01-01"),
        ("2022-01-01 12:00:00", "2022-01-01 12:00:00"),
        ("2022-01-01T12:00:00Z", "2022-01-01T12:00:00Z"),
        ("30d", "30d"),
        ("99.9 %", "99.9 %"),
        ("99.9%", "99.9%"),
        ("< 5 s", "< 5 s"),
        ("<= 1 USD", "<= 1 USD"),
        ("== 0", "== 0"),
        ("1.2.3", "1.2.3"),
        ("8080:80", "8080:80"),
        ("1,000", "1,000"),
        ("-", None),
        (".", "."),
        ("..", ".."),
        ("+", "+"),
        ("-.", "-."),
        ("1e", "1e"),
        ("e5", "e5"),
        ("0x", "0x"),
        ("0o8", "0o8"),
        ("0b2", "0b2"),
        ("_1", "_1"),
        ("infinite", "infinite"),
        ("<<", "<<"),
        ("=", "="),
        ("http://example.com:80/#x", "http://example.com:80/#x"),
        ("arn:aws:iam::123:role/x", "arn:aws:iam::123:role/x"),
        ("'no'", "no"),
        ('"010"', "010"),
        ('"> 500 ms"', "> 500 ms"),
        (r'"a\tb\nc\u00e4"', "a\tb\ncä"),
        (r'"\/"', "/"),
        ("'it''s'", "it's"),
        ("5 # five", 5),
        ("Zeit läuft ab – 100 €", "Zeit läuft ab – 100 €"),
        ('"\u00a0"', "\u00a0"),
        ("👍️", "👍️"),
        ("[]", []),
        ("{}", {}),
        ("[1, [a, {b: 2}]]", [1, ["a", {"b": 2}]]),
        ("{a: 1, 'b': [x], \"c\": }", {"a": 1, "b": ["x"], "c": None}),
        ("|\n  one\n  two\n", "one\ntwo\n"),
        (">-\n  one\n  two\n", "one two"),
        ("|\n\n", ""),
    ],
)
def test_a_value_means(text: str, meaning: Any) -> None:
    if text == "-":
        text = "\n  - "
        meaning = [None]
    read = value(f"key: {text}")
    assert read == meaning
    assert type(read) is type(meaning)


def test_a_number_that_is_not_whole_is_exact() -> None:
    assert value("target: 0.1") * 3 == Decimal("0.3")
    assert str(value("target: 99.90")) == "99.90"


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("", []),
        ("# nothing but a comment\n", []),
        ("---\n", []),
        ("---\n---\n...\n", []),
        ("\n\n  \n", []),
        ("[]", []),
        ("{}", [{}]),
        ("a: 1", [{"a": 1}]),
        ("---\na: 1\n---\n# empty\n---\nb: 2\n...\n", [{"a": 1}, {"b": 2}]),
        ("%YAML 1.2\n---\na: 1", [{"a": 1}]),
        ("- a: 1\n- b: 2\n", [{"a": 1}, {"b": 2}]),
        ("- a: 1\n---\nb: 2\n---\n[{c: 3}, {d: 4}]", [{"a": 1}, {"b": 2}, {"c": 3}, {"d": 4}]),
        ("\ufeffa: 1", [{"a": 1}]),
        ("a: 1\r\nb:\r\n  - c\r\n", [{"a": 1, "b": ["c"]}]),
        ("? a\n: b\n", [{"a": "b"}]),
        ('"": 1', [{"": 1}]),
        ('"<<": 1\n"no": 2\n"1": 3', [{"<<": 1, "no": 2, "1": 3}]),
    ],
)
def test_a_text_holds_the_documents(text: str, documents: list[Any]) -> None:
    assert data(text) == documents


def test_documents_and_items_are_counted_through_the_file() -> None:
    text = "a: 1\n---\n---\n- b: 2\n- c: 3\n---\nd: 4\n"
    documents, findings = read_yaml(text.encode(), FILE)
    assert findings == ()
    assert [(document.index, document.file) for document in documents] == [(n, FILE) for n in range(4)]


def test_a_document_with_an_error_is_left_out_and_counted() -> None:
    text = "a: 1\n---\nb: no\n---\nc: 3\n"
    documents, findings = read_yaml(text.encode(), FILE)
    assert [(document.index, document.data) for document in documents] == [(0, {"a": 1}), (2, {"c": 3})]
    assert [str(found.location) for found in findings] == [f"{FILE}:3:4"]


def test_an_item_with_an_error_is_left_out_and_counted() -> None:
    text = "- a: 1\n- b: [1, {x: no}]\n- loose\n- c: 3\n"
    documents, findings = read_yaml(text.encode(), FILE)
    assert [(document.index, document.data) for document in documents] == [(0, {"a": 1}), (3, {"c": 3})]
    assert [(str(found.location), found.path) for found in findings] == [
        (f"{FILE}:2:14", "b[1].x"),
        (f"{FILE}:3:3", ""),
    ]


def test_an_error_of_the_list_itself_leaves_out_every_item() -> None:
    documents, findings = read_yaml(b"--- &all\n- a: 1\n- b: 2\n---\nc: 3\n", FILE)
    assert [document.data for document in documents] == [{"c": 3}]
    assert [found.rule for found in findings] == ["yaml-anchor"]


def test_documents_before_a_syntax_error_are_read() -> None:
    documents, findings = read_yaml(b"a: 1\n---\nb: [\n---\nc: 3\n", FILE)
    assert [document.data for document in documents] == [{"a": 1}]
    assert len(findings) == 1


PLACES = """\
apiVersion: checker/v1
spec:
  criteria:
    - name: one
      target: "< 5 s"
    -
      name: 'two'   # and last
      labels: {env: prod, "ÄÖ": [1, 2.5]}
  description: |
    long
    text
  none:
"""


@pytest.mark.parametrize(
    ("path", "value_at", "key_at"),
    [
        ((), (1, 1), (1, 1)),
        (("apiVersion",), (1, 13), (1, 1)),
        (("spec",), (3, 3), (2, 1)),
        (("spec", "criteria"), (4, 5), (3, 3)),
        (("spec", "criteria", 0), (4, 7), (4, 7)),
        (("spec", "criteria", 0, "name"), (4, 13), (4, 7)),
        (("spec", "criteria", 0, "target"), (5, 15), (5, 7)),
        (("spec", "criteria", 1), (7, 7), (7, 7)),
        (("spec", "criteria", 1, "name"), (7, 13), (7, 7)),
        (("spec", "criteria", 1, "labels"), (8, 15), (8, 7)),
        (("spec", "criteria", 1, "labels", "env"), (8, 21), (8, 16)),
        (("spec", "criteria", 1, "labels", "ÄÖ"), (8, 33), (8, 27)),
        (("spec", "criteria", 1, "labels", "ÄÖ", 1), (8, 37), (8, 37)),
        (("spec", "description"), (9, 16), (9, 3)),
        (("spec", "none"), (12, 8), (12, 3)),
        (("spec", "missing", "deeper"), (3, 3), (2, 1)),
    ],
)
def test_every_node_and_key_has_its_place(
    path: tuple[str | int, ...], value_at: tuple[int, int], key_at: tuple[int, int]
) -> None:
    ((document,), findings) = read_yaml(PLACES.encode(), FILE)
    assert findings == ()
    assert document.locate(path) == Location(FILE, *value_at)
    assert document.locate(path, key=True) == Location(FILE, *key_at)


def test_places_in_a_list_of_documents_are_those_of_the_file_and_paths_those_of_the_item() -> None:
    documents, _ = read_yaml(b"- a: 1\n-\n  b:\n    - 2\n", FILE)
    assert documents[1].locate(()) == Location(FILE, 3, 3)
    assert documents[1].locate(("b", 0)) == Location(FILE, 4, 7)


def test_a_byte_order_mark_and_windows_line_ends_do_not_move_places() -> None:
    ((document,), _) = read_yaml("\ufeffa: 1\r\nb: 2\r\n".encode(), FILE)
    assert document.locate(("a",)) == Location(FILE, 1, 4)
    assert document.locate(("b",), key=True) == Location(FILE, 2, 1)


class TestJson:
    @pytest.mark.parametrize("file", ["slo.json", "slo.yaml"])
    @pytest.mark.parametrize(
        ("text", "documents"),
        [
            ('{"a": 1}', [{"a": 1}]),
            ('\t{\n\t"a"\n\t:\t[\r\n1\t,\t2 ] }\t\n', [{"a": [1, 2]}]),
            (r'{"a": "\ud83d\ude00\/\u00e4\n"}', [{"a": "😀/ä\n"}]),
            ('{"a": 1e3, "b": 1E-7, "c": -0.0, "d": 5e-324}', [
                {"a": Decimal("1e3"), "b": Decimal("1E-7"), "c": Decimal("-0.0"), "d": Decimal("5e-324")}
            ]),
            ('{"a": [true, false, null, "no", "010", {}, []]}', [{"a": [True, False, None, "no", "010", {}, []]}]),
            ('[{"a": 1}, {"b": {"c": [2]}}]', [{"a": 1}, {"b": {"c": [2]}}]),
            ("[]", []),
            ('{"' + "k" * 2000 + '": 1}', [{"k" * 2000: 1}]),
            ('{"<<": 1, "": 2, "1": 3}', [{"<<": 1, "": 2, "1": 3}]),
        ],
    )  # fmt: skip
    def test_is_read_whatever_the_file_is_called(self, text: str, documents: list[Any], file: str) -> None:
        assert data(text, file) == documents

    def test_has_places(self) -> None:
        text = '{\n\t"a": [1,\n  {"b" : true}]\n}'
        ((document,), _) = read_yaml(text.encode(), "slo.json")
        assert document.locate(()) == Location("slo.json", 1, 1)
        assert document.locate(("a",), key=True) == Location("slo.json", 2, 2)
        assert document.locate(("a", 1, "b")) == Location("slo.json", 3, 10)

    def test_an_empty_file_holds_nothing(self) -> None:
        assert data("", "slo.json") == data(" \n", "slo.json") == []

    @pytest.mark.parametrize(
        "text", ["{a: 1}", '{"a": 1,}', '{"a": 1} # x', '{"a": 1}\n---\n{"a": 1}', "['x']"]
    )
    def test_what_is_almost_json_is_yaml_unless_the_file_is_called_json(self, text: str) -> None:
        assert not any("JSON" in found for found in lines(read_yaml(text.encode(), "slo.yaml")[1]))
        assert len(wrong(text, "slo.json")) == 1
        assert len(wrong(text, "SLO.JSON")) == 1


def without_libyaml(text: str) -> str:
    """What is read where PyYAML was built without libyaml, told by a process that cannot import it."""
    program = (
        "import sys; sys.modules['yaml._yaml'] = None\n"
        "import yaml; assert not yaml.__with_libyaml__\n"
        "from checker.load.text.read_yaml import read_yaml\n"
        f"print(read_yaml({text.encode()!r}, {FILE!r}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_reads_the_same_where_pyyaml_has_no_libyaml() -> None:
    for text in (PLACES, "a: > 5 ms\nb: no\n", "- a: &x 1\n- b: *x\n- c: [1,"):
        assert without_libyaml(text) == repr(read_yaml(text.encode(), FILE))


class Undated(yaml.CSafeLoader):
    """PyYAML's reader, but for dates: those are text."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def test_reads_public_slo_files_as_pyyaml_does(shared: Path) -> None:
    files = sorted((shared / "corpora").rglob("*.y*ml"))
    assert len(files) > 100
    for file in files:
        documents, findings = read_yaml(file.read_bytes(), file.name)
        assert findings == (), file
        expected: list[Any] = []
        for document in yaml.load_all(file.read_bytes(), Undated):
            expected += document if isinstance(document, list) else [] if document is None else [document]
        assert [rounded(document.data) for document in documents] == expected, file


def rounded(node: Any) -> Any:
    """A value with floats for its exact numbers, as other readers give them."""
    if isinstance(node, dict):
        return {key: rounded(each) for key, each in node.items()}
    if isinstance(node, list):
        return [rounded(each) for each in node]
    return float(node) if isinstance(node, Decimal) else node


@pytest.mark.parametrize("parser", [yaml.CSafeLoader, yaml.SafeLoader])
def test_both_parsers_read_public_slo_files_alike(
    shared: Path, monkeypatch: pytest.MonkeyPatch, parser: Any
) -> None:
    texts = [file.read_bytes() for file in sorted((shared / "corpora" / "openslo").rglob("*.yaml"))]
    expected = [read_yaml(text, FILE) for text in texts]
    monkeypatch.setattr(reader, "new_parser", parser)
    assert [read_yaml(text, FILE) for text in texts] == expected


def test_json_dumped_by_python_is_read() -> None:
    given = {"name": "ä😀", "list": [1, 2.5, 1e22, 1e-7, -0.0, None, True], "nested": {"": {}}}
    dumped = json.dumps(given, indent="\t")
    assert data(dumped, "x.json") == [json.loads(dumped, parse_float=Decimal)]
