"""What an assistant can read by address, and the prompt that starts a conversation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from zjtx_api.problems import Refusal
from zjtx_api.routes.rules import editions_of, policy_entry, tier_entry
from zjtx_kg import Rulebase, say
from zjtx_kg.reasoning import encode, requirement
from zjtx_kg.rulebase import walk

__all__ = ["PROMPT", "Address", "addresses", "prompt", "read_resource", "templates"]

_SCHEME: Final = "zjtx://"
PROMPT: Final = "what_would_let_this_company_advance"


@dataclass(frozen=True, slots=True)
class Address:
    """Something to read: its address, or the pattern of addresses, and what is there."""

    uri: str
    name: str
    about: str


def templates(lang: str) -> Iterator[Address]:
    """The patterns of addresses."""
    for kind in ("policies", "conditions"):
        # conditions have slashes in their ids
        id = "{id}" if kind == "policies" else "{+id}"
        yield Address(f"{_SCHEME}{kind}/{id}", kind, say(f"mcp.resource.{kind}", lang))


def addresses(rules: Rulebase, lang: str) -> Iterator[Address]:
    """What can be listed: the tiers, and each document. Conditions are found by searching."""
    yield Address(f"{_SCHEME}tiers", "tiers", say("mcp.resource.tiers", lang))
    for policy in rules.policies.values():
        yield Address(f"{_SCHEME}policies/{policy.id}", policy.id, f"{policy.title(lang)} {policy.number}")


def read_resource(uri: str, rules: Rulebase, lang: str) -> str:
    """What is at an address, as JSON. ``?lang=en`` chooses the language. Raises :class:`Refusal`."""
    path, _, query = uri.partition("?")
    if query in ("lang=zh", "lang=en"):
        lang = query.removeprefix("lang=")
    kind, _, id = path.removeprefix(_SCHEME).partition("/")
    found = None
    if path.startswith(_SCHEME) and (not query or query.startswith("lang=")):
        if kind == "tiers":
            found = _tiers(rules, lang, id)
        elif kind == "policies":
            found = _policy(rules, lang, id)
        elif kind == "conditions":
            found = _condition(rules, lang, id)
    if found is None:
        raise Refusal(404, "no_such_id", id=uri[:200])
    return encode(found).decode()


def _tiers(rules: Rulebase, lang: str, id: str) -> Any:
    entries = [tier_entry(tier, editions_of(rules, tier.id), lang) for tier in rules.tiers.values()]
    if not id:
        return {"tiers": entries}
    return next((entry for entry in entries if entry.id == id), None)


def _policy(rules: Rulebase, lang: str, id: str) -> Any:
    policy = rules.policies.get(id)
    if policy is None:
        return None
    clauses = [
        {
            "id": clause.id,
            "citation": clause.citation(lang),
            "summary": clause.summary(lang),
            "confidence": clause.attestation,
        }
        for clause in rules.clauses.values()
        if clause.policy == id
    ]
    judged = editions_of(rules, None, id)
    return {"policy": policy_entry(rules, policy, judged, lang), "clauses": clauses}


def _condition(rules: Rulebase, lang: str, id: str) -> Any:
    policy, _, rest = id.partition("/")
    tier = rest.partition("/")[0]
    criteria = rules.criteria.get((policy, tier))
    for node in walk(criteria) if criteria is not None else ():
        if node.id == id:
            asked = requirement(node, rules, lang)
            judged = [e for e in editions_of(rules, tier) if e.policy == policy]
            return {"tier": tier, "policy": policy, "requirement": asked, "editions": judged}
    return None


def prompt(arguments: Mapping[str, str], lang: str) -> str:
    """What to do to find out what would let a company advance."""
    wanted = arguments.get("lang")
    lang = wanted if wanted in ("zh", "en") else lang
    company = arguments.get("company") or say("mcp.prompt.no_company", lang)
    tier = arguments.get("tier") or say("mcp.prompt.no_tier", lang)
    return say("mcp.prompt.text", lang, company=company, tier=tier)
