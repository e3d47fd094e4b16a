"""The page of a recorded company: its verdicts today, and tier by tier what fails and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from zjtx_api.companies import Version
from zjtx_api.pages import Element, Frame, element
from zjtx_api.things import Things
from zjtx_kg import Assessment, Profile, Rulebase, explain
from zjtx_kg.reasoning import Explanation, TierAssessment
from zjtx_kg.terms import BASE, INDICATOR, NS, POLICY, TIER

__all__ = ["company_page"]


def company_page(
    found: Version, profile: Profile, assessment: Assessment, rules: Rulebase, things: Things, frame: Frame
) -> bytes:
    """The page. Sentences are those of the proofs of :func:`zjtx_kg.explain`."""
    return _Company(rules, things, frame).page(found, profile, assessment)


class _Company:
    def __init__(self, rules: Rulebase, things: Things, frame: Frame) -> None:
        self.rules = rules
        self.things = things
        self.frame = frame

    def page(self, found: Version, profile: Profile, assessment: Assessment) -> bytes:
        title = profile.name or found.id
        proofs = [self._proof(profile, assessment, tier) for tier in assessment.tiers]
        say = self.frame.say
        return self.frame.written(
            title,
            element("p", say("company"), class_="dim"),
            element("h1", title),
            element("p", element("code", BASE + self.frame.path)),
            element(
                "p",
                say(
                    "recorded",
                    version=found.version,
                    recorded=found.recorded[:10],
                    day=assessment.as_of,
                    kind=self._label(NS + assessment.kind),
                ),
                class_="dim",
            ),
            element("table", *(self._verdict(tier) for tier in assessment.tiers)),
            *(
                part
                for tier, proof in zip(assessment.tiers, proofs, strict=True)
                for part in self._tier(tier, proof)
            ),
        )

    def _proof(self, profile: Profile, assessment: Assessment, tier: TierAssessment) -> Explanation:
        return explain(
            profile,
            tier.tier,
            as_of=assessment.as_of,
            policy=tier.policy,
            kind=assessment.kind,
            lang=self.frame.lang,
            rulebase=self.rules,
        )

    def _label(self, iri: str) -> str:
        return self.things.label(ox.NamedNode(iri), self.frame.lang)

    def _link(self, iri: str) -> Element:
        return self.frame.link(iri.removeprefix(BASE), self._label(iri))

    def _status(self, status: str) -> Element:
        return element("span", self._label(NS + _CAMEL.get(status, status)), class_=status)

    def _verdict(self, tier: TierAssessment) -> Element:
        return element(
            "tr",
            element("th", self._link(TIER + tier.tier), scope="row"),
            element("td", self._status(tier.status)),
            element("td", self._link(POLICY + tier.policy)),
        )

    def _tier(self, tier: TierAssessment, proof: Explanation) -> Iterator[Element]:
        say = self.frame.say
        yield element("h2", self._label(TIER + tier.tier), " · ", self._status(tier.status))
        yield element("p", proof.conclusion)
        blocking = frozenset(tier.blocking)
        unmet = [line for line in proof.lines if line.condition in blocking]
        if unmet:
            yield element("h3", say("unmet"))
            yield element("ul", *(self._line(line.condition, line.text, line.citation) for line in unmet))
        asked = [*tier.missing, *(id for id in tier.open if id not in tier.missing)]
        if asked:
            yield element("h3", say("unknown"))
            yield element("p", *self._indicators(asked))

    def _line(self, condition: str, words: str, citation: str | None) -> Element:
        cited = element("span", " " + citation, class_="dim") if citation else None
        return element("li", self.frame.link("condition/" + condition, words), cited)

    def _indicators(self, ids: Iterable[str]) -> Iterator[Element | str]:
        for number, id in enumerate(ids):
            if number:
                yield "、" if self.frame.lang == "zh" else ", "
            yield self._link(INDICATOR + id)


_CAMEL = {"not_eligible": "notEligible"}
