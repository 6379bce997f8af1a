"""Whether a hundred SLOs give the numbers that slo-generator gives on the same data, and why where they do not.

    python -m bench.slo_generator_numbers

Both read the same files: ours after ``checker import``. Compared are the share of good events and the burn rate over
each of four windows, and over the longest also the good and bad events and what is left of the budget. A difference
without a reason in ``REASONS`` ends the program with 1.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from bench.pairs import Wrong, checker
from bench.slo_generator import install
from bench.slo_generator_files import CONFIG, RATES, STEP, WINDOWS
from bench.slo_generator_varied import GOAL, Case, cases
from tests.prometheus import MISSING, running

LONGEST = list(WINDOWS)[-1]
HALF = Fraction(1, 2 * 10**6) + Fraction(1, 10**12)
"""slo-generator rounds shares to six digits."""


REASONS = {
    (
        "no data for a part of the window",
        "verdict",
    ): "The numbers are the same. checker looks where in the window there "
    "was data, and does not take a part of it for all of it.",
    (
        "nobody counts good events",
        "share",
    ): "Absence is not zero. slo-generator reads it as -1, so that it reports one "
    "bad event more than there are.",
    (
        "nobody counts bad events",
        "share",
    ): "Absence is not zero: slo-generator takes it for perfect. A counter that "
    "appears with the first error wants `or vector(0)`.",
    (
        "the query returns several series",
        "share",
    ): "slo-generator takes the first series, whichever that is. checker asks to combine them.",
}
"""Why numbers differ, by what is special about an SLO and by which numbers."""


class Numbers(NamedTuple):
    """What one side says about one window; None where it says nothing, and then why."""

    share: Fraction | None
    burn: Fraction | None = None
    good: Fraction | None = None
    bad: Fraction | None = None
    left: Fraction | None = None
    """Seconds of the error budget."""
    why: str = ""


@contextmanager
def pinned(url: str, at: int) -> Iterator[str]:
    """slo-generator asks about now, whatever --timestamp says: here now is ``at``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            # Before what the client says of the time itself: the first counts.
            target = f"{url}{self.path.replace('?', f'?time={at}&', 1)}"
            with urllib.request.urlopen(target, timeout=30) as answer:
                body = answer.read()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *ignored: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def write(folder: Path, made: list[Case], url: str) -> Path:
    """The files of slo-generator; its configuration is beside them."""
    slos = folder / "slos"
    slos.mkdir(parents=True)
    for case in made:
        document = {
            "apiVersion": "sre.google.com/v2",
            "kind": "ServiceLevelObjective",
            "metadata": {"name": case.name, "labels": {"service_name": case.name}},
            "spec": {
                "description": case.special or "Nothing special.",
                "backend": "prometheus",
                "method": case.method,
                "service_level_indicator": case.indicator,
                "goal": GOAL,
            },
        }
        (slos / f"{case.name}.yaml").write_text(json.dumps(document), encoding="utf-8")
    steps = "".join(
        STEP.format(window=window, rate=RATES[window], seconds=seconds) for window, seconds in WINDOWS.items()
    )
    (folder / "config.yaml").write_text(CONFIG.format(url=url, steps=steps), encoding="utf-8")
    return slos


def theirs(python: Path, slos: Path) -> dict[tuple[str, str], Numbers]:
    """What slo-generator reports, by SLO and window."""
    script = Path(__file__).with_name("slo_generator_reports.py")
    # -P: our own slo_generator.py lies beside the script.
    command = [str(python), "-P", "-W", "ignore", str(script), str(slos), str(slos.parent / "config.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        raise Wrong(done.stderr[-1000:])
    found = {}
    for name, reports in json.loads(done.stdout).items():
        for number, window in enumerate(WINDOWS):
            report = reports if isinstance(reports, str) else reports[number]
            found[name, window] = _their_numbers(report)
    return found


def _their_numbers(report: Any) -> Numbers:
    if isinstance(report, str):
        return Numbers(None, why=f"it crashes: {report}")
    if not report.get("valid"):
        return Numbers(None, why=str(report["errors"][0]).splitlines()[-1])
    counts = [report["good_events_count"], report["bad_events_count"]]
    good, bad = (None if count == -1 else Fraction(count) for count in counts)
    left = Fraction(report["error_budget_remaining_minutes"]) * 60
    return Numbers(
        Fraction(str(report["sli_measurement"])),
        Fraction(str(report["error_budget_burn_rate"])),
        good,
        bad,
        left,
    )


def ours(slos: Path, url: str, at: int) -> dict[tuple[str, str], Numbers]:
    """What checker reports of the same files, imported."""
    folder = slos.parent
    checker(
        ["import", str(slos), str(folder / "config.yaml"), "-q", "-o", str(folder / "ours.yaml")]
    ).output()
    _lead_to(folder / "ours.yaml", url)
    report = folder / "report.json"
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
    command = checker(["run", str(folder / "ours.yaml"), "--at", moment, "-f", f"json={report}"])
    subprocess.run(command.arguments, check=False, capture_output=True, timeout=600)
    found: dict[tuple[str, str], Numbers] = defaultdict(lambda: Numbers(None, why="it is not asked"))
    for verdict in json.loads(report.read_text(encoding="utf-8"))["verdicts"]:
        name, budget = verdict["objective"]["name"], verdict["budget"]
        why = f"{verdict['outcome']}: {verdict['reasons'][0]}" if verdict["reasons"] else verdict["outcome"]
        rates = {each["lookback"]["seconds"]: each["rate"] for each in (budget or {}).get("burnRates", ())}
        for window, seconds in WINDOWS.items():
            if seconds not in rates:
                found[name, window] = Numbers(None, why=why)
                continue
            burn = Fraction(rates[seconds]["exact"])
            good = bad = left = None
            if window == LONGEST:
                good, total = (verdict[key] and Fraction(verdict[key]["exact"]) for key in ("good", "total"))
                bad = None if good is None else total - good
                left = Fraction(budget["remainingSeconds"]["exact"])
            outcome = verdict["outcome"]
            said = why if window == LONGEST and outcome not in ("PASS", "FAIL") else ""
            share = 1 - burn * (1 - Fraction(str(GOAL)))
            found[name, window] = Numbers(share, burn, good, bad, left, said)
    return found


def _lead_to(file: Path, url: str) -> None:
    """Points the imported DataSource at Prometheus itself."""
    lines = file.read_text(encoding="utf-8").splitlines()
    lines = [f"    url: {url}" if line.startswith("    url: ") else line for line in lines]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def differences(us: Numbers, them: Numbers) -> list[str]:
    """Which numbers differ by more than slo-generator's rounding."""
    if us.share is None and them.share is None:
        return []
    if us.share is None or them.share is None or us.burn is None or them.burn is None:
        return ["share"]
    pairs = {
        "share": (us.share, them.share, HALF),
        # Rounded to a decimal, of a share that was rounded before.
        "burn rate": (us.burn, them.burn, Fraction(1, 20) + HALF * 100),
        "good events": (us.good, them.good, 1),
        "bad events": (us.bad, them.bad, 1),
        "budget left": (us.left, them.left, HALF * WINDOWS[LONGEST] + Fraction(1, 10**6)),
    }
    return [
        name for name, (a, b, most) in pairs.items() if a is not None and b is not None and abs(a - b) > most
    ] + (["verdict"] if us.why else [])


def main() -> int:
    """Compares, and prints the table."""
    if MISSING:
        print(MISSING)
        return 2
    at = int(time.time()) // 60 * 60 - 600
    made = cases(at)
    samples: dict[str, Any] = {series: points for case in made for series, points in case.samples.items()}
    with tempfile.TemporaryDirectory(prefix="checker-numbers-") as directory:
        work = Path(directory)
        peer = install(work / "slo-generator")
        (work / "prometheus").mkdir()
        with running(work / "prometheus", samples) as url, pinned(url, at) as fixed:
            slos = write(work / "files", made, fixed)
            them, us = theirs(peer.with_name("python"), slos), ours(slos, url, at)
    return _table(made, us, them)


def _table(made: list[Case], us: Mapping[Any, Numbers], them: Mapping[Any, Numbers]) -> int:
    """Prints how many are the same and a row for each kind of difference: 0, or 1 if one has no reason."""
    rows: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    both_silent = 0
    for case in made:
        for window in WINDOWS:
            key = (case.name, window)
            both_silent += us[key].share is None and them[key].share is None
            found = differences(us[key], them[key])
            if found:
                rows[case.special, ", ".join(found)].append(key)
    all_, differing = len(made) * len(WINDOWS), sum(map(len, rows.values()))
    print(f"{len(made)} SLOs over {len(WINDOWS)} windows: {all_ - differing} of {all_} the same", end="")
    print(f" ({both_silent} of them: both say that there is nothing to tell), {differing} differ.\n")
    print("| What is special | Differ | For example | slo-generator says | checker says | Why |")
    print("|---|---|---|---|---|---|")
    unexplained = 0
    for (special, what), keys in rows.items():
        reason = REASONS.get((special, what), "")
        unexplained += not reason
        example = " over ".join(keys[0])
        cells = (special or "nothing", str(len(keys)), example, _text(them[keys[0]]), _text(us[keys[0]]))
        cells = tuple(cell.replace("|", "/") for cell in cells)
        print(f"| {' | '.join((*cells, reason or f'**no reason is known**: {what}'))} |")
    return 1 if unexplained else 0


def _text(numbers: Numbers) -> str:
    shown = ", ".join(
        f"{name} {float(value):.8g}"
        for name, value in numbers._asdict().items()
        if isinstance(value, Fraction)
    )
    return f"{shown} {numbers.why}".strip()


if __name__ == "__main__":
    sys.exit(main())
