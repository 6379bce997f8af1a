"""Files made to exhaust or crash a reader, read one after the other by a process with little to spend.

Prints a line for each: its name, the seconds of processor time, the documents, and the rule of its last finding.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator

MEBIBYTE = 1 << 20
MEMORY = 256 * MEBIBYTE
"""Bytes of address space; more ends in a MemoryError."""


def cases() -> Iterator[tuple[str, str | bytes, str]]:
    """The name of each case, its file, and what becomes of it: ``read``, or the rule of its last finding."""
    doubling = (f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 30))
    yield "merge keys that double", "a0: &a0 {x: 1}\n" + "".join(doubling), "yaml-size"
    yield (
        "aliases that double",
        "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 30)),
        "yaml-anchor",
    )
    yield "many anchors", "".join(f"- &a{n} x\n" for n in range(70_000)), "yaml-size"
    yield "30,000 brackets", "a: " + "[" * 30_000, "yaml-depth"
    yield "30,000 brackets, JSON", '{"a":' + "[" * 30_000, "yaml-depth"
    yield "30,000 braces", "a: " + "{" * 30_000, "yaml-depth"
    yield "brackets on lines of their own", "a:\n" + " [\n" * 300_000, "yaml-depth"
    yield "deep blocks", "".join(" " * depth + "a:\n" for depth in range(1400)), "yaml-depth"
    yield "deep dashes", "- " * 500_000, "yaml-depth"
    yield "question marks", "? " * 500_000, "yaml-depth"
    yield "a list of a mebibyte", filled("- 1\n"), "yaml-size"
    yield "a flow list of a mebibyte", "a: [" + filled("1,")[:-10] + "]", "yaml-size"
    yield "a JSON list of a mebibyte", "[" + "1," * 500_000 + "1]", "yaml-size"
    yield "empty lists", "a: [" + "[]," * 300_000 + "]", "yaml-size"
    yield "many keys", "".join(f"k{n}: 1\n" for n in range(80_000)), "yaml-size"
    yield "one key again and again", filled("a: 1\n"), "yaml-size"
    yield "many documents", filled("---\n"), "yaml-size"
    yield "one plain scalar", "a: " + "x" * (MEBIBYTE - 3), "read"
    yield "one scalar of words", "a: " + filled("x y ")[:-4] + "x", "read"
    yield "one scalar of lines", "a: " + filled("x\n  ")[:-4] + "x", "read"
    yield "one quoted scalar", 'a: "' + "x" * 1_000_000 + '"', "read"
    yield "one scalar of escapes", 'a: "' + "\\n" * 500_000 + '"', "read"
    yield "one block of text", "a: |\n" + filled("  x\n")[:-8], "read"
    yield "one JSON text of escapes", '{"a": "' + "\\n" * 500_000 + '"}', "read"
    yield "a number of a million digits", "a: " + "9" * 1_000_000, "yaml-number"
    yield "a JSON number of a million digits", '{"a": ' + "9" * 1_000_000 + "}", "yaml-number"
    yield "a hexadecimal number of a million digits", "a: 0x" + "f" * 1_000_000, "yaml-ambiguous"
    yield "a number in base 60", "a: " + "1:1" * 300_000, "yaml-ambiguous"
    yield "a number of underscores", "a: " + "1_" * 500_000, "yaml-ambiguous"
    yield "an exponent of a million digits", "a: 1e" + "9" * 1_000_000, "yaml-ambiguous"
    yield "an exponent that would fill the memory", "a: 1.0e+999999999", "yaml-number"
    yield "an alias of a mebibyte", "a: *" + "x" * 1_000_000, "yaml-anchor"
    yield "a tag of a mebibyte", "a: !" + "%41" * 340_000, "yaml-tag"
    yield "tag directives", "".join(f"%TAG !a{n}! x\n" for n in range(60_000)), "yaml-tag"
    yield "a tag directive to repeat", "%TAG ! " + "x" * 500_000 + "\n---\n" + "- !a b\n" * 70_000, "yaml-tag"
    yield "zeros", b"\0" * MEBIBYTE, "yaml-character"
    yield "zeros in text", b"a: x\0y\n" * 100_000, "yaml-size"
    yield "carriage returns", b"\r" * MEBIBYTE, "yaml-character"
    yield "bidirectional marks", "a: " + "\u202e" * 300_000, "yaml-character"
    yield "byte order marks", "\ufeff" * 300_000, "yaml-character"
    yield "no UTF-8 at all", b"\xff" * MEBIBYTE, "yaml-encoding"
    yield "a key that is too long", "a: 1\n" + '"' + "x" * 1_000_000 + '": 1', "yaml-syntax"
    yield "a long key that is duplicated", 2 * ("? " + "x" * 500_000 + "\n: 1\n"), "yaml-duplicate-key"
    yield "colons", filled(":"), "yaml-syntax"
    yield "a value with many colons", "a: " + "b:" * 400_000 + " c: d", "yaml-syntax"
    yield "dashes in a value", "a: b\n  " + "- " * 500_000 + ": x", "yaml-syntax"
    yield "blank lines before a mistake", "a: b\n" + "\n" * 1_000_000 + " c: d", "yaml-syntax"
    yield "mistakes that quotes mend", "".join(f"k{n}: > 5 ms\n" for n in range(4000)), "yaml-syntax"
    yield "many of them", "".join(f"k{n}: > 5 ms\n" for n in range(60_000)), "yaml-syntax"
    yield "a quote that is never closed", "a: '" + filled("x y\n ")[:-4], "yaml-syntax"
    yield "a bracket that is never closed", "a: [x" + filled(" y\n")[:-5], "yaml-syntax"
    yield "merge conflicts", "a: 1\n" + "<<<<<<< a\n" * 100_000, "yaml-syntax"


def filled(pattern: str) -> str:
    return (pattern * (MEBIBYTE // len(pattern) + 1))[:MEBIBYTE]


def main() -> None:
    from checker.load.text.read_yaml import read_yaml

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for name, text, _ in cases():
        content = text if isinstance(text, bytes) else text.encode()
        began = time.process_time()
        documents, findings = read_yaml(content, "slo.yaml")
        seconds = time.process_time() - began
        outcome = findings[-1].rule if findings else "read" if documents else "nothing"
        sys.stdout.write(f"{name}\t{seconds:.3f}\t{outcome}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
