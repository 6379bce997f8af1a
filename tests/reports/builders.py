"""Reports made of real values: a whole one with every outcome, parts to vary, and strategies for any of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from checker.model import (
    Alert,
    AlertRule,
    Allowance,
    Attestation,
    Budget,
    Budgeting,
    BurnCondition,
    CalendarWindow,
    Component,
    Exit,
    Finding,
    Indicator,
    Location,
    Objective,
    Outcome,
    PastValue,
    Proof,
    Regressed,
    Regression,
    Report,
    Slices,
    Verdict,
    Waiver,
    Window,
)
from checker.policy.decide import exit_code
from checker.sources.past_reports import Query as PastReports
from checker.units import CONFIRMED, PERCENT, Threshold, parse_threshold, parse_unit

AT = 1_768_478_400
"""2026-01-15T12:00:00Z."""
HOUR = Window(AT - 3600, AT)
MONTH = Window(AT - 30 * 86400, AT)

HOSTILE = (
    "\x1b[2K\x1b[1A",
    "\x9b2J",
    "::set-output name=gate::pass",
    "\n::add-mask::FAIL",
    "  ::stop-commands::x",
    "\u3000::error::forged",
    "##[error]forged",
    "##vso[task.complete result=Succeeded]",
    "]]>",
    "<img src=x onerror=alert(1)>",
    "&amp;",
    "\u202eSSAP\u202c",
    "\u2066x\u2069",
    "\0",
    "\r\nPASS  forged  1 ms",
    "\u2028::warning::x",
    "\x85::debug::x",
    "| a | PASS |",
    "\ud800",
    "\udcff.yaml",
    "\ufffe\uffff",
    "\U000e0041",
    '"\\',
)
"""Texts that no report may carry on as they are."""


def objective(name: str = "phase-4/latency", target: str = "< 500 ms", **changes: Any) -> Objective:
    document = changes.pop("document", name.partition("/")[0])
    return Objective(
        name=name,
        document=document,
        kind=changes.pop("kind", "criterion"),
        location=changes.pop("location", Location(f"slos/{document}.yaml", 12, 7)),
        indicator=Indicator("value", ()),
        target=parse_threshold(target),
        window=changes.pop("window", 3600),
        **changes,
    )


def verdict(outcome: Outcome, name: str = "phase-4/latency", **changes: Any) -> Verdict:
    """A verdict with little beside its outcome; ``gating`` and other fields of its objective go there."""
    mine = {key: changes.pop(key) for key in ("gating", "document", "target", "location") if key in changes}
    return Verdict(objective(name, **mine), outcome, changes.pop("reasons", (f"it is {outcome}",)), **changes)


def report(
    *verdicts: Verdict, findings: tuple[Finding, ...] = (), fail_on_warn: bool = False, **more: Any
) -> Report:
    """A report whose exit code is the one its verdicts and findings call for."""
    code = more.pop("exit", None)
    decided = exit_code(verdicts, findings, fail_on_warn) if code is None else code
    return Report(AT, Exit(decided), verdicts, findings, fail_on_warn=fail_on_warn, **more)


def finding(level: Any = "error", **changes: Any) -> Finding:
    return Finding(
        changes.pop("rule", "missing-key"),
        level,
        changes.pop("message", "the key 'target' is missing"),
        changes.pop("location", Location("slos/phase-4.yaml", 30, 9)),
        **changes,
    )


def whole() -> Report:
    """Every outcome, gating and not, with every field set somewhere."""
    return report(
        *(
            _kept(),
            _failed(),
            _warned(),
            _waived(),
            _inconclusive(),
            _failed_to_ask(),
            _not_gating(),
            _by_shares(),
        ),
        _slo(),
        findings=(
            finding("note", rule="band", message="nothing lies between 500 ms and 500 ms", location=None),
            finding(
                "warning",
                rule="band-gap",
                message="exactly 500 ms belongs to no band",
                path="spec.criteria[1].warning",
                remedy="write '>= 500 ms'",
                related=(("the target", Location("slos/phase-4.yaml", 29, 17)),),
            ),
        ),
        documents=(("slos/phase-4.yaml", "a" * 64), ("slos/web.yaml", "b" * 64)),
        evidence_digest="c" * 64,
        connections=(("CloudWatch prod", "region=us-east-1, account=123456789012"),),
    )


def _kept() -> Verdict:
    promise = objective("phase-4/query-execution-time", "< 5 s", display_name="Query execution time (p95)")
    return Verdict(
        promise,
        Outcome.PASS,
        ("4.2 s meets < 5 s by 0.8 s",),
        value=Fraction("4.2"),
        unit=promise.target.unit,
        margin=Fraction("0.8"),
        samples=1200,
        coverage=Fraction(1),
        window=HOUR,
        asked=("SecureBase/Analytics QueryExecutionTime p95 every 60 s",),
    )


def _failed() -> Verdict:
    promise = objective(
        display_name="API latency (p95)",
        description="The API answers quickly",
        service="analytics",
        owner="securebase-engineering",
        severity="high",
        warning=parse_threshold("> 500 ms"),
        critical=parse_threshold("> 600 ms"),
        runbook="docs/runbooks/latency.md",
        next_steps=("Check DynamoDB read capacity", "Check the cache hit rate", "Ask the platform team"),
        min_samples=200,
        max_age=600,
    )
    return Verdict(
        promise,
        Outcome.FAIL,
        ("620.1 ms misses < 500 ms by 120.1 ms and reaches critical '> 600 ms'",),
        value=Fraction(6200001, 10000),
        unit=promise.target.unit,
        margin=Fraction(-1200001, 10000),
        samples=98765,
        coverage=Fraction(59, 60),
        window=HOUR,
        asked=("AWS/ApiGateway Latency p95 every 60 s {ApiName=securebase-prod}",),
        notes=("the window ends 60 s before the moment asked for", "two equal points were counted once"),
        remedy="docs/runbooks/latency.md: Check DynamoDB read capacity; Check the cache hit rate",
    )


def _warned() -> Verdict:
    promise = objective("phase-4/cost", "<= 1 USD", critical=parse_threshold("> 2 USD"), window=None)
    third = Fraction(4, 3)
    return Verdict(
        promise,
        Outcome.WARN,
        ("1.334 USD misses <= 1 USD by 0.3334 USD and stays short of critical '> 2 USD'",),
        value=third,
        unit=promise.target.unit,
        margin=1 - third,
    )


def _waived() -> Verdict:
    return Verdict(
        objective("phase-4/coverage", "> 90 %", window=None),
        Outcome.WAIVED,
        ("89.9 % misses > 90 % by 0.1 %", "waived until 2026-02-01 by J. Doe: OPS-17"),
        value=Fraction("89.9"),
        unit=PERCENT,
        margin=Fraction("-0.1"),
    )


def _inconclusive() -> Verdict:
    return Verdict(
        objective("phase-4/errors", "< 10 /min", no_data="inconclusive", min_samples=100),
        Outcome.INCONCLUSIVE,
        ("17 samples, and 100 are needed",),
        value=Fraction(3),
        unit=parse_unit("/min"),
        samples=17,
        window=HOUR,
        remedy="wait for more traffic, or widen the window",
    )


def _failed_to_ask() -> Verdict:
    return Verdict(
        objective("phase-4/delivery", ">= 98 %"),
        Outcome.ERROR,
        ("CloudWatch denies cloudwatch:GetMetricData",),
        remedy="give the role the permission cloudwatch:GetMetricData",
    )


def _not_gating() -> Verdict:
    return _failed()._replace(
        objective=objective("web/experimental-latency", gating=False, runbook="https://runbooks.example/web"),
        remedy="",
    )


def _by_shares() -> Verdict:
    promise = objective("web/p99", "<= 2 s", confidence=Fraction("0.95"))
    return Verdict(
        promise,
        Outcome.INCONCLUSIVE,
        ("99.2 % (98.71 % at 95 % confidence) cannot be told from >= 99 % of samples <= 2 s",),
        value=Fraction("99.2"),
        unit=PERCENT,
        margin=Fraction("0.2"),
        compared=Threshold(">=", Fraction(99), PERCENT, ">= 99 % of samples <= 2 s"),
        bound=Fraction("98.712345"),
        samples=1000,
        window=HOUR,
    )


def confirmed() -> Verdict:
    """A promise that a person confirmed, on a file and an address."""
    at = AT - 86400
    return Verdict(
        objective("phase-4/survey", "confirmed", display_name="Twenty customers were asked", window=None),
        Outcome.PASS,
        ("confirmed by D. Reyes at 2026-01-14T12:00:00Z, valid until 2026-04-14T12:00:00Z",),
        value=Fraction(1),
        unit=CONFIRMED,
        margin=Fraction(0),
        samples=1,
        attestation=Attestation(
            name="survey-done",
            location=Location("slos/attestations.yaml", 4, 9),
            objective="phase-4/survey",
            digest="d" * 16,
            statement="Seventeen of twenty were content.",
            confirmed_by="D. Reyes",
            confirmed_at=at,
            valid_until=at + 90 * 86400,
            evidence=(Proof("proof/survey.txt", "e" * 64), Proof("https://example.com/survey", "f" * 64)),
        ),
    )


def alert(name: str = "fast burn", state: Any = "firing", **more: Any) -> Alert:
    """An alert over an hour and five minutes."""
    threshold = parse_threshold("> 14.4")
    rule = AlertRule(
        name,
        more.pop("severity", "page"),
        (BurnCondition(3600, threshold), BurnCondition(300, threshold, 120)),
        Location("slos/web.yaml", 30, 5),
    )
    return Alert(rule, state, (Fraction(72, 5), None), more.pop("reason", "14.4 over 1h (> 14.4)"))


REPORTS = PastReports(reports="reports/monthly")


def regressed(*, first_run: bool = False) -> Verdict:
    """A promise that is compared with an earlier report alone; or with nothing."""
    allowed = Allowance("<=", Fraction(10), PERCENT, True, False, "<= +10 %")
    ms = parse_unit("ms")
    promise = objective(
        "phase-4/trend",
        "<= 10 %",
        window=None,
        regression=Regression(allowed, REPORTS, "pass" if first_run else "inconclusive", alone=True),
    )
    if first_run:
        found = Regressed(Outcome.PASS, "FIRST RUN", unit=ms, value=Fraction(120), first_run=True)
        return Verdict(promise, Outcome.PASS, ("FIRST RUN",), Fraction(120), ms, regression=found)
    limit = Threshold("<=", Fraction(110), ms, "<= 110 ms")
    found = Regressed(
        Outcome.FAIL,
        "120 ms is 20 % more than the baseline 100 ms",
        unit=ms,
        limit=limit,
        value=Fraction(120),
        baseline=Fraction(100),
        change=Fraction(1, 5),
        margin=Fraction(-10),
        past=(PastValue("2025-12.json", "a" * 64, AT - 86400, Fraction(100), ms),),
    )
    return Verdict(
        promise,
        Outcome.FAIL,
        (found.reason,),
        Fraction(120),
        ms,
        margin=Fraction(-10),
        compared=limit,
        regression=found,
    )


def _slo() -> Verdict:
    promise = objective(
        "web/availability",
        ">= 99.9 %",
        kind="SLO",
        window=31 * 86400,
        error_budget=True,
        budgeting=Budgeting("Timeslices", 300, Fraction(95, 100), "exclude"),
        calendar=CalendarWindow(1, "month", "2026-01-01T00:00:00", "Europe/Berlin"),
    )
    return Verdict(
        promise,
        Outcome.FAIL,
        ("99.85 % misses >= 99.9 % by 0.05 %",),
        value=Fraction("99.85"),
        unit=PERCENT,
        margin=Fraction("-0.05"),
        good=Fraction(99850),
        total=Fraction(100000),
        samples=100000,
        coverage=Fraction(1),
        window=MONTH,
        period=Window(MONTH.start, MONTH.end + 86400),
        counted="slices",
        slices=Slices(300, 100001, 1, 150),
        alerts=(alert(), alert("slow burn", "unknown"), alert("slower burn", "ok")),
        budget=Budget(
            allowed=Fraction(1, 1000),
            spent=Fraction(3, 2),
            allowed_events=Fraction(100),
            bad_events=Fraction(150),
            allowed_seconds=Fraction(2592),
            burn_rates=((3600, Fraction(72, 5)), (30 * 86400, Fraction(3, 2))),
            counted="slices",
            exhausted_in=Fraction(0),
        ),
    )


@dataclass(frozen=True)
class Asked:
    """A query of no source."""

    source: str
    dataSourceRef: str | None = None  # noqa: N815
    model_fields_set: frozenset[str] = frozenset()


def every_text(text: str) -> Report:
    """A report with ``text`` in every field that holds text."""
    place = Location(text, 3, 5)
    threshold = Threshold("<", Fraction(5), replace(parse_unit("ms"), text=text), text)
    promise = Objective(
        name=text,
        document=text,
        kind=text,
        location=place,
        indicator=Indicator("formula", (), text),
        target=threshold,
        warning=threshold,
        critical=threshold,
        window=3600,
        display_name=text,
        description=text,
        service=text,
        owner=text,
        severity=text,
        runbook=text,
        next_steps=(text, f"then {text}"),
        confidence=Fraction(1, 2),
        calendar=CalendarWindow(1, "month", text, text),
        components=(Component(text, text, Indicator("formula", (), text), Fraction(1, 2)),),
        alerts=(AlertRule(text, text, (BurnCondition(3600, threshold),), place),),
        review_by=text,
        regression=Regression(
            Allowance("<=", Fraction(1, 10), threshold.unit, True, True, text), Asked(text)
        ),
        indicator_digest=text,
        digest=text,
    )
    past = PastValue(text, text, AT, Fraction(6), threshold.unit)
    told = Verdict(
        promise,
        Outcome.FAIL,
        (text, f"since {text}", text),
        value=Fraction(7),
        unit=threshold.unit,
        margin=Fraction(-2),
        compared=threshold,
        bound=Fraction(8),
        window=HOUR,
        asked=(text, f"also {text}"),
        notes=(text,),
        remedy=text,
        budget=Budget(*(Fraction(1),) * 5, burn_rates=((3600, Fraction(2)),), unknown_rates=((60, text),)),
        alerts=(Alert(promise.alerts[0], "firing", (Fraction(2),), text),),
        waiver=Waiver(text, place, text, text, text, text, text, AT, AT + 1, threshold),
        waived=Outcome.FAIL,
        regression=Regressed(
            Outcome.FAIL,
            text,
            text,
            unit=threshold.unit,
            limit=threshold,
            value=Fraction(7),
            baseline=Fraction(6),
            change=Fraction(1, 6),
            margin=Fraction(-1),
            aggregate=text,
            past=(past,),
            notes=(text,),
        ),
        attestation=Attestation(text, place, text, text, text, text, AT, AT + 1, (Proof(text, text),)),
    )
    verdicts = [told._replace(outcome=outcome) for outcome in Outcome]
    verdicts.append(told._replace(objective=promise._replace(gating=False)))
    found = Finding(text, "error", text, place, text, text, ((text, place),), subject=text)
    return Report(
        AT,
        Exit.INVALID,
        tuple(verdicts),
        (found, found._replace(level="warning"), found._replace(level="note", location=None)),
        documents=((text, text),),
        evidence_digest=text,
        connections=((text, text),),
        base=text,
        environment=text,
        selected=(text,),
    )


texts = st.text(st.characters(codec=None), max_size=40) | st.sampled_from(HOSTILE)
"""Any text at all, halves of surrogate pairs too."""

numbers = st.fractions() | st.builds(Fraction, st.integers(-(10**40), 10**40), st.integers(1, 10**25))


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    return verdict(
        draw(st.sampled_from(Outcome)),
        draw(st.sampled_from(("a/x", "a/y", "b/x", "b/y", "c"))),
        gating=draw(st.booleans()),
        value=draw(st.none() | numbers),
        unit=draw(st.sampled_from((None, PERCENT, parse_unit("ms"), parse_unit("/min")))),
        margin=draw(st.none() | numbers),
        samples=draw(st.none() | st.integers(0, 10**12)),
    )


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Reports whose exit code follows from what they hold."""
    return report(
        *draw(st.lists(verdicts(), max_size=6)),
        findings=tuple(
            finding(level, origin=origin)
            for level, origin in draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(("error", "warning", "note")),
                        st.sampled_from(("files", "rule", "broken-rule")),
                    ),
                    max_size=2,
                )
            )
        ),
        fail_on_warn=draw(st.booleans()),
    )
