"""The answers are those of the command line; bad input is refused whole, with every fault and its path."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pyoxigraph
import pytest
from starlette.testclient import TestClient

from tests.service.support import JSON, client
from tests.support import ROOT, ladder_basis, read_yaml
from zjtx_kg import Profile, assess, explain
from zjtx_kg.reasoning import encode

DAY = "2026-06-01"


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client(tmp_path_factory.mktemp("store"), max_profiles=3) as found:
        yield found


def paths(answer: Any) -> list[str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return [problem["path"] for problem in answer.json()["problems"]]


@pytest.mark.parametrize("name", ["suzhou-precision", "foshan-coatings", "hangzhou-photonics"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_assessment_is_what_the_program_says(ask: TestClient, name: str, lang: str) -> None:
    data = read_yaml(ROOT / "examples" / f"{name}.yaml")
    asked = {"profile": data, "as_of": DAY}
    answer = ask.post("/v1/assessments", json=asked, headers={"Accept-Language": lang})
    expected = assess(Profile.from_dict(data), as_of=date.fromisoformat(DAY), lang=lang)
    assert answer.status_code == 200
    assert answer.json() == json.loads(encode(expected))
    assert answer.headers["content-language"].startswith(lang)


def test_several_profiles_answer_in_their_order(ask: TestClient) -> None:
    body = {
        "profiles": [{"name": "a"}, {"name": "b"}],
        "as_of": "2025-06-01",
        "tiers": ["hnte"],
        "kind": "new",
    }
    answer = ask.post("/v1/assessments", json=body).json()
    assert [one["profile"]["name"] for one in answer["assessments"]] == ["a", "b"]
    assert [tier["tier"] for tier in answer["assessments"][0]["tiers"]] == ["hnte"]


def test_numbers_are_not_rounded_on_their_way_in(ask: TestClient) -> None:
    """70.0000000000000000001 % of debt would be 70 as a float."""
    body = '{"profile": {"facts": {"debt_ratio": %s}}, "as_of": "2025-06-01", "tiers": ["little-giant"]}'
    found = []
    for ratio in ("70", "70.000000000001"):
        answer = ask.post("/v1/assessments", content=body % ratio, headers=JSON).json()
        found.append("miit-2022-63/little-giant/refinement/debt-ratio" in answer["tiers"][0]["blocking"])
    assert found == [False, True]


def test_every_version_and_edition_is_named(ask: TestClient) -> None:
    for path in ("/healthz", "/v1/tiers", "/v1/nothing"):
        headers = ask.get(path).headers
        assert headers["zjtx-version"] == "0.1.0"
        assert len(headers["zjtx-edition"]) == 16
        assert headers["x-request-id"]


def test_all_faults_are_told_at_once_with_their_paths(ask: TestClient) -> None:
    body = {
        "profile": {"yeers": {}, "facts": {"ip_class1": -1, "market_share_national": 101}},
        "as_of": "2025-02-30",
        "tiers": ["little-giant", "giant"],
        "kind": 3,
        "foo": 1,
    }
    answer = ask.post("/v1/assessments", json=body, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert set(paths(answer)) == {
        "as_of",
        "tiers.1",
        "kind",
        "foo",
        "profile.yeers",
        "profile.facts.ip_class1",
        "profile.facts.market_share_national",
    }
    for problem in answer.json()["problems"]:
        assert problem["expected"]
        assert problem["remedy"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ["profile"]),
        ({"profile": {}, "profiles": []}, ["profile"]),
        ({"profile": None}, ["profile"]),
        ({"profile": []}, ["profile"]),
        ({"profiles": {}}, ["profiles"]),
        ({"profiles": [{}, {"zz": 1}, 7]}, ["profiles.1.zz", "profiles.2"]),
        ({"profiles": [{}] * 4}, ["profiles"]),
        ({"profile": {}, "policy": "mof-2021-2", "tiers": ["hnte"]}, ["tiers"]),
        ({"profile": {}, "as_of": "1999-01-01", "tiers": ["hnte"]}, ["tiers"]),
        ({"profile": {}, "policy": "nope"}, ["policy"]),
        ({"profile": {}, "readings": ["nope"]}, ["readings.0"]),
        ({"profile": {}, "tiers": "hnte"}, ["tiers"]),
        ({"profile": {}, "as_of": 20250601}, ["as_of"]),
        ({"profile": {}, "lang": "fr"}, ["lang"]),
    ],
)
def test_a_faulty_request_is_refused(ask: TestClient, body: Any, expected: list[str]) -> None:
    answer = ask.post("/v1/assessments", json=body)
    assert answer.status_code == 422
    assert answer.json()["type"].startswith("https://w3id.org/zjtx/problem/")
    assert paths(answer)[: len(expected)] == expected


def test_a_contradiction_of_figures_is_a_fault_of_the_profile(ask: TestClient) -> None:
    figures = {"total_assets": 100, "total_liabilities": 50}
    body = {"profile": {"years": {"2024": figures}, "facts": {"debt_ratio": 60}}, "as_of": "2025-06-01"}
    answer = ask.post("/v1/assessments", json=body)
    assert answer.status_code == 422
    assert paths(answer) == ["profile.facts.debt_ratio"]


# --- streams ------------------------------------------------------------------------------------------


def test_a_stream_answers_line_by_line_and_bad_lines_do_not_stop_it(ask: TestClient) -> None:
    lines = [
        b'{"name": "a"}',
        b"",
        b"{",
        b'{"zz": 1}',
        b'\xff"',
        b'{"name": "b"}',
        b'{"name": "' + b"x" * 300_000 + b'"}',
    ]
    answer = ask.post(
        "/v1/assessments?tiers=hnte&as_of=2025-06-01&lang=en",
        content=b"\n".join([*lines, b'{"name": "last"}']),
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert answer.headers["content-type"] == "application/x-ndjson"
    found = [json.loads(line) for line in answer.text.splitlines()]
    assert [one.get("line") or one["profile"]["name"] for one in found] == ["a", 3, 4, 5, "b", 7, "last"]
    assert [one["error"]["problems"][0]["code"] for one in found if "error" in one] == [
        "json_syntax",
        "unknown_key",
        "not_utf8",
        "too_large",
    ]


def test_a_stream_in_pieces_is_the_same_stream(ask: TestClient) -> None:
    whole = b'{"name": "a"}\n\n{"name": "b"}\r\n{"zz": 1}\n{"name": "c"}'
    answers = set()
    for size in (1, 2, 7, len(whole)):
        pieces = (whole[start : start + size] for start in range(0, len(whole), size))
        headers = {"Content-Type": "application/x-ndjson"}
        answers.add(
            ask.post("/v1/assessments?tiers=hnte&as_of=2025-06-01", content=pieces, headers=headers).text
        )
    assert len(answers) == 1


def test_a_stream_with_a_faulty_choice_is_refused_before_it_begins(ask: TestClient) -> None:
    headers = {"Content-Type": "application/x-ndjson"}
    answer = ask.post("/v1/assessments?tiers=giant&as_of=x", content=b"{}\n", headers=headers)
    assert answer.status_code == 422
    assert paths(answer) == ["tiers.0", "as_of"]


# --- explanations --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "subject", ["little-giant", "miit-2026-2/little-giant/operations/debt-ratio", "miit-2022-63/srdi-sme"]
)
def test_an_explanation_is_what_the_program_says(ask: TestClient, subject: str) -> None:
    data = ladder_basis()
    asked = {"profile": data, "subject": subject, "as_of": DAY, "lang": "en"}
    answer = ask.post("/v1/explanations", json=asked)
    expected = explain(Profile.from_dict(data), subject, as_of=date.fromisoformat(DAY), lang="en")
    assert answer.json() == json.loads(encode(expected))


def test_an_explanation_of_nothing_is_refused_with_every_fault(ask: TestClient) -> None:
    answer = ask.post("/v1/explanations", json={"profile": {"zz": 1}, "subject": "giant"})
    assert sorted(paths(answer)) == ["profile.zz", "subject"]
    assert sorted(paths(ask.post("/v1/explanations", json={}))) == ["profile", "subject"]


# --- formats -------------------------------------------------------------------------------------------


def test_json_ld_is_the_same_object_and_is_rdf(ask: TestClient) -> None:
    body = {"profile": {"name": "a"}, "as_of": "2025-06-01", "tiers": ["little-giant"]}
    same = ask.post("/v1/assessments", json=body).json()
    answer = ask.post("/v1/assessments", json=body, headers={"Accept": "application/ld+json"})
    assert answer.headers["content-type"] == "application/ld+json"
    linked = answer.json()
    assert linked.pop("@context")
    assert linked == same
    triples = list(pyoxigraph.parse(answer.content, pyoxigraph.RdfFormat.JSON_LD))
    objects = {str(triple.object) for triple in triples}
    assert "<https://w3id.org/zjtx/tier/little-giant>" in objects
    assert "<https://w3id.org/zjtx/condition/miit-2022-63/little-giant/refinement/debt-ratio>" in objects
    assert "<https://w3id.org/zjtx/policy/miit-2022-63>" in objects
    assert "<https://w3id.org/zjtx/indicator/debt_ratio>" in objects


def test_what_cannot_be_written_is_not_acceptable(ask: TestClient) -> None:
    answer = ask.get("/v1/tiers", headers={"Accept": "application/xml"})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert ask.get("/v1/tiers", headers={"Accept": "text/html, */*;q=0.1"}).status_code == 200


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/assessments", 405), ("GET", "/v2", 404)])
def test_unknown_addresses_and_methods_are_problems_too(
    ask: TestClient, method: str, path: str, status: int
) -> None:
    answer = ask.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert (status != 405) or answer.headers["allow"] == "POST"
