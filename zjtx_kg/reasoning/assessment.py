"""Assessing a company: every tier under the edition that judges it on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import product
from typing import Any, Final

from zjtx_kg.errors import InputError, NotInForceError
from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import Facts, deriver, facts_of
from zjtx_kg.facts.knowledge import Interval, is_settled
from zjtx_kg.reasoning import evaluation
from zjtx_kg.reasoning.findings import Reporter, score_of
from zjtx_kg.reasoning.nodes import (
    AS_OF,
    LAST_YEAR,
    MET,
    NAMES,
    UNMET,
    UP,
    AllNode,
    Compiler,
    ConditionNode,
    Env,
    ScoreNode,
    title_status,
)
from zjtx_kg.reasoning.relevance import relevant
from zjtx_kg.reasoning.results import Assessment, Finding, PriorTitleStatus, Score, TierAssessment
from zjtx_kg.reasoning.wording import wording
from zjtx_kg.rulebase import Kind, Rulebase, Selection, load
from zjtx_kg.rulebase.model import Knowledge
from zjtx_kg.texts import LANGUAGES

__all__ = ["assess", "environment", "program", "selections", "statuses"]

ELIGIBLE: Final = "eligible"
CONDITIONAL: Final = "conditional"
UNDETERMINED: Final = "undetermined"
NOT_ELIGIBLE: Final = "not_eligible"


def assess(
    profile: Profile,
    *,
    as_of: date | None = None,
    tiers: Iterable[str] = (),
    policy: str | None = None,
    kind: Kind | str = Kind.NEW,
    readings: Iterable[str] = (),
    lang: str = "zh",
    rulebase: Rulebase | None = None,
) -> Assessment:
    """Assess a company, by default for every tier under the edition in force on ``as_of`` (today).

    ``policy`` asks for one edition whatever the date; ``readings`` chooses among readings of ambiguous
    clauses. Raises :class:`NotInForceError` where a tier is asked for that no edition judges on that day,
    :class:`InputError` for an unknown tier or policy, :class:`ProfileError` where figures contradict each
    other.

    >>> company = Profile.from_dict({"years": {2024: {"total_assets": 9000, "total_liabilities": 7000}}})
    >>> found = assess(company, as_of=date(2025, 6, 1), tiers=["little-giant"]).tier("little-giant")
    >>> found.status, found.blocking
    ('not_eligible', ('miit-2022-63/little-giant/refinement/debt-ratio',))
    """
    rules = rulebase or load()
    day = as_of or date.today()
    chosen = selections(rules, day, tiers, policy, kind, readings)
    facts = facts_of(profile, day, rules, readings)
    env = environment(facts)
    found = [program(rules, selection).assess(env, facts, lang) for selection in chosen]
    return Assessment(profile.head, day, str(Kind(kind)), tuple(found))


def statuses(
    profile: Profile,
    *,
    as_of: date,
    tiers: Iterable[str] = (),
    policy: str | None = None,
    kind: Kind | str = Kind.NEW,
    rulebase: Rulebase | None = None,
) -> dict[str, str]:
    """The status of each tier and nothing else: ten times as fast as :func:`assess`."""
    rules = rulebase or load()
    env = environment(facts_of(profile, as_of, rules))
    return {s.tier: program(rules, s).status(env) for s in selections(rules, as_of, tiers, policy, kind, ())}


def environment(facts: Facts) -> Env:
    """What is known, with the day of assessment beside it."""
    return {**facts.known, AS_OF: facts.as_of, LAST_YEAR: facts.last_year}


def selections(
    rulebase: Rulebase,
    day: date,
    tiers: Iterable[str] = (),
    policy: str | None = None,
    kind: Kind | str = Kind.NEW,
    readings: Iterable[str] = (),
) -> tuple[Selection, ...]:
    """The criteria that judge: those of one policy, or of the edition in force for each tier."""
    return _selections(rulebase, day, tuple(tiers), policy, Kind(kind), frozenset(readings))


@lru_cache(maxsize=1024)
def _selections(
    rulebase: Rulebase,
    day: date,
    tiers: tuple[str, ...],
    policy: str | None,
    kind: Kind,
    readings: frozenset[str],
) -> tuple[Selection, ...]:
    for tier in tiers:
        if tier not in rulebase.tiers:
            raise InputError("unknown_tier", tier=tier, known="、".join(rulebase.tiers))
    for reading in readings:
        if reading not in rulebase.readings:
            raise InputError("unknown_reading", reading=reading, known="、".join(rulebase.readings))
    if policy is not None and policy not in rulebase.policies:
        raise InputError("unknown_policy", policy=policy, known="、".join(rulebase.policies))
    in_use = rulebase.readings_with(readings)
    found = []
    for tier in tiers or rulebase.tiers:
        edition = policy
        if edition is None:
            rule = rulebase.in_force(tier, kind, day)
            edition = rule.policy if rule is not None else None
        selection = None if edition is None else rulebase.select(edition, tier, kind, in_use)
        if selection is not None:
            found.append(selection)
        elif tiers:
            raise _not_in_force(rulebase, tier, kind, day, policy)
    if not found and policy is not None:
        raise NotInForceError("no_criteria", policy=policy)
    return tuple(found)


def _not_in_force(
    rulebase: Rulebase, tier: str, kind: Kind, day: date, policy: str | None
) -> NotInForceError:
    editions = "、".join(
        f"{rule.policy} ({rule.start} – {rule.end or ''})" for rule in rulebase.editions(tier, kind)
    )
    if policy is not None:
        return NotInForceError("tier_not_in_policy", tier=tier, policy=policy, editions=editions or "-")
    return NotInForceError("not_in_force", tier=tier, day=str(day), kind=str(kind), editions=editions or "-")


@lru_cache(maxsize=256)
def program(rulebase: Rulebase, selection: Selection) -> Program:
    """The criteria of a selection, compiled once."""
    return Program(rulebase, selection)


class Program:
    """One tier under one edition, ready to judge. Immutable after construction; safe in threads."""

    def __init__(self, rulebase: Rulebase, selection: Selection) -> None:
        self.rulebase = rulebase
        self.selection = selection
        root = Compiler(rulebase.indicators).condition(selection.criteria)
        assert isinstance(root, AllNode)
        self.root = root
        self.score_path = _score_path(root)
        self.declared = tuple(
            id
            for id in root.uses
            if rulebase.indicators[id].knowledge in (Knowledge.DECLARATION, Knowledge.JUDGEMENT)
        )
        self.order = {id: position for position, id in enumerate(rulebase.indicators)}
        natural = deriver(rulebase).natural
        words = wording(rulebase)
        self.reports = {
            lang: tuple(Reporter(words, natural, lang).report(member) for member in root.members)
            for lang in LANGUAGES
        }

    # --- statuses -------------------------------------------------------------------------------------

    def status(self, env: Env) -> str:
        """The status of the tier."""
        return self._named(evaluation.status(self.root, env), env)

    def _named(self, status: int, env: Env) -> str:
        if status == MET:
            return ELIGIBLE
        if status == UNMET:
            return NOT_ELIGIBLE
        return CONDITIONAL if self._favourable(env) else UNDETERMINED

    def _favourable(self, env: Env) -> bool:
        """Whether the tier is certainly met once open declarations and judgements turn out favourably."""
        open_ = [id for id in self.declared if not is_settled(env[id])]
        if not open_:
            return False
        return any(
            evaluation.status(self.root, {**env, **dict(zip(open_, choice, strict=True))}) == MET
            for choice in product(*(self._ends(id, env[id]) for id in open_))
        )

    def _ends(self, id: str, known: Any) -> list[Any]:
        """The values of a declaration that are as favourable as can be; both ends where it is mixed."""
        ends: list[Any] = [True, False]
        if isinstance(known, Interval):
            ends = [Interval(end, end) for end in (known.hi, known.lo)]
        elif known is not None:
            return [known]
        ways = self.root.uses[id]
        return ends if len(ways) > 1 else [ends[0] if UP in ways else ends[1]]

    # --- everything -----------------------------------------------------------------------------------

    def assess(self, env: Env, facts: Facts, lang: str = "zh") -> TierAssessment:
        """Status, score, findings, what blocks, what is missing and open."""
        reported = [report(env) for report in self.reports[lang]]
        status = self.root.combine([status for status, _ in reported])
        if status not in (MET, UNMET) and self.root.mixed:
            status = evaluation.status(self.root, env)
        findings = tuple([finding for _, finding in reported])
        open_ = self._relevant(status, env)
        missing = tuple(id for id in open_ if id not in self.declared)
        return TierAssessment(
            self.selection.tier,
            self.selection.policy,
            self._named(status, env),
            self._prior(env),
            self._score(findings),
            findings,
            blocking(self.selection.criteria.id, findings) if status == UNMET else (),
            missing,
            tuple(id for id in open_ if id in self.declared),
            self._inputs(missing, facts),
        )

    def _relevant(self, status: int, env: Env) -> list[str]:
        if status in (MET, UNMET):
            return []
        return sorted(relevant(self.root, env), key=self.order.__getitem__)

    def _prior(self, env: Env) -> PriorTitleStatus | None:
        prior = self.selection.prior
        if prior is None:
            return None
        status = title_status(env["titles"], frozenset(prior.titles), env[AS_OF])
        return PriorTitleStatus(prior.main, NAMES[status], prior.titles if len(prior.titles) > 1 else ())

    def _score(self, findings: tuple[Finding, ...]) -> Score | None:
        if self.score_path is None:
            return None
        first, *rest = self.score_path
        found = findings[first]
        for position in rest:
            found = found.children[position]
        return score_of(found)

    def _inputs(self, ids: Iterable[str], facts: Facts) -> tuple[str, ...]:
        """The places of a profile that would supply the facts, those already known left out."""
        return missing_inputs(self.rulebase, ids, facts)


def missing_inputs(rulebase: Rulebase, ids: Iterable[str], facts: Facts) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for id in ids:
        for path in deriver(rulebase).sources(id, facts):
            found[path] = None
    return tuple(found)


def blocking(root: str, findings: Iterable[Finding]) -> tuple[str, ...]:
    """The deepest conditions that fail and cannot be done without.

    They are found by descending from the root through *all* groups. Where an *any* group fails, none of its
    ways is needed, so the group itself blocks. Where the parts fail only together, the root does.
    """
    found = tuple(_blocking(findings))
    return found or (root,)


def _blocking(findings: Iterable[Finding]) -> list[str]:
    found: list[str] = []
    for finding in findings:
        if finding.status == NAMES[UNMET]:
            below = _blocking(finding.children) if finding.operator == "all" else []
            found += below or [finding.condition]
    return found


def _score_path(node: ConditionNode) -> tuple[int, ...] | None:
    """Where the score table stands: the positions to follow from the root."""
    if isinstance(node, ScoreNode):
        return ()
    for position, member in enumerate(node.members):
        path = _score_path(member)
        if path is not None:
            return (position, *path)
    return None
