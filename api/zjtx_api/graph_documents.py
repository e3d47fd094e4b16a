"""Descriptions in RDF, of the SPARQL service and of the dataset, in the format that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response

import zjtx_kg
from zjtx_api.problems import Refusal
from zjtx_kg import say
from zjtx_kg.graph import FORMATS, Answer, Limits, Store, answer, negotiate, written

if TYPE_CHECKING:
    from zjtx_api.service import Service

__all__ = ["NAMESPACE", "address", "negotiated", "service_description", "void_description"]

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMAT_IRIS: Final = {
    "json": "http://www.w3.org/ns/formats/SPARQL_Results_JSON",
    "xml": "http://www.w3.org/ns/formats/SPARQL_Results_XML",
    "csv": "http://www.w3.org/ns/formats/SPARQL_Results_CSV",
    "tsv": "http://www.w3.org/ns/formats/SPARQL_Results_TSV",
    "turtle": "http://www.w3.org/ns/formats/Turtle",
    "ntriples": "http://www.w3.org/ns/formats/N-Triples",
    "jsonld": "http://www.w3.org/ns/formats/JSON-LD",
    "rdfxml": "http://www.w3.org/ns/formats/RDF_XML",
}
#: What relative IRIs of queries are relative to.
NAMESPACE: Final = "https://w3id.org/zjtx/"
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(?:/[A-Za-z0-9._~\-/]*)?/")
_COUNTS: Final = """
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?p) AS ?properties)
WHERE { ?s ?p ?o }
"""


def address(request: Request) -> str:
    """Where this service stands, as its client sees it; the namespace where the name cannot be trusted."""
    found = str(request.base_url)
    return found if _ADDRESS.fullmatch(found) else NAMESPACE


def negotiated(turtle: str, accept: str | None, base: str | None = None) -> Response:
    """A graph, given as Turtle, in the format that is preferred; 406 where none is."""
    format_ = negotiate(accept, "CONSTRUCT")
    if format_ is None:
        known = ", ".join(one.media_type for one in FORMATS.values() if one.triples)
        raise Refusal(406, "not_acceptable", known=known)
    triples = tuple(quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE, base_iri=base))
    return Response(written(Answer(triples=triples), format_), 200, {"Vary": "Accept"}, format_.media_type)


def service_description(base: str) -> str:
    """What the SPARQL service can do (SPARQL 1.1 Service Description)."""
    formats = " , ".join(f"<{_FORMAT_IRIS[name]}>" for name in FORMATS)
    return f"""
@prefix sd: <{_SD}> .
@prefix void: <http://rdfs.org/ns/void#> .
<{base}sparql> a sd:Service ;
  sd:endpoint <{base}sparql> ;
  sd:supportedLanguage sd:SPARQL11Query ;
  sd:feature sd:EmptyGraphs ;
  sd:resultFormat {formats} ;
  sd:defaultDataset [ a sd:Dataset ;
    sd:defaultGraph [ a sd:Graph , void:Dataset ; void:sparqlEndpoint <{base}sparql> ] ] .
"""


def void_description(service: Service, base: str) -> str:
    """What the law is as a dataset (VoID). Companies are not part of it."""
    (row,) = answer(_COUNTS, _law(service), Limits()).rows
    triples, subjects, properties = (getattr(term, "value", "0") for term in row)
    title = {lang: say("http.doc.dataset", lang) for lang in ("zh", "en")}
    vocabularies = "".join(f"  void:vocabulary <{iri}> ;\n" for iri in _vocabularies())
    return f"""
@prefix void: <http://rdfs.org/ns/void#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
<https://w3id.org/zjtx/> a void:Dataset ;
  dcterms:title "{title["zh"]}"@zh-Hans , "{title["en"]}"@en ;
  dcterms:license <https://www.apache.org/licenses/LICENSE-2.0> ;
  owl:versionInfo "{zjtx_kg.__version__} {service.edition}" ;
  void:sparqlEndpoint <{base}sparql> ;
  void:uriSpace "https://w3id.org/zjtx/" ;
  void:exampleResource <https://w3id.org/zjtx/tier/little-giant> ,
    <https://w3id.org/zjtx/policy/miit-2026-2> ;
{vocabularies}  void:triples {triples} ; void:distinctSubjects {subjects} ; void:properties {properties} .
"""


def _law(service: Service) -> Store:
    """The law alone: the dataset of nobody."""
    return service.graphs.store("")


def _vocabularies() -> Iterable[str]:
    return (
        "https://w3id.org/zjtx/ns#",
        "http://www.w3.org/2004/02/skos/core#",
        "http://data.europa.eu/m8g/",
        "http://purl.org/vocab/cpsv#",
        "http://data.europa.eu/eli/ontology#",
        "http://www.w3.org/ns/prov#",
    )
