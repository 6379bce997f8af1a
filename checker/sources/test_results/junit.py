"""Counts the test cases in JUnit XML, and checks them against what their suites state."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element

from checker.sources.result_file import epoch

NOT_RUN = {
    "notrun",
    "disabled",
    "suppressed",
    "skipped",
    "ignored",
    "pending",
    "untested",
    "undefined",
    "inconclusive",
}
BAD = {
    "fail",
    "failed",
    "failure",
    "error",
    "errored",
    "broken",
    "crash",
    "crashed",
    "aborted",
    "timeout",
    "timedout",
}
"""Values of ``status`` or ``result`` (lower case, letters only), because some tools state the outcome only there."""
COUNTS = ("total", "passed", "skipped", "bad", "failed", "errors", "flaky", "extra")
MOST_NAMED = 5
"""How many names of bad test cases are recorded for one report."""
LONGEST_NAME = 160
SUITES = ("testsuites", "testsuite")
RERUN = ("flakyFailure", "flakyError", "rerunFailure", "rerunError")


def read_junit(root: Element) -> dict[str, Any]:
    """The counts of a report, as ``send`` records them. Raises ValueError."""
    if root.tag not in SUITES:
        raise ValueError(f"it is not a JUnit report: its root is <{root.tag}>")
    suites = [element for element in root.iter() if element.tag in SUITES]
    by_pytest = any(suite.get("name") in ("pytest", "pytest tests") for suite in suites)
    tally = _tally(root, by_pytest)
    if tally["elements"] != sum(1 for _ in root.iter("testcase")):
        raise ValueError("it has test cases that are not in a test suite")
    marks = sum(1 for tag in ("failure", "error") for _ in root.iter(tag))
    if tally["failure marks"] + tally["error marks"] != marks:
        raise ValueError("it has a failure or an error that is not in a test case")
    times = list(_times(root, None))
    counts = {name: tally[name] for name in COUNTS}
    names = list(islice(dict.fromkeys(_names_of_bad(root)), MOST_NAMED))
    return {
        "format": "junit",
        **counts,
        "badNames": names,
        "writtenAt": None if None in times else min(filter(None, times), default=None),
    }


def _times(suite: Element, outer: str | None) -> Iterator[int | None]:
    """The time of each suite with test cases: its own, or that of the suite around it. A report is as old as its
    oldest part, because suites of several runs may have been merged."""
    stated = suite.get("timestamp") or outer
    if suite.find("testcase") is not None:
        yield epoch(stated)
    for inner in suite:
        if inner.tag in SUITES:
            yield from _times(inner, stated)


def _names_of_bad(root: Element) -> Iterator[str]:
    """The names of the bad test cases, in the report's order: class, dot, name."""
    for element in root.iter("testcase"):
        if _case(element)["bad"]:
            words = (" ".join((element.get(key) or "").split()) for key in ("classname", "name"))
            name = ".".join(filter(None, words)) or "(unnamed)"
            yield name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 3]}..."


def _tally(suite: Element, by_pytest: bool) -> Counter[str]:
    """The counts of a suite and all suites inside it, each checked against what it states."""
    own: Counter[str] = Counter()
    for case in _cases(suite, by_pytest):
        own.update(case)
    everything = Counter(own)
    for inner in suite:
        if inner.tag in SUITES:
            everything.update(_tally(inner, by_pytest))
    for stated in ("tests", "failures", "errors", "skipped"):
        _check(suite, stated, own, everything, by_pytest)
    if by_pytest and suite.get("tests"):
        everything["extra"] = max(0, int(suite.get("tests", "0")) - everything["total"])
    return everything


def _cases(suite: Element, by_pytest: bool) -> list[Counter[str]]:
    """The test cases directly in a suite, each as the counts it adds.

    If a test fails and its teardown does too, pytest writes the test case twice; that is one bad case.
    """
    cases: list[Counter[str]] = []
    failed: dict[tuple[str | None, str | None], Counter[str]] = {}
    for element in suite.iterfind("testcase"):
        case, key = _case(element), (element.get("classname"), element.get("name"))
        if by_pytest and case["errors"] and not case["failed"] and key in failed:
            first = failed.pop(key)
            first.update({"errors": 1, "elements": 1, "error marks": case["error marks"]})
            continue
        cases.append(case)
        if case["failed"] and not case["errors"]:
            failed[key] = case
    return cases


def _case(element: Element) -> Counter[str]:
    marks = Counter(child.tag for child in element)
    states = {re.sub("[^a-z]", "", element.get(key, "").lower()) for key in ("status", "result")}
    failed = marks["failure"] > 0 or bool(states & BAD and not marks["error"])
    bad = failed or marks["error"] > 0
    skipped = bool(marks["skipped"] or marks["skip"] or marks["ignored"])
    idle = skipped or bool(states & NOT_RUN)
    return Counter(
        {
            "elements": 1,
            "total": 1,
            "passed": int(not bad and not idle),
            "skipped": int(idle and not bad),
            "bad": int(bad),
            "failed": int(failed),
            "errors": int(marks["error"] > 0),
            "flaky": int(not bad and marks["flakyFailure"] + marks["flakyError"] > 0),
            "failure marks": marks["failure"],
            "error marks": marks["error"],
            "skipped marks": int(skipped),
            "reruns": sum(marks[tag] for tag in RERUN),
        }
    )


def _check(suite: Element, name: str, own: Counter[str], everything: Counter[str], by_pytest: bool) -> None:
    """Raises ValueError if a suite states a count that neither its own test cases have, nor those together with the
    suites inside it. Failures may be counted by test case or by element; Surefire counts every rerun; pytest counts
    subtests and failed teardowns as tests."""
    stated = suite.get(name, "")
    if not stated:
        return
    bounds = [_bounds(name, tally, by_pytest) for tally in (own, everything)]
    if re.fullmatch("[0-9]{1,9}", stated) and any(low <= int(stated) <= high for low, high in bounds):
        return
    has = {"tests": "total", "failures": "failed"}.get(name, name)
    where = f"the suite {suite.get('name')!r}" if suite.get("name") else f"<{suite.tag}>"
    raise ValueError(f'{where} states {name}="{stated[:20]}", but its test cases have {everything[has]}')


def _bounds(name: str, tally: Counter[str], by_pytest: bool) -> tuple[int, int]:
    match name:
        case "tests":
            return tally["total"], 10**9 if by_pytest else tally["total"] + tally["reruns"]
        case "failures":
            return tally["bad"] - tally["errors"], max(tally["failed"], tally["failure marks"]) + tally[
                "reruns"
            ]
        case "errors":
            return tally["bad"] - tally["failed"], max(tally["errors"], tally["error marks"]) + tally[
                "reruns"
            ]
        case _:
            return min(tally["skipped"], tally["skipped marks"]), max(
                tally["skipped"], tally["skipped marks"]
            )
