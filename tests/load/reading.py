"""How the tests of the reader put a text in and show what came out."""

from __future__ import annotations

from typing import Any

from checker.load.text.read_yaml import read_yaml
from checker.model import Finding

FILE = "slo.yaml"


def data(text: str | bytes, file: str = FILE) -> list[Any]:
    """The data of the documents of a text in which nothing is wrong."""
    documents, findings = read_yaml(_bytes(text), file)
    assert not findings, lines(findings)
    return [document.data for document in documents]


def value(text: str, file: str = FILE) -> Any:
    """The value of the only key of the only document."""
    (document,) = data(text, file)
    (only,) = document.values()
    return only


def wrong(text: str | bytes, file: str = FILE) -> list[str]:
    """The findings of a text that gives no document."""
    documents, findings = read_yaml(_bytes(text), file)
    assert documents == ()
    return lines(findings)


def lines(findings: tuple[Finding, ...]) -> list[str]:
    """Findings as ``line:column rule path | message | remedy``."""
    shown = []
    for found in findings:
        assert found.location is not None
        assert found.level == "error"
        place = f"{found.location.line}:{found.location.column}"
        head = " ".join(part for part in (place, found.rule, found.path) if part)
        shown.append(f"{head} | {found.message} | {found.remedy}")
    return shown


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8")
