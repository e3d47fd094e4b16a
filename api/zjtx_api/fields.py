"""The named things that requests carry, in a query string or a JSON body, read with every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from zjtx_kg import Problem, Rulebase, say
from zjtx_kg.facts import nearest, shown

__all__ = [
    "AS_OF",
    "KIND",
    "LANG",
    "LIMIT",
    "OFFSET",
    "POLICY",
    "READINGS",
    "TIERS",
    "Field",
    "Q",
    "Unfit",
    "choice",
    "day",
    "read_body",
    "read_query",
    "text",
    "whole",
]


class Unfit(Exception):
    """A value that does not fit, with the code and the facts of the problem."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


Reader = Callable[[Any, Rulebase], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One named thing. ``read`` turns what was sent into what the program uses, or raises :class:`Unfit`.

    ``schema`` is JSON Schema for the OpenAPI document; ``choices`` completes it with ids of the rule base.
    ``many`` takes a list (in a query string: the name repeated).
    """

    name: str
    read: Reader
    schema: Mapping[str, Any]
    default: Any = None
    many: bool = False
    required: bool = False
    example: Any = None
    choices: Callable[[Rulebase], Iterable[str]] | None = None
    about: str = field(default="")

    @property
    def description(self) -> str:
        key = f"http.field.{self.about or self.name}"
        return f"{say(key, 'en')} / {say(key, 'zh')}"

    def needed(self) -> Field:
        return replace(self, required=True)


# --- readers ------------------------------------------------------------------------------------------


def text(longest: int = 200) -> Reader:
    def read(value: Any, _: Rulebase) -> str:
        if type(value) is not str:
            raise Unfit("http.text")
        if len(value) > longest:
            raise Unfit("http.text_length", longest=longest)
        return value

    return read


def choice(known: Callable[[Rulebase], Iterable[str]]) -> Reader:
    """One of the ids that the rule base, or the program, knows."""

    def read(value: Any, rules: Rulebase) -> str:
        names = list(known(rules))
        if type(value) is not str or value not in names:
            few = "、".join(names) if len(names) <= 13 else nearest(str(value)[:80], names)["near"]
            raise Unfit("http.choice", known=few)
        return value

    return read


def whole(low: int, high: int) -> Reader:
    def read(value: Any, _: Rulebase) -> int:
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
            value = int(value)
        if type(value) is not int or not low <= value <= high:
            raise Unfit("http.whole", low=low, high=high)
        return value

    return read


def day(value: Any, _: Rulebase) -> date:
    try:
        if type(value) is str and len(value) == 10 and value.isascii():
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise Unfit("http.day")


# --- the fields of many operations ----------------------------------------------------------------------


def _field(name: str, known: Callable[[Rulebase], Iterable[str]], **more: Any) -> Field:
    return Field(name, choice(known), {"type": "string"}, choices=known, **more)


AS_OF: Final = Field("as_of", day, {"type": "string", "format": "date"}, example="2026-06-01")
TIERS: Final = _field("tiers", lambda rules: rules.tiers, default=(), many=True, example=["little-giant"])
POLICY: Final = _field("policy", lambda rules: rules.policies)
KIND: Final = _field("kind", lambda _: ("new", "review"), default="new", example="new")
READINGS: Final = _field("readings", lambda rules: rules.readings, default=(), many=True)
LANG: Final = _field("lang", lambda _: ("zh", "en"))
Q: Final = Field("q", text(100), {"type": "string", "maxLength": 100})
LIMIT: Final = Field(
    "limit", whole(1, 1000), {"type": "integer", "minimum": 1, "maximum": 1000}, default=100, example=100
)
OFFSET: Final = Field(
    "offset", whole(0, 10**6), {"type": "integer", "minimum": 0, "maximum": 10**6}, default=0, example=0
)


# --- reading ------------------------------------------------------------------------------------------


def read_query(
    fields: Mapping[str, Field], given: Iterable[tuple[str, str]], rules: Rulebase, problems: list[Problem]
) -> dict[str, Any]:
    """The fields of a query string. A name that is not known would change nothing in silence: refused."""
    sent: dict[str, list[str]] = {}
    for name, value in given:
        sent.setdefault(name, []).append(value)
    values: dict[str, Any] = {}
    for name, found in sent.items():
        known = fields.get(name)
        if known is None:
            values[name] = None
        elif known.many:
            values[name] = [item for value in found for item in value.split(",") if item]
        elif len(found) > 1:
            problems.append(Problem("http.once", name, shown(found)))
        else:
            values[name] = found[0]
    return _read(fields, values, rules, problems)


def read_body(
    fields: Mapping[str, Field], given: Mapping[str, Any], rules: Rulebase, problems: list[Problem]
) -> dict[str, Any]:
    """The fields of a JSON object. ``null`` is the default."""
    return _read(fields, given, rules, problems)


def _read(
    fields: Mapping[str, Field], given: Mapping[str, Any], rules: Rulebase, problems: list[Problem]
) -> dict[str, Any]:
    found = {name: known.default for name, known in fields.items()}
    for name, value in given.items():
        known = fields.get(name)
        if known is None:
            problems.append(Problem("http.unknown_field", name[:80], "", {"known": "、".join(fields)}))
        elif value is not None:
            found[name] = _value(known, value, rules, problems)
    for name, known in fields.items():
        if known.required and given.get(name) is None:
            problems.append(Problem("http.needed", name, ""))
    return found


def _value(known: Field, value: Any, rules: Rulebase, problems: list[Problem]) -> Any:
    if not known.many:
        return _attempt(known, value, known.name, rules, problems)
    if not isinstance(value, list):
        problems.append(Problem("not_a_list", known.name, shown(value)))
        return known.default
    if len(value) > 100:
        problems.append(Problem("http.list_length", known.name, str(len(value)), {"most": 100}))
        return known.default
    before = len(problems)
    items = [_attempt(known, v, f"{known.name}.{n}", rules, problems) for n, v in enumerate(value)]
    return tuple(dict.fromkeys(items)) if len(problems) == before else known.default


def _attempt(known: Field, value: Any, path: str, rules: Rulebase, problems: list[Problem]) -> Any:
    try:
        return known.read(value, rules)
    except Unfit as error:
        problems.append(Problem(error.code, path, shown(value), error.facts))
        return known.default
