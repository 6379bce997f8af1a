"""Converts SLO files of other tools to OpenSLO and checker documents, with notes on what could not be converted.

One module for each format. Each has ``NAME``, ``recognise(document) -> bool``, which decides by the content, and
``convert(documents, options, names) -> Converted``, which gets all documents of its format together, because some
refer to others.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from types import ModuleType

from checker.importers import keptn, pyrra, slo_generator, sloth
from checker.importers.read_foreign import read_foreign
from checker.importers.sound import sound
from checker.importers.write_yaml import rules
from checker.importers.write_yaml import write as as_yaml
from checker.importers.written import RULE, Converted, Names, Options, Written, by_location, finding, slug
from checker.load.read_files import read_files
from checker.model import Document, Finding

__all__ = [
    "FORMATS",
    "Converted",
    "Options",
    "Written",
    "as_yaml",
    "by_file",
    "convert",
    "import_files",
    "rules",
]

FORMATS: tuple[ModuleType, ...] = (slo_generator, sloth, pyrra, keptn)


def import_files(paths: Sequence[str], options: Options) -> Converted:
    """Converts the files at ``paths``. Never raises because of a file's content."""
    refused: list[Finding] = []
    documents: list[Document] = []
    for file in read_files(paths, refused, reader=read_foreign):
        documents += file.documents
        refused += file.findings
    converted = convert(documents, options)
    return Converted(converted.documents, tuple(by_location([*refused, *converted.findings])))


def by_file(documents: Sequence[Written]) -> dict[str, list[Written]]:
    """The documents by output file: each is named after the file that it comes from, as YAML."""
    folders: dict[str, set[str]] = {}
    for each in documents:
        folders.setdefault(_stem(each), set()).add(each.origin.file)
    files: dict[str, list[Written]] = {}
    for each in documents:
        stem = _stem(each) if len(folders[_stem(each)]) == 1 else slug(os.path.splitext(each.origin.file)[0])
        files.setdefault(f"{stem}.yaml", []).append(each)
    return files


def _stem(written: Written) -> str:
    return slug(os.path.splitext(os.path.basename(written.origin.file))[0])


def convert(documents: Sequence[Document], options: Options) -> Converted:
    """Converts documents. All results are valid; for one that would not be there is a finding instead."""
    names = Names()
    findings: list[Finding] = []
    written: list[Written] = []
    known: dict[ModuleType, list[Document]] = {each: [] for each in FORMATS}
    for document in (each for whole in documents for each in _unwrapped(whole)):
        module = next((each for each in FORMATS if each.recognise(document)), None)
        if module is None:
            findings.append(_unknown(document))
        else:
            known[module].append(document)
    for module, mine in known.items():
        if mine:
            converted = module.convert(mine, options, names)
            written += converted.documents
            findings += converted.findings
    kept, wrong = sound(written)
    noted = [finding(note) for each in kept for note in each.notes if note.told]
    return Converted(tuple(kept), tuple(by_location(list(dict.fromkeys([*findings, *wrong, *noted])))))


def _unwrapped(document: Document) -> list[Document]:
    """The documents in a Kubernetes List, each with its own location; any other document as it is."""
    match document.data:
        case {"kind": str(kind), "items": [*items]} if kind.endswith("List") and items:
            place = document.place.children["items"].children  # type: ignore[index, call-overload]
            return [
                Document(document.file, document.index, item, place[index])  # type: ignore[index]
                for index, item in enumerate(items)
            ]
    return [document]


def _unknown(document: Document) -> Finding:
    match document.data:
        case {"apiVersion": str(version)} if version.startswith(("openslo", "checker/")):
            message = f"{version} needs no import: checker reads it as it is"
            return Finding(RULE, "note", message, document.locate(()), "", "check it with 'checker validate'")
    message = "this is not a format that checker imports"
    remedy = f"name files of {', '.join(each.NAME for each in FORMATS)}"
    return Finding(RULE, "error", message, document.locate(()), "", remedy)
