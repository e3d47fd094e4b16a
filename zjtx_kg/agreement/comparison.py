"""Comparing evaluators with the native one, condition by condition."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from zjtx_kg.agreement.evaluators import Case, Evaluator, Native, native
from zjtx_kg.owl.reasoner import end_children, guarded
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
            "other_proof": self.other_proof(lang),
        }

    def native_proof(self, lang: str) -> str:
        return Native().proof(self.program, self.case, self.condition, lang)

    def other_proof(self, lang: str) -> str:
        return self.evaluator.proof(self.program, self.case, self.condition, lang)


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
    complete: bool
    seconds: float
    disagreements: tuple[Disagreement, ...]

    @property
    def holds(self) -> bool:
        missed = self.complete and (self.only_native or self.only_other)
        return self.compared > 0 and not self.disagreements and not missed

    def to_dict(self, lang: str) -> dict[str, object]:
        return {
            "evaluator": self.evaluator,
            "tier": self.tier,
            "policy": self.policy,
            "kind": self.kind,
            "companies": self.companies,
            "compared": self.compared,
            "seconds": round(self.seconds, 3),
            "statuses": dict(self.statuses),
            "only_native": list(self.only_native),
            "only_other": list(self.only_other),
            "agrees": self.holds,
            "disagreements": [one.to_dict(lang) for one in self.disagreements],
        }


def agree(
    programs: Sequence[Program],
    cases: Sequence[Case],
    evaluators: Sequence[Evaluator],
    *,
    done: Callable[[], object] = lambda: None,
) -> list[Agreement]:
    """Compare each evaluator with the native one on all cases of each tier.

    Evaluators that work in processes of their own run side by side. ``done`` is called after each comparison.
    Raises what an evaluator raises, such as :class:`ReasonerError`; nothing is left running then.
    """

    def one(task: tuple[Program, Evaluator]) -> Agreement:
        found = _compare(task[0], cases, task[1])
        done()
        return found

    tasks = [(program, evaluator) for evaluator in evaluators for program in programs]
    with guarded(), ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        try:
            return list(pool.map(one, tasks))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            end_children()
            raise


def _compare(program: Program, cases: Sequence[Case], evaluator: Evaluator) -> Agreement:
    expected = [native(program, case) for case in cases]
    started = time.perf_counter()
    answers = evaluator.judge(program, cases)
    seconds = time.perf_counter() - started
    counts: Counter[str] = Counter()
    disagreements = []
    only_native: set[str] = set()
    only_other: set[str] = set()
    for case, ours, theirs in zip(cases, expected, answers, strict=True):
        only_native |= ours.keys() - theirs.keys()
        only_other |= theirs.keys() - ours.keys()
        for condition in ours.keys() & theirs.keys():
            counts[ours[condition]] += 1
            if ours[condition] != theirs[condition]:
                disagreements.append(
                    Disagreement(case, program, condition, ours[condition], evaluator, theirs[condition])
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
        evaluator.complete,
        seconds,
        tuple(sorted(disagreements, key=lambda one: (one.case.name, one.condition))),
    )
