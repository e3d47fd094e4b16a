"""The inputs of a company that a plan may change: what is known of each, and the values it may take.

An input is a place of the profile: a figure of a year, a fact, a list of codes, titles, awards. What is known
exactly changes as its change model allows. What is not known may also be *shown* to have any value that is
still possible, without any change in the company; that counts as a change of the profile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil, floor
from typing import Any, Final

from zjtx_kg.exact import Fraction, Surd
from zjtx_kg.facts.knowledge import AwardRecord, Interval, TitleRecord
from zjtx_kg.rulebase.model import Change, ChangeMode, Indicator, Rational, Toward

__all__ = ["GIVEN", "STATE", "Choice", "Key", "Number", "Option", "Quantity", "number"]

#: An input: its indicator, and the years before the last one, or one of the two marks below.
Key = tuple[str, int]
#: A fact on the day of assessment.
STATE: Final = -1
#: A derived indicator that the profile gives because its figures are not known.
GIVEN: Final = -2

#: Amounts beyond a trillion yuan (in 万元) are not searched: no company of the field is near it.
_MOST: Final = 10**8
MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Number:
    """A number that may change to ``step·k`` for a whole ``k`` from ``least`` to ``most``.

    ``lo`` and ``hi`` are the ends of what is known; they are equal where the number is known exactly.
    ``scale`` is what a change is measured against.
    """

    key: Key
    path: str
    indicator: Indicator
    change: Change
    lo: Rational | None
    hi: Rational | None
    step: Rational
    least: int
    most: int
    scale: Rational
    reference: Rational | None

    @property
    def settled(self) -> bool:
        return self.lo is not None and self.lo == self.hi

    @property
    def present(self) -> Rational:
        """The present value of a number that is known exactly."""
        assert self.lo is not None
        return self.lo

    @property
    def rises(self) -> bool:
        """Whether a value above everything that is possible now can be reached."""
        return self.hi is not None and self.most * self.step > self.hi

    @property
    def falls(self) -> bool:
        return self.lo is not None and self.least * self.step < self.lo

    @property
    def lead(self) -> int:
        """Months that a change takes at least; a year further back needs another year of results."""
        return self.change.lead_months + MONTHS_A_YEAR * max(0, self.key[1])

    def inside(self, value: Rational) -> bool:
        """Whether a value is possible already, so that it need only be shown."""
        return (self.lo is None or self.lo <= value) and (self.hi is None or value <= self.hi)


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice, or one member to add to a list."""

    value: Any
    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An input that takes one of ``options``, or, where it ``gathers``, any number of them in addition.

    ``known`` is what is known now; ``None`` where nothing is.
    """

    key: Key
    path: str
    indicator: Indicator
    change: Change
    known: bool | frozenset[str] | str | date | tuple[TitleRecord, ...] | tuple[AwardRecord, ...] | None
    options: tuple[Option, ...]
    gathers: bool

    @property
    def settled(self) -> bool:
        return self.known is not None

    @property
    def lead(self) -> int:
        return self.change.lead_months


Quantity = Number | Choice


def number(
    key: Key,
    path: str,
    indicator: Indicator,
    change: Change,
    known: Interval,
    natural: Interval,
    reference: Rational | None,
) -> Number | None:
    """A number with the values it may take; ``None`` where it cannot take another one."""
    step = 1 if indicator.unit is None and _is_whole(change.step) else change.step
    lo, hi = _rational(known.lo, up=False), _rational(known.hi, up=True)
    low = _greatest(natural.lo, change.lowest, default=-_MOST)
    high = _least(natural.hi, change.highest, default=_MOST)
    settled = lo is not None and lo == hi
    fixed = change.mode is ChangeMode.FIXED or (settled and key[1] > change.years_back)
    bottom = low if change.toward is not Toward.UP and not fixed else lo if lo is not None else low
    top = high if change.toward is not Toward.DOWN and not fixed else hi if hi is not None else high
    least, most = ceil(Fraction(max(bottom, low), step)), floor(Fraction(min(top, high), step))
    if settled and lo is not None:
        if change.toward is Toward.UP and least * step == lo:
            least += 1
        if change.toward is Toward.DOWN and most * step == lo:
            most -= 1
        if fixed:
            return None
    if least > most:
        return None
    present = lo if settled and lo else change.typical or 1
    scale = max(present, -present)
    return Number(key, path, indicator, change, lo, hi, step, least, most, scale, reference)


def _is_whole(value: Rational) -> bool:
    return value.denominator == 1


def _rational(value: Any, *, up: bool) -> Rational | None:
    """An end as a rational; a root is moved outwards by a millionth, which is on the safe side."""
    if isinstance(value, Surd):
        from zjtx_kg.exact import rounded

        near = Fraction(rounded(value, 6))
        return near + Fraction(1, 10**6) if up else near - Fraction(1, 10**6)
    found: Rational | None = value
    return found


def _greatest(*values: Any, default: Rational) -> Rational:
    found: Rational = max((v for v in values if v is not None), default=default)
    return found


def _least(*values: Any, default: Rational) -> Rational:
    found: Rational = min((v for v in values if v is not None), default=default)
    return found
