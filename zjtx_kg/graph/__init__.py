"""SPARQL: assessments published as graphs, stores that hold them, and queries that are answered from them.

>>> from zjtx_kg.graph import Store, answer
>>> answer("ASK { policy:miit-2022-63 a z:Policy }", Store()).truth
True
"""

from zjtx_kg.graph.answer import Answer, Graphs, Limits
from zjtx_kg.graph.dataset import Change, Dataset, Entry, Writable
from zjtx_kg.graph.law import law
from zjtx_kg.graph.library import library, library_query
from zjtx_kg.graph.publish import Detail, Published, company_iri, graph_iri, publish
from zjtx_kg.graph.remote import Endpoint, is_address
from zjtx_kg.graph.results import FORMATS, Format, negotiate, written
from zjtx_kg.graph.sparql import answer, run
from zjtx_kg.graph.store import Store
from zjtx_kg.graph.syntax import PREFIXES, Query, read_query

__all__ = [
    "FORMATS",
    "PREFIXES",
    "Answer",
    "Change",
    "Dataset",
    "Detail",
    "Endpoint",
    "Entry",
    "Format",
    "Graphs",
    "Limits",
    "Published",
    "Query",
    "Store",
    "Writable",
    "answer",
    "company_iri",
    "graph_iri",
    "is_address",
    "law",
    "library",
    "library_query",
    "negotiate",
    "publish",
    "read_query",
    "run",
    "written",
]
