"""Reads recorded listings of alarms into series: pure, and with checks for contradictions.

No alarm at all is no data, never "all OK"; so is a named alarm that does not exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from checker import display
from checker.hidden import can_be_shown
from checker.model import Absence, Exchange, Point, Question, Series
from checker.sources.cloudwatch_alarms.ask import Listing, listings_in, listings_of
from checker.sources.cloudwatch_alarms.query import TYPES, CloudWatchAlarmsQuery, unit
from checker.sources.recorded import not_recorded, settle

STATES = ("ALARM", "INSUFFICIENT_DATA", "OK")
MOST_NOTES = 20
LONGEST_REASON = 200
LAST_MOMENT = 253_402_300_800
"""The end of the year 9999."""
LATER = 60
"""A change of state this many seconds after the run's moment gets a note."""

Answers = Mapping[Listing, Mapping[str, "Alarm"] | Absence]


class Alarm(NamedTuple):
    """An alarm as listed. ``since`` is the time of its last change of state, in epoch seconds."""

    name: str
    state: str
    reason: str
    since: int | None
    actions: bool
    evaluation: str
    """PARTIAL_DATA, EVALUATION_ERROR or EVALUATION_FAILURE; "" if the evaluation works."""

    @property
    def ok(self) -> bool:
        """Whether it is OK and evaluated; the state of an alarm that cannot be evaluated is outdated."""
        return self.state == "OK" and not self.evaluation


def read(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Series | Absence]:
    """One reading for each question; ``not-recorded`` if the exchanges do not contain its answer."""
    answers: dict[Listing, Mapping[str, Alarm] | Absence] = {}
    for exchange in exchanges:
        if exchange.request.operation == "DescribeAlarms":
            found = _alarms(exchange)
            for listing in listings_in(exchange.request):
                settle(answers, listing, found if isinstance(found, Absence) else _of(listing, found))
    return [_read(question, answers) for question in questions]


def _of(listing: Listing, found: Mapping[str, Alarm]) -> Mapping[str, Alarm]:
    """What an answer says about one listing: the alarm of its name, if there is one, or all alarms."""
    if listing.name is None:
        return found
    return {listing.name: found[listing.name]} if listing.name in found else {}


def _alarms(exchange: Exchange) -> Mapping[str, Alarm] | Absence:
    """The alarms of one listing by name, with all pages merged; or why it cannot be used."""
    if exchange.failure is not None:
        return Absence("failed", exchange.failure.message, exchange.failure.remedy)
    pages = (exchange.response or {}).get("pages")
    if not isinstance(pages, list) or not pages:
        return _failed("the answer holds no page")
    found: dict[str, Alarm] = {}
    try:
        if not all(_types_on(page) for page in pages):
            return _failed("the answer holds no list of alarms")
        for kind, alarm in (each for page in pages for each in _listed_in(page)):
            if kind not in exchange.request.parameters["AlarmTypes"]:
                return _failed(f"the answer holds the {kind} {_cut(alarm.name)}, which was not asked for")
            if found.setdefault(alarm.name, alarm) != alarm:
                return _failed(f"the answer holds the alarm {_cut(alarm.name)} twice, in different states")
    except (KeyError, TypeError, AttributeError, ValueError):
        return _failed("the answer is not a valid DescribeAlarms response")
    stranger = next((name for name in sorted(found) if not _asked_for(name, exchange)), None)
    if stranger is not None:
        return _failed(f"the answer holds the alarm {_cut(stranger)}, which was not asked for")
    return found


def _types_on(page: Mapping[str, Any]) -> list[str]:
    return [kind for kind in TYPES if page.get(f"{kind}s") is not None]


def _listed_in(page: Mapping[str, Any]) -> Iterator[tuple[str, Alarm]]:
    """The alarms on a page, each with its type. Raises KeyError, TypeError or ValueError if the page is malformed."""
    for kind in _types_on(page):
        listed = page[f"{kind}s"]
        if not isinstance(listed, list):
            raise TypeError(kind)
        yield from ((kind, _alarm(raw)) for raw in listed)


def _asked_for(name: str, exchange: Exchange) -> bool:
    asked = exchange.request.parameters
    if "AlarmNames" in asked:
        return isinstance(asked["AlarmNames"], list) and name in asked["AlarmNames"]
    return name.casefold().startswith(str(asked.get("AlarmNamePrefix", "")).casefold())


def _alarm(raw: Mapping[str, Any]) -> Alarm:
    """One alarm of an answer. Raises KeyError or ValueError if it is malformed."""
    name, state, since = raw["AlarmName"], raw["StateValue"], raw.get("StateTransitionedTimestamp")
    if not isinstance(name, str) or not name or state not in STATES:
        raise ValueError(state)
    if since is not None and (type(since) is not int or not 0 <= since < LAST_MOMENT):
        raise ValueError(since)
    actions, evaluation = raw.get("ActionsEnabled", True), raw.get("EvaluationState") or ""
    if not isinstance(actions, bool) or not isinstance(evaluation, str):
        raise ValueError(actions)
    reason = str(raw.get("StateReason") or "")
    return Alarm(name, state, reason, since, actions, evaluation)


def _failed(reason: str) -> Absence:
    return Absence(
        "failed",
        f"cloudwatch:DescribeAlarms: {reason}",
        "run again; if it persists, check what is behind the endpoint",
    )


def _read(question: Question, answers: Answers) -> Series | Absence:
    query: CloudWatchAlarmsQuery = question.query  # type: ignore[assignment]
    alarms: dict[str, Alarm] = {}
    for listing in listings_of(question):
        answer = answers.get(listing)
        if answer is None:
            return not_recorded("listing of these alarms at this moment")
        if isinstance(answer, Absence):
            return answer
        alarms.update(answer)
    return _too_few(query, alarms) or _series(question, query, list(alarms.values()))


def _too_few(query: CloudWatchAlarmsQuery, alarms: Mapping[str, Alarm]) -> Absence | None:
    """Why the alarms that were found count as no data; None if they do not."""
    kinds = "" if set(query.types) == set(TYPES) else f" of the type {' or '.join(query.types)}"
    remedy = "check the spelling, the region and the account"
    if query.names is not None:
        missing = [name for name in dict.fromkeys(query.names) if name not in alarms]
        if missing:
            return Absence("no-data", f"there is no alarm{kinds} {_listed(missing)}", remedy)
        return None
    if len(alarms) >= query.minAlarms:
        return None
    named = f" whose name begins with {query.namePrefix!r}" if query.namePrefix else ""
    if not alarms:
        return Absence("no-data", f"there is no alarm{kinds}{named}", remedy)
    return Absence(
        "no-data",
        f"only {_counted(len(alarms))}{kinds}{named} found, and minAlarms is {query.minAlarms}",
        "find out which alarms were removed, or lower minAlarms",
    )


def _series(question: Question, query: CloudWatchAlarmsQuery, alarms: Sequence[Alarm]) -> Series:
    listed = Series(
        points=(Point(question.at, _value(query, alarms), len(alarms)),),
        combine="single",
        unit=unit(query),
        newest=question.at,
        samples=len(alarms),
        counts_events=query.measure != "okRatio",
        notes=tuple(_notes(question.at, alarms)),
        to_have_more="check that the query names all the alarms, and that they were not deleted",
    )
    changed = _changed(question.at, alarms)
    if not changed or query.measure == "total":
        return listed
    otherwise = listed._replace(
        points=(listed.points[0]._replace(value=_value(query, alarms, changed)),),
        doubt=f"if {_counted(len(changed))} whose state changed since had the worse one before",
        to_mend="judge the moment at which the alarms are listed, or replay what was recorded then",
    )
    return listed._replace(otherwise=otherwise)


def _value(query: CloudWatchAlarmsQuery, alarms: Sequence[Alarm], doubtful: Sequence[Alarm] = ()) -> Fraction:
    """The measure over the alarms, with the ``doubtful`` ones counted as not OK or as in the measured state."""
    unknown = {alarm.name for alarm in doubtful}
    states = {"inAlarm": "ALARM", "insufficientData": "INSUFFICIENT_DATA"}
    if query.measure == "total":
        return Fraction(len(alarms))
    if query.measure in states:
        counted = sum(alarm.state == states[query.measure] or alarm.name in unknown for alarm in alarms)
        return Fraction(counted)
    ok = sum(alarm.ok and alarm.name not in unknown for alarm in alarms)
    return Fraction(ok, len(alarms) or 1) if query.measure == "okRatio" else Fraction(len(alarms) - ok)


def _changed(at: int, alarms: Sequence[Alarm]) -> list[Alarm]:
    """The alarms whose state changed after ``at``, so that their state at ``at`` is not known."""
    return [alarm for alarm in alarms if alarm.since is not None and alarm.since > at + LATER]


def _notes(at: int, alarms: Sequence[Alarm]) -> Iterable[str]:
    """The number of alarms in each state; the alarms that are not OK, with reasons; and further remarks."""
    states = Counter(alarm.state for alarm in alarms)
    yield f"{_counted(len(alarms))}: {', '.join(f'{states[state]} {state}' for state in reversed(STATES))}"
    troubled = sorted(
        (alarm for alarm in alarms if not alarm.ok),
        key=lambda alarm: (STATES.index(alarm.state), alarm.name),
    )
    yield from (_note(alarm) for alarm in troubled[:MOST_NOTES])
    if len(troubled) > MOST_NOTES:
        yield f"and {len(troubled) - MOST_NOTES} more that are not OK"
    silent = sorted(alarm.name for alarm in alarms if not alarm.actions)
    if silent:
        yield f"{_counted(len(silent))} with actions disabled, so nobody is notified: {_listed(silent)}"
    later = sorted(alarm.name for alarm in _changed(at, alarms))
    if later:
        changed = f"{_counted(len(later))} whose state changed after {display.moment(at)}"
        yield f"{changed}, counted as listed: {_listed(later)}"


def _note(alarm: Alarm) -> str:
    since = f" since {display.moment(alarm.since)}" if alarm.since is not None else ""
    evaluation = f", evaluation {alarm.evaluation}" if alarm.evaluation else ""
    return f"{alarm.state}{evaluation}: {_cut(alarm.name)}{since}: {_cut(alarm.reason) or 'no reason given'}"


def _counted(alarms: int) -> str:
    return f"{alarms} alarm{'' if alarms == 1 else 's'}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(_cut(name) for name in names[:5]) + more


def _cut(text: str) -> str:
    """Foreign text in one line: without control characters, and shortened."""
    line = " ".join("".join(each if can_be_shown(each) else " " for each in text).split())
    return line if len(line) <= LONGEST_REASON else f"{line[: LONGEST_REASON - 1]}…"
