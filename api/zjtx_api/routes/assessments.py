"""Assessing and explaining companies that are sent along."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from zjtx_api import metrics
from zjtx_api.bodies import NDJSON, check_media, read_lines, read_profile
from zjtx_api.examples import PROFILE, TINY
from zjtx_api.fields import AS_OF, KIND, POLICY, READINGS, TIERS, Field, Unfit, text
from zjtx_api.languages import TAGS
from zjtx_api.lines import LinesResponse
from zjtx_api.operation import Call, operation
from zjtx_api.problems import Refusal, at
from zjtx_kg import Assessment, Problem, Profile, Rulebase, ZjtxError, assess, explain
from zjtx_kg.facts import decode, read_json
from zjtx_kg.reasoning import answer_lines, bad_line, encode, selections

__all__ = ["CHOICE", "assessed", "router"]

router = APIRouter()


def _as_sent(value: Any, _: Rulebase) -> Any:
    return value


def _list(value: Any, _: Rulebase) -> list[Any]:
    if type(value) is not list:
        raise Unfit("not_a_list")
    return value


_PROFILE: Final = Field("profile", _as_sent, {"$ref": "#/components/schemas/Profile"})
_PROFILES: Final = Field(
    "profiles", _list, {"type": "array", "items": {"$ref": "#/components/schemas/Profile"}, "maxItems": 500}
)
_SUBJECT: Final = Field(
    "subject", text(300), {"type": "string", "maxLength": 300}, required=True, example="little-giant"
)
#: What chooses the rules that judge.
CHOICE: Final = (AS_OF, TIERS, POLICY, KIND, READINGS)


def chosen(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The choice of rules as :func:`zjtx_kg.assess` takes it; today where no day is named."""
    found = {field.name: asked[field.name] for field in CHOICE}
    found["as_of"] = found["as_of"] or date.today()
    return found


def assessed(call: Call, profile: Profile, asked: dict[str, Any]) -> Assessment:
    """One assessment. A tier that no edition judges on the day is a fault of the choice."""
    metrics.ASSESSED.inc()
    return assess(profile, lang=call.lang, rulebase=call.rules, **asked)


def judge(call: Call, asked: dict[str, Any]) -> None:
    """Add the faults of the choice itself: no edition judges a tier on the day."""
    if call.problems:
        return
    choice = (asked["as_of"], asked["tiers"], asked["policy"], asked["kind"], asked["readings"])
    try:
        selections(call.rules, *choice)
    except ZjtxError as error:
        call.problems.extend(at("tiers" if asked["tiers"] else "policy", error))


# --- streams ------------------------------------------------------------------------------------------


async def stream(call: Call) -> Response:
    """Answers line by line; each waits at most the time limit for the client to send or to read."""
    check_media(call.request, NDJSON)
    asked = chosen(call.asked)
    judge(call, asked)
    call.refuse()
    headers = {"Content-Language": TAGS[call.lang], "Vary": "Accept-Language"}
    return LinesResponse(_lines(call, asked), call.service.settings.time_limit, NDJSON[0], headers)


async def _lines(call: Call, asked: dict[str, Any]) -> AsyncIterator[bytes]:
    settings = call.service.settings

    def answer(line: bytes) -> bytes:
        profile = read_profile(read_json(decode(line, "")), call.rules, settings.max_values)
        return encode(assessed(call, profile, asked))

    source = aiter(read_lines(call.request, settings.max_profile))
    number = 0
    while True:
        try:
            async with asyncio.timeout(settings.time_limit):
                number, line = await anext(source)
        except StopAsyncIteration:
            return
        except TimeoutError:
            told = Refusal(408, "time_limit", seconds=f"{settings.time_limit:g}")
            yield bad_line(number + 1, told.to_dict(call.lang)) + b"\n"
            return
        output, _ = answer_lines(
            [(number, line)], call.rules, limit=settings.max_profile, lang=call.lang, answer=answer
        )
        yield output
        await asyncio.sleep(0)  # others get their turn


# --- assessments --------------------------------------------------------------------------------------


@operation(
    router,
    "POST",
    "/v1/assessments",
    tag="reasoning",
    body=(_PROFILE, _PROFILES, *CHOICE),
    body_schema="AssessmentRequest",
    examples={
        "one": {"summary": "one company", "value": {"profile": PROFILE, "as_of": "2026-06-01"}},
        "some": {
            "summary": "some companies, one tier",
            "value": {"profiles": [TINY, TINY], "as_of": "2025-06-01", "tiers": ["little-giant"]},
        },
    },
    query=CHOICE,
    answers={200: "AssessmentAnswer"},
    media={NDJSON[0]: "one profile a line in, one answer a line out"},
    refusals=(400, 413, 415),
    stream=stream,
    gathers=True,
)
async def create_assessments(call: Call) -> Any:
    """Assess one company (`profile`) or several (`profiles`).

    The answer is what `zjtx assess --json` prints; for `profiles` it is `{"assessments": […]}` in the order
    of the profiles. Any faulty profile refuses the request with every fault and its path. For many companies
    send `application/x-ndjson`, one profile a line, with the choice in the query string: the answers stream
    back in order, and a bad line is answered by `{"line": n, "error": {…}}` while the rest go on.
    """
    asked = chosen(call.asked)
    judge(call, asked)
    one, several = call.asked["profile"], call.asked["profiles"]
    if (one is None) is (several is None):
        call.problems.append(Problem("http.profile_or_profiles", "profile", ""))
        call.refuse()
    if several is None:
        found = _attempt(call, one, "profile", asked)
        call.refuse()
        return found
    most = call.service.settings.max_profiles
    if len(several) > most:
        call.problems.append(Problem("http.list_length", "profiles", str(len(several)), {"most": most}))
        call.refuse()
    answers = []
    for number, data in enumerate(several):
        answers.append(_attempt(call, data, f"profiles.{number}", asked))
        if number % 8 == 7:
            await asyncio.sleep(0)  # others get their turn
    call.refuse()
    return {"assessments": answers}


def _attempt(call: Call, data: Any, path: str, asked: dict[str, Any]) -> Assessment | None:
    """The answer. Where the request is refused anyway, only what is wrong with the profile counts."""
    try:
        profile = read_profile(data, call.rules, call.service.settings.max_values)
        return None if call.problems else assessed(call, profile, asked)
    except ZjtxError as error:
        call.problems.extend(at(path, error))
        return None


# --- explanations -------------------------------------------------------------------------------------


@operation(
    router,
    "POST",
    "/v1/explanations",
    tag="reasoning",
    body=(
        Field("profile", _as_sent, _PROFILE.schema, required=True),
        _SUBJECT,
        AS_OF,
        POLICY,
        KIND,
        READINGS,
    ),
    body_schema="ExplanationRequest",
    examples={
        "tier": {
            "summary": "why a tier is met or not",
            "value": {"profile": PROFILE, "subject": "little-giant", "as_of": "2026-06-01"},
        }
    },
    answers={200: "Explanation"},
    gathers=True,
    refusals=(400, 413, 415),
)
async def create_explanation(call: Call) -> Any:
    """Prove the status of a tier or of one condition in words.

    `subject` is the id of a tier or of a condition. The answer says clause by clause what holds, what fails
    and by how much, what is missing, and what would prove it: what `zjtx explain --json` prints.
    """
    asked = {**call.asked, "as_of": call.asked["as_of"] or date.today()}
    data, subject = asked.pop("profile"), asked.pop("subject")
    profile = Profile()
    if data is not None:
        try:
            profile = read_profile(data, call.rules, call.service.settings.max_values)
        except ZjtxError as error:
            call.problems.extend(at("profile", error))
    if subject is None:
        call.refuse()
    try:
        found = explain(profile, subject, lang=call.lang, rulebase=call.rules, **asked)
    except ZjtxError as error:
        call.problems.extend(at("profile" if error.problems else "subject", error))
    call.refuse()
    return found
