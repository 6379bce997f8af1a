"""Writes a MetricCatalog as YAML that checker can read: sorted, and the same for the same metrics. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from checker.load.text.read_yaml import read_yaml
from checker.load.text.yaml_scalars import resolve
from checker.metric_catalog.listing import SEEN, Listing, Names, can_be_written

Units = Mapping[tuple[str, Names], tuple[str, ...]]
"""The units in which each (metric, set of dimension names) was published; a set that was not queried is absent."""

_PLAIN = re.compile(r"[A-Za-z0-9_][-A-Za-z0-9_./]*").fullmatch

HEAD = f"""\
# Written by 'checker catalog --from-aws': the metrics {SEEN}.
# Review it. A metric that was silent for longer is missing here, and CloudWatch cannot tell which metrics are
# published as statistic sets: state 'statisticSets: true' where they are.
"""


class Written(NamedTuple):
    """The document, with notes for a person."""

    text: str
    notes: tuple[str, ...]


def document_name(namespace: str) -> str:
    """A name for the catalogue of a namespace: ``aws-apigateway`` for AWS/ApiGateway."""
    return re.sub(r"[^a-z0-9]+", "-", namespace.lower())[:63].strip("-") or "metrics"


def catalogue(found: Listing, units: Units, name: str) -> Written:
    """The MetricCatalog of a listing.

    A unit is written if all queried series have the same; otherwise a comment says why not. Names with invisible
    characters are left out, because checker reads no file that contains them.
    """
    left_out: list[str] = []
    entries: list[str] = []
    for metric, sets in found.metrics.items():
        if not can_be_written(metric):
            left_out.append(f"the metric {_escaped(metric)}")
            continue
        kept = [names for names in sets if all(map(can_be_written, names))]
        left_out += (
            f"{_escaped(metric)} with the dimensions {', '.join(map(_escaped, names))}"
            for names in sets
            if names not in kept
        )
        if kept:
            entries += _entry(metric, kept, units)
    notes = [f"left out, because its name cannot be written in a file: {each}" for each in left_out]
    lines = [f"# {note}" for note in notes]
    lines += ["apiVersion: checker/v1", "kind: MetricCatalog", f"metadata: {{name: {scalar(name)}}}", "spec:"]
    lines += ["  source: CloudWatch", f"  namespace: {scalar(found.namespace)}"]
    lines += ["  metrics:", *entries] if entries else ["  metrics: []"]
    text = HEAD + "\n".join(lines) + "\n"
    return Written(text, (*notes, *_unreadable(text)))


def _entry(metric: str, sets: list[Names], units: Units) -> Iterator[str]:
    yield f"    - name: {scalar(metric)}"
    asked = {unit for names in sets for unit in units.get((metric, names), ())}
    if len(asked) == 1:
        yield f"      unit: {scalar(asked.pop())}"
    elif asked:
        yield f"      # unit: published in {' and '.join(map(_escaped, sorted(asked)))}"
    elif any((metric, names) in units for names in sets):
        yield "      # unit: there was no data to learn it from"
    else:
        yield "      # unit: not asked"
    listed = (f"[{', '.join(map(scalar, names))}]" for names in sets)
    yield f"      dimensions: [{', '.join(listed)}]"


def scalar(text: str) -> str:
    """``text`` as a YAML scalar that every reader parses as this text, in quotes if that is in doubt."""
    if _PLAIN(text) and isinstance(resolve(text), str):
        return text
    # A JSON string is a YAML double-quoted scalar; escaping non-ASCII characters would make names unreadable.
    return json.dumps(text, ensure_ascii=False)


def _escaped(text: str) -> str:
    """A name in ASCII, safe in a comment and on a terminal; in quotes if it is not plain."""
    return text if _PLAIN(text) else json.dumps(text if len(text) <= 200 else text[:200] + "...")


def _unreadable(text: str) -> Iterator[str]:
    """Why checker could not read the document, such as its size."""
    _, findings = read_yaml(text.encode(), "")
    yield from (
        f"checker does not read this as one file: {each.message}; {each.remedy}" for each in findings[:1]
    )
