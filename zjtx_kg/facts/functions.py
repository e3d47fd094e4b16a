"""The functions that derive one indicator from others, each with its exact range over intervals.

The range of a function over a box of intervals is found where it is extreme: at the ends where it is
monotone in each argument, and for the mean of two growth rates also at the inner minimum of the middle
year. So a derived interval is never wider than what is known warrants. A denominator that can be 0 leaves
nothing known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from zjtx_kg.exact import Exact, Fraction, Surd, sqrt, whole
from zjtx_kg.facts.knowledge import ANYTHING, Interval

__all__ = ["FUNCTIONS"]

Rational = int | Fraction
#: The figures of a year as functions see them: rational ends, open where they are ``None``.
Span = tuple[Rational | None, Rational | None]


def figure(value: Span) -> Interval:
    return Interval(*value)


def ratio(a: Span, b: Span) -> Interval:
    """``a / b``.

    >>> ratio(Interval(30, 60), Interval(1000, 2000))
    Interval(lo=Fraction(3, 200), hi=Fraction(3, 50))
    >>> ratio(Interval(30, 30), Interval(0, 10))
    Interval(lo=None, hi=None)
    """
    (a_lo, a_hi), (b_lo, b_hi) = a, b
    if b_lo is None or b_lo <= 0:
        return ANYTHING
    if a_lo is a_hi and b_lo is b_hi and a_lo is not None:
        value = whole(Fraction(a_lo, b_lo))
        return Interval(value, value)
    return Interval(
        _quotient(a_lo, b_hi if a_lo is not None and a_lo >= 0 else b_lo),
        _quotient(a_hi, b_lo if a_hi is not None and a_hi >= 0 else b_hi),
    )


def _quotient(a: Rational | None, b: Rational | None) -> Rational | None:
    """The end of a quotient; over ever larger denominators it nears 0."""
    if a is None:
        return None
    return 0 if b is None else whole(Fraction(a, b))


def growth(a: Span, b: Span) -> Interval:
    """``a / b - 1``: the growth from ``b`` to ``a``."""
    lo, hi = ratio(a, b)
    low = None if lo is None else lo - 1
    return Interval(low, low if lo is hi else None if hi is None else hi - 1)


def total(*values: Span) -> Interval:
    """The sum of figures; what one of them is at least, the sum is at least.

    >>> total(Interval(100, 120), Interval(50, None))
    Interval(lo=150, hi=None)
    """
    lo, hi = _sum([value[0] for value in values]), _sum([value[1] for value in values])
    return Interval(lo, lo if lo == hi else hi)


def _sum(ends: list[Rational | None]) -> Rational | None:
    found: Rational = 0
    for end in ends:
        if end is None:
            return None
        found += end
    return found


def mean(*values: Span) -> Interval:
    lo, hi = _sum([value[0] for value in values]), _sum([value[1] for value in values])
    low = _quotient(lo, len(values))
    return Interval(low, low if lo == hi else _quotient(hi, len(values)))


def mean_growth(a: Span, b: Span, c: Span) -> Interval:
    """The mean of the growth from ``c`` to ``b`` and from ``b`` to ``a``: ``(a/b + b/c) / 2 - 1``.

    It rises with a and falls with c. In b it is lowest at √(a·c), where it equals the compound growth, and
    highest at an end.
    """
    (a_lo, a_hi), (b_lo, b_hi), (c_lo, c_hi) = a, b, c
    if b_lo is None or c_lo is None or b_lo <= 0 or c_lo <= 0:
        return ANYTHING
    if a_lo is a_hi and b_lo is b_hi and c_lo is c_hi and a_lo is not None:
        value = _mean_growth(a_lo, b_lo, c_lo)
        return Interval(value, value)
    lowest = None if a_lo is None else _lowest(a_lo, b_lo, b_hi, c_hi)
    if a_hi is None or b_hi is None:
        return Interval(lowest, None)
    at_low, at_high = _mean_growth(a_hi, b_lo, c_lo), _mean_growth(a_hi, b_hi, c_lo)
    return Interval(lowest, max(at_low, at_high))


def _mean_growth(a: Rational, b: Rational, c: Rational) -> Rational:
    return whole((Fraction(a, b) + Fraction(b, c)) / 2 - 1)


def _lowest(a: Rational, b_lo: Rational, b_hi: Rational | None, c: Rational | None) -> Exact:
    if c is None:  # the earliest year may be as large as you like, so the second term vanishes
        return -1 if b_hi is None else whole(Fraction(a, b_hi) / 2 - 1)
    square = a * c
    if b_lo * b_lo >= square:
        return _mean_growth(a, b_lo, c)
    if b_hi is not None and b_hi * b_hi <= square:
        return _mean_growth(a, b_hi, c)
    return _less_one(sqrt(Fraction(a, c)))


def ratio_of_sums(*values: Span) -> Interval:
    """The sum of the first half of the figures over the sum of the second half."""
    half = len(values) // 2
    return ratio(total(*values[:half]), total(*values[half:]))  # type: ignore[arg-type]


def scored_growth(a: Span, b: Span, c: Span) -> Interval:
    """Growth over three years as 国科发火〔2016〕195号 scores it: ``(a/b + b/c) / 2 - 1``, never below 0.

    Where the first year is 0 the last two count; where the second is 0, or a figure is negative, the growth
    is 0. Over intervals that reach 0 nothing is known but that it is not below.

    >>> scored_growth(Interval(12, 12), Interval(10, 10), Interval(0, 0))
    Interval(lo=Fraction(1, 5), hi=Fraction(1, 5))
    >>> scored_growth(Interval(5, 5), Interval(0, 0), Interval(9, 9))
    Interval(lo=0, hi=0)
    """
    (a_lo, a_hi), (b_lo, b_hi), (c_lo, c_hi) = a, b, c
    if a_lo is None or b_lo is None or c_lo is None:
        return Interval(0, None)
    if a_lo == a_hi and b_lo == b_hi and c_lo == c_hi:
        value = _scored_growth(a_lo, b_lo, c_lo)
        return Interval(value, value)
    if a_lo < 0 or b_lo <= 0 or c_lo <= 0:
        return Interval(0, None)
    lo, hi = mean_growth(a, b, c)
    return Interval(lo if lo is not None and lo > 0 else 0, hi if hi is None or hi > 0 else 0)


def _scored_growth(a: Rational, b: Rational, c: Rational) -> Rational:
    if a < 0 or b <= 0 or c < 0:
        return 0
    value = _mean_growth(a, b, c) if c > 0 else whole(Fraction(a, b) - 1)
    return max(0, value)


def scored_net_growth(*values: Span) -> Interval:
    """:func:`scored_growth` of assets less liabilities: both of the last year, then of the years before."""
    differences = [_difference(values[n], values[n + 1]) for n in (0, 2, 4)]
    return scored_growth(*differences)


def _difference(a: Span, b: Span) -> Span:
    lo = None if a[0] is None or b[1] is None else a[0] - b[1]
    return lo, None if a[1] is None or b[0] is None else a[1] - b[0]


def compound_growth(a: Span, c: Span) -> Interval:
    """Yearly growth over two years: ``√(a / c) - 1``, exact also where the root is irrational.

    >>> compound_growth(Interval(11025, 11025), Interval(10000, 10000))
    Interval(lo=Fraction(1, 20), hi=Fraction(1, 20))
    """
    lo, hi = ratio(a, c)
    low = _less_one(sqrt(lo)) if isinstance(lo, Rational) else None
    if lo is hi:
        return Interval(low, low)
    return Interval(low, _less_one(sqrt(hi)) if isinstance(hi, Rational) else None)


def _less_one(root: Exact) -> Exact:
    return root - 1 if isinstance(root, Surd) else whole(root - 1)


#: The functions that ``z:function`` names.
FUNCTIONS: Final[Mapping[str, Callable[..., Interval]]] = {
    "figureOf": figure,
    "ratio": ratio,
    "sum": total,
    "mean": mean,
    "growth": growth,
    "meanGrowth": mean_growth,
    "compoundGrowth": compound_growth,
    "ratioOfSums": ratio_of_sums,
    "scoredGrowth": scored_growth,
    "scoredNetGrowth": scored_net_growth,
}
