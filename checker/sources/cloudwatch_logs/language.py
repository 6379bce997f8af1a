"""Parses Logs Insights QL as far as needed to check a query: commands, columns, bins.

A query is a sequence of commands separated by ``|``, except inside quotes, regular expressions, comments and
parentheses. Nothing is refused here: what cannot be parsed is left to CloudWatch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

COMMANDS = (
    "SOURCE", "addtotals", "anomaly", "dedup", "diff", "display", "expand", "fields", "filldown", "fillmissing",
    "filter", "filterIndex", "join", "limit", "lookup", "parse", "pattern", "relevantfields", "sort", "stats",
    "unmask", "unnest",
)  # fmt: skip
"""The commands that AWS documents. The list grows, so a word is not wrong just because it is missing here."""


class Command(NamedTuple):
    """One command: its first word; its text without comments; and the rest after the word, with literals blanked."""

    word: str
    text: str
    bare: str


class Column(NamedTuple):
    """A column that ``stats`` makes: its name and its expression (with literals blanked)."""

    name: str
    expression: str


class Bin(NamedTuple):
    """``bin(5m)``: the column's name, and the number and unit as written."""

    name: str
    number: int
    unit: str


class Result(NamedTuple):
    """The columns of the last ``stats`` of a query: its values, and what it groups them by.

    ``final`` says that no later command changes these columns, so that the answer has exactly these.
    """

    values: tuple[Column, ...]
    groups: tuple[Column, ...]
    final: bool

    def value(self, name: str) -> Column | None:
        """The value column with that name."""
        return next((column for column in self.values if column.name == name), None)

    def bins(self) -> tuple[Bin, ...]:
        """The groups that are time bins."""
        found = ((column.name, _BIN.fullmatch(column.expression)) for column in self.groups)
        return tuple(Bin(name, int(match[1]), match[2]) for name, match in found if match)


_ALIAS = re.compile(r"\s+as\s+(`[^`]*`|\S+)\Z", re.IGNORECASE)
_BIN = re.compile(r"bin\s*\(\s*([0-9]{1,6})\s*([A-Za-z]+)\s*\)")
_LITERAL = re.compile(r"""(['"`])(?:\\.|(?!\1).)*(?:\1|\Z)""", re.DOTALL)
_REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])*(?:/|\Z)")
_BEFORE_REGEX = re.compile(r"(?:\blike|=~|[(,])\s*\Z|\A\s*parse\b[^/]*\Z", re.IGNORECASE)


def commands(query: str) -> tuple[Command, ...]:
    """The commands of a query, in order. Commands of a subquery are part of the command that contains it."""
    made: list[Command] = []
    text, bare = "", ""
    depth, position = 0, 0
    while position < len(query):
        token, blank = _token(query, position, bare)
        position += len(token)
        if token.startswith("#"):
            continue
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == "|" and depth <= 0:
            made.append(_command(text, bare))
            text, bare, depth = "", "", 0
        else:
            text, bare = text + token, bare + blank
    return (*made, _command(text, bare))


def _token(query: str, position: int, before: str) -> tuple[str, str]:
    """The next token, and its replacement in ``bare``: literals are blanked, but field names in backticks are kept."""
    first = query[position]
    if first == "#":
        comment = query[position:].partition("\n")[0]
        return comment, comment
    if first in "'\"`":
        literal = _LITERAL.match(query, position)
    elif first == "/" and _BEFORE_REGEX.search(before):
        literal = _REGEX.match(query, position)
    else:
        return first, first
    token = literal[0] if literal else first
    return token, token if first == "`" else " " * len(token)


def _command(text: str, bare: str) -> Command:
    body = bare.strip()
    word = re.match(r"[A-Za-z_]*", body)[0]  # type: ignore[index]
    known = next((command for command in COMMANDS if command.lower() == word.lower()), word)
    return Command(known, " ".join(text.split()), body[len(word) :])


def result(made: tuple[Command, ...]) -> Result | None:
    """The columns of the last ``stats``; None if there is none."""
    last = max((number for number, command in enumerate(made) if command.word == "stats"), default=None)
    if last is None:
        return None
    values, groups = _around_by(made[last].bare)
    final = all(command.word in ("sort", "filter", "limit") for command in made[last + 1 :])
    return Result(tuple(_columns(values)), tuple(_columns(groups)), final)


def _around_by(body: str) -> tuple[str, str]:
    for found in re.finditer(r"\bby\b", body, re.IGNORECASE):
        if body.count("(", 0, found.start()) == body.count(")", 0, found.start()):
            return body[: found.start()], body[found.end() :]
    return body, ""


def _columns(text: str) -> Iterator[Column]:
    for part in _parts(text):
        named = _ALIAS.search(part)
        expression = " ".join((part[: named.start()] if named else part).split())
        yield Column((named[1] if named else expression).strip("`"), expression)


def _parts(text: str) -> Iterator[str]:
    """The parts between commas outside parentheses."""
    depth, begin = 0, 0
    for position, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth <= 0:
            yield text[begin:position].strip()
            begin = position + 1
    if text[begin:].strip():
        yield text[begin:].strip()


ADDITIVE = {"count", "sum", "count_over_time", "sum_over_time"}
AGGREGATES = {
    *ADDITIVE, "avg", "count_distinct", "earliest", "latest", "max", "median", "min", "pct", "rate", "sortsFirst",
    "sortsLast", "stddev",
}  # fmt: skip


def functions(expression: str) -> tuple[str, ...]:
    """The aggregate functions in an expression, in order."""
    return tuple(name for name in re.findall(r"([A-Za-z_]\w*)\s*\(", expression) if name in AGGREGATES)


def adds_up(expression: str) -> bool:
    """Whether the values of several bins can be added: true for sums and counts, but not for a quotient of them."""
    used = functions(expression)
    divided = any(functions(part) for part in expression.split("/")[1:])
    return set(used) <= ADDITIVE and not divided


def percentile(expression: str) -> str | None:
    """The percentage in ``pct(@duration, 95)``, as text."""
    found = re.fullmatch(r"pct\s*\([^,()]+,\s*([0-9]{1,3}(?:\.[0-9]{1,10})?)\s*\)", expression)
    return found[1] if found else None


def low_percentiles(answers: Result) -> Iterator[tuple[str, str]]:
    """Percentiles written as a share, as in ``pct(@duration, 0.95)``, which means the 0.95th percentile."""
    for column in answers.values:
        for found in re.finditer(r"\bpct\s*\([^,()]+,\s*(0\.0*[1-9][0-9]*)\s*\)", column.expression):
            written, share = found[0], found[1]
            meant = written.replace(share, f"{(Decimal(share) * 100).normalize():f}")
            yield f"{written} is about {share} % of the events: pct takes a percentage", f"write {meant}"
