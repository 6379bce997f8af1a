"""The input of rules: a promise, waiver, document, verdict or release as plain data.

Each module holds the data of one thing (``objective_input``) beside the schema that documents it
(``objective_schema``), so that a field is added in one place. Numbers are doubles, because CEL has no exact
numbers; beside each double stands its exact text, so that a rule can compare the one and quote the other. The
comparison that decides between PASS and FAIL is exact and happens elsewhere.
"""

from __future__ import annotations

from checker.policy.inputs.document import document_input, head_input
from checker.policy.inputs.objective import objective_input
from checker.policy.inputs.release import coverage, release_input
from checker.policy.inputs.values import plain
from checker.policy.inputs.verdict import verdict_input
from checker.policy.inputs.waiver import waiver_input

__all__ = [
    "coverage",
    "document_input",
    "head_input",
    "objective_input",
    "plain",
    "release_input",
    "verdict_input",
    "waiver_input",
]
