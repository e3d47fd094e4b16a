"""What the rules say, with filters and dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.service.support import client
from zjtx_kg import load
from zjtx_kg.rulebase import walk


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client(tmp_path_factory.mktemp("store")) as found:
        yield found


def ids(answer: Any, name: str) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()[name]]


def test_tiers_stand_in_the_order_of_the_ladder(ask: TestClient) -> None:
    assert ids(ask.get("/v1/tiers"), "tiers")[:3] == ["innovative-sme", "srdi-sme", "little-giant"]


@pytest.mark.parametrize(
    ("query", "policy"),
    [
        ("as_of=2026-03-31&kind=new", ["miit-2022-63"]),
        ("as_of=2026-04-01&kind=new", ["miit-2026-2"]),
        ("as_of=1999-01-01", None),
        ("policy=miit-2026-2&kind=new", ["miit-2026-2"]),
    ],
)
def test_a_day_leaves_the_edition_that_judges_then(
    ask: TestClient, query: str, policy: list[str] | None
) -> None:
    answer = ask.get(f"/v1/tiers/little-giant?{query}")
    if policy is None:
        assert answer.status_code == 404
    else:
        assert [edition["policy"] for edition in answer.json()["editions"]] == policy


def test_policies_are_found_by_day_tier_and_words(ask: TestClient) -> None:
    assert "miit-2022-63" not in ids(
        ask.get("/v1/policies?tier=little-giant&as_of=2026-04-01&kind=new"), "policies"
    )
    assert ids(ask.get("/v1/policies?tier=single-champion"), "policies") == ["miit-2023-138"]
    assert ids(ask.get("/v1/policies?q=2026 2号"), "policies") == ["miit-2026-2"]
    assert ask.get("/v1/policies/miit-2026-2").json()["tiers"] == ["little-giant", "srdi-sme"]
    assert ask.get("/v1/policies/nope").status_code == 404


def test_indicators_are_found_by_what_reads_them(ask: TestClient) -> None:
    everything = ids(ask.get("/v1/indicators?limit=1000"), "indicators")
    assert everything == list(load().indicators)
    read = ids(ask.get("/v1/indicators?tier=little-giant&policy=miit-2022-63&limit=1000"), "indicators")
    assert {"debt_ratio", "total_liabilities", "total_assets"} <= set(read)
    assert len(read) < len(everything)
    assert ids(ask.get("/v1/indicators?q=资产负债率&place=derived"), "indicators") == ["debt_ratio"]
    page = ask.get("/v1/indicators?limit=2&offset=1").json()
    assert [one["id"] for one in page["indicators"]] == everything[1:3]
    assert page["total"] == len(everything)


def test_fields_are_found_by_list_and_words(ask: TestClient) -> None:
    ten = ask.get("/v1/fields?scheme=ten").json()
    assert ten["total"] == len(ten["fields"]) == 10
    assert "ten:cnc-robots" in ids(ask.get("/v1/fields?q=机器人&scheme=ten"), "fields")
    assert {scheme["id"] for scheme in ten["schemes"]} == set(load().schemes)


def test_every_condition_has_an_address(ask: TestClient) -> None:
    for (policy, tier), criteria in load().criteria.items():
        for node in walk(criteria)[::9]:
            found = ask.get(f"/v1/conditions/{node.id}").json()
            assert (found["requirement"]["condition"], found["policy"], found["tier"]) == (
                node.id,
                policy,
                tier,
            )


def test_a_condition_says_what_it_asks_for(ask: TestClient) -> None:
    found = ask.get("/v1/conditions/miit-2022-63/little-giant/refinement/debt-ratio?lang=en").json()
    asked = found["requirement"]
    assert (asked["operator"], asked["bound"], asked["unit"], asked["indicator"]) == (
        "<=",
        70,
        "%",
        "debt_ratio",
    )
    assert asked["clause"]["citation"] == "Annex 3, II"
    assert {edition["kind"] for edition in found["editions"]} == {"new", "review"}


def test_conditions_are_found_by_indicator_and_day(ask: TestClient) -> None:
    query = "/v1/conditions?indicator=debt_ratio&tier=little-giant&as_of={}&kind=new"
    found = {
        day: [one["requirement"]["condition"] for one in ask.get(query.format(day)).json()["conditions"]]
        for day in ("2026-03-31", "2026-04-01")
    }
    assert found == {
        "2026-03-31": ["miit-2022-63/little-giant/refinement/debt-ratio"],
        "2026-04-01": ["miit-2026-2/little-giant/operations/debt-ratio"],
    }


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("/v1/tiers?asof=2026-01-01", "asof"),
        ("/v1/tiers?as_of=2026-13-01", "as_of"),
        ("/v1/tiers?as_of=20260101", "as_of"),
        ("/v1/tiers?kind=new&kind=review", "kind"),
        ("/v1/indicators?limit=0", "limit"),
        ("/v1/indicators?limit=１", "limit"),
        ("/v1/indicators?place=moon", "place"),
        ("/v1/conditions?indicator=moon", "indicator"),
        ("/v1/fields?q=" + "x" * 101, "q"),
    ],
)
def test_a_faulty_query_is_refused(ask: TestClient, path: str, wrong: str) -> None:
    answer = ask.get(path)
    assert answer.status_code == 422
    assert [problem["path"] for problem in answer.json()["problems"]] == [wrong]
