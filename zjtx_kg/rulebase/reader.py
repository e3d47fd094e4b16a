"""From Turtle to the rule base.

Everything a rule file can get wrong is found here, collected, and refused at once with file, node, what is
wrong and the remedy; nothing half-read is returned. The shapes in ``ontology/shapes`` say the same for rule
authors in SHACL, and more.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from zjtx_kg import terms
from zjtx_kg.errors import Problem, RulebaseError
from zjtx_kg.resources import ontology_directory
from zjtx_kg.rulebase import checks
from zjtx_kg.rulebase.changes import ChangeReader
from zjtx_kg.rulebase.conditions import ConditionReader
from zjtx_kg.rulebase.context import NOTHING, Context
from zjtx_kg.rulebase.corpus_reader import CorpusReader
from zjtx_kg.rulebase.documents import DocumentReader
from zjtx_kg.rulebase.graph import Graph, Node
from zjtx_kg.rulebase.lists import read_indicators, read_schemes
from zjtx_kg.rulebase.model import (
    Applicability,
    Award,
    Classification,
    Clause,
    Evidence,
    Kind,
    Phrase,
    Policy,
    Rational,
    Reading,
    Tier,
    Title,
    Unit,
)
from zjtx_kg.rulebase.questionnaires import QuestionnaireReader
from zjtx_kg.rulebase.rulebase import Rulebase
from zjtx_kg.rulebase.subsidies import SubsidyReader
from zjtx_kg.rulebase.systems import SystemReader

__all__ = ["load", "rule_files"]

#: Generated from the rules, so not read as rules.
_GENERATED: Final = {"owl-view.ttl", "void.ttl"}
#: Individuals of the vocabulary whose names explanations print.
_NAMED: Final = (
    "Attestation",
    "KnowledgeKind",
    "ApplicationKind",
    "Topic",
    "Agreement",
    "StackingRule",
    "SubsidyMode",
    "Occasion",
    "AreaLevel",
)


def rule_files(root: Path) -> list[Path]:
    """The Turtle files that are read as rules: all but shapes and generated views."""
    return [
        path
        for path in sorted(root.rglob("*.ttl"))
        if path.name not in _GENERATED and path.relative_to(root).parts[0] != "shapes"
    ]


def load(root: Path | None = None) -> Rulebase:
    """Read the rule files of a directory, by default those of this installation (read once).

    Raises :class:`RulebaseError` with every problem of every file. No network is used.
    """
    return _shipped() if root is None else _read(root)


@cache
def _shipped() -> Rulebase:
    return _read(ontology_directory())


def _read(root: Path) -> Rulebase:
    files = rule_files(root)
    graph = Graph.read(root, files)
    rulebase = _Reader(graph).rulebase(_digest(root, files))
    problems = graph.problems or [_in_file(problem, graph) for problem in checks.check(rulebase)]
    if problems:
        raise RulebaseError("rulebase", problems, directory=root.name)
    return rulebase


def _in_file(problem: Problem, graph: Graph) -> Problem:
    """A problem of the rule base as a whole, with the file of its node."""
    file = graph.file_of.get(terms.BASE + problem.path, "")
    return replace(problem, path=f"{file} <{problem.path}>".strip())


def _digest(root: Path, files: list[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        total.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


class _Reader:
    def __init__(self, graph: Graph) -> None:
        self.g = graph
        self.c = Context(graph)
        self.conditions = ConditionReader(self.c)
        self.documents = DocumentReader(self.c)
        self.subsidies = SubsidyReader(self.c)
        self.questionnaires = QuestionnaireReader(self.c, self.conditions)
        self.systems = SystemReader(self.c, self.conditions)
        self.changes = ChangeReader(self.c)
        self.corpus = CorpusReader(self.c, self.conditions)

    def rulebase(self, digest: str) -> Rulebase:
        g, c = self.g, self.c
        self._undeclared_terms()
        c.units = c.mapped("Unit", terms.UNIT, self._unit)
        evidence = c.mapped("EvidenceType", terms.EVIDENCE, self._evidence)
        read_schemes(c)
        policies = c.mapped("Policy", terms.POLICY, self._policy)
        c.clauses = c.mapped("Clause", terms.CLAUSE, self._clause)
        titles = [self._title(node) for node in g.instances("Title") + g.instances("Tier")]
        c.titles = {title.id: title for title in titles}
        c.awards = c.mapped("Award", terms.AWARD, lambda node, id: Award(id, c.label(node)))
        c.readings = c.mapped("Reading", terms.READING, self._reading)
        read_indicators(c)
        subsidies = self.subsidies.read()
        self.systems.read_figures()
        measures = c.mapped("Measure", terms.BASE + "measure/", self.documents.measure)
        changes = [self.changes.change(node, measures) for node in g.instances("Change")]
        criteria = [self.conditions.criteria(node) for node in g.instances("Criteria")]
        return Rulebase(
            digest=digest,
            units=c.units,
            evidence=evidence,
            schemes=c.schemes,
            indicators=c.indicators,
            policies=policies,
            clauses=c.clauses,
            titles=c.titles,
            awards=c.awards,
            readings=c.readings,
            criteria={(found.policy, found.tier): found for found in criteria},
            classifications=c.mapped("Classification", terms.BASE + "classification/", self._classification),
            applicability=tuple(self._applicability(n) for n in sorted(g.instances("Applicability"))),
            definitions=c.mapped("Definition", terms.BASE + "definition/", self.documents.definition),
            provisions=c.mapped("Provision", terms.BASE + "provision/", self.documents.provision),
            procedures=c.mapped("Procedure", terms.BASE + "procedure/", self.documents.procedure),
            areas=self.subsidies.areas,
            subsidies=subsidies,
            questionnaires=c.mapped("Questionnaire", terms.QUESTIONNAIRE, self.questionnaires.questionnaire),
            systems=c.mapped("IndicatorSystem", terms.SYSTEM, self.systems.system),
            measures=measures,
            changes={change.indicator: change for change in changes},
            paces={pace.tier: pace for pace in map(self.changes.pace, g.instances("Pace"))},
            materials=c.mapped("Material", terms.BASE + "material/", self.corpus.material),
            ambiguities=c.mapped("Ambiguity", terms.BASE + "ambiguity/", self.corpus.ambiguity),
            disagreements=c.mapped("Disagreement", terms.BASE + "disagreement/", self.corpus.disagreement),
            comparisons=self.corpus.comparisons(),
            dimensions=c.mapped("Dimension", terms.BASE + "dimension/", self.corpus.dimension),
            gradings=c.mapped("Grading", terms.BASE + "grading/", self.corpus.grading),
            diagnosis=c.mapped("DiagnosisItem", terms.BASE + "diagnosis/", self.corpus.diagnosis_item),
            forms=c.mapped("Form", terms.BASE + "form/", self.corpus.form),
            phrases=c.mapped("Phrase", terms.PHRASE, self._phrase),
            names={
                node.removeprefix(terms.NS): c.label(node) for name in _NAMED for node in g.instances(name)
            },
        )

    def _undeclared_terms(self) -> None:
        """A z: term that the vocabulary does not declare is a slip of the pen."""
        reported = set()
        for subject, predicate, value in self.g.walk():
            for name in (predicate, value):
                if (
                    isinstance(name, str)
                    and name.startswith(terms.NS)
                    and name not in self.g.about
                    and (subject, name) not in reported
                ):
                    reported.add((subject, name))
                    self.g.problem("undeclared_term", subject, "z:" + name.removeprefix(terms.NS))

    def _unit(self, node: Node, id: str) -> Unit:
        forms: dict[str, Rational] = {}
        for form in self.g.links(node, "form"):
            suffix, factor = (
                self.g.string(form, "suffix"),
                self.g.number(form, "factor", needed=True),
            )
            if suffix and factor is not None:
                forms[suffix] = factor
        return Unit(id, self.g.string(node, "notation") or id, self.c.label(node), forms)

    def _evidence(self, node: Node, id: str) -> Evidence:
        return Evidence(
            id,
            self.c.label(node),
            self.g.text(node, "definition", needed=True) or NOTHING,
        )

    def _phrase(self, node: Node, id: str) -> Phrase:
        return Phrase(id, self.g.text(node, "template", needed=True) or NOTHING)

    def _reading(self, node: Node, id: str) -> Reading:
        ambiguity = self.g.link(node, "readingOf", needed=True) or ""
        return Reading(
            id,
            self.c.label(node),
            ambiguity.removeprefix(terms.BASE + "ambiguity/"),
            bool(self.g.boolean(node, "encoded", needed=True)),
            self.g.text(node, "consequence"),
        )

    def _policy(self, node: Node, id: str) -> Policy:
        g = self.g
        return Policy(
            id=id,
            title=self.c.label(node),
            short=g.text(node, "altLabel"),
            number=g.string(node, "documentNumber") or "",
            issuer=g.text(node, "issuer", needed=True) or NOTHING,
            issued=g.string(node, "issued") or "",
            in_force=self.c.day(node, "inForceFrom"),
            repealed=self.c.day(node, "repealedOn"),
            replaces=tuple(n.removeprefix(terms.POLICY) for n in g.links(node, "replaces")),
            attestation=(g.link(node, "attestation", needed=True) or "").removeprefix(terms.NS),
            note=g.text(node, "note"),
        )

    def _clause(self, node: Node, id: str) -> Clause:
        g = self.g
        material = g.link(node, "material")
        if material is not None and material not in g.about:
            g.problem("dangling", node, g.short(material), property="material")
        policy = g.link(node, "policy", needed=material is None) or ""
        return Clause(
            id=id,
            policy=policy.removeprefix(terms.POLICY),
            citation=g.text(node, "citation", needed=True) or NOTHING,
            summary=g.text(node, "definition", needed=True) or NOTHING,
            attestation=(g.link(node, "attestation", needed=True) or "").removeprefix(terms.NS),
            unmapped=g.text(node, "unmappedBecause"),
            material=material.removeprefix(terms.BASE + "material/") if material else None,
        )

    def _title(self, node: Node) -> Title:
        g = self.g
        if not node.startswith(terms.TIER):
            later = g.link(node, "laterTitle")
            return Title(
                node.removeprefix(terms.TITLE),
                self.c.label(node),
                later=later.removeprefix(terms.TIER) if later else None,
            )
        return Tier(
            node.removeprefix(terms.TIER),
            self.c.label(node),
            g.integer(node, "order", needed=True) or 0,
            g.text(node, "authority"),
            tuple(n.removeprefix(terms.TIER) for n in g.links(node, "advancesTo")),
            g.text(node, "definition"),
        )

    def _applicability(self, node: Node) -> Applicability:
        g = self.g
        criteria = (g.link(node, "criteria", needed=True) or "").removeprefix(terms.CONDITION)
        kind = g.link(node, "kind", needed=True)
        if terms.CONDITION + criteria not in g.about:
            g.problem("dangling", node, criteria, property="criteria")
        return Applicability(
            id=g.short(node),
            tier=(g.link(node, "tier", needed=True) or "").removeprefix(terms.TIER),
            kind=Kind(kind.removeprefix(terms.NS)) if kind else Kind.NEW,
            policy=criteria.split("/")[0],
            start=self.c.day(node, "from", needed=True) or date.min,
            end=self.c.day(node, "until"),
        )

    def _classification(self, node: Node, id: str) -> Classification:
        g = self.g
        otherwise = self.c.code(node, g.link(node, "otherwise", needed=True) or "", "otherwise")
        return Classification(
            id=id,
            policy=(g.link(node, "policy", needed=True) or "").removeprefix(terms.POLICY),
            rows=tuple(self.conditions.row(row) for row in g.sequence(node, "of")),
            otherwise=otherwise.id if otherwise else "",
            otherwise_rank=(otherwise.rank or 0) if otherwise else 0,
        )
