"""HTTP on a socket, with patience for slow clients limited.

The server below waits for ever for the head of a request, and for a client that does not read. Here a head
must be whole within a time, and what was sent must be taken within one, or the connection ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from zjtx_api.settings import Settings

__all__ = ["GuardedProtocol"]


class GuardedProtocol(HttpToolsProtocol):
    """See the module."""

    _settings: Settings | None = None
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        settings = type(self)._settings
        if settings is None:
            settings = type(self)._settings = Settings.imported()
        self._limits = settings
        found = transport.get_extra_info("socket")
        if found is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
            with contextlib.suppress(OSError):  # not a TCP socket
                patience = int(settings.time_limit * 1000)
                found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, patience)
        self._wait()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(self._limits.header_limit, self._give_up)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self._patience = None
        transport: Any = self.transport
        if not transport.is_closing():
            transport.write(b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            transport.close()
