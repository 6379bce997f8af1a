"""Arguments that several commands share, and the parsing of their values."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from checker.units import parse_duration

PATHS = ["slos"]


class Format(NamedTuple):
    """A report format and the file it is written to; "" is standard output."""

    name: str
    path: str


class Once(argparse.Action):
    """Stores the value of an option that may be given once and must not be empty.

    An empty value is most often an unset shell variable; ignoring it would change what is asked. The mistake is
    stored as ``mistake`` and reported after the whole command line is parsed, so that its outputs are known.
    """

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        name = option_string or self.metavar
        given = namespace.__dict__.setdefault("given", set())
        if values == "" or (isinstance(values, list) and "" in values):
            namespace.mistake = _empty(name)
        elif option_string is not None and self.dest in given:
            namespace.mistake = f"{name} is given twice", "give it once"
        else:
            setattr(namespace, self.dest, values)
        given.add(self.dest)


class Each(argparse.Action):
    """Stores every value of an option that may be repeated; an empty one is a mistake."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        if values == "":
            namespace.mistake = _empty(option_string)
        else:
            setattr(namespace, self.dest, [*getattr(namespace, self.dest), values])


def _empty(name: object) -> tuple[str, str]:
    return f"{name} is empty", "give it a value, or leave it out"


def add_paths(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths",
        nargs="*",
        default=PATHS,
        metavar="PATH",
        help="files or directories; - is standard input (slos/)",
    )


def add_strict(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--strict", action="store_true", help="follow OpenSLO strictly: departures are errors"
    )


def add_terminal(command: argparse.ArgumentParser) -> None:
    command.add_argument("-q", "--quiet", action="store_true", help="print only what is wrong")
    add_color(command)


def add_notes(command: argparse.ArgumentParser) -> None:
    command.add_argument("--notes", action="store_true", help="print every note of the rules in full")


def add_color(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colour (auto: on a terminal)"
    )


def add_at(command: argparse.ArgumentParser, purpose: str) -> None:
    command.add_argument(
        "--at", type=moment, metavar="TIME", help=f"the moment to {purpose}, such as 2026-01-31T12:00:00Z"
    )


def add_select(command: argparse.ArgumentParser, purpose: str) -> None:
    command.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="GLOB",
        help=f"{purpose} only the promises whose names match; repeatable",
    )


def add_policy(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--rules", metavar="DIR", help="the folder of the team's own rules (rules/, if it exists)"
    )
    add_policy_file(command)


def add_policy_file(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--policy",
        metavar="FILE",
        help="the policy file that configures the rules (policy.yaml in their folder)",
    )
    command.add_argument(
        "--environment",
        metavar="NAME",
        default="",
        help="the environment of the policy file whose settings apply",
    )


def policy_paths(arguments: argparse.Namespace) -> tuple[str | None, str | None]:
    """The paths that rules are read from, by the arguments of ``add_policy``: a folder, and a policy file or None."""
    from checker.load.rulebook import FOLDER

    given = vars(arguments)
    return FOLDER if given.get("rules") is None else given["rules"], given.get("policy")


class Formats(argparse.Action):
    """Stores every format. If a machine-readable format shared standard output with another, neither could be
    parsed."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        from checker import reports

        kept = [*getattr(namespace, self.dest), values]
        setattr(namespace, self.dest, kept)
        printed = [name for name, path in kept if not path]
        programs = [name for name in printed if name not in reports.FOR_PEOPLE]
        if programs and len(printed) > 1:
            fact = f"{' and '.join(printed)} would be written to standard output, one after the other"
            namespace.mistake = fact, f"name a file for one, as in -f {programs[0]}=FILE"


def add_format(
    command: argparse.ArgumentParser | argparse._MutuallyExclusiveGroup,
    names: Callable[[], Sequence[str]],
    told: str,
) -> None:
    """Adds ``-f``. ``names`` returns the known formats; it may have to search for them, so it is called only if
    ``-f`` is given. ``told`` describes the formats for ``--help``."""

    def read(text: str) -> Format:
        name, equals, path = text.partition("=")
        if name not in names():
            known = ", ".join(names())
            raise argparse.ArgumentTypeError(f"there is no format {name!r}; there are {known}")
        if equals and path in ("", "-"):
            raise argparse.ArgumentTypeError(f"{text!r} names no file; {name} alone is for standard output")
        return Format(name, path)

    command.add_argument(
        "-f",
        "--format",
        action=Formats,
        default=[],
        type=read,
        metavar="FORMAT[=PATH]",
        help=f"{told}; to PATH or standard output; repeatable",
    )


def output(text: str) -> str:
    """The path of a file to write."""
    if text == "-":
        raise argparse.ArgumentTypeError("'-' names no file; write ./- if that is its name")
    return text


def moment(text: str) -> int:
    from checker.model import FIRST_MOMENT, LAST_MOMENT

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time; write it as in 2026-01-31T12:00:00Z"
        ) from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} has no time zone; end it with Z or an offset such as +01:00"
        )
    seconds = int(moment.timestamp())
    if not FIRST_MOMENT <= seconds <= LAST_MOMENT:
        raise argparse.ArgumentTypeError(f"{text!r} is not in the years 1970 to 9999")
    return seconds


def duration(text: str) -> int:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
