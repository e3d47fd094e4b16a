"""One operation of the service: what it takes, who may use it, what it answers.

A route is a function of a :class:`Call` under :func:`operation`; everything that all routes do alike (reading
with every fault at once, languages, formats, roles, time limits, problems) happens here, and the OpenAPI
document is made from the same declaration.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from zjtx_api.bodies import NDJSON, media_type, read_json_body
from zjtx_api.fields import LANG, Field, read_body, read_query
from zjtx_api.keys import Principal, Role
from zjtx_api.languages import TAGS, wanted_language
from zjtx_api.linked import JSON, JSON_LD, in_context, negotiate
from zjtx_api.problems import Refusal, problem_response, refusal_of
from zjtx_kg import Problem, Rulebase, ZjtxError
from zjtx_kg.reasoning import encode

if TYPE_CHECKING:
    from fastapi import APIRouter

    from zjtx_api.service import Service

__all__ = ["OPERATIONS", "Answer", "Call", "Operation", "operation"]


@dataclass(frozen=True, slots=True)
class Call:
    """One request, read: ``asked`` holds the fields, ``path`` the parts of its address.

    ``problems`` are faults of fields; they are empty unless the operation gathers them with its own.
    """

    service: Service
    principal: Principal
    asked: dict[str, Any]
    path: Mapping[str, str]
    lang: str
    request: Request
    problems: list[Problem]

    @property
    def rules(self) -> Rulebase:
        return self.service.rules

    def refuse(self) -> None:
        """Refuse the request if a fault has been found, with all of them."""
        if self.problems:
            raise Refusal(422, "bad_request", self.problems, count=len(self.problems))


@dataclass(frozen=True, slots=True)
class Answer:
    """A value to be printed, with a status and headers of its own."""

    value: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The declaration of a route, from which it is served and described."""

    method: str
    path: str
    id: str
    tag: str
    role: Role
    query: Mapping[str, Field]
    body: Mapping[str, Field] | None
    body_schema: str | None
    examples: Mapping[str, Any]
    answers: Mapping[int, str | None]
    example: Any
    summary: str
    description: str
    path_examples: Mapping[str, str]
    refusals: tuple[int, ...]
    media: Mapping[str, str]
    stream: Handler | None
    gathers: bool
    raw: bool
    request_media: Mapping[str, Any]


#: Every operation of the service, in the order of its declaration.
OPERATIONS: Final[list[Operation]] = []


def operation(
    router: APIRouter,
    method: str,
    path: str,
    *,
    tag: str,
    role: Role = Role.READ,
    query: Iterable[Field] = (),
    body: Iterable[Field] | None = None,
    body_schema: str | None = None,
    examples: Mapping[str, Any] | None = None,
    answers: Mapping[int, str | None] | None = None,
    example: Any = None,
    path_examples: Mapping[str, str] | None = None,
    refusals: Iterable[int] = (),
    media: Mapping[str, str] | None = None,
    stream: Handler | None = None,
    gathers: bool = False,
    raw: bool = False,
    request_media: Mapping[str, Any] | None = None,
    also: Iterable[str] = (),
) -> Callable[[Handler], Handler]:
    """Serve a function of a :class:`Call`.

    ``query`` and ``body`` are the fields that may be sent; a name outside them is refused. Where only
    ``body_schema`` is given, the body as a whole is the field ``body``. ``answers`` names
    the schema of each status; ``refusals`` the statuses of problems beyond those that every route has. The
    first line of the docstring is the summary, the rest the description. The function returns a value to be
    printed as JSON, an :class:`Answer`, or a response. ``stream`` answers bodies of many lines; it keeps time
    itself, line by line. An operation that ``gathers`` is called although fields are faulty (a faulty
    field has its default): it adds what it finds and ends with :meth:`Call.refuse`. A ``raw`` one follows a
    protocol of its own: it reads the request and chooses the format itself; its fields are for the document,
    ``request_media`` are the bodies that it reads, each as OpenAPI describes it, with examples. ``also`` are
    further spellings of the path. What answers GET answers HEAD.
    """

    def declare(handler: Handler) -> Handler:
        summary, _, description = (handler.__doc__ or "").strip().partition("\n")
        declared = Operation(
            method=method,
            path=path,
            id=handler.__name__,
            tag=tag,
            role=role,
            query={f.name: f for f in (*query, LANG)},
            body=None if body is None else {f.name: f for f in (*body, LANG)},
            body_schema=body_schema,
            examples=examples or {},
            answers=answers or {200: None},
            example=example,
            summary=summary,
            description=" ".join(description.split()),
            path_examples=path_examples or {},
            refusals=tuple(refusals),
            media=media or {},
            stream=stream,
            gathers=gathers,
            raw=raw,
            request_media=request_media or {},
        )
        OPERATIONS.append(declared)
        endpoint = _endpoint(declared, handler)
        for spelling in (path, *also):
            router.add_api_route(
                spelling,
                endpoint,
                methods=["GET", "HEAD"] if method == "GET" else [method],
                name=declared.id,
                include_in_schema=False,
                response_model=None,
            )
        return handler

    return declare


def _endpoint(declared: Operation, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        service: Service = request.app.state.service
        lang = wanted_language(request.headers.get("accept-language"))
        try:
            streaming = declared.stream is not None and media_type(request)[0] in NDJSON
            async with asyncio.timeout(None if streaming else service.settings.time_limit):
                return await _answer(declared, handler, service, request, lang)
        except TimeoutError:
            refusal = Refusal(503, "time_limit", seconds=f"{service.settings.time_limit:g}")
        except ClientDisconnect:
            refusal = Refusal(400, "gone")
        except _Told as told:
            refusal, lang = told.refusal, told.lang
        except ZjtxError as error:
            refusal = refusal_of(error)
        return problem_response(refusal, lang, instance=request.scope.get("zjtx.request"))

    endpoint.__name__ = declared.id
    return endpoint


class _Told(Exception):
    """A refusal, once the language of the answer is known from the request itself."""

    def __init__(self, refusal: Refusal, lang: str) -> None:
        super().__init__(refusal.code)
        self.refusal, self.lang = refusal, lang


async def _answer(
    declared: Operation, handler: Handler, service: Service, request: Request, lang: str
) -> Response:
    principal: Principal = request.scope["zjtx.principal"]
    if not principal.may(declared.role):
        raise Refusal(403, "forbidden", role=str(declared.role))
    if declared.raw:
        response = await handler(Call(service, principal, {}, request.path_params, lang, request, []))
        assert isinstance(response, Response)
        return response
    kind = negotiate(request.headers.get("accept"), tuple(declared.media))
    problems: list[Problem] = []
    rules = service.rules
    asked = read_query(declared.query, request.query_params.multi_items(), rules, problems)
    streaming = declared.stream is not None and media_type(request)[0] in NDJSON
    if declared.body_schema is not None and not streaming:
        data = await read_json_body(request, service.settings.max_body)
    if declared.body_schema is not None and declared.body is None:
        asked["body"] = data
    elif declared.body is not None and not streaming:
        if type(data) is not dict:
            raise Refusal(422, "not_an_object")
        sent = {name: value for name, value in asked.items() if name in request.query_params}
        asked |= read_body(declared.body, data, rules, problems) | sent
    lang = asked.pop("lang", None) or lang
    call = Call(service, principal, asked, request.path_params, lang, request, problems)
    try:
        if not declared.gathers:
            call.refuse()
        found = await (declared.stream if streaming and declared.stream else handler)(call)
    except ZjtxError as error:
        raise _Told(refusal_of(error), lang) from None
    if isinstance(found, Response):
        return found
    answer = found if isinstance(found, Answer) else Answer(found)
    headers = {"Content-Language": TAGS[lang], "Vary": "Accept, Accept-Language", **answer.headers}
    if answer.value is None:
        return Response(b"", answer.status, headers)
    content = encode(answer.value)
    if kind == JSON_LD:
        return Response(in_context(content), answer.status, headers, JSON_LD)
    return Response(content, answer.status, headers, JSON)
