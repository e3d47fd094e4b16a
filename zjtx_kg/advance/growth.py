"""Bounds on means of growth rates: linear in the last year once the years before it are fixed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import floor
from typing import Final

from zjtx_kg.advance.inputs import Key, Number
from zjtx_kg.exact import Fraction, whole
from zjtx_kg.facts.functions import mean_growth, scored_growth
from zjtx_kg.facts.knowledge import Interval
from zjtx_kg.rulebase.model import Rational

__all__ = ["Past", "ladder", "least_last", "pasts", "terms_of"]

#: At most so many combinations of earlier years are offered where they are not known.
_MOST: Final = 36
#: Half, equal, double: earlier years are tried at these multiples of a likely value.
_MULTIPLES: Final = tuple(
    Fraction(*pair)
    for pair in ((1, 1), (9, 10), (1, 2), (3, 4), (1, 4), (1, 10), (5, 4), (2, 1), (5, 1), (10, 1), (1, 100))
)
_GRID: Final = 100
_FAR: Final = 10**8

#: A year's quantity as signed figures: revenue, or assets less liabilities.
Terms = tuple[tuple[int, Key], ...]
#: A choice of values for the earlier years; ``None`` leaves a figure as it is.
Past = tuple[tuple[Key, int | None], ...]


def terms_of(function: str, keys: Sequence[Key]) -> tuple[Terms, Terms, Terms]:
    """The quantity of the last year, of the year before, and of the first."""
    if function == "scoredNetGrowth":
        return tuple(((1, keys[n]), (-1, keys[n + 1])) for n in (0, 2, 4))  # type: ignore[return-value]
    return tuple(((1, key),) for key in keys)  # type: ignore[return-value]


def ladder(number: Number, count: int) -> list[int]:
    """Values (in steps) to try for an earlier year of which nothing exact is known, the likeliest first."""
    likely = number.reference or number.lo or number.hi or number.scale
    wanted: list[Rational] = [likely * multiple for multiple in _MULTIPLES]
    wanted[1:1] = [end for end in (number.lo, number.hi) if end is not None and end > 0]
    steps = (min(max(floor(Fraction(v, number.step)), number.least), number.most) for v in wanted)
    return list(dict.fromkeys(n for n in steps if n > 0))[:count]


def pasts(active: Sequence[Number]) -> Iterator[Past]:
    """Combinations of values for the earlier years that can change."""
    count = max(1, int(_MOST ** (1 / len(active)))) if active else 0
    values = [[None, *ladder(number, count)] for number in active]
    for chosen in product(*values):
        yield tuple((number.key, steps) for number, steps in zip(active, chosen, strict=True))


def least_last(
    function: str, middle: Interval, first: Interval, edge: Rational, *, strict: bool
) -> tuple[Rational, bool] | None:
    """What the last year must reach (``True``: exceed) for growth to reach ``edge``; ``None``: nothing does.

    >>> least_last("meanGrowth", Interval(110, 110), Interval(100, 100), Fraction(5, 100), strict=False)
    (110, False)
    """
    scored = function != "meanGrowth"
    if middle.settled and first.settled:
        b, c = Fraction(middle.lo), Fraction(first.lo)  # type: ignore[arg-type]
        if b <= 0 or c < 0 or (c == 0 and not scored):
            return None
        least = b * (1 + edge) if c == 0 else b * (2 * (1 + edge) - b / c)
        return (0, False) if scored and least < 0 else (whole(least), strict)
    growth = scored_growth if scored else mean_growth

    def reaches(steps: int) -> bool:
        last = Fraction(steps, _GRID)
        low = growth((last, last), middle, first).lo  # type: ignore[arg-type]
        return low is not None and (low > edge if strict else low >= edge)

    low, high = 0, _FAR * _GRID
    if not reaches(high):
        return None
    while low < high:
        half = (low + high) // 2
        if reaches(half):
            high = half
        else:
            low = half + 1
    return Fraction(low, _GRID), False
