"""The law of three values: a status is what all completions of what is not known agree on."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.laws.trees import compiled, completions, holds, known, reads, trees
from zjtx_kg.facts.knowledge import is_settled
from zjtx_kg.reasoning import evaluation
from zjtx_kg.reasoning.nodes import MET, UNKNOWN, UNMET
from zjtx_kg.reasoning.relevance import relevant
from zjtx_kg.rulebase.model import Condition

#: More completions than this are not enumerated; smaller examples say the same.
_MANY = 20_000


def _all(rule: Condition, knowledge: dict[str, Any]) -> list[dict[str, Any]]:
    ids = [id for id in reads(rule) if not is_settled(knowledge[id])]
    found = []
    for case in completions(knowledge, ids):
        found.append(case)
        assume(len(found) <= _MANY)
    return found


@given(trees(), known())
def test_a_status_is_what_all_completions_agree_on(rule: Condition, knowledge: dict[str, Any]) -> None:
    truths = {holds(rule, case) for case in _all(rule, knowledge)}
    wanted = {frozenset({True}): MET, frozenset({False}): UNMET}.get(frozenset(truths), UNKNOWN)
    assert evaluation.status(compiled(rule), knowledge) == wanted


@given(trees(), known(), st.data())
def test_more_knowledge_never_turns_an_answer(rule: Condition, knowledge: dict[str, Any], data: Any) -> None:
    node = compiled(rule)
    before = evaluation.status(node, knowledge)
    cases = _all(rule, knowledge)
    after = evaluation.status(node, data.draw(st.sampled_from(cases)))
    assert before in (UNKNOWN, after)


@given(trees(), known())
def test_a_fact_is_asked_for_exactly_where_it_can_change_the_answer(
    rule: Condition, knowledge: dict[str, Any]
) -> None:
    node = compiled(rule)
    cases = _all(rule, knowledge)
    assume(len(cases) <= 3000)
    truth = {_key(rule, case): holds(rule, case) for case in cases}
    wanted = set()
    for id in reads(rule):
        by_rest: dict[Any, set[bool]] = {}
        for key, value in truth.items():
            rest = tuple(item for item in key if item[0] != id)
            by_rest.setdefault(rest, set()).add(value)
        if any(len(values) > 1 for values in by_rest.values()):
            wanted.add(id)
    assert relevant(node, knowledge) == wanted


def _key(rule: Condition, case: dict[str, Any]) -> tuple[Any, ...]:
    return tuple((id, case[id]) for id in reads(rule))
