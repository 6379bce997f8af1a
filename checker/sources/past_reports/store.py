"""Access to earlier reports in a directory or a bucket: their names, and the bytes of each."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.files import FileRefused, read_file
from checker.model import ConnectionDeclaration, Failure
from checker.sources import SourceFailure, aws
from checker.sources.past_reports.query import Bucket

MOST_REPORTS = 500
"""The most reports in one place. Each is read, because only the report itself says which moment it judged."""
MOST_ENTRIES = 20_000
"""The most files or keys that are listed."""
LIMIT = 32 * 1024 * 1024
"""The largest report that is read, in bytes."""
MARK = ".invalid"
"""The ending of a marker file: the report that has its name without this ending does not count."""


@dataclass
class Store:
    """Access to reports. The S3 client is made when a report is first read from S3."""

    declaration: ConnectionDeclaration
    root: Path
    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: aws.AwsConnection | None = None

    @property
    def connected(self) -> tuple[tuple[str, str], ...]:
        return self.connection.connected if self.connection else ()

    def open(self) -> aws.AwsConnection:
        """The clients for S3 and STS. Raises SourceFailure."""
        with self.lock:
            if self.connection is None:
                self.connection = aws.connect(("s3", "sts"), self.declaration)
        return self.connection


def read_path(store: Store, path: str) -> bytes:
    """The bytes of one file below the working directory. Raises FileRefused."""
    return read_file(path, limit=LIMIT, root=store.root)


def read_key(store: Store, place: Bucket) -> bytes:
    """The bytes of one object. Raises SourceFailure."""
    client = store.open().clients["s3"]
    with aws.failures("s3:GetObject"):
        body = client.get_object(Bucket=place.bucket, Key=place.key)["Body"]
        data: bytes = body.read(LIMIT + 1)
    if len(data) > LIMIT:
        message = f"s3://{place.bucket}/{place.key} has more than {LIMIT:,} bytes"
        raise SourceFailure(Failure("refused", message, "that is not a report; move it elsewhere"))
    return data


def list_directory(store: Store, directory: str) -> list[str]:
    """The files below a directory, relative to it and sorted; none if it does not exist. Raises SourceFailure.

    Links are not followed, and names that begin with a dot are ignored.
    """
    try:
        here = _without_links(store.root, directory)
        if not here.exists():
            return []
        if not here.is_dir():
            message = f"{directory!r} is not a directory"
            remedy = "name a directory as 'reports', or one file as 'report'"
            raise SourceFailure(Failure("refused", message, remedy))
        return sorted(_limited(_below(here, ""), directory))
    except OSError as error:
        message = f"{directory!r} cannot be listed: {(error.strerror or str(error)).lower()}"
        remedy = "name a directory that this user has the right to read"
        raise SourceFailure(Failure("refused", message, remedy)) from None


def _without_links(root: Path, directory: str) -> Path:
    """The directory below ``root``. Raises SourceFailure if a part of it is a link."""
    here = root
    for part in (part for part in directory.split("/") if part not in ("", ".")):
        here = here / part
        if here.is_symlink():
            message = f"{directory!r} is not read: {part!r} is a symbolic link"
            raise SourceFailure(Failure("refused", message, "name a path without links"))
    return here


def _below(directory: Path, prefix: str) -> Iterator[str]:
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _below(Path(entry.path), f"{prefix}{entry.name}/")
            else:
                yield prefix + entry.name


def list_bucket(store: Store, place: Bucket) -> list[str]:
    """The keys under a prefix, relative to it and sorted. Raises SourceFailure."""
    client = store.open().clients["s3"]
    with aws.failures("s3:ListBucket"):
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=place.bucket, Prefix=place.key)
        keys = (each["Key"] for page in pages for each in _whole(page, place))
        return sorted(
            _limited((key.removeprefix(place.key) for key in keys), f"s3://{place.bucket}/{place.key}")
        )


def _whole(page: Mapping[str, Any], place: Bucket) -> Iterable[Mapping[str, Any]]:
    """The objects on a page. boto3 takes one that is cut off, and does not say where it goes on, for the last."""
    if page.get("IsTruncated") and not page.get("NextContinuationToken"):
        message = f"s3:ListBucket: the listing of s3://{place.bucket}/{place.key} is cut off"
        remedy = "run again; if it persists, check what is behind the endpoint"
        raise SourceFailure(Failure("malformed", message, remedy))
    listed: Iterable[Mapping[str, Any]] = page.get("Contents", ())
    return listed


def _limited(names: Iterator[str], place: str) -> list[str]:
    found: list[str] = []
    for name in names:
        found.append(name)
        if len(found) > MOST_ENTRIES:
            message = f"{place} holds more than {MOST_ENTRIES:,} files"
            raise SourceFailure(Failure("refused", message, "keep the reports in a place of their own"))
    return found


__all__ = ["FileRefused", "Store", "list_bucket", "list_directory", "read_key", "read_path"]
