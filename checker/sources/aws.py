"""Connections to AWS. boto3 is imported only when a connection is made."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, Field, WithJsonSchema

from checker.model import ConnectionDeclaration, Failure, Request
from checker.sources import SourceFailure
from checker.sources.aws_failures import failures as failures
from checker.sources.query import ConnectionDetails, Given
from checker.sources.redact import redact

CONNECT_TIMEOUT = 3
READ_TIMEOUT = 20
ATTEMPTS = 5


def _endpoint(value: str) -> str:
    if "@" in value:
        raise ValueError(
            "a URL in a file must not hold a user name or password; credentials come from the environment"
        )
    return value


class AwsConnectionDetails(ConnectionDetails):
    """How to reach an AWS account; what is left out comes from the environment, as for the AWS CLI."""

    region: Given[str] = Field(default=None, description="The region, such as us-east-1.")
    profile: Given[str] = Field(default=None, description="The profile of the AWS configuration files.")
    roleArn: Given[str] = Field(default=None, description="The role to assume.")  # noqa: N815
    externalId: Given[str] = Field(default=None, description="The external id that the role requires.")  # noqa: N815
    endpoint: Given[
        Annotated[str, AfterValidator(_endpoint), WithJsonSchema({"type": "string", "pattern": "^[^@]*$"})]
    ] = Field(
        default=None,
        description="Another endpoint for every AWS service of this connection; the report names it.",
    )


class AwsConnection(NamedTuple):
    """The clients of one connection, by service, and facts about it: endpoint and region."""

    clients: Mapping[str, Any]
    connected: tuple[tuple[str, str], ...]


def connect(services: tuple[str, ...], declaration: ConnectionDeclaration) -> AwsConnection:
    """Clients for ``services``. Does no I/O beyond reading the AWS configuration. Raises SourceFailure."""
    from botocore.config import Config

    details = dict(declaration.details)
    attempts = {} if "AWS_MAX_ATTEMPTS" in os.environ else {"total_max_attempts": ATTEMPTS}
    config = Config(
        retries={"mode": "standard", **attempts},
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        max_pool_connections=16,
        user_agent_extra="slo-checker",
        # Parameters were validated by the query models, and AWS validates them again.
        parameter_validation=False,
    )
    with failures("connect"):
        session = _session(declaration.details, _environment())
        clients = {
            service: session.client(service, config=config, endpoint_url=details.get("endpoint"))
            for service in services
        }
    client = clients[services[0]]
    connected = (("endpoint", redact(client.meta.endpoint_url)), ("region", client.meta.region_name))
    return AwsConnection(clients, connected)


def _environment() -> tuple[tuple[str, str], ...]:
    """The environment variables that influence how AWS is reached."""
    return tuple(sorted((name, value) for name, value in os.environ.items() if name.startswith("AWS_")))


@lru_cache(maxsize=32)
def _session(details: tuple[tuple[str, str], ...], environment: tuple[tuple[str, str], ...]) -> Any:
    """One session for all connections with the same details: it loads the service models once, and assumes a role
    once."""
    import boto3

    named = dict(details)
    session = boto3.Session(profile_name=named.get("profile"), region_name=named.get("region"))
    _look_for_few_services(session)
    _leave_timestamps_alone(session)
    if "roleArn" in named:
        _assume(session, named)
    return session


def _look_for_few_services(session: Any) -> None:
    """Makes a service exist if there is a folder of its name. Otherwise botocore first looks into each of its four
    hundred folders, which takes longer than loading the models that are used."""
    from botocore.loaders import Loader

    class FewServices(Loader):  # type: ignore[misc]
        def list_available_services(self, type_name: str) -> list[str]:
            folders = filter(os.path.isdir, self.search_paths)
            return sorted({name for folder in folders for name in os.listdir(folder)})

    usual = session._session.get_component("data_loader")
    few = FewServices(list(usual.search_paths), include_default_search_paths=False)
    session._session.register_component("data_loader", few)


def _leave_timestamps_alone(session: Any) -> None:
    """Keeps timestamps as they are. For large answers, boto3 spends most of its time on datetimes, and the sources
    want epoch seconds anyway."""
    parsers = session._session.get_component("response_parser_factory")
    parsers.set_parser_defaults(timestamp_parser=lambda value: value)


def _assume(session: Any, details: Mapping[str, str]) -> None:
    from functools import partial

    from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
    from botocore.exceptions import NoCredentialsError

    inner, own = session._session, session.get_credentials()
    if own is None:  # which the fetcher does not check
        raise NoCredentialsError
    extra = {"RoleSessionName": "slo-checker"}
    if "externalId" in details:
        extra["ExternalId"] = details["externalId"]
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=partial(
            inner.create_client, region_name=details.get("region"), endpoint_url=details.get("endpoint")
        ),
        source_credentials=own,
        role_arn=details["roleArn"],
        extra_args=extra,
    )
    inner._credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")


def partition(region: str) -> str:
    """The AWS partition of a region, as ARNs name it: ``aws``, ``aws-cn`` or ``aws-us-gov``."""
    return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"


def account(details: Mapping[str, str]) -> str:
    """The account that a connection leads to, as ARNs name it: that of the role, or "*" if it is not known."""
    parts = details.get("roleArn", "").split(":")
    return parts[4] if len(parts) > 5 and parts[4] else "*"


def identity_request(source: str, declaration: ConnectionDeclaration) -> Request:
    """The request for the identity (account) behind a connection."""
    return Request(source, declaration, "GetCallerIdentity", {})


def identity(connection: AwsConnection) -> dict[str, Any]:
    """The identity behind a connection, in the form of a response with facts about the connection."""
    with failures("sts:GetCallerIdentity"):
        answer = connection.clients["sts"].get_caller_identity()
    return {"connected": {"account": answer["Account"], "arn": answer["Arn"]}}


def pages(
    action: str,
    call: Callable[..., Mapping[str, Any]],
    token_key: str,
    record: Callable[[Mapping[str, Any]], dict[str, Any]],
    most: int,
) -> list[dict[str, Any]]:
    """All pages of an answer, each as ``record`` returns it.

    ``call`` returns one page; to continue, it takes the token found under ``token_key`` as an argument of that name.
    Raises SourceFailure if a call fails, a token is repeated, or there are more than ``most`` pages.
    """
    recorded: list[dict[str, Any]] = []
    token, seen = "", set[str]()
    while True:
        with failures(action):
            answer = call(**({token_key: token} if token else {}))
            recorded.append(record(answer))
        token = token_of(action, answer, token_key)
        if not token:
            return recorded
        if token in seen or len(recorded) >= most:
            message = f"{action}: the answer does not end (page {len(recorded)} refers on again)"
            remedy = "run again; if it persists, check what is behind the endpoint"
            raise SourceFailure(Failure("malformed", message, remedy))
        seen.add(token)


def token_of(action: str, answer: Mapping[str, Any], key: str) -> str:
    """Where an answer goes on: the token found under ``key``; "" if it has ended. Raises SourceFailure if it is no
    text."""
    token = answer.get(key)
    if token is not None and not isinstance(token, str):
        message = f"{action}: the answer goes on at a {key} that is no text"
        raise SourceFailure(Failure("malformed", message, "check what is behind the endpoint"))
    return token or ""


def epoch(time: Any) -> Any:
    """A timestamp of an answer as epoch seconds, an int if it is a whole number. Text that is no time, or that
    states no zone, and other values are returned as they are, for the reader to refuse."""
    if type(time) is int:
        return time
    if isinstance(time, datetime):
        time = time.timestamp()
    elif isinstance(time, str):
        try:
            moment = datetime.fromisoformat(time)
        except ValueError:
            return time
        if moment.tzinfo is None:  # else the zone of this machine would decide
            return time
        time = moment.timestamp()
    return int(time) if isinstance(time, float) and time.is_integer() else time
