"""Report formats: one module for each format, found by its file name.

``-f junit`` means the module ``junit`` here. A format defines:

``render(report) -> str``
    The whole text, ending in a line feed. It escapes foreign text for its own medium, sorts, and decides
    nothing. The same report always gives the same text.

``render_findings(findings, code) -> str``
    Only formats in ``OF_FINDINGS``: the findings of ``checker validate``, where no release is decided.

``table`` also takes ``color`` and ``width``, because it may go to a terminal, and ``each_note``. Formats import the
model, display and units, and the shared modules in ``SHARED``; never each other.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import pkgutil
import stat
from collections.abc import Iterable
from functools import cache
from typing import Any

SHARED = frozenset(
    {
        "clean",
        "explain",
        "explain_budget",
        "findings",
        "headline",
        "json_text",
        "markdown_text",
        "order",
        "severity",
    }
)
"""Modules here that are no formats."""

OF_FINDINGS = ("github", "sarif")
"""The formats that can show findings without a report."""
FOR_PEOPLE = ("github", "markdown", "table", "text")
"""The formats that show the answer to people, including in the log of a CI runner. (``text`` is not a report
format.)"""


@cache
def names() -> tuple[str, ...]:
    """The names of all formats, sorted. Imports none of them."""
    return tuple(sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name not in SHARED))


def find(name: str) -> Any:
    """The module of a format. Raises LookupError, which lists the known formats."""
    if name not in names():
        raise LookupError(f"there is no report format {name!r}; there are {', '.join(names())}")
    return importlib.import_module(f"{__name__}.{name}")


def write(path: str, text: str) -> None:
    """Writes ``text`` to the file ``path`` atomically: a reader sees the old file, the new one, or none.

    Creates no folder. Raises OSError with ``filename`` set to ``path``; then no new file is left behind.
    """
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.{os.urandom(8).hex()}.tmp")
    try:
        _refuse_odd(path)
        try:
            _write_durably(temporary, text.encode())
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
        _sync_folder(folder or ".")
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error


def remove_stale(paths: Iterable[str]) -> None:
    """Removes what an earlier run left at these paths, so that no old answer remains if this run dies.

    Raises OSError with ``filename`` set if something there cannot be removed; the others are still removed.
    """
    left: OSError | None = None
    for path in paths:
        try:
            _refuse_odd(path)
            os.unlink(path)
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            left = left or error
    if left is not None:
        raise left


def _refuse_odd(path: str) -> None:
    """Refuses to replace anything but a plain file: /dev/stdout would become a file, and a link would lose its
    meaning."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a link" if stat.S_ISLNK(mode) else "a device or pipe"
        raise OSError(errno.EINVAL, f"it is {kind}, and a report needs a regular file", path)


def _write_durably(path: str, content: bytes) -> None:
    """Creates a file and syncs it to the disk. Its permissions follow the umask, as for any output."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: str) -> None:
    """Syncs the new name to the disk too. Not needed where a folder cannot be opened (Windows)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
