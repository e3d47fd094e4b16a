"""What a company would be paid, title by title."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

from zjtx_kg.errors import InputError
from zjtx_kg.exact import Fraction, exact
from zjtx_kg.facts import Profile
from zjtx_kg.facts.quantity import NotAQuantity, quantity
from zjtx_kg.reasoning.results import Range
from zjtx_kg.rulebase import Rulebase, load
from zjtx_kg.rulebase.model import Rational
from zjtx_kg.rulebase.subsidy import AreaLevel, Mode, Occasion, Subsidy
from zjtx_kg.subsidies import history
from zjtx_kg.subsidies.results import Case, Reason, Reward, Subsidies
from zjtx_kg.subsidies.stacking import NOT_PAYABLE, PAYABLE, UNKNOWN, Because, Judge, Outcome, Situation
from zjtx_kg.texts import Text

__all__ = ["subsidies_for"]

_STATUS: Final = {PAYABLE: "payable", UNKNOWN: "unknown", NOT_PAYABLE: "not_payable"}
_ORDER: Final = {"payable": 0, "unknown": 1, "not_payable": 2}
_MONEY: Final = "wan-yuan"
#: How the occasions are asked for.
OCCASIONS: Final = {
    "recognition": Occasion.RECOGNITION,
    "review": Occasion.REVIEW,
    "relocation": Occasion.RELOCATION,
}


def subsidies_for(
    profile: Profile,
    tier: str | Iterable[str] | None = None,
    as_of: date | None = None,
    rulebase: Rulebase | None = None,
    *,
    occasion: str = "recognition",
    readings: Iterable[str] = (),
    received: Mapping[str, str | int | Fraction] | None = None,
    lang: str = "zh",
) -> Subsidies:
    """What would be paid for a title, for several, or for every title that the company's area rewards.

    A title that the company holds on ``as_of`` was recognised on the day it was granted; any other is taken
    as recognised on ``as_of``. ``received`` says what was paid already, in 万元: by the id of a subsidy
    (``320582/2020/little-giant``), or by a level (``national``, ``provincial``, ``municipal``, ``district``)
    for the title in question. Raises :class:`InputError` for an unknown tier, occasion, reading or amount.

    >>> company = Profile.from_dict({"region": "320583", "titles": []})
    >>> found = subsidies_for(company, "little-giant", date(2020, 6, 1), lang="en")
    >>> [(r.payer, r.status, r.amount.min, r.amount.max) for r in found.cases[0].rewards]
    [('Kunshan', 'payable', 50, 50), ('Kunshan', 'not_payable', 0, 0), ('Suzhou', 'not_payable', 0, 0)]
    """
    rules = rulebase or load()
    day = as_of or date.today()
    wanted = (tier,) if isinstance(tier, str) else tuple(tier or ())
    if unknown := next((title for title in wanted if title not in rules.titles), None):
        raise InputError("unknown_tier", tier=unknown, known="、".join(rules.titles))
    if occasion not in OCCASIONS:
        raise InputError("unknown_occasion", occasion=occasion, known="、".join(OCCASIONS))
    chosen = frozenset(readings)
    if unread := next((reading for reading in chosen if reading not in rules.readings), None):
        raise InputError("unknown_reading", reading=unread, known="、".join(rules.readings))
    judge = Judge(rules, profile, rules.readings_with(chosen), _received(rules, received or {}))
    teller = _Teller(judge, OCCASIONS[occasion], day, lang)
    cases = [teller.case(title) for title in wanted or teller.rewarded()]
    missing = {"region": None} if profile.region is None else {}
    missing |= dict.fromkeys(teller.missing)
    return Subsidies(
        profile.head,
        day,
        profile.region,
        rules.units[_MONEY].symbol,
        tuple(cases),
        _not_covered(judge),
        tuple(missing),
    )


def _received(rules: Rulebase, stated: Mapping[str, str | int | Fraction]) -> dict[str, Rational]:
    """Amounts by subsidy or level, in 万元."""
    known = {level.value for level in AreaLevel} | rules.subsidies.keys()
    found: dict[str, Rational] = {}
    for key, value in stated.items():
        if key not in known:
            raise InputError("unknown_payment", key=key, known="、".join(level.value for level in AreaLevel))
        try:
            amount = quantity(value, rules.units[_MONEY])[0] if isinstance(value, str) else exact(str(value))
        except (NotAQuantity, ValueError):
            raise InputError("not_an_amount", key=key, found=value) from None
        if amount < 0:
            raise InputError("not_an_amount", key=key, found=value)
        found[key] = amount
    return found


def _not_covered(judge: Judge) -> tuple[str, ...]:
    """The levels for which no document of the company's area is in the rule base; without a region, none."""
    if judge.profile.region is None:
        return ()
    areas = judge.rulebase.areas
    found = {areas[s.area].level for s in judge.rulebase.subsidies.values() if judge.located[s.area]}
    return tuple(level.value for level in AreaLevel if level not in found)


class _Teller:
    """Outcomes in words and numbers."""

    def __init__(self, judge: Judge, occasion: Occasion, as_of: date, lang: str) -> None:
        self.judge = judge
        self.rules = judge.rulebase
        self.occasion = occasion
        self.as_of = as_of
        self.lang = lang
        self.missing: dict[str, None] = {}

    def rewarded(self) -> list[str]:
        """Every title that is rewarded where the company is, the tiers first."""
        here = {
            title
            for subsidy in self.rules.subsidies.values()
            if self.judge.located[subsidy.area] is not False
            and self.occasion in subsidy.occasions
            and (self.judge.profile.region is not None or self.judge.located[subsidy.area])
            for title in subsidy.titles
        }
        tiers = [tier for tier in self.rules.tiers if tier in here]
        return tiers + sorted(here - set(tiers))

    def case(self, title: str) -> Case:
        record = history.current(self.judge.profile, title, self.as_of)
        day = record.granted if record and self.occasion is Occasion.RECOGNITION else self.as_of
        situation = Situation(title, self.occasion, day, self.as_of, record)
        outcomes = [
            (subsidy, self.judge.outcome(subsidy, situation))
            for subsidy in self.rules.subsidies.values()
            if self.judge.applies(subsidy, situation)
            and (self.judge.profile.region is not None or self.judge.located[subsidy.area])
        ]
        rewards = [self._reward(subsidy, outcome) for subsidy, outcome in outcomes]
        rewards.sort(key=self._order)
        return Case(
            title,
            self.rules.titles[title].label(self.lang),
            self.occasion.value,
            day,
            None if self.judge.profile.titles is None else record is not None,
            _total(outcomes, vouchers=False),
            _total(outcomes, vouchers=True),
            tuple(rewards),
        )

    def _order(self, reward: Reward) -> tuple[Any, ...]:
        return (
            _ORDER[reward.status],
            -AreaLevel(reward.level).rank,
            reward.area,
            reward.expired,
            reward.subsidy,
        )

    def _reward(self, subsidy: Subsidy, outcome: Outcome) -> Reward:
        area = self.rules.areas[subsidy.area]
        clause = subsidy.citation.clause
        if outcome.verdict != NOT_PAYABLE:
            self.missing |= dict.fromkeys(outcome.missing)
        return Reward(
            subsidy=subsidy.id,
            policy=subsidy.policy,
            area=subsidy.area,
            payer=area.label(self.lang),
            level=area.level.value,
            label=subsidy.label(self.lang),
            status=_STATUS[outcome.verdict],
            form="voucher" if subsidy.mode is Mode.VOUCHER else "cash",
            mode=subsidy.mode.value,
            stated=subsidy.amount,
            amount=Range(outcome.least, outcome.most),
            rules=tuple(rule.id for rule in subsidy.rules),
            because=tuple(self._reason(reason) for reason in outcome.reasons),
            from_=subsidy.start,
            until=subsidy.end,
            last_attested=subsidy.last_attested,
            expired=subsidy.end is not None and self.as_of > subsidy.end,
            source=subsidy.source(self.lang),
            clause=clause.citation(self.lang) if clause else "",
            confidence=subsidy.citation.attestation,
            note=subsidy.note(self.lang) if subsidy.note else None,
        )

    def _reason(self, reason: Because) -> Reason:
        facts = {
            name: fact(self.lang) if isinstance(fact, Text) else fact for name, fact in reason.facts.items()
        }
        return Reason(reason.rule, self.rules.phrases[reason.phrase].template(self.lang).format(**facts))


def _total(outcomes: Sequence[tuple[Subsidy, Outcome]], *, vouchers: bool) -> Range:
    """What different documents give together. One document rewards one title once, so of several lines of
    it (a title that has had other names) only the most counts."""
    lines = [pair for pair in outcomes if (pair[0].mode is Mode.VOUCHER) is vouchers]
    lines.sort(key=lambda pair: pair[0].policy)
    lo: Rational = 0
    hi: Rational = 0
    for _, group in groupby(lines, key=lambda pair: pair[0].policy):
        found = [outcome for _, outcome in group]
        lo += max(outcome.least for outcome in found)
        hi += max(outcome.most for outcome in found)
    return Range(lo, hi)
