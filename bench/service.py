"""The service beside an empty FastAPI route: the same server, the same client, the same body, in one run."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import msgspec

from bench.companies import companies
from bench.measure import Row

_EMPTY = """
from fastapi import Body, FastAPI
app = FastAPI()
@app.post("/v1/assessments")
async def empty(body: dict = Body()) -> dict:
    return {}
"""
_SECONDS = 4.0
_CONNECTIONS = 8


def rows() -> list[Row]:
    """One worker each. The loads alternate, so that whatever else the machine does falls on both."""
    data = companies(50)
    every = [msgspec.json.encode({"profile": one, "as_of": "2025-06-01"}) for one in data]
    single = [
        msgspec.json.encode({"profile": one, "as_of": "2025-06-01", "tiers": ["little-giant"]})
        for one in data
    ]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "empty_app.py").write_text(_EMPTY, encoding="utf-8")
        empty_port, own_port = _port(), _port()
        uvicorn = ["-m", "uvicorn", "empty_app:app", "--no-access-log", "--log-level", "warning"]
        serve = ["-m", "zjtx_kg", "serve", "--store", f"{folder}/store", "--port", str(own_port)]
        processes = [
            _start([*uvicorn, "--port", str(empty_port)], folder),
            _start(serve, folder),
        ]
        try:
            for port in (empty_port, own_port):
                _ready(port)
            rates = {"empty": 0.0, "every": 0.0, "one": 0.0}
            for _ in range(3):
                rates["empty"] = max(rates["empty"], _rate(empty_port, every))
                rates["every"] = max(rates["every"], _rate(own_port, every))
                rates["one"] = max(rates["one"], _rate(own_port, single))
        finally:
            for process in processes:
                process.send_signal(signal.SIGKILL)
                process.wait(10)
    empty = rates["empty"]
    return [
        Row("empty FastAPI route, the same body", f"{empty:,.0f} requests/s", note="the neighbour"),
        _row("POST /v1/assessments, every tier", rates["every"], empty),
        _row("POST /v1/assessments, one tier", rates["one"], empty),
    ]


def _row(work: str, rate: float, empty: float) -> Row:
    goal = 0.6 * empty
    return Row(work, f"{rate:,.0f} requests/s", f"{goal:,.0f} requests/s", f"{rate / empty:.2f}", "of empty")


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _start(arguments: list[str], folder: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": folder},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _ready(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"nothing listens on port {port}")


def _rate(port: int, bodies: list[bytes]) -> float:
    """Requests a second over some connections that are kept open."""
    counts = [0] * _CONNECTIONS
    end = time.perf_counter() + _SECONDS
    threads = [
        threading.Thread(target=_ask, args=(port, bodies, end, counts, n)) for n in range(_CONNECTIONS)
    ]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begin)


def _ask(port: int, bodies: list[bytes], end: float, counts: list[int], position: int) -> None:
    head = b"POST /v1/assessments HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    requests = [head + b"Content-Length: %d\r\n\r\n" % len(body) + body for body in bodies]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        while time.perf_counter() < end:
            connection.sendall(requests[counts[position] % len(requests)])
            _answer(connection)
            counts[position] += 1


def _answer(connection: socket.socket) -> None:
    received = connection.recv(1 << 17)
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode("latin-1"))
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            missing = int(value) - len(body)
            while missing > 0:
                missing -= len(connection.recv(min(missing, 1 << 17)))
