"""Exact numbers and other values as RDF terms in N-Triples syntax.

A decimal has at most twelve digits after its point: Oxigraph holds eighteen, and a figure of a profile has no
more than twelve. What has more, such as 41/90, is rounded, and its node says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from zjtx_kg.exact import Exact, Fraction, Surd, rounded
from zjtx_kg.terms import NS, XSD

__all__ = [
    "decimal_text",
    "iri",
    "is_exact",
    "line",
    "literal",
    "number",
    "number_lines",
    "relative",
    "rounded_line",
    "year_term",
]

PLACES: Final = 12
_SCALE: Final = 10**PLACES
_DECIMAL: Final = f"^^<{XSD}decimal>"
_HUNDRED: Final = 100
_RELATIVE_PLACES: Final = 6


def is_exact(value: Exact) -> bool:
    """Whether a number is written without rounding.

    >>> is_exact(Fraction(1, 8)), is_exact(Fraction(1, 3))
    (True, False)
    """
    return not isinstance(value, Surd) and _SCALE % value.denominator == 0


def decimal_text(value: Exact) -> str:
    """The canonical lexical form of the decimal nearest to a number.

    >>> decimal_text(70), decimal_text(Fraction(-1, 8)), decimal_text(Fraction(2, 3))
    ('70', '-0.125', '0.666666666667')
    """
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Surd) or _SCALE % value.denominator:
        return f"{rounded(value, PLACES):f}"
    scaled = value.numerator * (_SCALE // value.denominator)
    digits = str(abs(scaled)).rjust(PLACES + 1, "0")
    tail = digits[-PLACES:].rstrip("0")
    head = ("-" if scaled < 0 else "") + digits[:-PLACES]
    return f"{head}.{tail}" if tail else head


def number(value: Exact) -> str:
    """A number as an xsd:decimal literal."""
    return f'"{decimal_text(value)}"{_DECIMAL}'


def relative(margin: Exact, bound: int | Fraction) -> str | None:
    """A margin in per cent of its bound, to six decimals; ``None`` where the bound is zero.

    >>> relative(Fraction(-7, 1), 70)
    '"-10"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    if not bound:
        return None
    share = margin * (Fraction(_HUNDRED) / (bound if bound > 0 else -bound))
    return f'"{rounded(share, _RELATIVE_PLACES):f}"{_DECIMAL}'


def literal(text: str, *, language: str | None = None, datatype: str | None = None) -> str:
    """A literal, escaped.

    >>> literal('a "b"', language="en")
    '"a \\\\"b\\\\""@en'
    """
    if language is not None:
        return str(ox.Literal(text, language=language))
    return str(ox.Literal(text, datatype=ox.NamedNode(XSD + datatype) if datatype else None))


def iri(text: str) -> str:
    """An IRI in angle brackets; ``ValueError`` where it is none."""
    return str(ox.NamedNode(text))


def year_term(year: int) -> str:
    """A fiscal year."""
    return f'"{year}"^^<{XSD}gYear>'


def line(subject: str, name: str, value: str) -> str:
    """One statement with a property of the vocabulary, as N-Triples without the full stop."""
    return f"{subject} <{NS}{name}> {value}\n"


def number_lines(subject: str, lo: Exact | None, hi: Exact | None) -> list[str]:
    """What is known of a number: its value, or the ends of its interval."""
    if lo is not None and lo == hi:
        return [line(subject, "value", number(lo))]
    return [line(subject, name, number(end)) for name, end in (("min", lo), ("max", hi)) if end is not None]


def rounded_line(subject: str, written: Iterable[Exact | None]) -> list[str]:
    """The mark of a node of which some number is rounded; nothing where all are exact."""
    if all(value is None or is_exact(value) for value in written):
        return []
    return [f'{subject} <{NS}rounded> "true"^^<{XSD}boolean>\n']
