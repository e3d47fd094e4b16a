"""The law as it is queried: the triples of the rule files, and what the rule base derives from them.

A rule file says each thing once, so what a reader asks for is often not written in it: the sentence of a
threshold is made from indicator, operator and bound. Here it is added, together with the place of every
condition in its tree, so that a query needs no list traversal and prose cannot drift from the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox

import zjtx_kg
from zjtx_kg import terms
from zjtx_kg.graph.values import iri, literal, number
from zjtx_kg.reasoning.template import reads
from zjtx_kg.reasoning.wording import Wording, wording
from zjtx_kg.resources import ontology_directory
from zjtx_kg.rulebase import Rulebase, rule_files
from zjtx_kg.rulebase.model import (
    AllOf,
    AnyOf,
    AtLeast,
    AwardCondition,
    BooleanCondition,
    CountedItem,
    Criteria,
    Inclusion,
    Item,
    LevelThreshold,
    Node,
    ScoreGroup,
    ScoreTable,
    Threshold,
    TitleCondition,
    ValueItem,
)
from zjtx_kg.rulebase.turtle import parse_file
from zjtx_kg.texts import Text

__all__ = ["RULEBASE", "law", "law_quads", "operator_of", "sentence_lines"]

#: The node that tells which state of the rule files a dataset holds.
RULEBASE: Final = terms.BASE + "rulebase"
_OPERATORS: Final = {
    AllOf: "all",
    AnyOf: "any",
    AtLeast: "at_least",
    ScoreTable: "score",
    ScoreGroup: "score",
    Criteria: "all",
    BooleanCondition: "=",
    Inclusion: "includes",
    TitleCondition: "holds",
    AwardCondition: "won",
    CountedItem: "count",
    ValueItem: "value",
}


@lru_cache(maxsize=8)
def law(rulebase: Rulebase, root: Path | None = None) -> bytes:
    """The law as N-Triples: the rule files of ``root`` (by default those of this installation), and what
    ``rulebase``, loaded from them, derives."""
    return ox.serialize(law_quads(rulebase, root), format=ox.RdfFormat.N_TRIPLES) or b""


def law_quads(rulebase: Rulebase, root: Path | None = None) -> Iterator[ox.Triple]:
    """The triples of :func:`law`, one after the other."""
    directory = root or ontology_directory()
    for path in rule_files(directory):
        for found in parse_file(path, path.name):
            yield ox.Triple(found.subject, found.predicate, found.object)
    derived = "".join(_derived(rulebase)).encode()
    for quad in ox.parse(derived, format=ox.RdfFormat.N_TRIPLES):
        yield quad.triple


def _derived(rulebase: Rulebase) -> Iterator[str]:
    words = wording(rulebase)
    for criteria in rulebase.criteria.values():
        yield from _tree(criteria, words)
    for id, indicator in rulebase.indicators.items():
        subject = iri(terms.INDICATOR + id)
        figures = () if indicator.derivation is None else indicator.derivation.arguments
        for figure in dict.fromkeys(argument.indicator for argument in figures):
            yield f"{subject} <{terms.NS}computedFrom> {iri(terms.INDICATOR + figure)} .\n"
        for kind in rulebase.evidence_of(id):
            yield f"{subject} <{terms.NS}evidencedBy> {iri(terms.EVIDENCE + kind)} .\n"
    yield (
        f"<{RULEBASE}> <{terms.RDF}type> <{terms.NS}Rulebase> .\n"
        f"<{RULEBASE}> <{terms.NS}digest> {literal(rulebase.digest)} .\n"
        f"<{RULEBASE}> <{terms.NS}engineVersion> {literal(zjtx_kg.__version__)} .\n"
    )


def _tree(criteria: Criteria, words: Wording) -> Iterator[str]:
    root = iri(terms.CONDITION + criteria.id)
    yield from sentence_lines(root, words.label(criteria))
    order = 0

    def below(node: Node, parent: str) -> Iterator[str]:
        nonlocal order
        for part in node.parts:
            order += 1
            subject = iri(terms.CONDITION + part.id)
            yield f"{subject} <{terms.NS}inCriteria> {root} .\n"
            yield f"{subject} <{terms.NS}parentCondition> {parent} .\n"
            yield f'{subject} <{terms.NS}order> "{order}"^^<{terms.XSD}integer> .\n'
            yield from sentence_lines(subject, words.label(part))
            operator = operator_of(part)
            yield f"{subject} <{terms.NS}operator> {literal(operator)} .\n"
            bound = _bound(part)
            if bound is not None:
                yield f"{subject} <{terms.NS}bound> {bound} .\n"
            for id in sorted(reads(part)):
                yield f"{subject} <{terms.NS}reads> {iri(terms.INDICATOR + id)} .\n"
            yield from below(part, subject)

    yield from below(criteria, root)


def sentence_lines(subject: str, label: Text, predicate: str = terms.NS + "sentence") -> Iterable[str]:
    """A text in both languages as two lines of N-Triples."""
    return (
        f"{subject} <{predicate}> {literal(label.zh, language='zh-Hans')} .\n",
        f"{subject} <{predicate}> {literal(label.en, language='en')} .\n",
    )


def operator_of(node: Node) -> str:
    """How a node compares or combines, as findings print it."""
    if isinstance(node, Threshold | LevelThreshold):
        return str(node.comparison)
    return _OPERATORS.get(type(node), "band" if isinstance(node, Item) else "")


def _bound(node: Node) -> str | None:
    """The bound of a threshold, a pass mark, a floor, or a number of members."""
    match node:
        case Threshold():
            return number(node.bound)
        case BooleanCondition():
            return literal("true" if node.value else "false", datatype="boolean")
        case ScoreTable():
            return number(node.pass_mark)
        case ScoreGroup():
            return None if node.floor is None else number(node.floor)
        case AtLeast():
            return number(node.minimum)
    return None
