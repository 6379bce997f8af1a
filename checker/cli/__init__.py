"""The command line: flags in, exit code out, no logic. One module for each command, with its arguments and its call."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import ModuleType
from typing import Any, NoReturn

from checker.cli import (
    backtest,
    catalog,
    completion,
    diff,
    explain,
    export,
    import_,
    plan,
    run,
    schema,
    selftest,
    test,
    validate,
)
from checker.cli.make_way import clear_misread, clear_refused
from checker.cli.options import Each, Once
from checker.cli.outputs import NotWritten
from checker.cli.terminal import UNWRITABLE, failed, open_streams, say
from checker.files import FileRefused
from checker.model import Exit

COMMANDS: tuple[ModuleType, ...] = (
    validate,
    run,
    test,
    explain,
    plan,
    diff,
    selftest,
    backtest,
    catalog,
    export,
    import_,
    schema,
    completion,
)

EPILOG = """\
exit codes:
  0  at least one promise judged, and all of them PASS, WARN or WAIVED
  1  at least one FAIL, or a rule of level error that is not satisfied
  2  usage, invalid files, or nothing to check
  3  INCONCLUSIVE: something could not be measured well enough
  4  ERROR: a source failed, a rule could not be judged, or checker itself failed

examples:
  checker validate                       check every file below slos/
  checker plan                           show what a run would query, and what it costs
  checker diff main                      show which promises a change adds, tightens or loosens
  checker catalog --check                show which metrics are new, and which are no longer seen
  checker run                            measure and judge every promise
  checker run -f table -f junit=junit.xml -f json=report.json
  checker run --record evidence.jsonl    keep what was measured
  checker run --replay evidence.jsonl    judge it again, without querying anything
  checker run --select 'phase-4/*'       judge some of the promises
  checker import sloth.yaml              turn another tool's SLOs into files that checker reads
  checker explain phase-4/error-rate     show everything about one promise, or one rule
  checker test                           test the policy rules on their own examples
  checker selftest --replay evidence.jsonl
                                         show that each promise can fail
  checker backtest reports/              show what today's promises would have decided about past releases
"""


def entry() -> None:
    """The console command. Any failure inside ends with exit code 4, never 0 and never 1."""
    # Otherwise pydantic searches every installed distribution for plugins; checker uses none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    kept: list[object] = []
    code: int = Exit.ERROR
    try:
        open_streams()
        code = _answer(kept)
    finally:  # also if standard error cannot be written
        _leave(code)


def _answer(kept: list[object]) -> int:
    """Runs the command, flushes its output, and returns the exit code, which every way to fail has."""
    try:
        try:
            # Any other code could be truncated to 0 by the system.
            code: int = Exit(main(sys.argv[1:], kept))
        except SystemExit as stop:
            # argparse exits with 0 after --help and --version, and with 2 for a usage error.
            code = 0 if stop.code == 0 else 2 if stop.code == 2 else Exit.ERROR
        sys.stdout.flush()
        return int(code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.ERROR
    except KeyboardInterrupt:
        return failed("interrupted before there was a verdict")
    except BaseException as error:
        if isinstance(error, OSError) and error.filename is None and error.errno in UNWRITABLE:
            fact = f"standard output cannot be written ({error.strerror})"
            return failed(fact, "  free disk space, or keep standard output open")
        code = failed(
            f"{type(error).__name__}: {error}", "This is a defect of checker. CHECKER_DEBUG=1 shows where."
        )
        if os.environ.get("CHECKER_DEBUG"):
            import traceback

            traceback.print_exc()
        return code


def _leave(code: int) -> NoReturn:
    """Ends the process at once. All output is flushed, and all threads are daemons; an orderly shutdown of the
    interpreter would take longer than judging a file."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def main(argv: Sequence[str], kept: list[object] | None = None) -> int:
    """Runs the command in ``argv`` and returns the exit code. For every command: a required file that is refused,
    or a path that cannot be written, is 2; a full disk is 4.

    A command may put what it read into ``kept``, for a process that ends anyway: freeing a million small objects
    one by one would take a twentieth of the time that reading them took.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        arguments = parser(argv).parse_args(argv)
    except SystemExit as stop:
        if stop.code == Exit.INVALID:
            clear_misread(argv)
        raise
    arguments.kept = [] if kept is None else kept
    if "mistake" in arguments:
        clear_refused(arguments)
        fact, remedy = arguments.mistake
        say(f"checker: {fact}", f"  {remedy}")
        return Exit.INVALID
    try:
        code: int = arguments.command(arguments)
    except FileRefused as refused:
        say(f"checker: {refused.message}", f"  {refused.remedy}")
        return Exit.INVALID
    except NotWritten as error:
        return failed(str(error), f"  {error.remedy}")
    return code


class _Parser(argparse.ArgumentParser):
    """A parser that shows wrong arguments as escaped text, and refuses options that are empty or given twice."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.register("action", None, Once)
        self.register("action", "append", Each)

    def _print_message(self, message: str, file: Any = None) -> None:
        """Raises errors in writing help or version, which argparse ignores and which would then exit with 0."""
        if file is sys.stdout:
            sys.stdout.write(message)
        else:
            super()._print_message(message, file)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Refuses unknown arguments with the usage of the command; argparse would show the top-level usage."""
        found, rest = super().parse_known_args(args, namespace)
        if rest:
            from difflib import get_close_matches

            close = get_close_matches(rest[0].partition("=")[0], self._option_string_actions, 1)
            self.error(
                f"unrecognized arguments: {' '.join(rest)}{f'; did you mean {close[0]}?' if close else ''}"
            )
        return found, rest

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        say(f"{self.prog}: error: {message}")
        self.exit(Exit.INVALID)


def parser(argv: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The parser of the command line, with each command as its module describes it.

    If ``argv`` is given, only the commands that it names have their options: to add all takes 6 ms.
    """
    from checker import __version__

    top = _Parser(
        prog="checker",
        description="Promises about a service, in YAML, judged against what was measured.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"checker {__version__}")
    # Without prog, argparse would format a usage line to find one.
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND", prog="checker")
    for module in COMMANDS:
        name = module.__name__.rpartition(".")[2].removesuffix("_")  # import is a Python keyword
        purpose = module.PURPOSE
        command = commands.add_parser(
            name,
            help=purpose,
            description=purpose[0].upper() + purpose[1:] + ".",
            epilog=module.EXAMPLES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        if argv is None or name in argv:
            module.describe(command)
        command.set_defaults(command=module.execute)
    return top
