"""Decodes the bytes of a file into text, and refuses text that does not look like what it is.

Control characters, and invisible characters that reorder or hide the text around them (CVE-2021-42574), make an editor
show something else than a program reads. Text in an encoding other than UTF-8 could be read as two different files.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

from checker.hidden import HIDDEN, can_be_shown
from checker.load.text.yaml_scalars import Refused
from checker.model import Finding, Location

LARGEST_FILE = 1 << 20
"""Bytes."""
MOST_CHARACTERS = 20
"""Refused characters that are reported one by one; a file with more of them is not a text file."""

_BYTE_ORDER_MARK = "\ufeff".encode()
_VISIBLE = bytes(range(0x20, 0x7F)) + b"\t\n"

_CONTROLS = {"\0": "NULL", "\b": "BACKSPACE", "\r": "CARRIAGE RETURN", "\x1b": "ESCAPE", "\x7f": "DELETE"}

SURROGATE = Refused(
    "yaml-character",
    "an escape that stands for no character (half of a surrogate pair, or beyond Unicode)",
    "write the character itself",
)


def decode(raw: bytes, file: str) -> tuple[str, list[Finding]]:
    """The text of a file with ``\\n`` line ends and without a byte order mark, and the findings.

    Each refused character is replaced by U+FFFD, so that reading can go on and places stay correct. If the bytes
    are not UTF-8, or too many, the text is empty.
    """
    if len(raw) > LARGEST_FILE:
        message = f"the file has {len(raw):,} bytes; {LARGEST_FILE:,} is the most"
        return "", [_of_file("yaml-size", message, "split it into several files", file)]
    rest = raw.translate(None, _VISIBLE)
    if not rest:
        return raw.decode("ascii"), []
    if _looks_wide(raw):
        message = "the file is not UTF-8 text: it looks like UTF-16 or UTF-32"
        return "", [_of_file("yaml-encoding", message, "save it as UTF-8", file)]
    mark = len(_BYTE_ORDER_MARK) if raw.startswith(_BYTE_ORDER_MARK) else 0
    try:
        text = raw[mark:].decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        return "", [_not_utf8(raw[mark:], error.start, file)]
    # Searching only the bytes that are not visible ASCII is quick.
    if "\r" not in text and HIDDEN.search(rest[mark:].decode("utf-8").replace("\r", "")) is None:
        return text, []
    findings = list(islice(_hidden(text, file), MOST_CHARACTERS))
    return HIDDEN.sub("\ufffd", text.replace("\r", "\n")), findings


def describe(character: str) -> str:
    """The code point and name of a character that cannot be shown."""
    import unicodedata

    kind = "a control character" if unicodedata.category(character) == "Cc" else "not a character"
    name = unicodedata.name(character, _CONTROLS.get(character, kind))
    return f"U+{ord(character):04X} ({name})"


def _hidden(text: str, file: str) -> Iterator[Finding]:
    breaks = [-1, *(found.start() for found in re.finditer(r"[\r\n]", text))]
    for found in HIDDEN.finditer(text):
        character, at = found.group(), found.start()
        line = bisect_left(breaks, at)
        message = f"the invisible character {describe(character)}"
        remedy = "end the line with LF or CRLF" if character == "\r" else "delete it"
        place = Location(file, line, at - breaks[line - 1])
        yield Finding("yaml-character", "error", message, place, "", remedy)


def _looks_wide(raw: bytes) -> bool:
    """Whether the bytes look like UTF-16 or UTF-32: a byte order mark, or zeros in every other byte at the start."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return True
    even, odd = raw[0:8:2].strip(b"\0"), raw[1:8:2].strip(b"\0")
    return len(raw) >= 4 and bool(even) != bool(odd)


def _not_utf8(raw: bytes, at: int, file: str) -> Finding:
    before = raw[:at].decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    place = Location(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
    guess = raw[at : at + 1].decode("latin-1")
    hint = f" (in Latin-1 it would be {guess!r})" if can_be_shown(guess) else ""
    message = f"the byte 0x{raw[at]:02X} is not UTF-8{hint}"
    return Finding("yaml-encoding", "error", message, place, "", "save the file as UTF-8")


def _of_file(rule: str, message: str, remedy: str, file: str) -> Finding:
    return Finding(rule, "error", message, Location(file, 1, 1), "", remedy)
