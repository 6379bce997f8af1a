"""5,000 CloudWatch metrics of 28 points each, asked live, against boto3 as it comes."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench import serving
from bench.pairs import Command, Goal, Outcome, Result, Wrong, checker, compare

METRICS = 5_000
A_FILE = 500
POINTS = 28
DAY = 86_400
NAMESPACE = "Bench/Services"
AT = 1_769_861_130
"""2026-01-31T12:05:30Z; the window is the 28 days up to its midnight."""
END = AT // DAY * DAY
START = END - POINTS * DAY
PROMISED = 1_500
REQUESTS = 10
PAIRS = 5
LATENCY = 0.05
"""Seconds that every answer waits in the last comparison: an assumption, and no high one, for a real network."""


def run(directory: Path) -> Outcome:
    """Both sides ask the same simulator for the same sums."""
    published = directory / "metrics.jsonl"
    published.write_text("".join(_row(number) for number in range(METRICS)), encoding="utf-8")
    criteria = directory / "criteria"
    criteria.mkdir()
    for first in range(0, METRICS, A_FILE):
        (criteria / f"from-{first:04}.yaml").write_text(_criteria(first), encoding="utf-8")
    report = directory / "report.json"
    results: list[Result] = []
    with serving.serving("bench.remembering", [str(AT), str(published)]) as url:
        asking, ours, peer = _sides(url, criteria, report)
        counts = _assert_answers(url, ours, peer, report)
        _assert_same_sums(asking, peer)
        notes = [counts, _answering_alone(url), _judging_alone(ours, directory / "evidence.jsonl")]
        results += [
            compare("ask for 5,000 metrics", METRICS, asking, peer, PAIRS, Goal(False, 0.5)),
            compare("a whole run of 5,000 promises", METRICS, ours, peer, PAIRS, None),
        ]
    with serving.serving("bench.remembering", [str(AT), str(published), str(LATENCY)]) as url:
        asking, _, peer = _sides(url, criteria, report)
        _assert_same_sums(asking, peer)
        what = f"ask for 5,000 metrics, {LATENCY * 1000:.0f} ms away"
        results.append(compare(what, METRICS, asking, peer, PAIRS, Goal(False, 0.5)))
    return Outcome(results, notes)


def _sides(url: str, criteria: Path, report: Path) -> tuple[Command, Command, Command]:
    """checker's asking by itself, its whole run, and the script with boto3."""
    environment = serving.cloudwatch_at(url)
    at = datetime.fromtimestamp(AT, UTC).isoformat()
    asked = map(str, (NAMESPACE, METRICS, AT, END - START, DAY))
    script = str(Path(__file__).with_name("stock_boto3.py"))
    scripted = map(str, (NAMESPACE, METRICS, START, END, DAY))
    return (
        Command("checker", [sys.executable, "-m", "bench.asking", *asked], environment=environment),
        checker(["run", str(criteria), "--at", at, "-f", f"json={report}"], environment=environment, exits=1),
        Command("boto3", [sys.executable, script, *scripted], environment=environment),
    )


def _assert_same_sums(asking: Command, peer: Command) -> None:
    if json.loads(asking.output()) != json.loads(peer.output()):
        raise Wrong("the asking alone gives other sums than the boto3 script")


def values(number: int) -> list[int]:
    """The points of one service, a day each; whole, so that their sum is exact on both sides."""
    return [(number * 7 + day * 13) % 101 + 1 for day in range(POINTS)]


def _row(number: int) -> str:
    # Noon of each day: inside the period, whatever side of midnight a client asks from.
    points = [[START + day * DAY + DAY // 2, value] for day, value in enumerate(values(number))]
    row = {
        "namespace": NAMESPACE,
        "metric": "Requests",
        "dimensions": {"Service": f"service-{number:04}"},
        "unit": "Count",
        "points": points,
    }
    return json.dumps(row) + "\n"


def _criteria(first: int) -> str:
    head = (
        "apiVersion: checker/v1\nkind: SuccessCriteria\n"
        f"metadata: {{name: services-from-{first:04}}}\nspec:\n  window: {POINTS}d\n  criteria:\n"
    )
    return head + "".join(
        f"    - name: service-{number:04}\n"
        f"      indicator: {{source: CloudWatch, namespace: {NAMESPACE}, metricName: Requests, stat: Sum,\n"
        f"                  dimensions: {{Service: service-{number:04}}}, unit: Count, period: 1d}}\n"
        f'      target: ">= {PROMISED}"\n'
        for number in range(first, first + A_FILE)
    )


def _assert_answers(url: str, ours: Command, peer: Command, report: Path) -> str:
    expected = {f"service-{number:04}": sum(values(number)) for number in range(METRICS)}
    serving.forget_requests(url)
    ours.output()
    asked = serving.requests(url)
    if asked.get("GetMetricData") != REQUESTS:
        raise Wrong(f"checker made {asked}, not {REQUESTS} GetMetricData requests")
    measured, judged = {}, {}
    for verdict in json.loads(report.read_text(encoding="utf-8"))["verdicts"]:
        name = verdict["objective"]["name"].rpartition("/")[2]
        measured[name], judged[name] = int(verdict["value"]["exact"]), verdict["outcome"]
    if measured != expected:
        raise Wrong("checker's sums are not those that were published")
    if judged != {name: "PASS" if total >= PROMISED else "FAIL" for name, total in expected.items()}:
        raise Wrong("checker's verdicts are not those that the sums ask for")
    serving.forget_requests(url)
    if json.loads(peer.output()) != expected:
        raise Wrong("the boto3 script's sums are not those that were published")
    theirs = serving.requests(url)
    failed = sum(outcome == "FAIL" for outcome in judged.values())
    return (
        f"Both print the {METRICS:,} published sums; checker judges {failed:,} of them FAIL, as it should. "
        f"GetMetricData requests: checker {asked['GetMetricData']}, boto3 script {theirs['GetMetricData']}."
    )


def _judging_alone(ours: Command, evidence: Path) -> str:
    """How long checker takes for everything but the asking: reading, judging and reporting."""
    replace(ours, arguments=[*ours.arguments, "--record", str(evidence)]).output()
    replay = replace(ours, arguments=[*ours.arguments, "--replay", str(evidence)])
    seconds = median(replay.seconds() for _ in range(3))
    return (
        f"checker reads, judges and reports the same promises from a recording, without asking, in {seconds:.2f} s. "
        "The boto3 script does none of that."
    )


def _answering_alone(url: str) -> str:
    computed, again = _answering(url), _answering(url)
    return (
        f"The simulator alone computes the {REQUESTS} answers in {computed:.2f} s, and gives them again, as to "
        f"every timed run, in {again:.2f} s."
    )


def _answering(url: str) -> float:
    begun = time.perf_counter()
    for first in range(0, METRICS, A_FILE):
        queries = [_query(number) for number in range(first, first + A_FILE)]
        serving.get_metric_data(url, {"StartTime": START, "EndTime": END, "MetricDataQueries": queries})
    return time.perf_counter() - begun


def _query(number: int) -> dict[str, object]:
    dimensions = [{"Name": "Service", "Value": f"service-{number:04}"}]
    metric = {"Namespace": NAMESPACE, "MetricName": "Requests", "Dimensions": dimensions}
    stat = {"Metric": metric, "Period": DAY, "Stat": "Sum", "Unit": "Count"}
    return {"Id": f"q{number}", "MetricStat": stat}
