"""Checks on points that score tables and questionnaires share: parts that add up, reachable bands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from zjtx_kg.errors import Problem
from zjtx_kg.rulebase.model import Band, Rational, Threshold

__all__ = ["adds_up", "bands", "within"]


def adds_up(path: str, full: Rational, parts: Iterable[Rational]) -> Iterator[Problem]:
    """The parts of a score make up its full marks."""
    total = sum(parts)
    if total != full:
        yield Problem("does_not_add_up", path, str(total), {"full": str(full)})


def within(path: str, what: str, value: Rational, full: Rational) -> Iterator[Problem]:
    """Points lie between nothing and full marks."""
    if not 0 <= value <= full:
        yield Problem("outside_full", path, str(value), {"property": what, "full": str(full)})


def bands(path: str, given: Sequence[Band], base: Rational, full: Rational) -> Iterator[Problem]:
    """Bands, the best first: within full marks, the best of them full, none in the shadow of another."""
    yield from within(path, "basePoints", base, full)
    for band in given:
        yield from within(path, "points", band.points, full)
        yield from within(path, "pointsFrom", band.least, band.points)
    if not given or given[0].points != full:
        yield Problem("full_not_reached", path, str(full))
    for upper, lower in pairwise(given):
        if lower.least > upper.least:
            yield Problem("shadowed_band", path, str(upper.least), {"other": str(lower.least)})
    for better, worse in pairwise(band.when for band in given):
        if (
            isinstance(better, Threshold)
            and isinstance(worse, Threshold)
            and better.indicator == worse.indicator
            and (better.bound <= worse.bound) is better.comparison.more_helps
        ):
            yield Problem("shadowed_band", path, str(better.bound), {"other": str(worse.bound)})
