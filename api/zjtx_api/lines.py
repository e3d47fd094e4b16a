"""An answer of many lines, sent while the lines of the request still come in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

__all__ = ["LinesResponse"]


class LinesResponse(Response):
    """Sends lines as they are ready. A client that does not take them within ``patience`` is cut off.

    Unlike the common streaming response it leaves the incoming half of the connection alone: the lines are
    made from it.
    """

    def __init__(
        self, lines: AsyncIterator[bytes], patience: float, kind: str, headers: Mapping[str, str]
    ) -> None:
        super().__init__(status_code=200, headers=headers, media_type=kind)
        del self.headers["content-length"]
        self.lines = lines
        self.patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        try:
            await send(start)
            async for line in self.lines:
                async with asyncio.timeout(self.patience):
                    await send({"type": "http.response.body", "body": line, "more_body": True})
        except ClientDisconnect:
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})
