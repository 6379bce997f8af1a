"""One small file: what a person or a commit hook waits for, against the bare interpreter."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from bench import serving
from bench.pairs import Command, Goal, Outcome, Wrong, checker, compare

AT = 1_769_861_130
"""2026-01-31T12:05:30Z."""
PAIRS = 21
VALUES = 400
CRITERIA = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata:
  name: release
spec:
  owner: reports-engineering
  window: 1h
  criteria:
    - name: query-time
      indicator: {source: CloudWatch, namespace: Reports, metricName: QueryTime, stat: p95, unit: Seconds}
      target: "< 5 s"
      minSamples: 200
"""


def run(directory: Path) -> Outcome:
    """``validate`` and a replayed ``run`` of one promise, each against an interpreter that does nothing."""
    file, evidence, report = (directory / name for name in ("release.yaml", "evidence.jsonl", "report.json"))
    file.write_text(CRITERIA, encoding="utf-8")
    at = datetime.fromtimestamp(AT, UTC).isoformat()
    published = directory / "metrics.jsonl"
    published.write_text(json.dumps(_metric()) + "\n", encoding="utf-8")
    with serving.serving("tests.simulator", ["--now", str(AT), "--load", str(published)]) as url:
        checker(
            ["run", str(file), "--at", at, "--record", str(evidence)], environment=serving.cloudwatch_at(url)
        ).output()
    validate = checker(["validate", str(file)])
    replay = checker(["run", str(file), "--replay", str(evidence), "-f", f"json={report}"])
    bare = Command("python -c pass", [sys.executable, "-c", "pass"])
    if not validate.output().endswith("valid: 1 file, 1 promise\n"):
        raise Wrong(f"checker validate said {validate.output()!r}")
    replay.output()
    verdict = json.loads(report.read_text(encoding="utf-8"))["verdicts"][0]
    value = Fraction(verdict["value"]["exact"])
    if (verdict["outcome"], verdict["samples"]) != ("PASS", VALUES) or not 3.7 < value < 3.9:
        raise Wrong(f"the replayed verdict is {verdict}")
    bare.output()
    return Outcome(
        [
            compare("validate one file", 1, validate, bare, PAIRS, Goal(False, 20)),
            compare("replay one promise", 1, replay, bare, PAIRS, Goal(False, 20)),
        ],
        [f"The replayed promise: p95 {verdict['value']['text']} of {VALUES} samples, PASS."],
    )


def _metric() -> dict[str, object]:
    """400 query times from 0.01 to 4 s, spread over the hour that is judged."""
    end = (AT - 300) // 300 * 300
    points = [[end - 3600 + number * 9, (number * 37 % VALUES + 1) / 100] for number in range(VALUES)]
    return {"namespace": "Reports", "metric": "QueryTime", "unit": "Seconds", "points": points}
