"""What a GitHub Actions runner makes of a step's output: its two command parsers, as documented and published.

After ``ActionCommand.cs`` of actions/runner: ``::name key=value,key=value::data`` at the beginning of a line, after
white space; and ``##[name key=value;key=value]data`` anywhere in a line.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    data: str


def commands(output: str) -> list[Command]:
    """All commands in what a step printed. .NET ends lines at CR, LF, and both."""
    return [found for each in re.split(r"\r\n|\r|\n", output) if (found := _second(each) or _first(each))]


def _second(text: str) -> Command | None:
    text = text.lstrip()
    if not text.startswith("::") or (end := text.find("::", 2)) < 0:
        return None
    name, _, properties = text[2:end].partition(" ")
    pairs = (each.partition("=") for each in properties.strip().split(",") if each)
    return Command(name, {key: _property(value) for key, _, value in pairs}, _data(text[end + 2 :]))


def _first(text: str) -> Command | None:
    begin = text.find("##[")
    end = text.find("]", begin) if begin >= 0 else -1
    return None if end < 0 else Command(text[begin + 3 : end].split(" ")[0], {}, text[end + 1 :])


def _data(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def _property(text: str) -> str:
    return (
        text.replace("%0D", "\r")
        .replace("%0A", "\n")
        .replace("%3A", ":")
        .replace("%2C", ",")
        .replace("%25", "%")
    )
