"""What a run would ask, before anything is asked: requests, calls, cost, and the permissions that they need. Pure.

A plan is made of the same requests that a live run sends; nothing here connects to a source.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from checker import sources
from checker.measure import requests_of
from checker.model import Catalog, Objective, Question, Request
from checker.questions import questions_of


class Asking(NamedTuple):
    """What one objective asks: its resolved queries, and the requests that carry them."""

    objective: Objective
    queries: tuple[str, ...]
    requests: tuple[Request, ...]


class Plan(NamedTuple):
    """What a run would ask. ``requests`` holds all requests; objectives share one where they can."""

    at: int
    askings: tuple[Asking, ...]
    requests: tuple[Request, ...]

    @property
    def priced(self) -> dict[str, int | None]:
        """The number of each priced unit, by its name; None if it is not known before asking."""
        total: dict[str, int | None] = {}
        for request in self.requests:
            for name, quantity in sources.find(request.source).priced(request):
                known = total.get(name, 0)
                total[name] = None if known is None or quantity is None else known + quantity
        return dict(sorted(total.items()))

    @property
    def cost(self) -> Fraction:
        """The price of everything that is known before asking, in the price list's currency."""
        return sum((price(name) * (quantity or 0) for name, quantity in self.priced.items()), Fraction(0))


def points_of(requests: Iterable[Request]) -> int:
    """How many points complete answers hold, for the sources that can tell. How many samples these points stand for
    is known only from the answers."""
    return sum(getattr(sources.find(each.source), "points", lambda request: 0)(each) for each in requests)


def make_plan(catalog: Catalog, objectives: Sequence[Objective], at: int) -> Plan:
    """The plan of a run over ``objectives`` at the moment ``at``."""
    asked = [(objective, list(questions_of(objective, catalog, at).values())) for objective in objectives]
    askings = tuple(
        Asking(objective, tuple(map(_described, questions)), tuple(requests_of(questions)))
        for objective, questions in asked
    )
    together = requests_of([question for _, questions in asked for question in questions])
    return Plan(at, askings, tuple(together))


def _described(question: Question) -> str:
    return sources.find(question.query.source).describe(question)


@cache
def prices() -> Mapping[str, Any]:
    """The dated price list that ships with checker."""
    listed: Mapping[str, Any] = json.loads((files("checker") / "prices.json").read_text(encoding="utf-8"))
    return listed


def price(name: str) -> Fraction:
    """The list price of one unit, in the price list's currency. Raises KeyError for a unit that is not listed."""
    return Fraction(prices()["prices"][name])


def iam_policy(plan: Plan) -> dict[str, Any]:
    """The least privilege that this plan needs, as an IAM policy with one statement for each set of resources.

    It includes what explains an empty answer (ListMetrics), because a run may ask that too; and assuming the roles
    of connections, which the identity of the environment needs, while all other actions are those of the roles.
    """
    allowed: dict[tuple[str, ...], set[str]] = {}
    for request in plan.requests:
        role = dict(request.connection.details).get("roleArn")
        if (
            request.operation == "GetCallerIdentity" and role is not None
        ):  # there is one for each connection to AWS
            allowed[(role,)] = {"sts:AssumeRole"}
    for request in plan.requests:
        source = sources.find(request.source)
        resources = source.resources(request)
        operations = source.ACTIONS if resources == ("*",) else {request.operation: ()}
        for action in (action for operation in operations for action in source.ACTIONS.get(operation, ())):
            anywhere = action in getattr(source, "ANY_RESOURCE", ())
            allowed.setdefault(("*",) if anywhere else resources, set()).add(action)
    statements = [
        {
            "Effect": "Allow",
            "Action": sorted(actions),
            "Resource": resources[0] if len(resources) == 1 else list(resources),
        }
        for resources, actions in sorted(allowed.items())
    ]
    return {"Version": "2012-10-17", "Statement": statements}
