"""OWL 2 expressions and axioms as frozen values, just as many as the rules need.

Numbers are lexical forms from the start (``"4.999999999999999999999"``): nothing here, and nothing between
here and the reasoner, turns one into a float. :mod:`zjtx_kg.owl.functional` writes them for a reasoner,
:mod:`zjtx_kg.owl.triples` as RDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from zjtx_kg.exact import Fraction
from zjtx_kg.terms import OWL, XSD

__all__ = [
    "BOOLEAN",
    "DECIMAL",
    "NOTHING",
    "STRING",
    "THING",
    "Annotation",
    "Axiom",
    "ClassExpression",
    "Complement",
    "DataRange",
    "Declaration",
    "Disjoint",
    "Domain",
    "Equivalent",
    "Every",
    "Facet",
    "Functional",
    "Intersection",
    "Literal",
    "Member",
    "Named",
    "OneOf",
    "Range",
    "Restriction",
    "Singleton",
    "Some",
    "SubClass",
    "Union",
    "all_of",
    "any_of",
    "decimal",
    "is_decimal",
]

DECIMAL: Final = XSD + "decimal"
BOOLEAN: Final = XSD + "boolean"
STRING: Final = XSD + "string"

_LEXICAL: Final = {
    DECIMAL: re.compile(r"-?[0-9]+\.[0-9]+\Z", re.ASCII),
    BOOLEAN: re.compile(r"(?:true|false)\Z"),
    STRING: re.compile(r"[!-~]+\Z"),
}


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal in the one form that is let in: ASCII, of a known datatype, never a double.

    >>> Literal("１００", DECIMAL)
    Traceback (most recent call last):
    ValueError: '１００' is no xsd:decimal in canonical form
    """

    value: str
    datatype: str

    def __post_init__(self) -> None:
        if not _LEXICAL[self.datatype].match(self.value):
            name = self.datatype.replace(XSD, "xsd:")
            raise ValueError(f"{self.value!r} is no {name} in canonical form")


def is_decimal(value: int | Fraction) -> bool:
    """Whether a rational has a finite decimal expansion: its denominator has no prime but 2 and 5.

    >>> is_decimal(Fraction(1, 8)), is_decimal(Fraction(1, 3))
    (True, False)
    """
    rest = int(value.denominator)
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def decimal(value: int | Fraction) -> Literal:
    """A rational as an exact ``xsd:decimal``.

    >>> decimal(Fraction(999999999999, 10**12)).value, decimal(-3).value
    ('0.999999999999', '-3.0')
    """
    if not is_decimal(value):
        raise ValueError(f"{value} has no finite decimal expansion")
    top, bottom, places = int(value.numerator), int(value.denominator), 0
    while 10**places % bottom:
        places += 1
    digits = str(abs(top) * (10**places // bottom)).rjust(places + 1, "0")
    head, tail = (digits[:-places], digits[-places:]) if places else (digits, "0")
    return Literal(f"{'-' if top < 0 else ''}{head}.{tail}", DECIMAL)


# --- data ranges ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Facet:
    """``name`` is one of minInclusive, minExclusive, maxInclusive, maxExclusive."""

    name: str
    value: Literal


@dataclass(frozen=True, slots=True)
class Restriction:
    """A datatype narrowed by facets; without facets the datatype itself."""

    datatype: str
    facets: tuple[Facet, ...] = ()


@dataclass(frozen=True, slots=True)
class OneOf:
    """These literals and no others; ``complement`` means all others."""

    values: tuple[Literal, ...]
    complement: bool = False


DataRange = Restriction | OneOf


# --- class expressions ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    iri: str


@dataclass(frozen=True, slots=True)
class Complement:
    of: ClassExpression


@dataclass(frozen=True, slots=True)
class Intersection:
    members: tuple[ClassExpression, ...]


@dataclass(frozen=True, slots=True)
class Union:
    members: tuple[ClassExpression, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Some value of a data property lies in a range."""

    property: str
    range: DataRange


@dataclass(frozen=True, slots=True)
class Every:
    """Every value of a data property lies in a range."""

    property: str
    range: DataRange


@dataclass(frozen=True, slots=True)
class Singleton:
    """The class whose one member is an individual."""

    individual: str


ClassExpression = Named | Complement | Intersection | Union | Some | Every | Singleton

THING: Final = Named(OWL + "Thing")
NOTHING: Final = Named(OWL + "Nothing")


def all_of(members: Iterable[ClassExpression]) -> ClassExpression:
    """The intersection; of one class that class, of none everything."""
    found = tuple(dict.fromkeys(members))
    return found[0] if len(found) == 1 else Intersection(found) if found else THING


def any_of(members: Iterable[ClassExpression]) -> ClassExpression:
    """The union; of one class that class, of none nothing."""
    found = tuple(dict.fromkeys(members))
    return found[0] if len(found) == 1 else Union(found) if found else NOTHING


# --- axioms -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Declaration:
    """``kind`` is Class, DataProperty, AnnotationProperty or NamedIndividual."""

    kind: str
    iri: str


@dataclass(frozen=True, slots=True)
class Equivalent:
    name: str
    to: ClassExpression


@dataclass(frozen=True, slots=True)
class SubClass:
    sub: ClassExpression
    of: ClassExpression


@dataclass(frozen=True, slots=True)
class Disjoint:
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Functional:
    property: str


@dataclass(frozen=True, slots=True)
class Domain:
    property: str
    of: str


@dataclass(frozen=True, slots=True)
class Range:
    property: str
    range: DataRange


@dataclass(frozen=True, slots=True)
class Member:
    individual: str
    of: ClassExpression


@dataclass(frozen=True, slots=True)
class Annotation:
    """A text in a language, or a link where ``lang`` is empty."""

    subject: str
    property: str
    value: str
    lang: str = ""


Axiom = Declaration | Equivalent | SubClass | Disjoint | Functional | Domain | Range | Member | Annotation
