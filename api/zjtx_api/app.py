"""The application: the gate around the routes."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

import zjtx_kg
from zjtx_api import log
from zjtx_api.gate import Gate
from zjtx_api.languages import wanted_language
from zjtx_api.openapi import document
from zjtx_api.problems import Refusal, problem_response
from zjtx_api.routes import ROUTERS
from zjtx_api.service import Service
from zjtx_api.settings import Settings

__all__ = ["create_app", "worker"]


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service as an ASGI application. Its store and rules are open from now until its lifespan ends.

    Raises :class:`zjtx_kg.ZjtxError` where the rules or the store cannot be used.
    """
    service = Service(settings or Settings())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.open()
        yield
        service.close()

    app = FastAPI(
        title="zjtx",
        version=zjtx_kg.__version__,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service = service
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(Gate, service=service)
    app.add_exception_handler(HTTPException, _refused)  # type: ignore[arg-type]
    described: list[dict[str, object]] = []

    def openapi() -> dict[str, object]:
        if not described:
            described.append(document(service.rules))
        return described[0]

    app.openapi = openapi  # type: ignore[method-assign]
    return app


async def _refused(request: Request, error: HTTPException) -> Response:
    """An address or a method that does not exist."""
    code = {404: "no_address", 405: "method"}.get(error.status_code, "refused_request")
    refusal = Refusal(error.status_code, code, headers=dict(error.headers or {}))
    lang = wanted_language(request.headers.get("accept-language"))
    return problem_response(refusal, lang, instance=request.scope.get("zjtx.request"))


def worker() -> FastAPI:
    """The application of one worker process, with the settings of the process that started it."""
    log.set_up()
    found = create_app(Settings.imported())
    gc.collect()
    gc.freeze()  # what has been loaded stays: the collector need not look at it again with every request
    return found
