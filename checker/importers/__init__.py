"""SLO files of other tools become OpenSLO and checker documents, with a note for what could not be carried.

One module a format. Each has ``NAME``, ``recognise(document) -> bool`` by what the document holds, and
``convert(documents, options, names) -> Converted``, which gets all documents of its format at once: some are
about others.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from types import ModuleType

from checker.importers import keptn, pyrra, slo_generator, sloth
from checker.importers.write_yaml import write as as_yaml
from checker.importers.written import RULE, Converted, Names, Options, Written, by_location, finding, slug
from checker.load.catalog import load, read
from checker.model import Document, Finding, Location

__all__ = ["FORMATS", "Converted", "Options", "Written", "as_yaml", "by_file", "convert", "import_files"]

FORMATS: tuple[ModuleType, ...] = (slo_generator, sloth, pyrra, keptn)


def import_files(paths: Sequence[str], options: Options) -> Converted:
    """What the files at ``paths`` say, as documents of ours. Never raises for what a file holds."""
    documents, refused = read(paths)
    converted = convert(documents, options)
    return Converted(converted.documents, tuple(by_location([*refused, *converted.findings])))


def by_file(documents: Sequence[Written]) -> dict[str, list[Written]]:
    """The documents by the name of a file for them: that of the file they come from, as YAML."""
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
    """What the documents say, as documents of ours. Every one of them is valid; what would not be is a finding."""
    names = Names()
    findings: list[Finding] = []
    written: list[Written] = []
    known: dict[ModuleType, list[Document]] = {each: [] for each in FORMATS}
    for document in documents:
        found = next((each for each in FORMATS if each.recognise(document)), None)
        if found is None:
            findings.append(_unknown(document))
        else:
            known[found].append(document)
    for module, mine in known.items():
        if mine:
            converted = module.convert(mine, options, names)
            written += converted.documents
            findings += converted.findings
    sound, wrong = _valid(written)
    told = [finding(note) for each in sound for note in each.notes]
    return Converted(tuple(sound), tuple(by_location(list(dict.fromkeys([*findings, *wrong, *told])))))


def _unknown(document: Document) -> Finding:
    match document.data:
        case {"apiVersion": str(version)} if version.startswith(("openslo", "checker/")):
            message = f"{version} needs no import: checker reads it as it is"
            return Finding(RULE, "note", message, document.locate(()), "", "check it with 'checker validate'")
    message = "this is none of the formats that are imported"
    remedy = f"name files of {', '.join(each.NAME for each in FORMATS)}"
    return Finding(RULE, "error", message, document.locate(()), "", remedy)


def _valid(written: Sequence[Written]) -> tuple[list[Written], list[Finding]]:
    """The documents that checker reads without an error, and why the others are left out."""
    kept = list(written)
    findings: list[Finding] = []
    while kept:
        files = {f"{number:06}.yaml": as_yaml([each]).encode() for number, each in enumerate(kept)}
        wrong: dict[int, Finding] = {}
        for each in load(list(files), Texts(files)).findings:
            if each.level == "error" and each.location is not None:
                wrong.setdefault(int(each.location.file.partition(".")[0]), each)
        if not wrong:
            break
        findings += (_invalid(kept[number], each) for number, each in sorted(wrong.items()))
        kept = [each for number, each in enumerate(kept) if number not in wrong]
    return kept, findings


class Texts:
    """Files that are in no file system; a Tree, as ``checker.files`` describes it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def is_folder(self, path: str) -> bool:
        return False

    def walk(self, folder: str) -> tuple[list[str], list[tuple[str, str]]]:
        return [], []

    def read(self, path: str, limit: int = 0) -> bytes:
        return self._files[path]

    def identity(self, path: str) -> object:
        return path


def _invalid(written: Written, wrong: Finding) -> Finding:
    what = f"{written.data['kind']} {written.data['metadata']['name']}"
    where = f", at {wrong.path}" if wrong.path else ""
    message = f"the {what} that this becomes would not be valid{where}: {wrong.message}"
    place: Location = written.origin
    return Finding(RULE, "error", message, place, "", wrong.remedy or "correct it")
