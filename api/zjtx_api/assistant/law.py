"""The tools that look things up: policies and conditions by words, indicators, a profile to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from zjtx_api.assistant.reply import Reply, fitting
from zjtx_api.assistant.tool import CHOICE, Asked, Tool, count, described
from zjtx_api.fields import AS_OF, KIND, OFFSET, POLICY, TIERS, Field, Q, choice
from zjtx_api.routes.rules import (
    INDICATOR,
    TIER,
    editions_of,
    found_in,
    in_force,
    indicator_entry,
    policy_entry,
    tier_entry,
    used_indicators,
)
from zjtx_kg import Rulebase, Text, say
from zjtx_kg.reasoning import plain, requirement, template
from zjtx_kg.rulebase import Node, Policy, Tier, walk

__all__ = ["tools"]

_KINDS: Final = ("policies", "tiers", "conditions", "clauses")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A condition as it is searched for and shown."""

    policy: str
    tier: str
    node: Node
    label: Text
    reads: frozenset[str]
    texts: tuple[Text, ...]


@lru_cache(maxsize=4)
def _conditions(rules: Rulebase) -> tuple[_Entry, ...]:
    """Every condition, scored item and group with the texts that words are looked for in."""
    return tuple(
        _entry(rules, policy, tier, node)
        for (policy, tier), criteria in rules.criteria.items()
        for node in walk(criteria)[1:]
    )


def _entry(rules: Rulebase, policy: str, tier: str, node: Node) -> _Entry:
    label = Text(*(requirement(node, rules, lang).label for lang in ("zh", "en")))
    reads = {str(id) for one in (node, *node.leaves()) if (id := getattr(one, "indicator", None))}
    texts = [label, rules.tiers[tier].label, rules.policies[policy].title, _number(rules.policies[policy])]
    clause = node.citation.clause
    if clause is not None:
        texts += [clause.citation, clause.summary]
    if len(reads) == 1:
        texts += [rules.indicators[id].label for id in reads]
    return _Entry(policy, tier, node, label, frozenset(reads), tuple(texts))


def _number(policy: Policy) -> Text:
    return Text(policy.number, policy.number)


# --- find_policy --------------------------------------------------------------------------------------


def _find_policy(asked: Asked) -> Reply:
    """Documents, tiers, conditions and clauses that have every word, for a tier, an indicator, a day."""
    wanted = asked.given["what"] or _KINDS
    most = asked.given["limit"]
    finders = {"policies": _policies, "tiers": _tiers, "conditions": _found_conditions, "clauses": _clauses}
    lines: list[str] = []
    content: dict[str, Any] = {}
    for kind in _KINDS:
        if kind in wanted:
            found = list(finders[kind](asked))
            content[kind] = [data for _, data in found[:most]]
            content[f"{kind}_total"] = len(found)
            if found:
                title = say(f"mcp.found.{kind}", asked.lang, shown=min(most, len(found)), total=len(found))
                lines += [title, *(line for line, _ in found[:most])]
    if not lines:
        lines.append(say("mcp.nothing", asked.lang))
    return Reply(fitting(lines, asked.lang), content)


_Found = Iterator[tuple[str, dict[str, Any]]]


def _policies(asked: Asked) -> _Found:
    given, rules, lang = asked.given, asked.rules, asked.lang
    day, tier, indicator = given["as_of"], given["tier"], given["indicator"]
    reading = {entry.policy for entry in _conditions(rules) if indicator in entry.reads}
    for policy in rules.policies.values():
        judged = editions_of(rules, tier, policy.id, None, day)
        if tier is not None and not judged:
            continue
        if day is not None and not judged and not in_force(policy, day):
            continue
        if indicator is not None and policy.id not in reading:
            continue
        tiers = [rules.tiers[e.tier].label for e in editions_of(rules, None, policy.id)]
        if found_in(
            given["words"], policy.id, policy.title, policy.short, _number(policy), policy.issuer, *tiers
        ):
            data = plain(policy_entry(rules, policy, judged, lang))
            yield f"- {policy.title(lang)} {policy.number} ({_dates(policy, lang)}) · {policy.id}", data


def _dates(policy: Policy, lang: str) -> str:
    if policy.in_force is None:
        return policy.issued
    until = policy.repealed
    return say("mcp.until" if until else "mcp.since", lang, start=policy.in_force, end=until)


def _tiers(asked: Asked) -> _Found:
    given, rules, lang = asked.given, asked.rules, asked.lang
    for tier in rules.tiers.values():
        judged = editions_of(rules, tier.id, None, None, given["as_of"])
        if given["tier"] not in (None, tier.id) or not judged:
            continue
        if given["indicator"] is not None and not any(
            given["indicator"] in used_indicators(rules, tier.id, edition.policy) for edition in judged
        ):
            continue
        documents = [rules.policies[edition.policy] for edition in judged]
        texts = [text for policy in documents for text in (policy.title, _number(policy))]
        if found_in(given["words"], tier.id, tier.label, tier.definition, *texts):
            yield _tier_line(rules, tier, lang, given["as_of"]), plain(tier_entry(tier, judged, lang))


def _tier_line(rules: Rulebase, tier: Tier, lang: str, day: Any) -> str:
    editions = "; ".join(
        f"{rules.policies[e.policy].number} {rules.names[e.kind](lang)} {e.start} – {e.end or ''}".rstrip()
        for e in editions_of(rules, tier.id, None, None, day)
    )
    return f"- {tier.label(lang)} · {tier.id}: {editions}"


def _matching(asked: Asked) -> Iterator[_Entry]:
    given, rules = asked.given, asked.rules
    judging = {(e.policy, e.tier) for e in editions_of(rules, given["tier"], None, None, given["as_of"])}
    for entry in _conditions(rules):
        if given["tier"] not in (None, entry.tier):
            continue
        if given["as_of"] is not None and (entry.policy, entry.tier) not in judging:
            continue
        if given["indicator"] is not None and given["indicator"] not in entry.reads:
            continue
        if found_in(given["words"], entry.node.id, *entry.texts):
            yield entry


def _distance(entry: _Entry, asked: Asked) -> tuple[bool, bool]:
    """What says the words itself comes first, and single conditions before groups."""
    return not found_in(asked.given["words"], "", entry.label), bool(entry.node.parts)


def _found_conditions(asked: Asked) -> _Found:
    rules, lang = asked.rules, asked.lang
    for entry in sorted(_matching(asked), key=lambda entry: _distance(entry, asked)):
        said = requirement(entry.node, rules, lang)
        policy = rules.policies[entry.policy]
        cited = f" [{policy.number} {said.clause.citation}]" if said.clause else ""
        data = {
            "tier": entry.tier,
            "policy": entry.policy,
            "condition": said.condition,
            "label": said.label,
            "operator": said.operator,
            "bound": said.bound,
            "unit": said.unit,
            "indicator": said.indicator,
            "clause": said.clause and said.clause.citation,
            "confidence": said.confidence,
        }
        line = f"- {said.label}{cited} · {said.condition}"
        yield line, plain({key: value for key, value in data.items() if value is not None})


def _clauses(asked: Asked) -> _Found:
    given, rules, lang = asked.given, asked.rules, asked.lang
    cited = {e.node.citation.clause.id for e in _matching(asked) if e.node.citation.clause}
    narrowed = any(given[name] is not None for name in ("tier", "indicator"))
    for clause in rules.clauses.values():
        policy = rules.policies.get(clause.policy)
        if policy is None:  # a clause of a source that is no policy, such as an explanation of one
            continue
        texts = (clause.citation, clause.summary, policy.title, _number(policy))
        if narrowed and clause.id not in cited:
            continue
        if given["as_of"] is not None and clause.id not in cited and not in_force(policy, given["as_of"]):
            continue
        if clause.id in cited or found_in(given["words"], clause.id, *texts):
            data = {
                "id": clause.id,
                "policy": clause.policy,
                "citation": clause.citation(lang),
                "summary": clause.summary(lang),
                "confidence": clause.attestation,
            }
            yield f"- [{policy.number} {clause.citation(lang)}] {clause.summary(lang)}", data


# --- list_indicators ----------------------------------------------------------------------------------


def _list_indicators(asked: Asked) -> Reply:
    """Indicators with their place in a profile, unit, limits and codes."""
    given, rules, lang = asked.given, asked.rules, asked.lang
    used = used_indicators(rules, given["tier"], given["policy"])
    narrowed = given["tier"] is not None or given["policy"] is not None
    found = [
        one
        for one in rules.indicators.values()
        if (not narrowed or one.id in used) and found_in(given["words"], one.id, one.label, one.definition)
    ]
    page = found[given["offset"] : given["offset"] + given["limit"]]
    lines = [say("mcp.found.indicators", lang, shown=len(page), total=len(found))]
    entries = []
    for one in page:
        entry = plain(indicator_entry(rules, one, lang))
        codes = list(_codes(rules, one.schemes))
        if codes:
            entry["codes"] = [{"code": id, "label": label(lang)} for id, label in codes]
        entries.append({key: value for key, value in entry.items() if value not in (None, [], ())})
        unit = f" ({one.unit.symbol})" if one.unit else ""
        lines.append(f"- {entry['path'] or one.id}: {one.label(lang)}{unit} · {one.type} · {one.knowledge}")
        if one.definition(lang) != one.label(lang):
            lines.append(f"  {one.definition(lang)}")
        if codes:
            lines.append("  " + "、".join(f"{id} {label(lang)}" for id, label in codes))
    return Reply(
        fitting(lines, lang), {"indicators": entries, "total": len(found), "offset": given["offset"]}
    )


_FEW_CODES: Final = 24


def _codes(rules: Rulebase, schemes: Iterable[str]) -> Iterator[tuple[str, Text]]:
    """The codes that a profile may name; of a long list its upper level."""
    for id in schemes:
        codes = rules.schemes[id].codes.values()
        upper = [code for code in codes if not code.broader]
        yield from ((code.id, code.label) for code in upper[:_FEW_CODES])


#: Space that only sets comments in a column.
_COLUMN: Final = re.compile(r" {3,}#")


# --- profile_template ---------------------------------------------------------------------------------


def _profile_template(asked: Asked) -> Reply:
    """A profile in YAML with just the facts that the tiers read, and how to write values."""
    given = asked.given
    text = template(
        asked.rules,
        asked.day,
        tiers=given["tiers"],
        policy=given["policy"],
        kind=given["kind"],
        lang=asked.lang,
    )
    lines = [say("mcp.how_to_write", asked.lang), *(_COLUMN.sub("  #", line) for line in text.splitlines())]
    return Reply(fitting(lines, asked.lang, full=True), {"template": text, "as_of": str(asked.day)})


# --- the tools ----------------------------------------------------------------------------------------


def tools() -> Iterator[Tool]:
    words = Field("words", Q.read, Q.schema, about="mcp.words")
    what = Field(
        "what",
        choice(lambda _: _KINDS),
        {"type": "string"},
        choices=lambda _: _KINDS,
        many=True,
        about="mcp.what",
    )
    yield Tool(
        name="find_policy",
        fields=(
            words,
            described(TIER, "tier"),
            described(INDICATOR, "indicator"),
            described(AS_OF, "in_force"),
            what,
            count("limit", 1, 50, 6),
        ),
        answer=_find_policy,
    )
    yield Tool(
        name="list_indicators",
        fields=(words, described(TIER, "tier"), POLICY, count("limit", 1, 100, 15), OFFSET),
        answer=_list_indicators,
    )
    tiers = Field(
        TIERS.name,
        TIERS.read,
        TIERS.schema,
        many=True,
        required=True,
        choices=TIERS.choices,
        about="mcp.tiers_needed",
    )
    yield Tool(
        name="profile_template",
        fields=(tiers, *(field for field in CHOICE if field in (AS_OF, POLICY, KIND))),
        answer=_profile_template,
        subject="tiers",
    )
