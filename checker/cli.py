"""Flags in, exit code out; no logic."""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple, NoReturn

from checker.model import Catalog, ConnectionDeclaration, Exit, Failure, Finding, Report
from checker.units import parse_duration

EPILOG = """\
exit codes:
  0  at least one promise judged, and all of them PASS, WARN or WAIVED
  1  at least one FAIL
  2  usage, invalid files, or nothing to check
  3  INCONCLUSIVE: something could not be measured well enough
  4  ERROR: a source failed, or checker itself did

examples:
  checker validate                       check every file below slos/
  checker plan                           say what a run would ask, and what it costs
  checker catalog --check                say which metrics came, and which are no longer seen
  checker run                            ask the metrics and judge every promise
  checker run -f table -f junit=junit.xml -f json=report.json
  checker run --record evidence.jsonl    keep what was measured
  checker run --replay evidence.jsonl    judge it again, without asking anybody
  checker run --select 'phase-4/*'       judge some of the promises
"""

_EXAMPLES = {
    "validate": "example:\n  checker validate slos/ release/criteria.yaml",
    "run": "examples:\n  checker run -f table -f junit=junit.xml\n  checker run --record evidence.jsonl\n"
    "  checker run --replay evidence.jsonl -f json=report.json\n  checker run --select 'phase-4/*' --fail-on-warn",
    "plan": "examples:\n  checker plan\n  checker plan --iam > policy.json",
    "catalog": "examples:\n  checker catalog --from-aws AWS/ApiGateway > slos/api-gateway.yaml\n"
    "  checker catalog --from-aws Shop --data-source production slos/\n  checker catalog --check slos/",
    "schema": "example:\n  checker schema SuccessCriteria > success-criteria.schema.json",
    "completion": "example:\n  checker completion bash > ~/.local/share/bash-completion/completions/checker",
}


PATHS = ["slos"]


class Format(NamedTuple):
    """A report format and the file it goes to; '' is standard output."""

    name: str
    path: str


def entry() -> None:
    """The console command. Whatever goes wrong inside is exit code 4, never 0 and never 1."""
    # pydantic would look through every installed distribution for plugins; checker uses none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except SystemExit as stop:
        # argparse ends so: 0 after --help and --version, 2 for a usage error.
        code = 0 if stop.code == 0 else 2 if stop.code == 2 else Exit.ERROR
    except BrokenPipeError:
        code = Exit.ERROR
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        code = _failed("interrupted before there was a verdict")
    except BaseException as error:
        code = _failed(
            f"{type(error).__name__}: {error}\nThis is a defect of checker. CHECKER_DEBUG=1 shows where."
        )
        if os.environ.get("CHECKER_DEBUG"):
            traceback.print_exc()
    _leave(int(code))


def _leave(code: int) -> NoReturn:
    """Ends the process at once: what was to be written is written, the threads are daemons, and to take an
    interpreter with pydantic in it apart costs more than to judge a file."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _failed(message: str) -> int:
    sys.stderr.write(f"checker: {message}\n")
    return Exit.ERROR


def main(argv: Sequence[str]) -> int:
    """Runs the command that ``argv`` asks for and returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    arguments = parser().parse_args(argv)
    code: int = arguments.command(arguments)
    return code


def parser() -> argparse.ArgumentParser:
    """The command line."""
    from checker import __version__

    top = argparse.ArgumentParser(
        prog="checker",
        description="Promises about a service, in YAML, judged against what was measured.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"checker {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_validate(commands)
    _add_run(commands)
    _add_plan(commands)
    _add_catalog(commands)
    _add_schema(commands)
    completion = _add(commands, "completion", _completion, "print a shell completion script")
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"))
    return top


def _add(
    commands: Any, name: str, command: Callable[[argparse.Namespace], int], purpose: str
) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = commands.add_parser(
        name,
        help=purpose,
        description=purpose[0].upper() + purpose[1:] + ".",
        epilog=_EXAMPLES.get(name, ""),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    added.set_defaults(command=command)
    return added


def _add_validate(commands: Any) -> None:
    validate = _add(commands, "validate", _validate, "check the files, without measuring anything")
    _add_paths(validate)
    _add_terminal(validate)


def _add_run(commands: Any) -> None:
    run = _add(commands, "run", _run, "measure every promise, judge it, and say whether this may be released")
    _add_paths(run)
    run.add_argument(
        "--at", type=_moment, metavar="TIME", help="the moment to judge at, such as 2026-01-31T12:00:00Z"
    )
    run.add_argument("--record", metavar="FILE", help="write what was measured to FILE, as JSON Lines")
    run.add_argument("--replay", metavar="FILE", help="judge what FILE recorded; without --at, at its moment")
    run.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="GLOB",
        help="judge only the promises so named; repeatable",
    )
    run.add_argument(
        "-f",
        "--format",
        action="append",
        default=[],
        type=_format,
        metavar="FORMAT[=PATH]",
        help="write a report: table (the default), json or junit, to PATH or standard output; repeatable",
    )
    run.add_argument("--fail-on-warn", action="store_true", help="count WARN as a failure")
    run.add_argument(
        "--timeout",
        type=_duration,
        default=120,
        metavar="TIME",
        help="how long to wait for all answers (default 2m)",
    )
    _add_terminal(run)


def _add_plan(commands: Any) -> None:
    plan = _add(
        commands, "plan", _plan, "say what a run would ask, its cost and its permissions, without asking"
    )
    _add_paths(plan)
    plan.add_argument(
        "--at", type=_moment, metavar="TIME", help="the moment to plan for, such as 2026-01-31T12:00:00Z"
    )
    plan.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="GLOB",
        help="plan only the promises so named; repeatable",
    )
    plan.add_argument(
        "--iam", action="store_true", help="print the least-privilege IAM policy of the run, as JSON"
    )
    plan.add_argument("--json", action="store_true", help="print the plan as JSON")
    plan.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colour of findings"
    )


def _add_catalog(commands: Any) -> None:
    catalog = _add(
        commands,
        "catalog",
        _catalog,
        "write a MetricCatalog from what CloudWatch has, or compare the files with it",
    )
    task = catalog.add_mutually_exclusive_group(required=True)
    task.add_argument(
        "--from-aws", type=_namespace, metavar="NAMESPACE", help="write the MetricCatalog of this namespace"
    )
    task.add_argument(
        "--check", action="store_true", help="compare every MetricCatalog of the files with what is live"
    )
    catalog.add_argument(
        "--data-source",
        default="",
        metavar="NAME",
        help="ask over the connection of this DataSource of the files; otherwise over that of the environment",
    )
    catalog.add_argument("--name", type=_document_name, help="what to call the MetricCatalog")
    catalog.add_argument(
        "--no-units",
        action="store_true",
        help="learn no units, which takes a call for each set of dimensions",
    )
    _add_paths(catalog)
    _add_terminal(catalog)


def _add_schema(commands: Any) -> None:
    schema = _add(commands, "schema", _schema, "print the JSON Schema of a kind, or list the kinds")
    schema.add_argument(
        "kind", nargs="?", metavar="KIND", help="SuccessCriteria, SLO, ... or checker/v1, openslo/v1"
    )


def _add_paths(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths",
        nargs="*",
        default=PATHS,
        metavar="PATH",
        help="files or directories; - is standard input (slos/)",
    )


def _add_terminal(command: argparse.ArgumentParser) -> None:
    command.add_argument("-q", "--quiet", action="store_true", help="print nothing but what is wrong")
    command.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colour (auto: on a terminal)"
    )


def _moment(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time; write it as in 2026-01-31T12:00:00Z"
        ) from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no zone; end it with Z or an offset such as +01:00")
    return int(moment.timestamp())


def _duration(text: str) -> int:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _format(text: str) -> Format:
    from checker import reports

    name, _, path = text.partition("=")
    if name not in reports.names():
        known = ", ".join(reports.names())
        raise argparse.ArgumentTypeError(f"there is no format {name!r}; there are {known}")
    return Format(name, path)


def _namespace(text: str) -> str:
    from checker.metric_catalog.listing import can_be_written

    if not can_be_written(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no namespace; write it as in AWS/ApiGateway")
    return text


def _document_name(text: str) -> str:
    from pydantic import ValidationError

    from checker.spec.fields import Metadata

    try:
        return Metadata(name=text).name
    except ValidationError as error:
        raise argparse.ArgumentTypeError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None


def _validate(arguments: argparse.Namespace) -> int:
    from checker.load.catalog import load

    return _say_validity(load(arguments.paths), arguments)


def _say_validity(catalog: Catalog, arguments: argparse.Namespace) -> int:
    _write_findings(catalog.findings, arguments)
    wrong = sum(finding.level == "error" for finding in catalog.findings)
    if wrong or not arguments.quiet:
        files, promises = len(catalog.digests), len(catalog.objectives)
        sys.stdout.write(
            f"INVALID: {_count(wrong, 'error')} in {_count(files, 'file')}\n"
            if wrong
            else f"valid: {_count(files, 'file')}, {_count(promises, 'promise')}\n"
        )
    return Exit.INVALID if wrong else Exit.PASSED


def _write_findings(findings: Sequence[Finding], arguments: argparse.Namespace) -> None:
    from checker.reports.findings import finding_lines

    color = _color(arguments.color)
    for finding in findings:
        sys.stdout.write("".join(f"{line}\n" for line in finding_lines(finding, color=color)))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _run(arguments: argparse.Namespace) -> int:
    from checker import evidence as recording
    from checker import reports
    from checker.run import Options, run

    formats = arguments.format or ([] if arguments.quiet else [Format("table", "")])
    outputs = [each.path for each in formats if each.path] + ([arguments.record] if arguments.record else [])
    try:
        replayed = recording.replay(arguments.replay) if arguments.replay else None
        reports.remove_stale(outputs)
    except recording.EvidenceError as error:
        sys.stderr.write(f"checker: {error.message}\n  {error.remedy}\n")
        return Exit.INVALID
    except OSError as error:
        return _failed(f"{error.filename}: the old report cannot be removed ({error.strerror})")
    at = arguments.at or (replayed.at if replayed else int(datetime.now(UTC).timestamp()))
    options = Options(
        paths=tuple(arguments.paths),
        at=at,
        select=tuple(arguments.select),
        fail_on_warn=arguments.fail_on_warn,
        timeout=arguments.timeout,
        replayed=replayed,
    )
    report, evidence = run(options, _progress())
    try:
        if arguments.record and evidence.exchanges:
            reports.write(arguments.record, recording.dump(evidence))
        _write_reports(report, formats, _color(arguments.color))
    except OSError as error:
        return _failed(f"{error.filename}: the report cannot be written ({error.strerror})")
    return report.exit


def _write_reports(report: Report, formats: Sequence[Format], color: bool) -> None:
    from checker import reports

    for name, path in formats:
        render = reports.find(name).render
        if path:
            reports.write(path, render(report))
        elif name == "table":
            sys.stdout.write(render(report, color=color, width=_width()))
        else:
            sys.stdout.write(render(report))


def _width() -> int:
    import shutil

    return max(80, min(160, shutil.get_terminal_size((100, 24)).columns))


def _color(choice: str) -> bool:
    """NO_COLOR and FORCE_COLOR are honoured (no-color.org, force-color.org); a flag outranks both."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def _progress() -> Callable[[int, int], None]:
    """A line on standard error that says how far the asking is; only on a terminal."""
    if not sys.stderr.isatty():
        return lambda done, total: None
    begun = time.monotonic()

    def show(done: int, total: int) -> None:
        if time.monotonic() - begun > 0.5:
            sys.stderr.write(
                f"\rasking: {done} of {total} answers\x1b[K" + ("\r\x1b[K" if done == total else "")
            )
            sys.stderr.flush()

    return show


def _plan(arguments: argparse.Namespace) -> int:
    import json

    from checker.load.catalog import load
    from checker.plan import iam_policy, make_plan
    from checker.plan_text import plan_json, plan_text
    from checker.reports.findings import finding_lines
    from checker.run import select

    catalog = load(arguments.paths)
    objectives, findings = select(catalog, arguments.select)
    if not objectives or not catalog.valid:
        for finding in findings:
            sys.stdout.write(
                "".join(f"{line}\n" for line in finding_lines(finding, color=_color(arguments.color)))
            )
        return Exit.INVALID
    plan = make_plan(catalog, objectives, arguments.at or int(datetime.now(UTC).timestamp()))
    if arguments.iam:
        sys.stdout.write(json.dumps(iam_policy(plan), indent=2) + "\n")
    else:
        sys.stdout.write(plan_json(plan) if arguments.json else plan_text(plan))
    return Exit.PASSED


def _catalog(arguments: argparse.Namespace) -> int:
    from checker import metric_catalog
    from checker.load.catalog import load

    if arguments.from_aws and arguments.paths != PATHS and not arguments.data_source:
        sys.stderr.write("checker: a PATH is read with --from-aws only to find its --data-source NAME\n")
        return Exit.INVALID
    catalog = load(arguments.paths) if arguments.check or arguments.data_source else Catalog()
    if arguments.check and not catalog.valid:
        return _say_validity(catalog, arguments)
    connection = metric_catalog.connection(catalog, arguments.data_source)
    if isinstance(connection, Failure):
        return _unanswered(connection)
    if arguments.check:
        return _check_catalogs(catalog, connection, arguments)
    at = int(datetime.now(UTC).timestamp())
    written = metric_catalog.from_aws(
        arguments.from_aws, connection, at, arguments.name or "", units=not arguments.no_units
    )
    if isinstance(written, Failure):
        return _unanswered(written)
    sys.stderr.write("".join(f"checker: {note}\n" for note in written.notes))
    sys.stdout.write(written.text)
    return Exit.PASSED


def _check_catalogs(
    catalog: Catalog, connection: ConnectionDeclaration, arguments: argparse.Namespace
) -> int:
    from checker import metric_catalog

    differences = metric_catalog.check(catalog, connection)
    if isinstance(differences, Failure):
        return _unanswered(differences)
    _write_findings(differences, arguments)
    if differences:
        sys.stdout.write(f"DIFFERS: {_count(len(differences), 'difference')}\n")
    elif not arguments.quiet:
        sys.stdout.write("agrees: the catalogues hold what is live\n")
    return Exit.FAILED if differences else Exit.PASSED


def _unanswered(failure: Failure) -> int:
    sys.stderr.write(f"checker: {failure.message}\n  {failure.remedy}\n")
    return Exit.INVALID if failure.kind == "missing" else Exit.ERROR


def _schema(arguments: argparse.Namespace) -> int:
    import json

    from checker.spec.json_schema import FAMILIES, committed
    from checker.spec.kinds import KINDS

    kinds = {kind: family for family, kind in KINDS}
    if arguments.kind is None:
        sys.stdout.write("".join(f"{kind}  ({kinds[kind]})\n" for kind in sorted(kinds)))
        return Exit.PASSED
    family = arguments.kind if arguments.kind in FAMILIES else kinds.get(arguments.kind)
    if family is None:
        sys.stderr.write(
            f"checker: there is no kind {arguments.kind!r}; there are {', '.join(sorted(kinds))}\n"
        )
        return Exit.INVALID
    schema = committed(family)
    if arguments.kind in kinds:
        schema = {**{key: schema[key] for key in ("$schema", "$defs")}, "$ref": f"#/$defs/{arguments.kind}"}
    sys.stdout.write(json.dumps(schema, indent=2) + "\n")
    return Exit.PASSED


def _completion(arguments: argparse.Namespace) -> int:
    import shtab

    sys.stdout.write(shtab.complete(parser(), shell=arguments.shell) + "\n")
    return Exit.PASSED
