"""What rules see of a document: its head, and all that it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checker.model import Document
from checker.policy.inputs.fields import Schema, any_keys, record, text
from checker.policy.inputs.values import Plain, plain, text_in


def document_input(document: Document | None, *, spec: bool = False) -> Plain:
    """A document's head, and with ``spec`` all that it says. None is one that cannot be found any more."""
    data = document.data if document is not None else {}
    about, content = _mapping(data.get("metadata")), _mapping(data.get("spec"))
    told = {
        "kind": text_in(data.get("kind")),
        "apiVersion": text_in(data.get("apiVersion")),
        "name": text_in(about.get("name")),
        "displayName": text_in(about.get("displayName")),
        "file": document.file if document is not None else "",
        "description": text_in(content.get("description")),
        "labels": plain(_mapping(about.get("labels"))),
        "annotations": plain(_mapping(about.get("annotations"))),
    }
    return {**told, "spec": plain(content)} if spec else told


def head_schema() -> Schema:
    """The document that a promise or a waiver stands in."""
    return record("The document it stands in.", **_head())


def document_schema() -> Schema:
    """A document with all that it says."""
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
