"""Class expressions for people, close to Manchester syntax, with comparisons as mathematics writes them."""

from __future__ import annotations

from typing import Final

from zjtx_kg.owl.language import (
    STRING,
    ClassExpression,
    Complement,
    DataRange,
    Every,
    Intersection,
    Literal,
    Named,
    Restriction,
    Singleton,
    Some,
    Union,
)
from zjtx_kg.terms import DL, OWL

__all__ = ["readable"]

_SIGNS: Final = {"minInclusive": "≥", "minExclusive": ">", "maxInclusive": "≤", "maxExclusive": "<"}


def readable(value: ClassExpression, *, nested: bool = False) -> str:
    """A class expression on one line.

    >>> from zjtx_kg.owl.view import bounded
    >>> readable(Complement(Some(DL + "indicator/revenue", bounded(5000, None))))
    'not (revenue some [≥ 5000.0])'
    """
    match value:
        case Named(iri):
            return short(iri)
        case Singleton(individual):
            return "{" + short(individual) + "}"
        case Complement(of):
            return f"not {readable(of, nested=True)}"
        case Intersection(members) | Union(members):
            word = " and " if isinstance(value, Intersection) else " or "
            text = word.join(readable(member, nested=True) for member in members)
        case Some(name, values):
            text = f"{short(name)} some {data_range(values)}"
        case Every(name, values):
            text = f"{short(name)} only {data_range(values)}"
    return f"({text})" if nested else text


def data_range(values: DataRange) -> str:
    if isinstance(values, Restriction):
        facets = ", ".join(f"{_SIGNS[facet.name]} {literal(facet.value)}" for facet in values.facets)
        return f"[{facets}]" if facets else values.datatype.rpartition("#")[2]
    text = "{" + ", ".join(map(literal, values.values)) + "}"
    return f"not {text}" if values.complement else text


def literal(value: Literal) -> str:
    return f'"{value.value}"' if value.datatype == STRING else value.value


def short(iri: str) -> str:
    return iri.removeprefix(DL + "indicator/").removeprefix(DL).replace(OWL, "owl:")
