"""The ledger of the rule files: what rests on each clause, and which clauses nothing rests on.

It is read from the triples, not from the rule model: whatever names a clause by ``z:clause`` or ``z:between``
rests on it, so that a new kind of rule is in the ledger without a line of code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from zjtx_kg import terms
from zjtx_kg.errors import Problem
from zjtx_kg.resources import ontology_directory
from zjtx_kg.rulebase.graph import Graph, Node
from zjtx_kg.rulebase.model import Clause
from zjtx_kg.rulebase.reader import load, rule_files
from zjtx_kg.rulebase.rulebase import Rulebase

__all__ = ["Entry", "Ledger", "ledger"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A clause, what rests on it (IRIs without the base), and its parts that carry something."""

    clause: Clause
    carried_by: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def mapped(self) -> bool:
        return bool(self.carried_by or self.parts)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every clause of every document; ``under`` names what each reading of an ambiguity governs."""

    rulebase: Rulebase
    entries: tuple[Entry, ...]
    under: dict[str, tuple[str, ...]]
    file_of: dict[str, str]

    def documents(self) -> Iterator[tuple[str, tuple[Entry, ...]]]:
        """The entries of each policy, then of each material."""
        for document in (*self.rulebase.policies, *self.rulebase.materials):
            yield document, tuple(entry for entry in self.entries if entry.clause.document == document)

    def problems(self) -> Iterator[Problem]:
        """Clauses that are neither mapped nor declared unmapped, or both; documents without a clause."""
        for entry in self.entries:
            id = entry.clause.id
            place = f"{self.file_of.get(id, '')} <clause/{id}>".strip()
            if entry.clause.unmapped is None and not entry.mapped:
                yield Problem("clause_not_mapped", place, entry.clause.citation.zh)
            elif entry.clause.unmapped is not None and entry.carried_by:
                yield Problem("clause_both", place, entry.carried_by[0])
        for document, entries in self.documents():
            if not entries:
                yield Problem("document_without_clause", document, "")


def ledger(root: Path | None = None) -> Ledger:
    """The ledger of a directory of rule files, by default those of this installation."""
    directory = root or ontology_directory()
    graph = Graph.read(directory, rule_files(directory))
    rulebase = load(root)
    owners = _owners(graph)
    carried: dict[str, set[str]] = {}
    under: dict[str, set[str]] = {}
    for node in graph.about:
        name = graph.short(owners(node))
        for predicate in ("clause", "between"):
            for clause in graph.links(node, predicate):
                carried.setdefault(clause.removeprefix(terms.CLAUSE), set()).add(name)
        for reading in graph.links(node, "underReading") + graph.links(node, "requiredUnder"):
            under.setdefault(reading.removeprefix(terms.BASE + "reading/"), set()).add(name)
    for id in rulebase.clauses:
        for other in graph.links(terms.CLAUSE + id, "encodedAs"):
            carried.setdefault(id, set()).add(graph.short(other))
    entries = tuple(
        Entry(clause, tuple(sorted(carried.get(id, ()))), _parts(id, carried))
        for id, clause in rulebase.clauses.items()
    )
    files = {
        node.removeprefix(terms.CLAUSE): file
        for node, file in graph.file_of.items()
        if node.startswith(terms.CLAUSE)
    }
    return Ledger(rulebase, entries, {id: tuple(sorted(found)) for id, found in under.items()}, files)


def _parts(id: str, carried: dict[str, set[str]]) -> tuple[str, ...]:
    return tuple(sorted(part for part in carried if part.startswith(id + "/")))


def _owners(graph: Graph) -> Callable[[Node], Node]:
    """How to find the nearest named node above a blank one."""
    above: dict[Node, Node] = {}
    for subject, _, value in graph.walk():
        if isinstance(value, str) and value.startswith("_:"):
            above.setdefault(value, subject)

    def owner(node: Node) -> Node:
        while node.startswith("_:") and node in above:
            node = above[node]
        return node

    return owner
