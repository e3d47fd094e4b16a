"""Answers as text: the formats of SPARQL 1.1 and of RDF, chosen by name or by media type."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from zjtx_kg.errors import Problem, QueryError
from zjtx_kg.graph.answer import Answer, Term
from zjtx_kg.graph.syntax import PREFIXES

__all__ = ["FORMATS", "MEDIA_TYPES", "Format", "negotiate", "written"]

_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_NAMESPACE: Final = "http://www.w3.org/2005/sparql-results#"
_NC_NAME: Final = re.compile(r"[A-Za-z_][\w.\-]*\Z")


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write an answer: its short name, its media type, and whether it holds triples or rows."""

    name: str
    media_type: str
    triples: bool


FORMATS: Final[Mapping[str, Format]] = {
    one.name: one
    for one in (
        Format("json", "application/sparql-results+json", False),
        Format("xml", "application/sparql-results+xml", False),
        Format("csv", "text/csv", False),
        Format("tsv", "text/tab-separated-values", False),
        Format("turtle", "text/turtle", True),
        Format("ntriples", "application/n-triples", True),
        Format("jsonld", "application/ld+json", True),
        Format("rdfxml", "application/rdf+xml", True),
    )
}
#: What else a client may call a format.
MEDIA_TYPES: Final[Mapping[str, str]] = {
    **{one.media_type: one.name for one in FORMATS.values()},
    "application/json": "json",
    "text/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/x-turtle": "turtle",
    "text/plain": "ntriples",
}
_RDF: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_DEFAULTS: Final = {False: "json", True: "turtle"}


def negotiate(accept: str | None, form: str) -> Format | None:
    """The format that an ``Accept`` header prefers for a query of this form.

    The first of equal weight wins; ``None`` where nothing that is accepted can hold the answer.

    >>> negotiate("text/html, application/*;q=0.9, text/csv;q=0.5", "SELECT").name
    'json'
    >>> negotiate("text/turtle", "SELECT") is None
    True
    """
    triples = form in ("CONSTRUCT", "DESCRIBE")
    default = FORMATS[_DEFAULTS[triples]]
    if not accept or not accept.strip():
        return default
    possible = [name for name, one in FORMATS.items() if one.triples is triples]
    if form == "ASK":
        possible = [name for name in possible if name in ("json", "xml")]
    refused: set[str] = set()
    wanted: list[tuple[float, int, str]] = []
    for position, part in enumerate(accept.split(",")):
        kind, *parameters = (text.strip().lower() for text in part.split(";"))
        weight = _weight(parameters)
        if weight <= 0:
            refused.update(_matching(kind, possible))
        else:
            wanted.append((-weight, position, kind))
    for _, _, kind in sorted(wanted):
        for name in _matching(kind, possible):
            if name not in refused:
                return FORMATS[name]
    return None


def _weight(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _matching(kind: str, possible: list[str]) -> list[str]:
    if kind == "*/*":
        return possible
    if kind.endswith("/*"):
        group = kind[:-1]
        return [name for name in possible if FORMATS[name].media_type.startswith(group)]
    name = MEDIA_TYPES.get(kind)
    return [name] if name in possible else []


def written(answer: Answer, format: Format | str) -> bytes:
    """An answer in a format, in UTF-8. Raises :class:`QueryError` where the format cannot hold it."""
    wanted = FORMATS[format] if isinstance(format, str) else format
    if wanted.triples is not (answer.triples is not None):
        raise QueryError("graph.format_of_answer", format=wanted.name)
    if answer.triples is not None:
        return _triples(answer.triples, wanted.name)
    if wanted.name == "json":
        return _json(answer)
    if wanted.name == "xml":
        return _xml(answer)
    if answer.truth is not None:
        return (b"true" if answer.truth else b"false") + b"\n"
    return _csv(answer) if wanted.name == "csv" else _tsv(answer)


# --- triples -----------------------------------------------------------------------------------------


def _triples(triples: tuple[ox.Triple, ...], name: str) -> bytes:
    if name == "rdfxml":
        for triple in triples:
            if not _NC_NAME.match(re.split(r"[#/]", triple.predicate.value)[-1]):
                problem = Problem("not_in_xml", triple.predicate.value, triple.predicate.value)
                raise QueryError("graph.refused", [problem])
    prefixes = None
    if name in ("turtle", "rdfxml"):
        text = {part.value for triple in triples for part in triple if isinstance(part, ox.NamedNode)}
        text |= {t.object.datatype.value for t in triples if isinstance(t.object, ox.Literal)}
        prefixes = {key: base for key, base in PREFIXES.items() if any(iri.startswith(base) for iri in text)}
    return ox.serialize(triples, format=_RDF[name], prefixes=prefixes) or b""


# --- rows --------------------------------------------------------------------------------------------


def _json(answer: Answer) -> bytes:
    if answer.truth is not None:
        content: dict[str, Any] = {"head": {}, "boolean": answer.truth}
    else:
        bindings = [
            {
                name: _json_term(term)
                for name, term in zip(answer.columns, row, strict=True)
                if term is not None
            }
            for row in answer.rows
        ]
        content = {"head": {"vars": list(answer.columns)}, "results": {"bindings": bindings}}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _json_term(term: Term) -> dict[str, Any]:
    match term:
        case ox.NamedNode():
            return {"type": "uri", "value": term.value}
        case ox.BlankNode():
            return {"type": "bnode", "value": term.value}
        case ox.Literal():
            found = {"type": "literal", "value": term.value}
            if term.language is not None:
                found["xml:lang"] = term.language
            elif term.datatype.value != _STRING:
                found["datatype"] = term.datatype.value
            return found
    parts = zip(("subject", "predicate", "object"), term, strict=True)
    return {"type": "triple", "value": {name: _json_term(part) for name, part in parts}}


def _xml(answer: Answer) -> bytes:
    out = ['<?xml version="1.0" encoding="UTF-8"?>\n', f'<sparql xmlns="{_NAMESPACE}">\n<head>']
    out += [f"<variable name={quoteattr(name)}/>" for name in answer.columns]
    out.append("</head>\n")
    if answer.truth is not None:
        out.append(f"<boolean>{'true' if answer.truth else 'false'}</boolean>\n")
    else:
        out.append("<results>\n")
        for row in answer.rows:
            found = (
                f"<binding name={quoteattr(name)}>{_xml_term(term)}</binding>"
                for name, term in zip(answer.columns, row, strict=True)
                if term is not None
            )
            out.append(f"<result>{''.join(found)}</result>\n")
        out.append("</results>\n")
    out.append("</sparql>\n")
    return "".join(out).encode()


def _xml_term(term: Term) -> str:
    match term:
        case ox.NamedNode():
            return f"<uri>{escape(term.value)}</uri>"
        case ox.BlankNode():
            return f"<bnode>{escape(term.value)}</bnode>"
        case ox.Literal():
            if term.language is not None:
                return f"<literal xml:lang={quoteattr(term.language)}>{escape(term.value)}</literal>"
            kind = term.datatype.value
            mark = "" if kind == _STRING else f" datatype={quoteattr(kind)}"
            return f"<literal{mark}>{escape(term.value)}</literal>"
    parts = zip(("subject", "predicate", "object"), term, strict=True)
    return "<triple>" + "".join(f"<{name}>{_xml_term(part)}</{name}>" for name, part in parts) + "</triple>"


def _csv(answer: Answer) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(answer.columns)
    for row in answer.rows:
        writer.writerow([_plain(term) for term in row])
    return out.getvalue().encode()


def _plain(term: Term | None) -> str:
    if term is None:
        return ""
    return str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value


def _tsv(answer: Answer) -> bytes:
    lines = ["\t".join(f"?{name}" for name in answer.columns)]
    lines += ["\t".join("" if term is None else _n_triples(term) for term in row) for row in answer.rows]
    return ("\n".join(lines) + "\n").encode()


def _n_triples(term: Term) -> str:
    return str(term).replace("\t", "\\t")
