"""A plan as text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from checker import display
from checker.model import Request
from checker.plan import Plan, iam_policy, points_of, price, prices
from checker.reports.clean import line
from checker.reports.findings import wrapped
from checker.reports.json_text import json_text


def plan_text(plan: Plan, width: int) -> str:
    """The plan for people: what each promise asks, then the totals. Each query stays on one line."""
    lines = [f"PLAN for {display.moment(plan.at)}: nothing has been queried", ""]
    for asking in plan.askings:
        lines.append(line(f"{asking.objective.name}  ({asking.objective.location})"))
        lines += (f"  asks  {line(query)}" for query in asking.queries)
        lines += (f"  over  {window}" for window in dict.fromkeys(map(_window, asking.requests)) if window)
        points = points_of(asking.requests)
        lines += [f"  for   {points} points if none is missing"] if points else []
    lines += ["", f"requests  {len(plan.requests)}, shared between promises where possible"]
    lines += (f"          {count} x {name}" for name, count in _counted(plan).items())
    if points := points_of(plan.requests):
        lines.append(f"points    {points} if none is missing; only the answers show how many samples")
    lines += ["", *wrapped(_cost(plan), "cost      ", " " * 10, width)]
    for item in _items(plan):
        lines += wrapped(item, " " * 10, " " * 12, width)
    actions = [action for statement in iam_policy(plan)["Statement"] for action in statement["Action"]]
    named = f"{', '.join(sorted(set(actions)))} (the policy: checker plan --iam)"
    needs = named if actions else "no AWS permission"
    lines += ["", *wrapped(needs, "needs     ", " " * 10, width)]
    return "\n".join(lines) + "\n"


def _counted(plan: Plan) -> dict[str, int]:
    return dict(sorted(Counter(f"{each.source} {each.operation}" for each in plan.requests).items()))


def _window(request: Request) -> str:
    start, end = request.parameters.get("StartTime"), request.parameters.get("EndTime")
    if not isinstance(start, int) or not isinstance(end, int):
        return ""
    return f"{display.moment(start)} to {display.moment(end)}"


def _cost(plan: Plan) -> str:
    known = f"{_money(plan.cost)} USD"
    unknown = [name for name, quantity in plan.priced.items() if quantity is None]
    return f"{known} plus the cost of {' and '.join(unknown)}" if unknown else known


def _items(plan: Plan) -> Iterator[str]:
    for name, quantity in plan.priced.items():
        many = "an unknown number" if quantity is None else str(quantity)
        yield f"{many} x {name} at {_money(price(name))} USD (list price of {prices()['dated']})"


def _money(amount: Fraction) -> str:
    return display.number(amount, up=True)


def plan_json(plan: Plan) -> str:
    """The plan for programs: sorted keys, amounts as decimal text."""
    plan_values: dict[str, Any] = {
        "schemaVersion": "1",
        "at": display.moment(plan.at),
        "objectives": [
            {
                "name": asking.objective.name,
                "location": str(asking.objective.location),
                "queries": list(asking.queries),
                "requests": [_request(each) for each in asking.requests],
                "expectedPoints": points_of(asking.requests),
                "minSamples": asking.objective.min_samples,
            }
            for asking in plan.askings
        ],
        "requests": [_request(each) for each in plan.requests],
        "calls": _counted(plan),
        "expectedPoints": points_of(plan.requests),
        "cost": {
            "currency": prices()["currency"],
            "known": _money(plan.cost),
            "pricesDated": prices()["dated"],
            "items": [
                {"unit": name, "quantity": quantity, "price": _money(price(name))}
                for name, quantity in plan.priced.items()
            ],
        },
        "iamPolicy": iam_policy(plan),
    }
    return json_text(plan_values)


def _request(request: Request) -> dict[str, Any]:
    return {
        "source": request.source,
        "dataSource": request.connection.name,
        "operation": request.operation,
        "parameters": request.parameters,
    }
