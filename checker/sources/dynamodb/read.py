"""Reads recorded counts into series: pure. Counts that are not whole and consistent are an Absence."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from checker.model import Absence, ConnectionDeclaration, Exchange, Point, Question, Series
from checker.sources.dynamodb.ask import Read, main_read, within_read
from checker.sources.dynamodb.query import DynamoDBQuery
from checker.sources.recorded import not_recorded, two_answers
from checker.units import COUNT

Answers = Mapping[tuple[ConnectionDeclaration, Read], Sequence[Exchange]]


class Distinct(NamedTuple):
    """The distinct values of an attribute: their type, their number, and the digest of each if recorded."""

    type: str | None
    values: int
    digests: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of one read. The ``note`` says how it was read, and makes no difference to the counts."""

    count: int
    distinct: Mapping[str, Distinct]
    note: str = field(compare=False)


def read(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Series | Absence]:
    """One reading for each question; ``not-recorded`` if the exchanges do not contain its answer."""
    answers: dict[tuple[ConnectionDeclaration, Read], list[Exchange]] = {}
    for exchange in exchanges:
        request = exchange.request
        if request.operation in ("Scan", "Query"):
            text = json.dumps(request.parameters.get("read"), sort_keys=True, separators=(",", ":"))
            answers.setdefault((request.connection, Read(request.operation, text)), []).append(exchange)
    return [_read(question, answers) for question in questions]


def _read(question: Question, answers: Answers) -> Series | Absence:
    query: DynamoDBQuery = question.query  # type: ignore[assignment]
    attribute, within = query.count.distinct, query.count.within
    main = _counts(question, main_read(question), attribute, within is not None, answers)
    if isinstance(main, Absence):
        return main
    value, notes = main.count, [main.note]
    if attribute is not None:
        value = main.distinct[attribute].values
    other_read = within_read(question)
    if attribute is not None and within is not None and other_read is not None:
        other = _counts(question, other_read, within.key, True, answers)
        if isinstance(other, Absence):
            return other
        ours, theirs = main.distinct[attribute], other.distinct[within.key]
        if ours.type and theirs.type and ours.type != theirs.type:
            return Absence(
                "failed",
                f"{attribute} in {query.table} is of the type {ours.type}, and {within.key} in {within.table} of "
                f"{theirs.type}: no values could ever match",
                "name attributes of the same type",
            )
        value = len((ours.digests or frozenset()) & (theirs.digests or frozenset()))
        notes += [
            other.note,
            f"{value} of {ours.values} distinct {attribute} are among the {theirs.values} {within.key}",
        ]
    return Series(
        points=(Point(question.at, Fraction(value), main.count),),
        combine="single",
        unit=COUNT,
        newest=question.at,
        samples=main.count,
        counts_events=True,
        notes=tuple(notes),
    )


def _counts(
    question: Question, wanted: Read, attribute: str | None, digests: bool, answers: Answers
) -> Counts | Absence:
    """The counts of one read, with the distinct values of ``attribute``, and their digests if needed."""
    found = [
        _recorded(question.query, exchange, attribute, digests)  # type: ignore[arg-type]
        for exchange in answers.get((question.connection, wanted), ())
        if attribute is None or _keeps(exchange, attribute, digests)
    ]
    if not found:
        return not_recorded("count of this table under these conditions at this moment")
    return found[0] if all(each == found[0] for each in found) else two_answers()


def _keeps(exchange: Exchange, attribute: str, digests: bool) -> bool:
    """Whether the distinct values of an attribute were asked for in this exchange, and their digests if needed."""
    kept = exchange.request.parameters.get("distinct")
    enough = ("digests",) if digests else ("count", "digests")
    return isinstance(kept, Mapping) and kept.get(attribute) in enough


def _recorded(
    query: DynamoDBQuery, exchange: Exchange, attribute: str | None, digests: bool
) -> Counts | Absence:
    if exchange.failure is not None:
        return Absence("failed", exchange.failure.message, exchange.failure.remedy)
    response, read = exchange.response or {}, exchange.request.parameters["read"]
    count, scanned, pages = (_whole(response.get(key)) for key in ("count", "scanned", "pages"))
    capacity = response.get("capacity")
    if count is None or scanned is None or not pages or count > scanned:
        return _nonsense("whole counts")
    if isinstance(capacity, bool) or not isinstance(capacity, int | float) or capacity < 0:
        return _nonsense("the consumed capacity")
    if scanned > query.maxItems or capacity > query.capacityBudget:
        return _over(query, read["table"], scanned, capacity)
    distinct: dict[str, Distinct] = {}
    if attribute is not None:
        values = _distinct(response.get("distinct"), attribute, digests)
        if values is None or values.values > count or (count > 0 and not values.values):
            return _nonsense(f"the distinct values of {attribute}")
        distinct[attribute] = values
    note = (
        f"{read['table']}: {count} of {scanned} items counted, {pages} page{'s' if pages > 1 else ''}, "
        f"{capacity:.12g} capacity units"
    )
    return Counts(count, distinct, note)


def _over(query: DynamoDBQuery, table: str, scanned: int, capacity: float) -> Absence:
    """The absence of an answer that consumed more than the query allows; another query may allow more, and share it."""
    items = scanned > query.maxItems
    consumed = f"{scanned} items" if items else f"{capacity:.12g} capacity units"
    limit = f"maxItems {query.maxItems}" if items else f"capacityBudget {query.capacityBudget}"
    return Absence(
        "failed",
        f"reading {table} took {consumed}, over {limit}",
        f"query an index (index, keyCondition) instead of scanning, or raise {limit.split()[0]}",
    )


def _distinct(recorded: Any, attribute: str, digests: bool) -> Distinct | None:
    entry = recorded.get(attribute) if isinstance(recorded, Mapping) else None
    values = _whole(entry.get("values")) if isinstance(entry, Mapping) else None
    if not isinstance(entry, Mapping) or values is None or entry.get("type") not in (None, "S", "N", "B"):
        return None
    if values and entry.get("type") is None:
        return None
    if not digests:
        return Distinct(entry.get("type"), values, None)
    listed = entry.get("digests")
    if not isinstance(listed, list) or not all(
        isinstance(each, str) and re.fullmatch("[0-9a-f]{16}", each) for each in listed
    ):
        return None
    unique = frozenset(listed)
    return Distinct(entry.get("type"), values, unique) if len(unique) == len(listed) == values else None


def _whole(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _nonsense(what: str) -> Absence:
    return Absence(
        "failed",
        f"the recorded answer does not hold {what}",
        "record again; if it persists, look at the evidence",
    )
