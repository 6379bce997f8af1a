"""Opens a file below a directory such that no part of its path is a link, nor can become one while it is opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence

OPENAT = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW") and hasattr(os, "O_DIRECTORY")
"""Whether the system can open each part of a path relative to the one before, so that none can be swapped in
between."""

_REPARSE_POINT = 0x400  # Windows: FILE_ATTRIBUTE_REPARSE_POINT, a link or a junction


class Link(Exception):
    """A part of a path that is a symbolic link where none may be."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


def open_below(root: str, parts: Sequence[str], flags: int) -> int:
    """The descriptor of the file that ``parts`` lead to from ``root``, opened with the ``flags`` of os.open.

    ``parts`` must not contain ``..``. Raises Link if a part is a link, and OSError.
    """
    return (_open_each_part if OPENAT else _open_checked)(root, parts, flags)


def _open_each_part(root: str, parts: Sequence[str], flags: int) -> int:
    """Opens a file below ``root``, each part relative to the one before, so that none can be swapped in between."""
    directory = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    above = os.open(root, directory)
    try:
        for part in parts[:-1]:
            below = _open_part(part, directory, above)
            os.close(above)
            above = below
        return _open_part(parts[-1], flags, above)
    finally:
        os.close(above)


def _open_part(part: str, flags: int, above: int) -> int:
    try:
        return os.open(part, flags | os.O_NOFOLLOW, dir_fd=above)
    except OSError:
        # Systems report a link refused by O_NOFOLLOW with different errors, so look at the part itself.
        if stat.S_ISLNK(os.stat(part, dir_fd=above, follow_symlinks=False).st_mode):
            raise Link(part) from None
        raise


def _open_checked(root: str, parts: Sequence[str], flags: int) -> int:
    """Opens a file below ``root`` where parts cannot be opened one by one: checks for links first, and compares the
    opened file with the checked one afterwards."""
    seen = os.stat(root)
    for count, part in enumerate(parts, start=1):
        seen = os.lstat(os.path.join(root, *parts[:count]))
        reparse = getattr(seen, "st_file_attributes", 0) & _REPARSE_POINT
        if stat.S_ISLNK(seen.st_mode) or reparse:
            raise Link(part)
    descriptor = os.open(os.path.join(root, *parts), flags)
    if not os.path.samestat(seen, os.fstat(descriptor)):
        os.close(descriptor)
        raise Link(parts[-1])
    return descriptor
