"""Extracts from one earlier report the few facts that a baseline needs. The bytes are not trusted.

A report is refused if it cannot be what checker wrote: it may be cut off, edited, or made by another program. Only
a pinned digest shows that it was not edited at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from checker.read_json import read_json
from checker.units import Threshold, UnitError, convert, convertible, parse_unit

VERSION = "1"
OUTCOMES = ("PASS", "WARN", "FAIL", "INCONCLUSIVE", "ERROR", "WAIVED")

_EXACT = re.compile(r"-?[0-9]{1,400}(\.[0-9]{1,60}|/[1-9][0-9]{0,400})?")


class ReportRefused(ValueError):
    """Why a file is not a valid report. ``foreign``: it does not even claim to be one."""

    def __init__(self, message: str, *, foreign: bool = False) -> None:
        super().__init__(message)
        self.foreign = foreign


def read_report(data: bytes, objectives: Sequence[str]) -> dict[str, Any]:
    """``at`` (epoch seconds), ``allowed``, and under ``verdicts`` those of ``objectives`` that the report has, each
    with ``outcome``, ``indicator`` (digest), ``value`` (exact text, or None) and ``unit``. Raises ReportRefused."""
    try:
        report = read_json(data)
    except ValueError as error:
        raise ReportRefused(str(error)) from None
    if not isinstance(report, dict) or _at(report, "tool", "name") != "checker":
        raise ReportRefused("it is not a report of checker", foreign=True)
    if report.get("schemaVersion") != VERSION:
        raise ReportRefused(f"it is a report of a version other than {VERSION}")
    allowed, code = _at(report, "decision", "allowed"), _at(report, "decision", "exit")
    if not isinstance(allowed, bool) or type(code) is not int or allowed != (code == 0):
        raise ReportRefused("its decision contradicts its exit code")
    return {"at": _moment(report.get("at")), "allowed": allowed, "verdicts": _verdicts(report, objectives)}


def _at(node: Any, *keys: str) -> Any:
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def _moment(text: Any) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ReportRefused("it does not say for which moment it judged")
    return int(moment.timestamp())


def _verdicts(report: Mapping[str, Any], objectives: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    verdicts = report.get("verdicts")
    if not isinstance(verdicts, list):
        raise ReportRefused("it holds no list of verdicts")
    for verdict in verdicts:
        name = _at(verdict, "objective", "name")
        if not isinstance(name, str):
            raise ReportRefused("it holds a verdict without a promise")
        if name in objectives:
            if name in found:
                raise ReportRefused(f"it holds two verdicts about {name}")
            found[name] = _verdict(verdict, name)
    return found


def _verdict(verdict: Mapping[str, Any], name: str) -> dict[str, Any]:
    outcome, indicator = verdict.get("outcome"), _at(verdict, "objective", "indicatorDigest")
    if outcome not in OUTCOMES:
        raise ReportRefused(f"its verdict about {name} has no outcome")
    # The value of a percentile that was judged by shares is a share. The value that was compared with a baseline is
    # better.
    holder = verdict["regression"] if _at(verdict, "regression", "value") is not None else verdict
    facts = {
        "outcome": outcome,
        "indicator": indicator if isinstance(indicator, str) else "",
        "value": _at(holder, "value", "exact"),
        "unit": _at(holder, "unit"),
    }
    if facts["value"] is None:
        return {**facts, "unit": None}
    _check(facts, verdict, name)
    if holder is verdict and _at(verdict, "compared", "text") != _at(verdict, "objective", "target", "text"):
        return {**facts, "value": None, "unit": None}
    return facts


def _check(facts: Mapping[str, Any], verdict: Mapping[str, Any], name: str) -> None:
    """Checks that the value is a number with a unit, and that a PASS does not contradict it."""
    if not isinstance(facts["value"], str) or not _EXACT.fullmatch(facts["value"]):
        raise ReportRefused(f"its value of {name} is not a number")
    if _at(verdict, "objective", "target") is None and _at(verdict, "regression", "limit") is None:
        return  # a first run: there is nothing to contradict
    compared, unit = verdict.get("compared"), verdict.get("unit")
    value, limit = _at(verdict, "value", "exact"), _at(compared, "exact")
    if verdict["outcome"] != "PASS" or not isinstance(value, str) or not _EXACT.fullmatch(value):
        return
    try:
        mine, its = parse_unit(str(unit or "")), parse_unit(str(_at(compared, "unit") or ""))
    except UnitError:
        return  # the unit of a formula cannot be parsed, and its values are not used
    operator = _at(compared, "operator")
    if (
        operator not in ("<", "<=", "==", ">=", ">")
        or not isinstance(limit, str)
        or not _EXACT.fullmatch(limit)
    ):
        raise ReportRefused(f"it does not say what {name} was compared with")
    threshold = Threshold(operator, Fraction(limit), its, "")
    if not convertible(mine, its):
        raise ReportRefused(
            f"it says PASS for {name}, whose value and target are in units that do not compare"
        )
    if not threshold.holds(convert(Fraction(value), mine, its)):
        raise ReportRefused(f"it says PASS for {name}, whose value misses its own target")
