"""Write the reports of SecureBase's earlier load tests anew: ``python -m tests.past_load_tests``.

They are SYNTHETIC, as all of the example is. Each is what ``checker run`` says of that month's result by the targets
alone: the comparison was introduced when there was something to compare with.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.simulator.securebase_build import load_test_json

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "slos/securebase"
KEPT = ROOT / "baselines/securebase"
STEPS = {"2025-10-31": 32.0, "2025-11-30": 33.0, "2025-12-15": 52.0, "2025-12-31": 32.5}
"""How much longer each request took than the one before it, in ms, by the day of the test."""
INVALID = {
    "2025-12-15": "The test ran while the tables were being restored. It was repeated on 2025-12-31.\n"
}


def write(folder: Path) -> None:
    """Write all of them into ``folder``, and the marks beside those that do not count."""
    folder.mkdir(parents=True, exist_ok=True)
    for day, step in STEPS.items():
        result = load_test_json(step, f"{day}T09:00:00Z", f"{day}T09:05:00Z")
        with tempfile.TemporaryDirectory() as work:
            (Path(work) / "out/securebase").mkdir(parents=True)
            (Path(work) / "out/securebase/load-test.json").write_text(result, encoding="utf-8")
            slos = Path(work) / "slos/securebase"
            slos.mkdir(parents=True)
            for name in ("load-test.yaml", "data-sources.yaml"):
                text = (EXAMPLE / name).read_text(encoding="utf-8")
                slos.joinpath(name).write_text(_without_regressions(text), encoding="utf-8")
            report = f"json={folder / day}.json"
            command = [
                sys.executable,
                "-m",
                "tests.at_moment",
                f"{day}T12:00:00Z",
                "run",
                "slos",
                "-f",
                report,
            ]
            subprocess.run(command, cwd=work, env=_environment(), check=False)
        if day in INVALID:
            (folder / f"{day}.json.invalid").write_text(INVALID[day], encoding="utf-8")


def _without_regressions(text: str) -> str:
    return re.sub(r"^      (regression|baseline):.*\n(?:       .*\n)*", "", text, flags=re.MULTILINE)


def _environment() -> dict[str, str]:
    paths = (str(ROOT), os.environ.get("PYTHONPATH", ""))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


if __name__ == "__main__":
    write(KEPT)
