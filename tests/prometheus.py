"""A real Prometheus for tests: its own process, on a free port, with the samples that a test backfills."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

MISSING = (
    "prometheus and promtool are not installed: apt-get install -y --no-install-recommends prometheus"
    if not (shutil.which("prometheus") and shutil.which("promtool"))
    else ""
)
"""Why there is no Prometheus to test with; "" if there is one."""

Samples = Mapping[str, Iterable[tuple[int, object]]]
"""By series, as OpenMetrics writes it (``orders_total{code="200"}``): (epoch seconds, value), in order."""


def open_metrics(samples: Samples) -> str:
    """The samples as OpenMetrics text: a family's series beside each other, with its type before them."""
    families: dict[str, list[str]] = {}
    for series, points in samples.items():
        name = series.partition("{")[0]
        families.setdefault(name, []).extend(f"{series} {value} {moment}" for moment, value in points)
    lines: list[str] = []
    for name, given in families.items():
        family, counter = name.removesuffix("_total"), name.endswith("_total")
        lines += [f"# TYPE {family} {'counter' if counter else 'gauge'}", *given]
    return "\n".join([*lines, "# EOF", ""])


@contextmanager
def running(folder: Path, samples: Samples, config: str = "global: {}\n") -> Iterator[str]:
    """The URL of a Prometheus that holds ``samples``, does what ``config`` says, and keeps its files in ``folder``."""
    data = folder / "data"
    (folder / "prometheus.yml").write_text(config, encoding="utf-8")
    if samples:
        _backfill(folder / "samples.om", data, samples)
    process, url = _start(folder, data)
    try:
        yield url
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _backfill(file: Path, data: Path, samples: Samples) -> None:
    file.write_text(open_metrics(samples), encoding="utf-8")
    command = ["promtool", "tsdb", "create-blocks-from", "--max-block-duration=24h", "openmetrics"]
    subprocess.run([*command, str(file), str(data)], check=True, capture_output=True, timeout=60)


def _start(folder: Path, data: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A Prometheus that is ready. A port that another process takes meanwhile is given up for the next."""
    for _ in range(5):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [
                    "prometheus",
                    f"--config.file={folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={data}",
                    "--storage.tsdb.retention.time=100y",
                    f"--web.listen-address=127.0.0.1:{port}",
                    "--log.level=warn",
                ],
                stdout=log,
                stderr=log,
            )
        url = f"http://127.0.0.1:{port}"
        if _ready(process, url, data):
            return process, url
        if process.poll() is None:
            process.kill()
        process.wait()
    raise AssertionError(f"prometheus does not start: {(folder / 'log').read_text(encoding='utf-8')}")


def _ready(process: subprocess.Popen[bytes], url: str, data: Path) -> bool:
    """Whether our own child answers at ``url``: alive, and with our data."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/-/ready", timeout=1).close()
            with urllib.request.urlopen(f"{url}/api/v1/status/flags", timeout=5) as answer:
                flags = json.load(answer)["data"]
            return process.poll() is None and flags["storage.tsdb.path"] == str(data)
        except OSError:
            time.sleep(0.05)
    return False
