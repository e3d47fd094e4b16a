"""The laws of derived indicators: intervals hold every value, are attained at their ends, and are exact."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from zjtx_kg.exact import Fraction, Surd, rounded, sqrt
from zjtx_kg.facts.functions import FUNCTIONS
from zjtx_kg.facts.knowledge import Interval, exactly

_ARITY = {
    "ratioOfSums": 4,
    "scoredGrowth": 3,
    "scoredNetGrowth": 6,
    "ratio": 2,
    "sum": 3,
    "mean": 2,
    "growth": 2,
    "meanGrowth": 3,
    "compoundGrowth": 2,
}

figures = st.integers(0, 400).map(lambda n: Fraction(n, 10))


@st.composite
def spans(draw: Any) -> Interval:
    low = draw(figures)
    shape = draw(st.sampled_from(["point", "interval", "open"]))
    if shape == "point":
        return exactly(low)
    return Interval(low, None if shape == "open" else low + draw(figures))


def _inside(span: Interval, share: Fraction) -> Fraction:
    high = span.hi if span.hi is not None else span.lo + 50
    return span.lo + (high - span.lo) * share


@given(st.sampled_from(sorted(_ARITY)), st.data())
def test_an_interval_holds_the_value_of_every_completion(name: str, data: Any) -> None:
    arguments = [data.draw(spans()) for _ in range(_ARITY[name])]
    found = FUNCTIONS[name].over(*arguments)
    shares = st.integers(0, 8).map(lambda n: Fraction(n, 8))
    points = [_inside(span, data.draw(shares)) for span in arguments]
    value = FUNCTIONS[name].at(*points)
    assume(value is not None)
    assert value in found
    assert FUNCTIONS[name].over(*map(exactly, points)) == exactly(value)


@given(st.sampled_from(sorted(_ARITY)), st.data())
def test_less_knowledge_never_narrows_an_interval(name: str, data: Any) -> None:
    narrow = [data.draw(spans()) for _ in range(_ARITY[name])]
    wide = [Interval(s.lo / 2, None if s.hi is None else s.hi + 1) for s in narrow]
    inner, outer = FUNCTIONS[name].over(*narrow), FUNCTIONS[name].over(*wide)
    assert outer.lo is None or (inner.lo is not None and outer.lo <= inner.lo)
    assert outer.hi is None or (inner.hi is not None and outer.hi >= inner.hi)


@given(figures, figures, figures, figures)
def test_the_mean_of_two_growth_rates_is_least_at_the_geometric_mean(
    a: Fraction, low: Fraction, more: Fraction, c: Fraction
) -> None:
    """Between its ends, the middle year makes the mean least where both rates are equal."""
    assume(low > 0)
    assume(c > 0)
    found = FUNCTIONS["meanGrowth"].over(exactly(a), Interval(low, low + more), exactly(c))
    grid = [low + more * Fraction(n, 40) for n in range(41)]
    values = [FUNCTIONS["meanGrowth"].at(a, b, c) for b in grid]
    assert found.lo <= min(values)
    assert found.hi == max(values[0], values[-1])
    if low * low <= a * c <= (low + more) ** 2:
        assert found.lo == FUNCTIONS["compoundGrowth"].at(a, c)
    else:
        assert found.lo == min(values[0], values[-1])


roots = st.fractions(0, 50, max_denominator=20)
parts = st.fractions(-20, 20, max_denominator=10)


@given(parts, parts, roots, parts, parts, roots)
def test_surds_compare_as_their_values_do(
    a: Fraction, b: Fraction, q: Fraction, c: Fraction, d: Fraction, r: Fraction
) -> None:
    """Against fifty digits of decimal arithmetic, which these small numbers cannot deceive."""
    first, second = _number(a, b, q), _number(c, d, r)
    near = (rounded(first, 40), rounded(second, 40))
    assume(near[0] != near[1])
    assert (first < second) == (near[0] < near[1])
    assert (first >= second) == (near[0] >= near[1])
    assert first != second


def _number(a: Fraction, b: Fraction, q: Fraction) -> Any:
    root = sqrt(Fraction(q))
    value = root * Fraction(b) if b else Fraction(0)
    return value + Fraction(a)


@given(roots)
def test_a_root_squared_is_what_it_came_from(q: Fraction) -> None:
    root = sqrt(Fraction(q))
    if not isinstance(root, Surd):
        assert root * root == q
    else:
        assert root > 0
        assert rounded(root, 20) ** 2 - rounded(Fraction(q), 30) < Fraction(1, 10**15)
