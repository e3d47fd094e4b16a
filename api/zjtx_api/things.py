"""What the law says of one of its things: its statements, what points at it, how it is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from zjtx_kg.graph import Store
from zjtx_kg.terms import BASE, NS, RDF, RDFS, SKOS

__all__ = ["LABELS", "Node", "Things", "Value", "in_language"]

Node = ox.NamedNode | ox.BlankNode
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_TAGS: Final = {"zh": ("zh-hans", "zh"), "en": ("en",)}
_DCTERMS_TITLE: Final = "http://purl.org/dc/terms/title"
#: What a thing is called by, the best first: a condition by its sentence.
LABELS: Final = (
    NS + "sentence",
    RDFS + "label",
    SKOS + "prefLabel",
    NS + "citation",
    _DCTERMS_TITLE,
    NS + "question",
    SKOS + "notation",
)
_NUMBER: Final = NS + "documentNumber"
_ANCHOR: Final = BASE + "ns"


class Things:
    """The law, thing by thing. Looking up one is a matter of microseconds."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def knows(self, iri: str) -> bool:
        """Whether the law says anything of a thing."""
        try:
            return bool(self._store.statements(ox.NamedNode(iri)))
        except ValueError:  # no IRI at all
            return False

    def said(self, node: Node) -> list[tuple[str, Value]]:
        """What is said of a node: pairs of predicate and value."""
        return [(found.predicate.value, found.object) for found in self._store.statements(node)]

    def values(self, node: Node, predicate: str) -> list[Value]:
        return [found.object for found in self._store.statements(node, ox.NamedNode(predicate))]

    def pointing(self, node: ox.NamedNode, predicate: str | None = None) -> list[tuple[ox.NamedNode, str]]:
        """What names a node as its value: pairs of thing and predicate, in the order of their IRIs."""
        wanted = None if predicate is None else ox.NamedNode(predicate)
        found = self._store.statements(None, wanted, node)
        return sorted(
            ((t.subject, t.predicate.value) for t in found if isinstance(t.subject, ox.NamedNode)),
            key=lambda pair: (pair[1], pair[0].value),
        )

    def terms(self) -> list[str]:
        """The IRIs of the terms of the vocabulary, in order."""
        defined = self._store.statements(None, ox.NamedNode(RDFS + "isDefinedBy"), ox.NamedNode(_ANCHOR))
        return sorted({t.subject.value for t in defined if isinstance(t.subject, ox.NamedNode)})

    def items(self, head: Value) -> list[Value] | None:
        """The members of an RDF list; ``None`` where a node is none."""
        found: list[Value] = []
        while isinstance(head, ox.BlankNode):
            first = self.values(head, RDF + "first")
            if not first:
                return None
            found += first[:1]
            head = self.values(head, RDF + "rest")[0]
        return found if isinstance(head, ox.NamedNode) and head.value == RDF + "nil" else None

    # --- words ------------------------------------------------------------------------------------------

    def label(self, node: Node, lang: str) -> str:
        """How a thing is called; the end of its IRI where it has no name."""
        for predicate in LABELS:
            found = self.text(node, predicate, lang)
            if found:
                return self._of_policy(node, found, lang) if predicate == NS + "citation" else found
        return node.value.removeprefix(NS).removeprefix(BASE)

    def text(self, node: Node, predicate: str, lang: str) -> str:
        """The first text of a property in a language; empty where there is none."""
        found = sorted(v.value for v in in_language(self.values(node, predicate), lang))
        return found[0] if found else ""

    def _of_policy(self, clause: Node, citation: str, lang: str) -> str:
        """A clause by its document and its place in it."""
        for policy in self.values(clause, NS + "policy"):
            assert isinstance(policy, ox.NamedNode)
            number = self.text(policy, _NUMBER, lang) or self.label(policy, lang)
            return f"{number} {citation}"
        return citation

    # --- documents --------------------------------------------------------------------------------------

    def description(self, iri: str) -> tuple[ox.Triple, ...]:
        """A thing as a graph: what is said of it with its blank nodes, and which things point at it.

        The vocabulary has one document for all its terms, as its IRIs have one address.
        """
        node = ox.NamedNode(iri)
        if iri == _ANCHOR:
            return tuple(self._closed([node, *map(ox.NamedNode, self.terms())]))
        around = [ox.Triple(thing, ox.NamedNode(p), node) for thing, p in self.pointing(node)]
        return (*self._closed([node]), *around)

    def _closed(self, nodes: Iterable[Node]) -> Iterator[ox.Triple]:
        """The statements of nodes, and of the blank nodes that they lead to."""
        waiting = list(nodes)
        seen: set[Node] = set(waiting)
        while waiting:
            for triple in self._store.statements(waiting.pop()):
                yield triple
                if isinstance(triple.object, ox.BlankNode) and triple.object not in seen:
                    seen.add(triple.object)
                    waiting.append(triple.object)


def in_language(values: Iterable[Value], lang: str) -> list[ox.Literal]:
    """The literals among some values, of those with a language only the ones in the language asked for."""
    literals = [value for value in values if isinstance(value, ox.Literal)]
    return [v for v in literals if v.language is None or v.language in _TAGS[lang]] or literals
