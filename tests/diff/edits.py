"""Edits of the shipped files whose direction is known: the text before, the text after, and which way it went.

Most have an opposite: what tightens one way loosens the other way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from checker.load.catalog import load
from checker.model import Objective

SLOS = Path(__file__).parents[2] / "slos" / "securebase"

CRITERIA = ("phase-3b.yaml", "phase-4.yaml", "operations.yaml")


class Edit(NamedTuple):
    """One file before and after. ``weaker`` is what has to be said of it; ``direction`` too, where it is given."""

    name: str
    file: str
    before: str
    after: str
    weaker: bool
    direction: str = ""


@cache
def text_of(file: str) -> str:
    return (SLOS / file).read_text(encoding="utf-8")


@cache
def promises(file: str) -> tuple[Objective, ...]:
    """The criteria of a file, by its name."""
    catalog = load([str(SLOS)])
    return tuple(each for each in catalog.objectives if Path(each.location.file).name == file)


def block(text: str, name: str) -> tuple[int, int]:
    """Where the criterion ``name`` begins and ends."""
    begin = re.search(rf"^    - name: {name}\n", text, re.MULTILINE)
    assert begin is not None, name
    after = re.compile(r"^    - name: ", re.MULTILINE).search(text, begin.end())
    return begin.start(), len(text) if after is None else after.start()


def put(text: str, name: str, key: str, value: str | None) -> str:
    """The text with ``key`` of a criterion written as ``value``, or removed, with all that is indented below it."""
    begin, end = block(text, name)
    here = re.sub(rf"^      {key}:.*\n(?:       .*\n)*", "", text[begin:end], flags=re.MULTILINE)
    if value is not None:
        here = here.rstrip("\n") + f"\n      {key}: {value}\n"
    return text[:begin] + here + text[end:]


def within(text: str, name: str, old: str, new: str) -> str:
    """The text with something in a criterion replaced; it has to be there."""
    begin, end = block(text, name)
    assert old in text[begin:end], (name, old)
    return text[:begin] + text[begin:end].replace(old, new) + text[end:]


def either_way(name: str, file: str, loose: str, strict: str) -> Iterator[Edit]:
    """From loose to strict, and back."""
    assert loose != strict, name
    yield Edit(f"{name}: tightened", file, loose, strict, False, "tightened")
    yield Edit(f"{name}: loosened", file, strict, loose, True, "loosened")


def any_way(name: str, file: str, one: str, other: str) -> Iterator[Edit]:
    """Two texts of which neither is stricter than the other."""
    assert one != other, name
    yield Edit(f"{name}: there", file, one, other, True)
    yield Edit(f"{name}: and back", file, other, one, True)


def no_change(name: str, file: str, one: str, other: str) -> Iterator[Edit]:
    """Two texts that say the same."""
    assert one != other, name
    yield Edit(f"{name}: there", file, one, other, False)
    yield Edit(f"{name}: and back", file, other, one, False)


def edits() -> list[Edit]:
    """All of them."""
    every: list[Callable[[], Iterator[Edit]]] = [
        targets, bands, judging, windows, evaluations, measurements, comings_and_goings, slos, waivers, attestations,
        connections, wordings, regressions,
    ]  # fmt: skip
    return [edit for make in every for edit in make()]


def criteria() -> Iterator[tuple[str, Objective, str, str]]:
    """Each criterion: its file, itself, its own name, and the text of its file."""
    for file in CRITERIA:
        for each in promises(file):
            yield file, each, each.name.partition("/")[2], text_of(file)


def targets() -> Iterator[Edit]:
    """Every target, without the bands beside it: its number, its comparison, its unit."""
    for file, each, name, text in criteria():
        bare = put(put(text, name, "warning", None), name, "critical", None)
        operator, target = each.target.operator, each.target
        number, unit = float(target.value), target.unit.text

        def at(
            operator: str, number: float, unit: str, bare: str = bare, name: str = name
        ) -> str:  # the loop's own values
            return put(bare, name, "target", f'"{operator} {number:g} {unit}"'.replace(' "', '"'))

        here = at(operator, number, unit)
        if operator == "==":
            yield from either_way(f"{name} target any up to 5", file, at("<=", 5, unit), here)
            yield from any_way(f"{name} target another value", file, at("==", 1, unit), here)
            yield from any_way(f"{name} target turned round", file, at(">=", 1, unit), here)
            continue
        low = operator.startswith("<")
        closed, open_ = operator[0] + "=", operator[0]
        yield from either_way(f"{name} comparison", file, at(closed, number, unit), at(open_, number, unit))
        step = number / 8 if unit == "%" and not low else number / 2
        kinder, harder = (number + step, number - step) if low else (number - step, number + step)
        if unit == "%":
            harder = min(harder, 99.9)
        yield from either_way(f"{name} a kinder target", file, at(operator, kinder, unit), here)
        if harder != number:
            yield from either_way(f"{name} a harder target", file, here, at(operator, harder, unit))
        tiny = number * (1.0001 if low else 0.9999)
        yield from either_way(
            f"{name} a target that is hardly kinder", file, at(operator, round(tiny, 9), unit), here
        )
        if each.indicator.form != "ratio":
            turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[operator]
            yield from any_way(f"{name} target turned round", file, here, at(turned, number, unit))
        for written, factor in {"ms": [("s", 0.001), ("us", 1000.0)], "s": [("ms", 1000.0)]}.get(unit, []):
            yield from no_change(
                f"{name} target in {written}", file, here, at(operator, number * factor, written)
            )
        if unit == "%":
            yield from no_change(f"{name} as a share", file, here, at(operator, number / 100, "ratio"))
            yield Edit(
                f"{name} unit dropped",
                file,
                here,
                at(operator, number / 100 / 2 if not low else number, ""),
                True,
            )


def bands() -> Iterator[Edit]:
    """Critical bands: none is strictest, and one nearer to the target is stricter."""
    for file, each, name, text in criteria():
        if each.critical is None:
            continue
        text = put(text, name, "warning", None)
        operator, number, unit = each.critical.operator, float(each.critical.value), each.critical.unit.text
        up = operator.startswith(">")

        def at(
            operator: str, number: float, text: str = text, name: str = name, unit: str = unit
        ) -> str:  # the loop's own values
            return put(text, name, "critical", f'"{operator} {number:g} {unit}"')

        yield from either_way(f"{name} critical", file, text, put(text, name, "critical", None))
        further = number * 1.5 if up else number * 0.9
        yield from either_way(
            f"{name} critical further away", file, at(operator, further), at(operator, number)
        )
        yield from either_way(
            f"{name} critical closed", file, at(operator[0], number), at(operator[0] + "=", number)
        )
        yield from no_change(
            f"{name} warning", file, text_of(file), put(text_of(file), name, "warning", None)
        )
        # What was only a WARN: the target moves to where the critical was, and there is none any more.
        opposite = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[operator]
        merged = put(put(text, name, "target", f'"{opposite} {number:g} {unit}"'), name, "critical", None)
        yield Edit(f"{name} a WARN becomes a PASS", file, text, merged, True)
        yield Edit(f"{name} a PASS becomes a WARN", file, merged, text, False)


def judging() -> Iterator[Edit]:
    """How an answer is judged."""
    ranks = ("low", "medium", "high", "critical")
    for file, each, name, text in criteria():
        here = put(text, name, "gating", None)
        yield from either_way(
            f"{name} gating", file, put(here, name, "gating", "false"), put(here, name, "gating", "true")
        )
        yield from no_change(f"{name} gating by default", file, here, put(here, name, "gating", "true"))
        rank = ranks.index(each.severity)
        bare = put(text, name, "severity", None)
        yield from either_way(f"{name} severity", file, bare, put(bare, name, "severity", ranks[rank]))
        if rank:
            yield from either_way(
                f"{name} severity {ranks[rank - 1]}",
                file,
                put(bare, name, "severity", ranks[rank - 1]),
                put(bare, name, "severity", ranks[rank]),
            )
        few = put(text, name, "minSamples", "5")
        yield from either_way(f"{name} minSamples", file, few, put(text, name, "minSamples", "50"))
        yield from either_way(f"{name} minSamples at all", file, put(text, name, "minSamples", None), few)
        share = put(text, name, "minCoverage", "80 %")
        yield from either_way(f"{name} minCoverage", file, share, put(text, name, "minCoverage", "95 %"))
        if each.evaluation is None:
            yield from no_change(
                f"{name} minCoverage by default", file,
                put(text, name, "minCoverage", None), put(text, name, "minCoverage", "90.0 %"),
            )  # fmt: skip
        young, old = put(text, name, "maxAge", "30m"), put(text, name, "maxAge", "2h")
        yield from either_way(f"{name} maxAge", file, old, young)
        yield from no_change(f"{name} maxAge in minutes", file, old, put(text, name, "maxAge", "120m"))
        if each.window is not None and each.evaluation is None:
            yield from any_way(f"{name} maxAge at all", file, text, old)
        if each.no_data == "inconclusive":
            yield from either_way(f"{name} noData", file, text, put(text, name, "noData", "fail"))
        else:
            strict = put(put(text, name, "noData", None), name, "heartbeat", None)
            yield from either_way(f"{name} noData: zero", file, text, strict)
        if each.indicator.form == "ratio":
            yield from either_way(
                f"{name} confidence", file,
                put(text, name, "confidence", "90 %"), put(text, name, "confidence", "99 %"),
            )  # fmt: skip
            yield from either_way(
                f"{name} confidence at all", file, text, put(text, name, "confidence", "60 %")
            )


def windows() -> Iterator[Edit]:
    """A window that is shorter or longer measures another time."""
    for file, each, name, text in criteria():
        if each.window is None or each.evaluation is not None:
            continue
        here = put(text, name, "window", "1d")
        yield from any_way(f"{name} window", file, here, put(text, name, "window", "12h"))
        yield from no_change(f"{name} window in hours", file, here, put(text, name, "window", "24h"))
    for file in CRITERIA:
        text = text_of(file)
        old = "  window: 1h\n" if "  window: 1h\n" in text else "  window: 1d\n"
        yield from any_way(f"{file} window of all", file, text, text.replace(old, "  window: 2h\n", 1))


def evaluations() -> Iterator[Edit]:
    """A sustained condition."""
    file, name = "operations.yaml", "latency-all-day"
    text = text_of(file)

    def at(period: str, periods: int, datapoints: int | None, missing: str) -> str:
        some = "" if datapoints is None else f"datapointsToAlarm: {datapoints}, "
        value = f"{{period: {period}, evaluationPeriods: {periods}, {some}treatMissingData: {missing}}}"
        return put(text, name, "evaluation", value)

    here = at("1h", 24, 20, "missing")
    for few in (1, 2, 10, 19):
        yield from either_way(f"datapoints {few}", file, here, at("1h", 24, few, "missing"))
    yield from either_way("datapoints by default", file, at("1h", 24, None, "missing"), here)
    yield from either_way("more periods", file, here, at("1h", 30, 20, "missing"))
    for loose, strict in (
        ("notBreaching", "ignore"), ("notBreaching", "missing"), ("notBreaching", "breaching"),
        ("ignore", "missing"), ("ignore", "breaching"), ("missing", "breaching"),
    ):  # fmt: skip
        yield from either_way(
            f"{loose} and {strict}", file, at("1h", 24, 20, loose), at("1h", 24, 20, strict)
        )
    yield from any_way("another period", file, here, at("30m", 24, 20, "missing"))
    yield from any_way("more and longer", file, here, at("1h", 30, 25, "missing"))
    yield from any_way(
        "more periods with gaps", file, at("1h", 24, 20, "notBreaching"), at("1h", 30, 20, "notBreaching")
    )
    yield from any_way("no evaluation", file, here, put(text, name, "evaluation", None))
    yield from no_change("the period in minutes", file, here, at("60m", 24, 20, "missing"))
    gaps = at("1h", 24, 20, "notBreaching")
    yield from any_way("few samples make a gap", file, gaps, put(gaps, name, "minSamples", "100"))


def measurements() -> Iterator[Edit]:
    """What is measured, and where: every difference counts."""
    for file, name, old, new in (
        ("phase-3b.yaml", "api-latency", "stat: p95", "stat: p50"),
        ("phase-3b.yaml", "api-latency", "stat: p95", "stat: p99"),
        ("phase-3b.yaml", "api-latency", "metricName: Latency", "metricName: IntegrationLatency"),
        ("phase-3b.yaml", "api-latency", "namespace: AWS/ApiGateway", "namespace: AWS/Other"),
        ("phase-3b.yaml", "api-latency", "{ApiName: securebase-prod}", "{ApiName: securebase-test}"),
        (
            "phase-3b.yaml",
            "api-latency",
            "{ApiName: securebase-prod}",
            "{ApiName: securebase-prod, Stage: x}",
        ),
        ("phase-3b.yaml", "api-latency", "unit: Milliseconds", "unit: Microseconds"),
        ("phase-3b.yaml", "api-latency", "unit: Milliseconds", "unit: Milliseconds\n        period: 1m"),
        ("phase-3b.yaml", "api-latency", "unit: Milliseconds", "unit: Milliseconds\n        lag: 2h"),
        (
            "phase-3b.yaml",
            "api-latency",
            "unit: Milliseconds",
            'unit: Milliseconds\n        accountId: "111122223333"',
        ),
        ("phase-3b.yaml", "api-latency", "dataSourceRef: securebase-prod\n", "dataSourceRef: elsewhere\n"),
        ("phase-3b.yaml", "success-rate", "metricName: 5XXError", "metricName: 4XXError"),
        ("phase-3b.yaml", "success-rate", "        bad:\n", "        good:\n"),
        ("phase-3b.yaml", "dynamodb-throttles", "reads + writes", "reads - writes"),
        (
            "phase-3b.yaml",
            "dynamodb-throttles",
            "metricName: ReadThrottleEvents",
            "metricName: WriteThrottleEvents",
        ),
        (
            "phase-3b.yaml",
            "dynamodb-throttles",
            "metricName: ConsumedReadCapacityUnits",
            "metricName: AlwaysThere",
        ),
        ("phase-4.yaml", "test-coverage", "file: coverage.xml", "file: other.xml"),
        (
            "phase-4.yaml",
            "test-coverage",
            "file: coverage.xml",
            "file: coverage.xml\n        path: src/tested",
        ),
        (
            "phase-4.yaml",
            "test-coverage",
            "file: coverage.xml",
            "file: coverage.xml\n        measure: branches",
        ),
        ("phase-4.yaml", "query-time-under-load", "measure: p95", "measure: p50"),
        ("phase-4.yaml", "query-time-under-load", "measure: p95", "measure: p95\n        name: fast-one"),
        ("phase-4.yaml", "custom-report-adoption", "where: {status: active}", "where: {status: keen}"),
        ("phase-4.yaml", "custom-report-adoption", "now - 30d", "now - 90d"),
        ("phase-4.yaml", "custom-report-adoption", "distinct: customer_id", "distinct: report_id"),
        (
            "phase-4.yaml",
            "custom-report-adoption",
            "table: securebase-prod-reports",
            "table: securebase-dev-reports",
        ),
        (
            "operations.yaml",
            "every-alarm-ok",
            "namePrefix: SecureBase-Analytics-",
            "namePrefix: SecureBase-A",
        ),
        ("operations.yaml", "every-alarm-ok", "minAlarms: 3", "minAlarms: 3\n        types: [MetricAlarm]"),
        ("operations.yaml", "every-alarm-ok", "minAlarms: 3", "minAlarms: 3\n        measure: inAlarm"),
        ("operations.yaml", "lambda-cold-starts", 'filter @type = "REPORT" |', 'filter @type = "OTHER" |'),
        ("operations.yaml", "lambda-cold-starts", "column: all", "column: cold"),
        (
            "operations.yaml",
            "lambda-cold-starts",
            "/aws/lambda/securebase-prod-report-engine",
            "/aws/lambda/idle",
        ),
        ("operations.yaml", "lambda-cost", "group: AWS Lambda", "group: AWS Glue"),
        ("operations.yaml", "lambda-cost", "metric: UnblendedCost", "metric: NetUnblendedCost"),
        ("operations.yaml", "lambda-cost", "periods: 7", "periods: 1"),
        ("operations.yaml", "cost-per-customer", "granularity: MONTHLY", "granularity: DAILY"),
        ("operations.yaml", "cost-per-customer", "lag: 10d", "lag: 1d"),
    ):
        text = text_of(file)
        words = new.strip().replace("\n        ", ", ")
        yield from any_way(f"{name} {words}", file, text, within(text, name, old, new))
    for file, name, loose, strict in (
        ("operations.yaml", "every-alarm-ok", "minAlarms: 1", "minAlarms: 3"),
        ("operations.yaml", "every-alarm-ok", "minAlarms: 0", "minAlarms: 1"),
        ("operations.yaml", "lambda-cost", "allowEstimated: true", "allowEstimated: false"),
        (
            "operations.yaml",
            "lambda-cost",
            "allowEstimated: true\n        allowZero: true",
            "allowEstimated: true",
        ),
    ):
        text = text_of(file)
        old = "minAlarms: 3" if "minAlarms" in strict else "allowEstimated: true"
        one, other = (within(text, name, old, each) for each in (loose, strict))
        yield from either_way(f"{name} {strict}", file, one, other)
    text = text_of("phase-3b.yaml")
    same = within(text, "dynamodb-throttles", "reads + writes", "(reads)+writes")
    yield from no_change("a formula with other spaces", "phase-3b.yaml", text, same)
    same = within(
        text, "api-latency", "{ApiName: securebase-prod}", '\n          "ApiName": "securebase-prod"'
    )
    yield from no_change("dimensions in a block", "phase-3b.yaml", text, same)


def comings_and_goings() -> Iterator[Edit]:
    """A promise that goes is weaker, also under another name; one that comes is not."""
    for file, _each, name, text in criteria():
        begin, end = block(text, name)
        without = text[:begin] + text[end:]
        yield Edit(f"{name} deleted", file, text, without, True, "removed")
        yield Edit(f"{name} added", file, without, text, False, "added")
        renamed = text.replace(f"- name: {name}\n", f"- name: {name}-renamed\n")
        yield Edit(f"{name} renamed", file, text, renamed, True, "removed")
    for file in CRITERIA:
        text = text_of(file)
        yield Edit(
            f"{file} renamed",
            file,
            text,
            re.sub(r"^  name: (.*)$", r"  name: \1-2", text, flags=re.M),
            True,
            "removed",
        )
        yield Edit(f"{file} emptied", file, text, "", True, "removed")
        yield from any_way(f"{file} labels", file, text, text.replace("env: prod", "env: test"))
        yield from any_way(
            f"{file} service", file, text, re.sub(r"^  service: .*$", "  service: x", text, flags=re.M)
        )


def slos() -> Iterator[Edit]:
    """An OpenSLO objective."""
    file = "api-availability.yaml"
    text = text_of(file)

    def swap(old: str, new: str) -> str:
        assert old in text, old
        return text.replace(old, new)

    for kinder in ("0.9989", "0.99", "0.5"):
        yield from either_way(f"target {kinder}", file, swap("target: 0.999", f"target: {kinder}"), text)
    yield from either_way("target 0.9995", file, text, swap("target: 0.999", "target: 0.9995"))
    yield from no_change("target in percent", file, text, swap("target: 0.999", "targetPercent: 99.9"))
    yield from no_change("target with a zero", file, text, swap("target: 0.999", "target: 0.9990"))
    yield from either_way("minSamples", file, swap('"10000"', '"100"'), text)
    yield from either_way("severity", file, swap("severity: critical", "severity: low"), text)
    gating = swap("checker/severity: critical", 'checker/severity: critical\n    checker/gating: "false"')
    yield from either_way("gating", file, gating, text)
    coverage = swap("checker/severity: critical", "checker/severity: critical\n    checker/minCoverage: 50 %")
    yield from either_way("minCoverage", file, coverage, text)
    yield from any_way("window", file, text, swap("duration: 30d", "duration: 7d"))
    yield from any_way("bad events", file, text, swap("metricName: 5XXError", "metricName: 4XXError"))
    yield from any_way(
        "connection", file, text, swap("metricSourceRef: securebase-prod", "metricSourceRef: elsewhere")
    )
    yield Edit("deleted", file, text, text.partition("---\n")[0], True, "removed")
    two = text + "    - displayName: A stricter one\n      target: 0.9999\n"
    yield Edit("its name changes when it becomes one of two", file, text, two, True, "removed")


def waivers() -> Iterator[Edit]:
    """Waivers excuse: more of them, wider or longer ones are weaker."""
    file = "waivers.yaml"
    text = text_of(file)

    def swap(old: str, new: str) -> str:
        assert old in text, old
        return text.replace(old, new)

    yield Edit("added", file, "", text, True, "added")
    yield Edit("removed", file, text, "", False, "removed")
    yield from either_way("expires", file, swap("2026-02-28T18", "2026-03-28T18"), text)
    yield from either_way("expires by an hour", file, swap("2026-02-28T18", "2026-02-28T19"), text)
    yield from either_way("created", file, swap("2026-01-19T09", "2026-01-10T09"), text)
    yield from either_way("accepts", file, swap('"< 3 s"', '"< 4 s"'), text)
    yield from either_way("accepts the edge", file, swap('"< 3 s"', '"<= 3 s"'), text)
    yield from no_change("accepts in ms", file, text, swap('"< 3 s"', '"< 3000 ms"'))
    yield from no_change(
        "the same moment", file, text, swap("2026-02-28T18:00:00Z", "2026-02-28T19:00:00+01:00")
    )
    inconclusive = text + "  acceptsInconclusive: true\n"
    yield from either_way("acceptsInconclusive", file, inconclusive, text)
    unlimited = re.sub("  accepts: .*\n", "", inconclusive)
    yield from any_way("no worst value of what is inconclusive", file, inconclusive, unlimited)
    yield from any_way("another promise", file, text, swap("phase-3b/page-load-time", "phase-3b/api-latency"))
    yield from any_way(
        "another digest", file, text, swap(re.findall("digest: (.*)", text)[0], '"0123456789abcdef"')
    )
    yield from any_way("another approver", file, text, swap("Head of Platform", "Me"))
    yield from no_change("another reason", file, text, swap("is being split;", "is split;"))
    yield from no_change("another ticket", file, text, swap("SB-4217", "SB-4218"))


def attestations() -> Iterator[Edit]:
    """A person's word makes a promise kept: more of it, or for longer, is weaker."""
    file = "attestations.yaml"
    text = text_of(file)
    head, _, first = text.partition("apiVersion")
    one = "apiVersion" + first.partition("---\n")[0]
    yield Edit("attestation added", file, text.replace(one, ""), text, True, "added")
    yield Edit("attestation removed", file, text, text.replace(one, ""), False, "removed")
    for name, old, new in (
        ("by another", "confirmedBy: Dana Reyes", "confirmedBy: Me"),
        ("of another time", 'confirmedAt: "2026-01-29T15', 'confirmedAt: "2026-01-30T15'),
        ("of another promise", "objective: checklist/load-test-run", "objective: checklist/customer-survey"),
        ("in other words", "statement: 18,204", "statement: 18,205"),
        ("on other evidence", "confirmed/queries.md", "confirmed/delivery.md"),
    ):
        assert old in one, old
        yield from any_way(
            f"attested {name}", file, text, head + text.removeprefix(head).replace(one, one.replace(old, new))
        )
    longer = one.replace('validUntil: "2026-04', 'validUntil: "2026-06')
    yield from either_way("attested for longer", file, text.replace(one, longer), text)


def connections() -> Iterator[Edit]:
    """Where it is asked."""
    file = "data-sources.yaml"
    text = text_of(file)
    sources = re.findall(r"^  name: (.*)$", text, re.MULTILINE)
    for index, name in enumerate(sources):
        parts = text.split("---\n")
        for old, new in (("us-east-1", "eu-west-1"), ("out/securebase", "out/elsewhere")):
            if old in parts[index]:
                changed = [part.replace(old, new) if at == index else part for at, part in enumerate(parts)]
                yield from any_way(f"{name} {new}", file, text, "---\n".join(changed))
        if "us-east-1" in parts[index]:
            more = [
                part.replace("us-east-1", "us-east-1\n    profile: other") if at == index else part
                for at, part in enumerate(parts)
            ]
            yield from any_way(f"{name} profile", file, text, "---\n".join(more))
    unused = "\n---\napiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: unused}\nspec: {type: CloudWatch}\n"
    yield from no_change("a connection that nobody uses", file, text, text.rstrip("\n") + unused)


def wordings() -> Iterator[Edit]:
    """What changes no promise."""
    for file, _each, name, text in criteria():
        yield from no_change(f"{name} displayName", file, text, put(text, name, "displayName", "Other words"))
        yield from no_change(f"{name} description", file, text, put(text, name, "description", "Other words"))
        yield from no_change(f"{name} runbook", file, text, put(text, name, "runbook", "{url: elsewhere.md}"))
        yield from any_way(f"{name} owner", file, text, put(text, name, "owner", "another-team"))
        begin, end = block(text, name)
        moved = text[:begin] + text[end:].rstrip("\n") + "\n" + text[begin:end]
        yield from no_change(f"{name} moved to the end", file, text, moved) if moved != text else iter(())
    for file in (
        *CRITERIA,
        "api-availability.yaml",
        "waivers.yaml",
        "attestations.yaml",
        "data-sources.yaml",
    ):
        text = text_of(file)
        yield from no_change(
            f"{file} comments", file, text, text.replace("\n", "  # a comment\n", 1) + "# the end\n"
        )
        yield from no_change(f"{file} begins a document", file, text, "---\n" + text)
        yield from no_change(f"{file} line ends", file, text, text.replace("\n", "\r\n"))


def regressions() -> Iterator[Edit]:
    """A criterion that is also compared with earlier reports."""
    file, name = "phase-4.yaml", "pdf-export-time"
    text = text_of(file)

    def at(allowed: str, baseline: str = "reports: past, last: 3", first_run: str | None = None) -> str:
        with_regression = put(text, name, "regression", f'"{allowed}"')
        return put(put(with_regression, name, "baseline", f"{{{baseline}}}"), name, "firstRun", first_run)

    here = at("<= +10 %")
    yield from either_way("a regression", file, text, here)
    yield from either_way("how far", file, here, at("<= +9.99 %"))
    yield from either_way("how far exactly", file, here, at("< +10 %"))
    yield from either_way("an amount", file, at("<= +1.5 s"), at("<= +1499 ms"))
    yield from either_way("first run", file, at("<= +10 %", first_run="pass"), here)
    yield from either_way("target beside it", file, put(here, name, "target", None), here)
    alone = put(here, name, "target", None)
    yield Edit("a regression for a target", file, text, alone, True)
    yield Edit("a target for a regression", file, alone, text, True)
    yield from any_way("another unit", file, here, at("<= +1 s"))
    yield from any_way("how many", file, here, at("<= +10 %", "reports: past, last: 4"))
    yield from any_way("what of them", file, here, at("<= +10 %", "reports: past, last: 3, aggregate: max"))
    yield from any_way("where from", file, here, at("<= +10 %", "reports: passed, last: 3"))
    yield from any_way("left out", file, here, at("<= +10 %", "reports: past, last: 3, exclude: [a.json]"))
    yield from no_change("regression in words", file, here, at("<= +10.0 % of baseline"))
    yield from no_change("an amount in ms", file, at("<= +1.5 s"), at("<= +1500 ms"))
    yield from no_change(
        "the usual aggregate", file, here, at("<= +10 %", "reports: past, last: 3, aggregate: median")
    )
