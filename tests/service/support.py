"""A service to ask: in this process, or in one of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
from starlette.testclient import TestClient
from zjtx_api import Settings, create_app
from zjtx_api.keys import Keys, Role

LOCAL = "http://127.0.0.1:8000"
JSON = {"Content-Type": "application/json"}


@contextlib.contextmanager
def client(store: Path, **settings: Any) -> Iterator[TestClient]:
    app = create_app(Settings(store=str(store), **settings))
    with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as found:
        yield found


def key(store: Path, tenant: str, role: str) -> dict[str, str]:
    """The header of a new key."""
    keys = Keys(store)
    made, _ = keys.create(tenant, Role(role))
    keys.close()
    return {"Authorization": f"Bearer {made}"}


def http(url: str, headers: Mapping[str, str] | None = None) -> httpx.Client:
    """A client that loads no certificates."""
    return httpx.Client(base_url=url, headers=headers, verify=False, timeout=60)


@dataclass
class Running:
    """``zjtx serve`` in a process of its own."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    ask: httpx.Client

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8")


@contextlib.contextmanager
def served(store: Path, *options: str, headers: Mapping[str, str] | None = None) -> Iterator[Running]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = store.parent / f"log-{port}"
    command = [sys.executable, "-m", "zjtx_kg", "serve", "--port", str(port), "--store", str(store), *options]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, stdout=stream, stderr=stream, env={**os.environ}, start_new_session=True
        )
    found = Running(process, port, log, http(f"http://127.0.0.1:{port}", {"Connection": "close"}))
    try:
        _wait(found, dict(headers or {}))
        yield found
    finally:
        found.ask.close()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def _wait(found: Running, headers: dict[str, str]) -> None:
    for _ in range(300):
        assert found.process.poll() is None, found.logged()
        with contextlib.suppress(httpx.TransportError):
            if found.ask.get("/readyz", headers=headers).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError(found.logged())
