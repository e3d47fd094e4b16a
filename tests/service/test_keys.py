"""Who comes in: nobody beyond the loopback interface without a key, and no key beyond its role."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner
from zjtx_api import Settings, server
from zjtx_api.keys import Keys

from tests.service.support import client, key
from zjtx_kg import ZjtxError
from zjtx_kg.cli.app import app

BODY = {"profile": {}, "as_of": "2025-06-01", "tiers": ["hnte"]}


def status(ask: TestClient, method: str, path: str, headers: dict[str, str], body: Any = None) -> int:
    return int(ask.request(method, path, headers=headers, json=body).status_code)


@pytest.mark.parametrize(
    ("method", "path", "body", "allowed"),
    [
        ("GET", "/v1/tiers", None, "read write admin"),
        ("POST", "/v1/assessments", BODY, "read write admin"),
        ("GET", "/v1/companies", None, "read write admin"),
        ("PUT", "/v1/companies/x", {}, "write admin"),
        ("DELETE", "/v1/companies/x", None, "write admin"),
        ("DELETE", "/v1/companies/x?erase=true", None, "admin"),
        ("GET", "/metrics", None, "admin"),
    ],
)
def test_each_role_may_what_it_may(tmp_path: Path, method: str, path: str, body: Any, allowed: str) -> None:
    store = tmp_path / "store"
    with client(store, require_key=True) as ask:
        assert status(ask, method, path, {}, body) == 401
        for role in ("read", "write", "admin"):
            found = status(ask, method, path, key(store, "t", role), body)
            assert (found in (200, 201, 204, 404)) is (role in allowed.split()), (role, found)
            assert found == 403 or role in allowed.split()


def test_the_open_parts_need_no_key(tmp_path: Path) -> None:
    with client(tmp_path / "store", require_key=True) as ask:
        for path in ("/healthz", "/readyz", "/openapi.json", "/docs", "/assets/swagger-ui.css"):
            assert ask.get(path).status_code == 200, path
        refused = ask.get("/v1/nothing")
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer zjtx_wrong"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic Zm9vOmJhcg=="},
        {"X-API-Key": "\xff\xfe"},
        {"X-API-Key": "zjtx_" + "a" * 5000},
    ],
)
def test_a_wrong_key_is_refused(tmp_path: Path, headers: dict[str, str]) -> None:
    with client(tmp_path / "store", require_key=True) as ask:
        raw = {name: value.encode("latin-1") for name, value in headers.items()}
        assert ask.get("/v1/tiers", headers=raw).status_code == 401  # type: ignore[arg-type]


def test_a_wrong_key_is_refused_also_where_none_is_needed(tmp_path: Path) -> None:
    with client(tmp_path / "store") as ask:
        assert ask.get("/v1/tiers").status_code == 200
        assert ask.get("/v1/tiers", headers={"X-API-Key": "zjtx_wrong"}).status_code == 401


def test_a_revoked_key_is_refused_at_once(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with client(store, require_key=True) as ask:
        keys = Keys(store)
        made, entry = keys.create("t", "read")  # type: ignore[arg-type]
        assert ask.get("/v1/tiers", headers={"X-API-Key": made}).status_code == 200
        keys.revoke(entry.id)
        assert ask.get("/v1/tiers", headers={"X-API-Key": made}).status_code == 401
        keys.close()


def test_the_store_holds_no_key(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with client(store):
        found = key(store, "t", "read")["Authorization"].removeprefix("Bearer ")
    for file in store.iterdir():
        assert found.encode() not in file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0, file.name


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", ""])
def test_an_open_service_answers_to_its_own_names_only(tmp_path: Path, host: str) -> None:
    """A page of another site could otherwise reach it by a name that leads to this machine."""
    with client(tmp_path / "store") as ask:
        assert ask.get("/v1/companies", headers={"Host": host}).status_code == 421
        assert ask.get("/v1/companies", headers={"Host": "localhost:99"}).status_code == 200
        assert ask.get("/v1/companies", headers={"Host": "[::1]:99"}).status_code == 200


@pytest.mark.parametrize(
    "settings", [{"host": "0.0.0.0"}, {"require_key": True}, {"host": "::"}, {"host": "myhost"}]
)
def test_nothing_is_served_beyond_this_machine_without_a_key(
    tmp_path: Path, settings: dict[str, Any]
) -> None:
    with pytest.raises(ZjtxError) as refused:
        server.run(Settings(store=str(tmp_path), **settings))
    assert "zjtx keys new" in refused.value.message("en")


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", None), ("192.0.2.1", 8000), ("no such host", 8000)])
def test_an_address_that_cannot_be_used_is_told(tmp_path: Path, host: str, port: int | None) -> None:
    with client(tmp_path / "store"):
        key(tmp_path / "store", "t", "read")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = port or taken.getsockname()[1]
        with pytest.raises(ZjtxError) as refused:
            server.run(Settings(store=str(tmp_path / "store"), host=host, port=wanted))
    assert refused.value.code == "http.address"


def test_keys_are_made_listed_and_revoked_by_command(tmp_path: Path) -> None:
    run = CliRunner()
    store = ["--store", str(tmp_path / "store")]
    made = json.loads(run.invoke(app, ["keys", "new", "bank", "--role", "write", "--json", *store]).stdout)
    listed = run.invoke(app, ["keys", "list", *store]).stdout
    assert made["id"] in listed
    assert made["key"] not in listed
    assert run.invoke(app, ["keys", "revoke", made["id"], *store]).exit_code == 0
    again = run.invoke(app, ["keys", "revoke", made["id"], *store])
    assert isinstance(again.exception, ZjtxError)
    wrong = run.invoke(app, ["keys", "new", "Bank Of", *store])
    assert isinstance(wrong.exception, ZjtxError)
