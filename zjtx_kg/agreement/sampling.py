"""Companies drawn from what the rules distinguish: on a bound, beside it, between two, or not known.

Nothing is listed here: indicators, bounds, codes and titles come from the rule base, so new rules are sampled
without a change. The same seed draws the same companies.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from zjtx_kg.errors import ProfileError
from zjtx_kg.exact import Fraction
from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import facts_of
from zjtx_kg.rulebase import Rulebase, walk
from zjtx_kg.rulebase.model import (
    BandedItem,
    Direction,
    Inclusion,
    Indicator,
    LevelThreshold,
    Place,
    Rational,
    Threshold,
    ValueItem,
    ValueType,
)

__all__ = ["companies"]

#: How often a company is drawn anew when its figures contradict each other.
_TRIES: Final = 400
_STEPS: Final = (Fraction(1, 10**12), Fraction(1, 100), Fraction(1))
_SCALES: Final = (Fraction(0), Fraction(1, 2), Fraction(1), Fraction(1), Fraction(1), Fraction(2))
_YEARS: Final = 3


def companies(rulebase: Rulebase, count: int, *, seed: int, as_of: date) -> Iterator[Profile]:
    """Valid profiles, each on its own seed, so that the n-th can be drawn again alone."""
    for number in range(count):
        yield company(rulebase, f"{seed}:{number}", as_of)


def company(rulebase: Rulebase, seed: str, as_of: date) -> Profile:
    rng = random.Random(seed)  # noqa: S311  a sample, not a secret
    for _ in range(_TRIES):
        data = _Draw(rulebase, rng, as_of).profile(seed)
        try:
            profile = Profile.from_dict(data, rulebase)
            facts_of(profile, as_of, rulebase)
        except ProfileError:
            continue  # figures that no company can have
        return profile
    raise RuntimeError(f"no valid company in {_TRIES} draws from seed {seed}")


class _Draw:
    def __init__(self, rulebase: Rulebase, rng: random.Random, as_of: date) -> None:
        self.rulebase, self.rng, self.as_of = rulebase, rng, as_of
        self.bounds, self.codes = _distinguished(rulebase)
        #: Some companies are nearly known, some hardly.
        self.gaps = rng.choice([0.0, 0.02, 0.1, 0.3, 0.6])
        self.intervals = rng.choice([0.0, 0.05, 0.2])
        #: Some companies meet nearly everything, some little.
        self.strength = rng.choice([0.3, 0.7, 0.9, 0.97, 0.99])

    def profile(self, name: str) -> dict[str, Any]:
        rng = self.rng
        last = self.as_of.year - 1
        given: dict[str, Any] = {"name": name, "years": {}, "facts": {}}
        indicators = self.rulebase.indicators.values()
        #: Derived indicators are given themselves, or follow from figures.
        derived = rng.random() < 0.5
        for year in range(last, last - _YEARS, -1):
            figures = [i for i in indicators if i.place is Place.YEAR]
            given["years"][year] = self.values(figures, typical=not derived)
            if derived:
                break
        states = [i for i in indicators if i.place is Place.FACT]
        given["facts"] = self.values(states)
        if derived:
            given["facts"] |= self.values(i for i in indicators if i.place is Place.DERIVED)
        if rng.random() >= self.gaps:
            given["titles"] = [self.title() for _ in range(rng.choice([0, 1, 1, 2, 4]))]
        if rng.random() >= self.gaps:
            given["awards"] = [self.award() for _ in range(rng.choice([0, 0, 1, 2]))]
        if rng.random() < 0.7:
            given["industry"] = rng.choice(sorted(self.rulebase.schemes["gbt4754"].codes))
        if rng.random() < 0.7:
            given["established"] = self.day()
        given["assume"] = rng.choice(["open", "open", "open", "open", "closed"])
        return given

    def values(self, indicators: Iterable[Indicator], *, typical: bool = False) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for indicator in indicators:
            if self.rng.random() >= self.gaps:
                found[indicator.id] = self.value(indicator, typical=typical)
        self.within_wholes(found)
        return found

    def value(self, indicator: Indicator, *, typical: bool) -> Any:
        rng = self.rng
        match indicator.type:
            case ValueType.BOOLEAN:
                return (rng.random() < self.strength) is (indicator.direction is not Direction.LOWER)
            case ValueType.CODES:
                options = self.codes.get(indicator.id) or ()
                return sorted(rng.sample(options, min(len(options), rng.choice([0, 1, 1, 2]))))
            case ValueType.CODE:
                scheme = self.rulebase.schemes[indicator.schemes[0]]
                codes = sorted(scheme.codes.values(), key=lambda code: code.rank or 0)
                return codes[-1].id if rng.random() < self.strength else rng.choice(codes).id
        if rng.random() < self.intervals:
            low, high = sorted((self.number(indicator), self.number(indicator)))
            return {"min": low, "max": high} if rng.random() < 0.8 else {"min": low}
        if typical and indicator.type is ValueType.DECIMAL and rng.random() < 0.6:
            return Fraction(rng.randint(0, 3 * 10**6), 100)
        return self.number(indicator)

    def number(self, indicator: Indicator) -> Rational:
        """On a bound, just beside it, or anywhere near."""
        rng = self.rng
        whole = indicator.type is ValueType.INTEGER
        bounds = self.bounds.get(indicator.id) or [Fraction(10), Fraction(1000)]
        if rng.random() < self.strength and indicator.direction is not Direction.DEPENDS:
            more = indicator.direction is Direction.HIGHER
            return self.possible(indicator, bounds[-1] * rng.choice([1, 2]) if more else bounds[0])
        value: Fraction = rng.choice(bounds) * rng.choice(_SCALES)
        value += rng.choice([0, 0, 1, -1]) * (Fraction(1) if whole else rng.choice(_STEPS))
        return self.possible(indicator, Fraction(int(value)) if whole else Fraction(value))

    @staticmethod
    def possible(indicator: Indicator, value: Rational) -> Rational:
        """The nearest value that the indicator can have."""
        if indicator.lowest is not None:
            value = max(value, Fraction(indicator.lowest))
        if indicator.highest is not None:
            value = min(value, Fraction(indicator.highest))
        return int(value) if value.denominator == 1 else value

    def within_wholes(self, found: dict[str, Any]) -> None:
        """A part is at most its whole."""
        for _ in range(2):  # a part of a part
            for id, value in found.items():
                for whole in self.rulebase.indicators[id].at_most:
                    if whole in found:
                        found[id] = value = _least(value, found[whole])

    def title(self) -> dict[str, Any]:
        title: dict[str, Any] = {"title": self.rng.choice(sorted(self.rulebase.titles))}
        start = self.day()
        if self.rng.random() < 0.8:
            title["granted"] = start
        if self.rng.random() < 0.8:
            title["expires"] = max(start, self.day(ahead=400))
        return title

    def award(self) -> dict[str, Any]:
        award: dict[str, Any] = {"award": self.rng.choice(sorted(self.rulebase.awards))}
        if self.rng.random() < 0.8:
            award["year"] = self.as_of.year - self.rng.randint(0, 6)
        if self.rng.random() < 0.8:
            award["rank"] = self.rng.randint(1, 6)
        return award

    def day(self, ahead: int = 0) -> date:
        near = [ahead, ahead - 364, ahead - 365, ahead - 366, ahead - 1000, ahead - 2000]
        return self.as_of + timedelta(days=self.rng.choice(near))


def _least(part: Any, whole: Any) -> Any:
    """A part brought within its whole; numbers or intervals."""
    top = whole.get("min") if isinstance(whole, dict) else whole
    if isinstance(part, dict):
        low = min(part["min"], top)
        return {**part, "min": low, **({"max": max(low, min(part["max"], top))} if "max" in part else {})}
    return min(part, top)


@lru_cache(maxsize=4)
def _distinguished(rulebase: Rulebase) -> tuple[Mapping[str, list[Fraction]], Mapping[str, list[str]]]:
    """The bounds and the codes that any condition looks at, by indicator."""
    bounds: dict[str, set[Fraction]] = {}
    codes: dict[str, set[str]] = {}
    for criteria in rulebase.criteria.values():
        for leaf in criteria.leaves():
            if isinstance(leaf, Threshold):
                bounds.setdefault(leaf.indicator, set()).add(Fraction(leaf.bound))
            elif isinstance(leaf, LevelThreshold):
                bounds.setdefault(leaf.indicator, set()).add(Fraction(leaf.rank))
            elif isinstance(leaf, Inclusion):
                codes.setdefault(leaf.indicator, set()).update(sorted(leaf.codes)[:4])
        for node in walk(criteria):
            if isinstance(node, ValueItem):
                bounds.setdefault(node.indicator, set()).add(Fraction(node.full))
            elif isinstance(node, BandedItem) and node.mark is not None:
                ends = {Fraction(end) for band in node.bands for end in (band.least, band.points)}
                bounds.setdefault(node.mark, set()).update(ends)
    for id, used in codes.items():
        for scheme in rulebase.indicators[id].schemes:
            used.update(sorted(rulebase.schemes[scheme].codes)[:2])
    return (
        {id: sorted(found) for id, found in bounds.items()},
        {id: sorted(found) for id, found in codes.items()},
    )
