"""Whether the service lives and is ready, what it counts, how it is used."""

from __future__ import annotations

import sqlite3
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

import zjtx_kg
from zjtx_api import log, metrics
from zjtx_api.keys import Role
from zjtx_api.linked import CONTEXT
from zjtx_api.operation import Call, operation
from zjtx_api.problems import Refusal
from zjtx_api.style import STYLE
from zjtx_kg.reasoning import encode

__all__ = ["router"]

router = APIRouter()


@operation(router, "GET", "/healthz", tag="system", role=Role.NONE, answers={200: "Health"})
async def health(_: Call) -> Any:
    """Say that the process lives."""
    return {"status": "ok"}


@operation(router, "GET", "/readyz", tag="system", role=Role.NONE, answers={200: "Ready"})
async def ready(call: Call) -> Any:
    """Say whether requests can be answered: rules loaded, store open."""
    try:
        call.service.companies.ready()
    except sqlite3.Error as error:
        log.failure(error, "-")
        raise Refusal(503, "store_away", headers={"Retry-After": "5"}) from None
    return {"status": "ready", "version": zjtx_kg.__version__, "edition": call.service.edition}


@operation(
    router,
    "GET",
    "/metrics",
    tag="system",
    role=Role.ADMIN,
    answers={200: None},
    media={"text/plain": "Prometheus text format", "application/openmetrics-text": "as text/plain"},
)
async def read_metrics(_: Call) -> Any:
    """Read counts and durations in the text format of Prometheus."""
    return Response(metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


@operation(router, "GET", "/v1/context", tag="system", answers={200: None})
async def context(_: Call) -> Any:
    """Read the JSON-LD context of the answers."""
    return {"@context": CONTEXT}


# --- documentation -------------------------------------------------------------------------------------


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> Response:
    return Response(encode(request.app.openapi()), media_type="application/json", headers=_CACHED)


#: Pages run scripts of this service only, and speak to it only.
_PAGE: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self' blob:; worker-src blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
}
_CACHED: Final = {"Cache-Control": "no-cache"}
_DOCS: Final = """<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>zjtx API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/swagger-ui.css"></head>
<body><div id="docs"></div><script src="/assets/swagger-ui-bundle.js"></script>
<script src="/assets/start.js"></script></body></html>"""
_REDOC: Final = """<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>zjtx API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"></head>
<body><redoc spec-url="/openapi.json" disable-google-font="true" hide-download-button="true"></redoc>
<script src="/assets/redoc.standalone.js"></script></body></html>"""
_START: Final = """SwaggerUIBundle({url: "/openapi.json", dom_id: "#docs", deepLinking: true,
  validatorUrl: null, displayRequestDuration: true, persistAuthorization: false});"""
_ASSETS: Final = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "redoc.standalone.js": "text/javascript",
}


@router.get("/docs", include_in_schema=False)
async def docs() -> Response:
    return HTMLResponse(_DOCS, headers=_PAGE)


@router.get("/redoc", include_in_schema=False)
async def redoc() -> Response:
    return HTMLResponse(_REDOC, headers=_PAGE)


@cache
def _assets() -> Path:
    """The scripts of the pages, which come in a wheel."""
    found = find_spec("fastapi_offline")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "static"


@router.get("/assets/{name}", include_in_schema=False)
async def asset(name: str) -> Response:
    if name == "start.js":
        return Response(_START, media_type="text/javascript", headers=_CACHED)
    if name == "page.css":
        return Response(STYLE, media_type="text/css", headers=_CACHED)
    kind = _ASSETS.get(name)
    if kind is None:
        raise Refusal(404, "no_address")
    return FileResponse(_assets() / name, media_type=kind, headers=_CACHED)
