"""The SPARQL 1.1 Protocol, for queries: GET, POST of a form, POST of the query itself.

https://www.w3.org/TR/sparql11-protocol/ section 2.1. The service is read-only: updates are refused before
anything reads them. Without a query, the service describes itself.
"""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.responses import Response

from zjtx_api.bodies import media_type, read_bytes
from zjtx_api.fields import LANG, Field, text
from zjtx_api.graph_documents import NAMESPACE, address, negotiated, service_description, void_description
from zjtx_api.keys import Role
from zjtx_api.operation import Call, operation
from zjtx_api.problems import Refusal
from zjtx_kg import ZjtxError
from zjtx_kg.graph import FORMATS, Graphs, negotiate, read_query, written

__all__ = ["router"]

router = APIRouter()
_FORM: Final = "application/x-www-form-urlencoded"
_DIRECT: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_GRAPHS: Final = ("default-graph-uri", "named-graph-uri")
_STOPPED: Final = "graph.stopped_"
#: Both spellings of the address are in use.
_ALSO: Final = ("/sparql/",)

_STRING: Final = {"type": "string"}
_EXAMPLE: Final = "SELECT ?tier WHERE { ?tier a z:Tier } ORDER BY ?tier"
_FIELDS: Final = (
    Field("query", text(200_000), _STRING, example=_EXAMPLE),
    Field("default-graph-uri", text(2_000), _STRING, many=True),
    Field("named-graph-uri", text(2_000), _STRING, many=True),
)
_MEDIA: Final = {one.media_type: one.name for one in FORMATS.values()}
_REFUSALS: Final = (400, 413, 415)


@operation(
    router,
    "GET",
    "/sparql",
    tag="sparql",
    query=_FIELDS,
    media=_MEDIA,
    refusals=_REFUSALS,
    raw=True,
    also=_ALSO,
)
async def query_by_get(call: Call) -> Response:
    """Ask by SPARQL 1.1: the law, and the companies recorded under this key as they stand today.

    `query` is the text; `default-graph-uri` and `named-graph-uri` choose the dataset. `Accept` chooses JSON,
    XML, CSV or TSV for rows, and Turtle, N-Triples, JSON-LD or RDF/XML for triples. Without `query` the
    service describes itself. SERVICE, LOAD, remote FROM and updates are refused.
    """
    return await _answer(call, _pairs(call.request.scope["query_string"]))


@operation(
    router,
    "POST",
    "/sparql",
    tag="sparql",
    query=_FIELDS[1:],
    media=_MEDIA,
    refusals=_REFUSALS,
    raw=True,
    also=_ALSO,
    request_media={
        _FORM: {
            "schema": {"type": "object", "properties": {"query": _STRING}, "required": ["query"]},
            "examples": {"tiers": {"summary": "the tiers", "value": {"query": _EXAMPLE}}},
        },
        _DIRECT: {"schema": _STRING, "examples": {"tiers": {"summary": "the tiers", "value": _EXAMPLE}}},
    },
)
async def query_by_post(call: Call) -> Response:
    """Ask by SPARQL 1.1: a form with `query`, or the query itself as the body."""
    kind, charset = media_type(call.request)
    if kind == _UPDATE:
        raise Refusal(415, "read_only", headers={"Accept-Post": f"{_FORM}, {_DIRECT}"})
    if kind not in (_FORM, _DIRECT):
        known = f"{_FORM}, {_DIRECT}"
        raise Refusal(415, "media_type", found=kind or "-", known=known, headers={"Accept-Post": known})
    body = await read_bytes(call.request, call.service.settings.max_body)
    if charset not in ("utf-8", "utf8"):
        raise Refusal(415, "charset", found=charset[:40])
    asked = _pairs(call.request.scope["query_string"])
    if kind == _DIRECT:
        _only(asked, _GRAPHS)
        return await _answer(call, [*asked, ("query", _text(body))])
    return await _answer(call, [*asked, *_pairs(body)], described=False)


@operation(
    router,
    "GET",
    "/.well-known/void",
    tag="sparql",
    role=Role.NONE,
    media={one.media_type: one.name for one in FORMATS.values() if one.triples},
    raw=True,
)
async def read_void(call: Call) -> Response:
    """Read what the dataset is: its size, vocabularies, endpoint, in VoID."""
    graph = await asyncio.to_thread(void_description, call.service, address(call.request))
    return negotiated(graph, call.request.headers.get("accept"))


async def _answer(call: Call, asked: list[tuple[str, str]], *, described: bool = True) -> Response:
    accept = call.request.headers.get("accept")
    _only(asked, ("query", *_GRAPHS))
    queries = [value for name, value in asked if name == "query"]
    if not queries and described:
        return negotiated(service_description(address(call.request)), accept)
    if len(queries) != 1:
        raise Refusal(400, "one_query", found=len(queries))
    default, named = ([value for name, value in asked if name == wanted] for wanted in _GRAPHS)
    graphs = Graphs(tuple(default), tuple(named)) or None
    try:
        query = read_query(queries[0], base=NAMESPACE)
        format_ = negotiate(accept, query.form)
        if format_ is None:
            known = ", ".join(one.media_type for one in FORMATS.values())
            raise Refusal(406, "not_acceptable", known=known)
        found = await asyncio.to_thread(call.service.graphs.ask, call.principal.tenant, query, graphs)
        content = written(found, format_)
    except Refusal:
        raise
    except ZjtxError as error:
        status = 503 if error.code.startswith(_STOPPED) else 400
        raise Refusal.carrying(error, status) from None
    headers = {"Vary": "Accept"}
    if found.cut:
        headers["Zjtx-Cut"] = str(call.service.settings.max_rows)
    kind = format_.media_type
    return Response(content, 200, headers, kind + ("; charset=utf-8" if kind.startswith("text/") else ""))


def _pairs(content: bytes) -> list[tuple[str, str]]:
    """The pairs of a form or a query string. What is not UTF-8 is refused."""
    try:
        text_ = content.decode("ascii")
        return parse_qsl(text_, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise Refusal(400, "not_utf8") from None


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(400, "not_utf8") from None


def _only(asked: list[tuple[str, str]], known: tuple[str, ...]) -> None:
    for name, _ in asked:
        if name == LANG.name:  # of problems, as everywhere
            continue
        if name in ("update", "using-graph-uri", "using-named-graph-uri"):
            raise Refusal(400, "read_only")
        if name not in known:
            raise Refusal(400, "parameter", found=name[:80], known=", ".join(known))
