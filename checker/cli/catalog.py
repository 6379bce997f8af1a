"""``checker catalog``."""

from __future__ import annotations

import argparse
import sys

from checker.cli import clock
from checker.cli.options import PATHS, add_paths, add_strict, add_terminal
from checker.cli.terminal import say, write_findings
from checker.cli.validate import say_validity
from checker.display import counted
from checker.model import Catalog, ConnectionDeclaration, Exit, Failure

PURPOSE = "write a MetricCatalog from what CloudWatch has, or compare the files with it"
EXAMPLES = """\
examples:
  checker catalog --from-aws AWS/ApiGateway > slos/api-gateway.yaml
  checker catalog --from-aws Shop --data-source production slos/
  checker catalog --check slos/"""


def describe(command: argparse.ArgumentParser) -> None:
    """Declares its arguments."""
    task = command.add_mutually_exclusive_group(required=True)
    task.add_argument(
        "--from-aws", type=_namespace, metavar="NAMESPACE", help="write the MetricCatalog of this namespace"
    )
    task.add_argument(
        "--check", action="store_true", help="compare every MetricCatalog of the files with what is live"
    )
    command.add_argument(
        "--data-source",
        default="",
        metavar="NAME",
        help="use the connection of this DataSource in the files, instead of that of the environment",
    )
    command.add_argument("--name", type=_document_name, help="what to call the MetricCatalog")
    command.add_argument(
        "--no-units",
        action="store_true",
        help="leave out the units, which take a call for each set of dimensions",
    )
    add_paths(command)
    add_strict(command)
    add_terminal(command)


def execute(arguments: argparse.Namespace) -> int:
    """Writes a catalogue, or prints how the files differ from the live metrics. Returns 0, 1, 2 or 4."""
    from checker import metric_catalog
    from checker.load.catalog import load

    if arguments.from_aws and arguments.paths != PATHS and not arguments.data_source:
        sys.stderr.write(
            "checker: with --from-aws, a PATH is read only for the DataSource that --data-source names\n"
        )
        return Exit.INVALID
    for option, given in (("--name", arguments.name), ("--no-units", arguments.no_units)):
        if arguments.check and given:
            sys.stderr.write(f"checker: {option} needs --from-aws: --check writes nothing\n")
            return Exit.INVALID
    read = arguments.check or arguments.data_source
    catalog = load(arguments.paths, strict=arguments.strict) if read else Catalog()
    if arguments.check and not catalog.valid:
        return say_validity(catalog, arguments)
    connection = metric_catalog.connection(catalog, arguments.data_source)
    if isinstance(connection, Failure):
        return unanswered(connection)
    if arguments.check:
        return _check_catalogs(catalog, connection, arguments)
    at = clock.now()
    written = metric_catalog.from_aws(
        arguments.from_aws, connection, at, arguments.name or "", units=not arguments.no_units
    )
    if isinstance(written, Failure):
        return unanswered(written)
    say(*(f"checker: {note}" for note in written.notes))
    sys.stdout.write(written.text)
    return Exit.PASSED


def _check_catalogs(
    catalog: Catalog, connection: ConnectionDeclaration, arguments: argparse.Namespace
) -> int:
    from checker import metric_catalog

    differences = metric_catalog.check(catalog, connection)
    if isinstance(differences, Failure):
        return unanswered(differences)
    write_findings(differences, arguments)
    if differences:
        sys.stdout.write(f"DIFFERS: {counted(len(differences), 'difference')}\n")
    elif not arguments.quiet:
        sys.stdout.write("agrees: the catalogues match what is live (units are not compared)\n")
    return Exit.FAILED if differences else Exit.PASSED


def unanswered(failure: Failure) -> int:
    say(f"checker: {failure.message}", f"  {failure.remedy}")
    return Exit.INVALID if failure.kind == "missing" else Exit.ERROR


def _namespace(text: str) -> str:
    from checker.metric_catalog.listing import can_be_written

    if not can_be_written(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a namespace; write it as in AWS/ApiGateway")
    return text


def _document_name(text: str) -> str:
    from pydantic import ValidationError

    from checker.spec.fields import Metadata

    try:
        return Metadata(name=text).name
    except ValidationError as error:
        raise argparse.ArgumentTypeError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None
