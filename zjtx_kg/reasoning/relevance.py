"""Which facts can still change an answer.

A fact is relevant when there is a way to complete everything else such that its value decides. Where no open
indicator is read twice and nothing is scored, every open leaf that its siblings do not overrule is relevant.
Otherwise completions are sought that only just satisfy the condition: from all facts at their best, one after
the other is lowered as far as the condition still holds. In such a completion every fact that is not at its
worst decides. Each fact not yet proved relevant is lowered last once, and first what could
replace it. For those
that are left a witness is searched depth first, cutting off what three-valued evaluation decides; where the
search finds none within its limit the fact is kept, which asks too much rather than too little.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from math import ceil, floor
from typing import Any, Final, NamedTuple

from zjtx_kg.facts.knowledge import Interval
from zjtx_kg.reasoning.evaluation import completions, is_open, status
from zjtx_kg.reasoning.nodes import (
    DOWN,
    MET,
    UNKNOWN,
    UNMET,
    AllNode,
    AnyNode,
    AtLeastNode,
    BandedNode,
    ConditionNode,
    Env,
    GroupNode,
    LeafNode,
    ScoreGroupNode,
    ScoreNode,
    ValueNode,
)

__all__ = ["relevant"]

#: Evaluations spent on one fact before it is kept unproved.
_LIMIT: Final = 4000
#: Combinations of mixed facts from which just satisfying completions are sought.
_CHOICES: Final = 64


def relevant(root: ConditionNode, env: Env) -> set[str]:
    """The indicators that can still change the status of a condition."""
    if status(root, env) != UNKNOWN:
        return set()
    search = _Search(root, env)
    if search.simple:
        return search.ids
    search.prepare()
    found = search.needed_somewhere()
    return found | {id for id in search.open if id not in found and search.decides(id)}


class _Search:
    def __init__(self, root: ConditionNode, env: Env) -> None:
        self.env = env
        self.root = _reduced(root, env)
        leaves: dict[str, list[LeafNode]] = {}
        valued: dict[str, set[int]] = {}
        for found in _open_parts(self.root, env):
            if isinstance(found, LeafNode):
                leaves.setdefault(found.indicator, []).append(found)
            else:
                valued.setdefault(found.indicator, set()).update(found.grid)
        self.leaves, self.valued = leaves, valued
        candidates = [*leaves, *(id for id in valued if id not in leaves)]
        self.ids = {id for id in candidates if is_open(env[id], leaves.get(id, ()), env)}
        self.simple = (
            not valued
            and all(len(leaves[id]) == 1 and id not in self.root.mixed for id in self.ids)
            and not _has_score(self.root)
        )
        self.open: dict[str, list[Any]] = {}

    def prepare(self) -> None:
        """The values that each open indicator may still take, from the worst to the best."""
        env, leaves = self.env, self.leaves
        for id in self.ids:
            self.open[id] = completions(env[id], leaves.get(id, ()), env)
            if id in self.valued:
                points = {Interval(point, point) for point in self.valued[id] if point in env[id]}
                self.open[id] = sorted({*self.open[id], *points})
            if self.root.uses[id] == {DOWN}:
                self.open[id].reverse()
        self.order = sorted(self.open, key=lambda id: (-len(leaves.get(id, ())), id))
        self.rivals = {id: _rivals(self.root, id) for id in self.open}

    def needed_somewhere(self) -> set[str]:
        """Facts without which some completion that only just satisfies the condition would not."""
        found: set[str] = set()
        mixed = [id for id in self.open if id in self.root.mixed]
        monotone = [id for id in self.order if id not in mixed]
        best = {**self.env, **{id: values[-1] for id, values in self.open.items()}}
        for choice in islice(product(*(self.open[id] for id in mixed)), _CHOICES):
            start = {**best, **dict(zip(mixed, choice, strict=True))}
            if self.root.plain(start) != MET:
                continue
            for last in [*monotone, *mixed]:
                rivals = self.rivals[last]
                for order in (monotone, monotone[::-1]):
                    if last not in found:
                        ranked = sorted(order, key=lambda id: (id == last, id not in rivals))
                        found |= self.only_just(start, ranked, mixed)
        return found

    def only_just(self, start: dict[str, Any], order: list[str], mixed: list[str]) -> set[str]:
        """Lower each fact as far as the condition holds; those that stay above their worst are needed."""
        env = dict(start)
        needed = set()
        for id in order:
            for value in self.open[id]:
                env[id] = value
                if self.root.plain(env) == MET:
                    break
            if env[id] is not self.open[id][0]:
                needed.add(id)
        for id in mixed:
            if any(self.root.plain({**env, id: value}) == UNMET for value in self.open[id]):
                needed.add(id)
        return needed

    def decides(self, id: str) -> bool:
        """Whether some completion of the others leaves the answer to this indicator."""
        self.left = _LIMIT
        others = [other for other in self.order if other != id]
        return self.witness(id, others, dict(self.env))

    def witness(self, id: str, others: list[str], env: dict[str, Any]) -> bool:
        """Depth-first search with pruning; each level settles one more of the others."""
        can_hold = can_fail = False  # for some value, whatever the rest
        always_holds, never_holds = True, True
        for value in self.open[id]:
            env[id] = value
            self.left -= 1
            found = self.root.plain(env)
            always_holds &= found == MET
            never_holds &= found == UNMET
            can_hold |= found == MET
            can_fail |= found == UNMET
        if can_hold and can_fail:
            return True
        if always_holds or never_holds:
            return False
        if self.left <= 0:
            return True
        if not others:
            return False
        other, rest = others[0], others[1:]
        before = env[other]
        for value in reversed(self.open[other]):
            env[other] = value
            if self.witness(id, rest, env):
                return True
        env[other] = before
        return False


def _reduced(node: ConditionNode, env: Env) -> ConditionNode:
    """The part of a tree that is not decided yet: members that are decided no longer matter."""
    if isinstance(node, ScoreNode):
        return ScoreNode(node.rule, [_reduced_group(group, env) for group in node.groups])  # type: ignore[arg-type]
    if not isinstance(node, GroupNode):
        return node
    statuses = [status(member, env) for member in node.members]
    members = [_reduced(m, env) for m, s in zip(node.members, statuses, strict=True) if s == UNKNOWN]
    if len(members) == 1:
        return members[0]
    if isinstance(node, AtLeastNode):
        return AtLeastNode(node.rule, members, node.minimum - statuses.count(MET))
    return (AllNode if isinstance(node, AllNode) else AnyNode)(node.rule, members)


def _reduced_group(group: ScoreGroupNode, env: Env) -> ScoreGroupNode:
    """A group of a score with the items that are still open; the points of the others are counted."""
    pairs = [item.points(env) for item in group.items]
    open_ = [item for item, (worst, best) in zip(group.items, pairs, strict=True) if worst != best]
    settled = sum(worst for worst, best in pairs if worst == best)
    return ScoreGroupNode(group.rule, open_, settled)


def _rivals(node: ConditionNode, id: str) -> set[str]:
    """The indicators of other ways to satisfy a condition than those that read this one."""
    ways = [member for member in node.members if id in member.uses]
    found = {rival for way in ways for rival in _rivals(way, id)}
    if isinstance(node, AnyNode):
        read = {use for way in ways for use in way.uses}
        found |= {use for member in node.members for use in member.uses} - read
    return found


class _Valued(NamedTuple):
    """An indicator whose value is points: with whole points elsewhere, a whole one of them decides."""

    indicator: str
    grid: range


def _open_parts(node: ConditionNode, env: Env) -> Iterator[LeafNode | _Valued]:
    """The leaves and the points whose outcome is still open."""
    if isinstance(node, LeafNode):
        if node.plain(env) == UNKNOWN:
            yield node
    elif isinstance(node, ScoreNode):
        for group in node.groups:
            for item in group.items:
                worst, best = item.points(env)
                if worst == best:
                    continue
                points = range(floor(worst), ceil(best) + 1)
                if isinstance(item, ValueNode):
                    yield _Valued(item.indicator, points)
                elif isinstance(item, BandedNode) and item.mark is not None:
                    yield _Valued(item.mark, points)
                for condition in item.conditions:
                    yield from _open_parts(condition, env)
    else:
        for member in node.members:
            yield from _open_parts(member, env)


def _has_score(node: ConditionNode) -> bool:
    return isinstance(node, ScoreNode) or any(_has_score(member) for member in node.members)
