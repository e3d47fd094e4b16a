"""Asking: a query is read or refused here, run where it can be stopped, and its errors are placed."""

from __future__ import annotations

from collections.abc import Iterable

from zjtx_kg.errors import Problem, QueryError
from zjtx_kg.graph.answer import Answer, Graphs, Limits
from zjtx_kg.graph.dataset import Dataset
from zjtx_kg.graph.syntax import Query, read_query, syntax_error

__all__ = ["answer", "run"]


def answer(
    text: str,
    dataset: Dataset,
    limits: Limits | None = None,
    *,
    default_graphs: Iterable[str] = (),
    named_graphs: Iterable[str] = (),
    source: str = "",
) -> Answer:
    """Answer a query over a dataset.

    Prefixes of the ontology need no declaration. ``default_graphs`` and ``named_graphs`` are the dataset
    parameters of the SPARQL protocol: where one of them is given they alone are what is asked, whatever FROM
    says. A graph that is not in the dataset is refused, never fetched. ``source`` names the query in errors.
    Raises :class:`QueryError` and what the dataset raises.

    >>> from zjtx_kg.graph.store import Store
    >>> found = answer("SELECT ?t { ?t a z:Tier } ORDER BY ?t", Store())
    >>> found.columns, found.rows[0][0].value
    (('t',), 'https://w3id.org/zjtx/tier/hnte')
    """
    graphs = Graphs(tuple(default_graphs), tuple(named_graphs))
    return run(read_query(text, source), dataset, limits or Limits(), graphs or None)


def run(query: Query, dataset: Dataset, limits: Limits, graphs: Graphs | None = None) -> Answer:
    """Answer a query that was read."""
    named = query.graphs if graphs is None else (*graphs.default, *graphs.named)
    absent = [iri for iri in dict.fromkeys(named) if not dataset.has_graph(iri)]
    if absent:
        raise QueryError(
            "graph.refused", [Problem("graph_absent", query.source or "FROM", i) for i in absent]
        )
    try:
        return dataset.answer(query.text, limits, graphs)
    except QueryError as error:
        if error.code != "graph.engine":
            raise
        raise syntax_error(query, str(error.facts["message"])) from None
