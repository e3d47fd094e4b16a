"""Exact numbers: what is read, what is refused, what is printed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from zjtx_kg.exact import Fraction, Surd, exact, json_number, rounded, sqrt


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("007", 7),
        ("1000.01", Fraction(100001, 100)),
        ("-0.5", Fraction(-1, 2)),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("1e3", 1000),
        ("1.5E-2", Fraction(3, 200)),
        ("999999999999999.999999999999", Fraction(999999999999999999999999999, 10**12)),
    ],
)
def test_a_literal_is_read_exactly(text: str, value: object) -> None:
    assert exact(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "１００",
        "1_000",
        "0x10",
        "NaN",
        "inf",
        "-Infinity",
        "1e999",
        "1e-999",
        "9" * 16,
        "0." + "1" * 13,
        "1,000",
        "²",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is the text itself
        exact(text)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (70, 70),
        (Fraction(140, 2), 70),
        (Fraction(410, 9), 45.555556),
        (Fraction(1, 3) * 10**12, Decimal("333333333333.333333")),
        (Fraction(1, 2 * 10**6), 0),
        (Fraction(3, 2 * 10**6), 0.000002),
        (Fraction(-2, 3), -0.666667),
    ],
)
def test_printed_numbers_have_six_decimals_ties_to_even(value: Fraction, printed: object) -> None:
    assert json_number(value) == printed


def test_a_root_is_compared_exactly_where_floats_agree() -> None:
    root = sqrt(Fraction(2))
    below = Fraction(14142135623730950488016887242096980785696718753769, 10**49)
    assert isinstance(root, Surd)
    assert float(below) == 2**0.5
    assert root > below
    assert root < below + Fraction(1, 10**49)
    assert rounded(root) == Decimal("1.414214")


def test_a_threshold_is_not_met_by_rounding() -> None:
    """4.999…9 % with twenty nines is below 5 %; as a float it would be 5."""
    growth = sqrt(Fraction(11025, 10000) - Fraction(1, 10**22)) * 100 - 100
    assert growth < 5
    assert json_number(growth) == 5
