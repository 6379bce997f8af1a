"""Whose an SLO file is that was written for another tool: told by what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FAMILIES = {"sre.google.com/": "slo-generator", "sloth.slok.dev/": "Sloth", "pyrra.dev/": "Pyrra"}
"""Tools by how an ``apiVersion`` of theirs begins."""


def tool_of(data: Mapping[str, Any]) -> str:
    """The tool that ``checker import`` knows a document to be of; "" if it is of none."""
    match data:
        case {"apiVersion": str(version)}:
            return next((tool for start, tool in _FAMILIES.items() if version.startswith(start)), "")
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
