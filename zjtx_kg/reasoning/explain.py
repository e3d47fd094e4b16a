"""The proof in words: what holds, what fails and by how much, what is open, clause by clause.

Every sentence is made from the rule and the finding by a phrase of the ontology; none is written for a
particular condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

import msgspec

from zjtx_kg.errors import InputError
from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import Facts, facts_of
from zjtx_kg.reasoning.assessment import assess
from zjtx_kg.reasoning.results import Finding, TierAssessment
from zjtx_kg.reasoning.wording import Wording, shown, wording
from zjtx_kg.rulebase import Kind, Rulebase, load, walk
from zjtx_kg.rulebase.model import Condition, Indicator, Node, Threshold

__all__ = ["Explanation", "Line", "explain"]

#: The attestation of which nothing need be said.
STRONG: Final = "verified-2"


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One sentence of a proof.

    ``depth`` is its place in the tree of conditions, ``known`` what is known of its indicator. ``find_out``
    names the facts of an open condition that can still change the answer, ``evidence`` what would prove them.
    ``weak`` marks a clause that fewer than two independent texts attest.
    """

    condition: str
    status: str
    depth: int
    text: str
    citation: str | None
    attestation: str | None
    weak: bool = False
    note: str | None = None
    known: str | None = None
    find_out: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


class Explanation(msgspec.Struct, frozen=True):
    """A proof for one tier or one condition."""

    profile: dict[str, str | None]
    as_of: date
    tier: str
    policy: str
    kind: str
    subject: str
    status: str
    heading: str
    conclusion: str
    prior: str | None
    lines: tuple[Line, ...]
    find_out: tuple[str, ...]
    open: tuple[str, ...]


def explain(
    profile: Profile,
    subject: str,
    *,
    as_of: date | None = None,
    policy: str | None = None,
    kind: Kind | str = Kind.NEW,
    readings: Iterable[str] = (),
    lang: str = "zh",
    rulebase: Rulebase | None = None,
) -> Explanation:
    """Prove the status of a tier, or of one condition, in words.

    ``subject`` is a tier or a condition id. Raises :class:`InputError` where there is no such thing, and what
    :func:`assess` raises.

    >>> company = Profile.from_dict({"years": {2024: {"total_assets": 9000, "total_liabilities": 7000}}})
    >>> debt = "miit-2022-63/little-giant/refinement/debt-ratio"
    >>> explain(company, debt, as_of=date(2025, 6, 1)).lines[0].text
    '资产负债率不高于70%：77.78%，不符合，差7.78个百分点'
    """
    rules = rulebase or load()
    day = as_of or date.today()
    tier, edition = _tier_of(subject, policy, rules)
    assessment = assess(
        profile,
        as_of=day,
        tiers=[tier],
        policy=edition,
        kind=kind,
        readings=readings,
        lang=lang,
        rulebase=rules,
    )
    found = assessment.tiers[0]
    facts = facts_of(profile, day, rules, readings)
    return _Explainer(rules, facts, found, lang).explanation(assessment.profile, str(Kind(kind)), subject)


def _tier_of(subject: str, policy: str | None, rules: Rulebase) -> tuple[str, str | None]:
    if "/" not in subject:
        return subject, policy
    edition, tier, *_ = subject.split("/")
    if (edition, tier) not in rules.criteria:
        raise InputError("unknown_condition", condition=subject)
    return tier, edition


class _Explainer:
    def __init__(self, rules: Rulebase, facts: Facts, found: TierAssessment, lang: str) -> None:
        self.rules = rules
        self.facts = facts
        self.found = found
        self.lang = lang
        self.words: Wording = wording(rules)
        criteria = rules.criteria[found.policy, found.tier]
        self.nodes: Mapping[str, Node] = {node.id: node for node in walk(criteria)}

    def say(self, phrase: str, **parts: object) -> str:
        return self.words.say(phrase, self.lang, **parts)

    # --- the whole ------------------------------------------------------------------------------------

    def explanation(self, profile: dict[str, str | None], kind: str, subject: str) -> Explanation:
        found, rules, lang = self.found, self.rules, self.lang
        chosen = list(found.findings)
        status = found.status
        if "/" in subject and subject != f"{found.policy}/{found.tier}":
            one = _find(found.findings, subject)
            if one is None:
                raise InputError("unknown_condition", condition=subject)
            chosen, status = [one], one.status
        policy = rules.policies[found.policy]
        lines = tuple(line for finding in chosen for line in self.lines(finding, 0))
        whole = chosen == list(found.findings)
        return Explanation(
            profile=profile,
            as_of=self.facts.as_of,
            tier=found.tier,
            policy=found.policy,
            kind=kind,
            subject=subject,
            status=status,
            heading=f"{rules.tiers[found.tier].label(lang)} · {policy.number} · {rules.names[kind](lang)}",
            conclusion=self.say(f"tier-{found.status}") if whole else lines[0].text,
            prior=self.prior(),
            lines=lines,
            find_out=tuple(self.label(id) for id in found.missing) if whole else (),
            open=tuple(self.label(id) for id in found.open) if whole else (),
        )

    def prior(self) -> str | None:
        prior = self.found.prior_title
        if prior is None:
            return None
        titles = [self.rules.titles[t].label(self.lang) for t in prior.any_of or (prior.title,)]
        return self.say(f"prior-{prior.status}", title=self.say("or").join(titles))

    def label(self, id: str) -> str:
        return self.rules.indicators[id].label(self.lang)

    # --- one finding after the other ------------------------------------------------------------------

    def lines(self, finding: Finding, depth: int) -> Iterator[Line]:
        node = self.nodes[finding.condition]
        attestation = self.rules.names[finding.confidence](self.lang) if finding.confidence else None
        yield Line(
            condition=finding.condition,
            status=finding.status,
            depth=depth,
            text=self.sentence(finding, node),
            citation=self.citation(node),
            attestation=attestation,
            weak=finding.confidence not in (None, STRONG),
            note=node.note(self.lang) if node.note else None,
            known=self.known(finding),
            find_out=self.find_out(finding),
            evidence=self.evidence(finding),
        )
        for child in finding.children:
            yield from self.lines(child, depth + 1)

    def citation(self, node: Node) -> str | None:
        clause = node.citation.clause
        if clause is None:
            return None
        policy = self.rules.policies[clause.policy]
        short = policy.short or policy.title
        return self.say("citation", policy=short(self.lang), clause=clause.citation(self.lang))

    def sentence(self, finding: Finding, node: Node) -> str:
        if finding.points is not None:
            return self.scored(finding, node)
        if finding.indicator is None:
            return self.grouped(finding)
        return self.leaf(finding, node)

    def leaf(self, finding: Finding, node: Node) -> str:
        assert finding.indicator is not None
        indicator = self.rules.indicators[finding.indicator]
        requirement = finding.label
        if finding.status == "unknown" and finding.knowledge != "measured":
            return self.say(f"finding-open-{finding.knowledge}", requirement=requirement)
        observed = self.observed(indicator, node)
        margin = finding.margin
        if finding.status == "unknown" or margin is None or not isinstance(node, Threshold):
            return self.say(f"finding-{finding.status}", requirement=requirement, observed=observed)
        phrase = f"finding-{finding.status}-{'margin' if finding.status == 'met' else 'gap'}"
        if margin == 0:
            phrase = "finding-met-exact" if finding.status == "met" else "finding-unmet-strict"
        size = margin if margin > 0 else -margin
        gap = self.words.difference(size, indicator.unit, self.lang)
        return self.say(phrase, requirement=requirement, observed=observed, margin=gap)

    def observed(self, indicator: Indicator, node: Node | None = None) -> str:
        """What is known, in words."""
        if indicator.id in self.facts.inapplicable:
            return self.say("inapplicable")
        bound = node.bound if isinstance(node, Threshold) else None
        return self.words.known(indicator, self.facts.known[indicator.id], self.lang, near=bound)

    def grouped(self, finding: Finding) -> str:
        statuses = {child.status for child in finding.children}
        kind = "any" if finding.operator == "any" else "all"
        if finding.status != "unknown" and statuses <= {"unknown", *({"met"} - {finding.status})}:
            kind = "cases"  # decided although no member is: the unknown value does not matter
        elif finding.operator == "any" and finding.status == "met" and "met" not in statuses:
            kind = "cases"
        return self.say(f"group-{kind}-{finding.status}", requirement=finding.label)

    def scored(self, finding: Finding, node: Node) -> str:
        points = finding.points
        assert points is not None
        low, high = shown(points.min), shown(points.max)
        observed = low if low == high else self.say("range", low=low, high=high)
        parts: dict[str, Any] = {
            "requirement": finding.label,
            "observed": observed,
            "full": shown(points.full),
        }
        if isinstance(node, Condition):
            return self.say(f"score-{finding.status}", **parts, bound=shown(finding.bound))
        if finding.operator == "score":
            if finding.bound is None:
                return self.say("score-group", **parts)
            return self.say("score-group-floor", **parts, floor=shown(finding.bound))
        if finding.indicator is not None and finding.operator == "band":
            value = self.observed(self.rules.indicators[finding.indicator])
            return self.say("score-item-value", **parts, value=value)
        return self.say("score-item", **parts)

    def known(self, finding: Finding) -> str | None:
        if finding.indicator is None or finding.observed is None:
            return None
        return self.observed(self.rules.indicators[finding.indicator], self.nodes[finding.condition])

    def find_out(self, finding: Finding) -> tuple[str, ...]:
        """The facts of an open condition that can still change the answer for the tier."""
        if finding.status != "unknown" or finding.children:
            return ()
        wanted = {*self.found.missing, *self.found.open}
        ids = [finding.indicator] if finding.indicator else finding.indicators
        return tuple(self.label(id) for id in ids if id in wanted)

    def evidence(self, finding: Finding) -> tuple[str, ...]:
        if finding.status == "met" or finding.indicator is None:
            return ()
        kinds = self.rules.evidence_of(finding.indicator)
        return tuple(self.rules.evidence[kind].label(self.lang) for kind in kinds)


def _find(findings: Iterable[Finding], id: str) -> Finding | None:
    for finding in findings:
        if finding.condition == id:
            return finding
        found = _find(finding.children, id)
        if found is not None:
            return found
    return None
