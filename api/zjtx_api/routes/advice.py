"""What would help a company: plans, paths, questions, subsidies, dates, a diagnosis."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from fastapi import APIRouter

from zjtx_api.bodies import read_profile
from zjtx_api.examples import PROFILE
from zjtx_api.fields import AS_OF, KIND, POLICY, READINGS, Field, Unfit, choice, day, text, whole
from zjtx_api.operation import Call, operation
from zjtx_api.problems import Refusal, at
from zjtx_kg import (
    Profile,
    Rulebase,
    ZjtxError,
    advance,
    ask,
    calendar_for,
    costs_of,
    diagnose,
    payments,
    roadmap,
)
from zjtx_kg import subsidies_for as subsidies

__all__ = ["router"]

router = APIRouter()
#: Of the time limit, what a solver gets for plans to one tier, and for each step of a path.
_SHARE: Final = 0.6
_STEP: Final = 0.15
_REFUSALS: Final = (400, 413, 415)
_OCCASIONS: Final = ("recognition", "review", "relocation")
_OBJECTIVES: Final = ("fewest", "effort", "soonest")


def _as_sent(value: Any, _: Rulebase) -> Any:
    return value


def _object(value: Any, _: Rulebase) -> dict[str, Any]:
    if type(value) is not dict:
        raise Unfit("not_a_mapping")
    return value


def _ids(name: str, known: Callable[[Rulebase], Any], **more: Any) -> Field:
    return Field(name, choice(known), {"type": "string"}, choices=known, **more)


_PROFILE: Final = Field(
    "profile", _as_sent, {"$ref": "#/components/schemas/Profile"}, required=True, example=PROFILE
)
_TO: Final = _ids("to", lambda rules: rules.tiers, required=True, example="little-giant")
_TIER: Final = _ids("tier", lambda rules: rules.titles)
_OBJECTIVE: Final = _ids("objective", lambda _: _OBJECTIVES, default="fewest")
_ALTERNATIVES: Final = Field(
    "alternatives", whole(1, 20), {"type": "integer", "minimum": 1, "maximum": 20}, default=3
)
_LOCK: Final = Field("lock", text(200), {"type": "string", "maxLength": 200}, default=(), many=True)
_COSTS: Final = Field("costs", _object, {"type": "object"}, default=None)
_BY: Final = Field("by", whole(2000, 2100), {"type": "integer", "minimum": 2000, "maximum": 2100})
_OCCASION: Final = _ids("occasion", lambda _: _OCCASIONS, default="recognition")
_RECEIVED: Final = Field("received", _object, {"type": "object"}, default=None)
_UNTIL: Final = Field("until", day, {"type": "string", "format": "date"})
_CHANGED: Final = Field("changed", day, {"type": "string", "format": "date"}, default=(), many=True)
_CANCELLED: Final = Field("cancelled", _object, {"type": "object"}, default=None)


def _example(summary: str, **more: Any) -> dict[str, Any]:
    return {"one": {"summary": summary, "value": {"profile": PROFILE, "as_of": "2026-06-01", **more}}}


async def _answer(call: Call, work: Callable[..., Any]) -> Any:
    """Read the profile, do the work in a thread, and say every fault with its place in the body."""
    asked: Mapping[str, Any] = {**call.asked, "as_of": call.asked["as_of"] or date.today()}
    profile = None
    try:
        profile = read_profile(asked["profile"], call.rules, call.service.settings.max_values)
    except ZjtxError as error:
        call.problems.extend(at("profile", error))
    call.refuse()
    rest = {name: value for name, value in asked.items() if name != "profile"}
    try:
        return await asyncio.to_thread(work, profile, call, **rest)
    except Refusal:
        raise
    except ZjtxError as error:
        call.problems.extend(at("profile" if error.problems else _blamed(rest), error))
    call.refuse()
    return None


def _blamed(asked: Mapping[str, Any]) -> str:
    return "to" if "to" in asked else "tier" if asked.get("tier") else "as_of"


def _costs(call: Call, data: Any) -> dict[str, Any]:
    """The costs of a body, as an argument; nothing where the defaults hold."""
    if data is None:
        return {}
    try:
        return {"costs": costs_of(data, call.rules)}
    except ZjtxError as error:
        call.problems.extend(at("costs", error))
        call.refuse()
        raise


@operation(
    router,
    "POST",
    "/v1/advancements",
    tag="advice",
    body=(_PROFILE, _TO, AS_OF, POLICY, KIND, READINGS, _OBJECTIVE, _ALTERNATIVES, _LOCK, _COSTS),
    body_schema="AdvancementRequest",
    examples=_example("what would let this company in", to="little-giant"),
    answers={200: "Advancement"},
    refusals=_REFUSALS,
    gathers=True,
)
async def create_advancement(call: Call) -> Any:
    """Find the least change that lets a company in, with proof, or the clauses that no change can repair.

    What `zjtx advance --json` prints. The solver stops within the time limit of the service; `optimal` then
    says that no proof was reached.
    """

    def work(profile: Profile, call: Call, costs: Any, **asked: Any) -> Any:
        limit = call.service.settings.time_limit * _SHARE
        own = _costs(call, costs)
        return advance(profile, limit=limit, lang=call.lang, rulebase=call.rules, **own, **asked)

    return await _answer(call, work)


@operation(
    router,
    "POST",
    "/v1/roadmaps",
    tag="advice",
    body=(_PROFILE, _TO, AS_OF, _BY, _LOCK, _COSTS),
    body_schema="RoadmapRequest",
    examples=_example("the path to a title", to="little-giant", by=2029),
    answers={200: "Roadmap"},
    refusals=_REFUSALS,
    gathers=True,
)
async def create_roadmap(call: Call) -> Any:
    """Plan the path over the tiers, with windows, validity, editions and what each step pays.

    What `zjtx roadmap --json` prints.
    """

    def work(profile: Profile, call: Call, costs: Any, **asked: Any) -> Any:
        limit = call.service.settings.time_limit * _STEP
        own = _costs(call, costs)
        paid = payments(profile, call.rules, call.lang)
        return roadmap(
            profile, limit=limit, subsidies=paid, lang=call.lang, rulebase=call.rules, **own, **asked
        )

    return await _answer(call, work)


@operation(
    router,
    "POST",
    "/v1/questions",
    tag="advice",
    body=(_PROFILE, _TO, AS_OF, POLICY, KIND, READINGS),
    body_schema="QuestionRequest",
    examples=_example("what to find out first", to="little-giant"),
    answers={200: "Questions"},
    refusals=_REFUSALS,
    gathers=True,
)
async def create_questions(call: Call) -> Any:
    """List the questions still worth asking, the most decisive first, and what each answer would mean.

    What `zjtx ask --json` prints.
    """

    def work(profile: Profile, call: Call, to: str, **asked: Any) -> Any:
        return ask(profile, to, lang=call.lang, rulebase=call.rules, **asked)

    return await _answer(call, work)


@operation(
    router,
    "POST",
    "/v1/subsidies",
    tag="advice",
    body=(_PROFILE, _TIER, AS_OF, READINGS, _OCCASION, _RECEIVED),
    body_schema="SubsidyRequest",
    examples=_example("what a title pays", tier="little-giant"),
    answers={200: "Subsidies"},
    refusals=_REFUSALS,
    gathers=True,
)
async def create_subsidies(call: Call) -> Any:
    """Say what would be paid, by whom, and what is not paid because of which rule.

    What `zjtx subsidies --json` prints.
    """

    def work(profile: Profile, call: Call, **asked: Any) -> Any:
        return subsidies(profile, lang=call.lang, rulebase=call.rules, **asked)

    return await _answer(call, work)


@operation(
    router,
    "POST",
    "/v1/calendars",
    tag="advice",
    body=(_PROFILE, AS_OF, _UNTIL, _CHANGED, _CANCELLED),
    body_schema="CalendarRequest",
    examples=_example("what is due when"),
    answers={200: "Calendar"},
    refusals=_REFUSALS,
    gathers=True,
)
async def create_calendar(call: Call) -> Any:
    """List windows, updates, reviews, reports and bans by date: what `zjtx calendar --json` prints."""

    def work(profile: Profile, call: Call, cancelled: Any, **asked: Any) -> Any:
        days = {title: day(value, call.rules) for title, value in (cancelled or {}).items()}
        return calendar_for(profile, cancelled=days, lang=call.lang, rulebase=call.rules, **asked)

    return await _answer(call, work)


@operation(
    router,
    "POST",
    "/v1/diagnoses",
    tag="advice",
    body=(_PROFILE, _ids("tier", lambda rules: rules.tiers), AS_OF, READINGS),
    body_schema="DiagnosisRequest",
    examples=_example("where the company stands by the Guangzhou standard"),
    answers={200: "Diagnosis"},
    refusals=_REFUSALS,
    gathers=True,
)
async def create_diagnosis(call: Call) -> Any:
    """Diagnose a company by the Guangzhou group standard: level, six dimensions, gaps, measures.

    What `zjtx diagnose --json` prints.
    """

    def work(profile: Profile, call: Call, **asked: Any) -> Any:
        return diagnose(profile, lang=call.lang, rulebase=call.rules, **asked)

    return await _answer(call, work)
