"""What is too much, too deep, too often, or not in UTF-8 is refused quickly, and others go on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from zjtx_api import rate

from tests.service.support import JSON, client, key


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client(tmp_path_factory.mktemp("store"), max_body=200_000) as found:
        yield found


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "json_syntax"),
        (b"{", 400, "json_syntax"),
        (b"{'profile': 1}", 400, "json_syntax"),
        (b'{"profile": {}, "profile": {}}', 400, "repeated_key"),
        (b'{"profile": NaN}', 400, "not_finite"),
        (b'{"profile": {"name": "\xff"}}', 400, "not_utf8"),
        ('{"profile": {"name": "é"}}'.encode("latin-1"), 400, "not_utf8"),
        ('{"profile": {}}'.encode("utf-16"), 400, "not_utf8"),
        (b'{"profile": {"name": "\\ud800"}}', 400, "not_unicode"),
        (b'{"profile": ' + b"[" * 90_000 + b"]" * 90_000 + b"}", 400, "too_deep"),
        (b'{"profile": ' + b"[" * 20 + b"]" * 20 + b"}", 400, "too_deep"),
        (b'{"profile": {"a": ' + b"1" * 9_000 + b"}}", 400, "number_too_long"),
        (b'{"profile": {"facts": {"ip_class1": 1e999999999}}}', 422, None),
        (b"[]", 422, None),
        (b"null", 422, None),
        (b'"x"', 422, None),
    ],
)
def test_a_body_that_is_not_a_request(ask: TestClient, body: bytes, status: int, code: str | None) -> None:
    answer = ask.post("/v1/assessments", content=body, headers=JSON)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    if code is not None:
        assert [problem["code"] for problem in answer.json()["problems"]] == [code]


@pytest.mark.parametrize("announced", [True, False])
def test_an_oversized_body_is_refused(ask: TestClient, announced: bool) -> None:
    body = b'{"profile": "' + b"x" * 300_000 + b'"}'
    sent = body if announced else (body[start : start + 50_000] for start in range(0, len(body), 50_000))
    answer = ask.post("/v1/assessments", content=sent, headers=JSON)
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"


def test_ten_thousand_wrong_keys_cost_little(ask: TestClient) -> None:
    body = b'{"profile": {' + b",".join(b'"k%d": 1' % n for n in range(15_000)) + b"}}"
    begin = time.process_time()
    answer = ask.post("/v1/assessments", content=body, headers=JSON)
    assert time.process_time() - begin < 2
    assert answer.status_code == 422
    assert [problem["code"] for problem in answer.json()["problems"]] == ["too_many_values"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=gbk"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_a_body_of_another_kind_is_refused(ask: TestClient, headers: dict[str, str]) -> None:
    assert ask.post("/v1/assessments", content=b'{"profile": {}}', headers=headers).status_code == 415


def test_utf8_by_any_name_is_welcome(ask: TestClient) -> None:
    headers = {"Content-Type": 'application/json; charset="UTF-8"'}
    body = '\ufeff{"profile": {"name": "甲"}, "as_of": "2025-06-01"}'.encode()
    answer = ask.post("/v1/assessments", content=body, headers=headers)
    assert answer.json()["profile"]["name"] == "甲"


# --- rates --------------------------------------------------------------------------------------------


def test_who_asks_too_often_waits_and_others_do_not(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with client(store, require_key=True, rate=0.001, burst=3) as ask:
        a, b = key(store, "a", "read"), key(store, "b", "read")
        assert [ask.get("/v1/tiers", headers=a).status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = ask.get("/v1/tiers", headers=a)
        assert int(refused.headers["retry-after"]) > 0
        assert ask.get("/v1/tiers", headers=b).status_code == 200
        assert ask.get("/healthz").status_code == 200


def test_guessing_keys_is_slow(tmp_path: Path) -> None:
    with client(tmp_path / "store", require_key=True, rate=0.001, burst=3) as ask:
        found = [ask.get("/v1/tiers", headers={"X-API-Key": f"zjtx_{n}"}).status_code for n in range(4)]
        assert found == [401, 401, 401, 429]


def test_an_allowance_is_shared_and_comes_back(tmp_path: Path) -> None:
    """Two workers, ten requests a second, five at once."""
    one, two = (rate.Allowance(tmp_path, 10, 5) for _ in range(2))
    assert [w.wait("a", 100.0) for w in (one, two, one, two, one)] == [0.0] * 5
    assert two.wait("a", 100.0) == pytest.approx(0.1)
    assert two.wait("b", 100.0) == 0
    assert one.wait("a", 100.1) == 0
    assert two.wait("a", 100.1) > 0
    assert one.wait("a", 5.0) == 0  # the machine has started anew: its clock too
    one.close()
    two.close()


def test_a_request_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    with client(tmp_path / "store", time_limit=0.0) as ask:
        answer = ask.post("/v1/assessments", json={"profiles": [{}] * 50})
        assert answer.status_code == 503
        assert answer.json()["type"].endswith("time_limit")
