"""``checker schema``."""

from __future__ import annotations

import argparse
import sys

from checker.cli.terminal import say
from checker.model import Exit

PURPOSE = "print the JSON Schema of a kind, or list the kinds"
EXAMPLES = "example:\n  checker schema SuccessCriteria > success-criteria.schema.json"


def describe(command: argparse.ArgumentParser) -> None:
    """Declares its arguments."""
    command.add_argument(
        "kind", nargs="?", metavar="KIND", help="SuccessCriteria, SLO, ... or checker/v1, openslo/v1"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Prints a schema, or the names of the kinds."""
    import json

    from checker.spec.json_schema import FAMILIES, committed
    from checker.spec.kinds import KINDS

    kinds = {kind: family for family, kind in KINDS}
    if arguments.kind is None:
        sys.stdout.write("".join(f"{kind}  ({kinds[kind]})\n" for kind in sorted(kinds)))
        return Exit.PASSED
    family = arguments.kind if arguments.kind in FAMILIES else kinds.get(arguments.kind)
    if family is None:
        say(f"checker: there is no kind {arguments.kind!r}; there are {', '.join(sorted(kinds))}")
        return Exit.INVALID
    schema = committed(family)
    if arguments.kind in kinds:
        schema = {**{key: schema[key] for key in ("$schema", "$defs")}, "$ref": f"#/$defs/{arguments.kind}"}
    sys.stdout.write(json.dumps(schema, indent=2) + "\n")
    return Exit.PASSED
