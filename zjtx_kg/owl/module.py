"""The part of the OWL view that some criteria need, and the question about one company.

A company is an individual. It meets a condition exactly when it is a member of the condition's class, which
is so when nothing can be that individual *and* a member of the complement. So each condition is asked twice,
for the class and for its complement, as the satisfiability of an intersection: two runs of the reasoner that
take milliseconds, where computing the hierarchy of all classes takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from zjtx_kg.owl import names
from zjtx_kg.owl.language import (
    Axiom,
    ClassExpression,
    Complement,
    Declaration,
    Equivalent,
    Every,
    Intersection,
    Member,
    Named,
    Singleton,
    Some,
    Union,
    all_of,
)
from zjtx_kg.owl.view import Property, Viewer, definition
from zjtx_kg.rulebase import Rulebase, Selection
from zjtx_kg.terms import DL

__all__ = ["Module", "module"]

_INDIVIDUAL = DL + "company"


@dataclass(frozen=True, slots=True)
class Module:
    """Definitions of some criteria. ``classes`` maps each condition id to the class that means it is met."""

    axioms: tuple[Axiom, ...]
    classes: Mapping[str, str]
    meanings: Mapping[str, ClassExpression]
    properties: Mapping[str, Property]

    @property
    def ids(self) -> Sequence[str]:
        return tuple(self.classes)

    def about(self, known: Iterable[ClassExpression]) -> tuple[Axiom, ...]:
        """The module with one company of which something is known, and the questions about it."""
        asked: list[Axiom] = []
        company = Singleton(_INDIVIDUAL)
        for position, iri in enumerate(self.classes.values()):
            for side, against in (("m", iri), ("u", names.unmet(iri))):
                name = names.probe(position, side)
                asked += [
                    Declaration("Class", name),
                    Equivalent(name, all_of([company, Named(against)])),
                ]
        return (*self.axioms, Declaration("NamedIndividual", _INDIVIDUAL), *self.company(known), *asked)

    def company(self, known: Iterable[ClassExpression]) -> tuple[Axiom, ...]:
        """What is known of the company, as assertions on it."""
        return tuple(Member(_INDIVIDUAL, one) for one in (Named(names.COMPANY), *known))

    def asking(self, expressions: Sequence[ClassExpression]) -> tuple[tuple[Axiom, ...], list[str]]:
        """The module with questions about companies at large, a class for each."""
        asked = [names.probe(position, "q") for position in range(len(expressions))]
        axioms: list[Axiom] = []
        for name, expression in zip(asked, expressions, strict=True):
            axioms += [
                Declaration("Class", name),
                Equivalent(name, all_of([Named(names.COMPANY), expression])),
            ]
        return (*self.axioms, *axioms), asked

    def properties_of(self, value: ClassExpression) -> frozenset[str]:
        """The data properties that a class expression rests on, through the classes that it names."""
        match value:
            case Named(iri):
                return self.properties_of(self.meanings[iri]) if iri in self.meanings else frozenset()
            case Complement(of):
                return self.properties_of(of)
            case Intersection(members) | Union(members):
                return frozenset().union(*(self.properties_of(member) for member in members))
            case Some(name, _) | Every(name, _):
                return frozenset([name])
        return frozenset()

    def probes(self) -> list[str]:
        """The classes to ask for, class and complement of each condition in turn."""
        return [names.probe(n, side) for n in range(len(self.classes)) for side in ("m", "u")]


@lru_cache(maxsize=64)
def module(rulebase: Rulebase, selections: tuple[Selection, ...]) -> Module:
    """What the reasoner has to know of the rules to judge these selections: no more than they use."""
    viewer = Viewer(rulebase)
    found = [one for selection in selections for one in viewer.definitions(selection)]
    classes = {}
    meanings = {}
    for _, iri, means in found:
        meanings[iri] = means
        if iri.startswith(names.met("")):
            classes[iri.removeprefix(names.met(""))] = iri
    defined = [axiom for iri, means in meanings.items() for axiom in definition(iri, means)]
    used = [axiom for used in viewer.properties.values() for axiom in used.axioms()]
    axioms: tuple[Axiom, ...] = (Declaration("Class", names.COMPANY), *used, *defined)
    return Module(tuple(dict.fromkeys(axioms)), classes, meanings, dict(viewer.properties))
