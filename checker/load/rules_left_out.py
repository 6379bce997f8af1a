"""Finds rules that a run would leave out: those of the project, when checker was started somewhere else in it.

The folder ``rules`` belongs to the working directory. Started in a subfolder, or for promises that lie elsewhere,
checker would judge without it, and a release that a rule forbids would pass.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

from checker.files import WORKING_FOLDER, FileRefused, Tree
from checker.load.rulebook import FOLDER
from checker.model import Finding

_OURS = re.compile(rb"apiVersion[\"']?\s*:\s*[\"']?checker/v1")


def rules_left_out(paths: Sequence[str], tree: Tree) -> Iterator[Finding]:
    """An error for the nearest folder of rules above the working directory, or above one of ``paths``.

    None if the working directory has a folder of that name, also in ``tree``: which rules apply was then decided.
    The search ends at the top of a repository. A folder counts only if one of its files is written for checker.
    """
    if os.path.isdir(FOLDER) or tree.is_folder(FOLDER):
        return
    seen = set[str]()
    for path in (".", *(each for each in paths if each != "-")):
        for above in _upwards(os.path.abspath(path)):
            if above in seen:
                break
            seen.add(above)
            folder = os.path.join(above, FOLDER)
            if os.path.isdir(folder) and _holds_rules(folder):
                shown = os.path.relpath(folder).replace(os.sep, "/")
                message = f"there are rules in {shown}, which would not be applied"
                remedy = f"start checker in {os.path.relpath(above)}, or name them with --rules {shown}"
                yield Finding("rules-left-out", "error", message, remedy=remedy)
                return


def _upwards(path: str) -> Iterator[str]:
    """The folder itself and those above it, up to the top of its repository, or of the file system."""
    above = ""
    while path != above:
        yield path
        if os.path.lexists(os.path.join(path, ".git")):
            return
        above, path = path, os.path.dirname(path)


def _holds_rules(folder: str) -> bool:
    for name in WORKING_FOLDER.walk(folder).files:
        try:
            if _OURS.search(WORKING_FOLDER.read(name)):
                return True
        except FileRefused:
            continue
    return False
