"""The requests that a question is about, from recorded load-test entries: counts, durations, statistics.

The entries are those of ``checker.sources.load_test.result``, read back from evidence. Anything that cannot have
been recorded raises Nonsense.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from math import ceil
from typing import Any, NamedTuple

from checker.model import Absence
from checker.sources.result_file import Nonsense, count, quantity
from checker.units import Unit, convert, parse_unit


class Samples(NamedTuple):
    """The requests of one or more entries. None stands for what the file does not state.

    ``durations`` is the sorted distribution in ``unit``: (value, number of requests). ``statistics`` is what the
    file itself states: min, max, mean or total, and quantiles by their decimal text.
    """

    form: str
    unit: Unit
    requests: int | None
    judged: int | None
    errors: int | None
    durations: tuple[tuple[Fraction, int], ...] | None
    statistics: Mapping[str, Fraction]
    rate: Fraction | None

    @property
    def timed(self) -> int | None:
        """The number of requests with a duration; k6 times every request."""
        return self.requests if self.durations is None else sum(times for _, times in self.durations)

    def statistic(self, name: str) -> Fraction | None:
        """The min, max or mean of the durations: as stated by the file, or computed."""
        if name in self.statistics:
            return self.statistics[name]
        if not self.durations or not self.timed:
            return None  # k6's summary leaves it out
        if name == "mean":
            counted = sum((value * times for value, times in self.durations), Fraction(0))
            return self.statistics.get("total", counted) / self.timed
        return self.durations[0 if name == "min" else -1][0]

    def percentile(self, quantile: Fraction) -> Fraction | None:
        """The nearest rank of the durations, which must not be empty; for k6, the quantile that it states."""
        if self.durations is None:
            stated = (value for name, value in self.statistics.items() if _quantile(name) == quantile)
            return next(stated, None)
        ranks = list(accumulate(times for _, times in self.durations))
        return self.durations[bisect_left(ranks, ceil(quantile * ranks[-1]))][0]


def _quantile(name: str) -> Fraction | None:
    return quantity(name, "a quantile") if name[:1].isdigit() else None


def samples_of(file: str, name: str | None, answer: Mapping[str, Any]) -> Samples | Absence:
    """The samples of the entries called ``name`` (all entries if it is None), merged. Raises Nonsense."""
    form, entries = answer.get("format"), answer.get("entries")
    if form not in ("checker", "k6", "locust") or not isinstance(entries, list | tuple):
        raise Nonsense("it has no format and entries of a load test")
    if any(not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str) for entry in entries):
        raise Nonsense("an entry has no name")
    chosen = _tagged(file, name, entries) if form == "k6" else _named(file, name, entries)
    if isinstance(chosen, Absence):
        return chosen
    samples = _merged(form, [_samples(form, entry) for entry in chosen])
    if samples.requests is None:
        return _uncounted(file, name, entries)
    if samples.requests == 0:
        return Absence(
            "no-data", f"{file} counts no requests{_of(name)}", "run the load test against the service"
        )
    return samples


def _of(name: str | None) -> str:
    return f" of {name!r}" if name else ""


def _named(file: str, name: str | None, entries: Sequence[Mapping[str, Any]]) -> Sequence[Any] | Absence:
    if name is None:
        return entries
    chosen = [entry for entry in entries if name in (entry["name"], _full(entry))]
    if len(chosen) == 1:
        return chosen
    names = ", ".join(sorted(map(_full, chosen or entries))[:10])
    if chosen:
        return Absence("failed", f"{file} has several requests named {name!r}", f"name one of these: {names}")
    return Absence("no-data", f"{file} has no requests named {name!r}", f"it names these: {names or 'none'}")


def _full(entry: Mapping[str, Any]) -> str:
    """An entry's name with its method, as in ``GET /login``."""
    return f"{entry.get('method') or ''} {entry['name']}".strip()


def _tagged(file: str, name: str | None, entries: Sequence[Mapping[str, Any]]) -> Sequence[Any] | Absence:
    """The entry with a tag. In k6's summary, the total is an entry without a name; the others are parts of it, by
    tag."""
    tags = (
        {f"{tag}{name}".replace(" ", "") for tag in ("", "name:", "scenario:", "group:::")} if name else {""}
    )
    chosen = [entry for entry in entries if entry["name"].replace(" ", "") in tags]
    if len(chosen) > 1:
        names = ", ".join(entry["name"] for entry in chosen)
        return Absence("failed", f"{file} has several tags for {name!r}", f"name one of these: {names}")
    return chosen or _uncounted(file, name, entries)


def _uncounted(file: str, name: str | None, entries: Sequence[Mapping[str, Any]]) -> Absence:
    """No measurement, because there is no count: k6 writes zeros for a tag that no request had."""
    if name is None:
        return Absence(
            "no-data",
            f"{file} counts no HTTP requests",
            "use the summary of a k6 test that makes some",
        )
    tag = name if ":" in name else f"name:{name}"
    counted = sorted(entry["name"] for entry in entries if entry["name"] and entry.get("requests"))
    known = f"name one of the tags that it counts ({', '.join(counted[:10])}), or " if counted else ""
    return Absence(
        "no-data",
        f"{file} does not say how many requests{_of(name)} there were",
        f"{known}give the k6 script a threshold on http_reqs{{{tag}}}, such as 'count>0', and one with the same tag "
        "on http_req_duration or http_req_failed",
    )


def _samples(form: str, entry: Mapping[str, Any]) -> Samples:
    requests, judged, errors = (
        None if entry.get(key) is None else count(entry[key], key) for key in ("requests", "judged", "errors")
    )
    stated, rate = entry.get("statistics"), entry.get("rate")
    if entry.get("unit") not in ("ms", "s") or not isinstance(stated, Mapping):
        raise Nonsense("the unit or the statistics are missing")
    if not (errors or 0) <= (judged or 0) <= (requests or 0):
        raise Nonsense(f"{errors} of {judged} judged requests of {requests} failed")
    statistics = {str(name): quantity(value, str(name)) for name, value in stated.items()}
    return Samples(
        form=form,
        unit=parse_unit(entry["unit"]),
        requests=requests,
        judged=judged,
        errors=errors,
        durations=None if form == "k6" else _durations(form, entry, statistics),
        statistics={} if form == "checker" else statistics,
        rate=None if rate is None else quantity(rate, "rate"),
    )


def _durations(
    form: str, entry: Mapping[str, Any], statistics: Mapping[str, Fraction]
) -> tuple[tuple[Fraction, int], ...]:
    pairs, requests, errors = entry.get("durations"), entry.get("requests"), entry.get("errors")
    if requests is None or errors is None or not isinstance(pairs, list | tuple):
        raise Nonsense("the durations or the counts are missing")
    if any(not isinstance(pair, list | tuple) or len(pair) != 2 for pair in pairs):
        raise Nonsense("a duration is not a value and how often it was seen")
    found = [(quantity(value, "a duration"), count(times, "a number of durations")) for value, times in pairs]
    timed = sum(times for _, times in found)
    if timed > requests or (form == "checker" and timed != requests - errors):
        raise Nonsense(f"{requests} requests, {errors} of them failed, have {timed} durations")
    if form == "locust" and timed:
        found = [(_longest(value, statistics), times) for value, times in found]
    return tuple(sorted(pair for pair in found if pair[1]))


def _longest(value: Fraction, statistics: Mapping[str, Fraction]) -> Fraction:
    """The longest duration in ms that Locust may have rounded to ``value``: it keeps two digits from 100 ms on."""
    if not {"min", "max", "total"} <= statistics.keys():
        raise Nonsense("the statistics are missing")
    half = Fraction(1 if value < 100 else 10 if value < 1000 else 100 if value < 10_000 else 1000, 2)
    if statistics["max"] < value - half:
        raise Nonsense(f"the longest duration is stated as {float(statistics['max'])}, but there is {value}")
    return min(value + half, statistics["max"])


def _merged(form: str, samples: Sequence[Samples]) -> Samples:
    if len(samples) == 1:
        return samples[0]
    unit = samples[0].unit if samples else parse_unit("ms")
    durations: Counter[Fraction] = Counter()
    for each in samples:
        for value, times in each.durations or ():
            durations[convert(value, each.unit, unit)] += times
    stated = [each.statistics for each in samples if form == "locust" and each.timed]
    statistics: dict[str, Fraction] = {}
    if stated:
        statistics["min"] = min(each["min"] for each in stated)
        statistics["max"] = max(each["max"] for each in stated)
        statistics["total"] = sum((each["total"] for each in stated), Fraction(0))
    return Samples(
        form=form,
        unit=unit,
        requests=sum(each.requests or 0 for each in samples),
        judged=sum(each.judged or 0 for each in samples),
        errors=sum(each.errors or 0 for each in samples),
        durations=tuple(sorted(durations.items())),
        statistics=statistics,
        rate=None,
    )
