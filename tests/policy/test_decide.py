"""The exit code: the whole contract with a pipeline, over every combination there is."""

from __future__ import annotations

from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.model import Exit, Finding, Level, Origin, Outcome, Verdict
from checker.policy.decide import exit_code
from tests.judge.builders import promise

GATING, REPORTED = promise("< 1"), promise("< 1", gating=False)
RED = (Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.ERROR)


def verdicts(*outcomes: Outcome, gating: bool = True) -> list[Verdict]:
    return [Verdict(GATING if gating else REPORTED, outcome, ()) for outcome in outcomes]


def finding(level: Level, origin: Origin = "files") -> Finding:
    return Finding("some-rule", level, "a message", origin=origin)


def test_the_codes_are_the_contract() -> None:
    assert {code.name: int(code) for code in Exit} == {
        "PASSED": 0,
        "FAILED": 1,
        "INVALID": 2,
        "INCONCLUSIVE": 3,
        "ERROR": 4,
    }


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.PASS, 0),
        (Outcome.WARN, 0),
        (Outcome.WAIVED, 0),
        (Outcome.FAIL, 1),
        (Outcome.INCONCLUSIVE, 3),
        (Outcome.ERROR, 4),
    ],
)
def test_one_verdict_calls_for_its_code(outcome: Outcome, code: int) -> None:
    assert exit_code(verdicts(outcome), (), False) == code


def test_every_combination_of_outcomes_gating_or_not() -> None:
    """Up to three gating verdicts and up to two others, with and without --fail-on-warn: 84 * 28 * 2 cases."""
    sets = [
        [each for size in range(most + 1) for each in combinations_with_replacement(Outcome, size)]
        for most in (3, 2)
    ]
    cases = 0
    for gating, beside, fail_on_warn in product(*sets, (False, True)):
        judged = [*verdicts(*gating), *verdicts(*beside, gating=False)]
        if not gating:
            expected = 2
        elif Outcome.FAIL in gating or (fail_on_warn and Outcome.WARN in gating):
            expected = 1
        elif Outcome.ERROR in gating:
            expected = 4
        elif Outcome.INCONCLUSIVE in gating:
            expected = 3
        else:
            expected = 0
        assert exit_code(judged, (), fail_on_warn) == expected
        assert exit_code(judged[::-1], (), fail_on_warn) == expected
        assert exit_code(judged, [finding("error")], fail_on_warn) == 2
        for level in ("warning", "note"):
            assert exit_code(judged, [finding(level)], fail_on_warn) == expected
        cases += 1
    assert cases == 84 * 28 * 2


@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_a_rule_found_can_only_tighten(outcome: Outcome) -> None:
    judged = verdicts(outcome)
    alone = exit_code(judged, (), False)
    worst = {0: (1, 4), 1: (1, 1), 3: (1, 4), 4: (1, 4)}[int(alone)]
    assert exit_code(judged, [finding("error", "rule")], False) == worst[0]
    assert exit_code(judged, [finding("error", "broken-rule")], False) == worst[1]
    assert exit_code(judged, [finding("error", "rule"), finding("error", "broken-rule")], False) == 1
    assert exit_code(judged, [finding("error", "rule"), finding("error")], False) == 2
    assert exit_code(judged, [finding("note", "rule"), finding("warning", "rule")], False) == alone
    assert exit_code(judged, [finding("warning", "rule")], True) == 1
    assert exit_code(judged, [finding("note", "rule")], True) == exit_code(judged, (), True)
    assert exit_code([], [finding("error", "rule")], False) == 2


@pytest.mark.parametrize("fail_on_warn", [False, True])
def test_nothing_that_gates_is_no_release(fail_on_warn: bool) -> None:
    assert exit_code([], (), fail_on_warn) == 2
    for outcome in Outcome:
        assert exit_code(verdicts(outcome, gating=False), (), fail_on_warn) == 2


def test_what_does_not_gate_never_moves_the_code() -> None:
    for outcome in Outcome:
        beside = verdicts(outcome, gating=False)
        assert exit_code([*verdicts(Outcome.PASS), *beside], (), True) == 0
        assert exit_code([*verdicts(Outcome.FAIL), *beside], (), True) == 1


def test_it_may_be_given_what_can_be_read_once() -> None:
    assert exit_code(iter(verdicts(Outcome.PASS, Outcome.FAIL)), iter(()), False) == 1
    assert exit_code(iter(verdicts(Outcome.PASS)), iter([finding("note"), finding("error")]), False) == 2


@given(
    st.lists(st.tuples(st.sampled_from(list(Outcome)), st.booleans()), max_size=12),
    st.lists(st.sampled_from(["error", "warning", "note"]), max_size=3),
    st.booleans(),
)
@settings(max_examples=1000)
def test_no_red_verdict_ever_gives_zero(
    judged: list[tuple[Outcome, bool]], levels: list[Level], fail_on_warn: bool
) -> None:
    made = [Verdict(GATING if gates else REPORTED, outcome, ()) for outcome, gates in judged]
    code = exit_code(made, map(finding, levels), fail_on_warn)
    gating = [outcome for outcome, gates in judged if gates]
    green = bool(gating) and not any(outcome in RED for outcome in gating) and "error" not in levels
    green &= not (fail_on_warn and Outcome.WARN in gating)
    assert (code == 0) is green
    # --fail-on-warn only ever makes it stricter.
    if code == 0:
        assert exit_code(made, map(finding, levels), False) == 0
