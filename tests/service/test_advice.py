"""Plans, paths, questions, subsidies, dates, diagnoses and library questions over HTTP."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from zjtx_api.examples import PROFILE

from tests.service.support import JSON, client, key
from tests.support import ROOT
from tests.unit.test_cli import zjtx

__all__ = ["zjtx"]
SUZHOU = ROOT / "examples" / "suzhou-precision.yaml"
DAY = "2026-06-01"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with client(tmp_path_factory.mktemp("store")) as found:
        yield found


@pytest.fixture(scope="module")
def suzhou() -> Any:
    from zjtx_kg.facts.reading import Number, read_file

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(k): plain(v) for k, v in value.items()}
        if isinstance(value, list):
            return [plain(v) for v in value]
        if isinstance(value, Number):
            return int(value) if value.isdigit() else float(value)
        return str(value) if isinstance(value, date) else value

    return plain(read_file(SUZHOU)[0])


@pytest.mark.parametrize(
    ("path", "body", "command"),
    [
        ("advancements", {"to": "little-giant"}, ["advance", "--to", "little-giant"]),
        ("roadmaps", {"to": "little-giant", "by": 2029}, ["roadmap", "--to", "little-giant", "--by", "2029"]),
        ("questions", {"to": "little-giant"}, ["ask", "--to", "little-giant"]),
        ("subsidies", {"tier": "little-giant"}, ["subsidies", "--tier", "little-giant"]),
        ("calendars", {}, ["calendar"]),
        ("diagnoses", {}, ["diagnose"]),
    ],
)
def test_the_answer_is_the_commands(
    service: Any, suzhou: Any, zjtx: Any, path: str, body: dict[str, Any], command: list[str]
) -> None:
    response = service.post(f"/v1/{path}", json={"profile": suzhou, "as_of": DAY, **body})
    name, *options = command
    printed = zjtx(name, str(SUZHOU), *options, "--as-of", DAY, "--json").json()
    assert response.status_code == 200
    assert response.json() == printed


@pytest.mark.parametrize("path", ["advancements", "roadmaps", "questions"])
def test_every_fault_is_told_at_once(service: Any, path: str) -> None:
    body = {"profile": {"facts": {"market_share_national": 101}}, "to": "nowhere", "more": 1}
    response = service.post(f"/v1/{path}", json=body)
    assert response.status_code == 422
    found = {problem["path"] for problem in response.json()["problems"]}
    assert found == {"to", "more", "profile.facts.market_share_national"}


def test_wrong_costs_are_told_with_their_place(service: Any) -> None:
    body = {"profile": PROFILE, "to": "little-giant", "costs": {"nothing": {"effort": 1}}}
    response = service.post("/v1/advancements", json=body)
    assert response.status_code == 422
    assert response.json()["problems"][0]["path"].startswith("costs")


def test_a_tier_that_no_edition_judges_is_422(service: Any) -> None:
    body = {"profile": {}, "to": "little-giant", "as_of": "2010-01-01"}
    for path in ("advancements", "questions"):
        response = service.post(f"/v1/{path}", json=body)
        assert (response.status_code, response.json()["problems"][0]["path"]) == (422, "to")


def test_a_question_of_the_library_over_a_profile_that_is_sent(service: Any, suzhou: Any, zjtx: Any) -> None:
    body = {"profile": suzhou, "as_of": DAY, "param": {"tier": "little-giant"}}
    response = service.post("/v1/queries/why-not", json=body)
    assert response.status_code == 200
    rows = response.json()["results"]["bindings"]
    printed = zjtx(
        "query", "why-not", "--profile", str(SUZHOU), "--as-of", DAY, "--param", "tier=little-giant",
        "--format", "json",
    ).json()["results"]["bindings"]  # fmt: skip
    assert [row["condition"] for row in rows] == [row["condition"] for row in printed]
    assert rows


def test_a_question_over_recorded_companies_sees_one_tenant(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with client(store, require_key=True) as service:
        first, second = (key(store, tenant, "write") for tenant in ("bank", "city"))
        service.put("/v1/companies/mine", json=PROFILE, headers={**first, **JSON})
        for headers, some in ((first, True), (second, False)):
            response = service.post("/v1/queries/why-not", json={}, headers=headers)
            assert bool(response.json()["results"]["bindings"]) is some


def test_library_questions_are_listed_and_refused_by_name(service: Any) -> None:
    listed = service.get("/v1/queries").json()["queries"]
    assert len(listed) >= 40
    assert service.post("/v1/queries/nothing", json={}).status_code == 404
    response = service.post("/v1/queries/thresholds", json={"param": {"indicator": "zzz", "x": 1}})
    assert response.status_code == 422
    assert len(response.json()["problems"]) == 2
    table = service.post(
        "/v1/queries/thresholds", json={"param": {"indicator": "debt_ratio"}}, headers={"accept": "text/csv"}
    )
    assert table.text.startswith("tier,")


def test_the_profile_of_a_request_is_not_kept(service: Any, suzhou: Any) -> None:
    count = "SELECT (COUNT(?g) AS ?n) WHERE { GRAPH ?g { ?g a z:Assessment } }"
    service.post("/v1/queries/why-not", json={"profile": suzhou, "as_of": DAY})
    rows = service.get("/sparql", params={"query": count}).json()["results"]["bindings"]
    assert rows[0]["n"]["value"] == "0"
