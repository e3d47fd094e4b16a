"""Turtle in, canonical Turtle out.

A rule file has one way to be written: stable prefixes, a stable order of subjects and properties, nested
blank nodes, shorthand numbers. So a diff shows what a policy person changed and nothing else.

Comments live at the top of the file only, because RDF has no place for others; a remark on a rule is a
``skos:note``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from zjtx_kg.errors import Problem, RulebaseError
from zjtx_kg.terms import BASE, DCTERMS, NS, OWL, PREFIXES, RDF, RDFS, SKOS, XSD

__all__ = ["Term", "canonical", "header", "parse_file"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Node = ox.NamedNode | ox.BlankNode

_TYPE = ox.NamedNode(RDF + "type")
_FIRST = ox.NamedNode(RDF + "first")
_REST = ox.NamedNode(RDF + "rest")
_NIL = ox.NamedNode(RDF + "nil")

_ORDER: Final = {
    name: position
    for position, name in enumerate(
        [
            RDF + "type",
            OWL + "versionIRI",
            OWL + "priorVersion",
            OWL + "imports",
            DCTERMS + "title",
            DCTERMS + "description",
            SKOS + "notation",
            RDFS + "label",
            SKOS + "prefLabel",
            SKOS + "altLabel",
            SKOS + "definition",
            NS + "tier",
            NS + "policy",
            NS + "onlyFor",
            NS + "indicator",
            NS + "atLeast",
            NS + "moreThan",
            NS + "atMost",
            NS + "below",
            NS + "clause",
            NS + "attestation",
        ]
    )
}
_LAST: Final = {
    name: position
    for position, name in enumerate([NS + "band", NS + "of", SKOS + "note", SKOS + "scopeNote"])
}
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\Z")
_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def parse_file(path: Path, name: str) -> list[ox.Triple]:
    """All triples of a Turtle file. A syntax error becomes a :class:`RulebaseError` with file and line."""
    try:
        return list(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        problem = Problem("turtle_syntax", f"{name}:{line}" if line else name, str(error.args[0]))
        raise RulebaseError("rulebase", [problem], directory=name) from error


def header(text: str) -> str:
    """The comment lines at the top of a file, which the canonical form keeps."""
    lines = []
    for line in text.splitlines(keepends=True):
        if not line.startswith("#"):
            break
        lines.append(line)
    return "".join(lines)


def canonical(triples: Iterable[ox.Triple], top: str = "") -> str:
    """The one way to write a graph as Turtle."""
    return _Writer(triples).text(top)


class _Writer:
    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.about: dict[_Node, dict[ox.NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self.references: dict[Term, int] = defaultdict(int)
        self.used: set[str] = set()
        for triple in dict.fromkeys(triples):
            self.about[triple.subject][triple.predicate].append(triple.object)  # type: ignore[index]
            self.references[triple.object] += 1

    def text(self, top: str) -> str:
        blocks = [self.block(subject) for subject in self.subjects()]
        prefixes = "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in sorted(self.used))
        return f"{top}@base <{BASE}> .\n{prefixes}\n" + "\n".join(blocks)

    def subjects(self) -> list[_Node]:
        """Ontology header first; then every subject, each followed by the members of its lists."""
        named = sorted((s for s in self.about if self.top_level(s)), key=self.subject_key)
        members = {m for s in named for m in self.members(s)}
        seen: dict[_Node, None] = {}

        def visit(subject: _Node) -> None:
            if subject in seen:
                return
            seen[subject] = None
            for member in self.members(subject):
                visit(member)

        for subject in [s for s in named if s not in members] + named:
            visit(subject)
        return list(seen)

    def top_level(self, subject: _Node) -> bool:
        return isinstance(subject, ox.NamedNode) or self.references[subject] == 0

    def subject_key(self, subject: _Node) -> tuple[int, str]:
        types = {t.value for t in self.about[subject].get(_TYPE, []) if isinstance(t, ox.NamedNode)}
        if isinstance(subject, ox.BlankNode):  # its label is accidental: order by what it says
            return (2, self.properties(subject, 1))
        return (0 if OWL + "Ontology" in types else 1, subject.value)

    def members(self, subject: _Node) -> list[_Node]:
        found: list[_Node] = []
        for predicate in sorted(self.about[subject], key=_predicate_key):
            for value in self.about[subject][predicate]:
                if isinstance(value, ox.BlankNode) and _FIRST in self.about[value]:
                    found += [m for m in self.items(value) if isinstance(m, ox.NamedNode) and m in self.about]
        return found

    def items(self, node: Term) -> list[Term]:
        found = []
        while node != _NIL:
            cell = self.about[node]  # type: ignore[index]
            found.append(cell[_FIRST][0])
            node = cell[_REST][0]
        return found

    def block(self, subject: _Node) -> str:
        name = self.term(subject) if isinstance(subject, ox.NamedNode) else "[]"
        return f"{name}{self.properties(subject, 1)} .\n"

    def properties(self, subject: _Node, depth: int) -> str:
        pad = "    " * depth
        parts = []
        for predicate in sorted(self.about[subject], key=_predicate_key):
            values = [self.term(v, depth) for v in self.about[subject][predicate]]
            values.sort(key=_value_key)
            verb = "a" if predicate == _TYPE else self.term(predicate)
            joined = " , ".join(values)
            if len(values) == 1 or (len(joined) + len(verb) <= 100 and "\n" not in joined):
                parts.append(f"{verb} {joined}")
            else:
                parts.append(f"{verb}\n{pad}    " + f" ,\n{pad}    ".join(values))
        if depth > 1:
            flat = " ; ".join(parts)
            return flat if len(flat) <= 100 and "\n" not in flat else f" ;\n{pad}".join(parts)
        start = " " if parts[0].startswith("a ") else f"\n{pad}"
        return start + f" ;\n{pad}".join(parts)

    def term(self, node: Term, depth: int = 0) -> str:
        if isinstance(node, ox.NamedNode):
            return self.iri(node.value)
        if isinstance(node, ox.Literal):
            return self.literal(node)
        if isinstance(node, ox.BlankNode):
            if _FIRST in self.about[node]:
                return self.sequence(node, depth)
            return f"[ {self.properties(node, depth + 1)} ]"
        raise TypeError(node)

    def sequence(self, node: ox.BlankNode, depth: int) -> str:
        values = [self.term(v, depth + 1) for v in self.items(node)]
        flat = "( " + " ".join(values) + " )"
        if len(flat) <= 100 and "\n" not in flat:
            return flat
        pad = "    " * (depth + 1)
        return "(\n" + "".join(f"{pad}{v}\n" for v in values) + "    " * depth + ")"

    def iri(self, iri: str) -> str:
        for prefix, start in PREFIXES.items():
            if iri.startswith(start) and _LOCAL.match(iri[len(start) :]):
                self.used.add(prefix)
                return f"{prefix}:{iri[len(start) :]}"
        if iri.startswith(BASE) and len(iri) > len(BASE):
            return f"<{iri[len(BASE) :]}>"
        return f"<{iri}>"

    def literal(self, node: ox.Literal) -> str:
        value = node.value
        if node.language:
            return f"{_quoted(value)}@{_tag(node.language)}"
        kind = node.datatype.value
        if kind == XSD + "string":
            return _quoted(value)
        if (
            (kind == XSD + "decimal" and _DECIMAL.match(value))
            or (kind == XSD + "integer" and _INTEGER.match(value))
            or (kind == XSD + "boolean" and value in ("true", "false"))
        ):
            return _short(value) if kind == XSD + "decimal" else value
        return f"{_quoted(value)}^^{self.iri(kind)}"


def _short(value: str) -> str:
    """``70.00`` and ``70.0`` are one decimal; the canonical form has no superfluous digits."""
    head, _, tail = value.partition(".")
    return f"{head.removeprefix('+').lstrip('0') or '0'}.{tail.rstrip('0') or '0'}"


def _value_key(value: str) -> tuple[bool, list[tuple[int, int | str]]]:
    """Chinese before English, and numbers by size, not by digits."""
    pieces = re.split(r"([0-9]+)", value)
    return (
        value.endswith("@en"),
        [(0, int(piece)) if piece.isdigit() else (1, piece) for piece in pieces if piece],
    )


def _predicate_key(predicate: ox.NamedNode) -> tuple[int, str]:
    name = predicate.value
    if name in _ORDER:
        return (_ORDER[name], "")
    if name in _LAST:
        return (1000 + _LAST[name], "")
    return (500, name)


def _quoted(value: str) -> str:
    return '"' + "".join(_ESCAPES.get(c, c) for c in value) + '"'


def _tag(language: str) -> str:
    """Language tags as BCP 47 writes them: a four-letter script starts with a capital."""
    return "-".join(p.capitalize() if len(p) == 4 else p for p in language.split("-"))
