"""The PromQL of the rules: a promise's own queries over other windows, and what is made of their results."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from checker import display
from checker.sources.prometheus import lag, promql
from checker.units import format_duration

FOREIGN = "its query has no range that could be shortened; write [{{.window}}], or the counters with reduce: increase"


def over(query: Any, window: int, seconds: int) -> str:
    """What ``query`` (a PrometheusQuery), made for ``window``, asks over so many seconds. Raises ValueError with
    the reason where that cannot be said.

    Data that takes its time to arrive (``lag``) is waited for, as when it is judged: the whole is asked as it was
    that long ago.
    """
    text: str = query.query.strip()
    back = f" offset {format_duration(lag(query))}" if lag(query) else ""
    if query.reduce == "increase":
        return f"increase({text}[{format_duration(seconds)}]{back})"
    if query.reduce is not None:
        raise ValueError(f"reduce: {query.reduce} has no counterpart in a rule")
    if window not in promql.ranges(text) and promql.has_window(text):
        asked = promql.resolved(text, seconds)
    else:
        asked = promql.shortened(text, window, seconds)
    if not asked:
        raise ValueError(FOREIGN)
    # Only a selector takes an offset, and an expression as a subquery: this one has its value of one moment.
    return f"last_over_time({_apart(asked)}[1s:1s]{back})" if back else asked


def error_ratio(side: str, part: str, total: str) -> str:
    """The share of bad events. ``part`` counts the good ones or the bad ones, as ``side`` says.

    Without any good events all are bad, also where nobody has counted one yet. Without a count of bad ones
    there is no ratio: absence is not zero. Without events it is NaN, which is beyond no threshold.
    """
    if side == "bad":
        return f"{_sum(part)}\n/\n{_sum(total)}"
    return f"1 - (\n  ({_sum(part)} or vector(0))\n  /\n  {_sum(total)}\n)"


def _sum(query: str) -> str:
    """The query without its labels."""
    return f"sum{_apart(query)}"


def _apart(query: str) -> str:
    """The query in brackets. Lines of their own keep a comment in it from swallowing what follows."""
    return f"(\n{query}\n)" if "\n" in query or "#" in query else f"({query})"


def recorded(seconds: int) -> str:
    """The name of the series with the error ratio over so many seconds."""
    return f"slo:errors:ratio_rate{format_duration(seconds)}"


def series(metric: str, slo: str) -> str:
    """The one series of a promise."""
    return f"{metric}{{slo={json.dumps(slo)}}}"


def beyond(slo: str, limits: Sequence[tuple[int, str, Fraction]]) -> str:
    """That the error ratio over each of the windows is beyond its limit: (seconds, operator, ratio) each. Its value is
    the first ratio."""
    return "\nand\n".join(
        f"{series(recorded(window), slo)} {operator} {number(limit)}" for window, operator, limit in limits
    )


def either(conditions: Sequence[str]) -> str:
    """That one of several conditions holds."""
    return conditions[0] if len(conditions) == 1 else "\nor\n".join(f"(\n{each}\n)" for each in conditions)


def number(value: Fraction) -> str:
    """A number as PromQL writes it: exactly where its decimals end soon, else to 17 digits."""
    for decimals in range(18):
        if 10**decimals % value.denominator == 0:
            return display.decimal(value, decimals)
    return repr(float(value))
