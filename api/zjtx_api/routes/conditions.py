"""What the rules ask for, condition by condition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from fastapi import APIRouter

from zjtx_api.fields import AS_OF, LIMIT, OFFSET, POLICY, Q
from zjtx_api.operation import Call, operation
from zjtx_api.problems import Refusal
from zjtx_api.routes.rules import ANY_KIND, INDICATOR, TIER, Edition, editions, found_in, matching
from zjtx_kg import Text
from zjtx_kg.reasoning import Requirement, requirement
from zjtx_kg.rulebase import Node, walk

__all__ = ["router"]

router = APIRouter()


class ConditionEntry(msgspec.Struct, frozen=True):
    """A condition with everything below it, and the editions in which it judges."""

    tier: str
    policy: str
    requirement: Requirement
    editions: tuple[Edition, ...]


def _nodes(call: Call) -> Iterator[tuple[str, str, Node]]:
    for (policy, tier), criteria in call.rules.criteria.items():
        if call.asked["policy"] in (None, policy) and call.asked["tier"] in (None, tier):
            yield from ((policy, tier, node) for node in walk(criteria))


@operation(
    router,
    "GET",
    "/v1/conditions",
    tag="rules",
    query=(AS_OF, ANY_KIND, TIER, POLICY, INDICATOR, Q, LIMIT, OFFSET),
    answers={200: "Conditions"},
)
async def list_conditions(call: Call) -> Any:
    """List conditions, groups and scored items without what is below them.

    `as_of` and `kind` leave those that judge on the day; `indicator` those that read it.
    """
    asked, lang = call.asked, call.lang
    judging = {(e.policy, e.tier) for e in editions(call)}
    dated = asked["as_of"] is not None or asked["kind"] is not None
    found = []
    for policy, tier, node in _nodes(call):
        if dated and (
            (policy, tier) not in judging or (asked["kind"] and node.only_for not in (None, asked["kind"]))
        ):
            continue
        if asked["indicator"] is not None and asked["indicator"] != getattr(node, "indicator", None):
            continue
        label = requirement_label(call, node)
        if found_in(asked["q"], node.id, Text(label, label)):
            found.append((policy, tier, node))
    page = matching(call, found, "conditions")
    entries = []
    for policy, tier, node in page["conditions"]:
        said = requirement(node, call.rules, lang)
        plain = msgspec.structs.replace(said, children=(), bands=())
        entries.append({"tier": tier, "policy": policy, "requirement": plain, "parts": len(node.parts)})
    return {**page, "conditions": entries}


def requirement_label(call: Call, node: Node) -> str:
    """What a search for words looks at: the condition as it is worded."""
    if not call.asked["q"]:
        return ""
    return requirement(node, call.rules, call.lang).label


@operation(
    router,
    "GET",
    "/v1/conditions/{id:path}",
    tag="rules",
    query=(AS_OF, ANY_KIND),
    answers={200: "ConditionEntry"},
    path_examples={"id": "miit-2026-2/little-giant"},
    refusals=(404,),
)
async def get_condition(call: Call) -> Any:
    """Read one condition with everything below it: operator, bound, unit, clause and attestation.

    The id of the criteria of a tier is `<policy>/<tier>`. `as_of` and `kind` leave the editions in which it
    judges.
    """
    id = call.path["id"]
    policy, _, rest = id.partition("/")
    tier = rest.partition("/")[0]
    criteria = call.rules.criteria.get((policy, tier))
    for node in walk(criteria) if criteria is not None else ():
        if node.id == id:
            judging = tuple(e for e in editions(call, tier) if e.policy == policy)
            return ConditionEntry(tier, policy, requirement(node, call.rules, call.lang), judging)
    raise Refusal(404, "no_such_id", id=id[:200])
