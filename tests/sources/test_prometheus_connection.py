"""How a Prometheus is reached: which URLs, what is sent to it, what never is, and what nobody gets to read."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from checker import evidence
from checker.load.catalog import load
from checker.model import ConnectionDeclaration, Evidence, Exchange, Request
from checker.sources import SourceFailure
from checker.sources.prometheus import address
from tests.sources.prometheus_asking import (
    AT,
    SOURCE,
    Call,
    Endpoint,
    Reply,
    endpoint,
    exchange,
    success,
    vector,
)

VARIABLES = ("PROMETHEUS_URL", "PROMETHEUS_TOKEN", "PROMETHEUS_HOSTS")


@pytest.fixture(scope="module")
def serving() -> Iterator[Endpoint]:
    with endpoint() as running:
        yield running


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, serving: Endpoint) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    serving.answer = lambda call: Reply(call.ok())
    serving.calls.clear()


def request(query: str = "up", **details: str) -> Request:
    declaration = ConnectionDeclaration("here" if details else "", tuple(sorted(details.items())))
    return Request("Prometheus", declaration, "query", {"query": query, "time": AT})


def sound(made: Exchange) -> Exchange:
    assert made.failure is None, made.failure
    return made


def refused(**details: str) -> tuple[str, str]:
    """Why no connection is made, and the remedy."""
    with pytest.raises(SourceFailure) as refusal:
        SOURCE.connect(request(**details).connection, time.monotonic() + 9)
    failure = refusal.value.failure
    assert failure.kind == "refused"
    assert failure.remedy
    return failure.message, failure.remedy


def test_the_environment_says_where_it_is(serving: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_URL", f"{serving.url}/prometheus/")
    made = sound(exchange(request()))
    (call,) = serving.calls
    assert (call.method, call.path) == ("GET", "/prometheus/api/v1/query")
    assert call.fields == {"query": "up", "time": str(AT)}
    assert made.connected == (("url", f"{serving.url}/prometheus"),)
    assert {"Authorization", "X-Scope-Orgid", "Cookie"} & {name.title() for name in call.headers} == set()


def test_without_a_url_there_is_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    message, remedy = refused()
    assert message == (
        "the address of Prometheus is not known: there is no url in the DataSource, and PROMETHEUS_URL is not set"
    )
    assert (
        remedy
        == "set PROMETHEUS_URL, or name a DataSource with a url in the query's dataSourceRef (OpenSLO: metricSourceRef)"
    )
    monkeypatch.setenv("PROMETHEUS_URL", "prometheus:9090")
    assert refused()[0].startswith("PROMETHEUS_URL: this is not an http or https URL")


def test_what_is_sent_comes_from_the_variables_that_are_named(
    serving: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_TOKEN", " token-canary \n")
    monkeypatch.setenv("SHOP_HEADERS", "X-Api-Key: key-canary\n\nTHANOS-TENANT:  shop\n")
    details = {"tokenEnv": "SHOP_TOKEN", "headersEnv": "SHOP_HEADERS", "tenant": "team a|team b"}
    made = sound(exchange(request(url=serving.url, **details)))
    sent = {name.title(): text for name, text in serving.calls[0].headers.items()}
    assert sent["Authorization"] == "Bearer token-canary"
    assert (sent["X-Api-Key"], sent["Thanos-Tenant"]) == ("key-canary", "shop")
    assert sent["X-Scope-Orgid"] == "team a|team b"
    assert made.connected == (("tenant", "team a|team b"), ("url", serving.url))


def test_the_operators_token_goes_to_the_operators_address_only(
    serving: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_TOKEN", "token-canary")
    sound(exchange(request(url=serving.url)))
    assert "Authorization" not in serving.calls[-1].headers
    monkeypatch.setenv("PROMETHEUS_URL", serving.url)
    sound(exchange(request(tenant="shop")))
    assert serving.calls[-1].headers["Authorization"] == "Bearer token-canary"


def test_a_user_in_the_environments_url_is_sent_and_never_shown(
    serving: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_URL", serving.url.replace("//", "//reader:p%40ss-canary@"))
    made = sound(exchange(request()))
    encoded = serving.calls[0].headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(encoded) == b"reader:p@ss-canary"
    assert made.connected == (("url", serving.url),)
    assert "canary" not in repr(SOURCE.connect(request().connection, time.monotonic() + 9))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "the environment variable SHOP_TOKEN holds no token"),
        ("  ", "the environment variable SHOP_TOKEN holds no token"),
        ("two words-canary", "the value of SHOP_TOKEN is not a token: it has spaces or other characters"),
        (
            "line\r\nX-Evil: canary",
            "the value of SHOP_TOKEN is not a token: it has spaces or other characters",
        ),
    ],
)
def test_a_token_that_is_none_is_refused_unseen(
    value: str | None, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if value is not None:
        monkeypatch.setenv("SHOP_TOKEN", value)
    said, remedy = refused(url="http://127.0.0.1", tokenEnv="SHOP_TOKEN")
    assert said == message
    assert remedy in ("set SHOP_TOKEN, or correct tokenEnv", "correct SHOP_TOKEN")


@pytest.mark.parametrize(
    "value", [None, "", "canary", "Name canary", "Bad Name: canary", "A: b\n: canary", "A: ü"]
)
def test_headers_that_are_none_are_refused_unseen(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if value is not None:
        monkeypatch.setenv("SHOP_HEADERS", value)
    message, remedy = refused(url="http://127.0.0.1", headersEnv="SHOP_HEADERS")
    assert message in (
        "the environment variable SHOP_HEADERS holds no headers",
        "a line of SHOP_HEADERS is not a header",
    )
    assert "canary" not in message + remedy


NO_URL = "this is not an http or https URL; write it as in https://prometheus.example.com:9090"
NO_HOST = "the URL's host is neither a name nor an address such as 192.0.2.7"
RESERVED = "this address is link-local or reserved for the cloud"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", NO_URL), ("prometheus", NO_URL), ("prometheus:9090", NO_URL), ("file:///etc/passwd", NO_URL),
        ("ftp://prometheus", NO_URL), ("gopher://prometheus", NO_URL), ("http://", NO_URL), ("http:///x", NO_URL),
        ("http://p:port", "this is not a URL"), ("http://p:99999", "this is not a URL"),
        ("http://[::1", "this is not a URL"),
        ("http://p/?a=canary", "the URL ends with its path"), ("http://p/#canary", "the URL ends with its path"),
        ("http://p/a b", "the URL holds a space"), ("http://p\\@169.254.169.254/", "the URL holds a space"),
        ("http://u:pw-canary@p", "a URL in a file must not hold a user name or password"),
        ("http://pw-canary@p", "a URL in a file must not hold a user name or password"),
        ("http://2852039166/", NO_HOST), ("http://0xA9FEA9FE/", NO_HOST), ("http://169.254.43518", NO_HOST),
        ("http://0251.0376.0251.0376", NO_HOST), ("http://127.1", NO_HOST), ("http://0x7f.1", NO_HOST),
        ("http://-p", NO_HOST), ("http://p..", NO_HOST), ("http://①②⑦.0.0.1", "a character that has no place in a URL"),
        ("http://169.254.169.254/latest", RESERVED), ("http://[::ffff:169.254.169.254]", RESERVED),
        ("http://[::ffff:a9fe:a9fe]:9090", RESERVED), ("http://[fe80::1]", RESERVED), ("http://[fe80::1%25eth0]", ""),
        ("http://[fd00:ec2::254]", RESERVED), ("http://[2002:a9fe:a9fe::1]", RESERVED), ("http://0.0.0.0", RESERVED),
        ("http://[::]", RESERVED), ("http://224.0.0.1", RESERVED), ("http://100.100.100.200", RESERVED),
        ("http://168.63.129.16", RESERVED),
    ],
)  # fmt: skip
def test_a_url_that_leads_elsewhere_than_it_looks_is_refused(url: str, words: str) -> None:
    message, remedy = refused(url=url)
    assert message.startswith("url: ")
    assert words in message
    assert "canary" not in message + remedy


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://prometheus", "http://prometheus"),
        ("HTTP://Prometheus:80/", "http://prometheus"),
        ("https://mimir.example.com:8443/prometheus/", "https://mimir.example.com:8443/prometheus"),
        ("http://prometheus_server:9090", "http://prometheus_server:9090"),
        ("http://prom.svc.cluster.local.", "http://prom.svc.cluster.local."),
        ("http://10.0.0.7:9090", "http://10.0.0.7:9090"),
        ("http://[fd12::7]:9090/p", "http://[fd12::7]:9090/p"),
        ("https://3scale", "https://3scale"),
    ],
)
def test_a_url_that_is_one_is_shown_in_full(url: str, shown: str) -> None:
    connection = SOURCE.connect(request(url=url).connection, time.monotonic() + 9)
    assert connection.connected == (("url", shown),)


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"tokenEnv": "eyJhbGciOi.canary"}, "tokenEnv: this is the name of an environment variable"),
        ({"headersEnv": "X-Api-Key: canary"}, "headersEnv: this is the name of an environment variable"),
        ({"tenant": "a\r\nX-Evil: canary"}, "tenant: a tenant is up to 150 printable characters"),
        ({"token": "canary"}, "token: Extra inputs are not permitted"),
    ],
)
def test_a_secret_in_a_file_is_refused_and_not_repeated(details: dict[str, str], words: str) -> None:
    message, remedy = refused(url="http://127.0.0.1", **details)
    assert message.startswith(words)
    assert "canary" not in message + remedy


def test_a_url_that_is_no_text_is_a_finding_and_no_crash(tmp_path: Path) -> None:
    file = tmp_path / "source.yaml"
    file.write_text(
        "apiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: metrics}\n"
        "spec: {type: Prometheus, connectionDetails: {url: 5}}\n",
        encoding="utf-8",
    )
    messages = [finding.message for finding in load([str(file)]).findings]
    assert "expected a URL as text, such as https://prometheus.example.com:9090" in messages


def test_the_operator_can_say_which_hosts_may_be_asked(
    serving: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = serving.url.rpartition(":")[2]
    monkeypatch.setenv("PROMETHEUS_HOSTS", f"mimir.example.com, 127.0.0.1:{port}")
    sound(exchange(request(url=serving.url)))
    SOURCE.connect(request(url="https://Mimir.example.com:8443").connection, time.monotonic() + 9)
    message, remedy = refused(url="http://127.0.0.1:1")
    assert message == "127.0.0.1:1 is not among the hosts that PROMETHEUS_HOSTS allows"
    assert "PROMETHEUS_HOSTS" in remedy
    monkeypatch.setenv("PROMETHEUS_HOSTS", "")
    assert "is not among the hosts" in refused(url=serving.url)[0]


def test_a_name_that_leads_to_a_reserved_address_is_not_asked(
    serving: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "token-canary")
    monkeypatch.setattr(address, "REFUSED_NETWORKS", (ipaddress.ip_network("127.0.0.0/8"),))
    url = serving.url.replace("127.0.0.1", "localhost")
    failure = exchange(request(url=url, tokenEnv="SHOP_TOKEN")).failure
    assert failure is not None
    assert failure.kind == "refused"
    assert failure.message == (
        f"{url} leads to 127.0.0.1, which is link-local or reserved for the cloud; nothing was sent"
    )
    assert serving.calls == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_takes_no_credentials_along(
    status: int, serving: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "token-canary")
    with endpoint() as other:
        target = other.url.replace("//", "//user:pw-canary@") + "/?t=canary"
        serving.answer = lambda call: Reply(status=status, Location=target)
        failure = exchange(request(url=serving.url, tokenEnv="SHOP_TOKEN")).failure
        assert (other.calls, other.connections, len(serving.calls)) == ([], 0, 1)
    assert failure is not None
    assert failure.kind == "refused"
    assert failure.message == (
        f"{serving.url} answered {status} and redirected to 127.0.0.1; redirects are not followed"
    )
    assert failure.remedy == "put the URL it should be into the DataSource or PROMETHEUS_URL"


def test_proxies_of_the_environment_are_ignored(serving: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    with endpoint() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        sound(exchange(request(url=serving.url)))
        assert (len(serving.calls), proxy.connections) == (1, 0)


def test_a_connection_is_kept_and_used_again(serving: Endpoint) -> None:
    before = serving.connections
    connection = SOURCE.connect(request(url=serving.url).connection, time.monotonic() + 9)
    for number in range(20):
        SOURCE.send(request(f"up + {number}", url=serving.url), connection)
    assert len(serving.calls) == 20
    assert serving.connections - before == 1


def test_a_host_may_be_an_address_of_the_new_kind(serving: Endpoint) -> None:
    made = exchange(request(url="http://[::1]:9/p"))
    assert made.connected == (("url", "http://[::1]:9/p"),)
    assert made.failure is not None
    assert made.failure.message.startswith(
        "http://[::1]:9/p cannot be reached (Failed to establish a new connection"
    )


def test_nothing_is_imported_to_validate_or_to_replay(tmp_path: Path) -> None:
    file, kept = tmp_path / "criteria.yaml", tmp_path / "evidence.jsonl"
    file.write_text(
        "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: a}\nspec:\n  window: 1h\n  criteria:\n"
        "    - {name: b, indicator: {source: Prometheus, query: up}, target: '== 1'}\n",
        encoding="utf-8",
    )
    answer = {"data": vector("1")["data"], "warnings": [], "infos": []}
    made = Evidence(AT, (Exchange(request("up"), answer),))
    kept.write_text(evidence.dump(made), encoding="utf-8")
    script = (
        "import sys; from checker.cli import main; "
        f"codes = main(['validate', {str(file)!r}]), main(['run', {str(file)!r}, '--replay', {str(kept)!r}, '-q']);"
        "print(*map(int, codes), {'urllib3', 'ssl'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "0 0 set()"


def test_a_long_query_is_posted(serving: Endpoint) -> None:
    query = " + ".join(f'up{{n="{number} & ü"}}' for number in range(300))
    sound(exchange(request(query, url=serving.url)))
    (call,) = serving.calls
    assert call.method == "POST"
    assert call.fields == {"query": query, "time": str(AT)}


def test_what_the_server_repeats_of_our_secrets_is_taken_out(
    serving: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "token-canary")
    monkeypatch.setenv("SHOP_HEADERS", "X-Api-Key: key-canary")
    monkeypatch.setenv("PROMETHEUS_URL", serving.url.replace("//", "//reader:word-canary@"))
    basic = base64.b64encode(b"reader:word-canary").decode()

    def seen(call: Call) -> str:
        return (
            f"{call.headers['Authorization']} {call.headers.get('X-Api-Key')} word-canary reader:word-canary"
        )

    def label(call: Call) -> Reply:
        series = {"metric": {"seen": seen(call)}, "value": [AT, "1"]}
        return Reply(success("vector", [series], infos=[seen(call)]))

    def error(call: Call) -> Reply:
        return Reply({"status": "error", "errorType": "bad_data", "error": seen(call)}, status=400)

    named = request(url=serving.url, tokenEnv="SHOP_TOKEN", headersEnv="SHOP_HEADERS")
    for asked, secrets in ((named, ("token-canary", "key-canary")), (request(), ("word-canary", basic))):
        for answer in (label, error):
            serving.answer = answer
            made = exchange(asked)
            assert not [secret for secret in secrets if secret in str((made.response, made.failure))]
            assert str((made.response, made.failure)).count("[redacted]") >= 2
        assert "canary" not in repr(SOURCE.connect(asked.connection, time.monotonic() + 9))


@pytest.mark.parametrize(
    ("header", "secrets"),
    [
        ("Authorization: Bearer word-canary", ["word-canary"]),
        (
            f"Authorization: Basic {base64.b64encode(b'reader:word-canary').decode()}",
            [base64.b64encode(b"reader:word-canary").decode(), "word-canary"],
        ),
    ],
)
def test_a_secret_is_taken_out_also_without_its_scheme_and_however_json_spells_it(
    header: str, secrets: list[str], serving: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_HEADERS", header)
    escaped = ["".join(f"\\u{ord(each):04x}" for each in secret) for secret in secrets]
    said = json.dumps([*secrets, "ESCAPED"]).replace("ESCAPED", " ".join(escaped))
    labels = f'{{"metric": {{"seen": "{escaped[-1]}", "{escaped[0]}": "x"}}, "value": [{AT}, "1"]}}'
    body = (
        f'{{"status": "success", "infos": {said}, "data": {{"resultType": "vector", "result": [{labels}]}}}}'
    )
    serving.answer = lambda call: Reply(body.encode())
    made = exchange(request(url=serving.url, headersEnv="SHOP_HEADERS"))
    assert made.failure is None
    assert not [secret for secret in secrets if secret in str(made.response)]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate for 127.0.0.1 that signs itself, and its key: the names of their files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificates")
    pem = folder / "ca.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret = folder / "key.pem"
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return str(pem), str(secret)


def test_https_trusts_the_named_certificates_and_no_others(
    certificates: tuple[str, str], tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificates)
    with endpoint(context) as secure:
        sound(exchange(request(url=secure.url, caFile=certificates[0])))
        assert len(secure.calls) == 1
        for details in (
            {"url": secure.url},
            {"url": secure.url.replace("127.0.0.1", "localhost"), "caFile": certificates[0]},
        ):
            failure = exchange(request(**details)).failure
            assert failure is not None
            assert failure.kind == "unreachable"
            assert "no trusted connection" in failure.message
            assert failure.remedy == "name the certificates to trust in caFile, and check the host's name"
        assert len(secure.calls) == 1
    nothing = tmp_path / "empty.pem"
    nothing.write_text("no certificate", encoding="ascii")
    assert refused(url=secure.url, caFile=str(nothing))[0] == "caFile holds no certificates in PEM"
    assert refused(url=secure.url, caFile=str(tmp_path))[0].endswith("is a directory, not a file")
    assert "caFile: " in refused(url=secure.url, caFile=str(tmp_path / "none.pem"))[0]
