"""Which model reads which document: the (apiVersion, kind) of every kind, its model imported when first needed."""

from __future__ import annotations

import importlib
from functools import cache

from checker.spec.fields import Spec

KINDS: dict[tuple[str, str], str] = {
    ("checker/v1", "Attestation"): "attestation",
    ("checker/v1", "MetricCatalog"): "metric_catalog",
    ("checker/v1", "SuccessCriteria"): "success_criteria",
    ("checker/v1", "Waiver"): "waiver",
    ("openslo/v1", "DataSource"): "data_source",
    ("openslo/v1", "SLI"): "sli",
    ("openslo/v1", "SLO"): "slo",
}
"""The module in this package that holds the model named like the kind."""

OPENSLO_LATER = ("AlertCondition", "AlertNotificationTarget", "AlertPolicy", "Service")
"""Kinds of OpenSLO that exist and that checker does not read yet."""

OPENSLO_KEYS_LATER = frozenset({
    "alertPolicies", "calendar", "compositeWeight", "op", "raw", "rawType", "thresholdMetric", "timeSliceTarget",
    "timeSliceWindow", "value",
})  # fmt: skip
"""Keys of SLOs and SLIs that exist in OpenSLO and that checker does not read yet."""


@cache
def model_of(api_version: str, kind: str) -> type[Spec]:
    """The model of a kind. Raises KeyError for one that is not in KINDS."""
    module = importlib.import_module(f"checker.spec.{KINDS[api_version, kind]}")
    model: type[Spec] = getattr(module, kind)
    return model
