"""Errors as CloudWatch and STS put them on the wire.

An error has two names: the code that clients show (``ValidationError``), which the query protocol and the
``x-amzn-query-error`` header carry, and the shape of the JSON protocol (``ValidationException``).
"""

from __future__ import annotations

from typing import NamedTuple


class Shape(NamedTuple):
    """The JSON protocol's name of an error, and its HTTP status."""

    name: str
    status: int


SHAPES = {
    "AccessDenied": Shape("AccessDeniedException", 403),
    "ExpiredToken": Shape("ExpiredTokenException", 403),
    "InternalServiceError": Shape("InternalServiceFault", 500),
    "InvalidAction": Shape("UnknownOperationException", 400),
    "InvalidClientTokenId": Shape("UnrecognizedClientException", 403),
    "InvalidNextToken": Shape("InvalidNextToken", 400),
    "InvalidParameterCombination": Shape("InvalidParameterCombinationException", 400),
    "InvalidParameterValue": Shape("InvalidParameterValueException", 400),
    "MissingParameter": Shape("MissingRequiredParameterException", 400),
    "MalformedInput": Shape("SerializationException", 400),
    "ServiceUnavailable": Shape("ServiceUnavailableException", 503),
    "Throttling": Shape("ThrottlingException", 400),
    "ValidationError": Shape("ValidationException", 400),
}


class ApiError(Exception):
    """A request that is answered with an error."""

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.shape, default = SHAPES.get(code, Shape(code, 400))
        self.status = status or default
