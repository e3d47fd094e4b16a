"""JSON Schemas of requests and answers. Answers follow from the types that are printed, profiles from the
ontology, so neither can drift."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from zjtx_api.printed import printed
from zjtx_api.routes.conditions import ConditionEntry
from zjtx_api.routes.rules import FieldEntry, IndicatorEntry, PolicyEntry, SchemeEntry, TierEntry
from zjtx_kg import (
    Advancement,
    Assessment,
    Calendar,
    Diagnosis,
    Explanation,
    Questions,
    Roadmap,
    Rulebase,
    Subsidies,
)
from zjtx_kg.reasoning import Requirement

__all__ = ["schemas"]

_REF: Final = "#/components/schemas/"
_PRINTED: Final = (
    Advancement,
    Assessment,
    Calendar,
    ConditionEntry,
    Diagnosis,
    Explanation,
    FieldEntry,
    IndicatorEntry,
    PolicyEntry,
    Questions,
    Requirement,
    Roadmap,
    SchemeEntry,
    Subsidies,
    TierEntry,
)


def schemas(rules: Rulebase) -> dict[str, Any]:
    """Every component schema, by name."""
    return {**printed(_PRINTED, _REF), **_lists(), **_kept(), **_profile(rules), **_SERVICE}


def ref(name: str) -> dict[str, str]:
    return {"$ref": _REF + name}


def _object(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
    }


def _array(name: str) -> dict[str, Any]:
    return {"type": "array", "items": ref(name)}


_COUNT: Final = {"type": "integer", "minimum": 0}
_TEXT: Final = {"type": "string"}


def _lists() -> dict[str, Any]:
    plain = _object(
        {"tier": _TEXT, "policy": _TEXT, "requirement": ref("Requirement"), "parts": _COUNT},
    )
    return {
        "AssessmentAnswer": {"anyOf": [ref("Assessment"), ref("Assessments")]},
        "Assessments": _object({"assessments": _array("Assessment")}),
        "Tiers": _object({"tiers": _array("TierEntry")}),
        "Policies": _object({"policies": _array("PolicyEntry")}),
        "Indicators": _object({"indicators": _array("IndicatorEntry"), "total": _COUNT}),
        "Fields": _object(
            {"fields": _array("FieldEntry"), "schemes": _array("SchemeEntry"), "total": _COUNT}
        ),
        "Conditions": _object({"conditions": {"type": "array", "items": plain}, "total": _COUNT}),
    }


def _kept() -> dict[str, Any]:
    version = {
        "id": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$"},
        "version": {"type": "integer", "minimum": 1},
        "recorded": {"type": "string", "format": "date-time"},
        "by": {"type": "string", "description": "the id of the key that wrote it"},
    }
    return {
        "CompanyRecord": _object(version),
        "CompanyVersion": _object(version, {"removed": {"type": "boolean"}}),
        "Company": _object({**version, "profile": ref("Profile"), "assessment": ref("Assessment")}),
        "Companies": _object({"companies": _array("CompanyRecord")}, {"next": _TEXT}),
        "History": _object({"versions": _array("CompanyVersion")}),
    }


_SERVICE: Final = {
    "Health": _object({"status": {"const": "ok"}}),
    "Ready": _object({"status": {"const": "ready"}, "version": _TEXT, "edition": _TEXT}),
    "Fault": _object(
        {
            "path": {**_TEXT, "description": "where in the request, parts joined by dots"},
            "found": _TEXT,
            "expected": _TEXT,
            "remedy": _TEXT,
            "code": _TEXT,
        },
        {"line": {"type": "integer", "minimum": 1}},
    ),
    "Problem": {
        **_object(
            {
                "type": {**_TEXT, "format": "uri"},
                "title": _TEXT,
                "status": {"type": "integer", "minimum": 400, "maximum": 599},
                "detail": _TEXT,
                "problems": {"type": "array", "items": {"$ref": _REF + "Fault"}},
            },
            {"instance": {**_TEXT, "format": "uri"}, "problems_total": {"type": "integer", "minimum": 1}},
        ),
        "description": "RFC 9457: every fault at once, each with where it is and how to mend it.",
    },
    "LineError": _object(
        {
            "line": {"type": "integer", "minimum": 1},
            "error": _object(
                {
                    "code": _TEXT,
                    "message": _TEXT,
                    "problems": {"type": "array", "items": {"$ref": _REF + "Fault"}},
                }
            ),
        }
    ),
}


# --- profiles -----------------------------------------------------------------------------------------


def _profile(rules: Rulebase) -> dict[str, Any]:
    """What a profile may say, from the indicators of the ontology."""
    years: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    for id, indicator in rules.inputs.items():
        place = years if str(indicator.place) == "year" else facts
        place[id] = {
            **_value(str(indicator.type)),
            "description": f"{indicator.label('en')} / {indicator.label('zh')}"
            + (f" ({indicator.unit.symbol})" if indicator.unit else ""),
        }
    award = {"award": {"enum": sorted(rules.awards)}, "year": {"type": "integer"}}
    title = {"title": {"enum": sorted(rules.titles)}, "granted": _DATE}
    optional = {
        "profile": {"enum": [1, "1"], "description": "format version"},
        "name": _maybe(_TEXT),
        "uscc": _maybe({**_TEXT, "description": "统一社会信用代码; its check digit is verified"}),
        "region": _maybe({**_TEXT, "description": "GB/T 2260"}),
        "industry": _maybe({**_TEXT, "description": "GB/T 4754-2017: section, division, group or class"}),
        "established": _maybe(_DATE),
        "years": _maybe(
            {
                "type": "object",
                "patternProperties": {"^[0-9]{4}$": _maybe(ref("YearFigures"))},
                "additionalProperties": False,
                "description": "figures by fiscal year; money in 万元",
            }
        ),
        "facts": _maybe(ref("Facts")),
        "titles": _maybe({"type": "array", "items": _object(title, {"expires": _maybe(_DATE)})}),
        "awards": _maybe({"type": "array", "items": _object(award, {"rank": {"type": ["integer", "null"]}})}),
        "assume": {"enum": ["open", "closed"], "description": "closed: what is absent is 0, false or none"},
    }
    closed = {"additionalProperties": False}
    return {
        "Profile": {**_object({}, optional), **closed, "description": "What is known of one company."},
        "YearFigures": {**_object({}, years), **closed},
        "Facts": {**_object({}, facts), **closed},
        "Quantity": {
            "description": "A number, a number with a unit, an interval, or null: not known.",
            "anyOf": [
                {"type": "number"},
                {"type": "string", "examples": ["1.2亿元", "740万", "5%"]},
                {**_object({}, {"min": _END, "max": _END}), **closed},
                {"type": "null"},
            ],
        },
    }


_DATE: Final = {"type": "string", "format": "date"}
_END: Final = {"type": ["number", "string", "null"]}


def _maybe(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _value(type: str) -> dict[str, Any]:
    match type:
        case "boolean":
            return {"type": ["boolean", "string", "null"]}
        case "code":
            return {"anyOf": [_TEXT, {"type": "null"}, {"type": "object"}]}
        case "codes":
            return _maybe({"type": "array", "items": _TEXT})
    return {"allOf": [ref("Quantity")]}
