"""Running the service: checks before it listens, workers, an orderly end."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from pathlib import Path

import uvicorn

from zjtx_api import database, log, rate
from zjtx_api.keys import Keys
from zjtx_api.settings import Settings
from zjtx_kg import InputError, load

__all__ = ["run"]


def _check_address(settings: Settings) -> None:
    """Refuse an address that cannot be listened on before anything is started."""
    try:
        found = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError("http.address", host=settings.host, port=settings.port, reason=reason) from error


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; requests in progress are finished within the limit.

    Refuses to start beyond the loopback interface while there is no key.
    """
    load(Path(settings.ontology).resolve() if settings.ontology else None)  # a fault shows before listening
    database.prepare(settings.store)
    rate.prepare(settings.store)
    if not settings.open:
        keys = Keys(settings.store)
        if not keys.any():
            raise InputError("http.no_keys", host=settings.host, store=settings.store)
        keys.close()
    _check_address(settings)
    counts = tempfile.mkdtemp(prefix="zjtx-metrics-")
    try:
        if settings.workers > 1:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts
        settings.export()
        log.set_up()
        log.note(
            "start", host=settings.host, port=settings.port, workers=settings.workers, open=settings.open
        )
        uvicorn.run(
            "zjtx_api.app:worker",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            http="zjtx_api.protocol:GuardedProtocol",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=settings.max_connections,
            backlog=2048,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=settings.shutdown_limit,
        )
    finally:
        shutil.rmtree(counts, ignore_errors=True)
