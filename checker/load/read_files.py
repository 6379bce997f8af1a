"""Reads the given files into documents, or findings that say why a file cannot be read."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from checker.files import WORKING_FOLDER, FileRefused, Tree
from checker.load.text.read_yaml import read_yaml
from checker.model import Document, Finding, Location
from checker.spread import spread

STDIN = "<stdin>"
MOST_DOCUMENTS = 1000
"""The most documents in one file."""
LIMIT = 1 << 20
"""The most bytes in one file."""
MOST_NAMED = 10
"""Passed-over files that are listed by name; the rest are only counted."""

Reader = Callable[[bytes, str], tuple[tuple[Document, ...], tuple[Finding, ...]]]
"""Makes documents from the bytes and the name of a file, as ``read_yaml`` does."""


class FileRead(NamedTuple):
    """The result of reading a file: ``digest`` is the SHA-256 of its bytes, "" if they could not be read."""

    name: str
    digest: str
    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]


def read_files(
    paths: Sequence[str], findings: list[Finding], tree: Tree = WORKING_FOLDER, reader: Reader = read_yaml
) -> Iterator[FileRead]:
    """Reads each file at ``paths`` once; directories are walked, ``-`` is standard input.

    Problems with the paths themselves, including that there is no file at all, are added to ``findings``.
    """
    before = len(findings)
    names = list(_files(paths, tree, findings, demanded=True))
    if not names and len(findings) == before:
        findings.append(_nothing(paths))

    def read(some: Sequence[str]) -> list[FileRead]:
        return [_read(name, tree, reader) for name in some]

    # Standard input, and the git process that reads a commit's files, cannot be shared with forked processes.
    alone = tree is not WORKING_FOLDER or "-" in names
    for part in map(read, [names]) if alone else spread(read, names):
        yield from part


def _read(name: str, tree: Tree, reader: Reader) -> FileRead:
    try:
        content = _content(name, tree)
    except FileRefused as refusal:
        return FileRead(_display(name), "", (), (_not_read(name, refusal),))
    documents, findings = documents_of(content, _display(name), reader)
    return FileRead(_display(name), hashlib.sha256(content).hexdigest(), documents, findings)


def documents_of(
    content: bytes, name: str, reader: Reader = read_yaml
) -> tuple[tuple[Document, ...], tuple[Finding, ...]]:
    """The documents of a file, and the findings. A file with too many documents, or none, is an error: if it was
    emptied by mistake, its promises would vanish and everything else would pass."""
    documents, findings = reader(content, name)
    if len(documents) > MOST_DOCUMENTS:
        return (), (*findings, _too_many(documents[MOST_DOCUMENTS]))
    if not documents and not findings:
        return (), (_empty(name),)
    return documents, findings


def read_contents(paths: Sequence[str], tree: Tree, findings: list[Finding]) -> Iterator[tuple[str, bytes]]:
    """The name and the bytes of each file, once each, even if it is given several times or under several names."""
    for name in _files(paths, tree, findings):
        try:
            yield _display(name), _content(name, tree)
        except FileRefused as refusal:
            findings.append(_not_read(name, refusal))


def _content(name: str, tree: Tree) -> bytes:
    return _stdin(tree) if name == "-" else tree.read(name, LIMIT)


def _files(
    paths: Sequence[str], tree: Tree, findings: list[Finding], *, demanded: bool = False
) -> Iterator[str]:
    """The files at ``paths``, each under the first name it is given by. With ``demanded``, a folder without files
    is a finding."""
    seen: set[object] = set()
    for name in _names(paths, tree, findings, demanded):
        try:
            identity = tree.identity(name)
        except FileRefused as refusal:
            findings.append(_not_read(name, refusal))
            continue
        if identity not in seen:
            seen.add(identity)
            yield name


def _names(paths: Sequence[str], tree: Tree, findings: list[Finding], demanded: bool) -> Iterator[str]:
    """The files at ``paths``; for a directory, the files below it."""
    for path in paths:
        try:
            if path == "-" or not tree.is_folder(path):
                yield path
                continue
            found = tree.walk(path)
        except FileRefused as refusal:
            findings.append(_refused(path, refusal.message, refusal.remedy))
            continue
        remedy = "put a file there that can be read, or move it out of the folder"
        findings += (_refused(name, reason, remedy) for name, reason in found.refused)
        given = {_display(each) for each in paths}
        if passed_over := [each for each in map(_display, found.passed_over) if each not in given]:
            findings.append(_passed_over(passed_over))
        if demanded and not found.files and not found.refused:
            findings.append(_nothing([path]))
        yield from found.files


def _stdin(tree: Tree) -> bytes:
    if tree is not WORKING_FOLDER:
        raise FileRefused("standard input is not part of a commit", "name files or directories")
    if sys.stdin is None:
        raise FileRefused("there is no standard input", "name a file")
    content = sys.stdin.buffer.read(LIMIT + 1)
    if len(content) > LIMIT:
        raise FileRefused(f"standard input has more than {LIMIT:,} bytes", "split it")
    return content


def _display(name: str) -> str:
    """A file's name in reports: as given, with forward slashes, so that reports are the same on every system. Bytes
    that are not UTF-8 are written out, because rules and reports take text."""
    if name == "-":
        return STDIN
    return os.path.normpath(name).replace(os.sep, "/").encode("utf-8", "backslashreplace").decode("utf-8")


def _not_read(name: str, refusal: FileRefused) -> Finding:
    absent = isinstance(refusal.__cause__, FileNotFoundError)
    message = f"there is no file or folder {_display(name)!r}" if absent else refusal.message
    return _refused(name, message, refusal.remedy)


def _refused(name: str, reason: str, remedy: str = "") -> Finding:
    return Finding("file-refused", "error", reason, Location(_display(name), 1, 1), "", remedy)


def _too_many(document: Document) -> Finding:
    return Finding(
        "file-refused",
        "error",
        f"the file holds more than {MOST_DOCUMENTS} documents",
        document.locate(()),
        remedy="split it into several files",
    )


def _empty(name: str) -> Finding:
    message = "the file holds no document: it is empty, or holds nothing but comments"
    return Finding(
        "empty-file",
        "error",
        message,
        Location(name, 1, 1),
        remedy="write what was meant, or remove the file",
    )


def _passed_over(names: Sequence[str]) -> Finding:
    """One note about all files of a folder that are not read because of their names, but may have been meant to be."""
    listed = ", ".join(names[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    remedy = (
        "to have a file read, give it a name that ends in .yaml, .yml or .json and does not begin with a dot"
    )
    what = "is not read because of its name" if len(names) == 1 else "are not read because of their names"
    message = f"{listed}{more} {what}"
    return Finding("passed-over", "note", message, Location(names[0], 1, 1), remedy=remedy)


def _nothing(paths: Sequence[str]) -> Finding:
    places = f"there is no .yaml, .yml or .json file in {', '.join(paths)}" if paths else "no path was given"
    remedy = "name the directory that holds the promises; nothing checked is never a pass"
    return Finding("nothing-to-check", "error", places, remedy=remedy)
