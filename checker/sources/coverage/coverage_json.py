"""Reads coverage.py's own report, written by ``coverage json``."""

from __future__ import annotations

from typing import Any

from checker.sources.result_file import epoch


def read_coverage_json(report: Any) -> dict[str, Any]:
    """The counts of a report, as ``send`` records them. Raises ValueError, also if the report's totals disagree
    with its lines."""
    meta, files, totals = (report.get(key) for key in ("meta", "files", "totals"))
    if not (isinstance(meta, dict) and isinstance(files, dict) and isinstance(totals, dict)):
        raise ValueError("it is not a report of 'coverage json': it needs the objects meta, files and totals")
    branching = meta.get("branch_coverage") is True
    rows, uncounted = [], 0
    for path, file in sorted(files.items()):
        executed, missing = _set(file, "executed_lines", path), _set(file, "missing_lines", path)
        if executed & missing:
            raise ValueError(f"{path} names line {min(executed & missing)} as executed and as missing")
        counts = [len(executed), len(executed) + len(missing), 0, 0]
        if branching and "executed_branches" not in file:
            uncounted += 1
        elif branching:
            taken, untaken = _set(file, "executed_branches", path), _set(file, "missing_branches", path)
            counts[2:] = len(taken), len(taken) + len(untaken)
        rows.append([path.replace("\\", "/"), *counts])
    counted = [sum(row[index] for row in rows) for index in (1, 2, 3, 4)]
    names = ("covered_lines", "num_statements", "covered_branches", "num_branches")
    for name, ours in zip(names[: 4 if branching and not uncounted else 2], counted, strict=False):
        if totals.get(name) != ours:
            raise ValueError(f"its totals state {name} {totals.get(name)}, but its files have {ours}")
    written = epoch(meta.get("timestamp"))
    return {
        "format": "coverage.py",
        "files": rows,
        "uncounted": uncounted,
        "stated": counted[:2],
        "writtenAt": written,
    }


def _set(file: Any, key: str, path: str) -> set[Any]:
    """The lines in a file's list, or its arcs: pairs of lines, where a negative number is an exit."""
    listed = file.get(key) if isinstance(file, dict) else None
    if not isinstance(listed, list):
        raise ValueError(f"{path} has no list {key}")
    arcs = key.endswith("branches")
    for item in listed:
        fits = isinstance(item, list) and len(item) == 2 and {type(line) for line in item} == {int}
        if not (fits if arcs else type(item) is int and item > 0):
            raise ValueError(f"{path} has {str(item)[:40]} among its {key}")
    found = {tuple(item) if arcs else item for item in listed}
    if len(found) < len(listed):
        raise ValueError(f"{path} names something twice among its {key}")
    return found
