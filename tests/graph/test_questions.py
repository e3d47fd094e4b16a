"""Every question of the library: the rows that are expected, and the same rows from two engines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pyoxigraph as ox
import pytest
import rdflib
import yaml
from typer.testing import CliRunner

from tests.graph.questions import HERE, TODAY, dataset
from tests.support import ROOT
from zjtx_kg.cli.app import app
from zjtx_kg.errors import QueryError, ZjtxError
from zjtx_kg.graph import read_query
from zjtx_kg.graph.library import LibraryQuery, Topic, library, library_query
from zjtx_kg.report.library import example_command, readable
from zjtx_kg.report.library_page import main, questions_page
from zjtx_kg.report.rows import term_text

#: rdflib calls its own deprecated names.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

QUESTIONS = library()
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "expected.yaml").read_text(encoding="utf-8"))
_NUMBERS = {"decimal", "integer"}
_XSD = "http://www.w3.org/2001/XMLSchema#"

#: Official lists have Chinese names only, which stand where there is no other.
_OFFICIAL = {"find-field", "fields-of-tiers", "near-misses-by-industry"}

Cell = tuple[Any, ...] | None


@cache
def oxigraph() -> ox.Store:
    store = ox.Store()
    store.load(dataset(), ox.RdfFormat.N_QUADS)
    return store


@cache
def rdflib_dataset() -> rdflib.Dataset:
    found = rdflib.Dataset(default_union=False)
    found.parse(data=dataset(), format="nquads")
    return found


def bound(question: LibraryQuery, given: Mapping[str, str], lang: str = "zh") -> str:
    return question.bound(given, lang=lang, today=TODAY)


def rows(text: str) -> tuple[list[str], list[list[Any]]]:
    found = oxigraph().query(text)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return names, [[row[i] for i in range(len(names))] for row in found]


# --- the rows that are expected ---------------------------------------------------------------------


def test_every_question_has_its_expected_rows() -> None:
    assert set(EXPECTED) == set(QUESTIONS)
    assert len(QUESTIONS) >= 40


@pytest.mark.parametrize("name", QUESTIONS)
def test_expected_rows(name: str) -> None:
    case, question = EXPECTED[name], QUESTIONS[name]
    names, found = rows(bound(question, case["given"]))
    assert names == [column.name for column in question.columns]
    shown = [{n: term_text(cell) for n, cell in zip(names, row, strict=True) if cell} for row in found]
    assert case["contains"]
    for wanted in case["contains"]:
        assert any(wanted.items() <= row.items() for row in shown), (wanted, shown[:5])
    if "count" in case:
        assert len(found) == case["count"], shown
    for forbidden in case.get("lacks", ()):
        assert not any(forbidden.items() <= row.items() for row in shown), forbidden


@pytest.mark.parametrize("name", QUESTIONS)
def test_answers_speak_one_language(name: str) -> None:
    """Labels come in the language that was asked for, and no row is lost for want of one."""
    case, question = EXPECTED[name], QUESTIONS[name]
    zh = rows(bound(question, case["given"]))[1]
    en = rows(bound(question, case["given"], "en"))[1]
    tags = {cell.language for row in en for cell in row if isinstance(cell, ox.Literal) and cell.language}
    assert tags <= ({"en", "zh-hans"} if name in _OFFICIAL else {"en"})
    assert len(en) == len(zh)


# --- two engines ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUESTIONS)
def test_two_engines_give_the_same_rows(name: str) -> None:
    text = bound(QUESTIONS[name], EXPECTED[name]["given"])
    names, found = rows(text)
    other = rdflib_dataset().query(text)
    assert [str(variable) for variable in other.vars or ()] == names
    mine = Counter(tuple(map(_cell, row)) for row in found)
    theirs = Counter(tuple(_other(row.get(variable)) for variable in other.vars) for row in other.bindings)
    assert mine == theirs


def _cell(term: Any) -> Cell:
    if term is None or isinstance(term, ox.NamedNode):
        return None if term is None else ("iri", term.value)
    return _literal(term.value, term.datatype.value, term.language)


def _other(term: Any) -> Cell:
    if term is None or isinstance(term, rdflib.URIRef):
        return None if term is None else ("iri", str(term))
    return _literal(str(term), str(term.datatype or ""), term.language)


def _literal(text: str, datatype: str, language: str | None) -> Cell:
    kind = datatype.removeprefix(_XSD)
    if language:
        return (text, language.lower())
    return (Decimal(text).normalize(), "number") if kind in _NUMBERS else (text, kind or "string")


# --- what a question says of itself -----------------------------------------------------------------


@pytest.mark.parametrize("name", QUESTIONS)
def test_head(name: str) -> None:
    question = QUESTIONS[name]
    assert question.question.zh.endswith("？")
    assert question.question.en.endswith("?")
    assert set(question.example) <= {parameter.name for parameter in question.parameters}
    used = set(re.findall(r"\$(\w+)", re.sub(r"(?m)^#.*", "", question.text))) - {"lang"}
    assert used == {parameter.name for parameter in question.parameters}
    assert read_query(bound(question, question.example)).text
    assert example_command(question).startswith(f"zjtx query {name}")


def test_vocabulary_has_nothing_that_no_question_uses() -> None:
    said = yaml.safe_load((ROOT / "queries" / "vocabulary.yaml").read_text(encoding="utf-8"))
    assert set(said["parameters"]) == {p.name for q in QUESTIONS.values() for p in q.parameters}
    assert set(said["columns"]) == {c.name for q in QUESTIONS.values() for c in q.columns}


@pytest.mark.parametrize(
    "name", [n for n, q in QUESTIONS.items() if q.topic in (Topic.COMPANY, Topic.POPULATION)]
)
def test_statuses_are_read_and_never_derived(name: str) -> None:
    """No number of a company is compared with a bound of the law."""
    text = re.sub(r"(?m)#.*", "", QUESTIONS[name].text)
    filters = [
        found
        for found in _filters(text)
        if re.search(r"\?(value|min|max|bound|points\w*|passMark|full)\b", found)
    ]
    assert not filters


def _filters(text: str) -> Iterator[str]:
    for match in re.finditer(r"(?:FILTER|HAVING|BIND|IF)\s*\(", text):
        depth, end = 1, match.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield text[match.start() : end]


# --- parameters -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given", "codes"),
    [
        ("thresholds", {}, ["query_missing_parameter"]),
        ("thresholds", {"indicator": "debt"}, ["query_no_such_value"]),
        ("thresholds", {"indicator": "debt_ratio", "tire": "x"}, ["query_unknown_parameter"]),
        (
            "edition-changes",
            {"tier": "giant", "old": "63"},
            ["query_no_such_value"] * 2 + ["query_missing_parameter"],
        ),
        (
            "near-conditions",
            {"within": "1e3", "company": "甲"},
            ["query_not_a_decimal", "query_not_a_company"],
        ),
        ("near-misses-by-region", {"digits": "4.5"}, ["query_not_an_integer"]),
        ("policies-in-force", {"day": "2026-02-30"}, ["query_not_a_day"]),
        ("why-not", {"company": "https://x.y/<z>"}, ["query_not_a_company"]),
    ],
)
def test_everything_wrong_is_told_at_once(name: str, given: dict[str, str], codes: list[str]) -> None:
    with pytest.raises(QueryError) as caught:
        bound(QUESTIONS[name], given)
    assert sorted(problem.code for problem in caught.value.problems) == sorted(codes)
    for problem in caught.value.problems:
        assert problem.expected("zh")
        assert problem.remedy("en")


def test_unknown_question_names_near_ones() -> None:
    with pytest.raises(QueryError, match="why-not"):
        library_query("why-nott")


@pytest.mark.parametrize("value", ['" } DROP ALL #', "$lang", "\\", "\n", "?x", "轴承'"])
def test_a_text_stays_a_text(value: str) -> None:
    """A value cannot break out of its place."""
    text = bound(QUESTIONS["find-field"], {"word": value})
    assert read_query(text)
    assert rows(text)[1] == []


def test_an_open_parameter_stands_for_anything() -> None:
    every = rows(bound(QUESTIONS["verdicts"], {}))[1]
    one = rows(bound(QUESTIONS["verdicts"], {"company": "91320583MA1NQ4XY2K"}))[1]
    assert {row[1].value for row in every} == {"甲", "乙", "丙"}
    assert {row[1].value for row in one} == {"甲"}


def test_people_see_words_instead_of_iris() -> None:
    from zjtx_kg.graph import Answer

    question = QUESTIONS["chain-of-titles"]
    names, found = rows(bound(question, {"start": "innovative-sme"}))
    answer = Answer(columns=tuple(names), rows=tuple(map(tuple, found)))
    assert readable(answer, question, "en").columns == ("tier", "next tier", "authority")
    assert readable(answer, question, "zh").columns == ("梯度", "下一级", "认定部门")


# --- the command and the page -----------------------------------------------------------------------


def test_the_page_is_current() -> None:
    assert (ROOT / "docs" / "queries.md").read_text(encoding="utf-8") == questions_page()


def test_the_page_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "queries.md"
    assert main(["--check", str(page)]) == 1
    assert "library_page" in capsys.readouterr().out
    assert main([str(page)]) == 0
    assert main(["--check", str(page)]) == 0


def zjtx(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, arguments)
    error = result.exception
    return (2 if isinstance(error, ZjtxError) else result.exit_code), result.stdout, str(error or "")


def test_list() -> None:
    _, text, _ = zjtx("query", "--list")
    assert all(name in text for name in QUESTIONS)
    _, json, _ = zjtx("query", "--list", "--json")
    assert [query["name"] for query in msgspec.json.decode(json)["queries"]] == list(QUESTIONS)
    _, one, _ = zjtx("query", "--list", "why-not", "--lang", "en")
    assert "zjtx query why-not --profile PROFILE --param tier=little-giant" in one


def test_ask_about_a_profile() -> None:
    profile = str(ROOT / "examples" / "foshan-coatings.yaml")
    code, text, _ = zjtx("query", "why-not", "--profile", profile, "--as-of", "2026-06-01", "--format", "csv")
    assert code == 0
    assert text.splitlines()[0] == ",".join(column.name for column in QUESTIONS["why-not"].columns)
    assert '"营业收入不低于5,000万元",4310,,,5000,' in text


def test_as_of_is_today() -> None:
    _, before, _ = zjtx("query", "policies-in-force", "--as-of", "2026-03-31", "--format", "csv")
    _, after, _ = zjtx("query", "policies-in-force", "--as-of", "2026-04-01", "--format", "csv")
    assert "miit-2026-2" not in before
    assert "miit-2026-2" in after


@pytest.mark.parametrize(
    "arguments",
    [
        ("why-not",),  # no company at hand
        ("near-misses",),
        ("why-nott",),
        ("thresholds",),
        ("thresholds", "--param", "indicator"),
        ("thresholds", "--param", "indicator=debt_ratio", "--param", "indicator=revenue"),
        ("-", "--param", "indicator=debt_ratio"),
    ],
)
def test_what_cannot_be_asked_is_refused(arguments: tuple[str, ...]) -> None:
    code, out, said = zjtx("query", *arguments)
    assert (code, out) == (2, "")
    assert said
