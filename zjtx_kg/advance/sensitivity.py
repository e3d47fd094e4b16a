"""Which slip would cost a company a tier that it meets: one input at a time, the smallest slip first.

A verdict sees an input only through bounds, so it can change only where a bound of some condition lies. These
places are found exactly; at each of them, and one step to either side, the company is assessed again, from
the present value outwards, until it is no longer eligible. Figures of earlier years are history and left
alone; the parts of a figure that falls fall with it, the wholes of one that grows grow with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil, floor
from typing import Any

from zjtx_kg.advance.apply import after, data_of
from zjtx_kg.advance.ends import rational_end
from zjtx_kg.advance.forms import GROWTH_MEANS, linear
from zjtx_kg.advance.growth import least_last, terms_of
from zjtx_kg.advance.inputs import STATE, Key
from zjtx_kg.advance.plans import Slip
from zjtx_kg.advance.space import Space
from zjtx_kg.errors import ProfileError
from zjtx_kg.exact import Fraction, whole
from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import Facts, facts_of
from zjtx_kg.facts.knowledge import Interval
from zjtx_kg.reasoning.assessment import ELIGIBLE, environment
from zjtx_kg.reasoning.wording import shown, wording
from zjtx_kg.rulebase.model import ChangeMode, Indicator, Place, Rational, ValueType
from zjtx_kg.texts import say

__all__ = ["slips"]


def slips(space: Space, lang: str) -> tuple[Slip, ...]:
    """The least slip of each input that the tier reads, by its size relative to the present value."""
    found = list(_Sensitivity(space, lang).slips())
    return tuple(sorted(found, key=lambda slip: (slip.share is None, slip.share or 0, slip.path)))


class _Sensitivity:
    def __init__(self, space: Space, lang: str) -> None:
        self.space = space
        self.lang = lang
        self.rules = space.rulebase
        self.words = wording(self.rules)

    def slips(self) -> Iterator[Slip]:
        for key in self.space.frame.ways:
            id, back = key
            indicator = self.rules.indicators[id]
            model = self.rules.changes.get(id)
            if back > 0 or model is None or model.mode is ChangeMode.FIXED or id in self.space.locked:
                continue
            known = self.space.known(key)
            if isinstance(known, Interval) and known.settled:
                yield from self._numbers(key, indicator, whole(known.lo), model.step)  # type: ignore[arg-type]
            elif isinstance(known, bool):
                yield from self._flip(key, indicator, known, not known)
            elif isinstance(known, frozenset):
                for code in sorted(known):
                    yield from self._flip(key, indicator, known, known - {code})

    # --- numbers ------------------------------------------------------------------------------------

    def _numbers(self, key: Key, indicator: Indicator, present: Rational, step: Rational) -> Iterator[Slip]:
        places = sorted({near for edge in self._edges(key) for near in _around(edge, step)})
        natural = self.space.frame.deriver.natural[indicator.id]
        inside = [place for place in places if place in natural]
        for outwards in (
            [place for place in reversed(inside) if place < present],
            [place for place in inside if place > present],
        ):
            for value in outwards:
                lost = self._lost({**self._followers(key, present, value), key: value})
                if lost:
                    yield self._slip(key, indicator, present, value, step, lost)
                    break

    def _followers(self, key: Key, present: Rational, value: Rational) -> dict[Key, Any]:
        """Parts that cannot stay above their whole, or wholes that cannot stay below their part."""
        frame = self.space.frame
        fallen = value < present
        related = frame.parts_of(key) if fallen else frame.wholes_of(key)
        found: dict[Key, Any] = {}
        for other in related:
            known = self.space.known(other)
            if known.settled and (known.lo > value if fallen else known.lo < value):
                found[other] = value
        return found

    def _edges(self, key: Key) -> Iterator[Rational]:
        """Where a condition that reads this input changes, everything else as it is."""
        for reading in self.space.frame.readings:
            if key not in [read for read, _ in reading.moves]:
                continue
            indicator = self.rules.indicators[reading.indicator]
            leaf = reading.leaf
            if leaf is None or leaf.edge is None:
                yield from self._points(indicator)
            elif indicator.derivation is None:
                yield leaf.edge
            elif indicator.derivation.classification is not None:
                yield from self._classes(indicator.derivation.classification, key[0])
            else:
                yield from self._solved(indicator, leaf.edge, key)

    def _points(self, indicator: Indicator) -> Iterator[Rational]:
        """An indicator whose value is points: any of them may be the one that is missing."""
        natural = self.space.frame.deriver.natural[indicator.id]
        low, high = rational_end(natural.lo, low=True), rational_end(natural.hi, low=False)
        if low is not None and high is not None:
            yield from range(ceil(low), floor(high) + 1)

    def _classes(self, table: str, id: str) -> Iterator[Rational]:
        for row in self.space.frame.deriver.rows[table].get(self.space.profile.industry or "", ()):
            for _, bounds in row or ():
                yield from (bound for name, bound in bounds if name == id)

    def _solved(self, indicator: Indicator, edge: Rational, key: Key) -> Iterator[Rational]:
        derivation = indicator.derivation
        assert derivation is not None
        keys: list[Key] = [(a.indicator, a.years_back) for a in derivation.arguments]
        values = {other: self.space.known(other) for other in keys}
        if any(not isinstance(known, Interval) or not known.settled for known in values.values()):
            return
        percent = indicator.unit is not None and indicator.unit.id == "percent"
        if derivation.function in GROWTH_MEANS:
            last, middle, first = terms_of(derivation.function, keys)
            b, c = (_total(terms, values) for terms in (middle, first))
            rate = Fraction(edge, 100) if percent else edge
            need = least_last(derivation.function, b, c, rate, strict=False)
            if need is not None:
                rest = sum(sign * values[other].lo for sign, other in last if other != key)
                sign = next(sign for sign, other in last if other == key)
                yield whole(Fraction(need[0] - rest) * sign)
            return
        form = linear(derivation.function, len(keys), edge, more=True, strict=False, percent=percent)
        if form is None or form.holds is not None:
            return
        terms = list(zip(form.coefficients, keys, strict=True))
        mine = sum(coefficient for coefficient, other in terms if other == key)
        rest = sum(coefficient * values[other].lo for coefficient, other in terms if other != key)
        if mine:
            yield whole(Fraction(form.least - rest) / mine)

    # --- everything else ----------------------------------------------------------------------------

    def _flip(self, key: Key, indicator: Indicator, known: Any, value: Any) -> Iterator[Slip]:
        data = data_of(self.space.profile, self.rules)
        if indicator.place is not Place.FACT or key[1] != STATE:
            return
        data["facts"][indicator.id] = sorted(value) if isinstance(value, frozenset) else value
        lost = self._blocking(data)
        if lost:
            words = [self.words.known(indicator, what, self.lang) for what in (known, value)]
            text = say(
                "advance.slip_flip",
                self.lang,
                label=indicator.label(self.lang),
                value=words[0],
                lost=words[1],
            )
            plain = [sorted(what) if isinstance(what, frozenset) else what for what in (known, value)]
            yield Slip(
                self.space.path(key),
                indicator.id,
                indicator.label(self.lang),
                plain[0],
                plain[0],
                plain[1],
                None,
                None,
                text,
                lost,
            )

    # --- judging ------------------------------------------------------------------------------------

    def _lost(self, values: Mapping[Key, Any]) -> tuple[str, ...]:
        return self._blocking(after(self.space, values))

    def _blocking(self, data: Mapping[str, Any]) -> tuple[str, ...]:
        """What the company would fail; nothing where it is still eligible, or where the data contradict."""
        program = self.space.frame.program
        try:
            facts: Facts = facts_of(Profile.from_dict(data, self.rules), self.space.facts.as_of, self.rules)
        except ProfileError:
            return ()
        env = environment(facts)
        if program.status(env) == ELIGIBLE:
            return ()
        return program.assess(env, facts, self.lang).blocking or (program.selection.criteria.id,)

    def _slip(
        self,
        key: Key,
        indicator: Indicator,
        present: Rational,
        lost: Rational,
        step: Rational,
        conditions: tuple[str, ...],
    ) -> Slip:
        share = Fraction(max(lost - present, present - lost), max(present, -present)) if present else None
        label = indicator.label(self.lang)
        if key[1] >= 0:
            label = say("advance.in_year", self.lang, label=label, year=self.space.facts.last_year)
        sign = "-" if lost < present else "+"
        words = [self.words.known(indicator, Interval(v, v), self.lang) for v in (present, lost)]
        text = say(
            "advance.slip",
            self.lang,
            label=label,
            value=words[0],
            lost=words[1],
            share="–" if share is None else f"{sign}{shown(share * 100)}%",
        )
        code = indicator.type is ValueType.CODE
        unit = indicator.unit.symbol if indicator.unit else None
        held = whole(Fraction(lost + step if lost < present else lost - step))
        plain = [self._code(indicator, value) if code else value for value in (present, held, lost)]
        path = self.space.path(key)
        return Slip(path, indicator.id, label, plain[0], plain[1], plain[2], share, unit, text, conditions)

    def _code(self, indicator: Indicator, rank: Rational) -> str:
        return self.rules.schemes[indicator.schemes[0]].by_rank(int(rank)).id


def _around(edge: Rational, step: Rational) -> Iterator[Rational]:
    """The multiples of a step at an edge and next to it."""
    low, high = floor(Fraction(edge, step)), ceil(Fraction(edge, step))
    for steps in (low - 1, low, high, high + 1):
        yield whole(Fraction(steps * step))


def _total(terms: Any, values: Mapping[Key, Interval]) -> Interval:
    total = sum(sign * values[key].lo for sign, key in terms)
    return Interval(total, total)
