"""What is known of every indicator on a day: inputs, implied bounds, derived values with their intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from zjtx_kg.errors import Problem, ProfileError
from zjtx_kg.exact import Exact, Fraction, Surd, rounded, whole
from zjtx_kg.facts.functions import FUNCTIONS, Function
from zjtx_kg.facts.knowledge import Interval, Known, intersect
from zjtx_kg.facts.profile import Profile, at_cells
from zjtx_kg.facts.questionnaire import Answers, grade
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.model import (
    Classification,
    ClassificationRow,
    Indicator,
    Place,
    Rational,
    Threshold,
    ValueType,
)

__all__ = ["Facts", "deriver", "facts_of", "last_complete_year"]

_PERCENT: Final = 100
#: The function that counts days from a date of the profile to the day of assessment.
DAYS_SINCE: Final = "daysSince"


def last_complete_year(day: date) -> int:
    """The last fiscal year that is over on a day; fiscal years are calendar years in China.

    >>> last_complete_year(date(2025, 12, 31)), last_complete_year(date(2026, 1, 1))
    (2024, 2025)
    """
    return day.year - 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known on a day, indicator by indicator; numbers carry the bounds that always hold.

    ``inapplicable`` names derived indicators that cannot exist for this company, such as a size class in an
    industry that the size standard does not cover.
    """

    as_of: date
    last_year: int
    known: Mapping[str, Known]
    figures: tuple[Mapping[str, Interval], ...]
    inapplicable: frozenset[str] = frozenset()

    def figure(self, indicator: str, years_back: int = 0) -> Interval:
        """What is known of a year's figure; ``years_back`` counts from the last complete year."""
        return self.figures[years_back][indicator]


def facts_of(profile: Profile, as_of: date, rulebase: Rulebase, readings: Iterable[str] = ()) -> Facts:
    """Derive everything that a profile lets us know on a day; answers to a questionnaire as ``readings`` say.

    Raises :class:`ProfileError` where a derived figure that was given contradicts its own figures.
    """
    try:
        return deriver(rulebase).facts(profile, as_of, readings)
    except ProfileError as error:
        raise at_cells(error, profile.cells) from None


@lru_cache(maxsize=8)
def deriver(rulebase: Rulebase) -> Deriver:
    return Deriver(rulebase)


class Deriver:
    """The derivations of a rule base, prepared once."""

    def __init__(self, rulebase: Rulebase) -> None:
        indicators = rulebase.indicators.values()
        self.rulebase = rulebase
        self.natural = {i.id: _natural(i, rulebase) for i in indicators if _is_number(i)}
        years = [i for i in indicators if i.place is Place.YEAR]
        states = [i for i in indicators if i.place is Place.FACT]
        self.open_figures = {i.id: self.natural[i.id] for i in years}
        self.closed_figures = {i.id: _closed(i, self.natural[i.id]) for i in years}
        self.open_states: dict[str, Known] = {i.id: self.natural.get(i.id) for i in states}
        self.closed_states = {i.id: _closed(i, self.natural.get(i.id)) for i in states}
        self.year_parts = _parts(years)
        self.fact_parts = _parts(states)
        self.derived = [self._derivation(i) for i in indicators if i.place is Place.DERIVED]
        industries = rulebase.schemes["gbt4754"].codes
        self.rows = {id: _rows_of(table, industries) for id, table in rulebase.classifications.items()}
        self.classifying = {id: _figures_read(table) for id, table in rulebase.classifications.items()}
        self.years_back = max(
            (a.years_back for i in indicators if i.derivation for a in i.derivation.arguments),
            default=0,
        )

    def _derivation(self, indicator: Indicator) -> _Derived:
        derivation = indicator.derivation
        assert derivation is not None
        natural = self.natural[indicator.id]
        if derivation.classification is not None:
            return _Derived(
                indicator.id,
                None,
                (),
                False,
                natural,
                self.rulebase.classifications[derivation.classification],
            )
        if derivation.function == DAYS_SINCE:
            since = derivation.arguments[0].indicator
            return _Derived(indicator.id, None, (), False, natural, None, since)
        percent = indicator.unit is not None and indicator.unit.id == "percent"
        arguments = tuple((a.years_back, a.indicator) for a in derivation.arguments)
        return _Derived(
            indicator.id,
            FUNCTIONS[derivation.function],
            arguments,
            percent,
            natural,
            None,
        )

    def sources(self, id: str, facts: Facts, *, every: bool = False) -> list[str]:
        """The places of a profile that could tell more about an indicator, or every place it is read from."""
        indicator = self.rulebase.indicators[id]
        if indicator.place is Place.RECORD:
            return [id]
        if indicator.place is Place.FACT:
            return [f"facts.{id}"]
        if indicator.place is Place.YEAR:
            return [f"years.{facts.last_year}.{id}"]
        derivation = indicator.derivation
        assert derivation is not None
        if derivation.function == DAYS_SINCE:
            return [argument.indicator for argument in derivation.arguments]
        if derivation.classification is not None:
            read = self.classifying[derivation.classification]
            figures = [
                f"years.{facts.last_year}.{id}" for id in read if every or not facts.figure(id).settled
            ]
            return figures if facts.known["industry"] and not every else ["industry", *figures]
        return [
            f"years.{facts.last_year - argument.years_back}.{argument.indicator}"
            for argument in derivation.arguments
            if every or not facts.figure(argument.indicator, argument.years_back).settled
        ]

    # --- deriving -----------------------------------------------------------------------------------

    def facts(self, profile: Profile, as_of: date, readings: Iterable[str] = ()) -> Facts:
        last = last_complete_year(as_of)
        figures = [self._figures(profile, last - back) for back in range(self.years_back + 1)]
        known: dict[str, Known] = {**figures[0], **self._states(profile, readings)}
        known["titles"] = () if profile.titles is None and profile.closed else profile.titles
        known["awards"] = () if profile.awards is None and profile.closed else profile.awards
        known["industry"] = profile.industry
        known["region"] = profile.region
        inapplicable = []
        for derived in self.derived:
            value = self._value(derived, figures, profile, as_of)
            if value is None:
                inapplicable.append(derived.id)
                value = derived.natural
            given = profile.facts.get(derived.id)
            if isinstance(given, Interval):
                value = _agree(derived.id, value, given, profile.places.get(derived.id, 0))
            known[derived.id] = value
        return Facts(as_of, last, known, tuple(figures), frozenset(inapplicable))

    def _value(
        self, derived: _Derived, figures: list[dict[str, Interval]], profile: Profile, as_of: date
    ) -> Interval | None:
        """What follows for a derived indicator; ``None`` where it does not apply to the company."""
        if derived.since is not None:
            start = getattr(profile, derived.since)
            return derived.natural if start is None else _point(max(0, (as_of - start).days))
        table = derived.classification
        if table is not None:
            if profile.industry is None:
                return derived.natural
            rows = self.rows[table.id][profile.industry]
            return _classify(table.otherwise_rank, rows, figures[0], derived.natural)
        assert derived.function is not None
        spans = [figures[back][id] for back, id in derived.arguments]
        points = []
        for lo, hi in spans:
            if lo is not hi or lo is None:
                break
            points.append(lo)
        else:
            value = derived.function.at(*points)
            if value is None:
                return derived.natural
            return _point(_hundredfold(value) if derived.percent else value)
        span = derived.function.over(*spans)
        return intersect(_percent(span) if derived.percent else span, derived.natural) or derived.natural

    def _figures(self, profile: Profile, year: int) -> dict[str, Interval]:
        figures = dict(self.closed_figures if profile.closed else self.open_figures)
        given = profile.years.get(year)
        if given:
            for id, value in given.items():
                lo, hi = value
                settled = lo is hi and lo is not None
                figures[id] = value if settled else intersect(value, self.natural[id]) or value
            _propagate(figures, self.year_parts)
        return figures

    def _states(self, profile: Profile, readings: Iterable[str]) -> dict[str, Known]:
        known = dict(self.closed_states if profile.closed else self.open_states)
        natural = self.natural
        for id, value in profile.facts.items():
            if id not in known:
                continue  # a derived indicator
            if isinstance(value, Interval) and (value.lo is not value.hi or value.lo is None):
                value = intersect(value, natural[id]) or value
            known[id] = value
        if profile.digital is not None:
            self._graded(profile.digital, known, readings)
        _propagate(known, self.fact_parts)
        return known

    def _graded(self, answers: Answers, known: dict[str, Known], readings: Iterable[str]) -> None:
        """What answers to a questionnaire say of the indicator that it determines."""
        grading = grade(answers, self.rulebase, readings)
        id = grading.questionnaire.determines
        before = known[id]
        if grading.level is not None and isinstance(before, Interval):
            known[id] = _agree(id, grading.level, before, None)


@dataclass(frozen=True, slots=True)
class _Derived:
    id: str
    function: Function | None
    arguments: tuple[tuple[int, str], ...]
    percent: bool
    natural: Interval
    classification: Classification | None
    since: str | None = None


def _is_number(indicator: Indicator) -> bool:
    return indicator.type in (ValueType.DECIMAL, ValueType.INTEGER, ValueType.CODE)


def _natural(indicator: Indicator, rulebase: Rulebase) -> Interval:
    """The bounds that always hold; for an ordered code, its lowest and highest rank."""
    if indicator.type is ValueType.CODE:
        ranks = [
            c.rank
            for s in indicator.schemes
            for c in rulebase.schemes[s].codes.values()
            if c.rank is not None
        ]
        return Interval(min(ranks), max(ranks))
    return Interval(indicator.lowest, indicator.highest)


def _point(value: Exact) -> Interval:
    return Interval(value, value)


def _percent(value: Interval) -> Interval:
    lo, hi = value
    return Interval(None if lo is None else _hundredfold(lo), None if hi is None else _hundredfold(hi))


def _hundredfold(value: Exact) -> Exact:
    many = value * _PERCENT
    return many if isinstance(many, Surd) else whole(many)


def _closed(indicator: Indicator, otherwise: Known) -> Any:
    """What absence stands for under ``assume: closed``."""
    absent = indicator.closed
    if absent is None:
        return otherwise
    if isinstance(absent, bool):
        return absent
    return frozenset() if isinstance(absent, tuple) else Interval(absent, absent)


def _parts(indicators: list[Indicator]) -> tuple[tuple[str, str], ...]:
    """(part, whole) pairs, the deepest parts first."""
    wholes = {i.id: i.at_most for i in indicators}

    def depth(id: str) -> int:
        return max((1 + depth(w) for w in wholes.get(id, ())), default=0)

    pairs = [(part, whole) for part, over in wholes.items() for whole in over]
    return tuple(sorted(pairs, key=lambda pair: -depth(pair[0])))


def _propagate(values: dict[str, Any], parts: tuple[tuple[str, str], ...]) -> None:
    """A whole is at least its parts; a part is at most its whole. Two passes reach every chain."""
    for part, all_ in parts:
        low, (lo, hi) = values[part].lo, values[all_]
        if lo is not hi and low is not None and (lo is None or low > lo):
            values[all_] = Interval(low, hi)
    for part, all_ in reversed(parts):
        high, (lo, hi) = values[all_].hi, values[part]
        if lo is not hi and high is not None and (hi is None or high < hi):
            values[part] = Interval(lo, high)


def _agree(id: str, computed: Interval, given: Interval, places: int | None) -> Interval:
    """Both together. A figure stated with two decimals agrees with one that rounds to it; ``None`` decimals
    are exact."""
    both = intersect(computed, given)
    if both is not None:
        return both
    slack = 0 if places is None else Fraction(1, 2 * 10**places)
    wider = Interval(
        None if given.lo is None else given.lo - slack,
        None if given.hi is None else given.hi + slack,
    )
    both = intersect(computed, wider)
    if both is None:
        raise ProfileError(
            "profile",
            [
                Problem(
                    "disagrees",
                    f"facts.{id}",
                    _text(given),
                    {"computed": _text(computed)},
                )
            ],
            count=1,
        )
    return both


def _text(value: Interval) -> str:
    def end(number: Exact | None) -> str:
        return "?" if number is None else f"{rounded(number):f}"

    return end(value.lo) if value.settled else f"{end(value.lo)} – {end(value.hi)}"


# --- classification ---------------------------------------------------------------------------------

#: The levels of a row from the highest down: rank, and the lower bounds that must hold together.
_Levels = tuple[tuple[int, tuple[tuple[str, Rational], ...]], ...]


def _classify(
    lowest: int, rows: frozenset[_Levels | None], figures: Mapping[str, Interval], natural: Interval
) -> Interval | None:
    """The ranks a company can have; ``None`` where the table does not cover its industry."""
    covered = [row for row in rows if row is not None]
    if not covered:
        return None
    if len(covered) < len(rows):
        return natural
    ranks = [_ranks(lowest, row, figures) for row in covered]
    lo, hi = min(low for low, _ in ranks), max(high for _, high in ranks)
    return Interval(lo, lo) if lo == hi else Interval(lo, hi)


def _ranks(lowest: int, row: _Levels, figures: Mapping[str, Interval]) -> tuple[int, int]:
    """The rank at the low ends of the figures and at their high ends."""
    high = None
    for rank, bounds in row:
        certain = possible = True
        for id, bound in bounds:
            lo, hi = figures[id]
            if lo is None or lo < bound:
                certain = False
                if hi is not None and hi < bound:
                    possible = False
                    break
        if possible and high is None:
            high = rank
        if certain:
            return rank, rank if high is None else high
    return lowest, lowest if high is None else high


def _levels(row: ClassificationRow) -> _Levels:
    return tuple(
        (case.rank, tuple((b.indicator, b.bound) for b in case.when.members if isinstance(b, Threshold)))
        for case in row.cases
    )


def _figures_read(table: Classification) -> list[str]:
    leaves = (leaf for row in table.rows for case in row.cases for leaf in case.when.members)
    return sorted({leaf.indicator for leaf in leaves if isinstance(leaf, Threshold)})


def _rows_of(table: Classification, classes: Iterable[str]) -> Mapping[str, frozenset[_Levels | None]]:
    """For each code of an industry list, the rows that its classes fall under; ``None`` where no row does.

    Codes nest by prefix: all classes of ``C`` are industry, those of ``G`` fall under several rows and none.
    """
    row_of = {code: _levels(row) for row in table.rows for code in row.industries}
    codes = sorted(classes)
    found: dict[str, set[_Levels | None]] = {}
    for code, following in zip(codes, [*codes[1:], ""], strict=True):
        if following.startswith(code):
            continue  # not a class: others lie below it
        prefixes = [code[:length] for length in range(1, len(code) + 1)]
        covering: set[_Levels | None] = {row_of[p] for p in prefixes if p in row_of}
        for prefix in prefixes:
            found.setdefault(prefix, set()).update(covering or {None})
    return {code: frozenset(rows) for code, rows in found.items()}
