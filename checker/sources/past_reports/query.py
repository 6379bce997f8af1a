"""The model of a baseline: which earlier reports, which of them count, and how their values are combined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from pydantic import ConfigDict, Field, model_validator

from checker.sources import Problem, query
from checker.sources.query import Given


class PastReportsQuery(query.Query):
    """Earlier reports of checker (``-f json=…``): one that is pinned, or the latest in a directory or bucket."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["report"]}, {"required": ["reports"]}]}
    )

    source: Literal["PastReports"] = Field(
        default="PastReports", description="Reads earlier reports; the default in a baseline."
    )
    report: Given[str] = Field(
        default=None,
        min_length=1,
        description="One report: a file below the working directory, or s3://bucket/key.",
    )
    sha256: Given[str] = Field(
        default=None,
        pattern="^[0-9a-f]{64}$",
        description="The SHA-256 digest of that report, in hexadecimal; a report with another digest is an error.",
    )
    reports: Given[str] = Field(
        default=None,
        min_length=1,
        description="All .json reports in a directory below the working directory, including its subdirectories, "
        "or in the folder s3://bucket/folder/.",
    )
    last: int = Field(
        default=1, ge=1, le=100, description="How many of the latest eligible reports are taken."
    )
    aggregate: str = Field(
        default="median",
        pattern=r"^(mean|median|min|max|p[1-9][0-9]?)$",
        description="How several are combined: median, mean, min, max, or a percentile such as p90.",
    )
    minReports: int = Field(  # noqa: N815
        default=1, ge=1, le=100, description="With fewer eligible reports there is no baseline."
    )
    passed: Literal["objective", "release", "any"] = Field(
        default="objective",
        description="Which reports count: those in which this promise passed, those whose release was allowed, or any.",
    )
    exclude: tuple[str, ...] = Field(
        default=(),
        description="Names of reports that never count, relative to the directory or folder. "
        "A file with the name of the report and .invalid at its end has the same effect.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> PastReportsQuery:
        if (self.report is None) == (self.reports is None):
            raise ValueError("name either one 'report', or the place of several as 'reports'")
        if self.report is None and self.sha256 is not None:
            raise ValueError("'sha256' is the digest of one 'report'")
        if self.report is not None and {"last", "exclude", "minReports"} & self.model_fields_set:
            raise ValueError("'last', 'exclude' and 'minReports' are about several 'reports', not about one")
        if self.minReports > self.last:
            raise ValueError(f"there can never be {self.minReports} reports of the last {self.last}")
        return self

    @property
    def place(self) -> str:
        """The place of the reports, as written."""
        return self.report or self.reports or ""


class Bucket(NamedTuple):
    """A place in S3: a key, or a folder."""

    bucket: str
    key: str

    @property
    def folder(self) -> Bucket:
        """The folder of this name: ``prod`` without what is in ``prod-eu``."""
        return self if not self.key or self.key.endswith("/") else Bucket(self.bucket, f"{self.key}/")


_BUCKET = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(.*)")


def bucket_of(place: str) -> Bucket | None:
    """The place in S3; None if ``place`` is in the file system."""
    found = _BUCKET.fullmatch(place)
    return Bucket(found[1], found[2]) if found else None


def check(asked: PastReportsQuery, window: int | None) -> Iterator[Problem]:
    """Places that are neither below the working directory nor in S3."""
    key, place = ("report" if asked.report is not None else "reports"), asked.place
    if place.startswith("s3:"):
        bucket = bucket_of(place)
        if bucket is None or (asked.report is not None and (not bucket.key or bucket.key.endswith("/"))):
            what = "s3://bucket/key.json" if asked.report is not None else "s3://bucket/folder/"
            yield Problem(key, f"{place} is not a place in S3", f"write it as in {what}")
    elif re.match(r"/|~|[A-Za-z][A-Za-z0-9+.-]*:", place) or "\\" in place or ".." in place.split("/"):
        yield Problem(
            key, f"{place} is not a path below the working directory", "write it as in reports/monthly"
        )
