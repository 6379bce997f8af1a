"""The values that travel through a run.

All of them are frozen, none does I/O, and none decides anything. Times are whole seconds since the epoch
in UTC; measured numbers are ``Fraction``s, so that nothing is rounded before it is compared. Absence is a
value with a reason (:class:`Absence`), never ``None`` or -1.

    Document ─▶ Catalog(Objective…) ─▶ Question ─▶ Exchange ─▶ Series | Absence ─▶ Verdict ─▶ Report
"""

from __future__ import annotations

from checker.model.catalog import Attestation, Catalog, ConnectionDeclaration, Proof, Waiver
from checker.model.document import Document, Finding, Level, Location, Origin, Path
from checker.model.exchange import (
    FIRST_MOMENT,
    LAST_MOMENT,
    WHOLE,
    Absence,
    Evidence,
    Exchange,
    Failure,
    PastValue,
    Point,
    Question,
    Request,
    Series,
    Share,
    asked_late,
    share_line,
)
from checker.model.indicator import Indicator, Query, Window
from checker.model.objective import (
    BASELINE,
    MIN_COVERAGE,
    AlertRule,
    Allowance,
    Budgeting,
    BurnCondition,
    CalendarWindow,
    Component,
    Evaluation,
    Method,
    Objective,
    Regression,
    Treatment,
    queries_of,
)
from checker.model.place import Place
from checker.model.verdict import (
    Alert,
    Budget,
    Evaluated,
    Exit,
    Outcome,
    Period,
    Regressed,
    Report,
    Slices,
    Verdict,
)

__all__ = [
    "BASELINE",
    "FIRST_MOMENT",
    "LAST_MOMENT",
    "MIN_COVERAGE",
    "WHOLE",
    "Absence",
    "Alert",
    "AlertRule",
    "Allowance",
    "Attestation",
    "Budget",
    "Budgeting",
    "BurnCondition",
    "CalendarWindow",
    "Catalog",
    "Component",
    "ConnectionDeclaration",
    "Document",
    "Evaluated",
    "Evaluation",
    "Evidence",
    "Exchange",
    "Exit",
    "Failure",
    "Finding",
    "Indicator",
    "Level",
    "Location",
    "Method",
    "Objective",
    "Origin",
    "Outcome",
    "PastValue",
    "Path",
    "Period",
    "Place",
    "Point",
    "Proof",
    "Query",
    "Question",
    "Regressed",
    "Regression",
    "Report",
    "Request",
    "Series",
    "Share",
    "Slices",
    "Treatment",
    "Verdict",
    "Waiver",
    "Window",
    "asked_late",
    "queries_of",
    "share_line",
]
