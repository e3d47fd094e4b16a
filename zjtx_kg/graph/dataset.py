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

#: Three questions that any engine answers in one pass, whatever order it joins in.
_PREFIX: Final = f"PREFIX z: <{terms.NS}> "
_ENTRIES: Final = (
    _PREFIX
    + """SELECT ?graph ?company ?day ?kind ?detail { GRAPH ?graph {
        ?graph z:company ?company ; z:asOf ?day ; z:kind ?kind ; z:detail ?detail } }"""
)
_NAMES: Final = _PREFIX + f"SELECT ?c ?n {{ GRAPH ?g {{ ?c a z:Company ; <{terms.RDFS}label> ?n }} }}"
_TIERS: Final = _PREFIX + "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?t z:verdict ?v } } GROUP BY ?g"
_WHOLE: Final = Limits(seconds=120, rows=10_000_000, megabytes=1024)


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
    """The assessments of any dataset, asked by SPARQL; by name and graph."""
    names = {_text(company): _text(name) for company, name in dataset.answer(_NAMES, _WHOLE).rows}
    tiers = {_text(graph): int(_text(count)) for graph, count in dataset.answer(_TIERS, _WHOLE).rows}
    found = [
        Entry(
            _text(graph),
            _text(company),
            names.get(_text(company)),
            _text(day),
            _text(kind).removeprefix(terms.NS),
            _text(detail).removeprefix(terms.NS).removesuffix("Detail"),
            tiers.get(_text(graph), 0),
        )
        for graph, company, day, kind, detail in dataset.answer(_ENTRIES, _WHOLE).rows
    ]
    return sorted(found, key=lambda entry: (entry.name or "", entry.graph))


def _text(term: Any) -> str:
    return "" if term is None else str(term.value)


def insertion(graph: Published) -> str:
    """The SPARQL update that puts a graph in place of what is there under its name."""
    triples = "\n".join(f"{q.triple} ." for q in ox.parse(graph.data, format=ox.RdfFormat.N_QUADS))
    return f"DROP SILENT GRAPH <{graph.graph}> ;\nINSERT DATA {{ GRAPH <{graph.graph}> {{\n{triples}\n}} }}"
