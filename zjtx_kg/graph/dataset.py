"""What every place that can be asked has in common: law in the default graph, assessments in named graphs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import pyoxigraph as ox

from zjtx_kg import terms
from zjtx_kg.graph.answer import Answer, Graphs, Limits
from zjtx_kg.graph.publish import Published

__all__ = ["Change", "Dataset", "Entry", "Writable", "entries_of", "insertion"]

_ENTRIES: Final = f"""
PREFIX z: <{terms.NS}>
SELECT ?graph ?company ?name ?day ?kind ?detail (COUNT(?tier) AS ?tiers) WHERE {{
  GRAPH ?graph {{
    ?graph a z:Assessment ; z:company ?company ; z:asOf ?day ; z:kind ?kind ; z:detail ?detail .
    OPTIONAL {{ ?company <{terms.RDFS}label> ?name }}
    OPTIONAL {{ ?tier z:assessment ?graph ; z:verdict ?verdict }}
  }}
}} GROUP BY ?graph ?company ?name ?day ?kind ?detail ORDER BY ?name ?graph
"""


class Dataset(Protocol):
    """Something that answers SPARQL queries."""

    def answer(self, query: str, limits: Limits, graphs: Graphs | None = None) -> Answer:
        """Answer a query within limits, over ``graphs`` where they are given, else over all that is held.

        The query is run as it is: :func:`zjtx_kg.graph.answer` is the way in for what users write.
        Raises :class:`QueryError` where it cannot be answered.
        """

    def has_graph(self, iri: str) -> bool:
        """Whether there is a named graph of this name."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an addition did: graphs that are new, that changed, and that were there already."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: Change) -> Change:
        return Change(self.new + other.new, self.changed + other.changed, self.unchanged + other.unchanged)


@dataclass(frozen=True, slots=True)
class Entry:
    """A published assessment as listings show it."""

    graph: str
    company: str
    name: str | None
    as_of: str
    kind: str
    detail: str
    tiers: int


class Writable(Dataset, Protocol):
    """A dataset to which assessments are published."""

    def add(self, graphs: Iterable[Published]) -> Change:
        """Publish graphs, each whole or not at all. When this returns, they are durable."""

    def remove(self, graphs: Iterable[str]) -> int:
        """Remove graphs; the number that was there."""

    def entries(self) -> list[Entry]:
        """The assessments that are published."""

    def law_digest(self) -> str | None:
        """The digest of the rule files whose law is loaded."""


def entries_of(dataset: Dataset) -> list[Entry]:
    """The assessments of any dataset, asked by SPARQL."""
    rows = dataset.answer(_ENTRIES, Limits(seconds=120, rows=10_000_000, megabytes=1024)).rows
    return [
        Entry(
            _text(graph),
            _text(company),
            _text(name) or None,
            _text(day),
            _text(kind).removeprefix(terms.NS),
            _text(detail).removeprefix(terms.NS).removesuffix("Detail"),
            int(_text(tiers)),
        )
        for graph, company, name, day, kind, detail, tiers in rows
    ]


def _text(term: Any) -> str:
    return "" if term is None else str(term.value)


def insertion(graph: Published) -> str:
    """The SPARQL update that puts a graph in place of what is there under its name."""
    triples = "\n".join(f"{q.triple} ." for q in ox.parse(graph.data, format=ox.RdfFormat.N_QUADS))
    return f"DROP SILENT GRAPH <{graph.graph}> ;\nINSERT DATA {{ GRAPH <{graph.graph}> {{\n{triples}\n}} }}"
