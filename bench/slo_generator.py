"""SLOs over four windows, measured live, against slo-generator on the same Prometheus: at hand, and 20 ms away.

slo-generator gets an environment of its own, since it needs an old setuptools. Its error budget policy has a step
for each window; our SLO is about the longest, and its burn rates look back over the others.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlsplit

from bench import slo_generator_files as files
from bench.pairs import Command, Goal, Outcome, Result, Wrong, checker, compare
from bench.serving import serving
from tests.prometheus import MISSING, running

SERVICES = 500
DAYS = 4
AHEAD = 7200
"""Seconds for which there is data beyond now: slo-generator asks Prometheus about now, whatever --timestamp says."""
DELAY = 20
REQUIREMENTS = ("slo-generator[prometheus]==2.6.*", "setuptools<81")
CASES = (
    (1, 1, 0, 9, Goal(False, 0.5)),
    (1, 4, 0, 9, None),
    (10, 4, 0, 5, None),
    (100, 4, 0, 5, Goal(True, 5)),
    (500, 4, 0, 2, None),
    (1, 4, DELAY, 5, None),
    (100, 4, DELAY, 3, Goal(True, 10)),
)
"""SLOs, windows, milliseconds of latency, pairs, and the goal."""
LINE = re.compile(r"^INFO - (\S+) +\| (\w+) +\| SLI: ([0-9.]+) +% .*\| BR: ([0-9.]+) +/", re.MULTILINE)

Shares = Mapping[tuple[str, str], Fraction]
"""By service and window: the share of good events."""


def run(work: Path) -> Outcome:
    """The comparison. Raises Wrong where a side does not measure what is there."""
    if MISSING:
        raise Wrong(MISSING)
    peer = install(work / "slo-generator")
    now = int(time.time())
    (work / "prometheus").mkdir()
    samples = files.samples(SERVICES, now - DAYS * 86400, now + AHEAD)
    with running(work / "prometheus", samples) as url:
        address = urlsplit(url).netloc
        with serving("bench.latency", [address, str(DELAY)]) as far:
            results = [_case(work, peer, {0: url, DELAY: far}, *case) for case in CASES]
    return Outcome(
        results,
        (
            "Before each comparison both sides' shares of good events are compared with what the counters hold, for "
            "every SLO and window: they agree to the six digits that slo-generator keeps.",
            "Of 100 SLOs slo-generator sends 800 requests, one after the other, each over a connection of its own. "
            "checker asks the same 800 queries and, for each, where in its window there is data: 1,600 in about 130 "
            "requests, 8 at a time over kept connections.",
        ),
    )


def install(folder: Path) -> Path:
    """The command of slo-generator in an environment of its own. Raises Wrong where it cannot be had."""
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", *REQUIREMENTS],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        if done.returncode:
            raise Wrong(f"slo-generator cannot be installed: {done.stderr[-500:]}")
    return folder / "bin/slo-generator"


def _case(
    work: Path,
    peer: Path,
    urls: Mapping[int, str],
    count: int,
    windows: int,
    delay: int,
    pairs: int,
    goal: Goal | None,
) -> Result:
    """One comparison; the files are written anew for it."""
    folder = work / f"{count}x{windows}-{delay}"
    ours = files.write_ours(folder / "ours", count, windows)
    slos, config = files.write_theirs(folder / "theirs", count, windows, urls[delay])
    report = folder / "report.json"
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    us = checker(
        ["run", str(ours), "--at", at, "-f", f"json={report}"], environment={"PROMETHEUS_URL": urls[delay]}
    )
    them = Command("slo-generator", [str(peer), "compute", "-f", str(slos), "-c", str(config)])
    us.output()
    _same(_ours(report, windows), count, windows, "checker")
    _same(_theirs(them.output()), count, windows, "slo-generator")
    what = f"measure SLOs over {windows} window{'s' if windows > 1 else ''}"
    return compare(f"{what}, {delay} ms away" if delay else what, count, us, them, pairs, goal)


def _ours(report: Path, windows: int) -> Shares:
    names = {seconds: window for window, seconds in list(files.WINDOWS.items())[:windows]}
    shares = {}
    for verdict in json.loads(report.read_text(encoding="utf-8"))["verdicts"]:
        budget = verdict["budget"]
        allowed = Fraction(budget["allowed"]["exact"])
        for rate in budget["burnRates"]:
            share = 1 - Fraction(rate["rate"]["exact"]) * allowed
            if rate["lookback"]["seconds"] in names:
                shares[verdict["objective"]["name"], names[rate["lookback"]["seconds"]]] = share
    return shares


def _theirs(output: str) -> Shares:
    return {(name, window): Fraction(share) / 100 for name, window, share, _ in LINE.findall(output)}


def _same(found: Shares, count: int, windows: int, side: str) -> None:
    """Raises Wrong unless ``found`` holds, for every SLO and window, the share that the counters grow by."""
    for number in range(count):
        good, bad = files.rates(number)
        for window in list(files.WINDOWS)[:windows]:
            share = found.get((files.name(number), window))
            if share is None or abs(share - Fraction(good, good + bad)) > Fraction(1, 10**6):
                raise Wrong(f"{side}: {files.name(number)} over {window} is {share}, not {good}/{good + bad}")
    if len(found) != count * windows:
        raise Wrong(f"{side}: {len(found)} shares, not {count * windows}")
