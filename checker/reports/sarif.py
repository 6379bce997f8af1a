"""The report as SARIF 2.1.0 (OASIS), for GitHub's code scanning and for editors.

A SARIF rule is a promise (``promise/NAME``) or a kind of finding, so that an alert stays the same alert while its
text changes. Results are missed promises and findings; kept promises are not listed, and waived ones are listed
with their suppression. Text is plain: what SARIF would take for a link, an argument or a line break is escaped.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from checker import __version__, display
from checker.display import counted
from checker.model import Exit, Finding, Level, Location, Report, Verdict
from checker.reports import order
from checker.reports.clean import line
from checker.reports.explain import explain, explain_finding
from checker.reports.headline import allowed, headline
from checker.reports.json_text import json_text
from checker.reports.severity import severity, severity_of

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
"""GitHub refuses a run with more results or more rules (docs.github.com, "SARIF support for code scanning")."""
LONGEST_DESCRIPTION = 1024
"""Characters of a rule's description that GitHub keeps."""

Tree = dict[str, Any]


class _Rule(NamedTuple):
    """A SARIF rule, which results refer to."""

    id: str
    short: str
    help: str
    uri: str = ""
    tags: tuple[str, ...] = ()


class _Result(NamedTuple):
    """One result. ``identity`` stays the same when lines move and numbers change."""

    rule: _Rule
    level: Level
    text: str
    location: Location | None
    identity: tuple[str, ...]
    related: tuple[tuple[str, Location], ...] = ()
    justification: str = ""


def render(report: Report) -> str:
    """The SARIF log with one run, most severe results first."""
    results = [
        *(
            _of_finding(each, severity_of(each, report.fail_on_warn))
            for each in order.findings(report.findings)
        ),
        *(
            _of_verdict(each, level)
            for each in order.verdicts(report.verdicts)
            if (level := severity(each, report.fail_on_warn))
        ),
    ]
    if not allowed(report) and not any(each.level == "error" for each in results):
        # Nothing was judged, or the reason belongs to no promise: an empty log would look like success.
        results.append(_of_decision(report))
    files = [file for file, _ in report.documents]
    about: Tree = {"at": display.moment(report.at), "evidenceDigest": line(report.evidence_digest)}
    chosen = (("base", report.base), ("environment", report.environment))
    about |= {name: line(text) for name, text in chosen if text}
    return _log(results, files, report.exit, headline(report), about)


def render_findings(findings: Sequence[Finding], code: Exit) -> str:
    """The log of a validation."""
    summary = f"{counted(sum(each.level == 'error' for each in findings), 'error')} in the files"
    return _log([_of_finding(each, each.level) for each in order.findings(findings)], [], code, summary, {})


def _log(results: list[_Result], files: Sequence[str], code: Exit, summary: str, about: Tree) -> str:
    results.sort(key=lambda each: order.LEVELS.index(each.level))
    shown, cut = results[:MOST_RESULTS], len(results) - MOST_RESULTS
    rules = list(dict.fromkeys(each.rule.id for each in shown))
    first = {each.rule.id: each.rule for each in reversed(shown)}
    elsewhere = next((uri for uri in map(_uri, files) if uri), "slos")
    invocation: Tree = {
        # This does not mean that the release is allowed, only that checker could answer.
        "executionSuccessful": code is not Exit.ERROR,
        "exitCode": int(code),
        "exitCodeDescription": summary,
    }
    if cut > 0:
        words = f"the {MOST_RESULTS} most severe of {len(results)} results are listed, {cut} are left out"
        invocation["toolExecutionNotifications"] = [{"level": "warning", "message": {"text": words}}]
    driver = {
        "name": "checker",
        "semanticVersion": __version__,
        "rules": [_rule_tree(first[each]) for each in rules],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": list(_result_trees(shown, {rule: index for index, rule in enumerate(rules)}, elsewhere)),
        "properties": about,
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _of_verdict(verdict: Verdict, level: Level) -> _Result:
    objective, waiver = verdict.objective, verdict.waiver
    reasons = "; ".join(_text(reason) for reason in verdict.reasons)
    lines = [
        f"{verdict.outcome} {_text(objective.name)}{'' if objective.gating else ' (not gating)'}: {reasons}"
    ]
    lines += [f"{label}: {_text(text)}" for label, text in explain(verdict) if label != "why"]
    title = objective.display_name or objective.name
    about = [objective.description, objective.runbook, *objective.next_steps]
    rule = _Rule(
        f"promise/{line(objective.name)}",
        _text(f"{title}: {objective.target.text}"),
        "\n".join(_text(each) for each in about if each) or "A promise of the service.",
        _web_address(objective.runbook),
        tuple(
            dict.fromkeys(
                line(tag) for tag in (objective.service, objective.owner, objective.severity) if tag
            )
        ),
    )
    related = (("the waiver", waiver.location),) if waiver else ()
    why = "waived"
    if waiver:
        until = display.moment(waiver.expires)
        why = line(f"{waiver.reason} ({waiver.ticket}; {waiver.approver}, until {until})")
    justification = why if verdict.outcome.value == "WAIVED" else ""
    identity = ("promise", objective.name)
    return _Result(rule, level, "\n".join(lines), objective.location, identity, related, justification)


_NUMBERED = re.compile(r"\b(line|column|lines|columns) \d+|:\d+:\d+")


def _of_finding(finding: Finding, level: Level) -> _Result:
    lines = [_text(finding.message)]
    lines += [f"{label}: {_text(text)}" for label, text in explain_finding(finding)]
    rule = _Rule(
        line(finding.rule) or "finding", _text(finding.rule) or "finding", "What checker found in the files."
    )
    file = finding.location.file if finding.location else ""
    identity = (finding.rule, finding.subject, file, finding.path, _NUMBERED.sub("", finding.message))
    return _Result(rule, level, "\n".join(lines), finding.location, identity, finding.related)


def _of_decision(report: Report) -> _Result:
    rule = _Rule("release", "The release", "May this be released?")
    return _Result(rule, "error", headline(report), None, ("release",))


def _rule_tree(rule: _Rule) -> Tree:
    tree: Tree = {
        "id": rule.id,
        "shortDescription": {"text": rule.short[:LONGEST_DESCRIPTION]},
        "fullDescription": {"text": rule.help[:LONGEST_DESCRIPTION]},
        "help": {"text": rule.help},
    }
    if rule.uri:
        tree["helpUri"] = rule.uri
    if rule.tags:
        tree["properties"] = {"tags": list(rule.tags)}
    return tree


def _result_trees(results: Sequence[_Result], rules: dict[str, int], elsewhere: str) -> Iterator[Tree]:
    seen: Counter[str] = Counter()
    for each in results:
        digest = hashlib.sha256("\0".join(each.identity).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        seen[digest] += 1
        place = _physical(each.location)
        text = each.text
        if place is None:
            # GitHub refuses a log if a result has no location.
            place = {
                "artifactLocation": {"uri": elsewhere, "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 1},
            }
            where = _text(str(each.location)) if each.location else "no place in a file"
            text += f"\n(This is about {where}.)"
        related = [
            {"id": number, "message": {"text": _text(why)}, "physicalLocation": beside}
            for number, (why, location) in enumerate(each.related, 1)
            if (beside := _physical(location))
        ]
        suppression = {"kind": "external", "status": "accepted", "justification": each.justification}
        yield {
            "ruleId": each.rule.id,
            "ruleIndex": rules[each.rule.id],
            "level": each.level,
            "message": {"text": text},
            "locations": [{"physicalLocation": place}],
            # GitHub identifies results by this fingerprint alone; the number distinguishes otherwise equal results.
            "partialFingerprints": {"primaryLocationLineHash": f"{digest}:{seen[digest]}"},
            # In a run, either all results have suppressions or none (section 3.27.23).
            "suppressions": [suppression] if each.justification else [],
            **({"relatedLocations": related} if related else {}),
        }


def _physical(location: Location | None) -> Tree | None:
    """A location in the repository; None for any other."""
    uri = _uri(location.file) if location else None
    if location is None or uri is None:
        return None
    region = {"startLine": max(1, location.line), "startColumn": max(1, location.column)}
    return {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}, "region": region}


def _uri(file: str) -> str | None:
    """The file's URI relative to the working directory, percent-encoded; None if it lies outside."""
    path = posixpath.normpath(file)
    outside = path.startswith("/") or path.split("/")[0] == ".." or re.match(r"[A-Za-z]:", path)
    if outside or path in (".", "<stdin>", "<built-in rules>"):
        return None
    # A name that is not UTF-8 keeps its bytes; half a surrogate pair that stands for no byte becomes U+FFFD.
    whole = re.sub("[\ud800-\udc7f\udd00-\udfff]", "\ufffd", path)
    return quote(whole, safe="/", errors="surrogateescape")


def _web_address(text: str) -> str:
    """``text`` if it is a safe http or https address; otherwise ""."""
    try:
        parts = urlsplit(text)
        plain = re.fullmatch(r"[!#-;=?-Z_a-z~\[\]]+", text) and parts.hostname and parts.username is None
    except ValueError:
        return ""
    return text if plain and parts.scheme in ("http", "https") else ""


def _text(text: str) -> str:
    """Foreign text in a plain message: without line breaks, ``[link](…)`` or ``{0}`` (section 3.11)."""
    return line(text).replace("](", "]\\u0028").replace("{", "{{").replace("}", "}}")
