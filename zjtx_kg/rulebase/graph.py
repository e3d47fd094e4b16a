"""The triples of all rule files, indexed by subject, each subject with the file that describes it.

Reading a property states what is expected of it; what does not fit is recorded as a :class:`Problem` with
file and node, and reading goes on, so that an author sees all problems at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from zjtx_kg.errors import Problem
from zjtx_kg.exact import Fraction, exact
from zjtx_kg.rulebase.turtle import parse_file
from zjtx_kg.terms import BASE, NS, RDF, RDFS, SKOS, XSD
from zjtx_kg.texts import Text

__all__ = ["Graph", "Node"]

#: An IRI, or ``_:`` and the label of a blank node.
Node = str
_NIL = RDF + "nil"


class Graph:
    """All rule files as one graph."""

    def __init__(self) -> None:
        self.about: dict[Node, dict[str, list[ox.Literal | Node]]] = {}
        self.file_of: dict[Node, str] = {}
        self.types: dict[str, list[Node]] = {}
        self.problems: list[Problem] = []

    @classmethod
    def read(cls, root: Path, files: Iterable[Path]) -> Graph:
        graph = cls()
        for path in files:
            graph.add(path, path.relative_to(root).as_posix())
        return graph

    def add(self, path: Path, name: str) -> None:
        about, file_of, types = self.about, self.file_of, self.types
        rdf_type = RDF + "type"
        for triple in parse_file(path, name):
            subject, value = _key(triple.subject), triple.object
            predicate = triple.predicate.value
            entry = about.get(subject)
            if entry is None:
                entry = about[subject] = {}
                file_of[subject] = name
            if isinstance(value, ox.Literal):
                entry.setdefault(predicate, []).append(value)
                continue
            key = _key(value)
            entry.setdefault(predicate, []).append(key)
            if predicate == rdf_type:
                types.setdefault(key, []).append(subject)

    # --- problems -----------------------------------------------------------------------------------

    def problem(self, code: str, node: Node, found: object = "", **facts: object) -> None:
        """Record what is wrong with a node. Blank nodes are named by their nearest named owner."""
        path = f"{self.file_of.get(self.owner(node), '')} <{self.short(self.owner(node))}>"
        self.problems.append(Problem(code, path.strip(), str(found), facts))

    def owner(self, node: Node) -> Node:
        if not node.startswith("_:"):
            return node
        for subject, entry in self.about.items():
            for values in entry.values():
                if node in values:
                    return self.owner(subject)
        return node

    @staticmethod
    def short(node: Node) -> str:
        return node.removeprefix(BASE)

    # --- reading ------------------------------------------------------------------------------------

    def instances(self, name: str) -> list[Node]:
        """All subjects of class ``z:<name>``."""
        return self.types.get(NS + name, [])

    def classes(self, node: Node) -> set[str]:
        """The local names of the z: classes of a node."""
        return {
            value.removeprefix(NS)
            for value in self.about.get(node, {}).get(RDF + "type", [])
            if isinstance(value, str) and value.startswith(NS)
        }

    def values(self, node: Node, predicate: str) -> list[ox.Literal | Node]:
        return self.about.get(node, {}).get(_full(predicate), [])

    def links(self, node: Node, predicate: str) -> list[Node]:
        return [value for value in self.values(node, predicate) if isinstance(value, str)]

    def link(self, node: Node, predicate: str, *, needed: bool = False) -> Node | None:
        found = self.links(node, predicate)
        if len(found) > 1:
            self.problem("one_value", node, ", ".join(map(self.short, found)), property=predicate)
        if not found and needed:
            self.problem("missing_property", node, "", property=predicate)
        return found[0] if found else None

    def sequence(self, node: Node, predicate: str) -> list[Node]:
        """The members of the RDF list under ``predicate``."""
        found: list[Node] = []
        cell = self.link(node, predicate, needed=True)
        seen = set()
        while cell is not None and cell != _NIL:
            if cell in seen or cell not in self.about:
                self.problem("broken_list", node, predicate, property=predicate)
                break
            seen.add(cell)
            entry = self.about[cell]
            found += [value for value in entry.get(RDF + "first", []) if isinstance(value, str)]
            rest = entry.get(RDF + "rest", [_NIL])[0]
            cell = rest if isinstance(rest, str) else None
        return found

    def literal(self, node: Node, predicate: str, *, needed: bool = False) -> ox.Literal | None:
        found = [value for value in self.values(node, predicate) if isinstance(value, ox.Literal)]
        if len(found) > 1:
            self.problem("one_value", node, ", ".join(v.value for v in found), property=predicate)
        if not found and needed:
            self.problem("missing_property", node, "", property=predicate)
        return found[0] if found else None

    def string(self, node: Node, predicate: str) -> str | None:
        found = self.literal(node, predicate)
        return found.value if found is not None else None

    def number(self, node: Node, predicate: str, *, needed: bool = False) -> int | Fraction | None:
        """An exact decimal. Doubles and malformed literals are refused: a threshold must not drift."""
        found = self.literal(node, predicate, needed=needed)
        if found is None:
            return None
        if found.datatype.value != XSD + "decimal":
            self.problem("not_a_decimal", node, str(found), property=predicate)
            return None
        try:
            return exact(found.value)
        except ValueError:
            self.problem("not_a_decimal", node, str(found), property=predicate)
            return None

    def integer(self, node: Node, predicate: str, *, needed: bool = False) -> int | None:
        found = self.literal(node, predicate, needed=needed)
        if found is None:
            return None
        if found.datatype.value != XSD + "integer" or not found.value.lstrip("+-").isdecimal():
            self.problem("not_an_integer", node, str(found), property=predicate)
            return None
        return int(found.value)

    def boolean(self, node: Node, predicate: str, *, needed: bool = False) -> bool | None:
        found = self.literal(node, predicate, needed=needed)
        if found is None:
            return None
        if found.datatype.value != XSD + "boolean" or found.value not in (
            "true",
            "false",
        ):
            self.problem("not_a_boolean", node, str(found), property=predicate)
            return None
        return found.value == "true"

    def text(self, node: Node, predicate: str, *, needed: bool = False) -> Text | None:
        """A text in Chinese and English; one language alone is a problem."""
        spoken: dict[str, str] = {}
        for value in self.values(node, predicate):
            if isinstance(value, ox.Literal) and value.language:
                spoken["zh" if value.language.lower().startswith("zh") else value.language.lower()] = (
                    value.value
                )
        if {"zh", "en"} <= spoken.keys():
            return Text(spoken["zh"], spoken["en"])
        if needed or spoken:
            self.problem("two_languages", node, ", ".join(sorted(spoken)), property=predicate)
        return None

    def walk(self) -> Iterator[tuple[Node, str, ox.Literal | Node]]:
        for subject, entry in self.about.items():
            for predicate, values in entry.items():
                for value in values:
                    yield subject, predicate, value


def _key(term: object) -> Node:
    if isinstance(term, ox.NamedNode):
        return term.value
    if isinstance(term, ox.BlankNode):
        return "_:" + term.value
    raise TypeError(term)


_FULL = {
    "label": RDFS + "label",
    "prefLabel": SKOS + "prefLabel",
    "altLabel": SKOS + "altLabel",
    "definition": SKOS + "definition",
    "notation": SKOS + "notation",
    "note": SKOS + "note",
    "inScheme": SKOS + "inScheme",
    "broader": SKOS + "broader",
}


def _full(name: str) -> str:
    return _FULL.get(name) or (name if ":" in name else NS + name)
