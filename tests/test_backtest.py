"""``checker backtest``: past runs under the policy of today, with the numbers."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main
from tests.repository import Repository

PROMISES = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {{name: load}}
spec:
  service: analytics
  owner: team
  criteria:
    - name: latency
      indicator: {{source: LoadTest, file: load.json, measure: {measure}}}
      target: "{target}"
{more}"""

ERRORS = """\
    - name: errors
      indicator: {source: LoadTest, file: load.json, measure: errorRate}
      target: "< 1 %"
"""

MONTHS = {"01": 420, "02": 480, "03": 530.5}
"""What each month's load test measured, in ms."""


def release(month: str, mean: float) -> None:
    """One release: its load test, judged; evidence and report are kept in ``past/``."""
    load = {
        "apiVersion": "checker/v1",
        "kind": "LoadTestResult",
        "startedAt": f"2026-{month}-15T11:00:00Z",
        "endedAt": f"2026-{month}-15T11:30:00Z",
        "requests": [{"name": "all", "durations": [mean] * 100, "unit": "ms", "errors": 0}],
    }
    Path("load.json").write_text(json.dumps(load), encoding="utf-8")
    past = Path("past")
    past.mkdir(exist_ok=True)
    at, evidence, report = f"2026-{month}-15T12:00:00Z", past / f"{month}.jsonl", past / f"{month}.json"
    main(["run", "slos", "--at", at, "--record", str(evidence), "-f", f"json={report}"])


def policy(target: str, measure: str = "mean", more: str = "") -> None:
    Path("slos").mkdir(exist_ok=True)
    Path("slos/load.yaml").write_text(
        PROMISES.format(target=target, measure=measure, more=more), encoding="utf-8"
    )


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """Three releases under ``< 500 ms``: two were allowed, the last was not."""
    monkeypatch.chdir(tmp_path)
    policy("< 500 ms")
    for month, mean in MONTHS.items():
        release(month, mean)
    capsys.readouterr()
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(["backtest", *arguments, "-f", "json"]) == 0
    runs: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["runs"]
    return runs


def changes(runs: list[dict[str, Any]]) -> list[str]:
    return [run["change"] for run in runs]


def test_the_same_policy_decides_the_same(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = told(capsys, "past")
    assert changes(runs) == ["same", "same", "same"]
    assert [(run["then"], run["now"]) for run in runs] == [(0, 0), (0, 0), (1, 1)]
    assert [run["flips"] for run in runs] == [[], [], []]
    assert runs[0]["files"] == ["past/01.json", "past/01.jsonl"]


def test_a_loosened_promise_lets_through_what_was_blocked(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy("< 600 ms")
    assert changes(told(capsys, "past")) == ["same", "same", "let through"]
    assert main(["backtest", "past"]) == 0
    printed = capsys.readouterr().out
    assert (
        "past/03.json + past/03.jsonl  2026-03-15T12:00:00Z  not allowed (1)  allowed (0)  "
        "WOULD HAVE BEEN LET THROUGH" in printed
    )
    assert "  load/latency: FAIL -> PASS: 530.5 ms against < 500 ms, now < 600 ms\n" in printed
    assert printed.endswith("3 past runs: 1 would have been let through, 2 decided the same\n")


def test_a_tightened_promise_blocks_what_was_let_through(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy("< 450 ms")
    assert changes(told(capsys, "past")) == ["same", "blocked", "same"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("< 600 ms", ["same", "same", "let through"]),
        ("< 0.45 s", ["same", "blocked", "same"]),
        ("<= 480 ms", ["same", "same", "same"]),
    ],
)
def test_reports_alone_say_the_same_where_only_thresholds_changed(
    target: str, expected: list[str], history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy(target)
    for evidence in Path("past").glob("*.jsonl"):
        evidence.unlink()
    assert changes(told(capsys, "past")) == expected


def test_a_report_alone_tells_of_a_promise_whose_data_may_not_be_old(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy("< 500 ms", more="      maxAge: 1d\n")
    release("04", 540)
    Path("past/04.jsonl").unlink()
    capsys.readouterr()
    policy("< 600 ms", more="      maxAge: 1d\n")
    assert changes(told(capsys, "past/04.json")) == ["let through"]
    policy("< 600 ms", more="      maxAge: 2d\n")
    assert changes(told(capsys, "past/04.json")) == ["unknown"]


WAIVER = """\
apiVersion: checker/v1
kind: Waiver
metadata: {{name: until-the-cache}}
spec:
  objective: load/latency
  digest: "{digest}"
  reason: The cache comes in April.
  ticket: SHOP-1
  approver: Head of Platform
  created: "2026-03-01T00:00:00Z"
  expires: "2026-04-01T00:00:00Z"
  accepts: "{accepts}"
"""


def waiver(accepts: str) -> None:
    """Excuses the promise of the history, in March."""
    report = json.loads(Path("past/03.json").read_text(encoding="utf-8"))
    digest = report["verdicts"][0]["objective"]["digest"]
    Path("slos/waivers.yaml").write_text(WAIVER.format(digest=digest, accepts=accepts), encoding="utf-8")


@pytest.mark.parametrize(("accepts", "change"), [("< 600 ms", "let through"), ("< 520 ms", "same")])
@pytest.mark.parametrize("past", ["past/03.json", "past"])
def test_waivers_of_today_excuse_what_they_accept_with_the_evidence_and_without(
    past: str, accepts: str, change: str, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    waiver(accepts)
    assert told(capsys, past)[-1]["change"] == change


@pytest.mark.parametrize("past", ["past/03.json", "past"])
def test_what_was_excused_then_and_is_no_more_would_have_been_blocked(
    past: str, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    waiver("< 600 ms")
    release("03", MONTHS["03"])
    capsys.readouterr()
    assert told(capsys, past)[-1]["change"] == "same"
    Path("slos/waivers.yaml").unlink()
    assert told(capsys, past)[-1]["change"] == "blocked"


def test_a_report_alone_cannot_tell_of_another_query(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy("< 600 ms", measure="max")
    runs = told(capsys, "past/03.json")
    assert changes(runs) == ["unknown"]
    assert runs[0]["now"] is None
    assert runs[0]["untold"] == [
        {
            "promise": "load/latency",
            "reason": "the promise was changed in more than its thresholds, so its report alone is not enough",
        }
    ]


REGRESSION = """\
      regression: "<= +{percent} %"
      baseline: {{reports: past}}
      firstRun: pass
"""


def test_reports_of_a_regression_alone_are_read(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy("< 500 ms", more=REGRESSION.format(percent=10))
    file = Path("slos/load.yaml")
    file.write_text(
        file.read_text(encoding="utf-8").replace('      target: "< 500 ms"\n', ""), encoding="utf-8"
    )
    release("04", 480)
    release("05", 600)
    capsys.readouterr()
    runs = told(capsys, "past/04.json", "past/05.json")
    assert [(run["then"], run["change"]) for run in runs] == [(0, "same"), (1, "same")]
    file.write_text(file.read_text(encoding="utf-8").replace("+10 %", "+30 %"), encoding="utf-8")
    assert changes(told(capsys, "past/05.json")) == ["unknown"]
    assert changes(told(capsys, "past/05.json", "past/05.jsonl")) == ["let through"]
    assert main(["backtest", "past/05.json", "past/05.jsonl"]) == 0
    assert "load/latency: FAIL -> PASS: 600 ms against <= +10 %, now <= +30 %" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("before", "after", "exact"), [(20, 5, "blocked"), (20, 50, "same"), (50, 5, "blocked")]
)
def test_a_report_alone_cannot_tell_of_a_regression_that_changed(
    before: int, after: int, exact: str, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The recorded value meets the target either way: what it was compared with, only the evidence holds."""
    policy("< 600 ms", more=REGRESSION.format(percent=before))
    release("04", 460)
    release("05", 500)
    capsys.readouterr()
    policy("< 600 ms", more=REGRESSION.format(percent=after))
    assert changes(told(capsys, "past/05.json")) == ["unknown"]
    assert changes(told(capsys, "past/05.json", "past/05.jsonl")) == [exact]


def test_promises_that_came_and_went_are_told(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy("< 500 ms", more=ERRORS)
    Path("slos/load.yaml").write_text(
        Path("slos/load.yaml").read_text(encoding="utf-8").replace("name: latency", "name: speed"),
        encoding="utf-8",
    )
    assert main(["backtest", "past/03.json", "past/03.jsonl"]) == 0
    printed = capsys.readouterr().out
    assert "load/latency: FAIL (530.5 ms against < 500 ms); the promise no longer exists" in printed
    assert "load/speed: new: FAIL (530.5 ms against < 500 ms)" in printed


def test_the_promises_of_a_base_commit_say_what_was_said_then(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *who, *arguments], check=True, capture_output=True)

    git("init", "--initial-branch=main")
    git("add", "slos")
    git("commit", "--message", "promises")
    for report in Path("past").glob("*.json"):
        report.unlink()
    policy("< 600 ms", more=ERRORS)
    runs = told(capsys, "past", "--base", "main")
    assert changes(runs) == ["same", "same", "let through"]
    new, flipped = runs[2]["flips"]
    assert (new["promise"], new["then"], new["now"]["outcome"]) == ("load/errors", None, "PASS")
    assert (flipped["then"]["target"], flipped["now"]["target"]) == ("< 500 ms", "< 600 ms")


def again(*flags: str, report: str = "past/03.json") -> None:
    """The last release as it would have been decided with ``flags``."""
    main(["run", "slos", "--replay", "past/03.jsonl", *flags, "-f", f"json={report}"])


def only_the_last(*kept: str) -> None:
    for each in Path("past").iterdir():
        if each.name not in kept:
            each.unlink()


@pytest.mark.parametrize("kept", [("03.json", "03.jsonl"), ("03.json",)])
def test_a_warning_counts_as_it_did_then(
    kept: tuple[str, ...], history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy('< 500 ms"\n      critical: "> 600 ms')
    again("--fail-on-warn")
    only_the_last(*kept)
    capsys.readouterr()
    (run,) = told(capsys, "past")
    if len(kept) == 2:
        assert (run["then"], run["now"], run["change"]) == (1, 1, "same")
    else:  # warnings of the built-in rules counted too
        assert (run["then"], run["now"], run["untold"][0]["promise"]) == (1, None, "the rules")


@pytest.mark.parametrize("kept", [("03.json", "03.jsonl"), ("03.json",)])
def test_what_was_not_selected_then_is_not_judged_now(
    kept: tuple[str, ...], history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy("< 500 ms", more=ERRORS)
    again("--select", "load/errors")
    only_the_last(*kept)
    capsys.readouterr()
    (run,) = told(capsys, "past")
    assert (run["then"], run["now"], run["flips"], run["untold"]) == (0, 0, [], [])


def test_a_replay_does_not_stand_in_for_the_run(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy("< 600 ms")
    again(report="past/replayed.json")
    again("--at", "2026-03-16T12:00:00Z", report="past/later.json")
    shutil.copy("past/03.jsonl", "past/04.jsonl")
    capsys.readouterr()
    runs = told(capsys, "past")[2:]
    assert [(run["files"], run["then"]) for run in runs] == [
        (["past/03.json", "past/03.jsonl", "past/04.jsonl"], 1),
        (["past/replayed.json"], 0),
        (["past/later.json"], 0),
    ]


def test_evidence_without_a_report_or_a_base_has_no_then(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = told(capsys, "past/03.jsonl")
    assert (changes(runs), runs[0]["then"], runs[0]["now"]) == (["unknown"], None, 1)
    assert main(["backtest", "past/03.jsonl"]) == 0
    assert "\n  nothing says what was decided then: name its report as well, or" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", "{", "a.json is not read: it is not JSON"),
        ("b.json", "{}", "b.json is not read: it is not a report of checker"),
        ("c.json", '{"at": "2026-01-01T00:00:00", "schemaVersion": "1"}', "it is not a report of checker"),
        ("d.jsonl", "{}\n", "d.jsonl:1: this is not a recording"),
    ],
)
def test_what_is_no_past_run_is_refused(
    name: str, content: str, words: str, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(name).write_text(content, encoding="utf-8")
    assert main(["backtest", name]) == 2
    assert words in capsys.readouterr().err


def test_what_is_no_past_run_in_a_folder_is_passed_over_and_named(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in a working folder: the results of a load test, a package of another language, hidden folders."""
    assert main(["backtest", "past", "-f", "json"]) == 0
    alone = json.loads(capsys.readouterr().out)
    assert alone["passedOver"] == []
    foreign = {
        "load.json": None,
        "broken.json": "{",
        "list.json": "[1]",
        "log.jsonl": '{"a": 1}\n',
        "e.jsonl": "",
    }
    for name, text in foreign.items():
        if text is not None:
            Path(name).write_text(text, encoding="utf-8")
    Path(".venv").mkdir()
    Path(".venv/package.json").write_text("{}", encoding="utf-8")
    assert main(["backtest", ".", "-f", "json"]) == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert changes(told["runs"]) == changes(alone["runs"])
    assert told["passedOver"] == [f"./{name}" for name in sorted(foreign)]
    assert printed.err.splitlines() == [
        "note: ./broken.json is not read: it is not JSON: Expecting property name enclosed in double quotes at line 1, "
        "column 2",
        "note: ./e.jsonl:1: the recording is empty",
        "note: ./list.json is not read: it is not a report of checker",
        "note: ./load.json is not read: it is not a report of checker",
        "note: ./log.jsonl:1: this is not a recording of the format checker/evidence/v1",
    ]
    for number in range(20):
        Path(f"z{number}.json").write_text("[]", encoding="utf-8")
    assert main(["backtest", "."]) == 0
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 11
    assert said[-1] == "note: and 15 more files are neither a recording nor a report of a run"
    assert main(["backtest", ".", "load.json"]) == 2
    assert "load.json is not read: it is not a report of checker" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "damage", "words"),
    [
        ("03.jsonl", ('"response"', '"respnse"'), "past/03.jsonl:2: this line is not an exchange"),
        ("03.json", ('"outcome": "FAIL"', '"outcome": "MAYBE"'), "'MAYBE' is not a valid Outcome"),
        (
            "03.json",
            ('"schemaVersion": "1', '"schemaVersion": "2'),
            "it is a report of the version '2', and only version 1 can",
        ),
        ("03.json", ('"target"', '"tagret"'), "it is a report of checker, but parts of it are missing"),
    ],
)
def test_a_damaged_past_run_is_refused_also_in_a_folder(
    name: str, damage: tuple[str, str], words: str, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path("past", name)
    text = path.read_text(encoding="utf-8")
    assert damage[0] in text
    path.write_text(text.replace(*damage), encoding="utf-8")
    assert main(["backtest", "past"]) == 2
    assert words in capsys.readouterr().err


def test_a_folder_without_any_past_run_is_refused(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("other").mkdir()
    Path("other/a.json").write_text("{}", encoding="utf-8")
    assert main(["backtest", "other"]) == 2
    assert capsys.readouterr().err.startswith(
        "checker: other: none of 1 .jsonl and .json files records or reports a run, "
        "the first: other/a.json is not read: "
    )


def test_a_policy_that_is_invalid_decides_nothing(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backtest", "past", "--policy", "policy.yaml"]) == 2
    printed = capsys.readouterr().out
    assert "there is no file or folder 'policy.yaml'" in printed
    assert "BLOCKED" not in printed


def test_its_json_is_harmless_in_the_log_of_a_runner(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("past/03.json").rename("past/##[error]forged.json")
    assert main(["backtest", "past/##[error]forged.json", "-f", "json"]) == 0
    printed = capsys.readouterr().out
    assert "##[" not in printed
    assert json.loads(printed)["runs"][0]["files"] == ["past/##[error]forged.json"]


def test_a_policy_without_promises_decides_nothing(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither that of today nor that of the base."""
    promises = Path("slos/load.yaml").read_text(encoding="utf-8")
    Path("slos/load.yaml").write_text(
        "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: shop}\nspec: {}\n", encoding="utf-8"
    )
    repository = Repository(history)
    repository.commit()
    assert main(["backtest", "past"]) == 2
    assert "the files hold no promise to judge" in capsys.readouterr().out
    Path("slos/load.yaml").write_text(promises, encoding="utf-8")
    assert main(["backtest", "past", "--base", "main"]) == 2
    printed = capsys.readouterr().out
    assert printed.startswith("error: at main")
    assert "the files hold no promise to judge" in printed


def test_nothing_is_no_past_either(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty").mkdir()
    assert main(["backtest", "empty"]) == 2
    assert capsys.readouterr().err == (
        "checker: empty holds no .jsonl or .json file\n  name a folder with evidence or reports\n"
    )
