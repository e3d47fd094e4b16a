"""An assessment as a named graph: findings, observations, provenance, with IRIs that stay the same.

The graph is named by the company, the day, the kind of application and the edition asked for, so publishing
twice changes nothing and publishing again replaces. It holds no blank node. Statuses are carried as the
evaluator computed them; a query never derives them from the numbers beside them, some of which are rounded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

import pyoxigraph as ox

import zjtx_kg
from zjtx_kg import terms
from zjtx_kg.exact import Exact
from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import Facts, facts_of
from zjtx_kg.graph.law import RULEBASE
from zjtx_kg.graph.observations import Observations, Observer
from zjtx_kg.graph.values import iri, line, literal, number, number_lines, relative, rounded_line, year_term
from zjtx_kg.reasoning.results import Assessment, Finding, Range, TierAssessment, Value
from zjtx_kg.rulebase import Kind, Rulebase, load, walk
from zjtx_kg.rulebase.model import Node
from zjtx_kg.texts import Text

__all__ = ["Detail", "Published", "Publisher", "company_iri", "graph_iri", "publish"]

_A: Final = f"<{terms.RDF}type>"
_STATUS: Final = {"met": "met", "unmet": "unmet", "unknown": "undecided"}
_VERDICT: Final = {
    "eligible": "eligible",
    "conditional": "conditional",
    "undetermined": "undetermined",
    "not_eligible": "notEligible",
}
_WRITTEN: Final = {
    **{name: terms.PREFIXES[name] for name in ("z", "i", "unit", "rdfs", "xsd", "prov")},
    "tier": terms.TIER,
    "policy": terms.POLICY,
}
#: What the graph says of the program that made it.
_AGENT: Final = terms.BASE + "agent/zjtx-kg"


class Detail(StrEnum):
    """How much of an assessment is published.

    ``full`` has every finding with all it rests on. ``compact``, for thousands of companies, has only the
    conditions that are unmet or unknown; what they say of the rule is in the law.
    """

    FULL = "full"
    COMPACT = "compact"


@dataclass(frozen=True, slots=True)
class Published:
    """A named graph: its IRI, its quads as N-Quads in a fixed order, and their digest, itself one of them."""

    graph: str
    data: bytes
    digest: str

    def in_format(self, name: str) -> bytes:
        """The graph as ``nquads``, as ``jsonld``, or as ``turtle``.

        Turtle cannot say a graph's name: there its triples stand alone, and the assessment's node tells it.
        """
        if name == "nquads":
            return self.data
        quads = ox.parse(self.data, format=ox.RdfFormat.N_QUADS)
        if name == "jsonld":
            return (ox.serialize(quads, format=ox.RdfFormat.JSON_LD) or b"") + b"\n"
        triples = (quad.triple for quad in quads)
        return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=_WRITTEN) or b""


def publish(
    profile: Profile,
    assessment: Assessment,
    *,
    policy: str | None = None,
    tiers: Iterable[str] = (),
    readings: Iterable[str] = (),
    detail: Detail | str = Detail.FULL,
    company: str | None = None,
    rulebase: Rulebase | None = None,
) -> Published:
    """An assessment as a named graph.

    ``policy``, ``tiers`` and ``readings`` are what the assessment was asked with: they are part of its name.
    ``company`` is the IRI of the company where it has one of its own, else :func:`company_iri`.

    >>> from zjtx_kg import assess
    >>> company = Profile.from_dict({"name": "甲", "region": "320505"})
    >>> found = assess(company, as_of=date(2025, 6, 1))
    >>> publish(company, found) == publish(company, found)
    True
    """
    rules = rulebase or load()
    return publisher(rules, Detail(detail)).published(
        profile,
        assessment,
        policy=policy,
        tiers=tuple(tiers),
        readings=tuple(readings),
        company=company or company_iri(profile),
    )


@lru_cache(maxsize=8)
def publisher(rulebase: Rulebase, detail: Detail) -> Publisher:
    """The publisher of a rule base, prepared once."""
    return Publisher(rulebase, detail)


def company_iri(profile: Profile) -> str:
    """The IRI of a company: its credit code, else the digest of what the profile says.

    >>> company_iri(Profile(name="甲"))
    'https://w3id.org/zjtx/company/profile-f4dcbf1c1ac068f12256c66c'
    """
    if profile.uscc is not None:
        return terms.BASE + "company/" + profile.uscc
    content = repr([_plain(getattr(profile, field.name)) for field in fields(profile) if field.compare])
    return terms.BASE + "company/profile-" + hashlib.sha256(content.encode()).hexdigest()[:24]


def graph_iri(
    profile: Profile,
    as_of: date,
    kind: str,
    policy: str | None = None,
    tiers: Iterable[str] = (),
    readings: Iterable[str] = (),
) -> str:
    """The name of the graph of an assessment.

    >>> graph_iri(Profile(uscc="91320505MA1M00000X"), date(2025, 6, 1), "new").removeprefix(terms.BASE)
    'assessment/91320505MA1M00000X/2025-06-01/new/in-force'
    """
    return _graph_iri(company_iri(profile), as_of, kind, policy, tiers, readings)


def _graph_iri(
    company: str,
    as_of: date,
    kind: str,
    policy: str | None,
    tiers: Iterable[str],
    readings: Iterable[str],
) -> str:
    parts = [company.rpartition("/")[2], str(as_of), kind, policy or "in-force"]
    parts += sorted(set(tiers))
    parts += [f"reading-{reading}" for reading in sorted(set(readings))]
    return terms.BASE + "assessment/" + "/".join(parts)


def _plain(value: Any) -> Any:
    """A value of a profile with one way to be written."""
    if isinstance(value, Mapping):
        return sorted((str(key), _plain(inner)) for key, inner in value.items())
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return str(value)


class Publisher:
    """Publishes the assessments of one rule base. Its caches only grow towards what the rule base holds, and
    entries are never changed, so it may be shared between threads."""

    def __init__(self, rulebase: Rulebase, detail: Detail = Detail.FULL) -> None:
        self.rulebase = rulebase
        self.full = detail is Detail.FULL
        self.detail = f"<{terms.NS}{detail}Detail>"
        self.nodes: Mapping[str, Node] = {
            node.id: node for criteria in rulebase.criteria.values() for node in walk(criteria)
        }
        self.observer = Observer(rulebase)
        self.static: dict[str, str] = {}

    def published(
        self,
        profile: Profile,
        assessment: Assessment,
        *,
        policy: str | None = None,
        tiers: tuple[str, ...] = (),
        readings: tuple[str, ...] = (),
        company: str,
    ) -> Published:
        graph = _graph_iri(company, assessment.as_of, assessment.kind, policy, tiers, readings)
        facts = facts_of(profile, assessment.as_of, self.rulebase)
        writer = _Writer(self, graph, company, profile, facts)
        writer.assessment(assessment)
        body = "".join(writer.lines).replace("\n", f" <{graph}> .\n")
        digest = hashlib.sha256(body.encode()).hexdigest()
        seal = f'<{graph}> <{terms.NS}digest> "{digest}" <{graph}> .\n'
        return Published(graph, (body + seal).encode(), digest)

    def of_rule(self, finding: Finding) -> str:
        """What a finding says of its rule; ``\\1`` stands for the finding."""
        found = self.static.get(finding.condition)
        if found is None:
            found = self.static[finding.condition] = "".join(self._of_rule(finding))
        return found

    def _of_rule(self, finding: Finding) -> list[str]:
        node = self.nodes[finding.condition]
        lines = [line("\1", "condition", iri(terms.CONDITION + finding.condition))]
        if not self.full:
            return lines
        lines.append(f"\1 {_A} <{terms.NS}Finding>\n")
        lines += _labels("\1", self.observer.words.label(node))
        lines.append(line("\1", "operator", literal(finding.operator)))
        bound = _bound_term(finding.bound)
        if bound is not None:
            lines.append(line("\1", "bound", bound))
        if finding.indicator is not None:
            lines.append(line("\1", "indicator", iri(terms.INDICATOR + finding.indicator)))
            unit = self.rulebase.indicators[finding.indicator].unit
            if unit is not None:
                lines.append(line("\1", "unit", iri(terms.UNIT + unit.id)))
        elif finding.unit is not None:
            lines.append(line("\1", "unit", iri(terms.UNIT + "point")))
        if finding.knowledge is not None:
            lines.append(line("\1", "knowledge", f"<{terms.NS}{finding.knowledge}>"))
        clause = node.citation.clause
        if clause is not None:
            lines.append(line("\1", "clause", iri(terms.CLAUSE + clause.id)))
        if node.citation.attestation is not None:
            lines.append(line("\1", "attestation", f"<{terms.NS}{node.citation.attestation}>"))
        return lines


class _Writer:
    """Writes one graph, line by line, without the graph's name at the end of each line."""

    def __init__(
        self, publisher: Publisher, graph: str, company: str, profile: Profile, facts: Facts
    ) -> None:
        self.p = publisher
        self.graph = graph
        self.node = f"<{graph}>"
        self.profile = profile
        self.facts = facts
        self.company = f"<{company}>"
        self.lines: list[str] = []
        self.observed: dict[str, None] = {}
        self.blocking: frozenset[str] = frozenset()

    def assessment(self, assessment: Assessment) -> None:
        lines = self.lines
        lines.append(f"{self.node} {_A} <{terms.NS}Assessment>\n")
        lines.append(line(self.node, "company", self.company))
        lines.append(line(self.node, "asOf", literal(str(assessment.as_of), datatype="date")))
        lines.append(line(self.node, "kind", f"<{terms.NS}{Kind(assessment.kind)}>"))
        lines.append(line(self.node, "detail", self.p.detail))
        self._company()
        self._provenance()
        for tier in assessment.tiers:
            self._tier(tier)
        if self.p.full:
            observed = Observations(self.p.observer, self.graph, self.company, self.profile, self.facts)
            lines += observed.lines(self.observed)

    def _company(self) -> None:
        profile, company, lines = self.profile, self.company, self.lines
        lines.append(f"{company} {_A} <{terms.NS}Company>\n")
        if profile.name is not None:
            lines.append(f"{company} <{terms.RDFS}label> {literal(profile.name)}\n")
        if profile.uscc is not None:
            lines.append(line(company, "uscc", literal(profile.uscc)))
        if profile.region is not None:
            lines.append(line(company, "regionCode", literal(profile.region)))
        if profile.industry is not None:
            industry = self.p.rulebase.schemes["gbt4754"].codes[profile.industry]
            lines.append(line(company, "industry", iri(industry.iri)))
        if profile.established is not None:
            lines.append(line(company, "established", literal(str(profile.established), datatype="date")))
        for position, held in enumerate(profile.titles or (), 1):
            node = f"<{self.graph}/title/{position}>"
            lines.append(f"{node} {_A} <{terms.NS}HeldTitle>\n")
            lines.append(line(node, "company", company))
            lines.append(line(node, "title", self.p.observer.title(held.title)))
            if held.granted is not None:
                lines.append(line(node, "from", literal(str(held.granted), datatype="date")))
            if held.expires is not None:
                lines.append(line(node, "until", literal(str(held.expires), datatype="date")))

    def _provenance(self) -> None:
        """Who decided, with which state of the rules: no clock, so that publishing twice changes nothing."""
        activity = f"<{self.graph}/activity>"
        rules = f"<{RULEBASE}/{self.p.rulebase.digest}>"
        self.lines += [
            f"{self.node} <{terms.PROV}wasGeneratedBy> {activity}\n",
            f"{activity} {_A} <{terms.PROV}Activity>\n",
            f"{activity} <{terms.PROV}used> {rules}\n",
            f"{activity} <{terms.PROV}used> {self.company}\n",
            f"{activity} <{terms.PROV}wasAssociatedWith> <{_AGENT}>\n",
            f"{rules} {_A} <{terms.NS}Rulebase>\n",
            line(rules, "digest", literal(self.p.rulebase.digest)),
            f"<{_AGENT}> {_A} <{terms.PROV}SoftwareAgent>\n",
            line(f"<{_AGENT}>", "engineVersion", literal(zjtx_kg.__version__)),
        ]

    def _tier(self, tier: TierAssessment) -> None:
        node = f"<{self.graph}/tier/{tier.tier}>"
        lines = self.lines
        lines.append(f"{node} {_A} <{terms.NS}TierAssessment>\n")
        lines.append(line(node, "assessment", self.node))
        lines.append(line(node, "tier", iri(terms.TIER + tier.tier)))
        lines.append(line(node, "policy", iri(terms.POLICY + tier.policy)))
        lines.append(line(node, "verdict", f"<{terms.NS}{_VERDICT[tier.status]}>"))
        if tier.prior_title is not None:
            lines.append(line(node, "priorStatus", f"<{terms.NS}{_STATUS[tier.prior_title.status]}>"))
        if tier.score is not None:
            lines.append(line(node, "pointsMin", number(tier.score.min)))
            lines.append(line(node, "pointsMax", number(tier.score.max)))
            lines.append(line(node, "passMark", number(tier.score.pass_)))
        for condition in tier.blocking:
            lines.append(line(node, "blockedBy", self._iri(condition)))
        for name, ids in (("missing", tier.missing), ("open", tier.open)):
            lines += [line(node, name, iri(terms.INDICATOR + id)) for id in ids]
        lines += [line(node, "missingInput", literal(path)) for path in tier.missing_inputs]
        self.blocking = frozenset(tier.blocking)
        root = f"{tier.policy}/{tier.tier}"
        if root in self.blocking:  # its parts fail only together: the criteria as a whole block
            lines.append(line(self._iri(root), "tierAssessment", node))
            lines.append(line(self._iri(root), "condition", iri(terms.CONDITION + root)))
            lines.append(line(self._iri(root), "status", f"<{terms.NS}unmet>"))
        for finding in tier.findings:
            self._finding(finding, node, None)

    def _iri(self, condition: str) -> str:
        return f"<{self.graph}/finding/{condition}>"

    def _finding(self, finding: Finding, tier: str, parent: str | None) -> None:
        p = self.p
        node = self._iri(finding.condition)
        scored = finding.points is not None and finding.operator != "score"
        if p.full or (not scored and (finding.status != "met" or finding.condition in self.blocking)):
            lines = self.lines
            lines.append(p.of_rule(finding).replace("\1", node))
            lines.append(line(node, "status", f"<{terms.NS}{_STATUS[finding.status]}>"))
            lines.append(line(node, "tierAssessment", tier))
            self._numbers(finding, node)
            if p.full:
                if parent is not None:
                    lines.append(line(node, "parentFinding", parent))
                lines.append(f"{node} <{terms.PROV}wasGeneratedBy> <{self.graph}/activity>\n")
                self._rests_on(finding, node)
        for child in finding.children:
            self._finding(child, tier, node)

    def _numbers(self, finding: Finding, node: str) -> None:
        lines = self.lines
        written: list[Exact | None] = []
        if finding.points is not None:
            written += [finding.points.min, finding.points.max]
            lines.append(line(node, "pointsMin", number(finding.points.min)))
            lines.append(line(node, "pointsMax", number(finding.points.max)))
        if finding.indicator is not None and isinstance(finding.observed, Range):
            written += [finding.observed.min, finding.observed.max]
            lines += number_lines(node, finding.observed.min, finding.observed.max)
        elif finding.indicator is not None and isinstance(finding.observed, Value):
            observer, observed = self.p.observer, finding.observed
            lines += [line(node, "value", v) for v in observer.values(finding.indicator, observed.value)]
            lines += [
                line(node, "possible", v) for v in observer.values(finding.indicator, observed.possible)
            ]
        if finding.margin is not None:
            written.append(finding.margin)
            lines.append(line(node, "margin", number(finding.margin)))
            share = relative(finding.margin, finding.bound)
            if share is not None:
                lines.append(line(node, "relativeMargin", share))
        if finding.margin_range is not None:
            ends = (("marginMin", finding.margin_range.min), ("marginMax", finding.margin_range.max))
            written += [end for _, end in ends]
            lines += [line(node, name, number(end)) for name, end in ends if end is not None]
        lines += rounded_line(node, written)

    def _rests_on(self, finding: Finding, node: str) -> None:
        """The observations a finding is derived from, and the years they are of."""
        read = (finding.indicator,) if finding.indicator is not None else finding.indicators
        for id in read:
            observation = self.p.observer.iri(self.graph, id, self.facts)
            self.observed[id] = None
            self.lines.append(f"{node} <{terms.PROV}wasDerivedFrom> {observation}\n")
            if finding.indicator is not None:
                self.lines.append(line(node, "observation", observation))
                self.lines += [
                    line(node, "fiscalYear", year_term(year))
                    for year in self.p.observer.years(id, self.facts)
                ]


def _bound_term(bound: Any) -> str | None:
    """A bound as a literal: a number, a truth value, or the codes, titles or awards asked for as text."""
    if bound is None:
        return None
    if isinstance(bound, bool):
        return literal("true" if bound else "false", datatype="boolean")
    if isinstance(bound, str):
        return literal(bound)
    if isinstance(bound, list):
        return literal(" ".join(bound))
    if isinstance(bound, dict):
        return literal(" ".join(bound["awards"]))
    return number(bound)


def _labels(subject: str, label: Text) -> list[str]:
    return [
        f"{subject} <{terms.RDFS}label> {literal(label.zh, language='zh-Hans')}\n",
        f"{subject} <{terms.RDFS}label> {literal(label.en, language='en')}\n",
    ]
