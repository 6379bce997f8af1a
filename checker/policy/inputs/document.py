"""A document as rules see it: its head, and optionally its spec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checker.model import Document
from checker.policy.inputs.fields import Schema, any_keys, record, text
from checker.policy.inputs.values import Plain, plain, text_in


def document_input(document: Document | None, *, spec: bool = False) -> Plain:
    """A document's head, and with ``spec`` also its content. ``None`` stands for a document that is no longer found."""
    data = document.data if document is not None else {}
    about, content = _mapping(data.get("metadata")), _mapping(data.get("spec"))
    head = {
        "kind": text_in(data.get("kind")),
        "apiVersion": text_in(data.get("apiVersion")),
        "name": text_in(about.get("name")),
        "displayName": text_in(about.get("displayName")),
        "file": document.file if document is not None else "",
        "description": text_in(content.get("description")),
        "labels": plain(_mapping(about.get("labels"))),
        "annotations": plain(_mapping(about.get("annotations"))),
    }
    return {**head, "spec": plain(content)} if spec else head


def head_schema() -> Schema:
    """The schema of the head of the document that contains a promise or a waiver."""
    return record("The document it stands in.", **_head())


def document_schema() -> Schema:
    """The schema of a document with its spec."""
    spec = any_keys("The spec as it is written.", description="What it is for.", owner="shop-team")
    return record("The document.", **_head(), spec=spec)


def _head() -> dict[str, Schema]:
    return {
        "kind": text("SuccessCriteria, SLO, Waiver, ...", "SuccessCriteria"),
        "apiVersion": text("The version of its format.", "checker/v1"),
        "name": text("Its name.", "shop"),
        "displayName": text("The name people see.", "Shop"),
        "file": text("Its file.", "slos/shop.yaml"),
        "description": text("What it says of itself.", "What the shop promises."),
        "labels": any_keys("Its labels: text, or a list of texts.", env="prod"),
        "annotations": any_keys("Its annotations."),
    }


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
