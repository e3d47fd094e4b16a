"""What the rules say: tiers, policies, indicators, fields."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import msgspec
from fastapi import APIRouter

from zjtx_api.fields import AS_OF, KIND, LIMIT, OFFSET, POLICY, Field, Q, choice
from zjtx_api.operation import Call, operation
from zjtx_api.problems import Refusal
from zjtx_kg import Rulebase, Text
from zjtx_kg.rulebase import Indicator, Policy, Tier, walk

__all__ = [
    "ANY_KIND",
    "INDICATOR",
    "TIER",
    "Edition",
    "editions",
    "editions_of",
    "found_in",
    "in_force",
    "indicator_entry",
    "matching",
    "policy_entry",
    "router",
    "tier_entry",
    "used_indicators",
]

router = APIRouter()

TIER: Final = Field("tier", choice(lambda r: r.tiers), {"type": "string"}, choices=lambda r: r.tiers)
INDICATOR: Final = Field(
    "indicator", choice(lambda r: r.indicators), {"type": "string"}, choices=lambda r: r.indicators
)
#: As a filter, no kind means both.
ANY_KIND: Final = Field("kind", KIND.read, KIND.schema, choices=KIND.choices)
_KNOWLEDGE_NAMES: Final = ("measured", "declaration", "judgement")
_PLACE_NAMES: Final = ("year", "fact", "derived", "record")
_KNOWLEDGE: Final = Field(
    "knowledge",
    choice(lambda _: _KNOWLEDGE_NAMES),
    {"type": "string"},
    choices=lambda _: _KNOWLEDGE_NAMES,
)
_PLACE: Final = Field(
    "place", choice(lambda _: _PLACE_NAMES), {"type": "string"}, choices=lambda _: _PLACE_NAMES
)
_SCHEME: Final = Field("scheme", choice(lambda r: r.schemes), {"type": "string"}, choices=lambda r: r.schemes)


class Edition(msgspec.Struct, frozen=True):
    """Which policy judges a tier for a kind of application, from ``start`` to ``end``, both included."""

    tier: str
    policy: str
    kind: str
    start: date
    end: date | None


class TierEntry(msgspec.Struct, frozen=True):
    """A recognition, its place on the ladder, and the editions that judge it."""

    id: str
    label: str
    order: int
    authority: str | None
    definition: str | None
    advances_to: tuple[str, ...]
    editions: tuple[Edition, ...]


class PolicyEntry(msgspec.Struct, frozen=True):
    """A document: its number, who issued it, when it is in force, what it judges, how well it is attested."""

    id: str
    title: str
    short: str | None
    number: str
    issuer: str
    issued: str
    in_force: date | None
    repealed: date | None
    replaces: tuple[str, ...]
    attestation: str
    note: str | None
    tiers: tuple[str, ...]
    editions: tuple[Edition, ...]


class IndicatorEntry(msgspec.Struct, frozen=True):
    """What can be known of a company: where a profile carries it, its unit, limits and evidence.

    ``path`` is its place in a profile. ``function`` and ``computed_from`` say how a derived one is computed.
    """

    id: str
    label: str
    definition: str
    place: str
    path: str | None
    type: str
    knowledge: str
    direction: str
    unit: str | None
    lowest: Any
    highest: Any
    at_most: tuple[str, ...]
    schemes: tuple[str, ...]
    evidence: tuple[str, ...]
    function: str | None
    computed_from: tuple[str, ...]


class FieldEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A code of a list of industry fields, levels or certificates."""

    id: str
    iri: str
    label: str
    scheme: str
    rank: int | None = None
    broader: str | None = None


class SchemeEntry(msgspec.Struct, frozen=True):
    """A list of codes, and how many there are."""

    id: str
    iri: str
    label: str
    codes: int


# --- filters ------------------------------------------------------------------------------------------


def editions(call: Call, tier: str | None = None) -> tuple[Edition, ...]:
    """The editions that the filters leave: tier, policy, kind, in force on a day."""
    asked = call.asked
    return editions_of(
        call.rules, tier or asked.get("tier"), asked.get("policy"), asked.get("kind"), asked.get("as_of")
    )


def editions_of(
    rules: Rulebase,
    tier: str | None = None,
    policy: str | None = None,
    kind: str | None = None,
    day: date | None = None,
) -> tuple[Edition, ...]:
    """The editions of a tier, of a policy, for a kind of application, in force on a day."""
    return tuple(
        Edition(rule.tier, rule.policy, str(rule.kind), rule.start, rule.end)
        for rule in rules.applicability
        if (tier is None or rule.tier == tier)
        and (policy is None or rule.policy == policy)
        and (kind is None or rule.kind == kind)
        and (day is None or rule.covers(day))
    )


def found_in(words: str | None, id: str, *texts: Text | None) -> bool:
    """Whether every word occurs in the id or in one of the texts, in either language."""
    if not words:
        return True
    whole = " ".join(
        [id, *(part for text in texts if text is not None for part in (text.zh, text.en))]
    ).lower()
    return all(word in whole for word in words.lower().split())


def matching(call: Call, entries: Iterable[Any], name: str) -> dict[str, Any]:
    """One page of a list, and how many there are in total."""
    found = list(entries)
    offset, limit = call.asked["offset"], call.asked["limit"]
    return {name: found[offset : offset + limit], "total": len(found)}


def _one(entries: Iterable[Any], id: str) -> Any:
    for entry in entries:
        if entry.id == id:
            return entry
    raise Refusal(404, "no_such_id", id=id[:80])


# --- tiers --------------------------------------------------------------------------------------------


def _tiers(call: Call) -> list[TierEntry]:
    filtered = any(call.asked.get(name) is not None for name in ("as_of", "kind", "policy"))
    found = []
    for tier in call.rules.tiers.values():
        judged = editions(call, tier.id)
        if filtered and not judged:
            continue
        found.append(tier_entry(tier, judged, call.lang))
    return found


def tier_entry(tier: Tier, judged: tuple[Edition, ...], lang: str) -> TierEntry:
    """What is said of a tier."""
    return TierEntry(
        tier.id,
        tier.label(lang),
        tier.order,
        tier.authority(lang) if tier.authority else None,
        tier.definition(lang) if tier.definition else None,
        tier.advances_to,
        judged,
    )


@operation(router, "GET", "/v1/tiers", tag="rules", query=(AS_OF, ANY_KIND, POLICY), answers={200: "Tiers"})
async def list_tiers(call: Call) -> Any:
    """List the tiers in the order of the ladder, with the editions that judge them.

    With `as_of`, `kind` or `policy`, only the editions they leave, and the tiers that have any.
    """
    return {"tiers": _tiers(call)}


@operation(
    router,
    "GET",
    "/v1/tiers/{id}",
    tag="rules",
    query=(AS_OF, ANY_KIND, POLICY),
    answers={200: "TierEntry"},
    path_examples={"id": "little-giant"},
    refusals=(404,),
)
async def get_tier(call: Call) -> Any:
    """Read one tier with the editions that judge it."""
    return _one(_tiers(call), call.path["id"])


# --- policies -----------------------------------------------------------------------------------------


def _policies(call: Call) -> list[PolicyEntry]:
    rules, lang = call.rules, call.lang
    day, words = call.asked.get("as_of"), call.asked.get("q")
    filtered = any(call.asked.get(name) is not None for name in ("as_of", "kind", "tier"))
    found = []
    for policy in rules.policies.values():
        judged = tuple(edition for edition in editions(call) if edition.policy == policy.id)
        if call.asked.get("tier") is not None or call.asked.get("kind") is not None:
            if not judged:
                continue
        elif filtered and not judged and not in_force(policy, day):
            continue
        if not found_in(words, policy.id, policy.title, policy.short, Text(policy.number, policy.number)):
            continue
        found.append(policy_entry(rules, policy, judged, lang))
    return found


def policy_entry(rules: Rulebase, policy: Policy, judged: tuple[Edition, ...], lang: str) -> PolicyEntry:
    """What is said of a document."""
    return PolicyEntry(
        policy.id,
        policy.title(lang),
        policy.short(lang) if policy.short else None,
        policy.number,
        policy.issuer(lang),
        policy.issued,
        policy.in_force,
        policy.repealed,
        policy.replaces,
        policy.attestation,
        policy.note(lang) if policy.note else None,
        tuple(tier for document, tier in rules.criteria if document == policy.id),
        judged,
    )


def in_force(policy: Policy, day: date | None) -> bool:
    """Whether a document itself is in force on a day, whatever it judges."""
    if day is None:
        return True
    start, end = policy.in_force, policy.repealed
    return start is not None and start <= day and (end is None or day < end)


@operation(
    router, "GET", "/v1/policies", tag="rules", query=(AS_OF, ANY_KIND, TIER, Q), answers={200: "Policies"}
)
async def list_policies(call: Call) -> Any:
    """List the documents with their dates and what they judge.

    `as_of` leaves those in force, or judging, on the day; `tier` and `kind` those that judge it; `q` those
    whose id, number or title has every word.
    """
    return {"policies": _policies(call)}


@operation(
    router,
    "GET",
    "/v1/policies/{id}",
    tag="rules",
    answers={200: "PolicyEntry"},
    path_examples={"id": "miit-2026-2"},
    refusals=(404,),
)
async def get_policy(call: Call) -> Any:
    """Read one document."""
    return _one(_policies(call), call.path["id"])


# --- indicators ---------------------------------------------------------------------------------------


def _indicators(call: Call) -> list[IndicatorEntry]:
    rules, lang, asked = call.rules, call.lang, call.asked
    tier, policy = asked.get("tier"), asked.get("policy")
    used = used_indicators(rules, tier, policy) if tier or policy else None
    found = []
    for one in rules.indicators.values():
        if asked.get("knowledge") not in (None, str(one.knowledge)) or asked.get("place") not in (
            None,
            str(one.place),
        ):
            continue
        if (used is not None and one.id not in used) or not found_in(
            asked.get("q"), one.id, one.label, one.definition
        ):
            continue
        found.append(indicator_entry(rules, one, lang))
    return found


def indicator_entry(rules: Rulebase, one: Indicator, lang: str) -> IndicatorEntry:
    """What is said of an indicator."""
    derived = one.derivation
    return IndicatorEntry(
        one.id,
        one.label(lang),
        one.definition(lang),
        str(one.place),
        {"year": f"years.<year>.{one.id}", "record": None}.get(str(one.place), f"facts.{one.id}"),
        str(one.type),
        str(one.knowledge),
        str(one.direction),
        one.unit.symbol if one.unit else None,
        one.lowest,
        one.highest,
        one.at_most,
        one.schemes,
        tuple(rules.evidence[kind].label(lang) for kind in rules.evidence_of(one.id)),
        derived.function if derived else None,
        tuple(dict.fromkeys(a.indicator for a in derived.arguments)) if derived else (),
    )


def used_indicators(rules: Rulebase, tier: str | None = None, policy: str | None = None) -> set[str]:
    """The indicators that the criteria of a tier or policy read, and those they are computed from."""
    waiting = [
        str(getattr(node, "indicator", None) or "")
        for (document, judged), criteria in rules.criteria.items()
        if tier in (None, judged) and policy in (None, document)
        for top in walk(criteria)
        for node in (top, *top.leaves())
    ]
    found: set[str] = set()
    while waiting:
        id = waiting.pop()
        if id and id not in found:
            found.add(id)
            derived = rules.indicators[id].derivation
            waiting += [argument.indicator for argument in derived.arguments] if derived else []
    return found


@operation(
    router,
    "GET",
    "/v1/indicators",
    tag="rules",
    query=(TIER, POLICY, _KNOWLEDGE, _PLACE, Q, LIMIT, OFFSET),
    answers={200: "Indicators"},
)
async def list_indicators(call: Call) -> Any:
    """List the indicators with units, limits and evidence.

    `tier` and `policy` leave those that the criteria read, or that what they read is computed from.
    """
    return matching(call, _indicators(call), "indicators")


@operation(
    router,
    "GET",
    "/v1/indicators/{id}",
    tag="rules",
    answers={200: "IndicatorEntry"},
    path_examples={"id": "debt_ratio"},
    refusals=(404,),
)
async def get_indicator(call: Call) -> Any:
    """Read one indicator."""
    return _one(_indicators(call), call.path["id"])


# --- fields -------------------------------------------------------------------------------------------


@operation(
    router, "GET", "/v1/fields", tag="rules", query=(_SCHEME, Q, LIMIT, OFFSET), answers={200: "Fields"}
)
async def list_fields(call: Call) -> Any:
    """List industry fields and the other codes that profiles use.

    `scheme` leaves one list; `schemes` names them all. `q` leaves the codes whose id or label has every word.
    """
    lang, asked = call.lang, call.asked
    schemes = call.rules.schemes
    found = [
        FieldEntry(code.id, code.iri, code.label(lang), scheme.id, code.rank, code.broader)
        for scheme in schemes.values()
        if asked["scheme"] in (None, scheme.id)
        for code in scheme.codes.values()
        if found_in(asked["q"], code.id, code.label)
    ]
    lists = [SchemeEntry(s.id, s.iri, s.label(lang), len(s.codes)) for s in schemes.values()]
    return {**matching(call, found, "fields"), "schemes": lists}
