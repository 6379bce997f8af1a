"""The PromQL of the rules: a promise's own queries over other windows, and what is made of their results."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from checker import display
from checker.exporters.prometheus.burn_rates import Pair
from checker.sources.prometheus import promql
from checker.units import format_duration

FOREIGN = "its query has no range that could be shortened; write [{{.window}}], or the counters with reduce: increase"


def over(query: Any, window: int, seconds: int) -> str:
    """What ``query`` (a PrometheusQuery), made for ``window``, asks over so many seconds. Raises ValueError with
    the reason where that cannot be said."""
    text: str = query.query.strip()
    if query.reduce == "increase":
        return f"increase({text}[{format_duration(seconds)}])"
    if query.reduce is not None:
        raise ValueError(f"reduce: {query.reduce} has no counterpart in a rule")
    if window not in promql.ranges(text) and promql.has_window(text):
        return promql.resolved(text, seconds)
    shorter = promql.shortened(text, window, seconds)
    if not shorter:
        raise ValueError(FOREIGN)
    return shorter


def error_ratio(side: str, part: str, total: str) -> str:
    """The share of bad events. ``part`` counts the good ones or the bad ones, as ``side`` says.

    Without any good events all are bad, also where nobody has counted one yet. Without a count of bad ones
    there is no ratio: absence is not zero. Without events it is NaN, which is beyond no threshold.
    """
    if side == "bad":
        return f"{_sum(part)}\n/\n{_sum(total)}"
    return f"1 - (\n  ({_sum(part)} or vector(0))\n  /\n  {_sum(total)}\n)"


def _sum(query: str) -> str:
    """The query without its labels. Lines of their own keep a comment in it from swallowing what follows."""
    return f"sum(\n{query}\n)" if "\n" in query or "#" in query else f"sum({query})"


def recorded(seconds: int) -> str:
    """The name of the series with the error ratio over so many seconds."""
    return f"slo:errors:ratio_rate{format_duration(seconds)}"


def series(metric: str, slo: str) -> str:
    """The one series of a promise."""
    return f"{metric}{{slo={json.dumps(slo)}}}"


def burning(slo: str, pairs: list[Pair], allowed: Fraction) -> str:
    """The condition of an alert: one of the pairs is over its threshold, in both windows. Its value is the error
    ratio of the long one."""
    each = []
    for pair in pairs:
        limit = number(pair.rate * allowed)
        long, short = (series(recorded(window), slo) for window in (pair.long, pair.short))
        each.append(f"{long} > {limit}\nand\n{short} > {limit}")
    return each[0] if len(each) == 1 else "\nor\n".join(f"(\n{text}\n)" for text in each)


def number(value: Fraction) -> str:
    """A number as PromQL writes it: exactly where its decimals end soon, else to 17 digits."""
    for decimals in range(18):
        if 10**decimals % value.denominator == 0:
            return display.decimal(value, decimals)
    return repr(float(value))
