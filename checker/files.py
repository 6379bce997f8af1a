"""Reads files safely.

A path given by the operator may be a link. A path in a policy file may not: its author could point it, or a
directory on the way, at any file of the machine. Only regular files are read: a named pipe or a device would block
the gate or never end.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from typing import NamedTuple, Protocol

from checker.hidden import can_be_shown
from checker.open_below import Link, open_below

LIMIT = 1 << 20
"""The most bytes that are read, unless the caller says otherwise."""

SUFFIXES = (".yaml", ".yml", ".json")

_SUFFIX_WITHIN = re.compile(rf"({'|'.join(map(re.escape, SUFFIXES))})(?![a-z0-9])")

_ONLY_READ = (
    os.O_RDONLY
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class FileRefused(Exception):
    """A file that is not read: the fact, and the remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


class Walked(NamedTuple):
    """The contents of a folder: the ``files`` to read, and the entries that are ``refused``, with the reason.

    ``passed_over`` are files whose names only resemble those to read. All are sorted, with '/' as the separator.
    """

    files: list[str]
    refused: list[tuple[str, str]]
    passed_over: list[str]


class Tree(Protocol):
    """Where files are read from: the working folder, or the files of a commit (``checker.git_tree``)."""

    def is_folder(self, path: str) -> bool:
        """Whether ``path`` is a folder, which stands for the files below it."""

    def walk(self, folder: str) -> Walked:
        """The contents of ``folder``, as the function ``walk`` below returns them."""

    def read(self, path: str, limit: int = LIMIT) -> bytes:
        """The bytes of a file that the operator named or that ``walk`` returned. Raises FileRefused."""

    def identity(self, path: str) -> object:
        """A key that is equal for two paths of the same file."""


class WorkingFolder:
    """The files as they lie in the file system."""

    def is_folder(self, path: str) -> bool:
        return os.path.isdir(path)

    def walk(self, folder: str) -> Walked:
        return walk(folder)

    def read(self, path: str, limit: int = LIMIT) -> bytes:
        return read_file(path, limit=limit)

    def identity(self, path: str) -> object:
        try:
            found = os.stat(path)
        except (OSError, ValueError):
            return path
        return found.st_dev, found.st_ino


WORKING_FOLDER = WorkingFolder()


def read_file(path: str, *, limit: int = LIMIT, root: str | os.PathLike[str] | None = None) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes. Raises FileRefused for anything else.

    Without ``root``, the operator named the path, and links in it are followed. With ``root``, the path comes from
    a policy file: it must be relative to that directory and have no ``..``, and no part of it may be a link.
    """
    try:
        if root is None:
            descriptor = os.open(path, _ONLY_READ)
        else:
            descriptor = open_below(os.fspath(root), _parts(path), _ONLY_READ)
        try:
            return _read(descriptor, path, limit)
        finally:
            os.close(descriptor)
    except Link as link:
        message = f"{path!r} is not read: {link.part!r} is a symbolic link"
        raise FileRefused(message, "name a path without links; a link could lead anywhere") from link
    except OSError as error:
        raise _refused(path, error, path if root is None else os.path.join(root, path)) from error
    except ValueError as error:  # a NUL, or a character that the file system has no bytes for
        message = f"{path!r} is not read: it holds a character that no path can hold"
        raise FileRefused(message, "write the path without it") from error


def _parts(path: str) -> list[str]:
    """The parts of a path from a policy file. Raises FileRefused for one that could lead out of its root."""
    relative = "write it relative to the working directory, with '/' between its parts"
    if "\0" in path:
        raise ValueError(path)
    if path.startswith("/") or "\\" in path or os.path.splitdrive(path)[0]:
        raise FileRefused(f"{path!r} is not read: it is not a relative path", relative)
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise FileRefused(f"{path!r} is not read: '..' leads out of its directory", relative)
    if not parts or path.endswith("/"):
        raise FileRefused(f"{path!r} names no file", "name a file")
    return parts


def _read(descriptor: int, path: str, limit: int) -> bytes:
    kind = stat.S_IFMT(os.fstat(descriptor).st_mode)
    if kind != stat.S_IFREG:
        raise FileRefused(
            f"{path!r} is {_KINDS.get(kind, 'something else')}, not a file", "name a regular file"
        )
    parts: list[bytes] = []
    left = limit + 1
    while left > 0:
        # The size that the system reports is not trusted: a file may grow, and some report none. The first read is
        # small because most files are small, and a read allocates its whole buffer first.
        some = os.read(descriptor, min(left, 1 << (20 if parts else 15)))
        if not some:
            return b"".join(parts)
        parts.append(some)
        left -= len(some)
    message = f"{path!r} has more than {limit:,} bytes"
    raise FileRefused(message, "split it, or name the file that was meant")


def _refused(path: str, error: OSError, place: str) -> FileRefused:
    if os.path.isdir(place):  # Windows cannot open a directory
        return FileRefused(f"{path!r} is a directory, not a file", "name a regular file")
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return FileRefused(f"there is no file {path!r}", "check the path and the working directory")
        case errno.EACCES | errno.EPERM:
            return FileRefused(f"{path!r} may not be read", "give this user the right to read it")
        case errno.ELOOP:
            return FileRefused(f"{path!r} is a symbolic link that leads to itself", "name the file itself")
        case errno.ENXIO | errno.EOPNOTSUPP:
            return FileRefused(f"{path!r} is a socket or a device, not a file", "name a regular file")
        case _:
            reason = (error.strerror or str(error)).lower()
            return FileRefused(f"{path!r} cannot be read: {reason}", "check the path")


def walk(directory: str) -> Walked:
    """The ``.yaml``, ``.yml`` and ``.json`` files below ``directory``, what is refused, and what is passed over.

    Links are not followed: a link with such a suffix, or to a directory, is refused rather than ignored, and so is
    anything that cannot be listed. Files and directories whose names begin with a dot are not read.
    """
    found = Walked([], [], [])
    waiting = [directory]
    while waiting:
        above = waiting.pop()
        try:
            with os.scandir(above) as entries:
                for entry in entries:
                    _sort_out(entry, found, waiting)
        except (OSError, ValueError) as error:
            # The text of a ValueError, as for a NUL, depends on the version of Python.
            reason = getattr(error, "strerror", None) or "it holds a character that no path can hold"
            found.refused.append((shown(above), f"the directory cannot be listed: {reason.lower()}"))
    return Walked(sorted(found.files), sorted(found.refused), sorted(found.passed_over))


def looks_meant(name: str) -> bool:
    """Whether a file whose name excludes it may have been meant all the same: ``.a.yaml``, ``a.yaml.txt``,
    ``a.yml~``."""
    return _SUFFIX_WITHIN.search(name.lower()) is not None


def _sort_out(entry: os.DirEntry[str], found: Walked, waiting: list[str]) -> None:
    """Adds one directory entry to the list it belongs to, if any."""
    hidden = entry.name.startswith(".")
    wanted = not hidden and entry.name.lower().endswith(SUFFIXES)
    if not wanted and looks_meant(entry.name) and entry.is_file(follow_symlinks=False):
        found.passed_over.append(shown(entry.path))
    if hidden:
        return
    kind = stat.S_IFMT(entry.stat(follow_symlinks=False).st_mode)
    is_link = kind == stat.S_IFLNK or (hasattr(entry, "is_junction") and entry.is_junction())
    if not wanted and not (os.path.isdir(entry.path) if is_link else kind == stat.S_IFDIR):
        return
    if is_link:
        found.refused.append((shown(entry.path), "a symbolic link, which is not followed"))
    elif not can_be_shown(entry.name):
        found.refused.append((shown(entry.path), "its name holds characters that cannot be shown"))
    elif kind == stat.S_IFDIR:
        waiting.append(entry.path)
    elif kind == stat.S_IFREG:
        found.files.append(entry.path.replace(os.sep, "/"))
    else:
        found.refused.append((shown(entry.path), f"{_KINDS.get(kind, 'something else')}, not a file"))


def shown(path: str) -> str:
    """A path in printable form, with '/' on every system."""
    path = path.replace(os.sep, "/")
    return path if can_be_shown(path) else path.encode("unicode_escape").decode("ascii")
