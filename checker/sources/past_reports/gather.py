"""Reads every report in a place, and extracts only what a baseline needs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from checker.model import Failure, Request
from checker.sources import SourceFailure
from checker.sources.past_reports.query import Bucket, bucket_of
from checker.sources.past_reports.report import ReportRefused, read_report
from checker.sources.past_reports.store import (
    MARK,
    MOST_REPORTS,
    FileRefused,
    Store,
    list_bucket,
    list_directory,
    read_key,
    read_path,
)

Facts = dict[str, Any]


def gather(request: Request, store: Store) -> Mapping[str, Any]:
    """``reports``: for each its ``name``, ``sha256``, whether it is marked ``invalid``, and the facts that
    ``read_report`` returns, or ``broken`` with the reason; ``foreign``: the names of files that are no reports.

    Raises SourceFailure if the place itself cannot be read.
    """
    place, objectives = str(request.parameters["place"]), list(request.parameters["objectives"])
    bucket = bucket_of(place)
    if request.parameters["pinned"]:
        names = [place.rsplit("/", 1)[-1]]
        marked: set[str] = set()
        base = place.removesuffix(names[0])
    else:
        found = list_directory(store, place) if bucket is None else list_bucket(store, bucket.folder)
        names = [name for name in found if name.lower().endswith(".json")]
        marked = {name.removesuffix(MARK) for name in found if name.endswith(MARK)}
        base = place if place.endswith("/") else f"{place}/"
    if len(names) > MOST_REPORTS:
        message = f"{place} holds {len(names):,} reports, and {MOST_REPORTS} is the most"
        raise SourceFailure(
            Failure("refused", message, "move old reports elsewhere, or name a folder of fewer")
        )
    reports: list[Facts] = []
    foreign: list[str] = []
    for name in names:
        facts = _one(store, base + name, name, objectives)
        if facts is None and not request.parameters["pinned"]:
            foreign.append(name)
        elif facts is None:
            reports.append({"name": name, "invalid": False, "broken": "it is not a report of checker"})
        elif not (request.parameters["pinned"] and facts.get("missing")):
            reports.append({"name": name, "invalid": name in marked, **facts})
    return {"reports": reports, "foreign": foreign}


def _one(store: Store, place: str, name: str, objectives: list[str]) -> Facts | None:
    """The facts of one report; None if the file does not claim to be a report."""
    bucket = bucket_of(place)
    try:
        data = read_path(store, place) if bucket is None else read_key(store, bucket)
    except FileRefused as refused:
        missing = isinstance(refused.__cause__, FileNotFoundError | NotADirectoryError)
        return {"broken": refused.message, **({"missing": True} if missing else {})}
    except SourceFailure as failed:
        if not _gone(failed.failure, bucket):
            raise
        return {"broken": failed.failure.message, "missing": True}
    digest = {"sha256": hashlib.sha256(data).hexdigest()}
    try:
        return {**digest, **read_report(data, objectives)}
    except ReportRefused as refused:
        return None if refused.foreign else {**digest, "broken": str(refused)}


def _gone(failure: Failure, bucket: Bucket | None) -> bool:
    """Whether the failure says that there is no such object. Only the beginning is compared, because a refusal may
    quote the object's name."""
    return bucket is not None and failure.message.startswith("s3:GetObject: NoSuchKey: ")
