"""Quantities as people write them: ``1.2亿元``, ``740万``, ``5%``, ``１，２００``."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from zjtx_kg.exact import Fraction, decimal_places, exact, whole
from zjtx_kg.rulebase.model import Unit

__all__ = ["NotAQuantity", "quantity"]

_QUANTITY: Final = re.compile(
    r"(?P<sign>[-+]?)(?P<number>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    r"\s*(?P<suffix>[^0-9.,+-]*)\Z"
)


class NotAQuantity(ValueError):
    """The text is not a number with a unit that fits; ``suffix`` is the unit that was not understood."""

    def __init__(self, text: str, suffix: str = "") -> None:
        super().__init__(text)
        self.suffix = suffix


def quantity(text: str, unit: Unit | None) -> tuple[int | Fraction, int]:
    """The exact value in ``unit``, and the decimal places that the text states in that unit.

    >>> from zjtx_kg.rulebase import load
    >>> money = load().units["wan-yuan"]
    >>> quantity("1.2亿元", money)
    (12000, 0)
    >>> quantity("７，４００．５万", money)
    (Fraction(14801, 2), 1)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _QUANTITY.match(plain)
    if match is None:
        raise NotAQuantity(text)
    literal = match["sign"] + match["number"].replace(",", "")
    suffix = match["suffix"].strip()
    factor: int | Fraction = 1
    if suffix:
        if unit is None or suffix not in unit.forms:
            raise NotAQuantity(text, suffix)
        factor = unit.forms[suffix]
    try:
        number = exact(literal)
    except ValueError as error:
        raise NotAQuantity(text) from error
    return whole(Fraction(number) * factor), _places(decimal_places(literal), factor)


def _places(places: int, factor: int | Fraction) -> int:
    """Decimal places after conversion: 1.25 亿元 is stated to the nearest 100 万元, so to none."""
    while factor >= 10 and places > 0:
        factor, places = Fraction(factor, 10), places - 1
    while factor <= Fraction(1, 10):
        factor, places = factor * 10, places + 1
    return places
