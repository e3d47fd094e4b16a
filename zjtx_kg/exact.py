"""Exact numbers: whole numbers, rationals and the square roots that compound growth needs.

No float takes part in a decision. A number is an ``int`` where it is whole, a ``Fraction`` where it is
not, and a :class:`Surd` where a root is irrational. All three compare exactly with one another.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from math import isqrt
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # quicktions is a drop-in Fraction, about eight times faster, without type stubs
    from fractions import Fraction
else:
    from quicktions import Fraction

__all__ = [
    "Exact",
    "Fraction",
    "Surd",
    "decimal_places",
    "exact",
    "json_number",
    "rounded",
    "sqrt",
    "whole",
]

#: More digits than any amount of money, few enough for xsd:decimal in every RDF store.
MAX_INTEGER_DIGITS: Final = 15
MAX_DECIMAL_PLACES: Final = 12
PRINTED_PLACES: Final = 6
_MILLION: Final = 10**PRINTED_PLACES
_SAFE: Final = 10**15

_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?\Z")
_WIDE = Context(prec=60)
_POWERS: Final = tuple(10**places for places in range(MAX_DECIMAL_PLACES + 1))


def whole(value: int | Fraction) -> int | Fraction:
    """The same number, as ``int`` where it is whole (integers compare twice as fast).

    >>> whole(Fraction(6, 3))
    2
    """
    return value.numerator if value.denominator == 1 else value


def exact(text: str) -> int | Fraction:
    """Read a decimal literal exactly.

    Raises ``ValueError`` where the text is not a plain ASCII decimal, or has more than fifteen digits before
    or twelve after the point: such a figure is a slip of the pen, and RDF stores would round it.

    >>> exact("1000.01")
    Fraction(100001, 100)
    >>> exact("1e999")
    Traceback (most recent call last):
    ValueError: 1e999
    """
    head, _, tail = text.partition(".")
    if head.isdecimal() and tail.isdecimal() and text.isascii():  # nearly all literals
        places = len(tail)
        if len(head) <= MAX_INTEGER_DIGITS and places <= MAX_DECIMAL_PLACES:
            return whole(Fraction(int(head + tail), _POWERS[places]))
    if not _PLAIN.match(text):
        raise ValueError(text)
    number = Decimal(text)
    _, digits, exponent = number.as_tuple()
    if not any(digits):
        return 0
    if not isinstance(exponent, int) or (
        number.adjusted() >= MAX_INTEGER_DIGITS or exponent < -MAX_DECIMAL_PLACES
    ):
        raise ValueError(text)
    return whole(Fraction(number))


def decimal_places(text: str) -> int:
    """How many digits a decimal literal has after its point: ``decimal_places("45.56")`` is 2."""
    exponent = Decimal(text).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


class Surd:
    """The number ``a + b·√q`` for rationals a, b and q, where √q is irrational and b is not 0.

    Only compound growth makes one, so it knows what a threshold needs: exact comparison, a shift by a
    rational, and rounding for print.

    >>> growth = sqrt(Fraction(11, 10)) * 100 - 100
    >>> growth > 4, growth > 5
    (True, False)
    >>> rounded(growth)
    Decimal('4.880885')
    """

    __slots__ = ("a", "b", "q")

    def __init__(self, a: int | Fraction, b: int | Fraction, q: int | Fraction) -> None:
        self.a, self.b, self.q = a, b, q

    def __add__(self, other: int | Fraction) -> Surd:
        return Surd(self.a + other, self.b, self.q)

    def __sub__(self, other: int | Fraction) -> Surd:
        return Surd(self.a - other, self.b, self.q)

    def __rsub__(self, other: int | Fraction) -> Surd:
        return Surd(other - self.a, -self.b, self.q)

    def __neg__(self) -> Surd:
        return Surd(-self.a, -self.b, self.q)

    def __mul__(self, other: int | Fraction) -> Surd | int:
        return Surd(self.a * other, self.b * other, self.q) if other else 0

    __rmul__ = __mul__

    def _sign_against(self, other: object) -> int | None:
        if isinstance(other, Surd):
            return _sign_of_three(self.a - other.a, self.b, self.q, -other.b, other.q)
        if hasattr(other, "numerator"):
            return _sign_of_two(self.a - other, self.b, self.q)  # type: ignore[operator]
        return None

    def __eq__(self, other: object) -> bool:
        return self._sign_against(other) == 0

    def __lt__(self, other: object) -> bool:
        return _decided(self._sign_against(other)) < 0

    def __le__(self, other: object) -> bool:
        return _decided(self._sign_against(other)) <= 0

    def __gt__(self, other: object) -> bool:
        return _decided(self._sign_against(other)) > 0

    def __ge__(self, other: object) -> bool:
        return _decided(self._sign_against(other)) >= 0

    def __hash__(self) -> int:
        square = self.b * self.b * self.q
        return hash((self.a, square if self.b > 0 else -square))

    def __repr__(self) -> str:
        return f"{self.a} + {self.b}·√({self.q})"


#: What a known quantity can be.
Exact = int | Fraction | Surd


def _decided(sign: int | None) -> int:
    if sign is None:
        raise TypeError("a Surd compares with exact numbers only")
    return sign


def _sign(value: int | Fraction) -> int:
    return (value > 0) - (value < 0)


def _sign_of_two(a: int | Fraction, b: int | Fraction, q: int | Fraction) -> int:
    """The sign of a + b·√q."""
    if _sign(a) in (0, _sign(b)):
        return _sign(b)
    return _sign(b) * _sign(b * b * q - a * a)


def _sign_of_three(
    a: int | Fraction,
    b: int | Fraction,
    q: int | Fraction,
    d: int | Fraction,
    r: int | Fraction,
) -> int:
    """The sign of a + b·√q + d·√r."""
    roots = _sign(b) if _sign(b) == _sign(d) else _sign(b) * _sign(b * b * q - d * d * r)
    if _sign(a) in (0, roots):
        return roots
    if roots == 0:
        return _sign(a)
    # |b√q + d√r| against |a|: (b√q + d√r)² = b²q + d²r + 2bd·√(qr)
    return roots * _sign_of_two(b * b * q + d * d * r - a * a, 2 * b * d, q * r)


def sqrt(value: int | Fraction) -> Exact:
    """The exact root of a number that is not negative: a rational where there is one, else a Surd.

    >>> sqrt(Fraction(441, 400))
    Fraction(21, 20)
    """
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    if top * top == value.numerator and bottom * bottom == value.denominator:
        return whole(Fraction(top, bottom))
    return Surd(0, 1, value)


def rounded(value: Exact, places: int = PRINTED_PLACES) -> Decimal:
    """The decimal nearest to a number, ties to even.

    >>> rounded(Fraction(2, 3))
    Decimal('0.666667')
    """
    scale = 10**places
    near = _rounded_surd(value, scale) if isinstance(value, Surd) else round(value * scale)
    return Decimal(near).scaleb(-places, _WIDE).normalize(_WIDE) if near else Decimal(0)


def _rounded_surd(value: Surd, scale: int) -> int:
    """The integer nearest to value·scale, found exactly: a first guess, then steps of one."""
    square = value.b * value.b * value.q * scale * scale
    root = isqrt(int(square))
    guess = round(value.a * scale + (root if value.b > 0 else -root))
    half = Fraction(1, 2)
    while value * scale > guess + half:
        guess += 1
    while value * scale < guess - half:
        guess -= 1
    return guess


def json_number(value: Exact) -> int | float | Decimal:
    """A number as JSON prints it: rounded to six decimals, whole numbers without a point.

    >>> json_number(Fraction(41, 9) * 10)
    45.555556
    """
    if isinstance(value, int):
        return value
    if isinstance(value, Surd):
        near = _rounded_surd(value, _MILLION)
    else:
        near = _half_even(value.numerator * _MILLION, value.denominator)
    if near % _MILLION == 0:
        return near // _MILLION
    if -_SAFE < near < _SAFE:
        return near / _MILLION  # the float nearest to a decimal of six places prints as that decimal
    return Decimal(near).scaleb(-PRINTED_PLACES, _WIDE)


def _half_even(top: int, bottom: int) -> int:
    """The integer nearest to a quotient, ties to even."""
    quotient, rest = divmod(top, bottom)
    twice = 2 * rest
    return quotient + (twice > bottom or (twice == bottom and quotient % 2))
