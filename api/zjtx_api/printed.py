"""JSON Schemas of the types that answers are printed from."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import msgspec

__all__ = ["printed"]

_PLAIN: Final[dict[Any, dict[str, Any]]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    type(None): {"type": "null"},
}
#: Exact values are printed as JSON numbers rounded to six decimals.
_NUMBERS: Final = frozenset(("min", "max", "full", "margin", "pass", "lowest", "highest", "base", "each"))


def printed(roots: Iterable[type[msgspec.Struct]], prefix: str) -> dict[str, Any]:
    """The schemas of some types and of everything they are made of, by name.

    A field that is left out at its default is not required.
    """
    found: dict[str, Any] = {}
    waiting = list(roots)
    while waiting:
        one = waiting.pop()
        if one.__name__ in found:
            continue
        hints = typing.get_type_hints(one)
        fields = msgspec.structs.fields(one)
        properties = {
            field.encode_name: _number(field.encode_name, _schema(hints[field.name], prefix, waiting))
            for field in fields
        }
        leaves_out = one.__struct_config__.omit_defaults
        found[one.__name__] = {
            "type": "object",
            "description": " ".join((one.__doc__ or "").split()),
            "properties": properties,
            "required": [field.encode_name for field in fields if field.required or not leaves_out],
        }
    return found


def _number(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": ["number", "null"]} if name in _NUMBERS and not schema else schema


def _schema(hint: Any, prefix: str, waiting: list[Any]) -> dict[str, Any]:
    if hint is Any:
        return {}
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_schema(argument, prefix, waiting) for argument in arguments]}
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0], prefix, waiting)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(arguments[1], prefix, waiting)}
    assert issubclass(hint, msgspec.Struct), hint
    waiting.append(hint)
    return {"$ref": prefix + hint.__name__}
