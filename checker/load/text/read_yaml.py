"""Reads YAML and JSON text into documents, or findings that say where and why it cannot be read.

Accepted is the JSON subset of YAML 1.2's core schema: mappings with text keys, lists, text, numbers, true, false
and null. Anchors, aliases, tags, merge keys, duplicate keys, and scalars that YAML 1.1 and 1.2 read differently are
refused. Decimal numbers stay exact: 0.99 is ``Decimal("0.99")``.

Text that begins with ``{`` or ``[`` and is valid JSON throughout is read by the rules of JSON, where ``1e3`` is a
number and a tab is white space. A file named ``.json`` must be JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Any

import yaml

from checker.load.text.build import Builder
from checker.load.text.characters import decode
from checker.load.text.json_events import NotJson, json_events
from checker.load.text.json_events import resolve as resolve_json
from checker.load.text.refusals import EndOfReading
from checker.load.text.yaml_scalars import resolve
from checker.load.text.yaml_syntax import explain
from checker.model import Document, Finding, Location

# Without libyaml the result is the same, only slower. The two differ on a few rare texts: PyYAML's own parser
# refuses a tab between a key and its value, ignores an unknown directive, and takes {a:} for a key.
new_parser: Callable[[str], Any] = (
    yaml.cyaml.CParser if yaml.__with_libyaml__ else yaml.SafeLoader  # type: ignore[attr-defined]
)

_MOST_MENDS = 20
_MOST_REREAD = 1 << 20
"""Characters parsed in total to find syntax errors after the first one."""
_MOST_TAG_DIRECTIVES = 8


def read_yaml(text: bytes, file: str) -> tuple[tuple[Document, ...], tuple[Finding, ...]]:
    """The documents in the bytes of ``file``, and everything that is wrong with them.

    A document with an error is left out. Each item of a top-level list is a document of its own. All findings are
    errors. Never raises, whatever the bytes are.
    """
    content, undecodable = decode(text, file)
    documents, found = _read(content, file)
    if not undecodable:
        return tuple(documents), tuple(found)
    return (), tuple(sorted(undecodable + found, key=_place))


def _place(finding: Finding) -> tuple[int, int]:
    return (finding.location.line, finding.location.column) if finding.location else (0, 0)


def _read(content: str, file: str) -> tuple[list[Document], list[Finding]]:
    begin = content.lstrip()[:1]
    must_be_json = begin != "" and file.lower().endswith(".json")
    if must_be_json or begin in ("{", "["):
        builder = Builder(file, resolve_json)
        try:
            builder.read(json_events(content).__next__)
        except EndOfReading:
            pass
        except NotJson as error:
            if not must_be_json:
                return _read_yaml(content, file)
            builder.refusals.findings.append(_finding(file, error.mark, error.message, error.remedy))
        return builder.documents, builder.refusals.findings
    return _read_yaml(content, file)


def _finding(file: str, mark: Any, message: str, remedy: str) -> Finding:
    place = Location(file, mark.line + 1, mark.column + 1)
    return Finding("yaml-syntax", "error", message, place, "", remedy)


def _read_yaml(content: str, file: str) -> tuple[list[Document], list[Finding]]:
    """Reads up to the first syntax error. If quotes mend it, the rest is read too, but only for further findings."""
    if "%TAG" in content and (refused := _too_many_tag_directives(content, file)):
        return [], [refused]
    first = builder = Builder(file, resolve)
    error = _parse(builder, content)
    mistakes: list[Finding] = []
    while error is not None:
        mistake, mended = explain(error, content, file)
        if mistakes and _place(mistake)[0] == _place(mistakes[-1])[0]:
            break  # the quotes did not mend it, and columns after them are wrong
        mistakes.append(mistake)
        reread = len(content) * (len(mistakes) + 1)
        if mended is None or len(mistakes) == _MOST_MENDS or reread > _MOST_REREAD:
            break
        content, builder = mended, Builder(file, resolve)
        error = _parse(builder, content)
    return first.documents, sorted(mistakes + builder.refusals.findings, key=_place)


def _too_many_tag_directives(content: str, file: str) -> Finding | None:
    """Refuses many %TAG directives beforehand: libyaml compares each with all others before its first event."""
    found = list(islice(re.finditer("^%TAG", content, re.MULTILINE), _MOST_TAG_DIRECTIVES + 1))
    if len(found) <= _MOST_TAG_DIRECTIVES:
        return None
    place = Location(file, content.count("\n", 0, found[0].start()) + 1, 1)
    return Finding("yaml-tag", "error", "%TAG directives are not supported", place, "", "delete them")


def _parse(builder: Builder, content: str) -> yaml.YAMLError | None:
    """Lets the builder read YAML text; returns the syntax error that ended it, if any."""
    try:
        parser = new_parser(content)
        builder.read(parser.get_event)
    except EndOfReading:
        pass
    except yaml.YAMLError as error:
        return error
    except (ValueError, OverflowError):
        # PyYAML's own parser raises these for an escape beyond Unicode.
        mark, words = parser.get_mark(), "found invalid Unicode character escape code"
        return yaml.MarkedYAMLError("while parsing a quoted scalar", mark, words, mark)
    return None
