"""The ledger: nothing of a document is silently left out, and every reading can be chosen."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.support import ROOT, SHARED
from zjtx_kg import load
from zjtx_kg.owl.check import check_ontology
from zjtx_kg.report.ledger import DOCUMENTS
from zjtx_kg.resources import ontology_directory
from zjtx_kg.rulebase.ledger import ledger


def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ontology_directory(), tmp_path / "ontology"))


def problems(root: Path) -> list[tuple[str, str]]:
    return [
        (problem.code, problem.path.rpartition("<")[2].rstrip(">")) for problem in ledger(root).problems()
    ]


def replace(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_clause_is_mapped_or_declared() -> None:
    assert list(ledger().problems()) == []


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_the_generated_documents_are_those_of_the_rule_files(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == DOCUMENTS[name](ledger())


def test_a_clause_that_nothing_rests_on_is_found(tmp_path: Path) -> None:
    root = copy(tmp_path)
    name = "policies/gzhtea-003-2024/policy.ttl"
    text = (root / name).read_text(encoding="utf-8")
    clause = text[text.index("<clause/gzhtea-003-2024/4/1>") :].partition("<clause/gzhtea-003-2024/4/2>")[0]
    replace(root, name, clause, clause.partition(" ;\n    z:unmappedBecause")[0] + " .\n\n")
    assert problems(root) == [("clause_not_mapped", "clause/gzhtea-003-2024/4/1")]
    failed = [result for result in check_ontology(root) if not result.passed]
    assert [result.check for result in failed] == ["mapped"]


def test_a_clause_cannot_be_both_mapped_and_declared_unmapped(tmp_path: Path) -> None:
    root = copy(tmp_path)
    replace(
        root,
        "policies/miit-2011-300/policy.ttl",
        "<clause/miit-2011-300/article-3> a z:Clause ;",
        '<clause/miit-2011-300/article-3> a z:Clause ;\n    z:unmappedBecause "无"@zh-Hans , "none"@en ;',
    )
    assert problems(root) == [("clause_both", "clause/miit-2011-300/article-3")]


def test_a_document_needs_clauses(tmp_path: Path) -> None:
    root = copy(tmp_path)
    path = root / "materials" / "sme-services.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text + text[text.index("<material/sme-services> a") :].replace("sme-services", "other"),
        encoding="utf-8",
    )
    assert problems(root) == [("document_without_clause", "other")]


def test_each_ambiguity_has_one_reading_in_use_and_others_that_change_something() -> None:
    book = ledger()
    rules = book.rulebase
    for id in rules.ambiguities:
        readings = [reading for reading in rules.readings.values() if reading.ambiguity == id]
        assert len(readings) > 1, id
        assert [reading.encoded for reading in readings].count(True) == 1, id
        assert any(book.under.get(reading.id) for reading in readings), id
        assert all(reading.consequence for reading in readings), id
    assert {reading.ambiguity for reading in rules.readings.values()} == set(rules.ambiguities)


def test_every_conflict_of_the_fact_files_is_in_the_ledger() -> None:
    path = SHARED / "facts" / "conflicts.md"
    if not path.is_file():
        pytest.skip("UNTESTED: the fact files are not here")
    part, codes, count = "", set(), 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            part, count = line[3], 0
        elif part in "AD" and (match := re.match(r"\| ([AD]\d+) \|", line)):
            codes.add(match[1])
        elif part in "BC" and re.match(r"\| (?!row|topic|---)", line) and not line.startswith("|---"):
            count += 1
            codes.add(f"{part}{count}")
        elif part == "E" and (match := re.match(r"(\d+)\. ", line)):
            codes.add(f"E{match[1]}")
    rules = load()
    known = {one.code for one in rules.disagreements.values()} | {
        one.code for one in rules.ambiguities.values()
    }
    assert codes - known == set()
    assert len(codes) > 70
