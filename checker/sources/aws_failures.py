"""Explains failed calls to AWS: what went wrong, and the remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from checker.model import Failure
from checker.sources import SourceFailure
from checker.sources.redact import redact

_CODES = {
    "throttled": r"Throttl|TooManyRequests|RequestLimitExceeded|LimitExceeded|SlowDown|ProvisionedThroughputExceeded",
    "denied": r"AccessDenied|Unauthorized|Forbidden|OptInRequired",
    "credentials": r"ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|AuthFailure"
    r"|InvalidAccessKeyId|MissingAuthenticationToken|IncompleteSignature|RequestExpired",
}

_REMEDIES = {
    "throttled": "run again later, or ask AWS for a higher limit",
    "credentials": "renew the credentials (aws sso login, or a new token), and check them with "
    "'aws sts get-caller-identity'",
    "server": "AWS failed; run again, and look at the AWS health page if it persists",
    "unreachable": "check the network, the proxy, the region and the endpoint",
    "timeout": "check the network and the endpoint, and run again",
    "malformed": "the answer was not AWS's protocol; check what is behind the endpoint",
    "refused": "correct the query or the connection as the message says",
}

_SET_CREDENTIALS = (
    "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (in a pipeline, let it assume a role first), "
    "and check them with 'aws sts get-caller-identity'"
)
_LACKING = {
    "NoRegionError": "set AWS_DEFAULT_REGION, or name a DataSource with a region in the query's dataSourceRef "
    "(OpenSLO: metricSourceRef)",
    "NoCredentialsError": _SET_CREDENTIALS,
    "PartialCredentialsError": _SET_CREDENTIALS,
    "ProfileNotFound": "correct AWS_PROFILE, or the profile of the DataSource: 'aws configure list-profiles' "
    "lists those that exist",
}
"""By the name of boto3's exception, the remedy if the environment lacks something."""


@contextmanager
def failures(action: str) -> Iterator[None]:
    """Turns any exception of boto3 inside into a SourceFailure that names ``action`` and the remedy."""
    from botocore import exceptions as raised

    try:
        yield
    except SourceFailure:
        raise
    except raised.ClientError as error:
        raise SourceFailure(_client_error(error, action)) from None
    except Exception as error:
        kind = _kind_of(error)
        remedy = _LACKING.get(type(error).__name__, _REMEDIES[kind])
        raise SourceFailure(Failure(kind, f"{action}: {_text(error)}", remedy)) from None


def _kind_of(error: Exception) -> str:
    from botocore import exceptions as raised

    kinds: list[tuple[tuple[type[Exception], ...], str]] = [
        (
            (raised.NoCredentialsError, raised.PartialCredentialsError, raised.CredentialRetrievalError),
            "credentials",
        ),
        ((raised.SSOError, raised.TokenRetrievalError, raised.ProfileNotFound), "credentials"),
        ((raised.ReadTimeoutError, raised.ConnectTimeoutError), "timeout"),
        ((raised.HTTPClientError, raised.EndpointConnectionError), "unreachable"),
        ((raised.ConnectionError,), "unreachable"),
        ((raised.ParamValidationError, raised.InvalidRegionError), "refused"),
    ]
    for types, kind in kinds:
        if isinstance(error, types):
            return kind
    if isinstance(error, raised.BotoCoreError):
        return "malformed" if "pars" in type(error).__name__.lower() else "refused"
    # An exception that botocore does not wrap comes from parsing an answer: bad JSON, a wrong shape, a cut-off body.
    return "malformed"


def _client_error(error: Any, action: str) -> Failure:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    kind = next((kind for kind, codes in _CODES.items() if re.search(codes, code)), "")
    if not kind:
        kind = "server" if status >= 500 else "denied" if status == 403 else "refused"
    grant = f"grant the permission {action} to the identity that runs checker"
    return Failure(kind, f"{action}: {_text(error)}", grant if kind == "denied" else _REMEDIES[kind])


def _text(error: Exception) -> str:
    # botocore quotes in full an answer that it cannot parse. It may be one that holds credentials.
    message, _, _ = str(error).partition("Further retries may succeed:")
    words = " ".join(redact(message).split())
    return f"{type(error).__name__}: {words[:500]}" if words else type(error).__name__
