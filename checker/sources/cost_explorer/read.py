"""Reads recorded costs into series: pure, and with checks for contradictions.

Amounts are decimal text and stay exact. An answer is accepted only if it has every requested period once, is final,
and is in one currency. If nothing was spent, that is no data unless the query allows it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from checker.model import Absence, Exchange, Point, Question, Series
from checker.sources.cost_explorer import expression
from checker.sources.cost_explorer.ask import Asked, Period, asked_in, asked_of, periods_of, window_of
from checker.sources.cost_explorer.query import DAY, CostExplorerQuery, unit
from checker.sources.cost_explorer.results import Answer, Result, failed, merge, of_metric
from checker.sources.recorded import not_recorded, settle

NO_UNIT = "N/A"
_AMOUNT = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?")

Answers = Mapping[tuple[Asked, str], Answer]
"""The answers by what was asked and by metric."""


def read(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Series | Absence]:
    """One reading for each question; ``not-recorded`` if the exchanges do not contain its answer."""
    answers: dict[tuple[Asked, str], Answer] = {}
    for exchange in exchanges:
        metrics = exchange.request.parameters.get("Metrics")
        if exchange.request.operation == "GetCostAndUsage" and isinstance(metrics, list):
            merged, asked = merge(exchange), asked_in(exchange.request)
            for metric in map(str, metrics):
                settle(answers, (asked, metric), of_metric(merged, metric))
    return [_read(question, answers) for question in questions]


def _read(question: Question, answers: Answers) -> Series | Absence:
    query: CostExplorerQuery = question.query  # type: ignore[assignment]
    asked, periods = asked_of(question), periods_of(question)
    results = answers.get((asked, query.metric))
    if results is None:
        return not_recorded(f"{query.metric} of {periods[0].start} to {periods[-1].end} under this filter")
    if isinstance(results, Absence):
        return results
    trouble = _incomplete(periods, results) or _not_final(query, periods, results)
    if trouble is not None:
        return trouble
    notes: list[str] = []
    amounts = _amounts(query, periods, results, notes)
    if isinstance(amounts, Absence):
        return amounts
    if query.group is None and not any(amounts) and not query.allowZero:
        return _nothing(query)
    if not (query.allowZero or amounts[-1]) and _of_everything(query) and not results[periods[-1]].groups:
        return _not_arrived(periods[-1])
    return _series(query, periods, amounts, [*notes, *_notes(query, periods, results, amounts)])


def _incomplete(periods: Sequence[Period], results: Mapping[Period, Result]) -> Absence | None:
    missing = [period.name for period in periods if period not in results]
    if missing:
        return failed(f"the answer lacks {len(missing)} of {len(periods)} periods, the first {missing[0]}")
    if len(results) > len(periods):
        return failed("the answer holds a period that was not asked for")
    return None


def _not_final(
    query: CostExplorerQuery, periods: Sequence[Period], results: Mapping[Period, Result]
) -> Absence | None:
    estimated = [period for period in periods if not results[period].final]
    if not estimated or query.allowEstimated:
        return None
    return failed(
        f"the amounts of {len(estimated)} of {len(periods)} periods are estimated, the first {estimated[0].name}, "
        "and may still grow",
        "wait until AWS has closed the month's bill (for months, lag: 10d), or accept them with allowEstimated: true",
    )


def _amounts(
    query: CostExplorerQuery, periods: Sequence[Period], results: Mapping[Period, Result], notes: list[str]
) -> list[Fraction] | Absence:
    """The amount of each period, all in one unit."""
    key = _group_key(query)
    if key is not None and not any(key in results[period].groups for period in periods):
        return _no_such_group(query, {name for period in periods for name in results[period].groups})
    amounts: list[Fraction] = []
    units: set[str] = set()
    silent = 0
    for period in periods:
        result = results[period]
        if key is not None and key not in result.groups:
            silent += 1
            amounts.append(Fraction(0))
            continue
        found = _amount((result.total if key is None else result.groups[key]).get(query.metric))
        if found is None:
            return failed(f"the answer holds no {query.metric} of {period.name} that is a decimal number")
        amounts.append(found[0])
        if found[0] or query.metric != "UsageQuantity":
            units.add(found[1])
    if silent:
        notes.append(f"{query.group!r} does not appear in {silent} of {len(periods)} periods, read as 0")
    return _wrong_unit(query, units, notes) or amounts


def _group_key(query: CostExplorerQuery) -> str | None:
    """The key of the chosen group as AWS returns it: tags and categories have their name and a ``$`` in front."""
    if query.groupBy is None or query.group is None:
        return None
    return query.group if query.groupBy.Type == "DIMENSION" else f"{query.groupBy.Key}${query.group}"


def _amount(raw: Any) -> tuple[Fraction, str] | None:
    if not isinstance(raw, Mapping):
        return None
    amount, of = raw.get("Amount"), raw.get("Unit")
    if not isinstance(amount, str) or not isinstance(of, str) or not _AMOUNT.fullmatch(amount):
        return None
    return Fraction(Decimal(amount)), of


def _wrong_unit(query: CostExplorerQuery, units: set[str], notes: list[str]) -> Absence | None:
    found = " and ".join(sorted(units))
    if query.metric == "UsageQuantity":
        if len(units) > 1 or NO_UNIT in units:
            return failed(
                f"the usage is in several units ({found}), which cannot be added up",
                "narrow the filter to one USAGE_TYPE or USAGE_TYPE_GROUP",
            )
        notes.extend(f"usage in {each}" for each in units)
        return None
    if units <= {query.currency}:
        return None
    remedy = f"write currency: {found}" if len(units) == 1 else "filter for one BILLING_ENTITY"
    return failed(f"the amounts are in {found}, but the query is about {query.currency}", remedy)


def _no_such_group(query: CostExplorerQuery, keys: set[str]) -> Absence:
    prefix = f"{query.groupBy.Key}$" if query.groupBy and query.groupBy.Type != "DIMENSION" else ""
    names = sorted(key.removeprefix(prefix) for key in keys)
    reason = f"no costs of {query.groupBy.Key if query.groupBy else ''} {query.group!r}"
    from difflib import get_close_matches

    close = get_close_matches(query.group or "", names, n=3, cutoff=0.4)
    if not names:
        return Absence("no-data", reason, "there are no costs at all; check the filter and the account")
    there = ", ".join(repr(name) for name in close or names[:5])
    return Absence("no-data", reason, f"did you mean {there}?" if close else f"there are {there}")


def _nothing(query: CostExplorerQuery) -> Absence:
    if query.filter is None:
        return Absence(
            "no-data",
            "nothing was spent at all",
            "check the account; if nothing was spent, write allowZero: true",
        )
    return Absence(
        "no-data",
        f"nothing was spent on {expression.describe(expression.asked(query.filter))}, which is also what Cost Explorer "
        "answers to a misspelt filter",
        "check the values ('aws ce get-dimension-values' lists them); if nothing was spent, write allowZero: true",
    )


def _of_everything(query: CostExplorerQuery) -> bool:
    """Whether the answer is about all costs of the account, which spends something in every period."""
    return query.filter is None and query.metric != "UsageQuantity"


def _not_arrived(last: Period) -> Absence:
    return Absence(
        "no-data",
        f"nothing was spent in the whole account in {last.name}, the last period, as if its costs had not arrived yet",
        "run again later, or write a longer lag; if nothing was spent then, write allowZero: true",
    )


def _series(
    query: CostExplorerQuery, periods: Sequence[Period], amounts: Sequence[Fraction], notes: Sequence[str]
) -> Series:
    window = window_of(periods)
    return Series(
        points=tuple(Point(period.time, amount, 1) for period, amount in zip(periods, amounts, strict=True)),
        combine="mean" if query.combine == "mean" else "sum",
        unit=unit(query),
        window=window,
        period=DAY if query.granularity == "DAILY" else 0,
        present=len(periods),
        expected=len(periods),
        newest=window.end,
        notes=tuple(notes),
    )


def _notes(
    query: CostExplorerQuery,
    periods: Sequence[Period],
    results: Mapping[Period, Result],
    amounts: Sequence[Fraction],
) -> list[str]:
    estimated = sum(not results[period].final for period in periods)
    notes = [f"{estimated} of {len(periods)} amounts are estimated, and may still grow"] if estimated else []
    silent = [period.name for period, amount in zip(periods, amounts, strict=True) if not amount]
    if silent and query.group is None and any(amounts):
        what = "used" if query.metric == "UsageQuantity" else "spent"
        notes.append(
            f"nothing was {what} in {len(silent)} of {len(periods)} periods, the last of them {silent[-1]}"
        )
    if any(amount < 0 for amount in amounts):
        notes.append("credits or refunds exceed the costs of a period; without them, filter by RECORD_TYPE")
    return notes
