"""A folder with one promise about test coverage, which is kept."""

from __future__ import annotations

import json
from pathlib import Path

PROMISE = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: build}
spec:
  service: shop
  owner: us
  criteria:
    - name: coverage
      indicator: {source: Coverage, file: coverage.json}
      target: "> 70 %"
"""
COVERAGE = {
    "meta": {"format": 3, "version": "7.6"},
    "files": {"a.py": {"executed_lines": [1, 2, 3], "missing_lines": [4], "excluded_lines": []}},
    "totals": {"covered_lines": 3, "num_statements": 4, "missing_lines": 1, "excluded_lines": 0},
}
"""75 % of the lines."""


def write_kept_promise(folder: Path) -> None:
    """Writes ``slos/build.yaml``, which promises over 70 %, and the ``coverage.json`` it is about."""
    (folder / "slos").mkdir()
    (folder / "slos/build.yaml").write_text(PROMISE, encoding="utf-8")
    (folder / "coverage.json").write_text(json.dumps(COVERAGE), encoding="utf-8")
