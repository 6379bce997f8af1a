"""Which files the promises of a catalog read, so that no output replaces one.

Each source tells it of its own queries. What invalid files read is not known: their text is searched for the name.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from checker import sources
from checker.diff.indicator import queries_of
from checker.files import WORKING_FOLDER, FileRefused, read_file
from checker.load.read_files import STDIN
from checker.model import Catalog, ConnectionDeclaration, Document, Objective, Question


def named_files(catalog: Catalog) -> Iterator[tuple[str, Objective]]:
    """Each file that a promise reads, from the working directory, and the promise; a folder is all files in it."""
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
    """The first of the files at ``paths`` that could name ``file``, or the folder of baselines it lies in; or "".

    A name that is written with escapes is not found. Of standard input there are only the ``documents`` that could
    be read.
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
    """Whether a path in a text could lead to a file: it ends as that does. It may begin in a DataSource's folder."""
    name = re.escape(os.path.basename(place))
    paths = re.findall(rf"""[^\s"'\[\]{{}},:#]*(?<![\w.-]){name}(?![\w-]|\.\w)""", text)
    return any(place.endswith(os.path.normpath(each)) for each in paths)


def _folders(place: str) -> Iterator[re.Pattern[str]]:
    """What finds the folders between a file and the working directory where all files in one are meant: as the
    value of the one key that means them, that of baselines."""
    here, folder = os.path.realpath("."), os.path.dirname(place)
    while folder.startswith(here) and folder != here:
        relative = re.escape(os.path.relpath(folder, here).replace(os.sep, "/"))
        yield re.compile(
            rf"""\breports["']?\s*:\s*["']?(?:\./)?{relative}/?["']?\s*(?:$|[,\]}}#])""", re.MULTILINE
        )
        folder = os.path.dirname(folder)
