"""Reads XML files from other tools: test results and coverage files.

An XML parser does what the file tells it to. A DOCTYPE can give an attribute a value that no element of the file
states (``<!ATTLIST coverage line-rate CDATA "0.99">``), can name files and addresses to fetch, and can define
entities that expand to gigabytes. So the only DOCTYPE allowed is one that merely names an external DTD, as real
coverage files do. It is blanked out, unfetched, before expat sees the text, and any other DOCTYPE is refused.
"""

from __future__ import annotations

import re
from typing import NoReturn
from xml.etree.ElementTree import Element, SubElement
from xml.parsers import expat

MOST_BYTES = 64 * 1024 * 1024
MOST_DEPTH = 64
MOST_ELEMENTS = 1_000_000
ENCODINGS = ("utf-8", "us-ascii", "iso-8859-1")

_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?+(?:[ \t\r\n]++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
"""Everything that may precede a DOCTYPE. It always matches, and never backtracks."""
_LITERAL = rb"""(?:"[^"]*+"|'[^']*+')"""
_DOCTYPE = re.compile(
    rb"<!DOCTYPE[ \t\r\n]++[^ \t\r\n<>\[\]\"']++[ \t\r\n]*+"
    rb"(?:(?:SYSTEM|PUBLIC[ \t\r\n]++%b)[ \t\r\n]++%b[ \t\r\n]*+)?+" % (_LITERAL, _LITERAL)
)
_DECLARATION = re.compile(rb"<!(ENTITY|ATTLIST|ELEMENT)")

_CUT_OFF = {
    expat.errors.codes[text]
    for text in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
}
_RUN_TO_END = "check that the step that writes this report ran to its end"
_WRITE_AGAIN = "have the tool that makes this report write it again, and let nothing else change it"
_ONLY_NAME_IT = "leave out the DOCTYPE, or all of it between [ and ]: no report needs that"
_IN_UTF_8 = "write the report in UTF-8"


class XmlRefused(ValueError):
    """A text that is not read as XML. ``str()`` is ``line:column: message``, both counted from 1."""

    def __init__(self, message: str, remedy: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"{line}:{column}: {message}")
        self.message = message
        self.remedy = remedy
        self.line = line
        self.column = column


def read_xml(data: bytes) -> Element:
    """The root element of an XML text in UTF-8, or in ASCII or ISO 8859-1 if it says so.

    Tags are without their namespace. Attributes are those that stand in the text; one with a namespace prefix is
    named ``uri}name``. Text of only white space is left out. Raises :class:`XmlRefused` for text that is not
    well-formed, is larger than any report should be, or declares anything. Opens no file and no connection.
    """
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        raise XmlRefused("the file is empty", _RUN_TO_END)
    if len(data) > MOST_BYTES:
        size = f"the file has {len(data):,} bytes, and at most {MOST_BYTES:,} are read"
        raise XmlRefused(size, "split the report into several files")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise XmlRefused("the text is UTF-16, not UTF-8", _IN_UTF_8)
    if b"\0" in data:
        place = _place(data, data.index(b"\0"))
        raise XmlRefused("there is a NUL byte: this is a binary file or UTF-16, not UTF-8", _IN_UTF_8, *place)
    return _Reader().read(_without_doctype(data))


def _without_doctype(data: bytes) -> bytes:
    """The text with blanks in place of its DOCTYPE, so that lines and columns stay the same."""
    prolog = _PROLOG.match(data)
    start = prolog.end() if prolog else 0
    if not data.startswith(b"<!DOCTYPE", start):
        return data
    doctype = _DOCTYPE.match(data, start)
    end = doctype.end() if doctype else start
    if data.startswith(b">", end):
        blanks = re.sub(rb"[^\r\n]", b" ", data[start : end + 1])
        return data[:start] + blanks + data[end + 1 :]
    if not data.startswith(b"[", end):
        raise XmlRefused("the DOCTYPE is not well-formed", _WRITE_AGAIN, *_place(data, start))
    declaration = _DECLARATION.search(data, end)
    if declaration is None:
        raise XmlRefused("the DOCTYPE has an internal subset", _ONLY_NAME_IT, *_place(data, end))
    kind, place = declaration[1].decode(), _place(data, declaration.start())
    raise XmlRefused(
        f"the DOCTYPE makes an {kind} declaration, which can forge values", _ONLY_NAME_IT, *place
    )


def _place(data: bytes, offset: int) -> tuple[int, int]:
    line_start = data.rfind(b"\n", 0, offset) + 1
    return data.count(b"\n", 0, offset) + 1, len(data[line_start:offset].decode(errors="replace")) + 1


class _Reader:
    """Builds the elements of one text from expat's events, and stops at the limits."""

    def __init__(self) -> None:
        # The separator can occur in neither a tag nor an attribute name.
        self.parser = parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.XmlDeclHandler = self.declared
        parser.StartDoctypeDeclHandler = self.doctype
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        self.pieces: list[str] = []
        parser.CharacterDataHandler = self.pieces.append
        self.open = [Element("document")]
        self.closed: Element | None = None
        self.elements = 0

    def read(self, data: bytes) -> Element:
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            remedy = _RUN_TO_END if error.code in _CUT_OFF else _WRITE_AGAIN
            fact = f"not well-formed XML: {expat.ErrorString(error.code)}"
            raise XmlRefused(fact, remedy, error.lineno, error.offset + 1) from None
        finally:
            del self.parser  # the parser refers to this object: the cycle would keep the elements alive
        return self.open[0][0]

    def refuse(self, message: str, remedy: str) -> NoReturn:
        raise XmlRefused(message, remedy, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ENCODINGS:
            self.refuse(f"the text says that it is in {encoding[:40]}, not in UTF-8", _IN_UTF_8)

    def doctype(self, name: str, system: str | None, public: str | None, has_internal_subset: int) -> None:
        self.refuse("there is a second DOCTYPE, or one out of its place", _ONLY_NAME_IT)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            self.refuse(
                f"there are more than {MOST_ELEMENTS:,} elements", "split the report into several files"
            )
        if len(self.open) > MOST_DEPTH:
            self.refuse(f"elements are nested more than {MOST_DEPTH} deep", _WRITE_AGAIN)
        if self.pieces:
            self.place_text()
        self.open.append(SubElement(self.open[-1], name.rpartition("}")[2], attributes))
        self.closed = None

    def end(self, name: str) -> None:
        if self.pieces:
            self.place_text()
        self.closed = self.open.pop()

    def place_text(self) -> None:
        text = "".join(self.pieces)
        self.pieces.clear()
        if text.isspace():
            return
        if self.closed is None:
            self.open[-1].text = text
        else:
            self.closed.tail = text
