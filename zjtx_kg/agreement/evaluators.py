"""What judges: the native evaluation, and whatever else is to agree with it.

An evaluator is anything with a name that gives, for the criteria of one tier and some companies, the status
of conditions (``met``, ``unmet``, ``unknown``) by their ids, and that can say what a status rests on. To add
one, write such a class and list it in :data:`EVALUATORS`. One that is ``complete`` promises to judge every
condition, so leaving one out breaks the agreement; of others, what both sides judge is compared and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol

from zjtx_kg.errors import InputError
from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import Facts, facts_of
from zjtx_kg.facts.knowledge import Interval, Known
from zjtx_kg.owl.company import describe
from zjtx_kg.owl.module import Module, module
from zjtx_kg.owl.names import prior_title
from zjtx_kg.owl.readable import readable
from zjtx_kg.owl.reasoner import Limits, ReasonerName, decide
from zjtx_kg.reasoning import evaluation
from zjtx_kg.reasoning.assessment import Program, environment
from zjtx_kg.reasoning.nodes import NAMES, Env
from zjtx_kg.reasoning.results import Finding
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.texts import say

__all__ = ["EVALUATORS", "Case", "Evaluator", "Native", "Owl", "case_of", "evaluator", "native"]

Statuses = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """One company on one day, with everything that follows from what is known of it."""

    profile: Profile
    facts: Facts
    env: Env

    @property
    def name(self) -> str:
        return self.profile.name or self.profile.uscc or "-"


def case_of(profile: Profile, as_of: date, rulebase: Rulebase) -> Case:
    facts = facts_of(profile, as_of, rulebase)
    return Case(profile, facts, environment(facts))


class Evaluator(Protocol):
    """Gives the status of every condition of a program for each case."""

    @property
    def name(self) -> str: ...

    @property
    def complete(self) -> bool: ...

    def judge(self, program: Program, cases: Sequence[Case]) -> list[Statuses]: ...

    def proof(self, program: Program, case: Case, condition: str, lang: str) -> str:
        """What a status rests on, for people who must find out which side is wrong."""


@dataclass(frozen=True, slots=True)
class Native:
    """The evaluation of :mod:`zjtx_kg.reasoning`."""

    name: str = "native"
    complete: bool = True

    def judge(self, program: Program, cases: Sequence[Case]) -> list[Statuses]:
        return [native(program, case) for case in cases]

    def proof(self, program: Program, case: Case, condition: str, lang: str) -> str:
        found = _find(program.assess(case.env, case.facts, lang).findings, condition)
        if found is None:
            return condition
        parts = [f"{found.label} [{found.status}]"]
        if found.points is not None:
            parts.append(f"{float(found.points.min):g}–{float(found.points.max):g} / {found.points.full}")
        parts += [f"{id} = {shown(case.env[id])}" for id in dict.fromkeys(_indicators(found))]
        return "\n".join(parts)


def native(program: Program, case: Case) -> Statuses:
    """Every condition with its status, the tier and the titles to be held before among them."""
    result = program.assess(case.env, case.facts)
    found = {finding.condition: finding.status for finding in _flat(result.findings)}
    root = program.selection.criteria.id
    found[root] = NAMES[evaluation.status(program.root, case.env)]
    if result.prior_title is not None:
        found[prior_title(root)] = result.prior_title.status
    return found


@dataclass(frozen=True, slots=True)
class Owl:
    """A DL reasoner over the OWL view of the same rules."""

    reasoner: ReasonerName = ReasonerName.HERMIT
    limits: Limits = field(default_factory=Limits)
    #: So many companies share one child process.
    batch: int = 25
    complete: bool = True

    @property
    def name(self) -> str:
        return str(self.reasoner)

    def judge(self, program: Program, cases: Sequence[Case]) -> list[Statuses]:
        rules = self.module(program)
        found: list[Statuses] = []
        for start in range(0, len(cases), self.batch):
            chosen = cases[start : start + self.batch]
            known = [describe(program, case.env) for case in chosen]
            found += decide(rules, known, reasoner=self.reasoner, limits=self.limits)
        return found

    def proof(self, program: Program, case: Case, condition: str, lang: str) -> str:
        rules = self.module(program)
        means = rules.meanings[rules.classes[condition]]
        used = rules.properties_of(means)
        known = [one for one in describe(program, case.env) if used & rules.properties_of(one)]
        lines = [f"{condition} ≡ {readable(means)}"]
        lines += [f"{say('owl.known', lang)} {readable(one)}" for one in known]
        return "\n".join(lines)

    @staticmethod
    def module(program: Program) -> Module:
        return module(program.rulebase, (program.selection,))


#: What can be asked to agree with the native evaluation.
EVALUATORS: Final[Mapping[str, Callable[[Limits], Evaluator]]] = {
    "hermit": lambda limits: Owl(ReasonerName.HERMIT, limits),
    "pellet": lambda limits: Owl(ReasonerName.PELLET, limits),
}


def evaluator(name: str, limits: Limits) -> Evaluator:
    """An evaluator by name. Raises :class:`InputError` where there is none."""
    if name not in EVALUATORS:
        raise InputError("unknown_evaluator", found=name, known="、".join(EVALUATORS))
    return EVALUATORS[name](limits)


def shown(known: Known) -> str:
    """What is known of an indicator, exactly."""
    if isinstance(known, Interval):
        return str(known.lo) if known.settled else f"[{_end(known.lo)}, {_end(known.hi)}]"
    return "?" if known is None else str(sorted(known) if isinstance(known, frozenset) else known)


def _end(value: object) -> str:
    return "…" if value is None else str(value)


def _flat(findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        yield finding
        yield from _flat(finding.children)


def _find(findings: Iterable[Finding], condition: str) -> Finding | None:
    return next((finding for finding in _flat(findings) if finding.condition == condition), None)


def _indicators(finding: Finding) -> Iterator[str]:
    for one in _flat([finding]):
        if one.indicator is not None:
            yield one.indicator
        yield from one.indicators
