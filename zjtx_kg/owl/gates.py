"""Review gates: what an ontology engineer and a policy person would look for, as small SPARQL files.

Each file in ``ontology/gates/`` says in its head how severe a hit is and what it means, in Chinese and
English, and selects ``?node`` and ``?found``. A directory of rules may bring gates of its own; else those of
this installation are used. Adding a gate is adding a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from zjtx_kg.owl.issues import Issue
from zjtx_kg.resources import ontology_directory
from zjtx_kg.rulebase.turtle import parse_file
from zjtx_kg.terms import BASE, NS
from zjtx_kg.texts import Text

__all__ = ["Gate", "gate_issues", "gates"]

SEVERITIES: Final = ("violation", "warning", "info")
_HEAD = re.compile(r"#\s*(severity|zh|en):\s*(.+)")


@dataclass(frozen=True, slots=True)
class Gate:
    name: str
    severity: str
    message: Text
    query: str


def gates(root: Path) -> list[Gate]:
    """The gates of a directory of rules, or of this installation."""
    own = root / "gates"
    folder = own if own.is_dir() else ontology_directory() / "gates"
    return [_gate(path) for path in sorted(folder.glob("*.rq"))]


def _gate(path: Path) -> Gate:
    query = path.read_text(encoding="utf-8")
    head = dict(_HEAD.findall(query))
    missing = {"severity", "zh", "en"} - head.keys()
    if missing or head["severity"] not in SEVERITIES:
        raise ValueError(f"{path.name}: the head needs severity ({'|'.join(SEVERITIES)}), zh and en")
    return Gate(path.stem, head["severity"], Text(head["zh"].strip(), head["en"].strip()), query)


def gate_issues(root: Path, files: list[Path]) -> Iterator[Issue]:
    """Every hit of every gate on these files, with the file that describes the node."""
    store = ox.Store()
    file_of: dict[str, str] = {}
    for path in files:
        name = path.relative_to(root).as_posix()
        for triple in parse_file(path, name):
            store.add(ox.Quad(triple.subject, triple.predicate, triple.object))
            file_of.setdefault(getattr(triple.subject, "value", ""), name)
    for gate in gates(root):
        rows = {(_value(row["node"]), _value(row["found"])) for row in store.query(gate.query)}  # type: ignore[union-attr]
        for node, found in sorted(rows):
            place = f"{file_of.get(node, '')} <{_short(node)}>".strip()
            yield Issue(place, f"{gate.name} {_short(found)}".strip(), gate.message, gate.severity)


def _value(term: ox.NamedNode | ox.BlankNode | ox.Literal | None) -> str:
    return "" if term is None else term.value


def _short(value: str) -> str:
    return value.replace(NS, "z:").removeprefix(BASE)
