"""What is known of an indicator: a value, an interval, a set of codes, records, or nothing.

Zero, ``False`` and an empty list are knowledge; ``None`` in their place means that nothing is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from zjtx_kg.exact import Exact

__all__ = [
    "ANYTHING",
    "AwardRecord",
    "Interval",
    "Known",
    "TitleRecord",
    "exactly",
    "intersect",
    "is_settled",
]


class Interval(NamedTuple):
    """A number known to lie between ``lo`` and ``hi``, both included; ``None`` is an open end.

    >>> Interval(3, 3).settled, Interval(0, None).settled
    (True, False)
    """

    lo: Exact | None
    hi: Exact | None

    @property
    def settled(self) -> bool:
        """Whether the value is known exactly."""
        return self.lo is not None and self.lo == self.hi

    def __contains__(self, value: object) -> bool:
        return (self.lo is None or self.lo <= value) and (self.hi is None or value <= self.hi)  # type: ignore[operator]


#: Nothing is known of a number.
ANYTHING: Final = Interval(None, None)


@dataclass(frozen=True, slots=True)
class TitleRecord:
    """A title and its period, both days included; a day that is not known is ``None``."""

    title: str
    granted: date | None
    expires: date | None


@dataclass(frozen=True, slots=True)
class AwardRecord:
    award: str
    year: int | None
    rank: int | None


Known = Interval | bool | frozenset[str] | str | tuple[TitleRecord, ...] | tuple[AwardRecord, ...] | None


def exactly(value: Exact) -> Interval:
    return Interval(value, value)


def intersect(first: Interval, second: Interval) -> Interval | None:
    """What both say together; ``None`` where they contradict each other.

    >>> intersect(Interval(0, None), Interval(-5, 7))
    Interval(lo=0, hi=7)
    >>> intersect(Interval(0, 1), Interval(2, 3)) is None
    True
    """
    lo = first.lo if second.lo is None or (first.lo is not None and first.lo >= second.lo) else second.lo
    hi = first.hi if second.hi is None or (first.hi is not None and first.hi <= second.hi) else second.hi
    if lo is not None and hi is not None and lo > hi:
        return None
    return Interval(lo, hi)


def is_settled(known: Known) -> bool:
    """Whether nothing more can be learned: an exact number, a truth value, a complete list."""
    return known.settled if isinstance(known, Interval) else known is not None
