"""Comparing evaluators with the native one, condition by condition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from zjtx_kg.agreement.evaluators import Case, Evaluator, native
from zjtx_kg.reasoning.assessment import Program

__all__ = ["Agreement", "Disagreement", "agree"]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A condition to which two evaluators give different statuses."""

    case: Case
    program: Program
    condition: str
    native: str
    evaluator: Evaluator
    other: str

    def to_dict(self, lang: str) -> dict[str, str]:
        return {
            "company": self.case.name,
            "condition": self.condition,
            "native": self.native,
            self.evaluator.name: self.other,
            "native_proof": self.native_proof(lang),
            "other_proof": self.evaluator.proof(self.program, self.case, self.condition, lang),
        }

    def native_proof(self, lang: str) -> str:
        from zjtx_kg.agreement.evaluators import Native

        return Native().proof(self.program, self.case, self.condition, lang)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What one evaluator and the native one were compared on, for one tier under one edition.

    ``statuses`` counts what the native evaluation says of the conditions compared, so that a comparison of
    nothing but unknowns is seen for what it is. ``only_native`` and ``only_other`` name conditions that one
    side does not judge.
    """

    evaluator: str
    tier: str
    policy: str
    kind: str
    companies: int
    compared: int
    statuses: Mapping[str, int]
    only_native: tuple[str, ...]
    only_other: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]

    @property
    def holds(self) -> bool:
        return self.compared > 0 and not (self.disagreements or self.only_native or self.only_other)

    def to_dict(self, lang: str) -> dict[str, object]:
        return {
            "evaluator": self.evaluator,
            "tier": self.tier,
            "policy": self.policy,
            "kind": self.kind,
            "companies": self.companies,
            "compared": self.compared,
            "statuses": dict(self.statuses),
            "only_native": list(self.only_native),
            "only_other": list(self.only_other),
            "agrees": self.holds,
            "disagreements": [one.to_dict(lang) for one in self.disagreements],
        }


def agree(
    program: Program,
    cases: Sequence[Case],
    evaluators: Iterable[Evaluator],
    *,
    done: Callable[[], None] = lambda: None,
) -> list[Agreement]:
    """Compare each evaluator with the native one on all cases of one tier. ``done`` is called after each."""
    expected = [native(program, case) for case in cases]
    found = []
    for evaluator in evaluators:
        found.append(_compare(program, cases, expected, evaluator))
        done()
    return found


def _compare(
    program: Program, cases: Sequence[Case], expected: Sequence[Mapping[str, str]], evaluator: Evaluator
) -> Agreement:
    counts: Counter[str] = Counter()
    disagreements = []
    only_native: set[str] = set()
    only_other: set[str] = set()
    for case, ours, theirs in zip(cases, expected, evaluator.judge(program, cases), strict=True):
        only_native |= ours.keys() - theirs.keys()
        only_other |= theirs.keys() - ours.keys()
        for condition in ours.keys() & theirs.keys():
            counts[ours[condition]] += 1
            if ours[condition] != theirs[condition]:
                disagreements.append(
                    Disagreement(
                        case, program, condition, ours[condition], evaluator, theirs[condition]
                    )
                )
    selection = program.selection
    return Agreement(
        evaluator.name,
        selection.tier,
        selection.policy,
        str(selection.kind),
        len(cases),
        counts.total(),
        {status: counts[status] for status in ("met", "unmet", "unknown")},
        tuple(sorted(only_native)),
        tuple(sorted(only_other)),
        tuple(sorted(disagreements, key=lambda one: (one.case.name, one.condition))),
    )
