"""Running the command on files, against the simulator or with none: what several test modules do alike."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from checker.cli import main
from tests.simulator import Simulator

AT = 1_769_860_800
TIME = "2026-01-31T12:00:00Z"
END = AT - 300
"""Where a CloudWatch window ends: the last whole period before AT less five minutes."""


class Judged(NamedTuple):
    """What a run came to: its exit code, its verdicts by criterion, and the whole report."""

    code: int
    verdicts: dict[str, dict[str, Any]]
    report: dict[str, Any]

    def outcomes(self) -> dict[str, str]:
        return {name: verdict["outcome"] for name, verdict in self.verdicts.items()}


def environment(monkeypatch: pytest.MonkeyPatch, url: str = "") -> None:
    """Credentials that are none, no AWS files, and all of AWS at ``url``."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "synthetic",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_MAX_ATTEMPTS": "1",
        **({"AWS_ENDPOINT_URL": url} if url else {}),
    }.items():
        monkeypatch.setenv(name, value)


def judge(text: str, *flags: str) -> Judged:
    """Runs the command in the working directory on files with ``text``; its report, with criteria by their names."""
    Path("slos").mkdir(exist_ok=True)
    Path("slos/promises.yaml").write_text(text, encoding="utf-8")
    code = main(["run", "--at", TIME, "-f", "json=report.json", *flags])
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    verdicts = {each["objective"]["name"].rpartition("/")[2]: each for each in report["verdicts"]}
    assert len(verdicts) == len(report["verdicts"]), "two criteria with one name"
    return Judged(code, verdicts, report)


def validate(text: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and words of ``checker validate`` on ``text``, on one line however they were wrapped."""
    Path("slos").mkdir(exist_ok=True)
    Path("slos/promises.yaml").write_text(text, encoding="utf-8")
    capsys.readouterr()
    code = main(["validate", "slos"])
    captured = capsys.readouterr()
    return code, " ".join((captured.out + captured.err).split())


def criteria(*rows: str, window: str = "1h", name: str = "app") -> str:
    """A document of criteria that are given as the inside of a flow mapping."""
    head = f"apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {{name: {name}}}\nspec:\n  window: {window}\n"
    return head + "  criteria:\n" + "".join(f"    - {{{row}}}\n" for row in rows)


def metric(name: str, stat: str, more: str = "", namespace: str = "App") -> str:
    """A CloudWatch query as a flow mapping."""
    return (
        f"{{source: CloudWatch, namespace: {namespace}, metricName: {name}, stat: {stat}"
        f"{', ' + more if more else ''}}}"
    )


def put_hour(
    simulator: Simulator,
    namespace: str,
    name: str,
    dimensions: dict[str, str],
    unit: str,
    rows: Iterable[tuple[float, int]],
    *,
    end: int = END,
) -> None:
    """Publish (value, count) pairs in each of the twelve periods of the hour before ``end``."""
    pairs = list(rows)
    simulator.put_counts(
        namespace,
        name,
        dimensions,
        unit,
        [(end - 300 * number, value, count) for number in range(1, 13) for value, count in pairs],
    )
