"""The documented input of a rule: what each scope may speak of, as a JSON Schema with the values of an example.

``schema("verdict")`` is what ``checker explain --input verdict`` prints. Every object is closed, so that a
misspelt name is found before a rule is run; labels and what a document holds of its own are open. Numbers are
doubles, and beside each that was measured or promised stands its exact text.

The example (``neutral``) is a promise that keeps the built-in rules: the examples of a rule state what differs.
"""

from __future__ import annotations

import copy
from functools import cache
from typing import Any, Literal

VERSION = "1"
Schema = dict[str, Any]
Subject = Literal["objective", "waiver", "document", "verdict", "release"]
SCOPES: tuple[Subject, ...] = ("objective", "waiver", "document", "verdict", "release")
"""What one evaluation is about; the first three make up the scope ``definition``."""


def _of(kind: str | list[str], description: str, example: Any, **more: Any) -> Schema:
    return {"type": kind, "description": description, "examples": [example], **more}


def _text(description: str, example: str = "", *choices: str) -> Schema:
    return _of("string", description, example, **({"enum": list(choices)} if choices else {}))


def _whole(description: str, example: int = 0) -> Schema:
    return _of("integer", description, example)


def _number(description: str, example: float = 0.0) -> Schema:
    return _of("number", description, example)


def _flag(description: str, example: bool = False) -> Schema:
    return _of("boolean", description, example)


def _list(description: str, items: Schema, *example: Any) -> Schema:
    return _of("array", description, list(example), items=items)


def _object(description: str, /, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


def _any_keys(description: str, /, **example: Any) -> Schema:
    """A mapping whose keys nobody knows beforehand."""
    return _of("object", description, example)


def _or_null(schema: Schema, *, null: bool = False) -> Schema:
    """``null`` says that the example has none."""
    shown = {"examples": [None]} if null else {}
    return {**schema, "type": [schema["type"], "null"], **shown}


def _duration(description: str, seconds: int, text: str) -> Schema:
    return _object(description, seconds=_whole("In seconds.", seconds), text=_text("As in 1h, 30d.", text))


def _moment(description: str, seconds: int, text: str) -> Schema:
    return _object(
        description, seconds=_whole("Seconds since 1970.", seconds), text=_text("RFC 3339, UTC.", text)
    )


def _threshold(description: str, operator: str, value: float, exact: str, unit: str) -> Schema:
    return _object(
        description,
        text=_text("As it is written.", f"{operator} {exact} {unit}"),
        operator=_text("The operator.", operator, "<", "<=", "==", ">=", ">"),
        value=_number("The number.", value),
        exact=_text("The number, without loss.", exact),
        unit=_text("Its unit.", unit),
    )


def _quantity(description: str, value: float, exact: str, text: str) -> Schema:
    return _object(
        description,
        value=_number("The number.", value),
        exact=_text("The number, without loss: a decimal, or p/q.", exact),
        text=_text("As the reports show it.", text),
    )


def _document(*, spec: bool) -> Schema:
    content = {
        "spec": _any_keys("The spec as it is written.", description="What it is for.", owner="shop-team")
    }
    return _object(
        "The document it stands in." if not spec else "The document.",
        kind=_text("SuccessCriteria, SLO, Waiver, ...", "SuccessCriteria"),
        apiVersion=_text("The version of its format.", "checker/v1"),
        name=_text("Its name.", "shop"),
        displayName=_text("The name people see.", "Shop"),
        file=_text("Its file.", "slos/shop.yaml"),
        description=_text("What it says of itself.", "What the shop promises."),
        labels=_any_keys("Its labels: text, or a list of texts.", env="prod"),
        annotations=_any_keys("Its annotations."),
        **(content if spec else {}),
    )


def _metric() -> Schema:
    return _object(
        "One query.",
        name=_text("value; good, bad or total of a ratio; or the name a formula has for it.", "value"),
        source=_text("The source it asks.", "CloudWatch"),
        statistic=_text("p95, Average, Sum, ...; empty where the source has none.", "p95"),
        file=_text("The file it reads, for sources that read one.", ""),
        dataSourceRef=_text("The DataSource it names; empty where it names none.", ""),
    )


def _indicator() -> Schema:
    metric = {"name": "value", "source": "CloudWatch", "statistic": "p95", "file": "", "dataSourceRef": ""}
    return _object(
        "How it is measured.",
        form=_text(
            "One value, a ratio of two counts, a formula, or another form of OpenSLO.",
            "value",
            "value",
            "ratio",
            "formula",
            "threshold",
            "raw",
            "composite",
        ),
        formula=_text("The formula, if it is one."),
        sources=_list("The sources it asks, sorted.", _text("A source."), "CloudWatch"),
        statistic=_text("The statistic of a value: p95, Average, ...; empty where none is stated.", "p95"),
        quantile=_or_null(_number("0.95 of a p95; null for all else.", 0.95)),
        metrics=_list("Its queries.", _metric(), metric),
    )


def _objective() -> Schema:
    return _object(
        "The promise.",
        name=_text("Its full name: document/criterion.", "shop/latency"),
        displayName=_text("The name people see.", "Latency"),
        description=_text("What is promised, and why.", "Pages come quickly."),
        kind=_text("A criterion, or an OpenSLO objective.", "criterion", "criterion", "SLO"),
        service=_text("The service that makes the promise.", "shop"),
        owner=_text("Who answers for it.", "shop-team"),
        severity=_text("How urgent a broken promise is; empty where it is not said.", "medium"),
        reviewBy=_or_null(
            _object(
                "The date by which somebody looks at it again.",
                seconds=_whole("The end of that day, in seconds since 1970.", 1798761600),
                text=_text("The date.", "2026-12-31"),
            )
        ),
        runbook=_text("The URL of the runbook.", "docs/runbooks/latency.md"),
        nextSteps=_list("What to check and what has helped.", _text("A step.")),
        gating=_flag("Whether it moves the exit code.", True),
        key=_flag("Whether the release rests on it."),
        weight=_whole("How much it counts in the weighted score.", 1),
        indicator=_indicator(),
        target=_threshold("What is promised.", "<", 500.0, "500", "ms"),
        warning=_or_null(_threshold("Where the middle band begins.", ">=", 500.0, "500", "ms")),
        critical=_or_null(_threshold("Where it becomes a FAIL.", ">", 1000.0, "1000", "ms")),
        dimension=_text("What the target measures: time, ratio, count, rate, money, ...", "time"),
        goodShare=_or_null(
            _number(
                "The share of good events that is promised: 0.99 of '> 99 %' and of '< 1 %'; null of what is no share.",
                0.999,
            )
        ),
        lowerIsBetter=_flag("Whether less is better, by the target's operator.", True),
        window=_or_null(_duration("The time measured; null where there is none.", 3600, "1h")),
        noData=_text("What no data means.", "inconclusive", "inconclusive", "fail", "zero"),
        minSamples=_whole("Fewer samples are INCONCLUSIVE.", 200),
        samplesNeeded=_or_null(
            _whole(
                "The fewest events in which a flawless window shows the target with 95 % confidence; "
                "null where the target is no share and no percentile.",
                59,
            )
        ),
        minCoverage=_number("The share of the window's points that must be there.", 0.9),
        maxAge=_or_null(_duration("How old the newest data may be.", 86400, "1d")),
        confidence=_or_null(_number("0.95 where it is judged as a sample.", 0.95), null=True),
        evaluated=_flag("Whether each period is judged by itself, as an alarm does."),
        errorBudget=_or_null(
            _object(
                "What the target of an SLO lets go wrong; null where nothing is, or it is no SLO.",
                share=_number("Of the events.", 0.001),
                seconds=_number("Of the window.", 2592.0),
            ),
        ),
        digest=_text("The digest of the promise, which a waiver names.", "0123456789abcdef"),
        line=_whole("Its line in the document's file.", 9),
    )


def _waiver() -> Schema:
    return _object(
        "The waiver.",
        name=_text("Its name.", "latency-until-cache"),
        objective=_text("The promise it is for.", "shop/latency"),
        owner=_text("Who answers for that promise; empty where there is no such promise.", "shop-team"),
        reason=_text("Why.", "The cache comes next month."),
        ticket=_text("Where it is tracked.", "SHOP-17"),
        approver=_text("Who approved it.", "head-of-platform"),
        created=_moment("When it was approved.", 1797206400, "2026-12-14T00:00:00Z"),
        expires=_moment("When it ends.", 1799020800, "2027-01-04T00:00:00Z"),
        days=_number("From its creation to its end.", 21.0),
        accepts=_text("The worst value it accepts; empty where none is.", "< 800 ms"),
        acceptsInconclusive=_flag("Whether it covers what could not be measured."),
    )


_OUTCOMES = ("PASS", "WARN", "FAIL", "INCONCLUSIVE", "ERROR", "WAIVED")


def _verdict() -> Schema:
    rate = _object(
        "How fast the budget goes.",
        seconds=_whole("The lookback, in seconds.", 3600),
        text=_text("The lookback.", "1h"),
        rate=_number("1 spends exactly the budget over the window.", 0.2),
    )
    alert = _object(
        "A burn-rate alert of the promise.",
        name=_text("The name of its policy.", "google-sre page 1h/5m"),
        severity=_text("How urgent it is, in the policy's words.", "page"),
        state=_text("Whether its conditions hold.", "ok", "firing", "ok", "unknown"),
    )
    return _object(
        "The outcome.",
        outcome=_text("How it ended.", "PASS", *_OUTCOMES),
        without=_text("What it would be without its waiver.", "PASS", *_OUTCOMES),
        waiver=_text("The name of the waiver that was applied; empty where none was."),
        reasons=_list("Why.", _text("A reason."), "420 ms keeps < 500 ms by 80 ms"),
        value=_or_null(_quantity("What was measured; null where nothing was.", 420.0, "420", "420 ms")),
        unit=_text("The unit of value, margin and bound.", "ms"),
        margin=_or_null(
            _quantity("The distance to the target; negative on its wrong side.", 80.0, "80", "80 ms")
        ),
        bound=_or_null(_quantity("The confidence bound.", 470.0, "470", "470 ms")),
        good=_or_null(_number("Good events of a ratio.", 999.0)),
        total=_or_null(_number("All events of a ratio.", 1000.0)),
        samples=_or_null(_whole("How many samples it rests on; null where nobody said.", 1200)),
        coverage=_or_null(_number("The share of the expected points that came.", 1.0)),
        budget=_or_null(
            _object(
                "The error budget of an SLO; null for all else.",
                spent=_number("The share that is spent; more than 1 is overspent.", 0.2),
                remaining=_number("The share that is left.", 0.8),
                exhaustedIn=_or_null(
                    _number(
                        "Seconds until it is spent, at the latest burn rate; null where it never is.",
                        864000.0,
                    )
                ),
                burnRates=_list(
                    "By lookback, shortest first.", rate, {"seconds": 3600, "text": "1h", "rate": 0.2}
                ),
            )
        ),
        alerts=_list("The burn-rate alerts of an SLO; they change no outcome.", alert),
        asked=_list("The resolved queries.", _text("A query.")),
        notes=_list("What else there is to say.", _text("A note.")),
    )


def _release() -> Schema:
    counts = _object("By outcome.", **{each: _whole(each, 3 if each == "PASS" else 0) for each in _OUTCOMES})
    names = _text("The name of a promise.", "shop/latency")
    judged = _object(
        "One promise and how it ended.",
        name=names,
        owner=_text("Who answers for it.", "shop-team"),
        severity=_text("How urgent.", "medium"),
        gating=_flag("Whether it gates.", True),
        key=_flag("Whether the release rests on it."),
        weight=_whole("Its weight.", 1),
        outcome=_text("How it ended.", "PASS", *_OUTCOMES),
    )
    return _object(
        "All of a run.",
        counts=_object("How many promises ended how.", gating=counts, notGating=counts),
        score=_object(
            "The weighted score of what gates: PASS counts in full, WARN and WAIVED by half, all else nothing.",
            achieved=_number("The weights achieved.", 3.0),
            possible=_number("All weights.", 3.0),
            percent=_number("The one in the other.", 100.0),
        ),
        keys=_list("The key promises.", judged),
        coverage=_object(
            "Where each promise of the files stands, by name.",
            declared=_list("All of them.", names, "shop/latency", "shop/errors", "shop/tested"),
            measured=_list("A number was measured.", names, "shop/latency", "shop/errors"),
            attested=_list("A person confirmed it.", names, "shop/tested"),
            excused=_list("A waiver covers that it was not measured.", names),
            missing=_list("None of these.", names),
            notSelected=_list("Left out of this run by --select.", names),
        ),
        promises=_list(
            "Every promise that was judged; a rule may look at 10,000 in all.",
            judged,
            {"name": "shop/latency", "owner": "shop-team", "severity": "medium", "gating": True, "key": False,
             "weight": 1, "outcome": "PASS"},
        ),
        waivers=_list("The waivers of the files.", _waiver()),
        waived=_list("The promises that a waiver was applied to.", names),
        findings=_object(
            "How many findings there are, those of verdict rules among them.",
            error=_whole("Errors."),
            warning=_whole("Warnings."),
            note=_whole("Notes."),
        ),
    )  # fmt: skip


def _subjects(subject: Subject) -> dict[str, Schema]:
    match subject:
        case "objective":
            return {"document": _document(spec=False), "objective": _objective()}
        case "waiver":
            return {"document": _document(spec=False), "waiver": _waiver()}
        case "document":
            return {"document": _document(spec=True)}
        case "verdict":
            return {"document": _document(spec=False), "objective": _objective(), "verdict": _verdict()}
        case "release":
            return {"release": _release()}


@cache
def schema(subject: Subject) -> Schema:
    """The JSON Schema of the input of one evaluation, without ``params``, which each rule brings."""
    variables = _object(
        f"What a rule that judges {'a' if subject != 'objective' else 'an'} {subject} may speak of; beside it, "
        "params holds the rule's parameters.",
        **_subjects(subject),
        now=_whole("The moment judged for, in seconds since 1970.", 1798070400),
        environment=_text("The environment that --environment named; empty where it named none.", "prod"),
        inputVersion=_text("The version of this input.", VERSION, VERSION),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://slo-checker.dev/schemas/rule-input-{subject}-v{VERSION}.schema.json",
        "title": f"Input of rules: {subject}",
        **variables,
    }


@cache
def _neutral(subject: Subject) -> Any:
    return _example(schema(subject))


def neutral(subject: Subject) -> Any:
    """The example of an input: a promise, waiver, document, verdict or release that keeps the built-in rules."""
    return copy.deepcopy(_neutral(subject))


def _example(given: Schema) -> Any:
    if "examples" in given:
        return given["examples"][0]
    return {name: _example(inner) for name, inner in given["properties"].items()}
