"""Recognises SLO files of other tools by their content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FAMILIES = {"sre.google.com": "slo-generator", "sloth.slok.dev": "Sloth", "pyrra.dev": "Pyrra"}
"""Tools by what stands before the slash in their ``apiVersion``."""


def tool_of(data: Mapping[str, Any]) -> str:
    """The name of the tool whose document this is, among those that ``checker import`` knows; "" if none."""
    match data:
        case {"apiVersion": str(version)}:
            family, slash, _ = version.partition("/")
            return _FAMILIES.get(family, "") if slash else ""
        case {"apiVersion": _}:
            return ""
        case {"version": str(version), "slos": _} | {"version": str(version), "service": _}:
            return "Sloth" if version.startswith("prometheus/") else ""
        case {"slo_target": _, "backend": _} | {"slo_name": _, "backend": _}:
            return "slo-generator"
        case {"error_budget_policies": _} | {"error_budget_policy_step_name": _}:
            return "slo-generator"
        case {"backends": dict(), "exporters": dict()}:
            return "slo-generator"
        case {"kind": _}:
            return ""
        case {"indicators": dict()}:
            return "Keptn"
        case {"objectives": _, "comparison": _} | {"objectives": _, "total_score": _}:
            return "Keptn"
        case {"objectives": _, "spec_version": _}:
            return "Keptn"
    return ""
