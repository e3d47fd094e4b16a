"""What a document says on how its rewards add to others: verdict, amount and reason of one subsidy.

Verdicts are three-valued. An amount is an interval: a cap alone says how much at most, so its low end is 0;
money of a level for which the rule base has no complete list is not known, so it is not counted as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from zjtx_kg.exact import Fraction, whole
from zjtx_kg.facts import Profile
from zjtx_kg.facts.knowledge import Interval, TitleRecord
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

    def but(self, verdict: int, rule: str, phrase: str, missing: str = "", **facts: Any) -> Outcome:
        """The same, with the verdict lowered to ``verdict`` for one more reason."""
        return replace(
            self,
            verdict=min(self.verdict, verdict),
            because=(*self.because, Because(rule, phrase, facts, verdict)),
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
    def known(self) -> Interval:
        """What is paid: nothing where it is not payable, possibly nothing where that is not known."""
        lo = self.lo if self.verdict == PAYABLE else 0
        return Interval(lo, 0 if self.verdict == NOT_PAYABLE else self.hi)


@dataclass(frozen=True, slots=True)
class Situation:
    """One title on one occasion: ``day`` of recognition (``None``: not known), ``as_of`` of the claim."""

    title: str
    occasion: Occasion
    day: date | None
    as_of: date
    record: TitleRecord | None


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
            found = found.but(NOT_PAYABLE, "oneOff" if once else "received", "subsidy-received", amount=amount)
        for rule in subsidy.rules:
            if rule.reading is None or rule.reading in self.readings:
                apply = _RULES.get(rule.id, Judge.not_known)
                found = apply(self, found, subsidy, situation, rule)
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

    def first_time(
        self, found: Outcome, subsidy: Subsidy, situation: Situation, rule: StackingRule
    ) -> Outcome:
        before = history.earlier(self.profile, situation.title, situation.day, situation.record)
        return self._if_before(found, before, rule, "subsidy-not-first")

    def one_off(self, found: Outcome, subsidy: Subsidy, situation: Situation, rule: StackingRule) -> Outcome:
        """Paid once for one title: an earlier grant of it in the period has used it up."""
        before = history.earlier(self.profile, situation.title, situation.day, situation.record)
        if before:
            others = [r for r in history.of_title(self.profile, situation.title) if r is not situation.record]
            covered = {_covers(subsidy, record.granted) for record in others}
            before = True if True in covered else None if None in covered else False
        return self._if_before(found, before, rule, "subsidy-paid-before")

    def _if_before(self, found: Outcome, before: bool | None, rule: StackingRule, phrase: str) -> Outcome:
        if before is None:
            return found.but(UNKNOWN, rule.id, "subsidy-before-unknown", "titles", rule=rule.label)
        return found.but(NOT_PAYABLE, rule.id, phrase) if before else found

    def newly_recognised(
        self, found: Outcome, subsidy: Subsidy, situation: Situation, rule: StackingRule
    ) -> Outcome:
        if situation.day is None:
            return found.but(UNKNOWN, rule.id, "subsidy-day-unknown", "titles")
        if situation.day.year != situation.as_of.year:
            return found.but(NOT_PAYABLE, rule.id, "subsidy-not-this-year", day=situation.day)
        return found

    def quota(self, found: Outcome, subsidy: Subsidy, situation: Situation, rule: StackingRule) -> Outcome:
        return found.but(UNKNOWN, rule.id, "subsidy-quota", quota=subsidy.quota or "?")

    def not_known(
        self, found: Outcome, subsidy: Subsidy, situation: Situation, rule: StackingRule
    ) -> Outcome:
        """A rule that only the ontology knows: it is quoted, and nothing is concluded from it."""
        return found.but(UNKNOWN, rule.id, "subsidy-rule", rule=rule.label, text=rule.definition)

    # --- rules on how much ----------------------------------------------------------------------------

    def instalments(
        self, found: Outcome, subsidy: Subsidy, situation: Situation, rule: StackingRule
    ) -> Outcome:
        """Sure is only what is paid before a review."""
        if subsidy.first_share is None:
            return found.between(0, found.hi).but(PAYABLE, rule.id, "subsidy-instalments")
        share = Fraction(subsidy.first_share)
        first = found.between(whole(share * found.lo / _HUNDRED), found.hi)
        return first.but(PAYABLE, rule.id, "subsidy-first-instalment", share=shown(share))

    def rule_based(
        self, found: Outcome, subsidy: Subsidy, situation: Situation, rule: StackingRule
    ) -> Outcome:
        share, base = shown(subsidy.proportion or 0), subsidy.proportion_of
        return found.but(PAYABLE, rule.id, "subsidy-rule-based", share=share, base=base)

    def matching(self, found: Outcome, subsidy: Subsidy, situation: Situation, rule: StackingRule) -> Outcome:
        matched = self.rulebase.subsidies[subsidy.matches or ""]
        share = Fraction(subsidy.proportion or 0) / _HUNDRED
        paid = self.paid(matched, situation)
        assert paid.lo is not None and paid.hi is not None
        lo, hi = whole(share * paid.lo), whole(share * paid.hi)
        amount = found.between(lo, hi)
        if hi == 0:
            return amount.but(NOT_PAYABLE, rule.id, "subsidy-nothing-to-match", matched=matched.label)
        verdict = UNKNOWN if lo == 0 else PAYABLE
        share_text = shown(share * _HUNDRED)
        return amount.but(verdict, rule.id, "subsidy-matches", matched=matched.label, share=share_text)

    def includes_higher(
        self, found: Outcome, subsidy: Subsidy, situation: Situation, rule: StackingRule
    ) -> Outcome:
        """max(0, cap − what higher levels pay)."""
        own = self.rulebase.areas[subsidy.area].level
        paid = [self._paid_by(level, situation) for level in AreaLevel if level.rank < own.rank]
        least = sum(level.lo or 0 for level in paid)
        most = None if any(level.hi is None for level in paid) else sum(level.hi or 0 for level in paid)
        cap = subsidy.amount
        left = found.between(0 if most is None else cap - most, cap - least)
        if left.hi == 0:
            return left.but(NOT_PAYABLE, rule.id, "subsidy-cap-used-up", cap=shown(cap), paid=shown(least))
        if most is None:
            return left.but(
                PAYABLE, rule.id, "subsidy-cap-less-unknown", "received", cap=shown(cap), paid=shown(least)
            )
        return left.but(PAYABLE, rule.id, "subsidy-cap-less", cap=shown(cap), paid=_range(least, most))

    def _paid_by(self, level: AreaLevel, situation: Situation) -> Interval:
        """What a level pays. Other documents of it may exist, so without a statement it has no upper end."""
        if level.value in self.received:
            amount = self.received[level.value]
            return Interval(amount, amount)
        areas = self.rulebase.areas
        lines = [s for s in self.rulebase.subsidies.values() if areas[s.area].level is level]
        known = [self.paid(line, situation).lo or 0 for line in lines if self.applies(line, situation)]
        return Interval(max(known, default=0), None)

    def paid(self, subsidy: Subsidy, situation: Situation) -> Interval:
        """What was received of a subsidy, where it was stated; else what it comes to."""
        if subsidy.id in self.received:
            amount = self.received[subsidy.id]
            return Interval(amount, amount)
        if not self.applies(subsidy, situation):
            return Interval(0, 0)
        return self.outcome(subsidy, situation).known

    def difference(
        self, found: Outcome, subsidy: Subsidy, situation: Situation, rule: StackingRule
    ) -> Outcome:
        """New award − earlier award of the same payer, not below 0."""
        others = self._earlier_awards(subsidy, situation, same_payer=True)
        if others is None:
            return found.between(0, found.hi).but(PAYABLE, rule.id, "subsidy-awards-unknown", "titles")
        least = max((paid.lo or 0 for _, paid, _ in others), default=0)
        most = max((paid.hi or 0 for _, paid, _ in others), default=0)
        if most == 0:
            return found
        rest = found.between(found.lo - most, found.hi - least)
        paid = _range(least, most)
        if rest.hi == 0:
            return rest.but(NOT_PAYABLE, rule.id, "subsidy-no-difference", paid=paid)
        return rest.but(PAYABLE, rule.id, "subsidy-difference", paid=paid)

    def highest_only(
        self, found: Outcome, subsidy: Subsidy, situation: Situation, rule: StackingRule
    ) -> Outcome:
        """Of the titles of one year only the highest earns; an earlier lower award may be deducted."""
        others = self._earlier_awards(subsidy, situation, same_payer=False)
        if others is None:
            return self._perhaps_highest(found, subsidy, situation, rule)
        for other, paid, day in others:
            if not paid.hi:
                continue
            same_year = day is None or situation.day is None or day.year == situation.day.year
            first = (day or date.min, other.id) < (situation.day or date.max, subsidy.id)
            if other.amount > subsidy.amount or (other.amount == subsidy.amount and first):
                sure = other.id in self.received or (day is not None and situation.day is not None)
                verdict = NOT_PAYABLE if sure else UNKNOWN
                found = found.but(verdict, rule.id, "subsidy-higher-paid", other=other.label)
            elif other.amount < subsidy.amount and (day is None or not same_year):
                found = found.between(found.lo - (paid.hi or 0), found.hi).but(
                    PAYABLE, rule.id, "subsidy-lower-paid", other=other.label
                )
        return found

    def _perhaps_highest(
        self, found: Outcome, subsidy: Subsidy, situation: Situation, rule: StackingRule
    ) -> Outcome:
        others = [
            s.amount
            for s in self.rulebase.subsidies.values()
            if s.policy == subsidy.policy and situation.title not in s.titles
        ]
        if not others:
            return found
        verdict = UNKNOWN if max(others) >= subsidy.amount else PAYABLE
        lower = max((amount for amount in others if amount < subsidy.amount), default=0)
        rest = found.between(found.lo - lower, found.hi)
        return rest.but(verdict, rule.id, "subsidy-awards-unknown", "titles")

    def _earlier_awards(
        self, subsidy: Subsidy, situation: Situation, *, same_payer: bool
    ) -> list[tuple[Subsidy, Interval, date | None]] | None:
        """What the other titles of the company earned from the same payer (or by the same document).

        For a difference only those granted before count; for the highest of a year, also those granted
        later in it. ``None`` where the titles are not known and nothing was stated as received.
        """
        others = [
            s
            for s in self.rulebase.subsidies.values()
            if (s.area == subsidy.area if same_payer else s.policy == subsidy.policy)
            and situation.title not in s.titles
            and Occasion.RECOGNITION in s.occasions
        ]
        stated = [(s, self.received[s.id]) for s in others if s.id in self.received]
        if self.profile.titles is None and not stated:
            return None if others else []
        found: list[tuple[Subsidy, Interval, date | None]] = []
        for other in others:
            for record in self.profile.titles or ():
                if record.title in other.titles and self._counts(record, situation, same_payer):
                    found.append((other, self._earned(other, record), record.granted))
        named = {other.id for other, _, _ in found}
        return found + [(s, Interval(amount, amount), None) for s, amount in stated if s.id not in named]

    @staticmethod
    def _counts(record: TitleRecord, situation: Situation, before: bool) -> bool:
        if record is situation.record:
            return False
        if record.granted is None or situation.day is None:
            return True
        if before:
            return record.granted <= situation.day
        return record.granted <= situation.as_of and record.granted.year <= situation.day.year

    def _earned(self, subsidy: Subsidy, record: TitleRecord) -> Interval:
        """What a title earned when it was granted, before any stacking with others."""
        if subsidy.id in self.received:
            amount = self.received[subsidy.id]
            return Interval(amount, amount)
        covered = _covers(subsidy, record.granted)
        if covered is False:
            return Interval(0, 0)
        stated = self._stated(subsidy)
        return Interval(stated.lo if covered else 0, stated.hi)


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


Rule = Callable[[Judge, Outcome, Subsidy, Situation, StackingRule], Outcome]

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
