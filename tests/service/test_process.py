"""The service as a process: killed, stopped, asked by several at once and by clients that dawdle."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest
from httpx2 import TransportError
from zjtx_api import database

from tests.service.support import JSON, Running, http, key, served

BODY = b'{"profile": {}, "as_of": "2025-06-01", "tiers": ["hnte"]}'


def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """Four writers, two workers, SIGKILL in their midst; then every acknowledged version is there."""
    store = tmp_path / "store"
    acknowledged: list[tuple[str, int]] = []

    def write(url: str, writer: int) -> None:
        with http(url) as ask:
            for number in range(100_000):
                try:
                    answer = ask.put(f"/v1/companies/w{writer}", json={"name": f"{number}"})
                except TransportError:
                    return
                if answer.status_code not in (200, 201):
                    return
                acknowledged.append((f"w{writer}", answer.json()["version"]))

    with served(store, "--workers", "2") as running:
        writers = [threading.Thread(target=write, args=(running.url, n)) for n in range(4)]
        for writer in writers:
            writer.start()
        while len(acknowledged) < 30:
            time.sleep(0.02)
        os.killpg(running.process.pid, signal.SIGKILL)
        for writer in writers:
            writer.join(20)
    assert len(acknowledged) >= 30
    with served(store) as again:
        for id in {id for id, _ in acknowledged}:
            versions = again.ask.get(f"/v1/companies/{id}/history").json()["versions"]
            present = {version["version"] for version in versions}
            assert {version for other, version in acknowledged if other == id} <= present
            assert present == set(range(1, len(present) + 1))


def test_stopping_finishes_what_has_begun(tmp_path: Path) -> None:
    with served(tmp_path / "store") as running, _open(running) as asking:
        asking.sendall(
            b"POST /v1/assessments?tiers=hnte&as_of=2025-06-01 HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: application/x-ndjson\r\nContent-Length: 36\r\n\r\n" + b'{"name": "first"}\n'
        )
        received = _until(asking, b'"first"')
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        asking.sendall(b'{"name": "second"}')
        received += _until(asking, b"\r\n0\r\n\r\n")
        assert b'"second"' in received
        assert running.process.wait(20) in (0, -signal.SIGTERM)


def _until(connection: socket.socket, end: bytes) -> bytes:
    received = b""
    while end not in received:
        part = connection.recv(65536)
        assert part, received
        received += part
    return received


@pytest.fixture(scope="module")
def open_service(tmp_path_factory: pytest.TempPathFactory) -> object:
    with served(
        tmp_path_factory.mktemp("service") / "store", "--time-limit", "1", "--workers", "2"
    ) as running:
        yield running


def _open(running: Running) -> socket.socket:
    return socket.create_connection(("127.0.0.1", running.port), timeout=20)


def test_a_slow_body_is_given_up_and_others_go_on(open_service: Running) -> None:
    with _open(open_service) as slow:
        slow.sendall(
            b"POST /v1/assessments HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000\r\n\r\n{"
        )
        answer = open_service.ask.post("/v1/assessments", content=BODY, headers=JSON)
        assert answer.status_code == 200
        assert b" 503 " in slow.recv(4096)


def test_a_slow_stream_is_given_up(open_service: Running) -> None:
    with _open(open_service) as slow:
        slow.sendall(
            b"POST /v1/assessments?tiers=hnte&as_of=2025-06-01&lang=en HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: application/x-ndjson\r\nContent-Length: 1000\r\n\r\n{}\n{"
        )
        received = _until(slow, b"\r\n0\r\n\r\n")
        assert b'"tier":"hnte"' in received
        assert b'{"line":2,"error":' in received


def test_a_slow_head_is_given_up(tmp_path: Path) -> None:
    with served(tmp_path / "store", "--header-limit", "0.5") as running:
        for begun in (b"", b"GET /healthz HTTP/1.1\r\nHost: loc"):
            with _open(running) as slow:
                slow.sendall(begun)
                assert slow.recv(4096).startswith(b"HTTP/1.1 408 ")
                assert slow.recv(4096) == b""


def test_a_client_that_does_not_read_is_given_up(open_service: Running) -> None:
    """A stream of answers that nobody takes: the connection ends, the worker goes on."""
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", open_service.port))
        deaf.settimeout(30)
        head = b"POST /v1/assessments?as_of=2025-06-01 HTTP/1.1\r\nHost: localhost\r\n"
        deaf.sendall(head + b"Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")
        line = b"3\r\n{}\n\r\n"
        ended = False
        for _ in range(200_000):
            try:
                deaf.sendall(line * 100)
            except (ConnectionResetError, BrokenPipeError):
                ended = True
                break
        assert ended
    answer = open_service.ask.post("/v1/assessments", content=BODY, headers=JSON)
    assert answer.status_code == 200


def test_workers_count_together_and_the_log_names_no_company(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with served(store, "--workers", "2") as running:
        secret = {"name": "SECRETNAME", "years": {"2024": {"revenue": 987654321}}}
        for n in range(10):  # a connection each, so that both workers answer
            running.ask.put(f"/v1/companies/SECRETID{n}", json=secret)
            running.ask.get(f"/v1/companies/SECRETID{n}?as_of=2025-06-01")
        running.ask.put("/v1/companies/SECRETID", json={"years": {"2024": {"revenue": -987654321}}})
        counts = {running.ask.get("/metrics").text for _ in range(3)}
        for text in counts:
            assert 'zjtx_requests_total{method="PUT",operation="put_company",status="201"} 10.0' in text
            assert "zjtx_profiles_assessed_total 20.0" in text
            assert "SECRET" not in text
        log = running.logged()
        assert log.count('"route":"/v1/companies/{id}"') == 21
        assert "SECRET" not in log
        assert "987654321" not in log


def test_beyond_this_machine_a_key_is_needed(tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    database.prepare(store)
    header = key(store, "bank", "read")
    with served(store, "--host", "0.0.0.0") as running:
        assert running.ask.get("/v1/tiers").status_code == 401
        assert running.ask.get("/v1/tiers", headers=header).status_code == 200
