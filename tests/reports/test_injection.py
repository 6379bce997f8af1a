"""Nothing that strangers write reaches a reader as more than text: every field of every kind of file, the names of
files, recorded answers and failures, through every command and format.

What "as text" means is asked of what reads each medium: an XML parser, a JSON parser, a Markdown parser, the command
parsers of GitHub's runner, and Unicode for a terminal.
"""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints
from xml.etree import ElementTree

import pytest
import yaml
from pydantic import BaseModel

from checker import reports
from checker.cli import main
from checker.model import Report
from checker.spec.kinds import KINDS, model_of

from .builders import every_text
from .hostile_documents import documents
from .runner import commands

ROOT = Path(__file__).parents[2]
SECUREBASE = ROOT / "slos/securebase"
EVIDENCE = "evidence.synthetic.jsonl"

PRINTABLE = (
    "::set-output name=result::PASSED ##[error]forged ##vso[task.complete] %0A::add-mask::x | PASS | <img src=x> "
    "</code></details> &lt; [a](javascript:b) ![c](d) @admin #12 `e` *f* __g__ ~~h~~ $i$ :white_check_mark: ]]> "
    "=cmd|' /C calc'!A0 https://evil.example/ www.evil.example a@evil.example {0} \\"
)
"""All that can be written in a YAML file as it is."""
CONTROL = (
    "\x1b[2K\x1b[1A\x9b2J\x00\x07\r\n::error::forged\n##[group]x\u2028::debug::y\u202eSSAP\u2066z\x85\u200b"
    "\U000e0041\ufeff\ud800"
)
"""What can only be written with escapes, or come from a source."""
HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
LEVELS = {"error", "warning", "notice"}
FORMATS = {
    "table": "table.txt",
    "json": "json.json",
    "junit": "junit.xml",
    "sarif": "sarif.json",
    "github": "github.txt",
    "markdown": "markdown.md",
}


# What a reader of each medium would notice


def assert_harmless(name: str, text: str) -> None:
    assert {each for each in set(text) if unicodedata.category(each) in HIDDEN} <= {"\n"}, name
    assert {each.name for each in commands(text)} <= (LEVELS if name == "github" else set()), name
    assert re.search("##(?![# ])" if name == "markdown" else "##", text) is None, name
    text.encode()
    MORE.get(name, lambda text: None)(text)


def _json(text: str) -> None:
    json.loads(text)
    assert text.isascii()


def _junit(text: str) -> None:
    for element in ElementTree.fromstring(text).iter():
        assert element.tag in {
            "testsuites", "testsuite", "testcase", "properties", "property", "failure", "error", "skipped",
            "system-out", "system-err",
        }  # fmt: skip


def _markdown(text: str) -> None:
    from .gfm import REFERENCES, read

    found = read(text)
    ours = re.compile(
        r"(heading|paragraph|table|thead|tbody|tr|th|td|bullet_list|list_item|strong)_(open|close) \w+"
        r"|html_inline  </?code>|html_block  (<details><summary>[\w, ()]+</summary>|</details>)|softbreak br",
    )
    assert [each for each in found.structure if not ours.fullmatch(each)] == []
    assert [each for each in found.runs if REFERENCES.search(each)] == []


MORE: dict[str, Callable[[str], None]] = {
    "json": _json,
    "sarif": _json,
    "junit": _junit,
    "markdown": _markdown,
}


def test_every_format_is_looked_at() -> None:
    assert set(FORMATS) == set(reports.names())


class Judged:
    """Runs commands in a folder and looks at all that they print and write."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self.captured = captured

    def __call__(self, *arguments: str, kind: str = "text") -> tuple[int, str]:
        try:
            code = int(main(list(arguments)))
        except SystemExit as stop:
            code = int(stop.code or 0)
        told = self.captured.readouterr()
        assert_harmless(kind, told.out)
        assert_harmless("text", told.err)
        assert "Traceback" not in told.err
        return code, told.out

    def run(self, *arguments: str) -> tuple[int, dict[str, str]]:
        """``checker run`` with every format; its exit code and the reports."""
        code, _ = self("run", *arguments, *(f"--format={name}={file}" for name, file in FORMATS.items()))
        written = {}
        for name, file in FORMATS.items():
            written[name] = Path(file).read_text(encoding="utf-8") if Path(file).exists() else ""
            if written[name]:
                assert_harmless(name, written[name])
        return code, written

    def everything(self, *paths: str) -> None:
        """All that can be done with files without asking anybody."""
        self("validate", *paths)
        self("validate", "-f", "github", *paths, kind="github")
        self("validate", "-f", "sarif", *paths, kind="sarif")
        self("plan", *paths)
        code, told = self("plan", "--json", *paths)
        if code == 0:
            assert_harmless("json", told)


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Judged:
    monkeypatch.chdir(tmp_path)
    return Judged(capsys)


# Every text of a report


def models(kind: Any, seen: set[type]) -> Iterator[type]:
    """The dataclasses and named tuples that values of a type are made of."""
    for inner in get_args(kind):
        yield from models(inner, seen)
    named = isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")
    if isinstance(kind, type) and (is_dataclass(kind) or named) and kind not in seen:
        seen.add(kind)
        yield kind
        for hint in get_type_hints(kind).values():
            yield from models(hint, seen)


def texts_in(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(Type.field, text) of every text field in a value."""
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        for each in value:
            yield from texts_in(each, path)
    elif isinstance(value, str):
        yield path, value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from texts_in(getattr(value, field.name), f"{type(value).__name__}.{field.name}")
    elif hasattr(value, "_fields"):
        for name in value._fields:
            yield from texts_in(getattr(value, name), f"{type(value).__name__}.{name}")


WORDS = {"Threshold.operator", "Indicator.form", "Verdict.outcome", "Verdict.waived", "Objective.no_data",
         "Finding.level", "Finding.origin", "Evaluation.missing", "Verdict.counted", "Budget.counted"}  # fmt: skip
"""Texts of our own: of a few words that are known."""
UNSHOWN = {"Indicator.metrics", "Unit.dimensions"}


def test_the_report_made_of_a_text_has_it_in_every_field() -> None:
    """Otherwise a new field of the report would reach the formats untried."""
    mark = "MARK"
    held: dict[str, set[str]] = {}
    for path, text in texts_in(every_text(mark)):
        held.setdefault(path, set()).add(text)
    plain = {
        f"{model.__name__}.{name}"
        for model in models(Report, set())
        for name, hint in get_type_hints(model).items()
        if hint is str or str in get_args(hint) or (get_args(hint) and str in get_args(get_args(hint)[0]))
    }
    missing = {
        path for path in plain - WORDS - UNSHOWN if not any(mark in text for text in held.get(path, ()))
    }
    assert missing == set(), "put the text there in tests/reports/builders.py: every_text"


@pytest.mark.parametrize("text", [PRINTABLE, CONTROL], ids=["printable", "control"])
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_text_of_a_report_is_harmless(name: str, text: str) -> None:
    assert_harmless(name, reports.find(name).render(every_text(text)))


# Every field of every kind of file


def string_fields(model: type[BaseModel], seen: set[type]) -> Iterator[str]:
    """The keys of a model and of those it holds."""
    if model in seen:
        return
    seen.add(model)
    for name, field in model.model_fields.items():
        yield field.alias or name
        pending = [field.annotation, *field.metadata]
        while pending:
            each = pending.pop()
            if isinstance(each, type) and issubclass(each, BaseModel):
                yield from string_fields(each, seen)
            pending += get_args(each)


def keys_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from keys_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from keys_in(each)


def test_the_documents_have_every_field_of_every_model() -> None:
    made: dict[str, set[str]] = {}
    for kind, document in documents(PRINTABLE):
        made.setdefault(kind, set()).update(keys_in(document))
    for family, kind in KINDS:
        assert set(string_fields(model_of(family, kind), set())) <= made[kind], kind


@pytest.mark.parametrize("text", [PRINTABLE, CONTROL], ids=["printable", "control"])
def test_every_field_of_every_kind_of_file_is_harmless(judged: Judged, text: str) -> None:
    """Most are refused, and quoted in the refusal."""
    Path("slos").mkdir()
    kinds = set()
    for number, (kind, document) in enumerate(documents(text)):
        kinds.add(kind)
        Path(f"slos/{number:03}.json").write_text(json.dumps(document))
    judged.everything()
    code, written = judged.run()
    assert code == 2
    found = json.loads(written["json"])["findings"]
    assert len(found) > 100
    assert kinds == {kind for _, kind in KINDS}


@pytest.mark.parametrize("text", [PRINTABLE, CONTROL], ids=["printable", "control"])
def test_one_hostile_file_alone_is_harmless(judged: Judged, text: str) -> None:
    """So that no finding is left out for the number of others."""
    Path("slos").mkdir()
    for kind, document in documents(text):
        if kind not in ("SuccessCriteria", "SLI"):
            Path("slos/one.json").write_text(json.dumps(document))
            judged.everything()


def leaves(
    value: Any, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], dict[Any, Any] | list[Any], Any]]:
    """(the keys that lead there, the container, the key or index) of every text in a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        here = (*path, key) if isinstance(key, str) else path
        if isinstance(each, str):
            yield here, value, key
        else:
            yield from leaves(each, here)


def test_what_is_accepted_is_harmless_in_every_report(judged: Judged) -> None:
    """Each field of the shipped example in turn, wherever it stands, with the evidence that belongs to it."""
    shutil.copytree(SECUREBASE, "slos")
    files = {
        path: list(yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader))
        for path in Path("slos").glob("*.yaml")
    }
    accepted, told = set(), set()
    for key in sorted({path for trees in files.values() for tree in trees for path, _, _ in leaves(tree)}):
        for path, trees in files.items():
            spoilt = copy.deepcopy(trees)
            for tree in spoilt:
                spoil(tree, key, PRINTABLE)
            path.write_text(json.dumps(spoilt))
        code, written = judged.run("slos", "--replay", f"slos/{EVIDENCE}")
        assert code in (1, 2, 4), key
        if code != 2:
            judged("plan", "slos")
            accepted.add(key[-1])
            told |= {key[-1]} if "evil.example" in written["table"] else set()
    assert {"description", "owner", "service"} <= accepted
    assert {"displayName", "reason", "ticket", "approver", "statement"} <= told


def test_the_texts_of_a_plan_are_harmless(judged: Judged) -> None:
    for flags, kind in ((["--json"], "json"), (["--iam"], "json"), ([], "text")):
        code, _ = judged("plan", *flags, str(SECUREBASE), kind=kind)
        assert code == 0
    query = {
        "source": "CloudWatch",
        "namespace": PRINTABLE[:200],
        "metricName": PRINTABLE[:200],
        "stat": "Sum",
    }
    criterion = {"name": "y", "indicator": {**query, "unit": "Count"}, "target": "< 5"}
    head = {"apiVersion": "checker/v1", "kind": "SuccessCriteria", "metadata": {"name": "x"}}
    Path("slos.json").write_text(json.dumps({**head, "spec": {"window": "1h", "criteria": [criterion]}}))
    for flags, kind in ((["--json"], "json"), (["--iam"], "json"), ([], "text")):
        code, told = judged("plan", *flags, "slos.json", kind=kind)
        assert code == 0, told
        assert ("forged" in told) is (flags != ["--iam"])


def spoil(tree: Any, key: tuple[str, ...], text: str) -> None:
    """Puts ``text`` wherever these keys lead to a text."""
    for path, container, at in list(leaves(tree)):
        if path == key:
            container[at] = text


# What sources answer


def test_recorded_answers_and_failures_are_harmless(judged: Judged) -> None:
    """Each text of the shipped evidence in turn, wherever it stands; then every exchange as a failure."""
    head, *lines = [json.loads(each) for each in (SECUREBASE / EVIDENCE).read_text().splitlines()]

    def replay(exchanges: list[Any]) -> tuple[int, dict[str, str]]:
        text = "".join(f"{json.dumps(each)}\n" for each in [head, *exchanges])
        Path("evidence.jsonl").write_text(text)
        return judged.run(str(SECUREBASE), "--replay", "evidence.jsonl")

    for key in sorted({path for each in lines for path, _, _ in leaves(each)}):
        spoilt = copy.deepcopy(lines)
        for each in spoilt:
            spoil(each, key, PRINTABLE + CONTROL)
        code, _ = replay(spoilt)
        assert code in (1, 2, 3, 4), key
    for text in (PRINTABLE, CONTROL):
        failure = {"kind": "server", "message": text, "remedy": text}
        code, written = replay(
            [{**each, "response": None, "failure": failure, "connected": {text: text}} for each in lines]
        )
        assert code == 4
        assert "evil.example" in written["table"] or text == CONTROL


# Names of files


@pytest.mark.parametrize(
    "name",
    [
        "::set-output name=result::PASSED",
        "##[error]forged",
        "\x1b[2K\r",
        "a\n::error::forged",
        "\u202eSSAP\u2066",
        "<img src=x>",
        "@admin #12 `e` *f* | g |",
        "a,line=1,title=forged",
        "%0A%3A%3A",
        "=cmd",
        "a\udcff",
        "\x9b",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("content", ["", "a: [", None], ids=["empty", "broken", "valid"])
def test_names_of_files_are_harmless(judged: Judged, name: str, content: str | None) -> None:
    Path("slos").mkdir()
    file = f"slos/{name}.yaml"
    try:
        Path(file).touch()
    except (OSError, UnicodeEncodeError):
        pytest.skip("this file system knows no such name")
    promise = (
        "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: x}\nspec:\n  criteria:\n"
        f"    - {{name: y, target: '> 1 %', indicator: {{source: Coverage, file: {json.dumps(name)}}}}}\n"
    )
    with open(file, "w", encoding="utf-8", errors="surrogateescape") as target:
        target.write(promise if content is None else content)
    judged.everything(file)
    judged.everything("slos")
    code, _ = judged.run(file)
    assert code in (2, 4)
    code, _ = judged.run("slos", "--replay", file)
    assert code == 2


@pytest.mark.parametrize(
    "text", ["::add-mask::x", "##[error]x", "\x1b[2K", "a\n::error::x", "\u202e"], ids=ascii
)
def test_arguments_are_harmless(judged: Judged, text: str) -> None:
    for arguments in (
        ["validate", text],
        ["run", "slos", "--select", text],
        ["run", "slos", "--replay", text],
        ["run", "slos", "-f", f"json={text}/x.json"],
        ["validate", "-f", f"sarif={text}/x.sarif"],
        ["run", "-f", text],
        ["run", "--at", text],
        ["plan", text],
        ["schema", text],
        [text],
    ):
        code, _ = judged(*arguments)
        assert code in (2, 4), arguments
    assert os.listdir() == []
