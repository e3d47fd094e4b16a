"""Checks of a directory of rule files: it loads, every clause is mapped, its shapes hold, it is canonical.

Each check gives its issues with file, node, what is wrong and the remedy, in Chinese and English.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from zjtx_kg import terms
from zjtx_kg.errors import Problem, ReasonerError, RulebaseError
from zjtx_kg.owl.gates import gate_issues
from zjtx_kg.owl.issues import Issue
from zjtx_kg.rulebase import load, rule_files
from zjtx_kg.rulebase.ledger import ledger
from zjtx_kg.rulebase.turtle import canonical, header, parse_file
from zjtx_kg.texts import LANGUAGES, Text, say

__all__ = ["CheckResult", "Issue", "check_ontology", "format_file", "turtle_files"]

#: A list of two thousand industries has no rules in it; its shape is checked by the loader.
_NOT_SHAPED: Final = {"gbt4754.ttl"}


@dataclass(frozen=True, slots=True)
class CheckResult:
    check: str
    issues: tuple[Issue, ...]

    @property
    def passed(self) -> bool:
        return not any(issue.severity == "violation" for issue in self.issues)

    def title(self, lang: str) -> str:
        return say(f"check.{self.check}", lang)


def check_ontology(root: Path, *, reasoner: bool = False) -> Iterator[CheckResult]:
    """Run every check on a directory of rule files, one after the other; with HermiT if asked."""
    checks: dict[str, Callable[[Path], Iterator[Issue]]] = {
        "loads": _loads,
        "mapped": _mapped,
        "canonical": _canonical,
        "shapes": _shapes,
        "view": _view,
        "gates": _gates,
    }
    if reasoner:
        checks["reasoner"] = _reasoner
    for name, run in checks.items():
        result = CheckResult(name, tuple(run(root)))
        yield result
        if name == "loads" and not result.passed and any("turtle_syntax" in i.found for i in result.issues):
            return  # nothing else can be read


def turtle_files(root: Path) -> list[Path]:
    """Every Turtle file of the ontology, generated views included."""
    return sorted(root.rglob("*.ttl"))


def format_file(path: Path, root: Path) -> str:
    """The canonical form of a file."""
    text = path.read_text(encoding="utf-8")
    return canonical(parse_file(path, path.relative_to(root).as_posix()), header(text))


def _loads(root: Path) -> Iterator[Issue]:
    try:
        load(root)
    except RulebaseError as error:
        for problem in error.problems:
            yield _issue(problem)


def _mapped(root: Path) -> Iterator[Issue]:
    try:
        problems = list(ledger(root).problems())
    except RulebaseError:
        return  # reported by the first check
    for problem in problems:
        yield _issue(problem)


def _issue(problem: Problem) -> Issue:
    message = Text(*(f"{problem.expected(lang)}；{problem.remedy(lang)}" for lang in LANGUAGES))
    return Issue(problem.path, f"{problem.code}: {problem.found}", message)


def _canonical(root: Path) -> Iterator[Issue]:
    for path in turtle_files(root):
        name = path.relative_to(root).as_posix()
        try:
            wanted = format_file(path, root)
        except RulebaseError:
            continue  # reported by the first check
        if path.read_text(encoding="utf-8") != wanted:
            yield Issue(name, "", Text(*(say("check.not_canonical", lang) for lang in LANGUAGES)))


def _view(root: Path) -> Iterator[Issue]:
    """The committed files say what the rules say; a directory without them has none to check."""
    from zjtx_kg.owl.publishing import generated

    try:
        wanted = generated(load(root), root)
    except RulebaseError:
        return  # reported by the first check
    for name, text in wanted.items():
        path = root / name
        if path.exists() and path.read_text(encoding="utf-8") != text:
            yield Issue(name, "", Text(*(say("check.stale_view", lang) for lang in LANGUAGES)))


def _gates(root: Path) -> Iterator[Issue]:
    try:
        yield from gate_issues(root, rule_files(root))
    except RulebaseError:
        return  # reported by the first check


def _reasoner(root: Path) -> Iterator[Issue]:
    """HermiT finds the rules consistent, and no condition that nobody can meet; always met is noted."""
    from zjtx_kg.owl.classification import classify

    try:
        rulebase = load(root)
    except RulebaseError:
        return  # reported by the first check
    try:
        found = classify(rulebase, implied=False)
    except ReasonerError as error:
        untested = error.code in ("no_java", "no_reasoner")
        texts = [
            say("check.untested", lang, reason=error.message(lang)) if untested else error.message(lang)
            for lang in LANGUAGES
        ]
        yield Issue("", "", Text(*texts), "warning" if untested else "violation")
        return
    for key, severity in (("never", "violation"), ("always", "info")):
        message = Text(*(say(f"check.{key}_met", lang) for lang in LANGUAGES))
        for id in sorted({id for one in found for id in getattr(one, key)}):
            yield Issue(f"<condition/{id}>", "", message, severity)


def _shapes(root: Path) -> Iterator[Issue]:
    import pyshacl
    from rdflib import Graph

    data, shapes = Graph(), Graph()
    file_of: dict[str, str] = {}
    try:
        for path in rule_files(root):
            name = path.relative_to(root).as_posix()
            for triple in parse_file(path, name):
                file_of.setdefault(str(getattr(triple.subject, "value", "")), name)
            if path.name not in _NOT_SHAPED:
                data.parse(path, format="turtle")
        for path in sorted((root / "shapes").glob("*.ttl")):
            shapes.parse(path, format="turtle")
    except RulebaseError:
        return  # reported by the first check
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, meta_shacl=True)
    yield from sorted(_shape_issues(report, data, file_of), key=lambda issue: issue.place)


def _shape_issues(report: Any, data: Any, file_of: dict[str, str]) -> Iterator[Issue]:
    from rdflib import RDF, SH, URIRef

    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus = report.value(result, SH.focusNode)
        owner = focus
        while owner is not None and not isinstance(owner, URIRef):
            owner = next(data.subjects(None, owner), None)
        node = str(owner).removeprefix(terms.BASE)
        path, value = report.value(result, SH.resultPath), report.value(result, SH.value)
        messages = {m.language: str(m) for m in report.objects(result, SH.resultMessage)}
        severity = str(report.value(result, SH.resultSeverity)).rpartition("#")[2].lower()
        found = " ".join(
            str(part).replace(terms.NS, "z:").removeprefix(terms.BASE)
            for part in (path, value)
            if isinstance(part, URIRef) or (part is not None and not str(part).startswith("n"))
        )
        yield Issue(
            f"{file_of.get(str(owner), '')} <{node}>".strip(),
            found,
            Text(messages.get("zh-Hans", ""), messages.get("en", "")),
            severity,
        )
