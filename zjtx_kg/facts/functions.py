"""The functions that derive one indicator from others: a value, or its exact range over intervals.

A function has a value where all its figures are known (:attr:`Function.at`, ``None`` where it is not
defined), and a range where they are known to lie in intervals (:attr:`Function.over`). The range is found
where the function is extreme: at the ends where it is monotone in each argument, and for the mean of two
growth rates also at the inner minimum of the middle year. So a derived interval is never wider than what is
known warrants. A denominator that can be 0 leaves nothing known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from zjtx_kg.exact import Exact, Fraction, Surd, sqrt, whole
from zjtx_kg.facts.knowledge import ANYTHING, Interval

__all__ = ["FUNCTIONS", "Function"]

Rational = int | Fraction
#: The figures of a year as functions see them: rational ends, open where they are ``None``.
Span = tuple[Rational | None, Rational | None]


class Function(NamedTuple):
    """A function of figures: its value at a point, and its range over spans."""

    at: Callable[..., Exact | None]
    over: Callable[..., Interval]


def _quotient(a: Rational, b: Rational) -> Rational | None:
    return whole(Fraction(a, b)) if b > 0 else None


def ratio(a: Span, b: Span) -> Interval:
    """The range of ``a / b``.

    >>> ratio(Interval(30, 60), Interval(1000, 2000))
    Interval(lo=Fraction(3, 200), hi=Fraction(3, 50))
    >>> ratio(Interval(30, 30), Interval(0, 10))
    Interval(lo=None, hi=None)
    """
    (a_lo, a_hi), (b_lo, b_hi) = a, b
    if b_lo is None or b_lo <= 0:
        return ANYTHING
    return Interval(
        _end(a_lo, b_hi if a_lo is not None and a_lo >= 0 else b_lo),
        _end(a_hi, b_lo if a_hi is not None and a_hi >= 0 else b_hi),
    )


def _end(a: Rational | None, b: Rational | None) -> Rational | None:
    """The end of a quotient; over ever larger denominators it nears 0."""
    if a is None:
        return None
    return 0 if b is None else whole(Fraction(a, b))


def _growth(a: Rational, b: Rational) -> Rational | None:
    return whole(Fraction(a, b)) - 1 if b > 0 else None


def growth(a: Span, b: Span) -> Interval:
    """The range of ``a / b - 1``: the growth from ``b`` to ``a``."""
    lo, hi = ratio(a, b)
    return Interval(None if lo is None else lo - 1, None if hi is None else hi - 1)


def _sum(*figures: Rational) -> Rational:
    return sum(figures)


def total(*spans: Span) -> Interval:
    """The range of a sum; what one figure is at least, the sum is at least.

    >>> total(Interval(100, 120), Interval(50, None))
    Interval(lo=150, hi=None)
    """
    return Interval(_sum_of_ends(span[0] for span in spans), _sum_of_ends(span[1] for span in spans))


def _sum_of_ends(ends: Iterable[Rational | None]) -> Rational | None:
    found: Rational = 0
    for end in ends:
        if end is None:
            return None
        found += end
    return found


def _mean(*figures: Rational) -> Rational:
    return whole(Fraction(sum(figures), len(figures)))


def mean(*spans: Span) -> Interval:
    lo, hi = total(*spans)
    count = len(spans)
    return Interval(_end(lo, count), _end(hi, count))  # type: ignore[arg-type]


def _mean_growth(a: Rational, b: Rational, c: Rational) -> Rational | None:
    return _mean_growth_of(a, b, c) if b > 0 and c > 0 else None


def _mean_growth_of(a: Rational, b: Rational, c: Rational) -> Rational:
    return whole((Fraction(a, b) + Fraction(b, c)) / 2 - 1)


def mean_growth(a: Span, b: Span, c: Span) -> Interval:
    """The mean of the growth from ``c`` to ``b`` and from ``b`` to ``a``: ``(a/b + b/c) / 2 - 1``.

    It rises with a and falls with c. In b it is lowest at √(a·c), where it equals the compound growth, and
    highest at an end.
    """
    (a_lo, a_hi), (b_lo, b_hi), (c_lo, c_hi) = a, b, c
    if b_lo is None or c_lo is None or b_lo <= 0 or c_lo <= 0:
        return ANYTHING
    lowest = None if a_lo is None else _lowest(a_lo, b_lo, b_hi, c_hi)
    if a_hi is None or b_hi is None:
        return Interval(lowest, None)
    return Interval(lowest, max(_mean_growth_of(a_hi, b_lo, c_lo), _mean_growth_of(a_hi, b_hi, c_lo)))


def _lowest(a: Rational, b_lo: Rational, b_hi: Rational | None, c: Rational | None) -> Exact:
    if c is None:  # the earliest year may be as large as you like, so the second term vanishes
        return -1 if b_hi is None else whole(Fraction(a, b_hi) / 2 - 1)
    square = a * c
    if b_lo * b_lo >= square:
        return _mean_growth_of(a, b_lo, c)
    if b_hi is not None and b_hi * b_hi <= square:
        return _mean_growth_of(a, b_hi, c)
    return _less_one(sqrt(Fraction(a, c)))


def _compound_growth(a: Rational, c: Rational) -> Exact | None:
    return _less_one(sqrt(Fraction(a, c))) if c > 0 else None


def compound_growth(a: Span, c: Span) -> Interval:
    """Yearly growth over two years: ``√(a / c) - 1``, exact also where the root is irrational.

    >>> compound_growth(Interval(11025, 11025), Interval(10000, 10000))
    Interval(lo=Fraction(1, 20), hi=Fraction(1, 20))
    """
    lo, hi = ratio(a, c)
    return Interval(
        _less_one(sqrt(lo)) if isinstance(lo, Rational) else None,
        _less_one(sqrt(hi)) if isinstance(hi, Rational) else None,
    )


def _less_one(root: Exact) -> Exact:
    return root - 1 if isinstance(root, Surd) else whole(root - 1)


def _ratio_of_sums(*figures: Rational) -> Rational | None:
    half = len(figures) // 2
    return _quotient(sum(figures[:half]), sum(figures[half:]))


def ratio_of_sums(*spans: Span) -> Interval:
    """The range of the sum of the first half of the figures over the sum of the second half."""
    half = len(spans) // 2
    return ratio(total(*spans[:half]), total(*spans[half:]))  # type: ignore[arg-type]


def _scored_growth(a: Rational, b: Rational, c: Rational) -> Rational:
    """Growth over three years as 国科发火〔2016〕195号 scores it: ``(a/b + b/c) / 2 - 1``, never below 0.

    Where the first year is 0 the last two count; where the second is 0, or a figure is negative, the growth
    is 0.

    >>> _scored_growth(12, 10, 0), _scored_growth(5, 0, 9)
    (Fraction(1, 5), 0)
    """
    if a < 0 or b <= 0 or c < 0:
        return 0
    value = _mean_growth_of(a, b, c) if c > 0 else whole(Fraction(a, b) - 1)
    return max(0, value)


def scored_growth(a: Span, b: Span, c: Span) -> Interval:
    """The range of the scored growth. Over spans that reach 0 nothing is known but that it is not below."""
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


def _scored_net_growth(*figures: Rational) -> Rational:
    return _scored_growth(*(figures[n] - figures[n + 1] for n in (0, 2, 4)))


def scored_net_growth(*spans: Span) -> Interval:
    """:func:`scored_growth` of assets less liabilities: both of the last year, then of the years before."""
    return scored_growth(*(_difference(spans[n], spans[n + 1]) for n in (0, 2, 4)))


def _difference(a: Span, b: Span) -> Span:
    lo = None if a[0] is None or b[1] is None else a[0] - b[1]
    return lo, None if a[1] is None or b[0] is None else a[1] - b[0]


#: The functions that ``z:function`` names.
FUNCTIONS: Final[Mapping[str, Function]] = {
    "figureOf": Function(lambda figure: figure, lambda span: Interval(*span)),
    "ratio": Function(_quotient, ratio),
    "sum": Function(_sum, total),
    "mean": Function(_mean, mean),
    "growth": Function(_growth, growth),
    "meanGrowth": Function(_mean_growth, mean_growth),
    "compoundGrowth": Function(_compound_growth, compound_growth),
    "ratioOfSums": Function(_ratio_of_sums, ratio_of_sums),
    "scoredGrowth": Function(_scored_growth, scored_growth),
    "scoredNetGrowth": Function(_scored_net_growth, scored_net_growth),
}
