"""The library of questions: its list, and its answers over the law, recorded companies, or profiles sent."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from zjtx_api.bodies import read_profile
from zjtx_api.examples import PROFILE
from zjtx_api.fields import AS_OF, KIND, POLICY, TIERS, Field, Unfit
from zjtx_api.linked import JSON, JSON_LD
from zjtx_api.operation import Call, operation
from zjtx_api.problems import Refusal, at
from zjtx_kg import Profile, Rulebase, ZjtxError
from zjtx_kg.graph import FORMATS, library, library_query, negotiate, read_query, written

__all__ = ["router"]

router = APIRouter()
_MEDIA: Final = {one.media_type: one.name for one in FORMATS.values()}
_MOST: Final = 50


def _as_sent(value: Any, _: Rulebase) -> Any:
    return value


def _values(value: Any, _: Rulebase) -> dict[str, str]:
    if type(value) is not dict:
        raise Unfit("not_a_mapping")
    return {str(name): str(one) for name, one in value.items()}


def _list(value: Any, _: Rulebase) -> list[Any]:
    if type(value) is not list:
        raise Unfit("not_a_list")
    return value


_PARAM: Final = Field(
    "param", _values, {"type": "object", "additionalProperties": {"type": ["string", "number"]}}
)
_PROFILE: Final = Field("profile", _as_sent, {"$ref": "#/components/schemas/Profile"})
_PROFILES: Final = Field(
    "profiles", _list, {"type": "array", "items": {"$ref": "#/components/schemas/Profile"}, "maxItems": _MOST}
)


@operation(router, "GET", "/v1/queries", tag="sparql", answers={200: None})
async def list_queries(_: Call) -> Any:
    """List the questions of the library: parameters with their types, columns, an example of each."""
    return {"queries": [query.to_dict() for query in library().values()]}


@operation(
    router,
    "POST",
    "/v1/queries/{name}",
    tag="sparql",
    body=(_PARAM, _PROFILE, _PROFILES, AS_OF, TIERS, POLICY, KIND),
    body_schema="QueryRequest",
    examples={
        "law": {"summary": "of the law", "value": {"param": {"indicator": "debt_ratio"}}},
        "company": {
            "summary": "of a company that is sent along",
            "value": {"param": {"indicator": "debt_ratio"}, "profile": PROFILE, "as_of": "2026-06-01"},
        },
    },
    answers={200: None},
    media=_MEDIA,
    path_examples={"name": "thresholds"},
    refusals=(400, 404, 413, 415),
    gathers=True,
)
async def answer_query(call: Call) -> Any:
    """Answer a question of the library, in the formats of SPARQL.

    `param` gives its parameters. It is asked of the law and of the profiles that are sent, or else of the
    companies recorded under this key as they stand today.
    """
    asked = {**call.asked, "as_of": call.asked["as_of"] or date.today()}
    name = call.path["name"]
    if name not in library():
        raise Refusal(404, "no_address")
    question = library_query(name)
    given = asked.pop("param") or {}
    try:
        text = question.bound(given, lang=call.lang, today=asked["as_of"], rulebase=call.rules)
    except ZjtxError as error:
        call.problems.extend(at("param", error))
    sent = _sent(asked.pop("profile"), asked.pop("profiles"))
    profiles = [profile for place, data in sent.items() if (profile := _read(call, place, data)) is not None]
    call.refuse()
    query = read_query(text, name)
    accept = call.request.headers.get("accept")
    format_ = negotiate(_plainly(accept), query.form)
    if format_ is None:
        raise Refusal(406, "not_acceptable", known=", ".join(_MEDIA))
    graphs = call.service.graphs
    try:
        if profiles:
            found = await asyncio.to_thread(graphs.ask_of, profiles, asked, query)
        else:
            found = await asyncio.to_thread(graphs.ask, call.principal.tenant, query)
    except ZjtxError as error:
        raise Refusal.carrying(error, 503 if error.code.startswith("graph.stopped_") else 422) from None
    kind = format_.media_type
    headers = {"Vary": "Accept, Accept-Language"}
    return Response(
        written(found, format_), 200, headers, kind + ("; charset=utf-8" if kind.startswith("text/") else "")
    )


def _plainly(accept: str | None) -> str | None:
    """JSON-LD holds triples only; who accepts it for rows is content with JSON."""
    return accept.replace(JSON_LD, f"{JSON_LD}, {JSON}") if accept else accept


def _sent(one: Any, several: list[Any] | None) -> Mapping[str, Any]:
    found = {} if one is None else {"profile": one}
    return found | {f"profiles.{number}": data for number, data in enumerate((several or [])[: _MOST + 1])}


def _read(call: Call, place: str, data: Any) -> Profile | None:
    try:
        return read_profile(data, call.rules, call.service.settings.max_values)
    except ZjtxError as error:
        call.problems.extend(at(place, error))
        return None
