"""The files of a commit, read from git's objects: nothing is checked out, and no code of the repository runs.

Filters (``.gitattributes``), hooks, replaced objects and fetching of missing objects are all off. Links and
submodules are refused as in the working folder. Paths have the same meaning as there: relative ones begin at the
working directory, and reports name files as they were given.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from checker.files import LIMIT, SUFFIXES, FileRefused, Walked, looks_meant, shown
from checker.hidden import can_be_shown

TIMEOUT = 120
"""Seconds that one call of git may take."""

_OPTIONS = (
    "--no-replace-objects",
    "--literal-pathspecs",
    "-c", "protocol.allow=never",  # a partial clone would fetch what it lacks
    "-c", "safe.bareRepository=explicit",  # a folder that only looks like a bare repository is not used as one
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.fsmonitor=false",
    "-c", "core.quotePath=true",
)  # fmt: skip
_ENVIRONMENT = {
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_OURS_TO_KEEP = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES")
"""Environment variables of git that are passed on: they say where the operator's own settings are, not which
repository or objects to read."""

_OBJECT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LINK, _SUBMODULE, _FOLDER = "120000", "160000", "040000"
_FILES = ("100644", "100755", "100664")


class _Entry(NamedTuple):
    """One entry of a commit's tree; ``size`` is in bytes, 0 unless it is a file."""

    mode: str
    object: str
    size: int


@dataclass(frozen=True, slots=True)
class Commit:
    """The files of one commit, as a Tree (see ``checker.files``). ``ref`` is the name that it was given by."""

    ref: str
    id: str
    _top: str
    _below: str
    """The working directory, relative to the top of the repository: "" or a path that ends in '/'."""
    _read: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)
    """The contents of the files that a walk returned, until they are read: one call of git fetches them all."""

    def __str__(self) -> str:
        return f"{self.ref} ({self.id[:12]})"

    def is_folder(self, path: str) -> bool:
        try:
            place = self._place(path)
        except FileRefused:
            return False
        found = self._entry(place)
        return not place or (found is not None and found.mode == _FOLDER)

    def walk(self, folder: str) -> Walked:
        place = self._place(folder)
        below = f"{place}/" if place else ""
        wanted: dict[str, _Entry] = {}
        refused: list[tuple[str, str]] = []
        passed_over: list[str] = []
        for path, entry in self._list("-r", below).items():
            inside = path.removeprefix(below)
            name = os.path.normpath(os.path.join(folder, inside)).replace(os.sep, "/")
            *folders, last = inside.split("/")
            if any(part.startswith(".") for part in folders):
                continue
            is_file = entry.mode not in (_LINK, _SUBMODULE)
            has_suffix = last.lower().endswith(SUFFIXES)
            if last.startswith(".") or (is_file and not has_suffix):
                if is_file and looks_meant(last):
                    passed_over.append(shown(name))
            elif not can_be_shown(name):
                refused.append((shown(name), "its name holds characters that cannot be shown"))
            elif is_file:
                wanted[name] = entry
            elif entry.mode == _SUBMODULE or has_suffix or self._leads_on(path, entry):
                kind = "a submodule" if entry.mode == _SUBMODULE else "a symbolic link"
                refused.append((name, f"{kind}, which is not followed"))
        self._fetch({self._place(name): entry for name, entry in wanted.items() if entry.size <= LIMIT})
        return Walked(sorted(wanted), sorted(refused), sorted(passed_over))

    def read(self, path: str, limit: int = LIMIT) -> bytes:
        place = self._place(path)
        if place not in self._read:
            entry = self._entry(place)
            if entry is None:
                raise FileRefused(f"there is no file {path!r} at {self.ref}", self._absent())
            if entry.mode in (_LINK, _SUBMODULE, _FOLDER):
                kinds = {_LINK: "a symbolic link", _SUBMODULE: "a submodule", _FOLDER: "a directory"}
                raise FileRefused(f"{path!r} is {kinds[entry.mode]} at {self.ref}", "name a regular file")
            if entry.size > limit:
                raise FileRefused(
                    f"{path!r} has more than {limit:,} bytes at {self.ref}",
                    "split it, or name the file that was meant",
                )
            self._fetch({place: entry})
        content = self._read.pop(place)
        if len(content) > limit:
            raise FileRefused(f"{path!r} has more than {limit:,} bytes at {self.ref}", "split it")
        return content

    def identity(self, path: str) -> object:
        try:
            return self._place(path)
        except FileRefused:
            return path

    def _absent(self) -> str:
        return f"name what is there: git ls-tree {self.id[:12]} lists it"

    def _place(self, path: str) -> str:
        """The path relative to the top of the repository. Raises FileRefused if it lies outside."""
        slashes = path.replace(os.sep, "/")
        if "\0" in slashes:
            raise FileRefused(
                f"{path!r} is not read: it holds a character that no path can hold",
                "write the path without it",
            )
        if os.path.isabs(path):
            place = os.path.relpath(os.path.realpath(path), os.path.realpath(self._top))
        else:
            place = os.path.normpath(self._below + slashes)
        place = place.replace(os.sep, "/")
        if place == ".." or place.startswith("../") or os.path.isabs(place):
            raise FileRefused(f"{path!r} lies outside the repository", "name a path inside it")
        return "" if place == "." else place

    def _entry(self, place: str) -> _Entry | None:
        return self._list("", place).get(place)

    def _leads_on(self, place: str, link: _Entry) -> bool:
        """Whether a link at ``place`` leads to anything but a file of this commit: files could be hidden behind it."""
        target = git(["cat-file", "blob", link.object], self._top).decode("utf-8", "replace")
        aim = os.path.normpath(os.path.join(os.path.dirname(place), target)).replace(os.sep, "/")
        found = None if "\0" in aim else self._entry(aim)
        return found is None or found.mode not in _FILES

    def _list(self, recursive: str, place: str) -> dict[str, _Entry]:
        """The entries at ``place``, or with ``-r`` all files below it."""
        flags = [each for each in ("-z", "-l", "--full-tree", recursive) if each]
        where = ["--", place] if place else []
        return _entries(git(["ls-tree", *flags, self.id, *where], self._top))

    def _fetch(self, wanted: Mapping[str, _Entry]) -> None:
        """Reads files of known size in one call of git."""
        if not wanted:
            return
        asked = "".join(f"{entry.object}\n" for entry in wanted.values()).encode("ascii")
        answer = git(["cat-file", "--batch"], self._top, asked)
        at = 0
        for place, entry in wanted.items():
            head, _, _ = answer[at : at + 200].partition(b"\n")
            if head != f"{entry.object} blob {entry.size}".encode("ascii"):
                raise FileRefused(
                    f"git has no content for {place!r} at {self.ref}",
                    "fetch the whole commit: in a partial or shallow clone objects are missing",
                )
            at += len(head) + 1
            self._read[place] = answer[at : at + entry.size]
            at += entry.size + 1


def commit(ref: str) -> Commit:
    """The commit that ``ref`` names in the repository around the working directory. Raises FileRefused."""
    if not ref or "\0" in ref:
        raise FileRefused("no commit is named", "name a branch, a tag or a commit, as in origin/main")
    top = _line(git(["rev-parse", "--show-toplevel"], "."))
    below = _line(git(["rev-parse", "--show-prefix"], "."))
    try:
        answer = git(["rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"], ".")
    except FileRefused as refused:
        raise FileRefused(
            f"git knows no commit {ref!r}",
            "fetch it first: a shallow clone has no history (in GitHub's actions/checkout, fetch-depth: 0), "
            "and a branch of the server is called origin/main",
        ) from refused
    # Git before 2.30 also prints the --end-of-options argument.
    found = [each for each in answer.decode("ascii", "replace").split() if _OBJECT.fullmatch(each)]
    if len(found) != 1:
        raise FileRefused(
            f"git knows no commit {ref!r}", "name a branch, a tag or a commit, as in origin/main"
        )
    return Commit(ref, found[0], top, below)


def git(arguments: Sequence[str], folder: str, given: bytes = b"") -> bytes:
    """The standard output of git. Raises FileRefused with git's own message if it fails."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name in _OURS_TO_KEEP
    }
    try:
        ran = subprocess.run(
            ["git", *_OPTIONS, *arguments],
            cwd=folder,
            input=given,
            capture_output=True,
            env={**kept, **_ENVIRONMENT},
            timeout=TIMEOUT,
            check=False,
        )
    except FileNotFoundError as error:
        raise FileRefused(
            "git is not installed", "install git, or name folders instead of commits"
        ) from error
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise FileRefused(
            f"git cannot be asked: {error}", "look at the repository with git itself"
        ) from error
    if ran.returncode:
        said = ran.stderr.decode("utf-8", "replace").strip().split("\n")[0]
        raise FileRefused(
            f"git refused: {said or 'it gave no reason'}",
            "run checker inside the repository, and fetch what is named",
        )
    return ran.stdout


def _line(answer: bytes) -> str:
    return answer.decode("utf-8", "surrogateescape").rstrip("\n")


def _entries(listing: bytes) -> dict[str, _Entry]:
    """``git ls-tree -z -l``: mode, type, object, size and path of each entry."""
    found = {}
    for each in listing.split(b"\0"):
        if each:
            facts, _, path = each.partition(b"\t")
            mode, _, name, size = facts.decode("ascii").split()
            found[path.decode("utf-8", "surrogateescape")] = _Entry(
                mode, name, int(size) if size.isdigit() else 0
            )
    return found
