"""The OpenAPI document, made from the declarations of the operations."""

from __future__ import annotations

import re
from typing import Any, Final

import zjtx_kg
from zjtx_api.bodies import NDJSON
from zjtx_api.fields import Field
from zjtx_api.keys import Role
from zjtx_api.linked import JSON, JSON_LD
from zjtx_api.operation import OPERATIONS, Operation
from zjtx_api.problems import PROBLEM_TYPE
from zjtx_api.schemas import ref, schemas
from zjtx_kg import Rulebase, say

__all__ = ["document"]

_CONVERTOR: Final = re.compile(r":\w+\}")
#: Statuses of answers that have no body.
_EMPTY: Final = (204, 303, 304)
_PROBLEM: Final = {"schema": ref("Problem")}
_TAGS: Final = ("reasoning", "advice", "companies", "rules", "sparql", "linked", "system")
_HEADERS: Final = {
    "Zjtx-Version": "version of the program",
    "Zjtx-Edition": "edition of the rules: a digest of every rule file",
    "X-Request-Id": "the name of this request in the log",
}


def document(rules: Rulebase) -> dict[str, Any]:
    """OpenAPI 3.1 of every operation that has been declared, with examples."""
    paths: dict[str, Any] = {}
    found = schemas(rules)
    for operation in OPERATIONS:
        path = _CONVERTOR.sub("}", operation.path)
        if operation.body is not None and operation.body_schema is not None:
            found[operation.body_schema] = _body_schema(operation.body.values(), rules)
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation, rules)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": say("http.doc.title", "en"),
            "version": zjtx_kg.__version__,
            "summary": say("http.doc.summary", "en"),
            "description": say("http.doc.about", "en") + "\n\n" + say("http.doc.about", "zh"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"key": []}, {}],
        "tags": [{"name": tag, "description": say(f"http.tag.{tag}", "en")} for tag in _TAGS],
        "paths": paths,
        "components": {
            "schemas": found,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    }


def _operation(operation: Operation, rules: Rulebase) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": f"{operation.description}\n\nRole: {operation.role}.".strip(),
        "parameters": [
            *(_path_parameter(name, example) for name, example in operation.path_examples.items()),
            *(_query_parameter(field, rules) for field in operation.query.values()),
            _LANGUAGE,
        ],
        "responses": {
            **{str(status): _answer(operation, status, name) for status, name in operation.answers.items()},
            **{str(status): _refusal(status) for status in _refusals(operation)},
        },
    }
    if operation.role is Role.NONE:
        described["security"] = [{}]
    if operation.body_schema is not None:
        described["requestBody"] = _request(operation)
    elif operation.request_media:
        described["requestBody"] = {"required": True, "content": dict(operation.request_media)}
    return described


_LANGUAGE: Final = {
    "name": "Accept-Language",
    "in": "header",
    "schema": {"type": "string"},
    "example": "en",
    "description": "zh (default) or en",
}


def _path_parameter(name: str, example: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "example": example}


def _query_parameter(field: Field, rules: Rulebase) -> dict[str, Any]:
    parameter = {
        "name": field.name,
        "in": "query",
        "required": field.required,
        "schema": _schema(field, rules),
        "description": field.description,
    }
    if field.example is not None:
        parameter["example"] = field.example
    if field.many:
        parameter |= {"style": "form", "explode": True}
    return parameter


def _schema(field: Field, rules: Rulebase) -> dict[str, Any]:
    schema = dict(field.schema)
    if field.choices is not None:
        schema["enum"] = list(field.choices(rules))
    if field.many:
        return {"type": "array", "items": schema, "maxItems": 100}
    if field.default is not None and field.default != "":
        schema["default"] = field.default
    return schema


def _body_schema(fields: Any, rules: Rulebase) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for field in fields:
        schema = _schema(field, rules)
        schema = {**schema} if field.required else {"anyOf": [schema, {"type": "null"}]}
        properties[field.name] = {**schema, "description": field.description}
    needed = [field.name for field in fields if field.required]
    found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if needed:
        found["required"] = needed
    return found


def _request(operation: Operation) -> dict[str, Any]:
    assert operation.body_schema is not None
    content: dict[str, Any] = {JSON: {"schema": ref(operation.body_schema), "examples": operation.examples}}
    if operation.stream is not None:
        content[NDJSON[0]] = {"schema": {"type": "string", "description": "one profile a line"}}
    return {"required": True, "content": content}


def _answer(operation: Operation, status: int, name: str | None) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": say(f"http.answer.{status}", "en"),
        "headers": {
            key: {"schema": {"type": "string"}, "description": text} for key, text in _HEADERS.items()
        },
    }
    if name is not None:
        body: dict[str, Any] = {"schema": ref(name)}
        described["content"] = {JSON: body, JSON_LD: {"schema": ref(name)}}
        if operation.stream is not None:
            described["content"][NDJSON[0]] = {"schema": {"type": "string"}}
    elif status not in _EMPTY:
        described["content"] = {kind: {"schema": _read_as(kind)} for kind in operation.media} or {
            JSON: {"schema": {"type": "object"}},
            JSON_LD: {"schema": {"type": "object"}},
        }
    return described


def _read_as(kind: str) -> dict[str, Any]:
    """What a client reads a body as: JSON as its value, anything else as text."""
    return {"type": ["object", "array"]} if kind.endswith("json") else {"type": "string"}


def _refusals(operation: Operation) -> list[int]:
    always = {406, 421, 422, 429, 500, 503}
    if operation.role is not Role.NONE:
        always |= {401, 403}
    return sorted(always | set(operation.refusals))


def _refusal(status: int) -> dict[str, Any]:
    return {"description": say(f"http.answer.{status}", "en"), "content": {PROBLEM_TYPE: _PROBLEM}}
