"""Linked data: every IRI of ``https://w3id.org/zjtx/`` answers at the same path of the service.

The address of a thing leads (303) to the document that ``Accept`` prefers: a page, or a graph. What the law
names is the same for everyone who may read; a company is found by its own tenant only.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox
from fastapi import APIRouter
from starlette.convertors import Convertor, register_url_convertor
from starlette.responses import Response

import zjtx_kg
from zjtx_api.company_page import company_page
from zjtx_api.graphs import company_iri
from zjtx_api.languages import TAGS
from zjtx_api.linked import JSON, JSON_LD, choose
from zjtx_api.operation import Call, operation
from zjtx_api.pages import HEADERS, SUFFIXES, Frame, thing_page, vocabulary_page
from zjtx_api.problems import Refusal
from zjtx_api.routes.assessments import CHOICE, chosen
from zjtx_api.routes.companies import present, stands
from zjtx_api.things import Things
from zjtx_kg.graph import FORMATS, Answer, publish, written
from zjtx_kg.terms import BASE

__all__ = ["router"]

router = APIRouter()
_HTML: Final = "text/html"
#: What the address of a thing leads to. A program that asks for JSON is led to JSON-LD, which is JSON.
_OFFERED: Final = (_HTML, *SUFFIXES, JSON)
_FORMATS: Final = {
    suffix: next(f for f in FORMATS.values() if f.media_type == kind) for kind, suffix in SUFFIXES.items()
}
_COMPANY: Final = "company/"
_VOCABULARY: Final = "ns"
#: A copy is asked about before each use, and kept by no cache that serves others: reading may take a key.
_LAW: Final = {"Cache-Control": "private, no-cache"}
_PRIVATE: Final = {"Cache-Control": "no-store"}
_EXAMPLE: Final = "tier/little-giant"


class _Thing(Convertor[str]):
    """The path of a thing: whatever is no address of the interface for programs."""

    regex = r"(?!(?:v1|page|data)(?:/|$))[a-z][a-z\-]*(?:/.*)?"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("thing", _Thing())


@operation(
    router,
    "GET",
    "/page/{thing:path}",
    tag="linked",
    answers={200: None, 304: None},
    media={_HTML: "a page"},
    path_examples={"thing": _EXAMPLE},
    refusals=(404, 409),
)
async def read_page(call: Call) -> Response:
    """Read the page of a thing, in Chinese or English.

    The page of a company shows its verdicts of today; it needs a company recorded by this key's tenant.
    """
    path = call.path["thing"]
    _only(call, (_HTML,))
    frame = Frame(call.lang, path, _root(call), "lang" in call.request.query_params)
    headers = {**HEADERS, "Content-Language": TAGS[call.lang], "Vary": "Accept-Language"}
    things = await _things(call)
    if path.startswith(_COMPANY):
        asked = chosen({field.name: field.default for field in CHOICE})
        found, profile, assessment = stands(call, path.removeprefix(_COMPANY), asked)
        page = company_page(found, profile, assessment, call.rules, things, frame)
        return Response(page, 200, {**headers, **_PRIVATE}, _HTML)
    _known(things, path)
    if path == _VOCABULARY:
        page = await asyncio.to_thread(vocabulary_page, things, frame)
    else:
        page = await asyncio.to_thread(thing_page, things, BASE + path, frame)
    tag = f'"{hashlib.sha256(page).hexdigest()[:24]}"'
    return _unless_held(call, tag, page, {**headers, **_LAW}, _HTML)


@operation(
    router,
    "GET",
    "/data/{document:path}",
    tag="linked",
    answers={200: None, 304: None},
    media=dict.fromkeys(SUFFIXES, "a graph"),
    path_examples={"document": _EXAMPLE + ".ttl"},
    refusals=(404, 409),
)
async def read_data(call: Call) -> Response:
    """Read what is said of a thing, and what points at it: `.ttl`, `.jsonld`, `.nt` or `.rdf` after its path.

    The graph of a company is its assessment of today with every finding.
    """
    path, _, suffix = call.path["document"].rpartition(".")
    format_ = _FORMATS.get(suffix)
    if format_ is None:
        raise Refusal(404, "no_such_id", id=call.path["document"][:200])
    kind = format_.media_type
    _only(call, (kind, JSON) if kind == JSON_LD else (kind,))
    if path.startswith(_COMPANY):
        id = path.removeprefix(_COMPANY)
        asked = chosen({field.name: field.default for field in CHOICE})
        _, profile, assessment = stands(call, id, asked)
        graph = publish(profile, assessment, company=company_iri(id), rulebase=call.rules)
        triples = tuple(quad.triple for quad in ox.parse(graph.data, format=ox.RdfFormat.N_QUADS))
        return Response(written(Answer(triples=triples), format_), 200, _PRIVATE, kind)
    things = await _things(call)
    _known(things, path)
    tag = f'W/"{call.service.edition}-{zjtx_kg.__version__}-{suffix}"'  # blank nodes have names of the day
    if _held(call, tag):
        return Response(b"", 304, {**_LAW, "ETag": tag})
    triples = await asyncio.to_thread(things.description, BASE + path)
    return _unless_held(call, tag, written(Answer(triples=triples), format_), _LAW, kind)


@operation(
    router,
    "GET",
    "/{thing:thing}",
    tag="linked",
    answers={303: None},
    path_examples={"thing": _EXAMPLE},
    media=dict.fromkeys(_OFFERED, "where to go"),
    refusals=(404,),
)
async def lead(call: Call) -> Response:
    """Find the document about a thing of `https://w3id.org/zjtx/`: the path is that of its IRI.

    `Accept` chooses a page or a graph; the answer leads to it. Terms of the vocabulary are at `ns`.
    """
    path = call.path["thing"]
    kind = choose(call.request.headers.get("accept"), _OFFERED)
    if kind is None:
        raise Refusal(406, "not_acceptable", known=", ".join(_OFFERED))
    private = path.startswith(_COMPANY)
    if private:
        present(call, path.removeprefix(_COMPANY))
    else:
        _known(await _things(call), path)
    if kind == _HTML:
        asked = f"?lang={call.lang}" if "lang" in call.request.query_params else ""
        target = f"/page/{quote(path)}{asked}"
    else:
        target = f"/data/{quote(path)}.{SUFFIXES[JSON_LD if kind == JSON else kind]}"
    headers = {"Location": _root(call) + target, "Vary": "Accept", **(_PRIVATE if private else _LAW)}
    return Response(b"", 303, headers)


async def _things(call: Call) -> Things:
    """The law alone, whoever asks: no page of it can show anything of a company."""
    return Things(await asyncio.to_thread(call.service.graphs.store, ""))


def _known(things: Things, path: str) -> None:
    """Refuse the path of nothing. What no IRI can hold names nothing."""
    if "#" in path or not things.knows(BASE + path):
        raise Refusal(404, "no_such_id", id=path[:200])


def _only(call: Call, kinds: tuple[str, ...]) -> None:
    """Refuse where the one type of a document is not accepted."""
    if choose(call.request.headers.get("accept"), kinds) is None:
        raise Refusal(406, "not_acceptable", known=kinds[0])


def _root(call: Call) -> str:
    return str(call.request.scope.get("root_path", "")).rstrip("/")


def _held(call: Call, tag: str) -> bool:
    """Whether the client has this state already (RFC 9110, 13.1.2)."""
    given = call.request.headers.get("if-none-match", "")
    held = {one.strip().removeprefix("W/") for one in given.split(",")}
    return tag.removeprefix("W/") in held or given.strip() == "*"


def _unless_held(call: Call, tag: str, content: bytes, headers: dict[str, str], kind: str) -> Response:
    told = {**headers, "ETag": tag}
    return Response(b"", 304, told) if _held(call, tag) else Response(content, 200, told, kind)
