"""What a reasoner finds in the rules themselves, without any company.

* a condition that no company can meet, or that every company meets;
* a condition that another one implies, so that it asks for nothing more;
* whether the criteria of one tier imply those of another, and, where they do not, which conditions they leave
  open.

Points are not derived in OWL, so nothing is said of score tables beyond what their conditions say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from typing import TypeVar

from zjtx_kg.owl.language import ClassExpression, Complement, Named, all_of
from zjtx_kg.owl.module import Module, module
from zjtx_kg.owl.reasoner import Limits, end_children, guarded, satisfiable
from zjtx_kg.owl.whole import forms
from zjtx_kg.rulebase import Kind, Rulebase, Selection, walk
from zjtx_kg.rulebase.model import AllOf, Condition, ScoreTable

__all__ = ["Classified", "Compared", "classify", "compare_criteria", "pairs"]

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Classified:
    """What the reasoner finds in the criteria of one tier under one edition."""

    selection: Selection
    asked: int
    never: tuple[str, ...]
    always: tuple[str, ...]
    #: (stronger, weaker): who meets the first meets the second.
    implied: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Whether who meets ``first`` meets ``second``; ``open`` are its conditions that do not follow.

    ``scores`` are score tables among them: they do not follow because OWL has no sums, which proves nothing.
    """

    first: Selection
    second: Selection
    follows: tuple[str, ...]
    open: tuple[str, ...]
    scores: tuple[str, ...]

    @property
    def implies(self) -> bool:
        return not self.open and not self.scores


def classify(
    rulebase: Rulebase,
    selections: Sequence[Selection] | None = None,
    *,
    limits: Limits | None = None,
    implied: bool = True,
) -> list[Classified]:
    """Ask of every condition whether it can be met, whether it can fail, and what follows from what."""
    chosen = selections if selections is not None else forms(rulebase)
    return _side_by_side(lambda one: _classify(rulebase, one, limits or Limits(300), implied=implied), chosen)


def compare_criteria(
    rulebase: Rulebase, chosen: Sequence[tuple[Selection, Selection]], *, limits: Limits | None = None
) -> list[Compared]:
    """Compare criteria pair by pair."""
    return _side_by_side(lambda pair: _compare(rulebase, pair[0], pair[1], limits or Limits(300)), chosen)


def pairs(rulebase: Rulebase) -> list[tuple[Selection, Selection]]:
    """The pairs worth asking: a step of the ladder with the step below, and one tier under two editions."""
    found = []
    first_of: dict[tuple[str, str], Selection] = {}
    for one in forms(rulebase):
        if one.kind is Kind.NEW:
            first_of.setdefault((one.policy, one.tier), one)
    for a in first_of.values():
        for b in first_of.values():
            below = a.tier in rulebase.tiers[b.tier].advances_to
            if a is not b and (a.tier == b.tier or below):
                found.append((a, b))
    return found


def _side_by_side(work: Callable[[T], R], items: Sequence[T]) -> list[R]:
    with guarded(), ThreadPoolExecutor(max_workers=cpu_count() or 1) as pool:
        try:
            return list(pool.map(work, items))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            end_children()
            raise


def _classify(rulebase: Rulebase, selection: Selection, limits: Limits, *, implied: bool) -> Classified:
    rules = module(rulebase, (selection,))
    classes = [Named(iri) for iri in rules.classes.values()]
    questions: list[ClassExpression] = [*classes, *(Complement(one) for one in classes)]
    answers = _ask(rules, questions, limits)
    half = len(classes)
    ids = list(rules.ids)
    never = [id for id, can in zip(ids, answers[:half], strict=True) if not can]
    always = [id for id, can in zip(ids, answers[half:], strict=True) if not can]
    found: list[tuple[str, str]] = []
    if implied:
        candidates = list(_candidates(rules, selection, {*never, *always}))
        asked = [
            all_of([Named(rules.classes[a]), Complement(Named(rules.classes[b]))]) for a, b in candidates
        ]
        both = _ask(rules, asked, limits)
        found = [pair for pair, possible in zip(candidates, both, strict=True) if not possible]
    return Classified(selection, len(questions), tuple(never), tuple(always), tuple(found))


def _candidates(rules: Module, selection: Selection, trivial: set[str]) -> Iterator[tuple[str, str]]:
    """Pairs of leaves that read the same indicators; what groups imply of their members is no news."""
    leaves = [
        node.id
        for node in walk(selection.criteria)
        if isinstance(node, Condition) and not node.parts and node.id and node.id not in trivial
    ]
    reads = {id: rules.properties_of(Named(rules.classes[id])) for id in leaves}
    for a in leaves:
        for b in leaves:
            if a != b and reads[a] == reads[b]:
                yield a, b


def _compare(rulebase: Rulebase, first: Selection, second: Selection, limits: Limits) -> Compared:
    rules = module(rulebase, (first, second))
    wanted = [*_essential(second)]
    root = Named(rules.classes[first.criteria.id])
    asked = [all_of([root, Complement(Named(rules.classes[one.id]))]) for one in wanted]
    answers = _ask(rules, asked, limits)
    follows = [one for one, possible in zip(wanted, answers, strict=True) if not possible]
    open_ = [one for one, possible in zip(wanted, answers, strict=True) if possible]
    return Compared(
        first,
        second,
        tuple(one.id for one in follows),
        tuple(one.id for one in open_ if not isinstance(one, ScoreTable)),
        tuple(one.id for one in open_ if isinstance(one, ScoreTable)),
    )


def _essential(selection: Selection) -> Iterator[Condition]:
    """The conditions that must all hold: found by descending through *all* groups from the root."""

    def below(node: Condition) -> Iterator[Condition]:
        if isinstance(node, AllOf):
            for member in node.members:
                yield from below(member)
        else:
            yield node

    return below(selection.criteria)


def _ask(rules: Module, expressions: Sequence[ClassExpression], limits: Limits) -> list[bool]:
    if not expressions:
        return []
    axioms, asked = rules.asking(expressions)
    return satisfiable([axioms], asked, limits=limits)[0]
