"""Any SPARQL 1.1 endpoint by its address, for those who outgrow a directory.

Only the SPARQL 1.1 protocol is used: queries and updates by POST. What the endpoint cannot promise, such as
durability, is its own matter.
"""

from __future__ import annotations

import base64
import http.client
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

import pyoxigraph as ox

from zjtx_kg import terms
from zjtx_kg.errors import QueryError, StoreError
from zjtx_kg.graph.answer import Answer, Graphs, Limits
from zjtx_kg.graph.dataset import Change, Entry, entries_of, insertion
from zjtx_kg.graph.law import RULEBASE, law
from zjtx_kg.graph.publish import Published
from zjtx_kg.rulebase import Rulebase, load

__all__ = ["Endpoint", "is_address"]

_RESULTS: Final = "application/sparql-results+json"
_TRIPLES: Final = "application/n-triples"
_ACCEPT: Final = f"{_RESULTS}, {_TRIPLES};q=0.9, text/turtle;q=0.8"
_FORMATS: Final = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_MEGABYTE: Final = 1 << 20
_SHOWN: Final = 400


def is_address(text: str) -> bool:
    """Whether a store is named by an address rather than by a directory.

    >>> is_address("http://localhost:7878/query"), is_address("stores/mine")
    (True, False)
    """
    return text.startswith(("http://", "https://"))


class Endpoint:
    """Published assessments at a SPARQL endpoint.

    ``query`` is the address for queries; ``update`` the one for updates: by default the same with ``/query``
    at its end replaced by ``/update``. A user and a password in the address are sent as basic credentials.
    Requests are independent, so it may be used by several threads. Raises :class:`StoreError` where the
    endpoint cannot be reached or refuses.

    The law belongs in the default graph. It is loaded there where that graph is empty or holds an older state
    of the law, and never into one that holds something else.
    """

    def __init__(
        self,
        query: str,
        update: str | None = None,
        *,
        rulebase: Rulebase | None = None,
        ontology: Path | None = None,
    ) -> None:
        self.query_address, self._headers = _without_credentials(query)
        default = self.query_address.removesuffix("/query") + "/update"
        same = not self.query_address.endswith("/query")
        self.update_address = _without_credentials(update)[0] if update else None
        if self.update_address is None:
            self.update_address = self.query_address if same else default
        self.rulebase = rulebase or load(ontology)
        self.ontology = ontology

    # --- asking -----------------------------------------------------------------------------------------

    def answer(self, query: str, limits: Limits, graphs: Graphs | None = None) -> Answer:
        """Answer a query. The endpoint is asked to stop by closing the connection at the deadline."""
        address = self.query_address
        if graphs is not None:
            asked = [("default-graph-uri", iri) for iri in graphs.default]
            asked += [("named-graph-uri", iri) for iri in graphs.named]
            address += ("&" if "?" in address else "?") + urlencode(asked)
        kind, body = self._post(address, "application/sparql-query", query, limits)
        try:
            if kind in _FORMATS:
                triples = [quad.triple for quad in ox.parse(body, format=_FORMATS[kind])]
                cut = len(triples) > limits.rows
                return Answer(triples=tuple(triples[: limits.rows]), cut=cut)
            results = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as error:
            raise StoreError("graph.not_an_endpoint", address=self.query_address, reason=error) from error
        if isinstance(results, ox.QueryBoolean):
            return Answer(truth=bool(results))
        names = tuple(variable.value for variable in results.variables)
        rows = [tuple(row[name] for name in names) for row in results]
        return Answer(names, tuple(rows[: limits.rows]), cut=len(rows) > limits.rows)

    def has_graph(self, iri: str) -> bool:
        """Whether there is a named graph of this name that holds something."""
        return bool(self.answer(f"ASK {{ GRAPH {ox.NamedNode(iri)} {{ ?s ?p ?o }} }}", Limits()).truth)

    def entries(self) -> list[Entry]:
        """The assessments that are published, by name of the company."""
        return entries_of(self)

    def law_digest(self) -> str | None:
        """The digest of the rule files whose law is loaded."""
        return self._digest(RULEBASE, None)

    # --- changing ---------------------------------------------------------------------------------------

    def add(self, graphs: Iterable[Published]) -> Change:
        """Publish graphs, one update each, and bring the law up to date."""
        self._update_law()
        total = Change()
        for graph in graphs:
            there = self._digest(graph.graph, graph.graph)
            if there == graph.digest:
                total += Change(unchanged=1)
                continue
            self._update(insertion(graph))
            total += Change(new=1) if there is None else Change(changed=1)
        return total

    def remove(self, graphs: Iterable[str]) -> int:
        """Remove graphs; the number of those that were there."""
        there = [graph for graph in graphs if self.has_graph(graph)]
        for graph in there:
            self._update(f"DROP SILENT GRAPH {ox.NamedNode(graph)}")
        return len(there)

    def _update_law(self) -> None:
        there = self.law_digest()
        if there == self.rulebase.digest:
            return
        if there is None and self.answer("ASK { ?s ?p ?o }", Limits()).truth:
            raise StoreError("graph.default_graph_taken", address=self.query_address)
        triples = law(self.rulebase, self.ontology).decode()
        self._update(f"CLEAR DEFAULT ; INSERT DATA {{ {triples} }}")

    def _digest(self, node: str, graph: str | None) -> str | None:
        pattern = f"{ox.NamedNode(node)} <{terms.NS}digest> ?digest"
        if graph is not None:
            pattern = f"GRAPH {ox.NamedNode(graph)} {{ {pattern} }}"
        rows = self.answer(f"SELECT ?digest {{ {pattern} }} LIMIT 1", Limits()).rows
        return str(rows[0][0].value) if rows and isinstance(rows[0][0], ox.Literal) else None

    def _update(self, update: str) -> None:
        assert self.update_address is not None
        self._post(self.update_address, "application/sparql-update", update, Limits(seconds=120))

    # --- the protocol -----------------------------------------------------------------------------------

    def _post(self, address: str, kind: str, text: str, limits: Limits) -> tuple[str, bytes]:
        headers = {**self._headers, "Content-Type": f"{kind}; charset=utf-8", "Accept": _ACCEPT}
        request = urllib.request.Request(address, text.encode(), headers, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=limits.seconds) as response:  # noqa: S310
                body = response.read(limits.megabytes * _MEGABYTE + 1)
                kind = response.headers.get_content_type()
        except urllib.error.HTTPError as error:
            said = error.read(_SHOWN).decode(errors="replace").strip()
            if error.code == http.client.BAD_REQUEST:
                raise QueryError("graph.engine", message=said or error.reason) from error
            reason = f"HTTP {error.code} {said or error.reason}"
            raise StoreError("graph.unreachable", address=address, reason=reason) from error
        except TimeoutError as error:
            raise QueryError("graph.stopped_time", seconds=f"{limits.seconds:g}") from error
        except (OSError, http.client.HTTPException) as error:
            if isinstance(getattr(error, "reason", None), TimeoutError):
                raise QueryError("graph.stopped_time", seconds=f"{limits.seconds:g}") from error
            said = str(getattr(error, "reason", error))
            raise StoreError("graph.unreachable", address=address, reason=said) from error
        if len(body) > limits.megabytes * _MEGABYTE:
            raise QueryError("graph.stopped_size", megabytes=limits.megabytes)
        return kind, body


def _without_credentials(address: str) -> tuple[str, dict[str, str]]:
    """An address without its user and password, and the header that carries them."""
    parts = urlsplit(address)
    if parts.username is None:
        return address, {}
    token = base64.b64encode(f"{parts.username}:{parts.password or ''}".encode()).decode()
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=host)), {"Authorization": f"Basic {token}"}
