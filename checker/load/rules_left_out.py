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
    A folder counts only if one of its files is written for checker.
    """
    if os.path.isdir(FOLDER) or tree.is_folder(FOLDER):
        return
    for above in dict.fromkeys(each for path in (".", *paths) if path != "-" for each in _upwards(path)):
        folder = os.path.join(above, FOLDER)
        if os.path.isdir(folder) and _holds_rules(folder):
            start, shown = (os.path.relpath(each).replace(os.sep, "/") for each in (above, folder))
            message = f"there are rules in {shown}, which would not be applied"
            remedy = f"start checker in {start}, or name them with --rules {shown}"
            yield Finding("rules-left-out", "error", message, remedy=remedy)
            return


def _upwards(path: str) -> list[str]:
    """The path itself and the folders above it, up to the top of its repository. Outside a repository only the path
    and the folder that it lies in: what is further above, such as /tmp, may be anybody's."""
    found = [os.path.abspath(path)]
    while not os.path.lexists(os.path.join(found[-1], ".git")):
        above = os.path.dirname(found[-1])
        if above == found[-1]:
            return found[:2]
        found.append(above)
    return found


def _holds_rules(folder: str) -> bool:
    for name in WORKING_FOLDER.walk(folder).files:
        try:
            if _OURS.search(WORKING_FOLDER.read(name)):
                return True
        except FileRefused:
            continue
    return False
