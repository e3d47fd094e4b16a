"""The door: who comes in, how often, under which name; and what every answer carries.

A plain ASGI middleware around everything, so that no route can be added outside it: what is not listed as
public needs a principal.
"""

from __future__ import annotations

import math
import secrets
import sqlite3
import time
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

import zjtx_kg
from zjtx_api import log, metrics
from zjtx_api.keys import LOCAL, NOBODY, Principal
from zjtx_api.languages import wanted_language
from zjtx_api.problems import Refusal, problem_response
from zjtx_api.service import Service

__all__ = ["PUBLIC", "Gate"]

#: What everybody may see: whether the service lives, and how it is used.
PUBLIC: Final = ("/healthz", "/readyz", "/openapi.json", "/docs", "/redoc", "/assets/", "/.well-known/")
_LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "[::1]", "::1")


class Gate:
    """See the module."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self.service = service
        settings = service.settings
        self.names = frozenset((*settings.allowed_hosts, *(_LOOPBACK_NAMES if settings.loopback else ())))
        self.check_names = settings.open or bool(settings.allowed_hosts)
        self.headers = [
            (b"zjtx-version", zjtx_kg.__version__.encode()),
            (b"zjtx-edition", service.edition.encode()),
            (b"x-content-type-options", b"nosniff"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begin = time.perf_counter()
        number = secrets.token_hex(8)
        scope["zjtx.request"] = number
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = list(message.get("headers", ()))
                headers += self.headers
                headers.append((b"x-request-id", number.encode()))
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
                message = {**message, "headers": headers}
            await send(message)

        principal = NOBODY
        try:
            principal = self._enter(scope)
            scope["zjtx.principal"] = principal
            await self.app(scope, receive, sending)
        except Refusal as refusal:
            metrics.REFUSED.labels(refusal.code.removeprefix("http.")).inc()
            response = problem_response(refusal, _language(scope), instance=number)
            await response(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 - the last door: nothing else may be shown
            log.failure(error, number)
            if status:  # part of an answer is on its way: cutting it off is all that is left
                raise _CutOff from None
            failed = Refusal(500, "failure", request=number)
            await problem_response(failed, _language(scope), instance=number)(scope, receive, sending)
        finally:
            self._note(scope, number, principal, status, time.perf_counter() - begin)

    # --- coming in ------------------------------------------------------------------------------------

    def _enter(self, scope: Scope) -> Principal:
        headers = dict(scope["headers"])
        path: str = scope["path"]
        if self.check_names:
            self._check_name(headers.get(b"host", b"").decode("latin-1"))
        public = path.startswith(PUBLIC)
        principal = self._who(headers, scope, public)
        address = scope["client"][0] if scope.get("client") else "-"
        who = address if principal in (LOCAL, NOBODY) else principal.id
        if not path.startswith(PUBLIC[:2]):
            self._count(who)
        return principal

    def _check_name(self, host: str) -> None:
        """A page of another site may not reach an open service by a name of its own (DNS rebinding)."""
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if name.lower() not in self.names:
            raise Refusal(421, "host_name", found=name[:80], known=", ".join(sorted(self.names)))

    def _who(self, headers: dict[bytes, bytes], scope: Scope, public: bool) -> Principal:
        key = _key(headers)
        if key is not None:
            found = self._known(key)
            if found is None:
                address = scope["client"][0] if scope.get("client") else "-"
                self._count(address)
                raise Refusal(401, "wrong_key", headers=_CHALLENGE)
            return found
        if self.service.settings.open:
            return LOCAL
        if public:
            return NOBODY
        raise Refusal(401, "key_needed", headers=_CHALLENGE)

    def _known(self, key: str) -> Principal | None:
        try:
            return self.service.keys.who(key)
        except sqlite3.Error as error:
            log.failure(error, "-")
            raise Refusal(503, "store_away", headers={"Retry-After": "5"}) from None

    def _count(self, who: str) -> None:
        wait = self.service.allowance.wait(who)
        if wait > 0:
            seconds = str(max(1, math.ceil(wait)))
            raise Refusal(429, "too_often", seconds=seconds, headers={"Retry-After": seconds})

    # --- going out ------------------------------------------------------------------------------------

    @staticmethod
    def _note(scope: Scope, number: str, principal: Principal, status: int, seconds: float) -> None:
        route: Any = scope.get("route")
        pattern = getattr(route, "path", "-")
        operation = getattr(route, "name", "-")
        metrics.REQUESTS.labels(operation, scope["method"][:10], str(status)).inc()
        metrics.DURATION.labels(operation).observe(seconds)
        log.access(
            request=number,
            method=scope["method"][:10],
            route=pattern,
            status=status,
            ms=round(seconds * 1000, 2),
            key=principal.id,
        )


_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="zjtx"'}


class _CutOff(Exception):
    """An answer could not be finished; the cause has been logged."""


def _key(headers: dict[bytes, bytes]) -> str | None:
    """The key of a request: ``Authorization: Bearer …`` or ``X-API-Key: …``."""
    given = headers.get(b"x-api-key")
    if given is not None:
        return given.decode("latin-1").strip()
    scheme, _, key = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def _language(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"accept-language":
            return wanted_language(value.decode("latin-1"))
    return "zh"
