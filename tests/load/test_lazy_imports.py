"""What a valid file does not need is not imported: nobody waits for a gate."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
HEAVY = ("boto3", "botocore", "jsonschema", "tabulate", "urllib3", "requests")


def imported(path: Path) -> set[str]:
    """Which of the heavy modules a fresh process holds after it has loaded ``path``."""
    script = (
        "import sys; from checker.load.catalog import load; catalog = load([sys.argv[1]]); "
        f"print(catalog.valid, *[name for name in {HEAVY!r} if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    return set(ran.stdout.split())


@pytest.mark.parametrize("name", ["every-key.yaml", "openslo.yaml", "catalogue.yaml", "plain.json"])
def test_a_valid_file_imports_nothing_heavy(name: str) -> None:
    assert imported(EXAMPLES / "valid" / name) == {"True"}


def test_a_rejected_document_imports_what_explains_it() -> None:
    assert imported(EXAMPLES / "invalid" / "values" / "thresholds.yaml") == {"False", "jsonschema"}


def test_a_wrong_promise_in_a_right_document_needs_no_explanation_of_its_shape() -> None:
    assert imported(EXAMPLES / "invalid" / "bands" / "overlap.yaml") == {"False"}
