"""Logs Insights QL, as far as a query has to be understood before it is asked: commands, columns, bins.

A query is a row of commands divided by ``|``. What stands in quotes, in a regular expression, in a comment or
in parentheses divides nothing. Nothing here refuses a query: what cannot be understood is left to CloudWatch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

COMMANDS = (
    "SOURCE", "addtotals", "anomaly", "dedup", "diff", "display", "expand", "fields", "filldown", "fillmissing",
    "filter", "filterIndex", "join", "limit", "lookup", "parse", "pattern", "relevantfields", "sort", "stats",
    "unmask", "unnest",
)  # fmt: skip
"""The commands that AWS documents. The list grows, so a word that is not in it is not wrong for that alone."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its first word; its text without comments; and what follows the word, every literal blanked."""

    word: str
    text: str
    bare: str


class Column(NamedTuple):
    """A column that ``stats`` makes: its name, and the expression (literals blanked) that it holds."""

    name: str
    expression: str


class Bin(NamedTuple):
    """``bin(5m)``: the column's name, the number and the unit as written."""

    name: str
    number: int
    unit: str


@dataclass(frozen=True, slots=True)
class Result:
    """What the last ``stats`` of a query makes: its values, and what it groups them by.

    ``final`` says that no later command changes these columns, so that they are those of the answer.
    """

    values: tuple[Column, ...]
    groups: tuple[Column, ...]
    final: bool

    def value(self, name: str) -> Column | None:
        """The value column of that name."""
        return next((column for column in self.values if column.name == name), None)

    def bins(self) -> tuple[Bin, ...]:
        """The groups that are bins of time."""
        found = ((column.name, _BIN.fullmatch(column.expression)) for column in self.groups)
        return tuple(Bin(name, int(match[1]), match[2]) for name, match in found if match)


_ALIAS = re.compile(r"\s+as\s+(`[^`]*`|\S+)\Z", re.IGNORECASE)
_BIN = re.compile(r"bin\s*\(\s*([0-9]{1,6})\s*([A-Za-z]+)\s*\)")
_LITERAL = re.compile(r"""(['"`])(?:\\.|(?!\1).)*(?:\1|\Z)""", re.DOTALL)
_REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])*(?:/|\Z)")
_BEFORE_REGEX = re.compile(r"(?:\blike|=~|[(,])\s*\Z|\A\s*parse\b[^/]*\Z", re.IGNORECASE)


def commands(query: str) -> tuple[Command, ...]:
    """The commands of a query, in order; parts of subqueries stay within the command they stand in."""
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
    """The next token, and what stands for it where literals are blanked. Field names in backticks stay."""
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
    """What the last ``stats`` makes, or None where there is none."""
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
    """The parts between commas that stand in no parentheses."""
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
    """The aggregate functions of an expression, in order."""
    return tuple(name for name in re.findall(r"([A-Za-z_]\w*)\s*\(", expression) if name in AGGREGATES)


def adds_up(expression: str) -> bool:
    """Whether the values of several bins may be added: sums and counts may, and no quotient of two of them."""
    used = functions(expression)
    divided = any(functions(part) for part in expression.split("/")[1:])
    return set(used) <= ADDITIVE and not divided


def percentile(expression: str) -> str | None:
    """The percentage of ``pct(@duration, 95)``, as text."""
    found = re.fullmatch(r"pct\s*\([^,()]+,\s*([0-9]{1,3}(?:\.[0-9]{1,10})?)\s*\)", expression)
    return found[1] if found else None
