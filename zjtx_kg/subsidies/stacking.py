"""What a document says on how its rewards add to others: verdict, amount and reason of one subsidy.

Verdicts are three-valued. An amount is an interval: a cap alone says how much at most, so its low end is 0;
money of a level for which the rule base has no complete list is not known, so it is not counted as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, NamedTuple

from zjtx_kg.exact import Fraction, whole
from zjtx_kg.facts import Profile
from zjtx_kg.facts.knowledge import TitleRecord
from zjtx_kg.reasoning.wording import shown
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.model import Rational
from zjtx_kg.rulebase.subsidy import AreaLevel, Mode, Occasion, StackingRule, Subsidy
from zjtx_kg.subsidies import history
from zjtx_kg.subsidies.location import lies_in

__all__ = ["NOT_PAYABLE", "PAYABLE", "UNKNOWN", "Because", "Judge", "Outcome", "Situation"]

NOT_PAYABLE: Final = 0
UNKNOWN: Final = 1
PAYABLE: Final = 2

_HUNDRED: Final = 100


class Paid(NamedTuple):
    """Money between ``lo`` and ``hi``, both included; ``hi`` is ``None`` where there may be more."""

    lo: Rational
    hi: Rational | None


@dataclass(frozen=True, slots=True)
class Because:
    """A reason: the rule, the phrase that says it, what fills the phrase, and the verdict it allows."""

    rule: str
    phrase: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    verdict: int = PAYABLE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one subsidy comes to. ``missing`` names what a profile or the caller could still tell."""

    verdict: int
    lo: Rational
    hi: Rational
    because: tuple[Because, ...] = ()
    missing: tuple[str, ...] = ()

    def but(self, verdict: int, by: str, phrase: str, missing: str = "", **facts: Any) -> Outcome:
        """The same, with the verdict lowered to ``verdict`` for one more reason."""
        return replace(
            self,
            verdict=min(self.verdict, verdict),
            because=(*self.because, Because(by, phrase, facts, verdict)),
            missing=(*self.missing, missing) if missing else self.missing,
        )

    def between(self, lo: Rational, hi: Rational) -> Outcome:
        return replace(self, lo=max(0, lo), hi=max(0, hi))

    @property
    def reasons(self) -> tuple[Because, ...]:
        """The reasons that matter: what rules a reward out makes the others idle."""
        ruled_out = tuple(reason for reason in self.because if reason.verdict == NOT_PAYABLE)
        return ruled_out or self.because

    @property
    def least(self) -> Rational:
        """What is certainly paid."""
        return self.lo if self.verdict == PAYABLE else 0

    @property
    def most(self) -> Rational:
        """What is possibly paid."""
        return 0 if self.verdict == NOT_PAYABLE else self.hi


@dataclass(frozen=True, slots=True)
class Situation:
    """One title on one occasion: ``day`` of recognition (``None``: not known), ``as_of`` of the claim."""

    title: str
    occasion: Occasion
    day: date | None
    as_of: date
    record: TitleRecord | None


class Award(NamedTuple):
    """What another title of the company earned, and when it was granted."""

    subsidy: Subsidy
    lo: Rational
    hi: Rational
    day: date | None


class Line(NamedTuple):
    """One rule of one subsidy in one situation."""

    subsidy: Subsidy
    situation: Situation
    rule: StackingRule


class Judge:
    """Judges every subsidy for one company. Holds nothing but what it was given."""

    def __init__(
        self,
        rulebase: Rulebase,
        profile: Profile,
        readings: frozenset[str],
        received: Mapping[str, Rational],
    ) -> None:
        self.rulebase = rulebase
        self.profile = profile
        self.readings = readings
        self.received = received
        self.located = {area.id: lies_in(profile.region, area) for area in rulebase.areas.values()}

    # --- one subsidy ----------------------------------------------------------------------------------

    def applies(self, subsidy: Subsidy, situation: Situation) -> bool:
        """Whether a subsidy has to do with a situation at all: place, occasion and title."""
        return (
            self.located[subsidy.area] is not False
            and situation.occasion in subsidy.occasions
            and (situation.title in subsidy.titles or self._by_later_title(subsidy, situation.title))
        )

    def _by_later_title(self, subsidy: Subsidy, title: str) -> bool:
        titles = self.rulebase.titles
        return any(titles[rewarded].later == title for rewarded in subsidy.titles)

    def outcome(self, subsidy: Subsidy, situation: Situation) -> Outcome:
        """Verdict, amount and reasons."""
        found = self._stated(subsidy)
        found = self._place(found, subsidy)
        found = self._title(found, subsidy, situation)
        found = self._period(found, subsidy, situation)
        if subsidy.id in self.received:
            once = any(rule.id == "oneOff" for rule in subsidy.rules)
            amount = shown(self.received[subsidy.id])
            found = found.but(
                NOT_PAYABLE, "oneOff" if once else "received", "subsidy-received", amount=amount
            )
        for rule in subsidy.rules:
            if rule.reading is None or rule.reading in self.readings:
                apply = _RULES.get(rule.id, Judge.not_known)
                found = apply(self, found, Line(subsidy, situation, rule))
        return found

    def _stated(self, subsidy: Subsidy) -> Outcome:
        """The figure of the document: exact where it fixes it, at most that where it caps it."""
        exact = subsidy.mode in (Mode.FIXED, Mode.VOUCHER)
        return Outcome(PAYABLE, subsidy.amount if exact else 0, subsidy.amount)

    def _place(self, found: Outcome, subsidy: Subsidy) -> Outcome:
        if self.located[subsidy.area]:
            return found
        payer = self.rulebase.areas[subsidy.area].label
        return found.but(UNKNOWN, "location", "subsidy-location", "region", payer=payer)

    def _title(self, found: Outcome, subsidy: Subsidy, situation: Situation) -> Outcome:
        if situation.title not in subsidy.titles:
            found = found.but(UNKNOWN, "earlierTitle", "subsidy-earlier-title")
        if situation.occasion is Occasion.RECOGNITION or situation.record is not None:
            return found
        title = self.rulebase.titles[situation.title].label
        if self.profile.titles is None:
            return found.but(UNKNOWN, "title", "subsidy-title-unknown", "titles", title=title)
        return found.but(NOT_PAYABLE, "title", "subsidy-title-not-held", title=title)

    def _period(self, found: Outcome, subsidy: Subsidy, situation: Situation) -> Outcome:
        start, end, last, day = subsidy.start, subsidy.end, subsidy.last_attested, situation.day
        if end is not None and situation.as_of > end:
            return found.but(NOT_PAYABLE, "period", "subsidy-period-over", end=end)
        if day is not None and start is not None and day < start:
            return found.but(NOT_PAYABLE, "period", "subsidy-before-period", day=day, start=start)
        if start is None and end is None and last is None:
            found = found.but(UNKNOWN, "period", "subsidy-no-period")
        elif end is None and last is not None and situation.as_of.year > last:
            found = found.but(UNKNOWN, "period", "subsidy-last-attested", year=last)
        if day is None and start is not None:
            found = found.but(UNKNOWN, "period", "subsidy-day-unknown", "titles")
        return found

    # --- rules on who gets it -------------------------------------------------------------------------

    def first_time(self, found: Outcome, line: Line) -> Outcome:
        situation = line.situation
        before = history.earlier(self.profile, situation.title, situation.day, situation.record)
        return self._if_before(found, before, line.rule, "subsidy-not-first")

    def one_off(self, found: Outcome, line: Line) -> Outcome:
        """Paid once for one title: an earlier grant of it in the period has used it up."""
        situation = line.situation
        before = history.earlier(self.profile, situation.title, situation.day, situation.record)
        if before:
            records = history.of_title(self.profile, situation.title)
            covered = {_covers(line.subsidy, r.granted) for r in records if r is not situation.record}
            before = True if True in covered else None if None in covered else False
        return self._if_before(found, before, line.rule, "subsidy-paid-before")

    def _if_before(self, found: Outcome, before: bool | None, rule: StackingRule, phrase: str) -> Outcome:
        if before is None:
            return found.but(UNKNOWN, rule.id, "subsidy-before-unknown", "titles", rule=rule.label)
        return found.but(NOT_PAYABLE, rule.id, phrase) if before else found

    def newly_recognised(self, found: Outcome, line: Line) -> Outcome:
        day = line.situation.day
        if day is None:
            return found.but(UNKNOWN, line.rule.id, "subsidy-day-unknown", "titles")
        if day.year != line.situation.as_of.year:
            return found.but(NOT_PAYABLE, line.rule.id, "subsidy-not-this-year", day=day)
        return found

    def quota(self, found: Outcome, line: Line) -> Outcome:
        return found.but(UNKNOWN, line.rule.id, "subsidy-quota", quota=line.subsidy.quota or "?")

    def not_known(self, found: Outcome, line: Line) -> Outcome:
        """A rule that only the ontology knows: it is quoted, and nothing is concluded from it."""
        rule = line.rule
        return found.but(UNKNOWN, rule.id, "subsidy-rule", rule=rule.label, text=rule.definition)

    # --- rules on how much ----------------------------------------------------------------------------

    def instalments(self, found: Outcome, line: Line) -> Outcome:
        """Sure is only what is paid before a review."""
        if line.subsidy.first_share is None:
            return found.between(0, found.hi).but(PAYABLE, line.rule.id, "subsidy-instalments")
        share = Fraction(line.subsidy.first_share)
        first = found.between(whole(share * found.lo / _HUNDRED), found.hi)
        return first.but(PAYABLE, line.rule.id, "subsidy-first-instalment", share=shown(share))

    def rule_based(self, found: Outcome, line: Line) -> Outcome:
        share, base = shown(line.subsidy.proportion or 0), line.subsidy.proportion_of
        return found.but(PAYABLE, line.rule.id, "subsidy-rule-based", share=share, base=base)

    def matching(self, found: Outcome, line: Line) -> Outcome:
        matched = self.rulebase.subsidies[line.subsidy.matches or ""]
        share = Fraction(line.subsidy.proportion or 0)
        paid = self.paid(matched, line.situation)
        most = paid.lo if paid.hi is None else paid.hi
        amount = found.between(whole(share * paid.lo / _HUNDRED), whole(share * most / _HUNDRED))
        if not amount.hi:
            return amount.but(NOT_PAYABLE, line.rule.id, "subsidy-nothing-to-match", matched=matched.label)
        verdict = PAYABLE if amount.lo else UNKNOWN
        return amount.but(verdict, line.rule.id, "subsidy-matches", matched=matched.label, share=shown(share))

    def includes_higher(self, found: Outcome, line: Line) -> Outcome:
        """max(0, cap − what higher levels pay)."""
        own = self.rulebase.areas[line.subsidy.area].level
        higher = [self._paid_by(level, line.situation) for level in AreaLevel if level.rank < own.rank]
        ends = [level.hi for level in higher if level.hi is not None]
        least: Rational = sum((level.lo for level in higher), 0)
        most: Rational | None = sum(ends, 0) if len(ends) == len(higher) else None
        cap, rule = line.subsidy.amount, line.rule.id
        left = found.between(0 if most is None else cap - most, cap - least)
        if not left.hi:
            return left.but(NOT_PAYABLE, rule, "subsidy-cap-used-up", cap=shown(cap), paid=shown(least))
        if most is None:
            facts = {"cap": shown(cap), "paid": shown(least)}
            return left.but(PAYABLE, rule, "subsidy-cap-less-unknown", "received", **facts)
        return left.but(PAYABLE, rule, "subsidy-cap-less", cap=shown(cap), paid=_range(least, most))

    def _paid_by(self, level: AreaLevel, situation: Situation) -> Paid:
        """What a level pays. Other documents of it may exist, so without a statement it has no upper end."""
        if level.value in self.received:
            amount = self.received[level.value]
            return Paid(amount, amount)
        areas = self.rulebase.areas
        paid = [
            self.paid(subsidy, situation).lo
            for subsidy in self.rulebase.subsidies.values()
            if areas[subsidy.area].level is level
        ]
        return Paid(max(paid, default=0), None)

    def paid(self, subsidy: Subsidy, situation: Situation) -> Paid:
        """What was received of a subsidy, where it was stated; else what it comes to."""
        if subsidy.id in self.received:
            amount = self.received[subsidy.id]
            return Paid(amount, amount)
        if not self.applies(subsidy, situation):
            return Paid(0, 0)
        outcome = self.outcome(subsidy, situation)
        return Paid(outcome.least, outcome.most)

    def difference(self, found: Outcome, line: Line) -> Outcome:
        """New award − earlier award of the same payer, not below 0."""
        others = self._others(line, same_payer=True)
        if others is None:
            return found.between(0, found.hi).but(PAYABLE, line.rule.id, "subsidy-awards-unknown", "titles")
        least = max((award.lo for award in others), default=0)
        most = max((award.hi for award in others), default=0)
        if not most:
            return found
        rest = found.between(found.lo - most, found.hi - least)
        paid = _range(least, most)
        if not rest.hi:
            return rest.but(NOT_PAYABLE, line.rule.id, "subsidy-no-difference", paid=paid)
        return rest.but(PAYABLE, line.rule.id, "subsidy-difference", paid=paid)

    def highest_only(self, found: Outcome, line: Line) -> Outcome:
        """Of the titles of one year only the highest earns; an earlier lower award may be deducted."""
        others = self._others(line, same_payer=False)
        if others is None:
            return self._perhaps_highest(found, line)
        subsidy, day, rule = line.subsidy, line.situation.day, line.rule.id
        for other in others:
            if not other.hi:
                continue
            label = other.subsidy.label
            dated = day is not None and other.day is not None
            first = (other.day or date.min, other.subsidy.id) < (day or date.max, subsidy.id)
            stated = other.subsidy.amount
            if stated > subsidy.amount or (stated == subsidy.amount and first):
                sure = (dated and bool(other.lo)) or other.subsidy.id in self.received
                verdict = NOT_PAYABLE if sure else UNKNOWN
                found = found.but(verdict, rule, "subsidy-higher-paid", other=label)
            elif stated < subsidy.amount and not (
                dated and day is not None and other.day is not None and other.day.year == day.year
            ):
                rest = found.between(found.lo - other.hi, found.hi)
                found = rest.but(PAYABLE, rule, "subsidy-lower-paid", other=label)
        return found

    def _perhaps_highest(self, found: Outcome, line: Line) -> Outcome:
        """Where it is not known which other titles the company has."""
        amounts = [other.amount for other in self._rivals(line, same_payer=False)]
        verdict = UNKNOWN if max(amounts) >= line.subsidy.amount else PAYABLE
        lower = max((amount for amount in amounts if amount < line.subsidy.amount), default=0)
        rest = found.between(found.lo - lower, found.hi)
        return rest.but(verdict, line.rule.id, "subsidy-awards-unknown", "titles")

    def _rivals(self, line: Line, *, same_payer: bool) -> list[Subsidy]:
        """The subsidies for other titles by the same payer, or by the same document."""
        own = line.subsidy
        return [
            other
            for other in self.rulebase.subsidies.values()
            if (other.area == own.area if same_payer else other.policy == own.policy)
            and line.situation.title not in other.titles
            and Occasion.RECOGNITION in other.occasions
        ]

    def _others(self, line: Line, *, same_payer: bool) -> list[Award] | None:
        """What the other titles of the company earned from the same payer, or by the same document.

        For a difference only those granted before count; for the highest of a year, also those granted
        later in it. ``None`` where the titles are not known and nothing was stated as received.
        """
        rivals = self._rivals(line, same_payer=same_payer)
        stated = [
            Award(s, self.received[s.id], self.received[s.id], None) for s in rivals if s.id in self.received
        ]
        if self.profile.titles is None and not stated:
            return None if rivals else []
        found = [
            self._earned(rival, record)
            for rival in rivals
            for record in self.profile.titles or ()
            if record.title in rival.titles and self._counts(record, line.situation, before=same_payer)
        ]
        named = {award.subsidy.id for award in found}
        return found + [award for award in stated if award.subsidy.id not in named]

    @staticmethod
    def _counts(record: TitleRecord, situation: Situation, *, before: bool) -> bool:
        if record is situation.record:
            return False
        if record.granted is None or situation.day is None:
            return True
        if before:
            return record.granted <= situation.day
        return record.granted <= situation.as_of and record.granted.year <= situation.day.year

    def _earned(self, subsidy: Subsidy, record: TitleRecord) -> Award:
        """What a title earned when it was granted, before any stacking with others."""
        if subsidy.id in self.received:
            amount = self.received[subsidy.id]
            return Award(subsidy, amount, amount, record.granted)
        covered = _covers(subsidy, record.granted)
        if covered is False:
            return Award(subsidy, 0, 0, record.granted)
        stated = self._stated(subsidy)
        return Award(subsidy, stated.lo if covered else 0, stated.hi, record.granted)


def _covers(subsidy: Subsidy, day: date | None) -> bool | None:
    """Whether a day lies in the period of a subsidy."""
    if day is None or (subsidy.start is None and subsidy.end is None and subsidy.last_attested is None):
        return None
    if (subsidy.start is not None and day < subsidy.start) or (subsidy.end is not None and day > subsidy.end):
        return False
    if subsidy.end is None and subsidy.last_attested is not None and day.year > subsidy.last_attested:
        return None
    return True


def _range(lo: Rational, hi: Rational) -> str:
    return shown(lo) if lo == hi else f"{shown(lo)}–{shown(hi)}"


Rule = Callable[[Judge, Outcome, Line], Outcome]

#: What each rule of the vocabulary does.
_RULES: Final[Mapping[str, Rule]] = {
    "firstTime": Judge.first_time,
    "oneOff": Judge.one_off,
    "newlyRecognised": Judge.newly_recognised,
    "quotaLimited": Judge.quota,
    "instalments": Judge.instalments,
    "ruleBased": Judge.rule_based,
    "matching": Judge.matching,
    "includesHigherLevel": Judge.includes_higher,
    "differenceOnly": Judge.difference,
    "highestOnly": Judge.highest_only,
}
