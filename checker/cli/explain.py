"""``checker explain``."""

from __future__ import annotations

import argparse
import sys

from checker.model import Exit

PURPOSE = "explain what a rule may speak of"
EXAMPLES = "example:\n  checker explain --input verdict > input.schema.json"

INPUTS = ("objective", "waiver", "document", "verdict", "release")


def describe(command: argparse.ArgumentParser) -> None:
    """Its arguments."""
    command.add_argument(
        "--input",
        choices=("definition", *INPUTS),
        required=True,
        metavar="SCOPE",
        help=f"print the JSON Schema of the input of rules: {', '.join(INPUTS)} (definition is objective)",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Prints the schema."""
    import json

    from checker.policy.input_schema import schema

    subject = "objective" if arguments.input == "definition" else arguments.input
    sys.stdout.write(json.dumps(schema(subject), indent=2) + "\n")
    return Exit.PASSED
