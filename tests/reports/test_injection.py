"""Nothing that strangers write reaches a reader as more than text: every text of a report, every field of every kind of
file. (``tests/test_injection.py`` tries what is accepted, recorded answers, names of files and arguments.)

What "as text" means is asked of what reads each medium: an XML parser, a JSON parser, a Markdown parser, the command
parsers of GitHub's runner, and Unicode for a terminal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import BaseModel

from checker import reports
from checker.model import Report
from checker.spec.kinds import KINDS, model_of

from .builders import every_text
from .harmless import CONTROL, FORMATS, PRINTABLE, Judged, assert_harmless
from .hostile_documents import documents


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Judged:
    monkeypatch.chdir(tmp_path)
    return Judged(capsys)


def test_every_format_is_looked_at() -> None:
    assert set(FORMATS) == set(reports.names())


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
    judged("validate", "-f", "github", kind="github")
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
