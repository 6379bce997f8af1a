"""A document as rules see it: its head, and with the rules about documents its spec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checker.model import Document, Place
from checker.policy.inputs.fields import Schema, any_keys, record, text
from checker.policy.inputs.made import Keys, Makers, made
from checker.policy.inputs.values import Plain, plain, text_in


def head_input(document: Document | None, keys: Keys = None) -> Plain:
    """The head of the document that contains a promise or a waiver; with ``keys``, only these fields of it. ``None``
    stands for a document that is no longer found."""
    return made(_HEAD, document or _LOST, keys)


def document_input(document: Document, keys: Keys = None) -> Plain:
    """A document with its spec; with ``keys``, only these fields of it."""
    return made(_DOCUMENT, document, keys)


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


def _about(document: Document) -> Mapping[str, Any]:
    return _mapping(document.data.get("metadata"))


def _spec(document: Document) -> Mapping[str, Any]:
    return _mapping(document.data.get("spec"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


_HEAD: Makers[Document] = {
    "kind": lambda it: text_in(it.data.get("kind")),
    "apiVersion": lambda it: text_in(it.data.get("apiVersion")),
    "name": lambda it: text_in(_about(it).get("name")),
    "displayName": lambda it: text_in(_about(it).get("displayName")),
    "file": lambda it: it.file,
    "description": lambda it: text_in(_spec(it).get("description")),
    "labels": lambda it: plain(_mapping(_about(it).get("labels"))),
    "annotations": lambda it: plain(_mapping(_about(it).get("annotations"))),
}
_DOCUMENT: Makers[Document] = {**_HEAD, "spec": lambda it: plain(_spec(it))}
_LOST = Document("", 0, {}, Place(1, 1))
