"""The OpenAPI document is complete and true: generated requests are answered as it says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient
from zjtx_api import Settings, create_app
from zjtx_api.operation import OPERATIONS

from tests.conftest import WHOLE
from tests.service.support import client
from tests.support import ROOT

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SOURCE = ROOT / "api" / "zjtx_api"


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client(tmp_path_factory.mktemp("store")) as found:
        yield found


@pytest.fixture(scope="module")
def document(ask: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = ask.get("/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_every_operation_says_what_it_is_for(document: dict[str, Any]) -> None:
    found = list(operations(document))
    assert len(found) >= 18
    assert len({operation["operationId"] for _, _, operation in found}) == len(found)
    for method, path, operation in found:
        assert operation["summary"].endswith("."), path
        for parameter in operation["parameters"]:
            assert parameter.get("description") or parameter["in"] == "path", (path, parameter)
        if method in ("POST", "PUT"):
            for kind, content in operation["requestBody"]["content"].items():
                if kind != "application/x-ndjson":  # many lines of what stands under application/json
                    assert content["examples"], (path, kind)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    named = set(re.findall(r'"#/components/schemas/(\w+)"', str(document).replace("'", '"')))
    assert named <= set(document["components"]["schemas"])


def sent(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The bodies that an operation gives as examples; nothing at all where it takes none."""
    contents = operation.get("requestBody", {}).get("content", {})
    for kind, content in contents.items():
        for example in content.get("examples", {}).values():
            if kind == "application/json":
                yield {"json": example["value"]}
            elif kind == "application/x-www-form-urlencoded":
                yield {"data": example["value"]}
            else:
                yield {"content": example["value"], "headers": {"Content-Type": kind}}
    if not contents:
        yield {}


def test_every_example_is_answered_as_described(ask: TestClient, document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        for body in sent(operation):
            address = path
            for parameter in operation["parameters"]:
                if parameter["in"] == "path":
                    address = address.replace("{" + parameter["name"] + "}", parameter["example"])
            if path.startswith("/v1/companies/{id}"):
                ask.put("/v1/companies/suzhou-precision", json={})
            answer = ask.request(method, address, follow_redirects=False, **body)
            assert str(answer.status_code) in operation["responses"], (path, answer.text)
            assert answer.status_code < 400, (path, answer.text)
            described = operation["responses"][str(answer.status_code)].get("content", {})
            schema = described.get("application/json", {}).get("schema")
            if schema is not None:
                whole = {**schema, "components": document["components"]}
                jsonschema_rs.validate(whole, answer.json())


def test_the_profile_schema_names_what_the_ontology_names(ask: TestClient, document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    listed = ask.get("/v1/indicators?limit=1000").json()["indicators"]
    years = {one["id"] for one in listed if one["place"] == "year"}
    facts = {one["id"] for one in listed if one["place"] in ("fact", "derived")}
    assert set(schemas["YearFigures"]["properties"]) == years
    assert set(schemas["Facts"]["properties"]) == facts


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_pages_load_nothing_from_elsewhere(ask: TestClient, page: str) -> None:
    answer = ask.get(page)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    addresses = re.findall(r'(?:src|href|spec-url)="([^"]+)"', answer.text)
    assert len(addresses) >= 2
    for address in addresses:
        assert address.startswith(("/", "data:")), address
        assert address.startswith("data:") or ask.get(address).status_code == 200
    assert ask.get("/assets/..%2Fcore.py").status_code == 404


# --- generated requests -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The schema of a service of its own, for schemathesis."""
    store = str(tmp_path_factory.mktemp("generated"))
    app = create_app(Settings(store=store, allowed_hosts=("testserver",), time_limit=4.0))
    return schemathesis.openapi.from_asgi("/openapi.json", app)


#: What a solver does may be stopped at the time limit, which is said with 503.
_MAY_STOP = ("create_advancement", "create_roadmap")
_OPERATIONS = [operation.id for operation in OPERATIONS]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", _OPERATIONS)
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_generated_requests_are_answered_as_described(generated: Any, name: str, mode: str) -> None:
    operation = generated.find_operation_by_id(name)
    wanted = GenerationMode.POSITIVE if mode == "positive" else GenerationMode.NEGATIVE

    @settings(
        max_examples=200 if WHOLE else 10,
        deadline=None,
        derandomize=not WHOLE,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=wanted))
    def run(case: Any) -> None:
        response = case.call(timeout=60)
        checks = _CHECKS if name not in _MAY_STOP else [c for c in _CHECKS if c is not not_a_server_error]
        case.validate_response(response, checks=checks)
        assert response.status_code != 500

    try:
        run()
    except Unsatisfiable:
        assert mode == "negative"  # there is nothing to get wrong


# --- the code -----------------------------------------------------------------------------------------


def test_the_service_uses_public_names_only() -> None:
    """What it imports from the reasoner stands in the ``__all__`` of a package, or of a module of views."""
    packages = {"zjtx_kg", "zjtx_kg.errors", "zjtx_kg.facts", "zjtx_kg.graph", "zjtx_kg.graph.library"}
    packages |= {"zjtx_kg.reasoning", "zjtx_kg.rulebase", "zjtx_kg.terms"}
    packages |= {f"zjtx_kg.report.{view}" for view in ("ladder", "plan", "proof", "rows")}
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "zjtx_kg":
                assert node.module in packages, (file.name, node.module)
                assert not [alias.name for alias in node.names if alias.name.startswith("_")]
