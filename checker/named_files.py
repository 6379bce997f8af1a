"""Which files the promises of a catalog read, so that no output overwrites one.

Each source lists the files of its own queries. For invalid documents that is not possible; their text is searched
for the file's name instead.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from checker import sources
from checker.files import WORKING_FOLDER, FileRefused, read_file
from checker.load.read_files import STDIN
from checker.model import Catalog, ConnectionDeclaration, Document, Objective, Question, queries_of


def named_files(catalog: Catalog) -> Iterator[tuple[str, Objective]]:
    """Each file or folder that a promise reads, relative to the working directory, with the promise."""
    for objective in catalog.objectives:
        for query in queries_of(objective):
            files = getattr(sources.find(query.source), "files", None)
            if files is None:
                continue
            connection = catalog.connections.get(query.dataSourceRef or "", ConnectionDeclaration())
            said = catalog.attestations.get(objective.name, ())
            question = Question(query, 0, None, connection, objective, said)
            yield from ((file, objective) for file in files(question))


def mentioned(file: str, paths: Sequence[str], documents: Iterable[Document] = ()) -> str:
    """The first of the files at ``paths`` that may name ``file``, or the folder of baselines that ``file`` lies in;
    otherwise "".

    A name that is written with escapes is not found. For standard input, only the ``documents`` that could be
    parsed are searched.
    """
    place = os.path.realpath(file)
    patterns = list(_folders(place))
    for name, text in _texts(paths, documents):
        if any(pattern.search(text) for pattern in patterns) or _named(place, text):
            return name
    return ""


def _texts(paths: Sequence[str], documents: Iterable[Document]) -> Iterator[tuple[str, str]]:
    for path in paths:
        for name in WORKING_FOLDER.walk(path).files if os.path.isdir(path) else [path]:
            with suppress(FileRefused):
                yield name, read_file(name).decode("utf-8", "replace")
    for each in documents:
        if each.file == STDIN:
            yield each.file, json.dumps(each.data, default=str, ensure_ascii=False)


def _named(place: str, text: str) -> bool:
    """Whether ``text`` holds a path that could lead to the file at ``place``: the file's path ends with it, because
    a path may be relative to the folder of a DataSource."""
    name = re.escape(os.path.basename(place))
    paths = re.findall(rf"""[^\s"'\[\]{{}},:#]*(?<![\w.-]){name}(?![\w-]|\.\w)""", text)
    return any(place.endswith(os.path.normpath(each)) for each in paths)


def _folders(place: str) -> Iterator[re.Pattern[str]]:
    """Patterns for the folders between a file and the working directory, each as the value of ``reports``: the only
    key for which a folder stands for the files in it."""
    here, folder = os.path.realpath("."), os.path.dirname(place)
    while folder.startswith(here) and folder != here:
        relative = re.escape(os.path.relpath(folder, here).replace(os.sep, "/"))
        yield re.compile(
            rf"""\breports["']?\s*:\s*["']?(?:\./)?{relative}/?["']?\s*(?:$|[,\]}}#])""", re.MULTILINE
        )
        folder = os.path.dirname(folder)
