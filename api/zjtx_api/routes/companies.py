"""Companies that are kept: recorded, read under any day, removed, erased."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

import msgspec
from fastapi import APIRouter

from zjtx_api.bodies import read_profile
from zjtx_api.companies import Changed, Version
from zjtx_api.examples import PROFILE
from zjtx_api.fields import LIMIT, Field, Unfit, text, whole
from zjtx_api.keys import Role
from zjtx_api.operation import Answer, Call, operation
from zjtx_api.problems import Refusal, at
from zjtx_api.routes.assessments import CHOICE, assessed, chosen, judge
from zjtx_kg import Assessment, Problem, Profile, Rulebase, ZjtxError
from zjtx_kg.facts import read_json
from zjtx_kg.reasoning import encode

__all__ = ["present", "router", "stands"]

router = APIRouter()
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}\Z")
_EXAMPLE: Final = {"id": "suzhou-precision"}
_VERSION: Final = Field("version", whole(1, 10**9), {"type": "integer", "minimum": 1})


def _truth(value: Any, _: Rulebase) -> bool:
    if value not in (True, False, "true", "false"):
        raise Unfit("http.truth")
    return value in (True, "true")


_ERASE: Final = Field("erase", _truth, {"type": "boolean"}, default=False, example=False)
_AFTER: Final = Field("after", text(64), {"type": "string", "maxLength": 64}, default="")


def _id(call: Call) -> str:
    id = call.path["id"]
    if not _ID.match(id):
        raise Refusal(422, "bad_request", [Problem("http.company_id", "id", id[:80])], count=1)
    return id


def _entry(version: Version) -> dict[str, Any]:
    """How a version is listed, without what it says."""
    found = {"id": version.id, "version": version.version, "recorded": version.recorded, "by": version.by}
    return found if version.profile is not None else {**found, "removed": True}


def _with_profile(version: Version) -> dict[str, Any]:
    assert version.profile is not None
    return {**_entry(version), "profile": msgspec.Raw(version.profile)}


def _tag(version: Version) -> dict[str, str]:
    return {"ETag": f'"{version.version}"'}


def _expected(call: Call) -> int | None:
    """The version that the writer has seen: ``If-Match: "3"``, or ``If-None-Match: *`` for none."""
    if call.request.headers.get("if-none-match", "").strip() == "*":
        return 0
    match = call.request.headers.get("if-match", "").strip()
    if not match or match == "*":
        return None
    digits = match.strip('"')
    if not digits.isascii() or not digits.isdigit() or len(digits) > 12:
        raise Refusal(412, "changed", version="?", headers={})
    return int(digits)


async def _put(call: Call, id: str, profile: bytes | None) -> tuple[Version, bool]:
    companies, who = call.service.companies, call.principal
    writing = asyncio.to_thread(companies.put, who.tenant, id, profile, who.id, _expected(call))
    try:
        return await asyncio.shield(writing)
    except Changed as changed:
        raise Refusal(412, "changed", version=changed.version) from None


def present(call: Call, id: str, version: int | None = None) -> Version:
    """A recorded company of the tenant; 404 where there is none, or it is removed."""
    found = call.service.companies.get(call.principal.tenant, id, version)
    if found is None or found.profile is None:
        raise Refusal(404, "no_company", id=id)
    return found


def stands(
    call: Call, id: str, asked: dict[str, Any], version: int | None = None
) -> tuple[Version, Profile, Assessment]:
    """A recorded company with its assessment; 409 where its record no longer fits the rule files."""
    found = present(call, id, version)
    assert found.profile is not None
    try:
        profile = Profile.from_dict(read_json(found.profile), call.rules)
        return found, profile, assessed(call, profile, asked)
    except ZjtxError as error:
        raise Refusal(409, "outgrown", at("profile", error), id=id) from None


@operation(
    router,
    "PUT",
    "/v1/companies/{id}",
    tag="companies",
    role=Role.WRITE,
    body_schema="Profile",
    examples={"profile": {"summary": "the profile itself", "value": PROFILE}},
    answers={200: "CompanyRecord", 201: "CompanyRecord"},
    path_examples=_EXAMPLE,
    refusals=(400, 412, 413, 415),
)
async def put_company(call: Call) -> Any:
    """Record a company: the body is its profile.

    The answer comes when the version is durable. Every version is kept; sending what is already recorded
    makes no new one (200). `If-Match: "3"` writes only over version 3, `If-None-Match: *` only
    where there is none; else 412.
    """
    id = _id(call)
    data = call.asked["body"]
    try:
        profile = read_profile(data, call.rules, call.service.settings.max_values)
        assessed(call, profile, chosen({field.name: field.default for field in CHOICE}))
    except ZjtxError as error:
        call.problems.extend(at("", error))
        call.refuse()
    recorded, changed = await _put(call, id, encode(_exact(data)))
    status = 201 if changed and recorded.version == 1 else 200
    return Answer(_entry(recorded), status, {**_tag(recorded), "Location": f"/v1/companies/{id}"})


def _exact(data: Any) -> Any:
    """The data with every number as it was written."""
    if isinstance(data, dict):
        return {key: _exact(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_exact(value) for value in data]
    if type(data) is not str and isinstance(data, str):
        return msgspec.Raw(data.encode())
    return data


@operation(
    router,
    "GET",
    "/v1/companies/{id}",
    tag="companies",
    query=(*CHOICE, _VERSION),
    answers={200: "Company"},
    path_examples=_EXAMPLE,
    refusals=(404,),
)
async def get_company(call: Call) -> Any:
    """Read a company with its assessment on any day.

    `as_of` (default: today), `tiers`, `policy`, `kind` and `readings` choose the rules as in an assessment;
    `version` reads an earlier version.
    """
    id = _id(call)
    asked = chosen(call.asked)
    judge(call, asked)
    call.refuse()
    found, _, assessment = stands(call, id, asked, call.asked["version"])
    return Answer({**_with_profile(found), "assessment": assessment}, headers=_tag(found))


@operation(
    router,
    "DELETE",
    "/v1/companies/{id}",
    tag="companies",
    role=Role.WRITE,
    query=(_ERASE,),
    answers={204: None},
    path_examples=_EXAMPLE,
    refusals=(404, 412),
)
async def delete_company(call: Call) -> Any:
    """Remove a company.

    Its history stays readable until `erase=true`, which needs the role admin and leaves nothing.
    """
    id = _id(call)
    if call.asked["erase"]:
        if not call.principal.may(Role.ADMIN):
            raise Refusal(403, "forbidden", role=str(Role.ADMIN))
        erasing = asyncio.to_thread(call.service.companies.erase, call.principal.tenant, id)
        if not await asyncio.shield(erasing):
            raise Refusal(404, "no_company", id=id)
        return Answer(None, 204)
    present(call, id)
    await _put(call, id, None)
    return Answer(None, 204)


@operation(
    router,
    "GET",
    "/v1/companies/{id}/history",
    tag="companies",
    answers={200: "History"},
    path_examples=_EXAMPLE,
    refusals=(404,),
)
async def get_history(call: Call) -> Any:
    """List every version of a company, the newest first, removals included."""
    id = _id(call)
    versions = call.service.companies.history(call.principal.tenant, id)
    if not versions:
        raise Refusal(404, "no_company", id=id)
    return {"versions": [_entry(version) for version in versions]}


@operation(router, "GET", "/v1/companies", tag="companies", query=(LIMIT, _AFTER), answers={200: "Companies"})
async def list_companies(call: Call) -> Any:
    """List the companies of the key's tenant by id.

    `next` is what to send as `after` for the next page; it is absent on the last.
    """
    limit = call.asked["limit"]
    found = call.service.companies.listed(call.principal.tenant, limit + 1, call.asked["after"])
    answer: dict[str, Any] = {"companies": [_entry(version) for version in found[:limit]]}
    if len(found) > limit:
        answer["next"] = found[limit - 1].id
    return answer
