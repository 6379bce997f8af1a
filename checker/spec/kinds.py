"""Which model reads which document: the (apiVersion, kind) of every kind. A model is imported when it is first
needed."""

from __future__ import annotations

import importlib
from functools import cache

from checker.spec.fields import Spec

KINDS: dict[tuple[str, str], str] = {
    ("checker/v1", "Attestation"): "attestation",
    ("checker/v1", "MetricCatalog"): "metric_catalog",
    ("checker/v1", "Policy"): "policy",
    ("checker/v1", "Rule"): "rule",
    ("checker/v1", "SuccessCriteria"): "success_criteria",
    ("checker/v1", "Waiver"): "waiver",
    ("openslo/v1", "AlertCondition"): "alert_condition",
    ("openslo/v1", "AlertNotificationTarget"): "alert_notification_target",
    ("openslo/v1", "AlertPolicy"): "alert_policy",
    ("openslo/v1", "DataSource"): "data_source",
    ("openslo/v1", "SLI"): "sli",
    ("openslo/v1", "SLO"): "slo",
    ("openslo/v1", "Service"): "service",
}
"""The module in this package that holds the model; the model has the name of the kind."""


@cache
def model_of(api_version: str, kind: str) -> type[Spec]:
    """The model of a kind. Raises KeyError for one that is not in KINDS."""
    module = importlib.import_module(f"checker.spec.{KINDS[api_version, kind]}")
    model: type[Spec] = getattr(module, kind)
    return model
