"""No fault of a Prometheus reads as a pass: the matrix, through the command, over real connections.

Each case spoils one endpoint while a second one answers well. The spoilt promises must end as ERROR or
INCONCLUSIVE with a remedy, the other must still be judged, and no secret may be written anywhere.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main
from checker.sources.prometheus import transport
from tests.sources.prometheus_asking import (
    AT,
    TIME,
    Call,
    Endpoint,
    Reply,
    endpoint,
    matrix,
    success,
    vector,
)

DOCUMENT = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: faults}
spec:
  window: 10m
  criteria:
    - {name: once, indicator: {source: Prometheus, dataSourceRef: spoilt, query: queue}, target: "< 1000"}
    - name: window
      indicator: {source: Prometheus, dataSourceRef: spoilt, query: 'sum(increase(x[{{.window}}]))'}
      target: "< 1000"
    - name: counter
      indicator: {source: Prometheus, dataSourceRef: spoilt, query: x_total, reduce: increase}
      target: "< 1000"
    - {name: gauge, indicator: {source: Prometheus, dataSourceRef: spoilt, query: queue, reduce: max}, target: "< 1000"}
    - name: ratio
      indicator:
        good: {source: Prometheus, dataSourceRef: spoilt, query: 'sum(increase(good[{{.window}}]))'}
        total: {source: Prometheus, dataSourceRef: spoilt, query: 'sum(increase(all[{{.window}}]))'}
      target: ">= 1 %%"
    - {name: sound, indicator: {source: Prometheus, dataSourceRef: sound, query: queue}, target: "< 1000"}
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: spoilt}
spec:
  type: Prometheus
  connectionDetails: {url: "%s", tokenEnv: SHOP_TOKEN, headersEnv: SHOP_HEADERS, tenant: shop}
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: sound}
spec:
  type: Prometheus
  connectionDetails: {url: "%s"}
"""
SPOILT = ("once", "window", "counter", "gauge", "ratio")


@pytest.fixture(scope="module")
def endpoints() -> Iterator[tuple[Endpoint, Endpoint]]:
    with endpoint() as spoilt, endpoint() as sound:
        yield spoilt, sound


@pytest.fixture
def spoilt(endpoints: tuple[Endpoint, Endpoint], monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    """The endpoint to be spoilt, and an impatient client with secrets."""
    monkeypatch.setattr(transport, "FIRST_WAIT", 0.001)
    monkeypatch.setenv("SHOP_TOKEN", "token-canary")
    monkeypatch.setenv("SHOP_HEADERS", "X-Api-Key: key-canary")
    monkeypatch.delenv("PROMETHEUS_HOSTS", raising=False)
    endpoints[0].answer = lambda call: Reply(call.ok())
    endpoints[0].calls.clear()
    return endpoints[0]


Judged = Callable[..., tuple[int, dict[str, dict[str, Any]]]]


@pytest.fixture
def judged(
    endpoints: tuple[Endpoint, Endpoint], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Judged:
    """Runs the command; gives the exit code and the verdicts by promise, once nothing secret was found."""

    def run(*flags: str, url: str = "") -> tuple[int, dict[str, dict[str, Any]]]:
        file = tmp_path / "criteria.yaml"
        file.write_text(DOCUMENT % (url or endpoints[0].url, endpoints[1].url), encoding="utf-8")
        outputs = [tmp_path / name for name in ("report.json", "junit.xml", "evidence.jsonl")]
        formats = ["-f", "table", "-f", f"json={outputs[0]}", "-f", f"junit={outputs[1]}"]
        code = main(["run", str(file), "--at", TIME, "--record", str(outputs[2]), *formats, *flags])
        told = capsys.readouterr()
        written = told.out + told.err + "".join(output.read_text(encoding="utf-8") for output in outputs)
        assert "canary" not in written
        first = outputs[0].read_text(encoding="utf-8")
        again = ["--replay", str(outputs[2]), "-f", f"json={outputs[0]}", "-q"]
        assert code == main(["run", str(file), *again, *flags])
        assert outputs[0].read_text(encoding="utf-8") == first
        report = json.loads(first)
        return code, {each["objective"]["name"].partition("/")[2]: each for each in report["verdicts"]}

    return run


def test_what_is_not_spoilt_passes(spoilt: Endpoint, judged: Judged) -> None:
    code, verdicts = judged()
    assert code == 0
    assert {name: each["outcome"] for name, each in verdicts.items()} == dict.fromkeys(
        (*SPOILT, "sound"), "PASS"
    )


def error(status: int, kind: str, words: str = "it said so", **headers: str) -> Reply:
    return Reply({"status": "error", "errorType": kind, "error": words}, status, **headers)


def to_all(reply: Reply | None) -> Callable[[Call], Reply | None]:
    return lambda call: reply


def data(change: Callable[[Call], dict[str, Any]]) -> Callable[[Call], Reply]:
    """An answer of status 200 with other data than the sound one's."""
    return lambda call: Reply(change(call))


def series(*values: object, **more: Any) -> Callable[[Call], Reply]:
    """A series a value, for whatever was asked."""

    def answer(call: Call) -> Reply:
        sound = call.ok()
        (first,) = sound["data"]["result"]
        key = "value" if "value" in first else "values"
        made = []
        for n, value in enumerate(values):
            points = [first[key]] if key == "value" else first[key]
            changed = [[moment, value] for moment, _ in points]
            made.append({"metric": {"n": str(n)}, key: changed[0] if key == "value" else changed})
        return Reply({**success(sound["data"]["resultType"], made), **more})

    return answer


def moved(seconds: float) -> Callable[[Call], Reply]:
    """The sound answer, its times moved."""

    def answer(call: Call) -> Reply:
        sound = call.ok()
        for each in sound["data"]["result"]:
            if "value" in each:
                each["value"][0] += seconds
            for point in each.get("values", []):
                point[0] += seconds
        return Reply(sound)

    return answer


def conflicting(call: Call) -> Reply:
    """Two values for one time, where there is a range; two series where there is none."""
    sound = call.ok()
    (first,) = sound["data"]["result"]
    if "values" in first:
        first["values"].append([first["values"][-1][0], "2"])
    else:
        sound["data"]["result"].append({**first, "metric": {"n": "1"}})
    return Reply(sound)


SOUND_VECTOR = json.dumps(vector(1)).encode()

FAULTS: dict[str, tuple[Callable[[Call], Reply | None], str, str]] = {
    "bad query": (to_all(error(400, "bad_data", "parse error")), "refused the query: bad_data: parse error", "correct"),
    "execution": (to_all(error(422, "execution", "many-to-many")), "execution: many-to-many", "correct the query"),
    "server": (to_all(error(500, "internal")), "answered 500: internal: it said so", "run again"),
    "gateway": (to_all(Reply(b"<html>bad gateway</html>", 502)), "answered 502", "run again"),
    "unavailable": (to_all(Reply(b"", 503)), "answered 503", "run again"),
    "query timeout": (to_all(error(503, "timeout", "query timed out")), "timeout: query timed out", "ask for less"),
    "gateway timeout": (to_all(Reply(b"", 504)), "answered 504", "ask for less"),
    "throttled": (to_all(Reply(b"slow down", 429)), "answered 429, too many requests", "run again later"),
    "throttled for long": (to_all(Reply(b"", 429, Retry_After="3600")), "answered 429", "run again later"),
    "unauthorized": (to_all(Reply(b"", 401)), "answered 401 and requires credentials; it refused", "tokenEnv"),
    "forbidden": (to_all(Reply(b"", 403)), "answered 403 and requires credentials; it refused", "tokenEnv"),
    "elsewhere": (to_all(Reply(b"", 302, Location="http://127.0.0.2/")), "redirects are not followed", "put the URL"),
    "not found": (to_all(Reply(b"404 page", 404)), "answered 404: there is no Prometheus API", "/api/v1"),
    "no method": (to_all(Reply(b"", 405)), "answered 405: there is no Prometheus API", "/api/v1"),
    "teapot": (to_all(Reply(b"", 418)), "answered 418", "check what is behind the URL"),
    "no content": (to_all(Reply(b"", 204)), "answered 204", "check what is behind the URL"),
    "hung up": (to_all(None), "the connection broke", "run again"),
    "truncated": (to_all(Reply(SOUND_VECTOR[:40], length=len(SOUND_VECTOR))), "the connection broke", "run again"),
    "cut off": (to_all(Reply(SOUND_VECTOR[:40])), "did not answer as Prometheus's API does", "check the URL"),
    "empty": (to_all(Reply(b"")), "did not answer as Prometheus's API does", "check the URL"),
    "web page": (
        to_all(Reply(b"<html>log in</html>", Content_Type="text/html")),
        "did not answer as Prometheus's API does (text/html)",
        "check the URL",
    ),
    "binary": (to_all(Reply(bytes(range(256)))), "did not answer as Prometheus's API does", "check the URL"),
    "compressed unasked": (
        to_all(Reply(b"\x1f\x8b\x08\x00", Content_Encoding="gzip")),
        "did not answer as Prometheus's API does",
        "check the URL",
    ),
    "list": (to_all(Reply([])), "did not answer as Prometheus's API does", "check the URL"),
    "null": (to_all(Reply(None)), "did not answer as Prometheus's API does", "check the URL"),
    "other JSON": (to_all(Reply({"ok": True})), "did not answer as Prometheus's API does", "check the URL"),
    "NaN as JSON": (to_all(Reply(SOUND_VECTOR.replace(b'"1"]', b"NaN]"))), "did not answer as", "check the URL"),
    "1e999 as JSON": (to_all(Reply(SOUND_VECTOR.replace(b'"1"]', b"1e999]"))), "did not answer as", "check the URL"),
    "key twice": (
        to_all(Reply(SOUND_VECTOR.replace(b'{"status"', b'{"status": "error", "status"'))),
        "did not answer as Prometheus's API does",
        "check the URL",
    ),
    "nested without end": (to_all(Reply(b"[" * 100_000)), "did not answer as Prometheus's API does", "check the URL"),
    "error with status 200": (to_all(error(200, "internal", "oh")), "refused the query: internal: oh", "correct"),
    "success with status 500": (to_all(Reply(vector(1), 500)), "answered 500", "run again"),
    "no data member": (to_all(Reply({"status": "success"})), "is not a valid Prometheus response", "run again"),
    "data is text": (to_all(Reply({"status": "success", "data": "x"})), "is not a valid", "run again"),
    "another type": (to_all(Reply(success("string", [AT, "1"]))), "the query returns a text", "wrap it"),
    "several series": (series("1", "2"), "", ""),
    "NaN": (series("NaN"), "the query returns NaN at ", "0/0 is NaN"),
    "Inf": (series("+Inf"), "the query returns +Inf at ", "0/0 is NaN"),
    "no number": (series("ten"), "the answer holds the value 'ten', which is not a number", "run again"),
    "number without quotes": (series(1), "a value that is not written as text", "run again"),
    "null value": (series(None), "a value that is not written as text", "run again"),
    "warning": (series("1", warnings=["store is down"]), "may be partial or wrong: store is down", "fix"),
    "warning of another shape": (series("1", warnings="store is down"), "store is down", "fix"),
    "partial": (series("1", isPartial=True), "the answer is marked as partial", "fix"),
    "later": (moved(60), "was asked", "run again"),
    "long ago": (moved(-86400), "was asked", "run again"),
    "between seconds": (moved(-0.5), "a time that is not a whole second", "run again"),
    "contradiction": (conflicting, "", ""),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_an_error_with_a_remedy_and_the_others_are_judged(
    fault: str, spoilt: Endpoint, judged: Judged
) -> None:
    spoilt.answer, reason, remedy = FAULTS[fault]
    code, verdicts = judged()
    assert code == 4
    assert verdicts["sound"]["outcome"] == "PASS"
    for name in SPOILT:
        if fault == "several series" and name == "counter":
            continue  # counters may be many
        assert verdicts[name]["outcome"] == "ERROR", name
        assert reason in verdicts[name]["reasons"][0]
        assert remedy in verdicts[name]["remedy"]
        assert verdicts[name]["remedy"]
        assert "checker itself" not in verdicts[name]["reasons"][0]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            data(lambda call: success("vector" if call.path.endswith("query") else "matrix", [])),
            "absence is not zero",
        ),
        (data(lambda call: vector() if call.path.endswith("query") else matrix([])), "absence is not zero"),
    ],
)
def test_nothing_is_no_data(
    answer: Callable[[Call], Reply], words: str, spoilt: Endpoint, judged: Judged
) -> None:
    spoilt.answer = answer
    code, verdicts = judged()
    assert code == 3
    for name in SPOILT:
        assert verdicts[name]["outcome"] == "INCONCLUSIVE"
        assert words in verdicts[name]["reasons"][0]
        assert "noData: zero" in verdicts[name]["remedy"]
    assert verdicts["sound"]["outcome"] == "PASS"


def shortened(keep: Callable[[int], bool]) -> Callable[[Call], Reply]:
    """The sound answer without some of the points of its ranges; a point is so many seconds before the end."""

    def answer(call: Call) -> Reply:
        sound = call.ok()
        for each in sound["data"]["result"]:
            if "values" in each:
                each["values"] = [point for point in each["values"] if keep(AT - point[0])]
        return Reply(sound)

    return answer


@pytest.mark.parametrize(
    ("keep", "words"),
    [
        (lambda ago: ago > 240, "of the window's points are there, and 90 % are needed"),
        (lambda ago: ago % 300, "of the window's points are there, and 90 % are needed"),
        (lambda ago: ago < 300, "of the window's points are there, and 90 % are needed"),
    ],
    ids=["ended early", "with gaps", "began late"],
)
def test_a_window_with_gaps_is_not_measured(
    keep: Callable[[int], bool], words: str, spoilt: Endpoint, judged: Judged
) -> None:
    spoilt.answer = shortened(keep)
    code, verdicts = judged()
    assert code == 3
    for name in ("window", "counter", "gauge", "ratio"):
        assert verdicts[name]["outcome"] == "INCONCLUSIVE", name
        assert words in verdicts[name]["reasons"][0]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 0])
def test_what_passes_is_waited_for(status: int, spoilt: Endpoint, judged: Judged) -> None:
    """Three calls fail, and the fourth is answered: of one promise, so that the calls are in turn."""
    failing = None if status == 0 else Reply(b"busy", status, Retry_After="0")
    spoilt.in_turn(failing, failing, failing)
    code, verdicts = judged("--select", "*/once", "--select", "*/sound")
    assert code == 0
    assert verdicts["once"]["outcome"] == "PASS"
    assert len(spoilt.calls) == 4


def test_what_does_not_pass_is_given_up(spoilt: Endpoint, judged: Judged) -> None:
    spoilt.answer = to_all(Reply(b"", 503))
    code, _ = judged("--select", "*/once")
    assert code == 4
    assert len(spoilt.calls) == 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refusal_is_not_asked_again(status: int, spoilt: Endpoint, judged: Judged) -> None:
    spoilt.answer = to_all(Reply(b"", status))
    code, _ = judged("--select", "*/once")
    assert (code, len(spoilt.calls)) == (4, 1)


def test_a_wait_beyond_the_deadline_is_not_begun(spoilt: Endpoint, judged: Judged) -> None:
    spoilt.answer = to_all(Reply(b"", 429, Retry_After="3600"))
    begun = time.monotonic()
    code, verdicts = judged("--select", "*/once")
    assert time.monotonic() - begun < 20
    assert (code, len(spoilt.calls)) == (4, 1)
    assert "answered 429" in verdicts["once"]["reasons"][0]


def test_a_server_that_does_not_answer_is_left_at_the_deadline(spoilt: Endpoint, judged: Judged) -> None:
    def hang(call: Call) -> Reply:
        spoilt.closing.wait(30)
        return Reply(call.ok())

    spoilt.answer = hang
    begun = time.monotonic()
    code, verdicts = judged("--timeout", "1s")
    assert time.monotonic() - begun < 15
    assert code == 4
    for name in SPOILT:
        assert verdicts[name]["outcome"] == "ERROR"
        assert "before the deadline" in verdicts[name]["reasons"][0]
        assert "raise --timeout" in verdicts[name]["remedy"]
    assert verdicts["sound"]["outcome"] == "PASS"


def test_nobody_there(spoilt: Endpoint, judged: Judged) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        code, verdicts = judged(url=url)
    assert code == 4
    assert verdicts["sound"]["outcome"] == "PASS"
    for name in SPOILT:
        assert f"{url} cannot be reached (" in verdicts[name]["reasons"][0]
        assert verdicts[name]["remedy"] == "check the URL, the network and whether Prometheus is running"


def test_a_missing_token_spoils_its_own_promises_only(
    spoilt: Endpoint, judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOP_TOKEN")
    code, verdicts = judged()
    assert (code, spoilt.calls) == (4, [])
    assert verdicts["once"]["reasons"] == ["the environment variable SHOP_TOKEN holds no token"]
    assert verdicts["sound"]["outcome"] == "PASS"


def test_an_answer_without_end_is_not_read_to_it(
    spoilt: Endpoint, judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "MOST_BYTES", 2 << 20)
    spoilt.answer = to_all(Reply(b" " * (3 << 20)))
    code, verdicts = judged("--select", "*/once")
    assert code == 4
    assert verdicts["once"]["reasons"] == [f"the answer of {spoilt.url} is larger than 2 MiB"]
    assert verdicts["once"]["remedy"] == "aggregate the query to one series, or choose a longer period"
