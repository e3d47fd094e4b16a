"""JSON or JSON-LD, by ``Accept``: the same names and shapes, with a context that makes them RDF."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import msgspec

from zjtx_api.languages import quality
from zjtx_api.problems import Refusal
from zjtx_kg.terms import CODE, CONDITION, INDICATOR, NS, POLICY, TIER, TITLE, XSD

__all__ = ["CONTEXT", "JSON", "JSON_LD", "choose", "in_context", "negotiate"]

JSON: Final = "application/json"
JSON_LD: Final = "application/ld+json"
_ALWAYS: Final = (JSON, JSON_LD, "application/problem+json")


def _to(namespace: str, name: str, *, ordered: bool = False) -> dict[str, Any]:
    """A field whose strings are ids within a namespace."""
    term: dict[str, Any] = {"@id": NS + name, "@type": "@id", "@context": {"@base": namespace}}
    return {**term, "@container": "@list"} if ordered else term


#: Each string id becomes the IRI that the ontology gives to the thing; everything else keeps its name.
CONTEXT: Final[dict[str, Any]] = {
    "@version": 1.1,
    "@vocab": NS,
    "@base": CODE,
    "as_of": {"@id": NS + "asOf", "@type": XSD + "date"},
    "start": {"@id": NS + "start", "@type": XSD + "date"},
    "end": {"@id": NS + "end", "@type": XSD + "date"},
    "tier": _to(TIER, "tier"),
    "policy": _to(POLICY, "policy"),
    "title": _to(TITLE, "title"),
    "condition": _to(CONDITION, "condition"),
    "blocking": _to(CONDITION, "blocking"),
    "indicator": _to(INDICATOR, "indicator"),
    "indicators": _to(INDICATOR, "readsIndicator"),
    "missing": _to(INDICATOR, "missing"),
    "open": _to(INDICATOR, "open"),
    "findings": {"@id": NS + "finding", "@container": "@list"},
    "children": {"@id": NS + "part", "@container": "@list"},
    "tiers": {"@id": NS + "tierAssessment", "@container": "@list"},
    "profile": {"@id": NS + "company"},
}
_PREFIX: Final = b'{"@context":' + msgspec.json.encode(CONTEXT) + b","


def in_context(content: bytes) -> bytes:
    """A JSON object as JSON-LD: the same object after its context."""
    return _PREFIX + content[1:] if content != b"{}" else _PREFIX[:-1] + b"}"


@lru_cache(maxsize=1024)
def negotiate(accept: str | None, more: tuple[str, ...] = ()) -> str:
    """The media type of the answer. What nobody here can write is refused (406).

    >>> negotiate(None), negotiate("text/html, */*;q=0.1"), negotiate("application/ld+json")
    ('application/json', 'application/json', 'application/ld+json')
    """
    found = choose(accept, (*_ALWAYS, *more))
    if found is None:
        raise Refusal(406, "not_acceptable", known=", ".join((JSON, JSON_LD, *more)))
    return JSON if found == _ALWAYS[2] else found


@lru_cache(maxsize=1024)
def choose(accept: str | None, offered: tuple[str, ...]) -> str | None:
    """The media type that is preferred among those offered; ``None`` where none of them will do.

    The most specific range that names a type gives its weight (RFC 9110, 12.5.1). Of equal weights the range
    named first wins, then the type offered first.

    >>> choose("text/html;q=0, */*", ("text/html", "text/turtle"))
    'text/turtle'
    >>> choose("text/turtle, text/html", ("text/html", "text/turtle"))
    'text/turtle'
    """
    if not accept or not accept.strip():
        return offered[0]
    ranges = []
    for place, part in enumerate(accept.split(",")):
        range_, _, parameters = part.partition(";")
        ranges.append((range_.strip().lower(), quality(parameters), place))
    best: tuple[float, int, int] | None = None
    found = None
    for order, kind in enumerate(offered):
        fitting = [
            (-range_.count("*"), weight, -place) for range_, weight, place in ranges if _matches(range_, kind)
        ]
        if not fitting:
            continue
        _, weight, place = max(fitting)
        if weight > 0 and (best is None or (weight, place, -order) > best):
            best, found = (weight, place, -order), kind
    return found


def _matches(range_: str, offered: str) -> bool:
    return range_ in (offered, "*/*", offered.partition("/")[0] + "/*")
