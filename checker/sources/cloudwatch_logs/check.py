"""Checks the text of a query before it is asked: pure."""

from __future__ import annotations

from collections.abc import Iterator

from checker.sources import Problem
from checker.sources.cloudwatch_logs.ask import BIN_SECONDS, MOST_ROWS, bin_seconds, period_of, query_string
from checker.sources.cloudwatch_logs.language import (
    ADDITIVE,
    COMMANDS,
    Bin,
    Command,
    Result,
    adds_up,
    commands,
    functions,
    low_percentiles,
    result,
)
from checker.sources.cloudwatch_logs.query import CloudWatchLogsQuery
from checker.units import format_duration

REFUSED = {
    "SOURCE": (
        "the log groups are stated twice",
        "name them under logGroups or logGroupPrefixes, and remove SOURCE from the query",
    ),
    "limit": (
        "'limit' cuts the answer, and a partial answer looks like a complete one",
        "remove it: checker sets the limit, and an answer that reaches it is an error",
    ),
    "fillmissing": (
        "'fillmissing' makes up rows for bins without events, which then look like measured ones",
        "remove it: checker counts the bins that are missing",
    ),
    "filldown": (
        "'filldown' repeats values where there are none, which then look like measured ones",
        "remove it",
    ),
    "diff": ("'diff' reads events from before the window", "remove it, and state two promises"),
}
"""Commands of Logs Insights that make an answer unreliable for a promise: the fact, and the remedy."""

_COMPUTE = (
    "compute in 'fields' before stats, or in stats itself; the ratio of two columns is an indicator with good "
    "(or bad) and total, one column each"
)
ELSEWHERE = {
    **dict.fromkeys(("extend", "eval", "let"), _COMPUTE),
    **dict.fromkeys(("where", "search", "having"), "write 'filter'"),
    **dict.fromkeys(("project", "select", "table", "rename"), "write 'fields'"),
    **dict.fromkeys(("summarize", "summarise", "aggregate", "count", "sum", "group"), "write 'stats'"),
    **dict.fromkeys(("order", "orderby"), "write 'sort'"),
    **dict.fromkeys(("head", "take", "top", "tail"), "remove it: checker sets the limit"),
}
"""Commands of other query languages, and what to write instead."""

_UNITS = {1: 60, 60: 60, 3600: 24}
"""By length of the unit in seconds: the largest number that bin() accepts; larger ones are silently cut to it."""

LONGEST_TEXT = 10_000


def check(query: CloudWatchLogsQuery, window: int | None) -> Iterator[Problem]:
    """The problems of ``query``: its commands, its columns, and its bins over a window of ``window`` seconds."""
    made = commands(query.query)
    yield from _commands(made)
    if len(query_string(query)) > LONGEST_TEXT:
        yield Problem(
            "query",
            f"with the prefixes of its log groups the query is longer than {LONGEST_TEXT:,} characters",
            "shorten it",
        )
    answers = result(made)
    if answers is None:
        yield Problem(
            "query",
            "the query has no stats: it would return log events, but a promise needs a number",
            "end it with stats, as in 'stats count(*) as all'",
        )
        return
    yield from _rows(query, answers, window)
    yield from (Problem("query", *each) for each in low_percentiles(answers))
    if answers.final:
        yield from _columns(query, answers)


def check_periods(query: CloudWatchLogsQuery, period: int, window: int) -> Iterator[Problem]:
    """Why the query cannot be asked for each period of ``period`` seconds, over ``window`` seconds."""
    found = list(check(query, window))
    yield from found
    if not found and period_of(query) != period:
        every = format_duration(period)
        yield Problem(
            "query",
            f"the query returns no row for each {every}, but the evaluation needs periods of {every}",
            f"group by bin({every}), as in 'by bin({every}) as time', and add 'time: time' and 'combine'",
        )


def _commands(made: tuple[Command, ...]) -> Iterator[Problem]:
    for command in made:
        word = command.word
        if not command.text:
            yield Problem("query", "there is no command before or after a '|'", "remove one '|'")
        elif word in REFUSED:
            yield Problem("query", *REFUSED[word])
        elif word.lower() in ELSEWHERE:
            yield Problem("query", f"Logs Insights has no command {word!r}", ELSEWHERE[word.lower()])
        elif word not in COMMANDS:
            yield from _unknown(command)


def _unknown(command: Command) -> Iterator[Problem]:
    """An undocumented command. It is a problem only if it is likely misspelt, because AWS adds commands."""
    if not command.word:
        start = command.text.split()[0]
        yield Problem(
            "query",
            f"{start!r} is not the start of a command",
            f"begin with a command: {', '.join(COMMANDS)}",
        )
        return
    folded = {known.lower(): known for known in COMMANDS}
    from difflib import get_close_matches

    close = get_close_matches(command.word.lower(), folded, n=1, cutoff=0.75)
    if close:
        yield Problem(
            "query",
            f"Logs Insights documents no command {command.word!r}",
            f"did you mean {folded[close[0]]!r}?",
        )


def _rows(query: CloudWatchLogsQuery, answers: Result, window: int | None) -> Iterator[Problem]:
    """The answer must be a single row, or one row for each bin: anything else is not one number."""
    bins = answers.bins()
    others = [column.name for column in answers.groups if column.name not in {each.name for each in bins}]
    if others:
        yield Problem(
            "query",
            f"the query returns a row for each {' and '.join(others)}, but a promise needs one number",
            "remove it after 'by'; to promise each separately, write one query each, with filter",
        )
    elif query.time is None and bins:
        yield Problem(
            "query",
            f"the query returns a row for each {bins[0].name}, but nothing says how to combine them",
            f"add 'time: {bins[0].name}' and 'combine', or remove what follows 'by'",
        )
    elif query.time is not None and len(bins) != 1:
        yield Problem(
            "time",
            "the query groups by no bin of time" if not bins else "the query groups by more than one bin",
            "group by one, as in 'by bin(5m) as time', or remove time",
        )
    elif query.time is not None:
        yield from _time(bins[0], window)
        yield from _combine(query, answers)
    if query.time is None and query.combine is not None:
        yield Problem(
            "combine", "one row needs no combining", "remove combine, or group by bin() and add time"
        )


def _time(found: Bin, window: int | None) -> Iterator[Problem]:
    written, seconds = f"bin({found.number}{found.unit})", bin_seconds(found)
    most = _UNITS.get(BIN_SECONDS.get(found.unit.lower(), 0))
    if not seconds:
        yield Problem(
            "query",
            f"{written} is not a fixed number of whole seconds",
            "write s, m, h or d, as in bin(5m)",
        )
    elif most is not None and found.number > most:
        exact = format_duration(seconds)
        yield Problem(
            "query",
            f"CloudWatch Logs silently cuts {written} to {most}{found.unit}",
            f"write bin({exact})"
            if seconds % 60 == 0 and exact[:-1] != str(found.number)
            else "use another unit",
        )
    elif window is not None and window % seconds:
        yield Problem(
            "query",
            f"the window of {format_duration(window)} is not a whole number of bins of {format_duration(seconds)}",
            "choose a window that is a multiple of the bin",
        )
    elif window is not None and window // seconds >= MOST_ROWS:
        yield Problem(
            "query",
            f"the window has {window // seconds:,} bins, but a query returns fewer than {MOST_ROWS:,} rows",
            "make the bins wider",
        )


def _combine(query: CloudWatchLogsQuery, answers: Result) -> Iterator[Problem]:
    if query.combine is None:
        yield Problem(
            "combine",
            "nothing says how to combine the bins",
            "write 'combine: sum' for counts and sums, max or min for the worst bin, mean for sums and counts",
        )
        return
    if query.combine == "mean" and query.samples is None:
        yield Problem(
            "samples",
            "a mean needs the number of samples of each bin",
            "set column to that of sum(x), and samples to that of count(x)",
        )
    values = [column for column in answers.values if column.name != query.samples]
    value = answers.value(query.column or (values[0].name if len(values) == 1 else ""))
    if query.combine in ("sum", "mean") and value is not None and not adds_up(value.expression):
        odd = next((name for name in functions(value.expression) if name not in ADDITIVE), "a quotient")
        yield Problem(
            "combine",
            f"{odd} of several bins does not add up to that of the window",
            "remove the bins, so that it is computed over the window; or promise the worst bin, with combine: max",
        )


def _columns(query: CloudWatchLogsQuery, answers: Result) -> Iterator[Problem]:
    bins = answers.bins()
    if query.time is not None and len(bins) == 1 and query.time != bins[0].name:
        yield Problem("time", f"the bins are in the column {bins[0].name!r}", f"write 'time: {bins[0].name}'")
    for key, name in (("column", query.column), ("samples", query.samples)):
        if name is not None and answers.value(name) is None:
            names = [column.name for column in answers.values]
            from difflib import get_close_matches

            close = get_close_matches(name, names, n=1)
            yield Problem(
                key,
                f"the query makes no column {name!r}; it makes {', '.join(names)}",
                f"did you mean {close[0]!r}?" if close else "name a column with 'as', and write that name",
            )
    left = [column.name for column in answers.values if column.name != query.samples]
    if query.column is None and len(left) != 1:
        yield Problem(
            "column",
            f"the query makes {len(left)} columns besides samples" + (f": {', '.join(left)}" if left else ""),
            "say with 'column' which of them is the number",
        )
