"""What rules see: the plain data of a promise, a waiver, a document, a verdict and a release.

Each module holds what is told of one thing (``objective_input``) beside the schema that documents it
(``objective_schema``), so that a field is added in one place. Numbers are doubles, because CEL has no others, and
beside each stands its exact text: a rule may judge by the one and quote the other. What decides between PASS and
FAIL is compared exactly, and not here.
"""

from __future__ import annotations

from checker.policy.inputs.document import document_input
from checker.policy.inputs.objective import objective_input
from checker.policy.inputs.release import coverage, release_input
from checker.policy.inputs.values import plain
from checker.policy.inputs.verdict import verdict_input
from checker.policy.inputs.waiver import waiver_input

__all__ = [
    "coverage",
    "document_input",
    "objective_input",
    "plain",
    "release_input",
    "verdict_input",
    "waiver_input",
]
