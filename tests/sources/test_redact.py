"""What is taken out of texts before anybody reads them, and what is left in."""

from __future__ import annotations

import time

import pytest

from checker.sources.redact import redact

SECRET = "cAnArY7/x+y="


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"authorization=Basic {SECRET}",
        f"{{'Authorization': 'Bearer {SECRET}'}}",
        f"<SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>{SECRET}</SessionToken>",
        f"<SecretAccessKey>{SECRET}",
        f'{{"SecretAccessKey": "{SECRET}", "Token": "{SECRET}"}}',
        f'{{\\"SecretAccessKey\\": \\"{SECRET}\\"}}',
        f"aws_secret_access_key = {SECRET}",
        f"x-amz-security-token:{SECRET}",
        f"X-Api-Key: {SECRET}",
        f"https://example.com/?api_key={SECRET}&passwd={SECRET}",
        f"http://user:{SECRET}@example.com",
        f"http://user:a@{SECRET}@example.com/x",
        f"proxy http://user:{SECRET}@example.com:80, tried twice",
    ],
)
def test_credentials_are_taken_out(text: str) -> None:
    shown = redact(text)
    assert "cAnArY" not in shown
    assert "[redacted]" in shown


def test_what_a_variable_holds_is_taken_out_also_as_a_url_writes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", SECRET)
    assert redact(f"a {SECRET} b cAnArY7%2Fx%2By%3D c") == "a [redacted] b [redacted] c"


@pytest.mark.parametrize(
    "text",
    [
        "ExpiredTokenException: The security token included in the request is expired",
        "InvalidClientTokenId: The security token included in the request is invalid",
        "InvalidSignatureException: Signature expired: 20260131T120000Z is now earlier than 20260131T121000Z",
        "arn:aws:iam::123456789012:role/x at https://example.com:8443/a/b@c, and http://[::1]:80/x",
        "the key pass-rate: 5, and keys: a, b",
    ],
)
def test_the_rest_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_it_takes_no_long_time_over_a_long_text() -> None:
    began = time.process_time()
    for piece in ("://a:b", "token", "secret=", "AKIA", "<Token>", "authorization: "):
        redact(piece * (1_000_000 // len(piece)))
    assert time.process_time() - began < 10
