"""Files of 61 lines by the hundred and the ten thousand, against check-jsonschema and our own schema."""

from __future__ import annotations

from pathlib import Path

from bench import documents
from bench.pairs import Command, Goal, Outcome, Wrong, beside, checker, compare

SCHEMA = Path(__file__).parent.parent / "checker" / "schemas" / "openslo-v1.schema.json"
SIZES = {100: (9, None), 10_000: (3, Goal(True, 15))}
"""How many pairs, and the goal, by the number of files."""


def run(directory: Path) -> Outcome:
    """Both read the same files; checker also resolves, lints and locates, which the peer does not."""
    _assert_both_refuse_a_broken_file(directory / "broken")
    results = []
    for count, (pairs, goal) in SIZES.items():
        files = directory / f"{count}"
        documents.write(files, count)
        ours, peer = _sides(files)
        if not ours.output().endswith(f"valid: {count} files, {count} promises\n"):
            raise Wrong(f"checker did not accept the {count} files:\n{ours.output()[:2000]}")
        if count == min(SIZES):
            peer.output()  # At 10,000 files each timed run asserts it: it has to end with 0.
        results.append(compare("validate files of 61 lines", count, ours, peer, pairs, goal))
    note = "Both accept the generated files, and both name the one broken file among three."
    return Outcome(results, [note])


def _sides(files: Path) -> tuple[Command, Command]:
    ours = checker(["validate", "."], directory=files)
    # Relative names, so that ten thousand of them fit on a command line.
    names = sorted(path.name for path in files.iterdir())
    arguments = [str(beside("check-jsonschema")), "--schemafile", str(SCHEMA), *names]
    return ours, Command("check-jsonschema", arguments, directory=files)


def _assert_both_refuse_a_broken_file(files: Path) -> None:
    documents.write(files, 3)
    wrong = sorted(files.iterdir())[1]
    wrong.write_text(documents.broken(1), encoding="utf-8")
    ours, peer = _sides(files)
    for side, code in ((ours, 2), (peer, 1)):
        said = side.output(exits=code)
        if wrong.name not in said or "slo-00000" in said:
            raise Wrong(f"{side.name} was to refuse {wrong.name} and no other file:\n{said}")
