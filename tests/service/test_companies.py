"""Companies that are kept: every version, read under any day, seen by their tenant only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.service.support import JSON, client, key
from zjtx_kg import Profile, assess
from zjtx_kg.reasoning import encode

DEBT = {"years": {"2024": {"total_assets": 9000, "total_liabilities": 7000}}}


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[TestClient]:
    with client(tmp_path / "store") as found:
        yield found


def test_a_company_is_recorded_once_and_read_with_its_assessment(ask: TestClient) -> None:
    first = ask.put("/v1/companies/acme", json=DEBT)
    again = ask.put("/v1/companies/acme", json=DEBT)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["version"] == again.json()["version"] == 1
    assert first.headers["etag"] == '"1"'
    assert first.headers["location"] == "/v1/companies/acme"
    read = ask.get("/v1/companies/acme", params={"as_of": "2025-06-01"}).json()
    assert read["profile"] == DEBT
    expected = assess(Profile.from_dict(DEBT), as_of=date(2025, 6, 1))
    assert read["assessment"] == json.loads(encode(expected))


def test_the_day_chooses_the_edition(ask: TestClient) -> None:
    ask.put("/v1/companies/acme", json=DEBT)
    found = {
        day: ask.get(f"/v1/companies/acme?as_of={day}&tiers=little-giant").json()["assessment"]["tiers"][0][
            "policy"
        ]
        for day in ("2026-03-31", "2026-04-01")
    }
    assert found == {"2026-03-31": "miit-2022-63", "2026-04-01": "miit-2026-2"}


def test_numbers_are_kept_as_they_were_written(ask: TestClient) -> None:
    body = '{"years": {"2024": {"revenue": 100.10, "employees": 1E2}}, "name": "甲“\\"\\\\"}'
    answer = ask.put("/v1/companies/acme", content=body, headers=JSON)
    assert answer.status_code == 201
    text = ask.get("/v1/companies/acme?as_of=2025-06-01").text
    assert '"revenue":100.10,"employees":1E2' in text
    assert json.loads(text)["profile"]["name"] == '甲“"\\'


def test_every_version_stays(ask: TestClient) -> None:
    for name in ("a", "b"):
        ask.put("/v1/companies/acme", json={"name": name})
    assert ask.delete("/v1/companies/acme").status_code == 204
    assert ask.get("/v1/companies/acme").status_code == 404
    assert ask.delete("/v1/companies/acme").status_code == 404
    assert ask.get("/v1/companies/acme?version=1&as_of=2025-06-01").json()["profile"] == {"name": "a"}
    versions = ask.get("/v1/companies/acme/history").json()["versions"]
    assert [(v["version"], v.get("removed", False)) for v in versions] == [(3, True), (2, False), (1, False)]
    assert ask.put("/v1/companies/acme", json={"name": "c"}).json()["version"] == 4


def test_erasing_leaves_nothing(ask: TestClient, tmp_path: Path) -> None:
    ask.put("/v1/companies/acme", json={"name": "SECRETNAME"})
    assert ask.delete("/v1/companies/acme?erase=true").status_code == 204
    assert ask.get("/v1/companies/acme/history").status_code == 404
    assert ask.delete("/v1/companies/acme?erase=true").status_code == 404
    for file in (tmp_path / "store").iterdir():
        assert b"SECRETNAME" not in file.read_bytes(), file.name


def test_a_writer_who_has_not_seen_the_present_version_is_refused(ask: TestClient) -> None:
    assert (
        ask.put("/v1/companies/acme", json={"name": "a"}, headers={"If-None-Match": "*"}).status_code == 201
    )
    late = ask.put("/v1/companies/acme", json={"name": "b"}, headers={"If-None-Match": "*"})
    assert late.status_code == 412
    assert ask.put("/v1/companies/acme", json={"name": "b"}, headers={"If-Match": '"1"'}).status_code == 200
    assert ask.put("/v1/companies/acme", json={"name": "c"}, headers={"If-Match": '"1"'}).status_code == 412
    assert ask.put("/v1/companies/acme", json={"name": "c"}, headers={"If-Match": "zz"}).status_code == 412
    assert ask.delete("/v1/companies/acme", headers={"If-Match": '"1"'}).status_code == 412
    assert ask.get("/v1/companies/acme").json()["profile"] == {"name": "b"}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"zz": 1}, "zz"),
        ({"years": {"2024": {"revenue": -1}}}, "years.2024.revenue"),
        (
            {"years": {"2025": {"total_assets": 100, "total_liabilities": 50}}, "facts": {"debt_ratio": 60}},
            "facts.debt_ratio",
        ),
    ],
)
def test_a_faulty_profile_is_not_recorded(ask: TestClient, body: Any, path: str) -> None:
    answer = ask.put("/v1/companies/acme", json=body)
    assert answer.status_code == 422
    assert [problem["path"] for problem in answer.json()["problems"]] == [path]
    assert ask.get("/v1/companies/acme/history").status_code == 404


@pytest.mark.parametrize("id", ["-a", "a b", "%E7%94%B2", "a" * 65, ".."])
def test_ids_are_plain(ask: TestClient, id: str) -> None:
    assert ask.put(f"/v1/companies/{id}", json={}).status_code in (404, 405, 422)


def test_lists_have_pages(ask: TestClient) -> None:
    for number in range(5):
        ask.put(f"/v1/companies/c{number}", json={"name": str(number)})
    ask.delete("/v1/companies/c1")
    first = ask.get("/v1/companies?limit=2").json()
    assert [one["id"] for one in first["companies"]] == ["c0", "c2"]
    second = ask.get(f"/v1/companies?limit=2&after={first['next']}").json()
    assert [one["id"] for one in second["companies"]] == ["c3", "c4"]
    assert "next" not in second


def test_tenants_never_see_each_other(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with client(store, require_key=True) as ask:
        a, b = key(store, "a", "admin"), key(store, "b", "admin")
        assert ask.put("/v1/companies/acme", json={"name": "a"}, headers=a).status_code == 201
        for method, path in (
            ("GET", "/v1/companies/acme"),
            ("GET", "/v1/companies/acme?version=1"),
            ("GET", "/v1/companies/acme/history"),
            ("DELETE", "/v1/companies/acme"),
            ("DELETE", "/v1/companies/acme?erase=true"),
        ):
            assert ask.request(method, path, headers=b).status_code == 404, path
        assert ask.get("/v1/companies", headers=b).json() == {"companies": []}
        assert ask.put("/v1/companies/acme", json={"name": "b"}, headers=b).status_code == 201
        assert ask.get("/v1/companies/acme", headers=a).json()["profile"] == {"name": "a"}
        assert ask.get("/v1/companies/acme", headers=b).json()["profile"] == {"name": "b"}


def test_a_record_that_outgrew_the_rules_is_told_and_kept(ask: TestClient, tmp_path: Path) -> None:
    ask.put("/v1/companies/acme", json={"name": "a"})
    connection = sqlite3.connect(tmp_path / "store" / "zjtx.sqlite")
    with connection:
        connection.execute("UPDATE companies SET profile = ?", (b'{"facts":{"gone":1}}',))
    connection.close()
    answer = ask.get("/v1/companies/acme")
    assert answer.status_code == 409
    assert answer.json()["problems"][0]["path"] == "profile.facts.gone"
