"""A hundred different SLOs in slo-generator's format, and the metrics they are about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.prometheus import Samples

SPACING = 60
GOAL = 0.99
HOUR = 3600
DAY = 86400

Series = list[tuple[int, object]]


class Case(NamedTuple):
    """One SLO: what is special about it, its method and indicator, and its metrics."""

    name: str
    special: str
    method: str
    indicator: dict[str, Any]
    samples: Samples


def _counter(times: range, by: float, resets: int = 0) -> Series:
    """A counter that grows by so much each spacing, and falls to zero so many times."""
    length = len(times) // (resets + 1) + 1
    return [(time, round(by * (number % length), 6)) for number, time in enumerate(times)]


def _pair(metric: str, good: Series, bad: Series) -> Samples:
    samples = {f'{metric}{{code="200"}}': good, f'{metric}{{code="500"}}': bad}
    return {series: points for series, points in samples.items() if points}


def _valid(metric: str) -> dict[str, str]:
    return {"filter_good": f'{metric}{{code="200"}}', "filter_valid": f'{metric}{{code=~".+"}}'}


def _bad(metric: str) -> dict[str, str]:
    return {"filter_good": f'{metric}{{code="200"}}', "filter_bad": f'{metric}{{code="500"}}'}


def _ratio(name: str, special: str, indicator: dict[str, str], samples: Samples) -> Case:
    return Case(name, special, "good_bad_ratio", indicator, samples)


def cases(end: int) -> list[Case]:
    """The hundred, with samples up to ``end`` and beyond."""
    made = [*_ratios(end), *_holes(end), *_absent(end), *_histograms(end), *_expressions(end)]
    assert len(made) == 100, len(made)
    assert len({case.name for case in made}) == 100
    return made


def _all(end: int) -> range:
    return range(end - 4 * DAY, end + HOUR, SPACING)


def _ratios(end: int) -> Iterator[Case]:
    times = _all(end)
    for number in range(20):
        metric = f"steady_{number}_total"
        samples = _pair(metric, _counter(times, 500 + 7 * number), _counter(times, number * 0.5))
        yield _ratio(f"steady-{number}", "", _bad(metric) if number % 2 else _valid(metric), samples)
    for number in range(10):
        metric = f"fractional_{number}_total"
        samples = _pair(metric, _counter(times, 3 + number / 7), _counter(times, 1 / (7 + number)))
        yield _ratio(f"fractional-{number}", "", _valid(metric), samples)
    for number in range(10):
        metric = f"restarted_{number}_total"
        samples = _pair(metric, _counter(times, 40, 3 + number), _counter(times, 0.25, 3 + number))
        yield _ratio(f"restarted-{number}", "counters are reset", _valid(metric), samples)
    for number in range(10):
        metric = f"bursts_{number}_total"
        good: Series = [(time, 60 * step) for step, time in enumerate(times)]
        bad: Series = [(time, 5 * (step // (60 + 30 * number))) for step, time in enumerate(times)]
        yield _ratio(f"bursts-{number}", "", _bad(metric), _pair(metric, good, bad))
    for number in range(2):
        metric = f"nines_{number}_total"
        samples = _pair(metric, _counter(times, 10_000_000), _counter(times, 1 + number))
        yield _ratio(f"nines-{number}", "", _valid(metric), samples)


def _holes(end: int) -> Iterator[Case]:
    times = _all(end)
    for number in range(6):
        metric = f"gap_{number}_total"
        begin, stop = end - (20 + 8 * number) * HOUR, end - 2 * HOUR
        kept = [(time, step) for step, time in enumerate(times) if not begin <= time < stop]
        samples = _pair(metric, [(time, 99 * step) for time, step in kept], [*kept])
        yield _ratio(f"gap-{number}", "no data for a part of the window", _valid(metric), samples)
    for number in range(4):
        metric = f"young_{number}_total"
        since = range(end - (2 + 5 * number) * HOUR, end + HOUR, SPACING)
        samples = _pair(metric, _counter(since, 99), _counter(since, 1))
        yield _ratio(f"young-{number}", "no data for a part of the window", _valid(metric), samples)
    for number in range(4):
        metric = f"idle_{number}_total"
        indicator = _valid(metric) if number % 2 else _bad(metric)
        yield _ratio(
            f"idle-{number}", "no traffic", indicator, _pair(metric, _counter(times, 0), _counter(times, 0))
        )


def _absent(end: int) -> Iterator[Case]:
    times = _all(end)
    for number in range(3):
        metric = f"only_bad_{number}_total"
        samples = _pair(metric, [], _counter(times, 9 + number))
        yield _ratio(f"no-good-{number}", "nobody counts good events", _valid(metric), samples)
    for number in range(3):
        metric = f"only_good_{number}_total"
        samples = _pair(metric, _counter(times, 9 + number), [])
        yield _ratio(f"no-bad-{number}", "nobody counts bad events", _bad(metric), samples)
    for number in range(2):
        yield _ratio(f"nothing-{number}", "nobody counts anything", _valid(f"nothing_{number}_total"), {})


def _histograms(end: int) -> Iterator[Case]:
    times = _all(end)
    for number in range(12):
        metric, resets = f"seconds_{number}", 0 if number < 9 else number
        buckets = {"0.1": 50 + number, "0.5": 90 + number, "+Inf": 103}
        samples: dict[str, Series] = {
            f'{metric}_bucket{{job="x",le="{le}"}}': _counter(times, by, resets) for le, by in buckets.items()
        }
        samples[f'{metric}_count{{job="x"}}'] = _counter(times, 103, resets)
        indicator = {"expression": f'{metric}_bucket{{job="x"}}', "threshold_bucket": 0.5}
        special = "counters are reset" if resets else ""
        yield Case(f"cut-{number}", special, "distribution_cut", indicator, samples)


def _expressions(end: int) -> Iterator[Case]:
    times = _all(end)
    for number in range(12):
        metric = f"queried_{number}_total"
        idle = number >= 10
        samples = _pair(
            metric, _counter(times, 0 if idle else 100 + number), _counter(times, 0 if idle else 0.1 * number)
        )
        indicator = {"expression": f'sum(rate({metric}{{code="200"}}[window])) / sum(rate({metric}[window]))'}
        yield Case(f"query-{number}", "no traffic" if idle else "", "query_sli", indicator, samples)
    for number in range(2):
        metric = f"pods_{number}"
        pods = {"a": 1, "b": 0.5 + number / 10}
        several: dict[str, Series] = {
            f'{metric}{{pod="{pod}"}}': [(time, value) for time in times] for pod, value in pods.items()
        }
        indicator = {"expression": f"avg_over_time({metric}[window])"}
        yield Case(
            f"query-pods-{number}", "the query returns several series", "query_sli", indicator, several
        )
