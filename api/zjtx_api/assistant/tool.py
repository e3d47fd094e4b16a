"""One tool: what it takes, what it is for, what answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from zjtx_api.assistant.reply import Reply
from zjtx_api.bodies import read_profile
from zjtx_api.fields import AS_OF, KIND, LANG, POLICY, READINGS, Field, choice, read_body, whole
from zjtx_api.problems import Refusal, at
from zjtx_kg import Problem, Profile, ProfileError, Rulebase, ZjtxError, say
from zjtx_kg.facts import at_lines, read_yaml
from zjtx_kg.reasoning import selections

__all__ = [
    "CHOICE",
    "DETAIL",
    "FEW",
    "PROFILE",
    "TO",
    "Asked",
    "Tool",
    "as_sent",
    "count",
    "described",
    "read",
]

#: A profile is a few kilobytes.
_LONGEST: Final = 256 * 1024
#: And a few hundred values.
_MOST_VALUES: Final = 20_000
#: Lists of choices up to this length are part of a tool's schema; longer ones are found by searching.
FEW: Final = 16


def as_sent(value: Any, _: Rulebase) -> Any:
    return value


def described(field: Field, about: str) -> Field:
    """The same field, described for assistants."""
    return replace(field, about=f"mcp.{about}")


def count(name: str, low: int, high: int, default: int) -> Field:
    schema = {"type": "integer", "minimum": low, "maximum": high}
    return Field(name, whole(low, high), schema, default=default, about=f"mcp.{name}")


_DETAILS: Final = ("short", "full")
PROFILE: Final = Field("profile", as_sent, {"type": ["object", "string"]}, required=True, about="mcp.profile")
TO: Final = Field(
    "to",
    choice(lambda r: r.tiers),
    {"type": "string"},
    choices=lambda r: r.tiers,
    required=True,
    about="mcp.to",
)
DETAIL: Final = Field(
    "detail",
    choice(lambda _: _DETAILS),
    {"type": "string"},
    default="short",
    choices=lambda _: _DETAILS,
    about="mcp.detail",
)
_LANGUAGE: Final = described(LANG, "lang")
#: What chooses the rules that judge, apart from the tiers.
CHOICE: Final = (AS_OF, POLICY, KIND, READINGS)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one call asks: the arguments as the program uses them, all of them sound.

    ``seconds`` is how long the answer may take.
    """

    rules: Rulebase
    lang: str
    seconds: float
    given: Mapping[str, Any]
    profile: Profile

    @property
    def full(self) -> bool:
        return bool(self.given.get("detail") == "full")

    @property
    def day(self) -> date:
        return self.given.get("as_of") or date.today()

    def choice(self) -> dict[str, Any]:
        """The choice of rules as :func:`zjtx_kg.assess` takes it."""
        chosen = {name: self.given[name] for name in ("policy", "kind", "readings") if name in self.given}
        return {**chosen, "as_of": self.day, "lang": self.lang, "rulebase": self.rules}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool. ``subject`` names the argument that a choice without rules is blamed on."""

    name: str
    fields: tuple[Field, ...]
    answer: Callable[[Asked], Reply]
    subject: str = "policy"

    def title(self, lang: str) -> str:
        return say(f"mcp.tool.{self.name}.title", lang)

    @property
    def description(self) -> str:
        """What it is for, in both languages: the choice of a tool is made before a language is known."""
        return "\n\n".join(say(f"mcp.tool.{self.name}.about", lang) for lang in ("en", "zh"))

    def schema(self, rules: Rulebase) -> dict[str, Any]:
        """JSON Schema of the arguments."""
        fields = (*self.fields, _LANGUAGE)
        return {
            "type": "object",
            "properties": {field.name: _schema(field, rules) for field in fields},
            "required": [field.name for field in fields if field.required],
            "additionalProperties": False,
        }


def _schema(field: Field, rules: Rulebase) -> dict[str, Any]:
    schema = dict(field.schema)
    if field.choices is not None and len(names := list(field.choices(rules))) <= FEW:
        schema["enum"] = names
    if field.many:
        schema = {"type": "array", "items": schema, "maxItems": 100}
    elif field.default is not None:
        schema["default"] = field.default
    return {**schema, "description": field.description}


def read(tool: Tool, arguments: Mapping[str, Any], rules: Rulebase, lang: str, seconds: float) -> Asked:
    """The arguments of a call. Raises :class:`Refusal` with every fault of all of them."""
    problems: list[Problem] = []
    fields = {field.name: field for field in (*tool.fields, _LANGUAGE)}
    given = read_body(fields, arguments, rules, problems)
    lang = given["lang"] or lang
    profile = Profile()
    if given.get("profile") is not None:
        try:
            profile = _profile(given["profile"], rules)
        except ZjtxError as error:
            problems += at("profile", error)
    asked = Asked(rules, lang, seconds, given, profile)
    if "kind" in fields and all(problem.path.partition(".")[0] == "profile" for problem in problems):
        problems += _unjudged(tool, asked)
    refuse(problems)
    return asked


def refuse(problems: list[Problem]) -> None:
    if problems:
        raise Refusal(422, "bad_request", problems, count=len(problems))


def _unjudged(tool: Tool, asked: Asked) -> list[Problem]:
    """That no edition judges a tier on the day, for this kind of application."""
    tiers = (asked.given["to"],) if "to" in asked.given else asked.given.get("tiers", ())
    choice = asked.choice()
    try:
        selections(
            asked.rules, asked.day, tiers, choice["policy"], choice["kind"], choice.get("readings", ())
        )
    except ZjtxError as error:
        return at(tool.subject if tiers else "policy", error)
    return []


def _profile(given: Any, rules: Rulebase) -> Profile:
    """A profile as an object, or as a text in YAML; a text's problems carry their lines."""
    if not isinstance(given, str):
        return read_profile(given, rules, _MOST_VALUES)
    size = len(given.encode())
    if size > _LONGEST:
        fault = Problem("too_large", "", f"{size:,}", {"limit": f"{_LONGEST:,}"})
        raise ProfileError("unreadable", [fault])
    data, lines = read_yaml(given, "")
    try:
        return read_profile(data, rules, _MOST_VALUES)
    except ProfileError as error:
        raise at_lines(error, lines) from None
