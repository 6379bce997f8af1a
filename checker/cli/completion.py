"""``checker completion``."""

from __future__ import annotations

import argparse
import sys

from checker.model import Exit

PURPOSE = "print a shell completion script"
EXAMPLES = "example:\n  checker completion bash > ~/.local/share/bash-completion/completions/checker"


def describe(command: argparse.ArgumentParser) -> None:
    """Declares its arguments."""
    command.add_argument("shell", choices=("bash", "zsh", "tcsh"))


def execute(arguments: argparse.Namespace) -> int:
    """Prints the script."""
    import shtab

    from checker.cli import parser

    sys.stdout.write(shtab.complete(parser(), shell=arguments.shell) + "\n")
    return Exit.PASSED
